//! Slack's requests to us: wire shapes inside, plain structs out.
//!
//! Parse only what [`signature::verify`](crate::signature::verify) has accepted. Workspace and org-wide (Enterprise
//! Grid) shapes both parse: what only one of them has is optional here. Kinds that we do not handle are no errors, so
//! that Slack gets its 200 (<https://docs.slack.dev/interactivity/handling-user-interaction>).

mod form;
mod happening;
mod home;
mod message;
mod sender;
mod wire;

pub use happening::happening;
pub use home::home_opened;
pub use message::{Happened, MessageEvent, ThreadMessage};
pub use sender::sender;

use serde_json::Value;
use std::collections::HashMap;
use wire::{Payload, PayloadKind};

/// A request that is not what Slack sends. It says where, never what stood there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("malformed request from Slack: {0}")]
pub struct Malformed(String);

impl Malformed {
    fn json(what: &str, error: &serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        Self(format!("{what} is not as documented ({:?}, line {line}, column {column})", error.classify()))
    }
}

/// Who did something in Slack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlackUser {
    /// `U…` or `W…`.
    pub id: String,
    /// The user's workspace, or on Enterprise sometimes the organisation (`E…`).
    pub team_id: Option<String>,
}

/// What somebody did with our messages and modals.
#[derive(Debug, Clone, PartialEq)]
pub enum Interaction {
    BlockActions(BlockActions),
    ViewSubmission(ViewSubmission),
    ViewClosed,
    BlockSuggestion(BlockSuggestion),
    /// A kind we do not handle.
    Other {
        kind: String,
    },
}

/// Somebody used controls
/// (<https://docs.slack.dev/reference/interaction-payloads/block_actions-payload>).
#[derive(Debug, Clone, PartialEq)]
pub struct BlockActions {
    pub user: SlackUser,
    /// Opens a modal, once, within 3 s.
    pub trigger_id: Option<String>,
    pub container: Container,
    pub actions: Vec<ActionTaken>,
    /// What the inputs beside the controls hold.
    pub values: ViewValues,
    /// Set if the controls are in a view.
    pub view: Option<ClickedView>,
}

/// A view whose controls were used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClickedView {
    pub id: String,
    pub callback_id: String,
    pub private_metadata: String,
}

/// Where the controls are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Container {
    pub channel: Option<String>,
    pub message_ts: Option<String>,
    /// Set if the message is a reply in a thread; the message that has the thread is not.
    pub thread_ts: Option<String>,
    /// Set if the controls are in a view.
    pub view_id: Option<String>,
    /// Whether only this user sees the message.
    pub ephemeral: bool,
}

/// One use of a control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionTaken {
    pub action_id: String,
    pub block_id: String,
    /// When, by Slack's clock: the same click always has the same.
    pub action_ts: String,
    /// The button's value, or what was selected or typed; `None` if a selection was taken back, or a control has none.
    pub value: Option<String>,
}

/// Somebody submitted a modal
/// (<https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload>).
#[derive(Debug, Clone, PartialEq)]
pub struct ViewSubmission {
    pub user: SlackUser,
    pub view_id: String,
    pub callback_id: String,
    pub private_metadata: String,
    pub values: ViewValues,
}

/// What the inputs of a modal or a message hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ViewValues(HashMap<String, HashMap<String, Value>>);

impl ViewValues {
    /// The text of an input; `None` if it is empty, blank or not there.
    pub fn text(&self, block_id: &str, action_id: &str) -> Option<&str> {
        let text = self.0.get(block_id)?.get(action_id)?.get("value")?.as_str()?;
        (!text.trim().is_empty()).then_some(text)
    }

    /// The user that was chosen in a `users_select`.
    pub fn user(&self, block_id: &str, action_id: &str) -> Option<&str> {
        self.0.get(block_id)?.get(action_id)?.get("selected_user")?.as_str()
    }

