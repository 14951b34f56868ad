//! `response_url`s: an answer to an interaction without a token, five times within thirty minutes.
//! <https://docs.slack.dev/interactivity/handling-user-interaction#message_responses>

use serde_json::{Value, json};

use crate::blocks;
use crate::message::{Edited, Ephemeral, Message};
use crate::state::State;

const LIFETIME_MICROS: i64 = 30 * 60 * 1_000_000;
const USES: u32 = 5;

/// One that was given out, and where it leads.
pub(crate) struct ResponseUrl {
    channel: String,
    message_ts: String,
    user: String,
    issued_at: i64,
    used: u32,
}

/// Status and body of an answer to a post.
pub(crate) type Reply = (u16, Value);

impl State {
    /// A new response URL for an interaction with a message.
    pub(crate) fn issue_response_url(&mut self, channel: &str, message_ts: &str, user: &str) -> String {
        let secret = self.random_text(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 24);
        let serial = self.serial();
        let path = format!("{}/{serial}/{secret}", self.team.id);
        let url = ResponseUrl {
            channel: channel.to_owned(),
            message_ts: message_ts.to_owned(),
            user: user.to_owned(),
            issued_at: self.clock.now_micros(),
            used: 0,
        };
        self.response_urls.insert(path.clone(), url);
        format!("{}/actions/{path}", self.base_url)
    }

    /// A post to a response URL.
    pub(crate) fn respond(&mut self, path: &str, body: &[u8]) -> Reply {
        let now = self.clock.now_micros();
        let Some(url) = self.response_urls.get_mut(path) else { return refused(404, "invalid_url") };
        if now - url.issued_at > LIFETIME_MICROS {
            return refused(404, "expired_url");
        }
        if url.used >= USES {
            return refused(404, "used_url");
        }
        url.used += 1;
        let (channel, ts, user) = (url.channel.clone(), url.message_ts.clone(), url.user.clone());
        let Ok(Value::Object(body)) = serde_json::from_slice(body) else { return refused(400, "invalid_payload") };
        let flag = |name: &str| body.get(name).and_then(Value::as_bool).unwrap_or(false);
        if flag("delete_original") {
            if self.ephemeral(&user, &channel, &ts).is_some() {
                self.dismiss_ephemeral(&user, &ts);
            } else {
                self.delete_message(&channel, &ts);
            }
            return (200, json!({"ok": true}));
        }
        let text = body.get("text").and_then(Value::as_str).unwrap_or_default().to_owned();
        let mut given = match body.get("blocks") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(blocks)) => blocks.clone(),
            Some(_) => return refused(400, "invalid_blocks_format"),
        };
        if text.is_empty() && given.is_empty() {
            return refused(400, "no_text");
        }
        if !blocks::check_message(&given, "/blocks").is_empty() {
            return refused(400, "invalid_blocks");
        }
        blocks::fill_in(self, &mut given);
        let thread_ts = body.get("thread_ts").and_then(Value::as_str).map(str::to_owned);
        if flag("replace_original") {
            if self.ephemeral(&user, &channel, &ts).is_some() {
                self.replace_ephemeral(&user, &channel, &ts, text, given);
                return (200, json!({"ok": true}));
            }
            return self.replace_by_response(&channel, &ts, text, given);
        }
        let at = self.next_ts(&channel);
        if body.get("response_type").and_then(Value::as_str) == Some("in_channel") {
            let mut message = Message::new(at, &self.app.bot_user_id);
            message.bot_id = Some(self.app.bot_id.clone());
            message.text = text;
            message.blocks = given;
            message.thread_ts = thread_ts;
            self.store_message(&channel, message);
        } else {
            self.show_ephemeral(Ephemeral { channel, user, text, blocks: given, thread_ts, ts: at });
        }
        (200, json!({"ok": true}))
    }

    fn replace_by_response(&mut self, channel: &str, ts: &str, text: String, blocks: Vec<Value>) -> Reply {
        let Some(mut next) = self.message(channel, ts).cloned() else { return refused(404, "message_not_found") };
        next.text = text;
        next.blocks = blocks;
        let edited_at = format!("{}.000000", self.clock.now_seconds());
        next.edited = Some(Edited { user: self.app.bot_user_id.clone(), ts: edited_at });
        self.change_message(channel, next);
        (200, json!({"ok": true}))
    }
}

fn refused(status: u16, error: &str) -> Reply {
    (status, json!({"ok": false, "error": error}))
}
