//! Access logs: rows that change, two ways of paging, and how deep is read.

use super::LogWorld;
use log_poller::Limits;
use logs::LogType;
use serde_json::{Value, json};
use slack_simulator::{Fault, FaultKind, access_row};
use std::collections::BTreeMap;
use std::time::Duration;

const METHOD: &str = "team.accessLogs";

/// A row that began `ago` seconds before now.
fn add(world: &LogWorld, seed: u64, ago: i64) {
    world.world.slack.add_access(access_row(seed, world.now() - ago)).unwrap();
}

/// Somebody's device is seen now.
fn see(world: &LogWorld, device: u64) {
    let sighting = json!({"user_id": "W1", "username": "one", "ip": "192.0.2.1", "user_agent": format!("agent {device}"),
        "date": world.now()});
    world.world.slack.add_access(sighting).unwrap();
}

/// Each row that Slack has is stored once, by who, where and with what.
fn check(world: &LogWorld, what: &str) {
    let name = |row: &Value| format!("{} {} {}", row["user_id"], row["ip"], row["user_agent"]);
    let counted = |rows: Vec<Value>| {
        let mut counted: BTreeMap<String, usize> = BTreeMap::new();
        rows.iter().for_each(|row| *counted.entry(name(row)).or_default() += 1);
        counted
    };
    assert_eq!(counted(world.rows(LogType::Access)), counted(world.world.slack.access_rows()), "{what}");
    world.check_events(what);
}

#[tokio::test]
async fn rows_of_three_pages_all_arrive() {
    let mut world = LogWorld::new().await;
    world.source(LogType::Access, json!({})).await;
    (0..2500).for_each(|seed| add(&world, seed, i64::try_from(seed).unwrap() * 30));
    world.poll().await;
    assert_eq!(world.rows(LogType::Access).len(), 2500);
    assert_eq!(world.calls(METHOD), 3);
    for _ in 0..5 {
        world.minute().await;
    }
    assert_eq!(world.calls(METHOD), 5, "one a minute");
    check(&world, "2500");
}

#[tokio::test]
async fn a_row_is_stored_once_however_it_changes() {
    let mut world = LogWorld::new().await;
    world.source(LogType::Access, json!({})).await;
    for minute in 0..90 {
        (0..3).for_each(|device| see(&world, device));
        if minute % 10 == 0 {
            see(&world, 100 + minute);
        }
        world.minute().await;
    }
    check(&world, "seen again and again");
    assert_eq!(world.rows(LogType::Access).len(), 12);
}

#[tokio::test]
async fn a_source_that_wants_updates_gets_each_of_them_once() {
    let mut world = LogWorld::new().await;
    world.source(LogType::Access, json!({"emitUpdates": true})).await;
    see(&world, 1);
    world.minute().await;
    world.world.advance(Duration::from_secs(2 * 3600));
    see(&world, 1);
    for _ in 0..65 {
        world.minute().await;
    }
    let rows = world.rows(LogType::Access);
    assert_eq!(rows.iter().map(|row| row["count"].as_u64().unwrap()).collect::<Vec<_>>(), [1, 2]);
}

#[tokio::test]
async fn rows_that_are_shown_late_are_found_within_the_hour() {
    let mut world = LogWorld::new().await;
    world.source(LogType::Access, json!({"backfillHours": 30})).await;
    (0..1500).for_each(|seed| add(&world, seed, 50 * i64::try_from(seed).unwrap()));
    world.minute().await;
    for (seed, late) in [(5000, 500), (5001, 4000), (5002, 70_000)] {
        add(&world, seed, late);
        world.minute().await;
    }
    for _ in 0..65 {
        world.minute().await;
    }
    check(&world, "late");
}

#[tokio::test]
async fn beyond_the_pages_that_can_be_counted_reading_goes_on_below_them() {
    for rows_of_a_second in [1, 25] {
        let mut world = LogWorld::with(Limits { rows: 10, team_calls: 19, ..Limits::default() }).await;
        world.world.slack.patch_log_settings(&json!({"pages_most": 3})).unwrap();
        world.source(LogType::Access, json!({"backfillHours": 1})).await;
        for seed in 0..150 {
            add(&world, seed, i64::try_from(seed).unwrap() / rows_of_a_second);
        }
        world.catch_up().await;
        check(&world, &format!("{rows_of_a_second} a second"));
    }
}

#[tokio::test]
async fn pages_that_slack_cannot_count_are_read_by_cursor_and_the_other_way_round() {
    let mut world = LogWorld::with(Limits { rows: 10, ..Limits::default() }).await;
    world.source(LogType::Access, json!({})).await;
    (0..100).for_each(|seed| add(&world, seed, 10 * i64::try_from(seed).unwrap()));
    let faults = [2, 3, 5].map(|skip| Fault { skip, times: Some(1), ..Fault::new(METHOD, FaultKind::Http500) });
    world.world.slack.set_faults(faults.into(), 0).unwrap();
    world.catch_up().await;
    check(&world, "by both");
    let asked: Vec<Value> = world.world.slack.wire(None).into_iter().map(|entry| entry.request).collect();
    assert!(asked.iter().any(|request| request.get("limit").is_some()), "by cursor");
    assert!(asked.iter().any(|request| request.get("page").is_some()), "by page");
    assert!(world.world.alerts.is_empty());
}

#[tokio::test]
async fn rows_that_come_in_between_pages_neither_hide_nor_repeat_others() {
    let mut world = LogWorld::with(Limits { rows: 10, team_calls: 2, ..Limits::default() }).await;
    world.source(LogType::Access, json!({})).await;
    (0..100).for_each(|seed| add(&world, seed, 10 * i64::try_from(seed).unwrap()));
    for minute in 0..30 {
        if minute < 12 {
            (0..7).for_each(|n| add(&world, 1000 + 10 * minute + n, i64::try_from(n).unwrap()));
        }
        world.minute().await;
    }
    check(&world, "moved");
}

#[tokio::test]
async fn an_organisations_token_reads_the_whole_organisation() {
    let mut world = LogWorld::new().await;
    world.source(LogType::Access, json!({})).await;
    let scopes = LogType::Access.user_scopes();
    let token = world.world.slack.grant_user_token(super::CLIENT, super::OWNER, "E0ACME0001", scopes).unwrap();
    world.world.edge.put_secret("panther-analysis/test/logs/s1", json!({"user_token": token}).to_string());
    let mut row = access_row(1, world.now() - 10);
    row["team_id"] = Value::Null;
    world.world.slack.add_access(row).unwrap();
    add(&world, 2, 20);
    world.poll().await;
    assert_eq!(world.rows(LogType::Access).len(), 2);
}
