//! A person submits or closes a modal: `view_submission` and `view_closed`.
//! <https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload>

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Callback, CallbackKind, Effect};
use crate::blocks::controls::{self, Untouched};
use crate::choices;
use crate::refusal::Refusal;
use crate::state::State;

/// What a person puts into a modal before they press its button.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Submission {
    pub user: String,
    /// By block id and action id: text, the value of an option, an id; null leaves the input empty. Inputs not
    /// mentioned keep what they have.
    pub values: BTreeMap<String, BTreeMap<String, Value>>,
}

impl State {
    /// The `view_submission` callback. Refused if Slack's client would not let the person submit.
    pub(crate) fn prepare_submit(&mut self, view_id: &str, submission: &Submission) -> Result<Callback, Refusal> {
        self.top_view(view_id, &submission.user)?;
        let Some(view) = self.views.get(view_id) else { return Err(Refusal::not_found("no such view")) };
        let object = view.object.clone();
        if object.get("submit").is_none_or(Value::is_null) {
            return Err(Refusal::unprocessable("the view has no submit button"));
        }
        let blocks = object.get("blocks").and_then(Value::as_array).cloned().unwrap_or_default();
        let state = object.get("state").cloned().unwrap_or_default();
        let mut values = controls::kept_state(&blocks, &state, Untouched::Show);
        for (block_id, actions) in &submission.values {
            for (action_id, given) in actions {
                let control = controls::find(&blocks, action_id, Some(block_id)).map_err(Refusal::unprocessable)?;
                let key = (view_id.to_owned(), action_id.clone(), submission.user.clone());
                let offered = self.offered_options.get(&key).cloned().unwrap_or_default();
                let chosen =
                    choices::choose(self, control, Some(given), Some(&offered)).map_err(Refusal::unprocessable)?;
                values[block_id][action_id] = control.state_of(chosen);
            }
        }
        for control in controls::controls(&blocks).into_iter().filter(|c| c.in_input && !c.optional) {
            let value = &values[control.block_id][control.action_id][control.value_key()];
            let empty = value.is_null() || value == "" || value.as_array().is_some_and(Vec::is_empty);
            if empty {
                return Err(Refusal::unprocessable(format!("{} must be filled in", control.block_id)));
            }
        }
        if let Some(view) = self.views.get_mut(view_id) {
            view.object.insert("state".into(), json!({"values": values}));
        }

        let mut payload = self.envelope("view_submission", &submission.user);
        let trigger = self.issue_trigger(&submission.user);
        payload.insert("trigger_id".into(), json!(trigger));
        payload.insert("view".into(), json!(self.views.get(view_id).map(|v| &v.object)));
        payload.insert("response_urls".into(), json!([]));
        let effect = Effect::View { view_id: view_id.to_owned(), user: submission.user.clone() };
        Ok(self.callback(CallbackKind::ViewSubmission, Value::Object(payload), effect))
    }

    /// Closes the top view, or with `clear` all of them. A callback follows only if the view asked for one.
    pub(crate) fn prepare_close(
        &mut self,
        view_id: &str,
        user: &str,
        clear: bool,
    ) -> Result<Option<Callback>, Refusal> {
        self.top_view(view_id, user)?;
        let Some(view) = self.views.get(view_id) else { return Err(Refusal::not_found("no such view")) };
        let object = view.object.clone();
        let clear = clear || object.get("clear_on_close") == Some(&json!(true));
        if clear {
            self.views.clear(user);
        } else {
            self.views.pop(user);
        }
        if object.get("notify_on_close") != Some(&json!(true)) {
            return Ok(None);
        }
        let mut payload = self.envelope("view_closed", user);
        payload.insert("view".into(), Value::Object(object));
        payload.insert("is_cleared".into(), json!(clear));
        payload.insert("response_urls".into(), json!([]));
        Ok(Some(self.callback(CallbackKind::ViewClosed, Value::Object(payload), Effect::None)))
    }

    /// Only what lies on top can be used, and only by the person it is shown to.
    fn top_view(&self, view_id: &str, user: &str) -> Result<(), Refusal> {
        let view = self.views.get(view_id).ok_or(Refusal::not_found(format!("no view {view_id:?}")))?;
        if view.user != user || !self.views.is_on_top(user, view_id) {
            return Err(Refusal::unprocessable(format!("view {view_id} is not on top for {user}")));
        }
        Ok(())
    }
}
