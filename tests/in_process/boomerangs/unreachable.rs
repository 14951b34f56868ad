//! Recipients who cannot be messaged, found out in the modal or only when sending.

use super::{CONFIRM, has_controls, with_alert};
use crate::world::{AUSTON, BOT, LINUS, NOBODY, ONE, TWO, World};
use alert::boomerang::{DirectMessageState, End};
use serde_json::{Value, json};
use slack_simulator::{Fault, FaultKind};
use std::time::Duration;

fn refused(method: &str, code: &str) -> Fault {
    Fault { error: Some(code.to_owned()), ..Fault::new(method, FaultKind::Error) }
}

fn errors(body: &str) -> Value {
    serde_json::from_str::<Value>(body).unwrap()["errors"].clone()
}

#[tokio::test]
async fn a_recipient_who_cannot_be_asked_is_refused_in_the_modal_with_what_to_do() {
    for (recipient, patch, told) in [
        (NOBODY, json!({"deleted": true}), "deactivated"),
        (NOBODY, json!({"is_bot": true}), "an app"),
        (BOT, json!(null), "an app"),
        (NOBODY, json!({"is_stranger": true}), "another organisation"),
        (NOBODY, json!({"team_id": "T0OTHER001"}), "another organisation"),
        (NOBODY, json!({"team_id": "T0OTHER001", "is_restricted": true}), "another organisation"),
        (NOBODY, json!({"refuses_direct_messages": true}), "no direct message"),
    ] {
        let mut world = with_alert(json!({})).await;
        if !patch.is_null() {
            world.slack.patch_user(recipient, &patch).unwrap();
        }
        let answer = world.submit_boomerang(LINUS, recipient, false).await;
        let sentence = errors(answer.body())["recipient"].as_str().unwrap().to_owned();
        assert!(sentence.contains(told) && sentence.contains("hoose"), "{patch}: {sentence}");
        assert!(world.changes.is_empty(), "{patch}");
        assert_eq!(world.slack.views(LINUS).len(), 1, "what was written is still there");
        assert!(world.direct_messages(NOBODY).is_empty());
    }
}

#[tokio::test]
async fn without_the_scope_the_modal_says_which_step_is_missing() {
    let mut world = with_alert(json!({})).await;
    let scopes: Vec<_> = world.slack.world().app.scopes.into_iter().filter(|scope| scope != "im:write").collect();
    world.slack.patch_app(&json!({"scopes": scopes})).unwrap();
    let answer = world.submit_boomerang(LINUS, NOBODY, false).await;
    assert!(errors(answer.body())["recipient"].as_str().unwrap().contains("scopes"), "{}", answer.body());
}

#[tokio::test]
async fn if_slack_is_slow_or_down_the_question_is_accepted_and_sent_later() {
    for fault in [
        Fault::new("conversations.open", FaultKind::Http500),
        Fault::new("conversations.open", FaultKind::Ratelimited),
        refused("conversations.open", "service_unavailable"),
        // Who asks is still known from the click.
        Fault::new("users.info", FaultKind::Http500),
        Fault::new("conversations.open", FaultKind::Hang),
    ] {
        let mut world = with_alert(json!({})).await;
        let view = world.open_boomerang(LINUS, ONE).await;
        let kind = fault.kind;
        world.slack.set_faults(vec![fault], 0).unwrap();
        let callback = world.submission(LINUS, &view, NOBODY, false);
        let began = std::time::Instant::now();
        assert_eq!(world.hand(&callback).await.body(), "", "{kind:?}");
        assert!(began.elapsed() < Duration::from_millis(2800), "Slack waits three seconds");
        world.slack.clear_faults();
        world.quiet().await;
        let (_, message) = world.direct_message(NOBODY);
        assert!(has_controls(&message), "{kind:?}");
    }
}

/// A question whose recipient Slack could not be asked about in time.
async fn asked_unseen() -> World {
    let mut world = with_alert(json!({})).await;
    world.slack.set_faults(vec![Fault::new("conversations.open", FaultKind::Http500)], 0).unwrap();
    assert_eq!(world.submit_boomerang(LINUS, NOBODY, false).await.body(), "");
    world.slack.clear_faults();
    world
}

async fn check_undelivered(world: &mut World, told: &str) {
    for channel in [ONE, TWO] {
        let parent = world.message(channel);
        assert_eq!(parent.thread.len(), 2, "{:?}", world.thread(channel));
        let note = &parent.thread[1];
        assert!(note.text.contains("your question did not reach nobody") && note.text.contains(told), "{}", note.text);
        let mention = json!({"type": "user", "user_id": LINUS}).to_string();
        assert!(serde_json::to_string(&note.blocks).unwrap().contains(&mention), "who asked is called");
        assert!(!has_controls(&parent.thread[0]), "there is nothing to cancel");
    }
    assert!(matches!(world.boomerang().await.end, Some(End::Undelivered { .. })));
    let (_, alert) = world.rest("GET", "/alerts/a1", json!(null)).await;
    let activity = &alert["activity"][2];
    assert_eq!(activity["kind"], "BOOMERANG_UNDELIVERED");
    assert!(activity["reason"].as_str().unwrap().contains(told), "{activity}");
    assert_eq!(world.edge.events()[2]["DetailType"], "alert.boomerang_undelivered");
    // Once, and nothing more is tried.
    let mark = world.slack.mark();
    world.advance(Duration::from_secs(48 * 3600));
    world.sweep().await;
    world.quiet().await;
    assert!(world.slack.calls_since(mark).is_empty());
    assert_eq!(world.thread(ONE).len(), 2);
}

