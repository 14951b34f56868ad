//! The feed: every change is told, in its own words, and reading is no change.

use serde_json::{Value, json};
use slack_simulator::{Act, Backend, Fault, FaultKind, Fill};

use crate::listening::Feed;
use crate::world::{CHANNEL, Rig, USER, world};

fn plain(text: &str) -> Value {
    json!({"type": "plain_text", "text": text})
}

fn modal(title: &str) -> Value {
    let choices = json!([{"text": plain("A"), "value": "a"}]);
    json!({"type": "modal", "title": plain(title), "submit": plain("S"), "blocks": [
        {"type": "actions", "elements": [
            {"type": "button", "action_id": "deeper", "text": plain("Deeper")},
            {"type": "static_select", "action_id": "choice", "options": choices}]}]})
}

/// A message with a button, and where it is.
async fn message(rig: &Rig) -> Act {
    let button = json!({"type": "button", "action_id": "go", "text": plain("Go")});
    let ts = rig.post_blocks(json!([{"type": "actions", "elements": [button]}])).await["ts"].clone();
    let message_ts = ts.as_str().unwrap().to_owned();
    Act { user: USER.into(), channel: CHANNEL.into(), message_ts, action_id: "go".into(), ..Act::default() }
}

fn trigger(rig: &Rig, act: &Act) -> Value {
    rig.sim.prepare_act(act).unwrap().payload()["trigger_id"].clone()
}

async fn opened(rig: &Rig) -> String {
    let trigger_id = trigger(rig, &message(rig).await);
    let opened = rig.call("views.open", json!({"trigger_id": trigger_id, "view": modal("One")})).await;
    opened["view"]["id"].as_str().unwrap_or_else(|| panic!("{opened}")).to_owned()
}

fn in_view(id: &str, action_id: &str) -> Act {
    Act { user: USER.into(), view_id: Some(id.into()), action_id: action_id.into(), ..Act::default() }
}

fn here() -> String {
    format!("channel {CHANNEL}")
}

fn views() -> String {
    format!("views {USER}")
}

#[tokio::test]
async fn a_message_that_comes_changes_or_goes_is_told_by_its_channel() {
    let rig = Rig::new();
    let mut feed = Feed::open(&rig).await;
    let ts = rig.sim.post_as(USER, CHANNEL, "one", None).unwrap();
    assert_eq!(feed.so_far(&rig).await, [here()]);
    rig.sim.post_as(USER, CHANNEL, "a reply", Some(&ts)).unwrap();
    assert_eq!(feed.so_far(&rig).await, [here()]);
    rig.sim.edit_as(USER, CHANNEL, &ts, "two").unwrap();
    assert_eq!(feed.so_far(&rig).await, [here()]);
    rig.sim.delete_message(CHANNEL, &ts).unwrap();
    assert_eq!(feed.so_far(&rig).await, [here()]);
    rig.sim.post_with_metadata(USER, CHANNEL, "three", json!({"event_type": "e", "event_payload": {}})).unwrap();
    assert_eq!(feed.so_far(&rig).await, [here()]);
    let ts = rig.post("by the app").await;
    assert_eq!(feed.so_far(&rig).await, [here(), "wire".into()]);
    rig.call("chat.update", json!({"channel": CHANNEL, "ts": ts, "text": "changed"})).await;
    assert_eq!(feed.so_far(&rig).await, [here(), "wire".into()]);
    rig.call("chat.delete", json!({"channel": CHANNEL, "ts": ts})).await;
    assert_eq!(feed.so_far(&rig).await, [here(), "wire".into()]);
}

#[tokio::test]
async fn what_only_one_person_sees_is_told_by_that_person() {
    let rig = Rig::new();
    let mut feed = Feed::open(&rig).await;
    let mine = format!("ephemerals {USER}");
    let shown = rig.call("chat.postEphemeral", json!({"channel": CHANNEL, "user": USER, "text": "psst"})).await;
    assert_eq!(feed.so_far(&rig).await, [mine.clone(), "wire".into()]);
    rig.sim.dismiss_ephemeral(USER, shown["message_ts"].as_str().unwrap()).unwrap();
    assert_eq!(feed.so_far(&rig).await, std::slice::from_ref(&mine));
    let payload = rig.sim.prepare_act(&message(&rig).await).unwrap().payload();
    feed.so_far(&rig).await;
    let url = payload["response_url"].as_str().unwrap();
    rig.client.post(url).body(json!({"text": "only you"}).to_string()).send().await.unwrap();
    assert_eq!(feed.so_far(&rig).await, [mine]);
}

