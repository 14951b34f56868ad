//! Who may do what from Slack (promise 8), and what is taken for Slack at all.

use crate::world::{AUSTON, GUEST, LINUS, NOBODY, ONE, SIGNING_SECRET, TWO, VIEWER, World, request};
use bytes::Bytes;
use http::Request;
use serde_json::json;
use slack_simulator::{Fault, FaultKind, signature};

async fn with_alert() -> World {
    let mut world = World::new().await;
    world.produce("a1", json!({}));
    world.quiet().await;
    world
}

#[tokio::test]
async fn guests_unknown_deactivated_unconfirmed_strangers_and_viewers_change_nothing_and_are_told_why() {
    for (user, patch, told) in [
        (GUEST, json!({}), "Guests"),
        (NOBODY, json!({}), "not registered"),
        (VIEWER, json!({}), "ManageAlerts"),
        (LINUS, json!({"deleted": true}), "deactivated"),
        (LINUS, json!({"is_email_confirmed": false}), "not confirmed"),
        (LINUS, json!({"is_stranger": true}), "another organisation"),
        (LINUS, json!({"team_id": "T0OTHER001"}), "another organisation"),
        (LINUS, json!({"email": null}), "your email"),
    ] {
        let mut world = with_alert().await;
        let callback = world.prepare(user, ONE, "status", "TRIAGED");
        world.slack.patch_user(user, &patch).unwrap();
        assert_eq!(world.hand(&callback).await.status(), 200);
        world.quiet().await;
        assert_eq!(world.record("a1").await.activities.len(), 1, "{user} {patch}");
        let ephemerals = world.slack.ephemerals(user);
        if told == "deactivated" {
            // Slack shows a deactivated account nothing.
            assert!(ephemerals.is_empty());
            continue;
        }
        assert!(ephemerals.len() == 1 && ephemerals[0].text.contains(told), "{user} {patch}: {ephemerals:?}");
        assert!(world.message(ONE).thread.is_empty());
    }
}

#[tokio::test]
async fn if_slack_cannot_say_who_it_is_nothing_changes_and_the_person_sees_a_failure() {
    let mut world = with_alert().await;
    world.slack.set_faults(vec![Fault::new("users.info", FaultKind::Http500)], 0).unwrap();
    assert_eq!(world.choose(LINUS, ONE, "status", "TRIAGED").await, 500);
    assert!(world.changes.is_empty());
}

#[tokio::test]
async fn if_the_queue_does_not_take_a_click_the_person_sees_a_failure() {
    let mut world = with_alert().await;
    world.edge.trouble(crate::world::edge::Trouble::Throttle, 0, Some("SendMessage"));
    assert_eq!(world.choose(LINUS, ONE, "status", "TRIAGED").await, 500);
    world.edge.clear();
    world.choose(LINUS, ONE, "status", "RESOLVED").await;
    world.edge.trouble(crate::world::edge::Trouble::Throttle, 0, Some("SendMessage"));
    let kept_open = world.submit(LINUS, Some("all that I wrote")).await;
    assert!(kept_open.body().contains("response_action"), "{}", kept_open.body());
    assert_eq!(world.slack.views(LINUS).len(), 1, "what was written is still there");
}

#[tokio::test]
async fn assigning_to_somebody_unknown_is_refused() {
    let mut world = with_alert().await;
    assert_eq!(world.choose(LINUS, ONE, "assign", "nobody").await, 200);
    world.quiet().await;
    assert_eq!(world.record("a1").await.activities.len(), 1);
    assert!(world.slack.ephemerals(LINUS)[0].text.contains("not a registered user"));
}

/// A click on a button of a channel's only message.
fn press(world: &World, user: &str, button: &str) -> slack_simulator::Callback {
    let ts = world.message(ONE).ts;
    let act = json!({"user": user, "channel": ONE, "message_ts": ts, "action_id": button});
    world.slack.prepare_act(&serde_json::from_value(act).unwrap()).unwrap()
}

/// What a person's menus of a channel's only message show, as Slack tells with the next click.
fn menus(world: &World, user: &str) -> serde_json::Value {
    let payload = press(world, user, "details").payload();
    let values = payload["state"]["values"].as_object().unwrap().values().next().unwrap().clone();
    json!([values["status"]["selected_option"]["value"], values["assign"]["selected_option"]["value"]])
}

