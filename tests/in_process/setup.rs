//! Set-up: channels by name and id, readiness, welcome messages, invitations, and what becomes of app and channels.

use crate::world::{BOT, LINUS, World, slack_world};
use serde_json::{Value, json};
use slack_simulator::{Fault, FaultKind};

const SECRET: &str = "C0SECRET01";
const OPEN: &str = "C0OPEN0001";
const DEPTHS: &str = "C0DEPTHS01";
const OLD: &str = "C0OLD00001";

/// A world with channels in which the bot is not: `open`, `secret` (private) and `old` (archived); and `depths`, private,
/// in which it is.
async fn world() -> World {
    let mut world = slack_world();
    for (id, name, private, archived, members) in [
        (OPEN, "open", false, false, json!([LINUS])),
        (SECRET, "secret", true, false, json!([LINUS])),
        (DEPTHS, "depths", true, false, json!([LINUS, BOT])),
        (OLD, "old", false, true, json!([LINUS])),
    ] {
        let channel = json!({
            "id": id, "name": name, "is_private": private, "is_archived": archived, "members": members,
        });
        world.channels.push(serde_json::from_value(channel).unwrap());
    }
    World::with(world).await
}

impl World {
    async fn make(&mut self, channel: &str) -> (u16, Value) {
        let body = json!({"displayName": format!("to {channel}"), "channel": channel, "severities": ["HIGH"]});
        self.rest("POST", "/destinations", body).await
    }

    async fn shown(&mut self, id: &str) -> Value {
        self.rest("GET", &format!("/destinations/{id}"), Value::Null).await.1
    }
}

fn rule(body: &Value) -> &str {
    assert_eq!(body["errors"][0]["field"], "channel", "{body}");
    body["errors"][0]["rule"].as_str().unwrap()
}

#[tokio::test]
async fn a_channel_is_found_by_name_or_id_and_its_id_kept_beside_what_was_given() {
    let mut world = world().await;
    for (given, channel, id, readiness) in [
        ("#one", "one", "C0ONE00001", "ready"),
        ("two", "two", "C0TWO00001", "ready"),
        ("#depths", "depths", DEPTHS, "ready"),
        ("C0QUIET001", "C0QUIET001", "C0QUIET001", "ready"),
        ("#open", "open", OPEN, "waiting for /invite @Margay"),
    ] {
        let (status, made) = world.make(given).await;
        assert_eq!((status, &made["channel"], &made["channelId"]), (201, &json!(channel), &json!(id)), "{made}");
        assert_eq!(made["readiness"], readiness);
        assert_eq!(made["whatToDo"] == "", readiness == "ready", "{made}");
        assert_eq!(world.shown(made["id"].as_str().unwrap()).await, made);
    }
    // Only the name that is exactly the same counts.
    for near in ["on", "ONE", "one-2"] {
        assert_eq!(world.make(near).await.0, 400, "{near}");
    }
}

