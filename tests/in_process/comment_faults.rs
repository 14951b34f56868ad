//! Comments while things fail: Slack sends its events again, records are late, workers die (promises 1, 3, 4 and 5).

use crate::world::edge::Trouble;
use crate::world::{Kill, LINUS, NOBODY, ONE, TWO, World};
use alert::DeliveryState;
use serde_json::json;
use slack_simulator::{Callback, Fault, FaultKind};
use std::time::Duration;

async fn with_alert() -> World {
    let mut world = World::new().await;
    world.produce("a1", json!({}));
    world.quiet().await;
    world.slack.take_events();
    world
}

/// Somebody writes in the thread in channel ONE; the event is not delivered yet.
fn held(world: &World, user: &str, text: &str) -> Callback {
    world.slack.post_as(user, ONE, text, Some(&world.message(ONE).ts)).unwrap();
    let mut events = world.slack.take_events();
    assert_eq!(events.len(), 1);
    events.remove(0)
}

#[tokio::test]
async fn an_event_that_comes_again_is_one_comment() {
    let mut world = with_alert().await;
    let event = held(&world, LINUS, "once");
    for pause in [0, 60, 400] {
        world.advance(Duration::from_secs(pause));
        let again = world.slack.prepare_replay(&event.wire_id, true).unwrap();
        assert_eq!(world.hand(&again).await.status(), 200);
        world.quiet().await;
    }
    assert_eq!(world.comments("a1").await.len(), 1);
    assert_eq!(world.replies(TWO).len(), 1);
}

#[tokio::test]
async fn killed_between_the_queue_and_the_answer_it_is_one_comment() {
    for trouble in [Trouble::HangAfter, Trouble::HangBefore] {
        let mut world = with_alert().await;
        let event = held(&world, LINUS, "once");
        world.edge.trouble(trouble, 0, Some("SendMessage"));
        tokio::select! {
            biased;
            _ = world.interactions().handle(crate::world::request(&event), world.now()) => panic!("it was answered"),
            () = world.edge.hung() => {}
        }
        world.edge.clear();
        world.collect();
        world.quiet().await;
        let again = world.slack.prepare_replay(&event.wire_id, true).unwrap();
        assert_eq!(world.hand(&again).await.status(), 200);
        world.quiet().await;
        assert_eq!(world.comments("a1").await.len(), 1, "{trouble:?}");
        assert_eq!(world.replies(TWO).len(), 1, "{trouble:?}");
    }
}

#[tokio::test]
async fn what_is_not_durable_is_not_acknowledged() {
    for operation in ["SendMessage", "GetItem"] {
        let mut world = with_alert().await;
        let event = held(&world, LINUS, "kept");
        world.edge.trouble(Trouble::Throttle, 0, Some(operation));
        assert_eq!(world.hand(&event).await.status(), 500, "{operation}");
        assert!(world.changes.is_empty());
        world.edge.clear();
        let again = world.slack.prepare_replay(&event.wire_id, true).unwrap();
        assert_eq!(world.hand(&again).await.status(), 200);
        world.quiet().await;
        assert_eq!(world.comments("a1").await.len(), 1, "{operation}");
    }
}

#[tokio::test]
async fn if_slack_cannot_say_who_wrote_it_it_is_asked_again_and_at_last_the_comment_is_taken_without_a_name() {
    let mut world = with_alert().await;
    let event = held(&world, LINUS, "important");
    let payload = event.payload()["event"].clone();
    world.slack.set_faults(vec![Fault::new("users.info", FaultKind::Http500)], 0).unwrap();
    for retry in 0..3 {
        assert_eq!(world.message_event(&payload, retry).await, 500);
        assert!(world.changes.is_empty());
    }
    assert_eq!(world.message_event(&payload, 3).await, 200);
    world.quiet().await;
    assert_eq!(world.comments("a1").await, [(format!("Slack user {LINUS}"), "important".to_owned())]);
    // Nobody is remembered without a name.
    world.slack.clear_faults();
    world.write(LINUS, ONE, "and more").await;
    world.quiet().await;
    assert_eq!(world.comments("a1").await[1].0, "Linus");
}

