//! All copies of one alert, side by side.

use crate::{LEASE, Sender, TIME, slack_bot};
use alert::delivery::{MessageRef, Refusal};
use alert::{Boomerang, Delivery, DeliveryState, Destination, DestinationId, DestinationKind, Readiness, health};
use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};
use slack::client::{Api, Error};
use slack::credentials::{Credentials, Installation};
use std::time::{Duration, Instant};
use store::{AlertRecord, Claim, StoredDelivery};

/// How long to wait for the app to be installed in a workspace, before looking again.
pub(crate) const UNINSTALLED: SignedDuration = SignedDuration::from_mins(5);

/// Brings deliveries up to date, for one invocation of a function.
#[derive(Debug, Clone, Copy)]
pub struct Courier<'a> {
    pub(crate) sender: &'a Sender,
    credentials: &'a Credentials,
    pub(crate) offers_intel: bool,
    arrived: Timestamp,
    began: Instant,
}

/// How far one delivery got.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// Nothing is left to do.
    Settled,
    /// Something is, from then on: a rate limit, a failure that may pass, or another worker that is at it.
    Later(Timestamp),
    /// It ended dead or uncertain, and nobody has been told yet.
    Ended(Box<StoredDelivery>),
}

/// A delivery that ended dead or uncertain, and that nobody has been told of yet.
#[derive(Debug)]
pub struct Ending {
    destination: Destination,
    /// The installation that posts there, and all destinations that it posts to.
    app: (String, Vec<DestinationId>),
    refusal: Refusal,
    stored: Box<StoredDelivery>,
}

impl Ending {
    /// The SYSTEM_ERROR alert that tells `others` of it, for the queue `alerts`; `None` if there is nobody to tell. That
    /// the app itself is lost is told once for all its destinations.
    pub fn notice(&self, others: &[Destination], now: Timestamp) -> Option<String> {
        let lost = slack::setup::after_refusal(&self.refusal.code).filter(|readiness| readiness.is_app_lost());
        if let Some(readiness) = lost {
            let (app, ids) = &self.app;
            let lost: Vec<&Destination> = others.iter().filter(|one| ids.contains(&one.id)).collect();
            let (what, what_to_do) = (slack::setup::label(readiness), slack::setup::what_to_do(readiness));
            return Some(health::app_lost(app, &lost, others, what, what_to_do, now).to_string());
        }
        let notice = health::notice(&self.destination, &self.stored.delivery, &self.refusal, others, now);
        notice.map(|notice| notice.to_string())
    }
}

/// How far all deliveries of an alert got.
#[derive(Debug, Default)]
pub struct Progress {
    /// When to look again; `None`: nothing is left to do.
    pub due: Option<Timestamp>,
    pub endings: Vec<Ending>,
    /// Table failures, one for each delivery they hit: to be tried again.
    pub errors: Vec<store::Error>,
}

impl<'a> Courier<'a> {
    pub(crate) fn new(sender: &'a Sender, credentials: &'a Credentials, arrived: Timestamp) -> Self {
        Self { sender, credentials, offers_intel: false, arrived, began: Instant::now() }
    }

    /// The same courier for an alert of which threat intelligence can be asked, or cannot.
    pub fn offering_intel(self, offers_intel: bool) -> Self {
        Self { offers_intel, ..self }
    }