#[tokio::test]
async fn after_a_refusal_the_menus_show_what_is_and_no_longer_what_was_chosen() {
    for (user, control, value) in
        [(NOBODY, "status", "TRIAGED"), (GUEST, "assign", "linus"), (LINUS, "assign", "nobody")]
    {
        let mut world = with_alert().await;
        let before = world.message(ONE);
        assert_eq!(world.choose(user, ONE, control, value).await, 200);
        assert_ne!(menus(&world, user), json!(["OPEN", null]), "Slack shows the choice");
        world.quiet().await;
        assert_eq!(menus(&world, user), json!(["OPEN", null]), "{user} {control}");
        let after = world.message(ONE);
        assert_eq!((after.text, after.edits, after.thread.len()), (before.text, 1, 0), "drawn anew, and nothing else");
        assert_eq!(world.message(TWO).edits, 0, "the other copy shows no choice");
        assert_eq!(world.record("a1").await.activities.len(), 1);
        // What was drawn anew takes clicks, and they are decided on what it showed.
        world.choose(AUSTON, ONE, "status", "TRIAGED").await;
        world.choose(LINUS, ONE, "status", "CLOSED").await;
        world.quiet().await;
        assert_eq!(world.record("a1").await.alert.triage.status, alert::Status::Triaged);
        assert_eq!(world.slack.ephemerals(LINUS).len(), if user == LINUS { 2 } else { 1 }, "Auston was first");
    }
}

#[tokio::test]
async fn however_often_somebody_is_refused_the_message_is_drawn_once_in_some_seconds() {
    let mut world = with_alert().await;
    for status in ["TRIAGED", "CLOSED"].into_iter().cycle().take(20) {
        assert_eq!(world.choose(NOBODY, ONE, "status", status).await, 200);
        world.quiet().await;
    }
    assert_eq!(world.message(ONE).edits, 1);
    world.advance(std::time::Duration::from_secs(10));
    world.choose(NOBODY, ONE, "status", "TRIAGED").await;
    world.quiet().await;
    assert_eq!(world.message(ONE).edits, 2);
    // Buttons show no choice.
    world.advance(std::time::Duration::from_secs(10));
    for button in ["boomerang", "details"] {
        let callback = press(&world, NOBODY, button);
        assert_eq!(world.hand(&callback).await.status(), 200);
    }
    assert!(world.changes.is_empty());
}

#[tokio::test]
async fn a_refusal_is_answered_even_if_nothing_can_be_drawn_anew() {
    let mut world = with_alert().await;
    world.edge.trouble(crate::world::edge::Trouble::Throttle, 0, Some("SendMessage"));
    assert_eq!(world.choose(NOBODY, ONE, "status", "TRIAGED").await, 200);
    assert_eq!(world.slack.ephemerals(NOBODY).len(), 1);
    world.edge.clear();
    // A message whose alert is gone.
    let clicked = json!({"channel": ONE, "ts": world.message(ONE).ts});
    world.changes.push(json!({"message": "sync", "alert_id": "gone", "clicked": clicked}).to_string());
    world.step_fanout().await;
    assert!(world.changes.is_empty() && world.changes.dead.is_empty());
}

#[tokio::test]
async fn the_assignee_list_offers_registered_people_by_name_and_only_to_those_who_may() {
    let mut world = with_alert().await;
    let query = |user: &str, typed: &str| {
        serde_json::from_value(json!({
            "user": user, "channel": ONE, "message_ts": world.message(ONE).ts, "action_id": "assign", "value": typed,
        }))
        .unwrap()
    };
    let (all, some, refused) = (query(LINUS, ""), query(LINUS, "aus"), query(NOBODY, ""));
    let all = world.slack.prepare_options(&all).unwrap();
    let some = world.slack.prepare_options(&some).unwrap();
    let refused = world.slack.prepare_options(&refused).unwrap();
    let all = world.hand(&all).await.into_body();
    assert!(all.contains("Auston") && all.contains("Unassigned"), "{all}");
    let some = world.hand(&some).await.into_body();
    assert!(some.contains("Auston") && !some.contains("Linus"), "{some}");
    assert_eq!(world.hand(&refused).await.body(), "{\"options\":[]}");
    // What was offered can be chosen.
    let act = serde_json::from_value(json!({
        "user": LINUS, "channel": ONE, "message_ts": world.message(ONE).ts, "action_id": "assign", "value": "auston",
    }));
    let callback = world.slack.prepare_act(&act.unwrap()).unwrap();
    world.hand(&callback).await;
    world.quiet().await;
    assert!(world.message(ONE).text.contains("Auston"));
}

