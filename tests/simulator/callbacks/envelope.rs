//! What all interactive payloads share: who, in which workspace, for which app.
//!
//! For an app installed in a whole organisation `team` is null; the workspace stands in `user.team_id`.
//! <https://docs.slack.dev/reference/interaction-payloads>

use serde_json::{Value, json};

use crate::state::{RoomKind, State};
use crate::web_api::answer::{Answer, fields};

impl State {
    /// The common fields of a payload of `kind` caused by `user`.
    pub(crate) fn envelope(&self, kind: &str, user: &str) -> Answer {
        let found = self.users.get(user);
        let name = found.map(|u| u.name.as_str()).unwrap_or_default();
        let user_team = found.map_or_else(|| self.team.id.clone(), |u| self.team_of_user(u));
        fields(json!({
            "type": kind,
            "user": {"id": user, "username": name, "name": name, "team_id": user_team},
            "api_app_id": self.app.app_id,
            "token": self.app.verification_token,
            "team": self.team_json(),
            "enterprise": self.enterprise.as_ref().map(|e| json!({"id": e.id, "name": e.name})),
            "is_enterprise_install": self.app.org_wide,
        }))
    }

    fn team_json(&self) -> Value {
        if self.app.org_wide {
            return Value::Null;
        }
        let mut team = json!({"id": self.team.id, "domain": self.team.domain});
        if let Some(enterprise) = &self.enterprise {
            team["enterprise_id"] = json!(enterprise.id);
            team["enterprise_name"] = json!(enterprise.name);
        }
        team
    }

    /// `channel` of a payload. Slack does not give away the names of private conversations.
    pub(crate) fn channel_ref(&self, channel: &str) -> Value {
        let name = match self.rooms.get(channel) {
            Some(room) => match room.kind {
                RoomKind::Public => room.channel.name.as_str(),
                RoomKind::Private => "privategroup",
                RoomKind::Im(_) => "directmessage",
            },
            None => "",
        };
        json!({"id": channel, "name": name})
    }
}
