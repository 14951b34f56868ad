//! An AI's triage in the threads: given over the REST API here, asked of a model in `asking`.

mod asking;
mod trouble;

use crate::world::edge::Trouble;
use crate::world::{Kill, ONE, TWO, World, slack_world};
use alert::ActivityKind;
use serde_json::{Value, json};
use slack_simulator as sim;
use std::time::Duration;

const HEADER: &str = "AI Analysis";

/// A team with channel `one`, whose switch is on, and `two`, whose is off, and an alert in both.
async fn with_alert() -> World {
    let mut world = quiet_team(slack_world()).await;
    world.produce("a1", json!({}));
    world.quiet().await;
    world
}

async fn quiet_team(team: sim::World) -> World {
    let mut world = World::with(team).await;
    let (status, _) = world.rest("PATCH", "/destinations/d1", json!({"aiTriage": true})).await;
    assert_eq!(status, 200);
    world
}

impl World {
    async fn give(&mut self, body: Value) -> u16 {
        self.rest("PUT", "/alerts/a1/ai-triage", body).await.0
    }

    /// What the history knows: each triage's summary, and whether it was the first.
    async fn triages(&self) -> Vec<(String, bool)> {
        let activities = self.record("a1").await.activities.into_iter();
        let triages = activities.filter_map(|activity| match activity.kind {
            ActivityKind::AiTriaged { triage, first } => Some((triage.summary, first)),
            _ => None,
        });
        triages.collect()
    }
}

#[tokio::test]
async fn the_first_triage_is_one_reply_where_the_switch_is_on_and_later_ones_are_in_the_history_only() {
    let mut world = with_alert().await;
    let first = json!({
        "summary": "It was Robin.", "keyFindings": ["one", "two"], "recommendedActions": "Ask Robin.",
        "link": "https://ai.example/1",
    });
    assert_eq!(world.give(first).await, 204);
    world.quiet().await;
    assert_eq!(world.give(json!({"summary": "It was not Robin."})).await, 204);
    world.quiet().await;
    let replies = world.replies(ONE);
    assert_eq!(replies.len(), 1);
    assert!(replies[0].starts_with("AI Analysis\nSummary: It was Robin.\nKey Findings:\n• one\n• two"), "{replies:?}");
    assert_eq!(world.replies(TWO), [""; 0]);
    let reply = world.message(ONE).thread.remove(0);
    let actions = reply.blocks.iter().find(|block| block["type"] == "actions").unwrap();
    assert_eq!(actions["elements"][0]["url"], "https://ai.example/1");
    let known = world.triages().await;
    assert_eq!(known, [("It was Robin.".to_owned(), true), ("It was not Robin.".to_owned(), false)]);
    let events = world.edge.events();
    let said: Vec<Value> = events
        .iter()
        .filter(|event| event["DetailType"] == "alert.ai_triaged")
        .map(|event| serde_json::from_str(event["Detail"].as_str().unwrap()).unwrap())
        .collect();
    assert_eq!(said.iter().map(|event| event["first"].as_bool().unwrap()).collect::<Vec<_>>(), [true, false]);
    assert_eq!(said[0]["aiTriage"]["recommendedActions"], json!(["Ask Robin."]));
}

#[tokio::test]
async fn of_two_that_are_given_before_either_is_applied_the_first_is_shown() {
    let mut world = with_alert().await;
    // Neither is applied by alerts-api: its table is busy.
    world.edge.trouble(Trouble::Throttle, 0, Some("TransactWriteItems"));
    assert_eq!(world.give(json!({"summary": "one"})).await, 204);
    assert_eq!(world.give(json!({"summary": "two"})).await, 204);
    world.edge.clear();
    assert_eq!(world.triages().await, []);
    world.quiet().await;
    assert_eq!(world.triages().await, [("one".to_owned(), true), ("two".to_owned(), false)]);
    assert_eq!(world.replies(ONE).len(), 1);
    assert!(world.replies(ONE)[0].contains("Summary: one"));
}

