//! Boomerangs and comments where the app is installed in several workspaces: each belongs to the one in which it was
//! written, with its people and its token.

use crate::boomerangs::{CANCEL, CONFIRM, QUESTION, REPORT};
use crate::installations::{Installing, SECOND};
use crate::world::{LINUS, NOBODY, ONE};
use alert::ActivityKind;
use alert::boomerang::{End, Verdict};
use serde_json::{Value, json};
use slack::control::{ACTION_BOOMERANG, QUESTION_BLOCK, RECIPIENT_BLOCK};
use slack_simulator as sim;
use std::time::Duration;

const OTHER: &str = "T0OTHER001";

impl Installing {
    /// Both workspaces, and an alert in a channel of each.
    async fn with_alert() -> Self {
        let mut slack = Self::new().await;
        assert_eq!(slack.install("code-acme").await.0, 200);
        assert_eq!(slack.install("code-other").await.0, 200);
        slack.world.secrets_are_read_anew().await;
        let (_, made) = slack.make("elsewhere", "second", Some(OTHER)).await;
        for (id, body) in [
            ("d1", json!({"workspace": "T0ACME0001"})),
            ("d2", json!({"workspace": "T0ACME0001"})),
            (made["id"].as_str().unwrap(), json!({"twoWayComments": true})),
        ] {
            assert_eq!(slack.world.rest("PATCH", &format!("/destinations/{id}"), body).await.0, 200);
        }
        slack.world.produce("a1", json!({}));
        slack.world.quiet().await;
        slack
    }

    fn button(&self, user: &str, channel: &str, ts: &str, action: &str) -> sim::Callback {
        let act = sim::Act {
            user: user.to_owned(),
            channel: channel.to_owned(),
            message_ts: ts.to_owned(),
            action_id: action.to_owned(),
            unchecked: true,
            ..sim::Act::default()
        };
        self.other.prepare_act(&act).unwrap()
    }

    /// Linus asks somebody in the other workspace.
    async fn ask_there(&mut self) {
        self.begin_asking_there().await;
        self.world.quiet().await;
    }

    async fn begin_asking_there(&mut self) {
        let ts = self.other.messages(SECOND).unwrap()[0].ts.clone();
        let click = self.button(LINUS, SECOND, &ts, ACTION_BOOMERANG);
        assert_eq!(self.world.hand(&click).await.status(), 200);
        let view = self.other.views(LINUS).pop().expect("a modal is open in the other workspace");
        let values = json!({RECIPIENT_BLOCK: {"user": NOBODY}, QUESTION_BLOCK: {"text": QUESTION}});
        let submission = serde_json::from_value(json!({"user": LINUS, "values": values})).unwrap();
        let submitted = self.other.prepare_submit(view["id"].as_str().unwrap(), &submission).unwrap();
        assert_eq!(self.world.hand(&submitted).await.status(), 200);
    }

    fn direct_message(&self) -> (String, sim::Message) {
        let conversation = self.other.im_with(NOBODY).expect("the question was asked in the other workspace");
        let mut messages = self.other.messages(&conversation).unwrap();
        assert_eq!(messages.len(), 1);
        (conversation, messages.remove(0))
    }
}

#[tokio::test]
async fn a_boomerang_is_asked_and_answered_in_the_workspace_in_which_it_was_sent() {
    let mut slack = Installing::with_alert().await;
    slack.ask_there().await;
    assert_eq!(slack.world.boomerang().await.workspace.as_deref(), Some(OTHER));
    assert_eq!(slack.world.slack.im_with(NOBODY), None, "the same person id in the first workspace is somebody else");
    let (conversation, message) = slack.direct_message();
    assert!(message.text.contains("Was that you"), "{}", message.text);

    // Two answers at once: the first counts, and who gave the second is told by the same workspace's bot.
    let confirm = slack.button(NOBODY, &conversation, &message.ts, CONFIRM);
    let report = slack.button(NOBODY, &conversation, &message.ts, REPORT);
    slack.world.hand(&confirm).await;
    slack.world.hand(&report).await;
    slack.world.quiet().await;
    let end = slack.world.boomerang().await.end;
    assert!(matches!(end, Some(End::Answered { verdict: Verdict::Confirmed, .. })), "{end:?}");
    assert_eq!(slack.other.ephemerals(NOBODY).len(), 1);
    assert!(slack.world.slack.ephemerals(NOBODY).is_empty());
    assert!(!crate::boomerangs::has_controls(&slack.direct_message().1), "it shows that it was answered");
}

#[tokio::test]
async fn who_has_the_askers_id_in_another_workspace_cannot_cancel() {
    let mut slack = Installing::with_alert().await;
    slack.world.ask(LINUS, NOBODY).await;
    let reply = slack.other.messages(SECOND).unwrap()[0].thread[0].ts.clone();
    // There they are a guest, who may not manage alerts.
    slack.other.patch_user(LINUS, &json!({"is_restricted": true})).unwrap();
    let click = slack.button(LINUS, SECOND, &reply, CANCEL);
    slack.world.hand(&click).await;
    slack.world.quiet().await;
    assert!(slack.world.boomerang().await.is_open());
    assert_eq!(slack.other.ephemerals(LINUS).len(), 1);
}

