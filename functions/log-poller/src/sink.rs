//! A page of entries becomes objects: rows, those not seen yet, by hour of their event time.
//!
//! One page is in memory at a time, as the bytes that came, as rows, and the objects of one transaction; nothing is kept
//! from page to page but the keys around it.

use crate::halt::Halt;
use crate::objects::{MAX_KEY_ITEMS, Ready, UNDATED, forget_at, second};
use crate::run::Run;
use logs::{Context, Encoder, LogType, Row, normalise_nth, object, quarantine_line};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::ops::Range;
use store::{PendingObject, SeenKeys, seen_bucket};

/// An object has at most as many rows (its keys of a quarter of an hour fit an item of 400 kB), and about as many bytes
/// before compression.
const MAX_ROWS: usize = 10_000;
const MAX_BYTES: usize = 16 << 20;

/// At most as many bytes of finished objects wait for the others of their transaction, and as many objects.
const MAX_WAITING_BYTES: usize = 8 << 20;
const MAX_WAITING_OBJECTS: usize = 50;

const HOUR_S: i64 = 3600;

/// What a page spans, by the time that Slack lists its entries by: unix seconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) entries: usize,
    /// The times of the first and the last entry.
    pub(crate) first: Option<i64>,
    pub(crate) last: Option<i64>,
    pub(crate) oldest: Option<i64>,
    pub(crate) newest: Option<i64>,
    /// Whether the entries are listed newest first, and oldest first.
    pub(crate) descends: bool,
    pub(crate) ascends: bool,
    /// Rows of it that were not known.
    pub(crate) new: u64,
}

/// A row that waits for its object.
struct Candidate {
    row: Row,
    /// By which its key is remembered.
    seen_at: i64,
    line: Range<usize>,
}

/// The rows of a page.
#[derive(Default)]
struct Lines {
    text: Vec<u8>,
    rows: Vec<Candidate>,
}

