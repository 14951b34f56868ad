//! What the controls of our messages are called, and what they carry back to us.
//!
//! The `actions` block of a message is named after its alert and the alert's `seq` that the message shows, so a click
//! says what the person saw. The name changes with every update; that also makes Slack's clients forget a selection
//! that somebody made on the older message (they keep one as long as the block's id stays).

use alert::AlertId;
use serde::{Deserialize, Serialize};

/// Assigns the alert: an `external_select` whose values are user ids, or [`UNASSIGN`].
pub const ACTION_ASSIGN: &str = "assign";
/// Sets the status: a `static_select` whose values are statuses' wire names.
pub const ACTION_STATUS: &str = "status";
/// Opens the alert elsewhere: a link button, whose click needs nothing but an answer.
pub const ACTION_VIEW: &str = "view";
/// The value of [`ACTION_ASSIGN`] that assigns to nobody. It is no user's id: those have no `@`.
pub const UNASSIGN: &str = "@nobody";
/// The modal for the resolution comment.
pub const RESOLVE_VIEW: &str = "resolve";
/// The modal's input: its block.
pub const COMMENT_BLOCK: &str = "comment";
/// The modal's input: its action.
pub const COMMENT_ACTION: &str = "text";

const PREFIX: &str = "alert";

/// The id of the `actions` block of `alert_id` as it is at `seq`.
pub fn block_id(alert_id: &AlertId, seq: u64) -> String {
    format!("{PREFIX}:{seq}:{alert_id}")
}

/// The alert and the `seq` that [`block_id`] put into `block_id`; `None` for any other text.
pub fn parse_block_id(text: &str) -> Option<(AlertId, u64)> {
    let mut parts = text.splitn(3, ':');
    let (prefix, seq, id) = (parts.next()?, parts.next()?, parts.next()?);
    if prefix != PREFIX {
        return None;
    }
    let parsed = (AlertId::new(id).ok()?, seq.parse().ok()?);
    (block_id(&parsed.0, parsed.1) == text).then_some(parsed)
}

/// What the resolution modal must remember of the click that opened it: a submission names neither message nor channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResolveContext {
    pub alert_id: AlertId,
    /// The alert's `seq` that the person saw.
    pub seen_seq: u64,
    pub channel: String,
    pub message_ts: String,
    /// Set if the message is itself in a thread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread_ts: Option<String>,
}

impl ResolveContext {
    /// As a view's `private_metadata`.
    pub fn to_private_metadata(&self) -> String {
        serde_json::to_string(self).expect("a struct of strings and numbers is always JSON")
    }

    /// Back from a view's `private_metadata`; `None` if it is not ours.
    pub fn from_private_metadata(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits;
    use alert::UserId;
    use proptest::prelude::*;

    #[test]
    fn only_our_own_block_ids_parse() {
        let bad = [
            "",
            "alert",
            "alert:1",
            "alert:1:",
            "alert:01:a",
            "alert:+1:a",
            "alert:-1:a",
            "alert:1:a b",
            "other:1:a",
            "alert:99999999999999999999:a",
        ];
        for text in bad {
            assert_eq!(parse_block_id(text), None, "{text}");
        }
    }

    #[test]
    fn nobody_can_be_called_unassign() {
        assert!(UserId::new(UNASSIGN).is_err());
    }

    proptest! {
        #[test]
        fn a_block_id_gives_back_alert_and_seq(id in "[A-Za-z0-9._:-]{1,128}", seq: u64) {
            let id = AlertId::new(id).unwrap();
            let text = block_id(&id, seq);
            prop_assert!(text.len() <= limits::BLOCK_ID);
            prop_assert_eq!(parse_block_id(&text), Some((id, seq)));
        }

        #[test]
        fn the_modal_gives_back_its_context(id in "[A-Za-z0-9._:-]{1,128}", seen_seq: u64, ts in "[0-9.]{1,20}") {
            let context = ResolveContext {
                alert_id: AlertId::new(id).unwrap(),
                seen_seq,
                channel: "C0123456789".into(),
                message_ts: ts.clone(),
                thread_ts: Some(ts),
            };
            let text = context.to_private_metadata();
            prop_assert!(text.len() <= limits::PRIVATE_METADATA);
            prop_assert_eq!(ResolveContext::from_private_metadata(&text), Some(context));
        }
    }
}
