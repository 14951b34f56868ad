//! Events: which happen, who gets them, and how often Slack tries.

use std::time::Duration;

use serde_json::{Value, json};
use slack_simulator::{Clock, Fault, FaultKind, Simulator};

use crate::app::{App, Reply};
use crate::world::{CHANNEL, Rig, USER, world};

fn events(rig: &Rig) -> Vec<Value> {
    rig.sim.take_events().iter().map(|c| c.payload()["event"].clone()).collect()
}

#[tokio::test]
async fn messages_of_people_and_of_the_bot_itself_are_events() {
    let rig = Rig::new();
    rig.sim.hold_events();
    let ts = rig.sim.post_as(USER, CHANNEL, "hello", None).unwrap();
    rig.sim.post_as(USER, CHANNEL, "again", Some(&ts)).unwrap();
    rig.post("mine").await;
    let events = events(&rig);
    assert_eq!(events.len(), 3);
    assert_eq!(
        (&events[0]["type"], &events[0]["text"], &events[0]["ts"]),
        (&json!("message"), &json!("hello"), &json!(ts))
    );
    assert_eq!((&events[0]["channel"], &events[0]["channel_type"]), (&json!(CHANNEL), &json!("channel")));
    assert_eq!(events[0]["blocks"][0]["type"], "rich_text");
    assert_eq!((&events[1]["thread_ts"], &events[1]["parent_user_id"]), (&json!(ts), &json!(USER)));
    assert_eq!((&events[2]["bot_id"], &events[2]["app_id"]), (&json!("B0TESTBOT1"), &json!("A0TESTAPP1")));
    assert!(events[2].get("subtype").is_none());
    assert!(self::events(&rig).is_empty());
}

#[tokio::test]
async fn edits_and_deletions_are_events_with_what_was_there_before() {
    let rig = Rig::new();
    let ts = rig.sim.post_as(USER, CHANNEL, "one", None).unwrap();
    let parent = rig.post("parent").await;
    rig.sim.post_as(USER, CHANNEL, "reply", Some(&parent)).unwrap();
    rig.sim.hold_events();
    rig.sim.edit_as(USER, CHANNEL, &ts, "two").unwrap();
    rig.sim.delete_message(CHANNEL, &ts).unwrap();
    rig.sim.delete_message(CHANNEL, &parent).unwrap();
    let events = events(&rig);
    let edit = &events[0];
    assert_eq!(
        (&edit["subtype"], &edit["message"]["text"], &edit["previous_message"]["text"]),
        (&json!("message_changed"), &json!("two"), &json!("one"))
    );
    assert_eq!((&edit["message"]["ts"], &edit["message"]["edited"]["user"]), (&json!(ts), &json!(USER)));
    assert_ne!(edit["ts"], json!(ts));
    assert_eq!((&events[1]["subtype"], &events[1]["deleted_ts"]), (&json!("message_deleted"), &json!(ts)));
    assert_eq!(
        (&events[2]["subtype"], &events[2]["message"]["subtype"]),
        (&json!("message_changed"), &json!("tombstone"))
    );
    assert!(rig.sim.edit_as("U0GUEST0001", CHANNEL, &parent, "x").is_err());
}

