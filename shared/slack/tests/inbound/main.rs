//! Slack's own payloads, from slackapi/bolt-python's tests (fixtures/SOURCES.md), parse; what is malformed does not.

#![allow(clippy::unwrap_used)]

mod messages;

use insta::assert_debug_snapshot;
use proptest::prelude::*;
use serde_json::{Value, json};
use slack::inbound::{Callback, Interaction, Malformed, callback, interaction};
use std::fs;
use std::path::{Path, PathBuf};

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/bolt-python");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn fixture(name: &str) -> String {
    let file = fixtures().into_iter().find(|path| path.file_stem().unwrap() == name).unwrap();
    fs::read_to_string(file).unwrap()
}

fn form(payload: &str) -> Vec<u8> {
    form_urlencoded::Serializer::new(String::new()).append_pair("payload", payload).finish().into_bytes()
}

fn interact(payload: &Value) -> Result<Interaction, Malformed> {
    interaction(&form(&payload.to_string()))
}

#[test]
fn every_recorded_payload_parses_as_its_kind() {
    let files = fixtures();
    assert!(files.len() > 70, "{}", files.len());
    for path in files {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let (kind, _) = name.split_once("__").unwrap();
        let json = fs::read_to_string(&path).unwrap();
        if kind.starts_with("event.") || kind == "url_verification" {
            let parsed = callback(json.as_bytes()).unwrap_or_else(|error| panic!("{name}: {error}"));
            match parsed {
                Callback::Event(event) => assert_eq!(Some(event.event_type.as_str()), kind.split('.').nth(1), "{name}"),
                Callback::UrlVerification { challenge } => assert!(!challenge.is_empty()),
                Callback::Other { kind } => panic!("{name} is taken for {kind}"),
            }
        } else {
            let parsed = interaction(&form(&json)).unwrap_or_else(|error| panic!("{name}: {error}"));
            let parsed_kind = match &parsed {
                Interaction::BlockActions(_) => "block_actions",
                Interaction::ViewSubmission(_) => "view_submission",
                Interaction::ViewClosed => "view_closed",
                Interaction::BlockSuggestion(_) => "block_suggestion",
                Interaction::Other { kind } => kind,
            };
            assert_eq!(parsed_kind, kind, "{name}");
        }
    }
}

#[test]
fn a_click() {
    let parsed = interaction(&form(&fixture("block_actions__test_block_actions__body"))).unwrap();
    assert_debug_snapshot!(parsed, @r#"
    BlockActions(
        BlockActions {
            user: SlackUser {
                id: "W111",
                team_id: Some(
                    "T111",
                ),
            },
            trigger_id: Some(
                "111.222.valid",
            ),
            container: Container {
                channel: Some(
                    "C111",
                ),
                message_ts: Some(
                    "111.222",
                ),
                thread_ts: None,
                view_id: None,
                ephemeral: true,
            },
            actions: [
                ActionTaken {
                    action_id: "a",
                    block_id: "b",
                    action_ts: "1596530385.194939",
                    value: Some(
                        "click_me_123",
                    ),
                },
            ],
            values: ViewValues(
                {},
            ),
            view: None,
        },
    )
    "#);
}

#[test]
fn a_choice_in_a_modal_comes_with_what_the_modal_remembers() {
    let payload = r#"{"type":"block_actions","user":{"id":"U1"},"actions":[{"action_id":"a","block_id":"b",
        "action_ts":"1.1","type":"static_select","selected_option":{"value":"v"}}],
        "container":{"type":"view","view_id":"V1"},"view":{"id":"V1","callback_id":"c","private_metadata":"{}"}}"#;
    let Interaction::BlockActions(clicked) = interaction(&form(payload)).unwrap() else { panic!() };
    let view = clicked.view.unwrap();
    assert_eq!((view.id.as_str(), view.callback_id.as_str(), view.private_metadata.as_str()), ("V1", "c", "{}"));
    assert_eq!((clicked.container.view_id.as_deref(), clicked.container.channel), (Some("V1"), None));
    assert_eq!(clicked.actions[0].value.as_deref(), Some("v"));
}

