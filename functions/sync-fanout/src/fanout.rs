//! What happens to one message of `changes.fifo`, on one screen.

use crate::Fanout;
use alert::{Activity, AlertId, Change, ChangeMessage, Destination, Origin, event};
use delivery::Courier;
use jiff::Timestamp;
use runtime::batch::Message;
use runtime::bus::Event;
use runtime::log::chain;
use slack::credentials::{BadCredentials, Credentials};
use slack::say;
use std::time::Instant;
use store::{AlertRecord, Applied};

/// What all messages of a batch share.
pub(crate) struct Shared {
    destinations: Vec<Destination>,
    credentials: Credentials,
}

/// Why a message goes back to the queue.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("the message cannot be read")]
    Unreadable(#[from] serde_json::Error),
    #[error("there is no alert {0}")]
    NoAlert(AlertId),
    #[error("the table failed")]
    Store(#[from] store::Error),
    #[error("a message is not sent on")]
    Queue(#[from] runtime::queue::SendError),
    #[error("the event is not said")]
    Bus(#[from] runtime::bus::BusError),
    #[error("the Slack app's credentials cannot be read")]
    Secret(#[from] runtime::secret::SecretError),
    #[error("the Slack app's credentials cannot be used")]
    Credentials(#[from] BadCredentials),
}

impl Shared {
    pub(crate) async fn load(fanout: &Fanout) -> Result<Self, Error> {
        let (destinations, secret) = futures::join!(fanout.store.destinations(), fanout.slack_secret.text());
        Ok(Self { destinations: destinations?, credentials: Credentials::parse(&secret?)? })
    }
}

impl Fanout {
    /// Deals with one message; false if it has to come again.
    pub(crate) async fn fan_out(&self, shared: &Shared, message: &Message, now: Timestamp) -> bool {
        let began = Instant::now();
        let result = self.deal_with(shared, message, now).await;
        let duration_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        match result {
            Ok((alert_id, outcome)) => {
                tracing::info!(alert.id = alert_id.as_str(), outcome, duration_ms, "change fanned out");
                true
            }
            Err(error @ (Error::Unreadable(_) | Error::NoAlert(_))) => {
                let message_id = message.id.as_str();
                tracing::error!(message_id, error = chain(&error), duration_ms, "unusable change returned");
                false
            }
            Err(error) => {
                let message_id = message.id.as_str();
                tracing::warn!(message_id, error = chain(&error), duration_ms, "change returned to the queue");
                false
            }
        }
    }

    async fn deal_with(
        &self,
        shared: &Shared,
        message: &Message,
        now: Timestamp,
    ) -> Result<(AlertId, &'static str), Error> {
        let message: ChangeMessage = serde_json::from_str(&message.body)?;
        let id = message.alert_id().clone();
        let courier = self.courier(shared, now);
        let outcome = match &message {
            ChangeMessage::Sync { .. } => "synced",
            ChangeMessage::Change(change) => {
                let applied = self.store.apply_change(change, now).await?;
                let applied = applied.ok_or_else(|| Error::NoAlert(id.clone()))?;
                self.tell_the_loser(&courier, change, &applied).await;
                match applied {
                    Applied { conflict: Some(_), .. } => "conflict",
                    Applied { first: false, .. } => "repeated",
                    Applied { seq: None, .. } => "unchanged",
                    Applied { .. } => "applied",
                }
            }
        };
        let record = self.store.load_alert(&id).await?.ok_or_else(|| Error::NoAlert(id.clone()))?;
        self.bring_up_to_date(&courier, &record, shared).await?;
        Ok((id, outcome))
    }

    async fn bring_up_to_date(
        &self,
        courier: &Courier<'_>,
        record: &AlertRecord,
        shared: &Shared,
    ) -> Result<(), Error> {
        let (progress, said) = futures::join!(courier.bring_all(record, &shared.destinations), self.say(record));
        for death in progress.deaths {
            self.alerts.send(death.notice(courier.now)).await?;
            courier.told(death).await?;
        }
        said?;
        let alert = &record.alert;
        let failed = progress.errors.into_iter().next();
        let due = if failed.is_some() { Some(courier.now) } else { progress.due };
        // If the alert has moved on meanwhile, whoever moved it has sent a message that will settle it.
        self.store.settle(&alert.id, alert.triage.seq, alert.triage.seq, due).await?;
        failed.map_or(Ok(()), |error| Err(error.into()))
    }

    /// Says on the event bus what it has not been told yet.
    async fn say(&self, record: &AlertRecord) -> Result<(), Error> {
        let told = |activity: &Activity| Event {
            source: event::SOURCE,
            detail_type: event::detail_type(&activity.kind),
            detail: serde_json::to_string(&event::alert_event(&record.alert, activity)).expect("an event is JSON"),
        };
        let events: Vec<Event> = record.activities_after(record.published_seq).map(told).collect();
        if events.is_empty() { Ok(()) } else { Ok(self.bus.put(&events).await?) }
    }

    /// Tells the person who clicked that somebody else was first. It cannot be looked for afterwards, so a person may
    /// be told twice, and a message that Slack does not take is only logged: what counts is in the history.
    async fn tell_the_loser(&self, courier: &Courier<'_>, change: &Change, applied: &Applied) {
        let (Some(conflict), Origin::Slack { channel, user, .. }) = (&applied.conflict, &change.origin) else { return };
        let sentence = slack::message::Message::plain(&say::conflict(conflict, &change.action));
        if let Err(error) = courier.slack.post_ephemeral(channel, user, None, &sentence).await {
            let alert_id = change.alert_id.as_str();
            tracing::warn!(alert.id = alert_id, slack.channel = channel, error = chain(&error), "loser not told");
        }
    }

    fn courier<'a>(&'a self, shared: &'a Shared, now: Timestamp) -> Courier<'a> {
        Courier {
            store: &self.store,
            slack: self.slack.with_token(&shared.credentials.bot_token),
            looks: &self.looks,
            mentions: &self.mentions,
            holds: &self.holds,
            now,
            patience: self.patience,
        }
    }
}
