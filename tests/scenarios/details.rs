//! Details in the thread where somebody asked for them, with the whole event as a file.

use crate::stack::{ANALYST, Corner, eventually};
use reqwest::Method;
use serde_json::{Value, json};
use slack::control::ACTION_DETAILS;

#[tokio::test]
async fn the_details_come_into_one_thread_with_places_and_a_long_event_as_a_file() {
    let corner = Corner::new("details", &[json!({}), json!({})]).await;
    let event = json!({"eventName": "ConsoleLogin", "sourceIPAddress": "8.8.8.8", "log": "x".repeat(20_000)});
    let id = corner.shown("a", json!({"firstEvent": event, "summaryAttributes": ["sourceIPAddress"]})).await;
    let (first, second) = (&corner.channels[0], &corner.channels[1]);
    let message = corner.message(first, &id).await;
    let user = corner.stack.slack_id(ANALYST);
    let act = json!({"user": user, "channel": first, "message_ts": message["ts"], "action_id": ACTION_DETAILS});
    let clicked = corner.stack.control(Method::POST, "act", act).await;
    assert_eq!(clicked["shown_error"], false, "{clicked}");
    let replies = || async { corner.message(first, &id).await["thread"].as_array().cloned().unwrap_or_default() };
    eventually("the reply and the file are there", || async { replies().await.len() == 2 }).await;
    let replies = replies().await;
    let text = replies[0]["text"].as_str().unwrap();
    assert!(text.contains("sourceIPAddress: 8.8.8.8 (🇺🇸 California, USA)"), "{text}");
    let name = format!("first-event-{}.json", id.replace(':', "-"));
    assert_eq!(replies[1]["files"][0]["name"], Value::from(name), "{}", replies[1]);
    corner.says(second, &id, "Open", 0).await;
}
