//! Comments as they are now: what somebody wrote, and what they changed it to where they wrote it.
//!
//! The history keeps each edit and each deletion; here they are laid over the comments they belong to.

use crate::delivery::MessageRef;
use crate::{Activity, ActivityKind};

/// The longest comment, in characters: it fits into a Slack reply, whose text is cut at 40,000
/// (<https://docs.slack.dev/changelog/2018-truncating-really-long-messages>), even if every character is escaped.
pub const MAX_CHARS: usize = 10_000;

/// A comment, or what somebody wrote when they changed the status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comment<'a> {
    /// The activity that added it.
    pub added: &'a Activity,
    /// The text as it is now.
    pub body: &'a str,
    /// The edit that made it so.
    pub edited: Option<&'a Activity>,
    /// Whether it was deleted in Slack. It stays.
    pub deleted: bool,
}

impl Comment<'_> {
    /// The revision it has; 0 before it was edited.
    pub(crate) fn revision(&self) -> u64 {
        match self.edited.map(|edit| &edit.kind) {
            Some(ActivityKind::CommentEdited { revision, .. }) => *revision,
            _ => 0,
        }
    }
}

/// The comments of a history, in order.
pub fn all(history: &[Activity]) -> impl Iterator<Item = Comment<'_>> {
    history.iter().filter_map(|added| added.comment().map(|body| now(history, added, body)))
}

/// The comment that the activity `seq` added, if it did.
pub fn at(history: &[Activity], seq: u64) -> Option<Comment<'_>> {
    let added = history.iter().find(|activity| activity.seq == seq)?;
    Some(now(history, added, added.comment()?))
}

/// The comment that was written as the Slack message `source`.
pub fn written_as<'a>(history: &'a [Activity], source: &MessageRef) -> Option<Comment<'a>> {
    let is_it = |activity: &&Activity| match &activity.kind {
        ActivityKind::Comment { source: Some(written), .. } => written == source,
        _ => false,
    };
    let added = history.iter().find(is_it)?;
    Some(now(history, added, added.comment()?))
}

fn now<'a>(history: &'a [Activity], added: &'a Activity, first: &'a str) -> Comment<'a> {
    let mut comment = Comment { added, body: first, edited: None, deleted: false };
    for activity in history {
        match &activity.kind {
            ActivityKind::CommentEdited { of, body, .. } if *of == added.seq => {
                (comment.body, comment.edited) = (body, Some(activity));
            }
            ActivityKind::CommentDeleted { of } if *of == added.seq => comment.deleted = true,
            ActivityKind::Created
            | ActivityKind::Status { .. }
            | ActivityKind::Assignee { .. }
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
    }
    comment
}
