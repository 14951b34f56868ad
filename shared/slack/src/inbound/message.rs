//! Message events: what people write, change and delete in threads
//! (<https://docs.slack.dev/reference/events/message>).
//!
//! Most message events are about nothing that anybody wrote: unfolded links, a guessed language, a new number of
//! replies, what apps post. They are sorted out here, so that nothing is read or called for them.

use super::{Malformed, wire};
use crate::markdown;
use serde::Deserialize;
use serde_json::Value;

/// Who speaks for Slack itself.
const SLACKBOT: &str = "USLACKBOT";

/// A message event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MessageEvent {
    /// Somebody wrote, changed or deleted a message in a thread.
    InThread(ThreadMessage),
    /// Nothing that is of interest here; why, for the log.
    Ignored(&'static str),
}

/// A person's message in a thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadMessage {
    pub channel: String,
    /// Its own.
    pub ts: String,
    /// The message whose thread it is in.
    pub thread_ts: String,
    /// Whether our bot posted that one, as far as Slack says.
    pub in_our_thread: bool,
    /// Its author.
    pub user: String,
    pub what: Happened,
}

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happened {
    /// It was written; `body` is [Markdown](crate::markdown).
    Posted { body: String },
    /// Its text was changed.
    Edited {
        body: String,
        /// When, in microseconds of Slack's clock: `edited.ts` has whole seconds, in which somebody can edit twice.
        revision: u64,
    },
    /// It was deleted; Slack does not say by whom.
    Deleted,
}

#[derive(Deserialize, Default)]
pub(super) struct WireMessage {
    subtype: Option<String>,
    channel: Option<String>,
    user: Option<String>,
    text: Option<String>,
    ts: Option<String>,
    event_ts: Option<String>,
    thread_ts: Option<String>,
    deleted_ts: Option<String>,
    parent_user_id: Option<String>,
    bot_id: Option<String>,
    app_id: Option<String>,
    #[serde(default)]
    blocks: Option<Vec<Value>>,
    #[serde(default)]
    files: Option<Vec<Value>>,
    edited: Option<WireEdited>,
    root: Option<WireRoot>,
    message: Option<Box<WireMessage>>,
    previous_message: Option<Box<WireMessage>>,
}

#[derive(Deserialize)]
struct WireEdited {
    ts: Option<String>,
}

#[derive(Deserialize)]
struct WireRoot {
    user: Option<String>,
}

impl WireMessage {
    fn body(&self) -> String {
        let name = |file: &Value| {
            let names = ["name", "title"].into_iter().filter_map(|field| file[field].as_str());
            names.into_iter().find(|name| !name.trim().is_empty()).unwrap_or_default().to_owned()
        };
        let files: Vec<String> = self.files.iter().flatten().map(name).collect();
        let blocks = self.blocks.as_deref().unwrap_or_default();
        markdown::comment(self.text.as_deref().unwrap_or_default(), blocks, &files)
    }

    /// Why this is no person's message, if it is none.
    fn is_no_persons(&self, ours: &wire::Ours) -> Option<&'static str> {
        // A comment, a comment with files, one that also shows in the channel, and one in the third person.
        let subtype = self.subtype.as_deref();
        if !matches!(subtype, None | Some("file_share" | "thread_broadcast" | "me_message")) {
            return Some("no comment");
        }
        let by_us =
            self.user.is_some() && self.user == ours.bot_user || self.app_id.is_some() && self.app_id == ours.app;
        if by_us {
            return Some("our own");
        }
        if self.bot_id.is_some() || self.app_id.is_some() || self.user.as_deref() == Some(SLACKBOT) {
            return Some("an app's");
        }
        None
    }

    fn is_reply(&self) -> bool {
        self.thread_ts.is_some() && self.thread_ts != self.ts
    }
}

/// Reads a message event.
///
/// # Errors
/// [`Malformed`] if what every such event has is not there.
pub(super) fn parse(event: Value, ours: &wire::Ours) -> Result<MessageEvent, Malformed> {
    let event: WireMessage = serde_json::from_value(event).map_err(|e| Malformed::json("the message event", &e))?;
    let channel = event.channel.clone().ok_or_else(|| Malformed("message event without channel".into()))?;
    match event.subtype.as_deref() {
        Some("message_changed") => changed(channel, event, ours),
        Some("message_deleted") => deleted(channel, event, ours),
        _ => posted(channel, event, ours),
    }
}

