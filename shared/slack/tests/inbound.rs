//! Slack's own payloads, from slackapi/bolt-python's tests (fixtures/SOURCES.md), parse; what is malformed does not.

#![allow(clippy::unwrap_used)]

use insta::assert_debug_snapshot;
use proptest::prelude::*;
use serde_json::{Value, json};
use slack::inbound::{Callback, Happened, Interaction, Malformed, MessageEvent, ThreadMessage, callback, interaction};
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
        },
    )
    "#);
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

fn message_event(body: &Value) -> Result<MessageEvent, Malformed> {
    match callback(body.to_string().as_bytes())? {
        Callback::Event(event) => Ok(event.message.expect("it is a message event")),
        other => panic!("{other:?}"),
    }
}

/// A recorded event, changed by `change`.
fn recorded(name: &str, change: impl FnOnce(&mut Value)) -> Result<MessageEvent, Malformed> {
    let mut body: Value = serde_json::from_str(&fixture(&format!("event.message{name}"))).unwrap();
    change(&mut body["event"]);
    message_event(&body)
}

#[test]
fn recorded_message_events_are_sorted() {
    let names = fixtures().into_iter().map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned());
    let sorted: Vec<String> = names
        .filter(|name| name.starts_with("event.message"))
        .map(|name| {
            let parsed = message_event(&serde_json::from_str(&fixture(&name)).unwrap()).unwrap();
            let what = match parsed {
                MessageEvent::Ignored(why) => why.to_owned(),
                MessageEvent::InThread(ThreadMessage { thread_ts, user, what, .. }) => {
                    format!("in {thread_ts} by {user}: {what:?}")
                }
            };
            format!("{}: {what}", name.trim_start_matches("event.message"))
        })
        .collect();
    // The authorizations of some name the author as the bot, which real ones do not.
    insta::assert_snapshot!(sorted.join("\n"), @r#"
    .bot_message__test_events_ignore_self__different_app_response_url_message_event: no comment
    .bot_message__test_events_ignore_self__response_url_message_event: no comment
    .bot_message__test_message_bot__classic_bot_message_event_payload: no comment
    .file_share__test_events__message_file_share_body: our own
    .file_share__test_message_file_share__event_payload: not in a thread
    .message_changed__test_message_changed__event_payload: not in a thread
    .message_deleted__test_message_deleted__event_payload: not in a thread
    .thread_broadcast__test_message_thread_broadcast__event_payload: in 1633663824.000500 by U111: Posted { body: "Hi there!" }
    __test_events_org_apps__event_payload: not in a thread
    __test_message__message_body: not in a thread
    __test_message__message_body2: not in a thread
    __test_message__message_body3: not in a thread
    __test_message_bot__bot_message_event_payload: our own
    __test_message_bot__user_message_event_payload: our own
    "#);
}

const IN_THREAD: &str = "1633663824.000500";

fn in_thread(event: &mut Value) {
    event["thread_ts"] = json!(IN_THREAD);
}

fn posted(body: &str) -> Happened {
    Happened::Posted { body: body.to_owned() }
}

fn what(parsed: Result<MessageEvent, Malformed>) -> Happened {
    match parsed.unwrap() {
        MessageEvent::InThread(message) => {
            assert_eq!(message.thread_ts, IN_THREAD);
            message.what
        }
        MessageEvent::Ignored(why) => panic!("ignored: {why}"),
    }
}

fn why(parsed: Result<MessageEvent, Malformed>) -> &'static str {
    match parsed.unwrap() {
        MessageEvent::Ignored(why) => why,
        MessageEvent::InThread(message) => panic!("{message:?}"),
    }
}

#[test]
fn a_reply_is_read_with_its_files_and_a_broadcast_one_and_one_about_oneself_too() {
    assert_eq!(what(recorded("__test_message__message_body", in_thread)), posted("Hello World!"));
    let with_file = what(recorded(".file_share__test_message_file_share__event_payload", in_thread));
    assert_eq!(with_file, posted("Hi there!\n\n(shared a file in Slack: file.png)"));
    let broadcast = recorded(".thread_broadcast__test_message_thread_broadcast__event_payload", |event| {
        event["user"] = json!("U111");
    });
    assert_eq!(what(broadcast), posted("Hi there!"));
    let me = recorded("__test_message__message_body2", |event| {
        in_thread(event);
        event["subtype"] = json!("me_message");
    });
    assert_eq!(what(me), posted("We've received 103 messages from you!"));
}

#[test]
fn whose_thread_it_is_is_known_from_the_event() {
    let ours = |parent: &str| {
        let parsed = recorded("__test_message_bot__user_message_event_payload", |event| {
            in_thread(event);
            event["user"] = json!("U1");
            event["parent_user_id"] = json!(parent);
        });
        let MessageEvent::InThread(message) = parsed.unwrap() else { panic!() };
        message.in_our_thread
    };
    assert!(ours("W111") && !ours("U2"));
    // The root of a broadcast reply stands in for it.
    let body = fixture("event.message.thread_broadcast__test_message_thread_broadcast__event_payload");
    let body = body.replace("\"user_id\": \"W111\"", "\"user_id\": \"UBOT\"");
    let body =
        body.replacen("\"text\": \"Write in the thread :bow:\",\n   \"user\": \"U111\"", "\"user\": \"UBOT\"", 1);
    let MessageEvent::InThread(message) = message_event(&serde_json::from_str(&body).unwrap()).unwrap() else {
        panic!()
    };
    assert!(message.in_our_thread);
}

