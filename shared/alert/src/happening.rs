//! What happens in Slack to the app itself and to the channels it posts to, as far as destinations are concerned.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A Slack workspace, an organisation, or a workspace of one: whatever an app can be installed in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Workspace {
    /// `T…`; absent if it is a whole organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team_id: Option<String>,
    /// `E…`, on Enterprise Grid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enterprise_id: Option<String>,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Happening {
    /// Slack's id of the event: a repeated delivery has the same.
    pub id: String,
    /// Where.
    pub workspace: Workspace,
    /// When, by Slack's clock.
    pub at: Timestamp,
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum What {
    /// Our bot is in the channel now.
    Joined {
        channel: String,
    },
    /// Our bot was taken out of the channel.
    Left {
        channel: String,
    },
    Renamed {
        channel: String,
        name: String,
    },
    /// The channel has another id from now on.
    IdChanged {
        from: String,
        to: String,
    },
    Archived {
        channel: String,
    },
    Unarchived {
        channel: String,
    },
    Deleted {
        channel: String,
    },
    /// The app was removed.
    Uninstalled,
    /// The bot's token was revoked.
    TokenRevoked,
    /// The organisation in which the app is installed lets it into these workspaces (`T…`) from now on.
    AccessGranted {
        workspaces: Vec<String>,
    },
    /// It lets it into these no more.
    AccessRevoked {
        workspaces: Vec<String>,
    },
}

impl Happening {
    /// The channel it is about, under the id it had before.
    pub fn channel(&self) -> Option<&str> {
        match &self.what {
            What::Joined { channel }
            | What::Left { channel }
            | What::Renamed { channel, .. }
            | What::Archived { channel }
            | What::Unarchived { channel }
            | What::Deleted { channel }
            | What::IdChanged { from: channel, .. } => Some(channel),
            What::Uninstalled | What::TokenRevoked | What::AccessGranted { .. } | What::AccessRevoked { .. } => None,
        }
    }

    /// Its message group on `changes.fifo`: what happens to one channel, or to one installation, stays in order. No
    /// alert's id begins so: a slash is in none.
    pub fn group(&self) -> String {
        let Workspace { team_id, enterprise_id } = &self.workspace;
        let place = self.channel().or(team_id.as_deref()).or(enterprise_id.as_deref());
        format!("slack/{}", place.unwrap_or("app"))
    }
}
