//! Integration logs: no cursor, no filter by time, no ids, and no documented order.
//!
//! Rows that are equal in everything are of the same second, and are told apart by their number. That is stable whatever
//! the pages' borders: as they are equal, it does not matter which of them is counted first, only how many there are.
//! They are counted across pages; `total` tells whether rows came in between, which moves the borders. Then reading
//! goes back by the page that is half known, and counts anew.
//!
//! The first page tells the order, and `total` whether anything changed:
//!
//! - newest first: pages from the first, down to the first row that is older than what may come late; nearly always one;
//! - oldest first: if `total` changed (and once an hour), pages from the last one upwards, in the same way;
//! - neither: if `total` changed (and once an hour), all pages.

use crate::halt::{Halt, NoPage};
use crate::pull::access::is_below;
use crate::pull::unreadable;
use crate::run::Run;
use crate::sink::Span;
use crate::window::{self, DEEP_S, SWEEP_EVERY_S};
use logs::Row;
use slack::client::{IntegrationQuery, LogApi, MAX_LOG_PAGES};
use store::{Position, Window};

/// Reads what is new.
pub(super) async fn pull(run: &mut Run<'_>, api: LogApi<'_>) -> Result<(), Halt> {
    let (now, limit) = (run.now.as_second(), run.poller.limits.rows);
    loop {
        let progress = &mut run.stored.progress;
        let start = progress.start.unwrap_or(now);
        let oldest = progress.watermark.map_or(start, |watermark| (watermark - DEEP_S).max(start));
        let resumed = progress.window.is_some();
        let window = progress.window.get_or_insert_with(|| window::open(oldest, now, now, limit));
        if resumed {
            step_back(window);
        }
        let fresh = window.parse_time == now;
        read(run, api).await?;
        if fresh {
            return Ok(());
        }
    }
}

/// Reads on in the window, to its end.
async fn read(run: &mut Run<'_>, api: LogApi<'_>) -> Result<(), Halt> {
    run.occurrences.clear();
    loop {
        let window = run.stored.progress.window.clone().expect("the caller has opened one");
        let Position::Page(number) = window.at else { unreachable!("integration logs have no cursor") };
        let query = IntegrationQuery { count: window.limit, page: number };
        let page = match run.page(false, api.integration_page(&query)).await {
            Ok(page) => page,
            Err(NoPage::BadCursor | NoPage::OverPaginationLimit) => {
                return Err(Halt::Passing { code: "over_pagination_limit".to_owned(), source: None });
            }
            Err(NoPage::Halt(halt)) => return Err(halt),
        };
        let total = page.paging().map(|paging| paging.total);
        let pages = page.paging().map_or(1, |paging| u32::try_from(paging.pages).unwrap_or(u32::MAX));
        if number > 1 && window.total != total && window.upwards != Some(true) {
            let moved = run.stored.progress.window.insert(window);
            rows_moved(moved, total);
            run.occurrences.clear();
            run.advance().await?;
            continue;
        }
        let entries = page.entries().map_err(unreadable)?;
        let oldest = window.oldest;
        let wanted = |row: &Row| row.listed_at >= oldest;
        let span = run.store_page(&entries, window.parse_time, wanted).await?;
        let mut read = Window {
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
            None => {
                window::finish(&mut run.stored.progress, &read, run.clock);
                run.stored.progress.total = total;
                run.stored.progress.window = None;
                return run.advance().await;
            }
        }
    }
}

/// The page to read behind page `number`, if any.
fn next(run: &mut Run<'_>, window: &mut Window, span: &Span, number: u32, pages: u32) -> Option<u32> {
    let now = run.now.as_second();
    let progress = &mut run.stored.progress;
    if number == 1 && window.upwards.is_none() {
        let (descends, ascends) = (span.first > span.last && span.descends, span.first < span.last && span.ascends);
        let unchanged = progress.total.is_some() && progress.total == window.total;
        let looked = progress.swept_at.is_some_and(|at| now - at < SWEEP_EVERY_S);
        if pages <= 1 || (descends && is_below(span, window.oldest)) {
            return None;
        }
        if !descends {
            if unchanged && looked {
                return None;
            }
            progress.swept_at = Some(now);
        }
        window.upwards = Some(ascends);
        return Some(if ascends { pages.min(MAX_LOG_PAGES) } else { 2 });
    }
    if window.upwards == Some(true) {
        let below = span.oldest.is_some_and(|oldest| oldest < window.oldest);
        return (number > 2 && !below).then(|| number - 1);
    }
    (number < pages && !is_below(span, window.oldest)).then_some(number + 1)
}

/// Goes back by a page, after a run that has ended in between: how many equal rows it had counted is not known.
fn step_back(window: &mut Window) {
    if let Position::Page(number) = &mut window.at {
        *number = if window.upwards == Some(true) { *number + 1 } else { number.saturating_sub(1).max(1) };
    }
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
}
