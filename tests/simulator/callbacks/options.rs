//! An external select asks the app for options: `block_suggestion`.
//! <https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload>

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::actions::Place;
use super::{Callback, CallbackKind, Effect};
use crate::blocks::controls;
use crate::refusal::Refusal;
use crate::state::State;

/// Slack asks once this many characters are typed, unless the menu says otherwise.
/// <https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element#external_select>
const MIN_QUERY_LENGTH: u64 = 3;

/// A person types into an external select.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OptionsQuery {
    pub user: String,
    pub channel: String,
    pub message_ts: String,
    /// Instead of channel and message.
    pub view_id: Option<String>,
    pub action_id: String,
    pub block_id: Option<String>,
    /// What is typed so far.
    pub value: String,
}

impl State {
    /// The `block_suggestion` callback. Refused while fewer characters are typed than the menu wants.
    pub(crate) fn prepare_options(&mut self, query: &OptionsQuery) -> Result<Callback, Refusal> {
        let place = self.place(&query.user, &query.channel, &query.message_ts, query.view_id.as_deref())?;
        let blocks = self.blocks_at(&place);
        let control =
            controls::find(&blocks, &query.action_id, query.block_id.as_deref()).map_err(Refusal::unprocessable)?;
        if !control.kind().ends_with("external_select") {
            return Err(Refusal::unprocessable(format!("{} is no external select", query.action_id)));
        }
        let needed = control.element.get("min_query_length").and_then(Value::as_u64).unwrap_or(MIN_QUERY_LENGTH);
        if (query.value.chars().count() as u64) < needed {
            return Err(Refusal::unprocessable(format!("Slack asks for options from {needed} characters on")));
        }
        let mut payload = self.envelope("block_suggestion", &query.user);
        match &place {
            Place::Message { channel, ts } => self.put_message(&mut payload, channel, ts),
            Place::Ephemeral { channel, ts, user } => self.put_ephemeral(&mut payload, channel, ts, user),
            Place::View(id) => self.put_view(&mut payload, id),
        }
        payload.insert("action_id".into(), json!(control.action_id));
        payload.insert("block_id".into(), json!(control.block_id));
        payload.insert("value".into(), json!(query.value));
        let effect =
            Effect::Offer { container: place.key(), action_id: control.action_id.to_owned(), user: query.user.clone() };
        Ok(self.callback(CallbackKind::BlockSuggestion, Value::Object(payload), effect))
    }
}
