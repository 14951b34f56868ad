//! Slack refuses, waits, loses answers and deletes (promises 2, 3 and 6).

use crate::world::edge::Trouble;
use crate::world::{LINUS, ONE, TWO, World};
use alert::DeliveryState;
use serde_json::json;
use slack_simulator::{Fault, FaultKind};
use std::time::Duration;

fn once(method: &str, kind: FaultKind) -> Fault {
    Fault { times: Some(1), ..Fault::new(method, kind) }
}

async fn state(world: &World, alert: &str, destination: &str) -> (DeliveryState, String) {
    let record = world.record(alert).await;
    let found = record.deliveries.into_iter().find(|d| d.delivery.destination_id.as_str() == destination).unwrap();
    (found.delivery.state, found.delivery.reason.unwrap_or_default())
}

#[tokio::test]
async fn a_lost_answer_is_looked_up_and_the_alert_is_there_once() {
    for kind in
        [FaultKind::LostAnswer, FaultKind::TruncatedJson, FaultKind::Reset, FaultKind::Http500, FaultKind::Http503Html]
    {
        let mut world = World::new().await;
        world.slack.set_faults(vec![once("chat.postMessage", kind)], 0).unwrap();
        world.produce("a1", json!({}));
        world.quiet().await;
        assert_eq!(world.messages(ONE).len(), 1, "{kind:?}");
        assert_eq!(world.messages(TWO).len(), 1, "{kind:?}");
        assert_eq!(state(&world, "a1", "d1").await.0, DeliveryState::Delivered, "{kind:?}");
    }
}

#[tokio::test]
async fn a_lost_answer_of_a_thread_reply_is_looked_up_too() {
    for kind in [FaultKind::LostAnswer, FaultKind::Http500] {
        let mut world = World::new().await;
        world.produce("a1", json!({}));
        world.quiet().await;
        world.slack.set_faults(vec![once("chat.postMessage", kind), once("chat.update", kind)], 0).unwrap();
        world.choose(LINUS, ONE, "status", "TRIAGED").await;
        world.quiet().await;
        assert_eq!(world.message(ONE).thread.len(), 1, "{kind:?}");
        assert_eq!(world.message(TWO).thread.len(), 1, "{kind:?}");
    }
}

#[tokio::test]
async fn if_the_channel_cannot_tell_the_delivery_is_uncertain_and_never_posted_again() {
    let mut world = World::new().await;
    let blind =
        Fault { error: Some("missing_scope".to_owned()), ..Fault::new("conversations.history", FaultKind::Error) };
    let lost = Fault { channel: Some(ONE.to_owned()), ..once("chat.postMessage", FaultKind::LostAnswer) };
    world.slack.set_faults(vec![blind, lost], 0).unwrap();
    world.produce("a1", json!({}));
    world.quiet().await;
    world.slack.clear_faults();
    world.produce("a1", json!({}));
    world.quiet().await;
    let (uncertain, reason) = state(&world, "a1", "d1").await;
    assert_eq!(uncertain, DeliveryState::Uncertain);
    assert!(reason.contains("cannot tell"), "{reason}");
    assert_eq!(world.messages(ONE).len(), 1);
    let (_, shown) = world.rest("GET", "/alerts/a1", json!(null)).await;
    assert!(shown["deliveries"].as_array().unwrap().iter().any(|d| d["state"] == "UNCERTAIN"), "{shown}");
}

#[tokio::test]
async fn a_rate_limit_on_one_channel_is_obeyed_and_delays_no_other() {
    let mut world = World::new().await;
    let limited = Fault {
        channel: Some(ONE.to_owned()),
        retry_after: Some(90),
        ..once("chat.postMessage", FaultKind::Ratelimited)
    };
    world.slack.set_faults(vec![limited], 0).unwrap();
    for n in 0..5 {
        world.produce(&format!("a{n}"), json!({}));
    }
    world.step_dispatch().await;
    assert_eq!(world.messages(TWO).len(), 5, "the other channel has everything at once");
    // What comes later leaves the channel alone too, until Slack's time has passed.
    let mark = world.slack.mark();
    world.produce("a5", json!({}));
    world.step_dispatch().await;
    assert_eq!(world.slack.calls_since(mark)["chat.postMessage"], 1);
    world.quiet().await;
    assert_eq!(world.messages(ONE).len(), 6, "and nothing is lost");
    assert_eq!(world.messages(TWO).len(), 6);
}

