//! Rich text: a tree of sections, lists, quotes and preformatted parts with styled leaves.
//! <https://docs.slack.dev/reference/block-kit/blocks/rich-text-block>

use serde_json::Value;

use super::finding::{Findings, Node};

const STYLES: [&str; 8] = ["bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"];

/// A `rich_text` block or value.
pub(crate) fn check(findings: &mut Findings, node: &Node) {
    node.only(findings, &["block_id", "elements"]);
    if node.kind() != "rich_text" {
        findings.add(&node.at("type"), format!("unsupported type: {}", node.kind()));
        return;
    }
    if node.require(findings, "elements").is_none() {
        return;
    }
    for (index, value) in node.list(findings, "elements", 1, usize::MAX).iter().enumerate() {
        let at = format!("{}/{index}", node.at("elements"));
        let Some(part) = findings.object(value, &at) else { continue };
        match part.kind() {
            "rich_text_section" => check_leaves(findings, &part, &[], false),
            "rich_text_quote" => check_leaves(findings, &part, &["border"], false),
            "rich_text_preformatted" => check_leaves(findings, &part, &["border", "language"], true),
            "rich_text_list" => check_list(findings, &part),
            other => findings.add(&part.at("type"), format!("unsupported type: {other}")),
        }
    }
}

/// A list of sections. Lists are not nested: depth is `indent`.
fn check_list(findings: &mut Findings, list: &Node) {
    list.only(findings, &["elements", "style", "indent", "offset", "border"]);
    if list.require(findings, "style").is_some() {
        list.one_of(findings, "style", &["bullet", "ordered"]);
    }
    list.whole(findings, "indent", 0, 8);
    list.whole(findings, "offset", 0, i64::MAX);
    list.whole(findings, "border", 0, 1);
    if list.require(findings, "elements").is_none() {
        return;
    }
    for (index, value) in list.list(findings, "elements", 1, usize::MAX).iter().enumerate() {
        let at = format!("{}/{index}", list.at("elements"));
        let Some(section) = findings.object(value, &at) else { continue };
        if section.kind() == "rich_text_section" {
            check_leaves(findings, &section, &[], false);
        } else {
            findings.add(&section.at("type"), format!("unsupported type: {}", section.kind()));
        }
    }
}

fn check_leaves(findings: &mut Findings, part: &Node, more: &[&str], preformatted: bool) {
    let mut fields = vec!["elements"];
    fields.extend(more);
    part.only(findings, &fields);
    part.whole(findings, "border", 0, 1);
    if part.require(findings, "elements").is_none() {
        return;
    }
    for (index, value) in part.list(findings, "elements", 0, usize::MAX).iter().enumerate() {
        let at = format!("{}/{index}", part.at("elements"));
        if let Some(leaf) = findings.object(value, &at) {
            check_leaf(findings, &leaf, preformatted);
        }
    }
}

fn check_leaf(findings: &mut Findings, leaf: &Node, preformatted: bool) {
    let kind = leaf.kind();
    if preformatted && !["text", "link"].contains(&kind) {
        findings.add(&leaf.at("type"), format!("unsupported type: {kind}"));
        return;
    }
    match kind {
        "text" => {
            leaf.only(findings, &["text", "style"]);
            required_string(findings, leaf, "text");
        }
        "link" => {
            leaf.only(findings, &["url", "text", "unsafe", "style"]);
            if leaf.require(findings, "url").is_some() {
                leaf.url(findings, "url", 3000);
            }
            leaf.string(findings, "text", 0, usize::MAX);
            leaf.flag(findings, "unsafe");
        }
        "user" => id(findings, leaf, "user_id", &['U', 'W']),
        "usergroup" => id(findings, leaf, "usergroup_id", &['S']),
        "channel" => id(findings, leaf, "channel_id", &['C', 'G', 'D']),
        "team" => id(findings, leaf, "team_id", &['T', 'E']),
        "broadcast" => {
            leaf.only(findings, &["range", "style"]);
            if leaf.require(findings, "range").is_some() {
                leaf.one_of(findings, "range", &["here", "channel", "everyone"]);
            }
        }
        "emoji" => {
            leaf.only(findings, &["name", "unicode", "skin_tone", "style", "display_team_id"]);
            required_string(findings, leaf, "name");
            leaf.whole(findings, "skin_tone", 1, 6);
        }
        "date" => {
            leaf.only(findings, &["timestamp", "format", "url", "fallback", "style"]);
            if leaf.require(findings, "timestamp").is_some() {
                leaf.whole(findings, "timestamp", 0, i64::MAX);
            }
            required_string(findings, leaf, "format");
            leaf.url(findings, "url", 3000);
        }
        "color" => {
            leaf.only(findings, &["value", "style"]);
            required_string(findings, leaf, "value");
        }
        "" => {
            leaf.require(findings, "type");
        }
        other => findings.add(&leaf.at("type"), format!("unsupported type: {other}")),
    }
    check_style(findings, leaf);
}

fn id(findings: &mut Findings, leaf: &Node, key: &str, starts: &[char]) {
    leaf.only(findings, &[key, "style"]);
    let Some(value) = leaf.require(findings, key) else { return };
    let fine = value.as_str().is_some_and(|id| {
        id.len() >= 8 && id.starts_with(starts) && id.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    });
    if !fine {
        findings.add(&leaf.at(key), format!("invalid `{key}`"));
    }
}

fn required_string(findings: &mut Findings, leaf: &Node, key: &str) {
    if leaf.require(findings, key).is_some() {
        leaf.string(findings, key, 1, usize::MAX);
    }
}

fn check_style(findings: &mut Findings, leaf: &Node) {
    let Some(value) = leaf.get("style") else { return };
    let Some(style) = findings.object(value, &leaf.at("style")) else { return };
    for (name, on) in style.map {
        if !STYLES.contains(&name.as_str()) {
            findings.add(&style.at, format!("invalid additional property: {name}"));
        } else if !matches!(on, Value::Bool(_)) {
            findings.add(&style.at(name), "must be a boolean");
        }
    }
}