#[tokio::test]
async fn only_slacks_own_requests_are_answered() {
    let world = with_alert().await;
    let good = world.prepare(LINUS, ONE, "status", "TRIAGED");
    let now = world.now().as_second();
    let body = good.body.clone();
    let signed = |at: i64, secret: &str| (at.to_string(), signature(secret, &at.to_string(), &body));
    let (timestamp, right) = signed(now, SIGNING_SECRET);
    let truncated = right[..right.len() - 1].to_owned();
    let cases: Vec<Forged> = vec![
        ("no headers", vec![], body.clone()),
        ("no timestamp", vec![("x-slack-signature", right.clone())], body.clone()),
        ("no signature", vec![("x-slack-request-timestamp", timestamp.clone())], body.clone()),
        ("wrong secret", pair(signed(now, "wrong")), body.clone()),
        ("too old", pair(signed(now - 301, SIGNING_SECRET)), body.clone()),
        ("from the future", pair(signed(now + 301, SIGNING_SECRET)), body.clone()),
        ("tampered body", pair(signed(now, SIGNING_SECRET)), Bytes::from([body.as_ref(), b"&x=1"].concat())),
        ("truncated", pair((timestamp.clone(), truncated)), body.clone()),
        ("another version", pair((timestamp.clone(), right.replace("v0=", "v1="))), body.clone()),
        ("upper case", pair((timestamp.clone(), right.to_uppercase())), body.clone()),
        ("no number", pair(("soon".to_owned(), right.clone())), body.clone()),
        (
            "two signatures",
            [pair((timestamp.clone(), right.clone())), vec![("x-slack-signature", right.clone())]].concat(),
            body.clone(),
        ),
    ];
    for (case, headers, body) in cases {
        let mut request = Request::builder().method("POST").uri("/slack/interactions");
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let response = world.interactions().handle(request.body(body).unwrap(), world.now()).await;
        assert_eq!(response.status(), 401, "{case}");
    }
    assert!(world.changes.is_empty());
    let response = world.interactions().handle(request(&good), world.now()).await;
    assert_eq!(response.status(), 200);
}

/// What it is, its headers, its body.
type Forged = (&'static str, Vec<(&'static str, String)>, Bytes);

fn pair((timestamp, signature): (String, String)) -> Vec<(&'static str, String)> {
    vec![("x-slack-request-timestamp", timestamp), ("x-slack-signature", signature)]
}

#[tokio::test]
async fn during_a_rotation_both_signing_secrets_are_taken_and_afterwards_only_the_new_one() {
    let mut world = with_alert().await;
    let old = world.prepare(LINUS, ONE, "status", "TRIAGED");
    let rotating = |previous: Option<&str>| {
        json!({"signing_secret": "the-new-signing-secret", "previous_signing_secret": previous, "bot_token": "xoxb-test-token"})
            .to_string()
    };
    // Whatever the cache holds: a signature that does not fit has the secret read anew.
    world.swap_slack_secret(&rotating(Some(SIGNING_SECRET)));
    world.secrets_are_read_anew().await;
    assert_eq!(world.hand(&old).await.status(), 200);
    world.slack.patch_app(&json!({"signing_secret": "the-new-signing-secret"})).unwrap();
    let new = world.prepare(LINUS, ONE, "status", "CLOSED");
    assert_eq!(world.hand(&new).await.status(), 200);
    world.swap_slack_secret(&rotating(None));
    world.secrets_are_read_anew().await;
    assert_eq!(world.hand(&old).await.status(), 401);
}

#[tokio::test]
async fn an_org_wide_install_works_like_one_in_a_workspace() {
    let mut grid = crate::world::slack_world();
    grid.enterprise = serde_json::from_value(json!({"id": "E0ACME0001", "name": "Acme Org"})).unwrap();
    grid.app.org_wide = true;
    let mut world = World::with(grid).await;
    world.produce("a1", json!({}));
    world.quiet().await;
    assert_eq!(world.choose(LINUS, ONE, "status", "RESOLVED").await, 200);
    assert_eq!(world.submit(LINUS, Some("all of the organisation")).await.status(), 200);
    world.quiet().await;
    assert!(world.message(crate::world::TWO).text.contains("Resolved"));
    // A channel's name says nothing to an org-wide token.
    world.add_destination("d3", json!({"displayName": "by name", "channel": "#quiet"})).await;
    world.produce("a2", json!({"destinations": ["by name"]}));
    world.quiet().await;
    let record = world.record("a2").await;
    let reason = record.deliveries[0].delivery.reason.clone().unwrap();
    assert!(reason.starts_with("team_not_found") && reason.contains("id"), "{reason}");
}

#[tokio::test]
async fn a_destination_may_name_its_channel() {
    let mut world = World::new().await;
    world.add_destination("d3", json!({"displayName": "by name", "channel": "#quiet"})).await;
    let lost = Fault { times: Some(1), ..Fault::new("chat.postMessage", FaultKind::LostAnswer) };
    world.slack.set_faults(vec![lost], 0).unwrap();
    world.produce("a1", json!({"destinations": ["by name"]}));
    world.quiet().await;
    world.choose(LINUS, crate::world::QUIET, "status", "TRIAGED").await;
    world.quiet().await;
    assert!(world.message(crate::world::QUIET).text.contains("Triaged"));
}
