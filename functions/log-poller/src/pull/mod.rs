//! Reading a source's log, by its type. What they share: each call is counted, a rate limit is noted, and the progress
//! names the next page before it is asked for.

mod access;
mod audit;
mod integration;

use crate::halt::{Halt, NoPage, no_page};
use crate::run::Run;
use logs::{LogType, RowKey};
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

/// How often each row has come, by its second and the first half of its key: equal ones are told apart by their number.
#[derive(Debug, Default)]
pub(crate) struct Occurrences(HashMap<(i64, u64), u32>);

/// So many are kept from run to run: an item of the table holds 400 kB. There is no second with more of them.
const MAX_KEPT: usize = 5000;

impl Occurrences {
    /// How many came before.
    pub(crate) fn next(&mut self, key: RowKey, second: i64) -> u32 {
        let half = key.0.first_chunk().map_or(0, |half| u64::from_be_bytes(*half));
        let count = self.0.entry((second, half)).or_default();
        *count += 1;
        *count - 1
    }

    /// Goes on from what was kept.
    pub(crate) fn resume(&mut self, kept: &[(i64, u64, u32)]) {
        self.0 = kept.iter().map(|(second, half, count)| ((*second, *half), *count)).collect();
    }

    /// Those that may come again on the next page, if the last one spans from `first` to `last`.
    pub(crate) fn kept(&self, first: Option<i64>, last: Option<i64>) -> Vec<(i64, u64, u32)> {
        let border = self.0.iter().filter(|((second, _), _)| [first, last].contains(&Some(*second)));
        border.map(|((second, half), count)| (*second, *half, *count)).take(MAX_KEPT).collect()
    }
}

impl Run<'_> {
    /// Waits for one page. One that is `counted`, of so many entries, is lost if it is full and does not say among how
    /// many it stands: it would pass for the last.
    async fn page(
        &mut self,
        with_cursor: bool,
        counted: Option<u32>,
        call: impl Future<Output = Result<LogPage, SlackError>>,
    ) -> Result<LogPage, NoPage> {
        self.budget.call()?;
        match call.await {
            Ok(page) if counted.is_some() && page.paging().is_none() && is_full(&page, counted)? => {
                Err(NoPage::Halt(Halt::Passing { code: "lost_answer".to_owned(), source: None }))
            }
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

fn is_full(page: &LogPage, limit: Option<u32>) -> Result<bool, Halt> {
    let entries = page.entries().map_err(unreadable)?.len();
    Ok(limit.is_some_and(|limit| entries >= limit as usize))
}

/// An answer that was read whole and yet has no entries: as a lost one.
fn unreadable(error: SlackError) -> Halt {
    Halt::Passing { code: "lost_answer".to_owned(), source: Some(error) }
}
