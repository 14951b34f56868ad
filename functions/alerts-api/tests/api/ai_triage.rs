//! An AI's triage: queued first, then there, and read back.

use crate::aws::Fault;
use crate::world::World;
use alert::ChangeMessage;
use serde_json::{Value, json};

const PATH: &str = "/alerts/a/ai-triage";

async fn put(world: &World, body: &Value) -> u16 {
    world.ask("PUT", PATH).json(body).answer().await.status.as_u16()
}

/// The summaries in the history, with whether each was the first.
async fn history(world: &World) -> Vec<(String, bool)> {
    let alert = world.get("/alerts/a").await.json;
    let activities = alert["activity"].as_array().unwrap().iter();
    let triaged = activities.filter(|activity| activity["kind"] == "AI_TRIAGED");
    let summary = |activity: &Value| activity["aiTriage"]["summary"].as_str().unwrap().to_owned();
    triaged.map(|activity| (summary(activity), activity["first"].as_bool().unwrap())).collect()
}

#[tokio::test]
async fn a_triage_is_queued_in_its_alerts_group_and_shown() {
    let world = World::new().await;
    world.alert("a", json!({}), &[]).await;
    assert_eq!(world.get("/alerts/a").await.json["aiTriage"], Value::Null);
    let body = json!({
        "summary": "It was Robin", "keyFindings": "one", "securityImplications": [], "recommendedActions": ["a", " ", "b"],
        "link": "https://ai.example/1",
    });
    assert_eq!(put(&world, &body).await, 204);
    let alert = world.get("/alerts/a").await.json;
    let shown = json!({
        "summary": "It was Robin", "keyFindings": ["one"], "recommendedActions": ["a", "b"], "link": "https://ai.example/1",
    });
    assert_eq!(alert["aiTriage"], shown);
    assert_eq!(alert["activity"][1]["aiTriage"], shown);
    assert_eq!(alert["activity"][1]["actor"]["id"], "first-admin-key");
    let sent = world.aws.sent();
    assert_eq!((sent[0].queue.as_str(), sent[0].group.as_deref()), ("changes.fifo", Some("a")));
    let ChangeMessage::Change(change) = serde_json::from_str(&sent[0].body).unwrap() else { panic!("no change") };
    assert_eq!(alert["activity"][1]["changeId"], json!(change.id));
}

#[tokio::test]
async fn the_latest_is_shown_and_the_history_knows_which_was_first() {
    let world = World::new().await;
    world.alert("a", json!({}), &[]).await;
    for summary in ["one", "two"] {
        assert_eq!(put(&world, &json!({"summary": summary})).await, 204);
    }
    assert_eq!(world.get("/alerts/a").await.json["aiTriage"], json!({"summary": "two"}));
    assert_eq!(history(&world).await, [("one".to_owned(), true), ("two".to_owned(), false)]);
    let listed = world.get("/alerts").await.json;
    assert!(listed["results"][0].get("aiTriage").is_none(), "the list is of alerts as they came");
}

#[tokio::test]
async fn what_is_there_already_is_not_put_there_again() {
    let world = World::new().await;
    world.alert("a", json!({}), &[]).await;
    for summary in ["one", "one", "two", "one"] {
        assert_eq!(put(&world, &json!({"summary": summary})).await, 204);
    }
    let seen: Vec<String> = history(&world).await.into_iter().map(|(summary, _)| summary).collect();
    assert_eq!(seen, ["one", "two", "one"]);
}

#[tokio::test]
async fn an_idempotency_key_makes_the_same_triage_have_one_effect() {
    let world = World::new().await;
    world.alert("a", json!({}), &[]).await;
    let send = |summary: &str| {
        let body = json!({"summary": summary});
        world.ask("PUT", PATH).json(&body).header("Idempotency-Key", "k1").answer()
    };
    for summary in ["one", "two", "one"] {
        assert_eq!(send(summary).await.status, 204);
    }
    let seen: Vec<String> = history(&world).await.into_iter().map(|(summary, _)| summary).collect();
    assert_eq!(seen, ["one", "two"], "the third is the first again");
}

#[tokio::test]
async fn of_two_at_once_one_is_the_first() {
    let world = World::new().await;
    let other = world.another();
    world.alert("a", json!({}), &[]).await;
    let (one, two) = (json!({"summary": "one"}), json!({"summary": "two"}));
    let statuses = futures::join!(put(&world, &one), put(&other, &two));
    assert_eq!(statuses, (204, 204));
    let firsts = history(&world).await.into_iter().map(|(_, first)| first).collect::<Vec<_>>();
    assert_eq!(firsts, [true, false]);
}

#[tokio::test]
async fn it_is_durable_before_it_is_acknowledged_and_accepted_even_if_it_cannot_be_done_here() {
    let world = World::new().await;
    world.alert("a", json!({}), &[]).await;
    world.aws.fail("SendMessage", Fault::Broken);
    assert_eq!(put(&world, &json!({"summary": "s"})).await, 503);
    assert_eq!(world.aws.calls("TransactWriteItems"), 0);
    world.aws.heal();
    world.aws.fail("TransactWriteItems", Fault::Broken);
    assert_eq!(put(&world, &json!({"summary": "s"})).await, 204);
    world.aws.heal();
    assert_eq!(history(&world).await, []);
    let ChangeMessage::Change(change) = serde_json::from_str(&world.aws.sent()[0].body).unwrap() else { panic!() };
    world.store.apply_change(&change, change.at).await.unwrap();
    assert_eq!(history(&world).await, [("s".to_owned(), true)]);
}

#[tokio::test]
async fn who_may_only_see_alerts_cannot_give_one() {
    let world = World::new().await;
    world.alert("a", json!({}), &[]).await;
    let viewer = world.key(&["ViewAlerts"]).await;
    let refused = world.ask_as(&viewer, "PUT", PATH).json(&json!({"summary": "s"})).answer().await;
    assert_eq!(refused.status, 403);
    assert!(world.aws.sent().is_empty());
}

#[tokio::test]
async fn the_largest_one_there_may_be_fits_everywhere() {
    let world = World::new().await;
    world.alert("a", json!({}), &[]).await;
    // Six bytes in JSON, each.
    assert_eq!(put(&world, &json!({"summary": "\u{1}".repeat(40_000)})).await, 204);
    assert_eq!(history(&world).await.len(), 1);
    assert!(world.aws.sent()[0].body.len() <= 262_144);
}

#[tokio::test]
async fn an_alert_takes_twenty_and_says_so_to_whoever_gives_more() {
    let world = World::new().await;
    world.alert("a", json!({}), &[]).await;
    for number in 1..=20 {
        assert_eq!(put(&world, &json!({"summary": number.to_string()})).await, 204);
    }
    let refused = world.ask("PUT", PATH).json(&json!({"summary": "21"})).answer().await;
    assert_eq!(refused.status.as_u16(), 400);
    assert!(refused.json.to_string().contains("first 20"), "{}", refused.json);
    assert_eq!(put(&world, &json!({"summary": "20"})).await, 204, "what is there already");
    assert_eq!(history(&world).await.len(), 20);
}
