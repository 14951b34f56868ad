//! What could keep a source from ever going on: each of it ends by itself, or somebody is told.

use super::LogWorld;
use super::scripted::{Answer, Query, Scripted, counted, number};
use crate::world::edge::Trouble;
use log_poller::Limits;
use logs::{LogSourceId, LogType};
use serde_json::{Value, json};
use slack_simulator::{Fault, FaultKind, access_row, audit_entry, integration_row};
use std::collections::BTreeSet;

fn ten() -> Limits {
    Limits { rows: 10, ..Limits::default() }
}

/// Rows of a log, newest first, `step` seconds apart.
fn rows_of(world: &LogWorld, log_type: LogType, count: u64, step: i64) -> Vec<Value> {
    let row = match log_type {
        LogType::Audit => audit_entry,
        LogType::Access => access_row,
        LogType::Integration => integration_row,
    };
    (0..count).map(|seed| row(seed, world.now() - 20 - step * i64::try_from(seed).unwrap())).collect()
}

/// Every one of so many rows is stored once.
fn check(world: &LogWorld, log_type: LogType, count: usize, what: &str) {
    let rows = world.rows(log_type);
    let ids: BTreeSet<&str> = rows.iter().map(|row| row["p_row_id"].as_str().unwrap()).collect();
    assert_eq!((rows.len(), ids.len()), (count, count), "{what}");
}

async fn health(world: &LogWorld, source: &LogSourceId) -> logs::Health {
    world.world.store.log_source(source).await.unwrap().unwrap().health
}

/// The titles of the alerts that were raised since the last time.
fn titles(world: &mut LogWorld) -> Vec<String> {
    let alerts = world.world.alerts.receive(100);
    let title = |body: &str| serde_json::from_str::<Value>(body).unwrap()["name"].as_str().unwrap().to_owned();
    alerts.iter().map(|alert| title(&alert.body)).collect()
}

/// The entries of an audit query's window, newest first, and whether there are more.
fn window(entries: &[Value], query: &Query) -> (Vec<Value>, bool) {
    let (oldest, latest) = (number(query, "oldest").unwrap(), number(query, "latest").unwrap());
    let within = |entry: &&Value| (oldest..=latest).contains(&(entry["date_create"].as_u64().unwrap() as usize));
    let all: Vec<Value> = entries.iter().filter(within).cloned().collect();
    let limit = number(query, "limit").unwrap();
    (all.iter().take(limit).cloned().collect(), all.len() > limit)
}

#[tokio::test]
async fn a_source_that_cannot_store_its_rows_is_told_of_as_one_without_data() {
    let mut world = LogWorld::new().await;
    let source = world.source(LogType::Audit, json!({"silenceMinutes": 5})).await;
    world.world.slack.add_audit_entry(audit_entry(1, world.now() - 10)).unwrap();
    world.world.edge.trouble(Trouble::Throttle, 0, Some("PutObject"));
    for _ in 0..8 {
        world.minute().await;
    }
    assert_eq!(titles(&mut world), ["Log source has no data"]);
    assert!(health(&world, &source).await.passing_since.is_some());
    world.world.edge.clear();
    world.catch_up().await;
    world.check_audit("afterwards");
    assert_eq!(health(&world, &source).await.silent_alerted, None);
}

