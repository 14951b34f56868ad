//! A person uses a control of a message, a modal or their App Home: `block_actions`.
//! <https://docs.slack.dev/reference/interaction-payloads/block_actions-payload>

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Callback, CallbackKind, Effect};
use crate::blocks::controls::{self, Control, Untouched};
use crate::choices;
use crate::message::Message;
use crate::refusal::Refusal;
use crate::state::State;
use crate::timeline::container_key;
use crate::web_api::answer::Answer;

/// A click, or a choice from a menu.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Act {
    pub user: String,
    /// With `message_ts`: a control of a message, or of an ephemeral message that this user sees.
    pub channel: String,
    pub message_ts: String,
    /// Instead of those: a control of a view.
    pub view_id: Option<String>,
    pub action_id: String,
    /// Needed only where several blocks have a control with that action id.
    pub block_id: Option<String>,
    /// The chosen option's value, a user or channel id, a date, or the text typed; a list for multi-selects;
    /// nothing for buttons.
    pub value: Option<Value>,
    /// An external select takes any value, not only one that was offered.
    pub unchecked: bool,
}

/// Something typed or chosen in an input of a message that does not call the app by itself.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Fill {
    pub user: String,
    pub channel: String,
    pub message_ts: String,
    pub action_id: String,
    pub block_id: Option<String>,
    pub value: Option<Value>,
}

/// Where a control stands.
pub(crate) enum Place {
    Message {
        channel: String,
        ts: String,
    },
    /// A message that only this user sees.
    Ephemeral {
        channel: String,
        ts: String,
        user: String,
    },
    View(String),
}

impl Place {
    /// How options and inputs of this place are filed.
    pub(crate) fn key(&self) -> String {
        match self {
            Self::Message { channel, ts } | Self::Ephemeral { channel, ts, .. } => container_key(channel, ts),
            Self::View(id) => id.clone(),
        }
    }
}

impl State {
    /// The `block_actions` callback for this act. Refused if the person could not do it.
    pub(crate) fn prepare_act(&mut self, act: &Act) -> Result<Callback, Refusal> {
        let place = self.place(&act.user, &act.channel, &act.message_ts, act.view_id.as_deref())?;
        let blocks = self.blocks_at(&place);
        let control =
            controls::find(&blocks, &act.action_id, act.block_id.as_deref()).map_err(Refusal::unprocessable)?;
        if control.silent {
            return Err(Refusal::unprocessable(format!(
                "{} only takes effect on submission: fill it in",
                act.action_id
            )));
        }
        let offered = self.offered(&place, control.action_id, &act.user);
        let offered = if act.unchecked { None } else { Some(offered.as_slice()) };
        let chosen = choices::choose(self, control, act.value.as_ref(), offered).map_err(Refusal::unprocessable)?;
        if control.is_stateful() {
            self.put_state(&place, &act.user, control, chosen.clone());
        }
        let action = self.action_json(control, chosen);

        let mut payload = self.envelope("block_actions", &act.user);
        let trigger = self.issue_trigger(&act.user);
        payload.insert("trigger_id".into(), json!(trigger));
        match &place {
            Place::Message { channel, ts } => {
                self.put_message(&mut payload, channel, ts);
                self.put_attachment(&mut payload, channel, ts, control.block_id);
                self.put_answering(&mut payload, channel, ts, &act.user, &blocks);
            }
            Place::Ephemeral { channel, ts, user } => {
                self.put_ephemeral(&mut payload, channel, ts, user);
                self.put_answering(&mut payload, channel, ts, user, &blocks);
            }
            Place::View(id) => self.put_view(&mut payload, id),
        }
        payload.insert("actions".into(), json!([action]));
        Ok(self.callback(CallbackKind::BlockActions, Value::Object(payload), Effect::None))
    }

    /// Remembers what a person put into an input of a message.
    pub(crate) fn fill(&mut self, fill: &Fill) -> Result<(), Refusal> {
        let place = self.place(&fill.user, &fill.channel, &fill.message_ts, None)?;
        let blocks = self.blocks_at(&place);
        let control =
            controls::find(&blocks, &fill.action_id, fill.block_id.as_deref()).map_err(Refusal::unprocessable)?;
        if !control.is_stateful() {
            return Err(Refusal::unprocessable(format!("{} holds no value", fill.action_id)));
        }
        let offered = self.offered(&place, control.action_id, &fill.user);
        let chosen =
            choices::choose(self, control, fill.value.as_ref(), Some(&offered)).map_err(Refusal::unprocessable)?;
        self.put_state(&place, &fill.user, control, chosen);
        Ok(())
    }

    /// The message or view that a person means, if they can see it.
    pub(crate) fn place(&self, user: &str, channel: &str, ts: &str, view: Option<&str>) -> Result<Place, Refusal> {
        let found = self.users.get(user).ok_or(Refusal::not_found(format!("no user {user:?}")))?;
        if found.deleted {
            return Err(Refusal::unprocessable(format!("{user} is deactivated")));
        }
        if let Some(id) = view {
            let shown = self.views.get(id).ok_or(Refusal::not_found(format!("no view {id:?}")))?;
            if shown.user != user {
                return Err(Refusal::unprocessable(format!("view {id} is not open for {user}")));
            }
            return Ok(Place::View(id.to_owned()));
        }
        let room = self.rooms.get(channel).ok_or(Refusal::not_found(format!("no channel {channel:?}")))?;
        if !room.has_member(user) {
            return Err(Refusal::unprocessable(format!("{user} is not a member of {channel}")));
        }
        if self.ephemeral(user, channel, ts).is_some() {
            return Ok(Place::Ephemeral { channel: channel.to_owned(), ts: ts.to_owned(), user: user.to_owned() });
        }
        if self.message(channel, ts).is_none() {
            return Err(Refusal::not_found(format!("{channel} has no message {ts:?}")));
        }
        Ok(Place::Message { channel: channel.to_owned(), ts: ts.to_owned() })
    }

