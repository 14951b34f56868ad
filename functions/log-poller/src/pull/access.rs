//! Access logs: rows of user, address and device, newest `date_first` first. A row is stored once, when the combination
//! is new; what Slack changes of it later (`date_last`, `count`) is not followed.
//!
//! A minute's run reads from the first page down to the first row that is older than the watermark's overlap: one call
//! if nothing much happens. Rows that come in meanwhile move others down, so that some come twice, and are known; none
//! is missed. Once an hour the last day is read again in the same way, a few pages a run.
//!
//! Pages are counted up to 100, then counting begins anew below the oldest row read (`before`). If Slack cannot answer a
//! counted page, the next run goes on by cursor, as its documentation advises
//! (<https://docs.slack.dev/reference/methods/team.accessLogs>), and the other way round.
//!
//! With the source's `emit_updates` a row whose `date_last` or `count` changed is stored again. It stands where it always
//! stood, by its `date_first`, so the hourly look reads the newest 10,000 rows instead of the last day and stores what
//! was seen within the last day: a combination that was first seen longer ago than those is not followed.

use crate::halt::{Halt, NoPage};
use crate::pull::unreadable;
use crate::run::Run;
use crate::sink::Span;
use crate::window::{self, IDLE_PAGES, OVERLAP_S, SWEEP_EVERY_S, SWEEP_PAGES};
use logs::Row;
use slack::client::{AccessAt, AccessQuery, LogApi, LogPage, MAX_CURSOR_ROWS, MAX_LOG_PAGES};
use store::{Position, Window};

/// Pages of the hourly look with updates.
const UPDATED_PAGES: u32 = 10;

/// Which of the two windows in flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    Main,
    /// The hourly look.
    Sweep,
}

/// Reads down to what is known, then goes on with the hourly look.
pub(super) async fn pull(run: &mut Run<'_>, api: LogApi<'_>) -> Result<(), Halt> {
    let (now, limit) = (run.now.as_second(), run.poller.limits.rows);
    loop {
        let progress = &mut run.stored.progress;
        let start = progress.start.unwrap_or(now);
        let oldest = progress.watermark.map_or(start, |watermark| (watermark - OVERLAP_S).max(start));
        let window = progress.window.get_or_insert_with(|| window::open(oldest, now, now, limit));
        let fresh = window.parse_time == now;
        read(run, api, Which::Main, u32::MAX).await?;
        if fresh {
            break;
        }
    }
    let progress = &mut run.stored.progress;
    let swept_at = *progress.swept_at.get_or_insert(now);
    if progress.sweep.is_none() && now - swept_at >= SWEEP_EVERY_S {
        let start = progress.start.unwrap_or(now);
        progress.sweep = Some(window::open(window::swept_from(progress, now).max(start), now, now, limit));
        progress.swept_at = Some(now);
    }
    if progress.sweep.is_some() {
        read(run, api, Which::Sweep, SWEEP_PAGES).await?;
    }
    Ok(())
}