#[tokio::test]
async fn an_alert_that_is_raised_while_the_source_is_switched_off_is_taken_back() {
    let mut world = LogWorld::new().await;
    let id = world.source(LogType::Audit, json!({"silenceMinutes": 5})).await;
    for _ in 0..5 {
        world.minute().await;
    }
    assert!(world.world.alerts.is_empty());
    world.world.advance(super::MINUTE);
    world
        .world
        .slack
        .set_faults(vec![Fault { times: Some(1), ..Fault::new("audit.logs", FaultKind::Hang) }], 0)
        .unwrap();
    let mut poll = Box::pin(world.begin_poll());
    tokio::select! {
        () = &mut poll => panic!("it was to hang"),
        () = world.world.slack.hang_fired() => {}
    }
    let source = world.world.store.log_source(&id).await.unwrap().unwrap();
    let (aside, notices) = source.health.put_aside(&source);
    assert!(notices.is_empty(), "nothing is open yet");
    assert_eq!(world.world.store.note_log_health(&id, &aside).await.unwrap(), store::Noted::Done);
    world.world.slack.clear_faults();
    poll.await;
    world.world.collect();
    let raised: Value = serde_json::from_str(&world.world.alerts.receive(9)[0].body).unwrap();
    let changes = world.world.changes.receive(9);
    let resolved: Vec<Value> = changes.iter().map(|change| serde_json::from_str(&change.body).unwrap()).collect();
    assert_eq!(resolved.len(), 1);
    assert!(resolved[0].to_string().contains(raised["alertId"].as_str().unwrap()), "{resolved:?}");
    assert!(resolved[0].to_string().contains("RESOLVED"), "{resolved:?}");
}

#[tokio::test]
async fn cursors_that_lead_nowhere_do_not_keep_a_window_from_its_end() {
    for log_type in [LogType::Audit, LogType::Access] {
        for repeats in [true, false] {
            let mut world = LogWorld::with(ten()).await;
            world.source(log_type, json!({})).await;
            let entries = rows_of(&world, log_type, 60, 7);
            let cursors = std::sync::atomic::AtomicUsize::new(0);
            let slack = Scripted::start(move |query| {
                let fresh = cursors.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                let next = if repeats { "the same".to_owned() } else { format!("cursor {fresh}") };
                let next = json!({"next_cursor": next});
                let in_a_circle = |name: &str, first: Vec<Value>, more: bool| {
                    let shown = if !repeats && query.contains_key("cursor") { Vec::new() } else { first };
                    let mut page = json!({"ok": true, name: shown});
                    if more {
                        page["response_metadata"] = next.clone();
                    }
                    Answer::Page(page)
                };
                match log_type {
                    LogType::Access if query.contains_key("page") => {
                        // The first page is not counted, so that reading goes on by cursor.
                        if query.contains_key("before") {
                            Answer::Page(counted("logins", &below(&entries, query), query))
                        } else {
                            Answer::Status(500)
                        }
                    }
                    LogType::Access => {
                        let rows = below(&entries, query);
                        let limit = number(query, "limit").unwrap();
                        in_a_circle("logins", rows.iter().take(limit).cloned().collect(), rows.len() > limit)
                    }
                    LogType::Audit | LogType::Integration => {
                        let (first, more) = window(&entries, query);
                        in_a_circle("entries", first, more)
                    }
                }
            })
            .await;
            world.read_from(&slack);
            for _ in 0..20 {
                world.minute().await;
            }
            check(&world, log_type, 60, &format!("{log_type}, the same cursor: {repeats}"));
        }
    }
}

/// Access rows up to the query's `before`.
fn below(rows: &[Value], query: &Query) -> Vec<Value> {
    let before = number(query, "before").unwrap_or(usize::MAX);
    rows.iter().filter(|row| row["date_first"].as_u64().unwrap() as usize <= before).cloned().collect()
}

