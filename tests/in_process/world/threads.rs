//! What people write in threads, and the events that tell of it.

use super::{BOT, SIGNING_SECRET, World};
use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};
use slack_simulator as sim;

impl World {
    /// A person writes in the thread of a channel's only message; the event is delivered. The reply's ts.
    pub(crate) async fn write(&mut self, user: &str, channel: &str, text: &str) -> String {
        let thread = self.message(channel).ts;
        let ts = self.slack.post_as(user, channel, text, Some(&thread)).unwrap();
        self.deliver_events().await;
        ts
    }

    /// A person changes what they wrote; the event is delivered.
    pub(crate) async fn rewrite(&mut self, user: &str, channel: &str, ts: &str, text: &str) {
        self.advance(std::time::Duration::from_secs(1));
        self.slack.edit_as(user, channel, ts, text).unwrap();
        self.deliver_events().await;
    }

    /// Somebody deletes a message; the event is delivered.
    pub(crate) async fn delete(&mut self, channel: &str, ts: &str) {
        self.slack.delete_message(channel, ts).unwrap();
        self.deliver_events().await;
    }

    /// Hands every event to slack-interactions, our own messages' among them; all are answered with 200.
    pub(crate) async fn deliver_events(&mut self) {
        for event in self.slack.take_events() {
            assert_eq!(self.hand(&event).await.status(), 200, "{}", event.payload());
        }
    }

    /// What our bot says in the thread of a channel's only message.
    pub(crate) fn replies(&self, channel: &str) -> Vec<String> {
        let thread = self.message(channel).thread.into_iter();
        thread.filter(|reply| reply.bot_id.is_some() && !reply.deleted).map(|reply| reply.text).collect()
    }

    /// The comments of an alert as the REST API lists them: who, and what.
    pub(crate) async fn comments(&mut self, id: &str) -> Vec<(String, String)> {
        let (status, page) = self.rest("GET", &format!("/alert-comments?alert-id={id}"), Value::Null).await;
        assert_eq!(status, 200, "{page}");
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let comments = page["results"].as_array().unwrap().iter();
        comments.map(|comment| (text(&comment["createdBy"]["name"]), text(&comment["body"]))).collect()
    }

    /// A message event as Slack sends it, for the `retry`-th time again; the answer's status.
    pub(crate) async fn message_event(&mut self, event: &Value, retry: u32) -> u16 {
        let response = self.interactions.handle(self.event_request(event, retry), self.now()).await;
        self.collect();
        response.status().as_u16()
    }

    pub(crate) fn event_request(&self, event: &Value, retry: u32) -> Request<Bytes> {
        let team = "T0ACME0001";
        let authorization = json!({"team_id": team, "user_id": BOT, "is_bot": true, "is_enterprise_install": false});
        let body = json!({
            "type": "event_callback", "event_id": "Ev1", "team_id": team, "api_app_id": "A0MARGAY01",
            "authorizations": [authorization], "event": event,
        });
        let body = body.to_string();
        let timestamp = self.now().as_second().to_string();
        let mut request = Request::post("/slack/events")
            .header("x-slack-signature", sim::signature(SIGNING_SECRET, &timestamp, body.as_bytes()))
            .header("x-slack-request-timestamp", timestamp);
        if retry > 0 {
            request = request.header("x-slack-retry-num", retry.to_string());
        }
        request.body(Bytes::from(body)).unwrap()
    }
}
