//! The public JSON of an alert: Panther's fields under their own names, and ours beside them (docs/api.md).
//!
//! Emails stay inside: an assignee is an id and a name.

use alert::boomerang::Verdict;
use alert::event::{EventSlackUser, event_actor, event_recipient};
use alert::intel::Intel;
use alert::{
    Activity, ActivityKind, Actor, AiTriage, AlertType, Assignee, Delivery, DeliveryState, DestinationId, Severity,
    Status, Why, ai_triage,
};
use jiff::Timestamp;
use jiff::civil::DateTime;
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::HashMap;
use store::AlertRecord;

/// Names of destinations, for deliveries that were not begun and so have none yet.
pub(crate) type Labels = HashMap<DestinationId, String>;

/// An alert.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AlertShape<'a> {
    id: &'a str,
    title: &'a str,
    severity: Severity,
    status: Status,
    r#type: AlertType,
    created_at: Timestamp,
    updated_at: Timestamp,
    updated_by: ActorShape<'a>,
    assignee: Option<ActorShape<'a>>,
    description: &'a str,
    runbook: &'a str,
    reference: &'a str,
    detection: Option<Detection<'a>>,
    context: &'a Map<String, Value>,
    /// Panther's context tags; alerts here have `tags`.
    context_tags: [&'a str; 0],
    /// Every alert counts as one event.
    event_count: u32,
    first_event_occurred_at: Option<Timestamp>,
    last_received_event_at: Timestamp,
    deliveries: Vec<DeliveryShape<'a>>,
    link: Option<&'a str>,
    tags: &'a [String],
    log_types: &'a [String],
    summary_attributes: &'a Value,
    routing: RoutingShape<'a>,
    seq: u64,
    received: u64,
    #[serde(flatten)]
    history: Option<History<'a>>,
}

/// What only `GET /alerts/{id}` shows.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct History<'a> {
    first_event: &'a Value,
    /// The latest one.
    ai_triage: Option<&'a AiTriage>,
    activity: Vec<ActivityShape<'a>>,
    /// How many of the oldest activities are left out because the answer would be too large.
    activity_omitted: usize,
}

/// Somebody: a user, an API key, or Margay itself, in whose name stands whoever in Slack is no registered user.
#[derive(Debug, Serialize)]
pub(crate) struct ActorShape<'a> {
    id: &'a str,
    r#type: &'static str,
    name: &'a str,
    /// Their id in Slack, if they are no registered user.
    #[serde(rename = "slackUserId", skip_serializing_if = "Option::is_none")]
    slack_user_id: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Detection<'a> {
    id: &'a str,
    r#type: Option<&'static str>,
    name: Option<&'a str>,
    version: Option<&'a str>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct DeliveryShape<'a> {
    output_id: &'a str,
    label: &'a str,
    dispatched_at: Option<Timestamp>,
    message: &'a str,
    /// 200 once it is posted, else 0: no HTTP status says what the state says.
    status_code: u16,
    success: bool,
    state: DeliveryState,
    reason: Option<&'a str>,
    synced_seq: u64,
    retry_at: Option<Timestamp>,
}

#[derive(Debug, Serialize)]
struct RoutingShape<'a> {
    why: Why,
    unknown: &'a [String],
    nowhere: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ActivityShape<'a> {
    seq: u64,
    at: Timestamp,
    actor: ActorShape<'a>,
    change_id: &'a str,
    #[serde(flatten)]
    what: What<'a>,
}

#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE")]
enum What<'a> {
    Created,
    StatusChanged {
        from: Status,
        to: Status,
        comment: Option<&'a str>,
    },
    Assigned {
        from: Option<ActorShape<'a>>,
        to: Option<ActorShape<'a>>,
    },
    CommentAdded {
        comment: &'a str,
    },
    #[serde(rename_all = "camelCase")]
    CommentEdited {
        comment_seq: u64,
        comment: &'a str,
    },
    #[serde(rename_all = "camelCase")]
    CommentDeleted {
        comment_seq: u64,
    },
    #[serde(rename_all = "camelCase")]
    BoomerangSent {
        boomerang_id: &'a str,
        recipient: EventSlackUser<'a>,
        question: &'a str,
        shares_event: bool,
    },
    #[serde(rename_all = "camelCase")]
    BoomerangAnswered {
        boomerang_id: &'a str,
        recipient: EventSlackUser<'a>,
        verdict: Verdict,
        answer: Option<&'a str>,
        late: bool,
        reopened_from: Option<Status>,
    },
    #[serde(rename_all = "camelCase")]
    BoomerangCancelled {
        boomerang_id: &'a str,
        recipient: EventSlackUser<'a>,
    },
    #[serde(rename_all = "camelCase")]
    BoomerangOverdue {
        boomerang_id: &'a str,
        recipient: EventSlackUser<'a>,
    },
    #[serde(rename_all = "camelCase")]
    BoomerangUndelivered {
        boomerang_id: &'a str,
        recipient: EventSlackUser<'a>,
        reason: &'a str,
    },
    DetailsShown,
    IntelShown {
        intel: &'a Intel,
    },
    #[serde(rename_all = "camelCase")]
    AiTriaged {
        ai_triage: &'a AiTriage,
        first: bool,
    },
}

