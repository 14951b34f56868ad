//! Asks a model of Amazon Bedrock for a first triage of each alert at or above a severity. Optional: it is deployed only
//! if the template names a model (docs/decisions/0009-ai-triage.md).
//!
//! ```text
//! alert.created, from the event bus over a queue ─► read the alert ─► ask the model ─► check what it says
//!                                                    └ nothing to do   └ later: the     └─► a change on changes.fifo
//!                                                                        queue's turn
//! ```
//!
//! Reads the table and sends one message; what the model says can do nothing but be shown as text. The change's id
//! follows from the alert's, so an event that comes twice has one effect. What Bedrock refuses for good, or the model
//! answers wrongly twice, is logged with [`NOT_TRIAGED`], which rings an alarm; whatever may pass goes back to the queue
//! and ends in its dead-letter queue.

mod answer;
mod document;
mod model;
mod prompt;

use alert::event::{SOURCE, detail_type};
use alert::{Action, ActivityKind, Actor, AiTriage, AlertId, Change, ChangeId, ChangeMessage, Origin, Severity};
use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use jiff::{SignedDuration, Timestamp};
use runtime::batch::Message;
use runtime::log::chain;
use runtime::{Environment, Queue, batch};
use serde::Deserialize;
use std::time::{Duration, Instant};
use store::Store;

pub use model::{Model, ModelError, Settings};

/// The variables this function reads.
pub const ENVIRONMENT: &[&str] = &[
    "LOG_LEVEL",
    "TABLE_NAME",
    "CHANGES_QUEUE_URL",
    "AI_TRIAGE_MODEL_ID",
    "AI_TRIAGE_SEVERITY",
    "AI_TRIAGE_MAX_TOKENS",
    "BEDROCK_ENDPOINT_URL",
];

/// The log line that rings an alarm: an alert has no triage, and will get none by itself.
pub const NOT_TRIAGED: &str = "alert not triaged by the model";

/// How long the model has for an answer, a second try included: well inside the function's 60 s.
pub const MODEL_TIME: Duration = Duration::from_secs(45);

/// An alert that was stored longer ago has been looked at by people; a triage would only be noise. Messages of the
/// dead-letter queue that are sent again days later come to this.
const TOO_OLD: SignedDuration = SignedDuration::from_hours(24);

