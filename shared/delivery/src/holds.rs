//! Channels that Slack asked to leave alone for a while: known to all deliveries of a process, so that what one of them
//! was told holds for the others too. Other processes learn it from Slack, as this one did.

use jiff::Timestamp;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Until when each channel is to be left alone. Lives as long as the function's process.
#[derive(Debug, Default)]
pub(crate) struct Holds(Mutex<HashMap<String, Timestamp>>);

impl Holds {
    /// Until when `channel` is to be left alone, if it is.
    pub(crate) fn until(&self, channel: &str, now: Timestamp) -> Option<Timestamp> {
        let holds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        holds.get(channel).copied().filter(|until| *until > now)
    }

    /// Leaves `channel` alone until then.
    pub(crate) fn hold(&self, channel: &str, now: Timestamp, until: Timestamp) {
        let mut holds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        holds.retain(|_, until| *until > now);
        let held = holds.entry(channel.to_owned()).or_insert(until);
        *held = until.max(*held);
    }
}
