//! Workers die anywhere, and answers get lost: the recipient is still asked once, and told once.

use super::{CANCEL, CONFIRM, REPORT, asked, has_controls, with_alert};
use crate::world::edge::Trouble;
use crate::world::{Kill, LINUS, NOBODY, ONE, TWO, World};
use alert::Status;
use alert::boomerang::DirectMessageState;
use serde_json::json;
use slack_simulator::{Fault, FaultKind};
use std::time::Duration;

/// Kills at the n-th call to AWS, before and after it took effect, and to Slack, for n from 0 on. `attempt` says whether
/// the call was reached: where it was not, no later one is. The number of calls that were.
async fn at_every_call(mut attempt: impl AsyncFnMut(Kill) -> bool) -> usize {
    let kinds: [fn(usize) -> Kill; 3] = [
        |call| Kill::Aws { call, trouble: Trouble::HangBefore },
        |call| Kill::Aws { call, trouble: Trouble::HangAfter },
        |call| Kill::Slack { call: call as u64 },
    ];
    let mut killed = 0;
    for kind in kinds {
        let mut call = 0;
        while attempt(kind(call)).await {
            call += 1;
        }
        killed += call;
    }
    killed
}

fn once(method: &str, kind: FaultKind) -> Fault {
    Fault { times: Some(1), ..Fault::new(method, kind) }
}

/// The question has been sent and is in both threads.
async fn check_asked(world: &World, when: &str) {
    let (_, message) = world.direct_message(NOBODY);
    assert!(has_controls(&message), "{when}");
    assert_eq!((world.thread(ONE).len(), world.thread(TWO).len()), (1, 1), "{when}");
    let record = world.record("a1").await;
    assert_eq!((record.activities.len(), record.published_seq), (2, 2), "{when}");
    assert_eq!(record.direct_messages.len(), 1, "{when}");
    assert_eq!(record.direct_messages[0].message.state, DirectMessageState::Sent, "{when}");
}

#[tokio::test]
async fn killed_at_any_call_while_asking_the_recipient_is_asked_once() {
    for slow in [false, true] {
        let killed = at_every_call(async |moment| {
            let mut world = with_alert(json!({})).await;
            if slow {
                // Slack did not say in time who it is, so it is left to sync-fanout.
                world.slack.set_faults(vec![once("conversations.open", FaultKind::Http500)], 0).unwrap();
            }
            world.submit_boomerang(LINUS, NOBODY, false).await;
            world.slack.clear_faults();
            let reached = world.kill_fanout(moment).await;
            // Whoever looks for what was posted may fail on the way.
            world.slack.set_faults(vec![once("conversations.open", FaultKind::Http500)], 0).unwrap();
            world.quiet().await;
            check_asked(&world, &format!("{moment:?}, slow: {slow}")).await;
            reached
        });
        let killed = killed.await;
        assert!(killed >= if slow { 30 } else { 26 }, "only {killed} moments were hit");
    }
}

#[tokio::test]
async fn killed_at_any_call_while_the_end_is_shown_it_is_shown_once() {
    for button in [CONFIRM, REPORT, CANCEL] {
        let killed = at_every_call(async |moment| {
            let mut world = asked().await;
            world.rest("PATCH", "/alerts/a1", json!({"status": "RESOLVED"})).await;
            world.quiet().await;
            let click = if button == CANCEL {
                let reply = world.message(ONE).thread[0].ts.clone();
                world.button(LINUS, ONE, &reply, CANCEL)
            } else {
                world.answer(NOBODY, button, Some("well"))
            };
            world.hand(&click).await;
            let reached = world.kill_fanout(moment).await;
            world.quiet().await;
            let (_, message) = world.direct_message(NOBODY);
            assert!(!has_controls(&message), "{moment:?}");
            for channel in [ONE, TWO] {
                let parent = world.message(channel);
                assert_eq!(parent.thread.len(), 3, "{moment:?} in {channel}");
                assert!(!has_controls(&parent.thread[0]), "{moment:?} in {channel}");
            }
            let status = world.record("a1").await.alert.triage.status;
            assert_eq!(status, if button == REPORT { Status::Open } else { Status::Resolved }, "{moment:?}");
            reached
        });
        let killed = killed.await;
        assert!(killed >= 26, "only {killed} moments were hit");
    }
}

#[tokio::test]
async fn killed_at_any_call_while_reminding_the_recipient_is_reminded_once_and_the_asker_told_once() {
    let killed = at_every_call(async |moment| {
        let mut world = asked().await;
        let mut reached = false;
        for hours in [4, 20] {
            world.advance(Duration::from_secs(hours * 3600 + 60));
            world.sweep().await;
            reached |= world.kill_fanout(moment).await;
            world.quiet().await;
        }
        let (_, message) = world.direct_message(NOBODY);
        assert_eq!(message.thread.len(), 1, "{moment:?}");
        for channel in [ONE, TWO] {
            assert_eq!(world.thread(channel).len(), 2, "{moment:?}: {:?}", world.thread(channel));
        }
        reached
    });
    let killed = killed.await;
    assert!(killed >= 26, "only {killed} moments were hit");
}

