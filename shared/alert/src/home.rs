//! Somebody opens the app's Home tab in Slack: what is waiting for them is shown there.

use crate::happening::Workspace;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// So long somebody may still be looking. Later the Home tab is not drawn any more: whoever comes back opens it anew.
pub const LOOKED_AT: SignedDuration = SignedDuration::from_mins(10);

/// A Home tab that was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomeOpened {
    /// Slack's id of the event: a repeated delivery has the same.
    pub id: String,
    /// Where.
    pub workspace: Workspace,
    /// By whom: `U…` or `W…`.
    pub slack_user: String,
    /// When it came to us.
    pub at: Timestamp,
    /// Slack's mark of what the tab showed when it was opened; nothing before the first time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<String>,
}

const GROUPS: &str = "home/";

impl HomeOpened {
    /// Its message group on `changes.fifo`: one person's Home is drawn by one worker at a time. No alert's id begins so:
    /// a slash is in none.
    pub fn group(&self) -> String {
        let Workspace { team_id, enterprise_id } = &self.workspace;
        let place = team_id.as_deref().or(enterprise_id.as_deref()).unwrap_or("app");
        format!("{GROUPS}{place}/{}", self.slack_user)
    }

    /// Whether a message group is that of somebody's Home.
    pub fn is_group(group: &str) -> bool {
        group.starts_with(GROUPS)
    }

    /// Whether nobody looks any more at `now`.
    pub fn is_over(&self, now: Timestamp) -> bool {
        now.duration_since(self.at) > LOOKED_AT
    }
}
