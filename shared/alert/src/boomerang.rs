//! Boomerangs: questions to Slack users about an alert, and what came back.
//!
//! A boomerang is part of the alert's history and nothing else: its id is the change that sent it, and [`all`] reads
//! from the activities how far each one is. The direct message that shows it is a copy like any other
//! ([`DirectMessage`]), brought up to date from there.
//!
//! ```text
//!            the recipient answers, once
//! open ─────────────────────────────────────► ANSWERED (late, if somebody was told before that no answer came)
//!   ├─ the asker, or who manages alerts, cancels ──► CANCELLED
//!   └─ it cannot be delivered ──► UNDELIVERED ── it reached them all the same ──► ANSWERED
//! ```

use crate::activity::{Activity, ActivityKind};
use crate::change::{Action, Actor, Change, Decision};
use crate::delivery::MessageRef;
use crate::{ChangeId, Origin, Status, Triage};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Boomerangs of one alert that may be open at once.
pub const MAX_OPEN: usize = 20;

/// Who is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// `U…` or `W…`.
    pub slack_user: String,
    /// Their name in Slack; empty if Slack could not be asked in time.
    pub name: String,
}

/// What the recipient says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Verdict {
    /// It was them, or it is as it should be.
    Confirmed,
    /// It was not: the alert is opened again if it was closed.
    Suspicious,
}

/// A boomerang, as far as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Boomerang {
    /// The change that sent it.
    pub id: ChangeId,
    pub asked_at: Timestamp,
    pub asker: Actor,
    pub recipient: Recipient,
    pub question: String,
    /// Whether the recipient sees the alert's first event.
    pub shares_event: bool,
    /// The installation of the Slack app in which it was asked; nothing while there is only one.
    pub workspace: Option<String>,
    /// The direct conversation with the recipient, if they could be checked and it could be opened when asked.
    pub conversation: Option<String>,
    /// Whether the asker was told that no answer came.
    pub overdue: bool,
    pub end: Option<End>,
}

/// How a boomerang ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    Answered {
        by: Actor,
        verdict: Verdict,
        answer: Option<String>,
        late: bool,
        /// The message on which it was answered.
        on: Option<MessageRef>,
    },
    Cancelled {
        by: Actor,
    },
    /// It could not be delivered; a sentence says why.
    Undelivered {
        why: String,
    },
}

impl Boomerang {
    /// Whether an answer is waited for.
    pub fn is_open(&self) -> bool {
        self.end.is_none()
    }

    /// When somebody is to be told that no answer came, if they are and have not been.
    pub fn overdue_at(&self, reminders: Reminders) -> Option<Timestamp> {
        (self.is_open() && !self.overdue).then(|| self.asked_at + reminders.overdue_after)
    }
}

/// When people are reminded of a boomerang that nobody has answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reminders {
    /// The recipient: so long after the question reached them.
    pub remind_after: jiff::SignedDuration,
    /// Who asked: so long after they did.
    pub overdue_after: jiff::SignedDuration,
}

/// Why a change to a boomerang, or a new one, is refused: a sentence for whoever asked for it follows from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "refused", rename_all = "snake_case")]
pub enum Refused {
    /// [`MAX_OPEN`] are open.
    TooManyOpen,
    /// The alert has no such boomerang.
    Unknown,
    /// Somebody else was asked.
    NotAsked,
    /// It was answered already, so it stays as it is.
    Answered,
    /// It was cancelled already.
    Cancelled { by: Actor },
    /// It could not be delivered, so there is nothing to cancel.
    Undelivered,
}

