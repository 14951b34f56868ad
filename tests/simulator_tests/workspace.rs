//! What the page reads: the workspace without its secrets, the newest of a channel, faults one by one.

use serde_json::{Value, json};
use slack_simulator::{Fault, FaultKind};

use crate::world::{CHANNEL, Rig, SECRET, TOKEN, USER, world};

async fn control(rig: &Rig, method: &str, path: &str, body: Value) -> (u16, Value) {
    let url = format!("{}/_control/{path}", rig.sim.base_url());
    let request = rig.client.request(method.parse().unwrap(), url).body(body.to_string());
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

async fn get(rig: &Rig, path: &str) -> Value {
    control(rig, "GET", path, Value::Null).await.1
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test]
async fn the_workspace_has_everyone_and_every_conversation_and_no_secret() {
    let mut world = world();
    world["app"]["client_secret"] = json!("the client's secret");
    world["app"]["verification_token"] = json!("the old token");
    let rig = Rig::of(world);
    rig.call("conversations.open", json!({"users": USER})).await;
    let shown = get(&rig, "workspace").await;
    assert_eq!(keys(&shown), ["team", "enterprise", "app", "users", "conversations"]);
    assert_eq!(shown["team"], json!({"id": "T0ACME0001", "name": "Acme", "domain": "acme"}));
    let app =
        json!({"app_id": "A0TESTAPP1", "bot_user_id": "U0TESTBOT1", "bot_id": "B0TESTBOT1", "bot_name": "testbot"});
    assert_eq!((&shown["enterprise"], &shown["app"]), (&Value::Null, &app));
    let text = shown.to_string();
    for secret in [SECRET, TOKEN, "the client's secret", "the old token"] {
        assert!(!text.contains(secret), "{secret}");
    }

    let find = |list: &str, id: &str| {
        let all = shown[list].as_array().unwrap();
        all.iter().find(|x| x["id"] == id).unwrap_or_else(|| panic!("{id}")).clone()
    };
    assert_eq!(
        find("users", USER),
        json!({"id": USER, "name": "linus", "real_name": "Linus Doe", "display_name": null,
            "email": "linus@acme.example", "deleted": false, "is_admin": false, "is_owner": false, "is_bot": false,
            "is_restricted": false, "is_ultra_restricted": false, "is_stranger": false, "tz": null,
            "team_id": "T0ACME0001"})
    );
    assert_eq!(find("users", "U0TESTBOT1")["is_bot"], true);
    assert_eq!(find("users", "U0OTHER0001")["team_id"], "T0OTHER001");
    assert_eq!(
        find("conversations", CHANNEL),
        json!({"id": CHANNEL, "name": "general", "kind": "public", "is_archived": false, "is_ext_shared": false,
            "members": [USER, "U0GUEST0001", "U0TESTBOT1"]})
    );
    assert_eq!(find("conversations", "C0PRIVATE01")["kind"], "private");
    assert_eq!(find("conversations", "C0ARCHIVED1")["is_archived"], true);
    let direct = find("conversations", &rig.sim.im_with(USER).unwrap());
    assert_eq!((&direct["kind"], &direct["user"]), (&json!("im"), &json!(USER)));
}

#[tokio::test]
async fn the_newest_messages_of_a_channel_come_oldest_first_with_their_whole_threads() {
    let rig = Rig::new();
    let parents: Vec<String> =
        ["one", "two", "three"].iter().map(|t| rig.sim.post_as(USER, CHANNEL, t, None).unwrap()).collect();
    for n in 0..5 {
        for parent in &parents {
            rig.sim.post_as(USER, CHANNEL, &format!("reply {n}"), Some(parent)).unwrap();
        }
    }
    for (query, expected, more) in [
        ("", vec!["one", "two", "three"], false),
        ("?newest=2", vec!["two", "three"], true),
        ("?newest=3", vec!["one", "two", "three"], false),
        ("?newest=0", vec![], true),
    ] {
        let shown = get(&rig, &format!("channels/{CHANNEL}/messages{query}")).await;
        let messages = shown["messages"].as_array().unwrap();
        let texts: Vec<&str> = messages.iter().map(|m| m["text"].as_str().unwrap()).collect();
        assert_eq!((texts, &shown["more"]), (expected, &json!(more)), "{query}");
        for message in messages {
            let replies: Vec<&str> =
                message["thread"].as_array().unwrap().iter().map(|m| m["text"].as_str().unwrap()).collect();
            assert_eq!(replies, ["reply 0", "reply 1", "reply 2", "reply 3", "reply 4"], "{query}");
        }
    }
    let none = get(&rig, "channels/C0PRIVATE01/messages?newest=5").await;
    assert_eq!(none, json!({"messages": [], "more": false}));
    assert_eq!(control(&rig, "GET", "channels/C0NOWHERE01/messages?newest=5", Value::Null).await.0, 404);
}

#[tokio::test]
async fn an_ephemeral_message_is_dismissed_by_whom_it_is_for() {
    let rig = Rig::new();
    let psst = async |text: &str| {
        let shown = rig.call("chat.postEphemeral", json!({"channel": CHANNEL, "user": USER, "text": text})).await;
        shown["message_ts"].as_str().unwrap().to_owned()
    };
    let (first, _) = (psst("one").await, psst("two").await);
    let dismiss =
        async |user: &str| control(&rig, "DELETE", &format!("ephemerals/{first}?user={user}"), Value::Null).await.0;
    assert_eq!(dismiss("U0GUEST0001").await, 404);
    assert_eq!(dismiss(USER).await, 200);
    assert_eq!(dismiss(USER).await, 404);
    let left = get(&rig, &format!("ephemerals?user={USER}")).await;
    assert_eq!((left["ephemerals"].as_array().unwrap().len(), &left["ephemerals"][0]["text"]), (1, &json!("two")));
    assert_eq!(control(&rig, "DELETE", &format!("ephemerals/{first}"), Value::Null).await.0, 400);
}

#[tokio::test]
async fn a_fault_is_added_and_taken_away_while_the_others_keep_their_counts() {
    let rig = Rig::new();
    let error = |method: &str| json!({"method": method, "kind": "error", "error": "fatal_error"});
    assert_eq!(control(&rig, "POST", "faults", error("auth.test")).await.0, 200);
    rig.call("auth.test", json!({})).await;
    assert_eq!(control(&rig, "POST", "faults", error("team.info")).await.0, 200);
    assert_eq!(rig.get("team.info", &[]).await["error"], "fatal_error");
    let fired = async || {
        let faults = get(&rig, "faults").await["faults"].clone();
        let count = |f: &Value| (f["method"].as_str().unwrap().to_owned(), f["fired"].as_u64().unwrap());
        faults.as_array().unwrap().iter().map(count).collect::<Vec<_>>()
    };
    assert_eq!(fired().await, [("auth.test".to_owned(), 1), ("team.info".to_owned(), 1)]);
    assert_eq!(control(&rig, "DELETE", "faults/0", Value::Null).await.0, 200);
    assert_eq!(fired().await, [("team.info".to_owned(), 1)]);
    assert_eq!(rig.call("auth.test", json!({})).await["ok"], true);
    for (method, path, body, status) in [
        ("DELETE", "faults/1", Value::Null, 404),
        ("DELETE", "faults/-1", Value::Null, 404),
        ("POST", "faults", json!({"method": "callback", "kind": "reset"}), 422),
        ("POST", "faults", json!({"method": "*", "kind": "meteor"}), 400),
    ] {
        assert_eq!(control(&rig, method, path, body).await.0, status, "{method} {path}");
    }
}

#[tokio::test]
async fn a_request_hangs_until_its_own_fault_is_gone() {
    let rig = Rig::new();
    rig.sim.add_fault(Fault::new("team.info", FaultKind::Slow)).unwrap();
    rig.sim.add_fault(Fault { times: Some(1), ..Fault::new("auth.test", FaultKind::Hang) }).unwrap();
    rig.sim.add_fault(Fault { times: Some(1), ..Fault::new("auth.test", FaultKind::Hang) }).unwrap();
    let call = || rig.call("auth.test", json!({}));
    let (first, second) = (call(), call());
    tokio::pin!(first, second);
    for (number, call) in [(1, &mut first), (2, &mut second)] {
        tokio::select! {
            _ = call => panic!("answered"),
            () = rig.sim.hangs_fired(number) => {}
        }
    }
    rig.sim.add_fault(Fault::new("users.list", FaultKind::Hang)).unwrap();
    rig.sim.remove_fault(0).unwrap();
    rig.sim.remove_fault(1).unwrap();
    tokio::select! {
        answer = &mut second => assert_eq!(answer["ok"], true),
        _ = &mut first => panic!("its fault is still there"),
    }
    rig.sim.remove_fault(0).unwrap();
    assert_eq!(first.await["ok"], true);
}

#[tokio::test]
async fn what_a_person_did_is_carried_out_when_their_browser_goes_away() {
    let rig = Rig::new();
    let app = crate::app::App::start().await;
    rig.sim.patch_app(&json!({"interactivity_url": format!("{}/i", app.url)})).unwrap();
    let button = json!({"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}});
    let ts = rig.post_blocks(json!([{"type": "actions", "elements": [button]}])).await["ts"].clone();
    app.reply([crate::app::Reply {
        after: std::time::Duration::from_millis(300),
        ..crate::app::Reply::of(200, "done")
    }]);
    let act = json!({"user": USER, "channel": CHANNEL, "message_ts": ts, "action_id": "go"});
    let request = rig.client.post(format!("{}/_control/act", rig.sim.base_url())).body(act.to_string());
    let click = tokio::spawn(request.send());
    app.received(1).await;
    let mut feed = crate::listening::Feed::open(&rig).await;
    click.abort();
    while rig.sim.newest_of_wire(None, Some(1))[0].status.is_none() {
        feed.next().await.unwrap();
    }
    assert_eq!(rig.sim.newest_of_wire(None, Some(1))[0].response, "done");
}
