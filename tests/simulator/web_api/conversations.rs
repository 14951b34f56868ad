//! `conversations.info`, `.list`, `.members`, `.join` and `.open`.

use serde_json::{Map, Value, json};

use super::answer::{Answer, ApiError, fields};
use super::args::Args;
use super::paging::{self, Order};
use super::{missing_scope, resolve};
use crate::state::{Room, RoomKind, State};

/// <https://docs.slack.dev/reference/methods/conversations.info>
pub(crate) fn info(state: &mut State, args: &Args) -> Result<Answer, ApiError> {
    let channel = resolve::visible(state, args.required("channel"))?;
    resolve::scope_for(state, &channel, "read")?;
    let room = state.rooms.get(&channel).ok_or(ApiError::from("channel_not_found"))?;
    let mut shown = channel_json(state, room);
    if args.flag("include_num_members") {
        shown.insert("num_members".into(), json!(room.channel.members.len()));
    }
    Ok(fields(json!({"channel": shown})))
}

/// <https://docs.slack.dev/reference/methods/conversations.list>
pub(crate) fn list(state: &mut State, args: &Args) -> Result<Answer, ApiError> {
    if state.app.org_wide && args.text("team_id").is_none_or(str::is_empty) {
        return Err(ApiError::with_messages(
            "missing_argument",
            vec!["[ERROR] missing required field: team_id".to_owned()],
        ));
    }
    let types = args.text("types").filter(|t| !t.is_empty()).unwrap_or("public_channel");
    let mut wanted = Vec::new();
    for kind in types.split(',').map(str::trim) {
        let scope = match kind {
            "public_channel" => "channels:read",
            "private_channel" => "groups:read",
            "im" => "im:read",
            "mpim" => "mpim:read",
            _ => return Err("invalid_types".into()),
        };
        if !state.app.has_scope(scope) {
            return Err(missing_scope(state, scope));
        }
        wanted.push(kind);
    }
    let team = args.text("team_id").filter(|t| state.app.org_wide && !t.is_empty());
    let rooms: Vec<&Room> = state
        .rooms
        .values()
        .filter(|room| match &room.kind {
            RoomKind::Public => wanted.contains(&"public_channel"),
            RoomKind::Private => wanted.contains(&"private_channel") && room.has_member(&state.app.bot_user_id),
            RoomKind::Im(_) => wanted.contains(&"im"),
        })
        .filter(|room| !(args.flag("exclude_archived") && room.channel.is_archived))
        .filter(|room| team.is_none_or(|t| state.team_of_channel(&room.channel.id) == t))
        .collect();
    let (page, cursor) = paging::page(&rooms, |r| r.channel.id.clone(), Order::Rising, args, 100, 999)?;
    let channels: Vec<Value> = page
        .iter()
        .map(|room| {
            let mut shown = channel_json(state, room);
            shown.insert("num_members".into(), json!(room.channel.members.len()));
            Value::Object(shown)
        })
        .collect();
    Ok(fields(json!({"channels": channels, "response_metadata": paging::metadata(&cursor)})))
}

/// <https://docs.slack.dev/reference/methods/conversations.members>
pub(crate) fn members(state: &mut State, args: &Args) -> Result<Answer, ApiError> {
    let channel = resolve::visible(state, args.required("channel"))?;
    resolve::scope_for(state, &channel, "read")?;
    let room = state.rooms.get(&channel).ok_or(ApiError::from("channel_not_found"))?;
    let mut members = room.channel.members.clone();
    members.sort();
    let (page, cursor) = paging::page(&members, String::clone, Order::Rising, args, 100, 999)?;
    Ok(fields(json!({"members": page, "response_metadata": paging::metadata(&cursor)})))
}

