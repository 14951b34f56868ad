//! What the providers of threat intelligence said, kept for as long as each one's answers are fresh, and which of them
//! is not to be asked for some minutes because it refused to be asked so often.
//!
//! | item | `pk` | `sk` |
//! |---|---|---|
//! | an answer about a value | `INTEL#provider#kind#value` | `INTEL` |
//! | the list of Tor's exit nodes | `INTEL_TOR` | `INTEL` |
//! | a provider that is held | `INTEL_HOLD#provider` | `INTEL` |
//!
//! All of them expire: `ttl` is when, and counts even while the table has not deleted them yet. An item that cannot be
//! read counts as none: it is only a cache, and is written anew.

use crate::item::{Item, json, key, n, number, parsed, s, text};
use crate::{Error, Store};
use alert::Indicator;
use alert::intel::{Outcome, Place, Provider};
use aws_sdk_dynamodb::types::KeysAndAttributes;
use futures::future::try_join_all;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// As many items are read with one call
/// (<https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html>).
const BATCH: usize = 100;

/// A longer list is not kept: an item holds 400 kB, and reading one costs for each 4 kB of it.
const MAX_LIST_BYTES: usize = 200_000;

/// What a provider said of a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptAnswer {
    pub outcome: Outcome,
    /// Where the address is, if the provider says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// What is kept of what was looked for.
#[derive(Debug, Clone, Default)]
pub struct KeptIntel {
    answers: Vec<(String, KeptAnswer)>,
    held: Vec<Provider>,
    /// Tor's exit nodes, as they were given to [`Store::keep_tor_exits`], and until when they are fresh.
    pub tor_exits: Option<(String, Timestamp)>,
}

impl KeptIntel {
    /// What the provider said of the value.
    pub fn answer(&self, provider: Provider, indicator: &Indicator) -> Option<&KeptAnswer> {
        let key = answer_key(provider, indicator);
        self.answers.iter().find(|(of, _)| *of == key).map(|(_, answer)| answer)
    }

    /// Whether the provider is not to be asked now.
    pub fn is_held(&self, provider: Provider) -> bool {
        self.held.contains(&provider)
    }
}

impl Store {
    /// What is kept, at `now`, of these providers' answers about these values, with one call for each hundred of them.
    /// For Tor it is the whole list.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn kept_intel(&self, asked: &[(Provider, &Indicator)], now: Timestamp) -> Result<KeptIntel, Error> {
        let mut keys: Vec<String> = Vec::new();
        for (provider, indicator) in asked {
            let of_value = match provider {
                Provider::Tor => TOR_KEY.to_owned(),
                Provider::Local => continue,
                Provider::IpInfo | Provider::GreyNoise | Provider::AbuseIpDb | Provider::VirusTotal => {
                    answer_key(*provider, indicator)
                }
            };
            for key in [of_value, hold_key(*provider)] {
                if !keys.contains(&key) {
                    keys.push(key);
                }
            }
        }
        let batches = keys.chunks(BATCH).map(|keys| self.batch(keys));
        let items = try_join_all(batches).await?;
        let mut kept = KeptIntel::default();
        for item in items.into_iter().flatten() {
            kept.take(&item, now);
        }
        Ok(kept)
    }

    async fn batch(&self, keys: &[String]) -> Result<Vec<Item>, Error> {
        let doing = "reading kept threat intelligence";
        let wanted = keys.iter().fold(KeysAndAttributes::builder(), |all, pk| all.keys(key(pk, SORT)));
        let Ok(wanted) = wanted.build() else { return Ok(Vec::new()) };
        let got = self.client.batch_get_item().request_items(&self.table, wanted).send().await;
        // What the table does not get to ("unprocessed") is not found: then the provider is asked.
        let responses = got.map_err(Error::of(doing))?.responses.unwrap_or_default();
        Ok(responses.into_values().flatten().collect())
    }

    /// Keeps an answer until `until`.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn keep_answer(
        &self,
        provider: Provider,
        indicator: &Indicator,
        answer: &KeptAnswer,
        until: Timestamp,
    ) -> Result<(), Error> {
        let mut item = key(answer_key(provider, indicator), SORT);
        item.insert("answer".to_owned(), json(answer));
        self.keep(item, until).await
    }

    /// Keeps the list of Tor's exit nodes until `until`, if it is not larger than 200 kB.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn keep_tor_exits(&self, list: &str, until: Timestamp) -> Result<(), Error> {
        if list.len() > MAX_LIST_BYTES {
            return Ok(());
        }
        let mut item = key(TOR_KEY, SORT);
        item.insert("list".to_owned(), s(list));
        self.keep(item, until).await
    }

    /// The provider is not to be asked until `until`.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn hold_provider(&self, provider: Provider, until: Timestamp) -> Result<(), Error> {
        let mut item = key(hold_key(provider), SORT);
        item.insert("provider".to_owned(), json(&provider));
        self.keep(item, until).await
    }

    async fn keep(&self, mut item: Item, until: Timestamp) -> Result<(), Error> {
        item.insert("ttl".to_owned(), n(until.as_second().max(0).unsigned_abs()));
        let put = self.client.put_item().table_name(&self.table).set_item(Some(item)).send().await;
        put.map(|_| ()).map_err(Error::of("keeping threat intelligence"))
    }
}

const SORT: &str = "INTEL";
const TOR_KEY: &str = "INTEL_TOR";

/// At most 300 bytes: a partition key may have 2,048.
fn answer_key(provider: Provider, indicator: &Indicator) -> String {
    format!("INTEL#{}#{}#{}", provider.as_str(), indicator.kind.as_str(), indicator.value)
}

fn hold_key(provider: Provider) -> String {
    format!("INTEL_HOLD#{}", provider.as_str())
}

impl KeptIntel {
    fn take(&mut self, item: &Item, now: Timestamp) {
        let Ok(seconds) = number(item, "ttl") else { return };
        let until = i64::try_from(seconds).ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
        let Some(until) = until.filter(|until| *until > now) else { return };
        if let Ok(list) = text(item, "list") {
            self.tor_exits = Some((list.to_owned(), until));
        } else if let Ok(provider) = parsed(item, "provider") {
            self.held.push(provider);
        } else if let (Ok(answer), Ok(pk)) = (parsed(item, "answer"), text(item, "pk")) {
            self.answers.push((pk.to_owned(), answer));
        }
    }
}
