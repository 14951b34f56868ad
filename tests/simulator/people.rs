//! What people do, as methods: write, click, choose, type, submit, close. Callbacks come in two halves, so that a
//! test can hand a request to a handler itself: `prepare_…` gives the signed request, [`Slack::finish`] applies the
//! answer. The `async` methods do both over HTTP.

use serde_json::Value;

use crate::callbacks::{Act, Callback, Delivered, Fill, Finished, OptionsQuery, Submission};
use crate::refusal::Refusal;
use crate::slack::Slack;

impl Slack {
    /// A person writes a message or a reply; gives its ts.
    pub fn post_as(&self, user: &str, channel: &str, text: &str, thread_ts: Option<&str>) -> Result<String, Refusal> {
        self.with_state(|state| state.post_as(user, channel, text, thread_ts)).map_err(Refusal::unprocessable)
    }

    /// Another app writes in a person's name, with metadata of its own choice: everybody can copy everybody's.
    pub fn post_with_metadata(
        &self,
        user: &str,
        channel: &str,
        text: &str,
        metadata: Value,
    ) -> Result<String, Refusal> {
        let posted = self.with_state(|state| {
            let ts = state.post_as(user, channel, text, None)?;
            state.set_metadata(channel, &ts, metadata);
            Ok(ts)
        });
        posted.map_err(|why: String| Refusal::unprocessable(why))
    }

    /// A person changes what they wrote.
    pub fn edit_as(&self, user: &str, channel: &str, ts: &str, text: &str) -> Result<(), Refusal> {
        self.with_state(|state| state.edit_as(user, channel, ts, text)).map_err(Refusal::unprocessable)
    }

    /// Someone deletes a message (an administrator can delete the bot's).
    pub fn delete_message(&self, channel: &str, ts: &str) -> Result<(), Refusal> {
        self.with_state(|state| {
            if state.message(channel, ts).is_none() {
                return Err(Refusal::not_found(format!("{channel} has no message {ts:?}")));
            }
            state.delete_message(channel, ts);
            Ok(())
        })
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
