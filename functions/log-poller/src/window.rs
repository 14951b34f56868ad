//! Which stretch of the log is read next: pure decisions over the stored progress. All times are unix seconds.
//!
//! ```text
//!            overlap        span
//! ──────────┬───────┬──────────────────┬───────────────────► Slack's time
//!           oldest  watermark          latest       now
//! ```
//!
//! - **Near the present** one window a minute reaches from ten minutes before the watermark to now. A source in which
//!   nothing happens costs one call a minute: its watermark follows an hour behind the clock, so that the window stays
//!   short, and an hour is left for what Slack shows late.
//! - **Far behind** (a first poll, an outage) the watermark walks towards the present in windows, oldest first, so that
//!   whatever happens meanwhile, what was read stays read. A window that one page held doubles the next one's length, up
//!   to a week: five quiet days cost eight calls. One that would take many pages is cut before it is read, and halves
//!   the next one's length. These windows do not overlap but for a second: what is an hour old is not shown late.
//! - **Once an hour** the last day is read again, a few pages a run beside the minute's own window, for what Slack
//!   showed later than ten minutes. After an outage it is the day before the last such look, and all since. What Slack
//!   shows later than a day is lost.
//!
//! The watermark moves only when a window was read to its end, and never to the clock: to the newest entry read, or to
//! an hour before Slack's own clock, whichever is later.

use slack::client::MAX_LOG_PAGES;
use store::{Position, Progress, Window};

/// What Slack may show late and is still found by the next minute's window.
pub const OVERLAP_S: i64 = 600;
/// What it may show late and is still found within the hour.
pub const DEEP_S: i64 = 24 * HOUR_S;
/// How often the last [`DEEP_S`] are read again.
pub const SWEEP_EVERY_S: i64 = HOUR_S;
/// So long before the clock a quiet source's watermark stays.
const SETTLED_S: i64 = HOUR_S;
/// Further behind, the watermark walks; more than [`SETTLED_S`], so that quiet sources do not.
const FAR_S: i64 = 2 * HOUR_S;
const HOUR_S: i64 = 3600;

const FIRST_SPAN_S: i64 = HOUR_S;
const LEAST_SPAN_S: i64 = 300;
const MOST_SPAN_S: i64 = 7 * 24 * HOUR_S;

/// A window should take about as many pages, and is cut if it would take twice as many.
const GOOD_PAGES: i64 = 10;

/// As many pages one after another may come by cursor without reaching further down: then the cursors lead nowhere.
pub const IDLE_PAGES: u32 = 5;

/// Pages that do not come are asked for with half as many entries, down to about as many.
const LEAST_LIMIT: u32 = 100;

/// Pages of the hourly look that a run reads at most.
pub const SWEEP_PAGES: u32 = 8;

/// Whether the watermark has to walk before anything is as it should be.
pub fn is_far(progress: &Progress, now: i64) -> bool {
    progress.watermark.or(progress.start).is_none_or(|watermark| now - watermark > FAR_S)
}

/// The window to read next. `start` of the progress must be set.
pub fn next(progress: &Progress, now: i64, limit: u32) -> Window {
    let start = progress.start.unwrap_or(now);
    let watermark = progress.watermark.unwrap_or(start).max(start);
    let span = progress.span_s.unwrap_or(FIRST_SPAN_S);
    let latest = if is_far(progress, now) { now.min(watermark + span) } else { now };
    let overlap = if progress.settled { 0 } else { OVERLAP_S };
    open((watermark - overlap).max(start), latest, now, limit)
}

/// The hourly look, if it is due. What the minute's window covers anyway is not part of it.
pub fn sweep(progress: &Progress, now: i64, limit: u32) -> Option<Window> {
    let (start, watermark) = (progress.start?, progress.watermark?);
    let swept_at = progress.swept_at.unwrap_or(now - SWEEP_EVERY_S);
    let due = now - swept_at >= SWEEP_EVERY_S;
    let (oldest, latest) = (swept_from(progress, now).max(start), watermark - OVERLAP_S);
    (due && !is_far(progress, now) && oldest < latest).then(|| open(oldest, latest, now, limit))
}

