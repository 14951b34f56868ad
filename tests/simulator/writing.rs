//! What people write: messages, replies, files, edits; and what they take back. Refused where Slack's client would
//! not let them.

use serde_json::{Value, json};

use crate::files::NewFile;
use crate::message::{Edited, Message};
use crate::refusal::Refusal;
use crate::state::State;
use crate::typing;
use crate::world::User;

/// A message as a person sends it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Post<'a> {
    pub(crate) user: &'a str,
    pub(crate) channel: &'a str,
    /// As typed.
    pub(crate) text: &'a str,
    pub(crate) thread_ts: Option<&'a str>,
    /// "Also send to channel", of a reply.
    pub(crate) broadcast: bool,
}

impl State {
    /// A person writes; gives the message's ts.
    pub(crate) fn post_as(&mut self, post: &Post) -> Result<String, Refusal> {
        self.may_post(post)?;
        if post.text.trim().is_empty() {
            return Err(Refusal::unprocessable("nothing is typed"));
        }
        let mut message = self.composed(post)?;
        if post.broadcast {
            message.subtype = Some("thread_broadcast".into());
        }
        let ts = message.ts.clone();
        self.store_message(post.channel, message);
        Ok(ts)
    }

    /// A person shares files, with or without a text; gives the message's ts and the files.
    /// <https://docs.slack.dev/reference/events/message/file_share>
    pub(crate) fn share_as(&mut self, post: &Post, files: &[NewFile]) -> Result<(String, Vec<Value>), Refusal> {
        self.may_post(post)?;
        check_length(post.text)?;
        let files = self.take_in(post.user, post.channel, files)?;
        let mut message = self.composed(post)?;
        message.subtype = Some("file_share".into());
        message.files.clone_from(&files);
        let ts = message.ts.clone();
        self.store_message(post.channel, message);
        self.announce_files(post.user, post.channel, &ts, &files);
        Ok((ts, files))
    }

    /// A person changes what they wrote. <https://slack.com/help/articles/202395258-Edit-or-delete-messages>
    pub(crate) fn edit_as(&mut self, user: &str, channel: &str, ts: &str, text: &str) -> Result<(), Refusal> {
        self.may_write(user, channel)?;
        let mut next = self.found(channel, ts)?.clone();
        if next.user != user || next.is_notice() {
            return Err(Refusal::unprocessable(format!("{ts} is not by {user}")));
        }
        if text.trim().is_empty() && next.files.is_empty() {
            return Err(Refusal::unprocessable("nothing is typed"));
        }
        (next.text, next.blocks) = self.typed(user, text)?;
        let edited_at = format!("{}.000000", self.clock.now_seconds());
        next.edited = Some(Edited { user: user.to_owned(), ts: edited_at });
        self.change_message(channel, next);
        Ok(())
    }

    /// A person deletes what they wrote; administrators and owners delete anything.
    /// <https://slack.com/help/articles/202395258-Edit-or-delete-messages>
    pub(crate) fn delete_as(&mut self, user: &str, channel: &str, ts: &str) -> Result<(), Refusal> {
        let person = self.active_person(user)?;
        let may_all = person.is_admin || person.is_owner;
        self.is_in(user, channel)?;
        let message = self.found(channel, ts)?;
        let own = message.user == user && !message.is_notice();
        if !own && !may_all {
            return Err(Refusal::unprocessable(format!("{ts} is not by {user}, who is no administrator")));
        }
        self.delete_message(channel, ts);
        Ok(())
    }

    pub(crate) fn set_metadata(&mut self, channel: &str, ts: &str, metadata: Value) {
        if let Some(message) = self.rooms.get_mut(channel).and_then(|room| room.messages.get_mut(ts)) {
            message.metadata = Some(metadata);
        }
    }

    /// Someone who can sit in front of Slack: known, active, no bot.
    pub(crate) fn active_person(&self, user: &str) -> Result<&User, Refusal> {
        let found = self.users.get(user).ok_or(Refusal::not_found(format!("no user {user:?}")))?;
        if found.deleted {
            return Err(Refusal::unprocessable(format!("{user} is deactivated")));
        }
        if found.is_bot {
            return Err(Refusal::unprocessable(format!("{user} is a bot")));
        }
        Ok(found)
    }

    pub(crate) fn is_in(&self, user: &str, channel: &str) -> Result<(), Refusal> {
        let room = self.rooms.get(channel).ok_or(Refusal::not_found(format!("no channel {channel:?}")))?;
        if !room.has_member(user) {
            return Err(Refusal::unprocessable(format!("{user} is not a member of {channel}")));
        }
        Ok(())
    }

    fn may_write(&self, user: &str, channel: &str) -> Result<(), Refusal> {
        self.active_person(user)?;
        self.is_in(user, channel)?;
        if self.rooms.get(channel).is_some_and(|room| room.channel.is_archived) {
            return Err(Refusal::unprocessable(format!("{channel} is archived")));
        }
        Ok(())
    }

    fn may_post(&self, post: &Post) -> Result<(), Refusal> {
        self.may_write(post.user, post.channel)?;
        match post.thread_ts {
            Some(parent) if self.found(post.channel, parent)?.is_reply() => {
                Err(Refusal::unprocessable(format!("{parent} is itself a reply")))
            }
            None if post.broadcast => Err(Refusal::unprocessable("only a reply is also sent to the channel")),
            _ => Ok(()),
        }
    }

    fn found(&self, channel: &str, ts: &str) -> Result<&Message, Refusal> {
        self.message(channel, ts).ok_or(Refusal::not_found(format!("{channel} has no message {ts:?}")))
    }

    fn composed(&mut self, post: &Post) -> Result<Message, Refusal> {
        let (text, blocks) = self.typed(post.user, post.text)?;
        let mut message = Message::new(self.next_ts(post.channel), post.user);
        message.text = text;
        message.blocks = blocks;
        message.thread_ts = post.thread_ts.map(str::to_owned);
        message.client_msg_id = Some(self.uuid());
        Ok(message)
    }

    /// The text and the blocks of what a person typed; no block if that is nothing.
    fn typed(&mut self, user: &str, text: &str) -> Result<(String, Vec<Value>), Refusal> {
        check_length(text)?;
        if text.trim().is_empty() {
            return Ok((String::new(), Vec::new()));
        }
        let typed = typing::read(&self.names_for(user), text);
        let block_id = self.random_text(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 5);
        let block = json!({"type": "rich_text", "block_id": block_id, "elements": typed.elements});
        Ok((typed.text, vec![block]))
    }

    fn uuid(&mut self) -> String {
        let parts: Vec<String> =
            [8, 4, 4, 4, 12].into_iter().map(|length| self.random_text(b"0123456789abcdef", length)).collect();
        parts.join("-")
    }
}

fn check_length(text: &str) -> Result<(), Refusal> {
    let length = text.chars().count();
    if length > typing::MAX_TYPED {
        return Err(Refusal::unprocessable(format!(
            "{length} characters are more than the {} of a message",
            typing::MAX_TYPED
        )));
    }
    Ok(())
}
