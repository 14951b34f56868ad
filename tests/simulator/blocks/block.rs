//! Single blocks. <https://docs.slack.dev/reference/block-kit/blocks>

use std::collections::BTreeSet;

use serde_json::Value;

use super::elements::{self, Place};
use super::finding::{Findings, Node};
use super::rich_text;
use super::surfaces::Surface;
use super::table;
use super::text::{self, Kind, TEXT_MAX};

/// One block on its surface.
pub(crate) fn check(findings: &mut Findings, block: &Node, surface: Surface) {
    block.string(findings, "block_id", 1, 255);
    match block.kind() {
        "section" => check_section(findings, block),
        "header" => {
            block.only(findings, &["block_id", "text"]);
            text::require_field(findings, block, "text", Kind::Plain, 150);
        }
        "divider" => block.only(findings, &["block_id"]),
        "context" => check_context(findings, block),
        "actions" => check_actions(findings, block),
        "input" => check_input(findings, block, surface),
        "image" => {
            block.only(findings, &["block_id", "image_url", "slack_file", "alt_text", "title"]);
            elements::check_image_source(findings, block);
            text::check_field(findings, block, "title", Kind::Plain, 2000);
        }
        "rich_text" => rich_text::check(findings, block),
        "video" => check_video(findings, block),
        "markdown" if surface == Surface::Message => {
            block.only(findings, &["block_id", "text"]);
            if block.require(findings, "text").is_some() {
                block.string(findings, "text", 1, usize::MAX);
            }
        }
        "table" if surface == Surface::Message => table::check(findings, block),
        "" => {
            block.require(findings, "type");
        }
        other => findings.add(&block.at("type"), format!("unsupported type: {other}")),
    }
}

/// Text 3000; 1 to 10 fields of 2000 characters; one of the two is needed.
fn check_section(findings: &mut Findings, block: &Node) {
    block.only(findings, &["block_id", "text", "fields", "accessory", "expand"]);
    block.flag(findings, "expand");
    if block.get("text").is_none() && block.get("fields").is_none() {
        findings.add(&block.at, "missing required field: text");
    }
    text::check_field(findings, block, "text", Kind::Any, TEXT_MAX);
    for (index, field) in block.list(findings, "fields", 1, 10).iter().enumerate() {
        text::check(findings, field, &format!("{}/{index}", block.at("fields")), Kind::Any, 2000);
    }
    if let Some(accessory) = block.get("accessory") {
        elements::check(findings, accessory, &block.at("accessory"), Place::Accessory);
    }
}

/// 1 to 10 texts and images.
fn check_context(findings: &mut Findings, block: &Node) {
    block.only(findings, &["block_id", "elements"]);
    if block.require(findings, "elements").is_none() {
        return;
    }
    for (index, value) in block.list(findings, "elements", 1, 10).iter().enumerate() {
        let at = format!("{}/{index}", block.at("elements"));
        match value.get("type").and_then(Value::as_str) {
            Some("image") => {
                if let Some(image) = findings.object(value, &at) {
                    elements::check_image(findings, &image);
                }
            }
            _ => text::check(findings, value, &at, Kind::Any, TEXT_MAX),
        }
    }
}

/// 1 to 25 elements, whose action ids differ.
fn check_actions(findings: &mut Findings, block: &Node) {
    block.only(findings, &["block_id", "elements"]);
    if block.require(findings, "elements").is_none() {
        return;
    }
    let mut seen = BTreeSet::new();
    for (index, value) in block.list(findings, "elements", 1, 25).iter().enumerate() {
        let at = format!("{}/{index}", block.at("elements"));
        elements::check(findings, value, &at, Place::Actions);
        if let Some(action_id) = value.get("action_id").and_then(Value::as_str)
            && !seen.insert(action_id)
        {
            findings
                .add(&format!("{at}/action_id"), format!("`action_id` \"{action_id}\" already exists for this block"));
        }
    }
}

/// Label and hint 2000 characters.
fn check_input(findings: &mut Findings, block: &Node, surface: Surface) {
    block.only(findings, &["block_id", "label", "element", "hint", "optional", "dispatch_action"]);
    text::require_field(findings, block, "label", Kind::Plain, 2000);
    text::check_field(findings, block, "hint", Kind::Plain, 2000);
    block.flag(findings, "optional");
    block.flag(findings, "dispatch_action");
    if let Some(element) = block.require(findings, "element") {
        elements::check(findings, element, &block.at("element"), Place::Input(surface));
    }
}

/// <https://docs.slack.dev/reference/block-kit/blocks/video-block>
fn check_video(findings: &mut Findings, block: &Node) {
    block.only(
        findings,
        &[
            "block_id",
            "alt_text",
            "author_name",
            "description",
            "provider_icon_url",
            "provider_name",
            "title",
            "title_url",
            "thumbnail_url",
            "video_url",
        ],
    );
    text::require_field(findings, block, "title", Kind::Plain, 200);
    text::check_field(findings, block, "description", Kind::Plain, 200);
    block.string(findings, "author_name", 1, 50);
    for key in ["alt_text", "thumbnail_url", "video_url"] {
        block.require(findings, key);
    }
    for key in ["thumbnail_url", "video_url", "title_url", "provider_icon_url"] {
        block.url(findings, key, 3000);
    }
}
