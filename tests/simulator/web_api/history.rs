//! `conversations.history` and `conversations.replies`.

use serde_json::{Value, json};

use super::answer::{Answer, ApiError, fields};
use super::args::Args;
use super::paging::{self, Order};
use super::resolve;
use crate::message::Message;
use crate::state::{RoomKind, State};

/// Newest first; thread replies only if they were broadcast.
/// <https://docs.slack.dev/reference/methods/conversations.history>
pub(crate) fn history(state: &mut State, args: &Args) -> Result<Answer, ApiError> {
    let channel = resolve::visible(state, args.required("channel"))?;
    resolve::scope_for(state, &channel, "history")?;
    let room = state.rooms.get(&channel).ok_or(ApiError::from("channel_not_found"))?;
    if room.kind == RoomKind::Public && !state.bot_is_member(&channel) {
        return Err("not_in_channel".into());
    }
    let window = Window::read(args)?;
    let mut messages: Vec<&Message> = room
        .messages
        .values()
        .filter(|m| !m.deleted && window.holds(&m.ts))
        .filter(|m| !m.is_reply() || m.subtype.as_deref() == Some("thread_broadcast"))
        .collect();
    messages.reverse();
    let (page, cursor) = paging::page(&messages, |m| m.ts.clone(), Order::Falling, args, 100, 999)?;
    let with_metadata = args.flag("include_all_metadata");
    let page: Vec<Value> = page.iter().map(|m| state.message_json(&channel, m, with_metadata)).collect();
    Ok(listing(page, &cursor, json!({"pin_count": 0})))
}

/// The parent, then its replies, oldest first. The parent comes with every page.
/// <https://docs.slack.dev/reference/methods/conversations.replies>
pub(crate) fn replies(state: &mut State, args: &Args) -> Result<Answer, ApiError> {
    let channel = resolve::visible(state, args.required("channel"))?;
    resolve::scope_for(state, &channel, "history")?;
    if state.rooms.get(&channel).is_some_and(|r| r.kind == RoomKind::Public) && !state.bot_is_member(&channel) {
        return Err("not_in_channel".into());
    }
    let ts = args.required("ts");
    let message = state.message(&channel, ts).ok_or(ApiError::from("thread_not_found"))?;
    let parent = message.thread_ts.as_deref().unwrap_or(ts);
    let parent = state.message(&channel, parent).ok_or(ApiError::from("thread_not_found"))?;
    let window = Window::read(args)?;
    let found: Vec<&Message> = state.replies(&channel, &parent.ts).filter(|m| window.holds(&m.ts)).collect();
    let (page, cursor) = paging::page(&found, |m| m.ts.clone(), Order::Rising, args, 1000, 1000)?;
    let with_metadata = args.flag("include_all_metadata");
    let page: Vec<Value> =
        std::iter::once(&parent).chain(&page).map(|m| state.message_json(&channel, m, with_metadata)).collect();
    Ok(listing(page, &cursor, json!({})))
}

fn listing(messages: Vec<Value>, cursor: &str, more: Value) -> Answer {
    let mut answer = fields(json!({"messages": messages, "has_more": !cursor.is_empty()}));
    answer.extend(fields(more));
    if !cursor.is_empty() {
        answer.insert("response_metadata".into(), paging::metadata(cursor));
    }
    answer
}

/// The span of time a caller asks for. Both ends are open unless `inclusive`.
struct Window {
    oldest: Option<String>,
    latest: Option<String>,
    inclusive: bool,
}

impl Window {
    fn read(args: &Args) -> Result<Self, ApiError> {
        let bound = |name: &str, error: &'static str| match args.text(name).filter(|t| !t.is_empty()) {
            None => Ok(None),
            Some(text) => padded(text).map(Some).ok_or(ApiError::from(error)),
        };
        Ok(Self {
            oldest: bound("oldest", "invalid_ts_oldest")?,
            latest: bound("latest", "invalid_ts_latest")?.filter(|l| l.as_str() != "0000000000.000000"),
            inclusive: args.flag("inclusive"),
        })
    }

    fn holds(&self, ts: &str) -> bool {
        let after = self.oldest.as_deref().is_none_or(|o| ts > o || (self.inclusive && ts == o));
        let before = self.latest.as_deref().is_none_or(|l| ts < l || (self.inclusive && ts == l));
        after && before
    }
}

/// A bound such as `0`, `1700000000` or `1700000000.5` in the full form of a timestamp, so that texts compare
/// as times.
fn padded(text: &str) -> Option<String> {
    let (seconds, micros) = text.split_once('.').unwrap_or((text, ""));
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if seconds.is_empty() || seconds.len() > 10 || micros.len() > 6 || !digits(seconds) || !digits(micros) {
        return None;
    }
    Some(format!("{seconds:0>10}.{micros:0<6}"))
}
