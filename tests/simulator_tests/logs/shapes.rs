//! Generated entries have every oddity that was seen at the real API, and are always the same for the same seed.

use std::collections::BTreeSet;

use serde_json::Value;
use slack_simulator::{access_row, audit_entry, integration_row};

use crate::world::NOW;

fn kinds<'a>(entries: &'a [Value], pointer: &str) -> BTreeSet<&'static str> {
    let kind = |value: Option<&'a Value>| match value {
        None => "absent",
        Some(Value::Null) => "null",
        Some(Value::Bool(_)) => "boolean",
        Some(Value::Number(_)) => "number",
        Some(Value::String(text)) if text.is_empty() => "empty",
        Some(Value::String(_)) => "string",
        Some(Value::Array(_)) => "array",
        Some(Value::Object(_)) => "object",
    };
    entries.iter().map(|entry| kind(entry.pointer(pointer))).collect()
}

#[test]
fn audit_entries_have_fields_of_every_type_that_was_met() {
    let entries: Vec<Value> = (0..2000).map(|seed| audit_entry(seed, NOW)).collect();
    for (pointer, expected) in [
        ("/context/session_id", vec!["absent", "null", "number", "string"]),
        ("/context/app", vec!["absent", "null", "object"]),
        ("/context/ip_address", vec!["empty", "string"]),
        ("/actor/user/email", vec!["empty", "null", "string"]),
        ("/details", vec!["absent", "object"]),
        ("/details/reason", vec!["absent", "array", "object", "string"]),
        ("/details/new_value", vec!["absent", "array", "object"]),
        ("/context/agent_message", vec!["absent", "object"]),
        ("/id", vec!["string"]),
        ("/date_create", vec!["number"]),
    ] {
        assert_eq!(kinds(&entries, pointer), expected.into_iter().collect(), "{pointer}");
    }
    let actors: BTreeSet<_> = entries.iter().filter_map(|e| e["actor"]["user"]["id"].as_str()).collect();
    assert!(actors.contains("USLACKUSER") && actors.contains("USLACKSECURITY"));
    let entities: BTreeSet<_> = entries.iter().filter_map(|e| e["entity"]["type"].as_str()).collect();
    assert!(entities.len() > 15 && entities.contains("starship"));
    let anomaly = entries.iter().find(|e| e["action"] == "anomaly").unwrap();
    let micros = anomaly["details"]["action_timestamp"].as_i64().unwrap();
    assert_eq!(micros / 1_000_000, NOW - 51, "microseconds, and before it was noticed");
    let ids: BTreeSet<_> = entries.iter().map(|e| e["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), entries.len());
}

#[test]
fn access_and_integration_rows_have_theirs() {
    let rows: Vec<Value> = (0..500).map(|seed| access_row(seed, NOW)).collect();
    for field in ["/isp", "/country", "/region"] {
        assert_eq!(kinds(&rows, field), BTreeSet::from(["null", "string"]), "{field}");
    }
    let rows: Vec<Value> = (0..500).map(|seed| integration_row(seed, NOW)).collect();
    assert_eq!(kinds(&rows, "/date"), BTreeSet::from(["string"]));
    assert_eq!(kinds(&rows, "/service_id"), BTreeSet::from(["absent", "number", "string"]));
    assert_eq!(kinds(&rows, "/rss_feed"), BTreeSet::from(["absent", "boolean"]));
}

#[test]
fn the_same_seed_gives_the_same() {
    for make in [audit_entry, access_row, integration_row] {
        assert_eq!(make(7, NOW), make(7, NOW));
        assert_ne!(make(7, NOW), make(8, NOW));
    }
}
