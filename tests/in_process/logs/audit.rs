//! Audit logs: windows, pages, cursors, and what Slack does to those who read them.

use super::LogWorld;
use log_poller::Limits;
use logs::LogType;
use serde_json::{Value, json};
use slack_simulator::{Bulk, Fault, FaultKind, LogName, audit_entry};
use std::time::Duration;

/// An entry `ago` seconds before now.
fn entry(world: &LogWorld, seed: u64, ago: i64) -> Value {
    audit_entry(seed, world.now() - ago)
}

fn fill(world: &LogWorld, seed: u64, count: u64, ago: (i64, i64)) {
    let bulk = Bulk { log: LogName::Audit, count, from: world.now() - ago.0, to: world.now() - ago.1, seed };
    assert_eq!(world.world.slack.generate_logs(&bulk).unwrap(), count);
}

#[tokio::test]
async fn entries_become_rows_of_their_hour_and_are_told_of_once() {
    let mut world = LogWorld::new().await;
    world.source(LogType::Audit, json!({})).await;
    for (seed, ago) in [(1, 30), (2, 31), (3, 7000)] {
        world.world.slack.add_audit_entry(entry(&world, seed, ago)).unwrap();
    }
    world.poll().await;
    world.check_audit("after one poll");
    world.check_events("after one poll");
    let objects = world.world.edge.objects();
    assert_eq!(objects.len(), 2, "{:?}", objects.keys());
    for (key, object) in &objects {
        let row = &super::lines(object)[0];
        let hour: String = row["p_event_time"].as_str().unwrap()[..13].replace(['-', 'T'], "/");
        assert!(key.starts_with(&format!("logs/Slack.AuditLogs/{hour}/s1/")), "{key} for {hour}");
    }
    for _ in 0..12 {
        world.minute().await;
    }
    world.check_audit("later");
    assert_eq!(world.world.edge.objects(), objects);
}

#[tokio::test]
async fn a_backlog_catches_up_while_new_entries_come_and_within_the_rate_limit() {
    const DAY: i64 = 24 * 3600;
    const BACKLOG: i64 = 200_000;
    let mut world = LogWorld::new().await;
    world.source(LogType::Audit, json!({"backfillHours": 25})).await;
    let add = |world: &LogWorld, numbers: std::ops::Range<i64>, over: i64| {
        let (count, first, now) = (numbers.end - numbers.start, numbers.start, world.now());
        // As many at night as by day, but in bursts.
        let entries = numbers.map(|n| small_entry(n, now - (n - first) / 7 * 7 * over / count));
        world.world.slack.add_audit_entries(entries).unwrap();
    };
    add(&world, 0..BACKLOG, DAY);
    let (mut minutes, mut added) = (0, BACKLOG);
    loop {
        add(&world, added..added + 140, 59);
        added += 140;
        let polled = world.poll().await;
        minutes += 1;
        if polled.up_to_date == 1 {
            break;
        }
        assert!(minutes < 30, "it does not catch up");
        world.world.advance(super::MINUTE);
    }
    let stored = world.stored_ids();
    assert!((0..added).all(|n| stored.get(&n.to_string()) == Some(&1)), "each entry is stored once");
    assert_eq!(stored.len() as i64, added);
    world.check_events("caught up");
    assert!(world.world.slack.faults().violations.is_empty(), "it called although it was told to wait");
    assert!(minutes <= 8, "{minutes} minutes");
}

/// The least that is an audit entry.
fn small_entry(n: i64, date: i64) -> Value {
    json!({
        "id": n.to_string(), "date_create": date, "action": "user_login",
        "actor": {"type": "user", "user": {"id": "W1"}}, "entity": {"type": "user", "user": {"id": "W1"}}, "context": {},
    })
}

