//! Where alerts go: a destination, its filters and its switches.

use crate::fields::{FieldError, Fields};
use crate::{AlertType, DestinationId, Place, Severity};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What kind of place a destination is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DestinationKind {
    /// A Slack channel, through the team's one Slack app.
    SlackBot,
}

impl DestinationKind {
    /// All of them.
    pub const ALL: [Self; 1] = [Self::SlackBot];

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SlackBot => "SLACK_BOT",
        }
    }
}

impl fmt::Display for DestinationKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for DestinationKind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|k| k.as_str().eq_ignore_ascii_case(text)).ok_or(())
    }
}

/// What a client sets of a destination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DestinationSettings {
    /// Unique; alerts may name it in `destinations`.
    pub display_name: String,
    pub kind: DestinationKind,
    /// A Slack channel's id, or its name with or without `#`.
    pub channel: String,
    /// The id of the channel's Slack workspace, or of the organisation. Needed once the app is installed in several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace: Option<String>,
    /// Severities this destination takes; none means that only overrides reach it.
    pub severities: Vec<Severity>,
    /// Alert types this destination takes.
    pub alert_types: Vec<AlertType>,
    /// Log types this destination takes; none means all.
    pub log_types: Vec<String>,
    /// IANA name of the zone in which this destination's messages show times.
    pub timezone: String,
    /// Whether status changes made outside Slack are shown here.
    pub two_way_status: bool,
    /// Whether assignee changes made outside Slack are shown here.
    pub two_way_assignee: bool,
    /// Whether comments made outside Slack are shown here.
    pub two_way_comments: bool,
    /// Whether AI triage is shown here.
    pub ai_triage: bool,
}

/// A place that receives alerts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Destination {
    pub id: DestinationId,
    #[serde(flatten)]
    pub settings: DestinationSettings,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// What Slack says of the channel. It is stored beside the rest, because Slack's events change it while people
    /// change the rest.
    #[serde(skip)]
    pub place: Place,
}

impl Destination {
    /// The channel to post to: its id, or until that is known what the client named.
    pub fn channel(&self) -> &str {
        self.place.channel_id.as_deref().unwrap_or(&self.settings.channel)
    }

    /// Whether `id` is, or was, this destination's channel.
    pub fn is_at(&self, id: &str) -> bool {
        self.channel() == id || self.settings.channel == id || self.place.former_ids.iter().any(|former| former == id)
    }
}

/// A word that suppresses an alert when a list of destinations contains it, so no destination may be called so.
pub const SKIP: &str = "SKIP";

