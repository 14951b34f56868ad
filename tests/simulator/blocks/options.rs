//! Options, option groups, and what an options URL answers.
//! <https://docs.slack.dev/reference/block-kit/composition-objects/option-object>

use serde_json::Value;

use super::finding::{Findings, Node};
use super::text::{self, Kind};

/// What the place of an option allows.
#[derive(Clone, Copy)]
pub(crate) struct Rules {
    pub(crate) text: Kind,
    /// Overflow menus may open addresses.
    pub(crate) url: bool,
}

/// Options of select menus are plain text.
pub(crate) const IN_SELECT: Rules = Rules { text: Kind::Plain, url: false };

/// One option: text and description 75, value 150 characters.
pub(crate) fn check(findings: &mut Findings, value: &Value, at: &str, rules: Rules) {
    let Some(option) = findings.object(value, at) else { return };
    let allowed: &[&str] =
        if rules.url { &["text", "value", "description", "url"] } else { &["text", "value", "description"] };
    option.only(findings, allowed);
    text::require_field(findings, &option, "text", rules.text, 75);
    if option.require(findings, "value").is_some() {
        option.string(findings, "value", 1, 150);
    }
    text::check_field(findings, &option, "description", rules.text, 75);
    option.url(findings, "url", 3000);
}

/// A list of options, `min..=max` of them.
pub(crate) fn check_list(findings: &mut Findings, node: &Node, key: &str, min: usize, max: usize, rules: Rules) {
    for (index, option) in node.list(findings, key, min, max).iter().enumerate() {
        check(findings, option, &format!("{}/{index}", node.at(key)), rules);
    }
}

/// Groups of options: 100 at most, each with a label of 75 characters and 1 to 100 options.
pub(crate) fn check_groups(findings: &mut Findings, node: &Node) {
    for (index, value) in node.list(findings, "option_groups", 1, 100).iter().enumerate() {
        let at = format!("{}/{index}", node.at("option_groups"));
        let Some(group) = findings.object(value, &at) else { continue };
        group.only(findings, &["label", "options"]);
        text::require_field(findings, &group, "label", Kind::Plain, 75);
        if group.require(findings, "options").is_some() {
            check_list(findings, &group, "options", 1, 100, IN_SELECT);
        }
    }
}

/// All options of a menu, those in groups among them.
pub(crate) fn all<'a>(node: &Node<'a>) -> Vec<&'a Value> {
    let list = |value: Option<&'a Value>| value.and_then(Value::as_array).into_iter().flatten();
    let grouped = list(node.get("option_groups")).flat_map(|group| list(group.get("options")));
    list(node.get("options")).chain(grouped).collect()
}

/// Whether two options are the same to Slack: same value and same text.
pub(crate) fn same(one: &Value, other: &Value) -> bool {
    let text = |option: &Value| option.pointer("/text/text").cloned();
    one.get("value") == other.get("value") && text(one) == text(other)
}

/// An initial choice must be one of the options.
pub(crate) fn check_initial(findings: &mut Findings, node: &Node, key: &str, chosen: &Value, at: &str) {
    if !all(node).iter().any(|option| same(option, chosen)) {
        findings.add(at, format!("`{key}` must match one of the options"));
    }
}

/// What an options URL answers: `options` or `option_groups`, 100 of either at most. No options is an answer too.
/// Gives the findings, and the options.
/// <https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element#external_select>
pub(crate) fn check_suggestions(answer: &Value) -> (Vec<String>, Vec<Value>) {
    let mut findings = Findings::default();
    let Some(node) = findings.object(answer, "") else { return (findings.0, Vec::new()) };
    node.only(&mut findings, &["options", "option_groups"]);
    match (node.get("options"), node.get("option_groups")) {
        (Some(_), None) => check_list(&mut findings, &node, "options", 0, 100, IN_SELECT),
        (None, Some(_)) => check_groups(&mut findings, &node),
        _ => findings.add("", "must provide one of `options` or `option_groups`"),
    }
    (findings.0, all(&node).into_iter().cloned().collect())
}
