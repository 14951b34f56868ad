//! People work on an alert, and every copy agrees.

use crate::stack::{ANALYST, Corner, LEAD, eventually};
use futures::future::join;
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn a_status_chosen_in_one_channel_shows_in_the_other_the_api_and_the_history() {
    let corner = Corner::new("status", &[json!({}), json!({})]).await;
    let id = corner.shown("a", json!({})).await;
    let acted = corner.act(ANALYST, &corner.channels[0], &id, "status", "TRIAGED").await;
    assert_eq!((&acted["status"], &acted["shown_error"]), (&json!(200), &json!(false)), "{acted}");
    for channel in &corner.channels {
        corner.says(channel, &id, "Triaged", 1).await;
    }
    let alert = corner.stack.alert(&id).await;
    assert_eq!(alert["status"], "TRIAGED");
    let activity = alert["activity"].as_array().unwrap();
    assert_eq!(activity.len(), 2, "{alert}");
    assert_eq!(activity[1]["actor"]["id"], corner.stack.person(ANALYST)["id"]);
}

#[tokio::test]
async fn resolving_asks_for_a_comment_that_reaches_every_copy() {
    let corner = Corner::new("resolve", &[json!({}), json!({})]).await;
    let id = corner.shown("a", json!({})).await;
    corner.act(LEAD, &corner.channels[0], &id, "status", "RESOLVED").await;
    let user = corner.stack.slack_id(LEAD);
    let views = corner.stack.control(Method::GET, &format!("views?user={user}"), Value::Null).await;
    let views = views["views"].as_array().unwrap();
    let view = views.iter().rfind(|view| view["private_metadata"].as_str().unwrap().contains(&id)).unwrap();
    let values = json!({slack::control::COMMENT_BLOCK: {slack::control::COMMENT_ACTION: "A drill, not a break-in."}});
    let path = format!("views/{}/submit", view["id"].as_str().unwrap());
    let submitted = corner.stack.control(Method::POST, &path, json!({"user": user, "values": values})).await;
    assert_eq!(submitted["shown_error"], false, "{submitted}");
    for channel in &corner.channels {
        corner.says(channel, &id, "Resolved", 1).await;
        let message = corner.message(channel, &id).await;
        assert!(message["thread"][0]["text"].as_str().unwrap().contains("A drill"), "{message}");
    }
    let comments = corner.stack.rest(Method::GET, &format!("/alert-comments?alert-id={id}"), Value::Null).await.1;
    assert_eq!(comments["results"][0]["body"], "A drill, not a break-in.");
}

#[tokio::test]
async fn assigning_offers_the_registered_people_and_shows_everywhere() {
    let corner = Corner::new("assign", &[json!({}), json!({})]).await;
    let id = corner.shown("a", json!({})).await;
    let message = corner.message(&corner.channels[0], &id).await;
    let query = json!({
        "user": corner.stack.slack_id(ANALYST), "channel": corner.channels[0], "message_ts": message["ts"],
        "action_id": "assign", "value": "",
    });
    let offered = corner.stack.control(Method::POST, "options", query).await.to_string();
    let lead = corner.stack.person(LEAD);
    let (lead_id, lead_name) = (lead["id"].as_str().unwrap(), lead["name"].as_str().unwrap());
    assert!(offered.contains(lead_id), "{offered}");
    corner.act(ANALYST, &corner.channels[0], &id, "assign", lead_id).await;
    for channel in &corner.channels {
        corner.says(channel, &id, lead_name, 1).await;
    }
    assert_eq!(corner.stack.alert(&id).await["assignee"]["id"], lead_id);
}

#[tokio::test]
async fn an_api_change_is_read_back_at_once_and_shows_only_where_the_switch_is_on() {
    let corner = Corner::new("toggle", &[json!({}), json!({"twoWayStatus": false})]).await;
    let id = corner.shown("a", json!({})).await;
    let path = format!("/alerts/{id}");
    let patch = |body: Value| corner.stack.rest(Method::PATCH, &path, body);
    assert_eq!(patch(json!({"status": "TRIAGED"})).await.0, 204);
    assert_eq!(corner.stack.alert(&id).await["status"], "TRIAGED");
    corner.says(&corner.channels[0], &id, "Triaged", 1).await;
    // Its copy is dealt with (it counts as synced) and yet untouched.
    eventually("the quiet copy is dealt with", || async {
        let alert = corner.stack.alert(&id).await;
        alert["deliveries"].as_array().unwrap().iter().all(|delivery| delivery["syncedSeq"] == 2)
    })
    .await;
    let quiet = corner.message(&corner.channels[1], &id).await;
    assert!(quiet["text"].as_str().unwrap().contains("Open") && quiet["edited"].is_null(), "{quiet}");
    let lead = corner.stack.person(LEAD)["id"].clone();
    assert_eq!(patch(json!({"assignee": lead})).await.0, 204);
    corner.says(&corner.channels[1], &id, "Triaged", 1).await;
}

#[tokio::test]
async fn two_people_click_different_statuses_in_two_channels_at_once_and_the_loser_is_told() {
    let corner = Corner::new("race", &[json!({}), json!({})]).await;
    let id = corner.shown("a", json!({})).await;
    join(
        corner.act(ANALYST, &corner.channels[0], &id, "status", "TRIAGED"),
        corner.act(LEAD, &corner.channels[1], &id, "status", "CLOSED"),
    )
    .await;
    eventually("somebody has won", || async { corner.stack.alert(&id).await["seq"] == 2 }).await;
    let winner = corner.stack.alert(&id).await["status"].as_str().unwrap().to_owned();
    let (label, loser, channel) = if winner == "TRIAGED" {
        ("Triaged", LEAD, &corner.channels[1])
    } else {
        ("Invalid", ANALYST, &corner.channels[0])
    };
    for channel in &corner.channels {
        corner.says(channel, &id, label, 1).await;
    }
    let user = corner.stack.slack_id(loser);
    eventually("the loser is told", || async {
        let told = corner.stack.ephemerals(&user).await;
        told.iter().any(|told| told["channel"] == **channel && told["text"].as_str().unwrap().contains("before you"))
    })
    .await;
    assert_eq!(corner.stack.alert(&id).await["seq"], 2);
}

#[tokio::test]
async fn a_click_that_comes_again_has_one_effect() {
    let corner = Corner::new("replay", &[json!({})]).await;
    let id = corner.shown("a", json!({})).await;
    let first = corner.act(ANALYST, &corner.channels[0], &id, "status", "TRIAGED").await;
    corner.says(&corner.channels[0], &id, "Triaged", 1).await;
    corner.act(ANALYST, &corner.channels[0], &id, "status", "CLOSED").await;
    corner.says(&corner.channels[0], &id, "Invalid", 2).await;
    for fresh_signature in [false, true] {
        let replay = json!({"wire_id": first["wire_id"], "fresh_signature": fresh_signature});
        let again = corner.stack.control(Method::POST, "replay", replay).await;
        assert_eq!(again["status"], 200, "{again}");
    }
    // A later change shows that what came before it is dealt with.
    corner.act(LEAD, &corner.channels[0], &id, "status", "OPEN").await;
    corner.says(&corner.channels[0], &id, "Open", 3).await;
    assert_eq!(corner.stack.alert(&id).await["seq"], 4);
}
