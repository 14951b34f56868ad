//! Builds `rich_text` blocks (<https://docs.slack.dev/reference/block-kit/blocks/rich-text-block>).

use serde_json::{Value, json};

/// A leaf of plain text. Slack refuses empty ones, so [`section`] leaves them out.
pub(super) fn text(text: &str) -> Value {
    json!({"type": "text", "text": text})
}

/// A leaf of bold text.
pub(super) fn bold(text: &str) -> Value {
    json!({"type": "text", "text": text, "style": {"bold": true}})
}

/// A leaf that mentions a Slack user.
pub(super) fn user(slack_user: &str) -> Value {
    json!({"type": "user", "user_id": slack_user})
}

/// Leaves in a row.
pub(super) fn section(leaves: Vec<Value>) -> Value {
    element("rich_text_section", leaves)
}

/// Leaves as a quotation.
pub(super) fn quote(leaves: Vec<Value>) -> Value {
    element("rich_text_quote", leaves)
}

/// Text as code, with its own line ends and blanks.
pub(super) fn preformatted(words: &str) -> Value {
    element("rich_text_preformatted", vec![text(words)])
}

fn element(kind: &str, leaves: Vec<Value>) -> Value {
    let leaves: Vec<_> = leaves.into_iter().filter(|leaf| leaf["text"] != "").collect();
    json!({"type": kind, "elements": leaves})
}

/// A block of elements.
pub(super) fn block(elements: Vec<Value>) -> Value {
    json!({"type": "rich_text", "elements": elements})
}

/// A `plain_text` object.
pub(super) fn plain(text: &str) -> Value {
    json!({"type": "plain_text", "text": text, "emoji": false})
}
