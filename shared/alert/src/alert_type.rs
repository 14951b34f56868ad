//! Alert types.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What kind of finding an alert is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AlertType {
    /// A rule matched an event.
    Rule,
    /// A rule failed.
    RuleError,
    /// A scheduled search matched.
    ScheduledRule,
    /// A scheduled search failed.
    ScheduledRuleError,
    /// Several signals matched together.
    CorrelationRule,
    /// A resource broke a policy.
    Policy,
    /// The alerting system itself needs attention.
    SystemError,
}

impl AlertType {
    /// All of them, in order.
    pub const ALL: [Self; 7] = [
        Self::Rule,
        Self::RuleError,
        Self::ScheduledRule,
        Self::ScheduledRuleError,
        Self::CorrelationRule,
        Self::Policy,
        Self::SystemError,
    ];

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rule => "RULE",
            Self::RuleError => "RULE_ERROR",
            Self::ScheduledRule => "SCHEDULED_RULE",
            Self::ScheduledRuleError => "SCHEDULED_RULE_ERROR",
            Self::CorrelationRule => "CORRELATION_RULE",
            Self::Policy => "POLICY",
            Self::SystemError => "SYSTEM_ERROR",
        }
    }
}

impl fmt::Display for AlertType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for AlertType {
    type Err = ();

    /// Takes the wire name in any case.
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|v| v.as_str().eq_ignore_ascii_case(text)).ok_or(())
    }
}

impl AlertType {
    /// What people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Rule => "Rule",
            Self::RuleError => "Rule error",
            Self::ScheduledRule => "Scheduled rule",
            Self::ScheduledRuleError => "Scheduled rule error",
            Self::CorrelationRule => "Correlation rule",
            Self::Policy => "Policy",
            Self::SystemError => "System error",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wire_name_serde_writes_is_the_one_as_str_gives() {
        for alert_type in AlertType::ALL {
            assert_eq!(serde_json::to_value(alert_type).unwrap(), alert_type.as_str());
        }
    }
}