/// The boomerangs of an alert with this history, in the order in which they were sent.
pub fn all(history: &[Activity]) -> Vec<Boomerang> {
    let mut all: Vec<Boomerang> = Vec::new();
    for activity in history {
        let mut end = |id: &ChangeId, how: End| {
            if let Some(boomerang) = all.iter_mut().find(|boomerang| boomerang.id == *id) {
                boomerang.end = Some(how);
            }
        };
        match &activity.kind {
            ActivityKind::BoomerangSent { recipient, question, shares_event, workspace, conversation } => {
                all.push(Boomerang {
                    id: activity.change_id.clone(),
                    asked_at: activity.at,
                    asker: activity.actor.clone(),
                    recipient: recipient.clone(),
                    question: question.clone(),
                    shares_event: *shares_event,
                    workspace: workspace.clone(),
                    conversation: conversation.clone(),
                    overdue: false,
                    end: None,
                })
            }
            ActivityKind::BoomerangAnswered { boomerang, verdict, answer, late, .. } => {
                let on = match &activity.origin {
                    Origin::Slack { channel, message_ts, .. } => {
                        Some(MessageRef { channel: channel.clone(), ts: message_ts.clone() })
                    }
                    Origin::Api | Origin::System => None,
                };
                let (by, answer) = (activity.actor.clone(), answer.clone());
                end(boomerang, End::Answered { by, verdict: *verdict, answer, late: *late, on });
            }
            ActivityKind::BoomerangCancelled { boomerang, .. } => {
                end(boomerang, End::Cancelled { by: activity.actor.clone() });
            }
            ActivityKind::BoomerangUndelivered { boomerang, why, .. } => {
                end(boomerang, End::Undelivered { why: why.clone() });
            }
            ActivityKind::BoomerangOverdue { boomerang, .. } => {
                all.iter_mut().filter(|known| known.id == *boomerang).for_each(|known| known.overdue = true);
            }
            ActivityKind::Created
            | ActivityKind::Status { .. }
            | ActivityKind::Assignee { .. }
            | ActivityKind::Comment { .. }
            | ActivityKind::CommentEdited { .. }
            | ActivityKind::CommentDeleted { .. }
            | ActivityKind::DetailsShown { .. }
            | ActivityKind::IntelShown { .. }
            | ActivityKind::AiTriaged { .. } => {}
        }
    }
    all
}

/// The boomerang `id` of an alert with this history.
pub fn find(history: &[Activity], id: &ChangeId) -> Option<Boomerang> {
    all(history).into_iter().find(|boomerang| boomerang.id == *id)
}

/// How many are open.
pub fn open(history: &[Activity]) -> usize {
    all(history).iter().filter(|boomerang| boomerang.is_open()).count()
}

/// Decides what `change`, which is about a boomerang, does to an alert with this `history`.
///
/// Whoever calls has checked who may send and who may cancel; that only the recipient answers, and once, is decided
/// here.
pub(crate) fn decide(triage: &Triage, history: &[Activity], change: &Change) -> Decision {
    let one = |id: &ChangeId| find(history, id).ok_or(Refused::Unknown);
    let decided = match &change.action {
        Action::SendBoomerang { recipient, question, shares_event, workspace, conversation } => {
            if open(history) >= MAX_OPEN {
                Err(Refused::TooManyOpen)
            } else {
                Ok(Some(ActivityKind::BoomerangSent {
                    recipient: recipient.clone(),
                    question: question.clone(),
                    shares_event: *shares_event,
                    workspace: workspace.clone(),
                    conversation: conversation.clone(),
                }))
            }
        }
        Action::AnswerBoomerang { boomerang, verdict, answer } => {
            one(boomerang).and_then(|known| answered(triage, &known, change, *verdict, answer.as_deref()))
        }
        Action::CancelBoomerang { boomerang } => one(boomerang).and_then(|known| match known.end {
            None => Ok(Some(ActivityKind::BoomerangCancelled { boomerang: known.id, recipient: known.recipient })),
            Some(End::Answered { .. }) => Err(Refused::Answered),
            Some(End::Cancelled { by }) => Err(Refused::Cancelled { by }),
            Some(End::Undelivered { .. }) => Err(Refused::Undelivered),
        }),
        Action::NoteOverdueBoomerang { boomerang } => one(boomerang).map(|known| {
            let open = known.is_open() && !known.overdue;
            open.then_some(ActivityKind::BoomerangOverdue {
                boomerang: known.id,
                recipient: known.recipient,
                asker: known.asker,
            })
        }),
        Action::NoteUndeliveredBoomerang { boomerang, why } => one(boomerang).map(|known| {
            known.is_open().then_some(ActivityKind::BoomerangUndelivered {
                boomerang: known.id,
                recipient: known.recipient,
                asker: known.asker,
                why: why.clone(),
            })
        }),
        Action::SetStatus { .. }
        | Action::Assign { .. }
        | Action::Comment { .. }
        | Action::EditComment { .. }
        | Action::DeleteComment { .. }
        | Action::ShowDetails { .. }
        | Action::ShowIntel { .. }
        | Action::TriageByAi { .. } => Ok(None),
    };
    match decided {
        Ok(activity) => Decision { activity, ..Decision::default() },
        Err(refused) => Decision { refused: Some(refused), ..Decision::default() },
    }
}

