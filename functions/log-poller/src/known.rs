//! Which rows are stored already, as far as the page in hand needs to know: a window on the store's keys that moves with
//! the pages, so that memory does not grow with the backlog. Only whoever has the source's lease writes keys, so what
//! was read stays true for as long as the run has it.

use logs::LogSourceId;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use store::{Error, SEEN_BUCKET_S, Store, seen_bucket};

/// Buckets that are this close are read in one go, with those between them: a day.
const NEAR_S: i64 = 24 * 3600;

/// The keys of some buckets.
#[derive(Debug, Default)]
pub(crate) struct Known(BTreeMap<i64, HashSet<[u8; 16]>>);

impl Known {
    /// Has the keys of every bucket that one of `seconds` is in, and of no other.
    pub(crate) async fn cover(
        &mut self,
        store: &Store,
        source: &LogSourceId,
        seconds: impl Iterator<Item = i64>,
    ) -> Result<(), Error> {
        let wanted: BTreeSet<i64> = seconds.map(seen_bucket).collect();
        self.0.retain(|bucket, _| wanted.contains(bucket));
        let missing: Vec<i64> = wanted.into_iter().filter(|bucket| !self.0.contains_key(bucket)).collect();
        for run in missing.chunk_by(|a, b| b - a <= NEAR_S) {
            self.0.extend(run.iter().map(|bucket| (*bucket, HashSet::new())));
            for (bucket, keys) in store.seen_keys(source, run[0], run[run.len() - 1]).await? {
                if run.binary_search(&bucket).is_ok() {
                    self.0.entry(bucket).or_default().extend(keys);
                }
            }
        }
        Ok(())
    }

    /// Notes a row of the covered second; whether it was not known.
    pub(crate) fn is_new(&mut self, second: i64, key: [u8; 16]) -> bool {
        self.0.entry(seen_bucket(second)).or_default().insert(key)
    }
}

const _: () = assert!(NEAR_S % SEEN_BUCKET_S == 0);