#[tokio::test]
async fn modals_are_told_when_they_open_push_update_fill_pop_and_clear() {
    let rig = Rig::new();
    let mut feed = Feed::open(&rig).await;
    let told = [views(), "wire".to_owned()];
    let act = message(&rig).await;
    let trigger_id = trigger(&rig, &act);
    feed.so_far(&rig).await;
    let opened = rig.call("views.open", json!({"trigger_id": trigger_id, "view": modal("One")})).await;
    assert_eq!(feed.so_far(&rig).await, told);
    let id = opened["view"]["id"].as_str().unwrap();
    rig.call("views.update", json!({"view_id": id, "view": modal("Two")})).await;
    assert_eq!(feed.so_far(&rig).await, told);
    let choice = Act { value: Some(json!("a")), ..in_view(id, "choice") };
    rig.sim.prepare_act(&choice).unwrap();
    assert_eq!(feed.so_far(&rig).await, told, "a choice stays in the view's state");
    let trigger_id = trigger(&rig, &in_view(id, "deeper"));
    feed.so_far(&rig).await;
    let pushed = rig.call("views.push", json!({"trigger_id": trigger_id, "view": modal("Three")})).await;
    assert_eq!(feed.so_far(&rig).await, told);
    let top = pushed["view"]["id"].as_str().unwrap();
    assert!(rig.sim.prepare_close(top, USER, false).unwrap().is_none());
    assert_eq!(feed.so_far(&rig).await, [views()]);
    let submission = serde_json::from_value(json!({"user": USER})).unwrap();
    let callback = rig.sim.prepare_submit(id, &submission).unwrap();
    feed.so_far(&rig).await;
    rig.sim.finish(&callback, 200, json!({"response_action": "clear"}).to_string().as_bytes());
    assert_eq!(feed.so_far(&rig).await, told);
    assert!(rig.sim.views(USER).is_empty());
}

#[tokio::test]
async fn a_home_is_told_by_whose_it_is() {
    let rig = Rig::new();
    let mut feed = Feed::open(&rig).await;
    let home = |text| json!({"type": "home", "blocks": [{"type": "section", "text": plain(text)}]});
    let told = [format!("home {USER}"), "wire".to_owned()];
    let published = rig.call("views.publish", json!({"user_id": USER, "view": home("one")})).await;
    assert_eq!(feed.so_far(&rig).await, told);
    rig.call("views.publish", json!({"user_id": USER, "view": home("two")})).await;
    assert_eq!(feed.so_far(&rig).await, told);
    rig.call("views.update", json!({"view_id": published["view"]["id"], "view": home("three")})).await;
    assert_eq!(feed.so_far(&rig).await, told);
}

#[tokio::test]
async fn people_channels_members_and_the_app_are_the_workspace() {
    let rig = Rig::new();
    let mut feed = Feed::open(&rig).await;
    rig.sim.add_user(serde_json::from_value(json!({"id": "U0NEW000001"})).unwrap()).unwrap();
    assert_eq!(feed.so_far(&rig).await, ["workspace"]);
    rig.sim.patch_user("U0NEW000001", &json!({"deleted": true})).unwrap();
    assert_eq!(feed.so_far(&rig).await, ["workspace"]);
    rig.sim.add_channel(serde_json::from_value(json!({"id": "C0NEW000001"})).unwrap()).unwrap();
    assert_eq!(feed.so_far(&rig).await, ["workspace"]);
    rig.sim.patch_channel("C0NEW000001", &json!({"members": [USER]})).unwrap();
    assert_eq!(feed.so_far(&rig).await, ["workspace"]);
    rig.sim.patch_app(&json!({"bot_events": []})).unwrap();
    assert_eq!(feed.so_far(&rig).await, ["workspace"]);
    rig.call("conversations.join", json!({"channel": "C0UNJOINED1"})).await;
    assert_eq!(feed.so_far(&rig).await, ["wire", "workspace"]);
    rig.call("conversations.open", json!({"users": USER})).await;
    assert_eq!(feed.so_far(&rig).await, ["wire", "workspace"]);
    rig.sim.reset(serde_json::from_value(world()).unwrap()).unwrap();
    assert_eq!(feed.next().await.unwrap(), ["all"]);
}