#[tokio::test]
async fn a_busy_organisation_stays_up_to_date_and_its_last_day_is_read_again_each_hour() {
    let mut world = LogWorld::new().await;
    world.source(LogType::Audit, json!({"backfillHours": 25})).await;
    fill(&world, 1, 20_000, (24 * 3600, 0));
    world.catch_up().await;
    // Each of these is shown a while after the minute in which it is dated.
    for (seed, late) in [(1000, 300), (1001, 590), (1002, 3000), (1003, 20_000), (1004, 80_000)] {
        world.world.slack.add_audit_entry(entry(&world, seed, late)).unwrap();
        world.minute().await;
    }
    for _ in 0..90 {
        world.minute().await;
    }
    world.check_audit("after an hour and a half");
}

#[tokio::test]
async fn a_quiet_organisation_costs_one_call_a_minute_however_long_it_was_off() {
    let mut world = LogWorld::new().await;
    world.source(LogType::Audit, json!({})).await;
    world.world.slack.add_audit_entry(entry(&world, 1, 60)).unwrap();
    world.poll().await;
    world.world.advance(Duration::from_secs(5 * 24 * 3600));
    world.calls("audit.logs");
    world.poll().await;
    let after_absence = world.calls("audit.logs");
    assert!(after_absence <= 10, "{after_absence}");
    for _ in 0..30 {
        world.minute().await;
    }
    assert!(world.calls("audit.logs") <= 31, "one a minute, and once an hour another");
    world.check_audit("quiet");
}

#[tokio::test]
async fn more_entries_of_a_second_than_a_page_holds_all_come() {
    let mut world = LogWorld::with(Limits { rows: 10, ..Limits::default() }).await;
    world.source(LogType::Audit, json!({})).await;
    for seed in 0..95 {
        let ago = [40, 40, 41, 50, 50][seed as usize % 5];
        world.world.slack.add_audit_entry(entry(&world, seed, ago)).unwrap();
    }
    world.poll().await;
    world.check_audit("at once");
    // And those that come in the second that was read last.
    world.world.slack.add_audit_entry(entry(&world, 1000, 40)).unwrap();
    world.minute().await;
    world.check_audit("a minute later");
}

#[tokio::test]
async fn a_page_size_of_slacks_own_and_an_empty_last_page_lose_nothing() {
    let mut world = LogWorld::new().await;
    world.source(LogType::Audit, json!({})).await;
    world.world.slack.patch_log_settings(&json!({"audit_page_most": 30, "empty_last_page": true})).unwrap();
    fill(&world, 1, 500, (3600, 0));
    world.catch_up().await;
    world.check_audit("in pages of 30");
}

#[tokio::test]
async fn a_rate_limit_is_waited_out_and_reading_goes_on_where_it_was() {
    let mut world = LogWorld::with(Limits { rows: 100, ..Limits::default() }).await;
    world.source(LogType::Audit, json!({"backfillHours": 1})).await;
    fill(&world, 1, 1000, (3000, 0));
    let limited =
        Fault { skip: 4, times: Some(1), retry_after: Some(150), ..Fault::new("audit.logs", FaultKind::Ratelimited) };
    world.world.slack.set_faults(vec![limited], 0).unwrap();
    world.poll().await;
    let stored = world.rows(LogType::Audit).len();
    assert!((300..1000).contains(&stored), "{stored}");
    world.calls("audit.logs");
    for _ in 0..2 {
        world.minute().await;
        assert_eq!(world.calls("audit.logs"), 0, "Slack has asked to wait");
    }
    world.minute().await;
    world.check_audit("afterwards");
    assert!(world.world.slack.faults().violations.is_empty());
    assert!(world.world.alerts.is_empty(), "a rate limit is no error");
}

#[tokio::test]
async fn the_limit_that_others_use_up_is_shared() {
    let mut world = LogWorld::with(Limits { rows: 100, ..Limits::default() }).await;
    world.source(LogType::Audit, json!({"backfillHours": 1})).await;
    fill(&world, 1, 2000, (3000, 0));
    world.world.slack.others_read_audit_logs(45);
    assert_eq!(world.poll().await.up_to_date, 0);
    world.catch_up().await;
    world.check_audit("afterwards");
    assert!(world.world.slack.faults().violations.is_empty());
}

