//! An entry of Slack's becomes a row: one line of JSON with the entry's fields as the schema has them, and the standard
//! fields of Panther's rows beside them (<https://docs.panther.com/search/panther-fields>).
//!
//! - Every field of the entry is in the row, known to the schema or not, in Slack's order; `null` stays `null`.
//! - Timestamps (unix seconds, as a number or in a string) become `2026-11-21T07:00:00Z`. A number where the schema has
//!   a string becomes one; a whole number or a boolean in a string becomes what the schema has.
//! - A field of Slack's that begins with `p_`, in any case, could pass for one of ours: it is called `slack_p_...` in
//!   the row. (So is one that begins with `slack_p_`, which becomes `slack_slack_p_...`: no two names become one.)
//! - What `json` says of keys that come twice, broken characters and numbers beyond all doubles.
//!
//! The same entry in the same context always gives the same bytes.

use crate::json::{Copier, Text};
use crate::schema::{self, Found};
use crate::{LogSourceId, LogType, standard};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use std::fmt;

/// What the rows of a window have in common.
#[derive(Debug, Clone)]
pub struct Context {
    source_id: LogSourceId,
    parse_time: Timestamp,
    emit_updates: bool,
    /// The standard fields that are the same in each row.
    pub(crate) common: String,
}

impl Context {
    /// Rows of the source `source_id`, called `source_label`. `parse_time` belongs to the window, not to the attempt, so
    /// that reading a window again gives the same bytes; fractions of its second are dropped.
    pub fn new(source_id: LogSourceId, source_label: &str, parse_time: Timestamp) -> Self {
        let common = standard::common(&source_id, source_label, parse_time);
        Self { source_id, parse_time, emit_updates: false, common }
    }

    /// Whether an access row that only changed its `date_last` or `count` is another row.
    #[must_use]
    pub fn with_updates(self, emit_updates: bool) -> Self {
        Self { emit_updates, ..self }
    }

    /// When the window was read.
    pub fn parse_time(&self) -> Timestamp {
        self.parse_time
    }
}

/// What tells a row from all others of its source; `p_row_id` is its hex.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowKey(pub [u8; 16]);

impl RowKey {
    /// The key that `parts` always give.
    pub(crate) fn derive(log_type: LogType, context: &Context, parts: &[&[u8]]) -> Self {
        let mut hash = Sha256::new();
        for part in [log_type.as_str().as_bytes(), context.source_id.as_str().as_bytes()].iter().chain(parts) {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let mut key = [0; 16];
        key.copy_from_slice(&hash.finalize()[..16]);
        Self(key)
    }
}

impl fmt::Display for RowKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for RowKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RowKey({self})")
    }
}

/// A row that was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    pub key: RowKey,
    /// When it happened, in unix seconds, 0 to the end of the year 9998: `date_create`, `date_last` or `date`.
    pub event_time: i64,
    /// The time by which Slack lists the entries of this log, in unix seconds: as `event_time`, but `date_first` for
    /// access logs.
    pub listed_at: i64,
}

/// Why an entry is no row.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {rule}")]
pub struct Misfit {
    /// The path of the field, such as `actor.user.id`; empty for the entry itself. Keys that the schema does not know
    /// are not told.
    pub field: String,
    /// The rule it broke, as the end of the sentence "this field ...".
    pub rule: &'static str,
}

impl Misfit {
    pub(crate) fn new(field: &str, rule: &'static str) -> Self {
        Self { field: field.to_owned(), rule }
    }

    /// The same, seen from outside the field `outer`.
    pub(crate) fn within(mut self, outer: &str) -> Self {
        if !self.field.is_empty() {
            self.field.insert(0, '.');
        }
        self.field.insert_str(0, outer);
        self
    }
}

/// Appends the row of `entry`, the JSON of one entry, to `out`, as one line with its `\n`.
///
/// Integration logs have no ids, and the same may happen twice in a second: see [`normalise_nth`].
///
/// # Errors
/// [`Misfit`] if the entry does not fit the schema; `out` is then as it was.
pub fn normalise(log_type: LogType, entry: &str, context: &Context, out: &mut Vec<u8>) -> Result<Row, Misfit> {
    normalise_nth(log_type, entry, 0, context, out)
}

/// As [`normalise`], for the entry of an integration log before which `occurrence` others of the same second have the
/// same key by [`normalise`]. Other log types do not heed `occurrence`.
///
/// # Errors
/// As [`normalise`].
pub fn normalise_nth(
    log_type: LogType,
    entry: &str,
    occurrence: u32,
    context: &Context,
    out: &mut Vec<u8>,
) -> Result<Row, Misfit> {
    let start = out.len();
    let row = write_row(log_type, entry, occurrence, context, out);
    if row.is_err() {
        out.truncate(start);
    }
    row
}

fn write_row(
    log_type: LogType,
    entry: &str,
    occurrence: u32,
    context: &Context,
    out: &mut Vec<u8>,
) -> Result<Row, Misfit> {
    let start = out.len();
    let mut found = Found::default();
    let mut copier = Copier::new(entry, out);
    schema::copy(log_type, &mut copier, &mut found)?;
    let out = copier.finish()?;
    let event_time = found.event_time.ok_or_else(|| Misfit::new("", "has no event time"))?;
    let key = match log_type {
        LogType::Audit => schema::audit::key(&found, entry, context),
        LogType::Access => schema::access::key(&found, context.emit_updates, context),
        LogType::Integration => schema::integration::key(&out[start..], occurrence, context),
    };
    standard::write(log_type, &found, event_time, key, context, out);
    Ok(Row { key, event_time, listed_at: found.listed_at.unwrap_or(event_time) })
}

/// Appends a line for `entry`, which does not fit, to `out`: `entry` (as a string, for it may be no JSON), `field`, `rule`
/// and the standard fields but `p_event_time`. The same entry always has the same key. Its event time is what it says,
/// or, if that cannot be read, the parse time.
pub fn quarantine_line(log_type: LogType, entry: &str, misfit: &Misfit, context: &Context, out: &mut Vec<u8>) -> Row {
    let key = RowKey::derive(log_type, context, &[b"misfit", entry.as_bytes()]);
    out.extend_from_slice(b"{\"entry\":");
    standard::string(entry, out);
    out.extend_from_slice(b",\"field\":");
    standard::string(&misfit.field, out);
    out.extend_from_slice(b",\"rule\":");
    standard::string(misfit.rule, out);
    standard::end(log_type, key, context, out);
    let event_time = told_time(log_type, entry).unwrap_or_else(|| context.parse_time.as_second());
    Row { key, event_time, listed_at: event_time }
}

#[derive(Deserialize)]
struct Times<'a> {
    #[serde(borrow)]
    date_create: Option<&'a RawValue>,
    #[serde(borrow)]
    date_first: Option<&'a RawValue>,
    #[serde(borrow)]
    date: Option<&'a RawValue>,
}

fn told_time(log_type: LogType, entry: &str) -> Option<i64> {
    let times: Times<'_> = serde_json::from_str(entry).ok()?;
    let told = match log_type {
        LogType::Audit => times.date_create,
        LogType::Access => times.date_first,
        LogType::Integration => times.date,
    };
    schema::unix_seconds(Text::plain(told?.get().trim_matches('"')))
}