impl DestinationSettings {
    /// Reads the body of `POST /destinations`, or with `present` the changes of an update to it. Defaults: all
    /// severities but INFO, all alert types, all log types, UTC, everything off.
    ///
    /// # Errors
    /// Every broken rule.
    pub fn parse(body: &[u8], present: Option<&Self>) -> Result<Self, Vec<FieldError>> {
        let mut fields = Fields::parse(body)?;
        let display_name = match present {
            Some(present) if !fields.has("displayName") => present.display_name.clone(),
            _ => fields.required_string("displayName", 100).unwrap_or_default(),
        };
        if display_name.trim().eq_ignore_ascii_case(SKIP) {
            fields.refuse("displayName", "must not be SKIP, which suppresses alerts");
        }
        let channel = match present {
            Some(present) if !fields.has("channel") => present.channel.clone(),
            _ => fields.required_string("channel", 81).unwrap_or_default(),
        };
        let channel = channel.trim().trim_start_matches('#').to_owned();
        if channel.chars().any(|c| c.is_whitespace() || c == '#' || c.is_control()) {
            fields.refuse("channel", "must be a channel id such as C0123456789, or a channel name");
        }
        let workspace = match present {
            Some(present) if !fields.has("workspace") => present.workspace.clone(),
            _ => fields.string("workspace").map(|id| id.trim().to_owned()).filter(|id| !id.is_empty()),
        };
        if workspace.as_deref().is_some_and(|id| !is_workspace_id(id)) {
            fields.refuse(
                "workspace",
                "must be the id of a Slack workspace, such as T0123456789, or of an organisation, such as E0123456789",
            );
        }
        let kind = fields.one_of("kind", &DestinationKind::ALL, DestinationKind::as_str);
        let severities = fields.list_of("severities", &Severity::ALL, Severity::as_str);
        let alert_types = fields.list_of("alertTypes", &AlertType::ALL, AlertType::as_str);
        let log_types = fields.strings("logTypes");
        let timezone = fields.string("timezone");
        if timezone.as_deref().is_some_and(|name| jiff::tz::TimeZone::get(name).is_err()) {
            fields.refuse("timezone", "must be a time zone of the IANA database, such as Europe/Berlin");
        }
        let mut switch =
            |name: &str, now: fn(&Self) -> bool| fields.boolean(name).or(present.map(now)).unwrap_or(false);
        let two_way_status = switch("twoWayStatus", |s| s.two_way_status);
        let two_way_assignee = switch("twoWayAssignee", |s| s.two_way_assignee);
        let two_way_comments = switch("twoWayComments", |s| s.two_way_comments);
        let ai_triage = switch("aiTriage", |s| s.ai_triage);
        fields.finish_strict()?;
        Ok(Self {
            display_name: display_name.trim().to_owned(),
            kind: kind.or(present.map(|p| p.kind)).unwrap_or(DestinationKind::SlackBot),
            channel,
            workspace,
            severities: severities
                .or(present.map(|p| p.severities.clone()))
                .unwrap_or_else(|| Severity::ALL[1..].into()),
            alert_types: alert_types
                .or(present.map(|p| p.alert_types.clone()))
                .unwrap_or_else(|| AlertType::ALL.into()),
            log_types: log_types.or(present.map(|p| p.log_types.clone())).unwrap_or_default(),
            timezone: timezone.or(present.map(|p| p.timezone.clone())).unwrap_or_else(|| "UTC".to_owned()),
            two_way_status,
            two_way_assignee,
            two_way_comments,
            ai_triage,
        })
    }
}

fn is_workspace_id(id: &str) -> bool {
    let part_of_id = |c: u8| c.is_ascii_uppercase() || c.is_ascii_digit();
    id.strip_prefix(['T', 'E']).is_some_and(|rest| (2..=32).contains(&rest.len()) && rest.bytes().all(part_of_id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_and_a_channel_are_enough() {
        let settings = DestinationSettings::parse(br##"{"displayName":"SOC","channel":"#soc"}"##, None).unwrap();
        assert_eq!(settings.channel, "soc");
        assert_eq!(settings.severities, &Severity::ALL[1..]);
        assert_eq!(settings.alert_types, AlertType::ALL);
        assert_eq!(settings.timezone, "UTC");
        assert!(!settings.two_way_status && !settings.two_way_comments);
    }

    #[test]
    fn every_wrong_field_is_named() {
        let body = br#"{"displayName":"skip","channel":"a b","kind":"PIGEON","severities":["BAD"],"alertTypes":[1],
            "timezone":"Mars/Olympus","twoWayStatus":"yes","colour":"red","workspace":"acme"}"#;
        let errors = DestinationSettings::parse(body, None).unwrap_err();
        let fields: Vec<_> = errors.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(
            fields,
            [
                "displayName",
                "channel",
                "workspace",
                "kind",
                "severities[0]",
                "alertTypes[0]",
                "timezone",
                "twoWayStatus",
                "colour",
            ]
        );
    }

    #[test]
    fn an_update_keeps_what_it_does_not_name() {
        let body =
            br#"{"displayName":"SOC","channel":"C1","severities":[],"twoWayStatus":true,"timezone":"Asia/Tokyo"}"#;
        let first = DestinationSettings::parse(body, None).unwrap();
        assert!(first.severities.is_empty());
        let second = DestinationSettings::parse(br#"{"aiTriage":true}"#, Some(&first)).unwrap();
        assert_eq!(second, DestinationSettings { ai_triage: true, ..first });
    }
}
