//! A message as people see it, for snapshots.

use serde_json::Value;
use slack::message::Message;

/// A line for each part: mentions as `@U1`, code in backticks, points of lists behind `• `, preformatted text behind
/// `| `, links as `[text](url)`.
pub(crate) fn seen(message: &Message) -> String {
    let elements = message.blocks.iter().flat_map(|block| block["elements"].as_array().unwrap());
    elements.map(element).collect::<Vec<_>>().join("\n")
}

fn element(element: &Value) -> String {
    let parts = element["elements"].as_array().unwrap();
    match element["type"].as_str().unwrap() {
        "rich_text_list" => {
            let points = parts.iter().map(|point| format!("• {}", leaves(point["elements"].as_array().unwrap())));
            points.collect::<Vec<_>>().join("\n")
        }
        "rich_text_preformatted" => {
            leaves(parts).lines().map(|line| format!("| {line}")).collect::<Vec<_>>().join("\n")
        }
        _ => leaves(parts),
    }
}

fn leaves(leaves: &[Value]) -> String {
    let leaf = |leaf: &Value| match leaf["type"].as_str().unwrap() {
        "user" => format!("@{}", leaf["user_id"].as_str().unwrap()),
        "link" => format!("[{}]({})", leaf["text"].as_str().unwrap(), leaf["url"].as_str().unwrap()),
        _ if leaf["style"]["code"] == true => format!("`{}`", leaf["text"].as_str().unwrap()),
        _ => leaf["text"].as_str().unwrap().to_owned(),
    };
    leaves.iter().map(leaf).collect()
}
