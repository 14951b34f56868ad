//! Messages that only one person sees: shown, replaced, taken away. Slack keeps none of them; the simulator keeps
//! them until they are dismissed, so that a test can look.

use serde_json::Value;

use crate::feed::Change;
use crate::message::Ephemeral;
use crate::refusal::Refusal;
use crate::slack::Slack;
use crate::state::State;
use crate::timeline::container_key;

impl State {
    /// Shows a message to one person.
    pub(crate) fn show_ephemeral(&mut self, ephemeral: Ephemeral) {
        self.changed(Change::Ephemerals(ephemeral.user.clone()));
        self.ephemerals.push(ephemeral);
    }

    /// What this person sees under this ts.
    pub(crate) fn ephemeral(&self, user: &str, channel: &str, ts: &str) -> Option<&Ephemeral> {
        self.ephemerals.iter().find(|e| e.user == user && e.channel == channel && e.ts == ts)
    }

    /// Puts something else in its place, as `replace_original` does. `None` if it is not there.
    pub(crate) fn replace_ephemeral(
        &mut self,
        user: &str,
        channel: &str,
        ts: &str,
        text: String,
        blocks: Vec<Value>,
    ) -> Option<()> {
        let shown = self.ephemerals.iter_mut().find(|e| e.user == user && e.channel == channel && e.ts == ts)?;
        shown.text = text;
        shown.blocks = blocks;
        self.forget_options(channel, ts);
        self.changed(Change::Ephemerals(user.to_owned()));
        Some(())
    }

    /// Takes it away, in whichever channel it stands. `None` if it is not there.
    pub(crate) fn dismiss_ephemeral(&mut self, user: &str, ts: &str) -> Option<()> {
        let at = self.ephemerals.iter().position(|e| e.user == user && e.ts == ts)?;
        let gone = self.ephemerals.remove(at);
        self.forget_options(&gone.channel, ts);
        self.changed(Change::Ephemerals(gone.user));
        Some(())
    }

    /// Options that were offered in the old form cannot be chosen any more.
    fn forget_options(&mut self, channel: &str, ts: &str) {
        let container = container_key(channel, ts);
        self.offered_options.retain(|(c, _, _), _| *c != container);
    }
}

impl Slack {
    /// What was shown to one person only, oldest first.
    pub fn ephemerals(&self, user: &str) -> Vec<Ephemeral> {
        self.with_state(|state| state.ephemerals.iter().filter(|e| e.user == user).cloned().collect())
    }

    /// A person dismisses one.
    pub fn dismiss_ephemeral(&self, user: &str, ts: &str) -> Result<(), Refusal> {
        self.with_state(|state| state.dismiss_ephemeral(user, ts))
            .ok_or(Refusal::not_found(format!("{user} sees no ephemeral message {ts:?}")))
    }
}