#[test]
fn what_no_person_wrote_is_ignored() {
    let person = "__test_message__message_body";
    let with = |field: &'static str, value: &'static str| {
        recorded(person, move |event| {
            in_thread(event);
            event[field] = json!(value);
        })
    };
    assert_eq!(why(with("bot_id", "B1")), "an app's");
    assert_eq!(why(with("app_id", "A999")), "an app's");
    assert_eq!(why(with("app_id", "A111")), "our own");
    assert_eq!(why(with("user", "USLACKBOT")), "an app's");
    for subtype in ["bot_message", "channel_join", "channel_topic", "tombstone", "message_replied", "reminder_add"] {
        assert_eq!(why(with("subtype", subtype)), "no comment");
    }
    // The bot's own user, as the authorization names it.
    assert_eq!(why(recorded("__test_message_bot__user_message_event_payload", in_thread)), "our own");
    assert_eq!(why(with("thread_ts", "1596183880.004200")), "not in a thread");
    let empty = recorded("__test_message__message_body2", |event| {
        in_thread(event);
        event["text"] = json!(" ");
    });
    assert_eq!(why(empty), "nothing written");
}

fn changed(change: impl FnOnce(&mut Value)) -> Result<MessageEvent, Malformed> {
    recorded(".message_changed__test_message_changed__event_payload", |event| {
        for message in ["message", "previous_message"] {
            event[message]["thread_ts"] = json!(IN_THREAD);
            event[message]["ts"] = json!("1665102338.901939");
        }
        change(event);
    })
}

#[test]
fn only_a_real_edit_is_an_edit() {
    let edited = Happened::Edited { body: "updated message".into(), revision: 1_665_102_362_013_600 };
    assert_eq!(what(changed(|_| {})), edited);
    assert_eq!(why(changed(|event| event["message"]["edited"] = Value::Null)), "no edit");
    let unfurled = changed(|event| {
        let edited = event["message"]["edited"].clone();
        event["message"] = event["previous_message"].clone();
        event["message"]["edited"] = edited;
        event["message"]["attachments"] = json!([{"title": "a page", "from_url": "https://a.example"}]);
    });
    assert_eq!(why(unfurled), "nothing written changed");
    let replies = changed(|event| {
        event["message"]["thread_ts"] = event["message"]["ts"].clone();
        event["message"]["reply_count"] = json!(3);
    });
    assert_eq!(why(replies), "not in a thread");
    assert_eq!(why(changed(|event| event["message"]["bot_id"] = json!("B1"))), "an app's");
    let language = changed(|event| {
        event["message"] = event["previous_message"].clone();
        event["message"]["language"] = json!({"locale": "de", "is_reliable": true});
    });
    assert_eq!(why(language), "no edit");
    // Only the blocks differ: another formatting of the same words.
    let formatted = changed(|event| {
        event["previous_message"]["text"] = event["message"]["text"].clone();
        event["previous_message"]["blocks"] = event["message"]["blocks"].clone();
        event["message"]["blocks"][0]["elements"][0]["elements"][0]["style"] = json!({"bold": true});
    });
    assert!(matches!(what(formatted), Happened::Edited { body, .. } if body == "**updated message**"));
    // Without what it was before, the history decides whether it is another text.
    assert_eq!(what(changed(|event| event["previous_message"] = Value::Null)), edited);
}

#[test]
fn a_deletion_is_one_of_a_persons_reply() {
    let deleted = |change: fn(&mut Value)| {
        recorded(".message_deleted__test_message_deleted__event_payload", |event| {
            event["previous_message"]["thread_ts"] = json!(IN_THREAD);
            change(event);
        })
    };
    assert_eq!(what(deleted(|_| {})), Happened::Deleted);
    assert_eq!(why(deleted(|event| event["previous_message"]["bot_id"] = json!("B1"))), "an app's");
    assert_eq!(why(deleted(|event| event["previous_message"]["thread_ts"] = Value::Null)), "not in a thread");
    assert_eq!(why(deleted(|event| event["previous_message"] = Value::Null)), "nothing is known of it");

    let tombstone = |thread_ts: &'static str| {
        changed(move |event| {
            let ts = event["message"]["ts"].clone();
            event["message"] = json!({"type": "message", "subtype": "tombstone", "ts": ts, "thread_ts": thread_ts,
                "user": "USLACKBOT", "text": "This message was deleted.", "hidden": true});
        })
    };
    assert_eq!(why(tombstone("1665102338.901939")), "a deleted parent");
    assert_eq!(what(tombstone(IN_THREAD)), Happened::Deleted);
}

#[test]
fn a_message_event_without_what_it_needs_is_malformed() {
    for field in ["channel", "ts", "user"] {
        let parsed = recorded("__test_message__message_body", |event| {
            in_thread(event);
            event.as_object_mut().unwrap().remove(field);
        });
        assert!(parsed.is_err(), "{field}");
    }
    assert!(changed(|event| event["message"] = Value::Null).is_err());
    assert!(message_event(&json!({"type": "event_callback", "event_id": "Ev1", "event": {"type": 7}})).is_err());
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