#[test]
fn what_was_written_and_chosen_beside_the_controls_comes_with_the_click() {
    let payload = r#"{"type":"block_actions","user":{"id":"U1"},"actions":[{"action_id":"a","block_id":"b",
        "action_ts":"1.1"}],"container":{"channel_id":"D1","message_ts":"1.2"},"state":{"values":{
        "text":{"t":{"type":"plain_text_input","value":" well "}},"blank":{"t":{"type":"plain_text_input","value":" "}},
        "none":{"t":{"type":"plain_text_input","value":null}},"who":{"u":{"type":"users_select","selected_user":"W1"}},
        "box":{"c":{"type":"checkboxes","selected_options":[{"text":{},"value":"x"}]},
               "e":{"type":"checkboxes","selected_options":[]},"odd":7}}}}"#;
    let body = form_urlencoded::Serializer::new(String::new()).append_pair("payload", payload).finish();
    let Interaction::BlockActions(clicked) = interaction(body.as_bytes()).unwrap() else { panic!("block_actions") };
    let values = &clicked.values;
    assert_eq!(values.text("text", "t"), Some(" well "));
    assert_eq!((values.text("blank", "t"), values.text("none", "t"), values.text("no", "t")), (None, None, None));
    assert_eq!((values.user("who", "u"), values.user("text", "t")), (Some("W1"), None));
    assert!(values.checked("box", "c", "x") && !values.checked("box", "c", "y") && !values.checked("box", "e", "x"));
    assert!(!values.checked("box", "odd", "x") && !values.checked("no", "c", "x"));
}