fn posted(channel: String, event: WireMessage, ours: &wire::Ours) -> Result<MessageEvent, Malformed> {
    if let Some(why) = event.is_no_persons(ours) {
        return Ok(MessageEvent::Ignored(why));
    }
    if !event.is_reply() {
        return Ok(MessageEvent::Ignored("not in a thread"));
    }
    let body = event.body();
    if body.is_empty() {
        return Ok(MessageEvent::Ignored("nothing written"));
    }
    in_thread(channel, event, ours, Happened::Posted { body })
}

/// Slack says that a message changed for many reasons: an edit is what has `edited`, and another text than before.
fn changed(channel: String, mut event: WireMessage, ours: &wire::Ours) -> Result<MessageEvent, Malformed> {
    let mut message = *event.message.take().ok_or_else(|| Malformed("message_changed without message".into()))?;
    let before = event.previous_message.take().map(|before| *before);
    if let Some(before) = &before {
        message.ts = message.ts.or_else(|| before.ts.clone());
        message.thread_ts = message.thread_ts.or_else(|| before.thread_ts.clone());
        message.parent_user_id = message.parent_user_id.or_else(|| before.parent_user_id.clone());
    }
    // What is left of a deleted message. A reply leaves none as far as is known; a parent does, and is no comment.
    if message.subtype.as_deref() == Some("tombstone") {
        return match before {
            Some(before) if message.is_reply() => gone(channel, WireMessage { ts: message.ts, ..before }, ours),
            _ => Ok(MessageEvent::Ignored("a deleted parent")),
        };
    }
    if let Some(why) = message.is_no_persons(ours) {
        return Ok(MessageEvent::Ignored(why));
    }
    if !message.is_reply() {
        return Ok(MessageEvent::Ignored("not in a thread"));
    }
    let Some(edited) = &message.edited else { return Ok(MessageEvent::Ignored("no edit")) };
    let body = message.body();
    if body.is_empty() || before.is_some_and(|before| before.body() == body) {
        return Ok(MessageEvent::Ignored("nothing written changed"));
    }
    let times = [&event.ts, &event.event_ts, &edited.ts];
    let revision = times.into_iter().flatten().find_map(|ts| micros(ts));
    let revision = revision.ok_or_else(|| Malformed("message_changed without a time".into()))?;
    in_thread(channel, message, ours, Happened::Edited { body, revision })
}

fn deleted(channel: String, event: WireMessage, ours: &wire::Ours) -> Result<MessageEvent, Malformed> {
    let Some(before) = event.previous_message else { return Ok(MessageEvent::Ignored("nothing is known of it")) };
    gone(channel, WireMessage { ts: event.deleted_ts.or(before.ts.clone()), ..*before }, ours)
}

fn gone(channel: String, before: WireMessage, ours: &wire::Ours) -> Result<MessageEvent, Malformed> {
    if let Some(why) = before.is_no_persons(ours) {
        return Ok(MessageEvent::Ignored(why));
    }
    if !before.is_reply() {
        return Ok(MessageEvent::Ignored("not in a thread"));
    }
    in_thread(channel, before, ours, Happened::Deleted)
}

fn in_thread(
    channel: String,
    message: WireMessage,
    ours: &wire::Ours,
    what: Happened,
) -> Result<MessageEvent, Malformed> {
    let parent = message.parent_user_id.or(message.root.and_then(|root| root.user));
    let (Some(ts), Some(thread_ts), Some(user)) = (message.ts, message.thread_ts, message.user) else {
        return Err(Malformed("message event without ts, thread_ts or user".into()));
    };
    let in_our_thread = parent.is_some() && parent == ours.bot_user;
    Ok(MessageEvent::InThread(ThreadMessage { channel, ts, thread_ts, in_our_thread, user, what }))
}

/// `seconds.micros` as microseconds.
fn micros(ts: &str) -> Option<u64> {
    let (seconds, micros) = ts.split_once('.')?;
    let micros = (micros.len() == 6).then(|| micros.parse::<u64>().ok())??;
    seconds.parse::<u64>().ok()?.checked_mul(1_000_000)?.checked_add(micros)
}
