//! The history of an alert, and which destinations hear of which part of it.

use crate::boomerang::{Recipient, Verdict};
use crate::delivery::MessageRef;
use crate::intel::{self, Intel};
use crate::{Actor, AiTriage, Assignee, ChangeId, Destination, Origin, Place, Status};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum ActivityKind {
    /// The alert came in: always the first activity.
    Created,
    Status {
        from: Status,
        to: Status,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comment: Option<String>,
    },
    Assignee {
        from: Option<Assignee>,
        to: Option<Assignee>,
    },
    Comment {
        body: String,
        /// The Slack message it was written as, if it was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source: Option<MessageRef>,
    },
    /// The author changed a comment where they wrote it.
    CommentEdited {
        /// The activity that added the comment.
        of: u64,
        body: String,
        /// The later edit has the higher one.
        revision: u64,
    },
    /// A comment was deleted where it was written; it stays here.
    CommentDeleted {
        /// The activity that added the comment.
        of: u64,
    },
    /// Somebody was asked for help; the change of this activity is the boomerang's id.
    BoomerangSent {
        recipient: Recipient,
        question: String,
        /// Whether the recipient sees the alert's first event.
        shares_event: bool,
        /// What names the installation of the Slack app in which they were asked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        workspace: Option<String>,
        /// The direct conversation with the recipient, if it could be opened at once.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        conversation: Option<String>,
    },
    BoomerangAnswered {
        boomerang: ChangeId,
        recipient: Recipient,
        verdict: Verdict,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        answer: Option<String>,
        /// Whether it came after the note that none had come.
        late: bool,
        /// The status that the alert had, if the answer opened it again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reopened: Option<Status>,
    },
    BoomerangCancelled {
        boomerang: ChangeId,
        recipient: Recipient,
    },
    /// No answer has come in all the time there was.
    BoomerangOverdue {
        boomerang: ChangeId,
        recipient: Recipient,
        asker: Actor,
    },
    BoomerangUndelivered {
        boomerang: ChangeId,
        recipient: Recipient,
        asker: Actor,
        /// A sentence that says why and what to do.
        why: String,
    },
    /// Somebody wanted the details in the thread.
    DetailsShown {
        /// Where addresses of the alert are, as far as that was known.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        places: BTreeMap<String, intel::Place>,
    },
    /// Somebody wanted to know more of a value of the alert.
    IntelShown {
        intel: Intel,
    },
    /// An AI triaged the alert.
    AiTriaged {
        triage: AiTriage,
        /// Whether it is the alert's first one, which is shown in Slack.
        first: bool,
    },
}

/// One entry of an alert's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// 1, 2, 3, ... without gaps.
    pub seq: u64,
    /// The change that caused it; the alert's creation has one too.
    pub change_id: ChangeId,
    pub at: Timestamp,
    pub actor: Actor,
    pub origin: Origin,
    pub kind: ActivityKind,
}

impl ActivityKind {
    /// The boomerang that this ends, if it ends one.
    pub fn ends_boomerang(&self) -> Option<&ChangeId> {
        match self {
            Self::BoomerangAnswered { boomerang, .. }
            | Self::BoomerangCancelled { boomerang, .. }
            | Self::BoomerangUndelivered { boomerang, .. } => Some(boomerang),
            Self::Created
            | Self::Status { .. }
            | Self::Assignee { .. }
            | Self::Comment { .. }
            | Self::CommentEdited { .. }
            | Self::CommentDeleted { .. }
            | Self::BoomerangSent { .. }
            | Self::BoomerangOverdue { .. }
            | Self::DetailsShown { .. }
            | Self::IntelShown { .. }
            | Self::AiTriaged { .. } => None,
        }
    }
}

impl Activity {
    /// The comment it adds, if any: a comment, or what somebody wrote when resolving, as it was written first.
    /// [`comment`](mod@crate::comment) knows what became of it.
    pub fn comment(&self) -> Option<&str> {
        match &self.kind {
            ActivityKind::Comment { body, .. } => Some(body),
            ActivityKind::Status { comment, .. } => comment.as_deref(),
            ActivityKind::Created
            | ActivityKind::Assignee { .. }
            | ActivityKind::BoomerangSent { .. }
            | ActivityKind::BoomerangAnswered { .. }
            | ActivityKind::BoomerangCancelled { .. }
            | ActivityKind::BoomerangOverdue { .. }
            | ActivityKind::BoomerangUndelivered { .. }
            | ActivityKind::DetailsShown { .. }
            | ActivityKind::IntelShown { .. }
            | ActivityKind::AiTriaged { .. }
            | ActivityKind::CommentEdited { .. }
            | ActivityKind::CommentDeleted { .. } => None,
        }
    }

