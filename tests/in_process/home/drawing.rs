//! When the Home tab is drawn: once for each opening, also after a crash, never older over newer, and not for ever.

use super::{MINE, NOBODYS, part};
use crate::world::edge::Trouble;
use crate::world::{Kill, LINUS, ONE, World, slack_world};
use alert::{Action, Actor, AlertId, Change, ChangeId, Origin, Status};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use slack_simulator as sim;
use slack_simulator::{Fault, FaultKind};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use store::Store;
use tokio::net::TcpListener;

async fn with_alert() -> World {
    let mut world = World::new().await;
    world.produce("a1", json!({}));
    world.quiet().await;
    world
}

fn opened() -> Value {
    json!({"type": "app_home_opened", "user": LINUS, "channel": "D1", "tab": "home", "event_ts": "1.2"})
}

fn published(world: &World, since: sim::Mark) -> usize {
    world.slack.calls_since(since).get("views.publish").copied().unwrap_or_default()
}

#[tokio::test]
async fn an_event_that_comes_again_is_drawn_once() {
    let mut world = with_alert().await;
    let mark = world.slack.mark();
    for _ in 0..3 {
        assert_eq!(world.event(opened(), json!({"event_id": "EvAGAIN"})).await, 200);
    }
    assert_eq!(world.changes.len(), 1);
    world.quiet().await;
    assert_eq!(published(&world, mark), 1);
}

#[tokio::test]
async fn of_many_openings_that_wait_only_the_last_is_drawn() {
    let mut world = with_alert().await;
    for _ in 0..7 {
        world.open_home(LINUS).await;
    }
    assert_eq!(world.changes.len(), 7);
    let mark = world.slack.mark();
    world.step_fanout().await;
    assert!(world.changes.is_empty());
    assert_eq!(published(&world, mark), 1);
    assert!(part(&world.shown_home(LINUS), NOBODYS).unwrap().contains("Alert a1"));
}

#[tokio::test]
async fn each_opening_shows_what_is_there_by_then() {
    let mut world = with_alert().await;
    assert!(part(&world.home(LINUS).await, NOBODYS).unwrap().contains("Alert a1"));
    // Both saw the same Home, so the second's mark does not fit any more when its turn comes.
    world.open_home(LINUS).await;
    world.slack.open_home(LINUS, "home").unwrap();
    let second = world.slack.take_events();
    world.quiet().await;
    world.rest("PATCH", "/alerts/a1", json!({"status": "RESOLVED"})).await;
    world.quiet().await;
    for event in second {
        world.hand(&event).await;
    }
    world.quiet().await;
    assert_eq!(part(&world.shown_home(LINUS), NOBODYS).unwrap(), "Every open alert has an assignee.");
}

#[tokio::test]
async fn killed_at_any_call_between_the_queue_and_slack_it_is_drawn_all_the_same() {
    const CALLS: usize = 14;
    let aws =
        (0..CALLS).flat_map(|call| [Trouble::HangBefore, Trouble::HangAfter].map(|t| Kill::Aws { call, trouble: t }));
    let mut killed = 0;
    for moment in aws.chain((0..4).map(|call| Kill::Slack { call })) {
        let mut world = with_alert().await;
        world.rest("PATCH", "/alerts/a1", json!({"assignee": "linus"})).await;
        world.quiet().await;
        world.open_home(LINUS).await;
        if !world.kill_fanout(moment).await {
            continue;
        }
        killed += 1;
        world.quiet().await;
        assert!(part(&world.shown_home(LINUS), MINE).unwrap().contains("Alert a1"), "{moment:?}");
        assert!(world.changes.dead.is_empty(), "{moment:?}");
    }
    assert!(killed >= 10, "only {killed} moments were hit");
}

#[tokio::test]
async fn it_is_acknowledged_only_once_it_is_in_the_queue() {
    let mut world = with_alert().await;
    world.edge.trouble(Trouble::Throttle, 0, Some("SendMessage"));
    assert_eq!(world.event(opened(), Value::Null).await, 500);
    world.edge.clear();
    assert_eq!(world.event(opened(), Value::Null).await, 200);
    assert_eq!(world.changes.len(), 1);
}

#[tokio::test]
async fn if_it_cannot_be_told_who_it_is_nothing_is_drawn_until_it_can() {
    let mut world = with_alert().await;
    for method in ["users.info", "auth.test", "views.publish"] {
        world.secrets_are_read_anew().await;
        world.slack.set_faults(vec![Fault::new(method, FaultKind::Http500)], 0).unwrap();
        world.open_home(LINUS).await;
        world.step_fanout().await;
        assert!(world.slack.home(LINUS).is_none(), "{method}");
        assert_eq!(world.changes.len(), 1, "{method}");
        world.changes.receive(10);
        world.slack.clear_faults();
    }
    assert!(world.home(LINUS).await.contains("Alert a1"));
}

#[tokio::test]
async fn with_the_table_down_nothing_is_drawn_until_it_is_back() {
    let mut world = with_alert().await;
    world.open_home(LINUS).await;
    world.edge.trouble(Trouble::Throttle, 0, Some("Query"));
    world.step_fanout().await;
    assert!(world.slack.home(LINUS).is_none());
    world.edge.clear();
    world.quiet().await;
    assert!(world.shown_home(LINUS).contains("Alert a1"));
}

