//! Reading back: history, threads, paging, time bounds, metadata on request, and lists.

use serde_json::{Value, json};

use crate::world::{CHANNEL, NOW, Rig, USER, world};

fn texts(answer: &Value) -> Vec<&str> {
    answer["messages"]
        .as_array()
        .unwrap_or_else(|| panic!("{answer}"))
        .iter()
        .map(|m| m["text"].as_str().unwrap())
        .collect()
}

async fn history(rig: &Rig, more: &[(&str, &str)]) -> Value {
    let mut arguments = vec![("channel", CHANNEL)];
    arguments.extend(more);
    rig.get("conversations.history", &arguments).await
}

async fn replies(rig: &Rig, ts: &str, more: &[(&str, &str)]) -> Value {
    let mut arguments = vec![("channel", CHANNEL), ("ts", ts)];
    arguments.extend(more);
    rig.get("conversations.replies", &arguments).await
}

#[tokio::test]
async fn history_comes_newest_first_without_replies_and_without_what_was_deleted() {
    let rig = Rig::new();
    let one = rig.post("one").await;
    let two = rig.sim.post_as(USER, CHANNEL, "two", None).unwrap();
    rig.sim.post_as(USER, CHANNEL, "reply", Some(&one)).unwrap();
    rig.post("three").await;
    rig.sim.delete_message(CHANNEL, &two).unwrap();
    let answer = history(&rig, &[]).await;
    assert_eq!(texts(&answer), ["three", "one"]);
    assert_eq!(answer["has_more"], false);
    let parent = &answer["messages"][1];
    assert_eq!(parent["reply_count"], 1);
    assert_eq!(parent["reply_users"], json!([USER]));
    assert_eq!(parent["thread_ts"], json!(one));
}

#[tokio::test]
async fn a_broadcast_reply_stands_in_thread_and_history() {
    let rig = Rig::new();
    let parent = rig.post("parent").await;
    let arguments = json!({"channel": CHANNEL, "text": "both", "thread_ts": parent, "reply_broadcast": true});
    let answer = rig.call("chat.postMessage", arguments).await;
    assert_eq!(answer["message"]["subtype"], "thread_broadcast");
    assert_eq!(texts(&history(&rig, &[]).await), ["both", "parent"]);
    assert_eq!(texts(&replies(&rig, &parent, &[]).await), ["parent", "both"]);
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_overlap_while_messages_keep_coming() {
    let rig = Rig::new();
    for n in 0..7 {
        rig.post(&format!("{n}")).await;
    }
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = history(&rig, &[("limit", "3"), ("cursor", &cursor)]).await;
        seen.extend(texts(&page).into_iter().map(str::to_owned));
        rig.post("new").await;
        cursor = page["response_metadata"]["next_cursor"].as_str().unwrap_or_default().to_owned();
        assert_eq!(page["has_more"], !cursor.is_empty());
        if cursor.is_empty() {
            break;
        }
    }
    assert_eq!(seen, ["6", "5", "4", "3", "2", "1", "0"]);
}

#[tokio::test]
async fn a_cursor_keeps_its_place_when_its_message_is_deleted() {
    let rig = Rig::new();
    let mut stamps = Vec::new();
    for n in 0..5 {
        stamps.push(rig.post(&format!("{n}")).await);
    }
    let first = history(&rig, &[("limit", "2")]).await;
    rig.sim.delete_message(CHANNEL, &stamps[2]).unwrap();
    let cursor = first["response_metadata"]["next_cursor"].as_str().unwrap();
    assert_eq!(texts(&history(&rig, &[("cursor", cursor)]).await), ["1", "0"]);
}

#[tokio::test]
async fn limits_and_cursors_that_slack_did_not_give_are_refused() {
    let rig = Rig::new();
    rig.post("t").await;
    for (name, value, expected) in [
        ("limit", "999", None),
        ("limit", "1000", Some("invalid_limit")),
        ("limit", "-1", Some("invalid_limit")),
        ("limit", "many", Some("invalid_limit")),
        ("cursor", "bm90IG91cnM=", Some("invalid_cursor")),
        ("oldest", "yesterday", Some("invalid_ts_oldest")),
        ("latest", "1.2.3", Some("invalid_ts_latest")),
    ] {
        assert_eq!(history(&rig, &[(name, value)]).await["error"].as_str(), expected, "{name}={value}");
    }
}

