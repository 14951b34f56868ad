//! One source, once: lease, recover, pull, give the lease up, and say how it was.

use crate::Poller;
use crate::budget::Budget;
use crate::halt::Halt;
use crate::health;
use crate::known::Known;
use crate::pull::{self, Occurrences};
use futures::FutureExt;
use jiff::{SignedDuration, Timestamp};
use logs::{Encoder, LogSource};
use runtime::log::chain;
use slack::client::Token;
use slack::log_credentials::LogCredentials;
use std::panic::AssertUnwindSafe;
use std::time::Instant;
use store::{Claim, StoredProgress};

/// What a run did, for its line in the log.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Calls of Slack's that brought a page.
    pub(crate) pages: usize,
    pub(crate) entries: usize,
    /// Rows that were stored.
    pub(crate) new: usize,
    pub(crate) misfits: usize,
    pub(crate) objects: usize,
    /// Their size.
    pub(crate) bytes: usize,
    /// Objects of the run before that were there.
    pub(crate) recovered: usize,
    /// The event time of the newest row stored.
    pub(crate) newest: Option<i64>,
    pub(crate) watermark: Option<i64>,
}

/// A run of one source, with its lease.
pub(crate) struct Run<'a> {
    pub(crate) poller: &'a Poller,
    pub(crate) source: &'a LogSource,
    pub(crate) now: Timestamp,
    pub(crate) stored: StoredProgress,
    pub(crate) budget: Budget,
    pub(crate) tally: &'a mut Tally,
    pub(crate) known: Known,
    pub(crate) occurrences: Occurrences,
    pub(crate) encoder: Encoder,
    /// Slack's clock, if it is behind ours; ours until an answer came.
    pub(crate) clock: i64,
}

impl Poller {
    /// Polls one source. Nothing that happens to it reaches another.
    pub(crate) async fn poll(&self, source: &LogSource, now: Timestamp) -> Result<(), Halt> {
        let began = Instant::now();
        let mut tally = Tally::default();
        let ended = unless_it_panics(self.run(source, now, &mut tally)).await;
        if let Some(poll) = health::poll(&ended, &tally) {
            self.note(source, &poll, now).await;
        }
        report(source, &ended, &tally, began, now);
        ended
    }

    async fn run(&self, source: &LogSource, now: Timestamp, tally: &mut Tally) -> Result<(), Halt> {
        let mut stored = self.store.log_progress(&source.id).await?;
        let lease = SignedDuration::try_from(crate::LEASE).expect("a minute is a duration");
        if self.store.lease_log_source(&mut stored, now, now + lease).await? == Claim::Held {
            return Err(Halt::Held);
        }
        let mut run = Run {
            poller: self,
            source,
            now,
            stored,
            budget: Budget::new(&self.limits, source.settings.log_type),
            tally,
            known: Known::default(),
            occurrences: Occurrences::default(),
            encoder: Encoder::new(),
            clock: now.as_second(),
        };
        let ended = run.work().await;
        run.tally.watermark = run.stored.progress.watermark;
        match &ended {
            // Nobody may look for the object before it can no longer come.
            Err(Halt::Held | Halt::Bucket(_) | Halt::Panicked) => {}
            Ok(()) | Err(_) => {
                if let Err(error) = self.store.record_log_progress(&mut run.stored, None).await {
                    tracing::warn!(source.id = source.id.as_str(), error = chain(&error), "lease kept until it lapses");
                }
            }
        }
        ended
    }
}

impl Run<'_> {
    async fn work(&mut self) -> Result<(), Halt> {
        self.recover().await?;
        if self.stored.progress.wait_until.is_some_and(|until| until > self.now.as_second()) {
            return Err(Halt::Waiting);
        }
        self.stored.progress.wait_until = None;
        let token = self.token().await?;
        let poller = self.poller;
        pull::everything(self, poller.slack.with_token(&token)).await
    }

    async fn token(&self) -> Result<Token, Halt> {
        let bad = |code: &str, what_to_do: &str| Halt::NeedsPeople { code: code.into(), what_to_do: what_to_do.into() };
        let name = &self.source.settings.secret;
        let secret = self.poller.secrets.get(name).ok_or_else(|| bad("wrong_secret", health::WRONG_SECRET))?;
        let credentials = LogCredentials::parse(&secret.text().await?);
        let credentials = credentials.map_err(|_| bad("bad_secret", health::BAD_SECRET))?;
        credentials.user_token.ok_or(Halt::NotSetUp)
    }
}

/// A defect that one source's entries bring out leaves the other sources' runs as they are.
async fn unless_it_panics(run: impl Future<Output = Result<(), Halt>>) -> Result<(), Halt> {
    AssertUnwindSafe(run).catch_unwind().await.unwrap_or(Err(Halt::Panicked))
}

/// One line a source and run; nothing of what was read.
fn report(source: &LogSource, ended: &Result<(), Halt>, tally: &Tally, began: Instant, now: Timestamp) {
    let behind_s = tally.watermark.map(|watermark| now.as_second() - watermark);
    let (outcome, error) = match ended {
        Ok(()) => ("up to date", None),
        Err(halt @ (Halt::Held | Halt::Spent | Halt::Waiting | Halt::NotSetUp | Halt::RateLimited)) => {
            (halt.outcome(), None)
        }
        Err(halt) => (halt.outcome(), Some(chain(halt))),
    };
    tracing::info!(
        source.id = source.id.as_str(),
        log_type = source.settings.log_type.as_str(),
        outcome,
        error,
        pages = tally.pages,
        entries = tally.entries,
        rows = tally.new,
        misfits = tally.misfits,
        objects = tally.objects,
        bytes = tally.bytes,
        recovered = tally.recovered,
        behind_s,
        duration_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
        "polled"
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::future::join;

    #[tokio::test]
    async fn a_run_that_panics_ends_no_other() {
        let (panicked, other) = join(
            unless_it_panics(async { panic!("a defect") }),
            unless_it_panics(async {
                tokio::task::yield_now().await;
                Err(Halt::Spent)
            }),
        )
        .await;
        assert!(matches!(panicked, Err(Halt::Panicked)));
        assert!(matches!(other, Err(Halt::Spent)));
    }
}
