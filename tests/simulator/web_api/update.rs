//! `chat.update`.

use serde_json::json;

use super::answer::{Answer, ApiError, fields};
use super::args::Args;
use super::content::{Content, Metadata, UPDATE_TEXT_MAX};
use super::resolve;
use crate::message::Edited;
use crate::state::State;

/// Replaces what is given; blocks, attachments and metadata that are not mentioned stay as they are.
/// <https://docs.slack.dev/reference/methods/chat.update>
pub(crate) fn update(state: &mut State, args: &Args) -> Result<Answer, ApiError> {
    // Ids only: a user's id does not open a direct message here.
    let channel = resolve::visible(state, args.required("channel"))?;
    let ts = args.required("ts");
    let message = state.message(&channel, ts).ok_or(ApiError::from("message_not_found"))?;
    if message.bot_id.as_deref() != Some(&state.app.bot_id) {
        return Err("cant_update_message".into());
    }
    if state.rooms.get(&channel).is_some_and(|r| r.channel.is_archived) {
        return Err("is_inactive".into());
    }
    let content = Content::read(state, args)?;
    if content.text.as_ref().is_some_and(|t| t.chars().count() > UPDATE_TEXT_MAX) {
        return Err("msg_too_long".into());
    }
    let nothing_said = content.text.is_none() && content.blocks.is_none() && content.attachments.is_none();
    if nothing_said && content.metadata.is_none() {
        return Err("no_text".into());
    }
    let previous = state.message(&channel, ts).ok_or(ApiError::from("message_not_found"))?;
    let (blocks_left, attachments_left) = (
        content.blocks.as_ref().unwrap_or(&previous.blocks).len(),
        content.attachments.as_ref().unwrap_or(&previous.attachments).len(),
    );
    if content.text.as_ref().is_some_and(|t| t.trim().is_empty()) && blocks_left + attachments_left == 0 {
        return Err("no_text".into());
    }

    let mut next = previous.clone();
    if content.text.is_some() || content.blocks.is_some() {
        next.text = content.text_or_fallback();
    }
    next.blocks = content.blocks.unwrap_or(next.blocks);
    next.attachments = content.attachments.unwrap_or(next.attachments);
    match content.metadata {
        Some(Metadata::Set(metadata)) => next.metadata = Some(metadata),
        Some(Metadata::Remove) => next.metadata = None,
        None => {}
    }
    let edited_at = format!("{}.000000", state.clock.now_seconds());
    next.edited = Some(Edited { user: state.app.bot_user_id.clone(), ts: edited_at });
    let text = next.text.clone();
    state.change_message(&channel, next);

    let message = state.message(&channel, ts).map(|m| state.message_json(&channel, m, true));
    Ok(fields(json!({"channel": channel, "ts": ts, "text": text, "message": message})))
}