#[tokio::test]
async fn a_triage_that_is_there_before_the_message_is_shown_with_it() {
    let mut world = quiet_team(slack_world()).await;
    let down = sim::Fault { times: None, ..sim::Fault::new("chat.postMessage", sim::FaultKind::Http500) };
    world.slack.set_faults(vec![down], 0).unwrap();
    world.produce("a1", json!({}));
    world.step_dispatch().await;
    assert_eq!(world.give(json!({"summary": "early"})).await, 204);
    world.step_fanout().await;
    assert_eq!(world.messages(ONE).len(), 0);
    world.slack.clear_faults();
    world.quiet().await;
    assert!(world.replies(ONE)[0].contains("Summary: early"));
    assert_eq!((world.replies(ONE).len(), world.replies(TWO).len()), (1, 0));
}

#[tokio::test]
async fn the_switch_decides_when_it_is_given_and_switching_it_on_later_shows_no_old_one() {
    let mut world = with_alert().await;
    world.give(json!({"summary": "s"})).await;
    world.quiet().await;
    world.rest("PATCH", "/destinations/d2", json!({"aiTriage": true})).await;
    world.rest("PATCH", "/alerts/a1", json!({"status": "TRIAGED"})).await;
    world.quiet().await;
    assert_eq!(world.replies(TWO).len(), 1, "only the status: {:?}", world.replies(TWO));
}

#[tokio::test]
async fn it_is_shown_in_an_org_wide_install_too() {
    let mut grid = slack_world();
    grid.enterprise = serde_json::from_value(json!({"id": "E0ACME0001", "name": "Acme Org"})).unwrap();
    grid.app.org_wide = true;
    let mut world = quiet_team(grid).await;
    world.produce("a1", json!({}));
    world.quiet().await;
    world.give(json!({"summary": "s"})).await;
    world.quiet().await;
    assert!(world.replies(ONE)[0].starts_with(HEADER));
}

#[tokio::test]
async fn hostile_and_huge_texts_are_text_and_fit() {
    let evil = "<!channel> <@U0LINUS001> [x](https://evil.example) \u{202e}\u{0}".repeat(100);
    let mut world = with_alert().await;
    let body = json!({
        "summary": evil, "keyFindings": vec![evil.clone(); 2], "securityImplications": "x".repeat(20_000),
        "recommendedActions": vec!["y"; 50],
    });
    assert_eq!(world.give(body).await, 204);
    world.quiet().await;
    let reply = world.message(ONE).thread.remove(0);
    let blocks = serde_json::to_string(&reply.blocks).unwrap();
    for leaf in ["\"broadcast\"", "\"user\"", "\"link\"", "\"mrkdwn\""] {
        assert!(!blocks.contains(&format!("\"type\":{leaf}")), "{leaf}");
    }
    assert!(!reply.text.contains("<!channel>") && blocks.contains("<!channel>"), "it is there, as text");
    assert!(blocks.contains("… (cut)"));
}

#[tokio::test]
async fn sync_fanout_killed_at_any_call_leaves_one_reply() {
    let aws =
        (0..25).flat_map(|call| [Trouble::HangBefore, Trouble::HangAfter].map(|trouble| Kill::Aws { call, trouble }));
    let mut killed = 0;
    for moment in aws.chain((0..10).map(|call| Kill::Slack { call })) {
        let mut world = with_alert().await;
        world.give(json!({"summary": "s"})).await;
        if !world.kill_fanout(moment).await {
            continue;
        }
        killed += 1;
        world.advance(Duration::from_secs(60));
        world.quiet().await;
        assert_eq!(world.replies(ONE).len(), 1, "{moment:?}");
        assert_eq!(world.replies(TWO).len(), 0, "{moment:?}");
        assert_eq!(world.triages().await.len(), 1, "{moment:?}");
    }
    assert!(killed >= 10, "only {killed} moments were hit");
}