#[tokio::test]
async fn somebody_whom_slack_hides_comments_under_their_id() {
    let mut world = with_alert().await;
    let hidden = Fault { error: Some("user_not_visible".to_owned()), ..Fault::new("users.info", FaultKind::Error) };
    world.slack.set_faults(vec![hidden], 0).unwrap();
    world.write(NOBODY, ONE, "hi").await;
    world.quiet().await;
    assert_eq!(world.comments("a1").await, [(format!("Slack user {NOBODY}"), "hi".to_owned())]);
}

#[tokio::test]
async fn a_comment_that_comes_before_the_record_of_its_message_is_taken_all_the_same() {
    for slack_fails_first in [false, true] {
        let mut world = World::new().await;
        world.produce("a1", json!({"destinations": ["d1"]}));
        // Posted, and the worker dies before it knows.
        assert!(world.kill_dispatch(Kill::Slack { call: 0 }).await);
        world.slack.take_events();
        let event = held(&world, LINUS, "quick");
        assert!(world.record("a1").await.deliveries.iter().all(|d| d.delivery.message.is_none()));
        let payload = event.payload()["event"].clone();
        if slack_fails_first {
            world.slack.set_faults(vec![Fault::new("conversations.replies", FaultKind::Http500)], 0).unwrap();
            for retry in 0..3 {
                assert_eq!(world.message_event(&payload, retry).await, 500, "Slack sends it again");
            }
            world.slack.clear_faults();
        }
        assert_eq!(world.message_event(&payload, 3).await, 200);
        world.quiet().await;
        assert_eq!(world.comments("a1").await, [("Linus".to_owned(), "quick".to_owned())]);
        assert!(world.replies(ONE).is_empty(), "no echo");
        assert_eq!(world.record("a1").await.deliveries[0].delivery.state, DeliveryState::Delivered);
    }
}

/// The events of a message that Linus writes in channel ONE and changes, or deletes, at once.
fn overtaken(world: &World, deleted: bool) -> [serde_json::Value; 2] {
    let event = held(world, LINUS, "first").payload()["event"].clone();
    let ts = event["ts"].as_str().unwrap().to_owned();
    world.advance(Duration::from_secs(1));
    if deleted {
        world.slack.delete_message(ONE, &ts).unwrap();
    } else {
        world.slack.edit_as(LINUS, ONE, &ts, "second").unwrap();
    }
    let mut events = world.slack.take_events();
    [event, events.remove(0).payload()["event"].clone()]
}

#[tokio::test]
async fn an_edit_or_a_deletion_that_overtakes_its_post_is_sent_again_until_the_post_has_been_taken() {
    for deleted in [false, true] {
        let mut world = with_alert().await;
        let [posted, changed] = overtaken(&world, deleted);
        // Slack sends again what is not answered with a 2xx. It is no failure of ours, which would ring the alarm.
        for retry in 0..2 {
            assert_eq!(world.message_event(&changed, retry).await, 409);
        }
        assert!(world.changes.is_empty());
        assert_eq!(world.message_event(&posted, 0).await, 200);
        assert_eq!(world.message_event(&changed, 2).await, 409, "it is queued, but not in the history yet");
        world.quiet().await;
        assert_eq!(world.message_event(&changed, 2).await, 200);
        world.quiet().await;
        let record = world.record("a1").await;
        let comment = alert::comment::all(&record.activities).next().unwrap();
        let text = if deleted { "first" } else { "second" };
        assert_eq!((comment.body, comment.deleted), (text, deleted));
        // Whatever comes again has no second effect.
        assert_eq!(world.message_event(&changed, 3).await, 200);
        world.quiet().await;
        assert_eq!(world.record("a1").await.activities.len(), record.activities.len());
    }
}

#[tokio::test]
async fn what_was_written_while_comments_were_not_synced_is_not_refused_for_ever() {
    for deleted in [false, true] {
        let mut world = with_alert().await;
        let [_, changed] = overtaken(&world, deleted);
        assert_eq!(world.message_event(&changed, 2).await, 409);
        assert_eq!(world.message_event(&changed, 3).await, 200, "Slack does not send it again");
        world.quiet().await;
        assert!(world.comments("a1").await.is_empty());
        world.advance(Duration::from_secs(600));
        world.edge.take_calls();
        assert_eq!(world.message_event(&changed, 0).await, 200, "its post would have come by now");
        assert_eq!(world.edge.take_calls().get("Query"), None, "the history is not read for it");
    }
}