/// Reads on in a window, at most `pages` pages.
async fn read(run: &mut Run<'_>, api: LogApi<'_>, which: Which, pages: u32) -> Result<(), Halt> {
    let updates = run.source.settings.emit_updates;
    let mut idle = 0;
    for _ in 0..pages {
        let window = slot(run, which).clone().expect("the caller has opened one");
        let cursor = match &window.at {
            Position::Page(_) | Position::FirstByCursor => None,
            Position::Cursor(cursor) => Some(cursor.as_str()),
        };
        let at = match window.at {
            Position::Page(page) => AccessAt::Page { count: window.limit, page },
            Position::FirstByCursor | Position::Cursor(_) => {
                AccessAt::Cursor { limit: window.limit.min(MAX_CURSOR_ROWS), cursor }
            }
        };
        // The first pages go up to Slack's present, whatever our clock says of it.
        let before = (window.before < window.latest).then_some(window.before);
        let counted = matches!(window.at, Position::Page(_)).then_some(window.limit);
        let page = match run.page(cursor.is_some(), counted, api.access_page(&AccessQuery { at, before })).await {
            Ok(page) => page,
            Err(NoPage::OverPaginationLimit) if !matches!(window.at, Position::Page(2..)) => {
                return Err(Halt::Passing { code: "over_pagination_limit".to_owned(), source: None });
            }
            Err(no_page @ (NoPage::BadCursor | NoPage::OverPaginationLimit)) => {
                let read = if matches!(no_page, NoPage::BadCursor) { Read::Some } else { Read::AllThatIsCounted };
                go_below(slot(run, which).as_mut().expect("it is there"), Position::Page(1), read);
                run.advance().await?;
                continue;
            }
            Err(NoPage::Halt(halt)) => {
                if halt.is_slacks() {
                    let other = match window.at {
                        Position::Page(_) => Position::FirstByCursor,
                        Position::FirstByCursor | Position::Cursor(_) => Position::Page(1),
                    };
                    let in_flight = slot(run, which).as_mut().expect("it is there");
                    window::ask_for_less(in_flight);
                    go_below(in_flight, other, Read::Some);
                }
                return Err(halt);
            }
        };
        let entries = page.entries().map_err(unreadable)?;
        let wanted = |row: &Row| {
            let by_last = updates && which == Which::Sweep;
            (if by_last { row.event_time } else { row.listed_at }) >= window.oldest
        };
        let span = run.store_page(&entries, window.parse_time, wanted).await?;
        idle = if cursor.is_none() || window::reaches_further(&window, span.oldest) { 0 } else { idle + 1 };
        let leads_nowhere = idle >= IDLE_PAGES || (cursor.is_some() && page.next_cursor() == cursor);
        let read = Window {
            at: window.at.clone(),
            pages: window.pages + 1,
            reached: [window.reached, span.oldest].into_iter().flatten().min(),
            newest: window.newest.max(span.newest),
            ..window
        };
        let deep_enough = match which {
            Which::Sweep if updates => read.pages >= UPDATED_PAGES,
            Which::Main | Which::Sweep => is_below(&span, read.oldest),
        };
        match next(&read, &page).filter(|_| !deep_enough) {
            Some(next) => {
                let window = slot(run, which).insert(read);
                if leads_nowhere {
                    go_below(window, Position::Page(1), Read::Some);
                } else if next == Position::Page(1) {
                    go_below(window, next, Read::AllThatIsCounted);
                } else {
                    window.at = next;
                }
                run.advance().await?;
                if leads_nowhere {
                    return Err(Halt::Passing { code: "endless_cursor".to_owned(), source: None });
                }
            }
            None => {
                if which == Which::Main {
                    window::finish(&mut run.stored.progress, &read, run.clock);
                }
                *slot(run, which) = None;
                return run.advance().await;
            }
        }
    }
    Ok(())
}

fn slot<'a>(run: &'a mut Run<'_>, which: Which) -> &'a mut Option<Window> {
    match which {
        Which::Main => &mut run.stored.progress.window,
        Which::Sweep => &mut run.stored.progress.sweep,
    }
}

/// Whether all that comes behind this page is older than `oldest`: its last row is, if it stands where it should; if
/// Slack lists otherwise than it says, all of its rows.
pub(super) fn is_below(span: &Span, oldest: i64) -> bool {
    let decides = if span.descends { span.last } else { span.newest };
    decides.is_some_and(|at| at < oldest)
}

/// Where to go on behind a page; page 1 for below all that was read, `None` at the end.
fn next(window: &Window, page: &LogPage) -> Option<Position> {
    match window.at {
        Position::Page(number) => {
            let paging = page.paging()?;
            let more = u64::from(number) < paging.pages;
            more.then_some(Position::Page(if number < MAX_LOG_PAGES { number + 1 } else { 1 }))
        }
        Position::FirstByCursor | Position::Cursor(_) => {
            page.next_cursor().map(|cursor| Position::Cursor(cursor.to_owned()))
        }
    }
}

/// How much was read of what can be counted below `before`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Read {
    Some,
    AllThatIsCounted,
}

/// Goes on from the oldest second that was read, `at` its beginning. If all that can be counted was read and is of the
/// second with which reading began, or of none: on below it.
fn go_below(window: &mut Window, at: Position, read: Read) {
    let reached = window.reached.unwrap_or(window.before);
    let stuck = read == Read::AllThatIsCounted && reached >= window.before;
    window.before = if stuck { window.before - 1 } else { reached.min(window.before) };
    window.at = at;
}
