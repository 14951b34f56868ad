//! Uploads by the app, in Slack's three steps: a ticket with an address, the bytes at that address, and the file shared.
//! <https://docs.slack.dev/messaging/working-with-files#uploading_files>
//!
//! A ticket is good for one file, once, and not for ever. Where Slack shares a moment later, the simulator does at once.

use std::collections::BTreeMap;

use bytes::Bytes;
use hyper::StatusCode;
use serde_json::Value;

use crate::state::State;

/// How long an address works: the simulator's number, Slack does not tell its own.
const LIVES_S: i64 = 3600;
/// As much as a person may share at once.
const MOST_BYTES: i64 = 10 * 1024 * 1024;

/// All tickets, by the secret part of their address.
#[derive(Default)]
pub(crate) struct Uploads(BTreeMap<String, Ticket>);

struct Ticket {
    file_id: String,
    name: String,
    length: usize,
    expires: i64,
    bytes: Option<Bytes>,
}

/// Why an address takes no bytes, or not these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoUpload {
    /// No such address, or not any more.
    Gone,
    /// The bytes are more or fewer than was said.
    WrongLength,
}

impl NoUpload {
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::Gone => StatusCode::NOT_FOUND,
            Self::WrongLength => StatusCode::BAD_REQUEST,
        }
    }
}

impl State {
    /// A ticket for a file of this length: its id and its address.
    pub(crate) fn issue_upload(&mut self, name: &str, length: i64) -> Option<(String, String)> {
        let length = usize::try_from(length.min(MOST_BYTES + 1)).ok().filter(|length| *length as i64 <= MOST_BYTES)?;
        let file_id = self.fresh_id("F");
        let secret = self.random_text(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 40);
        let url = format!("{}/upload/v1/{secret}", self.base_url);
        let expires = self.clock.now_seconds() + LIVES_S;
        let ticket = Ticket { file_id: file_id.clone(), name: name.to_owned(), length, expires, bytes: None };
        self.uploads.0.insert(secret, ticket);
        Some((file_id, url))
    }

    /// Takes the bytes for a ticket.
    pub(crate) fn receive_upload(&mut self, secret: &str, bytes: Bytes) -> Result<(), NoUpload> {
        let now = self.clock.now_seconds();
        let ticket = self.uploads.0.get_mut(secret).filter(|ticket| now < ticket.expires && ticket.bytes.is_none());
        let ticket = ticket.ok_or(NoUpload::Gone)?;
        if bytes.len() != ticket.length {
            return Err(NoUpload::WrongLength);
        }
        ticket.bytes = Some(bytes);
        Ok(())
    }

    /// Whether the bytes of this file have come, and it was not shared yet.
    pub(crate) fn is_uploaded(&self, file_id: &str) -> bool {
        self.uploads.0.values().any(|ticket| ticket.file_id == file_id && ticket.bytes.is_some())
    }

    /// Makes an uploaded file of the bot's; its ticket is used up. Slack's file object.
    pub(crate) fn complete_upload(&mut self, file_id: &str, title: Option<&str>, channel: &str) -> Option<Value> {
        let secret = self.uploads.0.iter().find(|(_, ticket)| ticket.file_id == file_id && ticket.bytes.is_some())?;
        let secret = secret.0.clone();
        let Ticket { name, bytes, .. } = self.uploads.0.remove(&secret)?;
        let bot = self.app.bot_user_id.clone();
        Some(self.keep_file(file_id, &bot, channel, &name, title, bytes?))
    }
}
