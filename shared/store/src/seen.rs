//! What is known of a log source's entries: the keys of the rows that are stored, so that no row is stored twice.
//!
//! An item holds the keys of one object's rows of a quarter of an hour of Slack's time: to know which rows of a page are
//! new, the quarters that the page spans are read, and nothing else. 25,000 keys would fit an item; an object has fewer.

use crate::item::{Item, key, n, s, text};
use crate::log_progress::partition;
use crate::{Error, Store};
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::{AttributeValue, Delete, Put, TransactWriteItem};
use logs::LogSourceId;

/// Seconds of Slack's time whose keys are kept together.
pub const SEEN_BUCKET_S: i64 = 900;

/// The keys of one object's rows of one bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenKeys {
    /// The bucket's first second.
    pub bucket: i64,
    /// The object's hash.
    pub hash: String,
    pub keys: Vec<[u8; 16]>,
    /// When they may be forgotten, in unix seconds; `None` for never.
    pub forget_at: Option<i64>,
}

/// The bucket that a second is in, by its first second. Seconds before 1970 are in the first one.
pub fn seen_bucket(second: i64) -> i64 {
    second.max(0) / SEEN_BUCKET_S * SEEN_BUCKET_S
}

impl Store {
    /// The keys of all rows stored of the buckets from `first` to `last`, as of now, by bucket.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn seen_keys(
        &self,
        source: &LogSourceId,
        first: i64,
        last: i64,
    ) -> Result<Vec<(i64, Vec<[u8; 16]>)>, Error> {
        let query = self.client.query().table_name(&self.table).consistent_read(true);
        let query = query.key_condition_expression("pk = :pk AND sk BETWEEN :first AND :last");
        let query = query.expression_attribute_values(":pk", s(partition(source)));
        let query = query.expression_attribute_values(":first", s(sort_key(first, "")));
        let query = query.expression_attribute_values(":last", s(sort_key(last, "~")));
        let mut items = query.into_paginator().items().send();
        let mut all = Vec::new();
        while let Some(item) = items.next().await {
            all.push(of(&item.map_err(Error::of("reading what is known of a log"))?)?);
        }
        Ok(all)
    }
}

fn sort_key(bucket: i64, hash: &str) -> String {
    format!("SEEN#{bucket:012}#{hash}")
}

fn of(item: &Item) -> Result<(i64, Vec<[u8; 16]>), Error> {
    let corrupt =
        |what: &str| Error::Corrupt { key: text(item, "sk").unwrap_or("?").to_owned(), what: what.to_owned() };
    let bucket = text(item, "sk")?.split('#').nth(1).and_then(|bucket| bucket.parse().ok());
    let keys = item.get("keys").and_then(|keys| keys.as_b().ok()).ok_or_else(|| corrupt("no keys"))?;
    let (keys, rest) = keys.as_ref().as_chunks::<16>();
    if !rest.is_empty() {
        return Err(corrupt("half a key"));
    }
    Ok((bucket.ok_or_else(|| corrupt("no bucket"))?, keys.to_vec()))
}

pub(crate) fn put(table: &str, source: &LogSourceId, seen: &SeenKeys) -> TransactWriteItem {
    let mut item = key(partition(source), sort_key(seen.bucket, &seen.hash));
    item.insert("keys".to_owned(), AttributeValue::B(Blob::new(seen.keys.as_flattened())));
    if let Some(second) = seen.forget_at {
        item.insert("ttl".to_owned(), n(u64::try_from(second).unwrap_or_default()));
    }
    let put = Put::builder().table_name(table).set_item(Some(item)).build().expect("table and item are set");
    TransactWriteItem::builder().put(put).build()
}

pub(crate) fn delete(table: &str, source: &LogSourceId, bucket: i64, hash: &str) -> TransactWriteItem {
    let key = key(partition(source), sort_key(bucket, hash));
    let delete = Delete::builder().table_name(table).set_key(Some(key)).build().expect("table and key are set");
    TransactWriteItem::builder().delete(delete).build()
}
