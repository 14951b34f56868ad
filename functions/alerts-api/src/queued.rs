//! What is put on the queues. Once this returns, SQS has it, and what follows may fail without losing it.

use crate::Api;
use crate::answer::to_json;
use crate::problem::Problem;
use alert::change::{Change, ChangeMessage};

impl Api {
    /// Puts an alert's JSON on `alerts`.
    pub(crate) async fn enqueue_alert(&self, json: String) -> Result<(), Problem> {
        Ok(self.alerts.send(json).await?)
    }

    /// Puts a change on `changes.fifo`, in its alert's group; the same change twice within five minutes is one message.
    pub(crate) async fn enqueue_change(&self, change: &Change) -> Result<(), Problem> {
        let json = to_json(&ChangeMessage::Change(Box::new(change.clone())));
        let (group, id) = (change.alert_id.as_str(), change.id.as_str());
        Ok(self.changes.send_in_order(group, id, json).await?)
    }
}
