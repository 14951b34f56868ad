//! What people write in an alert's threads, through Slack's own events.

use crate::stack::{ANALYST, Corner, eventually};
use reqwest::Method;
use serde_json::{Value, json};

impl Corner {
    /// Somebody writes in the thread of an alert's message; the reply's ts.
    async fn write(&self, role: &str, channel: &str, id: &str, text: &str) -> String {
        let thread = self.message(channel, id).await["ts"].clone();
        let reply = json!({"user": self.stack.slack_id(role), "channel": channel, "text": text, "thread_ts": thread});
        self.stack.control(Method::POST, "messages", reply).await["ts"].as_str().unwrap().to_owned()
    }

    /// What our bot says in the thread of an alert's message.
    async fn replies(&self, channel: &str, id: &str) -> Vec<String> {
        let message = self.message(channel, id).await;
        let thread = message["thread"].as_array().cloned().unwrap_or_default();
        let ours = thread.iter().filter(|reply| reply["bot_id"].is_string());
        ours.map(|reply| reply["text"].as_str().unwrap().to_owned()).collect()
    }

    async fn comments(&self, id: &str) -> Vec<Value> {
        let path = format!("/alert-comments?alert-id={id}");
        self.stack.rest(Method::GET, &path, Value::Null).await.1["results"].as_array().unwrap().clone()
    }
}

#[tokio::test]
async fn what_is_written_in_one_channels_thread_is_a_comment_and_shows_in_the_others_that_want_it() {
    let corner = Corner::new("comments", &[json!({}), json!({}), json!({"twoWayComments": false})]).await;
    let [here, there, quiet] = <[String; 3]>::try_from(corner.channels.clone()).unwrap();
    let id = corner.shown("a", json!({})).await;
    let name = corner.stack.person(ANALYST)["name"].as_str().unwrap().to_owned();

    let ts = corner.write(ANALYST, &here, &id, "It was Robin").await;
    let first = vec![format!("{name} commented: It was Robin")];
    eventually("the other channel shows it", || async { corner.replies(&there, &id).await == first }).await;
    let path = format!("channels/{here}/messages/{ts}");
    let edit = json!({"user": corner.stack.slack_id(ANALYST), "text": "It was Sam"});
    corner.stack.control(Method::PATCH, &path, edit).await;
    let edited = vec![format!("{name} commented: It was Sam")];
    eventually("the other channel shows the edit", || async { corner.replies(&there, &id).await == edited }).await;
    corner.stack.control(Method::DELETE, &path, Value::Null).await;

    // Somebody who is not registered, where comments are synced, and where they are not.
    corner.write("employee", &quiet, &id, "unheard").await;
    corner.write("employee", &there, &id, "And Max").await;
    eventually("this channel shows it", || async { corner.replies(&here, &id).await.len() == 1 }).await;
    eventually("the deletion is in the history", || async {
        let alert = corner.stack.alert(&id).await;
        alert["activity"].as_array().unwrap().iter().any(|activity| activity["kind"] == "COMMENT_DELETED")
    })
    .await;
    assert!(corner.replies(&here, &id).await[0].ends_with("(Slack) commented: And Max"));
    assert_eq!(corner.replies(&there, &id).await, edited, "no echo, and what is deleted elsewhere stays");
    let none: [&str; 0] = [];
    assert_eq!(corner.replies(&quiet, &id).await, none);
    let comments = corner.comments(&id).await;
    let bodies: Vec<&str> = comments.iter().map(|comment| comment["body"].as_str().unwrap()).collect();
    assert_eq!(bodies, ["It was Sam", "And Max"]);
    assert_eq!(comments[0]["createdBy"]["id"], corner.stack.person(ANALYST)["id"]);
    assert_eq!(comments[1]["createdBy"]["id"], "system");
    assert!(comments[0]["editedAt"].is_string());
}
