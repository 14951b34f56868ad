//! The app is not installed any more where a boomerang was asked. It may be installed again: that is waited for, but no
//! longer than for anything else.

use super::Outcome;
use crate::LEASE;
use crate::backoff::PATIENCE_ENDS;
use crate::courier::{Courier, UNINSTALLED};
use alert::boomerang::{DirectMessageState, Face};
use alert::{AlertId, Boomerang};
use slack::say;
use store::{Claim, StoredDirectMessage};

const WHY: &str = "The Slack app is not installed any more where they were to be asked.";

impl Courier<'_> {
    /// Notes since when nothing can be sent. In the end a question that was not sent is undelivered, and one that was
    /// stays as it is.
    pub(super) async fn uninstalled(
        &self,
        alert: &AlertId,
        boomerang: &Boomerang,
        mut stored: StoredDirectMessage,
    ) -> Result<Outcome, store::Error> {
        let now = self.now();
        let message = &mut stored.message;
        let since = *message.failing_since.get_or_insert(now);
        let outcome = if now.duration_since(since) <= PATIENCE_ENDS {
            let at = now + UNINSTALLED;
            (message.retry_at, message.reason) = (Some(at), Some(WHY.to_owned()));
            Outcome::Later(at)
        } else {
            let why = say::undelivered(WHY);
            (message.retry_at, message.inflight, message.reason) = (None, None, Some(why.clone()));
            (message.failures, message.failing_since) = (0, None);
            if message.message.is_none() {
                message.state = DirectMessageState::Undelivered;
            } else {
                (message.shows, message.reminded) = (Some(Face::of(boomerang)), true);
            }
            super::settled(message.clone(), boomerang)
        };
        match self.sender.store.record_direct_message(alert, &mut stored, None).await? {
            Claim::Won => Ok(outcome),
            Claim::Held => Ok(Outcome::Later(now + LEASE)),
        }
    }
}
