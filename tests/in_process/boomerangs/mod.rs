//! Boomerangs, from the click on an alert's message to the answer in its threads.

mod answering;
mod crashes;
mod reminders;
mod unreachable;

use crate::world::{LINUS, NOBODY, ONE, World};
use alert::boomerang::{self, Boomerang};
use http::Response;
use serde_json::{Value, json};
use slack::control::{ACTION_ANSWER, ACTION_BOOMERANG, QUESTION_BLOCK, RECIPIENT_BLOCK, SHARE_BLOCK, SHARED};
use slack_simulator as sim;

pub(crate) const CONFIRM: &str = slack::control::ACTION_CONFIRM;
pub(crate) const REPORT: &str = slack::control::ACTION_REPORT;
pub(crate) const CANCEL: &str = slack::control::ACTION_CANCEL;

pub(crate) const QUESTION: &str = "Was that you, <@U1>? *Really*?";

impl World {
    /// A click on a button of a message.
    pub(crate) fn button(&self, user: &str, channel: &str, ts: &str, action: &str) -> sim::Callback {
        let act = sim::Act {
            user: user.to_owned(),
            channel: channel.to_owned(),
            message_ts: ts.to_owned(),
            action_id: action.to_owned(),
            ..sim::Act::default()
        };
        self.slack.prepare_act(&act).unwrap()
    }

    pub(crate) async fn press(&mut self, user: &str, channel: &str, ts: &str, action: &str) -> Response<String> {
        let callback = self.button(user, channel, ts, action);
        self.hand(&callback).await
    }

    /// Somebody clicks Boomerang on the message in a channel; the modal's id.
    pub(crate) async fn open_boomerang(&mut self, user: &str, channel: &str) -> String {
        let ts = self.message(channel).ts;
        assert_eq!(self.press(user, channel, &ts, ACTION_BOOMERANG).await.status(), 200);
        let view = self.slack.views(user).pop().expect("a modal is open");
        view["id"].as_str().unwrap().to_owned()
    }

    /// The modal is filled in and submitted.
    pub(crate) fn submission(&self, user: &str, view: &str, recipient: &str, share: bool) -> sim::Callback {
        let mut values = json!({RECIPIENT_BLOCK: {"user": recipient}, QUESTION_BLOCK: {"text": QUESTION}});
        if share {
            values[SHARE_BLOCK] = json!({"event": [SHARED]});
        }
        let submission = serde_json::from_value(json!({"user": user, "values": values})).unwrap();
        self.slack.prepare_submit(view, &submission).unwrap()
    }

    /// Somebody asks somebody, up to the answer to the submission.
    pub(crate) async fn submit_boomerang(&mut self, user: &str, recipient: &str, share: bool) -> Response<String> {
        let view = self.open_boomerang(user, ONE).await;
        let callback = self.submission(user, &view, recipient, share);
        self.hand(&callback).await
    }

    /// The same, and it arrives.
    pub(crate) async fn ask(&mut self, user: &str, recipient: &str) {
        let answer = self.submit_boomerang(user, recipient, false).await;
        assert_eq!((answer.status().as_u16(), answer.body().as_str()), (200, ""));
        self.quiet().await;
    }

    /// What somebody and the bot have written to each other.
    pub(crate) fn direct_messages(&self, user: &str) -> Vec<sim::Message> {
        self.slack.im_with(user).map_or_else(Vec::new, |conversation| self.messages(&conversation))
    }

    /// The one direct message of somebody, beside reminders, and where it is.
    pub(crate) fn direct_message(&self, user: &str) -> (String, sim::Message) {
        let mut messages = self.direct_messages(user);
        messages.retain(|message| message.thread_ts.is_none());
        assert_eq!(messages.len(), 1, "{messages:?}");
        (self.slack.im_with(user).unwrap(), messages.remove(0))
    }

    /// The recipient writes an answer, maybe, and clicks a button of their only direct message.
    pub(crate) fn answer(&self, user: &str, button: &str, text: Option<&str>) -> sim::Callback {
        let (conversation, message) = self.direct_message(user);
        if let Some(text) = text {
            let fill = sim::Fill {
                user: user.to_owned(),
                channel: conversation.clone(),
                message_ts: message.ts.clone(),
                action_id: ACTION_ANSWER.to_owned(),
                value: Some(json!(text)),
                ..sim::Fill::default()
            };
            self.slack.fill(&fill).unwrap();
        }
        self.button(user, &conversation, &message.ts, button)
    }

    /// The replies in an alert's thread, of its only message in a channel.
    pub(crate) fn thread(&self, channel: &str) -> Vec<String> {
        self.message(channel).thread.iter().map(|reply| reply.text.clone()).collect()
    }

    pub(crate) async fn boomerangs(&self) -> Vec<Boomerang> {
        boomerang::all(&self.record("a1").await.activities)
    }

    pub(crate) async fn boomerang(&self) -> Boomerang {
        let mut all = self.boomerangs().await;
        assert_eq!(all.len(), 1);
        all.remove(0)
    }
}

pub(crate) fn has_controls(message: &sim::Message) -> bool {
    message.blocks.iter().any(|block| block["type"] == "actions" || block["type"] == "input")
}

pub(crate) async fn with_alert(more: Value) -> World {
    let mut world = World::new().await;
    world.produce("a1", more);
    world.quiet().await;
    world
}

/// An alert, and a boomerang from Linus to somebody who is no registered user.
pub(crate) async fn asked() -> World {
    let mut world = with_alert(json!({"firstEvent": {"eventName": "ConsoleLogin"}})).await;
    world.ask(LINUS, NOBODY).await;
    world
}
