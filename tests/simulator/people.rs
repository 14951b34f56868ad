//! What people do, as methods: write, share, change channels, click, choose, type, submit, close. Callbacks come in two halves, so that a
//! test can hand a request to a handler itself: `prepare_…` gives the signed request, [`Slack::finish`] applies the
//! answer. The `async` methods do both over HTTP.

use serde_json::Value;

use crate::callbacks::{Act, Callback, Delivered, Fill, Finished, OptionsQuery, Submission};
use crate::files::{FileContent, NewFile};
use crate::refusal::Refusal;
use crate::slack::Slack;
use crate::writing::Post;

impl Slack {
    /// A person types a message or a reply; gives its ts.
    pub fn post_as(&self, user: &str, channel: &str, text: &str, thread_ts: Option<&str>) -> Result<String, Refusal> {
        let post = Post { user, channel, text, thread_ts, broadcast: false };
        self.with_state(|state| state.post_as(&post))
    }

    /// A person types a reply that is also sent to the channel; gives its ts.
    pub fn broadcast_as(&self, user: &str, channel: &str, text: &str, thread_ts: &str) -> Result<String, Refusal> {
        let post = Post { user, channel, text, thread_ts: Some(thread_ts), broadcast: true };
        self.with_state(|state| state.post_as(&post))
    }

    /// A person shares files, with a text or an empty one; gives the message's ts and Slack's file objects.
    pub fn share_as(
        &self,
        user: &str,
        channel: &str,
        text: &str,
        thread_ts: Option<&str>,
        files: &[NewFile],
    ) -> Result<(String, Vec<Value>), Refusal> {
        let post = Post { user, channel, text, thread_ts, broadcast: false };
        self.with_state(|state| state.share_as(&post, files))
    }

    /// The bytes of a shared file.
    pub fn file_content(&self, id: &str) -> Result<FileContent, Refusal> {
        self.with_state(|state| state.file_content(id)).ok_or(Refusal::not_found(format!("no file {id:?}")))
    }

    /// Another app writes in a person's name, with metadata of its own choice: everybody can copy everybody's.
    pub fn post_with_metadata(
        &self,
        user: &str,
        channel: &str,
        text: &str,
        metadata: Value,
    ) -> Result<String, Refusal> {
        self.with_state(|state| {
            let ts = state.post_as(&Post { user, channel, text, ..Post::default() })?;
            state.set_metadata(channel, &ts, metadata);
            Ok(ts)
        })
    }

    /// A person changes what they wrote.
    pub fn edit_as(&self, user: &str, channel: &str, ts: &str, text: &str) -> Result<(), Refusal> {
        self.with_state(|state| state.edit_as(user, channel, ts, text))
    }

    /// A person deletes what they wrote, or as an administrator what anyone wrote.
    pub fn delete_as(&self, user: &str, channel: &str, ts: &str) -> Result<(), Refusal> {
        self.with_state(|state| state.delete_as(user, channel, ts))
    }

    /// Someone deletes a message, whoever it is.
    pub fn delete_message(&self, channel: &str, ts: &str) -> Result<(), Refusal> {
        self.with_state(|state| {
            if state.message(channel, ts).is_none() {
                return Err(Refusal::not_found(format!("{channel} has no message {ts:?}")));
            }
            state.delete_message(channel, ts);
            Ok(())
        })
    }

    /// A person opens the direct message with the bot; gives its channel.
    pub fn open_im(&self, user: &str) -> Result<String, Refusal> {
        self.with_state(|state| state.open_im_as(user))
    }

    /// A member invites someone, e.g. the bot.
    pub fn invite(&self, user: &str, channel: &str, invitee: &str) -> Result<(), Refusal> {
        self.with_state(|state| state.invite(user, channel, invitee))
    }

    /// A member takes someone else out of a channel.
    pub fn remove(&self, user: &str, channel: &str, removed: &str) -> Result<(), Refusal> {
        self.with_state(|state| state.remove(user, channel, removed))
    }

    /// A person joins a public channel.
    pub fn join(&self, user: &str, channel: &str) -> Result<(), Refusal> {
        self.with_state(|state| state.join_as(user, channel))
    }

