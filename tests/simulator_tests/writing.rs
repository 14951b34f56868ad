//! What people write beside plain messages: replies to the channel, direct messages, deletions; and clicks on what
//! only they see.

use serde_json::{Value, json};
use slack_simulator::{Act, Fill, OptionsQuery, Refusal};

use crate::world::{CHANNEL, Rig, USER, world};

const MARGO: &str = "U0MARGO0001";

fn events(rig: &Rig) -> Vec<Value> {
    rig.sim.take_events().iter().map(|c| c.payload()["event"].clone()).collect()
}

async fn control(rig: &Rig, method: &str, path: &str, body: Value) -> (u16, Value) {
    let url = format!("{}/_control/{path}", rig.sim.base_url());
    let response = rig.client.request(method.parse().unwrap(), url).body(body.to_string()).send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

#[tokio::test]
async fn a_reply_to_the_channel_carries_its_root_and_stands_in_both_places() {
    let rig = Rig::new();
    let parent = rig.post("parent").await;
    rig.sim.post_as(USER, CHANNEL, "quiet", Some(&parent)).unwrap();
    rig.sim.hold_events();
    let body = json!({"user": USER, "channel": CHANNEL, "text": "loud", "thread_ts": parent, "broadcast": true});
    let (_, posted) = control(&rig, "POST", "messages", body).await;
    let event = events(&rig).pop().unwrap();
    assert_eq!((&event["subtype"], &event["ts"]), (&json!("thread_broadcast"), &posted["ts"]));
    assert_eq!((&event["thread_ts"], &event["root"]["ts"]), (&json!(parent), &json!(parent)));
    assert_eq!((&event["root"]["reply_count"], &event["root"]["text"]), (&json!(2), &json!("parent")));
    let history = rig.get("conversations.history", &[("channel", CHANNEL)]).await;
    let texts: Vec<&Value> = history["messages"].as_array().unwrap().iter().map(|m| &m["text"]).collect();
    assert_eq!(texts, ["loud", "parent"]);
    assert_eq!(rig.sim.messages(CHANNEL).unwrap()[0].thread.len(), 2);

    let alone = json!({"user": USER, "channel": CHANNEL, "text": "t", "broadcast": true});
    assert_eq!(control(&rig, "POST", "messages", alone).await.0, 422);
    rig.sim.edit_as(USER, CHANNEL, posted["ts"].as_str().unwrap(), "louder").unwrap();
    let edit = events(&rig).pop().unwrap();
    assert_eq!(
        (&edit["subtype"], &edit["message"]["subtype"]),
        (&json!("message_changed"), &json!("thread_broadcast"))
    );
}

#[tokio::test]
async fn people_delete_their_own_and_administrators_and_owners_anything() {
    let mut world = world();
    world["users"][1]["is_owner"] = json!(true);
    world["channels"][0]["members"].as_array_mut().unwrap().push(json!(MARGO));
    let rig = Rig::of(world);
    let refused = |outcome: Result<(), Refusal>| outcome.unwrap_err().status;
    let own = rig.sim.post_as(USER, CHANNEL, "mine", None).unwrap();
    let bots = rig.post("the bot's").await;
    assert_eq!(refused(rig.sim.delete_as("U0GUEST0001", CHANNEL, &own)), 422);
    assert_eq!(refused(rig.sim.delete_as(USER, CHANNEL, &bots)), 422);
    assert_eq!(refused(rig.sim.delete_as("U0GONE00001", CHANNEL, &own)), 422);
    assert_eq!(refused(rig.sim.delete_as(USER, CHANNEL, "1.2")), 404);
    assert_eq!(refused(rig.sim.delete_as("U0NOBODY001", CHANNEL, &own)), 404);
    let hidden = rig.sim.post_as(USER, "C0HIDDEN001", "hidden", None).unwrap();
    assert_eq!(refused(rig.sim.delete_as(MARGO, "C0HIDDEN001", &hidden)), 422);
    rig.sim.hold_events();
    rig.sim.delete_as(USER, CHANNEL, &own).unwrap();
    let path = format!("channels/{CHANNEL}/messages/{bots}?user=");
    assert_eq!(control(&rig, "DELETE", &format!("{path}{USER}"), Value::Null).await.0, 422);
    assert_eq!(control(&rig, "DELETE", &format!("{path}{MARGO}"), Value::Null).await.0, 200);
    let deleted: Vec<Value> = events(&rig).iter().map(|e| e["deleted_ts"].clone()).collect();
    assert_eq!(deleted, [json!(own), json!(bots)]);
}

#[tokio::test]
async fn nobody_edits_in_an_archived_channel_or_what_is_not_theirs() {
    let rig = Rig::new();
    let ts = rig.sim.post_as(USER, CHANNEL, "mine", None).unwrap();
    let bots = rig.post("the bot's").await;
    assert!(rig.sim.edit_as("U0GUEST0001", CHANNEL, &ts, "x").is_err());
    assert!(rig.sim.edit_as(USER, CHANNEL, &bots, "x").is_err());
    rig.sim.patch_channel(CHANNEL, &json!({"is_archived": true})).unwrap();
    assert!(rig.sim.edit_as(USER, CHANNEL, &ts, "x").is_err());
    assert_eq!(rig.sim.messages(CHANNEL).unwrap()[0].text, "mine");
}

#[tokio::test]
async fn a_person_opens_the_direct_message_and_writes_there() {
    let rig = Rig::new();
    rig.sim.hold_events();
    let (_, opened) = control(&rig, "POST", "im", json!({"user": USER})).await;
    let channel = opened["channel"].as_str().unwrap();
    assert!(channel.starts_with('D'));
    assert_eq!(control(&rig, "POST", "im", json!({"user": USER})).await.1, opened);
    rig.sim.post_as(USER, channel, "hello", None).unwrap();
    let event = events(&rig).pop().unwrap();
    assert_eq!((&event["channel"], &event["channel_type"]), (&json!(channel), &json!("im")));
    assert!(rig.sim.post_as(MARGO, channel, "not mine", None).is_err());
    rig.sim.patch_app(&json!({"scopes": ["im:read"]})).unwrap();
    rig.sim.post_as(USER, channel, "unheard", None).unwrap();
    assert!(events(&rig).is_empty());
    for nobody in ["U0GONE00001", "U0TESTBOT1", "U0OTHER0001"] {
        assert_eq!(control(&rig, "POST", "im", json!({"user": nobody})).await.0, 422, "{nobody}");
    }
    assert_eq!(control(&rig, "POST", "im", json!({"user": "U0NOBODY001"})).await.0, 404);
}

#[tokio::test]
async fn what_only_one_person_sees_only_they_click_and_the_payload_has_no_message() {
    let rig = Rig::new();
    let parent = rig.post("parent").await;
    let button =
        json!({"type": "button", "action_id": "go", "value": "v", "text": {"type": "plain_text", "text": "Go"}});
    let input = json!({"type": "input", "block_id": "note", "label": {"type": "plain_text", "text": "l"},
        "element": {"type": "plain_text_input", "action_id": "text"}});
    let select = json!({"type": "external_select", "action_id": "who", "min_query_length": 0});
    let blocks = json!([{"type": "actions", "elements": [button, select]}, input]);
    let shown = json!({"channel": CHANNEL, "user": USER, "text": "psst", "blocks": blocks});
    let ts = rig.call("chat.postEphemeral", shown.clone()).await["message_ts"].as_str().unwrap().to_owned();
    let act = |user: &str, ts: &str| Act {
        user: user.into(),
        channel: CHANNEL.into(),
        message_ts: ts.into(),
        action_id: "go".into(),
        ..Act::default()
    };
    rig.sim
        .fill(&Fill {
            user: USER.into(),
            channel: CHANNEL.into(),
            message_ts: ts.clone(),
            action_id: "text".into(),
            value: Some(json!("typed")),
            ..Fill::default()
        })
        .unwrap();
    let payload = rig.sim.prepare_act(&act(USER, &ts)).unwrap().payload();
    let container = json!({"type": "message", "message_ts": ts, "channel_id": CHANNEL, "is_ephemeral": true});
    assert_eq!(payload["container"], container);
    assert!(payload.get("message").is_none(), "{payload}");
    assert_eq!(payload["channel"], json!({"id": CHANNEL, "name": "general"}));
    assert_eq!((&payload["actions"][0]["action_id"], &payload["actions"][0]["value"]), (&json!("go"), &json!("v")));
    assert_eq!(payload["state"]["values"]["note"]["text"]["value"], "typed");
    assert!(payload["trigger_id"].is_string() && payload["response_url"].is_string());
    let query = OptionsQuery {
        user: USER.into(),
        channel: CHANNEL.into(),
        message_ts: ts.clone(),
        action_id: "who".into(),
        ..OptionsQuery::default()
    };
    let asked = rig.sim.prepare_options(&query).unwrap().payload();
    assert_eq!((&asked["container"], asked.get("message")), (&container, None));

    assert_eq!(rig.sim.prepare_act(&act("U0GUEST0001", &ts)).unwrap_err().status, 404);
    let mut in_thread = shown;
    in_thread["thread_ts"] = json!(parent);
    let threaded = rig.call("chat.postEphemeral", in_thread).await["message_ts"].as_str().unwrap().to_owned();
    let payload = rig.sim.prepare_act(&act(USER, &threaded)).unwrap().payload();
    assert_eq!(payload["container"]["thread_ts"], json!(parent));
    rig.sim.dismiss_ephemeral(USER, &ts).unwrap();
    assert_eq!(rig.sim.prepare_act(&act(USER, &ts)).unwrap_err().status, 404);
}
