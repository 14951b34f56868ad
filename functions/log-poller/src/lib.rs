//! Slack's logs in, objects of rows out: the function behind the one-minute schedule and the queue `polls`.
//!
//! ```text
//! schedule ─► enabled log sources ─► the first of them here, side by side
//!                                 └► the others as messages on `polls`, and so back to this function
//!
//! a source: lease ─► what the last run left pending is there, or forgotten ─► page ─► rows ─► those not seen yet
//!                ─► objects by hour ─► seen + pending ─► put ─► said on the event bus ─► progress ─► next page ─► health
//! ```
//!
//! No run knows how the one before it ended: it looks at the progress that is stored. Killed at any call, the next run
//! goes on from there, loses nothing, and stores nothing twice (promise 10). How that is kept stands in [`objects`] (what
//! is written when) and in [`window`] (what is read when).

mod budget;
mod halt;
mod health;
mod known;
mod minute;
pub mod objects;
mod pull;
mod run;
mod sink;
pub mod window;

pub use minute::Polled;

use aws_lambda_events::sqs::SqsEvent;
use aws_types::SdkConfig;
use runtime::{Bucket, Bus, Environment, Queue, Secrets};
use serde::Deserialize;
use slack::client::{LogClient, http_client_within};
use std::time::Duration;
use store::Store;

/// The variables this function reads.
pub const ENVIRONMENT: &[&str] = &[
    "LOG_LEVEL",
    "TABLE_NAME",
    "ALERTS_QUEUE_URL",
    "CHANGES_QUEUE_URL",
    "POLLS_QUEUE_URL",
    "BUCKET_NAME",
    "EVENT_BUS_NAME",
    "LOG_SECRETS_PREFIX",
    "SLACK_BASE_URL",
    "SLACK_AUDIT_URL",
];

/// How long a worker has a source to itself: longer than the function may run, so that it has ended by then, and nothing
/// it sent to S3 is still on its way.
pub const LEASE: Duration = Duration::from_secs(70);

/// How long an answer of Slack's may take: a page can have megabytes.
const SLACK_TIMEOUT: Duration = Duration::from_secs(12);

/// What invokes the function.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Invocation {
    /// The schedule's constant input.
    Minute {
        /// Always true; it tells the input from a batch.
        poll: bool,
    },
    /// Messages of `polls`.
    Batch(SqsEvent),
}

/// How much one invocation does.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Sources that one invocation polls; the others go over the queue. How many is a judgement and was not measured: each
    /// may have a page of 32 MB in memory, beside its rows, and the template's `MemorySize` leaves room for ten of those.
    pub sources: usize,
    /// How long a run goes on reading. What it has begun to write it finishes, and the function's timeout leaves time for.
    pub reading: Duration,
    /// Calls of the audit logs in a run. Slack allows 50 a minute to the whole organisation, whoever makes them
    /// (<https://docs.slack.dev/reference/audit-logs-api/methods-actions-reference>): some are left to others.
    pub audit_calls: u32,
    /// Calls of each of the other two in a run. Slack allows about 20 a minute
    /// (<https://docs.slack.dev/apis/web-api/rate-limits>).
    pub team_calls: u32,
    /// Entries asked for at once, at most 1,000.
    pub rows: u32,
}

impl Default for Limits {
    fn default() -> Self {
        let reading = Duration::from_secs(30);
        Self { sources: 10, reading, audit_calls: 40, team_calls: 18, rows: 1000 }
    }
}

/// The AWS services that the function writes to.
#[derive(Debug, Clone)]
pub struct Outlets {
    pub bucket: Bucket,
    pub bus: Bus,
    pub alerts: Queue,
    pub changes: Queue,
    pub polls: Queue,
}

/// The function, built once per process.
#[derive(Debug)]
pub struct Poller {
    store: Store,
    slack: LogClient,
    out: Outlets,
    limits: Limits,
    secrets: Secrets,
}

impl Poller {
    /// From its parts; the names of the sources' secrets begin with `secret_prefix`.
    pub fn new(
        config: &SdkConfig,
        store: Store,
        slack: LogClient,
        out: Outlets,
        secret_prefix: String,
        limits: Limits,
    ) -> Self {
        Self { store, slack, out, limits, secrets: Secrets::new(config, secret_prefix) }
    }

    /// From the environment.
    pub fn from_environment(env: &Environment, config: &SdkConfig) -> Self {
        let http = http_client_within(SLACK_TIMEOUT);
        let slack = LogClient::new(http, env.get("SLACK_BASE_URL"), env.get("SLACK_AUDIT_URL"));
        let queue = |name| Queue::new(config, env.get(name));
        let out = Outlets {
            bucket: Bucket::new(config, env.get("BUCKET_NAME")),
            bus: Bus::new(config, env.get("EVENT_BUS_NAME")),
            alerts: queue("ALERTS_QUEUE_URL"),
            changes: queue("CHANGES_QUEUE_URL"),
            polls: queue("POLLS_QUEUE_URL"),
        };
        let store = Store::new(config, env.get("TABLE_NAME"));
        Self::new(config, store, slack, out, env.get("LOG_SECRETS_PREFIX"), Limits::default())
    }
}
