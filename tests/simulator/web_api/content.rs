//! The content of a message as a call gives it: `text`, `blocks`, `attachments`, `markdown_text`, `metadata`.

use serde_json::{Value, json};

use super::answer::ApiError;
use super::args::Args;
use super::attachments;
use crate::blocks;
use crate::state::State;

/// `text` beyond this is cut by `chat.postMessage`.
/// <https://docs.slack.dev/changelog/2018-04-truncating-really-long-messages>
pub(crate) const POST_TEXT_MAX: usize = 40_000;
/// `chat.update` refuses longer `text`. <https://docs.slack.dev/reference/methods/chat.update#errors>
pub(crate) const UPDATE_TEXT_MAX: usize = 4_000;
/// <https://docs.slack.dev/reference/methods/chat.postMessage>
const MARKDOWN_TEXT_MAX: usize = 12_000;
/// All blocks of a message as JSON. The size that Slack refuses is not published; this is what `blocks.validate`
/// takes. <https://docs.slack.dev/reference/methods/blocks.validate>
const BLOCKS_MAX_BYTES: usize = 100_000;
/// The size Slack refuses is not published; 16 kB of JSON stands in for it.
const METADATA_MAX_BYTES: usize = 16 * 1024;
/// What people see of a message with blocks and no text.
const NO_TEXT: &str = "This content can't be displayed.";

/// What a call says a message shall hold. `None`: not mentioned.
#[derive(Debug, Default)]
pub(crate) struct Content {
    pub(crate) text: Option<String>,
    pub(crate) blocks: Option<Vec<Value>>,
    pub(crate) attachments: Option<Vec<Value>>,
    pub(crate) metadata: Option<Metadata>,
}

/// What a call says about metadata.
#[derive(Debug)]
pub(crate) enum Metadata {
    Set(Value),
    /// An empty object.
    Remove,
}

impl Content {
    /// Reads and validates. Blocks come out with the ids that Slack fills in.
    pub(crate) fn read(state: &mut State, args: &Args) -> Result<Self, ApiError> {
        let mut content = Self {
            text: args.text("text").map(str::to_owned),
            blocks: read_blocks(args)?,
            attachments: None,
            metadata: read_metadata(args)?,
        };
        if let Some(markdown) = args.text("markdown_text") {
            if content.text.is_some() || content.blocks.is_some() {
                return Err("markdown_text_conflict".into());
            }
            if markdown.chars().count() > MARKDOWN_TEXT_MAX {
                return Err("msg_too_long".into());
            }
            content.blocks = Some(vec![json!({"type": "markdown", "text": markdown})]);
        }
        if let Some(given) = &mut content.blocks {
            let findings = blocks::check_message(given, "/blocks");
            if !findings.is_empty() {
                return Err(ApiError::refused_content("invalid_blocks", findings));
            }
            if given.iter().map(|b| b.to_string().len()).sum::<usize>() > BLOCKS_MAX_BYTES {
                return Err("msg_blocks_too_long".into());
            }
            blocks::fill_in(state, given);
        }
        content.attachments = read_attachments(state, args)?;
        Ok(content)
    }

    /// Whether there is anything to see.
    pub(crate) fn is_empty(&self) -> bool {
        self.text.as_ref().is_none_or(|t| t.trim().is_empty())
            && self.blocks.as_ref().is_none_or(Vec::is_empty)
            && self.attachments.as_ref().is_none_or(Vec::is_empty)
    }

    /// The text, or what stands in for it in a message of blocks alone.
    pub(crate) fn text_or_fallback(&self) -> String {
        match &self.text {
            Some(text) if !text.is_empty() => text.clone(),
            _ if self.blocks.as_ref().is_some_and(|b| !b.is_empty()) => NO_TEXT.to_owned(),
            _ => String::new(),
        }
    }
}

fn read_blocks(args: &Args) -> Result<Option<Vec<Value>>, ApiError> {
    match args.structure("blocks") {
        Ok(None) => Ok(None),
        Ok(Some(Value::Array(blocks))) => Ok(Some(blocks)),
        Ok(Some(_)) | Err(()) => Err("invalid_blocks_format".into()),
    }
}

fn read_attachments(state: &mut State, args: &Args) -> Result<Option<Vec<Value>>, ApiError> {
    match args.structure("attachments") {
        Ok(None) => Ok(None),
        Ok(Some(Value::Array(given))) => attachments::accept(state, given).map(Some),
        Ok(Some(_)) | Err(()) => Err("invalid_attachments".into()),
    }
}

/// <https://docs.slack.dev/messaging/message-metadata>
fn read_metadata(args: &Args) -> Result<Option<Metadata>, ApiError> {
    let metadata = match args.structure("metadata") {
        Ok(None) => return Ok(None),
        Ok(Some(Value::Object(metadata))) => metadata,
        Ok(Some(_)) | Err(()) => return Err("invalid_metadata_format".into()),
    };
    if metadata.is_empty() {
        return Ok(Some(Metadata::Remove));
    }
    if metadata.contains_key("entities") {
        return Ok(Some(Metadata::Set(Value::Object(metadata))));
    }
    let named = metadata.get("event_type").and_then(Value::as_str).is_some_and(|t| !t.is_empty());
    let payload = metadata.get("event_payload").is_some_and(Value::is_object);
    let nothing_else = metadata.keys().all(|k| k == "event_type" || k == "event_payload");
    if !named || !payload || !nothing_else {
        return Err("invalid_metadata_format".into());
    }
    let metadata = Value::Object(metadata);
    if metadata.to_string().len() > METADATA_MAX_BYTES {
        return Err("metadata_too_large".into());
    }
    Ok(Some(Metadata::Set(metadata)))
}
