//! Block elements: buttons, inputs, pickers, images; menus stand in `selects`.
//! <https://docs.slack.dev/reference/block-kit/block-elements>

use serde_json::Value;

use super::finding::{Findings, Node};
use super::rich_text;
use super::selects;
use super::surfaces::Surface;
use super::text::{self, Kind};

/// Where an element stands; each place takes some kinds only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Accessory,
    Actions,
    Input(Surface),
}

const SELECTS: [&str; 10] = [
    "static_select",
    "external_select",
    "users_select",
    "conversations_select",
    "channels_select",
    "multi_static_select",
    "multi_external_select",
    "multi_users_select",
    "multi_conversations_select",
    "multi_channels_select",
];

/// An element in its place.
pub(crate) fn check(findings: &mut Findings, value: &Value, at: &str, place: Place) {
    let Some(node) = findings.object(value, at) else { return };
    let kind = node.kind();
    if kind.is_empty() {
        node.require(findings, "type");
        return;
    }
    if !allowed(kind, place) {
        findings.add(&node.at("type"), format!("unsupported type: {kind}"));
        return;
    }
    if kind != "image" {
        node.string(findings, "action_id", 1, 255);
    }
    match kind {
        "button" => check_button(findings, &node),
        "workflow_button" => check_workflow_button(findings, &node),
        "image" => check_image(findings, &node),
        "overflow" => selects::check_overflow(findings, &node),
        "radio_buttons" | "checkboxes" => selects::check_choices(findings, &node),
        "datepicker" | "timepicker" | "datetimepicker" => check_picker(findings, &node),
        "plain_text_input" | "email_text_input" | "url_text_input" | "number_input" => {
            check_text_input(findings, &node)
        }
        "rich_text_input" => check_rich_text_input(findings, &node),
        "file_input" => check_file_input(findings, &node),
        _ => selects::check(findings, &node),
    }
}

fn allowed(kind: &str, place: Place) -> bool {
    let select = SELECTS.contains(&kind);
    match place {
        Place::Accessory => {
            select
                || [
                    "button",
                    "checkboxes",
                    "datepicker",
                    "image",
                    "overflow",
                    "radio_buttons",
                    "timepicker",
                    "workflow_button",
                ]
                .contains(&kind)
        }
        Place::Actions => {
            select
                || [
                    "button",
                    "checkboxes",
                    "datepicker",
                    "datetimepicker",
                    "overflow",
                    "radio_buttons",
                    "rich_text_input",
                    "timepicker",
                    "workflow_button",
                ]
                .contains(&kind)
        }
        Place::Input(surface) => {
            select
                || [
                    "checkboxes",
                    "datepicker",
                    "datetimepicker",
                    "email_text_input",
                    "number_input",
                    "plain_text_input",
                    "radio_buttons",
                    "rich_text_input",
                    "timepicker",
                    "url_text_input",
                ]
                .contains(&kind)
                || (kind == "file_input" && surface == Surface::Modal)
        }
    }
}

/// Text 75, value 2000, url 3000, accessibility label 75 characters.
fn check_button(findings: &mut Findings, node: &Node) {
    node.only(findings, &["text", "action_id", "url", "value", "style", "confirm", "accessibility_label"]);
    text::require_field(findings, node, "text", Kind::Plain, 75);
    node.string(findings, "value", 0, 2000);
    node.url(findings, "url", 3000);
    node.string(findings, "accessibility_label", 1, 75);
    node.one_of(findings, "style", &["primary", "danger"]);
    text::check_confirm(findings, node);
}

fn check_workflow_button(findings: &mut Findings, node: &Node) {
    node.only(findings, &["text", "action_id", "workflow", "style", "accessibility_label"]);
    text::require_field(findings, node, "text", Kind::Plain, 75);
    if let Some(workflow) = node.require(findings, "workflow")
        && workflow.pointer("/trigger/url").and_then(Value::as_str).is_none()
    {
        findings.add(&node.at("workflow"), "missing required field: trigger");
    }
}

/// An image: url 3000, alternative text 2000 characters.
pub(crate) fn check_image(findings: &mut Findings, node: &Node) {
    node.only(findings, &["image_url", "alt_text", "slack_file"]);
    check_image_source(findings, node);
}

