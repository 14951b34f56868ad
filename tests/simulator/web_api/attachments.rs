//! Attachments: secondary content under a message. What matters today is their colour bar and their blocks;
//! the older fields are kept as they come.
//! <https://docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments>

use serde_json::{Value, json};

use super::answer::ApiError;
use crate::blocks;
use crate::state::State;

/// <https://docs.slack.dev/reference/methods/chat.postMessage#errors>
const MOST: usize = 100;

/// Validates attachments, and completes them as Slack does: a number, a fallback text, ids in their blocks.
pub(crate) fn accept(state: &mut State, mut attachments: Vec<Value>) -> Result<Vec<Value>, ApiError> {
    if attachments.len() > MOST {
        return Err("too_many_attachments".into());
    }
    let findings: Vec<String> = attachments.iter().enumerate().flat_map(|(index, a)| check(index, a)).collect();
    if !findings.is_empty() {
        return Err(ApiError::refused_content("invalid_attachments", findings));
    }
    for (index, attachment) in attachments.iter_mut().enumerate() {
        attachment["id"] = json!(index + 1);
        if attachment.get("fallback").is_none() {
            attachment["fallback"] = json!("[no preview available]");
        }
        if let Some(color) = attachment.get("color").and_then(Value::as_str).and_then(|c| c.strip_prefix('#')) {
            attachment["color"] = json!(color.to_owned());
        }
        if let Some(Value::Array(given)) = attachment.get_mut("blocks") {
            blocks::fill_in(state, given);
        }
    }
    Ok(attachments)
}

fn check(index: usize, attachment: &Value) -> Vec<String> {
    let at = format!("/attachments/{index}");
    match attachment {
        Value::Object(fields) => match fields.get("blocks") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(given)) => blocks::check_message(given, &format!("{at}/blocks")),
            Some(_) => vec![format!("must provide an array [json-pointer:{at}/blocks]")],
        },
        _ => vec![format!("must provide an object [json-pointer:{at}]")],
    }
}
