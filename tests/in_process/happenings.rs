//! What becomes of destinations when something happens to the Slack app or a channel.

use crate::world::{BOT, LINUS, ONE, QUIET, World, slack_world};
use serde_json::{Value, json};
use slack_simulator::{Fault, FaultKind};
use std::time::Duration;

const OPEN: &str = "C0OPEN0001";

/// A world with the channel `open`, in which the bot is not.
async fn world() -> World {
    let mut world = slack_world();
    let channel = json!({"id": OPEN, "name": "open", "members": [LINUS]});
    world.channels.push(serde_json::from_value(channel).unwrap());
    World::with(world).await
}

impl World {
    /// An event a second later, dealt with.
    async fn happens(&mut self, event: Value) {
        self.advance(Duration::from_secs(1));
        assert_eq!(self.event(event, Value::Null).await, 200);
        self.quiet().await;
    }

    async fn invite(&mut self, channel: &str) {
        self.slack.patch_channel(channel, &json!({"members": [LINUS, BOT]})).unwrap();
        self.happens(json!({"type": "member_joined_channel", "channel": channel, "user": BOT})).await;
    }

    async fn readiness(&mut self, id: &str) -> String {
        let (_, shown) = self.rest("GET", &format!("/destinations/{id}"), Value::Null).await;
        shown["readiness"].as_str().unwrap().to_owned()
    }

    async fn shown_name(&mut self, id: &str) -> Value {
        self.rest("GET", &format!("/destinations/{id}"), Value::Null).await.1["channelName"].clone()
    }

    fn texts(&self, channel: &str) -> Vec<String> {
        self.messages(channel).into_iter().map(|message| message.text).collect()
    }

    /// The ids of the alerts that say that the app is lost.
    async fn lost_alerts(&mut self) -> Vec<String> {
        let (_, all) = self.rest("GET", "/alerts?type=SYSTEM_ERROR", Value::Null).await;
        let ids = all["results"].as_array().unwrap().iter().map(|alert| alert["id"].as_str().unwrap().to_owned());
        ids.collect()
    }
}

fn down() -> Vec<Fault> {
    vec![Fault::new("*", FaultKind::Http500)]
}

#[tokio::test]
async fn a_destination_waits_for_the_invitation_and_then_alerts_arrive() {
    let mut world = world().await;
    let body = json!({"displayName": "SOC", "channel": "#open", "severities": ["HIGH"]});
    let (_, made) = world.rest("POST", "/destinations", body).await;
    let id = made["id"].as_str().unwrap().to_owned();
    assert_eq!(made["readiness"], "waiting for /invite @Margay");
    world.invite(OPEN).await;
    assert_eq!(world.readiness(&id).await, "ready");
    assert_eq!(world.texts(OPEN), [slack::setup::joined(&["SOC".to_owned()])]);
    world.produce("a1", json!({}));
    world.quiet().await;
    assert_eq!(world.messages(OPEN).len(), 2);
}

#[tokio::test]
async fn in_a_channel_without_a_destination_the_bot_says_how_to_make_one() {
    let mut world = world().await;
    world.invite(OPEN).await;
    assert_eq!(world.texts(OPEN), [slack::setup::joined(&[])]);
}

#[tokio::test]
async fn an_invitation_is_answered_once_however_often_the_event_comes() {
    let mut world = world().await;
    world.invite(OPEN).await;
    let event = json!({"type": "member_joined_channel", "channel": OPEN, "user": BOT});
    world.advance(Duration::from_secs(1));
    // Slack's retries, and a replay after SQS has forgotten the event.
    for _ in 0..2 {
        world.event(event.clone(), json!({"event_id": "EvAGAIN"})).await;
        world.quiet().await;
        world.advance(Duration::from_secs(200));
    }
    world.advance(Duration::from_secs(90));
    world.event(event, json!({"event_id": "EvAGAIN"})).await;
    world.quiet().await;
    assert_eq!(world.messages(OPEN).len(), 2, "one for each invitation");
}

#[tokio::test]
async fn an_answer_that_was_lost_is_looked_for_before_it_is_given_again() {
    let mut world = world().await;
    world.slack.patch_channel(OPEN, &json!({"members": [LINUS, BOT]})).unwrap();
    let lost = Fault { times: Some(1), ..Fault::new("chat.postMessage", FaultKind::LostAnswer) };
    world.slack.set_faults(vec![lost], 0).unwrap();
    world.happens(json!({"type": "member_joined_channel", "channel": OPEN, "user": BOT})).await;
    assert_eq!(world.messages(OPEN).len(), 1);
    assert!(world.changes.dead.is_empty());
}

#[tokio::test]
async fn that_others_join_or_leave_concerns_nobody() {
    let mut world = world().await;
    for kind in ["member_joined_channel", "member_left_channel"] {
        world.happens(json!({"type": kind, "channel": ONE, "user": LINUS})).await;
    }
    assert!(world.messages(ONE).is_empty());
    assert_eq!(world.readiness("d1").await, "ready");
}

