//! Integration logs: no cursor, no filter by time, no ids, and no documented order.
//!
//! Rows that are equal in everything are of the same second, and are told apart by their number. That is stable whatever
//! the pages' borders: as they are equal, it does not matter which of them is counted first, only how many there are.
//! They are counted across pages; what may go on behind a page's border is kept with the position, so that the next run
//! goes on counting. `total` tells whether rows came in between, which moves the borders. Then reading goes back by the
//! page that is half known, and counts anew.
//!
//! The first page tells the order, and by how much `total` grew since the log was read last:
//!
//! - newest first: on from the first page, oldest first: on from the last page upwards, neither: all pages;
//! - until as many new rows were met as `total` grew by (nearly always on the first page read), or the rows are older
//!   than what may still come late;
//! - once an hour in any case down to there, for `total` stays the same if Slack forgets a row as another one comes.

use crate::halt::{Halt, NoPage};
use crate::pull::access::is_below;
use crate::pull::unreadable;
use crate::run::Run;
use crate::sink::Span;
use crate::window::{self, DEEP_S, SWEEP_EVERY_S};
use logs::Row;
use slack::client::{IntegrationQuery, LogApi};
use store::{Position, Window};

const OUT_OF_REACH: &str = "Slack shows no more pages of this log, and new rows stand behind them: ask Slack how to get \
                            at them, and disable the log source until then.";

/// Reads what is new.
pub(super) async fn pull(run: &mut Run<'_>, api: LogApi<'_>) -> Result<(), Halt> {
    let (now, limit) = (run.now.as_second(), run.poller.limits.rows);
    loop {
        let progress = &mut run.stored.progress;
        let start = progress.start.unwrap_or(now);
        let oldest = progress.watermark.map_or(start, |watermark| (watermark - DEEP_S).max(start));
        let window = progress.window.get_or_insert_with(|| window::open(oldest, now, now, limit));
        let fresh = window.parse_time == now;
        read(run, api).await?;
        if fresh {
            return Ok(());
        }
    }
}

/// Reads on in the window, to its end.
async fn read(run: &mut Run<'_>, api: LogApi<'_>) -> Result<(), Halt> {
    loop {
        let window = run.stored.progress.window.clone().expect("the caller has opened one");
        run.occurrences.resume(&window.border);
        let Position::Page(number) = window.at else { unreachable!("integration logs have no cursor") };
        let query = IntegrationQuery { count: window.limit, page: number };
        let page = match run.page(false, Some(window.limit), api.integration_page(&query)).await {
            Ok(page) => page,
            // The oldest rows stand behind the last page that Slack shows: there is nothing more to read.
            Err(NoPage::OverPaginationLimit) if number > 1 && window.upwards == Some(false) => {
                tracing::warn!(source.id = run.source.id.as_str(), "Slack does not show the oldest rows");
                return close(run, &window).await;
            }
            // Or the newest.
            Err(NoPage::BadCursor | NoPage::OverPaginationLimit) => {
                run.stored.progress.window = None;
                let code = "over_pagination_limit".to_owned();
                return Err(Halt::NeedsPeople { code, what_to_do: OUT_OF_REACH.to_owned() });
            }
            Err(NoPage::Halt(halt)) => {
                if halt.is_slacks() {
                    window::ask_for_less(run.stored.progress.window.as_mut().expect("it is there"));
                }
                return Err(halt);
            }
        };
        let total = page.paging().map(|paging| paging.total);
        let pages = page.paging().map_or(1, |paging| u32::try_from(paging.pages).unwrap_or(u32::MAX));
        // With nothing counted yet it does not matter what moved: all of it comes again.
        if window.total != total && window.upwards != Some(true) && !window.border.is_empty() {
            let moved = run.stored.progress.window.insert(window);
            rows_moved(moved, total);
            run.advance().await?;
            continue;
        }
        let entries = page.entries().map_err(unreadable)?;
        let oldest = window.oldest;
        let wanted = |row: &Row| row.listed_at >= oldest;
        let span = run.store_page(&entries, window.parse_time, wanted).await?;
        let mut read = Window {
            border: run.occurrences.kept(span.first, span.last),
            pages: window.pages + 1,
            reached: [window.reached, span.oldest].into_iter().flatten().min(),
            newest: window.newest.max(span.newest),
            total,
            ..window
        };
        match next(run, &mut read, &span, number, pages) {
            Some(page) => {
                read.at = Position::Page(page);
                run.stored.progress.window = Some(read);
                run.advance().await?;
            }
            None => return close(run, &read).await,
        }
    }
}

/// The window was read to its end.
async fn close(run: &mut Run<'_>, window: &Window) -> Result<(), Halt> {
    let progress = &mut run.stored.progress;
    window::finish(progress, window, run.clock);
    progress.total = window.counted;
    progress.window = None;
    run.advance().await
}

/// The page to read behind page `number`, if any.
fn next(run: &mut Run<'_>, window: &mut Window, span: &Span, number: u32, pages: u32) -> Option<u32> {
    let now = run.now.as_second();
    let progress = &mut run.stored.progress;
    let first = number == 1 && window.upwards.is_none();
    if first {
        let looks_deep = progress.swept_at.is_none_or(|at| now - at >= SWEEP_EVERY_S);
        if looks_deep {
            progress.swept_at = Some(now);
        }
        window.counted = window.total;
        let grew = window.total.zip(progress.total).and_then(|(now, then)| now.checked_sub(then));
        window.due = grew.filter(|_| !looks_deep);
    }
    window.due = window.due.map(|due| due.saturating_sub(span.new));
    if window.due == Some(0) {
        return None;
    }
    if first && span.first < span.last && span.ascends {
        window.upwards = Some(true);
        // The last page is counted first, and this one once more behind the others.
        window.border.clear();
        return (pages > 1).then_some(pages);
    }
    if window.upwards == Some(true) {
        let below = span.oldest.is_some_and(|oldest| oldest < window.oldest);
        return (number > 1 && !below).then(|| number - 1);
    }
    window.upwards = Some(false);
    let sorted = span.descends && span.first > span.last;
    (number < pages && !(sorted && is_below(span, window.oldest))).then_some(number + 1)
}

/// Rows came in while pages were read, newest first, and moved the others down; or some were taken away.
fn rows_moved(window: &mut Window, total: Option<u64>) {
    let more = total.zip(window.total).and_then(|(now, then)| now.checked_sub(then));
    window.at = match (&window.at, more) {
        (Position::Page(number), Some(more)) => {
            let down = u32::try_from(more / u64::from(window.limit.max(1))).unwrap_or(u32::MAX / 2);
            Position::Page((number + down).saturating_sub(1).max(1))
        }
        (Position::Page(_) | Position::FirstByCursor | Position::Cursor(_), _) => Position::Page(1),
    };
    window.total = total;
    window.border.clear();
}
