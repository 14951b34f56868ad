//! Looks for a message of ours by its metadata, after the answer to its post was lost, or to see what it is.

use super::methods::{Cursor, next};
use super::{Api, Error};
use crate::message::{ACTIVITY_EVENT, BOOMERANG_EVENT, DELIVERY_EVENT, NOTICE_EVENT, REMINDER_EVENT};
use crate::refusal::{Verdict, verdict};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;

/// Messages of a page, and pages that are read. Whoever looks does so soon after the post, so more than this cannot
/// be read in good time, nor can that many have come.
const PAGE: &str = "200";
const MAX_PAGES: usize = 10;

/// How much earlier to start: Slack's clock and ours may differ.
const CLOCK_MARGIN: SignedDuration = SignedDuration::from_secs(60);

/// Whether a message is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// It is, with this `ts`.
    At(String),
    /// It is not.
    Absent,
    /// Slack does not show enough to tell; the reason is for people.
    CannotTell(String),
}

#[derive(Deserialize)]
struct Page {
    messages: Vec<WireMessage>,
    #[serde(default)]
    has_more: bool,
    response_metadata: Option<Cursor>,
}

#[derive(Deserialize)]
struct WireMessage {
    ts: String,
    bot_id: Option<String>,
    metadata: Option<WireMetadata>,
    #[serde(default)]
    files: Option<Vec<WireFile>>,
}

#[derive(Deserialize)]
struct WireFile {
    id: Option<String>,
}

#[derive(Deserialize)]
struct WireMetadata {
    event_type: Option<String>,
    event_payload: Option<Value>,
}

impl WireMessage {
    fn is_of_boomerang(&self, event_type: &str, boomerang: &str) -> bool {
        let Some(metadata) = &self.metadata else { return false };
        let named =
            metadata.event_payload.as_ref().and_then(|payload| payload.get("boomerang")).and_then(Value::as_str);
        metadata.event_type.as_deref() == Some(event_type) && named == Some(boomerang)
    }

    fn is(&self, event_type: &str, delivery_id: &str, seq: Option<u64>) -> bool {
        let Some(metadata) = &self.metadata else { return false };
        let Some(payload) = &metadata.event_payload else { return false };
        metadata.event_type.as_deref() == Some(event_type)
            && payload.get("delivery").and_then(Value::as_str) == Some(delivery_id)
            && seq.is_none_or(|seq| payload.get("seq").and_then(Value::as_u64) == Some(seq))
    }
}

