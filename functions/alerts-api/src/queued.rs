//! What is put on the queues. Once this returns, SQS has it, and what follows may fail without losing it.

use crate::Api;
use crate::answer::to_json;
use crate::problem::Problem;
use alert::change::{Change, ChangeMessage};

impl Api {
    /// Puts an alert's JSON on `alerts`.
    pub(crate) async fn enqueue_alert(&self, json: String) -> Result<(), Problem> {
        Ok(self.alerts.send(allowed(json)).await?)
    }

    /// Puts a change on `changes.fifo`, in its alert's group; the same change twice within five minutes is one message.
    pub(crate) async fn enqueue_change(&self, change: &Change) -> Result<(), Problem> {
        let json = to_json(&ChangeMessage::Change(change.clone()));
        let (group, id) = (change.alert_id.as_str(), change.id.as_str());
        Ok(self.changes.send_in_order(group, id, allowed(json)).await?)
    }
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
