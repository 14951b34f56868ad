//! Select menus, single and multiple, and the other elements that hold options.
//! <https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element>

use serde_json::Value;

use super::finding::{Findings, Node};
use super::options::{self, IN_SELECT, Rules};
use super::text::{self, Kind};

/// Fields of every select menu.
const COMMON: [&str; 4] = ["action_id", "confirm", "focus_on_load", "placeholder"];

/// A select menu of any kind.
pub(crate) fn check(findings: &mut Findings, node: &Node) {
    let kind = node.kind();
    let multi = kind.starts_with("multi_");
    let source = kind.trim_start_matches("multi_");
    let (own, initial): (&[&str], &str) = match source {
        "static_select" => (&["options", "option_groups"], "initial_option"),
        "external_select" => (&["min_query_length"], "initial_option"),
        "users_select" => (&[], "initial_user"),
        "conversations_select" => (
            if multi {
                &["default_to_current_conversation", "filter"]
            } else {
                &["default_to_current_conversation", "response_url_enabled", "filter"]
            },
            "initial_conversation",
        ),
        _ => (if multi { &[] } else { &["response_url_enabled"] }, "initial_channel"),
    };
    let initial = if multi { format!("{initial}s") } else { initial.to_owned() };
    let mut allowed: Vec<&str> = COMMON.iter().chain(own).copied().collect();
    allowed.push(&initial);
    if multi {
        allowed.push("max_selected_items");
    }
    node.only(findings, &allowed);
    text::check_field(findings, node, "placeholder", Kind::Plain, 150);
    text::check_confirm(findings, node);
    node.flag(findings, "focus_on_load");
    node.whole(findings, "max_selected_items", 1, 100);
    match source {
        "static_select" => check_static(findings, node),
        "external_select" => {
            node.whole(findings, "min_query_length", 0, 3000);
        }
        _ => {
            node.flag(findings, "default_to_current_conversation");
            node.flag(findings, "response_url_enabled");
            check_filter(findings, node);
        }
    }
    check_initial(findings, node, &initial, source, multi);
}

/// Radio buttons and checkboxes: 1 to 10 options, whose texts may be mrkdwn.
pub(crate) fn check_choices(findings: &mut Findings, node: &Node) {
    let checkboxes = node.kind() == "checkboxes";
    let initial = if checkboxes { "initial_options" } else { "initial_option" };
    node.only(findings, &["action_id", "options", initial, "confirm", "focus_on_load"]);
    text::check_confirm(findings, node);
    node.flag(findings, "focus_on_load");
    let rules = Rules { text: Kind::Any, url: false };
    if node.require(findings, "options").is_some() {
        options::check_list(findings, node, "options", 1, 10, rules);
    }
    let chosen: Vec<&Value> = if checkboxes {
        node.list(findings, initial, 1, 10).iter().collect()
    } else {
        node.get(initial).into_iter().collect()
    };
    for option in chosen {
        options::check_initial(findings, node, initial, option, &node.at(initial));
    }
}

/// An overflow menu: 1 to 5 options, which may open addresses.
pub(crate) fn check_overflow(findings: &mut Findings, node: &Node) {
    node.only(findings, &["action_id", "options", "confirm"]);
    text::check_confirm(findings, node);
    if node.require(findings, "options").is_some() {
        options::check_list(findings, node, "options", 1, 5, Rules { text: Kind::Plain, url: true });
    }
}

fn check_static(findings: &mut Findings, node: &Node) {
    match (node.get("options"), node.get("option_groups")) {
        (Some(_), None) => options::check_list(findings, node, "options", 1, 100, IN_SELECT),
        (None, Some(_)) => options::check_groups(findings, node),
        (None, None) => {
            node.require(findings, "options");
        }
        (Some(_), Some(_)) => findings.add(&node.at, "must provide only one of `options` or `option_groups`"),
    }
}

fn check_initial(findings: &mut Findings, node: &Node, initial: &str, source: &str, multi: bool) {
    let Some(value) = node.get(initial) else { return };
    let at = node.at(initial);
    let chosen: Vec<&Value> = match value {
        Value::Array(items) if multi => items.iter().collect(),
        _ if multi => {
            findings.add(&at, "must provide an array");
            return;
        }
        one => vec![one],
    };
    for (index, one) in chosen.into_iter().enumerate() {
        let at = if multi { format!("{at}/{index}") } else { at.clone() };
        match source {
            "static_select" => {
                options::check(findings, one, &at, IN_SELECT);
                options::check_initial(findings, node, initial, one, &at);
            }
            "external_select" => options::check(findings, one, &at, IN_SELECT),
            _ if one.is_string() => {}
            _ => findings.add(&at, "must be a string"),
        }
    }
}

/// <https://docs.slack.dev/reference/block-kit/composition-objects/conversation-filter-object>
fn check_filter(findings: &mut Findings, node: &Node) {
    let Some(value) = node.get("filter") else { return };
    let Some(filter) = findings.object(value, &node.at("filter")) else { return };
    filter.only(findings, &["include", "exclude_external_shared_channels", "exclude_bot_users"]);
    for (index, kind) in filter.list(findings, "include", 1, 4).iter().enumerate() {
        if !kind.as_str().is_some_and(|k| ["im", "mpim", "private", "public"].contains(&k)) {
            findings.add(&format!("{}/{index}", filter.at("include")), "must be one of: im, mpim, private, public");
        }
    }
}
