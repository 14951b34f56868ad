//! One worker at a time moves a log source on, and keys are never known without their object (promise 10).

use crate::log_sources::source;
use crate::table::{NOW, store};
use futures::future::join_all;
use jiff::ToSpan;
use logs::LogSourceId;
use store::{Claim, PendingObject, SEEN_BUCKET_S, SeenKeys, Store, StoredProgress, seen_bucket};

fn id() -> LogSourceId {
    LogSourceId::new("s1").unwrap()
}

async fn read(store: &Store) -> StoredProgress {
    store.log_progress(&id()).await.unwrap()
}

/// A table with the source.
async fn with_source() -> Store {
    let store = store().await;
    store.create_log_source(&source("s1", "s1")).await.unwrap();
    store
}

async fn leased(store: &Store) -> StoredProgress {
    let mut mine = read(store).await;
    assert_eq!(store.lease_log_source(&mut mine, NOW, NOW + 70.seconds()).await.unwrap(), Claim::Won);
    mine
}

/// An object with a key in each of these buckets.
fn object(hash: &str, buckets: &[i64]) -> (PendingObject, Vec<SeenKeys>) {
    let pending = PendingObject {
        key: format!("logs/x/{hash}.json.gz"),
        hash: hash.to_owned(),
        count: buckets.len() as u64,
        bytes: 1,
        from: 0,
        to: 0,
        buckets: buckets.to_vec(),
    };
    let keys = |bucket: &i64| SeenKeys {
        bucket: *bucket,
        hash: hash.to_owned(),
        keys: vec![[hash.as_bytes()[0]; 16], [0; 16]],
        forget_at: Some(NOW.as_second()),
    };
    (pending, buckets.iter().map(keys).collect())
}

async fn known(store: &Store, first: i64, last: i64) -> Vec<(i64, usize)> {
    let found = store.seen_keys(&id(), first, last).await.unwrap();
    found.into_iter().map(|(bucket, keys)| (bucket, keys.len())).collect()
}

#[tokio::test]
async fn of_twenty_workers_one_gets_the_lease() {
    let store = with_source().await;
    let mut workers = Vec::new();
    for _ in 0..20 {
        workers.push(read(&store).await);
    }
    let until = NOW + 70.seconds();
    let results = join_all(workers.iter_mut().map(|worker| store.lease_log_source(worker, NOW, until))).await;
    assert_eq!(results.into_iter().filter(|result| matches!(result, Ok(Claim::Won))).count(), 1);
    let mut later = read(&store).await;
    assert_eq!(store.lease_log_source(&mut later, NOW + 69.seconds(), until).await.unwrap(), Claim::Held);
    assert_eq!(store.lease_log_source(&mut later, until, until + 70.seconds()).await.unwrap(), Claim::Won);
}

#[tokio::test]
async fn a_worker_whose_lease_was_taken_writes_neither_progress_nor_keys() {
    let store = with_source().await;
    let mut first = leased(&store).await;
    let mut second = read(&store).await;
    let later = NOW + 80.seconds();
    store.lease_log_source(&mut second, later, later + 70.seconds()).await.unwrap();
    let (pending, keys) = object("aa", &[0, 900]);
    first.progress.pending = vec![pending.clone()];
    first.progress.watermark = Some(7);
    assert_eq!(store.begin_log_objects(&mut first, &keys).await.unwrap(), Claim::Held);
    assert_eq!(store.record_log_progress(&mut first, None).await.unwrap(), Claim::Held);
    assert_eq!(known(&store, 0, 9000).await, []);
    assert_eq!(read(&store).await.progress, second.progress);

    // Nor does it take away what the other has noted.
    second.progress.pending = vec![pending.clone()];
    assert_eq!(store.begin_log_objects(&mut second, &keys).await.unwrap(), Claim::Won);
    assert_eq!(store.forget_log_objects(&mut first, &[pending]).await.unwrap(), Claim::Held);
    assert_eq!(known(&store, 0, 9000).await, [(0, 2), (900, 2)]);
}

#[tokio::test]
async fn keys_are_found_by_their_quarter_of_an_hour_and_forgotten_with_their_object() {
    let store = with_source().await;
    let mut mine = leased(&store).await;
    let (one, mut keys) = object("aa", &[900, 1800]);
    let (two, more) = object("bb", &[1800, 2700]);
    keys.extend(more);
    mine.progress.pending = vec![one.clone(), two.clone()];
    assert_eq!(store.begin_log_objects(&mut mine, &keys).await.unwrap(), Claim::Won);
    assert_eq!(read(&store).await.progress.pending, [one, two.clone()]);
    assert_eq!(known(&store, 900, 900).await, [(900, 2)]);
    assert_eq!(known(&store, 1800, 2700).await, [(1800, 2), (1800, 2), (2700, 2)]);
    mine.progress.pending.clear();
    assert_eq!(store.forget_log_objects(&mut mine, &[two]).await.unwrap(), Claim::Won);
    assert_eq!(known(&store, 0, 9000).await, [(900, 2), (1800, 2)]);
    assert!(read(&store).await.progress.pending.is_empty());
}

#[tokio::test]
async fn a_source_that_was_deleted_takes_no_progress() {
    let store = with_source().await;
    let mut mine = leased(&store).await;
    store.delete_log_source(&source("s1", "s1")).await.unwrap();
    assert_eq!(store.record_log_progress(&mut mine, None).await.unwrap(), Claim::Held);
}

#[test]
fn a_bucket_is_a_quarter_of_an_hour() {
    assert_eq!(SEEN_BUCKET_S, 900);
    for (second, bucket) in [(-5, 0), (0, 0), (899, 0), (900, 900), (1_795_250_000, 1_795_249_800)] {
        assert_eq!(seen_bucket(second), bucket);
    }
}