#[tokio::test]
async fn a_refusal_for_good_ends_dead_with_a_reason_and_one_system_error_elsewhere() {
    for (code, method) in [
        ("is_archived", "chat.postMessage"),
        ("channel_not_found", "chat.postMessage"),
        ("not_in_channel", "chat.postMessage"),
        ("restricted_action", "chat.postMessage"),
    ] {
        let mut world = World::new().await;
        let fault = Fault {
            channel: Some(ONE.to_owned()),
            error: Some(code.to_owned()),
            ..Fault::new(method, FaultKind::Error)
        };
        world.slack.set_faults(vec![fault], 0).unwrap();
        world.produce("a1", json!({}));
        world.produce("a2", json!({}));
        world.quiet().await;
        let (dead, reason) = state(&world, "a1", "d1").await;
        assert_eq!(dead, DeliveryState::Dead, "{code}");
        assert!(reason.starts_with(code) && reason.len() > code.len() + 10, "{reason}");
        let notices: Vec<_> =
            world.messages(TWO).into_iter().filter(|m| m.text.contains("cannot be delivered")).collect();
        assert_eq!(notices.len(), 1, "{code}: one notice for two dead deliveries");
        assert!(notices[0].text.contains("System error"), "{}", notices[0].text);
        assert!(world.messages(ONE).is_empty());
    }
}

#[tokio::test]
async fn an_archived_channel_dies_on_the_next_change_and_the_rest_goes_on() {
    let mut world = World::new().await;
    world.produce("a1", json!({}));
    world.quiet().await;
    world.slack.patch_channel(ONE, &json!({"is_archived": true})).unwrap();
    world.choose(LINUS, TWO, "status", "TRIAGED").await;
    world.quiet().await;
    assert_eq!(state(&world, "a1", "d1").await.0, DeliveryState::Dead);
    assert_eq!(state(&world, "a1", "d2").await.0, DeliveryState::Delivered);
    let in_two = world.messages(TWO);
    assert_eq!(in_two.len(), 2, "the alert and the SYSTEM_ERROR");
    assert_eq!(in_two[0].thread.len(), 1);
}

#[tokio::test]
async fn a_deleted_message_is_posted_anew_once_with_its_thread() {
    let mut world = World::new().await;
    world.produce("a1", json!({}));
    world.quiet().await;
    world.choose(LINUS, TWO, "status", "TRIAGED").await;
    world.quiet().await;
    let ts = world.message(ONE).ts;
    world.slack.delete_message(ONE, &ts).unwrap();
    world.choose(LINUS, TWO, "status", "CLOSED").await;
    world.quiet().await;
    let anew = world.message(ONE);
    assert!(anew.text.contains("Invalid") && anew.thread.len() == 2, "{anew:?}");
    world.slack.delete_message(ONE, &anew.ts).unwrap();
    world.choose(LINUS, TWO, "status", "OPEN").await;
    world.quiet().await;
    assert_eq!(state(&world, "a1", "d1").await.0, DeliveryState::Dead, "not a third time");
    assert_eq!(world.messages(TWO)[0].thread.len(), 3);
}

#[tokio::test]
async fn what_slack_refuses_for_now_is_tried_again() {
    for code in ["internal_error", "service_unavailable", "some_new_error"] {
        let mut world = World::new().await;
        let fault =
            Fault { error: Some(code.to_owned()), times: Some(3), ..Fault::new("chat.postMessage", FaultKind::Error) };
        world.slack.set_faults(vec![fault], 0).unwrap();
        world.produce("a1", json!({}));
        world.quiet().await;
        assert_eq!((world.messages(ONE).len(), world.messages(TWO).len()), (1, 1), "{code}");
    }
}

