//! An alert: what its producer said, where it was routed, and how far its triage is.

use crate::{Actor, AlertId, AlertType, Assignee, DestinationId, Routing, Severity, Status};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What the producer said. It never changes once the alert is stored. Wire names are those of the documented payload.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AlertContent {
    /// The detection (rule, policy, ...) that made the alert: `id` in the payload.
    #[serde(rename = "id", default, skip_serializing_if = "Option::is_none")]
    pub detection_id: Option<String>,
    /// The detection's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    pub title: String,
    pub severity: Severity,
    #[serde(rename = "type")]
    pub alert_type: AlertType,
    pub created_at: Timestamp,
    /// Where the alert can be seen: an http or https URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    #[serde(default)]
    pub description: String,
    #[serde(default)]
    pub runbook: String,
    #[serde(default)]
    pub tags: Vec<String>,
    /// The detection's version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    #[serde(default)]
    pub alert_context: Map<String, Value>,
    #[serde(default)]
    pub log_types: Vec<String>,
    /// Values worth a look, by attribute (`{"p_any_ip_addresses": ["1.2.3.4"]}`), or names of attributes.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub summary_attributes: Value,
    /// The first event that the detection matched.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub first_event: Value,
    /// Dynamic destinations: names or ids, or `SKIP`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub destinations: Vec<String>,
    /// Static destination overrides: names or ids, or `SKIP`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub output_ids: Vec<String>,
    /// Destinations that must not get this alert however it is routed: what a SYSTEM_ERROR about a destination lists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except_destinations: Vec<DestinationId>,
    /// Who the producer wants it assigned to: a registered user's id or email.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<String>,
    /// Keys that the payload has beside the documented ones, kept as they came.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub extra: Map<String, Value>,
}

impl AlertContent {
    /// Drops what only the alert itself shows, for whoever holds many at once: it may be 256 KiB of JSON, and many times
    /// that in memory.
    pub fn drop_what_lists_leave_out(&mut self) {
        (self.description, self.runbook) = (String::new(), String::new());
        (self.first_event, self.summary_attributes) = (Value::Null, Value::Null);
        (self.alert_context, self.extra) = (Map::new(), Map::new());
    }
}

/// The part of an alert that people change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Triage {
    /// Number of the alert's last activity; its creation is 1.
    pub seq: u64,
    pub status: Status,
    /// The activity that last set the status, and who did.
    pub status_seq: u64,
    pub status_by: Actor,
    pub assignee: Option<Assignee>,
    /// The activity that last set the assignee, and who did.
    pub assignee_seq: u64,
    pub assignee_by: Actor,
    pub updated_at: Timestamp,
    pub updated_by: Actor,
}

impl Triage {
    /// How an alert of this severity starts.
    pub fn start(severity: Severity, assignee: Option<Assignee>, now: Timestamp) -> Self {
        Self {
            seq: 1,
            status: Status::at_first(severity),
            status_seq: 1,
            status_by: Actor::System,
            assignee,
            assignee_seq: 1,
            assignee_by: Actor::System,
            updated_at: now,
            updated_by: Actor::System,
        }
    }
}

/// An alert as it is stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    pub id: AlertId,
    pub content: AlertContent,
    /// When Margay stored it.
    pub received_at: Timestamp,
    pub routing: Routing,
    pub triage: Triage,
    /// How often the alert came in: 1, and one more for each repetition.
    pub received: u64,
}