#[tokio::test]
async fn a_cursor_that_is_refused_with_an_unknown_code_begins_the_window_again() {
    for (log_type, method) in [(LogType::Audit, "audit.logs"), (LogType::Access, "team.accessLogs")] {
        let mut world = LogWorld::with(ten()).await;
        let source = world.source(log_type, json!({"backfillHours": 1})).await;
        for row in rows_of(&world, log_type, 50, 7) {
            match log_type {
                LogType::Audit => world.world.slack.add_audit_entry(row).unwrap(),
                LogType::Access | LogType::Integration => world.world.slack.add_access(row).unwrap(),
            }
        }
        let error = |skip, error: &str| Fault {
            skip,
            times: Some(1),
            error: Some(error.to_owned()),
            ..Fault::new(method, FaultKind::Error)
        };
        let faults = match log_type {
            LogType::Audit => vec![error(3, "cursor_is_gone"), error(4, "invalid_arguments")],
            // The second page is not counted, so that reading goes on by cursor.
            LogType::Access | LogType::Integration => {
                vec![
                    Fault { skip: 1, times: Some(1), ..Fault::new(method, FaultKind::Http500) },
                    error(3, "invalid_arguments"),
                ]
            }
        };
        world.world.slack.set_faults(faults, 0).unwrap();
        world.poll().await;
        world.minute().await;
        check(&world, log_type, 50, method);
        assert!(world.world.slack.faults().faults.iter().all(|fault| fault.fired == 1), "{method}");
        assert_eq!(health(&world, &source).await.failures, 0, "{method}");
    }
}

#[tokio::test]
async fn a_page_that_is_too_large_is_asked_for_in_parts() {
    for log_type in LogType::ALL {
        let mut world = LogWorld::new().await;
        world.source(log_type, json!({"backfillHours": 1})).await;
        let rows = rows_of(&world, log_type, 1500, 1);
        let slack = Scripted::start(move |query| {
            let limit = number(query, "limit").or(number(query, "count")).unwrap();
            if limit > 300 {
                return Answer::TooLarge;
            }
            Answer::Page(match log_type {
                LogType::Audit => {
                    let (entries, more) = window(&rows, query);
                    // A position in time, as Slack's; a fresh window from there is as good.
                    let next = if more { "expired at once" } else { "" };
                    if query.contains_key("cursor") {
                        return Answer::Page(json!({"ok": false, "error": "invalid_cursor"}));
                    }
                    json!({"entries": entries, "response_metadata": {"next_cursor": next}})
                }
                LogType::Access if query.contains_key("limit") => {
                    return Answer::Page(json!({"ok": false, "error": "service_unavailable"}));
                }
                LogType::Access => counted("logins", &below(&rows, query), query),
                LogType::Integration => counted("logs", &rows, query),
            })
        })
        .await;
        world.read_from(&slack);
        for _ in 0..8 {
            world.minute().await;
        }
        check(&world, log_type, 1500, &log_type.to_string());
    }
}

#[tokio::test]
async fn access_logs_whose_first_page_slack_cannot_count_are_read_by_cursor() {
    let mut world = LogWorld::with(ten()).await;
    world.source(LogType::Access, json!({})).await;
    let rows = rows_of(&world, LogType::Access, 8, 7);
    let slack = Scripted::start(move |query| {
        if query.contains_key("page") {
            return Answer::Page(json!({"ok": false, "error": "fatal_error"}));
        }
        Answer::Page(json!({"ok": true, "logins": rows, "response_metadata": {"next_cursor": ""}}))
    })
    .await;
    world.read_from(&slack);
    world.poll().await;
    world.minute().await;
    check(&world, LogType::Access, 8, "by cursor");
    let asked = slack.asked();
    assert!(asked[1].contains_key("limit") && !asked[1].contains_key("before"), "{asked:?}");
}

