//! What Margay says on the event bus: one event per activity, in order, at least once.
//!
//! `source` is `margay`; `detail-type` is one of [`detail_type`]'s names; `detail` is [`AlertEvent`] as JSON
//! (docs/events.md). An event may come twice: its `changeId` tells.

use crate::boomerang::{Recipient, Verdict};
use crate::intel::Intel;
use crate::{Activity, ActivityKind, Actor, AiTriage, Alert, AlertType, Severity, Status};
use jiff::Timestamp;
use serde::Serialize;

/// The `source` of every event.
pub const SOURCE: &str = "margay";

/// The `detail` of an event.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AlertEvent<'a> {
    /// Version of this shape.
    pub version: u32,
    pub alert_id: &'a str,
    pub change_id: &'a str,
    /// The alert's activity number: events of one alert are ordered by it.
    pub seq: u64,
    pub at: Timestamp,
    pub actor: EventActor<'a>,
    pub title: &'a str,
    pub severity: Severity,
    #[serde(rename = "type")]
    pub alert_type: AlertType,
    /// What happened.
    #[serde(flatten)]
    pub what: What<'a>,
}

/// Who did it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EventActor<'a> {
    /// `user`, `api-token` or `system`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub id: Option<&'a str>,
    /// Who it was in Slack, if they are no registered user; the type is then `system`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slack_user: Option<EventSlackUser<'a>>,
}

/// Somebody in Slack who is no registered user.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EventSlackUser<'a> {
    pub id: &'a str,
    pub name: &'a str,
}

/// The part of an event that differs by what happened.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", untagged)]
pub enum What<'a> {
    Created {
        status: Status,
    },
    StatusChanged {
        from: Status,
        to: Status,
        #[serde(skip_serializing_if = "Option::is_none")]
        comment: Option<&'a str>,
    },
    Assigned {
        from_assignee_id: Option<&'a str>,
        assignee_id: Option<&'a str>,
    },
    CommentAdded {
        comment: &'a str,
    },
    CommentEdited {
        comment_seq: u64,
        comment: &'a str,
    },
    CommentDeleted {
        comment_seq: u64,
    },
    BoomerangSent {
        boomerang_id: &'a str,
        recipient: EventSlackUser<'a>,
        question: &'a str,
        shares_event: bool,
    },
    BoomerangAnswered {
        boomerang_id: &'a str,
        recipient: EventSlackUser<'a>,
        verdict: Verdict,
        answer: Option<&'a str>,
        late: bool,
        reopened_from: Option<Status>,
    },
    BoomerangNoted {
        boomerang_id: &'a str,
        recipient: EventSlackUser<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<&'a str>,
    },
    IntelShown {
        intel: &'a Intel,
    },
    AiTriaged {
        ai_triage: &'a AiTriage,
        first: bool,
    },
    /// Nothing but that it happened.
    DetailsShown {},
}

/// The event's `detail-type`.
pub fn detail_type(kind: &ActivityKind) -> &'static str {
    match kind {
        ActivityKind::Created => "alert.created",
        ActivityKind::Status { .. } => "alert.status_changed",
        ActivityKind::Assignee { .. } => "alert.assigned",
        ActivityKind::Comment { .. } => "alert.comment_added",
        ActivityKind::CommentEdited { .. } => "alert.comment_edited",
        ActivityKind::CommentDeleted { .. } => "alert.comment_deleted",
        ActivityKind::BoomerangSent { .. } => "alert.boomerang_sent",
        ActivityKind::BoomerangAnswered { .. } => "alert.boomerang_answered",
        ActivityKind::BoomerangCancelled { .. } => "alert.boomerang_cancelled",
        ActivityKind::BoomerangOverdue { .. } => "alert.boomerang_overdue",
        ActivityKind::BoomerangUndelivered { .. } => "alert.boomerang_undelivered",
        ActivityKind::DetailsShown { .. } => "alert.details_shown",
        ActivityKind::IntelShown { .. } => "alert.intel_shown",
        ActivityKind::AiTriaged { .. } => "alert.ai_triaged",
    }
}

/// The event for one activity of `alert`. The title is cut to 1,000 characters: an entry may have 256 kB
/// (<https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html>).
pub fn alert_event<'a>(alert: &'a Alert, activity: &'a Activity) -> AlertEvent<'a> {
    let what = match &activity.kind {
        ActivityKind::Created => What::Created { status: Status::at_first(alert.content.severity) },
        ActivityKind::Status { from, to, comment } => {
            What::StatusChanged { from: *from, to: *to, comment: comment.as_deref() }
        }
        ActivityKind::Assignee { from, to } => What::Assigned {
            from_assignee_id: from.as_ref().map(|a| a.id.as_str()),
            assignee_id: to.as_ref().map(|a| a.id.as_str()),
        },
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
        ActivityKind::BoomerangCancelled { boomerang, recipient }
        | ActivityKind::BoomerangOverdue { boomerang, recipient, .. } => What::BoomerangNoted {
            boomerang_id: boomerang.as_str(),
            recipient: event_recipient(recipient),
            reason: None,
        },
        ActivityKind::BoomerangUndelivered { boomerang, recipient, why, .. } => What::BoomerangNoted {
            boomerang_id: boomerang.as_str(),
            recipient: event_recipient(recipient),
            reason: Some(why),
        },
        ActivityKind::DetailsShown { .. } => What::DetailsShown {},
        ActivityKind::IntelShown { intel } => What::IntelShown { intel },
        ActivityKind::AiTriaged { triage, first } => What::AiTriaged { ai_triage: triage, first: *first },
    };
    let title = &alert.content.title;
    let end = title.char_indices().nth(1000).map_or(title.len(), |(index, _)| index);
    AlertEvent {
        version: 1,
        alert_id: alert.id.as_str(),
        change_id: activity.change_id.as_str(),
        seq: activity.seq,
        at: activity.at,
        actor: event_actor(&activity.actor),
        title: &title[..end],
        severity: alert.content.severity,
        alert_type: alert.content.alert_type,
        what,
    }
}

/// Who was asked.
pub fn event_recipient(recipient: &Recipient) -> EventSlackUser<'_> {
    EventSlackUser { id: &recipient.slack_user, name: &recipient.name }
}

/// An actor in the words of Panther's API, which knows nobody who is not registered.
pub fn event_actor(actor: &Actor) -> EventActor<'_> {
    let of = |kind, id| EventActor { kind, id, slack_user: None };
    match actor {
        Actor::User { id, .. } => of("user", Some(id.as_str())),
        Actor::SlackUser { id, name } => {
            EventActor { slack_user: Some(EventSlackUser { id, name }), ..of("system", None) }
        }
        Actor::ApiKey { id, .. } => of("api-token", Some(id)),
        Actor::System => of("system", None),
    }
}
