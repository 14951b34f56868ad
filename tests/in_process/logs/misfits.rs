//! Entries that fit no schema are set aside with the reason, once, and stop nothing.

use super::LogWorld;
use logs::LogType;
use serde_json::{Value, json};
use slack_simulator::{access_row, audit_entry, integration_row};

fn reasons(world: &LogWorld) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut reasons: Vec<_> =
        world.quarantined().iter().map(|line| (text(&line["field"]), text(&line["entry"]))).collect();
    reasons.sort();
    reasons
}

#[tokio::test]
async fn what_does_not_fit_is_set_aside_once_with_its_reason_and_the_rest_of_the_page_is_stored() {
    let mut world = LogWorld::new().await;
    world.source(LogType::Audit, json!({})).await;
    for seed in 0..20 {
        world.world.slack.add_audit_entry(audit_entry(seed, world.now() - 30)).unwrap();
    }
    let mut nameless = audit_entry(100, world.now() - 31);
    nameless.as_object_mut().unwrap().remove("actor");
    let mut undated = audit_entry(101, world.now() - 32);
    undated["date_create"] = json!("yesterday");
    for entry in [&nameless, &undated] {
        world.world.slack.add_audit_entry(entry.clone()).unwrap();
    }
    world.poll().await;
    let objects = world.world.edge.objects();
    assert_eq!(world.rows(LogType::Audit).len(), 20);
    let quarantined = reasons(&world);
    assert_eq!(quarantined.len(), 2, "{quarantined:?}");
    assert_eq!(quarantined[0].0, "actor");
    assert_eq!(serde_json::from_str::<Value>(&quarantined[0].1).unwrap(), nameless, "whole");
    assert_eq!(quarantined[1].0, "date_create");
    world.check_events("of rows only");
    for _ in 0..75 {
        world.minute().await;
    }
    assert_eq!(world.world.edge.objects(), objects, "each minute and each hour the same page again");
}

#[tokio::test]
async fn misfits_of_the_other_logs_are_set_aside_too() {
    let mut world = LogWorld::new().await;
    world.named("s1", LogType::Access, json!({})).await;
    world.named("s2", LogType::Integration, json!({})).await;
    let mut access = access_row(1, world.now() - 10);
    access["user_id"] = Value::Null;
    world.world.slack.add_access(access).unwrap();
    let mut integration = integration_row(2, world.now() - 10);
    integration["date"] = json!("soon");
    world.world.slack.add_integration(integration).unwrap();
    for seed in 10..15 {
        world.world.slack.add_access(access_row(seed, world.now() - 20)).unwrap();
        world.world.slack.add_integration(integration_row(seed, world.now() - 20)).unwrap();
    }
    for _ in 0..5 {
        world.minute().await;
    }
    let fields: Vec<String> = reasons(&world).into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["date", "user_id"]);
    assert_eq!((world.rows(LogType::Access).len(), world.rows(LogType::Integration).len()), (5, 5));
}