fn answered(
    triage: &Triage,
    known: &Boomerang,
    change: &Change,
    verdict: Verdict,
    answer: Option<&str>,
) -> Result<Option<ActivityKind>, Refused> {
    if change.actor.slack_user() != Some(known.recipient.slack_user.as_str()) {
        return Err(Refused::NotAsked);
    }
    match &known.end {
        // What could not be shown to have reached them has.
        None | Some(End::Undelivered { .. }) => {}
        Some(End::Answered { .. }) => return Err(Refused::Answered),
        Some(End::Cancelled { by }) => return Err(Refused::Cancelled { by: by.clone() }),
    }
    let over = matches!(triage.status, Status::Resolved | Status::Closed);
    let reopened = (verdict == Verdict::Suspicious && over).then_some(triage.status);
    Ok(Some(ActivityKind::BoomerangAnswered {
        boomerang: known.id.clone(),
        recipient: known.recipient.clone(),
        verdict,
        answer: answer.map(str::to_owned),
        late: known.overdue,
        reopened,
    }))
}

/// Whether the recipient has the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DirectMessageState {
    /// Not posted yet, or being posted; if the boomerang has ended before, it never will be.
    Pending,
    /// The message is there.
    Sent,
    /// Refused for good, or it cannot be told whether it is there; the reason says which.
    Undelivered,
}

/// What the direct message shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Face {
    /// The question and its controls.
    Question,
    /// What was answered.
    Answer,
    /// That no answer is needed any more.
    Cancelled,
}

impl Face {
    /// What the direct message of `boomerang` should show.
    pub fn of(boomerang: &Boomerang) -> Self {
        match boomerang.end {
            None | Some(End::Undelivered { .. }) => Self::Question,
            Some(End::Answered { .. }) => Self::Answer,
            Some(End::Cancelled { .. }) => Self::Cancelled,
        }
    }
}

/// What is being posted to the recipient, and whose answer is not recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posting {
    pub what: Posted,
    /// When it was begun: the message, if it is there, is not older.
    pub since: Timestamp,
}

/// See [`Posting`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Posted {
    Question,
    Reminder,
}

/// How far the direct message of a boomerang is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectMessage {
    pub boomerang: ChangeId,
    pub state: DirectMessageState,
    /// For people: why it is not there, or not up to date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The conversation with the recipient, once it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<MessageRef>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shows: Option<Face>,
    /// When the question was posted; the reminder counts from there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<Timestamp>,
    #[serde(default)]
    pub reminded: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inflight: Option<Posting>,
    /// Attempts that failed since the last success.
    #[serde(default)]
    pub failures: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_at: Option<Timestamp>,
    /// Whether the message was posted anew because it was deleted; that is done once.
    #[serde(default)]
    pub reposted: bool,
}

impl DirectMessage {
    /// The direct message of `boomerang`, for which nothing was done yet.
    pub fn new(boomerang: &Boomerang) -> Self {
        Self {
            boomerang: boomerang.id.clone(),
            state: DirectMessageState::Pending,
            reason: None,
            conversation: boomerang.conversation.clone(),
            message: None,
            shows: None,
            sent_at: None,
            reminded: false,
            inflight: None,
            failures: 0,
            failing_since: None,
            retry_at: None,
            reposted: false,
        }
    }

    /// When the recipient is to be reminded, if they are and have not been.
    pub fn remind_at(&self, boomerang: &Boomerang, reminders: Reminders) -> Option<Timestamp> {
        let waits = boomerang.is_open() && !self.reminded && self.state == DirectMessageState::Sent;
        self.sent_at.filter(|_| waits).map(|sent| sent + reminders.remind_after)
    }

    /// Whether nothing is left to do at `now` for the message of `boomerang`.
    pub fn is_settled(&self, boomerang: &Boomerang, reminders: Reminders, now: Timestamp) -> bool {
        let shown = match self.state {
            DirectMessageState::Pending => !boomerang.is_open(),
            DirectMessageState::Sent => self.shows == Some(Face::of(boomerang)),
            // Answered on a message that could not be found: from then on it is known.
            DirectMessageState::Undelivered => !matches!(boomerang.end, Some(End::Answered { on: Some(_), .. })),
        };
        let remind = self.remind_at(boomerang, reminders).is_some_and(|at| at <= now);
        shown && !remind && self.inflight.is_none()
    }
}
