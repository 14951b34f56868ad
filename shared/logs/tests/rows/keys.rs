//! What tells rows apart, and that the same entry is the same row however often it is read.

use crate::{context, row_of};
use logs::LogType::{self, Access, Audit, Integration};
use logs::{Context, LogSourceId, RowKey, normalise, normalise_nth, quarantine_line};
use serde_json::{Value, json};

fn key(log_type: LogType, entry: &Value) -> RowKey {
    row_of(log_type, &entry.to_string()).unwrap().1.key
}

fn with(entry: &Value, field: &str, value: Value) -> Value {
    let mut entry = entry.clone();
    entry[field] = value;
    entry
}

fn audit(id: &str) -> Value {
    json!({"id": id, "date_create": 1, "action": "a", "actor": {"type": "user"}, "entity": {"type": "x"}, "context": {}})
}

#[test]
fn an_audit_entry_is_known_by_its_id_and_without_one_by_all_it_says() {
    assert_eq!(key(Audit, &audit("1")), key(Audit, &with(&audit("1"), "action", json!("b"))));
    assert_ne!(key(Audit, &audit("1")), key(Audit, &audit("2")));
    assert_ne!(key(Audit, &audit("")), key(Audit, &with(&audit(""), "action", json!("b"))));
    assert_eq!(key(Audit, &audit("é")), row_of(Audit, &audit("é").to_string().replace('é', r"\u00e9")).unwrap().1.key);
}

#[test]
fn an_access_entry_is_known_by_user_address_device_and_first_time() {
    let entry =
        json!({"user_id": "U1", "ip": "1.2.3.4", "user_agent": "x", "date_first": 1, "date_last": 2, "count": 3});
    for (field, value) in
        [("date_last", json!(9)), ("count", json!(9)), ("country", json!("DE")), ("username", json!("b"))]
    {
        assert_eq!(key(Access, &entry), key(Access, &with(&entry, field, value)), "{field}");
    }
    for (field, value) in
        [("user_id", json!("U2")), ("ip", json!("")), ("user_agent", json!("")), ("date_first", json!(0))]
    {
        assert_ne!(key(Access, &entry), key(Access, &with(&entry, field, value)), "{field}");
    }
    let apart = |user: &str, ip: &str| key(Access, &with(&with(&entry, "user_id", json!(user)), "ip", json!(ip)));
    assert_ne!(apart("U1", "2"), apart("U", "12"));
}

#[test]
fn with_updates_an_access_entry_that_changed_is_another_row() {
    let entry = json!({"user_id": "U1", "ip": "1.2.3.4", "date_first": 1, "date_last": 2, "count": 3});
    let updated = context().with_updates(true);
    let key = |entry: &Value| normalise(Access, &entry.to_string(), &updated, &mut Vec::new()).unwrap().key;
    for field in ["date_last", "count"] {
        assert_ne!(key(&entry), key(&with(&entry, field, json!(9))), "{field}");
    }
    assert_eq!(key(&entry), key(&with(&entry, "region", json!("BE"))));
}

#[test]
fn an_entry_with_updates_is_another_row_than_without() {
    let entry = json!({"user_id": "U1", "ip": "1.2.3.4", "date_first": 1, "date_last": 2, "count": 3}).to_string();
    let [plain, updated, again] = [false, true, true]
        .map(|with| normalise(Access, &entry, &context().with_updates(with), &mut Vec::new()).unwrap().key);
    assert_ne!(plain, updated, "what is stored of either says nothing of the other");
    assert_eq!(updated, again);
}

#[test]
fn an_integration_entry_is_known_by_all_it_says_however_it_is_written() {
    let entry =
        json!({"user_id": "U1", "date": "5", "change_type": "added", "service_id": 12, "more": {"a": 1, "b": [1]}});
    let same = [
        json!({"service_id": "12", "more": {"b": [1], "a": 1}, "date": 5, "change_type": "added", "user_id": "U1"}),
        with(&entry, "reason", Value::Null),
        with(&entry, "user_name", json!("renamed")),
    ];
    for other in &same {
        assert_eq!(key(Integration, &entry), key(Integration, other), "{other}");
    }
    for field in ["user_id", "date", "change_type", "service_id", "scope", "resolution"] {
        assert_ne!(key(Integration, &entry), key(Integration, &with(&entry, field, json!("77"))), "{field}");
    }
    assert_ne!(key(Integration, &entry), key(Integration, &with(&entry, "more", json!({"a": 1, "b": [2]}))));
}

#[test]
fn the_same_integration_twice_in_a_second_is_two_rows() {
    let entry = json!({"user_id": "U1", "date": "5", "change_type": "added"}).to_string();
    let nth = |n| normalise_nth(Integration, &entry, n, &context(), &mut Vec::new()).unwrap().key;
    assert_eq!(nth(0), normalise(Integration, &entry, &context(), &mut Vec::new()).unwrap().key);
    assert_ne!(nth(0), nth(1));
    assert_ne!(nth(1), nth(2));
    let audited = audit("1").to_string();
    let nth = |n| normalise_nth(Audit, &audited, n, &context(), &mut Vec::new()).unwrap().key;
    assert_eq!(nth(0), nth(1), "an id is an id");
}

#[test]
fn rows_of_two_sources_differ_and_rows_of_two_windows_do_not() {
    let entry = audit("1").to_string();
    let key = |source: &str, at: &str| {
        let context = Context::new(LogSourceId::new(source).unwrap(), source, at.parse().unwrap());
        normalise(Audit, &entry, &context, &mut Vec::new()).unwrap().key
    };
    assert_eq!(key("s1", "2026-11-21T07:00:00Z"), key("s1", "2026-11-21T08:00:00Z"));
    assert_ne!(key("s1", "2026-11-21T07:00:00Z"), key("s2", "2026-11-21T07:00:00Z"));
}

#[test]
fn a_misfit_is_kept_whole_with_its_reason_and_always_has_the_same_key() {
    let entry = "{\"id\":\"1\",\n\"date_create\":\"1795244400\"";
    let misfit = row_of(Audit, entry).unwrap_err();
    let mut out = Vec::new();
    let row = quarantine_line(Audit, entry, &misfit, &context(), &mut out);
    let line = String::from_utf8(out).unwrap();
    assert_eq!(line.matches('\n').count(), 1);
    let value: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(value["entry"], entry);
    insta::assert_snapshot!(line.trim_end(), @r#"{"entry":"{\"id\":\"1\",\n\"date_create\":\"1795244400\"","field":"","rule":"is not JSON","p_row_id":"cbbc5ea10fb8fb749b262e762fea222a","p_log_type":"Slack.AuditLogs","p_parse_time":"2026-11-21T07:10:00Z","p_source_id":"src1","p_source_label":"SOC \"audit\""}"#);
    assert_eq!(
        row.event_time,
        "2026-11-21T07:10:00Z".parse::<jiff::Timestamp>().unwrap().as_second(),
        "the parse time"
    );
    let another = quarantine_line(Audit, "{\"id\":\"2\"}", &misfit, &context(), &mut Vec::new());
    assert_ne!(row.key, another.key);
    let dated = quarantine_line(Audit, r#"{"date_create":"1795244400"}"#, &misfit, &context(), &mut Vec::new());
    assert_eq!(dated.event_time, 1_795_244_400);
}