#[tokio::test]
async fn a_request_is_told_when_it_begins_and_when_it_ends() {
    let rig = Rig::new();
    rig.sim.set_faults(vec![Fault::new("auth.test", FaultKind::Hang)], 0).unwrap();
    let mut feed = Feed::open(&rig).await;
    let call = rig.call("auth.test", json!({}));
    tokio::pin!(call);
    tokio::select! {
        _ = &mut call => panic!("answered"),
        () = rig.sim.hang_fired() => {}
    }
    assert_eq!(feed.so_far(&rig).await, ["faults", "wire"]);
    assert_eq!(rig.sim.wire(None)[0].took_ms, None);
    rig.sim.clear_faults();
    call.await;
    assert_eq!(feed.so_far(&rig).await, ["faults", "wire"]);
    let callback = rig.sim.prepare_act(&message(&rig).await).unwrap();
    feed.so_far(&rig).await;
    rig.sim.finish(&callback, 200, b"");
    assert_eq!(feed.so_far(&rig).await, ["wire"]);
}

#[tokio::test]
async fn faults_are_told_when_they_are_set_strike_and_go() {
    let rig = Rig::new();
    let mut feed = Feed::open(&rig).await;
    let fault = Fault { retry_after: Some(9), times: Some(1), ..Fault::new("auth.test", FaultKind::Ratelimited) };
    rig.sim.set_faults(vec![fault.clone()], 0).unwrap();
    assert_eq!(feed.so_far(&rig).await, ["faults"]);
    rig.call("auth.test", json!({})).await;
    assert_eq!(feed.so_far(&rig).await, ["faults", "wire"]);
    rig.sim.add_fault(fault).unwrap();
    assert_eq!(feed.so_far(&rig).await, ["faults"]);
    rig.sim.remove_fault(1).unwrap();
    assert_eq!(feed.so_far(&rig).await, ["faults"]);
    rig.sim.clear_faults();
    assert_eq!(feed.so_far(&rig).await, ["faults"]);
    assert_eq!(rig.call("auth.test", json!({})).await["error"], "ratelimited");
    assert_eq!(feed.so_far(&rig).await, ["faults", "wire"], "who does not wait is noted among the faults");
}

#[tokio::test]
async fn a_backend_is_told() {
    let rig = Rig::new();
    let mut feed = Feed::open(&rig).await;
    let backend: Backend = serde_json::from_value(json!({"url": "http://127.0.0.1:1"})).unwrap();
    rig.sim.set_backend(backend).unwrap();
    assert_eq!(feed.next().await.unwrap(), ["backend"]);
}

#[tokio::test]
async fn reading_is_no_change_and_neither_is_what_was_refused() {
    let rig = Rig::new();
    let id = opened(&rig).await;
    let mut feed = Feed::open(&rig).await;
    for path in [
        "world".to_owned(),
        "workspace".to_owned(),
        format!("channels/{CHANNEL}/messages"),
        format!("channels/{CHANNEL}/messages?newest=1"),
        format!("ephemerals?user={USER}"),
        format!("views?user={USER}"),
        format!("home?user={USER}"),
        format!("im?user={USER}"),
        "wire".to_owned(),
        "wire?newest=1".to_owned(),
        "faults".to_owned(),
        "backend".to_owned(),
    ] {
        let answer = rig.client.get(format!("{}/_control/{path}", rig.sim.base_url())).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
    }
    rig.sim.wire(None);
    rig.sim.messages(CHANNEL).unwrap();
    rig.sim.post_as(USER, "C0NOWHERE01", "t", None).unwrap_err();
    rig.sim.patch_user("U0NOBODY001", &json!({})).unwrap_err();
    rig.sim.prepare_act(&in_view(&id, "nothing")).unwrap_err();
    rig.sim.fill(&Fill { user: USER.into(), ..Fill::default() }).unwrap_err();
    rig.sim.remove_fault(0).unwrap_err();
    rig.sim.dismiss_ephemeral(USER, "1.2").unwrap_err();
    assert!(feed.so_far(&rig).await.is_empty());
}

#[tokio::test]
async fn every_page_hears_it_and_the_stream_ends_with_the_simulator() {
    let rig = Rig::new();
    let (mut one, mut two) = (Feed::open(&rig).await, Feed::open(&rig).await);
    rig.sim.post_as(USER, CHANNEL, "one", None).unwrap();
    assert_eq!(one.next().await.unwrap(), [here()]);
    assert_eq!(two.next().await.unwrap(), [here()]);
    drop(rig);
    assert_eq!(one.next().await, None);
    assert_eq!(two.next().await, None);
}
