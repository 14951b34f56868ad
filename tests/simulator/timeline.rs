//! How a channel changes: messages come, change and go, people join. Each change says which event Slack would
//! send for it.

use serde_json::{Value, json};

use crate::callbacks::events::Event;
use crate::message::{Edited, Message};
use crate::state::{RoomKind, State};

impl State {
    /// Puts a new message into its channel.
    pub(crate) fn store_message(&mut self, channel: &str, message: Message) {
        let ts = message.ts.clone();
        let mut event = self.message_json(channel, &message, true);
        let broadcast = message.subtype.as_deref() == Some("thread_broadcast");
        let parent = message.thread_ts.clone().filter(|_| broadcast);
        if let Some(room) = self.rooms.get_mut(channel) {
            room.messages.insert(ts.clone(), message);
        }
        // The root shows the count that this reply makes.
        if let Some(root) = parent.and_then(|ts| self.message(channel, &ts)) {
            event["root"] = self.message_json(channel, root, false);
        }
        self.message_event(channel, &ts, event);
    }

    /// Replaces a message by its new form. What people had typed into its inputs, and the options they were
    /// offered, is gone with the old form.
    pub(crate) fn change_message(&mut self, channel: &str, mut next: Message) {
        let Some(before) = self.message(channel, &next.ts).cloned() else { return };
        let same_blocks = before.all_blocks() == next.all_blocks();
        next.edits = before.edits + 1;
        let container = container_key(channel, &next.ts);
        let previous = self.message_json(channel, &before, true);
        let message = self.message_json(channel, &next, true);
        if let Some(room) = self.rooms.get_mut(channel) {
            room.messages.insert(next.ts.clone(), next);
        }
        if !same_blocks {
            self.offered_options.retain(|(c, _, _), _| *c != container);
        }
        let at = self.next_ts(channel);
        let event = json!({
            "type": "message", "subtype": "message_changed", "message": message,
            "previous_message": previous, "hidden": true, "ts": at,
        });
        self.message_event(channel, &at, event);
    }

    /// Takes a message away. A parent with replies leaves a tombstone behind.
    pub(crate) fn delete_message(&mut self, channel: &str, ts: &str) {
        let Some(before) = self.message(channel, ts).cloned() else { return };
        let previous = self.message_json(channel, &before, true);
        let has_replies = self.replies(channel, ts).next().is_some();
        if let Some(message) = self.message_mut(channel, ts) {
            message.deleted = true;
        }
        let at = self.next_ts(channel);
        let event = if has_replies {
            let tombstone = json!({
                "type": "message", "subtype": "tombstone", "text": "This message was deleted.",
                "user": "USLACKBOT", "hidden": true, "ts": ts, "thread_ts": ts,
            });
            json!({
                "type": "message", "subtype": "message_changed", "message": tombstone,
                "previous_message": previous, "hidden": true, "ts": at,
            })
        } else {
            json!({
                "type": "message", "subtype": "message_deleted", "deleted_ts": ts,
                "previous_message": previous, "hidden": true, "ts": at,
            })
        };
        self.message_event(channel, &at, event);
    }

    /// A person writes. `Err` says what Slack's client would not let them do.
    pub(crate) fn post_as(
        &mut self,
        user: &str,
        channel: &str,
        text: &str,
        thread_ts: Option<&str>,
    ) -> Result<String, String> {
        self.may_write(user, channel)?;
        if let Some(parent) = thread_ts {
            let found = self.message(channel, parent).ok_or(format!("{channel} has no message {parent}"))?;
            if found.is_reply() {
                return Err(format!("{parent} is itself a reply"));
            }
        }
        let ts = self.next_ts(channel);
        let mut message = Message::new(ts.clone(), user);
        message.text = text.to_owned();
        message.thread_ts = thread_ts.map(str::to_owned);
        message.blocks = vec![self.rich_text_of(text)];
        message.client_msg_id = Some(self.uuid());
        self.store_message(channel, message);
        Ok(ts)
    }

    pub(crate) fn set_metadata(&mut self, channel: &str, ts: &str, metadata: Value) {
        if let Some(message) = self.rooms.get_mut(channel).and_then(|room| room.messages.get_mut(ts)) {
            message.metadata = Some(metadata);
        }
    }

    /// A person changes what they wrote.
    pub(crate) fn edit_as(&mut self, user: &str, channel: &str, ts: &str, text: &str) -> Result<(), String> {
        let mut next = self.message(channel, ts).ok_or(format!("{channel} has no message {ts}"))?.clone();
        if next.user != user {
            return Err(format!("{ts} is not by {user}"));
        }
        next.text = text.to_owned();
        next.blocks = vec![self.rich_text_of(text)];
        let edited_at = format!("{}.000000", self.clock.now_seconds());
        next.edited = Some(Edited { user: user.to_owned(), ts: edited_at });
        self.change_message(channel, next);
        Ok(())
    }

    /// Someone becomes a member.
    pub(crate) fn join(&mut self, channel: &str, user: &str, inviter: Option<&str>) {
        let Some(room) = self.rooms.get_mut(channel) else { return };
        if room.has_member(user) {
            return;
        }
        room.channel.members.push(user.to_owned());
        let private = room.kind == RoomKind::Private;
        let ts = self.next_ts(channel);
        let mut event = json!({
            "type": "member_joined_channel", "user": user, "channel": channel,
            "channel_type": if private { "G" } else { "C" },
            "team": self.team_of_channel(channel), "event_ts": ts,
        });
        if let Some(inviter) = inviter {
            event["inviter"] = json!(inviter);
        }
        let needs = if private { "groups:read" } else { "channels:read" };
        self.new_events.push(Event::new("member_joined_channel", needs, channel, event));
    }

    fn may_write(&self, user: &str, channel: &str) -> Result<(), String> {
        let found = self.users.get(user).ok_or(format!("no user {user}"))?;
        if found.deleted {
            return Err(format!("{user} is deactivated"));
        }
        let room = self.rooms.get(channel).ok_or(format!("no channel {channel}"))?;
        if room.channel.is_archived {
            return Err(format!("{channel} is archived"));
        }
        if !room.has_member(user) {
            return Err(format!("{user} is not a member of {channel}"));
        }
        Ok(())
    }

    /// People's messages always carry rich text. The simulator writes them as one plain section.
    fn rich_text_of(&mut self, text: &str) -> Value {
        let block_id = self.random_text(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 5);
        json!({
            "type": "rich_text", "block_id": block_id,
            "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}],
        })
    }

    fn uuid(&mut self) -> String {
        let parts: Vec<String> =
            [8, 4, 4, 4, 12].into_iter().map(|length| self.random_text(b"0123456789abcdef", length)).collect();
        parts.join("-")
    }

    fn message_event(&mut self, channel: &str, event_ts: &str, mut event: Value) {
        let (channel_type, name, scope) = match self.rooms.get(channel).map(|r| &r.kind) {
            Some(RoomKind::Private) => ("group", "message.groups", "groups:history"),
            Some(RoomKind::Im(_)) => ("im", "message.im", "im:history"),
            Some(RoomKind::Public) => ("channel", "message.channels", "channels:history"),
            None => return,
        };
        if !self.bot_is_member(channel) {
            return;
        }
        event["channel"] = json!(channel);
        event["channel_type"] = json!(channel_type);
        event["event_ts"] = json!(event_ts);
        self.new_events.push(Event::new(name, scope, channel, event));
    }
}

/// How a message is named where views and messages stand side by side.
pub(crate) fn container_key(channel: &str, ts: &str) -> String {
    format!("{channel}/{ts}")
}
