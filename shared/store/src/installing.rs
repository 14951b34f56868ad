//! Installing the Slack app: each state is good for once, and one installation at a time is written into the secret.

use crate::item::{key, n, s, sortable};
use crate::{Error, Store};
use aws_sdk_dynamodb::error::SdkError;
use jiff::{SignedDuration, Timestamp};

/// How long a spent state is remembered: well beyond the time for which one is good.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);

impl Store {
    /// Spends the state `nonce`; false if somebody has before.
    ///
    /// # Errors
    /// [`Error`] if the table fails; it may be spent.
    pub async fn spend_state(&self, nonce: &str, now: Timestamp) -> Result<bool, Error> {
        let mut item = key(format!("OAUTH_STATE#{nonce}"), "OAUTH_STATE");
        item.insert("ttl".to_owned(), n((now + REMEMBERED).as_second().unsigned_abs()));
        let put = self.client.put_item().table_name(&self.table).set_item(Some(item));
        match put.condition_expression("attribute_not_exists(pk)").send().await {
            Ok(_) => Ok(true),
            Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => Ok(false),
            Err(error) => Err(Error::of("spending a state")(error)),
        }
    }

    /// Takes the right to change the installations in the Slack secret until `until`; false if somebody else has it.
    /// `owner` is known to nobody else.
    ///
    /// # Errors
    /// [`Error`] if the table fails; it may be taken.
    pub async fn lock_installations(&self, owner: &str, now: Timestamp, until: Timestamp) -> Result<bool, Error> {
        let mut item = key("LOCK#installations", "LOCK");
        item.insert("owner".to_owned(), s(owner));
        item.insert("until".to_owned(), s(sortable(until)));
        let put = self.client.put_item().table_name(&self.table).set_item(Some(item));
        let put = put.condition_expression("attribute_not_exists(pk) OR #until < :now OR #owner = :owner");
        let put = put.expression_attribute_names("#until", "until").expression_attribute_names("#owner", "owner");
        let put = put.expression_attribute_values(":now", s(sortable(now)));
        match put.expression_attribute_values(":owner", s(owner)).send().await {
            Ok(_) => Ok(true),
            Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => Ok(false),
            Err(error) => Err(Error::of("locking the installations")(error)),
        }
    }

    /// Gives that right back, if it is still `owner`'s.
    ///
    /// # Errors
    /// [`Error`] if the table fails; the right ends by itself.
    pub async fn unlock_installations(&self, owner: &str) -> Result<(), Error> {
        let delete = self.client.delete_item().table_name(&self.table);
        let delete = delete.set_key(Some(key("LOCK#installations", "LOCK"))).condition_expression("#owner = :owner");
        let delete = delete.expression_attribute_names("#owner", "owner");
        match delete.expression_attribute_values(":owner", s(owner)).send().await {
            Ok(_) => Ok(()),
            Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => Ok(()),
            Err(error) => Err(Error::of("unlocking the installations")(error)),
        }
    }
}
