//! Requests from Slack to the app: what a person did, which options a menu shall show, what happened.
//!
//! A callback is first prepared and then either delivered over HTTP or handed by a test to the app's handler
//! itself, once, twice, late or never; `finish` then applies what Slack does with the answer.

pub(crate) mod actions;
mod answers;
mod delivery;
pub(crate) mod envelope;
pub(crate) mod events;
pub(crate) mod options;
pub(crate) mod signing;
pub(crate) mod submissions;

use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;

pub use self::actions::{Act, Fill};
pub use self::delivery::Delivered;
pub use self::options::OptionsQuery;
pub use self::signing::signature;
pub use self::submissions::Submission;
use crate::state::State;
use crate::wire::Direction;

/// One request to the app, ready to be sent.
#[derive(Clone, Debug)]
pub struct Callback {
    pub kind: CallbackKind,
    /// Where Slack sends it; `None` if the app has no such URL.
    pub url: Option<String>,
    /// Always `POST`.
    pub method: &'static str,
    pub headers: Vec<(String, String)>,
    /// The raw body that the signature covers.
    pub body: Bytes,
    /// Its entry in the wire log.
    pub wire_id: String,
    pub(crate) effect: Effect,
}

/// What kind of callback it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CallbackKind {
    BlockActions,
    BlockSuggestion,
    ViewSubmission,
    ViewClosed,
    Event,
    UrlVerification,
}

/// Which of the app's three URLs a callback goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathKind {
    Interactions,
    Options,
    Events,
}

/// What the answer is applied to.
#[derive(Clone, Debug)]
pub(crate) enum Effect {
    None,
    /// The options offered become choosable for this person.
    Offer {
        container: String,
        action_id: String,
        user: String,
    },
    /// The answer to a submission changes the view stack.
    View {
        view_id: String,
        user: String,
    },
}

/// What came of an answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Finished {
    /// The person sees an error: the status was not 200, the answer came late, or it was not valid.
    pub shown_error: bool,
    /// `errors`, `update`, `push` or `clear`, if the answer to a submission had one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_action: Option<String>,
    /// What is wrong with the answer's content.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<String>,
    /// The options offered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<Vec<Value>>,
}

impl CallbackKind {
    /// The URL it goes to.
    pub fn path_kind(self) -> PathKind {
        match self {
            Self::BlockActions | Self::ViewSubmission | Self::ViewClosed => PathKind::Interactions,
            Self::BlockSuggestion => PathKind::Options,
            Self::Event | Self::UrlVerification => PathKind::Events,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::BlockActions => "block_actions",
            Self::BlockSuggestion => "block_suggestion",
            Self::ViewSubmission => "view_submission",
            Self::ViewClosed => "view_closed",
            Self::Event => "event_callback",
            Self::UrlVerification => "url_verification",
        }
    }
}

impl Callback {
    /// A header's value; names compare without case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }

    /// The payload as JSON, out of the form where it stands in one.
    pub fn payload(&self) -> Value {
        let json = match self.kind.path_kind() {
            PathKind::Events => self.body.clone(),
            PathKind::Interactions | PathKind::Options => form_urlencoded::parse(&self.body)
                .find(|(name, _)| name == "payload")
                .map(|(_, value)| Bytes::from(value.into_owned()))
                .unwrap_or_default(),
        };
        serde_json::from_slice(&json).unwrap_or_default()
    }
}

impl State {
    /// Signs a payload, and enters it into the wire log.
    pub(crate) fn callback(&mut self, kind: CallbackKind, payload: Value, effect: Effect) -> Callback {
        let (body, content_type) = match kind.path_kind() {
            PathKind::Events => (payload.to_string(), "application/json"),
            PathKind::Interactions | PathKind::Options => {
                let form = form_urlencoded::Serializer::new(String::new())
                    .append_pair("payload", &payload.to_string())
                    .finish();
                (form, "application/x-www-form-urlencoded")
            }
        };
        let url = match kind.path_kind() {
            PathKind::Interactions => self.app.interactivity_url.clone(),
            PathKind::Options => self.app.options_url.clone(),
            PathKind::Events => self.app.events_url.clone(),
        };
        let mut callback = Callback {
            kind,
            url,
            method: "POST",
            headers: vec![
                ("Content-Type".into(), content_type.into()),
                ("User-Agent".into(), "Slackbot 1.0 (+https://api.slack.com/robots)".into()),
                ("Accept".into(), "application/json,*/*".into()),
            ],
            body: Bytes::from(body),
            wire_id: String::new(),
            effect,
        };
        self.sign(&mut callback);
        self.record(callback, payload)
    }

    /// The same body once more, with the headers it had or freshly signed.
    pub(crate) fn replay(&mut self, wire_id: &str, fresh_signature: bool) -> Option<Callback> {
        let mut callback = self.wire.callback(wire_id)?.clone();
        if fresh_signature {
            self.sign(&mut callback);
        }
        let payload = callback.payload();
        Some(self.record(callback, payload))
    }

    pub(crate) fn sign(&self, callback: &mut Callback) {
        let timestamp = self.clock.now_seconds().to_string();
        let signature = signature(&self.app.signing_secret, &timestamp, &callback.body);
        callback
            .headers
            .retain(|(name, _)| !name.starts_with("X-Slack-Signature") && !name.starts_with("X-Slack-Request"));
        callback.headers.push(("X-Slack-Request-Timestamp".into(), timestamp));
        callback.headers.push(("X-Slack-Signature".into(), signature));
    }

    fn record(&mut self, mut callback: Callback, payload: Value) -> Callback {
        let at = crate::state::format_ts(self.clock.now_micros());
        callback.wire_id = self.wire.begin(at, Direction::ToApp, callback.kind.name(), payload);
        if let Some(entry) = self.wire.entry_mut(&callback.wire_id) {
            entry.callback = Some(callback.clone());
        }
        callback
    }
}
