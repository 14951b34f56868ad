//! What happens to one alert, on one screen.

use crate::Dispatch;
use alert::input::{self, NewAlert};
use alert::{Alert, Assignee, ChangeMessage, Destination, FieldError, Triage, UserId, route};
use delivery::Courier;
use intel::Providers;
use jiff::Timestamp;
use runtime::batch::Message;
use runtime::log::chain;
use slack::credentials::{BadCredentials, Credentials};
use std::sync::Arc;
use std::time::Instant;
use store::{AlertRecord, Put};

/// What all messages of a batch share.
pub(crate) struct Shared {
    destinations: Vec<Destination>,
    /// `None` if they cannot be had now: alerts are stored all the same, and sent when they can.
    credentials: Option<Credentials>,
    /// Those that can be asked for threat intelligence now: with none of them, no button leads there.
    providers: Arc<Providers>,
}

/// What fails an alert.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("the alert breaks {} rules, first: {}", .0.len(), .0.first().map(ToString::to_string).unwrap_or_default())]
    Invalid(Vec<FieldError>),
    #[error("the table failed")]
    Store(#[from] store::Error),
    #[error("a message is not sent on")]
    Queue(#[from] runtime::queue::SendError),
    #[error("the Slack app's credentials cannot be read")]
    Secret(#[from] runtime::secret::SecretError),
    #[error("the Slack app's credentials cannot be used")]
    Credentials(#[from] BadCredentials),
    #[error("the alert was there, and is gone")]
    Vanished,
}

impl Shared {
    pub(crate) async fn load(dispatch: &Dispatch) -> Result<Self, Error> {
        let (destinations, secret, providers) =
            futures::join!(dispatch.store.destinations(), dispatch.slack_secret.text(), dispatch.intel.providers());
        let credentials = secret.map_err(Error::from).and_then(|secret| Ok(Credentials::parse(&secret)?));
        let credentials =
            credentials.inspect_err(|error| tracing::error!(error = chain(error), "nothing can be sent to Slack"));
        Ok(Self { destinations: destinations?, credentials: credentials.ok(), providers })
    }
}

impl Dispatch {
    /// Deals with one message; false if it has to come again.
    pub(crate) async fn dispatch(&self, shared: &Shared, message: &Message, now: Timestamp) -> bool {
        let began = Instant::now();
        let result = self.deal_with(shared, message, now).await;
        let duration_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        match result {
            Ok((alert_id, outcome)) => {
                tracing::info!(alert.id = alert_id, outcome, duration_ms, "alert dispatched");
                true
            }
            Err(error @ Error::Invalid(_)) => {
                let message_id = message.id.as_str();
                tracing::error!(message_id, error = chain(&error), duration_ms, "unreadable alert returned");
                false
            }
            Err(error) => {
                let message_id = message.id.as_str();
                tracing::warn!(message_id, error = chain(&error), duration_ms, "alert returned to the queue");
                false
            }
        }
    }

    async fn deal_with(&self, shared: &Shared, message: &Message, now: Timestamp) -> Result<(String, &str), Error> {
        let new = input::parse(message.body.as_bytes(), now).map_err(Error::Invalid)?;
        let alert = self.alert(new, shared, now).await?;
        let id = alert.id.to_string();
        let (record, outcome) = match self.store.put_alert(&alert).await? {
            Put::Created => (AlertRecord::new(alert), "created"),
            Put::Repeated => (self.store.load_alert(&alert.id).await?.ok_or(Error::Vanished)?, "repeated"),
        };
        // From here on the alert is stored and lagging: what fails now, the sweep makes good.
        if let Err(error) = self.send(&record, shared, now).await {
            tracing::warn!(alert.id = id, error = chain(&error), "alert left to the sweep");
        }
        Ok((id, outcome))
    }

    async fn alert(&self, new: NewAlert, shared: &Shared, now: Timestamp) -> Result<Alert, Error> {
        let assignee = match &new.content.assignee {
            Some(wanted) => self.registered(wanted).await?,
            None => None,
        };
        Ok(Alert {
            id: new.id,
            routing: route(&new.content, &shared.destinations),
            triage: Triage::start(new.content.severity, assignee, now),
            content: new.content,
            received_at: now,
            received: 1,
        })
    }

    /// The user whom the producer names by id or email. One who is unknown or may not see alerts leaves the alert
    /// unassigned; what was asked for stays readable on the alert.
    async fn registered(&self, wanted: &str) -> Result<Option<Assignee>, Error> {
        let user = match UserId::new(wanted) {
            Ok(id) => self.store.user(&id).await?,
            Err(_) => self.store.user_by_email(wanted).await?,
        };
        Ok(user.and_then(|user| user.assignable()))
    }

    /// Sends every copy, tells of deliveries that ended badly, and has sync-fanout say the alert on the event bus and
    /// settle it.
    async fn send(&self, record: &AlertRecord, shared: &Shared, now: Timestamp) -> Result<(), Error> {
        let mut failed = None;
        if let Some(credentials) = &shared.credentials {
            let offers_intel = shared.providers.offers(&record.alert.content);
            let courier = self.sender.courier(credentials, now).offering_intel(offers_intel);
            failed = self.send_copies(&courier, record, shared).await.err();
        }
        if record.published_seq < record.alert.triage.seq {
            let id = &record.alert.id;
            let sync = ChangeMessage::Sync { alert_id: id.clone(), clicked: None };
            let body = serde_json::to_string(&sync).expect("a message of strings is JSON");
            let deduplication = format!("new:{}", alert::ChangeId::derive(&[id.as_str().as_bytes()]));
            self.changes.send_in_order(id.as_str(), &deduplication, body).await?;
        }
        failed.map_or(Ok(()), Err)
    }

    async fn send_copies(&self, courier: &Courier<'_>, record: &AlertRecord, shared: &Shared) -> Result<(), Error> {
        let progress = courier.bring_all(record, &shared.destinations, None).await;
        for ending in progress.endings {
            if let Some(notice) = ending.notice(&shared.destinations, courier.now()) {
                self.alerts.send(notice).await?;
            }
            courier.told(ending).await?;
        }
        progress.errors.into_iter().next().map_or(Ok(()), |error| Err(error.into()))
    }
}
