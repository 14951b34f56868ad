//! The three schemas: what a row looks like, what is required, and what becomes what.

use crate::{misfit_of, row_of, value_of};
use insta::assert_json_snapshot;
use logs::LogType::{Access, Audit, Integration};
use serde_json::{Value, json};

const AUDIT: &str = r#"{
    "id": "0123a45b-6c7d-8900-e12f-3456789gh0i1", "date_create": 1795244400, "action": "user_login",
    "actor": {"type": "user", "user": {"id": "W123AB456", "name": "Charlie Parker", "email": "bird@slack.com", "team": "T1"}},
    "entity": {"type": "user", "user": {"id": "W123AB457", "name": "Ada", "email": "bird@slack.com"}},
    "context": {"location": {"type": "enterprise", "id": "E1701NCCA", "name": "Birdland", "domain": "birdland"},
        "ua": "Mozilla/5.0", "session_id": 847288190092, "ip_address": "1.23.45.67", "app": null},
    "details": {"type": "saml", "n": 1.50}
}"#;

const ACCESS: &str = r#"{"user_id":"U12345","username":"bob","date_first":1795240800,"date_last":"1795244400","count":"8",
    "ip":"2001:DB8:0::1","user_agent":"SlackWeb Mozilla\/5.0","isp":"BigCo ISP","country":"US","region":null}"#;

const INTEGRATION: &str = r#"{"service_id":1234567890,"service_type":"Google Calendar","user_id":"U1234ABCD","user_name":"Johnny",
    "channel":"C1234567890","date":"1795244400","change_type":"enabled","scope":"incoming-webhook","rss_feed":"true",
    "resolution":"approved"}"#;

