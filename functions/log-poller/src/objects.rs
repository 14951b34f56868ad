//! What is written when, so that a crash between any two steps neither loses nor repeats a row.
//!
//! ```text
//! 1  one transaction: the objects are pending, and the keys of their rows are seen     the lease's version moves
//! 2  the objects are put
//! 3  logs.ingested is said for each
//! 4  progress: nothing is pending, and the next page is known
//! ```
//!
//! | it dies | the next run finds | and does |
//! |---|---|---|
//! | before 1 | nothing | reads the page again |
//! | between 1 and 2 | pending objects that are not there | forgets their keys; their rows come again, with the same bytes |
//! | between 2 and 4 | pending objects that are there | says them (again: receivers know the key), keeps their keys |
//! | after 4 | nothing | reads the next page |
//!
//! Keys and pending objects are one transaction, because keys without an object would lose rows: the next run would take
//! them for stored. A run that has lost its lease fails at 1 or at 4. It cannot be late at 2: the function has ended
//! before its lease does, nothing is put after 50 s, and after a put whose end is unknown the lease is kept until it
//! lapses, so that nobody asks whether an object is there while it may still be on its way.

use crate::halt::Halt;
use crate::run::Run;
use futures::future::try_join_all;
use jiff::Timestamp;
use logs::IngestedEvent;
use logs::ingested::{DETAIL_TYPE, SOURCE, VERSION};
use runtime::bus::Event;
use store::{Claim, PendingObject, SeenKeys};

/// How long keys are kept: an outage (of Slack, or a source that is switched off) may last as long, and the poll after
/// it still knows what was stored before.
const KEYS_KEPT_S: i64 = 90 * 24 * 3600;

/// A transaction takes 100 items (<https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html>);
/// one of them is the progress.
pub(crate) const MAX_KEY_ITEMS: usize = 99;

/// The bucket of what has no time.
pub(crate) const UNDATED: i64 = 0;

/// Objects below it hold misfits, of which nothing is said on the bus.
const ROWS: &str = "logs/";

/// An object that is ready to be put.
#[derive(Debug)]
pub(crate) struct Ready {
    pub(crate) pending: PendingObject,
    pub(crate) keys: Vec<SeenKeys>,
    pub(crate) gzip: Vec<u8>,
}

impl Run<'_> {
    /// Steps 1 to 3 for some objects. What was pending before is there and has been said.
    pub(crate) async fn store_objects(&mut self, objects: Vec<Ready>) -> Result<(), Halt> {
        self.stored.progress.pending = objects.iter().map(|object| object.pending.clone()).collect();
        let keys: Vec<SeenKeys> = objects.iter().flat_map(|object| object.keys.clone()).collect();
        if self.poller.store.begin_log_objects(&mut self.stored, &keys).await? == Claim::Held {
            return Err(Halt::Held);
        }
        if self.budget.is_late() {
            return Err(Halt::Spent);
        }
        let bucket = &self.poller.out.bucket;
        try_join_all(objects.into_iter().map(|object| async move {
            let key = &object.pending.key;
            bucket.put(key, object.gzip).await
        }))
        .await?;
        self.say(&self.stored.progress.pending).await
    }

    /// Step 4; whoever calls has noted where to go on.
    pub(crate) async fn advance(&mut self) -> Result<(), Halt> {
        self.stored.progress.pending.clear();
        let keep_until = self.stored.leased_until;
        match self.poller.store.record_log_progress(&mut self.stored, keep_until).await? {
            Claim::Won => Ok(()),
            Claim::Held => Err(Halt::Held),
        }
    }

    /// Deals with what the run before left pending.
    pub(crate) async fn recover(&mut self) -> Result<(), Halt> {
        if self.stored.progress.pending.is_empty() {
            return Ok(());
        }
        let bucket = &self.poller.out.bucket;
        let pending = &self.stored.progress.pending;
        let there = try_join_all(pending.iter().map(|object| bucket.has(&object.key))).await?;
        let pending = std::mem::take(&mut self.stored.progress.pending);
        let (there, gone): (Vec<_>, Vec<_>) = pending.into_iter().zip(there).partition(|(_, there)| *there);
        let only = |objects: Vec<(PendingObject, bool)>| objects.into_iter().map(|(object, _)| object).collect();
        let (there, gone): (Vec<PendingObject>, Vec<PendingObject>) = (only(there), only(gone));
        self.say(&there).await?;
        self.tally.recovered += there.len();
        match self.poller.store.forget_log_objects(&mut self.stored, &gone).await? {
            Claim::Won => Ok(()),
            Claim::Held => Err(Halt::Held),
        }
    }

    async fn say(&self, objects: &[PendingObject]) -> Result<(), Halt> {
        let rows = objects.iter().filter(|object| object.key.starts_with(ROWS));
        let events: Vec<Event> = rows.map(|object| self.event(object)).collect();
        if !events.is_empty() {
            self.poller.out.bus.put(&events).await?;
        }
        Ok(())
    }

    fn event(&self, object: &PendingObject) -> Event {
        let settings = &self.source.settings;
        let event = IngestedEvent {
            version: VERSION,
            bucket: self.poller.out.bucket.name().to_owned(),
            key: object.key.clone(),
            count: object.count,
            from: second(object.from),
            to: second(object.to),
            log_type: settings.log_type,
            source_id: self.source.id.as_str().to_owned(),
            source_name: settings.name.clone(),
            bytes: object.bytes,
        };
        let detail = serde_json::to_string(&event).expect("an event is JSON");
        Event { source: SOURCE, detail_type: DETAIL_TYPE, detail }
    }
}

/// When the keys of this bucket may be forgotten that are written at `now`. Rows from the future are listed until then,
/// and what has no time for ever: it would be stored anew each time that its keys were forgotten.
pub(crate) fn forget_at(bucket: i64, now: Timestamp) -> Option<i64> {
    (bucket != UNDATED).then(|| bucket.max(now.as_second()).saturating_add(KEYS_KEPT_S))
}

/// Unix seconds as a time; what no calendar has is its end.
pub(crate) fn second(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap_or(if second < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_outlive_the_time_in_which_their_rows_are_listed() {
        let now = second(1_795_250_000);
        let ninety_days = 90 * 24 * 3600;
        for (bucket, expected) in [
            (1_795_000_000, Some(1_795_250_000 + ninety_days)),
            (1_900_000_000, Some(1_900_000_000 + ninety_days)),
            (UNDATED, None),
        ] {
            assert_eq!(forget_at(bucket, now), expected, "{bucket}");
        }
    }
}
