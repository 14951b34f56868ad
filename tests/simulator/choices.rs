//! What a person can choose or type in a control, and how Slack writes it down.

use serde_json::{Value, json};

use crate::blocks::controls::Control;
use crate::state::State;

/// The value that a control holds after someone chose `given`; `Err` if the control does not offer that.
/// `offered` are the options an external select was given; `None` lets any value pass.
pub(crate) fn choose(
    state: &State,
    control: Control<'_>,
    given: Option<&Value>,
    offered: Option<&[Value]>,
) -> Result<Value, String> {
    let kind = control.kind();
    let multi = kind.starts_with("multi_") || kind == "checkboxes";
    match (given, kind) {
        (None | Some(Value::Null), "button" | "workflow_button") => {
            return Ok(control.element.get("value").cloned().unwrap_or_default());
        }
        (Some(value), "button" | "workflow_button") if Some(value) == control.element.get("value") => {
            return Ok(value.clone());
        }
        (Some(_), "button" | "workflow_button") => return Err("a button has no value to choose".into()),
        (None | Some(Value::Null), "overflow") => return Err("choose one of the options".into()),
        (None | Some(Value::Null), _) => return Ok(if multi { json!([]) } else { Value::Null }),
        _ => {}
    }
    let given = given.unwrap_or(&Value::Null);
    if multi {
        let items = given.as_array().cloned().unwrap_or_else(|| vec![given.clone()]);
        let most = control.element.get("max_selected_items").and_then(Value::as_u64);
        if most.is_some_and(|most| items.len() as u64 > most) {
            return Err(format!("no more than {} can be chosen", most.unwrap_or_default()));
        }
        return items
            .iter()
            .map(|item| choose_one(state, control, item, offered))
            .collect::<Result<_, _>>()
            .map(Value::Array);
    }
    choose_one(state, control, given, offered)
}

fn choose_one(state: &State, control: Control<'_>, given: &Value, offered: Option<&[Value]>) -> Result<Value, String> {
    let kind = control.kind().trim_start_matches("multi_");
    if kind == "datetimepicker" {
        return given.as_i64().map(Value::from).ok_or("a date and time is a number of seconds".into());
    }
    let text = given.as_str().ok_or(format!("{kind} takes a text, not {given}"))?;
    match kind {
        "static_select" | "overflow" | "radio_buttons" | "checkboxes" => {
            let found = listed(control.element).into_iter().find(|o| value_of(o) == Some(text));
            found.cloned().ok_or(format!("{} has no option {text:?}", control.action_id))
        }
        "external_select" => {
            let Some(offered) = offered else {
                return Ok(json!({"text": {"type": "plain_text", "text": text, "emoji": true}, "value": text}));
            };
            let found = offered.iter().find(|o| value_of(o) == Some(text));
            found.cloned().ok_or(format!("the app offered no option {text:?} for {}", control.action_id))
        }
        "users_select" if state.users.contains_key(text) => Ok(json!(text)),
        "users_select" => Err(format!("no user {text:?}")),
        "conversations_select" | "channels_select" if state.rooms.contains_key(text) => Ok(json!(text)),
        "conversations_select" | "channels_select" => Err(format!("no channel {text:?}")),
        "plain_text_input" => check_text(control.element, text).map(|()| json!(text)),
        _ => Ok(json!(text)),
    }
}

fn check_text(element: &Value, text: &str) -> Result<(), String> {
    let bound = |key: &str| element.get(key).and_then(Value::as_u64);
    let length = text.chars().count() as u64;
    if length > bound("max_length").unwrap_or(3000) {
        return Err("the text is longer than the input takes".into());
    }
    if length < bound("min_length").unwrap_or(0) {
        return Err("the text is shorter than the input asks for".into());
    }
    Ok(())
}

fn listed(element: &Value) -> Vec<&Value> {
    let mut options = list_of(element.get("options"));
    for group in list_of(element.get("option_groups")) {
        options.extend(list_of(group.get("options")));
    }
    options
}

fn list_of(value: Option<&Value>) -> Vec<&Value> {
    value.and_then(Value::as_array).map(|items| items.iter().collect()).unwrap_or_default()
}

fn value_of(option: &Value) -> Option<&str> {
    option.get("value").and_then(Value::as_str)
}
