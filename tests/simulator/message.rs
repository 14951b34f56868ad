//! A message as the simulator keeps it, and as the Web API, events and callbacks show it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::state::State;

/// A message in a channel. In answers of [`crate::Slack::messages`] a parent carries its replies in `thread`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// `seconds.micros`, unique in its channel and rising.
    pub ts: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thread_ts: Option<String>,
    /// What the person's client called it; messages of apps have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_msg_id: Option<String>,
    /// The author; for the app's own messages its bot user.
    pub user: String,
    /// Present on messages of the app.
    pub bot_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subtype: Option<String>,
    pub text: String,
    /// As stored: with the `block_id`s and `action_id`s that Slack fills in.
    pub blocks: Vec<Value>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Value>,
    /// Slack's file objects, of a message with the subtype `file_share`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<Value>,
    /// Who invited, of `channel_join`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inviter: Option<String>,
    /// The channel's new and old name, of `channel_name`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renamed: Option<Renamed>,
    pub metadata: Option<Value>,
    pub edited: Option<Edited>,
    /// How often `chat.update` (or its author) changed it.
    pub edits: u32,
    /// Deleted messages stay visible to the control API only.
    pub deleted: bool,
    /// The replies in order, deleted ones among them.
    pub thread: Vec<Message>,
}

/// Who changed a message last, and when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Edited {
    pub user: String,
    pub ts: String,
}

/// How a channel was called, and is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Renamed {
    pub name: String,
    pub old_name: String,
}

/// What only one person sees, in one channel, until they reload.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ephemeral {
    pub channel: String,
    pub user: String,
    pub text: String,
    pub blocks: Vec<Value>,
    pub thread_ts: Option<String>,
    pub ts: String,
}

impl Message {
    /// A message that holds nothing yet.
    pub(crate) fn new(ts: String, user: &str) -> Self {
        Self {
            ts,
            thread_ts: None,
            client_msg_id: None,
            user: user.to_owned(),
            bot_id: None,
            subtype: None,
            text: String::new(),
            blocks: Vec::new(),
            attachments: Vec::new(),
            files: Vec::new(),
            inviter: None,
            renamed: None,
            metadata: None,
            edited: None,
            edits: 0,
            deleted: false,
            thread: Vec::new(),
        }
    }

    /// Its own blocks and those of its attachments.
    pub(crate) fn all_blocks(&self) -> Vec<Value> {
        let attached = self.attachments.iter().filter_map(|a| a.get("blocks")).filter_map(Value::as_array).flatten();
        self.blocks.iter().chain(attached).cloned().collect()
    }

    /// Whether Slack wrote it to say what became of the channel.
    pub(crate) fn is_notice(&self) -> bool {
        self.subtype.as_deref().is_some_and(|subtype| subtype.starts_with("channel_"))
    }

    pub(crate) fn is_reply(&self) -> bool {
        self.thread_ts.as_ref().is_some_and(|parent| *parent != self.ts)
    }
}

/// Whether `ts` has the form of a message timestamp.
pub(crate) fn is_ts(ts: &str) -> bool {
    ts.split_once('.').is_some_and(|(seconds, micros)| {
        seconds.len() == 10 && micros.len() == 6 && ts.bytes().all(|b| b.is_ascii_digit() || b == b'.')
    })
}

impl State {
    /// The message as Slack shows it. `metadata` comes only where it was asked for.
    pub(crate) fn message_json(&self, channel: &str, message: &Message, with_metadata: bool) -> Value {
        let mut out = Map::new();
        let mut put = |key: &str, value: Value| out.insert(key.to_owned(), value);
        if let Some(id) = &message.client_msg_id {
            put("client_msg_id", json!(id));
        }
        put("type", json!("message"));
        if let Some(subtype) = &message.subtype {
            put("subtype", json!(subtype));
        }
        put("user", json!(message.user));
        put("ts", json!(message.ts));
        if let Some(bot_id) = &message.bot_id {
            put("bot_id", json!(bot_id));
            put("app_id", json!(self.app.app_id));
            put("bot_profile", self.bot_profile());
        }
        put("text", json!(message.text));
        put("team", json!(self.team_of_channel(channel)));
        if !message.blocks.is_empty() {
            put("blocks", json!(message.blocks));
        }
        if !message.attachments.is_empty() {
            put("attachments", json!(message.attachments));
        }
        if !message.files.is_empty() {
            put("files", json!(message.files));
            put("upload", json!(false));
            put("display_as_bot", json!(false));
        }
        if let Some(inviter) = &message.inviter {
            put("inviter", json!(inviter));
        }
        if let Some(renamed) = &message.renamed {
            put("name", json!(renamed.name));
            put("old_name", json!(renamed.old_name));
        }
        if let (true, Some(metadata)) = (with_metadata, &message.metadata) {
            put("metadata", metadata.clone());
        }
        if let Some(edited) = &message.edited {
            put("edited", json!({"user": edited.user, "ts": edited.ts}));
        }
        if let Some(thread_ts) = &message.thread_ts {
            put("thread_ts", json!(thread_ts));
            if let Some(parent) = self.message(channel, thread_ts) {
                put("parent_user_id", json!(parent.user));
            }
            return Value::Object(out);
        }
        let replies: Vec<&Message> = self.replies(channel, &message.ts).collect();
        if let Some(latest) = replies.last() {
            let mut users: Vec<&str> = Vec::new();
            for reply in &replies {
                if !users.contains(&reply.user.as_str()) {
                    users.push(&reply.user);
                }
            }
            put("thread_ts", json!(message.ts));
            put("reply_count", json!(replies.len()));
            put("reply_users_count", json!(users.len()));
            put("latest_reply", json!(latest.ts));
            put("reply_users", json!(users));
            put("is_locked", json!(false));
            put("subscribed", json!(false));
        }
        Value::Object(out)
    }

    fn bot_profile(&self) -> Value {
        json!({
            "id": self.app.bot_id,
            "app_id": self.app.app_id,
            "user_id": self.app.bot_user_id,
            "name": self.app.bot_name,
            "icons": {},
            "deleted": false,
            "updated": 1_700_000_000,
            "team_id": self.team.id,
        })
    }
}
