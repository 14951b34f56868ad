//! What the controls of our messages are called, and what they carry back to us.
//!
//! The `actions` block of a message is named after its alert and the alert's `seq` that the message shows, so a click
//! says what the person saw. The name changes with every update; that also makes Slack's clients forget a selection
//! that somebody made on the older message (they keep one as long as the block's id stays). A message that is drawn anew
//! at the same `seq`, only to forget one, is named after the time of the drawing too.

use alert::indicator::Indicator;
use alert::{AlertId, ChangeId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Assigns the alert: an `external_select` whose values are user ids, or [`UNASSIGN`].
pub const ACTION_ASSIGN: &str = "assign";
/// Sets the status: a `static_select` whose values are statuses' wire names.
pub const ACTION_STATUS: &str = "status";
/// Opens the alert elsewhere: a link button, whose click needs nothing but an answer.
pub const ACTION_VIEW: &str = "view";
/// Shows the alert's details in the thread: a button.
pub const ACTION_DETAILS: &str = "details";
/// Opens the modal for threat intelligence: a button.
pub const ACTION_INTEL: &str = "intel";
/// Opens the modal that sends a boomerang: a button.
pub const ACTION_BOOMERANG: &str = "boomerang";
/// Cancels a boomerang: a button of the reply that tells of it.
pub const ACTION_CANCEL: &str = "boomerang_cancel";
/// The recipient's two buttons, and the text beside them.
pub const ACTION_CONFIRM: &str = "boomerang_confirm";
pub const ACTION_REPORT: &str = "boomerang_report";
pub const ACTION_ANSWER: &str = "boomerang_answer";
/// The value of [`ACTION_ASSIGN`] that assigns to nobody. It is no user's id: those have no `@`.
pub const UNASSIGN: &str = "@nobody";
/// The modal for the resolution comment.
pub const RESOLVE_VIEW: &str = "resolve";
/// The modal's input: its block.
pub const COMMENT_BLOCK: &str = "comment";
/// The modal's input: its action.
pub const COMMENT_ACTION: &str = "text";
/// The modal that sends a boomerang, its inputs' blocks, and their actions.
pub const BOOMERANG_VIEW: &str = "boomerang";
pub const RECIPIENT_BLOCK: &str = "recipient";
pub const RECIPIENT_ACTION: &str = "user";
pub const QUESTION_BLOCK: &str = "question";
pub const QUESTION_ACTION: &str = "text";
pub const SHARE_BLOCK: &str = "share";
pub const SHARE_ACTION: &str = "event";
/// The value of [`SHARE_ACTION`] if the event is shared.
pub const SHARED: &str = "first_event";

/// The modal in which a value is chosen to be analysed: its `static_select`, whose values are [`indicator_value`]s.
pub const INTEL_VIEW: &str = "intel";
pub const ACTION_ANALYSE: &str = "intel_value";

const PREFIX: &str = "alert";

/// The id of the `actions` block of `alert_id` as it is at `seq`.
pub fn block_id(alert_id: &AlertId, seq: u64) -> String {
    format!("{PREFIX}:{seq}:{alert_id}")
}

/// The same for a message that is drawn anew at `at`: another id for each millisecond.
pub fn redrawn_block_id(alert_id: &AlertId, seq: u64, at: Timestamp) -> String {
    redrawn(alert_id, seq, at.as_millisecond().unsigned_abs())
}

fn redrawn(alert_id: &AlertId, seq: u64, drawing: u64) -> String {
    format!("{PREFIX}:{seq}.{drawing}:{alert_id}")
}

/// The alert and the `seq` that [`block_id`] or [`redrawn_block_id`] put into `block_id`; `None` for any other text.
pub fn parse_block_id(text: &str) -> Option<(AlertId, u64)> {
    let mut parts = text.splitn(3, ':');
    let (prefix, seq, id) = (parts.next()?, parts.next()?, parts.next()?);
    if prefix != PREFIX {
        return None;
    }
    let id = AlertId::new(id).ok()?;
    let (seq, written) = match seq.split_once('.') {
        None => (seq.parse().ok()?, block_id(&id, seq.parse().ok()?)),
        Some((seq, drawing)) => (seq.parse().ok()?, redrawn(&id, seq.parse().ok()?, drawing.parse().ok()?)),
    };
    (written == text).then_some((id, seq))
}

/// Which buttons of a boomerang a block holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Button {
    /// The recipient's.
    Answer,
    Cancel,
}

impl Button {
    fn prefix(self) -> &'static str {
        match self {
            Self::Answer => "boomerang-answer",
            Self::Cancel => "boomerang-cancel",
        }
    }
}

