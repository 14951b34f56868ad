//! A change to an alert, and what it does to the alert's triage state: the one place that decides it.

use crate::activity::{Activity, ActivityKind};
use crate::boomerang::{self, Recipient, Refused, Verdict};
use crate::delivery::MessageRef;
use crate::intel::{Intel, Place};
use crate::{AiTriage, AlertId, ChangeId, Happening, HomeOpened, Status, Triage, UserId, ai_triage, comment};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Somebody an alert is assigned to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignee {
    pub id: UserId,
    /// The person's name when assigned.
    pub name: String,
    /// For mentioning the person in Slack; never part of the stored alert's public shape.
    pub email: String,
}

/// Who made a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Actor {
    /// A registered user.
    User {
        id: UserId,
        name: String,
        /// The Slack user they acted as, if they did so in Slack.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        slack_user: Option<String>,
    },
    /// Somebody in Slack who is no registered user. They can comment and answer what they are asked, and nothing else.
    SlackUser {
        /// `U…` or `W…`.
        id: String,
        /// Their name in Slack, which they choose themselves.
        name: String,
    },
    /// A program with an API key.
    ApiKey { id: String, name: String },
    /// Margay itself.
    System,
}

impl Actor {
    /// Whether both are the same person or program, whatever name they had.
    pub fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::User { id: a, .. }, Self::User { id: b, .. }) => a == b,
            (Self::SlackUser { id: a, .. }, Self::SlackUser { id: b, .. }) => a == b,
            (Self::ApiKey { id: a, .. }, Self::ApiKey { id: b, .. }) => a == b,
            (Self::System, Self::System) => true,
            (Self::User { .. } | Self::SlackUser { .. } | Self::ApiKey { .. } | Self::System, _) => false,
        }
    }

    /// The name to show.
    pub fn name(&self) -> &str {
        match self {
            Self::User { name, .. } | Self::SlackUser { name, .. } | Self::ApiKey { name, .. } => name,
            Self::System => "Margay",
        }
    }

    /// The Slack user they acted as, if they did so in Slack.
    pub fn slack_user(&self) -> Option<&str> {
        match self {
            Self::User { slack_user, .. } => slack_user.as_deref(),
            Self::SlackUser { id, .. } => Some(id),
            Self::ApiKey { .. } | Self::System => None,
        }
    }
}

/// Where a change was made; it is not sent back there (promise 7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Origin {
    /// In a Slack channel, on the message `message_ts` or in its thread, by `user`.
    Slack { channel: String, message_ts: String, user: String },
    /// Through the REST API.
    Api,
    /// By Margay itself.
    System,
}

/// What a change does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Action {
    SetStatus {
        status: Status,
        /// The resolution comment.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comment: Option<String>,
    },
    /// Assigns to somebody, or to nobody.
    Assign {
        assignee: Option<Assignee>,
    },
    /// Adds a comment: stored and shown as it was written.
    Comment {
        body: String,
        /// The Slack message it was written as, if it was: edits and deletions find it by that.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source: Option<MessageRef>,
    },
    /// The author changed the Slack message that a comment was written as.
    EditComment {
        source: MessageRef,
        body: String,
        /// The later edit has the higher one.
        revision: u64,
    },
    /// The Slack message that a comment was written as was deleted.
    DeleteComment {
        source: MessageRef,
    },
    /// Asks a Slack user for help; the change's id becomes the boomerang's.
    SendBoomerang {
        recipient: Recipient,
        question: String,
        shares_event: bool,
        /// What names the installation of the Slack app in which it was asked: the recipient is one of its people.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        workspace: Option<String>,
        /// The direct conversation with the recipient, if they were checked and it is open.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        conversation: Option<String>,
    },
    /// The recipient answers.
    AnswerBoomerang {
        boomerang: ChangeId,
        verdict: Verdict,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        answer: Option<String>,
    },
    CancelBoomerang {
        boomerang: ChangeId,
    },
    /// Margay itself: the time for an answer is over.
    NoteOverdueBoomerang {
        boomerang: ChangeId,
    },
    /// Margay itself: the question does not reach the recipient; `why` is a sentence.
    NoteUndeliveredBoomerang {
        boomerang: ChangeId,
        why: String,
    },
    /// Shows the details in the thread.
    ShowDetails {
        /// Where addresses of the alert are: looked up after the change was queued, before it is applied.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        places: BTreeMap<String, Place>,
    },
    /// Shows what is known of a value: it has no answers yet when it is queued, and all of them when it is applied.
    ShowIntel {
        intel: Intel,
    },
    /// An AI triaged the alert.
    TriageByAi {
        triage: AiTriage,
    },
}

