//! Alerts and their history as Slack messages: pure rendering.
//!
//! Untrusted text goes out in two forms only: as `text` leaves of `rich_text` and `plain_text` objects, in which Slack
//! reads no markup (<https://docs.slack.dev/reference/block-kit/blocks/rich-text-block>), and escaped in the top-level
//! `text`, which notifications and screen readers use
//! (<https://docs.slack.dev/reference/methods/chat.postMessage#text_usage>).

mod activity;
mod ai_triage;
mod boomerang;
mod details;
mod event_json;
mod intel;
mod parent;
pub(crate) mod rich;

pub use activity::{Mentions, activity_reply, with_cancel_button};
pub use ai_triage::ai_triage;
pub(crate) use boomerang::first_event;
pub use boomerang::{direct_message, reminder};
pub use details::{Details, EventFile, details};
pub use parent::{Look, drawn_anew, parent};
pub(crate) use parent::{dot, title};

use crate::{limits, text};
use serde::Serialize;
use serde_json::{Value, json};

/// `event_type` of the metadata of an alert's message; its payload is `{"delivery": id}`.
pub const DELIVERY_EVENT: &str = "margay_delivery";
/// `event_type` of the metadata of a thread reply; its payload is `{"delivery": id, "seq": n}`.
pub const ACTIVITY_EVENT: &str = "margay_activity";

/// `event_type` of the metadata of a message that answers an event; its payload is `{"event": id}`.
pub const NOTICE_EVENT: &str = "margay_notice";
/// `event_type` of the metadata of a boomerang's direct message; its payload is `{"boomerang": id}`.
pub const BOOMERANG_EVENT: &str = "margay_boomerang";
/// The same of the reminder in its thread.
pub const REMINDER_EVENT: &str = "margay_boomerang_reminder";

/// What a message says, as `chat.postMessage` and `chat.update` take it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Message {
    /// All of it in words, escaped, at most 4,000 characters.
    pub text: String,
    pub blocks: Vec<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Value>,
    /// Tells our messages apart. Everybody in the workspace can read it
    /// (<https://docs.slack.dev/messaging/message-metadata>), so it holds ids only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Value>,
}

/// A message to post.
#[derive(Debug, Clone, PartialEq)]
pub struct NewMessage {
    /// The channel's id.
    pub channel: String,
    /// The message to reply to.
    pub thread_ts: Option<String>,
    /// Whether a reply is shown in the conversation as well as in the thread.
    pub broadcast: bool,
    pub message: Message,
}

/// What remains of each text of a [cut](Message::cut) message.
const CUT_LEAF: usize = 300;
const CUT_TEXT: usize = 1000;

impl Message {
    /// A message of one plain sentence, such as those of [`say`](crate::say).
    pub fn plain(sentence: &str) -> Self {
        let sentence = match text::cut(&text::clean(sentence), limits::TEXT_OBJECT) {
            empty if empty.is_empty() => "(empty)".to_owned(),
            sentence => sentence,
        };
        Self {
            text: text::escape(&sentence),
            blocks: vec![rich::block(vec![rich::section(vec![rich::text(&sentence)])])],
            attachments: Vec::new(),
            metadata: None,
        }
    }

    /// The same, as the answer to the event `event_id`, by which it can be found again.
    pub fn notice(sentence: &str, event_id: &str) -> Self {
        let metadata = json!({"event_type": NOTICE_EVENT, "event_payload": {"event": event_id}});
        Self { metadata: Some(metadata), ..Self::plain(sentence) }
    }

    /// The same message with every text cut short, for when Slack finds it too long although it keeps the limits that
    /// Slack publishes. Controls and metadata stay as they are.
    pub fn cut(&self) -> Self {
        let mut short = self.clone();
        // Cut between characters, and not inside an escape.
        let words = self.text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").replace('\u{200b}', "");
        short.text = text::escape(&text::cut(&words, CUT_TEXT));
        short.blocks.iter_mut().chain(&mut short.attachments).for_each(cut_leaves);
        short
    }
}

/// Slack refuses a message that mentions what is no user id: `U` or `W` and more of `A-Z 0-9`.
pub(crate) fn is_slack_user(id: &str) -> bool {
    id.len() > 1 && id.starts_with(['U', 'W']) && id.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

fn cut_leaves(value: &mut Value) {
    let is_leaf = matches!(value.get("type").and_then(Value::as_str), Some("text" | "plain_text"));
    match value {
        Value::Object(map) => {
            for (key, inner) in map.iter_mut() {
                match inner {
                    Value::String(words) if is_leaf && key == "text" => *words = text::cut(words, CUT_LEAF),
                    _ => cut_leaves(inner),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(cut_leaves),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
