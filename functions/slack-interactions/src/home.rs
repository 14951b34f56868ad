//! Somebody opens the app's Home tab: queued for sync-fanout, in the message group of that person.

use crate::{Error, Interactions};
use alert::{ChangeMessage, HomeOpened};
use slack::credentials::Credentials;

impl Interactions {
    /// Puts it on `changes.fifo`, once for each event. Returns a word for the log.
    pub(crate) async fn home_opened(
        &self,
        credentials: &Credentials,
        opened: &HomeOpened,
    ) -> Result<&'static str, Error> {
        if credentials.of_request(&opened.workspace).is_none() {
            return Ok("unknown installation");
        }
        let body =
            serde_json::to_string(&ChangeMessage::HomeOpened(Box::new(opened.clone()))).expect("strings are JSON");
        self.changes.send_in_order(&opened.group(), &opened.id, body).await?;
        Ok("home queued")
    }
}
