//! Deliveries: one worker at a time brings a copy up to date.
//!
//! ```text
//! absent or free ──claim(until)──► claimed ──record──► free
//!                                     │ the worker dies
//!                                     └── until passes ──► free: whoever claims it next finds what was in flight
//! ```
//!
//! Every write is conditional on the item's version, so that a worker whose lease has lapsed can write nothing.

use crate::alerts::alert_key;
use crate::item::{Item, json, key, n, number, parsed, s, sortable, time};
use crate::{Error, Store};
use alert::{AlertId, Delivery};
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use jiff::Timestamp;

/// A delivery as the table has it.
#[derive(Debug, Clone)]
pub struct StoredDelivery {
    pub delivery: Delivery,
    /// Claimed by a worker until then.
    pub claimed_until: Option<Timestamp>,
    /// 0: not in the table yet.
    version: u64,
}

/// Who has the delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// The caller, until its lease ends.
    Won,
    /// Somebody else, or somebody has changed it meanwhile.
    Held,
}

impl StoredDelivery {
    /// A delivery that the table does not have yet.
    pub fn absent(delivery: Delivery) -> Self {
        Self { delivery, claimed_until: None, version: 0 }
    }

    pub(crate) fn of(item: &Item) -> Result<Self, Error> {
        Ok(Self {
            delivery: parsed(item, "delivery")?,
            claimed_until: item.contains_key("claimed_until").then(|| time(item, "claimed_until")).transpose()?,
            version: number(item, "version")?,
        })
    }
}

impl Store {
    /// Claims `stored` until `until`, writing its delivery as the caller has changed it (what is now in flight).
    ///
    /// # Errors
    /// [`Error`] if the table fails; whether the claim was made is then unknown, and it lapses by itself.
    pub async fn claim_delivery(
        &self,
        stored: &mut StoredDelivery,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Claim, Error> {
        if stored.claimed_until.is_some_and(|held| held > now) {
            return Ok(Claim::Held);
        }
        self.write(stored, Some(until)).await
    }

    /// Writes what the worker that holds the claim has done, and keeps the claim until `keep_until` or gives it up.
    /// [`Claim::Held`]: the lease had lapsed and somebody else has it; nothing was written.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn record_delivery(
        &self,
        stored: &mut StoredDelivery,
        keep_until: Option<Timestamp>,
    ) -> Result<Claim, Error> {
        self.write(stored, keep_until).await
    }

    async fn write(&self, stored: &mut StoredDelivery, until: Option<Timestamp>) -> Result<Claim, Error> {
        let delivery = &stored.delivery;
        let mut item = delivery_key(&delivery.alert_id, delivery.destination_id.as_str());
        item.insert("delivery".to_owned(), json(delivery));
        item.insert("version".to_owned(), n(stored.version + 1));
        if let Some(until) = until {
            item.insert("claimed_until".to_owned(), s(sortable(until)));
        }
        let put = self.client.put_item().table_name(&self.table).set_item(Some(item));
        let put = if stored.version == 0 {
            put.condition_expression("attribute_not_exists(pk)")
        } else {
            put.condition_expression("version = :seen").expression_attribute_values(":seen", n(stored.version))
        };
        match put.send().await {
            Ok(_) => {
                stored.version += 1;
                stored.claimed_until = until;
                Ok(Claim::Won)
            }
            Err(SdkError::ServiceError(e)) if matches!(e.err(), PutItemError::ConditionalCheckFailedException(_)) => {
                Ok(Claim::Held)
            }
            Err(error) => Err(Error::of("writing a delivery")(error)),
        }
    }
}

fn delivery_key(alert: &AlertId, destination: &str) -> Item {
    key(alert_key(alert), format!("DELIVERY#{destination}"))
}