#[tokio::test]
async fn a_lost_answer_is_looked_up_in_the_conversation_and_the_recipient_asked_once() {
    for kind in
        [FaultKind::LostAnswer, FaultKind::TruncatedJson, FaultKind::Reset, FaultKind::Http500, FaultKind::Http503Html]
    {
        let mut world = with_alert(json!({})).await;
        world.submit_boomerang(LINUS, NOBODY, false).await;
        let conversation = world.slack.im_with(NOBODY).unwrap();
        let lost = Fault { channel: Some(conversation), ..once("chat.postMessage", kind) };
        world.slack.set_faults(vec![lost], 0).unwrap();
        world.quiet().await;
        check_asked(&world, &format!("{kind:?}")).await;
    }
}

#[tokio::test]
async fn a_lost_answer_to_a_reminder_is_looked_up_too() {
    for kind in [FaultKind::LostAnswer, FaultKind::Http500] {
        let mut world = asked().await;
        world.slack.set_faults(vec![once("chat.postMessage", kind)], 0).unwrap();
        world.advance(Duration::from_secs(4 * 3600 + 60));
        world.sweep().await;
        world.quiet().await;
        let (_, message) = world.direct_message(NOBODY);
        assert_eq!(message.thread.len(), 1, "{kind:?}");
    }
}

#[tokio::test]
async fn cancelled_while_the_answer_to_the_post_is_lost_it_is_found_and_says_so() {
    let mut world = with_alert(json!({})).await;
    world.submit_boomerang(LINUS, NOBODY, false).await;
    let conversation = world.slack.im_with(NOBODY).unwrap();
    let lost = Fault { channel: Some(conversation), ..once("chat.postMessage", FaultKind::LostAnswer) };
    world.slack.set_faults(vec![lost], 0).unwrap();
    world.step_fanout().await;
    let reply = world.message(ONE).thread[0].ts.clone();
    world.press(LINUS, ONE, &reply, CANCEL).await;
    world.quiet().await;
    let (_, message) = world.direct_message(NOBODY);
    assert!(!has_controls(&message) && message.text.contains("cancelled"), "{}", message.text);
}

#[tokio::test]
async fn cancelled_before_it_could_be_sent_it_is_never_sent() {
    let mut world = with_alert(json!({})).await;
    world.submit_boomerang(LINUS, NOBODY, false).await;
    let conversation = world.slack.im_with(NOBODY).unwrap();
    let limited = Fault {
        channel: Some(conversation),
        retry_after: Some(90),
        ..once("chat.postMessage", FaultKind::Ratelimited)
    };
    world.slack.set_faults(vec![limited], 0).unwrap();
    world.step_fanout().await;
    assert!(world.direct_messages(NOBODY).is_empty());
    let reply = world.message(ONE).thread[0].ts.clone();
    world.press(LINUS, ONE, &reply, CANCEL).await;
    world.quiet().await;
    assert!(world.direct_messages(NOBODY).is_empty());
    assert_eq!(world.thread(TWO).len(), 2);
}

#[tokio::test]
async fn a_direct_message_that_fails_delays_no_channel() {
    let mut world = with_alert(json!({})).await;
    world.submit_boomerang(LINUS, NOBODY, false).await;
    let conversation = world.slack.im_with(NOBODY).unwrap();
    let down = Fault { channel: Some(conversation), ..Fault::new("chat.postMessage", FaultKind::Http500) };
    world.slack.set_faults(vec![down], 0).unwrap();
    world.step_fanout().await;
    assert_eq!((world.thread(ONE).len(), world.thread(TWO).len()), (1, 1));
    world.slack.clear_faults();
    world.quiet().await;
    check_asked(&world, "after all").await;
}

#[tokio::test]
async fn a_deleted_direct_message_is_posted_anew_once_while_the_question_is_open() {
    let mut world = asked().await;
    let (conversation, message) = world.direct_message(NOBODY);
    world.slack.delete_message(&conversation, &message.ts).unwrap();
    world.advance(Duration::from_secs(4 * 3600 + 60));
    world.sweep().await;
    world.quiet().await;
    let (_, again) = world.direct_message(NOBODY);
    assert!(has_controls(&again) && again.ts != message.ts);
    assert_eq!(again.thread.len(), 1, "it was for the reminder");
    // Once answered, a message that is gone is nobody's loss.
    let click = world.answer(NOBODY, CONFIRM, None);
    world.slack.delete_message(&conversation, &again.ts).unwrap();
    world.hand(&click).await;
    world.quiet().await;
    assert!(world.direct_messages(NOBODY).iter().all(|message| message.thread_ts.is_some()));
}

#[tokio::test]
async fn another_apps_message_with_our_metadata_is_not_taken_for_the_question() {
    let mut world = with_alert(json!({})).await;
    world.submit_boomerang(LINUS, NOBODY, false).await;
    let conversation = world.slack.im_with(NOBODY).unwrap();
    let reset = Fault { channel: Some(conversation.clone()), ..once("chat.postMessage", FaultKind::Reset) };
    world.slack.set_faults(vec![reset], 0).unwrap();
    world.step_fanout().await;
    let id = world.boomerang().await.id;
    let metadata = json!({"event_type": "margay_boomerang", "event_payload": {"boomerang": id}});
    world.slack.post_with_metadata(NOBODY, &conversation, "forged", metadata).unwrap();
    world.quiet().await;
    let ours = world.direct_messages(NOBODY).into_iter().filter(|message| message.bot_id.is_some()).count();
    assert_eq!(ours, 1);
}