#[tokio::test]
async fn an_event_is_acknowledged_only_once_it_is_in_the_queue() {
    let mut world = world().await;
    world.edge.trouble(crate::world::edge::Trouble::Throttle, 0, Some("SendMessage"));
    let event = json!({"type": "channel_archive", "channel": ONE});
    assert_eq!(world.event(event.clone(), Value::Null).await, 500);
    world.edge.clear();
    assert_eq!(world.event(event, Value::Null).await, 200);
    assert_eq!(world.changes.len(), 1);
}

#[tokio::test]
async fn a_renamed_channel_is_followed_by_name() {
    let mut world = world().await;
    world.slack.patch_channel(ONE, &json!({"name": "renamed"})).unwrap();
    world.happens(json!({"type": "channel_rename", "channel": {"id": ONE, "name": "renamed", "created": 1}})).await;
    assert_eq!(world.shown_name("d1").await, "renamed");
    world.produce("a1", json!({}));
    world.quiet().await;
    assert_eq!(world.messages(ONE).len(), 1);
    // Late and out of order: Slack says how it is called now.
    world.happens(json!({"type": "channel_rename", "channel": {"id": ONE, "name": "older", "created": 1}})).await;
    assert_eq!(world.shown_name("d1").await, "renamed");
}

#[tokio::test]
async fn a_destination_given_by_a_name_that_was_never_found_is_known_by_it_when_the_bot_is_invited() {
    let mut world = world().await;
    world.slack.set_faults(down(), 0).unwrap();
    let body = json!({"displayName": "SOC", "channel": "#open", "severities": ["HIGH"]});
    let (_, made) = world.rest("POST", "/destinations", body).await;
    assert_eq!(made["channelId"], Value::Null);
    world.slack.clear_faults();
    world.invite(OPEN).await;
    let (_, shown) = world.rest("GET", &format!("/destinations/{}", made["id"].as_str().unwrap()), Value::Null).await;
    assert_eq!((&shown["channelId"], &shown["readiness"]), (&json!(OPEN), &json!("ready")));
    assert_eq!(world.texts(OPEN), [slack::setup::joined(&["SOC".to_owned()])]);
}

#[tokio::test]
async fn a_channel_with_another_id_is_followed_and_the_alerts_there_are_kept_up_to_date() {
    let mut world = world().await;
    world.produce("a1", json!({}));
    world.quiet().await;
    let message = world.message(ONE);
    // The channel and what is in it get another id.
    let mut slack = world.slack.world();
    let channel = slack.channels.iter_mut().find(|channel| channel.id == ONE).unwrap();
    channel.id = "C0MOVED001".to_owned();
    let old = slack.past.messages.remove(ONE).unwrap_or_default();
    slack.past.messages.insert("C0MOVED001".to_owned(), old);
    world.slack.reset(slack).unwrap();
    let event = json!({"type": "channel_id_changed", "old_channel_id": ONE, "new_channel_id": "C0MOVED001"});
    world.happens(event.clone()).await;
    world.happens(event).await;
    assert_eq!(world.readiness("d1").await, "ready");
    world.rest("PATCH", "/alerts/a1", json!({"status": "TRIAGED"})).await;
    world.quiet().await;
    let moved = world.message("C0MOVED001");
    assert_eq!((&moved.ts, moved.thread.len()), (&message.ts, 1));
    world.produce("a2", json!({}));
    world.quiet().await;
    assert_eq!(world.messages("C0MOVED001").len(), 2);
    let record = world.record("a1").await;
    let delivery = &record.deliveries.iter().find(|one| one.delivery.destination_id.as_str() == "d1").unwrap().delivery;
    assert_eq!(delivery.message.as_ref().unwrap().channel, "C0MOVED001");
}

#[tokio::test]
async fn what_becomes_of_a_channel_is_shown() {
    let mut world = world().await;
    let archived = |yes: bool| json!({"is_archived": yes});
    world.slack.patch_channel(ONE, &archived(true)).unwrap();
    world.happens(json!({"type": "channel_archive", "channel": ONE, "user": LINUS})).await;
    assert_eq!(world.readiness("d1").await, "channel archived");
    assert_eq!(world.readiness("d2").await, "ready", "another channel's destination");
    world.slack.patch_channel(ONE, &archived(false)).unwrap();
    world.happens(json!({"type": "channel_unarchive", "channel": ONE, "user": LINUS})).await;
    assert_eq!(world.readiness("d1").await, "ready");
    world.slack.patch_channel(ONE, &json!({"members": [LINUS]})).unwrap();
    world.happens(json!({"type": "channel_left", "channel": ONE})).await;
    assert_eq!(world.readiness("d1").await, "waiting for /invite @Margay");
    // Slack cannot be asked: the event is believed.
    world.slack.set_faults(down(), 0).unwrap();
    world.happens(json!({"type": "channel_deleted", "channel": ONE})).await;
    assert_eq!(world.readiness("d1").await, "channel deleted");
    assert!(world.lost_alerts().await.is_empty());
}

