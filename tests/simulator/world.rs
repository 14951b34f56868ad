//! The world a simulator starts with: one app installed in one workspace (or in a whole Enterprise
//! organisation), the people in it and its channels. This is the file that `--world` reads and that
//! `PUT /_control/world` takes; unknown keys are refused so that a typing error cannot pass for a setting.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::files::PastFile;
use crate::logs::{LogApp, LogsWorld};
use crate::message::Message;

/// Everything that exists before the first call.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct World {
    /// The workspace that people and channels belong to unless they say otherwise.
    pub team: Team,
    /// Further workspaces of the same organisation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_teams: Vec<Team>,
    #[serde(default)]
    pub enterprise: Option<Enterprise>,
    pub app: App,
    #[serde(default)]
    pub users: Vec<User>,
    #[serde(default)]
    pub channels: Vec<Channel>,
    /// Apps that read logs, beside the one app.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub log_apps: Vec<LogApp>,
    #[serde(default, skip_serializing_if = "LogsWorld::is_empty")]
    pub logs: LogsWorld,
    /// What was said before: put there by `GET /_control/world`, so that a simulator can go on where another
    /// stopped. Open modals, trigger ids and response URLs do not outlive their simulator.
    #[serde(default, skip_serializing_if = "Past::is_empty")]
    pub past: Past,
}

/// Direct messages and messages that exist already.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Past {
    /// Direct message channel by the user it is with.
    pub direct_messages: BTreeMap<String, String>,
    /// By channel, replies among them, in order.
    pub messages: BTreeMap<String, Vec<Message>>,
    /// Shared files by id, with their content.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub files: BTreeMap<String, PastFile>,
    /// New ids are counted on from here.
    pub ids_given: u64,
}

impl Past {
    fn is_empty(&self) -> bool {
        self.direct_messages.is_empty() && self.messages.is_empty()
    }
}

/// A workspace.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Team {
    /// `T…`
    pub id: String,
    pub name: String,
    /// The part before `.slack.com`.
    pub domain: String,
}

/// An Enterprise organisation.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enterprise {
    /// `E…`
    pub id: String,
    pub name: String,
}

/// The one installed app, as its owner sees it on the app's settings pages.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct App {
    /// `A…`
    pub app_id: String,
    /// `U…`, the bot as a member of channels.
    pub bot_user_id: String,
    /// `B…`, the bot as the author of messages.
    pub bot_id: String,
    pub bot_name: String,
    #[serde(default)]
    pub client_id: String,
    #[serde(default)]
    pub client_secret: String,
    /// Where people may be sent back to who install it: each of these, or a path below it.
    #[serde(default)]
    pub redirect_urls: Vec<String>,
    pub signing_secret: String,
    /// The deprecated token that callbacks still carry; only a signature proves anything.
    #[serde(default = "verification_token")]
    pub verification_token: String,
    pub bot_token: String,
    #[serde(default)]
    pub token_state: TokenState,
    pub scopes: Vec<String>,
    /// Installed for the whole organisation: callbacks then come with `team: null`, and channels cannot be
    /// named, only given by id. Needs `enterprise`.
    #[serde(default)]
    pub org_wide: bool,
    /// Where block actions and view submissions go. `None`: people cannot click.
    #[serde(default)]
    pub interactivity_url: Option<String>,
    /// Where external selects load their options from.
    #[serde(default)]
    pub options_url: Option<String>,
    /// Where events go. `None`: no event is sent.
    #[serde(default)]
    pub events_url: Option<String>,
    /// The bot events subscribed to (`message.channels`, `member_joined_channel`, …). `None`: all that the
    /// scopes allow.
    #[serde(default)]
    pub bot_events: Option<Vec<String>>,
    /// Slack's own rate limits per method and channel are enforced, not only injected ones.
    /// <https://docs.slack.dev/apis/web-api/rate-limits>
    #[serde(default)]
    pub enforce_rate_limits: bool,
}

/// What has become of the token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenState {
    #[default]
    Active,
    /// `token_revoked`
    Revoked,
    /// `token_expired`
    Expired,
    /// `account_inactive`: the app was removed, or its bot user deactivated.
    Inactive,
}

/// A person (or another bot), with the flags of <https://docs.slack.dev/reference/objects/user-object>.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct User {
    /// `U…` or `W…`
    pub id: String,
    pub name: String,
    pub real_name: String,
    pub display_name: Option<String>,
    pub email: Option<String>,
    /// Slack leaves the key out for people of other organisations.
    pub is_email_confirmed: Option<bool>,
    pub deleted: bool,
    pub is_admin: bool,
    pub is_owner: bool,
    pub is_primary_owner: bool,
    /// An owner of the whole organisation.
    pub is_org_owner: bool,
    pub is_bot: bool,
    /// A multi-channel guest, or with `is_ultra_restricted` a single-channel guest.
    pub is_restricted: bool,
    pub is_ultra_restricted: bool,
    /// Someone from another organisation, met in a shared channel.
    pub is_stranger: bool,
    /// The app may not open a direct message with this person.
    pub refuses_direct_messages: bool,
    pub tz: Option<String>,
    pub team_id: Option<String>,
}

/// A public or private channel. Direct messages come into being by themselves.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Channel {
    /// `C…`, or `G…` for old private channels.
    pub id: String,
    pub name: String,
    pub is_private: bool,
    pub is_archived: bool,
    /// Shared with another organisation through Slack Connect.
    pub is_ext_shared: bool,
    /// User ids; the bot's user id among them if it was invited.
    pub members: Vec<String>,
    pub team_id: Option<String>,
}

impl World {
    /// What cannot be: ids that occur twice, members that do not exist, an org-wide app without an
    /// organisation, callback URLs that are not plain `http`.
    pub fn validate(&self) -> Result<(), String> {
        if self.app.org_wide && self.enterprise.is_none() {
            return Err("app.org_wide needs an enterprise".into());
        }
        self.app.validate()?;
        let mut ids = std::collections::BTreeSet::new();
        for id in self.users.iter().map(|u| &u.id).chain(self.channels.iter().map(|c| &c.id)) {
            if id.is_empty() || !ids.insert(id) {
                return Err(format!("id {id:?} is empty or occurs twice"));
            }
        }
        for channel in &self.channels {
            for member in &channel.members {
                if *member != self.app.bot_user_id && !self.users.iter().any(|u| u.id == *member) {
                    return Err(format!("channel {} has an unknown member {member}", channel.id));
                }
            }
        }
        let known = |id: &String| {
            self.channels.iter().any(|c| c.id == *id) || self.past.direct_messages.values().any(|d| d == id)
        };
        if let Some(unknown) = self.past.messages.keys().find(|id| !known(id)) {
            return Err(format!("messages of an unknown channel {unknown}"));
        }
        crate::logs::check_world(&self.log_apps, &self.logs, &self.app.client_id)?;
        for (id, file) in &self.past.files {
            file.validate().map_err(|why| format!("file {id}: {why}"))?;
        }
        Ok(())
    }
}

impl App {
    pub(crate) fn validate(&self) -> Result<(), String> {
        for url in [&self.interactivity_url, &self.options_url, &self.events_url].into_iter().flatten() {
            if !url.starts_with("http://") {
                return Err(format!("callback URL {url:?} must begin with http://: the simulator speaks no TLS"));
            }
        }
        if self.signing_secret.is_empty() {
            return Err("app.signing_secret is empty".into());
        }
        Ok(())
    }

    pub(crate) fn has_scope(&self, scope: &str) -> bool {
        self.scopes.iter().any(|s| s == scope)
    }
}

fn verification_token() -> String {
    "verification-token".into()
}