/// What image blocks and image elements share.
pub(crate) fn check_image_source(findings: &mut Findings, node: &Node) {
    if node.get("slack_file").is_none() && node.require(findings, "image_url").is_some() {
        node.url(findings, "image_url", 3000);
    }
    if node.require(findings, "alt_text").is_some() {
        node.string(findings, "alt_text", 1, 2000);
    }
}

fn check_picker(findings: &mut Findings, node: &Node) {
    let (initial, more): (&str, &[&str]) = match node.kind() {
        "datepicker" => ("initial_date", &["placeholder"]),
        "timepicker" => ("initial_time", &["placeholder", "timezone"]),
        _ => ("initial_date_time", &[]),
    };
    let mut fields = vec!["action_id", "confirm", "focus_on_load", initial];
    fields.extend(more);
    node.only(findings, &fields);
    text::check_confirm(findings, node);
    text::check_field(findings, node, "placeholder", Kind::Plain, 150);
    node.flag(findings, "focus_on_load");
    let Some(value) = node.get(initial) else { return };
    let fine = match initial {
        "initial_date" => value.as_str().is_some_and(|d| d.len() == 10 && d.parse::<jiff::civil::Date>().is_ok()),
        "initial_time" => {
            value.as_str().is_some_and(|t| t.len() == 5 && format!("{t}:00").parse::<jiff::civil::Time>().is_ok())
        }
        _ => value.as_i64().is_some_and(|t| (1_000_000_000..=9_999_999_999).contains(&t)),
    };
    if !fine {
        findings.add(&node.at(initial), format!("invalid `{initial}`"));
    }
}

/// Lengths and initial values are at most 3000 characters.
fn check_text_input(findings: &mut Findings, node: &Node) {
    let mut fields = vec!["action_id", "initial_value", "dispatch_action_config", "focus_on_load", "placeholder"];
    match node.kind() {
        "plain_text_input" => fields.extend(["multiline", "min_length", "max_length"]),
        "number_input" => fields.extend(["is_decimal_allowed", "min_value", "max_value"]),
        _ => {}
    }
    node.only(findings, &fields);
    text::check_field(findings, node, "placeholder", Kind::Plain, 150);
    node.flag(findings, "multiline");
    node.flag(findings, "focus_on_load");
    node.string(findings, "initial_value", 0, 3000);
    let min = node.whole(findings, "min_length", 0, 3000);
    let max = node.whole(findings, "max_length", 1, 3000);
    if let (Some(min), Some(max)) = (min, max)
        && min > max
    {
        findings.add(&node.at("min_length"), "must not be greater than `max_length`");
    }
    if node.kind() == "number_input" && node.require(findings, "is_decimal_allowed").is_some() {
        node.flag(findings, "is_decimal_allowed");
    }
    check_dispatch_config(findings, node);
}

fn check_rich_text_input(findings: &mut Findings, node: &Node) {
    node.only(findings, &["action_id", "initial_value", "dispatch_action_config", "focus_on_load", "placeholder"]);
    text::check_field(findings, node, "placeholder", Kind::Plain, 150);
    if let Some(value) = node.get("initial_value")
        && let Some(initial) = findings.object(value, &node.at("initial_value"))
    {
        rich_text::check(findings, &initial);
    }
    check_dispatch_config(findings, node);
}

fn check_file_input(findings: &mut Findings, node: &Node) {
    node.only(findings, &["action_id", "filetypes", "max_files"]);
    node.list(findings, "filetypes", 1, 100);
    node.whole(findings, "max_files", 1, 10);
}

fn check_dispatch_config(findings: &mut Findings, node: &Node) {
    let Some(value) = node.get("dispatch_action_config") else { return };
    let Some(config) = findings.object(value, &node.at("dispatch_action_config")) else { return };
    config.only(findings, &["trigger_actions_on"]);
    let key = "trigger_actions_on";
    for (index, on) in config.list(findings, key, 1, 2).iter().enumerate() {
        if !on.as_str().is_some_and(|o| ["on_enter_pressed", "on_character_entered"].contains(&o)) {
            let at = format!("{}/{index}", config.at(key));
            findings.add(&at, "must be one of: on_enter_pressed, on_character_entered");
        }
    }
}
