//! The wire log: how long each request took, whatever became of it, and its newest part.

use std::time::Duration;

use serde_json::{Value, json};
use slack_simulator::{Act, Direction, Fault, FaultKind, WireEntry};

use crate::app::{App, Reply};
use crate::listening::Feed;
use crate::world::{CHANNEL, Rig, TOKEN, USER};

fn call(rig: &Rig) -> impl Future<Output = Result<reqwest::Response, reqwest::Error>> + use<> {
    rig.client.post(format!("{}auth.test", rig.sim.api_url())).bearer_auth(TOKEN).body("{}").send()
}

fn newest(rig: &Rig) -> WireEntry {
    rig.sim.newest_of_wire(None, Some(1)).pop().unwrap()
}

/// Waits until the newest entry has ended.
async fn ended(rig: &Rig, feed: &mut Feed) -> WireEntry {
    while newest(rig).took_ms.is_none() {
        feed.next().await.unwrap();
    }
    newest(rig)
}

async fn control(rig: &Rig, path: &str) -> Value {
    let response = rig.client.get(format!("{}/_control/{path}", rig.sim.base_url())).send().await.unwrap();
    response.json().await.unwrap()
}

/// The app with a message that has a button, and the click on it.
async fn click(rig: &Rig, app: &App) -> Act {
    rig.sim.patch_app(&json!({"interactivity_url": format!("{}/i", app.url)})).unwrap();
    let button = json!({"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}});
    let ts = rig.post_blocks(json!([{"type": "actions", "elements": [button]}])).await["ts"].clone();
    let message_ts = ts.as_str().unwrap().to_owned();
    Act { user: USER.into(), channel: CHANNEL.into(), message_ts, action_id: "go".into(), ..Act::default() }
}

#[tokio::test]
async fn every_call_has_its_time_however_it_ends() {
    let rig = Rig::new();
    let mut feed = Feed::open(&rig).await;
    call(&rig).await.unwrap();
    let whole = ended(&rig, &mut feed).await;
    assert_eq!((whole.status, whole.fault), (Some(200), None));
    for (kind, status) in [
        (FaultKind::LostAnswer, None),
        (FaultKind::Reset, None),
        (FaultKind::Http500, Some(500)),
        (FaultKind::Http503Html, Some(503)),
        (FaultKind::Error, Some(200)),
        (FaultKind::TruncatedJson, Some(200)),
        (FaultKind::Slow, Some(200)),
        (FaultKind::Ratelimited, Some(429)),
    ] {
        let fault = Fault { error: Some("fatal_error".into()), ms: Some(40), ..Fault::new("auth.test", kind) };
        rig.sim.set_faults(vec![fault], 0).unwrap();
        assert_eq!(call(&rig).await.is_ok(), status.is_some(), "{kind:?}");
        let entry = ended(&rig, &mut feed).await;
        assert_eq!(entry.status, status, "{kind:?}");
        assert_eq!(entry.fault, serde_json::to_value(kind).unwrap().as_str().map(str::to_owned));
        assert!(kind != FaultKind::Slow || entry.took_ms >= Some(40), "{:?}", entry.took_ms);
    }
    rig.sim.clear_faults();
    assert_eq!(call(&rig).await.unwrap().status(), 429, "the window is still open");
    let refused = ended(&rig, &mut feed).await;
    assert_eq!((refused.status, refused.fault), (Some(429), None));
}

#[tokio::test]
async fn a_hanging_call_runs_until_it_is_released_or_its_caller_gives_up() {
    let rig = Rig::new();
    let mut feed = Feed::open(&rig).await;
    rig.sim.set_faults(vec![Fault::new("auth.test", FaultKind::Hang)], 0).unwrap();
    let released = tokio::spawn(call(&rig));
    rig.sim.hang_fired().await;
    let entry = control(&rig, "wire").await["wire"][0].clone();
    assert_eq!((&entry["status"], &entry["took_ms"], &entry["fault"]), (&Value::Null, &Value::Null, &json!("hang")));
    rig.sim.clear_faults();
    assert_eq!(released.await.unwrap().unwrap().status(), 200);
    assert_eq!(ended(&rig, &mut feed).await.status, Some(200));

    rig.sim.set_faults(vec![Fault::new("auth.test", FaultKind::Hang)], 0).unwrap();
    let given_up = tokio::spawn(call(&rig));
    rig.sim.hang_fired().await;
    assert_eq!(newest(&rig).took_ms, None);
    given_up.abort();
    assert_eq!(ended(&rig, &mut feed).await.status, None);
}

#[tokio::test]
async fn a_callback_has_its_time_when_it_is_answered_when_nobody_is_there_and_when_none_comes_in_time() {
    let rig = Rig::new();
    let app = App::start().await;
    let act = click(&rig, &app).await;
    assert_eq!(rig.sim.prepare_act(&act).unwrap().wire_id, newest(&rig).id);
    assert_eq!(newest(&rig).took_ms, None, "it was not sent");

    app.reply([Reply { after: Duration::from_millis(40), ..Reply::of(200, "") }]);
    rig.sim.act(&act).await.unwrap();
    let answered = newest(&rig);
    assert_eq!((answered.direction, answered.status), (Direction::ToApp, Some(200)));
    assert!(answered.took_ms >= Some(40), "{:?}", answered.took_ms);

    app.reply([Reply { after: Duration::from_secs(4), ..Reply::of(200, "") }]);
    assert!(rig.sim.act(&act).await.unwrap().finished.shown_error);
    let late = newest(&rig);
    assert_eq!(late.status, None);
    assert!(late.took_ms >= Some(2990), "{:?}", late.took_ms);

    rig.sim.patch_app(&json!({"interactivity_url": "http://127.0.0.1:1/i"})).unwrap();
    rig.sim.act(&act).await.unwrap();
    assert_eq!((newest(&rig).status, newest(&rig).took_ms.is_some()), (None, true));
}

#[tokio::test]
async fn a_callback_says_which_fault_struck_it_as_the_faults_say_it() {
    let rig = Rig::new();
    let app = App::start().await;
    let act = click(&rig, &app).await;
    rig.sim.set_faults(vec![Fault::new("callback", FaultKind::DuplicateCallback)], 0).unwrap();
    rig.sim.act(&act).await.unwrap();
    assert_eq!(newest(&rig).fault.as_deref(), Some("duplicate_callback"));
    rig.sim.clear_faults();
    rig.sim.patch_app(&json!({"events_url": format!("{}/e", app.url)})).unwrap();
    let fault = Fault { ms: Some(1), ..Fault::new("callback", FaultKind::DelayCallback) };
    rig.sim.set_faults(vec![fault], 0).unwrap();
    rig.sim.post_as(USER, CHANNEL, "hello", None).unwrap();
    rig.sim.events_delivered().await;
    assert_eq!(newest(&rig).fault.as_deref(), Some("delay_callback"));
}

#[tokio::test]
async fn the_newest_come_in_order_and_only_after_what_is_known() {
    let rig = Rig::new();
    for text in ["one", "two", "three", "four"] {
        rig.post(text).await;
    }
    let texts = async |query: &str| {
        let answer = control(&rig, &format!("wire{query}")).await;
        let entries = answer["wire"].as_array().unwrap().clone();
        entries.iter().map(|e| e["request"]["text"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(texts("").await, ["one", "two", "three", "four"]);
    assert_eq!(texts("?newest=2").await, ["three", "four"]);
    assert_eq!(texts("?newest=9").await.len(), 4);
    assert_eq!(texts("?newest=0").await.len(), 0);
    let second = &rig.sim.wire(None)[1].id;
    assert_eq!(texts(&format!("?after={second}&newest=1")).await, ["four"]);
    assert_eq!(texts(&format!("?after={second}&newest=9")).await, ["three", "four"]);
    let wrong = rig.client.get(format!("{}/_control/wire?newest=many", rig.sim.base_url())).send().await.unwrap();
    assert_eq!(wrong.status(), 400);
}

#[tokio::test]
async fn ids_go_on_after_a_reset_so_that_old_requests_end_no_new_ones() {
    let rig = Rig::new();
    rig.post("before").await;
    let before = newest(&rig).id;
    rig.sim.reset(serde_json::from_value(crate::world::world()).unwrap()).unwrap();
    assert!(rig.sim.wire(None).is_empty());
    rig.post("after").await;
    assert!(newest(&rig).id > before);
    assert_eq!(rig.sim.wire(Some(&before)).len(), 1);
}