#[tokio::test]
async fn a_message_that_slack_finds_too_long_is_cut() {
    let mut world = World::new().await;
    let long = Fault { error: Some("msg_too_long".to_owned()), ..once("chat.postMessage", FaultKind::Error) };
    world.slack.set_faults(vec![long], 0).unwrap();
    world.produce("a1", json!({"description": "x".repeat(100_000), "runbook": "y".repeat(100_000)}));
    world.quiet().await;
    assert_eq!((world.messages(ONE).len(), world.messages(TWO).len()), (1, 1));
}

#[tokio::test]
async fn a_throttled_table_returns_the_whole_batch_and_nothing_is_lost() {
    let mut world = World::new().await;
    for n in 0..10 {
        world.produce(&format!("a{n}"), json!({}));
    }
    world.edge.trouble(Trouble::Throttle, 0, Some("PutItem"));
    world.step_dispatch().await;
    assert_eq!(world.alerts.len(), 10);
    world.edge.clear();
    world.quiet().await;
    assert_eq!(world.messages(ONE).len(), 10);
}

#[tokio::test]
async fn without_the_slack_secret_alerts_are_stored_and_changes_applied_and_all_is_shown_afterwards() {
    let mut world = World::new().await;
    let good = world.swap_slack_secret("not even JSON");
    world.produce("a1", json!({}));
    world.step_dispatch().await;
    assert!(world.alerts.is_empty(), "it is stored, so the message is done with");
    world.rest("PATCH", "/alerts/a1", json!({"status": "TRIAGED"})).await;
    world.step_fanout().await;
    assert_eq!(world.record("a1").await.published_seq, 2, "the bus needs no Slack");
    assert!(world.messages(ONE).is_empty());
    world.swap_slack_secret(&good);
    world.secrets_are_read_anew().await;
    world.quiet().await;
    assert!(world.message(ONE).text.contains("Triaged") && world.message(TWO).thread.len() == 1);
}

#[tokio::test]
async fn a_rotated_bot_token_is_no_death() {
    let mut world = World::new().await;
    world.slack.patch_app(&json!({"bot_token": "xoxb-rotated"})).unwrap();
    world.produce("a1", json!({}));
    world.step_dispatch().await;
    assert_eq!(state(&world, "a1", "d1").await.0, DeliveryState::Pending);
    let rotated = json!({"signing_secret": crate::world::SIGNING_SECRET, "bot_token": "xoxb-rotated"});
    world.swap_slack_secret(&rotated.to_string());
    world.secrets_are_read_anew().await;
    world.quiet().await;
    world.message(ONE);
    world.message(TWO);
}

#[tokio::test]
async fn a_revoked_token_ends_dead_once_a_fresh_one_is_refused_too() {
    let mut world = World::new().await;
    world.slack.patch_app(&json!({"token_state": "revoked"})).unwrap();
    world.produce("a1", json!({}));
    world.quiet().await;
    let (dead, reason) = state(&world, "a1", "d1").await;
    assert!(dead == DeliveryState::Dead && reason.starts_with("token_revoked"), "{reason}");
}

#[tokio::test]
async fn an_uncertain_delivery_is_told_of_elsewhere() {
    let mut world = World::new().await;
    let blind =
        Fault { error: Some("missing_scope".to_owned()), ..Fault::new("conversations.history", FaultKind::Error) };
    let lost = Fault { channel: Some(ONE.to_owned()), ..once("chat.postMessage", FaultKind::LostAnswer) };
    world.slack.set_faults(vec![blind, lost], 0).unwrap();
    world.produce("a1", json!({}));
    world.quiet().await;
    let told: Vec<_> = world.messages(TWO).into_iter().filter(|m| m.text.contains("not certain")).collect();
    assert!(told.len() == 1 && told[0].text.contains("a1"), "{told:?}");
}

