//! Alerts in, and shown.

use crate::world::{NOW, World};
use alert::change::{Action, Actor, Change, Origin};
use alert::delivery::MessageRef;
use alert::{AlertId, ChangeId, Delivery, DeliveryState, DestinationId, input};
use jiff::SignedDuration;
use serde_json::{Value, json};
use store::StoredDelivery;

#[tokio::test]
async fn an_alert_is_acknowledged_once_it_is_queued_as_it_came() {
    let world = World::new().await;
    let body = r#"{ "title":"t", "severity":"HIGH", "alertId":"mine", "createdAt":"2026-11-21T08:30:00Z", "x":1.0 }"#;
    let answered = world.ask("POST", "/alerts").body(body).answer().await;
    assert_eq!((answered.status.as_u16(), answered.text("/alertId")), (202, "mine"));
    assert_eq!(answered.header("Location"), "/alerts/mine");
    let sent = world.aws.sent();
    assert_eq!((sent.len(), sent[0].queue.as_str(), sent[0].group.as_ref()), (1, "alerts", None));
    assert_eq!(sent[0].body, body);
}

#[tokio::test]
async fn an_alert_without_id_and_time_keeps_those_it_was_given_here() {
    let world = World::new().await;
    let body = json!({"title": "t", "severity": "HIGH", "dedup": {"z": 1, "a": [2]}});
    let answered = world.post("/alerts", body.clone()).await;
    let later = NOW + SignedDuration::from_hours(1);
    let read = input::parse(world.aws.sent()[0].body.as_bytes(), later).unwrap();
    assert_eq!(read.id.as_str(), answered.text("/alertId"));
    assert_eq!(read.content.created_at, NOW);
    assert_eq!(Value::Object(read.content.extra), json!({"dedup": {"z": 1, "a": [2]}}));
    let again = world.ask("POST", "/alerts").json(&body).at(later).answer().await;
    assert_eq!(again.text("/alertId"), answered.text("/alertId"));
}

#[tokio::test]
async fn an_alert_is_shown_in_panthers_shape_and_with_every_delivery() {
    let world = World::new().await;
    let body = json!({"displayName": "SOC", "channel": "C1"});
    let soc = world.post("/destinations", body).await.text("/id").to_owned();
    let payload = json!({
        "id": "AWS.Root", "name": "Root login", "version": "v1", "type": "SCHEDULED_RULE", "description": "d",
        "runbook": "r", "link": "https://x.example/a", "tags": ["T"], "logTypes": ["AWS.CloudTrail"],
        "alertContext": {"ip": "1.2.3.4"}, "summaryAttributes": ["ip"], "reference": "https://ref.example",
        "firstEvent": {"p_event_time": "2026-11-21 08:00:00.000"},
    });
    world.alert("a", payload, &["dead", &soc, "gone"]).await;
    let id = AlertId::new("a").unwrap();
    let dead = DestinationId::new("dead").unwrap();
    let mut dead = StoredDelivery::absent(Delivery::unsent(id, dead, "Dead channel".to_owned()));
    dead.delivery.state = DeliveryState::Dead;
    dead.delivery.reason = Some("is_archived: unarchive it".to_owned());
    dead.delivery.message = Some(MessageRef { channel: "C1".to_owned(), ts: "1.2".to_owned() });
    world.store.record_delivery(&mut dead, None).await.unwrap();

    let shown = world.get("/alerts/a").await.json;
    for (pointer, expected) in [
        ("/type", json!("SCHEDULED_RULE")),
        ("/status", json!("OPEN")),
        ("/assignee", json!(null)),
        ("/updatedBy", json!({"id": "system", "type": "system", "name": "Margay"})),
        ("/detection", json!({"id": "AWS.Root", "type": "SCHEDULED_RULE", "name": "Root login", "version": "v1"})),
        ("/context/ip", json!("1.2.3.4")),
        ("/reference", json!("https://ref.example")),
        ("/firstEventOccurredAt", json!("2026-11-21T08:00:00Z")),
        ("/routing", json!({"why": "FILTERS", "unknown": [], "nowhere": null})),
        ("/summaryAttributes", json!(["ip"])),
        ("/activity/0/kind", json!("CREATED")),
        ("/activityOmitted", json!(0)),
    ] {
        assert_eq!(shown.pointer(pointer), Some(&expected), "{pointer}");
    }
    let deliveries = shown["deliveries"].as_array().unwrap();
    let told: Vec<_> =
        deliveries.iter().map(|d| (d["label"].as_str().unwrap(), d["state"].as_str().unwrap())).collect();
    assert_eq!(told, [("Dead channel", "DEAD"), ("SOC", "PENDING"), ("gone", "PENDING")]);
    assert_eq!(deliveries[0]["message"], "is_archived: unarchive it");
    assert_eq!((&deliveries[0]["success"], &deliveries[0]["statusCode"]), (&json!(false), &json!(0)));
}

#[tokio::test]
async fn a_history_that_outgrows_an_answer_loses_its_oldest_part_and_says_so() {
    let world = World::new().await;
    world.alert("a", json!({}), &[]).await;
    for n in 0..60 {
        let change = Change {
            id: ChangeId::new(format!("c{n}")).unwrap(),
            alert_id: AlertId::new("a").unwrap(),
            at: NOW,
            actor: Actor::System,
            origin: Origin::System,
            seen_seq: None,
            action: Action::Comment { body: "\u{1}".repeat(10_000), source: None },
        };
        world.store.apply_change(&change, NOW).await.unwrap();
    }
    let shown = world.get("/alerts/a").await.json;
    let activity = shown["activity"].as_array().unwrap();
    assert_eq!(activity.len() as u64 + shown["activityOmitted"].as_u64().unwrap(), 61);
    assert!(activity.len() < 61);
    assert_eq!(activity.last().unwrap()["seq"], 61);
}