/// <https://docs.slack.dev/reference/methods/conversations.join>
pub(crate) fn join(state: &mut State, args: &Args) -> Result<Answer, ApiError> {
    let id = args.required("channel");
    let room = state.rooms.get(id).ok_or(ApiError::from("channel_not_found"))?;
    match room.kind {
        RoomKind::Private => return Err("channel_not_found".into()),
        RoomKind::Im(_) => return Err("method_not_supported_for_channel_type".into()),
        RoomKind::Public if room.channel.is_archived => return Err("is_archived".into()),
        RoomKind::Public => {}
    }
    let id = id.to_owned();
    let was_member = state.bot_is_member(&id);
    let bot = state.app.bot_user_id.clone();
    if !was_member {
        state.join(&id, &bot, None);
    }
    let room = state.rooms.get(&id).ok_or(ApiError::from("channel_not_found"))?;
    let mut answer = fields(json!({"channel": channel_json(state, room)}));
    if was_member {
        answer.insert("warning".into(), json!("already_in_channel"));
    }
    Ok(answer)
}

/// Direct messages with one person; group direct messages are not simulated.
/// <https://docs.slack.dev/reference/methods/conversations.open>
pub(crate) fn open(state: &mut State, args: &Args) -> Result<Answer, ApiError> {
    if let Some(channel) = args.text("channel").filter(|c| !c.is_empty()) {
        return match state.rooms.get(channel).map(|r| &r.kind) {
            None => Err("channel_not_found".into()),
            Some(RoomKind::Im(_)) => Ok(opened(state, channel, args.flag("return_im"), true)),
            Some(_) => Err("method_not_supported_for_channel_type".into()),
        };
    }
    let Some(users) = args.text("users").filter(|u| !u.is_empty()) else {
        return Err("users_list_not_supplied".into());
    };
    let users: Vec<&str> = users.split(',').map(str::trim).collect();
    let [user] = users.as_slice() else {
        return Err("method_not_supported_for_channel_type".into());
    };
    if !state.app.has_scope("im:write") {
        return Err(missing_scope(state, "im:write"));
    }
    match state.users.get(*user) {
        None => return Err("user_not_found".into()),
        Some(found) if found.deleted => return Err("user_disabled".into()),
        Some(found) if found.refuses_direct_messages => return Err("user_not_visible".into()),
        Some(_) if *user == state.app.bot_user_id => return Err("invalid_user_combination".into()),
        Some(_) => {}
    }
    let existed = state.rooms.values().any(|r| r.kind == RoomKind::Im((*user).to_owned()));
    if !existed && args.flag("prevent_creation") {
        return Err("channel_not_found".into());
    }
    let channel = state.open_im(user);
    Ok(opened(state, &channel, args.flag("return_im"), existed))
}

fn opened(state: &State, channel: &str, whole: bool, existed: bool) -> Answer {
    let shown = match state.rooms.get(channel) {
        Some(room) if whole => Value::Object(channel_json(state, room)),
        _ => json!({"id": channel}),
    };
    let mut answer = fields(json!({"channel": shown}));
    if existed {
        answer.insert("no_op".into(), json!(true));
        answer.insert("already_open".into(), json!(true));
    }
    answer
}

/// <https://docs.slack.dev/reference/objects/conversation-object>
fn channel_json(state: &State, room: &Room) -> Map<String, Value> {
    let channel = &room.channel;
    let team = state.team_of_channel(&channel.id);
    let common = json!({
        "id": channel.id,
        "created": room.created,
        "updated": room.created * 1000,
        "is_archived": channel.is_archived,
        "is_im": matches!(room.kind, RoomKind::Im(_)),
        "context_team_id": team,
        "is_org_shared": false,
        "is_ext_shared": channel.is_ext_shared,
        "is_shared": channel.is_ext_shared,
    });
    let mut out = fields(common);
    if let RoomKind::Im(user) = &room.kind {
        out.extend(fields(json!({"user": user, "is_user_deleted": false, "priority": 0})));
        return out;
    }
    out.extend(fields(json!({
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": room.kind == RoomKind::Public,
        "is_group": false,
        "is_mpim": false,
        "is_private": room.kind == RoomKind::Private,
        "is_general": false,
        "is_member": room.has_member(&state.app.bot_user_id),
        "creator": channel.members.first(),
        "unlinked": 0,
        "is_pending_ext_shared": false,
        "pending_shared": [],
        "previous_names": [],
        "shared_team_ids": [team],
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    })));
    out
}