impl Api<'_> {
    /// `conversations.history`: the message of the delivery `delivery_id` in `channel`, posted at `oldest` or later.
    ///
    /// # Errors
    /// What may pass: the caller tries again. What will not pass is [`Found::CannotTell`].
    pub async fn find_in_channel(&self, channel: &str, oldest: Timestamp, delivery_id: &str) -> Result<Found, Error> {
        let arguments = [("channel", channel)];
        let is = |message: &WireMessage| message.is(DELIVERY_EVENT, delivery_id, None);
        self.find("conversations.history", &arguments, oldest, is).await
    }

    /// `conversations.replies`: the reply for activity `seq` of the delivery `delivery_id` in the thread of
    /// `thread_ts`, posted at `oldest` or later. In a thread that is gone it is absent.
    ///
    /// # Errors
    /// What may pass: the caller tries again. What will not pass is [`Found::CannotTell`].
    pub async fn find_in_thread(
        &self,
        channel: &str,
        thread_ts: &str,
        oldest: Timestamp,
        delivery_id: &str,
        seq: u64,
    ) -> Result<Found, Error> {
        let arguments = [("channel", channel), ("ts", thread_ts)];
        let is = |message: &WireMessage| message.is(ACTIVITY_EVENT, delivery_id, Some(seq));
        match self.find("conversations.replies", &arguments, oldest, is).await {
            Err(Error::Refused { code, .. }) if code == "thread_not_found" => Ok(Found::Absent),
            found => found,
        }
    }

    /// `conversations.replies`: the message that holds the file `file_id` in the thread of `thread_ts`, posted at `oldest`
    /// or later. In a thread that is gone it is absent.
    ///
    /// # Errors
    /// What may pass: the caller tries again. What will not pass is [`Found::CannotTell`].
    pub async fn find_file(
        &self,
        channel: &str,
        thread_ts: &str,
        oldest: Timestamp,
        file_id: &str,
    ) -> Result<Found, Error> {
        let holds =
            |message: &WireMessage| message.files.iter().flatten().any(|file| file.id.as_deref() == Some(file_id));
        match self.pages("conversations.replies", &[("channel", channel), ("ts", thread_ts)], oldest, holds).await {
            Err(Error::Refused { code, .. }) if code == "thread_not_found" => Ok(Found::Absent),
            found => found,
        }
    }

    /// `conversations.history`: the message that answers the event `event_id`, posted in `channel` at `oldest` or later.
    ///
    /// # Errors
    /// What may pass: the caller tries again. What will not pass is [`Found::CannotTell`].
    pub async fn find_notice(&self, channel: &str, oldest: Timestamp, event_id: &str) -> Result<Found, Error> {
        let is = |message: &WireMessage| {
            let metadata = message.metadata.as_ref().filter(|m| m.event_type.as_deref() == Some(NOTICE_EVENT));
            let payload = metadata.and_then(|metadata| metadata.event_payload.as_ref());
            payload.and_then(|payload| payload.get("event")).and_then(Value::as_str) == Some(event_id)
        };
        self.find("conversations.history", &[("channel", channel)], oldest, is).await
    }

    /// `conversations.history` of a direct conversation: the message of the boomerang with this id, posted at `oldest`
    /// or later.
    ///
    /// # Errors
    /// What may pass: the caller tries again. What will not pass is [`Found::CannotTell`].
    pub async fn find_boomerang(&self, conversation: &str, oldest: Timestamp, boomerang: &str) -> Result<Found, Error> {
        let is = |message: &WireMessage| message.is_of_boomerang(BOOMERANG_EVENT, boomerang);
        self.find("conversations.history", &[("channel", conversation)], oldest, is).await
    }

    /// `conversations.replies`: the reminder in the thread of the direct message `ts`, posted at `oldest` or later.
    ///
    /// # Errors
    /// What may pass: the caller tries again. What will not pass is [`Found::CannotTell`].
    pub async fn find_reminder(
        &self,
        conversation: &str,
        ts: &str,
        oldest: Timestamp,
        boomerang: &str,
    ) -> Result<Found, Error> {
        let is = |message: &WireMessage| message.is_of_boomerang(REMINDER_EVENT, boomerang);
        match self.find("conversations.replies", &[("channel", conversation), ("ts", ts)], oldest, is).await {
            Err(Error::Refused { code, .. }) if code == "thread_not_found" => Ok(Found::Absent),
            found => found,
        }
    }

    /// `conversations.replies`: the id of the delivery that the message `ts` in `channel` is, if it is one. What is not
    /// there, or not our bot's, or cannot be seen, is none.
    ///
    /// # Errors
    /// What may pass: the caller tries again.
    pub async fn delivery_of(&self, channel: &str, ts: &str) -> Result<Option<String>, Error> {
        let ask = [("channel", channel), ("ts", ts), ("limit", "1"), ("include_all_metadata", "true")];
        let page = match self.get::<Page>("conversations.replies", &ask).await {
            Ok(page) => page,
            Err(error) if is_for_good(&error) => return Ok(None),
            Err(error) => return Err(error),
        };
        // Everybody in the workspace can read and copy metadata: only what our own bot posted counts.
        let Some(our_bot) = self.auth_test().await?.bot_id else { return Ok(None) };
        let found =
            page.messages.into_iter().find(|message| message.ts == ts && message.bot_id.as_ref() == Some(&our_bot));
        let metadata = found.and_then(|message| message.metadata);
        let metadata = metadata.filter(|metadata| metadata.event_type.as_deref() == Some(DELIVERY_EVENT));
        Ok(metadata.and_then(|metadata| Some(metadata.event_payload?.get("delivery")?.as_str()?.to_owned())))
    }

    async fn find(
        &self,
        method: &'static str,
        place: &[(&str, &str)],
        oldest: Timestamp,
        is: impl Fn(&WireMessage) -> bool,
    ) -> Result<Found, Error> {
        // Everybody in the workspace can read and copy metadata: only what our own bot posted counts.
        let Some(our_bot) = self.auth_test().await?.bot_id else {
            return Ok(Found::CannotTell("Slack does not say who the bot is.".into()));
        };
        let ours = |message: &WireMessage| message.bot_id.as_ref() == Some(&our_bot) && is(message);
        self.pages(method, place, oldest, ours).await
    }

    /// Goes through the pages until `is` finds its message.
    async fn pages(
        &self,
        method: &'static str,
        place: &[(&str, &str)],
        oldest: Timestamp,
        is: impl Fn(&WireMessage) -> bool,
    ) -> Result<Found, Error> {
        let oldest = oldest.saturating_sub(CLOCK_MARGIN).unwrap_or(Timestamp::UNIX_EPOCH).as_second();
        let oldest = format!("{}.000000", oldest.max(0));
        let mut cursor = String::new();
        for _ in 0..MAX_PAGES {
            let mut arguments = place.to_vec();
            arguments.extend([
                ("oldest", oldest.as_str()),
                ("inclusive", "true"),
                ("include_all_metadata", "true"),
                ("limit", PAGE),
            ]);
            if !cursor.is_empty() {
                arguments.push(("cursor", &cursor));
            }
            let page: Page = match self.get(method, &arguments).await {
                Ok(page) => page,
                Err(error) => return cannot_tell(error),
            };
            if let Some(message) = page.messages.iter().find(|message| is(message)) {
                return Ok(Found::At(message.ts.clone()));
            }
            match next(page.response_metadata) {
                Some(next) => cursor = next,
                None if page.has_more => return Ok(Found::CannotTell("Slack does not show all messages.".into())),
                None => return Ok(Found::Absent),
            }
        }
        Ok(Found::CannotTell("Too many messages came in the meantime.".into()))
    }
}

/// Whether a refusal will not pass; a message that is gone stays so.
fn is_for_good(error: &Error) -> bool {
    let Error::Refused { method, code, .. } = error else { return false };
    match verdict(method, code) {
        Verdict::Dead { .. } | Verdict::Bug { .. } | Verdict::RepostOnce => true,
        Verdict::CutText | Verdict::BackOff => false,
    }
}

/// A refusal that will not pass means that the channel cannot tell; a passing one is the caller's to repeat.
fn cannot_tell(error: Error) -> Result<Found, Error> {
    let Error::Refused { method, code, .. } = &error else {
        return Err(error);
    };
    match verdict(method, code) {
        Verdict::Dead { what_to_do } | Verdict::Bug { what_to_do } => {
            Ok(Found::CannotTell(format!("Slack refuses to show the messages ({code}). {what_to_do}")))
        }
        Verdict::RepostOnce | Verdict::CutText | Verdict::BackOff => Err(error),
    }
}
