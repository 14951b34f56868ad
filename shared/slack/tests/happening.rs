//! Events about the app and its channels, as Slack sends them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use alert::happening::What;
use serde_json::{Value, json};
use slack::app::SUBSCRIPTIONS;
use slack::inbound::happening;

const BOT: &str = "U0BOT";

fn callback(event: &Value) -> Value {
    json!({
        "type": "event_callback", "event_id": "Ev1", "event_time": 1_795_250_000, "team_id": "T1", "event": event,
        "authorizations": [{"team_id": "T1", "user_id": BOT, "is_bot": true, "is_enterprise_install": false}],
    })
}

fn read(event: &Value) -> Option<What> {
    happening(callback(event).to_string().as_bytes()).unwrap().map(|happening| happening.what)
}

/// An event of each kind that the app subscribes to.
fn examples() -> Vec<(&'static str, Value, What)> {
    let (c, channel) = (json!("C1"), || "C1".to_owned());
    let renamed = json!({"id": "C1", "name": "new", "created": 1});
    let name = || "new".to_owned();
    vec![
        ("app_uninstalled", json!({}), What::Uninstalled),
        ("channel_archive", json!({"channel": c, "user": "U1"}), What::Archived { channel: channel() }),
        ("channel_deleted", json!({"channel": c}), What::Deleted { channel: channel() }),
        (
            "channel_id_changed",
            json!({"old_channel_id": "G1", "new_channel_id": "C1", "event_ts": "1.2"}),
            What::IdChanged { from: "G1".to_owned(), to: channel() },
        ),
        ("channel_left", json!({"channel": c}), What::Left { channel: channel() }),
        ("channel_rename", json!({"channel": renamed}), What::Renamed { channel: channel(), name: name() }),
        ("channel_unarchive", json!({"channel": c, "user": "U1"}), What::Unarchived { channel: channel() }),
        ("group_archive", json!({"channel": c}), What::Archived { channel: channel() }),
        ("group_deleted", json!({"channel": c}), What::Deleted { channel: channel() }),
        ("group_left", json!({"channel": c}), What::Left { channel: channel() }),
        ("group_rename", json!({"channel": renamed}), What::Renamed { channel: channel(), name: name() }),
        ("group_unarchive", json!({"channel": c}), What::Unarchived { channel: channel() }),
        ("member_joined_channel", json!({"channel": c, "user": BOT}), What::Joined { channel: channel() }),
        ("member_left_channel", json!({"channel": c, "user": BOT}), What::Left { channel: channel() }),
        (
            "team_access_granted",
            json!({"team_ids": ["T1", "T2"]}),
            What::AccessGranted { workspaces: vec!["T1".to_owned(), "T2".to_owned()] },
        ),
        ("team_access_revoked", json!({"team_ids": ["T1"]}), What::AccessRevoked { workspaces: vec!["T1".to_owned()] }),
        ("tokens_revoked", json!({"tokens": {"oauth": [], "bot": [BOT]}}), What::TokenRevoked),
    ]
}

#[test]
fn a_workspace_that_could_name_no_message_group_is_refused() {
    let event = json!({"type": "app_uninstalled"});
    for id in ["", "T 1", "é", &"T".repeat(60)] {
        for field in ["team_id", "enterprise_id"] {
            let mut callback = callback(&event);
            callback[field] = json!(id);
            assert!(happening(callback.to_string().as_bytes()).is_err(), "{field} {id}");
        }
    }
}

#[test]
fn each_event_that_the_app_subscribes_to_is_read() {
    let mut seen = Vec::new();
    for (kind, mut event, expected) in examples() {
        event["type"] = json!(kind);
        assert_eq!(read(&event), Some(expected), "{kind}");
        seen.push(kind);
    }
    // Those are read elsewhere.
    let others = ["app_home_opened", "message"];
    let subscribed: Vec<_> =
        SUBSCRIPTIONS.iter().map(|one| one.event_type).filter(|kind| !others.contains(kind)).collect();
    assert_eq!(seen, subscribed);
}

#[test]
fn what_others_do_is_no_happening() {
    for event in [
        json!({"type": "member_joined_channel", "channel": "C1", "user": "U1"}),
        json!({"type": "member_left_channel", "channel": "C1", "user": "U1"}),
        json!({"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": []}}),
        json!({"type": "tokens_revoked", "tokens": {"oauth": ["U1"]}}),
        json!({"type": "message", "channel": "C1", "text": "hi"}),
        json!({"type": "something_new"}),
    ] {
        assert_eq!(read(&event), None, "{event}");
    }
}

#[test]
fn an_organisations_events_have_no_team_and_are_read_all_the_same() {
    let uninstalled =
        include_bytes!("fixtures/bolt-python/event.app_uninstalled__test_events_token_revocations__event_payload.json");
    let found = happening(uninstalled).unwrap().unwrap();
    assert_eq!((found.what, &found.workspace.team_id), (What::Uninstalled, &None));
    assert!(found.workspace.enterprise_id.is_some());
    let revoked =
        include_bytes!("fixtures/bolt-python/event.tokens_revoked__test_events_token_revocations__event_payload.json");
    let found = happening(revoked).unwrap().unwrap();
    assert_eq!((found.what, &found.workspace.team_id), (What::TokenRevoked, &None));
    let workspaces = || vec!["T111".to_owned(), "T222".to_owned()];
    let granted =
        include_bytes!("fixtures/bolt-python/event.team_access_granted__test_events_org_apps__event_payload.json");
    assert_eq!(happening(granted).unwrap().unwrap().what, What::AccessGranted { workspaces: workspaces() });
    let revoked =
        include_bytes!("fixtures/bolt-python/event.team_access_revoked__test_events_org_apps__event_payload.json");
    let found = happening(revoked).unwrap().unwrap();
    assert_eq!(found.what, What::AccessRevoked { workspaces: workspaces() });
    assert_eq!((found.workspace.enterprise_id.as_deref(), found.group()), (Some("E111"), "slack/E111".to_owned()));
}

#[test]
fn what_could_not_be_followed_is_malformed() {
    for event in [
        json!({"type": "channel_rename", "channel": {"id": "C1"}}),
        json!({"type": "channel_archive"}),
        json!({"type": "channel_archive", "channel": "C 1/#"}),
        json!({"type": "channel_archive", "channel": "C".repeat(65)}),
        json!({"type": "channel_id_changed", "old_channel_id": "C1"}),
        json!({"type": "team_access_granted"}),
        json!({"type": "team_access_revoked", "team_ids": ["T1", 2]}),
    ] {
        assert!(happening(callback(&event).to_string().as_bytes()).is_err(), "{event}");
    }
    let mut without_id = callback(&json!({"type": "app_uninstalled"}));
    without_id["event_id"] = Value::Null;
    assert!(happening(without_id.to_string().as_bytes()).is_err());
    assert_eq!(happening(b"not json").unwrap(), None);
}
