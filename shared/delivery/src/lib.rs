//! Brings the copies of an alert up to date: claim, send, record (promises 3, 5 and 6).
//!
//! In: an alert as the store has it, and the destinations. Out: what each destination shows, and when to look again.
//! Whoever calls it, however often, the result is the same: a copy ends at the alert's present state, with each
//! activity in its thread once.
//!
//! | module | what |
//! |---|---|
//! | [`slack_bot`](mod@slack_bot) | the destination kind "Slack Bot" |
//! | [`failure`] | what a failed call means for a delivery: a pure table |
//! | [`backoff`] | how long to wait |
//! | [`holds`](Holds) | channels that Slack asked to leave alone |
//! | [`mentions`](MentionCache) | who is who in Slack |

mod backoff;
mod failure;
mod holds;
mod mentions;
mod slack_bot;

pub use holds::Holds;
pub use mentions::MentionCache;

use alert::delivery::Refusal;
use alert::{Delivery, DeliveryState, Destination, DestinationKind, health};
use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;
use store::{AlertRecord, Store, StoredDelivery};

/// How long a worker has a delivery to itself: longer than a function may run (30 s), so that two never have one.
pub const LEASE: SignedDuration = SignedDuration::from_secs(45);

/// How messages look, beside what a destination says of it.
#[derive(Debug, Clone)]
pub struct Looks {
    /// Where alerts can be seen, for those without a link of their own.
    pub console_url: Option<String>,
    /// What the button that leads there says.
    pub button_label: String,
}

/// Brings deliveries up to date, for one invocation of a function.
#[derive(Debug, Clone, Copy)]
pub struct Courier<'a> {
    pub store: &'a Store,
    pub slack: slack::client::Api<'a>,
    pub looks: &'a Looks,
    pub mentions: &'a MentionCache,
    pub holds: &'a Holds,
    pub now: Timestamp,
    /// How long a rate limit is waited out in place; a longer one is left for the sweep.
    pub patience: Duration,
}

/// How far one delivery got.
#[derive(Debug)]
pub enum Outcome {
    /// Nothing is left to do.
    Settled,
    /// Something is, from then on: a rate limit, a failure that may pass, or another worker that is at it.
    Later(Timestamp),
    /// It was refused for good, and nobody has been told yet.
    Dead(Box<StoredDelivery>),
}

/// A delivery that its destination refused for good, and that nobody has been told of yet.
#[derive(Debug)]
pub struct Death {
    destination: Destination,
    refusal: Refusal,
    stored: Box<StoredDelivery>,
}

impl Death {
    /// The SYSTEM_ERROR alert that tells of it, for the queue `alerts`.
    pub fn notice(&self, now: Timestamp) -> String {
        health::delivery_failed(&self.destination, &self.refusal.code, &self.refusal.what_to_do, now).to_string()
    }
}

/// How far all deliveries of an alert got.
#[derive(Debug, Default)]
pub struct Progress {
    /// When to look again; `None`: nothing is left to do.
    pub due: Option<Timestamp>,
    pub deaths: Vec<Death>,
    /// Table failures, one for each delivery they hit; the caller's message must come again.
    pub errors: Vec<store::Error>,
}

impl Courier<'_> {
    /// Brings every copy of an alert up to date, side by side: one that waits or fails delays no other.
    pub async fn bring_all(&self, record: &AlertRecord, destinations: &[Destination]) -> Progress {
        let copies = record.alert.routing.to.iter().map(|id| {
            let begun = record.deliveries.iter().find(|stored| stored.delivery.destination_id == *id).cloned();
            let destination = destinations.iter().find(|destination| destination.id == *id);
            async move {
                match (destination, begun) {
                    (Some(destination), begun) => {
                        let fresh = || StoredDelivery::absent(Delivery::new(record.alert.id.clone(), destination));
                        let stored = begun.unwrap_or_else(fresh);
                        (Some(destination), self.bring(record, destination, stored).await)
                    }
                    (None, begun) => {
                        let unsent = || Delivery::unsent(record.alert.id.clone(), id.clone(), id.to_string());
                        let stored = begun.unwrap_or_else(|| StoredDelivery::absent(unsent()));
                        (None, self.suppress(stored).await)
                    }
                }
            }
        });
        let mut progress = Progress::default();
        for (destination, outcome) in join_all(copies).await {
            match outcome {
                Ok(Outcome::Settled) => {}
                Ok(Outcome::Later(at)) => progress.due = Some(progress.due.map_or(at, |due| due.min(at))),
                Ok(Outcome::Dead(stored)) => {
                    if let (Some(destination), Some(refusal)) = (destination.cloned(), stored.delivery.refusal.clone())
                    {
                        tracing::error!(
                            delivery.id = stored.delivery.id(),
                            slack.channel = destination.settings.channel,
                            outcome = refusal.code,
                            "delivery is dead"
                        );
                        progress.deaths.push(Death { destination, refusal, stored });
                    }
                }
                Err(error) => progress.errors.push(error),
            }
        }
        progress
    }

    /// Notes that the death was told: its notice is in the queue.
    ///
    /// # Errors
    /// [`store::Error`] if it cannot be noted; it is then told again, as the same alert.
    pub async fn told(&self, mut death: Death) -> Result<(), store::Error> {
        if let Some(refusal) = &mut death.stored.delivery.refusal {
            refusal.told = true;
        }
        self.store.record_delivery(&mut death.stored, None).await.map(drop)
    }

    async fn bring(
        &self,
        record: &AlertRecord,
        destination: &Destination,
        stored: StoredDelivery,
    ) -> Result<Outcome, store::Error> {
        if stored.delivery.is_settled(record.alert.triage.seq) {
            return Ok(Outcome::Settled);
        }
        if stored.delivery.state == DeliveryState::Dead {
            return Ok(Outcome::Dead(Box::new(stored)));
        }
        let busy = stored.claimed_until.filter(|until| *until > self.now);
        if let Some(later) = busy.max(stored.delivery.retry_at.filter(|at| *at > self.now)) {
            return Ok(Outcome::Later(later));
        }
        if let Some(held) = self.holds.until(&destination.settings.channel, self.now) {
            return Ok(Outcome::Later(held));
        }
        match destination.settings.kind {
            DestinationKind::SlackBot => slack_bot::bring_up_to_date(self, record, destination, stored).await,
        }
    }

    /// The destination was deleted after the alert was routed to it.
    async fn suppress(&self, mut stored: StoredDelivery) -> Result<Outcome, store::Error> {
        if stored.delivery.state.is_final() {
            return Ok(Outcome::Settled);
        }
        if let Some(until) = stored.claimed_until.filter(|until| *until > self.now) {
            return Ok(Outcome::Later(until));
        }
        let delivery = &mut stored.delivery;
        delivery.state = DeliveryState::Suppressed;
        delivery.reason = Some("The destination was deleted.".to_owned());
        (delivery.retry_at, delivery.inflight) = (None, None);
        match self.store.record_delivery(&mut stored, None).await? {
            store::Claim::Won => Ok(Outcome::Settled),
            store::Claim::Held => Ok(Outcome::Later(self.now + LEASE)),
        }
    }
}