#[tokio::test]
async fn a_recipient_who_turns_out_not_to_be_reachable_is_told_of_in_the_thread() {
    for (patch, told) in [
        (json!({"deleted": true}), "deactivated"),
        (json!({"is_bot": true}), "an app"),
        (json!({"team_id": "T0OTHER001"}), "another organisation"),
        (json!({"refuses_direct_messages": true}), "no direct message"),
    ] {
        let mut world = asked_unseen().await;
        world.slack.patch_user(NOBODY, &patch).unwrap();
        world.quiet().await;
        assert!(world.direct_messages(NOBODY).is_empty(), "{patch}");
        check_undelivered(&mut world, told).await;
    }
}

#[tokio::test]
async fn a_refused_post_is_told_of_in_the_thread() {
    for (code, told) in [
        ("channel_not_found", "no direct message"),
        ("messages_tab_disabled", "Messages tab"),
        ("cannot_dm_bot", "an app"),
        ("is_inactive", "deactivated"),
        ("invalid_blocks", "defect of Margay"),
    ] {
        let mut world = with_alert(json!({})).await;
        world.submit_boomerang(LINUS, NOBODY, false).await;
        let conversation = world.slack.im_with(NOBODY).unwrap();
        let refuse = Fault { channel: Some(conversation), ..refused("chat.postMessage", code) };
        world.slack.set_faults(vec![refuse], 0).unwrap();
        world.quiet().await;
        world.slack.clear_faults();
        check_undelivered(&mut world, told).await;
    }
}

#[tokio::test]
async fn if_the_conversation_cannot_tell_whether_it_was_asked_the_asker_is_told_and_nothing_is_posted_again() {
    let mut world = with_alert(json!({})).await;
    world.submit_boomerang(LINUS, NOBODY, false).await;
    let conversation = world.slack.im_with(NOBODY).unwrap();
    let lost = Fault {
        channel: Some(conversation.clone()),
        times: Some(1),
        ..Fault::new("chat.postMessage", FaultKind::LostAnswer)
    };
    let blind = Fault { channel: Some(conversation), ..refused("conversations.history", "missing_scope") };
    world.slack.set_faults(vec![lost, blind], 0).unwrap();
    world.quiet().await;
    world.slack.clear_faults();
    let record = world.record("a1").await;
    assert_eq!(record.direct_messages[0].message.state, DirectMessageState::Undelivered);
    world.direct_message(NOBODY);
    assert!(world.thread(TWO)[1].contains("cannot be told"), "{:?}", world.thread(TWO));
    // It did reach them: their answer counts, and from then on the message is known.
    let click = world.answer(NOBODY, CONFIRM, Some("me"));
    world.hand(&click).await;
    world.quiet().await;
    assert!(world.thread(TWO)[2].contains("nobody (Slack) answered: Confirm"), "{:?}", world.thread(TWO));
    let (_, message) = world.direct_message(NOBODY);
    assert!(!has_controls(&message), "{}", message.text);
}

#[tokio::test]
async fn a_reminder_that_is_refused_costs_the_reminder_and_not_the_question() {
    let mut world = super::asked().await;
    let conversation = world.slack.im_with(NOBODY).unwrap();
    let refuse = Fault { channel: Some(conversation), ..refused("chat.postMessage", "restricted_action") };
    world.slack.set_faults(vec![refuse], 0).unwrap();
    world.advance(Duration::from_secs(4 * 3600 + 60));
    world.sweep().await;
    world.quiet().await;
    world.slack.clear_faults();
    assert!(world.boomerang().await.is_open());
    world.advance(Duration::from_secs(20 * 3600));
    world.sweep().await;
    world.quiet().await;
    assert_eq!(world.thread(ONE).len(), 2, "who asked is told all the same");
    let click = world.answer(NOBODY, CONFIRM, None);
    world.hand(&click).await;
    world.quiet().await;
    assert!(!has_controls(&world.direct_message(NOBODY).1));
}

#[tokio::test]
async fn what_cannot_be_sent_for_a_day_is_given_up_and_told_of() {
    let mut world = asked_unseen().await;
    world.slack.set_faults(vec![Fault::new("conversations.open", FaultKind::Http500)], 0).unwrap();
    for _ in 0..30 {
        world.step_fanout().await;
        world.advance(Duration::from_secs(3600));
        world.sweep().await;
    }
    world.slack.clear_faults();
    world.quiet().await;
    let undelivered = world.thread(ONE).iter().filter(|text| text.contains("did not reach")).count();
    assert_eq!(undelivered, 1, "{:?}", world.thread(ONE));
    assert!(world.direct_messages(NOBODY).is_empty());
}

#[tokio::test]
async fn a_token_that_was_revoked_is_tried_again_once_it_was_replaced() {
    let mut world = with_alert(json!({})).await;
    world.submit_boomerang(LINUS, AUSTON, false).await;
    world.slack.patch_app(&json!({"bot_token": "xoxb-rotated"})).unwrap();
    world.step_fanout().await;
    let rotated = json!({"signing_secret": crate::world::SIGNING_SECRET, "bot_token": "xoxb-rotated"});
    world.swap_slack_secret(&rotated.to_string());
    world.secrets_are_read_anew().await;
    world.quiet().await;
    assert!(has_controls(&world.direct_message(AUSTON).1));
}
