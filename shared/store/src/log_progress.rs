//! How far a log source has been pulled: one worker at a time moves it on, object by object.
//!
//! ```text
//! free ──lease(until)──► leased ──begin(objects)──► pending ──record──► leased ──record(None)──► free
//!                           │                          │ the worker dies, or the lease lapses
//!                           └── until passes ──────────┴──► whoever leases it next looks which of the pending
//!                                                           objects are there, and forgets the others
//! ```
//!
//! Every write is conditional on the item's version, which leasing moves too: a worker whose lease has lapsed and was
//! taken can write nothing. The first write is conditional on the source: the progress is deleted with it, and does not
//! come back. What an object holds is noted as seen in the same transaction that makes it pending, so
//! that there is never a key that is known without an object that is there, or will be looked for.

use crate::changes::put_new;
use crate::item::{Item, json, key, n, number, parsed, s, sortable, time};
use crate::seen::{self, SeenKeys};
use crate::{Claim, Error, Store};
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{ConditionCheck, Put, TransactWriteItem};
use jiff::Timestamp;
use logs::LogSourceId;
use serde::{Deserialize, Serialize};

/// How far a source has been pulled, in Slack's time: unix seconds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Progress {
    /// Nothing older is wanted.
    pub start: Option<i64>,
    /// Everything up to here is stored, save what Slack shows late.
    pub watermark: Option<i64>,
    /// Whether the watermark was long past when it was set: what lies before it is not shown late any more.
    pub settled: bool,
    /// What is being read.
    pub window: Option<Window>,
    /// The deeper look for what Slack showed late, while it lasts.
    pub sweep: Option<Window>,
    /// When the last such look began.
    pub swept_at: Option<i64>,
    /// How long the next window may be while far behind, in seconds.
    pub span_s: Option<i64>,
    /// Of a log that counts its rows: how many there were when it had been read to its end.
    pub total: Option<u64>,
    /// Slack wants no call before.
    pub wait_until: Option<i64>,
    /// Objects that may not be there yet, or not have been told of.
    pub pending: Vec<PendingObject>,
}

/// A stretch of the log that is read page by page, newest first. What is said of it here stays the same on all its pages
/// and in every attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// Its first second.
    pub oldest: i64,
    /// Its last second.
    pub latest: i64,
    /// `p_parse_time` of its rows, so that reading it again gives the same bytes.
    pub parse_time: i64,
    /// Entries asked for at once; fewer once a page did not come.
    pub limit: u32,
    /// The newest second that is asked for: that of `latest`, or further down once reading had to begin anew.
    pub before: i64,
    /// Where to go on.
    pub at: Position,
    /// Pages read.
    pub pages: u32,
    /// The oldest second that was read.
    pub reached: Option<i64>,
    /// The newest.
    pub newest: Option<i64>,
    /// Rows in all, when the last page was read.
    pub total: Option<u64>,
    /// Of a log whose order is found out: whether its newest rows stand on the last page. `None` before that is known.
    #[serde(default)]
    pub upwards: Option<bool>,
    /// Rows in all, when the first page was read.
    #[serde(default)]
    pub counted: Option<u64>,
    /// Of those, the new ones that were not met yet; `None` if that is not known.
    #[serde(default)]
    pub due: Option<u64>,
    /// Of a log without ids: how often each row has come so far that is of a second in which the last page began or
    /// ended, as that second, the first half of the row's key, and the number.
    #[serde(default)]
    pub border: Vec<(i64, u64, u32)>,
}

/// Where in a window the next page begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Position {
    /// The page with this number, from 1; the first page of whatever is not counted.
    Page(u32),
    /// The first page of what goes on by cursor.
    FirstByCursor,
    /// The page behind the cursor.
    Cursor(String),
}

/// An object that is being written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingObject {
    /// Its key in the bucket.
    pub key: String,
    /// What it is named for: 32 hex digits.
    pub hash: String,
    /// Its rows.
    pub count: u64,
    /// Its size.
    pub bytes: u64,
    /// The event times of its oldest and newest row.
    pub from: i64,
    pub to: i64,
    /// The stretches of time in which its keys are noted as seen.
    pub buckets: Vec<i64>,
}

/// The progress as the table has it.
#[derive(Debug, Clone)]
pub struct StoredProgress {
    pub source: LogSourceId,
    pub progress: Progress,
    /// Leased by a worker until then.
    pub leased_until: Option<Timestamp>,
    /// 0: not in the table yet.
    version: u64,
}

