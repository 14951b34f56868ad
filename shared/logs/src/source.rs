//! A log source: one of Slack's logs that is pulled every minute, with its secret and its switches.

use crate::{Health, LogType};
use alert::FieldError;
use alert::fields::Fields;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The longest id, in characters: it is part of keys of the table and of names of objects.
pub const MAX_ID_LEN: usize = 64;

/// Silence is told after a day, unless the source says otherwise.
pub const SILENCE_MINUTES: u32 = 24 * 60;
/// Below this, one quiet poll more or less would decide.
const LEAST_SILENCE_MINUTES: u32 = 5;
const MOST_SILENCE_MINUTES: u32 = 30 * 24 * 60;

/// A new source begins a day ago, unless it says otherwise.
pub const BACKFILL_HOURS: u32 = 24;
/// How far back a new source may begin.
pub const MAX_BACKFILL_HOURS: u32 = 24 * 90;

/// The characters of a secret's name (<https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html>).
const MAX_SECRET_CHARS: usize = 512;

const SECRET_STAYS: &str = "cannot be changed: put new credentials of the same workspace or organisation into this \
                            secret, or create another log source";

/// A log source's id, given by Margay.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LogSourceId(String);

/// A text that is no id of a log source.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to 64 characters from A-Z a-z 0-9 _ -")]
pub struct InvalidLogSourceId;

