//! The direct messages of boomerangs: claimed and recorded as deliveries are. Each lies with its alert, under the
//! boomerang's id, from the first claim on.

use crate::alerts::alert_key;
use crate::item::{Item, json, key, n, number, parsed, s, sortable, time};
use crate::{Claim, Error, Store};
use alert::AlertId;
use alert::boomerang::DirectMessage;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use jiff::Timestamp;

/// A direct message as the table has it.
#[derive(Debug, Clone)]
pub struct StoredDirectMessage {
    pub message: DirectMessage,
    /// Claimed by a worker until then.
    pub claimed_until: Option<Timestamp>,
    /// 0: not in the table yet.
    version: u64,
}

impl StoredDirectMessage {
    /// A direct message that the table does not have yet.
    pub fn absent(message: DirectMessage) -> Self {
        Self { message, claimed_until: None, version: 0 }
    }

    pub(crate) fn of(item: &Item) -> Result<Self, Error> {
        Ok(Self {
            message: parsed(item, "direct_message")?,
            claimed_until: item.contains_key("claimed_until").then(|| time(item, "claimed_until")).transpose()?,
            version: number(item, "version")?,
        })
    }
}

impl Store {
    /// Claims `stored` until `until`, writing it as the caller has changed it (what is now in flight).
    ///
    /// # Errors
    /// [`Error`] if the table fails; whether the claim was made is then unknown, and it lapses by itself.
    pub async fn claim_direct_message(
        &self,
        alert: &AlertId,
        stored: &mut StoredDirectMessage,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Claim, Error> {
        if stored.claimed_until.is_some_and(|held| held > now) {
            return Ok(Claim::Held);
        }
        self.record_direct_message(alert, stored, Some(until)).await
    }

    /// Writes what the worker that holds the claim has done, and keeps the claim until `keep_until` or gives it up.
    /// [`Claim::Held`]: the lease had lapsed and somebody else has it; nothing was written.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn record_direct_message(
        &self,
        alert: &AlertId,
        stored: &mut StoredDirectMessage,
        keep_until: Option<Timestamp>,
    ) -> Result<Claim, Error> {
        let mut item = key(alert_key(alert), format!("BOOMERANG#{}", stored.message.boomerang));
        item.insert("direct_message".to_owned(), json(&stored.message));
        item.insert("version".to_owned(), n(stored.version + 1));
        if let Some(until) = keep_until {
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
                stored.claimed_until = keep_until;
                Ok(Claim::Won)
            }
            Err(SdkError::ServiceError(e)) if matches!(e.err(), PutItemError::ConditionalCheckFailedException(_)) => {
                Ok(Claim::Held)
            }
            Err(error) => Err(Error::of("writing a direct message")(error)),
        }
    }
}
