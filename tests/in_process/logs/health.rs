//! Whoever must act is told, once, and told again when it is over.

use super::{CLIENT, LogWorld, OWNER};
use crate::world::edge::Trouble;
use crate::world::{Kill, ONE, TWO};
use alert::Status;
use logs::{LogSourceId, LogType, State};
use serde_json::json;
use slack_simulator::{Fault, FaultKind, audit_entry};
use std::time::Duration;

async fn health(world: &LogWorld) -> logs::Health {
    world.world.store.log_source(&LogSourceId::new("s1").unwrap()).await.unwrap().unwrap().health
}

/// The first lines of the messages in a channel.
fn shown(world: &LogWorld, channel: &str) -> Vec<String> {
    world.world.messages(channel).into_iter().map(|message| message.text).collect()
}

/// A source that works, and a destination that takes what Margay says of itself.
async fn working() -> LogWorld {
    let mut world = LogWorld::new().await;
    world.source(LogType::Audit, json!({})).await;
    world.world.add_destination("d3", json!({"displayName": "d3", "channel": ONE, "severities": ["MEDIUM"]})).await;
    world.poll().await;
    world
}

async fn revoked() -> LogWorld {
    let world = working().await;
    assert_eq!(world.world.slack.revoke_user_tokens(CLIENT), 1);
    world
}

/// Access is granted again.
fn grant(world: &LogWorld) {
    let scopes = LogType::Audit.user_scopes();
    let token = world.world.slack.grant_user_token(CLIENT, OWNER, "E0ACME0001", scopes).unwrap();
    world.world.edge.put_secret("panther-analysis/test/logs/s1", json!({"user_token": token}).to_string());
}

#[tokio::test]
async fn a_revoked_token_is_told_of_once_within_two_polls_and_resolved_when_it_works_again() {
    let mut world = revoked().await;
    world.minute().await;
    assert!(world.world.alerts.is_empty(), "it may have been a moment");
    world.minute().await;
    assert_eq!(health(&world).await.state, State::Unhealthy);
    for _ in 0..10 {
        world.minute().await;
        world.world.quiet().await;
    }
    for channel in [ONE, TWO] {
        let told = shown(&world, channel);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].contains("token_revoked"), "{told:?}");
    }
    grant(&world);
    world.restart();
    world.minute().await;
    world.world.quiet().await;
    let health = health(&world).await;
    assert_eq!((health.state, health.alerted), (State::Healthy, None));
    assert!(shown(&world, ONE)[0].contains("Resolved"), "{:?}", shown(&world, ONE));

    // And the next time anew.
    world.world.slack.revoke_user_tokens(CLIENT);
    for _ in 0..3 {
        world.minute().await;
        world.world.quiet().await;
    }
    assert_eq!(shown(&world, ONE).len(), 2);
}

#[tokio::test]
async fn killed_at_any_call_while_telling_it_is_told_once() {
    for kill_at in 0..12 {
        for trouble in [Trouble::HangAfter, Trouble::HangBefore] {
            let mut world = revoked().await;
            world.minute().await;
            world.world.advance(super::MINUTE);
            let killed = world.kill_poll(Kill::Aws { call: kill_at, trouble }).await;
            world.restart();
            for _ in 0..4 {
                world.minute().await;
                world.world.quiet().await;
            }
            let told = shown(&world, TWO);
            assert_eq!(told.len(), 1, "{trouble:?} {kill_at}, killed: {killed}");
            grant(&world);
            world.restart();
            world.world.advance(super::MINUTE);
            world.kill_poll(Kill::Aws { call: kill_at, trouble }).await;
            world.restart();
            for _ in 0..4 {
                world.minute().await;
                world.world.quiet().await;
            }
            let alert = world.world.messages(TWO)[0].metadata.clone().unwrap()["event_payload"]["delivery"].to_string();
            let id = alert.trim_matches('"').split('/').next().unwrap().to_owned();
            let record = world.world.record(&id).await;
            assert_eq!(record.alert.triage.status, Status::Resolved, "{trouble:?} {kill_at}");
            assert_eq!(record.activities.len(), 2, "{trouble:?} {kill_at}: raised, resolved");
        }
    }
}