impl LogSourceId {
    /// Takes `text` if it is 1 to 64 characters from `A-Z a-z 0-9 _ -`.
    ///
    /// # Errors
    /// [`InvalidLogSourceId`] otherwise.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidLogSourceId> {
        let text = text.into();
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
        if text.is_empty() || text.len() > MAX_ID_LEN || !text.bytes().all(allowed) {
            return Err(InvalidLogSourceId);
        }
        Ok(Self(text))
    }

    /// The id that `parts` always give: 32 hex digits.
    pub fn derive(parts: &[&[u8]]) -> Self {
        Self(alert::AlertId::derive(parts).into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for LogSourceId {
    type Error = InvalidLogSourceId;
    fn try_from(text: String) -> Result<Self, InvalidLogSourceId> {
        Self::new(text)
    }
}

impl From<LogSourceId> for String {
    fn from(id: LogSourceId) -> String {
        id.0
    }
}

impl fmt::Display for LogSourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a client sets of a log source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogSourceSettings {
    /// Unique; `p_source_label` of its rows.
    pub name: String,
    /// Fixed once the source is created: what was read of one log says nothing of another.
    pub log_type: LogType,
    pub enabled: bool,
    /// The name of the secret that holds the credentials of the source's Slack app. Fixed once the source is created: it
    /// may be that of another workspace, of which what was read of the first one says nothing.
    pub secret: String,
    /// After as many minutes without an entry an alert is raised; `None` for never.
    #[serde(default)]
    pub silence_minutes: Option<u32>,
    /// Access logs only: a row comes again when its `date_last` or `count` changed. Such a row is another one than that
    /// without updates, so whoever changes this later gets what is still looked at once more, as another row.
    #[serde(default)]
    pub emit_updates: bool,
    /// How many hours back the first poll begins that has a token.
    pub backfill_hours: u32,
}

/// A log source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogSource {
    pub id: LogSourceId,
    #[serde(flatten)]
    pub settings: LogSourceSettings,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// How its polls went. It is stored beside the rest, because polls change it while people change the rest.
    #[serde(skip)]
    pub health: Health,
}

impl LogSourceSettings {
    /// Reads the body of `POST /log-sources`, or with `present` the changes of an update to it. Defaults: enabled, told
    /// after a day of silence, no updates of access logs, beginning a day ago. `silenceMinutes` of 0 or `null` is off.
    ///
    /// The secret's name must begin with `secret_prefix`: the functions may read no other.
    ///
    /// # Errors
    /// Every broken rule.
    pub fn parse(body: &[u8], present: Option<&Self>, secret_prefix: &str) -> Result<Self, Vec<FieldError>> {
        let mut fields = Fields::parse(body)?;
        let name = match present {
            Some(present) if !fields.has("name") => present.name.clone(),
            _ => fields.required_string("name", 100).unwrap_or_default(),
        };
        if name.chars().any(char::is_control) {
            fields.refuse("name", "must be one line");
        }
        let log_type = read_log_type(&mut fields, present);
        let secret = match present {
            Some(present) if !fields.has("secret") => present.secret.clone(),
            _ => fields.required_string("secret", MAX_SECRET_CHARS).unwrap_or_default(),
        };
        if !secret.is_empty() && present.is_some_and(|present| present.secret != secret) {
            fields.refuse("secret", SECRET_STAYS);
        } else if !secret.is_empty() && !is_secret_name(&secret, secret_prefix) {
            let rule = format!("must be the name of a secret that begins with {secret_prefix}");
            fields.refuse("secret", rule);
        }
        let silence_minutes = if fields.has("silenceMinutes") {
            let range = LEAST_SILENCE_MINUTES..=MOST_SILENCE_MINUTES;
            whole(&mut fields, "silenceMinutes", |n| n == 0 || range.contains(&n), "must be 5 to 43200, or 0 for off")
                .filter(|minutes| *minutes > 0)
        } else {
            present.map_or(Some(SILENCE_MINUTES), |present| present.silence_minutes)
        };
        let backfill_hours = whole(&mut fields, "backfillHours", |n| n <= MAX_BACKFILL_HOURS, "must be 0 to 2160")
            .unwrap_or_else(|| present.map_or(BACKFILL_HOURS, |present| present.backfill_hours));
        let enabled = fields.boolean("enabled").or(present.map(|p| p.enabled)).unwrap_or(true);
        let emit_updates = fields.boolean("emitUpdates").or(present.map(|p| p.emit_updates)).unwrap_or(false);
        if emit_updates && log_type.is_some_and(|log_type| log_type != LogType::Access) {
            fields.refuse("emitUpdates", "is for Slack.AccessLogs only");
        }
        fields.finish_strict()?;
        let Some(log_type) = log_type else {
            return Err(vec![FieldError::new("logType", "is required")]);
        };
        let name = name.trim().to_owned();
        Ok(Self { name, log_type, enabled, secret, silence_minutes, emit_updates, backfill_hours })
    }
}

fn read_log_type(fields: &mut Fields, present: Option<&LogSourceSettings>) -> Option<LogType> {
    let given = fields.has("logType");
    let log_type = fields.one_of("logType", &LogType::ALL, LogType::as_str);
    let Some(present) = present else {
        if !given {
            fields.refuse("logType", "is required");
        }
        return log_type;
    };
    if log_type.is_some_and(|log_type| log_type != present.log_type) {
        fields.refuse("logType", "cannot be changed: create another log source");
    }
    Some(present.log_type)
}

fn is_secret_name(name: &str, prefix: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "/_+=.@-".contains(c);
    name.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty()) && name.chars().all(allowed)
}