#[test]
fn an_audit_entry_as_a_row() {
    assert_json_snapshot!(value_of(Audit, AUDIT), @r#"
    {
      "id": "0123a45b-6c7d-8900-e12f-3456789gh0i1",
      "date_create": "2026-11-21T07:00:00Z",
      "action": "user_login",
      "actor": {
        "type": "user",
        "user": {
          "id": "W123AB456",
          "name": "Charlie Parker",
          "email": "bird@slack.com",
          "team": "T1"
        }
      },
      "entity": {
        "type": "user",
        "user": {
          "id": "W123AB457",
          "name": "Ada",
          "email": "bird@slack.com"
        }
      },
      "context": {
        "location": {
          "type": "enterprise",
          "id": "E1701NCCA",
          "name": "Birdland",
          "domain": "birdland"
        },
        "ua": "Mozilla/5.0",
        "session_id": 847288190092,
        "ip_address": "1.23.45.67",
        "app": null
      },
      "details": {
        "type": "saml",
        "n": 1.5
      },
      "p_event_time": "2026-11-21T07:00:00Z",
      "p_any_ip_addresses": [
        "1.23.45.67"
      ],
      "p_any_usernames": [
        "Ada",
        "Charlie Parker"
      ],
      "p_any_emails": [
        "bird@slack.com"
      ],
      "p_row_id": "c7da32be49c03d28d6a5be0a8684ab28",
      "p_log_type": "Slack.AuditLogs",
      "p_parse_time": "2026-11-21T07:10:00Z",
      "p_source_id": "src1",
      "p_source_label": "SOC \"audit\""
    }
    "#);
}

#[test]
fn an_access_entry_as_a_row() {
    assert_json_snapshot!(value_of(Access, ACCESS), @r#"
    {
      "user_id": "U12345",
      "username": "bob",
      "date_first": "2026-11-21T06:00:00Z",
      "date_last": "2026-11-21T07:00:00Z",
      "count": 8,
      "ip": "2001:DB8:0::1",
      "user_agent": "SlackWeb Mozilla/5.0",
      "isp": "BigCo ISP",
      "country": "US",
      "region": null,
      "p_event_time": "2026-11-21T07:00:00Z",
      "p_any_ip_addresses": [
        "2001:db8::1"
      ],
      "p_any_usernames": [
        "bob"
      ],
      "p_row_id": "b8e35cf6a6ca0c7e70dc1ad02aa093fd",
      "p_log_type": "Slack.AccessLogs",
      "p_parse_time": "2026-11-21T07:10:00Z",
      "p_source_id": "src1",
      "p_source_label": "SOC \"audit\""
    }
    "#);
}

#[test]
fn an_integration_entry_as_a_row() {
    assert_json_snapshot!(value_of(Integration, INTEGRATION), @r#"
    {
      "service_id": "1234567890",
      "service_type": "Google Calendar",
      "user_id": "U1234ABCD",
      "user_name": "Johnny",
      "channel": "C1234567890",
      "date": "2026-11-21T07:00:00Z",
      "change_type": "enabled",
      "scope": "incoming-webhook",
      "rss_feed": true,
      "resolution": "approved",
      "p_event_time": "2026-11-21T07:00:00Z",
      "p_any_usernames": [
        "Johnny"
      ],
      "p_row_id": "3ee9002b5a466b0178b0128deac5a288",
      "p_log_type": "Slack.IntegrationLogs",
      "p_parse_time": "2026-11-21T07:10:00Z",
      "p_source_id": "src1",
      "p_source_label": "SOC \"audit\""
    }
    "#);
}

fn changed(entry: &str, path: &str, value: Option<Value>) -> String {
    let mut entry: Value = serde_json::from_str(entry).unwrap();
    let (parent, name) = path.rsplit_once('/').unwrap();
    let object = entry.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    match value {
        Some(value) => drop(object.insert(name.to_owned(), value)),
        None => drop(object.remove(name)),
    }
    entry.to_string()
}

#[test]
fn a_required_field_that_is_missing_or_null_makes_a_misfit_that_names_it() {
    let required = [
        (Audit, AUDIT, &["/id", "/date_create", "/action", "/actor", "/entity", "/context"][..]),
        (Audit, AUDIT, &["/actor/type", "/actor/user/id", "/entity/type", "/entity/user/id"]),
        (Audit, AUDIT, &["/context/location/type", "/context/location/id"]),
        (Access, ACCESS, &["/user_id", "/date_first", "/date_last", "/count", "/ip"]),
        (Integration, INTEGRATION, &["/user_id", "/date", "/change_type"]),
    ];
    for (log_type, entry, paths) in required {
        for path in paths {
            let told = format!("{}: is required", path[1..].replace('/', "."));
            assert_eq!(misfit_of(log_type, &changed(entry, path, None)), told);
            assert_eq!(misfit_of(log_type, &changed(entry, path, Some(Value::Null))), told);
        }
    }
}

#[test]
fn every_kind_of_entity_has_an_id_if_it_is_there_but_a_message() {
    for kind in ["user", "channel", "file", "app", "workspace", "enterprise", "workflow"] {
        let entry = changed(AUDIT, &format!("/entity/{kind}"), Some(json!({"name": "x"})));
        assert_eq!(misfit_of(Audit, &entry), format!("entity.{kind}.id: is required"));
        let entry = changed(AUDIT, &format!("/entity/{kind}"), Some(json!("x")));
        assert_eq!(misfit_of(Audit, &entry), format!("entity.{kind}: must be an object"));
    }
    for (kind, value) in [("message", json!({})), ("huddle", json!({"date_start": 1})), ("role", json!("x"))] {
        let row = value_of(Audit, &changed(AUDIT, &format!("/entity/{kind}"), Some(value.clone())));
        assert_eq!(row["entity"][kind], value);
    }
}

#[test]
fn what_is_optional_may_be_missing_or_null() {
    for path in ["/actor/user", "/actor/user/name", "/entity/user", "/context/location", "/context/ua", "/details"] {
        let row = value_of(Audit, &changed(AUDIT, path, Some(Value::Null)));
        assert_eq!(row.pointer(path), Some(&Value::Null), "{path}");
        assert_eq!(value_of(Audit, &changed(AUDIT, path, None)).pointer(path), None, "{path}");
    }
}

#[test]
fn values_become_what_the_schema_has_or_the_entry_is_a_misfit() {
    let channel = |field: &str, value: Value| {
        let mut channel = json!({"id": "C1"});
        channel[field] = value;
        changed(AUDIT, "/entity/channel", Some(channel))
    };
    for (given, kept) in [(json!(true), true), (json!("false"), false), (json!(1), true), (json!("0"), false)] {
        assert_eq!(value_of(Audit, &channel("is_shared", given))["entity"]["channel"]["is_shared"], kept);
    }
    for bad in [json!("maybe"), json!(2), json!([])] {
        let told = "entity.channel.is_shared: must be true or false";
        assert_eq!(misfit_of(Audit, &channel("is_shared", bad)), told);
    }
    let teams = value_of(Audit, &channel("teams_shared_with", json!(["T1", 2, null])));
    assert_eq!(teams["entity"]["channel"]["teams_shared_with"], json!(["T1", "2", null]));
    for bad in [json!("T1"), json!({}), json!([["T1"]])] {
        assert!(misfit_of(Audit, &channel("teams_shared_with", bad)).starts_with("entity.channel.teams_shared_with: "));
    }
    for (given, kept) in [(json!(-5), "-5"), (json!(true), "true"), (json!(1.5), "1.5"), (json!("1"), "1")] {
        assert_eq!(value_of(Audit, &changed(AUDIT, "/action", Some(given)))["action"], kept);
    }
    for bad in [json!({}), json!(["x"])] {
        assert_eq!(misfit_of(Audit, &changed(AUDIT, "/action", Some(bad))), "action: must be a string");
    }
    for (given, kept) in [(json!(0), 0), (json!("-3"), -3), (json!(i64::MAX), i64::MAX)] {
        assert_eq!(value_of(Access, &changed(ACCESS, "/count", Some(given)))["count"], kept);
    }
    for bad in [json!(1.5), json!("1e3"), json!(u64::MAX), json!(""), json!(true)] {
        assert_eq!(misfit_of(Access, &changed(ACCESS, "/count", Some(bad))), "count: must be a whole number");
    }
}

#[test]
fn a_time_is_whole_unix_seconds_in_a_number_or_a_string() {
    let table = [
        (json!(0), "1970-01-01T00:00:00Z"),
        (json!("951782400"), "2000-02-29T00:00:00Z"),
        (json!(1_795_244_400), "2026-11-21T07:00:00Z"),
        (json!(253_370_764_799_i64), "9998-12-31T23:59:59Z"),
    ];
    for (given, told) in table {
        let (row, about) = row_of(Audit, &changed(AUDIT, "/date_create", Some(given))).unwrap();
        assert_eq!((&row["date_create"], &row["p_event_time"]), (&told.into(), &told.into()));
        assert_eq!(about.event_time, told.parse::<jiff::Timestamp>().unwrap().as_second());
    }
    let bad = [
        json!(-1),
        json!(253_370_764_800_i64),
        json!(1.5),
        json!("1e9"),
        json!(""),
        json!(" 1"),
        json!("+1"),
        json!(true),
    ];
    for bad in bad {
        let told = "date_create: must be whole unix seconds before the year 9999";
        assert_eq!(misfit_of(Audit, &changed(AUDIT, "/date_create", Some(bad))), told);
    }
}

#[test]
fn an_access_row_happens_when_it_was_last_seen_and_is_listed_by_when_it_was_first() {
    let (_, row) = row_of(Access, ACCESS).unwrap();
    assert_eq!((row.event_time, row.listed_at), (1_795_244_400, 1_795_240_800));
    let (_, row) = row_of(Audit, AUDIT).unwrap();
    assert_eq!(row.event_time, row.listed_at);
}

#[test]
fn only_what_is_an_indicator_is_listed_once_and_in_order() {
    let row = |changes: &[(&str, Value)]| {
        let entry =
            changes.iter().fold(AUDIT.to_owned(), |entry, (path, value)| changed(&entry, path, Some(value.clone())));
        value_of(Audit, &entry)
    };
    for bad in ["", "localhost", "1.2.3", "1.2.3.4:80", "01.2.3.4", "::g"] {
        assert_eq!(row(&[("/context/ip_address", json!(bad))]).get("p_any_ip_addresses"), None, "{bad}");
    }
    for (given, listed) in
        [("10.0.0.1", "10.0.0.1"), ("2001:DB8::0:1", "2001:db8::1"), ("::ffff:1.2.3.4", "::ffff:1.2.3.4")]
    {
        let row = row(&[("/context/ip_address", json!(given))]);
        assert_eq!(row["p_any_ip_addresses"], json!([listed]));
        assert_eq!(row["context"]["ip_address"], given, "the field itself stays");
    }
    for bad in ["", "bird", "@x.org", "a@b", "a@b.", "a@-b.org", "a b@c.org", "a@b.org@c.org", "<a@b.org>", "a@b..org"]
    {
        let row = row(&[("/actor/user/email", json!(bad)), ("/entity/user/email", json!("z+1@sub.example.org"))]);
        assert_eq!(row["p_any_emails"], json!(["z+1@sub.example.org"]), "{bad}");
    }
    let twice = row(&[("/actor/user/name", json!("ada")), ("/entity/user/name", json!("ada"))]);
    assert_eq!(twice["p_any_usernames"], json!(["ada"]));
    let ordered = row(&[("/actor/user/name", json!("z\"b\" ü")), ("/entity/user/name", json!("a"))]);
    assert_eq!(ordered["p_any_usernames"], json!(["a", "z\"b\" ü"]));
    let blank = row(&[("/actor/user/name", json!("  ")), ("/entity/user/name", json!(""))]);
    assert_eq!(blank.get("p_any_usernames"), None);
}
