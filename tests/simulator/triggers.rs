//! Trigger ids: the right to open a modal, given with an interaction, good for three seconds and one use.
//! <https://docs.slack.dev/interactivity/handling-user-interaction#modal_responses>

use crate::state::State;
use crate::web_api::answer::ApiError;

const LIFETIME_MICROS: i64 = 3_000_000;

/// A trigger id that was given out.
pub(crate) struct Trigger {
    user: String,
    issued_at: i64,
    exchanged: bool,
}

impl State {
    /// A new trigger id for something that `user` did.
    pub(crate) fn issue_trigger(&mut self, user: &str) -> String {
        let id = format!("{}.{}.{}", self.serial() + 1_000_000, 4_728_301, self.random_text(b"0123456789abcdef", 32));
        let trigger = Trigger { user: user.to_owned(), issued_at: self.clock.now_micros(), exchanged: false };
        self.triggers.insert(id.clone(), trigger);
        id
    }

    /// Whether the trigger id can be exchanged now, and whose it is.
    pub(crate) fn check_trigger(&self, id: &str) -> Result<String, ApiError> {
        let trigger = self.triggers.get(id).ok_or(ApiError::from("invalid_trigger_id"))?;
        if trigger.exchanged {
            return Err("exchanged_trigger_id".into());
        }
        if self.clock.now_micros() - trigger.issued_at > LIFETIME_MICROS {
            return Err("expired_trigger_id".into());
        }
        Ok(trigger.user.clone())
    }

    /// Uses the trigger id up.
    pub(crate) fn exchange_trigger(&mut self, id: &str) {
        if let Some(trigger) = self.triggers.get_mut(id) {
            trigger.exchanged = true;
        }
    }
}
