//! Text objects and confirmation dialogs.
//! <https://docs.slack.dev/reference/block-kit/composition-objects>

use serde_json::{Value, json};

use super::finding::{Findings, Node, check_length};

/// Which kinds of text a place takes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Plain,
    Any,
}

/// Any text object: 1 to 3000 characters, unless its place says less.
pub(crate) const TEXT_MAX: usize = 3000;

/// An optional text field of an object.
pub(crate) fn check_field(findings: &mut Findings, node: &Node, key: &str, kind: Kind, max: usize) {
    if let Some(value) = node.get(key) {
        check(findings, value, &node.at(key), kind, max);
    }
}

/// A required text field of an object.
pub(crate) fn require_field(findings: &mut Findings, node: &Node, key: &str, kind: Kind, max: usize) {
    if let Some(value) = node.require(findings, key) {
        check(findings, value, &node.at(key), kind, max);
    }
}

/// A text object.
pub(crate) fn check(findings: &mut Findings, value: &Value, at: &str, kind: Kind, max: usize) {
    let Some(node) = findings.object(value, at) else { return };
    match (node.kind(), kind) {
        ("plain_text", _) => {
            node.only(findings, &["text", "emoji"]);
            node.flag(findings, "emoji");
        }
        ("mrkdwn", Kind::Any) => {
            node.only(findings, &["text", "verbatim"]);
            node.flag(findings, "verbatim");
        }
        ("mrkdwn", Kind::Plain) => {
            findings.add(&node.at("type"), "must be one of: plain_text");
            return;
        }
        ("", _) => {
            node.require(findings, "type");
            return;
        }
        (other, _) => {
            findings.add(&node.at("type"), format!("unsupported type: {other}"));
            return;
        }
    }
    match node.require(findings, "text") {
        Some(Value::String(text)) => check_length(findings, text, 1, max, &node.at("text")),
        Some(_) => findings.add(&node.at("text"), "must be a string"),
        None => {}
    }
}

/// A confirmation dialog: title 100, text 300, buttons 30 characters.
pub(crate) fn check_confirm(findings: &mut Findings, node: &Node) {
    let Some(value) = node.get("confirm") else { return };
    let Some(confirm) = findings.object(value, &node.at("confirm")) else { return };
    confirm.only(findings, &["title", "text", "confirm", "deny", "style"]);
    require_field(findings, &confirm, "title", Kind::Plain, 100);
    require_field(findings, &confirm, "text", Kind::Any, 300);
    require_field(findings, &confirm, "confirm", Kind::Plain, 30);
    require_field(findings, &confirm, "deny", Kind::Plain, 30);
    confirm.one_of(findings, "style", &["primary", "danger"]);
}

/// A text object with the field that Slack adds: `emoji` on plain text, `verbatim` on mrkdwn.
pub(crate) fn filled(mut value: Value) -> Value {
    match value.get("type").and_then(Value::as_str) {
        Some("plain_text") if value.get("emoji").is_none() => value["emoji"] = json!(true),
        Some("mrkdwn") if value.get("verbatim").is_none() => value["verbatim"] = json!(false),
        _ => {}
    }
    value
}
