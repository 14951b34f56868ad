//! Who is refused, and what Slack refuses.

use crate::stack::{Corner, Stack};
use reqwest::Method;
use serde_json::{Value, json};
use slack_simulator::signature;

#[tokio::test]
async fn unknown_people_guests_and_strangers_change_nothing_and_are_told_why() {
    let corner = Corner::new("strangers", &[json!({})]).await;
    let id = corner.shown("a", json!({})).await;
    for (role, why) in [("employee", "not registered"), ("guest", "Guests"), ("stranger", "another organisation")] {
        let acted = corner.act(role, &corner.channels[0], &id, "status", "TRIAGED").await;
        assert_eq!(acted["status"], 200, "{acted}");
        let told = corner.stack.ephemerals(&corner.stack.slack_id(role)).await;
        let here = |told: &&Value| told["channel"] == *corner.channels[0];
        let told: Vec<_> = told.iter().filter(here).collect();
        assert!(told.len() == 1 && told[0]["text"].as_str().unwrap().contains(why), "{role}: {told:?}");
    }
    let alert = corner.stack.alert(&id).await;
    assert_eq!((&alert["status"], &alert["seq"]), (&json!("OPEN"), &json!(1)));
}

#[tokio::test]
async fn requests_that_slack_did_not_sign_are_answered_401() {
    let stack = Stack::running();
    let url = format!("{}/slack/events", stack.text("api_url").trim_end_matches('/'));
    let secret = stack.text("slack_signing_secret");
    let body = json!({"type": "url_verification", "token": "t", "challenge": "the challenge ü"}).to_string();
    let now = runtime::now().as_second();
    let post = async |timestamp: Option<String>, signed: Option<String>| {
        let mut request = stack.http.post(&url).header("content-type", "application/json").body(body.clone());
        if let Some(timestamp) = timestamp {
            request = request.header("x-slack-request-timestamp", timestamp);
        }
        if let Some(signed) = signed {
            request = request.header("x-slack-signature", signed);
        }
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let right = signature(secret, &now.to_string(), body.as_bytes());
    let good = post(Some(now.to_string()), Some(right.clone())).await;
    assert_eq!(good, (200, "the challenge ü".to_owned()));
    for (case, timestamp, signed) in [
        ("unsigned", None, None),
        ("no timestamp", None, Some(right.clone())),
        ("wrong secret", Some(now), Some(signature("wrong", &now.to_string(), body.as_bytes()))),
        ("another body", Some(now), Some(signature(secret, &now.to_string(), b"{}"))),
        ("too old", Some(now - 301), Some(signature(secret, &(now - 301).to_string(), body.as_bytes()))),
        ("too new", Some(now + 330), Some(signature(secret, &(now + 330).to_string(), body.as_bytes()))),
        ("cut", Some(now), Some(right[..40].to_owned())),
        ("v1", Some(now), Some(right.replace("v0=", "v1="))),
    ] {
        assert_eq!(post(timestamp.map(|at| at.to_string()), signed).await.0, 401, "{case}");
    }
}

#[tokio::test]
async fn an_archived_channel_ends_dead_and_a_system_error_says_so_elsewhere() {
    let corner =
        Corner::new("archived", &[json!({}), json!({"severities": ["HIGH"], "alertTypes": ["SYSTEM_ERROR"]})]).await;
    let path = format!("channels/{}", corner.channels[0]);
    corner.stack.control(Method::PATCH, &path, json!({"is_archived": true})).await;
    let (status, _) = corner.stack.rest(Method::POST, "/alerts", corner.new_alert("a", json!({}))).await;
    assert_eq!(status, 202);
    let dead = corner.delivery(&corner.id("a"), 0, "DEAD").await;
    assert!(dead["reason"].as_str().unwrap().contains("is_archived"), "{dead}");
    corner.delivery(&corner.id("a"), 1, "DELIVERED").await;
    let told = format!("cannot be delivered to {}", corner.destinations[0]);
    crate::stack::eventually("the SYSTEM_ERROR is shown", || async {
        let messages = corner.messages(&corner.channels[1]).await;
        messages.iter().any(|message| message["text"].as_str().unwrap().contains(&told))
    })
    .await;
}

#[tokio::test]
async fn signed_garbage_is_answered_400_and_unknown_kinds_200() {
    let stack = Stack::running();
    let secret = stack.text("slack_signing_secret").to_owned();
    let base = stack.text("api_url").trim_end_matches('/').to_owned();
    let post = async |path: &str, body: &str| {
        let now = runtime::now().as_second().to_string();
        let request = stack.http.post(format!("{base}{path}")).body(body.to_owned());
        let request = request.header("x-slack-signature", signature(&secret, &now, body.as_bytes()));
        request.header("x-slack-request-timestamp", now).send().await.unwrap().status().as_u16()
    };
    assert_eq!(post("/slack/interactions", "no=payload").await, 400);
    assert_eq!(post("/slack/events", "{").await, 400);
    assert_eq!(post("/slack/events", r#"{"type":"event_callback","event_id":"E","event":{"type":"new"}}"#).await, 200);
    assert_eq!(post("/slack/interactions", "payload=%7B%22type%22%3A%22something_new%22%7D").await, 200);
}
