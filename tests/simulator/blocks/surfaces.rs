//! Messages, modals and homes: how many blocks, which kinds, and what must be unique.

use std::collections::BTreeSet;

use serde_json::Value;

use super::block;
use super::finding::{Findings, Node};
use super::text::{self, Kind};

/// Where blocks stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Surface {
    Message,
    Modal,
    Home,
}

/// 50 in a message, 100 in a view. <https://docs.slack.dev/reference/block-kit/blocks>
const MESSAGE_BLOCKS_MAX: usize = 50;
const VIEW_BLOCKS_MAX: usize = 100;
/// All markdown blocks of a payload together.
/// <https://docs.slack.dev/reference/block-kit/blocks/markdown-block>
const MARKDOWN_MAX: usize = 12_000;

/// Everything wrong with the blocks of a message. `at` is the JSON pointer of the list.
pub(crate) fn check_message(blocks: &[Value], at: &str) -> Vec<String> {
    let mut findings = Findings::default();
    check_blocks(&mut findings, blocks, at, Surface::Message);
    findings.0
}

/// Everything wrong with a view; `wanted` is `modal` or `home`.
pub(crate) fn check_view(view: &Value, wanted: &str, at: &str) -> Vec<String> {
    let mut findings = Findings::default();
    let Some(node) = findings.object(view, at) else { return findings.0 };
    match node.kind() {
        "" => {
            node.require(&mut findings, "type");
        }
        kind if kind != wanted => findings.add(&node.at("type"), format!("must be one of: {wanted}")),
        "modal" => check_modal(&mut findings, &node),
        _ => check_home(&mut findings, &node),
    }
    findings.0
}

/// <https://docs.slack.dev/reference/views/modal-views>
fn check_modal(findings: &mut Findings, view: &Node) {
    view.only(
        findings,
        &[
            "title",
            "blocks",
            "close",
            "submit",
            "private_metadata",
            "callback_id",
            "clear_on_close",
            "notify_on_close",
            "external_id",
            "submit_disabled",
        ],
    );
    text::require_field(findings, view, "title", Kind::Plain, 24);
    text::check_field(findings, view, "close", Kind::Plain, 24);
    text::check_field(findings, view, "submit", Kind::Plain, 24);
    for key in ["clear_on_close", "notify_on_close", "submit_disabled"] {
        view.flag(findings, key);
    }
    check_common(findings, view, Surface::Modal);
    let has_input = view
        .get("blocks")
        .and_then(Value::as_array)
        .is_some_and(|blocks| blocks.iter().any(|b| b.get("type").and_then(Value::as_str) == Some("input")));
    if has_input && view.get("submit").is_none() {
        findings.add(&view.at, "missing required field: submit (a view with an input block needs it)");
    }
}

/// <https://docs.slack.dev/reference/views/home-tab-views>
fn check_home(findings: &mut Findings, view: &Node) {
    view.only(findings, &["blocks", "private_metadata", "callback_id", "external_id"]);
    check_common(findings, view, Surface::Home);
}

fn check_common(findings: &mut Findings, view: &Node, surface: Surface) {
    view.string(findings, "private_metadata", 0, 3000);
    view.string(findings, "callback_id", 0, 255);
    view.string(findings, "external_id", 0, 255);
    match view.require(findings, "blocks") {
        Some(Value::Array(blocks)) => check_blocks(findings, blocks, &view.at("blocks"), surface),
        Some(_) => findings.add(&view.at("blocks"), "must provide an array"),
        None => {}
    }
}

fn check_blocks(findings: &mut Findings, blocks: &[Value], at: &str, surface: Surface) {
    let max = if surface == Surface::Message { MESSAGE_BLOCKS_MAX } else { VIEW_BLOCKS_MAX };
    if blocks.len() > max {
        findings.add(at, format!("no more than {max} items allowed"));
    }
    let mut block_ids = BTreeSet::new();
    let (mut markdown, mut tables, mut focused) = (0, 0, 0);
    for (index, value) in blocks.iter().enumerate() {
        let here = format!("{at}/{index}");
        let Some(node) = findings.object(value, &here) else { continue };
        block::check(findings, &node, surface);
        if let Some(id) = node.get("block_id").and_then(Value::as_str)
            && !block_ids.insert(id)
        {
            findings.add(&node.at("block_id"), format!("`block_id` {id} already exists"));
        }
        match node.kind() {
            "markdown" => markdown += node.get("text").and_then(Value::as_str).map_or(0, |t| t.chars().count()),
            "table" => tables += 1,
            _ => {}
        }
        focused += count_focus(value);
    }
    if markdown > MARKDOWN_MAX {
        findings.add(at, format!("markdown text must be less than {} characters", MARKDOWN_MAX + 1));
    }
    if tables > 1 {
        findings.add(at, "only_one_table_allowed");
    }
    if focused > 1 {
        findings.add(at, "only one element can have `focus_on_load`");
    }
}

fn count_focus(block: &Value) -> usize {
    let focused = |element: &Value| element.get("focus_on_load") == Some(&Value::Bool(true));
    let single = ["element", "accessory"].iter().filter_map(|k| block.get(k)).filter(|e| focused(e)).count();
    let listed = block.get("elements").and_then(Value::as_array).into_iter().flatten().filter(|e| focused(e)).count();
    single + listed
}
