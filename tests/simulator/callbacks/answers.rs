//! What Slack does with the app's answer to a callback.
//! <https://docs.slack.dev/surfaces/modals#response_actions>

use serde_json::Value;

use super::{Callback, CallbackKind, Effect, Finished};
use crate::blocks;
use crate::state::State;
use crate::views::Place;

impl State {
    /// Applies an answer that came in time.
    pub(crate) fn finish(&mut self, callback: &Callback, status: u16, body: &[u8]) -> Finished {
        self.wire.answered(&callback.wire_id, status, readable(body));
        let accepted = match callback.kind {
            CallbackKind::Event | CallbackKind::UrlVerification => (200..300).contains(&status),
            _ => status == 200,
        };
        if !accepted {
            return Finished { shown_error: true, ..Finished::default() };
        }
        match &callback.effect {
            Effect::None => Finished::default(),
            Effect::Offer { container, action_id, user } => self.offer(container, action_id, user, body),
            Effect::View { view_id, user } => self.apply_to_view(view_id, user, body),
        }
    }

    fn offer(&mut self, container: &str, action_id: &str, user: &str, body: &[u8]) -> Finished {
        let Ok(answer) = serde_json::from_slice::<Value>(body) else {
            return invalid(vec!["the answer is not JSON".into()]);
        };
        let (problems, options) = blocks::check_suggestions(&answer);
        if !problems.is_empty() {
            return invalid(problems);
        }
        let key = (container.to_owned(), action_id.to_owned(), user.to_owned());
        let offered = self.offered_options.entry(key).or_default();
        offered.extend(options.iter().cloned());
        Finished { options: Some(options), ..Finished::default() }
    }

    fn apply_to_view(&mut self, view_id: &str, user: &str, body: &[u8]) -> Finished {
        // A second answer to the same submission finds the view closed or covered, and does nothing.
        if !self.views.is_on_top(user, view_id) {
            return Finished::default();
        }
        if body.iter().all(u8::is_ascii_whitespace) {
            self.views.pop(user);
            return Finished::default();
        }
        let answer = match serde_json::from_slice::<Value>(body) {
            Ok(Value::Object(answer)) => answer,
            Ok(_) | Err(_) => return invalid(vec!["the answer is no JSON object".into()]),
        };
        let action = answer.get("response_action").and_then(Value::as_str).unwrap_or_default().to_owned();
        let view = answer.get("view").cloned().unwrap_or_default();
        let problems = match action.as_str() {
            // An object without an action, such as {}, closes the view like an empty answer.
            "" => {
                self.views.pop(user);
                return Finished::default();
            }
            "clear" => {
                self.views.clear(user);
                Vec::new()
            }
            "errors" => self.check_errors(view_id, answer.get("errors")),
            "update" => match self.check_view(&view, Place::Open, Some(view_id)) {
                Ok(()) => {
                    self.replace_view(view_id, &view);
                    Vec::new()
                }
                Err(error) => problems_of(error),
            },
            "push" => match self.check_view(&view, Place::Push, None).and_then(|()| self.check_push(user)) {
                Ok(()) => {
                    self.show_view(user, &view, Place::Push);
                    Vec::new()
                }
                Err(error) => problems_of(error),
            },
            other => vec![format!("unknown response_action {other:?}")],
        };
        Finished { shown_error: !problems.is_empty(), response_action: Some(action), problems, options: None }
    }

    /// Errors are shown under input blocks, which they name by block id.
    fn check_errors(&self, view_id: &str, errors: Option<&Value>) -> Vec<String> {
        let Some(errors) = errors.and_then(Value::as_object).filter(|e| !e.is_empty()) else {
            return vec!["`errors` must map block ids to messages".into()];
        };
        let blocks = self.views.get(view_id).and_then(|v| v.object.get("blocks")).and_then(Value::as_array);
        let is_input = |block_id: &str| {
            blocks.into_iter().flatten().any(|b| {
                b.get("block_id").and_then(Value::as_str) == Some(block_id)
                    && b.get("type").and_then(Value::as_str) == Some("input")
            })
        };
        let unknown = errors.keys().filter(|k| !is_input(k)).map(|k| format!("{k:?} is no input block of the view"));
        let empty = errors.iter().filter(|(_, v)| v.as_str().is_none_or(str::is_empty));
        unknown.chain(empty.map(|(k, _)| format!("the error for {k:?} is no text"))).collect()
    }
}

fn invalid(problems: Vec<String>) -> Finished {
    Finished { shown_error: true, problems, ..Finished::default() }
}

fn problems_of(error: crate::web_api::answer::ApiError) -> Vec<String> {
    if error.messages.is_empty() { vec![error.code.into_owned()] } else { error.messages }
}

/// A body for the log: as JSON if it is JSON, else as text.
pub(crate) fn readable(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap_or_else(|_| Value::String(String::from_utf8_lossy(body).into_owned()))
}