impl Action {
    /// Whether [`decide`] needs the alert's history for it.
    pub fn looks_back(&self) -> bool {
        match self {
            Self::SetStatus { .. }
            | Self::Assign { .. }
            | Self::Comment { .. }
            | Self::ShowDetails { .. }
            | Self::ShowIntel { .. } => false,
            Self::EditComment { .. }
            | Self::DeleteComment { .. }
            | Self::SendBoomerang { .. }
            | Self::AnswerBoomerang { .. }
            | Self::CancelBoomerang { .. }
            | Self::NoteOverdueBoomerang { .. }
            | Self::NoteUndeliveredBoomerang { .. }
            | Self::TriageByAi { .. } => true,
        }
    }
}

/// A change that somebody asked for. Its id makes it happen at most once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub id: ChangeId,
    pub alert_id: AlertId,
    pub at: Timestamp,
    pub actor: Actor,
    pub origin: Origin,
    /// The alert's `seq` that the person saw when they decided. `None`: the change applies whatever happened before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_seq: Option<u64>,
    pub action: Action,
}

/// A message on `changes.fifo`, in the message group of what it is about: an alert, a channel, the Slack app, or a
/// person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "message", rename_all = "snake_case")]
pub enum ChangeMessage {
    /// Apply this, then bring every copy up to date.
    Change(Box<Change>),
    /// Bring every copy up to date. The one `clicked` is drawn anew in any case: it shows a choice that was refused.
    Sync {
        alert_id: AlertId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        clicked: Option<MessageRef>,
    },
    /// Something happened to the Slack app or a channel: bring the destinations up to date.
    Happened(Box<Happening>),
    /// Somebody opened the app's Home tab: show what waits for them.
    HomeOpened(Box<HomeOpened>),
}

/// Somebody else changed the same thing first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// Who was first.
    pub winner: Actor,
    /// What it is now: the status' or the assignee's present value.
    pub now: ConflictNow,
}

/// What a lost change would have changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConflictNow {
    Status(Status),
    Assignee(Option<Assignee>),
}

/// What a change does to a triage state.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The activity to append, if the change has any effect.
    pub activity: Option<ActivityKind>,
    /// Set if the change lost against another's; its comment, if any, is kept as a comment.
    pub conflict: Option<Conflict>,
    /// Set if it was about a boomerang and cannot be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<Refused>,
}