    /// Slack, as the installation in a destination's workspace sees it; `None` if there is none.
    pub fn slack_of(&self, destination: &Destination) -> Option<Api<'a>> {
        self.installation_of(destination).map(|installation| self.sender.slack(&installation.token))
    }

    /// Slack, as the installation sees it in which a boomerang was asked; `None` if there is none any more.
    pub fn slack_for(&self, boomerang: &Boomerang) -> Option<Api<'a>> {
        let installation = self.credentials.of_destination(boomerang.workspace.as_deref());
        installation.map(|installation| self.sender.slack(&installation.token))
    }

    fn installation_of(&self, destination: &Destination) -> Option<&'a Installation> {
        self.credentials.of_destination(destination.settings.workspace.as_deref())
    }

    /// The installation's name, and the destinations that post with it.
    fn app_of(&self, destination: &Destination, all: &[Destination]) -> (String, Vec<DestinationId>) {
        let key = |one: &Destination| self.installation_of(one).map_or("none", Installation::key);
        let app = key(destination);
        let same = all.iter().filter(|one| key(one) == app);
        (app.to_owned(), same.map(|one| one.id.clone()).collect())
    }

    /// The present time: when the invocation began, and what has passed since.
    pub fn now(&self) -> Timestamp {
        self.arrived + SignedDuration::try_from(self.began.elapsed()).unwrap_or(SignedDuration::ZERO)
    }

    /// How long calls may still take.
    pub(crate) fn time_left(&self) -> Duration {
        TIME.saturating_sub(self.began.elapsed())
    }

    /// Calls Slack, but nothing any more, and waits for no answer, when the invocation's time is up.
    pub(crate) async fn in_time<T>(&self, call: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        const METHOD: &str = "the next call";
        let left = self.time_left();
        if left.is_zero() {
            return Err(Error::NotSent { method: METHOD, source: "the invocation's time is up".into() });
        }
        tokio::time::timeout(left, call).await.unwrap_or_else(|_| {
            let what = "the invocation's time is up".to_owned();
            Err(Error::LostAnswer { method: METHOD, what, source: None })
        })
    }

    /// Brings every copy of an alert up to date, side by side: one that waits or fails delays no other. The copy
    /// `clicked` is drawn anew even if it lacks nothing: somebody there chose what did not come to be.
    pub async fn bring_all(
        &self,
        record: &AlertRecord,
        destinations: &[Destination],
        clicked: Option<&MessageRef>,
    ) -> Progress {
        let copies = record.alert.routing.to.iter().map(|id| {
            let begun = record.deliveries.iter().find(|stored| stored.delivery.destination_id == *id).cloned();
            let destination = destinations.iter().find(|destination| destination.id == *id);
            async move {
                let alert_id = record.alert.id.clone();
                match (destination, begun) {
                    (Some(destination), begun) => {
                        let fresh = || StoredDelivery::absent(Delivery::new(alert_id, destination));
                        let stored = begun.unwrap_or_else(fresh);
                        (Some(destination), self.bring(record, destination, stored, clicked).await)
                    }
                    (None, begun) => {
                        let fresh = || StoredDelivery::absent(Delivery::unsent(alert_id, id.clone(), id.to_string()));
                        (None, self.abandon(record, begun.unwrap_or_else(fresh)).await)
                    }
                }
            }
        });
        let mut progress = Progress::default();
        for (destination, outcome) in join_all(copies).await {
            match outcome {
                Ok(Outcome::Settled) => {}
                Ok(Outcome::Later(at)) => progress.due = Some(progress.due.map_or(at, |due| due.min(at))),
                Ok(Outcome::Ended(stored)) => {
                    let refusal = stored.delivery.refusal.clone();
                    if let (Some(destination), Some(refusal)) = (destination.cloned(), refusal) {
                        tracing::error!(
                            delivery.id = stored.delivery.id(),
                            slack.channel = destination.channel(),
                            outcome = refusal.code,
                            "delivery has ended"
                        );
                        let app = self.app_of(&destination, destinations);
                        progress.endings.push(Ending { destination, app, refusal, stored });
                    }
                }
                Err(error) => progress.errors.push(error),
            }
        }
        progress
    }

    /// Notes that an ending was told: its notice is in the queue.
    ///
    /// # Errors
    /// [`store::Error`] if it cannot be noted; it is then told again, as the same alert.
    pub async fn told(&self, mut ending: Ending) -> Result<(), store::Error> {
        if let Some(refusal) = &mut ending.stored.delivery.refusal {
            refusal.told = true;
        }
        self.sender.store.record_delivery(&mut ending.stored, None).await.map(drop)
    }

    /// Notes what Slack said of a destination's channel, if that is news. It is said again with the next message, so
    /// what cannot be noted now is only logged.
    pub(crate) async fn note(&self, destination: &Destination, readiness: Readiness, channel_id: Option<&str>) {
        let mut place = destination.place.clone();
        place.readiness = readiness;
        if let Some(id) = channel_id {
            place.channel_id = Some(id.to_owned());
        }
        if place == destination.place {
            return;
        }
        match self.sender.store.note_place(&destination.id, &place).await {
            Ok(noted) => tracing::info!(destination.id = destination.id.as_str(), ?readiness, ?noted, "channel noted"),
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(destination.id = destination.id.as_str(), error, "channel not noted");
            }
        }
    }

    async fn bring(
        &self,
        record: &AlertRecord,
        destination: &Destination,
        mut stored: StoredDelivery,
        clicked: Option<&MessageRef>,
    ) -> Result<Outcome, store::Error> {
        // Its channel may have another id by now.
        if let Some(message) = &mut stored.delivery.message {
            message.channel = destination.place.present(&message.channel).to_owned();
        }
        let delivery = &stored.delivery;
        let redraw = clicked.is_some() && delivery.message.as_ref() == clicked && !delivery.state.is_final();
        if delivery.is_settled(record.alert.triage.seq) && !redraw {
            return Ok(Outcome::Settled);
        }
        if delivery.state.is_final() {
            return Ok(Outcome::Ended(Box::new(stored)));
        }
        let now = self.now();
        let busy = stored.claimed_until.filter(|until| *until > now);
        let waiting = delivery.retry_at.filter(|at| *at > now);
        let posted_to = delivery.message.as_ref().map(|message| message.channel.as_str());
        let channels = [Some(destination.channel()), posted_to];
        let held = channels.into_iter().flatten().filter_map(|channel| self.sender.holds.until(channel, now)).max();
        if let Some(later) = busy.max(waiting).max(held) {
            return Ok(Outcome::Later(later));
        }
        let Some(slack) = self.slack_of(destination) else {
            self.note(destination, Readiness::NotInstalled, None).await;
            return Ok(Outcome::Later(now + UNINSTALLED));
        };
        match destination.settings.kind {
            DestinationKind::SlackBot => {
                slack_bot::bring_up_to_date(self, slack, record, destination, stored, redraw).await
            }
        }
    }

    /// The destination was deleted after the alert was routed to it: what was not posted is suppressed, and what was
    /// stays as it is.
    async fn abandon(&self, record: &AlertRecord, mut stored: StoredDelivery) -> Result<Outcome, store::Error> {
        let seq = record.alert.triage.seq;
        if stored.delivery.state.is_final() || stored.delivery.is_settled(seq) {
            return Ok(Outcome::Settled);
        }
        if let Some(until) = stored.claimed_until.filter(|until| *until > self.now()) {
            return Ok(Outcome::Later(until));
        }
        let delivery = &mut stored.delivery;
        (delivery.retry_at, delivery.inflight) = (None, None);
        if delivery.message.is_none() {
            delivery.state = DeliveryState::Suppressed;
            delivery.reason = Some("The destination was deleted.".to_owned());
        } else {
            delivery.synced_seq = seq;
            delivery.reason = Some("The destination was deleted; the message is no longer updated.".to_owned());
        }
        match self.sender.store.record_delivery(&mut stored, None).await? {
            Claim::Won => Ok(Outcome::Settled),
            Claim::Held => Ok(Outcome::Later(self.now() + LEASE)),
        }
    }
}
