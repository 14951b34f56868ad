//! Many sources: side by side, each on its own, and more than one invocation carries.

use super::LogWorld;
use crate::world::queues::{event, failed};
use log_poller::Limits;
use logs::{LogSourceId, LogType};
use serde_json::json;
use slack_simulator::{Fault, FaultKind, access_row, audit_entry, integration_row};

#[tokio::test]
async fn a_source_that_fails_or_hangs_does_not_touch_another() {
    let mut world = LogWorld::new().await;
    for (id, log_type) in [("s1", LogType::Audit), ("s2", LogType::Access), ("s3", LogType::Integration)] {
        world.named(id, log_type, json!({})).await;
    }
    world.named("s4", LogType::Access, json!({})).await;
    world.world.edge.put_secret("panther-analysis/test/logs/s4", "no secret at all".to_owned());
    world.world.slack.add_audit_entry(audit_entry(1, world.now() - 5)).unwrap();
    world.world.slack.add_access(access_row(1, world.now() - 5)).unwrap();
    world.world.slack.add_integration(integration_row(1, world.now() - 5)).unwrap();
    world.world.slack.set_faults(vec![Fault::new("audit.logs", FaultKind::Http500)], 0).unwrap();
    let polled = world.poll().await;
    assert_eq!((polled.sources, polled.up_to_date, polled.unhealthy), (4, 2, 1));
    assert_eq!((world.rows(LogType::Access).len(), world.rows(LogType::Integration).len()), (1, 1));
    world.world.slack.clear_faults();
    world.minute().await;
    world.check_audit("afterwards");
}

#[tokio::test]
async fn what_one_invocation_does_not_carry_others_do_by_way_of_the_queue() {
    let mut world = LogWorld::with(Limits { sources: 3, ..Limits::default() }).await;
    world.world.slack.add_access(access_row(1, world.now() - 5)).unwrap();
    for n in 0..8 {
        world.named(&format!("s{n}"), LogType::Access, json!({})).await;
    }
    let polled = world.poll().await;
    assert_eq!((polled.sources, polled.up_to_date, polled.queued), (8, 3, 5));
    assert_eq!(world.world.polls.len(), 2, "three, and two");
    let received = world.world.polls.receive(10);
    // Each may come twice.
    for _ in 0..2 {
        let answer = world.poller.handle(event(&received), world.world.now()).await;
        assert!(received.iter().all(|message| !failed(&answer)(message)));
    }
    assert_eq!(world.rows(LogType::Access).len(), 8, "one of each source");
    world.check_events("of eight");
    // What waited for longer than a minute is the next minute's.
    world.calls("team.accessLogs");
    world.world.advance(super::MINUTE);
    world.poller.handle(event(&received), world.world.now()).await;
    assert_eq!(world.calls("team.accessLogs"), 0);
}

#[tokio::test]
async fn sources_that_are_switched_off_or_deleted_are_not_polled() {
    let mut world = LogWorld::new().await;
    let id = world.source(LogType::Access, json!({"enabled": false})).await;
    world.poll().await;
    assert_eq!(world.calls("team.accessLogs"), 0);
    let off = world.world.store.log_source(&id).await.unwrap().unwrap();
    let mut on = off.clone();
    on.settings.enabled = true;
    world.world.store.update_log_source(&off, &on).await.unwrap();
    world.minute().await;
    assert_eq!(world.calls("team.accessLogs"), 1);
    world.world.store.delete_log_source(&on).await.unwrap();
    world.minute().await;
    assert_eq!(world.calls("team.accessLogs"), 0);
}

#[tokio::test]
async fn a_source_that_is_deleted_while_it_is_read_stores_nothing_more() {
    let mut world = LogWorld::new().await;
    let id: LogSourceId = world.source(LogType::Access, json!({})).await;
    world.world.slack.add_access(access_row(1, world.now() - 5)).unwrap();
    let hang = Fault { times: Some(1), ..Fault::new("team.accessLogs", FaultKind::Hang) };
    world.world.slack.set_faults(vec![hang], 0).unwrap();
    let mut reading = Box::pin(world.begin_poll());
    tokio::select! {
        () = &mut reading => panic!("it was to hang"),
        () = world.world.slack.hang_fired() => {}
    }
    let source = world.world.store.log_source(&id).await.unwrap().unwrap();
    world.world.store.delete_log_source(&source).await.unwrap();
    world.world.slack.clear_faults();
    reading.await;
    assert!(world.world.edge.objects().is_empty());
    world.minute().await;
}
