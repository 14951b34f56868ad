//! What Slack adds to accepted blocks: ids that were left out, and fields with their defaults.

use serde_json::{Value, json};

use super::text;
use crate::state::State;

const ID_ALPHABET: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/";

/// Completes validated blocks in place.
pub(crate) fn fill_in(state: &mut State, blocks: &mut [Value]) {
    for block in blocks {
        if block.get("block_id").is_none() {
            block["block_id"] = json!(state.random_text(ID_ALPHABET, 5));
        }
        match block.get("type").and_then(Value::as_str) {
            // No part of these takes defaults, and texts inside them are no text objects.
            Some("rich_text" | "table" | "markdown") => continue,
            Some("input") => {
                default_flag(block, "optional");
                default_flag(block, "dispatch_action");
            }
            _ => {}
        }
        for key in ["accessory", "element"] {
            if let Some(element) = block.get_mut(key) {
                fill_element(state, element);
            }
        }
        if let Some(Value::Array(elements)) = block.get_mut("elements") {
            elements.iter_mut().for_each(|element| fill_element(state, element));
        }
        fill_texts(block);
    }
}

fn fill_element(state: &mut State, element: &mut Value) {
    let kind = element.get("type").and_then(Value::as_str).unwrap_or_default();
    if !["image", "plain_text", "mrkdwn"].contains(&kind) && element.get("action_id").is_none() {
        element["action_id"] = json!(state.random_text(ID_ALPHABET, 5));
    }
}

fn default_flag(block: &mut Value, key: &str) {
    if block.get(key).is_none() {
        block[key] = json!(false);
    }
}

fn fill_texts(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map.iter_mut() {
                if key != "initial_value" {
                    fill_texts(inner);
                }
            }
            if map.get("text").is_some_and(Value::is_string) {
                let whole = std::mem::take(value);
                *value = text::filled(whole);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(fill_texts),
        _ => {}
    }
}
