//! Request signatures against published vectors, and on the simulator's own callbacks.

use serde_json::{Value, json};
use slack_simulator::{Act, signature};

use crate::world::{CHANNEL, NOW, Rig, SECRET, USER};

#[test]
fn published_signatures_come_out_the_same() {
    let vectors: Vec<Value> = serde_json::from_str(include_str!("../fixtures/slack/signature_vectors.json")).unwrap();
    assert_eq!(vectors.len(), 2);
    for vector in vectors {
        let text = |key: &str| vector[key].as_str().unwrap();
        let computed = signature(text("signing_secret"), text("timestamp"), text("body").as_bytes());
        assert_eq!(computed, text("signature"), "{}", vector["source"]);
    }
}

#[tokio::test]
async fn a_callback_is_signed_over_its_raw_body_and_a_replay_keeps_or_renews_the_signature() {
    let rig = Rig::new();
    let blocks = json!([{"type": "actions", "elements": [
        {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Göh"}}]}]);
    let ts = rig.post_blocks(blocks).await["ts"].as_str().unwrap().to_owned();
    let act =
        Act { user: USER.into(), channel: CHANNEL.into(), message_ts: ts, action_id: "go".into(), ..Act::default() };
    let callback = rig.sim.prepare_act(&act).unwrap();
    let timestamp = callback.header("x-slack-request-timestamp").unwrap().to_owned();
    assert_eq!(timestamp, NOW.to_string());
    assert_eq!(callback.header("x-slack-signature").unwrap(), signature(SECRET, &timestamp, &callback.body));
    assert_eq!(callback.header("content-type").unwrap(), "application/x-www-form-urlencoded");

    rig.clock.advance(std::time::Duration::from_secs(400));
    let same = rig.sim.prepare_replay(&callback.wire_id, false).unwrap();
    assert_eq!((&same.body, &same.headers), (&callback.body, &callback.headers));
    let renewed = rig.sim.prepare_replay(&callback.wire_id, true).unwrap();
    assert_eq!(renewed.body, callback.body);
    assert_eq!(renewed.header("x-slack-request-timestamp").unwrap(), (NOW + 400).to_string());
    assert_ne!(renewed.header("x-slack-signature"), callback.header("x-slack-signature"));

    rig.sim.patch_app(&json!({"signing_secret": "another"})).unwrap();
    let rotated = rig.sim.prepare_act(&act).unwrap();
    let timestamp = rotated.header("x-slack-request-timestamp").unwrap();
    assert_eq!(rotated.header("x-slack-signature").unwrap(), signature("another", timestamp, &rotated.body));
}