#[tokio::test]
async fn after_ten_minutes_nobody_looks_any_more_and_nothing_is_dead() {
    let mut world = with_alert().await;
    world.open_home(LINUS).await;
    world.advance(Duration::from_secs(601));
    world.quiet().await;
    assert!(world.slack.home(LINUS).is_none());
    assert!(world.changes.is_empty() && world.changes.dead.is_empty());
}

#[tokio::test]
async fn a_home_that_slack_refuses_for_good_is_not_tried_for_ever() {
    let mut world = with_alert().await;
    let off = Fault { error: Some("not_enabled".to_owned()), ..Fault::new("views.publish", FaultKind::Error) };
    world.slack.set_faults(vec![off], 0).unwrap();
    world.open_home(LINUS).await;
    let mark = world.slack.mark();
    world.quiet().await;
    assert_eq!(published(&world, mark), 1);
    assert!(world.changes.dead.is_empty());
}

#[tokio::test]
async fn the_other_tab_and_unknown_installations_draw_nothing() {
    let mut world = with_alert().await;
    world.slack.open_home(LINUS, "messages").unwrap();
    world.deliver_events().await;
    assert!(world.changes.is_empty());
    let secret = json!({"signing_secret": crate::world::SIGNING_SECRET, "installations": [
        {"team_id": "T0A", "bot_token": "xoxb-a"}, {"team_id": "T0B", "bot_token": "xoxb-b"},
    ]});
    world.swap_slack_secret(&secret.to_string());
    world.secrets_are_read_anew().await;
    assert_eq!(world.event(opened(), Value::Null).await, 200);
    assert!(world.changes.is_empty());
}

#[tokio::test]
async fn an_alert_that_cannot_be_read_hides_no_other() {
    let mut world = with_alert().await;
    world.produce("a2", json!({}));
    world.quiet().await;
    let config = runtime::aws::local("eu-central-1", &world.edge.url).unwrap();
    let client = aws_sdk_dynamodb::Client::new(&config);
    let text = |text: &str| aws_sdk_dynamodb::types::AttributeValue::S(text.to_owned());
    let spoil = client.update_item().table_name("margay").key("pk", text("ALERT#a1")).key("sk", text("META"));
    let spoil = spoil.update_expression("SET content = :c").expression_attribute_values(":c", text("{"));
    spoil.send().await.unwrap();
    world.open_home(LINUS).await;
    world.step_fanout().await;
    let nobodys = part(&world.shown_home(LINUS), NOBODYS).unwrap();
    assert!(nobodys.contains("Alert a2") && !nobodys.contains("Alert a1"), "{nobodys}");
}

/// A Slack before which, when the first Home is published, another worker has published a newer one.
#[derive(Clone)]
struct Meanwhile {
    upstream: String,
    http: reqwest::Client,
    /// Until the first Home.
    store: Arc<Mutex<Option<Store>>>,
}

async fn forward(
    State(slack): State<Meanwhile>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let name = uri.path().trim_start_matches("/api/").to_owned();
    let first = if name == "views.publish" { slack.store.lock().unwrap().take() } else { None };
    let call = |body: Bytes| {
        let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
        let mut request = slack.http.request(method.clone(), format!("{}{name}{query}", slack.upstream)).body(body);
        for kind in ["authorization", "content-type"] {
            if let Some(value) = headers.get(kind) {
                request = request.header(kind, value);
            }
        }
        request.send()
    };
    if let Some(store) = first {
        let resolve = Action::SetStatus { status: Status::Resolved, comment: None };
        let (id, alert_id) = (ChangeId::new("meanwhile").unwrap(), AlertId::new("a1").unwrap());
        let (actor, origin, at) = (Actor::System, Origin::System, jiff::Timestamp::UNIX_EPOCH);
        let change = Change { id, alert_id, at, actor, origin, seen_seq: None, action: resolve };
        store.apply_change(&change, at).await.unwrap();
        let newer = json!({"user_id": LINUS, "view": {"type": "home", "blocks": [{"type": "divider"}]}});
        assert!(call(Bytes::from(newer.to_string())).await.unwrap().status().is_success());
    }
    let answer = call(body).await.unwrap();
    (answer.status(), answer.bytes().await.unwrap()).into_response()
}

#[tokio::test]
async fn what_was_read_before_another_home_was_published_does_not_replace_it() {
    let clock = sim::ManualClock::at(crate::world::START);
    let slack = sim::Simulator::start(slack_world(), sim::Clock::Manual(clock.clone()));
    slack.hold_events();
    let store = Arc::new(Mutex::new(None));
    let meanwhile = Meanwhile { upstream: slack.api_url(), http: slack::client::http_client(), store: store.clone() };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/api/", listener.local_addr().unwrap());
    let app = axum::Router::new().fallback(forward).with_state(meanwhile);
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    let mut world = World::behind(slack, clock, url).await;
    world.produce("a1", json!({"destinations": ["d1"]}));
    world.quiet().await;
    assert_eq!(world.messages(ONE).len(), 1);
    assert!(world.home(LINUS).await.contains("Alert a1"));

    *store.lock().unwrap() = Some(world.store.clone());
    world.open_home(LINUS).await;
    let mark = world.slack.mark();
    world.step_fanout().await;
    assert_eq!(published(&world, mark), 3, "the other worker's, the one that comes too late, and the one read anew");
    assert_eq!(part(&world.shown_home(LINUS), NOBODYS).unwrap(), "Every open alert has an assignee.");
}
