//! The SYSTEM_ERROR alerts that Margay raises about its log sources: what happened and what to do.
//!
//! They go through the `alerts` queue as everybody's alerts do, to whoever takes SYSTEM_ERROR, and Margay itself
//! resolves them when what they tell is over.

use crate::{LogSource, LogType, Trouble};
use alert::AlertId;
use jiff::Timestamp;
use serde_json::{Value, json};

/// The detection of the alert that a source fails.
pub const UNHEALTHY_DETECTION: &str = "Margay.LogSource.Unhealthy";
/// The detection of the alert that a source has no data.
pub const NO_DATA_DETECTION: &str = "Margay.LogSource.NoData";

/// What to do about a source whose secret holds no token.
pub const GRANT: &str = "Grant access: ask for a link with POST /log-sources/{id}/install and open it.";
/// What to do about a source without a secret.
pub const MAKE_SECRET: &str = "Make the log source's secret, under exactly the name that the source has.";
/// What to do about what passes by itself.
pub const IT_PASSES: &str =
    "Nothing: Margay goes on trying, and reads what it missed once Slack answers. See https://slack-status.com.";

/// What a change of health makes known.
#[derive(Debug, Clone, PartialEq)]
pub enum Notice {
    /// To be put on the `alerts` queue.
    Raise { id: AlertId, alert: Value },
    /// To be set to RESOLVED by the system, with the comment.
    Resolve { id: AlertId, comment: String },
}

impl Notice {
    /// The id of the alert that is raised or resolved.
    pub fn alert_id(&self) -> &AlertId {
        match self {
            Self::Raise { id, .. } | Self::Resolve { id, .. } => id,
        }
    }
}

/// The alert that `source` fails until somebody acts. Its id follows from the source and from when that began.
pub fn unhealthy(source: &LogSource, trouble: &Trouble, now: Timestamp) -> Notice {
    let (name, log_type) = (&source.settings.name, source.settings.log_type);
    let Trouble { code, what_to_do, since } = trouble;
    let id = AlertId::derive(&[b"log-source-unhealthy", source.id.as_str().as_bytes(), since.to_string().as_bytes()]);
    let alert = json!({
        "alertId": id,
        "id": UNHEALTHY_DETECTION,
        "name": "Log source is unhealthy",
        "title": format!("{log_type} of {name} cannot be pulled: {code}"),
        "severity": "HIGH",
        "type": "SYSTEM_ERROR",
        "createdAt": now,
        "description": format!(
            "Since {} the log source \"{name}\" cannot be pulled: \"{code}\". {what_to_do} \
             Nothing is lost if that is done before Slack forgets the entries: Margay goes on where it stopped, and \
             resolves this alert itself.",
            minute(*since)
        ),
        "runbook": what_to_do,
        "logTypes": [log_type],
        "alertContext": context(source, Some(trouble)),
    });
    Notice::Raise { id, alert }
}

/// The alert that `source` has had no entry `since` then. `trouble` is what its polls met, if anything.
pub fn no_data(source: &LogSource, since: Timestamp, trouble: Option<&Trouble>, now: Timestamp) -> Notice {
    let (name, log_type) = (&source.settings.name, source.settings.log_type);
    let id = AlertId::derive(&[b"log-source-no-data", source.id.as_str().as_bytes(), since.to_string().as_bytes()]);
    let polls = match trouble {
        Some(trouble) => format!("Its polls fail with \"{}\" at present.", trouble.code),
        None => "Its polls work, and bring nothing.".to_owned(),
    };
    let what_to_do = quiet_runbook(log_type);
    let alert = json!({
        "alertId": id,
        "id": NO_DATA_DETECTION,
        "name": "Log source has no data",
        "title": format!("No {log_type} from {name} since {}", minute(since)),
        "severity": "MEDIUM",
        "type": "SYSTEM_ERROR",
        "createdAt": now,
        "description": format!(
            "The log source \"{name}\" has brought no entry since {}. {polls} {what_to_do} \
             The next entry resolves this alert.",
            minute(since)
        ),
        "runbook": what_to_do,
        "logTypes": [log_type],
        "alertContext": context(source, trouble),
    });
    Notice::Raise { id, alert }
}

fn context(source: &LogSource, trouble: Option<&Trouble>) -> Value {
    let mut context = json!({
        "logSourceId": source.id,
        "logSource": source.settings.name,
        "logType": source.settings.log_type,
    });
    if let Some(trouble) = trouble {
        context["error"] = trouble.code.as_str().into();
        context["since"] = trouble.since.to_string().into();
    }
    context
}

fn quiet_runbook(log_type: LogType) -> &'static str {
    match log_type {
        LogType::Audit => {
            "See in Slack's admin pages whether there are audit events. If there are, check that the app is installed \
             on the organisation, not on one workspace, by an owner who is still active. If so little happens there, \
             raise silenceMinutes."
        }
        LogType::Access => {
            "See in Slack's admin pages whether there are access logs. If there are, check that the person who \
             installed the app is still an admin of this workspace. An entry comes only when a user, address or device \
             is new: if that is seldom there, raise silenceMinutes."
        }
        LogType::Integration => {
            "See in Slack's admin pages whether apps were added or changed. If so, check that the person who installed \
             the app is still an admin of this workspace. If that seldom happens there, raise silenceMinutes or set it \
             to 0."
        }
    }
}

fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}