fn whole(fields: &mut Fields, name: &str, fits: impl Fn(u32) -> bool, rule: &str) -> Option<u32> {
    let value = fields.value(name)?;
    let number = value.as_u64().and_then(|n| u32::try_from(n).ok()).filter(|n| fits(*n));
    if number.is_none() {
        fields.refuse(name, rule);
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const PREFIX: &str = "panther-analysis/margay/logs/";

    fn parse(body: &serde_json::Value, present: Option<&LogSourceSettings>) -> Result<LogSourceSettings, Vec<String>> {
        LogSourceSettings::parse(body.to_string().as_bytes(), present, PREFIX)
            .map_err(|errors| errors.iter().map(ToString::to_string).collect())
    }

    fn least() -> serde_json::Value {
        json!({"name": " Audit ", "logType": "Slack.AuditLogs", "secret": "panther-analysis/margay/logs/audit"})
    }

    #[test]
    fn a_name_a_log_type_and_a_secret_are_enough() {
        let settings = parse(&least(), None).unwrap();
        assert_eq!(settings.name, "Audit");
        assert_eq!((settings.silence_minutes, settings.backfill_hours), (Some(1440), 24));
        assert!(settings.enabled && !settings.emit_updates);
    }

    #[test]
    fn every_wrong_field_is_named() {
        let body = json!({"name": "a\nb", "logType": "Slack.Other", "secret": "panther-analysis/margay/slack",
            "silenceMinutes": 3, "backfillHours": 2161, "enabled": "yes", "emitUpdates": 1, "colour": "red"});
        assert_eq!(
            parse(&body, None).unwrap_err(),
            [
                "name: must be one line",
                "logType: must be one of Slack.AuditLogs, Slack.AccessLogs, Slack.IntegrationLogs",
                "secret: must be the name of a secret that begins with panther-analysis/margay/logs/",
                "silenceMinutes: must be 5 to 43200, or 0 for off",
                "backfillHours: must be 0 to 2160",
                "enabled: must be true or false",
                "emitUpdates: must be true or false",
                "colour: is not a field of this request",
            ]
        );
        assert_eq!(
            parse(&json!({}), None).unwrap_err(),
            ["name: is required", "logType: is required", "secret: is required"]
        );
    }

    #[test]
    fn silence_can_be_switched_off_in_two_ways_and_stays_off() {
        for off in [json!(0), json!(null)] {
            let mut body = least();
            body["silenceMinutes"] = off;
            let settings = parse(&body, None).unwrap();
            assert_eq!(settings.silence_minutes, None);
            assert_eq!(parse(&json!({"enabled": false}), Some(&settings)).unwrap().silence_minutes, None);
            assert_eq!(parse(&json!({"silenceMinutes": 60}), Some(&settings)).unwrap().silence_minutes, Some(60));
        }
    }

    #[test]
    fn an_update_keeps_what_it_does_not_name_and_never_changes_the_log_type() {
        let present = parse(&least(), None).unwrap();
        assert_eq!(parse(&json!({}), Some(&present)).unwrap(), present);
        assert_eq!(parse(&json!({"logType": "Slack.AuditLogs"}), Some(&present)).unwrap(), present);
        assert_eq!(
            parse(&json!({"logType": "Slack.AccessLogs", "name": null}), Some(&present)).unwrap_err(),
            ["name: is required", "logType: cannot be changed: create another log source"]
        );
    }

    #[test]
    fn an_update_never_names_another_secret() {
        let present = parse(&least(), None).unwrap();
        let same = json!({"secret": present.secret.as_str()});
        assert_eq!(parse(&same, Some(&present)).unwrap(), present);
        for another in [format!("{PREFIX}other"), "elsewhere".to_owned()] {
            let refused = parse(&json!({"secret": another}), Some(&present)).unwrap_err();
            assert_eq!(refused, [format!("secret: {SECRET_STAYS}")]);
        }
        assert_eq!(parse(&json!({"secret": null}), Some(&present)).unwrap_err().len(), 1);
    }

    #[test]
    fn only_access_logs_have_updates() {
        let mut body = least();
        body["emitUpdates"] = json!(true);
        assert_eq!(parse(&body, None).unwrap_err(), ["emitUpdates: is for Slack.AccessLogs only"]);
        body["logType"] = json!("Slack.AccessLogs");
        assert!(parse(&body, None).unwrap().emit_updates);
    }

    #[test]
    fn a_secret_elsewhere_is_refused() {
        for secret in [PREFIX, "panther-analysis/other/logs/x", "panther-analysis/margay/logs/a b", "x"] {
            let mut body = least();
            body["secret"] = json!(secret);
            assert!(parse(&body, None).is_err(), "{secret}");
        }
    }

    #[test]
    fn ids_are_held_to_their_alphabet() {
        assert!(LogSourceId::new(LogSourceId::derive(&[b"a"]).as_str()).is_ok());
        for bad in ["", "a/b", "a.b", "a:b", "ü", &"x".repeat(65)] {
            assert_eq!(LogSourceId::new(bad), Err(InvalidLogSourceId), "{bad:?}");
        }
    }
}