/// From where on the hourly look has to look: what is older was not shown late since the last one.
pub fn swept_from(progress: &Progress, now: i64) -> i64 {
    progress.swept_at.map_or(now, |at| at.min(now)) - DEEP_S
}

/// A window of which nothing was read.
pub fn open(oldest: i64, latest: i64, parse_time: i64, limit: u32) -> Window {
    Window {
        oldest,
        latest,
        parse_time,
        limit,
        before: latest,
        at: Position::Page(1),
        pages: 0,
        reached: None,
        newest: None,
        total: None,
        upwards: None,
        counted: None,
        due: None,
        border: Vec::new(),
    }
}

/// The rest of a window whose cursor is no longer good: without a cursor, from the oldest second that was read. What was
/// read of that second comes again and is known. If no page since the last restart reached further, on below that
/// second: Slack gives entries that share a second on one page
/// (<https://docs.slack.dev/reference/audit-logs-api/methods-actions-reference>).
pub fn restart(window: &mut Window) {
    let reached = window.reached.unwrap_or(window.before);
    let stuck = reached >= window.before && window.before < window.latest;
    window.before = if stuck { window.before - 1 } else { reached }.clamp(window.oldest, window.before);
    window.at = Position::Page(1);
}

/// Whether a page down to `oldest` reaches further down than those before it.
pub fn reaches_further(window: &Window, oldest: Option<i64>) -> bool {
    oldest.is_some_and(|oldest| window.reached.is_none_or(|reached| oldest < reached))
}

/// Asks for half as much at once: a page that does not come may be too large to come ever. The next page is then the half
/// of the one that did not come that is to be read first.
pub fn ask_for_less(window: &mut Window) {
    let page = match window.at {
        Position::Page(page) => page,
        Position::FirstByCursor | Position::Cursor(_) => 1,
    };
    if !window.limit.is_multiple_of(2) || window.limit / 2 < LEAST_LIMIT || page > MAX_LOG_PAGES / 2 {
        return;
    }
    window.limit /= 2;
    if let Position::Page(page) = &mut window.at {
        *page = if window.upwards == Some(true) { *page * 2 } else { *page * 2 - 1 };
    }
}

/// The window that is to be read instead of `window`, whose first page reaches from its end down to `reached` and is not
/// all of it, if it would take far too many pages. Only for windows that have their successors: the rest is theirs.
pub fn cut(window: &Window, watermark: i64, reached: i64) -> Option<Window> {
    // What Slack's entries say of their time may be any number.
    let (whole, covered) = (window.latest - window.oldest, window.latest.saturating_sub(reached).max(1));
    let pages = whole / covered;
    let span = (window.latest - watermark) * GOOD_PAGES / pages.max(1);
    let latest = watermark + span.max(LEAST_SPAN_S);
    (pages > 2 * GOOD_PAGES && latest < window.latest)
        .then(|| open(window.oldest, latest, window.parse_time, window.limit))
}