impl Run<'_> {
    /// Stores what is new of `entries`, read in the window with this `parse_time`. Rows that `wanted` does not want are
    /// left out.
    pub(crate) async fn store_page(
        &mut self,
        entries: &[&RawValue],
        parse_time: i64,
        wanted: impl Fn(&Row) -> bool,
    ) -> Result<Span, Halt> {
        let (mut rows, mut misfits, mut span) = self.normalise(entries, parse_time, wanted);
        let undated = (!misfits.rows.is_empty()).then_some(UNDATED);
        let both = rows.rows.iter().chain(&misfits.rows);
        let seconds =
            both.map(|candidate| candidate.seen_at).chain(misfits.rows.iter().map(|misfit| misfit.row.event_time));
        self.known.cover(&self.poller.store, &self.source.id, seconds.chain(undated)).await?;
        rows.rows.retain(|candidate| self.known.is_new(candidate.seen_at, candidate.row.key.0));
        misfits.rows.retain(|misfit| {
            // One that is undated by its window's parse time may be dated by another's.
            let known = &mut self.known;
            known.is_new(UNDATED, misfit.row.key.0) && known.is_new(misfit.row.event_time, misfit.row.key.0)
        });
        span.new = rows.rows.len() as u64;
        let newest = rows.rows.iter().map(|candidate| candidate.row.event_time).max();
        let (new, misfitting) = (rows.rows.len(), misfits.rows.len());
        self.write(rows, misfits, parse_time).await?;
        self.tally.entries += entries.len();
        self.tally.new += new;
        self.tally.misfits += misfitting;
        self.tally.newest = self.tally.newest.max(newest);
        Ok(span)
    }

    /// Every entry as a row or a misfit, and what the page spans.
    fn normalise(
        &mut self,
        entries: &[&RawValue],
        parse_time: i64,
        wanted: impl Fn(&Row) -> bool,
    ) -> (Lines, Lines, Span) {
        let settings = &self.source.settings;
        let context = Context::new(self.source.id.clone(), &settings.name, second(parse_time));
        let context = context.with_updates(settings.emit_updates);
        let log_type = settings.log_type;
        let (mut rows, mut misfits) = (Lines::default(), Lines::default());
        let mut span = Span { entries: entries.len(), descends: true, ascends: true, ..Span::default() };
        for entry in entries {
            let start = rows.text.len();
            match normalise_nth(log_type, entry.get(), 0, &context, &mut rows.text) {
                Ok(first) => {
                    span.add(first.listed_at);
                    if !wanted(&first) {
                        rows.text.truncate(start);
                        continue;
                    }
                    let occurrence = match log_type {
                        LogType::Integration => self.occurrences.next(first.key, first.listed_at),
                        LogType::Audit | LogType::Access => 0,
                    };
                    let row = if occurrence == 0 {
                        first
                    } else {
                        rows.text.truncate(start);
                        normalise_nth(log_type, entry.get(), occurrence, &context, &mut rows.text).unwrap_or(first)
                    };
                    let updates = log_type == LogType::Access && settings.emit_updates;
                    let seen_at = if updates { row.event_time } else { row.listed_at };
                    rows.rows.push(Candidate { row, seen_at, line: start..rows.text.len() });
                }
                Err(misfit) => {
                    let start = misfits.text.len();
                    let row = quarantine_line(log_type, entry.get(), &misfit, &context, &mut misfits.text);
                    let undated = row.event_time == parse_time;
                    if !undated {
                        span.add(row.listed_at);
                        if !wanted(&row) {
                            misfits.text.truncate(start);
                            continue;
                        }
                    }
                    let seen_at = if undated { UNDATED } else { row.event_time };
                    misfits.rows.push(Candidate { row, seen_at, line: start..misfits.text.len() });
                }
            }
        }
        (rows, misfits, span)
    }

    /// Writes rows by the hour in which they happened, misfits by the hour in which they were read; a transaction for as
    /// many objects as it takes.
    async fn write(&mut self, rows: Lines, misfits: Lines, parse_time: i64) -> Result<(), Halt> {
        let mut hours: BTreeMap<(bool, i64), Vec<&Candidate>> = BTreeMap::new();
        for candidate in &rows.rows {
            let hour = candidate.row.event_time.div_euclid(HOUR_S);
            hours.entry((false, hour)).or_default().push(candidate);
        }
        if !misfits.rows.is_empty() {
            hours.insert((true, 0), misfits.rows.iter().collect());
        }
        let mut waiting: Vec<Ready> = Vec::new();
        let (mut keys, mut bytes) = (0, 0);
        for ((is_misfit, _), mut group) in hours {
            let text = if is_misfit { &misfits.text } else { &rows.text };
            // The order of the page is Slack's; the object's follows from what it holds.
            group.sort_unstable_by_key(|candidate| (candidate.row.event_time, candidate.row.key));
            for part in parts(&group) {
                let ready = self.object(part, text, is_misfit.then_some(parse_time));
                let full = keys + ready.keys.len() > MAX_KEY_ITEMS
                    || bytes + ready.gzip.len() > MAX_WAITING_BYTES
                    || waiting.len() == MAX_WAITING_OBJECTS;
                if full && !waiting.is_empty() {
                    self.store_objects(std::mem::take(&mut waiting)).await?;
                    (keys, bytes) = (0, 0);
                }
                keys += ready.keys.len();
                bytes += ready.gzip.len();
                waiting.push(ready);
            }
        }
        if waiting.is_empty() { Ok(()) } else { self.store_objects(waiting).await }
    }

    /// One object of rows of one hour, or of misfits.
    fn object(&mut self, part: &[&Candidate], text: &[u8], misfits_of: Option<i64>) -> Ready {
        let encoder: &mut Encoder = &mut self.encoder;
        let mut keys: BTreeMap<i64, Vec<[u8; 16]>> = BTreeMap::new();
        for candidate in part {
            encoder.write(&text[candidate.line.clone()]);
            keys.entry(seen_bucket(candidate.seen_at)).or_default().push(candidate.row.key.0);
        }
        let object = encoder.finish();
        let (log_type, id) = (self.source.settings.log_type, &self.source.id);
        let (from, to) = (part[0].row.event_time, part[part.len() - 1].row.event_time);
        let key = match misfits_of {
            Some(parse_time) => object::quarantine_key(log_type, second(parse_time), id, object.hash),
            None => object::key(log_type, second(from), id, object.hash),
        };
        let hash = object.hash.to_string();
        let pending = PendingObject {
            key,
            hash: hash.clone(),
            count: part.len() as u64,
            bytes: object.gzip.len() as u64,
            from,
            to,
            buckets: keys.keys().copied().collect(),
        };
        self.tally.objects += 1;
        self.tally.bytes += object.gzip.len();
        let seen =
            |(bucket, keys)| SeenKeys { bucket, hash: hash.clone(), keys, forget_at: forget_at(bucket, self.now) };
        let keys = keys.into_iter().map(seen).collect();
        Ready { pending, keys, gzip: object.gzip }
    }
}

impl Span {
    fn add(&mut self, at: i64) {
        if let Some(last) = self.last {
            self.descends &= at <= last;
            self.ascends &= at >= last;
        }
        self.first.get_or_insert(at);
        self.last = Some(at);
        self.oldest = Some(self.oldest.map_or(at, |oldest| oldest.min(at)));
        self.newest = self.newest.max(Some(at));
    }
}

/// Cuts rows into objects of bounded size whose keys fit a transaction.
fn parts<'a, 'b>(group: &'a [&'b Candidate]) -> Vec<&'a [&'b Candidate]> {
    let mut parts = Vec::new();
    let (mut start, mut bytes) = (0, 0);
    let mut buckets = std::collections::BTreeSet::new();
    for (index, candidate) in group.iter().enumerate() {
        buckets.insert(seen_bucket(candidate.seen_at));
        let full =
            index - start == MAX_ROWS || bytes + candidate.line.len() > MAX_BYTES || buckets.len() > MAX_KEY_ITEMS;
        if full && index > start {
            parts.push(&group[start..index]);
            (start, bytes) = (index, 0);
            buckets = std::collections::BTreeSet::from([seen_bucket(candidate.seen_at)]);
        }
        bytes += candidate.line.len();
    }
    parts.push(&group[start..]);
    parts
}
