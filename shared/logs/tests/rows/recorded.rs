//! What Slack was seen to answer parses, and nothing of it is lost.

use crate::value_of;
use logs::LogType::{self, Access, Audit, Integration};
use serde_json::Value;

fn entries(log_type: LogType, answer: &str, list: &str) -> Vec<(Value, Value)> {
    let answer: Value = serde_json::from_str(answer).unwrap();
    let entries = answer[list].as_array().unwrap();
    // Pretty, as recorded answers are.
    let rows = entries.iter().map(|entry| value_of(log_type, &serde_json::to_string_pretty(entry).unwrap()));
    entries.iter().cloned().zip(rows).collect()
}

/// Every field of `entry` is in `row` as it was, but for those named.
fn holds(row: &Value, entry: &Value, changed: &[&str]) {
    for (name, value) in entry.as_object().unwrap() {
        if !changed.contains(&name.as_str()) {
            assert_eq!(&row[name], value, "{name}");
        }
    }
}

#[test]
fn the_union_of_all_audit_entries_is_a_row() {
    let entries = entries(Audit, include_str!("../fixtures/java-slack-sdk/audit_logs.json"), "entries");
    assert_eq!(entries.len(), 1);
    let (entry, row) = &entries[0];
    holds(row, entry, &["date_create"]);
    assert_eq!(row["date_create"], "1970-01-01T00:02:03Z");
    assert!(row.get("p_any_usernames").is_none(), "blank values are no indicators");
}

#[test]
fn recorded_access_entries_are_rows() {
    let entries = entries(Access, include_str!("../fixtures/java-slack-sdk/access_logs.json"), "logins");
    assert_eq!(entries.len(), 1);
    let (entry, row) = &entries[0];
    holds(row, entry, &["date_first", "date_last"]);
    assert_eq!(row["count"], 12345);
    assert_eq!(row["p_event_time"], "1970-01-01T03:25:45Z");
}

#[test]
fn recorded_integration_entries_are_rows_with_ids_as_strings_and_dates_as_times() {
    let blank = entries(Integration, include_str!("../fixtures/java-slack-sdk/integration_logs.json"), "logs");
    let (entry, row) = &blank[0];
    holds(row, entry, &["date", "service_id"]);
    assert_eq!((&row["date"], &row["service_id"]), (&"2009-02-13T23:31:30Z".into(), &"12345".into()));

    let sample = entries(Integration, include_str!("../fixtures/streamalert/integration_logs.json"), "logs");
    assert_eq!(sample.len(), 3);
    for (entry, row) in &sample {
        holds(row, entry, &["date"]);
    }
    assert_eq!(sample[0].1["date"], "2014-02-12T00:00:00Z");
    assert_eq!(sample[0].1["p_any_usernames"], serde_json::json!(["Johnny"]));
}
