//! Reading a source's log, by its type. What they share: each call is counted, a rate limit is noted, and the progress
//! names the next page before it is asked for.

mod access;
mod audit;
mod integration;

use crate::halt::{Halt, NoPage, no_page};
use crate::run::Run;
use logs::LogType;
use slack::client::{Error as SlackError, LogApi, LogPage};
use std::collections::HashMap;

/// Reads what is new, until there is nothing more or the run must end.
pub(crate) async fn everything(run: &mut Run<'_>, api: LogApi<'_>) -> Result<(), Halt> {
    let backfill_s = i64::from(run.source.settings.backfill_hours) * 3600;
    let now = run.now.as_second();
    run.stored.progress.start.get_or_insert(now - backfill_s);
    match run.source.settings.log_type {
        LogType::Audit => audit::pull(run, api).await,
        LogType::Access => access::pull(run, api).await,
        LogType::Integration => integration::pull(run, api).await,
    }
}

/// How often each row has come in this run: equal ones of one second are told apart by their number.
#[derive(Debug, Default)]
pub(crate) struct Occurrences(HashMap<[u8; 16], u32>);

impl Occurrences {
    /// How many came before.
    pub(crate) fn next(&mut self, key: [u8; 16]) -> u32 {
        let count = self.0.entry(key).or_default();
        *count += 1;
        *count - 1
    }

    /// Begins to count anew.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}

impl Run<'_> {
    /// Waits for one page.
    async fn page(
        &mut self,
        with_cursor: bool,
        call: impl Future<Output = Result<LogPage, SlackError>>,
    ) -> Result<LogPage, NoPage> {
        self.budget.call()?;
        match call.await {
            Ok(page) => {
                self.tally.pages += 1;
                if let Some(slacks) = page.slack_time {
                    self.clock = self.clock.min(slacks.as_second());
                }
                Ok(page)
            }
            Err(error) => {
                if let SlackError::RateLimited { retry_after } = &error {
                    let wait = self.budget.elapsed() + *retry_after;
                    let wait = i64::try_from(wait.as_secs() + 1).unwrap_or(i64::MAX / 2);
                    self.stored.progress.wait_until = Some(self.now.as_second() + wait);
                }
                Err(no_page(self.source.settings.log_type.as_str(), with_cursor, error))
            }
        }
    }
}

/// An answer that was read whole and yet has no entries: as a lost one.
fn unreadable(error: SlackError) -> Halt {
    Halt::Passing { code: "lost_answer".to_owned(), source: Some(error) }
}