#[tokio::test]
async fn time_bounds_are_open_unless_inclusive() {
    let rig = Rig::new();
    let mut stamps = Vec::new();
    for n in 0..4 {
        stamps.push(rig.post(&format!("{n}")).await);
        rig.clock.advance(std::time::Duration::from_secs(10));
    }
    let (from, to) = (("oldest", stamps[1].as_str()), ("latest", stamps[2].as_str()));
    let whole = format!("{}", NOW + 10);
    for (bounds, expected) in [
        (vec![from], vec!["3", "2"]),
        (vec![from, ("inclusive", "true")], vec!["3", "2", "1"]),
        (vec![to], vec!["1", "0"]),
        (vec![from, to], vec![]),
        (vec![from, to, ("inclusive", "1")], vec!["2", "1"]),
        (vec![("oldest", whole.as_str()), ("inclusive", "true")], vec!["3", "2", "1"]),
        (vec![("oldest", "0")], vec!["3", "2", "1", "0"]),
    ] {
        assert_eq!(texts(&history(&rig, &bounds).await), expected, "{bounds:?}");
    }
}

#[tokio::test]
async fn metadata_is_shown_only_to_those_who_ask() {
    let rig = Rig::new();
    let metadata = json!({"event_type": "e", "event_payload": {"id": "7"}});
    let arguments = json!({"channel": CHANNEL, "text": "t", "metadata": metadata});
    let ts = rig.call("chat.postMessage", arguments).await["ts"].as_str().unwrap().to_owned();
    assert!(history(&rig, &[]).await["messages"][0].get("metadata").is_none());
    assert_eq!(history(&rig, &[("include_all_metadata", "true")]).await["messages"][0]["metadata"], metadata);
    assert!(replies(&rig, &ts, &[]).await["messages"][0].get("metadata").is_none());
    assert_eq!(replies(&rig, &ts, &[("include_all_metadata", "true")]).await["messages"][0]["metadata"], metadata);
}

#[tokio::test]
async fn a_thread_is_found_by_any_of_its_messages_and_pages_oldest_first() {
    let rig = Rig::new();
    let parent = rig.post("p").await;
    let mut last = String::new();
    for n in 0..5 {
        last = rig.sim.post_as(USER, CHANNEL, &format!("{n}"), Some(&parent)).unwrap();
    }
    let whole = replies(&rig, &last, &[]).await;
    assert_eq!(texts(&whole), ["p", "0", "1", "2", "3", "4"]);
    assert_eq!(whole["messages"][1]["parent_user_id"], "U0TESTBOT1");
    let first = replies(&rig, &parent, &[("limit", "2")]).await;
    assert_eq!(texts(&first), ["p", "0", "1"]);
    let cursor = first["response_metadata"]["next_cursor"].as_str().unwrap();
    assert_eq!(texts(&replies(&rig, &parent, &[("limit", "2"), ("cursor", cursor)]).await), ["p", "2", "3"]);
    let lonely = rig.post("alone").await;
    assert_eq!(texts(&replies(&rig, &lonely, &[]).await), ["alone"]);
    for ts in ["", "1750000000.999999"] {
        assert_eq!(replies(&rig, ts, &[]).await["error"], "thread_not_found");
    }
}

#[tokio::test]
async fn reading_needs_membership_and_the_scope_for_that_kind_of_channel() {
    let mut limited = world();
    limited["app"]["scopes"] = json!(["chat:write", "channels:history"]);
    let rig = Rig::of(limited);
    for (channel, expected) in [
        (CHANNEL, json!(null)),
        ("C0UNJOINED1", json!("not_in_channel")),
        ("C0HIDDEN001", json!("channel_not_found")),
        ("C0NOWHERE01", json!("channel_not_found")),
        ("C0PRIVATE01", json!("missing_scope")),
    ] {
        let answer = rig.get("conversations.history", &[("channel", channel)]).await;
        assert_eq!(answer.get("error").cloned().unwrap_or_default(), expected, "{channel}");
        if expected == "missing_scope" {
            assert_eq!(answer["needed"], "groups:history");
            assert_eq!(answer["provided"], "chat:write,channels:history");
        }
    }
}