/// The watermark and the next span after `window` was read to its end, when Slack's clock was at `clock`.
pub fn finish(progress: &mut Progress, window: &Window, clock: i64) {
    let settled = window.latest.min(clock - SETTLED_S);
    let newest = window.newest.map_or(settled, |newest| newest.min(window.latest).min(clock));
    let watermark = settled.max(newest);
    progress.watermark = Some(progress.watermark.map_or(watermark, |before| before.max(watermark)));
    progress.settled = window.latest <= clock - SETTLED_S;
    let span = progress.span_s.unwrap_or(FIRST_SPAN_S);
    let span = match i64::from(window.pages) {
        0..=1 => span * 2,
        pages if pages > GOOD_PAGES => span / 2,
        _ => span,
    };
    progress.span_s = Some(span.clamp(LEAST_SPAN_S, MOST_SPAN_S));
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_250_000;

    fn at(watermark: i64) -> Progress {
        Progress { start: Some(NOW - 100 * DEEP_S), watermark: Some(watermark), ..Progress::default() }
    }

    /// Calls that it takes to come from `watermark` to the present if nothing is there.
    fn quiet_calls(mut progress: Progress) -> u32 {
        for calls in 1.. {
            let mut window = next(&progress, NOW, 1000);
            window.pages = 1;
            let last = window.latest == NOW;
            finish(&mut progress, &window, NOW);
            if last {
                return calls;
            }
        }
        0
    }

    #[test]
    fn a_quiet_source_costs_one_call_a_minute_and_has_a_short_window() {
        let mut progress = at(NOW - 60);
        for minute in 1..3000 {
            let now = NOW + 60 * minute;
            let mut window = next(&progress, now, 1000);
            assert_eq!(window.latest, now);
            assert!(window.latest - window.oldest <= SETTLED_S + OVERLAP_S + 60, "{window:?}");
            window.pages = 1;
            finish(&mut progress, &window, now);
        }
    }

    #[test]
    fn a_long_quiet_absence_costs_a_handful_of_calls() {
        assert_eq!(quiet_calls(at(NOW - 5 * DEEP_S)), 7);
        assert!(quiet_calls(at(NOW - 90 * DEEP_S)) <= 20);
    }

    #[test]
    fn the_watermark_follows_what_was_read_and_never_the_clock() {
        let mut progress = at(NOW - 60);
        let window = Window { newest: Some(NOW - 40), pages: 1, ..next(&progress, NOW, 1000) };
        finish(&mut progress, &window, NOW);
        assert_eq!(progress.watermark, Some(NOW - 40));
        let window = Window { pages: 1, ..next(&progress, NOW + 60, 1000) };
        finish(&mut progress, &window, NOW + 60);
        assert_eq!(progress.watermark, Some(NOW - 40), "nothing new");
    }

    #[test]
    fn neither_an_entry_from_the_future_nor_a_slow_clock_of_slacks_moves_it_too_far() {
        let mut progress = at(NOW - 60);
        let window = Window { newest: Some(NOW + 5000), pages: 1, ..next(&progress, NOW, 1000) };
        finish(&mut progress, &window, NOW - 30);
        assert_eq!(progress.watermark, Some(NOW - 30));
        let mut progress = at(NOW - 3 * DEEP_S);
        let window = Window { pages: 1, ..open(NOW - 3 * DEEP_S, NOW, NOW, 1000) };
        finish(&mut progress, &window, NOW - DEEP_S);
        assert_eq!(progress.watermark, Some(NOW - DEEP_S - SETTLED_S));
    }

    #[test]
    fn far_behind_windows_walk_oldest_first_and_only_the_first_overlaps() {
        let mut progress = at(NOW - 10 * DEEP_S);
        progress.span_s = Some(3600);
        let window = Window { pages: 3, newest: Some(NOW - 10 * DEEP_S + 100), ..next(&progress, NOW, 1000) };
        assert_eq!((window.oldest, window.latest), (NOW - 10 * DEEP_S - OVERLAP_S, NOW - 10 * DEEP_S + 3600));
        finish(&mut progress, &window, NOW);
        assert_eq!(progress.watermark, Some(window.latest));
        assert_eq!(next(&progress, NOW, 1000).oldest, window.latest);
    }

    #[test]
    fn a_window_of_thousands_is_cut_before_it_is_read() {
        let watermark = NOW - 10 * DEEP_S;
        let window = open(watermark - OVERLAP_S, watermark + DEEP_S, NOW, 1000);
        let cut = cut(&window, watermark, window.latest - 600).unwrap();
        assert_eq!(cut.oldest, window.oldest);
        assert!(cut.latest > watermark && cut.latest < watermark + 7200, "{cut:?}");
        assert_eq!(super::cut(&window, watermark, window.latest - DEEP_S / 4), None);
        // Whatever an entry says of its time.
        assert!(super::cut(&window, watermark, i64::MIN).is_none());
        assert!(super::cut(&window, watermark, i64::MAX).is_some());
        // However dense: never to nothing.
        let dense = super::cut(&window, watermark, window.latest).unwrap();
        assert_eq!(dense.latest, watermark + LEAST_SPAN_S);
    }

    #[test]
    fn the_span_follows_the_density() {
        let mut progress = at(NOW - 10 * DEEP_S);
        for (pages, span) in [(1, 7200), (1, 14_400), (3, 14_400), (11, 7200)] {
            let window = Window { pages, ..next(&progress, NOW, 1000) };
            finish(&mut progress, &window, NOW);
            assert_eq!(progress.span_s, Some(span));
        }
    }

    #[test]
    fn the_hourly_look_waits_until_the_source_is_near_the_present() {
        let mut progress = at(NOW - 60);
        let window = sweep(&progress, NOW, 1000).unwrap();
        assert_eq!((window.oldest, window.latest), (NOW - DEEP_S, NOW - 60 - OVERLAP_S));
        progress.swept_at = Some(NOW - SWEEP_EVERY_S + 1);
        assert_eq!(sweep(&progress, NOW, 1000), None);
        assert_eq!(sweep(&at(NOW - 3 * HOUR_S), NOW, 1000), None);
    }

    #[test]
    fn after_an_outage_the_look_reaches_a_day_behind_the_last_one() {
        let outage = 10 * HOUR_S;
        let progress = Progress { swept_at: Some(NOW - outage), ..at(NOW - 60) };
        let window = sweep(&progress, NOW, 1000).unwrap();
        assert_eq!(window.oldest, NOW - outage - DEEP_S, "shown a day late, and after the last look");
        // By a clock that was put back: a day at least.
        let progress = Progress { swept_at: Some(NOW + outage), ..at(NOW - 60) };
        assert_eq!(swept_from(&progress, NOW), NOW - DEEP_S);
    }

    #[test]
    fn half_pages_go_on_with_exactly_the_rows_that_did_not_come() {
        let rows = |window: &Window| match window.at {
            Position::Page(page) => (page - 1) * window.limit..page * window.limit,
            Position::FirstByCursor | Position::Cursor(_) => 0..0,
        };
        for upwards in [None, Some(false), Some(true)] {
            for page in 1..=MAX_LOG_PAGES {
                let mut window = Window { at: Position::Page(page), upwards, ..open(0, 100, 100, 1000) };
                let whole = rows(&window);
                while window.limit > 125 {
                    let limit = window.limit;
                    ask_for_less(&mut window);
                    let half = rows(&window);
                    if upwards == Some(true) {
                        assert_eq!(half.end, whole.end);
                    } else {
                        assert_eq!(half.start, whole.start);
                    }
                    assert!(half.end <= MAX_LOG_PAGES * 1000);
                    if window.limit == limit {
                        // No page beyond those that Slack counts.
                        assert!(page * 1000 / limit > MAX_LOG_PAGES / 2);
                        break;
                    }
                }
                ask_for_less(&mut window);
                assert!(window.limit >= LEAST_LIMIT);
            }
        }
        let mut few = open(0, 100, 100, 10);
        ask_for_less(&mut few);
        assert_eq!(few.limit, 10);
    }

    #[test]
    fn a_bad_cursor_begins_again_from_where_it_was() {
        let mut window = open(0, 100, 100, 10);
        (window.at, window.reached) = (Position::Cursor("old".to_owned()), Some(40));
        restart(&mut window);
        assert_eq!((window.oldest, window.before, &window.at), (0, 40, &Position::Page(1)));
    }
}
