//! Whatever an entry is, it is a row of one valid line that holds all of it, or a misfit that does.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use logs::{Context, LogSourceId, LogType, normalise, quarantine_line};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

const STANDARD: [&str; 9] = [
    "p_event_time",
    "p_any_ip_addresses",
    "p_any_usernames",
    "p_any_emails",
    "p_log_type",
    "p_row_id",
    "p_parse_time",
    "p_source_id",
    "p_source_label",
];

fn context() -> Context {
    Context::new(LogSourceId::new("src1").unwrap(), "label", "2026-11-21T07:10:00Z".parse().unwrap())
}

fn any_value() -> impl Strategy<Value = Value> {
    let text = prop_oneof!["(?s).{0,12}", r#"[\\"/\x00-\x1f]{0,6}"#, "[a-z.0-9]{1,5}@[a-z.]{1,6}", "[0-9:.a-f]{1,16}"];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (0..2_000_000_000_i64).prop_map(Value::from),
        (0..2_000_000_000_i64).prop_map(|n| Value::from(n.to_string())),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((any_name(), inner), 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn any_name() -> impl Strategy<Value = String> {
    let known = [
        "id",
        "date_create",
        "action",
        "actor",
        "entity",
        "context",
        "details",
        "type",
        "user",
        "name",
        "email",
        "app",
        "scopes",
        "is_shared",
        "channel",
        "location",
        "ip_address",
        "user_id",
        "date_first",
        "date_last",
        "count",
        "ip",
        "username",
        "date",
        "change_type",
        "service_id",
        "rss_feed",
        "user_name",
        "p_log_type",
        "P_row_id",
        "slack_p_a",
    ];
    prop_oneof![3 => proptest::sample::select(known.to_vec()).prop_map(str::to_owned), 1 => "(?s).{0,6}", 1 => "(slack_){0,2}[pP]_[a-c]{0,1}"]
}

/// An entry that has what is required, under whatever else.
fn likely(log_type: LogType) -> Value {
    match log_type {
        LogType::Audit => json!({"id": "1", "date_create": 7, "action": "a", "actor": {"type": "user"},
            "entity": {"type": "user"}, "context": {}}),
        LogType::Access => json!({"user_id": "U", "date_first": "5", "date_last": 6, "count": 7, "ip": "1.2.3.4"}),
        LogType::Integration => json!({"user_id": "U", "date": "5", "change_type": "added"}),
    }
}

fn any_entry() -> impl Strategy<Value = (LogType, Value)> {
    let fields = proptest::collection::vec((any_name(), any_value()), 0..8);
    (proptest::sample::select(LogType::ALL.to_vec()), fields, any::<bool>(), any::<bool>()).prop_map(
        |(log_type, fields, likely_last, whole)| {
            let mut entry = Map::new();
            if !likely_last && whole {
                entry.extend(likely(log_type).as_object().cloned().unwrap());
            }
            entry.extend(fields);
            if likely_last {
                entry.extend(likely(log_type).as_object().cloned().unwrap());
            }
            (log_type, Value::Object(entry))
        },
    )
}

/// The name that a row has for a field of Slack's.
fn name_in_row(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    if lower.trim_start_matches("slack_").starts_with("p_") { format!("slack_{name}") } else { name.to_owned() }
}

/// Whether a row may have `kept` where the entry has `given`: the same, or the same in another type.
fn is_same(given: &Value, kept: &Value) -> bool {
    match (given, kept) {
        (Value::Object(given), Value::Object(kept)) => {
            given.len() == kept.len()
                && given.iter().all(|(name, given)| kept.get(name).is_some_and(|kept| is_same(given, kept)))
        }
        (Value::Array(given), Value::Array(kept)) => {
            given.len() == kept.len() && given.iter().zip(kept).all(|(given, kept)| is_same(given, kept))
        }
        (given, kept) if given == kept => true,
        (given, Value::String(kept)) => match kept.parse::<jiff::Timestamp>() {
            Ok(at) => plain(given) == at.as_second().to_string(),
            Err(_) => plain(given) == *kept,
        },
        (Value::String(given), Value::Number(kept)) => *given == kept.to_string(),
        (given, Value::Bool(kept)) => plain(given) == kept.to_string() || plain(given) == u8::from(*kept).to_string(),
        (_, Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_)) => false,
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_entry_is_a_row_that_holds_all_of_it_or_a_misfit_that_does((log_type, entry) in any_entry(), pretty in any::<bool>()) {
        let written = if pretty { serde_json::to_string_pretty(&entry).unwrap() } else { entry.to_string() };
        let mut out = Vec::new();
        let row = normalise(log_type, &written, &context(), &mut out);
        let quarantined = row.as_ref().err().map(|misfit| quarantine_line(log_type, &written, misfit, &context(), &mut out));
        prop_assert_eq!(out.iter().filter(|b| matches!(b, b'\n' | b'\r')).count(), 1);
        prop_assert_eq!(out.last(), Some(&b'\n'));
        let line: Value = serde_json::from_slice(&out).unwrap();
        let mut line = line.as_object().cloned().unwrap();
        if quarantined.is_some() {
            prop_assert_eq!(&line["entry"], &Value::from(written));
            return Ok(());
        }
        for name in STANDARD {
            line.remove(name);
        }
        let entry = entry.as_object().unwrap();
        prop_assert_eq!(line.len(), entry.len());
        for (name, given) in entry {
            let kept = line.get(&name_in_row(name));
            prop_assert!(kept.is_some_and(|kept| is_same(given, kept)), "{}: {} became {:?}", name, given, kept);
        }
    }

    #[test]
    fn the_same_entry_always_gives_the_same_bytes((log_type, entry) in any_entry()) {
        let entry = entry.to_string();
        let once = |before: &[u8]| {
            let mut out = before.to_vec();
            let row = normalise(log_type, &entry, &context(), &mut out);
            (row, out.split_off(before.len()))
        };
        prop_assert_eq!(once(b""), once(b"{\"another\":1}\n"));
    }

    #[test]
    fn no_text_makes_it_panic_or_break_a_line(text in r#"([\{\}\[\]:,"\\ \n\t]|[a-z]|\PC|"id"|"date"|null|true|-?[0-9.eE]{1,4}|\\u[0-9a-fA-F]{0,4}){0,60}"#) {
        for log_type in LogType::ALL {
            let mut out = Vec::new();
            match normalise(log_type, &text, &context(), &mut out) {
                Ok(_) => prop_assert!(serde_json::from_slice::<Value>(&out).is_ok()),
                Err(misfit) => {
                    prop_assert!(out.is_empty());
                    quarantine_line(log_type, &text, &misfit, &context(), &mut out);
                    prop_assert!(serde_json::from_slice::<Value>(&out).is_ok());
                }
            }
        }
    }

    #[test]
    fn what_is_json_for_serde_json_is_json_here_and_the_other_way_round(cut in 0..400_usize, with in r#"[\{\}\[\]:,"\\ 0-9a-z.eE+-]{0,2}"#) {
        let whole = r#"{"user_id":"U","date":"5","change_type":"a\u00e9\"b","x":[1.5e3,-0,{"y":[true,false,null],"z":{}},""],"w":{"a":{"b":[[]]}},"n":-12,"long":"abcdefghijklmnopqrstuvwxyz"}"#;
        let cut = cut % whole.len();
        let mutated = format!("{}{with}{}", &whole[..cut], &whole[(cut + 1).min(whole.len())..]);
        let ours = normalise(LogType::Integration, &mutated, &context(), &mut Vec::new());
        let theirs = serde_json::from_str::<Map<String, Value>>(&mutated);
        match (&ours, &theirs) {
            (Ok(_), theirs) => prop_assert!(theirs.is_ok(), "{}", mutated),
            (Err(misfit), Ok(_)) => prop_assert!(!misfit.rule.contains("JSON"), "{}: {}", misfit, mutated),
            (Err(_), Err(_)) => {}
        }
    }
}
