//! The three kinds of log that Slack keeps, under the names that Panther gave them.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Which of Slack's logs a source pulls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum LogType {
    /// What people did in an organisation (Enterprise Grid only).
    #[serde(rename = "Slack.AuditLogs")]
    Audit,
    /// From which address and device each user of a workspace came.
    #[serde(rename = "Slack.AccessLogs")]
    Access,
    /// Which apps of a workspace were added, changed or removed.
    #[serde(rename = "Slack.IntegrationLogs")]
    Integration,
}

impl LogType {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Audit, Self::Access, Self::Integration];

    /// The name on the wire, in object keys and in `p_log_type`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Audit => "Slack.AuditLogs",
            Self::Access => "Slack.AccessLogs",
            Self::Integration => "Slack.IntegrationLogs",
        }
    }

    /// The user scopes that the source's Slack app needs
    /// (<https://docs.slack.dev/reference/scopes/auditlogs.read>, <https://docs.slack.dev/reference/scopes/admin>).
    pub fn user_scopes(self) -> &'static [&'static str] {
        match self {
            Self::Audit => &["auditlogs:read"],
            Self::Access | Self::Integration => &["admin"],
        }
    }
}

impl fmt::Display for LogType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for LogType {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|t| t.as_str().eq_ignore_ascii_case(text)).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_type_has_one_name_everywhere() {
        for log_type in LogType::ALL {
            assert_eq!(log_type.as_str().parse(), Ok(log_type));
            assert_eq!(serde_json::to_value(log_type).unwrap(), log_type.as_str());
        }
        assert_eq!("slack.auditlogs".parse(), Ok(LogType::Audit));
        assert_eq!("AuditLogs".parse::<LogType>(), Err(()));
    }
}
