//! How a channel changes: messages come, change and go, people join. Each change says which event Slack would
//! send for it.

use serde_json::{Value, json};

use crate::callbacks::events::Event;
use crate::feed::Change;
use crate::message::Message;
use crate::state::{RoomKind, State};

impl State {
    /// Puts a new message into its channel.
    pub(crate) fn store_message(&mut self, channel: &str, message: Message) {
        self.changed(Change::Channel(channel.to_owned()));
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
        self.changed(Change::Channel(channel.to_owned()));
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

    /// Takes a message away, and its files. A parent with replies leaves a tombstone behind.
    pub(crate) fn delete_message(&mut self, channel: &str, ts: &str) {
        let Some(before) = self.message(channel, ts).cloned() else { return };
        let previous = self.message_json(channel, &before, true);
        let has_replies = self.replies(channel, ts).next().is_some();
        self.changed(Change::Channel(channel.to_owned()));
        if let Some(message) = self.message_mut(channel, ts) {
            message.files.clear();
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
        self.delete_files(channel, &before.files);
    }

    /// Someone becomes a member. The app hears of it where its bot is a member, too.
    /// <https://docs.slack.dev/reference/events/member_joined_channel>
    pub(crate) fn join(&mut self, channel: &str, user: &str, inviter: Option<&str>) {
        let Some(room) = self.rooms.get_mut(channel) else { return };
        if room.has_member(user) {
            return;
        }
        room.channel.members.push(user.to_owned());
        self.changed(Change::Workspace);
        let event_ts = self.next_ts(channel);
        let mut event = self.member_event("member_joined_channel", channel, user, &event_ts);
        if let Some(inviter) = inviter {
            event["inviter"] = json!(inviter);
        }
        if self.bot_is_member(channel) {
            self.channel_event(["member_joined_channel"; 2], channel, event);
        }
    }

    /// Someone is a member no more. The bot itself hears only that it is gone: `channel_left`, `group_left`.
    /// <https://docs.slack.dev/reference/events/channel_left>,
    /// <https://docs.slack.dev/reference/events/member_left_channel>
    pub(crate) fn leave(&mut self, channel: &str, user: &str, actor: &str) {
        let Some(room) = self.rooms.get_mut(channel) else { return };
        room.channel.members.retain(|member| member != user);
        self.changed(Change::Workspace);
        let event_ts = self.next_ts(channel);
        if user == self.app.bot_user_id {
            let event = json!({"channel": channel, "actor_id": actor, "event_ts": event_ts});
            self.channel_event(["channel_left", "group_left"], channel, event);
        } else if self.bot_is_member(channel) {
            let event = self.member_event("member_left_channel", channel, user, &event_ts);
            self.channel_event(["member_left_channel"; 2], channel, event);
        }
    }

    /// Sends what happened to a channel; `names` are the event's for a public and for a private one.
    pub(crate) fn channel_event(&mut self, names: [&'static str; 2], channel: &str, mut event: Value) {
        let private = self.rooms.get(channel).is_some_and(|room| room.kind == RoomKind::Private);
        let (name, scope) = if private { (names[1], "groups:read") } else { (names[0], "channels:read") };
        event["type"] = json!(name);
        self.new_events.push(Event::new(name, scope, channel, event));
    }

    fn member_event(&self, name: &str, channel: &str, user: &str, event_ts: &str) -> Value {
        // Old private channels have ids with a G; so has what Slack calls their type.
        // <https://docs.slack.dev/reference/events/member_joined_channel>
        let private = self.rooms.get(channel).is_some_and(|room| room.kind == RoomKind::Private);
        json!({
            "type": name, "user": user, "channel": channel, "channel_type": if private { "G" } else { "C" },
            "team": self.team_of_channel(channel), "event_ts": event_ts,
        })
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