#[tokio::test]
async fn a_full_page_that_does_not_say_how_many_there_are_is_not_the_last() {
    let mut world = LogWorld::with(ten()).await;
    world.source(LogType::Access, json!({})).await;
    let rows = rows_of(&world, LogType::Access, 25, 7);
    let slack = Scripted::start(move |query| {
        let Some(limit) = number(query, "limit") else {
            let mut page = counted("logins", &rows, query);
            page.as_object_mut().unwrap().remove("paging");
            return Answer::Page(page);
        };
        let from: usize = query.get("cursor").map_or(0, |cursor| cursor.parse().unwrap());
        let shown: Vec<&Value> = rows.iter().skip(from).take(limit).collect();
        let next = if from + limit < rows.len() { (from + limit).to_string() } else { String::new() };
        Answer::Page(json!({"ok": true, "logins": shown, "response_metadata": {"next_cursor": next}}))
    })
    .await;
    world.read_from(&slack);
    for _ in 0..3 {
        world.minute().await;
    }
    check(&world, LogType::Access, 25, "by cursor");

    // What has no cursor waits until Slack says it.
    let mut world = LogWorld::with(ten()).await;
    let source = world.source(LogType::Integration, json!({})).await;
    let rows = rows_of(&world, LogType::Integration, 25, 7);
    let good = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let says = good.clone();
    let slack = Scripted::start(move |query| {
        let mut page = counted("logs", &rows, query);
        if !says.load(std::sync::atomic::Ordering::Relaxed) {
            page.as_object_mut().unwrap().remove("paging");
        }
        Answer::Page(page)
    })
    .await;
    world.read_from(&slack);
    world.minute().await;
    assert!(health(&world, &source).await.passing_since.is_some());
    good.store(true, std::sync::atomic::Ordering::Relaxed);
    world.minute().await;
    world.minute().await;
    check(&world, LogType::Integration, 25, "counted again");
}

#[tokio::test]
async fn more_rows_of_a_second_than_can_be_counted_do_not_hide_the_older_ones() {
    let mut world = LogWorld::with(ten()).await;
    world.world.slack.patch_log_settings(&json!({"pages_most": 3})).unwrap();
    world.source(LogType::Access, json!({})).await;
    (0..50).for_each(|seed| world.world.slack.add_access(access_row(seed, world.now() - 100)).unwrap());
    for seed in 100..105 {
        world.world.slack.add_access(access_row(seed, world.now() - 200)).unwrap();
    }
    for _ in 0..5 {
        world.minute().await;
    }
    let rows = world.rows(LogType::Access);
    let older = json!(logs_time(world.now() - 5 * 60 - 200));
    assert_eq!(rows.iter().filter(|row| row["date_first"] == older).count(), 5);
    assert_eq!(world.minute().await.up_to_date, 1);
}

fn logs_time(second: i64) -> String {
    jiff::Timestamp::from_second(second).unwrap().to_string()
}

#[tokio::test]
async fn integration_rows_behind_the_last_page_that_slack_shows_are_told_of() {
    let mut world = LogWorld::with(ten()).await;
    let source = world.source(LogType::Integration, json!({})).await;
    let mut rows = rows_of(&world, LogType::Integration, 1005, 20);
    rows.reverse();
    let slack = Scripted::start(move |query| refused_behind(100, &rows, query)).await;
    world.read_from(&slack);
    for _ in 0..3 {
        world.minute().await;
    }
    assert_eq!(titles(&mut world), ["Log source is unhealthy"]);
    assert_eq!(health(&world, &source).await.last_error.unwrap().code, "over_pagination_limit");
}

#[tokio::test]
async fn integration_rows_that_are_too_old_to_be_shown_do_not_keep_the_newer_ones() {
    let mut world = LogWorld::with(Limits { team_calls: 60, ..ten() }).await;
    world.source(LogType::Integration, json!({})).await;
    let rows = rows_of(&world, LogType::Integration, 1005, 20);
    let slack = Scripted::start(move |query| refused_behind(100, &rows, query)).await;
    world.read_from(&slack);
    for _ in 0..2 {
        world.minute().await;
    }
    assert_eq!(world.minute().await.up_to_date, 1);
    check(&world, LogType::Integration, 1000, "all that are shown");
    assert!(world.world.alerts.is_empty());
}

fn refused_behind(pages: usize, rows: &[Value], query: &Query) -> Answer {
    if number(query, "page").unwrap() > pages {
        return Answer::Page(json!({"ok": false, "error": "over_pagination_limit"}));
    }
    Answer::Page(counted("logs", rows, query))
}
