//! Nobody answers: a reminder, then a note to who asked, once each, by the minute's sweep.

use super::{CANCEL, CONFIRM, asked, has_controls};
use crate::world::{LINUS, NOBODY, ONE, TWO, World};
use alert::boomerang::End;
use serde_json::json;
use slack::control::ACTION_BOOMERANG;
use std::time::Duration;

fn reminders(world: &World) -> usize {
    world.direct_message(NOBODY).1.thread.len()
}

/// So much later, after the sweep.
async fn later(world: &mut World, minutes: u64) {
    world.advance(Duration::from_secs(minutes * 60));
    // What a sweep sends is dealt with before the next one; time does not go on by itself.
    for _ in 0..3 {
        world.sweep().await;
        while !world.changes.is_empty() {
            world.step_fanout().await;
        }
    }
}

#[tokio::test]
async fn the_recipient_is_reminded_after_four_hours_and_who_asked_is_told_after_a_day() {
    let mut world = asked().await;
    later(&mut world, 4 * 60 - 5).await;
    assert_eq!(reminders(&world), 0);
    later(&mut world, 6).await;
    assert_eq!(reminders(&world), 1);
    let (_, message) = world.direct_message(NOBODY);
    let reminder = &message.thread[0];
    assert!(reminder.text.starts_with("Reminder: Linus still waits for your answer"), "{}", reminder.text);
    assert_eq!(reminder.subtype.as_deref(), Some("thread_broadcast"), "it is seen in the conversation");
    assert_eq!((world.thread(ONE).len(), world.thread(TWO).len()), (1, 1), "the channels hear nothing of it");
    later(&mut world, 19 * 60 + 50).await;
    assert_eq!(world.thread(ONE).len(), 1);
    later(&mut world, 10).await;
    for channel in [ONE, TWO] {
        let parent = world.message(channel);
        assert_eq!(parent.thread.len(), 2);
        let note = &parent.thread[1];
        assert!(note.text.contains("nobody has not answered your question yet"), "{}", note.text);
        let mention = json!({"type": "user", "user_id": LINUS}).to_string();
        assert!(serde_json::to_string(&note.blocks).unwrap().contains(&mention), "who asked is called");
        assert!(has_controls(&parent.thread[0]), "it can still be cancelled");
    }
    // And then nothing more, for ever.
    for _ in 0..4 {
        later(&mut world, 24 * 60).await;
    }
    assert_eq!((reminders(&world), world.thread(ONE).len(), world.thread(TWO).len()), (1, 2, 2));
    let (_, alert) = world.rest("GET", "/alerts/a1", json!(null)).await;
    assert_eq!(alert["activity"][2]["kind"], "BOOMERANG_OVERDUE");
    assert_eq!(world.edge.events()[2]["DetailType"], "alert.boomerang_overdue");
}

#[tokio::test]
async fn a_late_answer_counts_and_is_marked_late() {
    let mut world = asked().await;
    later(&mut world, 24 * 60 + 5).await;
    let click = world.answer(NOBODY, CONFIRM, Some("was on holiday"));
    world.hand(&click).await;
    world.quiet().await;
    assert!(world.thread(TWO)[2].contains("nobody (Slack) answered late: Confirm"), "{:?}", world.thread(TWO));
    let (_, message) = world.direct_message(NOBODY);
    assert!(message.text.contains("You answered late: Confirm"), "{}", message.text);
    assert!(matches!(world.boomerang().await.end, Some(End::Answered { late: true, .. })));
    let (_, alert) = world.rest("GET", "/alerts/a1", json!(null)).await;
    assert_eq!(alert["activity"][3]["late"], true);
}

#[tokio::test]
async fn who_has_answered_or_need_not_any_more_is_not_reminded() {
    for cancelled in [false, true] {
        let mut world = asked().await;
        if cancelled {
            let reply = world.message(ONE).thread[0].ts.clone();
            world.press(LINUS, ONE, &reply, CANCEL).await;
        } else {
            let click = world.answer(NOBODY, CONFIRM, None);
            world.hand(&click).await;
        }
        world.quiet().await;
        later(&mut world, 4 * 60 + 5).await;
        later(&mut world, 24 * 60).await;
        assert_eq!((reminders(&world), world.thread(ONE).len()), (0, 2), "cancelled: {cancelled}");
        let far = world.now() + jiff::SignedDuration::from_hours(1000);
        assert!(world.store.lagging(far, 1).await.unwrap().is_empty(), "nothing is left to wait for");
    }
}

#[tokio::test]
async fn an_alert_that_waits_for_an_answer_is_left_alone_until_then_and_looks_healthy() {
    let mut world = asked().await;
    world.edge.take_calls();
    let mark = world.slack.mark();
    for _ in 0..60 {
        world.advance(Duration::from_secs(60));
        world.sweep().await;
        assert!(world.changes.is_empty(), "nobody is sent for it");
    }
    assert_eq!(
        world.edge.take_calls().keys().collect::<Vec<_>>(),
        ["Query"],
        "the sweep asks the index, and that is all"
    );
    assert!(world.slack.calls_since(mark).is_empty());
    // When its time comes it is behind since then, and not since it was sent.
    world.advance(Duration::from_secs(3 * 3600 + 90));
    let lagging = world.store.lagging(world.now(), 10).await.unwrap();
    let behind = world.now().duration_since(lagging[0].behind_since).as_secs();
    assert!((0..180).contains(&behind), "{behind}");
    world.sweep().await;
    world.quiet().await;
    let far = world.now() + jiff::SignedDuration::from_hours(1000);
    let lagging = world.store.lagging(far, 10).await.unwrap();
    assert!(lagging[0].behind_since > world.now(), "it waits for the note");
}

#[tokio::test]
async fn several_boomerangs_are_reminded_of_each_in_its_time() {
    let mut world = asked().await;
    later(&mut world, 120).await;
    let ts = world.message(ONE).ts;
    world.press(LINUS, ONE, &ts, ACTION_BOOMERANG).await;
    let view = world.slack.views(LINUS).pop().unwrap()["id"].as_str().unwrap().to_owned();
    let callback = world.submission(LINUS, &view, crate::world::GUEST, false);
    world.hand(&callback).await;
    world.quiet().await;
    let thread = |world: &World, user: &str| world.direct_message(user).1.thread.len();
    later(&mut world, 125).await;
    assert_eq!((thread(&world, NOBODY), thread(&world, crate::world::GUEST)), (1, 0));
    later(&mut world, 120).await;
    assert_eq!((thread(&world, NOBODY), thread(&world, crate::world::GUEST)), (1, 1));
}

#[tokio::test]
async fn a_sweep_that_was_away_for_two_days_reminds_and_tells_once() {
    let mut world = asked().await;
    later(&mut world, 48 * 60).await;
    assert_eq!((reminders(&world), world.thread(ONE).len()), (1, 2));
    world.advance(Duration::from_secs(60));
    world.sweep().await;
    world.quiet().await;
    assert_eq!((reminders(&world), world.thread(ONE).len()), (1, 2));
}
