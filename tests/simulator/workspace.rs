//! `GET /_control/workspace`: the people and conversations that the page shows, and no secret.

use serde_json::{Value, json};

use crate::slack::Slack;
use crate::state::{Room, RoomKind, State};
use crate::world::User;

impl Slack {
    /// Team, app, people and conversations, sorted by id. Its shape is the page's (`tests/page`).
    pub fn workspace(&self) -> Value {
        self.with_state(|state| state.workspace())
    }
}

impl State {
    fn workspace(&self) -> Value {
        json!({
            "team": self.team,
            "enterprise": self.enterprise,
            "app": {
                "app_id": self.app.app_id,
                "bot_user_id": self.app.bot_user_id,
                "bot_id": self.app.bot_id,
                "bot_name": self.app.bot_name,
            },
            "users": self.users.values().map(|user| self.person(user)).collect::<Vec<_>>(),
            "conversations": self.rooms.values().map(conversation).collect::<Vec<_>>(),
        })
    }

    fn person(&self, user: &User) -> Value {
        json!({
            "id": user.id,
            "name": user.name,
            "real_name": user.real_name,
            "display_name": user.display_name,
            "email": user.email,
            "deleted": user.deleted,
            "is_admin": user.is_admin,
            "is_owner": user.is_owner,
            "is_bot": user.is_bot,
            "is_restricted": user.is_restricted,
            "is_ultra_restricted": user.is_ultra_restricted,
            "is_stranger": user.is_stranger,
            "tz": user.tz,
            "team_id": self.team_of_user(user),
        })
    }
}

fn conversation(room: &Room) -> Value {
    let (kind, user) = match &room.kind {
        RoomKind::Public => ("public", None),
        RoomKind::Private => ("private", None),
        RoomKind::Im(user) => ("im", Some(user)),
    };
    let mut shown = json!({
        "id": room.channel.id,
        "name": room.channel.name,
        "kind": kind,
        "is_archived": room.channel.is_archived,
        "is_ext_shared": room.channel.is_ext_shared,
        "members": room.channel.members,
    });
    if let Some(user) = user {
        shown["user"] = json!(user);
    }
    shown
}
