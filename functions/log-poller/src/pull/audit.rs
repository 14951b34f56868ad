//! Audit logs: windows with the same oldest, latest and limit on each page, newest first, by cursor.
//!
//! The cursor is kept after each page, so that a run may end anywhere. If Slack no longer takes it, the window is begun
//! anew from the oldest second that was read: what comes twice is known, and a cursor that never lives long enough does
//! not keep the window from its end. So it is if a page behind a cursor does not come, or cursors lead nowhere.

use crate::halt::{Halt, NoPage};
use crate::pull::unreadable;
use crate::run::Run;
use crate::window::{self, IDLE_PAGES, SWEEP_PAGES};
use serde::Deserialize;
use serde_json::value::RawValue;
use slack::client::{AuditQuery, LogApi};
use store::{Position, Window};

/// Which of the two windows in flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    /// The one the watermark waits for.
    Main,
    /// The hourly look.
    Sweep,
}

/// Reads up to the present, then goes on with the hourly look.
pub(super) async fn pull(run: &mut Run<'_>, api: LogApi<'_>) -> Result<(), Halt> {
    let now = run.now.as_second();
    loop {
        let limit = run.poller.limits.rows;
        let progress = &mut run.stored.progress;
        if progress.window.is_none() {
            progress.window = Some(window::next(progress, now, limit));
        }
        let latest = read(run, api, Which::Main, u32::MAX).await?;
        if latest == Some(now) {
            break;
        }
    }
    // Nothing was missed before the first window was whole.
    let swept_at = *run.stored.progress.swept_at.get_or_insert(now);
    if run.stored.progress.sweep.is_none() {
        run.stored.progress.sweep = window::sweep(&run.stored.progress, now, run.poller.limits.rows);
        run.stored.progress.swept_at = Some(if run.stored.progress.sweep.is_some() { now } else { swept_at });
    }
    if run.stored.progress.sweep.is_some() {
        read(run, api, Which::Sweep, SWEEP_PAGES).await?;
    }
    Ok(())
}

/// Reads on in a window, at most `pages` pages; its `latest` if that was its end. A window that is too long is replaced
/// by a shorter one.
async fn read(run: &mut Run<'_>, api: LogApi<'_>, which: Which, pages: u32) -> Result<Option<i64>, Halt> {
    let mut idle = 0;
    for _ in 0..pages {
        let window = slot(run, which).clone().expect("the caller has opened one");
        let cursor = match &window.at {
            Position::Page(_) | Position::FirstByCursor => None,
            Position::Cursor(cursor) => Some(cursor.as_str()),
        };
        let query = AuditQuery { oldest: window.oldest, latest: window.before, limit: window.limit, cursor };
        let page = match run.page(cursor.is_some(), None, api.audit_page(&query)).await {
            Ok(page) => page,
            Err(NoPage::BadCursor) => {
                window::restart(slot(run, which).as_mut().expect("it is there"));
                run.advance().await?;
                continue;
            }
            Err(NoPage::OverPaginationLimit) => {
                return Err(Halt::Passing { code: "over_pagination_limit".to_owned(), source: None });
            }
            Err(NoPage::Halt(halt)) => {
                if halt.is_slacks() {
                    let in_flight = slot(run, which).as_mut().expect("it is there");
                    window::ask_for_less(in_flight);
                    if cursor.is_some() {
                        window::restart(in_flight);
                    }
                }
                return Err(halt);
            }
        };
        let entries = page.entries().map_err(unreadable)?;
        let next = page.next_cursor();
        let repeats = next.is_some() && next == cursor;
        if let Some(cut) = too_long(run, which, &window, oldest(&entries).filter(|_| next.is_some())) {
            run.stored.progress.span_s = Some(cut.latest - cut.oldest);
            run.stored.progress.window = Some(cut);
            run.advance().await?;
            continue;
        }
        let span = run.store_page(&entries, window.parse_time, |_| true).await?;
        idle = if window::reaches_further(&window, span.oldest) { 0 } else { idle + 1 };
        let read = Window {
            at: next.map_or(Position::Page(1), |cursor| Position::Cursor(cursor.to_owned())),
            pages: window.pages + 1,
            reached: [window.reached, span.oldest].into_iter().flatten().min(),
            newest: window.newest.max(span.newest),
            ..window
        };
        if next.is_some() {
            let leads_nowhere = repeats || idle >= IDLE_PAGES;
            let window = slot(run, which).insert(read);
            if leads_nowhere {
                window::restart(window);
            }
            run.advance().await?;
            if leads_nowhere {
                return Err(Halt::Passing { code: "endless_cursor".to_owned(), source: None });
            }
            continue;
        }
        let latest = read.latest;
        if which == Which::Main {
            window::finish(&mut run.stored.progress, &read, run.clock);
        }
        *slot(run, which) = None;
        run.advance().await?;
        return Ok(Some(latest));
    }
    Ok(None)
}

fn slot<'a>(run: &'a mut Run<'_>, which: Which) -> &'a mut Option<Window> {
    match which {
        Which::Main => &mut run.stored.progress.window,
        Which::Sweep => &mut run.stored.progress.sweep,
    }
}

/// A shorter window instead of one that walks towards the present and of which the first page, down to `reached`, is but
/// a small part.
fn too_long(run: &Run<'_>, which: Which, window: &Window, reached: Option<i64>) -> Option<Window> {
    let progress = &run.stored.progress;
    let walks = which == Which::Main && window.pages == 0 && window.before == window.latest;
    if !walks || window.latest >= run.now.as_second() {
        return None;
    }
    window::cut(window, progress.watermark.or(progress.start)?, reached?)
}

#[derive(Deserialize)]
struct Dated {
    date_create: i64,
}

/// The oldest second of a page: that of its last entry.
fn oldest(entries: &[&RawValue]) -> Option<i64> {
    let last: Dated = serde_json::from_str(entries.last()?.get()).ok()?;
    Some(last.date_create)
}
