//! Workers die anywhere (promises 2 to 5): killed at each of their calls, before and after it took effect.

use crate::world::edge::Trouble;
use crate::world::{Kill, LINUS, ONE, TWO, World};
use alert::{DeliveryState, Status};
use serde_json::json;
use slack_simulator::{Fault, FaultKind};

/// More calls than any run makes.
const CALLS: usize = 40;

fn moments() -> impl Iterator<Item = Kill> {
    let aws = (0..CALLS)
        .flat_map(|call| [Trouble::HangBefore, Trouble::HangAfter].map(|trouble| Kill::Aws { call, trouble }));
    aws.chain((0..CALLS as u64).map(|call| Kill::Slack { call }))
}

#[tokio::test]
async fn alert_dispatch_killed_at_any_call_still_posts_once_in_each_channel() {
    let mut killed = 0;
    for moment in moments() {
        let mut world = World::new().await;
        world.produce("a1", json!({}));
        if !world.kill_dispatch(moment).await {
            continue;
        }
        killed += 1;
        world.quiet().await;
        assert_eq!(world.messages(ONE).len(), 1, "{moment:?}");
        assert_eq!(world.messages(TWO).len(), 1, "{moment:?}");
        let record = world.record("a1").await;
        assert_eq!(record.deliveries.len(), 2, "{moment:?}");
        assert!(record.deliveries.iter().all(|d| d.delivery.state == DeliveryState::Delivered), "{moment:?}");
        assert!(!world.edge.events().is_empty(), "{moment:?}");
    }
    assert!(killed >= 12, "only {killed} moments were hit");
}

#[tokio::test]
async fn sync_fanout_killed_at_any_call_still_tells_each_channel_once() {
    let mut killed = 0;
    for moment in moments() {
        let mut world = World::new().await;
        world.produce("a1", json!({}));
        world.quiet().await;
        world.choose(LINUS, ONE, "status", "TRIAGED").await;
        if !world.kill_fanout(moment).await {
            continue;
        }
        killed += 1;
        world.quiet().await;
        for channel in [ONE, TWO] {
            let message = world.message(channel);
            assert_eq!(message.thread.len(), 1, "{moment:?} in {channel}");
            assert!(message.text.contains("Triaged"), "{moment:?} in {channel}: {}", message.text);
        }
        let record = world.record("a1").await;
        assert_eq!(record.alert.triage.status, Status::Triaged, "{moment:?}");
        assert_eq!(record.activities.len(), 2, "{moment:?}");
        assert_eq!(record.published_seq, 2, "{moment:?}");
    }
    assert!(killed >= 15, "only {killed} moments were hit");
}

#[tokio::test]
async fn a_worker_that_wakes_after_its_lease_has_lapsed_changes_nothing() {
    let mut world = World::new().await;
    world.produce("a1", json!({"destinations": ["d1"]}));
    let hang =
        Fault { channel: Some(ONE.to_owned()), times: Some(1), ..Fault::new("chat.postMessage", FaultKind::Hang) };
    world.slack.set_faults(vec![hang], 0).unwrap();
    let mut sleeper = Box::pin(world.begin_dispatch());
    tokio::select! {
        _ = &mut sleeper => panic!("it was to hang"),
        () = world.slack.hang_fired() => {}
    }

    // Others take over, find its message, and go on: the alert is triaged.
    world.quiet().await;
    world.choose(LINUS, ONE, "status", "TRIAGED").await;
    world.quiet().await;
    let before = world.record("a1").await;

    world.slack.clear_faults();
    sleeper.await;
    world.quiet().await;
    let after = world.record("a1").await;
    for (before, after) in before.deliveries.iter().zip(&after.deliveries) {
        assert_eq!(before.delivery, after.delivery);
    }
    assert!(world.message(ONE).text.contains("Triaged") && world.message(ONE).thread.len() == 1);
}
