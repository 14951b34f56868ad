//! `response_url`s: who sees what is posted there, and when Slack stops taking it.

use std::time::Duration;

use serde_json::{Value, json};
use slack_simulator::Act;

use crate::world::{CHANNEL, Rig, USER};

async fn url(rig: &Rig) -> (String, String) {
    let button = json!({"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}});
    let ts =
        rig.post_blocks(json!([{"type": "actions", "elements": [button]}])).await["ts"].as_str().unwrap().to_owned();
    let act = Act {
        user: USER.into(),
        channel: CHANNEL.into(),
        message_ts: ts.clone(),
        action_id: "go".into(),
        ..Act::default()
    };
    let payload = rig.sim.prepare_act(&act).unwrap().payload();
    (payload["response_url"].as_str().unwrap().to_owned(), ts)
}

async fn post(rig: &Rig, url: &str, body: &Value) -> (u16, Value) {
    let response = rig.client.post(url).body(body.to_string()).send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

#[tokio::test]
async fn a_response_is_for_the_one_person_unless_it_says_otherwise() {
    let rig = Rig::new();
    let (url, ts) = url(&rig).await;
    assert_eq!(post(&rig, &url, &json!({"text": "only you"})).await, (200, json!({"ok": true})));
    assert_eq!(rig.sim.ephemerals(USER)[0].text, "only you");
    post(&rig, &url, &json!({"text": "everyone", "response_type": "in_channel"})).await;
    assert_eq!(rig.sim.messages(CHANNEL).unwrap()[1].text, "everyone");
    post(&rig, &url, &json!({"text": "changed", "replace_original": true})).await;
    let first = rig.sim.messages(CHANNEL).unwrap()[0].clone();
    assert_eq!((first.ts, first.text.as_str()), (ts, "changed"));
    post(&rig, &url, &json!({"delete_original": true})).await;
    assert!(rig.sim.messages(CHANNEL).unwrap()[0].deleted);
}

#[tokio::test]
async fn five_uses_in_thirty_minutes_and_content_as_strict_as_ever() {
    let rig = Rig::new();
    let (first, _) = url(&rig).await;
    assert_eq!(post(&rig, &first, &json!({})).await.1["error"], "no_text");
    assert_eq!(post(&rig, &first, &json!([])).await.1["error"], "invalid_payload");
    assert_eq!(post(&rig, &first, &json!({"blocks": [{"type": "header"}]})).await.1["error"], "invalid_blocks");
    assert_eq!(post(&rig, &first, &json!({"text": "4"})).await.0, 200);
    assert_eq!(post(&rig, &first, &json!({"text": "5"})).await.0, 200);
    assert_eq!(post(&rig, &first, &json!({"text": "6"})).await, (404, json!({"ok": false, "error": "used_url"})));

    let (second, _) = url(&rig).await;
    rig.clock.advance(Duration::from_secs(30 * 60));
    assert_eq!(post(&rig, &second, &json!({"text": "in time"})).await.0, 200);
    rig.clock.advance(Duration::from_secs(1));
    assert_eq!(post(&rig, &second, &json!({"text": "late"})).await.1["error"], "expired_url");
    let unknown = format!("{}/actions/T0/1/x", rig.sim.base_url());
    assert_eq!(post(&rig, &unknown, &json!({"text": "t"})).await.0, 404);
}

#[tokio::test]
async fn what_only_one_person_sees_is_replaced_and_deleted_by_a_response_too() {
    let rig = Rig::new();
    let button = json!({"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}});
    let blocks = json!([{"type": "actions", "elements": [button]}]);
    let shown = json!({"channel": CHANNEL, "user": USER, "text": "psst", "blocks": blocks});
    let ts = rig.call("chat.postEphemeral", shown).await["message_ts"].as_str().unwrap().to_owned();
    let act = Act {
        user: USER.into(),
        channel: CHANNEL.into(),
        message_ts: ts.clone(),
        action_id: "go".into(),
        ..Act::default()
    };
    let payload = rig.sim.prepare_act(&act).unwrap().payload();
    let url = payload["response_url"].as_str().unwrap();
    let replacement = json!({"text": "changed", "replace_original": true});
    assert_eq!(post(&rig, url, &replacement).await, (200, json!({"ok": true})));
    let seen = rig.sim.ephemerals(USER);
    assert_eq!((seen.len(), &seen[0].ts, seen[0].text.as_str(), seen[0].blocks.len()), (1, &ts, "changed", 0));
    assert_eq!(post(&rig, url, &json!({"delete_original": true})).await.0, 200);
    assert!(rig.sim.ephemerals(USER).is_empty());
    assert!(rig.sim.messages(CHANNEL).unwrap().is_empty());
}
