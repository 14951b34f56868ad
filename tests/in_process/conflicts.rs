//! Clicks that meet, repeat and come late (promise 4).

use crate::world::{AUSTON, LINUS, ONE, QUIET, TWO, World};
use alert::Status;
use serde_json::json;

#[tokio::test]
async fn of_two_who_click_at_once_in_two_channels_one_wins_both_copies_agree_and_the_other_is_told() {
    let mut world = World::new().await;
    world.produce("a1", json!({}));
    world.quiet().await;
    let first = world.prepare(LINUS, ONE, "status", "TRIAGED");
    let second = world.prepare(AUSTON, TWO, "status", "CLOSED");
    assert_eq!(world.hand(&first).await.status(), 200);
    assert_eq!(world.hand(&second).await.status(), 200);
    world.quiet().await;
    assert_eq!(world.record("a1").await.alert.triage.status, Status::Triaged);
    for channel in [ONE, TWO] {
        let message = world.message(channel);
        assert!(message.text.contains("Triaged") && message.thread.len() == 1, "{message:?}");
    }
    let told = world.slack.ephemerals(AUSTON);
    assert_eq!(told.len(), 1);
    assert!(told[0].text.contains("Linus") && told[0].channel == TWO, "{}", told[0].text);
    assert!(world.slack.ephemerals(LINUS).is_empty());
}

#[tokio::test]
async fn a_replayed_and_reordered_click_has_one_effect() {
    let mut world = World::new().await;
    world.produce("a1", json!({}));
    world.quiet().await;
    let triage = world.prepare(LINUS, ONE, "status", "TRIAGED");
    let close = world.prepare(LINUS, ONE, "status", "CLOSED");
    for callback in [&triage, &close, &triage, &close, &triage] {
        assert_eq!(world.hand(callback).await.status(), 200);
    }
    world.quiet().await;
    world.advance(std::time::Duration::from_secs(299 - 60));
    // After the queue has forgotten it, but inside the window of the signature.
    world.hand(&triage).await;
    world.quiet().await;
    let record = world.record("a1").await;
    assert_eq!(record.alert.triage.status, Status::Closed);
    assert_eq!(record.activities.len(), 3);
    assert_eq!(world.message(TWO).thread.len(), 2);
}

#[tokio::test]
async fn a_modal_submitted_twice_resolves_once() {
    let mut world = World::new().await;
    world.produce("a1", json!({}));
    world.quiet().await;
    world.choose(LINUS, ONE, "status", "RESOLVED").await;
    let view = world.slack.views(LINUS).pop().unwrap();
    let submission = serde_json::from_value(json!({"user": LINUS, "values": {}})).unwrap();
    let callback = world.slack.prepare_submit(view["id"].as_str().unwrap(), &submission).unwrap();
    for _ in 0..3 {
        assert_eq!(world.hand(&callback).await.status(), 200);
        world.quiet().await;
    }
    assert_eq!(world.record("a1").await.activities.len(), 2);
    assert_eq!(world.message(ONE).thread.len(), 1);
}

#[tokio::test]
async fn a_change_repeated_by_the_queue_has_no_second_effect() {
    let mut world = World::new().await;
    world.produce("a1", json!({}));
    world.quiet().await;
    world.choose(LINUS, ONE, "status", "TRIAGED").await;
    let received = world.changes.receive(1);
    world.changes.duplicate(&received[0]);
    world.changes.duplicate(&received[0]);
    world.quiet().await;
    assert_eq!(world.message(ONE).thread.len(), 1);
    assert_eq!(world.record("a1").await.activities.len(), 2);
    assert_eq!(world.edge.events().len(), 2);
}

#[tokio::test]
async fn in_a_channel_that_does_not_show_api_changes_a_choice_that_lost_draws_the_message_anew() {
    let mut world = World::new().await;
    world.add_destination("d3", json!({"displayName": "quiet", "channel": QUIET, "twoWayStatus": false})).await;
    world.produce("a1", json!({"destinations": ["quiet"]}));
    world.quiet().await;
    world.rest("PATCH", "/alerts/a1", json!({"status": "TRIAGED"})).await;
    world.quiet().await;
    assert!(world.message(QUIET).text.contains("Open"));
    // Linus decides on what is no longer so: he is told, and then sees what is.
    world.choose(LINUS, QUIET, "status", "CLOSED").await;
    world.quiet().await;
    assert_eq!(world.slack.ephemerals(LINUS).len(), 1);
    assert!(world.message(QUIET).text.contains("Triaged"));
    world.advance(std::time::Duration::from_secs(1));
    world.choose(LINUS, QUIET, "status", "CLOSED").await;
    world.quiet().await;
    assert_eq!(world.record("a1").await.alert.triage.status, Status::Closed);
    assert!(world.message(QUIET).text.contains("Invalid"));
}

#[tokio::test]
async fn choosing_what_already_is_in_such_a_channel_shows_that_it_is() {
    let mut world = World::new().await;
    world.add_destination("d3", json!({"displayName": "quiet", "channel": QUIET, "twoWayStatus": false})).await;
    world.produce("a1", json!({"destinations": ["quiet"]}));
    world.quiet().await;
    world.rest("PATCH", "/alerts/a1", json!({"status": "TRIAGED"})).await;
    world.quiet().await;
    world.choose(LINUS, QUIET, "status", "TRIAGED").await;
    world.quiet().await;
    assert!(world.message(QUIET).text.contains("Triaged"));
    assert_eq!(world.record("a1").await.activities.len(), 2);
}

#[tokio::test]
async fn after_a_failure_the_changes_behind_it_wait_for_their_turn() {
    let mut world = World::new().await;
    world.produce("a1", json!({}));
    world.quiet().await;
    for status in ["TRIAGED", "CLOSED"] {
        world.advance(std::time::Duration::from_secs(1));
        world.choose(LINUS, ONE, "status", status).await;
    }
    // As often as the SDK tries, and as the store tries again.
    world.edge.throttle("TransactWriteItems", 3);
    world.step_fanout().await;
    assert_eq!(world.changes.len(), 2, "the second must not overtake the first");
    world.quiet().await;
    let record = world.record("a1").await;
    assert_eq!(record.alert.triage.status, Status::Closed);
    assert_eq!(record.activities.len(), 3);
}
