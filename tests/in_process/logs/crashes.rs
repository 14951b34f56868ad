//! The poller dies anywhere (promise 10): killed at each of its calls, before and after it took effect.

use super::LogWorld;
use crate::world::Kill;
use crate::world::edge::Trouble;
use log_poller::Limits;
use logs::LogType;
use serde_json::json;
use slack_simulator::{Fault, FaultKind, access_row, audit_entry, integration_row};
use std::collections::{BTreeMap, BTreeSet};

/// Every moment of a run that makes so many calls: after each call to AWS, before each object is put, after each call to
/// Slack.
fn moments(calls: &BTreeMap<String, usize>) -> Vec<Moment> {
    let puts = calls.get("PutObject").copied().unwrap_or_default();
    let aws = (0..calls.values().sum()).map(|call| Moment::Any(Kill::Aws { call, trouble: Trouble::HangAfter }));
    let puts = (0..puts).map(Moment::BeforePut);
    aws.chain(puts).chain((0..6).map(|call| Moment::Any(Kill::Slack { call }))).collect()
}

#[derive(Debug, Clone, Copy)]
enum Moment {
    Any(Kill),
    /// Before the n-th object is put, while others of its page may be there.
    BeforePut(usize),
}

impl LogWorld {
    async fn kill_at(&mut self, moment: Moment) -> bool {
        match moment {
            Moment::Any(kill) => self.kill_poll(kill).await,
            Moment::BeforePut(put) => {
                self.world.edge.trouble(Trouble::HangBefore, put, Some("PutObject"));
                let poll = self.begin_poll();
                let killed = tokio::select! {
                    biased;
                    () = poll => false,
                    () = self.world.edge.hung() => true,
                };
                self.world.disarm();
                killed
            }
        }
    }
}

/// Calls to AWS of one run.
async fn calls(world: &mut LogWorld) -> BTreeMap<String, usize> {
    world.world.edge.take_calls();
    world.poll().await;
    world.world.edge.take_calls()
}

/// Three pages over two hours, with misfits, of a source that has been polled before.
async fn begun() -> LogWorld {
    let mut world = LogWorld::with(Limits { rows: 10, ..Limits::default() }).await;
    world.source(LogType::Audit, json!({"backfillHours": 2})).await;
    world.world.slack.add_audit_entry(audit_entry(1, world.now() - 5000)).unwrap();
    world.poll().await;
    world.minute().await;
    for seed in 0..25 {
        world
            .world
            .slack
            .add_audit_entry(audit_entry(100 + seed, world.now() - 110 * i64::try_from(seed).unwrap()))
            .unwrap();
    }
    for n in 0..2 {
        let misfit = json!({"id": format!("misfit-{n}"), "date_create": world.now() - 20 * n});
        world.world.slack.add_audit_entry(misfit).unwrap();
    }
    world.world.advance(super::MINUTE);
    world
}

fn check(world: &LogWorld, what: &str) {
    let stored = world.stored_ids();
    let slacks = world.world.slack.audit_entries();
    for entry in slacks.iter().filter(|entry| entry["action"].is_string()) {
        let id = entry["id"].as_str().unwrap();
        assert_eq!(stored.get(id), Some(&1), "{what}: times that {id} is stored");
    }
    assert_eq!(stored.len(), slacks.len() - 2, "{what}");
    assert_eq!(world.quarantined().len(), 2, "{what}: misfits");
    world.check_events(what);
}

#[tokio::test]
async fn killed_at_any_call_the_next_runs_store_each_entry_once() {
    let mut killed = 0;
    let mut without = begun().await;
    let calls = calls(&mut without).await;
    check(&without, "without a crash");
    for moment in moments(&calls) {
        let mut world = begun().await;
        if !world.kill_at(moment).await {
            continue;
        }
        killed += 1;
        world.restart();
        world.catch_up().await;
        check(&world, &format!("{moment:?}"));
        world.minute().await;
        check(&world, &format!("{moment:?}, later"));
    }
    assert!(killed >= 25, "only {killed} moments were hit");
}

#[tokio::test]
async fn killed_again_and_again_it_still_comes_to_the_end() {
    for calls in (1..36).step_by(2) {
        let mut world = begun().await;
        for deaths in 0..6 {
            let trouble = if deaths % 2 == 0 { Trouble::HangAfter } else { Trouble::HangBefore };
            world.kill_poll(Kill::Aws { call: calls, trouble }).await;
            world.restart();
            world.world.advance(super::MINUTE);
            world.world.advance(super::MINUTE);
        }
        world.catch_up().await;
        check(&world, &format!("{calls} calls at a time"));
    }
}