/// A variable of the template that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} cannot be used")]
pub struct BadSetting(&'static str);

/// The function, built once per process.
#[derive(Debug)]
pub struct Triager {
    store: Store,
    changes: Queue,
    model: Model,
    /// Alerts below it are not asked about. The rule on the event bus sees to it too.
    at_least: Severity,
}

/// An event of the bus, as its rule hands it to the queue.
#[derive(Debug, Deserialize)]
struct Arrival {
    source: String,
    #[serde(rename = "detail-type")]
    detail_type: String,
    detail: Detail,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Detail {
    alert_id: AlertId,
}

/// What fails a message.
#[derive(Debug, thiserror::Error)]
enum Error {
    #[error("the message cannot be read")]
    Unreadable(#[from] serde_json::Error),
    #[error("it is no event of a new alert")]
    OtherEvent,
    #[error("there is no alert {0}")]
    NoAlert(AlertId),
    #[error("the table failed")]
    Store(#[from] store::Error),
    #[error("the change is not sent on")]
    Queue(#[from] runtime::queue::SendError),
    #[error("the model gave no triage of alert {0}")]
    Model(AlertId, #[source] ModelError),
}

impl Triager {
    /// From its parts.
    pub fn new(store: Store, changes: Queue, model: Model, at_least: Severity) -> Self {
        Self { store, changes, model, at_least }
    }

    /// From the environment.
    ///
    /// # Errors
    /// [`BadSetting`] if the template sets a severity or a number of tokens that is none.
    pub fn from_environment(env: &Environment, config: &aws_types::SdkConfig) -> Result<Self, BadSetting> {
        let severity = env.get("AI_TRIAGE_SEVERITY");
        let at_least = Severity::ALL.into_iter().find(|one| one.as_str() == severity);
        let max_tokens = env.get("AI_TRIAGE_MAX_TOKENS").parse().ok().filter(|tokens| *tokens > 0);
        let settings = Settings {
            model_id: env.get("AI_TRIAGE_MODEL_ID"),
            endpoint_url: env.optional("BEDROCK_ENDPOINT_URL"),
            max_tokens: max_tokens.ok_or(BadSetting("AI_TRIAGE_MAX_TOKENS"))?,
            time: MODEL_TIME,
        };
        Ok(Self {
            store: Store::new(config, env.get("TABLE_NAME")),
            changes: Queue::new(config, env.get("CHANGES_QUEUE_URL")),
            model: Model::new(config, settings),
            at_least: at_least.ok_or(BadSetting("AI_TRIAGE_SEVERITY"))?,
        })
    }

    /// Deals with a batch, which the template makes one message: each has the function's time to itself.
    pub async fn handle(&self, event: SqsEvent, now: Timestamp) -> SqsBatchResponse {
        let mut failed = Vec::new();
        for message in batch::messages(event) {
            if !self.deal_with(&message, now).await {
                failed.push(message.id);
            }
        }
        batch::failures(failed)
    }

    /// Deals with one message; false if it has to come again.
    async fn deal_with(&self, message: &Message, now: Timestamp) -> bool {
        let began = Instant::now();
        let result = self.triage(message, now).await;
        let duration_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let message_id = message.id.as_str();
        match result {
            Ok((alert_id, outcome)) => {
                tracing::info!(alert.id = alert_id.as_str(), outcome, duration_ms, "alert considered");
                true
            }
            Err(Error::Model(alert_id, error)) if error.is_final() => {
                tracing::error!(alert.id = alert_id.as_str(), error = chain(&error), duration_ms, "{NOT_TRIAGED}");
                true
            }
            Err(error @ (Error::Unreadable(_) | Error::OtherEvent | Error::NoAlert(_))) => {
                tracing::error!(message_id, error = chain(&error), duration_ms, "unusable event returned");
                false
            }
            Err(error @ (Error::Store(_) | Error::Queue(_) | Error::Model(..))) => {
                tracing::warn!(message_id, error = chain(&error), duration_ms, "event returned to the queue");
                false
            }
        }
    }

    async fn triage(&self, message: &Message, now: Timestamp) -> Result<(AlertId, &'static str), Error> {
        let arrival: Arrival = serde_json::from_str(&message.body)?;
        if arrival.source != SOURCE || arrival.detail_type != detail_type(&ActivityKind::Created) {
            return Err(Error::OtherEvent);
        }
        let id = arrival.detail.alert_id;
        let record = self.store.load_alert(&id).await?.ok_or_else(|| Error::NoAlert(id.clone()))?;
        if record.alert.content.severity < self.at_least {
            return Ok((id, "below the severity"));
        }
        if now.duration_since(record.alert.received_at) > TOO_OLD {
            return Ok((id, "too old"));
        }
        if record.activities.iter().any(|activity| matches!(activity.kind, ActivityKind::AiTriaged { .. })) {
            return Ok((id, "triaged already"));
        }
        let triage = self.model.triage(&record.alert).await.map_err(|error| Error::Model(id.clone(), error))?;
        self.queue(&id, triage, now).await?;
        Ok((id, "triaged"))
    }

    async fn queue(&self, alert_id: &AlertId, triage: AiTriage, now: Timestamp) -> Result<(), Error> {
        let change = Change {
            id: ChangeId::derive(&[b"ai-triage", alert_id.as_str().as_bytes()]),
            alert_id: alert_id.clone(),
            at: now,
            actor: Actor::System,
            origin: Origin::System,
            seen_seq: None,
            action: Action::TriageByAi { triage },
        };
        let change_id = change.id.clone();
        let json = serde_json::to_string(&ChangeMessage::Change(Box::new(change)))?;
        Ok(self.changes.send_in_order(alert_id.as_str(), change_id.as_str(), json).await?)
    }
}
