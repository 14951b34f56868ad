//! Builds `rich_text` blocks (<https://docs.slack.dev/reference/block-kit/blocks/rich-text-block>).

use jiff::Timestamp;
use serde_json::{Value, json};

/// A leaf of plain text. Slack refuses empty ones, so [`section`] leaves them out.
pub(crate) fn text(text: &str) -> Value {
    json!({"type": "text", "text": text})
}

/// A leaf of bold text.
pub(crate) fn bold(text: &str) -> Value {
    json!({"type": "text", "text": text, "style": {"bold": true}})
}

/// A leaf of text as code.
pub(crate) fn code(text: &str) -> Value {
    json!({"type": "text", "text": text, "style": {"code": true}})
}

/// A leaf that leads to `url`, which the caller has checked.
pub(crate) fn link(url: &str, text: &str) -> Value {
    json!({"type": "link", "url": url, "text": text})
}

/// A leaf that mentions a Slack user.
pub(crate) fn user(slack_user: &str) -> Value {
    json!({"type": "user", "user_id": slack_user})
}

/// A leaf that says how long ago something was, in the reader's language
/// (<https://docs.slack.dev/reference/block-kit/block-elements/date-element>).
pub(crate) fn ago(at: Timestamp) -> Value {
    date(at, "{ago}")
}

/// A leaf with a time as the reader's clock shows it; `format` is Slack's.
pub(crate) fn date(at: Timestamp, format: &str) -> Value {
    let fallback = at.strftime("%Y-%m-%d %H:%M UTC").to_string();
    json!({"type": "date", "timestamp": at.as_second().max(0), "format": format, "fallback": fallback})
}

/// Leaves in a row.
pub(crate) fn section(leaves: Vec<Value>) -> Value {
    element("rich_text_section", leaves)
}

/// Leaves as a quotation.
pub(crate) fn quote(leaves: Vec<Value>) -> Value {
    element("rich_text_quote", leaves)
}

/// Sections as the points of a list.
pub(crate) fn list(points: Vec<Value>) -> Value {
    json!({"type": "rich_text_list", "style": "bullet", "elements": points})
}

/// Text as code, with its own line ends and blanks.
pub(crate) fn preformatted(words: &str) -> Value {
    element("rich_text_preformatted", vec![text(words)])
}

fn element(kind: &str, leaves: Vec<Value>) -> Value {
    let leaves: Vec<_> = leaves.into_iter().filter(|leaf| leaf["text"] != "").collect();
    json!({"type": kind, "elements": leaves})
}

/// A block of elements.
pub(crate) fn block(elements: Vec<Value>) -> Value {
    json!({"type": "rich_text", "elements": elements})
}

/// A `plain_text` object.
pub(crate) fn plain(text: &str) -> Value {
    json!({"type": "plain_text", "text": text, "emoji": false})
}