    pub(crate) fn blocks_at(&self, place: &Place) -> Vec<Value> {
        match place {
            Place::Message { channel, ts } => self.message(channel, ts).map(Message::all_blocks).unwrap_or_default(),
            Place::Ephemeral { channel, ts, user } => {
                self.ephemeral(user, channel, ts).map(|e| e.blocks.clone()).unwrap_or_default()
            }
            Place::View(id) => self
                .views
                .get(id)
                .and_then(|v| v.object.get("blocks"))
                .and_then(Value::as_array)
                .cloned()
                .unwrap_or_default(),
        }
    }

    /// Container, channel and message of a payload about a message.
    pub(crate) fn put_message(&self, payload: &mut Answer, channel: &str, ts: &str) {
        let mut container = json!({"type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": false});
        if let Some(message) = self.message(channel, ts) {
            if let Some(thread_ts) = &message.thread_ts {
                container["thread_ts"] = json!(thread_ts);
            }
            payload.insert("message".into(), self.message_json(channel, message, true));
        }
        payload.insert("container".into(), container);
        payload.insert("channel".into(), self.channel_ref(channel));
    }

    /// Container and channel of a payload about a message that only one person sees. Slack does not keep it, and so
    /// does not send it. <https://docs.slack.dev/reference/interaction-payloads/block_actions-payload>
    pub(crate) fn put_ephemeral(&self, payload: &mut Answer, channel: &str, ts: &str, user: &str) {
        let mut container = json!({"type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": true});
        if let Some(thread_ts) = self.ephemeral(user, channel, ts).and_then(|e| e.thread_ts.as_ref()) {
            container["thread_ts"] = json!(thread_ts);
        }
        payload.insert("container".into(), container);
        payload.insert("channel".into(), self.channel_ref(channel));
    }

    /// What was filled in beside the control, and where the app can answer.
    fn put_answering(&mut self, payload: &mut Answer, channel: &str, ts: &str, user: &str, blocks: &[Value]) {
        payload.insert("state".into(), json!({"values": self.message_state(channel, ts, user, blocks)}));
        let url = self.issue_response_url(channel, ts, user);
        payload.insert("response_url".into(), json!(url));
    }

    /// Container and view of a payload about a view.
    pub(crate) fn put_view(&self, payload: &mut Answer, id: &str) {
        payload.insert("container".into(), json!({"type": "view", "view_id": id}));
        payload.insert("view".into(), json!(self.views.get(id).map(|v| &v.object)));
    }

    /// Marks the container of a control that stands in an attachment.
    fn put_attachment(&self, payload: &mut Answer, channel: &str, ts: &str, block_id: &str) {
        let holds = |attachment: &&Value| {
            let blocks = attachment.get("blocks").and_then(Value::as_array).into_iter().flatten();
            blocks.into_iter().any(|b| b.get("block_id").and_then(Value::as_str) == Some(block_id))
        };
        let Some(attachment) = self.message(channel, ts).and_then(|m| m.attachments.iter().find(holds)) else { return };
        if let Some(container) = payload.get_mut("container") {
            container["type"] = json!("message_attachment");
            container["attachment_id"] = attachment["id"].clone();
            container["is_app_unfurl"] = json!(false);
        }
    }

    fn offered(&self, place: &Place, action_id: &str, user: &str) -> Vec<Value> {
        let key = (place.key(), action_id.to_owned(), user.to_owned());
        self.offered_options.get(&key).cloned().unwrap_or_default()
    }

    fn put_state(&mut self, place: &Place, user: &str, control: Control<'_>, chosen: Value) {
        let value = control.state_of(chosen);
        match place {
            Place::Message { channel, ts } | Place::Ephemeral { channel, ts, .. } => {
                let inputs = self.inputs.entry((channel.clone(), ts.clone(), user.to_owned())).or_default();
                inputs.insert((control.block_id.to_owned(), control.action_id.to_owned()), value);
            }
            Place::View(id) => {
                if let Some(state) = self.views.get_mut(id).and_then(|v| v.object.get_mut("state")) {
                    if state["values"].get(control.block_id).is_none() {
                        state["values"][control.block_id] = json!({});
                    }
                    state["values"][control.block_id][control.action_id] = value;
                }
            }
        }
    }

    /// `state.values` of a message as this person sees it.
    fn message_state(&self, channel: &str, ts: &str, user: &str, blocks: &[Value]) -> Value {
        let mut values = json!({});
        for ((block_id, action_id), value) in
            self.inputs.get(&(channel.to_owned(), ts.to_owned(), user.to_owned())).into_iter().flatten()
        {
            if values.get(block_id).is_none() {
                values[block_id] = json!({});
            }
            values[block_id][action_id] = value.clone();
        }
        controls::kept_state(blocks, &json!({"values": values}), Untouched::Show)
    }

    fn action_json(&mut self, control: Control<'_>, chosen: Value) -> Value {
        let mut action = json!({
            "type": control.kind(),
            "action_id": control.action_id,
            "block_id": control.block_id,
            "action_ts": crate::state::format_ts(self.clock.now_micros()),
        });
        let key = control.value_key();
        if control.kind() != "button" || !chosen.is_null() {
            action[key] = chosen;
        }
        let echoed = ["text", "style", "url", "confirm", "placeholder", "accessibility_label"];
        if let Some(element) = control.element.as_object() {
            for (name, value) in element {
                if echoed.contains(&name.as_str()) || name.starts_with("initial_") {
                    action[name] = value.clone();
                }
            }
        }
        action
    }
}
