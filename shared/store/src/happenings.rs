//! Events of Slack's that are answered with a message: who answers one notes it first, so that whoever comes to it again
//! knows that the answer may be there.

use crate::item::{key, n};
use crate::{Error, Store};
use aws_sdk_dynamodb::error::SdkError;
use jiff::{SignedDuration, Timestamp};

/// How long an event is remembered: twice the time a message can spend in a queue and its dead-letter queue.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24 * 30);

impl Store {
    /// Notes that the event `id` is being answered; whether this is the first time.
    ///
    /// # Errors
    /// [`Error`] if the table fails; it may have been noted.
    pub async fn begin_answer(&self, id: &str, now: Timestamp) -> Result<bool, Error> {
        let mut item = key(format!("HAPPENING#{id}"), "HAPPENING");
        item.insert("ttl".to_owned(), n((now + REMEMBERED).as_second().unsigned_abs()));
        let put = self.client.put_item().table_name(&self.table).set_item(Some(item));
        match put.condition_expression("attribute_not_exists(pk)").send().await {
            Ok(_) => Ok(true),
            Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => Ok(false),
            Err(error) => Err(Error::of("noting an event")(error)),
        }
    }
}
