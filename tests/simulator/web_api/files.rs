//! `files.getUploadURLExternal` and `files.completeUploadExternal`.

use serde_json::{Value, json};

use super::answer::{Answer, ApiError, fields};
use super::args::Args;
use super::chat::read_thread_ts;
use super::resolve;
use crate::message::Message;
use crate::state::State;

/// Snippets may have a megabyte.
const SNIPPET_BYTES: i64 = 1_000_000;
/// Some of <https://docs.slack.dev/reference/objects/file-object#types>.
const SNIPPETS: [&str; 12] =
    ["auto", "csv", "html", "javascript", "markdown", "powershell", "python", "shell", "sql", "text", "xml", "yaml"];
const MOST_FILES: usize = 10;

/// <https://docs.slack.dev/reference/methods/files.getUploadURLExternal>
pub(crate) fn get_upload_url(state: &mut State, args: &Args) -> Result<Answer, ApiError> {
    let length = args.number("length").filter(|length| *length > 0).ok_or(ApiError::from("missing_argument"))?;
    let name = args.required("filename");
    if name.trim().is_empty() {
        return Err("missing_argument".into());
    }
    if let Some(kind) = args.text("snippet_type").filter(|kind| !kind.is_empty()) {
        if !SNIPPETS.contains(&kind) {
            return Err("unknown_snippet_type".into());
        }
        if length > SNIPPET_BYTES {
            return Err("snippet_too_large".into());
        }
    }
    if args.text("alt_txt").is_some_and(|text| text.chars().count() > 1000) {
        return Err("alt_txt_too_large".into());
    }
    let issued = state.issue_upload(name, length).ok_or(ApiError::from("file_upload_size_restricted"))?;
    Ok(fields(json!({"file_id": issued.0, "upload_url": issued.1})))
}

/// <https://docs.slack.dev/reference/methods/files.completeUploadExternal>
pub(crate) fn complete_upload(state: &mut State, args: &Args) -> Result<Answer, ApiError> {
    let files = named(args)?;
    // All of them or none.
    if files.iter().any(|(id, _)| !state.is_uploaded(id)) {
        return Err("file_not_found".into());
    }
    // The simulator shares in one conversation, and what is said beside is text.
    if args.text("channels").is_some() {
        return Err("invalid_channel".into());
    }
    if args.structure("blocks") != Ok(None) {
        return Err("invalid_blocks".into());
    }
    let place = match args.text("channel_id").filter(|channel| !channel.is_empty()) {
        Some(channel) => Some((writable(state, channel)?, read_thread_ts(state, channel, args)?)),
        None => None,
    };
    let channel = place.as_ref().map_or("", |(channel, _)| channel).to_owned();
    let shared: Vec<Value> =
        files.iter().filter_map(|(id, title)| state.complete_upload(id, title.as_deref(), &channel)).collect();
    let told: Vec<Value> = shared.iter().map(|file| json!({"id": file["id"], "title": file["title"]})).collect();
    if let Some((channel, thread_ts)) = place {
        let bot = state.app.bot_user_id.clone();
        let ts = state.next_ts(&channel);
        let mut message = Message::new(ts.clone(), &bot);
        message.bot_id = Some(state.app.bot_id.clone());
        message.subtype = Some("file_share".into());
        message.text = args.text("initial_comment").unwrap_or_default().to_owned();
        message.thread_ts = thread_ts;
        message.files.clone_from(&shared);
        state.store_message(&channel, message);
        state.announce_files(&bot, &channel, &ts, &shared);
    }
    Ok(fields(json!({"files": told})))
}

/// The files that the call names, with their titles; each once.
fn named(args: &Args) -> Result<Vec<(String, Option<String>)>, ApiError> {
    let wrong = |why: &str| ApiError::invalid_arguments(vec![format!("{why} [json-pointer:/files]")]);
    let Ok(Some(Value::Array(files))) = args.structure("files") else { return Err(wrong("must be an array")) };
    if files.is_empty() || files.len() > MOST_FILES {
        return Err(wrong("must have 1 to 10 items"));
    }
    let mut named: Vec<(String, Option<String>)> = Vec::new();
    for file in &files {
        let id = file.get("id").and_then(Value::as_str).ok_or_else(|| wrong("missing required field: id"))?;
        let title = match file.get("title") {
            None | Some(Value::Null) => None,
            Some(title) => Some(title.as_str().ok_or_else(|| wrong("must be a string"))?.to_owned()),
        };
        if named.iter().any(|(known, _)| known == id) {
            return Err("file_not_found".into());
        }
        named.push((id.to_owned(), title));
    }
    Ok(named)
}

/// Files go only where the bot is, and only by the conversation's id.
fn writable(state: &State, channel: &str) -> Result<String, ApiError> {
    let id = resolve::visible(state, channel)?;
    let archived = state.rooms.get(&id).is_some_and(|room| room.channel.is_archived);
    match state.bot_is_member(&id) {
        false => Err("not_in_channel".into()),
        true if archived => Err("posting_to_channel_denied".into()),
        true => Ok(id),
    }
}
