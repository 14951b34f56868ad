//! What waits for somebody is shown in the app's Home tab when they open it.

use crate::stack::{ANALYST, Corner, LEAD, eventually};
use reqwest::Method;
use serde_json::{Value, json};

/// Of the people of the local world, one who is no registered user.
const EMPLOYEE: &str = "employee";

/// What somebody's Home shows after they opened it, once it says `text` or does not.
async fn shows(corner: &Corner, role: &str, text: &str, yes: bool) -> String {
    let stack = &corner.stack;
    let user = stack.slack_id(role);
    stack.control(Method::POST, "home/open", json!({"user": user})).await;
    let read = || async {
        let home = stack.control(Method::GET, &format!("home?user={user}"), Value::Null).await;
        (!home["view"].is_null()).then(|| home["view"]["blocks"].to_string())
    };
    let says = || async { read().await.is_some_and(|home| home.contains(text) == yes) };
    eventually(&format!("the Home of {role} says {text}: {yes}"), says).await;
    read().await.unwrap()
}

#[tokio::test]
async fn an_alert_waits_in_its_assignees_home_until_it_is_resolved() {
    let corner = Corner::new("home", &[json!({})]).await;
    let stack = &corner.stack;
    // The most severe of all that this stack has been sent, so that it is among those that are shown.
    let id = corner.shown("a", json!({"severity": "CRITICAL"})).await;
    let title = format!("Alert {id}");
    shows(&corner, ANALYST, &title, true).await;
    stack.rest(Method::PATCH, &format!("/alerts/{id}"), json!({"assignee": stack.person(ANALYST)["id"]})).await;
    eventually("it is assigned", || async { stack.alert(&id).await["assignee"]["id"] == stack.person(ANALYST)["id"] })
        .await;
    let home = shows(&corner, ANALYST, &title, true).await;
    let message = corner.message(&corner.channels[0], &id).await;
    let place = format!("archives/{}/p{}", corner.channels[0], message["ts"].as_str().unwrap().replace('.', ""));
    assert!(home.contains(&place), "{home}");
    shows(&corner, LEAD, &title, false).await;
    stack.rest(Method::PATCH, &format!("/alerts/{id}"), json!({"status": "RESOLVED"})).await;
    shows(&corner, ANALYST, &title, false).await;
}

#[tokio::test]
async fn whoever_is_not_registered_sees_whom_to_ask_and_no_alert() {
    let corner = Corner::new("homeless", &[json!({})]).await;
    let id = corner.shown("a", json!({"severity": "CRITICAL"})).await;
    let home = shows(&corner, EMPLOYEE, "Ask someone who may manage users", true).await;
    assert!(!home.contains(&id) && !home.contains("archives"), "{home}");
}
