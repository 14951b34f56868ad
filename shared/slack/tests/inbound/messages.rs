//! What people do with messages, told from everything else that Slack has message events for.

use crate::{fixture, fixtures};
use serde_json::{Value, json};
use slack::inbound::{Callback, Happened, Malformed, MessageEvent, ThreadMessage, callback};

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
