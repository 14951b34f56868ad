//! Statuses.

use crate::Severity;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Where an alert is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// Nobody has looked yet.
    Open,
    /// Somebody is on it.
    Triaged,
    /// Done.
    Resolved,
    /// Not a real problem: shown as Invalid.
    Closed,
}

impl Status {
    /// All of them, in order.
    pub const ALL: [Self; 4] = [Self::Open, Self::Triaged, Self::Resolved, Self::Closed];

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "OPEN",
            Self::Triaged => "TRIAGED",
            Self::Resolved => "RESOLVED",
            Self::Closed => "CLOSED",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Status {
    type Err = ();

    /// Takes the wire name in any case.
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|v| v.as_str().eq_ignore_ascii_case(text)).ok_or(())
    }
}

impl Status {
    /// How an alert of this severity starts: INFO alerts start resolved, all others open.
    pub fn at_first(severity: Severity) -> Self {
        if severity == Severity::Info { Self::Resolved } else { Self::Open }
    }

    /// Whether something is still to be done about the alert.
    pub fn is_open(self) -> bool {
        match self {
            Self::Open | Self::Triaged => true,
            Self::Resolved | Self::Closed => false,
        }
    }

    /// What people read: `CLOSED` is shown as "Invalid".
    pub fn label(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Triaged => "Triaged",
            Self::Resolved => "Resolved",
            Self::Closed => "Invalid",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wire_name_serde_writes_is_the_one_as_str_gives() {
        for status in Status::ALL {
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
            assert_eq!(status.as_str().to_lowercase().parse(), Ok(status));
        }
    }
}
