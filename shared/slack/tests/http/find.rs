//! Looking for a message by its metadata.

use crate::fake::{Fake, Reply};
use jiff::Timestamp;
use serde_json::{Value, json};
use slack::client::{Client, Error, Found, Token, http_client};

const SINCE: Timestamp = Timestamp::constant(1_763_700_060, 0);

fn message(ts: &str, event_type: &str, payload: Value) -> Value {
    by("B1", ts, event_type, payload)
}

fn by(bot: &str, ts: &str, event_type: &str, payload: Value) -> Value {
    let metadata = json!({"event_type": event_type, "event_payload": payload});
    json!({"type": "message", "ts": ts, "bot_id": bot, "metadata": metadata})
}

/// What `auth.test` says, which is asked first: who we are.
fn we() -> Reply {
    Reply::json(r#"{"ok":true,"team_id":"T1","user_id":"U1","bot_id":"B1"}"#)
}

fn page(messages: Vec<Value>, has_more: bool, cursor: &str) -> Reply {
    let metadata = json!({"next_cursor": cursor});
    Reply::json(
        &json!({"ok": true, "messages": messages, "has_more": has_more, "response_metadata": metadata}).to_string(),
    )
}

fn refusal(code: &str) -> Reply {
    Reply::json(&json!({"ok": false, "error": code}).to_string())
}

async fn in_channel(mut replies: Vec<Reply>) -> (Result<Found, Error>, Vec<String>) {
    replies.insert(0, we());
    let fake = Fake::serve(replies).await;
    let client = Client::new(http_client(), &fake.url);
    let token = Token::new("xoxb-1").unwrap();
    let found = client.with_token(&token).find_in_channel("C1", SINCE, "a1/d1").await;
    (found, fake.asked().split_off(1))
}

async fn in_thread(reply: Reply) -> Result<Found, Error> {
    let fake = Fake::serve(vec![we(), reply]).await;
    let client = Client::new(http_client(), &fake.url);
    let token = Token::new("xoxb-1").unwrap();
    client.with_token(&token).find_in_thread("C1", "1.0", SINCE, "a1/d1", 3).await
}

#[tokio::test]
async fn a_message_is_found_by_type_and_delivery_on_any_page() {
    let others = vec![
        json!({"type": "message", "ts": "9.1", "text": "a1/d1"}),
        message("9.2", "margay_delivery", json!({"delivery": "a1/d2"})),
        message("9.3", "margay_activity", json!({"delivery": "a1/d1", "seq": 1})),
        message("9.4", "margay_delivery", json!({"delivery": ["a1/d1"]})),
        json!({"type": "message", "ts": "9.5", "metadata": {}}),
        by("B2", "9.6", "margay_delivery", json!({"delivery": "a1/d1"})),
    ];
    let ours = message("5.5", "margay_delivery", json!({"delivery": "a1/d1"}));
    let replies = vec![page(others.clone(), true, "next="), page(vec![ours], false, "")];
    let (found, asked) = in_channel(replies).await;
    assert_eq!(found.unwrap(), Found::At("5.5".into()));
    let first = asked[0].lines().next().unwrap();
    for argument in ["channel=C1", "oldest=1763700000.000000", "include_all_metadata=true", "inclusive=true"] {
        assert!(first.contains(argument), "{first}");
    }
    assert!(asked[1].lines().next().unwrap().contains("cursor=next%3D"));

    let (found, _) = in_channel(vec![page(others, false, "")]).await;
    assert_eq!(found.unwrap(), Found::Absent);
}

#[tokio::test]
async fn what_slack_does_not_show_is_not_taken_for_absent() {
    let (found, _) = in_channel(vec![page(vec![], true, "")]).await;
    assert!(matches!(found.unwrap(), Found::CannotTell(_)));
    let (found, asked) = in_channel(vec![page(vec![], true, "again")]).await;
    assert!(matches!(found.unwrap(), Found::CannotTell(_)));
    assert_eq!(asked.len(), 10);
    for code in ["missing_scope", "not_in_channel", "channel_not_found", "channel_is_limited_access", "invalid_cursor"]
    {
        let (found, _) = in_channel(vec![refusal(code)]).await;
        assert!(matches!(found.unwrap(), Found::CannotTell(reason) if reason.contains(code)), "{code}");
    }
}

#[tokio::test]
async fn what_may_pass_is_an_error_to_try_again() {
    for code in ["service_unavailable", "internal_error", "ratelimited", "never_heard_of"] {
        let (found, _) = in_channel(vec![refusal(code)]).await;
        assert!(found.is_err(), "{code}");
    }
    let (found, _) = in_channel(vec![Reply::json(r#"{"ok":true}"#)]).await;
    assert!(matches!(found, Err(Error::LostAnswer { .. })));
}

#[tokio::test]
async fn a_reply_is_found_by_delivery_and_number() {
    let replies = |seq: Value| {
        let parent = message("1.0", "margay_delivery", json!({"delivery": "a1/d1"}));
        page(vec![parent, message("2.0", "margay_activity", json!({"delivery": "a1/d1", "seq": seq}))], false, "")
    };
    assert_eq!(in_thread(replies(json!(3))).await.unwrap(), Found::At("2.0".into()));
    assert_eq!(in_thread(replies(json!(4))).await.unwrap(), Found::Absent);
    assert_eq!(in_thread(refusal("thread_not_found")).await.unwrap(), Found::Absent);
    assert!(matches!(in_thread(refusal("missing_scope")).await.unwrap(), Found::CannotTell(_)));
}

#[tokio::test]
async fn a_boomerangs_message_and_reminder_are_found_by_its_id_and_only_ours_count() {
    let of = |bot: &str, ts: &str, event_type: &str, id: &str| by(bot, ts, event_type, json!({"boomerang": id}));
    let messages = vec![
        of("B2", "1.0", "margay_boomerang", "b1"),
        of("B1", "2.0", "margay_boomerang", "b2"),
        of("B1", "3.0", "margay_delivery", "b1"),
        by("B1", "4.0", "margay_boomerang", json!({"boomerang": 1})),
        of("B1", "5.0", "margay_boomerang", "b1"),
        of("B1", "6.0", "margay_boomerang_reminder", "b1"),
    ];
    let fake =
        Fake::serve(vec![we(), page(messages.clone(), false, ""), we(), page(messages.clone(), false, "")]).await;
    let client = Client::new(http_client(), &fake.url);
    let token = Token::new("xoxb-1").unwrap();
    let slack = client.with_token(&token);
    assert_eq!(slack.find_boomerang("D1", SINCE, "b1").await.unwrap(), Found::At("5.0".into()));
    assert_eq!(slack.find_reminder("D1", "5.0", SINCE, "b1").await.unwrap(), Found::At("6.0".into()));
    let asked = fake.asked();
    assert!(asked[1].contains("/conversations.history?channel=D1&"), "{}", asked[1]);
    assert!(asked[3].contains("/conversations.replies?channel=D1&ts=5.0&"), "{}", asked[3]);
    let replies = vec![we(), page(messages[..4].to_vec(), false, ""), we(), refusal("thread_not_found"), we()];
    let fake = Fake::serve([replies, vec![refusal("missing_scope")]].concat()).await;
    let client = Client::new(http_client(), &fake.url);
    let slack = client.with_token(&token);
    assert_eq!(slack.find_boomerang("D1", SINCE, "b1").await.unwrap(), Found::Absent);
    assert_eq!(slack.find_reminder("D1", "5.0", SINCE, "b1").await.unwrap(), Found::Absent);
    assert!(matches!(slack.find_boomerang("D1", SINCE, "b1").await.unwrap(), Found::CannotTell(_)));
}

async fn delivery_of(replies: Vec<Reply>) -> (Result<Option<String>, Error>, Vec<String>) {
    let fake = Fake::serve(replies).await;
    let client = Client::new(http_client(), &fake.url);
    let token = Token::new("xoxb-1").unwrap();
    let found = client.with_token(&token).delivery_of("C1", "1.0").await;
    (found, fake.asked())
}

#[tokio::test]
async fn a_message_of_ours_says_which_delivery_it_is_and_nobody_elses_does() {
    let ours = message("1.0", "margay_delivery", json!({"delivery": "a1/d1"}));
    let (found, asked) = delivery_of(vec![page(vec![ours], true, "next"), we()]).await;
    assert_eq!(found.unwrap().as_deref(), Some("a1/d1"));
    let first = asked[0].lines().next().unwrap();
    for argument in ["channel=C1", "ts=1.0", "limit=1", "include_all_metadata=true"] {
        assert!(first.contains(argument), "{first}");
    }
    for other in [
        by("B2", "1.0", "margay_delivery", json!({"delivery": "a1/d1"})),
        message("1.1", "margay_delivery", json!({"delivery": "a1/d1"})),
        message("1.0", "margay_activity", json!({"delivery": "a1/d1", "seq": 2})),
        json!({"type": "message", "ts": "1.0", "bot_id": "B1"}),
    ] {
        let (found, _) = delivery_of(vec![page(vec![other.clone()], false, ""), we()]).await;
        assert_eq!(found.unwrap(), None, "{other}");
    }
    for code in ["thread_not_found", "channel_not_found", "not_in_channel", "missing_scope"] {
        assert_eq!(delivery_of(vec![refusal(code)]).await.0.unwrap(), None, "{code}");
    }
    for code in ["internal_error", "ratelimited"] {
        assert!(delivery_of(vec![refusal(code)]).await.0.is_err(), "{code}");
    }
    let unknown = page(vec![message("1.0", "margay_delivery", json!({"delivery": "a1/d1"}))], false, "");
    assert!(delivery_of(vec![unknown, refusal("internal_error")]).await.0.is_err());
}
