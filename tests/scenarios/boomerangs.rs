//! Somebody is asked for help, answers in a direct message, and every copy of the alert tells of it.

use crate::stack::{ANALYST, Corner, LEAD, eventually};
use reqwest::Method;
use serde_json::{Value, json};
use slack::control::{
    ACTION_ANSWER, ACTION_BOOMERANG, ACTION_CANCEL, ACTION_REPORT, QUESTION_ACTION, QUESTION_BLOCK, RECIPIENT_ACTION,
    RECIPIENT_BLOCK, SHARE_ACTION, SHARE_BLOCK, SHARED,
};

/// Of the people of the local world, one who is no registered user.
const EMPLOYEE: &str = "employee";

/// Somebody clicks Boomerang in the first channel and asks the employee `question`.
async fn ask(corner: &Corner, id: &str, question: &str) {
    let stack = &corner.stack;
    let (user, channel) = (stack.slack_id(ANALYST), &corner.channels[0]);
    let message = corner.message(channel, id).await;
    let act = json!({"user": user, "channel": channel, "message_ts": message["ts"], "action_id": ACTION_BOOMERANG});
    let clicked = stack.control(Method::POST, "act", act).await;
    assert_eq!(clicked["shown_error"], false, "{clicked}");
    let views = stack.control(Method::GET, &format!("views?user={user}"), Value::Null).await;
    let views = views["views"].as_array().unwrap();
    let view = views.iter().rfind(|view| view["private_metadata"].as_str().unwrap().contains(id)).unwrap();
    let values = json!({
        RECIPIENT_BLOCK: {RECIPIENT_ACTION: stack.slack_id(EMPLOYEE)},
        QUESTION_BLOCK: {QUESTION_ACTION: question},
        SHARE_BLOCK: {SHARE_ACTION: [SHARED]},
    });
    let path = format!("views/{}/submit", view["id"].as_str().unwrap());
    let submitted = stack.control(Method::POST, &path, json!({"user": user, "values": values})).await;
    assert_eq!(submitted["shown_error"], false, "{submitted}");
}

/// The employee's direct message with this question, once it says `text`; with its channel.
async fn direct_message(corner: &Corner, question: &str, text: &str) -> (String, Value) {
    let stack = &corner.stack;
    let user = stack.slack_id(EMPLOYEE);
    let find = || async {
        let im = stack.control(Method::GET, &format!("im?user={user}"), Value::Null).await;
        let channel = im["channel"].as_str()?.to_owned();
        let messages = corner.messages(&channel).await;
        let said = |message: &Value| {
            let words = message["text"].as_str().unwrap_or_default();
            words.contains(question) && words.contains(text)
        };
        messages.into_iter().find(said).map(|message| (channel, message))
    };
    eventually(&format!("the employee reads {text}"), || async { find().await.is_some() }).await;
    find().await.unwrap()
}

#[tokio::test]
async fn a_boomerang_is_asked_answered_and_shown_everywhere_and_opens_the_alert_again() {
    let corner = Corner::new("boomerang", &[json!({}), json!({"twoWayStatus": true})]).await;
    let stack = &corner.stack;
    let id = corner.shown("a", json!({"firstEvent": {"eventName": "ConsoleLogin"}})).await;
    let question = format!("Was that you, in {id}?");
    ask(&corner, &id, &question).await;
    let (conversation, message) = direct_message(&corner, &question, "Your help has been requested!").await;
    assert!(message["blocks"].to_string().contains("ConsoleLogin"), "{message}");
    for channel in &corner.channels {
        corner.says(channel, &id, "Open", 1).await;
    }
    stack.rest(Method::PATCH, &format!("/alerts/{id}"), json!({"status": "RESOLVED"})).await;

    let user = stack.slack_id(EMPLOYEE);
    let place = json!({"user": user, "channel": conversation, "message_ts": message["ts"]});
    let with = |more: Value| {
        let mut place = place.clone();
        place.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        place
    };
    let fill = with(json!({"action_id": ACTION_ANSWER, "value": "No, I was asleep."}));
    stack.control(Method::POST, "fill", fill).await;
    let clicked = stack.control(Method::POST, "act", with(json!({"action_id": ACTION_REPORT}))).await;
    assert_eq!((&clicked["status"], &clicked["shown_error"]), (&json!(200), &json!(false)), "{clicked}");

    direct_message(&corner, &question, "You reported suspicious activity").await;
    eventually("the alert is open again", || async { stack.alert(&id).await["status"] == "OPEN" }).await;
    let alert = stack.alert(&id).await;
    let answered = alert["activity"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&answered["kind"], &answered["verdict"]), (&json!("BOOMERANG_ANSWERED"), &json!("SUSPICIOUS")));
    assert_eq!((&answered["answer"], &answered["reopenedFrom"]), (&json!("No, I was asleep."), &json!("RESOLVED")));
    for channel in &corner.channels {
        eventually(&format!("{channel} tells of the answer"), || async {
            let message = corner.message(channel, &id).await;
            let reply = message["thread"].as_array().and_then(|thread| thread.last()).cloned().unwrap_or_default();
            message["text"].as_str().unwrap().contains("Status: Open")
                && reply["text"].as_str().unwrap_or_default().contains("I was asleep")
        })
        .await;
    }
}

#[tokio::test]
async fn a_boomerang_that_is_cancelled_says_so_to_the_recipient() {
    let corner = Corner::new("cancelled", &[json!({}), json!({})]).await;
    let id = corner.shown("a", json!({"firstEvent": {"eventName": "ConsoleLogin"}})).await;
    let question = format!("Do you know {id}?");
    ask(&corner, &id, &question).await;
    direct_message(&corner, &question, "Your help has been requested!").await;
    corner.says(&corner.channels[1], &id, "Open", 1).await;
    let reply = corner.message(&corner.channels[1], &id).await["thread"][0]["ts"].clone();
    let act = json!({
        "user": corner.stack.slack_id(LEAD), "channel": corner.channels[1], "message_ts": reply,
        "action_id": ACTION_CANCEL,
    });
    corner.stack.control(Method::POST, "act", act).await;
    direct_message(&corner, &question, "cancelled").await;
    for channel in &corner.channels {
        corner.says(channel, &id, "Open", 2).await;
    }
}