#[tokio::test]
async fn a_reply_that_cannot_be_looked_up_costs_that_reply_and_not_the_copy() {
    let mut world = World::new().await;
    world.produce("a1", json!({}));
    world.quiet().await;
    let blind =
        Fault { error: Some("missing_scope".to_owned()), ..Fault::new("conversations.replies", FaultKind::Error) };
    let lost = Fault { channel: Some(ONE.to_owned()), ..once("chat.postMessage", FaultKind::LostAnswer) };
    world.slack.set_faults(vec![blind, lost], 0).unwrap();
    world.choose(LINUS, ONE, "status", "TRIAGED").await;
    world.quiet().await;
    let (delivered, reason) = state(&world, "a1", "d1").await;
    assert!(delivered == DeliveryState::Delivered && reason.contains("cannot be told"), "{reason}");
    world.choose(LINUS, TWO, "status", "CLOSED").await;
    world.quiet().await;
    assert!(world.message(ONE).text.contains("Invalid"));
    assert_eq!(world.message(ONE).thread.len(), 2);
}

#[tokio::test]
async fn a_channel_that_was_changed_after_a_lost_answer_is_still_searched_where_it_was_posted() {
    let mut world = World::new().await;
    let lost = Fault { channel: Some(ONE.to_owned()), ..once("chat.postMessage", FaultKind::LostAnswer) };
    world.slack.set_faults(vec![lost], 0).unwrap();
    world.produce("a1", json!({"destinations": ["d1"]}));
    world.step_dispatch().await;
    let old = world.store.destination(&alert::DestinationId::new("d1").unwrap()).await.unwrap().unwrap();
    let mut moved = old.clone();
    moved.settings.channel = TWO.to_owned();
    world.store.update_destination(&old, &moved).await.unwrap();
    world.quiet().await;
    world.message(ONE);
    assert!(world.messages(TWO).is_empty(), "it is not posted once more in the new channel");
}

#[tokio::test]
async fn another_apps_message_with_our_metadata_is_not_taken_for_ours() {
    let mut world = World::new().await;
    let reset = Fault { channel: Some(ONE.to_owned()), ..once("chat.postMessage", FaultKind::Reset) };
    world.slack.set_faults(vec![reset], 0).unwrap();
    world.produce("a1", json!({"destinations": ["d1"]}));
    world.step_dispatch().await;
    let metadata = json!({"event_type": "margay_delivery", "event_payload": {"delivery": "a1/d1"}});
    world.slack.post_with_metadata(LINUS, ONE, "forged", metadata).unwrap();
    world.quiet().await;
    let ours = world.messages(ONE).into_iter().filter(|message| message.bot_id.is_some()).count();
    assert_eq!(ours, 1);
}

#[tokio::test]
async fn an_event_bus_that_is_down_delays_no_copy_and_is_told_afterwards() {
    let mut world = World::new().await;
    world.produce("a1", json!({}));
    world.step_dispatch().await;
    world.edge.trouble(Trouble::Throttle, 0, Some("PutEvents"));
    world.step_fanout().await;
    world.choose(LINUS, ONE, "status", "TRIAGED").await;
    world.step_fanout().await;
    assert!(world.changes.is_empty(), "nothing holds up the alert's other changes");
    assert!(world.message(TWO).text.contains("Triaged"));
    world.edge.clear();
    world.quiet().await;
    assert_eq!(world.edge.events().len(), 2);
}

#[tokio::test]
async fn a_deleted_destination_is_suppressed_with_its_reason() {
    let mut world = World::new().await;
    let limited = Fault {
        channel: Some(ONE.to_owned()),
        retry_after: Some(30),
        ..once("chat.postMessage", FaultKind::Ratelimited)
    };
    world.slack.set_faults(vec![limited], 0).unwrap();
    world.produce("a1", json!({}));
    world.step_dispatch().await;
    let id = alert::DestinationId::new("d1").unwrap();
    let destination = world.store.destination(&id).await.unwrap().unwrap();
    world.store.delete_destination(&destination).await.unwrap();
    world.advance(Duration::from_secs(60));
    world.quiet().await;
    let (suppressed, reason) = state(&world, "a1", "d1").await;
    assert_eq!((suppressed, reason.as_str()), (DeliveryState::Suppressed, "The destination was deleted."));
    assert!(world.messages(ONE).is_empty());
}
