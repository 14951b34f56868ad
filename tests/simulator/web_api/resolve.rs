//! Which conversation an argument means, and whether the bot may read or write there.

use super::answer::ApiError;
use super::missing_scope;
use crate::state::{RoomKind, State};

/// The conversation that `channel` means for posting: an id, a user's id (opens the direct message), or a name.
/// Fails with `channel_not_found`, `team_not_found`, `is_archived` or `not_in_channel`.
pub(crate) fn for_posting(state: &mut State, channel: &str) -> Result<String, ApiError> {
    if looks_like_user(channel) {
        return open_im(state, channel).ok_or("channel_not_found".into());
    }
    let id = if state.rooms.contains_key(channel) {
        channel.to_owned()
    } else if looks_like_id(channel) {
        return Err("channel_not_found".into());
    } else if state.app.org_wide {
        // A name says nothing about which workspace of the organisation is meant.
        return Err("team_not_found".into());
    } else {
        by_name(state, channel).ok_or(ApiError::from("channel_not_found"))?
    };
    writable(state, &id)?;
    Ok(id)
}

/// The id behind a channel argument, without a look at who asks: faults and rate limits go by channel, however it
/// is named. What names nothing stays as it is.
pub(crate) fn meant(state: &State, channel: &str) -> String {
    let named = channel.strip_prefix('#').unwrap_or(channel);
    let by_name = || state.rooms.iter().find(|(_, r)| !named.is_empty() && r.channel.name == named);
    match state.rooms.contains_key(channel) {
        true => channel.to_owned(),
        false => by_name().map_or_else(|| channel.to_owned(), |(id, _)| id.clone()),
    }
}

/// A conversation given by id for reading or changing: one the bot can see, else `channel_not_found`.
pub(crate) fn visible(state: &State, channel: &str) -> Result<String, ApiError> {
    let room = state.rooms.get(channel).ok_or(ApiError::from("channel_not_found"))?;
    match room.kind {
        RoomKind::Public | RoomKind::Im(_) => Ok(channel.to_owned()),
        RoomKind::Private if state.bot_is_member(channel) => Ok(channel.to_owned()),
        RoomKind::Private => Err("channel_not_found".into()),
    }
}

/// Whether the token may read this kind of conversation; `verb` is `read` or `history`.
pub(crate) fn scope_for(state: &State, channel: &str, verb: &str) -> Result<(), ApiError> {
    let family = match state.rooms.get(channel).map(|r| &r.kind) {
        Some(RoomKind::Private) => "groups",
        Some(RoomKind::Im(_)) => "im",
        Some(RoomKind::Public) | None => "channels",
    };
    let scope = format!("{family}:{verb}");
    if state.app.has_scope(&scope) { Ok(()) } else { Err(missing_scope(state, &scope)) }
}

/// The direct message with a user, or `None` where the bot may not open one.
pub(crate) fn open_im(state: &mut State, user: &str) -> Option<String> {
    let found = state.users.get(user)?;
    if found.deleted || found.refuses_direct_messages || user == state.app.bot_user_id {
        return None;
    }
    Some(state.open_im(user))
}

fn writable(state: &State, id: &str) -> Result<(), ApiError> {
    let room = state.rooms.get(id).ok_or(ApiError::from("channel_not_found"))?;
    let member = state.bot_is_member(id);
    if !member && room.kind == RoomKind::Private {
        return Err("channel_not_found".into());
    }
    if room.channel.is_archived {
        return Err("is_archived".into());
    }
    if !member && !state.app.has_scope("chat:write.public") {
        return Err("not_in_channel".into());
    }
    Ok(())
}

fn by_name(state: &State, name: &str) -> Option<String> {
    let name = name.strip_prefix('#').unwrap_or(name);
    state
        .rooms
        .iter()
        .filter(|(id, r)| r.kind == RoomKind::Public || state.bot_is_member(id))
        .find(|(_, r)| !name.is_empty() && r.channel.name == name)
        .map(|(id, _)| id.clone())
}

fn looks_like_user(channel: &str) -> bool {
    channel.len() >= 8 && channel.starts_with(['U', 'W']) && is_id_text(channel)
}

fn looks_like_id(channel: &str) -> bool {
    channel.len() >= 8 && channel.starts_with(['C', 'G', 'D']) && is_id_text(channel)
}

fn is_id_text(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}