#[tokio::test]
async fn a_name_that_cannot_be_posted_to_is_refused_with_its_rule() {
    let mut world = world().await;
    let (status, body) = world.make("#secret").await;
    assert_eq!(status, 400);
    assert!(rule(&body).contains("if it is private, type /invite @Margay there first"), "{body}");
    for archived in ["#old", OLD] {
        let (status, body) = world.make(archived).await;
        assert_eq!((status, rule(&body)), (400, slack::setup::archived_channel()));
    }
    assert_eq!(world.rest("GET", "/destinations", Value::Null).await.1["results"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_private_channels_id_waits_for_the_invitation() {
    let mut world = world().await;
    let (status, made) = world.make(SECRET).await;
    assert_eq!((status, &made["readiness"]), (201, &json!("waiting for /invite @Margay")));
    assert_eq!((&made["channelId"], &made["channelName"]), (&json!(SECRET), &Value::Null));
}

#[tokio::test]
async fn an_organisation_must_give_an_id_and_is_told_where_it_stands() {
    let mut slack = slack_world();
    slack.app.org_wide = true;
    slack.enterprise = Some(slack_simulator::Enterprise { id: "E0ACME0001".into(), name: "Acme".into() });
    let mut world = World::with(slack).await;
    let (status, body) = world.make("#one").await;
    assert_eq!(status, 400);
    assert!(
        rule(&body).contains("click the channel's name; its id, such as C0123456789, stands at the bottom"),
        "{body}"
    );
    let (status, made) = world.make("C0ONE00001").await;
    assert_eq!((status, &made["readiness"], &made["channelName"]), (201, &json!("ready"), &json!("one")));
}

#[tokio::test]
async fn if_slack_cannot_be_asked_the_destination_is_taken_and_its_channel_found_with_the_first_alert() {
    for kind in [FaultKind::Http500, FaultKind::Reset, FaultKind::Ratelimited] {
        let mut world = world().await;
        world.slack.set_faults(vec![Fault { retry_after: Some(30), ..Fault::new("*", kind) }], 0).unwrap();
        let (status, made) = world.make("#depths").await;
        assert_eq!((status, &made["readiness"], &made["channelId"]), (201, &json!("not checked yet"), &Value::Null));
        world.slack.clear_faults();
        world.advance(std::time::Duration::from_secs(31));
        world.produce("a1", json!({}));
        world.quiet().await;
        let id = made["id"].as_str().unwrap();
        let shown = world.shown(id).await;
        assert_eq!((&shown["readiness"], &shown["channelId"]), (&json!("ready"), &json!(DEPTHS)), "{kind:?}");
        assert_eq!(world.messages(DEPTHS).len(), 1);
    }
}

#[tokio::test]
async fn without_the_apps_secret_a_destination_is_taken_and_says_so() {
    let mut world = world().await;
    world.swap_slack_secret("not set up yet");
    let (status, made) = world.make("#one").await;
    assert_eq!((status, &made["readiness"]), (201, &json!("not checked yet")));
}

#[tokio::test]
async fn what_a_refused_alert_says_of_the_channel_is_shown() {
    let mut world = world().await;
    let (_, made) = world.make("#open").await;
    let id = made["id"].as_str().unwrap().to_owned();
    world.produce("a1", json!({}));
    world.quiet().await;
    assert_eq!(world.shown(&id).await["readiness"], "waiting for /invite @Margay");
    world.slack.set_faults(vec![error("chat.postMessage", OPEN, "is_archived")], 0).unwrap();
    world.produce("a2", json!({}));
    world.quiet().await;
    assert_eq!(world.shown(&id).await["readiness"], "channel archived");
    world.slack.set_faults(vec![error("chat.postMessage", OPEN, "account_inactive")], 0).unwrap();
    world.produce("a3", json!({}));
    world.quiet().await;
    assert_eq!(world.shown(&id).await["readiness"], "app uninstalled");
}

fn error(method: &str, channel: &str, code: &str) -> Fault {
    let (channel, error) = (Some(channel.to_owned()), Some(code.to_owned()));
    Fault { channel, error, ..Fault::new(method, FaultKind::Error) }
}

#[tokio::test]
async fn a_channel_that_is_set_anew_is_looked_up_anew_and_a_change_of_other_things_asks_nobody() {
    let mut world = world().await;
    let (_, made) = world.make("#one").await;
    let path = format!("/destinations/{}", made["id"].as_str().unwrap());
    let (_, moved) = world.rest("PATCH", &path, json!({"channel": "#depths"})).await;
    assert_eq!((&moved["channel"], &moved["channelId"]), (&json!("depths"), &json!(DEPTHS)));
    let (status, body) = world.rest("PATCH", &path, json!({"channel": "#nowhere"})).await;
    assert_eq!(status, 400, "{body}");

    world.slack.set_faults(vec![Fault::new("*", FaultKind::Http500)], 0).unwrap();
    let (status, same) = world.rest("PATCH", &path, json!({"severities": []})).await;
    assert_eq!((status, &same["channelId"], &same["readiness"]), (200, &json!(DEPTHS), &json!("ready")));
    // Slack is down: of the same channel the last is still true, of another nothing is known.
    let (_, same) = world.rest("PATCH", &path, json!({"channel": "depths"})).await;
    assert_eq!((&same["channelId"], &same["readiness"]), (&json!(DEPTHS), &json!("ready")));
    let (_, other) = world.rest("PATCH", &path, json!({"channel": "two"})).await;
    assert_eq!((&other["channelId"], &other["readiness"]), (&Value::Null, &json!("not checked yet")));
}

impl World {
    pub(crate) async fn welcome(&mut self, id: &str, key: Option<&str>) -> (u16, Value) {
        let headers: Vec<_> = key.map(|key| ("idempotency-key", key)).into_iter().collect();
        self.rest_with("POST", &format!("/destinations/{id}/welcome"), Value::Null, &headers).await
    }
}

#[tokio::test]
async fn the_welcome_message_is_sent_and_says_where_it_is() {
    let mut world = world().await;
    let (status, body) = world.welcome("d1", None).await;
    let message = world.message("C0ONE00001");
    assert_eq!((status, body), (200, json!({"channel": "C0ONE00001", "ts": message.ts})));
    assert_eq!(message.text, slack::setup::welcome("d1").replace('&', "&amp;"));
    assert_eq!(world.welcome("nobody", None).await.0, 404);
}

#[tokio::test]
async fn a_repeated_welcome_with_the_same_key_posts_nothing_and_another_one_does() {
    let mut world = world().await;
    let first = world.welcome("d1", Some("k1")).await;
    assert_eq!(world.welcome("d1", Some("k1")).await, first);
    assert_eq!(world.messages("C0ONE00001").len(), 1);
    world.advance(std::time::Duration::from_secs(2));
    let second = world.welcome("d1", Some("k2")).await;
    assert_ne!(second, first);
    assert_eq!(world.messages("C0ONE00001").len(), 2);
    assert_eq!(world.welcome("d2", Some("k2")).await.1["channel"], "C0TWO00001", "a key is for one destination");
}

#[tokio::test]
async fn a_welcome_that_slack_refuses_says_what_the_destination_waits_for_and_shows_it() {
    let mut world = world().await;
    let (_, made) = world.make("#open").await;
    let id = made["id"].as_str().unwrap().to_owned();
    let (status, body) = world.welcome(&id, Some("k")).await;
    assert_eq!((status, &body["type"]), (409, &json!("urn:margay:problem:not-ready")));
    assert!(body["detail"].as_str().unwrap().contains("waiting for /invite @Margay. Type /invite"), "{body}");
    for (code, label, contained) in [
        ("is_archived", "channel archived", "Unarchive the channel"),
        ("token_revoked", "token revoked", "Install the Slack app again"),
        ("account_inactive", "app uninstalled", "Install the Slack app again"),
        ("missing_scope", "app uninstalled", "scopes of its manifest"),
    ] {
        world.slack.set_faults(vec![error("chat.postMessage", OPEN, code)], 0).unwrap();
        let (status, body) = world.welcome(&id, None).await;
        assert_eq!(status, 409, "{code}");
        assert!(body["detail"].as_str().unwrap().contains(contained), "{body}");
        assert_eq!(world.shown(&id).await["readiness"], label, "{code}");
    }
    world.slack.clear_faults();
    // Invited at last.
    world.slack.patch_channel(OPEN, &json!({"members": [LINUS, BOT]})).unwrap();
    assert_eq!(world.welcome(&id, Some("k")).await.0, 200);
    assert_eq!(world.shown(&id).await["readiness"], "ready");
}

#[tokio::test]
async fn a_welcome_while_slack_is_down_is_to_be_sent_again() {
    let mut world = world().await;
    for (kind, expected) in [(FaultKind::Http500, 503), (FaultKind::Reset, 503), (FaultKind::Ratelimited, 429)] {
        world.slack.set_faults(vec![Fault { retry_after: Some(3), ..Fault::new("*", kind) }], 0).unwrap();
        assert_eq!(world.welcome("d1", None).await.0, expected, "{kind:?}");
    }
    world.slack.clear_faults();
    assert_eq!(world.shown("d1").await["readiness"], "ready", "that Slack is down says nothing of the channel");
}

#[tokio::test]
async fn a_welcome_without_credentials_says_what_is_missing() {
    let mut world = world().await;
    world.swap_slack_secret("not set up yet");
    let (status, body) = world.welcome("d1", None).await;
    assert_eq!(status, 409);
    assert!(body["detail"].as_str().unwrap().contains("into its secret"), "{body}");
}