#[tokio::test]
async fn an_edit_while_the_other_copy_lags_shows_only_the_last_text_there() {
    let mut world = with_alert().await;
    let limit = Fault {
        channel: Some(TWO.to_owned()),
        retry_after: Some(120),
        ..Fault::new("chat.postMessage", FaultKind::Ratelimited)
    };
    world.slack.set_faults(vec![limit], 0).unwrap();
    let ts = world.write(LINUS, ONE, "first").await;
    world.step_fanout().await;
    world.rewrite(LINUS, ONE, &ts, "second").await;
    world.step_fanout().await;
    world.rewrite(LINUS, ONE, &ts, "third").await;
    world.step_fanout().await;
    assert!(world.replies(TWO).is_empty());
    world.slack.clear_faults();
    world.quiet().await;
    assert_eq!(world.replies(TWO), ["Linus commented: third"]);
}

#[tokio::test]
async fn if_the_other_threads_reply_is_gone_nothing_is_posted_and_the_copy_goes_on() {
    let mut world = with_alert().await;
    let ts = world.write(LINUS, ONE, "first").await;
    world.quiet().await;
    let reply = world.message(TWO).thread.remove(0).ts;
    world.delete(TWO, &reply).await;
    world.rewrite(LINUS, ONE, &ts, "second").await;
    world.quiet().await;
    assert!(world.replies(TWO).is_empty());
    world.write(LINUS, ONE, "another").await;
    world.quiet().await;
    assert_eq!(world.replies(TWO), ["Linus commented: another"]);
    // Nor if the thread cannot be read.
    let blind = Fault { error: Some("missing_scope".into()), ..Fault::new("conversations.replies", FaultKind::Error) };
    world.slack.set_faults(vec![blind], 0).unwrap();
    world.rewrite(LINUS, ONE, &ts, "third").await;
    world.quiet().await;
    world.slack.clear_faults();
    assert_eq!(world.replies(TWO), ["Linus commented: another"]);
    let record = world.record("a1").await;
    assert!(record.deliveries.iter().all(|d| d.delivery.state == DeliveryState::Delivered));
}

#[tokio::test]
async fn nothing_is_in_flight_while_an_edit_is_shown_so_nothing_has_to_be_looked_for_after_a_crash() {
    let mut world = with_alert().await;
    let ts = world.write(LINUS, ONE, "first").await;
    world.quiet().await;
    world.rewrite(LINUS, ONE, &ts, "second").await;
    let mark = world.slack.mark();
    // After the message's update, auth.test and conversations.replies: the reply's own update.
    assert!(world.kill_fanout(Kill::Slack { call: 3 }).await);
    assert_eq!(world.slack.calls_since(mark)["chat.update"], 2);
    let record = world.record("a1").await;
    let copy = record.deliveries.iter().find(|stored| stored.delivery.destination_id.as_str() == "d2").unwrap();
    assert!(copy.claimed_until.is_some() && copy.delivery.inflight.is_none());
    world.quiet().await;
    assert_eq!(world.replies(TWO), ["Linus commented: second"]);
}

#[tokio::test]
async fn sync_fanout_killed_at_any_call_leaves_one_reply_with_the_present_text() {
    let mut moments: Vec<Kill> = (0..8).map(|call| Kill::Slack { call }).collect();
    for call in 0..16 {
        moments.push(Kill::Aws { call, trouble: Trouble::HangBefore });
        moments.push(Kill::Aws { call, trouble: Trouble::HangAfter });
    }
    let mut killed = 0;
    for moment in moments {
        let mut world = with_alert().await;
        let ts = world.write(LINUS, ONE, "first").await;
        world.step_fanout().await;
        world.rewrite(LINUS, ONE, &ts, "second").await;
        world.write(NOBODY, ONE, "another").await;
        killed += usize::from(world.kill_fanout(moment).await);
        world.quiet().await;
        let expected = ["Linus commented: second", "nobody (Slack) commented: another"];
        assert_eq!(world.replies(TWO), expected, "{moment:?}");
        assert!(world.replies(ONE).is_empty(), "{moment:?}");
        assert_eq!(world.comments("a1").await.len(), 2, "{moment:?}");
    }
    assert!(killed > 15, "only {killed} moments were met");
}
