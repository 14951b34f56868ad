//! Alerts come in: over HTTP, over the queue, again and again, wrong, and for nobody.

use crate::stack::{Corner, Stack, eventually};
use aws_sdk_sqs::types::QueueAttributeName;
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn an_alert_over_http_is_shown_in_both_channels_and_by_the_api() {
    let corner = Corner::new("http", &[json!({}), json!({})]).await;
    let id = corner.shown("a", json!({"description": "<!channel> & <@U1>", "createdAt": "2026-11-21T08:30:00Z"})).await;
    for channel in &corner.channels {
        let message = corner.message(channel, &id).await;
        let text = message["text"].as_str().unwrap();
        assert!(text.contains("High") && text.contains("09:30 CET"), "{text}");
        assert!(!text.contains("<!channel>") && !text.contains("<@U1>"), "{text}");
    }
    corner.delivery(&id, 0, "DELIVERED").await;
    let alert = corner.stack.alert(&id).await;
    assert_eq!((&alert["status"], &alert["severity"]), (&json!("OPEN"), &json!("HIGH")));
}

#[tokio::test]
async fn an_alert_over_the_queue_is_shown_too() {
    let corner = Corner::new("queue", &[json!({})]).await;
    let send = corner.stack.sqs.send_message().queue_url(corner.stack.text("alerts_queue_url"));
    send.message_body(corner.new_alert("a", json!({})).to_string()).send().await.unwrap();
    eventually("it is shown", || async { corner.messages(&corner.channels[0]).await.len() == 1 }).await;
}

#[tokio::test]
async fn the_same_alert_a_hundred_times_at_once_is_one_message_a_channel() {
    let corner = Corner::new("hundred", &[json!({}), json!({})]).await;
    let body = corner.new_alert("a", json!({}));
    let sent = join_all((0..100).map(|_| corner.stack.rest(Method::POST, "/alerts", body.clone()))).await;
    assert!(sent.iter().all(|(status, _)| *status == 202 || *status == 429), "{sent:?}");
    let accepted = sent.iter().filter(|(status, _)| *status == 202).count();
    let id = corner.id("a");
    // A message that comes twice is counted twice.
    let counted = async || corner.stack.alert(&id).await["received"].as_u64().unwrap_or_default();
    eventually("all are counted", || async { counted().await >= accepted as u64 }).await;
    for channel in &corner.channels {
        eventually("it is shown", || async { !corner.messages(channel).await.is_empty() }).await;
        corner.message(channel, &id).await;
        assert_eq!(corner.messages(channel).await.len(), 1);
    }
}

#[tokio::test]
async fn overrides_skip_and_filters_route_and_nowhere_is_said() {
    let corner = Corner::new("route", &[json!({}), json!({})]).await;
    let post = |body: Value| corner.stack.rest(Method::POST, "/alerts", body);
    post(corner.new_alert("skip", json!({"destinations": [corner.destinations[0], "SKIP"]}))).await;
    post(corner.new_alert("static", json!({"destinations": [], "outputIds": [corner.destinations[1]]}))).await;
    post(corner.new_alert("typo", json!({"destinations": ["no such place"]}))).await;
    eventually("the static override is shown", || async { corner.messages(&corner.channels[1]).await.len() == 1 })
        .await;
    for (suffix, why) in [("skip", "SKIPPED"), ("typo", "DYNAMIC")] {
        let id = corner.id(suffix);
        eventually("it is stored", || async { corner.stack.alert(&id).await["routing"]["why"] == why }).await;
        assert!(corner.stack.alert(&id).await["routing"]["nowhere"].is_string());
    }
    assert!(corner.messages(&corner.channels[0]).await.is_empty());
}

#[tokio::test]
async fn the_seeded_destinations_both_take_a_high_alert_by_their_own_filters() {
    let stack = Stack::running();
    let sample = stack.facts["sample_alert_id"].as_str().unwrap();
    let alert = stack.alert(sample).await;
    assert_eq!(alert["routing"]["why"], "FILTERS");
    assert_eq!(alert["deliveries"].as_array().unwrap().len(), 2, "{alert}");
}

#[tokio::test]
async fn wrong_requests_are_told_what_is_wrong() {
    let stack = Stack::running();
    let (status, problem) = stack.rest(Method::POST, "/alerts", json!({"severity": "SEVERE", "tags": "x"})).await;
    assert_eq!(status, 400);
    let fields: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|e| e["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["title", "severity", "tags"]);
    let large = json!({"title": "x", "severity": "LOW", "description": "x".repeat(300_000)});
    assert_eq!(stack.rest(Method::POST, "/alerts", large).await.0, 413);
    assert_eq!(stack.rest(Method::GET, "/nowhere", Value::Null).await.0, 404);
    let bare = stack.http.get(format!("{}/alerts", stack.text("api_url"))).send().await.unwrap();
    assert_eq!(bare.status(), 401);
    assert_eq!(bare.headers()["content-type"], "application/problem+json");
}

#[tokio::test]
async fn a_poison_message_reaches_the_dead_letter_queue_as_it_is_and_the_rest_is_done() {
    let corner = Corner::new("poison", &[json!({})]).await;
    let (sqs, queue) = (&corner.stack.sqs, corner.stack.text("alerts_queue_url"));
    let dead_letters = corner.stack.dead_letters_of(queue).await;
    // Five tries at the template's visibility timeout take a quarter of an hour. Repetitions do no harm to others.
    let visibility = |seconds: &'static str| {
        let set = sqs.set_queue_attributes().queue_url(queue);
        set.attributes(QueueAttributeName::VisibilityTimeout, seconds).send()
    };
    visibility("1").await.unwrap();
    let poison = format!("{{\"title\": [\"{}\"]}}", corner.id("poison"));
    let bodies = [poison.clone(), corner.new_alert("a", json!({})).to_string()];
    for body in &bodies {
        sqs.send_message().queue_url(queue).message_body(body).send().await.unwrap();
    }
    eventually("the good one is shown", || async { corner.messages(&corner.channels[0]).await.len() == 1 }).await;
    eventually("the bad one is dead", || async {
        let received = sqs.receive_message().queue_url(&dead_letters).send().await.unwrap();
        received.messages().iter().any(|message| message.body() == Some(&poison))
    })
    .await;
    visibility("180").await.unwrap();
}
