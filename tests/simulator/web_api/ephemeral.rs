//! `chat.postEphemeral`.

use serde_json::json;

use super::answer::{Answer, ApiError, fields};
use super::args::Args;
use super::chat::read_thread_ts;
use super::content::{Content, Metadata, UPDATE_TEXT_MAX};
use super::resolve;
use crate::message::Ephemeral;
use crate::state::State;

/// <https://docs.slack.dev/reference/methods/chat.postEphemeral>
pub(crate) fn post_ephemeral(state: &mut State, args: &Args) -> Result<Answer, ApiError> {
    let channel = args.required("channel");
    // Unlike chat.postMessage this opens no direct message, and chat:write.public does not help.
    let channel = match state.rooms.contains_key(channel) {
        true => resolve::visible(state, channel)?,
        false if channel.starts_with(['U', 'W']) => return Err("channel_not_found".into()),
        false => resolve::for_posting(state, channel)?,
    };
    if state.rooms.get(&channel).is_some_and(|r| r.channel.is_archived) {
        return Err("is_archived".into());
    }
    if !state.bot_is_member(&channel) {
        return Err("not_in_channel".into());
    }
    let user = args.required("user").to_owned();
    let in_channel = state.rooms.get(&channel).is_some_and(|r| r.has_member(&user));
    if !in_channel || state.users.get(&user).is_none_or(|u| u.deleted) {
        return Err("user_not_in_channel".into());
    }
    let content = Content::read(state, args)?;
    if content.is_empty() {
        return Err("no_text".into());
    }
    // Ephemeral messages are not kept, so there is nothing that event metadata could belong to.
    if let Some(Metadata::Set(metadata)) = &content.metadata
        && metadata.get("entities").is_none()
    {
        return Err("invalid_metadata_format".into());
    }
    if content.text.as_ref().is_some_and(|t| t.chars().count() > UPDATE_TEXT_MAX * 10) {
        return Err("msg_too_long".into());
    }
    let thread_ts = read_thread_ts(state, &channel, args)?;
    let ts = state.next_ts(&channel);
    let text = content.text_or_fallback();
    let blocks = content.blocks.unwrap_or_default();
    state.show_ephemeral(Ephemeral { channel, user, text, blocks, thread_ts, ts: ts.clone() });
    Ok(fields(json!({"message_ts": ts})))
}
