//! Slack's JSON as it comes. What a kind of installation or an old client leaves out is optional.

use super::{
    ActionTaken, BlockActions, BlockSuggestion, ClickedView, Container, Malformed, SlackUser, ViewSubmission,
    ViewValues,
};
use serde::Deserialize;
use serde_json::Value;
use std::collections::HashMap;

/// Just enough to tell what a payload is.
#[derive(Deserialize)]
pub(super) struct PayloadKind {
    #[serde(rename = "type")]
    pub(super) kind: String,
}

/// An interaction payload of any kind that we handle.
#[derive(Deserialize)]
pub(super) struct Payload {
    user: WireUser,
    trigger_id: Option<String>,
    container: Option<WireContainer>,
    channel: Option<HasId>,
    message: Option<WireMessage>,
    view: Option<WireView>,
    actions: Option<Vec<WireAction>>,
    action_id: Option<String>,
    block_id: Option<String>,
    value: Option<String>,
    state: Option<WireState>,
}

#[derive(Deserialize)]
struct WireUser {
    id: String,
    team_id: Option<String>,
}

#[derive(Deserialize)]
struct HasId {
    id: String,
}

#[derive(Deserialize)]
struct WireMessage {
    ts: Option<String>,
    thread_ts: Option<String>,
}

#[derive(Deserialize, Default)]
struct WireContainer {
    channel_id: Option<String>,
    message_ts: Option<String>,
    thread_ts: Option<String>,
    view_id: Option<String>,
    is_ephemeral: Option<bool>,
}

#[derive(Deserialize)]
struct WireView {
    id: String,
    callback_id: Option<String>,
    private_metadata: Option<String>,
    state: Option<WireState>,
}

#[derive(Deserialize)]
struct WireState {
    #[serde(default)]
    values: HashMap<String, HashMap<String, Value>>,
}

#[derive(Deserialize)]
struct WireAction {
    action_id: String,
    block_id: String,
    action_ts: String,
    value: Option<String>,
    selected_option: Option<HasValue>,
    selected_user: Option<String>,
    selected_conversation: Option<String>,
    selected_channel: Option<String>,
    selected_date: Option<String>,
    selected_time: Option<String>,
}

#[derive(Deserialize)]
struct HasValue {
    value: String,
}

impl WireAction {
    fn into_action(self) -> ActionTaken {
        ActionTaken {
            value: self
                .value
                .or(self.selected_option.map(|option| option.value))
                .or(self.selected_user)
                .or(self.selected_conversation)
                .or(self.selected_channel)
                .or(self.selected_date)
                .or(self.selected_time),
            action_id: self.action_id,
            block_id: self.block_id,
            action_ts: self.action_ts,
        }
    }
}

impl WireUser {
    fn into_user(self) -> SlackUser {
        SlackUser { id: self.id, team_id: self.team_id }
    }
}

fn missing(kind: &str, field: &str) -> Malformed {
    Malformed(format!("{kind} without {field}"))
}

impl Payload {
    /// The container, completed by what the payload says of channel, message and view beside it.
    fn container(&mut self) -> Container {
        let wire = self.container.take().unwrap_or_default();
        let (ts, thread_ts) = self.message.take().map_or((None, None), |m| (m.ts, m.thread_ts));
        let message_ts = wire.message_ts.or(ts);
        // The message that a thread hangs on names itself; it stands in the channel.
        let thread_ts = wire.thread_ts.or(thread_ts).filter(|thread_ts| message_ts.as_ref() != Some(thread_ts));
        Container {
            channel: wire.channel_id.or(self.channel.take().map(|channel| channel.id)),
            message_ts,
            thread_ts,
            view_id: wire.view_id.or(self.view.take().map(|view| view.id)),
            ephemeral: wire.is_ephemeral.unwrap_or(false),
        }
    }

    pub(super) fn into_block_actions(mut self) -> Result<BlockActions, Malformed> {
        let actions = self.actions.take().ok_or_else(|| missing("block_actions", "actions"))?;
        let values = self.state.take().map(|state| state.values).unwrap_or_default();
        let view = self.view.as_ref().map(|view| ClickedView {
            id: view.id.clone(),
            callback_id: view.callback_id.clone().unwrap_or_default(),
            private_metadata: view.private_metadata.clone().unwrap_or_default(),
        });
        Ok(BlockActions {
            view,
            values: ViewValues(values),
            container: self.container(),
            user: self.user.into_user(),
            trigger_id: self.trigger_id,
            actions: actions.into_iter().map(WireAction::into_action).collect(),
        })
    }

    pub(super) fn into_view_submission(self) -> Result<ViewSubmission, Malformed> {
        let view = self.view.ok_or_else(|| missing("view_submission", "view"))?;
        Ok(ViewSubmission {
            user: self.user.into_user(),
            view_id: view.id,
            callback_id: view.callback_id.unwrap_or_default(),
            private_metadata: view.private_metadata.unwrap_or_default(),
            values: ViewValues(view.state.map(|state| state.values).unwrap_or_default()),
        })
    }

    pub(super) fn into_block_suggestion(mut self) -> Result<BlockSuggestion, Malformed> {
        let Container { channel, message_ts, .. } = self.container();
        Ok(BlockSuggestion {
            user: self.user.into_user(),
            action_id: self.action_id.ok_or_else(|| missing("block_suggestion", "action_id"))?,
            block_id: self.block_id.ok_or_else(|| missing("block_suggestion", "block_id"))?,
            typed: self.value.unwrap_or_default(),
            channel,
            message_ts,
        })
    }
}

/// A callback of the Events API.
#[derive(Deserialize)]
pub(super) struct Callback {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) challenge: Option<String>,
    pub(super) event_id: Option<String>,
    pub(super) event: Option<Value>,
    pub(super) team_id: Option<String>,
    pub(super) enterprise_id: Option<String>,
    api_app_id: Option<String>,
    #[serde(default)]
    authorizations: Option<Vec<WireAuthorization>>,
}

/// For which installation an event comes.
#[derive(Deserialize)]
struct WireAuthorization {
    user_id: Option<String>,
    is_bot: Option<bool>,
}

/// Who we are, as a callback says.
#[derive(Debug, Default)]
pub(super) struct Ours {
    pub(super) app: Option<String>,
    pub(super) bot_user: Option<String>,
}

impl Callback {
    pub(super) fn ours(&mut self) -> Ours {
        let bot = self.authorizations.take().into_iter().flatten().find(|a| a.is_bot == Some(true));
        Ours { app: self.api_app_id.take(), bot_user: bot.and_then(|bot| bot.user_id) }
    }
}
