//! What happens to the app or a channel: queued for sync-fanout, in the message group of the channel or the
//! installation.

use crate::{Error, Interactions};
use alert::{ChangeMessage, Happening};

impl Interactions {
    /// Puts it on `changes.fifo`; after that it is durable. Returns a word for the log.
    pub(crate) async fn happened(&self, happening: Happening) -> Result<&'static str, Error> {
        let (group, id) = (happening.group(), happening.id.clone());
        let body = serde_json::to_string(&ChangeMessage::Happened(Box::new(happening))).expect("strings are JSON");
        self.changes.send_in_order(&group, &id, body).await?;
        tracing::info!(slack.event_id = id, change.group = group, "event queued");
        Ok("queued")
    }
}
