//! Where a run goes on: nothing that fails moves the place, and one call a run is enough to come to the end.

use super::LogWorld;
use super::scripted::{Answer, Scripted, counted};
use log_poller::Limits;
use logs::LogType;
use serde_json::{Value, json};
use slack_simulator::{Fault, FaultKind, access_row, audit_entry, integration_row};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const METHOD: &str = "team.integrationLogs";

/// Rows by what they say, without what Margay adds: equal ones are counted.
fn rows(world: &LogWorld) -> BTreeMap<String, usize> {
    let mut counted = BTreeMap::new();
    for row in world.rows(LogType::Integration) {
        let name = format!("{} {} {} {}", row["date"], row["user_id"], row["app_id"], row["service_id"]);
        *counted.entry(name).or_default() += 1;
    }
    counted
}

/// A source with 120 rows, each of them twice.
async fn pairs(listed: &str, calls: u32) -> LogWorld {
    let world = LogWorld::with(Limits { rows: 10, team_calls: calls, ..Limits::default() }).await;
    world.world.slack.patch_log_settings(&json!({"integration_order": listed})).unwrap();
    world.source(LogType::Integration, json!({})).await;
    for seed in 0..60 {
        let row = integration_row(seed, world.now() - 2000 + 10 * i64::try_from(seed).unwrap());
        (0..2).for_each(|_| world.world.slack.add_integration(row.clone()).unwrap());
    }
    world
}

#[tokio::test]
async fn runs_that_fail_before_a_page_leave_the_place_where_it_was() {
    for listed in ["ascending", "descending"] {
        let mut world = pairs(listed, 3).await;
        world.poll().await;
        let before = asked(&world);
        let failing = Fault { times: Some(30), ..Fault::new(METHOD, FaultKind::Http500) };
        world.world.slack.set_faults(vec![failing], 0).unwrap();
        for _ in 0..31 {
            world.minute().await;
        }
        let expected = match listed {
            "ascending" => before.last().unwrap() - 1,
            _ => before.last().unwrap() + 1,
        };
        let pages: Vec<i64> = asked(&world).split_off(before.len());
        assert!(pages[..31].iter().all(|page| *page == expected), "{listed}: {pages:?}");
        world.catch_up().await;
        assert!(rows(&world).values().all(|times| *times == 2), "{listed}");
        assert_eq!(rows(&world).len(), 60, "{listed}");
    }
}

fn asked(world: &LogWorld) -> Vec<i64> {
    let calls = world.world.slack.wire(None).into_iter().filter(|call| call.method == METHOD);
    calls.map(|call| call.request["page"].as_str().unwrap().parse().unwrap()).collect()
}

#[tokio::test]
async fn one_call_a_run_is_enough_and_equal_rows_on_two_pages_stay_as_many_as_they_are() {
    for listed in ["ascending", "descending"] {
        // The border of each page lies between the rows of a pair.
        let mut world = pairs(listed, 1).await;
        let odd = integration_row(1000, world.now() - if listed == "ascending" { 3000 } else { 1 });
        world.world.slack.add_integration(odd).unwrap();
        for _ in 0..20 {
            world.minute().await;
        }
        let rows = rows(&world);
        assert_eq!(rows.values().sum::<usize>(), 121, "{listed}");
        assert_eq!(rows.values().filter(|times| **times == 2).count(), 60, "{listed}");
    }
}

#[tokio::test]
async fn a_row_that_comes_while_a_log_is_read_upwards_is_stored_by_the_next_run() {
    let mut world = LogWorld::with(Limits { rows: 10, team_calls: 1, ..Limits::default() }).await;
    world.source(LogType::Integration, json!({})).await;
    let row = |seed: u64| integration_row(seed, world.now() - 3000 + 10 * i64::try_from(seed).unwrap());
    let listed: Arc<Mutex<Vec<Value>>> = Arc::new(Mutex::new((0..35).map(row).collect()));
    let late = row(35);
    let shown = listed.clone();
    let slack = Scripted::start(move |query| Answer::Page(counted("logs", &shown.lock().unwrap(), query))).await;
    world.read_from(&slack);
    // The first page, and the last one.
    world.minute().await;
    world.minute().await;
    listed.lock().unwrap().push(late);
    for _ in 0..6 {
        world.minute().await;
    }
    assert_eq!(world.rows(LogType::Integration).len(), 36);
}

#[tokio::test]
async fn what_is_shown_a_day_late_around_an_outage_is_found_after_it() {
    for log_type in [LogType::Audit, LogType::Access] {
        let mut world = LogWorld::new().await;
        world.source(log_type, json!({"backfillHours": 72})).await;
        let add = |world: &LogWorld, seed: u64, ago: i64| match log_type {
            LogType::Audit => world.world.slack.add_audit_entry(audit_entry(seed, world.now() - ago)).unwrap(),
            LogType::Access | LogType::Integration => {
                world.world.slack.add_access(access_row(seed, world.now() - ago)).unwrap();
            }
        };
        add(&world, 1, 30);
        world.catch_up().await;
        for _ in 0..65 {
            world.minute().await;
        }
        // Shown after the last look of the last day, and the function is down.
        add(&world, 2, 22 * 3600);
        world.world.advance(Duration::from_secs(10 * 3600));
        for _ in 0..5 {
            world.minute().await;
        }
        assert_eq!(world.rows(log_type).len(), 2, "{log_type}");
    }
}