#[tokio::test]
async fn what_people_must_see_to_says_what_to_do() {
    type Make = fn(&LogWorld);
    let refusals: [(&str, Make); 3] = [
        ("account_inactive", |world| world.world.slack.deactivate_user(OWNER).unwrap()),
        ("feature_not_enabled", |world| {
            world.world.slack.patch_log_settings(&json!({"plan": "paid"})).unwrap();
        }),
        ("bad_secret", |world| {
            world.world.edge.put_secret("panther-analysis/test/logs/s1", "[]".to_owned());
        }),
    ];
    for (code, make) in refusals {
        let mut world = working().await;
        make(&world);
        world.restart();
        world.minute().await;
        world.minute().await;
        let health = health(&world).await;
        let trouble = health.last_error.unwrap();
        assert_eq!((trouble.code.as_str(), health.state), (code, State::Unhealthy));
        assert!(!trouble.what_to_do.is_empty());
    }
}

#[tokio::test]
async fn limits_and_outages_of_slacks_are_no_error() {
    let mut world = working().await;
    for kind in [FaultKind::Http500, FaultKind::Ratelimited, FaultKind::Http503Html, FaultKind::Reset] {
        world.world.slack.set_faults(vec![Fault::new("audit.logs", kind)], 0).unwrap();
        for _ in 0..5 {
            world.minute().await;
        }
    }
    world.world.slack.clear_faults();
    world.world.advance(Duration::from_secs(60));
    world.minute().await;
    assert!(world.world.alerts.is_empty());
    assert_eq!(health(&world).await.state, State::Healthy);
}

#[tokio::test]
async fn silence_is_told_of_once_and_over_with_the_next_entry() {
    let mut world = LogWorld::new().await;
    world.source(LogType::Audit, json!({"silenceMinutes": 30})).await;
    world.world.add_destination("d3", json!({"displayName": "d3", "channel": ONE, "severities": ["MEDIUM"]})).await;
    world.world.slack.add_audit_entry(audit_entry(1, world.now() - 10)).unwrap();
    world.poll().await;
    for _ in 0..28 {
        world.minute().await;
    }
    assert!(world.world.alerts.is_empty());
    for _ in 0..10 {
        world.minute().await;
        world.world.quiet().await;
    }
    let told = shown(&world, ONE);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("No Slack.AuditLogs"), "{told:?}");
    world.world.slack.add_audit_entry(audit_entry(2, world.now())).unwrap();
    world.minute().await;
    world.world.quiet().await;
    assert!(shown(&world, ONE)[0].contains("Resolved"), "{:?}", shown(&world, ONE));
}

#[tokio::test]
async fn a_source_that_nobody_has_granted_access_to_waits_in_silence() {
    let mut world = LogWorld::new().await;
    world.source(LogType::Audit, json!({})).await;
    let app_only = json!({"client_id": CLIENT, "client_secret": "hush"}).to_string();
    world.world.edge.put_secret("panther-analysis/test/logs/s1", app_only);
    for _ in 0..5 {
        world.minute().await;
    }
    assert_eq!(world.calls("audit.logs"), 0);
    assert!(world.world.alerts.is_empty());
    assert_eq!(health(&world).await.state, State::WaitingForSetup);
}

#[tokio::test]
async fn a_source_whose_secret_is_not_made_yet_waits_in_silence_and_shows_it() {
    let mut world = LogWorld::new().await;
    world.source(LogType::Audit, json!({"secret": "panther-analysis/test/logs/later"})).await;
    for _ in 0..5 {
        world.minute().await;
    }
    assert!(world.world.alerts.is_empty());
    let health = health(&world).await;
    let shown = health.last_error.map(|trouble| trouble.code);
    assert_eq!((health.state, shown.as_deref()), (State::WaitingForSetup, Some("no_secret")));
}
