//! What Slack never should send: never a panic, never a broken line, never a forged field.

use crate::{misfit_of, row_of, value_of};
use logs::LogType::{Access, Audit, Integration};
use serde_json::{Value, json};

/// An audit entry with `more` between its fields.
fn audit(more: &str) -> String {
    format!(
        r#"{{"id":"1","date_create":1,"action":"a","actor":{{"type":"u"}},"entity":{{"type":"x"}},"context":{{}},{more}"z":0}}"#
    )
}

#[test]
fn a_field_of_slacks_cannot_pass_for_one_of_ours() {
    let row = value_of(
        Audit,
        &audit(
            r#""p_log_type":"AWS.CloudTrail","P_Source_Id":"x","\u0070_row_id":"\ud800","slack_p_x":1,"slack_slack_p_x":2,"p_x":3,"slack_x":4,"p":5,"#,
        ),
    );
    assert_eq!(row["p_log_type"], "Slack.AuditLogs");
    assert_eq!(row["p_source_id"], "src1");
    let names: Vec<&str> =
        row.as_object().unwrap().keys().map(String::as_str).filter(|k| k.to_lowercase().contains("p_")).collect();
    assert_eq!(
        names,
        [
            "slack_p_log_type",
            "slack_P_Source_Id",
            "slack_p_row_id",
            "slack_slack_p_x",
            "slack_slack_slack_p_x",
            "slack_p_x",
            "p_event_time",
            "p_row_id",
            "p_log_type",
            "p_parse_time",
            "p_source_id",
            "p_source_label",
        ]
    );
    assert_eq!((&row["slack_x"], &row["p"]), (&json!(4), &json!(5)));
    let nested = value_of(Audit, &audit(r#""details":{"p_log_type":"x"},"#));
    assert_eq!(nested["details"]["p_log_type"], "x", "inside it forges nothing");
}

#[test]
fn a_key_that_is_there_twice_makes_a_misfit_at_any_depth() {
    assert_eq!(misfit_of(Audit, &audit(r#""id":"2","#)), "id: is there twice");
    assert_eq!(misfit_of(Audit, &audit(r#""\u0069d":"2","#)), "id: is there twice");
    assert_eq!(misfit_of(Audit, &audit(r#""new":1,"new":1,"#)), ": has a key twice");
    assert_eq!(misfit_of(Audit, &audit(r#""details":{"a":[{"b":1,"b":2}]},"#)), "details: has a key twice");
    assert_eq!(
        misfit_of(Audit, &audit("").replace("{\"type\":\"u\"}", r#"{"type":"u","type":"v"}"#)),
        "actor.type: is there twice"
    );
}

#[test]
fn numbers_keep_their_digits_and_those_beyond_doubles_become_strings() {
    let numbers =
        audit(r#""details":[12345678901234567890123,0.10000000000000000000001,1E2,-0,1e-999,1e999,-1E+400],"#);
    let mut out = Vec::new();
    logs::normalise(Audit, &numbers, &crate::context(), &mut out).unwrap();
    let line = String::from_utf8(out).unwrap();
    let kept = r#"[12345678901234567890123,0.10000000000000000000001,1E2,-0,1e-999,"1e999","-1E+400"]"#;
    assert!(line.contains(kept), "{line}");
    let digits = "9".repeat(400);
    assert_eq!(value_of(Audit, &audit(&format!("\"details\":{digits},")))["details"], digits);
}

#[test]
fn half_a_surrogate_pair_becomes_the_replacement_character() {
    let row = value_of(Audit, &audit(r#""details":{"\ud83d":"a\ude00\n","b":"\ud83d\ude00"},"action2":"\udfff","#));
    assert_eq!(row["details"], json!({"\u{fffd}": "a\u{fffd}\n", "b": "😀"}));
    assert_eq!(row["action2"], "\u{fffd}");
    let named = audit("")
        .replace(r#"{"type":"u"}"#, r#"{"type":"u","user":{"id":"1","name":"x\ud83d","email":"\u0061@b.org"}}"#);
    let row = value_of(Audit, &named);
    assert_eq!((&row["p_any_usernames"], &row["p_any_emails"]), (&json!(["x\u{fffd}"]), &json!(["a@b.org"])));
}

#[test]
fn white_space_between_tokens_goes_and_inside_strings_stays() {
    let pretty = " {\r\n\t\"user_id\" : \"U\\n1\" , \"date\":\n5 ,\"change_type\" :\"a  b\",\"x\":[ 1 , { } , [ ] ], \"y\": { \"z\" :\n null } }\r\n";
    let mut out = Vec::new();
    logs::normalise(Integration, pretty, &crate::context(), &mut out).unwrap();
    let line = String::from_utf8(out).unwrap();
    let kept =
        r#"{"user_id":"U\n1","date":"1970-01-01T00:00:05Z","change_type":"a  b","x":[1,{},[]],"y":{"z":null},"p_"#;
    assert!(line.starts_with(kept), "{line}");
    assert_eq!(line.matches('\n').count(), 1);
}

#[test]
fn what_is_no_json_object_is_a_misfit() {
    for entry in ["", " ", "[]", "null", "\"x\"", "1", "\u{feff}{}"] {
        assert_eq!(misfit_of(Audit, entry), ": must be a JSON object", "{entry}");
    }
    let whole = audit("");
    for cut in 1..whole.len() {
        misfit_of(Audit, &whole[..cut]);
    }
    for entry in [format!("{whole}x"), format!("{whole}{whole}"), whole.replace(':', "="), whole.replace("\"z\":0", "")]
    {
        assert!(misfit_of(Audit, &entry).ends_with("is not JSON"), "{entry}");
    }
    for bad in [
        "tru",
        "nul",
        "01",
        "1.",
        ".5",
        "-",
        "+1",
        "1e",
        "NaN",
        "'a'",
        "[1,]",
        "{\"a\"}",
        "{\"a\":1,}",
        "{1:2}",
        "\"\t\"",
        "\u{7f}",
        "[1 2]",
        "]",
    ] {
        assert_eq!(misfit_of(Audit, &audit(&format!("\"details\":{bad},"))), "details: is not JSON", "{bad}");
        assert!(misfit_of(Audit, &audit(&format!("\"other\":{bad},"))).ends_with("is not JSON"), "{bad}");
    }
    assert_eq!(misfit_of(Access, "{}"), "user_id: is required");
}

#[test]
fn nesting_has_an_end() {
    let nested = |depth: usize| audit(&format!("\"details\":{}{},", "[".repeat(depth), "]".repeat(depth)));
    assert!(row_of(Audit, &nested(99)).is_ok());
    assert_eq!(misfit_of(Audit, &nested(100)), "details: is nested too deep");
    assert_eq!(misfit_of(Audit, &nested(1_000_000)), "details: is nested too deep");
}

#[test]
fn an_object_with_very_many_keys_is_read_in_little_time() {
    let keys: Vec<String> = (0..200_000).map(|n| format!("\"k{n}\":{n}")).collect();
    let row = value_of(Audit, &audit(&format!("\"details\":{{{}}},", keys.join(","))));
    assert_eq!(row["details"].as_object().map(serde_json::Map::len), Some(200_000));
}

#[test]
fn a_label_with_quotes_and_lines_stays_inside_its_field() {
    let context = logs::Context::new(
        logs::LogSourceId::new("s").unwrap(),
        "a\",\"p_log_type\":\"x\n",
        "2026-11-21T07:00:00Z".parse().unwrap(),
    );
    let mut out = Vec::new();
    logs::normalise(Audit, &audit(""), &context, &mut out).unwrap();
    let row: Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(
        (&row["p_log_type"], &row["p_source_label"]),
        (&json!("Slack.AuditLogs"), &json!("a\",\"p_log_type\":\"x\n"))
    );
}