impl<'a> AlertShape<'a> {
    /// The alert as listed.
    pub(crate) fn listed(record: &'a AlertRecord, labels: &'a Labels) -> Self {
        let (content, triage) = (&record.alert.content, &record.alert.triage);
        Self {
            id: record.alert.id.as_str(),
            title: &content.title,
            severity: content.severity,
            status: triage.status,
            r#type: content.alert_type,
            created_at: content.created_at,
            updated_at: triage.updated_at,
            updated_by: actor(&triage.updated_by),
            assignee: triage.assignee.as_ref().map(person),
            description: &content.description,
            runbook: &content.runbook,
            reference: content.extra.get("reference").and_then(Value::as_str).unwrap_or_default(),
            detection: content.detection_id.as_deref().map(|id| Detection {
                id,
                r#type: detection_type(content.alert_type),
                name: content.name.as_deref(),
                version: content.version.as_deref(),
            }),
            context: &content.alert_context,
            context_tags: [],
            event_count: 1,
            first_event_occurred_at: occurred_at(&content.first_event),
            last_received_event_at: record.alert.received_at,
            deliveries: deliveries(record, labels),
            link: content.link.as_deref(),
            tags: &content.tags,
            log_types: &content.log_types,
            summary_attributes: &content.summary_attributes,
            routing: RoutingShape {
                why: record.alert.routing.why,
                unknown: &record.alert.routing.unknown,
                nowhere: record.alert.routing.nowhere(),
            },
            seq: triage.seq,
            received: record.alert.received,
            history: None,
        }
    }

    /// The alert with its history, of which the newest `newest` activities are shown.
    pub(crate) fn whole(record: &'a AlertRecord, labels: &'a Labels, newest: usize) -> Self {
        let omitted = record.activities.len().saturating_sub(newest);
        let history = History {
            first_event: &record.alert.content.first_event,
            ai_triage: ai_triage::latest(&record.activities),
            activity: record.activities[omitted..].iter().map(activity).collect(),
            activity_omitted: omitted,
        };
        Self { history: Some(history), ..Self::listed(record, labels) }
    }
}

/// An actor under its id; Margay itself has the id `system`.
pub(crate) fn actor(actor: &Actor) -> ActorShape<'_> {
    let known = event_actor(actor);
    let slack_user_id = known.slack_user.map(|user| user.id);
    ActorShape { id: known.id.unwrap_or("system"), r#type: known.kind, name: actor.name(), slack_user_id }
}

fn person(assignee: &Assignee) -> ActorShape<'_> {
    ActorShape { id: assignee.id.as_str(), r#type: "user", name: &assignee.name, slack_user_id: None }
}

fn detection_type(alert_type: AlertType) -> Option<&'static str> {
    match alert_type {
        AlertType::Rule | AlertType::RuleError => Some("RULE"),
        AlertType::ScheduledRule | AlertType::ScheduledRuleError => Some("SCHEDULED_RULE"),
        AlertType::CorrelationRule => Some("CORRELATION_RULE"),
        AlertType::Policy => Some("POLICY"),
        AlertType::SystemError => None,
    }
}

/// The first event's `p_event_time`, written as Panther does in events or as an instant
/// (<https://docs.panther.com/search/panther-fields>).
fn occurred_at(first_event: &Value) -> Option<Timestamp> {
    let text = first_event.get("p_event_time")?.as_str()?;
    let civil = || text.parse::<DateTime>().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok();
    text.parse().ok().or_else(|| civil().map(|zoned| zoned.timestamp()))
}

/// Every destination the alert was routed to, begun or not, and any other that has a copy.
fn deliveries<'a>(record: &'a AlertRecord, labels: &'a Labels) -> Vec<DeliveryShape<'a>> {
    let begun: Vec<&Delivery> = record.deliveries.iter().map(|stored| &stored.delivery).collect();
    let routed = record.alert.routing.to.iter().map(|id| {
        let found = begun.iter().find(|delivery| delivery.destination_id == *id);
        found.map_or_else(|| untouched(id, labels), |delivery| delivery_shape(delivery))
    });
    let others = begun.iter().filter(|delivery| !record.alert.routing.to.contains(&delivery.destination_id));
    routed.chain(others.map(|delivery| delivery_shape(delivery))).collect()
}