#[tokio::test]
async fn a_cursor_that_has_expired_begins_the_window_again_and_repeats_nothing() {
    let mut world = LogWorld::with(Limits { rows: 100, audit_calls: 3, ..Limits::default() }).await;
    world.source(LogType::Audit, json!({})).await;
    // Each minute's first cursor is too old.
    world.world.slack.patch_log_settings(&json!({"cursor_life_seconds": 30})).unwrap();
    fill(&world, 1, 1000, (3000, 0));
    world.catch_up().await;
    world.check_audit("afterwards");
    let puts = world.world.edge.puts();
    assert_eq!(puts.len(), world.world.edge.objects().len(), "no object was put twice");
}

#[tokio::test]
async fn a_cursor_that_is_refused_at_once_does_not_keep_the_window_from_its_end() {
    let mut world = LogWorld::with(Limits { rows: 100, ..Limits::default() }).await;
    world.source(LogType::Audit, json!({})).await;
    world.world.slack.patch_log_settings(&json!({"cursor_life_seconds": -1})).unwrap();
    fill(&world, 1, 1000, (3000, 0));
    world.catch_up().await;
    world.check_audit("without a single good cursor");
}

#[tokio::test]
async fn two_runs_that_overlap_are_one() {
    let mut world = LogWorld::with(Limits { rows: 100, ..Limits::default() }).await;
    world.source(LogType::Audit, json!({})).await;
    fill(&world, 1, 1000, (3000, 0));
    futures::join!(world.begin_poll(), world.begin_poll(), world.begin_poll());
    world.check_audit("three at once");
    let puts = world.world.edge.puts();
    assert_eq!(puts.len(), world.world.edge.objects().len(), "no object was put twice");
    world.minute().await;
    world.check_audit("a minute later");
}

#[tokio::test]
async fn a_run_that_wakes_after_its_lease_has_lapsed_stores_nothing() {
    let mut world = LogWorld::with(Limits { rows: 100, ..Limits::default() }).await;
    world.source(LogType::Audit, json!({})).await;
    fill(&world, 1, 1000, (3000, 0));
    let hang = Fault { skip: 3, times: Some(1), ..Fault::new("audit.logs", FaultKind::Hang) };
    world.world.slack.set_faults(vec![hang], 0).unwrap();
    let mut sleeper = Box::pin(world.begin_poll());
    tokio::select! {
        () = &mut sleeper => panic!("it was to hang"),
        () = world.world.slack.hang_fired() => {}
    }
    world.minute().await;
    assert!(world.rows(LogType::Audit).len() < 1000, "the lease is longer than a minute");
    world.minute().await;
    world.check_audit("another took over");
    let objects = world.world.edge.objects();
    world.world.slack.clear_faults();
    sleeper.await;
    assert_eq!(world.world.edge.objects(), objects);
    world.minute().await;
    world.check_audit("after it woke");
}

#[tokio::test]
async fn clocks_that_disagree_lose_nothing() {
    for skew in [-7200, -90, 90, 7200] {
        let mut world = LogWorld::new().await;
        world.source(LogType::Audit, json!({})).await;
        world.world.slack.patch_log_settings(&json!({"clock_skew_seconds": skew})).unwrap();
        for seed in 0..200 {
            // What happens is dated by Slack's clock.
            world.world.slack.add_audit_entry(audit_entry(seed, world.now() + skew)).unwrap();
            world.world.advance(Duration::from_secs(20));
            if seed % 3 == 0 {
                world.poll().await;
            }
        }
        // By ours, all of it has happened then.
        world.world.advance(Duration::from_secs(7200));
        world.catch_up().await;
        world.check_audit(&format!("Slack is {skew} s ahead"));
    }
}

#[tokio::test]
async fn a_source_begins_as_far_back_as_it_says() {
    let mut world = LogWorld::new().await;
    world.source(LogType::Audit, json!({"backfillHours": 2})).await;
    for (seed, ago) in [(1, 7100), (2, 7300)] {
        world.world.slack.add_audit_entry(entry(&world, seed, ago)).unwrap();
    }
    for _ in 0..70 {
        world.minute().await;
    }
    assert_eq!(world.rows(LogType::Audit).len(), 1);
}
