//! The control API over HTTP, as a test in another process uses it.

use serde_json::{Value, json};

use crate::app::{App, Reply};
use crate::world::{CHANNEL, Rig, USER, world};

async fn control(rig: &Rig, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
    let url = format!("{}/_control/{path}", rig.sim.base_url());
    let mut request = rig.client.request(method.parse().unwrap(), url);
    if let Some(body) = body {
        request = request.body(body.to_string());
    }
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

fn plain(text: &str) -> Value {
    json!({"type": "plain_text", "text": text})
}

#[tokio::test]
async fn the_world_is_shown_replaced_and_changed() {
    let rig = Rig::new();
    rig.post("gone soon").await;
    let (_, shown) = control(&rig, "GET", "world", None).await;
    assert_eq!(shown["channels"].as_array().unwrap().len(), 5);
    let mut next = world();
    next["channels"][0]["name"] = json!("renamed");
    assert_eq!(control(&rig, "PUT", "world", Some(next)).await.0, 200);
    assert_eq!(rig.sim.messages(CHANNEL).unwrap(), []);
    let (_, again) = control(&rig, "GET", "world", None).await;
    assert_eq!(again["channels"].as_array().unwrap().iter().filter(|c| c["name"] == "renamed").count(), 1);

    assert_eq!(control(&rig, "POST", "users", Some(json!({"id": "U0NEW000001", "name": "new"}))).await.0, 200);
    assert_eq!(control(&rig, "POST", "users", Some(json!({"id": "U0NEW000001", "name": "new"}))).await.0, 409);
    assert_eq!(control(&rig, "PATCH", "users/U0NEW000001", Some(json!({"deleted": true}))).await.0, 200);
    assert_eq!(rig.get("users.info", &[("user", "U0NEW000001")]).await["user"]["deleted"], true);
    let channel = json!({"id": "C0NEW000001", "name": "new", "members": [USER, "U0TESTBOT1"]});
    assert_eq!(control(&rig, "POST", "channels", Some(channel)).await.0, 200);
    assert_eq!(control(&rig, "PATCH", "channels/C0NEW000001", Some(json!({"is_archived": true}))).await.0, 200);
    let posted = rig.call("chat.postMessage", json!({"channel": "C0NEW000001", "text": "t"})).await;
    assert_eq!(posted["error"], "is_archived");
}

#[tokio::test]
async fn another_simulator_goes_on_where_this_one_stopped() {
    let rig = Rig::new();
    let ts = rig.post("before").await;
    rig.sim.post_as(USER, CHANNEL, "reply", Some(&ts)).unwrap();
    let direct = rig.call("chat.postMessage", json!({"channel": USER, "text": "direct"})).await;
    let (_, world) = control(&rig, "GET", "world", None).await;

    let next = Rig::of(world);
    assert_eq!(next.sim.messages(CHANNEL).unwrap(), rig.sim.messages(CHANNEL).unwrap());
    let updated = next.call("chat.update", json!({"channel": CHANNEL, "ts": ts, "text": "after"})).await;
    assert_eq!(updated["ok"], true, "{updated}");
    let again = next.call("chat.postMessage", json!({"channel": USER, "text": "again"})).await;
    assert_eq!(again["channel"], direct["channel"]);
    assert!(again["ts"].as_str() > direct["ts"].as_str());
}

#[tokio::test]
async fn a_typing_error_is_no_setting() {
    let rig = Rig::new();
    let mut wrong = world();
    wrong["app"]["signin_secret"] = json!("x");
    for (method, path, body, status) in [
        ("PUT", "world", wrong, 400),
        ("PATCH", "app", json!({"interactivity": "http://x"}), 422),
        ("PATCH", "app", json!({"interactivity_url": "https://x.example"}), 422),
        ("PATCH", "channels/C0NOWHERE01", json!({}), 404),
        ("POST", "act", json!({"user": USER, "action": "go"}), 400),
        ("PUT", "faults", json!({"faults": [{"method": "*", "kind": "meteor"}]}), 400),
        ("POST", "nonsense", json!({}), 404),
    ] {
        let (got, answer) = control(&rig, method, path, Some(body)).await;
        assert_eq!(got, status, "{method} {path}: {answer}");
        assert!(answer["error"].is_string(), "{answer}");
    }
}

#[tokio::test]
async fn a_person_clicks_chooses_submits_and_sees() {
    let rig = Rig::new();
    let app = App::start().await;
    let urls = json!({"interactivity_url": format!("{}/i", app.url), "options_url": format!("{}/o", app.url)});
    assert_eq!(control(&rig, "PATCH", "app", Some(urls)).await.0, 200);
    let blocks = json!([{"type": "actions", "elements": [
        {"type": "button", "action_id": "go", "text": plain("Go")},
        {"type": "external_select", "action_id": "who", "min_query_length": 0}]}]);
    let ts = rig.post_blocks(blocks).await["ts"].clone();

    let here = json!({"user": USER, "channel": CHANNEL, "message_ts": ts, "action_id": "go"});
    let (status, clicked) = control(&rig, "POST", "act", Some(here.clone())).await;
    assert_eq!((status, &clicked["status"], &clicked["shown_error"]), (200, &json!(200), &json!(false)));
    assert!(clicked["elapsed_ms"].is_u64() && clicked["body"] == "");
    let (_, again) = control(&rig, "POST", "replay", Some(json!({"wire_id": clicked["wire_id"]}))).await;
    assert_eq!(again["status"], 200);
    let received = app.received(2).await;
    assert_eq!(received[0].body, received[1].body);
    assert_eq!(received[0].header("x-slack-signature"), received[1].header("x-slack-signature"));

    app.reply([Reply::of(200, &json!({"options": [{"text": plain("Ann"), "value": "ann"}]}).to_string())]);
    let query = json!({"user": USER, "channel": CHANNEL, "message_ts": ts, "action_id": "who", "value": "a"});
    let (_, offered) = control(&rig, "POST", "options", Some(query.clone())).await;
    assert_eq!(offered["options"][0]["value"], "ann");
    let mut choice = query.clone();
    choice["value"] = json!("bob");
    assert_eq!(control(&rig, "POST", "act", Some(choice.clone())).await.0, 422);
    choice["value"] = json!("ann");
    assert_eq!(control(&rig, "POST", "act", Some(choice)).await.0, 200);

    let trigger =
        rig.sim.wire(None).iter().rev().find_map(|w| w.request["trigger_id"].as_str().map(str::to_owned)).unwrap();
    let view = json!({"type": "modal", "title": plain("T"), "submit": plain("S"), "blocks": [
        {"type": "input", "block_id": "b", "label": plain("l"), "element": {"type": "plain_text_input", "action_id": "a"}}]});
    let opened = rig.call("views.open", json!({"trigger_id": trigger, "view": view})).await;
    let (_, seen) = control(&rig, "GET", &format!("views?user={USER}"), None).await;
    assert_eq!(seen["views"][0]["id"], opened["view"]["id"]);
    let path = format!("views/{}/submit", opened["view"]["id"].as_str().unwrap());
    let errors = json!({"response_action": "errors", "errors": {"b": "no"}});
    app.reply([Reply::of(200, &errors.to_string())]);
    let values = json!({"user": USER, "values": {"b": {"a": "text"}}});
    let (_, submitted) = control(&rig, "POST", &path, Some(values)).await;
    assert_eq!((&submitted["response_action"], &submitted["shown_error"]), (&json!("errors"), &json!(false)));
    let close = path.replace("submit", "close");
    assert_eq!(control(&rig, "POST", &close, Some(json!({"user": USER}))).await.0, 200);
    assert_eq!(control(&rig, "GET", &format!("views?user={USER}"), None).await.1["views"], json!([]));
}

#[tokio::test]
async fn channels_show_threads_edits_and_deletions_and_ephemerals_go_to_one() {
    let rig = Rig::new();
    let post = json!({"user": USER, "channel": CHANNEL, "text": "hello"});
    let (_, parent) = control(&rig, "POST", "messages", Some(post)).await;
    let reply = json!({"user": USER, "channel": CHANNEL, "text": "reply", "thread_ts": parent["ts"]});
    control(&rig, "POST", "messages", Some(reply)).await;
    let path = format!("channels/{CHANNEL}/messages/{}", parent["ts"].as_str().unwrap());
    assert_eq!(control(&rig, "PATCH", &path, Some(json!({"user": USER, "text": "hello again"}))).await.0, 200);
    let bot = rig.post("from the bot").await;
    assert_eq!(control(&rig, "DELETE", &format!("channels/{CHANNEL}/messages/{bot}"), None).await.0, 200);
    let (_, shown) = control(&rig, "GET", &format!("channels/{CHANNEL}/messages"), None).await;
    let messages = shown["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 2);
    assert_eq!((&messages[0]["text"], &messages[0]["edited"]["user"]), (&json!("hello again"), &json!(USER)));
    assert_eq!(messages[0]["thread"][0]["text"], "reply");
    assert_eq!((&messages[1]["deleted"], &messages[1]["bot_id"]), (&json!(true), &json!("B0TESTBOT1")));

    rig.call("chat.postEphemeral", json!({"channel": CHANNEL, "user": USER, "text": "psst"})).await;
    let (_, seen) = control(&rig, "GET", &format!("ephemerals?user={USER}"), None).await;
    assert_eq!((&seen["ephemerals"][0]["text"], &seen["ephemerals"][0]["channel"]), (&json!("psst"), &json!(CHANNEL)));
    assert_eq!(control(&rig, "GET", "ephemerals", None).await.0, 400);
}

#[tokio::test]
async fn the_wire_log_tells_what_was_said_without_tokens() {
    let rig = Rig::new();
    rig.post("one").await;
    let (_, first) = control(&rig, "GET", "wire", None).await;
    let entry = &first["wire"][0];
    assert_eq!(
        (&entry["direction"], &entry["method"], &entry["status"]),
        (&json!("to_slack"), &json!("chat.postMessage"), &json!(200))
    );
    assert_eq!((&entry["request"]["text"], &entry["response"]["ok"]), (&json!("one"), &json!(true)));
    assert!(!first.to_string().contains(crate::world::TOKEN));
    rig.post("two").await;
    let after = format!("wire?after={}", entry["id"].as_str().unwrap());
    let (_, rest) = control(&rig, "GET", &after, None).await;
    assert_eq!((rest["wire"].as_array().unwrap().len(), &rest["wire"][0]["request"]["text"]), (1, &json!("two")));
}

#[tokio::test]
async fn faults_are_set_shown_and_cleared() {
    let rig = Rig::new();
    let faults =
        json!({"faults": [{"method": "auth.test", "kind": "error", "error": "fatal_error", "times": 1}], "seed": 7});
    assert_eq!(control(&rig, "PUT", "faults", Some(faults)).await.0, 200);
    assert_eq!(rig.call("auth.test", json!({})).await["error"], "fatal_error");
    let (_, shown) = control(&rig, "GET", "faults", None).await;
    assert_eq!((&shown["faults"][0]["fired"], &shown["violations"]), (&json!(1), &json!([])));
    assert_eq!(control(&rig, "DELETE", "faults", None).await.0, 200);
    assert_eq!(control(&rig, "GET", "faults", None).await.1["faults"], json!([]));
}

#[tokio::test]
async fn an_events_url_is_kept_only_if_it_answers_the_challenge() {
    let rig = Rig::new();
    let app = App::start().await;
    app.reply([Reply::of(200, "not the challenge")]);
    let patch = json!({"events_url": format!("{}/e", app.url)});
    assert_eq!(control(&rig, "PATCH", "app", Some(patch.clone())).await.0, 422);
    assert_eq!(rig.sim.world().app.events_url, None);
    assert_eq!(control(&rig, "PATCH", "app", Some(patch)).await.0, 200);
    assert!(rig.sim.world().app.events_url.is_some());
}