#[tokio::test]
async fn an_app_gets_only_what_its_scopes_subscriptions_and_membership_allow() {
    let rig = Rig::new();
    rig.sim.hold_events();
    let happen = |rig: &Rig| {
        rig.sim.post_as(USER, CHANNEL, "public", None).unwrap();
        rig.sim.post_as(USER, "C0PRIVATE01", "private", None).unwrap();
        rig.sim.post_as(USER, "C0UNJOINED1", "elsewhere", None).unwrap();
        rig.sim.open_home(USER, "home").unwrap();
        events(rig).iter().map(|e| e["text"].as_str().or(e["type"].as_str()).unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(happen(&rig), ["public", "private", "app_home_opened"]);
    rig.sim.patch_app(&json!({"bot_events": ["message.groups"]})).unwrap();
    assert_eq!(happen(&rig), ["private"]);
    rig.sim.patch_app(&json!({"bot_events": null, "scopes": ["channels:history"]})).unwrap();
    assert_eq!(happen(&rig), ["public", "app_home_opened"]);
}

#[tokio::test]
async fn joining_is_an_event_for_the_bot_too() {
    let rig = Rig::new();
    rig.sim.hold_events();
    rig.call("conversations.join", json!({"channel": "C0UNJOINED1"})).await;
    rig.sim.patch_channel("C0PRIVATE01", &json!({"members": [USER, "U0TESTBOT1", "U0MARGO0001"]})).unwrap();
    let events = events(&rig);
    assert_eq!(
        (&events[0]["type"], &events[0]["user"], &events[0]["channel_type"]),
        (&json!("member_joined_channel"), &json!("U0TESTBOT1"), &json!("C"))
    );
    assert_eq!((&events[1]["user"], &events[1]["channel_type"]), (&json!("U0MARGO0001"), &json!("G")));
}

#[tokio::test]
async fn an_envelope_names_the_installation_workspace_or_organisation() {
    let mut org = world();
    org["enterprise"] = json!({"id": "E0ACME0001", "name": "Acme Org"});
    let workspace = Rig::of(org.clone());
    org["app"]["org_wide"] = json!(true);
    let org = Rig::of(org);
    for (rig, team) in [(&workspace, json!("T0ACME0001")), (&org, Value::Null)] {
        rig.sim.hold_events();
        rig.sim.post_as(USER, CHANNEL, "x", None).unwrap();
        let payload = rig.sim.take_events()[0].payload();
        assert_eq!((&payload["team_id"], &payload["enterprise_id"]), (&json!("T0ACME0001"), &json!("E0ACME0001")));
        assert_eq!(payload["authorizations"][0]["team_id"], team);
        assert_eq!(payload["authorizations"][0]["is_enterprise_install"], team.is_null());
        assert_eq!(payload["api_app_id"], "A0TESTAPP1");
        assert!(payload["event_id"].as_str().unwrap().starts_with("Ev"));
    }
}

/// A simulator on the system's clock whose retries wait a thousandth of Slack's time.
async fn with_app() -> (Simulator, App) {
    let mut world = world();
    let app = App::start().await;
    world["app"]["events_url"] = json!(format!("{}/events", app.url));
    let sim = Simulator::start(serde_json::from_value(world).unwrap(), Clock::System);
    sim.set_event_retry_scale(0.001);
    (sim, app)
}

#[tokio::test]
async fn an_event_that_is_not_taken_is_sent_four_times_with_the_reason() {
    let (sim, app) = with_app().await;
    app.reply(vec![Reply::of(500, ""); 3]);
    sim.post_as(USER, CHANNEL, "x", None).unwrap();
    let received = app.received(4).await;
    let headers: Vec<_> =
        received.iter().map(|r| (r.header("x-slack-retry-num"), r.header("x-slack-retry-reason"))).collect();
    let again = |n| (Some(n), Some("http_error"));
    assert_eq!(headers, [(None, None), again("1"), again("2"), again("3")]);
    assert!(received.iter().all(|r| r.body == received[0].body && r.path == "/events"));
    assert_eq!(received[0].header("content-type"), Some("application/json"));
    assert_eq!(received[0].json()["event"]["text"], "x");
}

#[tokio::test]
async fn retries_stop_with_success_or_when_the_app_says_so() {
    let (sim, app) = with_app().await;
    let stop = Reply { no_retry: true, ..Reply::of(500, "") };
    app.reply([Reply::of(500, ""), Reply::of(200, ""), stop]);
    sim.post_as(USER, CHANNEL, "first", None).unwrap();
    app.received(2).await;
    sim.post_as(USER, CHANNEL, "second", None).unwrap();
    app.received(3).await;
    sim.post_as(USER, CHANNEL, "third", None).unwrap();
    let received = app.received(4).await;
    sim.events_delivered().await;
    let received = app.received(received.len()).await;
    let texts: Vec<_> = received.iter().map(|r| r.json()["event"]["text"].clone()).collect();
    assert_eq!(texts, ["first", "first", "second", "third"]);
}

#[tokio::test]
async fn callbacks_can_be_doubled_and_delayed() {
    let (sim, app) = with_app().await;
    let mut delay = Fault::new("callback", FaultKind::DelayCallback);
    (delay.ms, delay.skip) = (Some(30), 1);
    let mut double = Fault::new("callback", FaultKind::DuplicateCallback);
    double.times = Some(1);
    sim.set_faults(vec![double, delay], 0).unwrap();
    sim.post_as(USER, CHANNEL, "twice", None).unwrap();
    let received = app.received(2).await;
    assert_eq!(received[0].body, received[1].body);
    let begun = std::time::Instant::now();
    sim.post_as(USER, CHANNEL, "late", None).unwrap();
    sim.post_as(USER, CHANNEL, "later", None).unwrap();
    app.received(4).await;
    assert!(begun.elapsed() >= Duration::from_millis(30));
}

#[tokio::test]
async fn an_events_url_must_answer_the_challenge() {
    let (sim, app) = with_app().await;
    let url = format!("{}/events", app.url);
    sim.verify_events_url(&url).await.unwrap();
    let check = app.received(1).await[0].json();
    assert_eq!(check["type"], "url_verification");
    for wrong in [Reply::of(200, "hello"), Reply::of(500, "")] {
        app.reply([wrong]);
        assert_eq!(sim.verify_events_url(&url).await.unwrap_err().status, 422);
    }
}