#[tokio::test]
async fn a_boomerang_of_an_installation_that_is_gone_is_waited_for_a_day() {
    for sent in [true, false] {
        let mut slack = Installing::with_alert().await;
        if !sent {
            slack.other.set_faults(vec![sim::Fault::new("chat.postMessage", sim::FaultKind::Http500)], 1).unwrap();
        }
        slack.begin_asking_there().await;
        slack.world.step_fanout().await;
        let mut secret = slack.world.slack_secret();
        secret["installations"].as_array_mut().unwrap().retain(|one| one["team_id"] != OTHER);
        slack.world.swap_slack_secret(&secret.to_string());
        slack.world.secrets_are_read_anew().await;
        let elsewhere = slack.world.record("a1").await.alert.routing.to;
        let elsewhere = elsewhere.iter().find(|id| !["d1", "d2"].contains(&id.as_str())).unwrap();
        assert_eq!(slack.world.rest("DELETE", &format!("/destinations/{elsewhere}"), Value::Null).await.0, 204);
        let reply = slack.world.message(ONE).thread[0].ts.clone();
        if sent {
            slack.world.press(LINUS, ONE, &reply, CANCEL).await;
        }
        for hours in [13, 12, 12] {
            slack.world.advance(Duration::from_secs(hours * 3600));
            slack.world.sweep().await;
            slack.world.step_fanout().await;
            if hours == 13 {
                assert!(slack.world.record("a1").await.direct_messages[0].message.failing_since.is_some());
            }
        }
        slack.world.quiet().await;
        let boomerang = slack.world.boomerang().await;
        match boomerang.end {
            Some(End::Cancelled { .. }) if sent => {}
            Some(End::Undelivered { why }) if !sent => assert!(why.contains("not installed any more"), "{why}"),
            end => panic!("{end:?}"),
        }
    }
}

#[tokio::test]
async fn what_somebody_writes_stands_under_the_name_that_they_have_in_their_workspace() {
    let mut slack = Installing::with_alert().await;
    slack.other.patch_user(LINUS, &json!({"real_name": "Somebody Else", "email": "else@other.example"})).unwrap();
    let there = slack.other.messages(SECOND).unwrap()[0].ts.clone();
    let here = slack.world.message(ONE).ts;
    let said = |channel: &str, thread: &str, ts: &str, text: &str| {
        json!({"type": "message", "channel": channel, "user": LINUS, "ts": ts, "event_ts": ts, "thread_ts": thread,
            "text": text})
    };
    let written = [
        (said(ONE, &here, "1795250100.000100", "first"), "T0ACME0001"),
        (said(SECOND, &there, "1795250101.000100", "second"), OTHER),
        (said(SECOND, &there, "1795250102.000100", "third"), "T0NOBODY01"),
    ];
    for (event, team) in written {
        assert_eq!(slack.world.event(event, json!({"team_id": team})).await, 200);
        slack.world.quiet().await;
    }
    let names = slack.world.comments("a1").await;
    let expected = [("Linus", "first"), ("Somebody Else (Slack)", "second")];
    assert_eq!(names, expected.map(|(name, body)| (name.to_owned(), body.to_owned())), "nobody's says nothing");
}

#[tokio::test]
async fn a_comment_is_edited_and_deleted_though_its_channel_got_another_id() {
    let mut world = crate::boomerangs::with_alert(json!({})).await;
    let ts = world.write(LINUS, ONE, "before").await;
    world.quiet().await;
    let thread = world.message(ONE).ts;
    let moved = json!({"type": "channel_id_changed", "old_channel_id": ONE, "new_channel_id": "C0MOVED001"});
    assert_eq!(world.event(moved, Value::Null).await, 200);
    let mut slack = world.slack.world();
    slack.channels.iter_mut().find(|channel| channel.id == ONE).unwrap().id = "C0MOVED001".to_owned();
    let old = slack.past.messages.remove(ONE).unwrap_or_default();
    slack.past.messages.insert("C0MOVED001".to_owned(), old);
    world.slack.reset(slack).unwrap();
    world.quiet().await;
    let message = |text: &str| {
        json!({"type": "message", "user": LINUS, "ts": ts, "thread_ts": thread, "parent_user_id": crate::world::BOT,
            "text": text})
    };
    let mut after = message("after");
    after["edited"] = json!({"user": LINUS, "ts": "1795250200.000000"});
    let edited = json!({"type": "message", "subtype": "message_changed", "channel": "C0MOVED001",
        "ts": "1795250200.000200", "event_ts": "1795250200.000200", "message": after,
        "previous_message": message("before")});
    assert_eq!(world.event(edited, Value::Null).await, 200);
    world.quiet().await;
    assert_eq!(world.comments("a1").await, [("Linus".to_owned(), "after".to_owned())]);
    let deleted = json!({"type": "message", "subtype": "message_deleted", "channel": "C0MOVED001", "deleted_ts": ts,
        "ts": "1795250300.000200", "event_ts": "1795250300.000200", "previous_message": message("after")});
    assert_eq!(world.event(deleted, Value::Null).await, 200);
    world.quiet().await;
    let history = world.record("a1").await.activities;
    assert!(matches!(history.last().unwrap().kind, ActivityKind::CommentDeleted { .. }), "{history:?}");
}
