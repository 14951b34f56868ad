//! Integration logs: no cursor, no ids, no order that is promised.

use super::LogWorld;
use log_poller::Limits;
use logs::LogType;
use serde_json::{Value, json};
use slack_simulator::integration_row;
use std::collections::BTreeMap;

const METHOD: &str = "team.integrationLogs";

fn add(world: &LogWorld, seed: u64, ago: i64) {
    world.world.slack.add_integration(integration_row(seed, world.now() - ago)).unwrap();
}

/// Rows as often as they are there, without what Margay adds.
fn check(world: &LogWorld, what: &str) {
    // The row's own fields in a fixed order, as text; dates and ids as the schema has them.
    let name = |row: &Value| {
        let text = |field: &str| match &row[field] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let at = match row["date"].as_str().and_then(|date| date.parse::<i64>().ok()).or(row["date"].as_i64()) {
            Some(second) => second,
            None => row["date"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap().as_second(),
        };
        format!("{at} {} {} {} {}", text("user_id"), text("app_id"), text("service_id"), text("change_type"))
    };
    let counted = |rows: Vec<Value>| {
        let mut counted: BTreeMap<String, usize> = BTreeMap::new();
        rows.iter().for_each(|row| *counted.entry(name(row)).or_default() += 1);
        counted
    };
    assert_eq!(counted(world.rows(LogType::Integration)), counted(world.world.slack.integration_rows()), "{what}");
    world.check_events(what);
}

fn order(world: &LogWorld, order: &str) {
    world.world.slack.patch_log_settings(&json!({"integration_order": order})).unwrap();
}

#[tokio::test]
async fn rows_that_are_equal_in_everything_are_as_many_as_they_are_wherever_a_page_ends() {
    for listed in ["descending", "ascending"] {
        for before in 0..12 {
            let mut world = LogWorld::with(Limits { rows: 10, ..Limits::default() }).await;
            order(&world, listed);
            world.source(LogType::Integration, json!({})).await;
            (0..before).for_each(|seed| add(&world, seed, 300 - i64::try_from(seed).unwrap()));
            // Two sorts of a second, mixed, over a page's border.
            for n in 0..7 {
                add(&world, 100 + n % 2, 200);
            }
            (0..8).for_each(|seed| add(&world, 200 + seed, 100));
            world.poll().await;
            check(&world, &format!("{listed}, {before} before"));
            // One more of the same second, and others behind which the borders move.
            add(&world, 100, 200);
            (0..3).for_each(|seed| add(&world, 300 + seed, 0));
            world.minute().await;
            world.minute().await;
            check(&world, &format!("{listed}, {before} before, and more"));
        }
    }
}

#[tokio::test]
async fn a_minute_without_changes_costs_one_call_in_either_order() {
    for listed in ["descending", "ascending"] {
        let mut world = LogWorld::with(Limits { rows: 10, ..Limits::default() }).await;
        order(&world, listed);
        world.source(LogType::Integration, json!({"backfillHours": 300})).await;
        (0..100).for_each(|seed| add(&world, seed, 900_000 - 9000 * i64::try_from(seed).unwrap()));
        world.catch_up().await;
        check(&world, listed);
        world.calls(METHOD);
        for _ in 0..10 {
            world.minute().await;
        }
        assert_eq!(world.calls(METHOD), 10, "{listed}");
        add(&world, 1000, 5);
        world.minute().await;
        assert!(world.calls(METHOD) <= 3, "{listed}");
        check(&world, listed);
    }
}

#[tokio::test]
async fn rows_that_come_while_pages_are_read_repeat_nothing() {
    for calls in [2, 3] {
        let limits = Limits { rows: 10, team_calls: calls, ..Limits::default() };
        let mut world = LogWorld::with(limits).await;
        world.source(LogType::Integration, json!({})).await;
        // All of it in pairs that are equal in everything.
        (0..120).for_each(|seed| add(&world, seed / 2, 2000 - 10 * i64::try_from(seed / 2).unwrap()));
        for minute in 0..80 {
            if minute < 20 {
                (0..[0, 0, 0, 1, 0, 0, 13][minute as usize % 7]).for_each(|n| add(&world, 1000 + 20 * minute + n, 3));
            }
            world.minute().await;
        }
        check(&world, &format!("{calls} calls a minute"));
    }
}

#[tokio::test]
async fn many_rows_come_over_several_minutes_in_either_order() {
    for listed in ["descending", "ascending"] {
        let mut world = LogWorld::with(Limits { rows: 10, team_calls: 4, ..Limits::default() }).await;
        order(&world, listed);
        world.source(LogType::Integration, json!({})).await;
        (0..200).for_each(|seed| add(&world, seed / 2, 2000 - 10 * i64::try_from(seed / 2).unwrap()));
        let minutes = world.catch_up().await;
        assert!(minutes <= 10, "{listed}: {minutes} minutes");
        check(&world, listed);
    }
}

#[tokio::test]
async fn a_row_that_is_shown_late_is_found_by_the_total() {
    for listed in ["descending", "ascending"] {
        let mut world = LogWorld::with(Limits { rows: 10, ..Limits::default() }).await;
        order(&world, listed);
        world.source(LogType::Integration, json!({})).await;
        (0..60).for_each(|seed| add(&world, seed, 6000 - 100 * i64::try_from(seed).unwrap()));
        world.catch_up().await;
        add(&world, 1000, 4555);
        world.minute().await;
        check(&world, listed);
    }
}