    /// Whether `value` is checked among checkboxes.
    pub fn checked(&self, block_id: &str, action_id: &str, value: &str) -> bool {
        let input = self.0.get(block_id).and_then(|block| block.get(action_id));
        let chosen = input.and_then(|input| input.get("selected_options")).and_then(Value::as_array);
        chosen.is_some_and(|chosen| chosen.iter().any(|option| option["value"] == value))
    }
}

/// Somebody types in an `external_select`; the answer is the options to show
/// (<https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload>).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockSuggestion {
    pub user: SlackUser,
    pub action_id: String,
    pub block_id: String,
    pub typed: String,
    pub channel: Option<String>,
    pub message_ts: Option<String>,
}

/// Parses the body of `POST /slack/interactions` or `/slack/options`: a form with the one field `payload`.
///
/// # Errors
/// [`Malformed`] if the form has no `payload` or two, is badly encoded, or the payload is not as documented.
pub fn interaction(form_body: &[u8]) -> Result<Interaction, Malformed> {
    let payload = form::only_field(form_body, "payload")?;
    let kind: PayloadKind = serde_json::from_str(&payload).map_err(|e| Malformed::json("the payload", &e))?;
    let parse = || -> Result<Payload, Malformed> {
        serde_json::from_str(&payload).map_err(|e| Malformed::json(&format!("the {} payload", kind.kind), &e))
    };
    match kind.kind.as_str() {
        "block_actions" => parse()?.into_block_actions().map(Interaction::BlockActions),
        "view_submission" => parse()?.into_view_submission().map(Interaction::ViewSubmission),
        "view_closed" => Ok(Interaction::ViewClosed),
        "block_suggestion" => parse()?.into_block_suggestion().map(Interaction::BlockSuggestion),
        _ => Ok(Interaction::Other { kind: kind.kind }),
    }
}

/// What comes to `POST /slack/events`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Callback {
    /// Slack checks that the URL is ours: the answer is the challenge
    /// (<https://docs.slack.dev/reference/events/url_verification>).
    UrlVerification {
        challenge: String,
    },
    Event(Box<EventCallback>),
    /// A kind we do not handle.
    Other {
        kind: String,
    },
}

/// Something happened in a workspace (<https://docs.slack.dev/apis/events-api/#callback-field>).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventCallback {
    /// Unique: a repeated delivery has the same.
    pub event_id: String,
    /// `message`, `app_uninstalled`, ...
    pub event_type: String,
    /// Absent where an event concerns a whole organisation.
    pub team_id: Option<String>,
    pub enterprise_id: Option<String>,
    /// Set if it is about a message.
    pub message: Option<MessageEvent>,
}

/// Parses the body of `POST /slack/events`.
///
/// # Errors
/// [`Malformed`] if it is not JSON, or not as documented.
pub fn callback(json_body: &[u8]) -> Result<Callback, Malformed> {
    let mut body: wire::Callback =
        serde_json::from_slice(json_body).map_err(|e| Malformed::json("the callback", &e))?;
    let ours = body.ours();
    match (body.kind.as_str(), body.challenge, body.event_id, body.event) {
        ("url_verification", Some(challenge), _, _) => Ok(Callback::UrlVerification { challenge }),
        ("url_verification", None, _, _) => Err(Malformed("url_verification without a challenge".into())),
        ("event_callback", _, Some(event_id), Some(event)) => {
            let event_type = event["type"].as_str().ok_or_else(|| Malformed("event without type".into()))?.to_owned();
            let message = if event_type == "message" { Some(message::parse(event, &ours)?) } else { None };
            let (team_id, enterprise_id) = (body.team_id, body.enterprise_id);
            Ok(Callback::Event(Box::new(EventCallback { event_id, event_type, team_id, enterprise_id, message })))
        }
        ("event_callback", ..) => Err(Malformed("event_callback without event or event_id".into())),
        _ => Ok(Callback::Other { kind: body.kind }),
    }
}
