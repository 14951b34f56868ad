//! The controls in a list of blocks: which there are, what they hold, and what a person can do with them.

use serde_json::{Map, Value, json};

/// An interactive element and where it stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Control<'a> {
    pub(crate) block_id: &'a str,
    pub(crate) action_id: &'a str,
    pub(crate) element: &'a Value,
    /// In an input block: using it calls the app only if the block says `dispatch_action`.
    pub(crate) silent: bool,
    pub(crate) optional: bool,
    pub(crate) in_input: bool,
}

impl<'a> Control<'a> {
    pub(crate) fn kind(&self) -> &'a str {
        self.element.get("type").and_then(Value::as_str).unwrap_or_default()
    }

    /// Whether it holds a value that `state.values` shows. Buttons and overflow menus hold none.
    pub(crate) fn is_stateful(&self) -> bool {
        !["button", "overflow", "workflow_button"].contains(&self.kind())
    }

    /// The key of what was chosen, in actions and in `state.values`.
    pub(crate) fn value_key(&self) -> &'static str {
        match self.kind() {
            "static_select" | "external_select" | "overflow" | "radio_buttons" => "selected_option",
            "multi_static_select" | "multi_external_select" | "checkboxes" => "selected_options",
            "users_select" => "selected_user",
            "multi_users_select" => "selected_users",
            "conversations_select" => "selected_conversation",
            "multi_conversations_select" => "selected_conversations",
            "channels_select" => "selected_channel",
            "multi_channels_select" => "selected_channels",
            "datepicker" => "selected_date",
            "timepicker" => "selected_time",
            "datetimepicker" => "selected_date_time",
            "rich_text_input" => "rich_text_value",
            "file_input" => "files",
            _ => "value",
        }
    }

    /// What it holds before anyone touched it, as in `state.values`.
    pub(crate) fn initial_state(&self) -> Value {
        let key = self.value_key();
        let initial = match key {
            "value" | "rich_text_value" => "initial_value".to_owned(),
            "files" => String::new(),
            _ => key.replace("selected_", "initial_"),
        };
        let nothing =
            if self.kind().starts_with("multi_") || key == "selected_options" { json!([]) } else { Value::Null };
        let value = self.element.get(&initial).cloned().unwrap_or(nothing);
        self.state_of(value)
    }

    /// `{"type": …, "<value key>": value}`
    pub(crate) fn state_of(&self, value: Value) -> Value {
        json!({"type": self.kind(), self.value_key(): value})
    }
}

/// All controls, in order.
pub(crate) fn controls(blocks: &[Value]) -> Vec<Control<'_>> {
    let mut found = Vec::new();
    for block in blocks {
        let text = |key: &str| block.get(key).and_then(Value::as_str).unwrap_or_default();
        let flag = |key: &str| block.get(key).and_then(Value::as_bool).unwrap_or(false);
        let elements: Vec<&Value> = match text("type") {
            "section" => block.get("accessory").into_iter().collect(),
            "actions" => block.get("elements").and_then(Value::as_array).into_iter().flatten().collect(),
            "input" => block.get("element").into_iter().collect(),
            _ => Vec::new(),
        };
        let in_input = text("type") == "input";
        for element in elements {
            let Some(action_id) = element.get("action_id").and_then(Value::as_str) else { continue };
            found.push(Control {
                block_id: block.get("block_id").and_then(Value::as_str).unwrap_or_default(),
                action_id,
                element,
                silent: in_input && !flag("dispatch_action"),
                optional: flag("optional"),
                in_input,
            });
        }
    }
    found
}

/// The one control with this action id (and block id, if given). `Err` says that there is none, or several.
pub(crate) fn find<'a>(blocks: &'a [Value], action_id: &str, block_id: Option<&str>) -> Result<Control<'a>, String> {
    let matching: Vec<Control<'a>> = controls(blocks)
        .into_iter()
        .filter(|c| c.action_id == action_id && block_id.is_none_or(|b| c.block_id == b))
        .collect();
    match matching.as_slice() {
        [one] => Ok(*one),
        [] => Err(format!("no control with action_id {action_id:?}")),
        _ => Err(format!("several controls with action_id {action_id:?}: say which block_id")),
    }
}

/// What to do with controls that nobody has touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Untouched {
    /// They show their initial values.
    Show,
    Omit,
}

/// `state.values` of blocks: what `old` holds for controls that are still there, and maybe the untouched ones.
pub(crate) fn kept_state(blocks: &[Value], old: &Value, untouched: Untouched) -> Value {
    let mut values = Map::new();
    for control in controls(blocks).into_iter().filter(Control::is_stateful) {
        let before = old
            .get("values")
            .and_then(|v| v.get(control.block_id))
            .and_then(|b| b.get(control.action_id))
            .filter(|s| s.get("type").and_then(Value::as_str) == Some(control.kind()));
        let state = match (before, untouched) {
            (Some(before), _) => before.clone(),
            (None, Untouched::Show) => control.initial_state(),
            (None, Untouched::Omit) => continue,
        };
        let block = values.entry(control.block_id.to_owned()).or_insert_with(|| json!({}));
        block[control.action_id] = state;
    }
    Value::Object(values)
}
