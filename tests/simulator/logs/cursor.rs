//! Cursors: an opaque base64 text that holds a place in a log and when it was given, and nothing of the request that
//! got it. They end after a while. <https://docs.slack.dev/apis/web-api/pagination>

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The cursor of a place; `place` has no `;` in it.
pub(super) fn give(log: &str, place: &str, now: i64) -> String {
    STANDARD.encode(format!("{log};{place};{now}"))
}

/// The place that a cursor of this log means. `None`: no such cursor was given, or it was too long ago.
pub(super) fn place(log: &str, cursor: &str, now: i64, life_seconds: i64) -> Option<String> {
    let text = String::from_utf8(STANDARD.decode(cursor).ok()?).ok()?;
    let mut parts = text.split(';');
    let (of, place, given) = (parts.next()?, parts.next()?, parts.next()?);
    let given: i64 = given.parse().ok()?;
    (of == log && parts.next().is_none() && now < given.saturating_add(life_seconds)).then(|| place.to_owned())
}