/// Decides what `change` does to `triage`; `history` is the alert's up to there, and is only looked at if the action
/// [looks back](Action::looks_back).
///
/// A change that was decided on an older view of the same thing loses if somebody else has changed that thing since:
/// the person is told and can choose again. One's own quick second click never loses against one's first. A change to
/// what already is has no effect.
///
/// Of two edits of a comment the later one stands, in whatever order they come. An edit to the text that the comment has
/// counts too: another edit lies between them that has not come yet, and must not win when it does. An edit of a comment that was deleted,
/// or that is not here (it was written while comments were not synced), has no effect.
pub fn decide(triage: &Triage, history: &[Activity], change: &Change) -> Decision {
    let only = |activity: ActivityKind| Decision { activity: Some(activity), ..Decision::default() };
    let nothing = Decision::default();
    let overtaken = |seq: u64, by: &Actor| change.seen_seq.is_some_and(|seen| seq > seen) && !by.is(&change.actor);
    match &change.action {
        Action::SetStatus { status, comment } => {
            let as_comment = comment.clone().map(|body| ActivityKind::Comment { body, source: None });
            if *status == triage.status {
                Decision { activity: as_comment, ..nothing }
            } else if overtaken(triage.status_seq, &triage.status_by) {
                let now = ConflictNow::Status(triage.status);
                let conflict = Some(Conflict { winner: triage.status_by.clone(), now });
                Decision { activity: as_comment, conflict, ..nothing }
            } else {
                let kind = ActivityKind::Status { from: triage.status, to: *status, comment: comment.clone() };
                Decision { activity: Some(kind), ..nothing }
            }
        }
        Action::Assign { assignee } => {
            let id = |who: &Option<Assignee>| who.as_ref().map(|a| a.id.clone());
            if id(assignee) == id(&triage.assignee) {
                nothing
            } else if overtaken(triage.assignee_seq, &triage.assignee_by) {
                let now = ConflictNow::Assignee(triage.assignee.clone());
                let conflict = Some(Conflict { winner: triage.assignee_by.clone(), now });
                Decision { conflict, ..nothing }
            } else {
                let kind = ActivityKind::Assignee { from: triage.assignee.clone(), to: assignee.clone() };
                Decision { activity: Some(kind), ..nothing }
            }
        }
        Action::Comment { body, source } => only(ActivityKind::Comment { body: body.clone(), source: source.clone() }),
        Action::EditComment { source, body, revision } => match comment::written_as(history, source) {
            Some(now) if !now.deleted && *revision > now.revision() => {
                only(ActivityKind::CommentEdited { of: now.added.seq, body: body.clone(), revision: *revision })
            }
            _ => nothing,
        },
        Action::DeleteComment { source } => match comment::written_as(history, source) {
            Some(now) if !now.deleted => only(ActivityKind::CommentDeleted { of: now.added.seq }),
            _ => nothing,
        },
        Action::SendBoomerang { .. }
        | Action::AnswerBoomerang { .. }
        | Action::CancelBoomerang { .. }
        | Action::NoteOverdueBoomerang { .. }
        | Action::NoteUndeliveredBoomerang { .. } => boomerang::decide(triage, history, change),
        Action::ShowDetails { places } => only(ActivityKind::DetailsShown { places: places.clone() }),
        Action::ShowIntel { intel } => only(ActivityKind::IntelShown { intel: intel.clone() }),
        Action::TriageByAi { triage } => {
            let latest = ai_triage::latest(history);
            // What is there already is not put there again.
            if latest == Some(triage) || ai_triage::is_full(history) {
                return nothing;
            }
            only(ActivityKind::AiTriaged { triage: triage.clone(), first: latest.is_none() })
        }
    }
}

/// The triage state after `kind`, appended by `change` as activity `seq`.
pub fn advance(triage: &Triage, kind: &ActivityKind, change: &Change) -> Triage {
    let mut next = triage.clone();
    next.seq += 1;
    next.updated_at = change.at;
    next.updated_by = change.actor.clone();
    match kind {
        ActivityKind::Status { to, .. } => {
            next.status = *to;
            next.status_seq = next.seq;
            next.status_by = change.actor.clone();
        }
        ActivityKind::Assignee { to, .. } => {
            next.assignee = to.clone();
            next.assignee_seq = next.seq;
            next.assignee_by = change.actor.clone();
        }
        ActivityKind::BoomerangAnswered { reopened: Some(_), .. } => {
            next.status = Status::Open;
            next.status_seq = next.seq;
            next.status_by = change.actor.clone();
        }
        ActivityKind::Created
        | ActivityKind::Comment { .. }
        | ActivityKind::CommentEdited { .. }
        | ActivityKind::CommentDeleted { .. }
        | ActivityKind::BoomerangSent { .. }
        | ActivityKind::BoomerangAnswered { .. }
        | ActivityKind::BoomerangCancelled { .. }
        | ActivityKind::BoomerangOverdue { .. }
        | ActivityKind::BoomerangUndelivered { .. }
        | ActivityKind::DetailsShown { .. }
        | ActivityKind::IntelShown { .. }
        | ActivityKind::AiTriaged { .. } => {}
    }
    next
}

#[cfg(test)]
mod tests;
