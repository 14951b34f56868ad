//! The minute: every enabled source is polled, the first ones here and the others by way of the queue `polls`.

use crate::Poller;
use crate::halt::Halt;
use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use futures::future::join_all;
use jiff::Timestamp;
use logs::{LogSource, LogSourceId};
use runtime::batch;
use runtime::log::chain;
use serde::{Deserialize, Serialize};

/// A message on `polls`.
#[derive(Debug, Serialize, Deserialize)]
struct PollMessage {
    sources: Vec<LogSourceId>,
    /// When it was sent, in unix seconds.
    minute: i64,
}

/// What waited longer is left to the minute that has begun since: it has its own message.
const STALE_S: i64 = 60;

/// What a minute did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Polled {
    /// Sources that are enabled.
    pub sources: usize,
    /// Of those polled here: how many are as far as Slack is.
    pub up_to_date: usize,
    /// Which people must see to.
    pub unhealthy: usize,
    /// Left to other invocations.
    pub queued: usize,
}

impl Poller {
    /// Polls every enabled source.
    ///
    /// # Errors
    /// [`store::Error`] if the sources cannot be listed; the next minute tries again.
    pub async fn minute(&self, now: Timestamp) -> Result<Polled, store::Error> {
        let mut sources = self.store.log_sources().await?;
        sources.retain(|source| source.settings.enabled);
        let here = sources.len().min(self.limits.sources);
        let (here, others) = sources.split_at(here);
        let queued = join_all(others.chunks(self.limits.sources.max(1)).map(|chunk| self.pass_on(chunk, now))).await;
        let mut polled = self.poll_all(here, now).await;
        polled.sources = sources.len();
        polled.queued = queued.into_iter().sum();
        tracing::info!(
            sources = polled.sources,
            up_to_date = polled.up_to_date,
            unhealthy = polled.unhealthy,
            queued = polled.queued,
            "polled all"
        );
        Ok(polled)
    }

    /// Polls the sources that another invocation passed on. A message that cannot be read comes again, until it is set
    /// aside.
    pub async fn handle(&self, event: SqsEvent, now: Timestamp) -> SqsBatchResponse {
        let mut failed = Vec::new();
        for message in batch::messages(event) {
            let Ok(poll) = serde_json::from_str::<PollMessage>(&message.body) else {
                tracing::error!(message.id, "unreadable message");
                failed.push(message.id);
                continue;
            };
            if now.as_second() - poll.minute >= STALE_S {
                tracing::debug!(message.id, "another minute has begun");
                continue;
            }
            match self.listed(&poll.sources).await {
                Ok(sources) => drop(self.poll_all(&sources, now).await),
                Err(error) => {
                    tracing::warn!(message.id, error = chain(&error), "message returned to the queue");
                    failed.push(message.id);
                }
            }
        }
        batch::failures(failed)
    }

    async fn listed(&self, ids: &[LogSourceId]) -> Result<Vec<LogSource>, store::Error> {
        let found = join_all(ids.iter().map(|id| self.store.log_source(id))).await;
        let found: Result<Vec<_>, _> = found.into_iter().collect();
        Ok(found?.into_iter().flatten().filter(|source| source.settings.enabled).collect())
    }

    async fn poll_all(&self, sources: &[LogSource], now: Timestamp) -> Polled {
        let ended = join_all(sources.iter().map(|source| self.poll(source, now))).await;
        let unhealthy = |ended: &&Result<(), Halt>| matches!(ended, Err(Halt::NeedsPeople { .. } | Halt::Secret(_)));
        Polled {
            up_to_date: ended.iter().filter(|ended| ended.is_ok()).count(),
            unhealthy: ended.iter().filter(unhealthy).count(),
            ..Polled::default()
        }
    }

    /// How many were passed on.
    async fn pass_on(&self, sources: &[LogSource], now: Timestamp) -> usize {
        let ids = sources.iter().map(|source| source.id.clone()).collect();
        let message = PollMessage { sources: ids, minute: now.as_second() };
        match self.out.polls.send(serde_json::to_string(&message).expect("a message is JSON")).await {
            Ok(()) => sources.len(),
            Err(error) => {
                tracing::warn!(sources = sources.len(), error = chain(&error), "left to the next minute");
                0
            }
        }
    }
}