fn untouched<'a>(id: &'a DestinationId, labels: &'a Labels) -> DeliveryShape<'a> {
    DeliveryShape {
        output_id: id.as_str(),
        label: labels.get(id).map_or(id.as_str(), String::as_str),
        dispatched_at: None,
        message: waits(DeliveryState::Pending),
        status_code: 0,
        success: false,
        state: DeliveryState::Pending,
        reason: None,
        synced_seq: 0,
        retry_at: None,
    }
}

fn delivery_shape(delivery: &Delivery) -> DeliveryShape<'_> {
    let delivered = delivery.state == DeliveryState::Delivered;
    DeliveryShape {
        output_id: delivery.destination_id.as_str(),
        label: &delivery.label,
        dispatched_at: delivery.dispatched_at,
        message: delivery.reason.as_deref().unwrap_or(waits(delivery.state)),
        status_code: if delivered { 200 } else { 0 },
        success: delivered,
        state: delivery.state,
        reason: delivery.reason.as_deref(),
        synced_seq: delivery.synced_seq,
        retry_at: delivery.retry_at,
    }
}

fn waits(state: DeliveryState) -> &'static str {
    match state {
        DeliveryState::Pending => "Waiting to be posted.",
        DeliveryState::Delivered => "Posted.",
        DeliveryState::Suppressed => "Not posted on purpose.",
        DeliveryState::Uncertain => "It could not be told whether it was posted.",
        DeliveryState::Dead => "Refused for good.",
    }
}

fn activity(activity: &Activity) -> ActivityShape<'_> {
    let what = match &activity.kind {
        ActivityKind::Created => What::Created,
        ActivityKind::Status { from, to, comment } => {
            What::StatusChanged { from: *from, to: *to, comment: comment.as_deref() }
        }
        ActivityKind::Assignee { from, to } => {
            What::Assigned { from: from.as_ref().map(person), to: to.as_ref().map(person) }
        }
        ActivityKind::Comment { body, .. } => What::CommentAdded { comment: body },
        ActivityKind::CommentEdited { of, body, .. } => What::CommentEdited { comment_seq: *of, comment: body },
        ActivityKind::CommentDeleted { of } => What::CommentDeleted { comment_seq: *of },
        ActivityKind::BoomerangSent { recipient, question, shares_event, .. } => What::BoomerangSent {
            boomerang_id: activity.change_id.as_str(),
            recipient: event_recipient(recipient),
            question,
            shares_event: *shares_event,
        },
        ActivityKind::BoomerangAnswered { boomerang, recipient, verdict, answer, late, reopened } => {
            What::BoomerangAnswered {
                boomerang_id: boomerang.as_str(),
                recipient: event_recipient(recipient),
                verdict: *verdict,
                answer: answer.as_deref(),
                late: *late,
                reopened_from: *reopened,
            }
        }
        ActivityKind::BoomerangCancelled { boomerang, recipient } => {
            What::BoomerangCancelled { boomerang_id: boomerang.as_str(), recipient: event_recipient(recipient) }
        }
        ActivityKind::BoomerangOverdue { boomerang, recipient, .. } => {
            What::BoomerangOverdue { boomerang_id: boomerang.as_str(), recipient: event_recipient(recipient) }
        }
        ActivityKind::BoomerangUndelivered { boomerang, recipient, why, .. } => What::BoomerangUndelivered {
            boomerang_id: boomerang.as_str(),
            recipient: event_recipient(recipient),
            reason: why,
        },
        ActivityKind::DetailsShown { .. } => What::DetailsShown,
        ActivityKind::IntelShown { intel } => What::IntelShown { intel },
        ActivityKind::AiTriaged { triage, first } => What::AiTriaged { ai_triage: triage, first: *first },
    };
    ActivityShape {
        seq: activity.seq,
        at: activity.at,
        actor: actor(&activity.actor),
        change_id: activity.change_id.as_str(),
        what,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_first_events_time_is_read_in_both_notations_and_guessed_in_none() {
        for (time, expected) in [
            (json!("2026-11-21 08:30:00.000"), Some("2026-11-21T08:30:00Z")),
            (json!("2026-11-21T08:30:00+01:00"), Some("2026-11-21T07:30:00Z")),
            (json!("yesterday"), None),
            (json!(1_763_700_000), None),
        ] {
            let read = occurred_at(&json!({"p_event_time": time})).map(|at| at.to_string());
            assert_eq!(read.as_deref(), expected);
        }
        assert_eq!(occurred_at(&Value::Null), None);
    }
}