    /// A person leaves a channel.
    pub fn leave(&self, user: &str, channel: &str) -> Result<(), Refusal> {
        self.with_state(|state| state.leave_as(user, channel))
    }

    /// A member archives a channel.
    pub fn archive(&self, user: &str, channel: &str) -> Result<(), Refusal> {
        self.with_state(|state| state.archive(user, channel))
    }

    /// A person takes a channel back out of the archive.
    pub fn unarchive(&self, user: &str, channel: &str) -> Result<(), Refusal> {
        self.with_state(|state| state.unarchive(user, channel))
    }

    /// Who made a channel, or an administrator, gives it another name.
    pub fn rename(&self, user: &str, channel: &str, name: &str) -> Result<(), Refusal> {
        self.with_state(|state| state.rename(user, channel, name))
    }

    /// A person opens the app's home; `tab` is `home` or `messages`.
    pub fn open_home(&self, user: &str, tab: &str) -> Result<(), Refusal> {
        self.with_state(|state| {
            if state.users.get(user).is_none_or(|u| u.deleted) {
                return Err(Refusal::not_found(format!("no user {user:?}")));
            }
            state.open_home(user, tab);
            Ok(())
        })
    }

    /// The callback for a click or a choice, ready to be delivered.
    pub fn prepare_act(&self, act: &Act) -> Result<Callback, Refusal> {
        self.with_state(|state| state.prepare_act(act))
    }

    /// Clicks or chooses, over HTTP.
    pub async fn act(&self, act: &Act) -> Result<Delivered, Refusal> {
        self.deliver(self.prepare_act(act)?).await
    }

    /// Types or chooses in an input of a message that does not call the app by itself.
    pub fn fill(&self, fill: &Fill) -> Result<(), Refusal> {
        self.with_state(|state| state.fill(fill))
    }

    /// The callback for typing into an external select.
    pub fn prepare_options(&self, query: &OptionsQuery) -> Result<Callback, Refusal> {
        self.with_state(|state| state.prepare_options(query))
    }

    /// Types into an external select, over HTTP.
    pub async fn options(&self, query: &OptionsQuery) -> Result<Delivered, Refusal> {
        self.deliver(self.prepare_options(query)?).await
    }

    /// The callback for submitting a modal.
    pub fn prepare_submit(&self, view_id: &str, submission: &Submission) -> Result<Callback, Refusal> {
        self.with_state(|state| state.prepare_submit(view_id, submission))
    }

    /// Submits a modal, over HTTP.
    pub async fn submit(&self, view_id: &str, submission: &Submission) -> Result<Delivered, Refusal> {
        self.deliver(self.prepare_submit(view_id, submission)?).await
    }

    /// Closes the top modal (all of them with `clear`); the callback, if the view asked for one.
    pub fn prepare_close(&self, view_id: &str, user: &str, clear: bool) -> Result<Option<Callback>, Refusal> {
        self.with_state(|state| state.prepare_close(view_id, user, clear))
    }

    /// The very same callback once more: same bytes and headers, or the same body newly signed.
    pub fn prepare_replay(&self, wire_id: &str, fresh_signature: bool) -> Result<Callback, Refusal> {
        self.with_state(|state| state.replay(wire_id, fresh_signature))
            .ok_or(Refusal::not_found(format!("no callback {wire_id:?}")))
    }

    /// Does what Slack does with an answer that came in time. May be called again for an answer to a replay.
    pub fn finish(&self, callback: &Callback, status: u16, body: &[u8]) -> Finished {
        self.with_state(|state| state.finish(callback, status, body))
    }

    /// From now on events are kept for [`Slack::take_events`] instead of being sent, whether or not the app has
    /// an events URL.
    pub fn hold_events(&self) {
        self.with_state(|state| {
            state.held_events.get_or_insert_default();
        });
    }

    /// The events held since the last time, in the order in which they happened.
    pub fn take_events(&self) -> Vec<Callback> {
        self.with_state(|state| state.held_events.as_mut().map(std::mem::take).unwrap_or_default())
    }
}
