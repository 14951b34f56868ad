//! Changes in, every copy up to date: the function behind `changes.fifo` and the one-minute schedule.
//!
//! ```text
//! message ─► fill in what others know ─► apply the change, once ─► bring every copy up to date ─► say it on the event bus ─► settle
//!                  └ it lost against another's, or cannot be: tell the person who clicked
//! event of Slack's ─► what Slack says of app and channel ─► destinations; an answer in the channel; an alert
//! Home tab opened ─► who is it, what waits for them ─► views.publish
//! schedule ─► sweep: alerts with work left and due (a copy is behind, a reminder's time has come) ─► a message each on changes.fifo
//! ```
//!
//! Each step is level-triggered: it looks at what is missing, not at what the message says happened, so a message that
//! comes twice or late does no harm, and what one run leaves undone the next one does.

mod fanout;
mod happenings;
mod home;
mod lookups;
mod sweep;

use alert::boomerang::Reminders;
use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use delivery::{Looks, Sender};
use futures::future::join_all;
use identity::Installations;
use intel::base::BadBase;
use intel::{Base, Switchboard};
use jiff::{SignedDuration, Timestamp};
use runtime::log::chain;
use runtime::{Bus, Environment, Queue, Secret, batch};
use serde::Deserialize;
use slack::client::Client;
use std::time::{Duration, Instant};
use store::Store;

pub use sweep::Swept;

/// The variables this function reads.
pub const ENVIRONMENT: &[&str] = &[
    "LOG_LEVEL",
    "TABLE_NAME",
    "ALERTS_QUEUE_URL",
    "CHANGES_QUEUE_URL",
    "EVENT_BUS_NAME",
    "SLACK_SECRET_ID",
    "SLACK_BASE_URL",
    "INTEL_SECRET_ID",
    "INTEL_BASE_URL",
    "CONSOLE_URL",
    "VIEW_BUTTON_LABEL",
    "BOOMERANG_REMINDER_MINUTES",
    "BOOMERANG_OVERDUE_MINUTES",
];

/// How long a rate limit is waited out in place, well inside the function's 30 s.
const PATIENCE: Duration = Duration::from_secs(8);

/// The template sets what cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(transparent)]
pub enum BadEnvironment {
    Minutes(#[from] NoMinutes),
    Base(#[from] BadBase),
}

/// A time of the template that is no whole number of minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} must be a number of minutes, 1 to 525,600")]
pub struct NoMinutes(&'static str);

/// A year: longer than anybody waits, and no sum of times overflows.
const MOST_MINUTES: i64 = 525_600;

fn minutes(env: &Environment, name: &'static str) -> Result<SignedDuration, NoMinutes> {
    let minutes = env.get(name).parse().ok().filter(|minutes| (1..=MOST_MINUTES).contains(minutes));
    minutes.map(SignedDuration::from_mins).ok_or(NoMinutes(name))
}

/// How long messages of a batch are begun: the function ends after 30 s, and with it what was done would come again.
const BATCH: Duration = Duration::from_secs(15);

/// What invokes the function.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Invocation {
    /// The schedule's constant input.
    Sweep {
        /// Always true; it tells the input from a batch.
        sweep: bool,
    },
    /// Messages of `changes.fifo`.
    Batch(SqsEvent),
}

/// The function, built once per process.
#[derive(Debug)]
pub struct Fanout {
    store: Store,
    sender: Sender,
    slack_secret: Secret,
    intel: Switchboard,
    alerts: Queue,
    changes: Queue,
    bus: Bus,
    reminders: Reminders,
    installations: Installations,
}

impl Fanout {
    /// From its parts.
    pub fn new(
        store: Store,
        sender: Sender,
        slack_secret: Secret,
        intel: Switchboard,
        (alerts, changes, bus): (Queue, Queue, Bus),
        reminders: Reminders,
    ) -> Self {
        Self {
            store,
            sender,
            slack_secret,
            intel,
            alerts,
            changes,
            bus,
            reminders,
            installations: Installations::default(),
        }
    }

    /// From the environment.
    ///
    /// # Errors
    /// [`BadEnvironment`] if the template sets a time that is no number of minutes, or an address of the providers that
    /// may not be used.
    pub fn from_environment(env: &Environment, config: &aws_types::SdkConfig) -> Result<Self, BadEnvironment> {
        let store = Store::new(config, env.get("TABLE_NAME"));
        let http = slack::client::http_client();
        let base = Base::parse(env.optional("INTEL_BASE_URL").as_deref())?;
        let intel = Switchboard::new(Secret::new(config, env.get("INTEL_SECRET_ID")), base, http.clone());
        let slack = Client::new(http, env.get("SLACK_BASE_URL"));
        let looks = Looks { console_url: env.optional("CONSOLE_URL"), button_label: env.get("VIEW_BUTTON_LABEL") };
        let sender = Sender::new(store.clone(), slack, looks, PATIENCE);
        let secret = Secret::new(config, env.get("SLACK_SECRET_ID"));
        let queue = |name| Queue::new(config, env.get(name));
        let bus = Bus::new(config, env.get("EVENT_BUS_NAME"));
        let reminders = Reminders {
            remind_after: minutes(env, "BOOMERANG_REMINDER_MINUTES")?,
            overdue_after: minutes(env, "BOOMERANG_OVERDUE_MINUTES")?,
        };
        let queues = (queue("ALERTS_QUEUE_URL"), queue("CHANGES_QUEUE_URL"), bus);
        Ok(Self::new(store, sender, secret, intel, queues, reminders))
    }

    /// Deals with a batch: groups (alerts) side by side, the messages of one group in order. After a failure the rest
    /// of its group comes again with it, so that order holds; so does what is not begun in [`BATCH`].
    pub async fn handle(&self, event: SqsEvent, now: Timestamp) -> SqsBatchResponse {
        let began = Instant::now();
        let messages = batch::messages(event);
        let shared = match fanout::Shared::load(self).await {
            Ok(shared) => shared,
            Err(error) => {
                tracing::warn!(error = chain(&error), messages = messages.len(), "batch returned to the queue");
                return batch::failures(messages.into_iter().map(|message| message.id));
            }
        };
        let shared = &shared;
        let groups = batch::by_group(messages).into_iter().map(home::only_last_opening);
        let groups = groups.map(|group| async move {
            let mut done = 0;
            for message in &group {
                // What is left of the time would not do; what is done must not come again.
                if began.elapsed() > BATCH || !self.fan_out(shared, message, now).await {
                    break;
                }
                done += 1;
            }
            group.into_iter().skip(done).map(|message| message.id).collect::<Vec<_>>()
        });
        batch::failures(join_all(groups).await.into_iter().flatten())
    }
}