#[test]
fn a_submission_from_the_other_side_of_a_shared_channel() {
    let parsed =
        interaction(&form(&fixture("view_submission__test_view_submission__connect_channel_payload"))).unwrap();
    assert_debug_snapshot!(parsed, @r#"
    ViewSubmission(
        ViewSubmission {
            user: SlackUser {
                id: "W111",
                team_id: Some(
                    "T-other-side",
                ),
            },
            view_id: "V11111",
            callback_id: "view-id",
            private_metadata: "",
            values: ViewValues(
                {
                    "zniAM": {
                        "qEJr": Object {
                            "type": String("plain_text_input"),
                            "value": String("Hi there!"),
                        },
                    },
                },
            ),
        },
    )
    "#);
    let Interaction::ViewSubmission(submission) = parsed else { panic!() };
    assert_eq!(submission.values.text("zniAM", "qEJr"), Some("Hi there!"));
    assert_eq!(submission.values.text("zniAM", "other"), None);
}

#[test]
fn typing_in_a_select() {
    let parsed = interaction(&form(&fixture("block_suggestion__test_block_suggestion__body"))).unwrap();
    assert_debug_snapshot!(parsed, @r#"
    BlockSuggestion(
        BlockSuggestion {
            user: SlackUser {
                id: "W111",
                team_id: Some(
                    "T111",
                ),
            },
            action_id: "es_a",
            block_id: "es_b",
            typed: "search word",
            channel: None,
            message_ts: None,
        },
    )
    "#);
}

#[test]
fn an_event_of_a_whole_organisation() {
    let parsed =
        callback(fixture("event.team_access_granted__test_events_org_apps__event_payload").as_bytes()).unwrap();
    assert_debug_snapshot!(parsed, @r#"
    Event(
        EventCallback {
            event_id: "Ev111",
            event_type: "team_access_granted",
            team_id: None,
            enterprise_id: Some(
                "E111",
            ),
            message: None,
        },
    )
    "#);
}

/// A click as an org-wide install sends it: `team` is null, and the message is in a thread.
fn org_wide_click(action: Value) -> Value {
    json!({
        "type": "block_actions", "team": null, "enterprise": {"id": "E1", "name": "Acme"}, "is_enterprise_install": true,
        "user": {"id": "W1", "username": "linus", "team_id": "T1"}, "api_app_id": "A1", "trigger_id": "1.2.3",
        "container": {"type": "message", "message_ts": "2.0", "channel_id": "C1", "is_ephemeral": false, "thread_ts": "1.0"},
        "channel": {"id": "C1", "name": "soc"}, "message": {"type": "message", "ts": "2.0"}, "state": {"values": {}},
        "actions": [action],
    })
}

#[test]
fn each_type_of_control_gives_its_value_and_a_deselection_none() {
    let table = [
        (json!({"type": "button", "value": "v"}), Some("v")),
        (json!({"type": "button", "url": "https://x.example"}), None),
        (json!({"type": "static_select", "selected_option": {"text": {}, "value": "OPEN"}}), Some("OPEN")),
        (json!({"type": "external_select", "selected_option": {"text": {}, "value": "u1"}}), Some("u1")),
        (json!({"type": "external_select", "selected_option": null}), None),
        (json!({"type": "users_select", "selected_user": "U9"}), Some("U9")),
        (json!({"type": "conversations_select", "selected_conversation": "C9"}), Some("C9")),
        (json!({"type": "channels_select", "selected_channel": "C8"}), Some("C8")),
        (json!({"type": "datepicker", "selected_date": "2026-11-21"}), Some("2026-11-21")),
        (json!({"type": "multi_users_select", "selected_users": ["U1"]}), None),
    ];
    for (mut action, value) in table {
        action["action_id"] = "a".into();
        action["block_id"] = "b".into();
        action["action_ts"] = "9.9".into();
        let Ok(Interaction::BlockActions(click)) = interact(&org_wide_click(action.clone())) else {
            panic!("{action}")
        };
        assert_eq!(click.actions[0].value.as_deref(), value, "{action}");
        assert_eq!(click.container.thread_ts.as_deref(), Some("1.0"));
        assert_eq!(click.user.team_id.as_deref(), Some("T1"));
    }
}

#[test]
fn a_message_that_has_a_thread_is_not_in_one() {
    let mut click = org_wide_click(json!({"type": "button", "action_id": "a", "block_id": "b", "action_ts": "9.9"}));
    click["container"] = json!({"type": "message", "message_ts": "2.0", "channel_id": "C1", "is_ephemeral": false});
    click["message"] = json!({"type": "message", "ts": "2.0", "thread_ts": "2.0", "reply_count": 3});
    let Ok(Interaction::BlockActions(clicked)) = interact(&click) else { panic!("{click}") };
    assert_eq!(clicked.container.thread_ts, None);
    assert_eq!(clicked.container.message_ts.as_deref(), Some("2.0"));
}

#[test]
fn an_empty_input_is_none() {
    for value in [Value::Null, json!(""), json!(" \n")] {
        let payload = json!({
            "type": "view_submission", "user": {"id": "U1"},
            "view": {"id": "V1", "callback_id": "resolve", "private_metadata": "{}",
                "state": {"values": {"comment": {"text": {"type": "plain_text_input", "value": value}}}}},
        });
        let Ok(Interaction::ViewSubmission(submission)) = interact(&payload) else { panic!() };
        assert_eq!(submission.values.text("comment", "text"), None, "{value:?}");
    }
}

#[test]
fn what_is_malformed_is_refused_and_not_repeated() {
    let no_action_ts = json!({"action_id": "a", "block_id": "b"});
    let bad = [
        json!("secret text"),
        json!({"user": {"id": "U1"}}),
        json!({"type": 7}),
        json!({"type": "block_actions"}),
        json!({"type": "block_actions", "user": {"id": "U1"}}),
        json!({"type": "block_actions", "user": "secret text", "actions": []}),
        org_wide_click(no_action_ts),
        json!({"type": "view_submission", "user": {"id": "U1"}}),
        json!({"type": "block_suggestion", "user": {"id": "U1"}, "value": "x"}),
    ];
    for payload in bad {
        let error = interact(&payload).expect_err(&payload.to_string());
        assert!(!error.to_string().contains("secret"), "{error}");
    }
    for body in ["", "[]", "{", "{}", r#"{"type":"url_verification"}"#, r#"{"type":"event_callback","event_id":"Ev1"}"#]
    {
        assert!(callback(body.as_bytes()).is_err(), "{body}");
    }
}

#[test]
fn kinds_we_do_not_handle_are_no_errors() {
    let other = interact(&json!({"type": "shortcut", "user": {"id": "U1"}})).unwrap();
    assert_eq!(other, Interaction::Other { kind: "shortcut".into() });
    let limited = callback(br#"{"type":"app_rate_limited","team_id":"T1","minute_rate_limited":1}"#).unwrap();
    assert_eq!(limited, Callback::Other { kind: "app_rate_limited".into() });
}

proptest! {
    #[test]
    fn any_bytes_parse_or_are_malformed_and_never_a_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = callback(&body);
        let _ = interaction(&body);
        let _ = interaction(&form(&String::from_utf8_lossy(&body)));
    }

    #[test]
    fn any_field_of_a_message_event_may_be_anything(field in 0usize..40, noise in "[a-z{}\\[\\]\"0-9:,]{0,20}", name in 0usize..15) {
        let files: Vec<_> = fixtures().into_iter().filter(|path| path.to_str().unwrap().contains("event.message")).collect();
        let whole = fs::read_to_string(&files[name % files.len()]).unwrap();
        let mut lines: Vec<&str> = whole.lines().collect();
        let at = field % lines.len();
        lines[at] = &noise;
        let _ = callback(lines.join("\n").as_bytes());
    }

    #[test]
    fn a_payload_cut_anywhere_is_malformed(at in 1usize..500) {
        let whole = fixture("block_actions__test_block_actions__body");
        let cut: String = whole.chars().take(at.min(whole.chars().count() - 2)).collect();
        prop_assert!(interaction(&form(&cut)).is_err());
    }
}
