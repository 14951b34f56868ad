//! `chat.postMessage`, `chat.delete` and `chat.getPermalink`.

use serde_json::json;

use super::answer::{Answer, ApiError, fields};
use super::args::Args;
use super::content::{Content, Metadata, POST_TEXT_MAX};
use super::resolve;
use crate::message::{Message, is_ts};
use crate::state::State;

/// <https://docs.slack.dev/reference/methods/chat.postMessage>
pub(crate) fn post_message(state: &mut State, args: &Args) -> Result<Answer, ApiError> {
    let channel = resolve::for_posting(state, args.required("channel"))?;
    let mut content = Content::read(state, args)?;
    if content.is_empty() {
        return Err("no_text".into());
    }
    let thread_ts = read_thread_ts(state, &channel, args)?;
    let mut truncated = false;
    if let Some(text) = &mut content.text
        && let Some((end, _)) = text.char_indices().nth(POST_TEXT_MAX)
    {
        text.truncate(end);
        truncated = true;
    }

    let ts = state.next_ts(&channel);
    let mut message = Message::new(ts.clone(), &state.app.bot_user_id);
    message.bot_id = Some(state.app.bot_id.clone());
    message.text = content.text_or_fallback();
    message.blocks = content.blocks.unwrap_or_default();
    message.attachments = content.attachments.unwrap_or_default();
    message.metadata = match content.metadata {
        Some(Metadata::Set(metadata)) => Some(metadata),
        Some(Metadata::Remove) | None => None,
    };
    if args.flag("reply_broadcast") && thread_ts.is_some() {
        message.subtype = Some("thread_broadcast".into());
    }
    message.thread_ts = thread_ts;
    state.store_message(&channel, message);

    let posted = state.message(&channel, &ts).map(|m| state.message_json(&channel, m, true));
    let mut answer = fields(json!({"channel": channel, "ts": ts, "message": posted}));
    if truncated {
        answer.insert("warning".into(), json!("message_truncated"));
    }
    Ok(answer)
}

/// <https://docs.slack.dev/reference/methods/chat.delete>
pub(crate) fn delete(state: &mut State, args: &Args) -> Result<Answer, ApiError> {
    let channel = resolve::visible(state, args.required("channel"))?;
    let ts = args.required("ts");
    let message = state.message(&channel, ts).ok_or(ApiError::from("message_not_found"))?;
    if message.bot_id.as_deref() != Some(&state.app.bot_id) {
        return Err("cant_delete_message".into());
    }
    state.delete_message(&channel, ts);
    Ok(fields(json!({"channel": channel, "ts": ts})))
}

/// <https://docs.slack.dev/reference/methods/chat.getPermalink>
pub(crate) fn get_permalink(state: &mut State, args: &Args) -> Result<Answer, ApiError> {
    let channel = resolve::visible(state, args.required("channel"))?;
    let ts = args.required("message_ts");
    let message = state.message(&channel, ts).ok_or(ApiError::from("message_not_found"))?;
    let mut permalink = format!("https://{}.slack.com/archives/{channel}/p{}", state.team.domain, ts.replace('.', ""));
    if let Some(thread_ts) = &message.thread_ts {
        permalink.push_str(&format!("?thread_ts={thread_ts}&cid={channel}"));
    }
    Ok(fields(json!({"channel": channel, "permalink": permalink})))
}

/// The parent that a new reply goes under. It must exist, and must not itself be a reply.
pub(crate) fn read_thread_ts(state: &State, channel: &str, args: &Args) -> Result<Option<String>, ApiError> {
    let Some(thread_ts) = args.text("thread_ts").filter(|t| !t.is_empty()) else { return Ok(None) };
    if !is_ts(thread_ts) {
        let message = format!("[ERROR] {thread_ts} is not a valid thread_ts");
        return Err(ApiError::with_messages("invalid_thread_ts", vec![message]));
    }
    let parent = state.message(channel, thread_ts).ok_or(ApiError::from("thread_not_found"))?;
    // The documentation says only to avoid a reply's ts; what Slack makes of it helps nobody.
    if parent.is_reply() {
        return Err("cannot_reply_to_message".into());
    }
    Ok(Some(thread_ts.to_owned()))
}