    /// Whether `destination` shows this activity by itself. What is clicked in Slack always reaches the other channels;
    /// what comes from outside, and what people write in threads, only where the destination's switch for it is on. The
    /// alert's creation is its message, and what is deleted in one thread stays in the others.
    pub fn reaches(&self, destination: &Destination) -> bool {
        let switches = &destination.settings;
        let from_slack = matches!(self.origin, Origin::Slack { .. });
        match &self.kind {
            ActivityKind::Created | ActivityKind::CommentDeleted { .. } => false,
            ActivityKind::Status { .. } => from_slack || switches.two_way_status,
            ActivityKind::Assignee { .. } => from_slack || switches.two_way_assignee,
            // What somebody wrote into a modal.
            ActivityKind::Comment { source: None, .. } => from_slack || switches.two_way_comments,
            ActivityKind::Comment { source: Some(_), .. } | ActivityKind::CommentEdited { .. } => {
                switches.two_way_comments
            }
            // Boomerangs belong to Slack, whoever notes something of one.
            ActivityKind::BoomerangSent { .. }
            | ActivityKind::BoomerangAnswered { .. }
            | ActivityKind::BoomerangCancelled { .. }
            | ActivityKind::BoomerangOverdue { .. }
            | ActivityKind::BoomerangUndelivered { .. }
            // What is known of a value is worth as much in every channel.
            | ActivityKind::IntelShown { .. } => true,
            // In one thread: `is_for_another_thread_than`.
            ActivityKind::DetailsShown { .. } => from_slack,
            ActivityKind::AiTriaged { first, .. } => *first && switches.ai_triage,
        }
    }

    /// Whether it is only for the thread where it was asked for, and that is not the one of `message`, a copy in the
    /// channel at `place`: details are long, and whoever asked asked there.
    pub fn is_for_another_thread_than(&self, message: Option<&MessageRef>, place: &Place) -> bool {
        match (&self.kind, &self.origin) {
            (ActivityKind::DetailsShown { .. }, Origin::Slack { channel, message_ts, .. }) => {
                message.is_none_or(|here| here.channel != place.present(channel) || here.ts != *message_ts)
            }
            _ => false,
        }
    }

    /// Whether it happened in the thread of `message`, where everybody sees it: it is not shown there again (promise 7).
    pub fn happened_in_thread_of(&self, message: &MessageRef) -> bool {
        let written = match &self.kind {
            ActivityKind::Comment { source, .. } => source.is_some(),
            ActivityKind::CommentEdited { .. } | ActivityKind::CommentDeleted { .. } => true,
            ActivityKind::Created
            | ActivityKind::Status { .. }
            | ActivityKind::Assignee { .. }
            | ActivityKind::BoomerangSent { .. }
            | ActivityKind::BoomerangAnswered { .. }
            | ActivityKind::BoomerangCancelled { .. }
            | ActivityKind::BoomerangOverdue { .. }
            | ActivityKind::BoomerangUndelivered { .. }
            | ActivityKind::DetailsShown { .. }
            | ActivityKind::IntelShown { .. }
            | ActivityKind::AiTriaged { .. } => false,
        };
        match &self.origin {
            Origin::Slack { channel, message_ts, .. } => {
                written && *channel == message.channel && *message_ts == message.ts
            }
            Origin::Api | Origin::System => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_are_for_the_thread_in_which_they_were_asked_for_wherever_its_channel_moved() {
        let asked = |channel: &str, message_ts: &str| Activity {
            seq: 2,
            change_id: ChangeId::derive(&[b"x"]),
            at: Timestamp::UNIX_EPOCH,
            actor: Actor::System,
            origin: Origin::Slack { channel: channel.into(), message_ts: message_ts.into(), user: "U1".into() },
            kind: ActivityKind::DetailsShown { places: BTreeMap::new() },
        };
        let here = MessageRef { channel: "C2".into(), ts: "1.0".into() };
        let mut place = Place { channel_id: Some("C1".into()), ..Place::default() };
        place.moved("C1", "C2");
        let elsewhere = |activity: Activity| activity.is_for_another_thread_than(Some(&here), &place);
        assert!(!elsewhere(asked("C2", "1.0")) && !elsewhere(asked("C1", "1.0")));
        assert!(elsewhere(asked("C2", "2.0")) && elsewhere(asked("C3", "1.0")));
        assert!(asked("C2", "1.0").is_for_another_thread_than(None, &place), "there is no message yet");
        let comment = Activity { kind: ActivityKind::Comment { body: "x".into(), source: None }, ..asked("C3", "1.0") };
        assert!(!elsewhere(comment));
    }
}
