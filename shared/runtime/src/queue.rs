//! Sending to a queue. A message that was sent is durable: SQS keeps it on several machines before it answers.

use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::{ProvideErrorMetadata, SdkError};
use aws_types::SdkConfig;
use std::error::Error as StdError;

/// One queue. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Queue {
    client: Client,
    url: String,
}

/// The message may or may not be in the queue: send it again. Receivers take a repetition for what it is.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// Too many requests at once: try again later.
    #[error("the queue is throttled")]
    Throttled(#[source] Box<dyn StdError + Send + Sync>),
    #[error("the queue did not take the message")]
    Unavailable(#[source] Box<dyn StdError + Send + Sync>),
}

impl Queue {
    /// The queue at `url`.
    pub fn new(config: &SdkConfig, url: String) -> Self {
        Self { client: Client::new(config), url }
    }

    /// Sends JSON to a standard queue.
    ///
    /// # Errors
    /// [`SendError`] if SQS has not confirmed the message.
    pub async fn send(&self, json: String) -> Result<(), SendError> {
        let sent = self.client.send_message().queue_url(&self.url).message_body(allowed(json)).send().await;
        sent.map(drop).map_err(failed)
    }

    /// Sends JSON to a FIFO queue: messages of one `group` (at most 128 characters) stay in order, and one with the same
    /// `deduplication` id (at most 128) within five minutes is dropped.
    ///
    /// # Errors
    /// [`SendError`] if SQS has not confirmed the message.
    pub async fn send_in_order(&self, group: &str, deduplication: &str, json: String) -> Result<(), SendError> {
        let message = self.client.send_message().queue_url(&self.url).message_body(allowed(json));
        let sent = message.message_group_id(group).message_deduplication_id(deduplication).send().await;
        sent.map(drop).map_err(failed)
    }
}

/// Codes of too many requests (<https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html>).
const THROTTLED: [&str; 5] =
    ["ThrottlingException", "RequestThrottled", "OverLimit", "KmsThrottled", "AWS.SimpleQueueService.OverLimit"];

fn failed<E>(error: SdkError<E>) -> SendError
where
    E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
{
    let throttled = error.code().is_some_and(|code| THROTTLED.contains(&code));
    if throttled { SendError::Throttled(Box::new(error)) } else { SendError::Unavailable(Box::new(error)) }
}

/// SQS refuses a message that contains U+FFFE or U+FFFF, which JSON may
/// (<https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html>). In JSON text they
/// stand in strings only, so they can be written as escapes.
fn allowed(json: String) -> String {
    if json.contains(['\u{fffe}', '\u{ffff}']) {
        json.replace('\u{fffe}', "\\ufffe").replace('\u{ffff}', "\\uffff")
    } else {
        json
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn characters_that_sqs_refuses_are_escaped_and_mean_the_same() {
        let value = json!({"a\u{ffff}": "x\u{fffe}y\u{10000}"});
        let text = allowed(value.to_string());
        assert!(!text.contains(['\u{fffe}', '\u{ffff}']));
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }
}
