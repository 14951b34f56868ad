//! Alerts in, messages out: the function behind the queue `alerts`.
//!
//! ```text
//! message ─► parse ─► route ─► store once ─► bring every copy up to date ─► have it said on the event bus
//!              │                   │ it was there: counted, and whatever is unfinished is finished
//!              └ unreadable: back to the queue, and with its last try to the dead-letter queue as it is
//! ```
//!
//! Repeating a message at any point is harmless: storing is conditional, copies are claimed, and what was sent is found
//! again.

mod pipeline;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use delivery::{Looks, Sender};
use futures::future::join_all;
use intel::base::BadBase;
use intel::{Base, Switchboard};
use jiff::Timestamp;
use runtime::log::chain;
use runtime::{Environment, Queue, Secret, batch};
use slack::client::Client;
use std::time::Duration;
use store::Store;

/// The variables this function reads.
pub const ENVIRONMENT: &[&str] = &[
    "LOG_LEVEL",
    "TABLE_NAME",
    "ALERTS_QUEUE_URL",
    "CHANGES_QUEUE_URL",
    "SLACK_SECRET_ID",
    "SLACK_BASE_URL",
    "INTEL_SECRET_ID",
    "INTEL_BASE_URL",
    "CONSOLE_URL",
    "VIEW_BUTTON_LABEL",
];

/// How long a rate limit is waited out in place, well inside the function's 30 s.
const PATIENCE: Duration = Duration::from_secs(8);

/// The function, built once per process.
#[derive(Debug)]
pub struct Dispatch {
    store: Store,
    sender: Sender,
    slack_secret: Secret,
    intel: Switchboard,
    alerts: Queue,
    changes: Queue,
}

impl Dispatch {
    /// From its parts.
    pub fn new(
        store: Store,
        sender: Sender,
        slack_secret: Secret,
        intel: Switchboard,
        (alerts, changes): (Queue, Queue),
    ) -> Self {
        Self { store, sender, slack_secret, intel, alerts, changes }
    }

    /// From the environment.
    ///
    /// # Errors
    /// [`BadBase`] if the template sets an address of the providers that may not be used.
    pub fn from_environment(env: &Environment, config: &aws_types::SdkConfig) -> Result<Self, BadBase> {
        let store = Store::new(config, env.get("TABLE_NAME"));
        let http = slack::client::http_client();
        let base = Base::parse(env.optional("INTEL_BASE_URL").as_deref())?;
        let intel = Switchboard::new(Secret::new(config, env.get("INTEL_SECRET_ID")), base, http.clone());
        let slack = Client::new(http, env.get("SLACK_BASE_URL"));
        let looks = Looks { console_url: env.optional("CONSOLE_URL"), button_label: env.get("VIEW_BUTTON_LABEL") };
        let sender = Sender::new(store.clone(), slack, looks, PATIENCE);
        let secret = Secret::new(config, env.get("SLACK_SECRET_ID"));
        let queue = |name| Queue::new(config, env.get(name));
        Ok(Self::new(store, sender, secret, intel, (queue("ALERTS_QUEUE_URL"), queue("CHANGES_QUEUE_URL"))))
    }

    /// Deals with a batch of messages, side by side. Those that were not dealt with are named in the answer and come
    /// again.
    pub async fn handle(&self, event: SqsEvent, now: Timestamp) -> SqsBatchResponse {
        let messages = batch::messages(event);
        let shared = match pipeline::Shared::load(self).await {
            Ok(shared) => shared,
            Err(error) => {
                tracing::warn!(error = chain(&error), messages = messages.len(), "batch returned to the queue");
                return batch::failures(messages.into_iter().map(|message| message.id));
            }
        };
        let dispatched = messages.iter().map(|message| self.dispatch(&shared, message, now));
        let failed = join_all(dispatched).await.into_iter().zip(messages).filter(|(done, _)| !done);
        batch::failures(failed.map(|(_, message)| message.id))
    }
}