/// The entries' objects, without what depends on when they were read after the crash.
#[tokio::test]
async fn a_window_that_is_read_again_gives_the_same_bytes() {
    let mut without = begun().await;
    let calls = calls(&mut without).await;
    let reference = without.world.edge.objects();
    let mut compared = 0;
    // By the eighth call the window is begun, and its parse time with it.
    for moment in moments(&calls).into_iter().skip(8) {
        let mut world = begun().await;
        if matches!(moment, Moment::Any(Kill::Slack { .. })) || !world.kill_at(moment).await {
            continue;
        }
        world.restart();
        let before = world.world.edge.objects();
        world.catch_up().await;
        let after = world.world.edge.objects();
        assert!(before.iter().all(|(key, object)| after.get(key) == Some(object)), "{moment:?}: what is there stays");
        let same: BTreeMap<_, _> = after.iter().filter(|(key, object)| reference.get(*key) == Some(object)).collect();
        assert_eq!(same.len(), reference.len(), "{moment:?}");
        compared += 1;
    }
    assert!(compared > 15, "only {compared} were compared");
}

#[tokio::test]
async fn an_object_whose_end_is_unknown_is_not_looked_for_while_it_may_be_on_its_way() {
    let mut world = begun().await;
    world.world.edge.trouble(Trouble::HangBefore, 0, Some("PutObject"));
    let mut sleeper = Box::pin(world.begin_poll());
    tokio::select! {
        () = &mut sleeper => panic!("it was to hang"),
        () = world.world.edge.hung() => {}
    }
    drop(sleeper);
    world.world.edge.take_calls();
    world.minute().await;
    assert_eq!(world.world.edge.take_calls().get("HeadObject"), None, "the lease is still the other's");
    world.minute().await;
    check(&world, "afterwards");
}

#[tokio::test]
async fn faults_of_aws_and_slack_only_delay() {
    for operation in ["PutObject", "PutEvents", "TransactWriteItems", "PutItem", "Query", "GetItem", "UpdateItem"] {
        let mut world = begun().await;
        world.world.edge.throttle(operation, 3);
        world.begin_poll().await;
        world.catch_up().await;
        check(&world, operation);
    }
    for kind in
        [FaultKind::LostAnswer, FaultKind::Reset, FaultKind::Http500, FaultKind::Http503Html, FaultKind::TruncatedJson]
    {
        let mut world = begun().await;
        let fault = Fault { skip: 1, times: Some(2), ..Fault::new("audit.logs", kind) };
        world.world.slack.set_faults(vec![fault], 0).unwrap();
        world.poll().await;
        world.catch_up().await;
        check(&world, &format!("{kind:?}"));
        assert!(world.world.alerts.is_empty(), "{kind:?} is no error");
    }
}

#[tokio::test]
async fn the_other_two_logs_survive_a_kill_at_any_call_too() {
    for log_type in [LogType::Access, LogType::Integration] {
        let mut killed = 0;
        let calls = calls(&mut filled(log_type).await).await;
        for moment in moments(&calls) {
            let mut world = filled(log_type).await;
            if !world.kill_at(moment).await {
                continue;
            }
            killed += 1;
            world.restart();
            world.catch_up().await;
            world.minute().await;
            let what = format!("{log_type} {moment:?}");
            let ids: Vec<_> = world.rows(log_type).iter().map(|row| row["p_row_id"].to_string()).collect();
            assert_eq!(ids.len(), 32, "{what}");
            assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 32, "{what}");
            world.check_events(&what);
        }
        assert!(killed > 15, "{log_type}: only {killed} moments were hit");
    }
}

/// A source of this type with four pages to read.
async fn filled(log_type: LogType) -> LogWorld {
    let world = LogWorld::with(Limits { rows: 10, ..Limits::default() }).await;
    world.source(log_type, json!({})).await;
    for seed in 0..32_u64 {
        let date = world.now() - 2 * i64::try_from(seed / 3).unwrap();
        match log_type {
            LogType::Audit => world.world.slack.add_audit_entry(audit_entry(seed, date)).unwrap(),
            LogType::Access => world.world.slack.add_access(access_row(seed, date)).unwrap(),
            // Of each three of a second, two are equal in everything.
            LogType::Integration => {
                world.world.slack.add_integration(integration_row(seed - seed % 3 % 2, date)).unwrap();
            }
        }
    }
    world
}