#[tokio::test]
async fn a_removed_app_is_shown_by_its_destinations_and_told_in_one_alert_however_often_it_is_said() {
    let mut world = world().await;
    world.slack.patch_app(&json!({"token_state": "inactive"})).unwrap();
    // Both events come, in any order, and again.
    for _ in 0..2 {
        world.happens(json!({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [BOT]}})).await;
        world.happens(json!({"type": "app_uninstalled"})).await;
    }
    // Alerts that cannot be delivered any more tell nothing new.
    world.produce("a1", json!({}));
    world.produce("a2", json!({}));
    world.quiet().await;
    for id in ["d1", "d2"] {
        assert_eq!(world.readiness(id).await, "app uninstalled");
    }
    let lost = world.lost_alerts().await;
    assert_eq!(lost.len(), 1, "{lost:?}");
    let record = world.record(&lost[0]).await;
    assert_eq!(record.deliveries.len(), 0, "nobody there could be told");
}

#[tokio::test]
async fn an_organisations_events_have_no_team_and_count_all_the_same() {
    let mut world = world().await;
    world.slack.patch_app(&json!({"token_state": "revoked"})).unwrap();
    let envelope = json!({"team_id": null, "enterprise_id": "E0ACME0001", "authorizations": null});
    world.event(json!({"type": "tokens_revoked", "tokens": {"bot": [BOT]}}), envelope).await;
    world.quiet().await;
    assert_eq!(world.readiness("d1").await, "token revoked");
    assert_eq!(world.lost_alerts().await.len(), 1);
}

#[tokio::test]
async fn an_app_that_is_installed_again_is_not_taken_for_lost_by_a_late_event() {
    let mut world = world().await;
    world.happens(json!({"type": "app_uninstalled"})).await;
    assert_eq!(world.readiness("d1").await, "ready");
    assert!(world.lost_alerts().await.is_empty());
}

#[tokio::test]
async fn with_slack_down_a_removal_is_believed_and_the_next_alert_that_arrives_ends_it() {
    let mut world = world().await;
    world.slack.set_faults(down(), 0).unwrap();
    world.happens(json!({"type": "app_uninstalled"})).await;
    assert_eq!(world.readiness("d1").await, "app uninstalled");
    world.slack.clear_faults();
    world.produce("a1", json!({}));
    world.quiet().await;
    assert_eq!(world.readiness("d1").await, "ready");
}

#[tokio::test]
async fn an_event_of_a_channel_that_nobody_posts_to_changes_nothing() {
    let mut world = world().await;
    world.happens(json!({"type": "channel_archive", "channel": QUIET})).await;
    world
        .happens(json!({"type": "channel_id_changed", "old_channel_id": "C0NO000001", "new_channel_id": "C0NO000002"}))
        .await;
    for id in ["d1", "d2"] {
        assert_eq!(world.readiness(id).await, "ready");
    }
    assert!(world.changes.dead.is_empty());
}

#[tokio::test]
async fn the_destinations_of_a_workspace_that_an_organisation_closes_to_the_app_show_it_until_it_is_let_in_again() {
    let mut world = world().await;
    let secret = json!({
        "signing_secret": crate::world::SIGNING_SECRET,
        "installations": [
            {"enterprise_id": "E0ACME0001", "name": "Acme Org", "bot_token": "xoxb-test-token"},
            {"team_id": "T0OWN00001", "enterprise_id": "E0ACME0001", "bot_token": "xoxb-own"},
        ],
    });
    world.swap_slack_secret(&secret.to_string());
    world.secrets_are_read_anew().await;
    for (id, workspace) in [("closed", "T0ACME0001"), ("other", "T0OTHER001"), ("own", "T0OWN00001")] {
        world.add_destination(id, json!({"displayName": id, "channel": QUIET, "workspace": workspace})).await;
    }
    let mut seen = Vec::new();
    for kind in ["team_access_revoked", "team_access_granted", "team_access_granted"] {
        world.advance(Duration::from_secs(1));
        let event = json!({"type": kind, "team_ids": ["T0ACME0001", "T0OWN00001"], "event_ts": "1.2"});
        let organisation = json!({"team_id": null, "enterprise_id": "E0ACME0001", "authorizations": null});
        assert_eq!(world.event(event, organisation).await, 200);
        world.quiet().await;
        seen.push((world.readiness("closed").await, world.readiness("other").await, world.readiness("own").await));
    }
    let ready = || "ready".to_owned();
    let not_asked = slack::setup::label(alert::Readiness::NotAsked).to_owned();
    let not_installed = slack::setup::label(alert::Readiness::NotInstalled).to_owned();
    assert_eq!(
        seen,
        [(not_installed, ready(), ready()), (not_asked.clone(), ready(), ready()), (not_asked, ready(), ready())]
    );
}