impl Store {
    /// How far a source has been pulled, as of now.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn log_progress(&self, source: &LogSourceId) -> Result<StoredProgress, Error> {
        let get = self.client.get_item().table_name(&self.table).set_key(Some(progress_key(source)));
        let got = get.consistent_read(true).send().await.map_err(Error::of("reading a log source's progress"))?;
        let Some(item) = got.item else {
            let (source, progress) = (source.clone(), Progress::default());
            return Ok(StoredProgress { source, progress, leased_until: None, version: 0 });
        };
        Ok(StoredProgress {
            source: source.clone(),
            progress: parsed(&item, "progress")?,
            leased_until: item.contains_key("leased_until").then(|| time(&item, "leased_until")).transpose()?,
            version: number(&item, "version")?,
        })
    }

    /// Takes the source until `until`.
    ///
    /// # Errors
    /// [`Error`] if the table fails; whether the lease was taken is then unknown, and it lapses by itself.
    pub async fn lease_log_source(
        &self,
        stored: &mut StoredProgress,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Claim, Error> {
        if stored.leased_until.is_some_and(|held| held > now) {
            return Ok(Claim::Held);
        }
        self.record_log_progress(stored, Some(until)).await
    }

    /// Writes how far the worker has come, and keeps the lease until `keep_until` or gives it up. [`Claim::Held`]: the
    /// source is another's now, or gone; nothing was written.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn record_log_progress(
        &self,
        stored: &mut StoredProgress,
        keep_until: Option<Timestamp>,
    ) -> Result<Claim, Error> {
        if stored.version == 0 {
            return self.begin_log_progress(stored, keep_until).await;
        }
        let put = self.client.put_item().table_name(&self.table).set_item(Some(item(stored, keep_until)));
        let put = put.condition_expression("version = :seen").expression_attribute_values(":seen", n(stored.version));
        match put.send().await {
            Ok(_) => {}
            Err(SdkError::ServiceError(e)) if matches!(e.err(), PutItemError::ConditionalCheckFailedException(_)) => {
                return Ok(Claim::Held);
            }
            Err(error) => return Err(Error::of("writing a log source's progress")(error)),
        }
        stored.version += 1;
        stored.leased_until = keep_until;
        Ok(Claim::Won)
    }

    /// Writes the progress of a source that has none yet, if the source is there.
    async fn begin_log_progress(
        &self,
        stored: &mut StoredProgress,
        keep_until: Option<Timestamp>,
    ) -> Result<Claim, Error> {
        let source = ConditionCheck::builder()
            .table_name(&self.table)
            .set_key(Some(crate::log_sources::item_key(&stored.source)))
            .condition_expression("attribute_exists(pk)")
            .build()
            .expect("table, key and condition are set");
        let writes = vec![
            TransactWriteItem::builder().condition_check(source).build(),
            put_new(&self.table, item(stored, keep_until)),
        ];
        match self.client.transact_write_items().set_transact_items(Some(writes)).send().await {
            Ok(_) => {}
            Err(error) if crate::deliveries::is_condition(&error) => return Ok(Claim::Held),
            Err(error) => return Err(Error::of("writing a log source's progress")(error)),
        }
        stored.version = 1;
        stored.leased_until = keep_until;
        Ok(Claim::Won)
    }

    /// Notes as seen what the pending objects hold, and them as pending, all or nothing; the lease is kept. Objects that
    /// were pending before must be there.
    ///
    /// # Errors
    /// [`Error`] if the table fails; whether it was done is then unknown.
    pub async fn begin_log_objects(&self, stored: &mut StoredProgress, keys: &[SeenKeys]) -> Result<Claim, Error> {
        let writes = keys.iter().map(|keys| seen::put(&self.table, &stored.source, keys)).collect();
        self.record_with(stored, writes).await
    }

    /// Forgets what `gone` would have held, and writes the progress, in which they are no longer pending.
    ///
    /// # Errors
    /// [`Error`] if the table fails; whether it was done is then unknown.
    pub async fn forget_log_objects(
        &self,
        stored: &mut StoredProgress,
        gone: &[PendingObject],
    ) -> Result<Claim, Error> {
        let keys = gone.iter().flat_map(|object| object.buckets.iter().map(move |bucket| (*bucket, &object.hash)));
        let writes = keys.map(|(bucket, hash)| seen::delete(&self.table, &stored.source, bucket, hash)).collect();
        self.record_with(stored, writes).await
    }

    async fn record_with(
        &self,
        stored: &mut StoredProgress,
        mut writes: Vec<TransactWriteItem>,
    ) -> Result<Claim, Error> {
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(item(stored, stored.leased_until)))
            .condition_expression("version = :seen")
            .expression_attribute_values(":seen", n(stored.version))
            .build()
            .expect("table and item are set");
        writes.push(TransactWriteItem::builder().put(put).build());
        match self.client.transact_write_items().set_transact_items(Some(writes)).send().await {
            Ok(_) => {
                stored.version += 1;
                Ok(Claim::Won)
            }
            Err(error) if crate::deliveries::is_condition(&error) => Ok(Claim::Held),
            Err(error) => Err(Error::of("writing a log source's progress")(error)),
        }
    }
}

pub(crate) fn partition(source: &LogSourceId) -> String {
    format!("LOGSOURCE#{source}")
}

pub(crate) fn progress_key(source: &LogSourceId) -> Item {
    key(partition(source), "PROGRESS")
}

fn item(stored: &StoredProgress, leased_until: Option<Timestamp>) -> Item {
    let mut item = progress_key(&stored.source);
    item.insert("progress".to_owned(), json(&stored.progress));
    item.insert("version".to_owned(), n(stored.version + 1));
    if let Some(until) = leased_until {
        item.insert("leased_until".to_owned(), s(sortable(until)));
    }
    item
}