/// The id of the `actions` block with the buttons of a boomerang.
pub fn boomerang_block_id(button: Button, alert_id: &AlertId, boomerang: &ChangeId) -> String {
    format!("{}:{boomerang}:{alert_id}", button.prefix())
}

/// The alert and the boomerang that [`boomerang_block_id`] put into `block_id`; `None` for any other text.
pub fn parse_boomerang_block_id(button: Button, text: &str) -> Option<(AlertId, ChangeId)> {
    let mut parts = text.splitn(3, ':');
    let (prefix, boomerang, alert) = (parts.next()?, parts.next()?, parts.next()?);
    let ids = (AlertId::new(alert).ok()?, ChangeId::new(boomerang).ok()?);
    (prefix == button.prefix()).then_some(ids)
}

/// The id of the block in which the recipient writes.
pub fn answer_block_id(boomerang: &ChangeId) -> String {
    format!("boomerang-text:{boomerang}")
}

/// What stands for `indicator` in a select: a hash of it. What comes back is looked for among the alert's own.
pub fn indicator_value(indicator: &Indicator) -> String {
    let parts = [b"indicator".as_slice(), indicator.kind.as_str().as_bytes(), indicator.value.as_bytes()];
    ChangeId::derive(&parts).to_string()
}

/// What a modal must remember of the click that opened it: a submission names neither message nor channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModalContext {
    pub alert_id: AlertId,
    /// The alert's `seq` that the person saw.
    pub seen_seq: u64,
    pub channel: String,
    pub message_ts: String,
    /// Set if the message is itself in a thread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread_ts: Option<String>,
}

impl ModalContext {
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
            "alert:1.:a",
            "alert:1.02:a",
            "alert:1.2.3:a",
            "alert:.2:a",
            "other:1:a",
            "alert:99999999999999999999:a",
        ];
        for text in bad {
            assert_eq!(parse_block_id(text), None, "{text}");
        }
    }

    #[test]
    fn only_our_own_boomerang_blocks_parse() {
        let bad = [
            "",
            "boomerang-answer",
            "boomerang-answer:c",
            "boomerang-answer::a",
            "boomerang-cancel:c:a",
            "boomerang-answer:c d:a",
            "boomerang-answer:c:a b",
            "alert:1:a",
        ];
        for text in bad {
            assert_eq!(parse_boomerang_block_id(Button::Answer, text), None, "{text}");
        }
    }

    #[test]
    fn nobody_can_be_called_unassign() {
        assert!(UserId::new(UNASSIGN).is_err());
    }

    proptest! {
        #[test]
        fn a_block_id_gives_back_alert_and_seq(
            id in "[A-Za-z0-9._:-]{1,128}",
            seq: u64,
            millisecond in 0_i64..100_000_000_000_000,
        ) {
            let id = AlertId::new(id).unwrap();
            let text = block_id(&id, seq);
            prop_assert!(text.len() <= limits::BLOCK_ID);
            prop_assert_eq!(parse_block_id(&text), Some((id.clone(), seq)));
            let again = redrawn_block_id(&id, seq, Timestamp::from_millisecond(millisecond).unwrap());
            prop_assert!(again.len() <= limits::BLOCK_ID && again != text);
            prop_assert_eq!(parse_block_id(&again), Some((id, seq)));
        }

        #[test]
        fn a_boomerangs_block_gives_back_alert_and_boomerang(id in "[A-Za-z0-9._:-]{1,128}", seed: u64) {
            let (alert, boomerang) = (AlertId::new(id).unwrap(), ChangeId::derive(&[&seed.to_be_bytes()]));
            for button in [Button::Answer, Button::Cancel] {
                let text = boomerang_block_id(button, &alert, &boomerang);
                prop_assert!(text.len() <= limits::BLOCK_ID);
                prop_assert_eq!(parse_boomerang_block_id(button, &text), Some((alert.clone(), boomerang.clone())));
                prop_assert_eq!(parse_block_id(&text), None);
            }
        }

        #[test]
        fn the_modal_gives_back_its_context(id in "[A-Za-z0-9._:-]{1,128}", seen_seq: u64, ts in "[0-9.]{1,20}") {
            let context = ModalContext {
                alert_id: AlertId::new(id).unwrap(),
                seen_seq,
                channel: "C0123456789".into(),
                message_ts: ts.clone(),
                thread_ts: Some(ts),
            };
            let text = context.to_private_metadata();
            prop_assert!(text.len() <= limits::PRIVATE_METADATA);
            prop_assert_eq!(ModalContext::from_private_metadata(&text), Some(context));
        }
    }
}
