//! Deliveries: one worker at a time brings a copy up to date.
//!
//! ```text
//! absent or free ──claim(until)──► claimed ──record──► free
//!                                     │ the worker dies
//!                                     └── until passes ──► free: whoever claims it next finds what was in flight
//! ```
//!
//! Every write is conditional on the item's version, so that a worker whose lease has lapsed can write nothing.
//!
//! The write that records a message also notes, in the same transaction, which delivery that message is: what people
//! write in its thread finds its alert by that.

use crate::alerts::alert_key;
use crate::item::{Item, json, key, n, number, parsed, s, sortable, time};
use crate::{Error, Store};
use alert::delivery::MessageRef;
use alert::{AlertId, Delivery, DestinationId};
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A delivery as the table has it.
#[derive(Debug, Clone)]
pub struct StoredDelivery {
    pub delivery: Delivery,
    /// Claimed by a worker until then.
    pub claimed_until: Option<Timestamp>,
    /// 0: not in the table yet.
    version: u64,
    /// The message as the table has it.
    noted: Option<MessageRef>,
}

/// Which delivery a message in Slack is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageOwner {
    pub alert_id: AlertId,
    pub destination_id: DestinationId,
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
        Self { delivery, claimed_until: None, version: 0, noted: None }
    }

    pub(crate) fn of(item: &Item) -> Result<Self, Error> {
        let delivery: Delivery = parsed(item, "delivery")?;
        Ok(Self {
            noted: delivery.message.clone(),
            delivery,
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
        let message = delivery.message.clone();
        let written = match message.as_ref().filter(|message| stored.noted.as_ref() != Some(message)) {
            Some(message) => self.write_with_message(stored, item, message).await?,
            None => self.write_alone(stored, item).await?,
        };
        if written == Claim::Won {
            stored.version += 1;
            stored.claimed_until = until;
            stored.noted = message;
        }
        Ok(written)
    }

    async fn write_alone(&self, stored: &StoredDelivery, item: Item) -> Result<Claim, Error> {
        let put = self.client.put_item().table_name(&self.table).set_item(Some(item));
        let put = if stored.version == 0 {
            put.condition_expression("attribute_not_exists(pk)")
        } else {
            put.condition_expression("version = :seen").expression_attribute_values(":seen", n(stored.version))
        };
        match put.send().await {
            Ok(_) => Ok(Claim::Won),
            Err(SdkError::ServiceError(e)) if matches!(e.err(), PutItemError::ConditionalCheckFailedException(_)) => {
                Ok(Claim::Held)
            }
            Err(error) => Err(Error::of("writing a delivery")(error)),
        }
    }

    async fn write_with_message(
        &self,
        stored: &StoredDelivery,
        item: Item,
        message: &MessageRef,
    ) -> Result<Claim, Error> {
        let put = Put::builder().table_name(&self.table).set_item(Some(item));
        let put = if stored.version == 0 {
            put.condition_expression("attribute_not_exists(pk)")
        } else {
            put.condition_expression("version = :seen").expression_attribute_values(":seen", n(stored.version))
        };
        let Delivery { alert_id, destination_id, .. } = stored.delivery.clone();
        let mut note = message_key(message);
        note.insert("owner".to_owned(), json(&MessageOwner { alert_id, destination_id }));
        let note = Put::builder().table_name(&self.table).set_item(Some(note));
        let writes = [put, note].map(|put| {
            let put = put.build().expect("table and item are set");
            TransactWriteItem::builder().put(put).build()
        });
        let sent = self.client.transact_write_items().set_transact_items(Some(writes.into())).send().await;
        match sent {
            Ok(_) => Ok(Claim::Won),
            Err(error) if is_condition(&error) => Ok(Claim::Held),
            Err(error) => Err(Error::of("writing a delivery")(error)),
        }
    }

    /// Which delivery the message is, as of now; `None` if no delivery has recorded it (yet).
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn message_owner(&self, message: &MessageRef) -> Result<Option<MessageOwner>, Error> {
        let get = self.client.get_item().table_name(&self.table).set_key(Some(message_key(message)));
        let got = get.consistent_read(true).send().await.map_err(Error::of("reading whose a message is"))?;
        got.item.map(|item| parsed(&item, "owner")).transpose()
    }
}

pub(crate) fn is_condition(error: &SdkError<TransactWriteItemsError>) -> bool {
    let SdkError::ServiceError(service) = error else { return false };
    let TransactWriteItemsError::TransactionCanceledException(cancelled) = service.err() else { return false };
    cancelled.cancellation_reasons().iter().any(|reason| reason.code() == Some("ConditionalCheckFailed"))
}

fn message_key(message: &MessageRef) -> Item {
    key(format!("MESSAGE#{}#{}", message.channel, message.ts), "MESSAGE")
}

fn delivery_key(alert: &AlertId, destination: &str) -> Item {
    key(alert_key(alert), format!("DELIVERY#{destination}"))
}
