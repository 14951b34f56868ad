//! The deployed functions die, Slack's answers get lost, and channels are limited: the schedule makes it good.

use crate::stack::{ANALYST, Corner, Share, Stack, eventually};
use reqwest::Method;
use serde_json::{Value, json};
use std::process::Command;

/// One test for all of them, so that each waits for the same sweeps.
#[tokio::test]
async fn killed_lost_and_limited_posts_all_end_as_one_message() {
    let corner = Corner::with(Share::alone().await, "faults", &[json!({}), json!({})]).await;
    let [first, second] = [&corner.channels[0], &corner.channels[1]];

    // Slack posts, and alert-dispatch is killed before it learns of it.
    let faults = json!({"faults": [{"method": "chat.postMessage", "channel": first, "kind": "hang", "times": 1}]});
    corner.stack.control(Method::PUT, "faults", faults).await;
    corner.stack.rest(Method::POST, "/alerts", corner.new_alert("killed", json!({}))).await;
    eventually("the post hangs", || async {
        let faults = corner.stack.control(Method::GET, "faults", Value::Null).await;
        faults["faults"][0]["fired"] == 1
    })
    .await;
    kill(&corner.stack, "alert-dispatch");

    // Slack posts, and its answer is lost; and a rate limit on one channel.
    let faults = json!({"faults": [
        {"method": "chat.postMessage", "channel": first, "kind": "lost_answer", "times": 1},
        {"method": "chat.postMessage", "channel": second, "kind": "ratelimited", "retry_after": 3, "times": 1},
    ]});
    corner.stack.control(Method::PUT, "faults", faults).await;
    corner.stack.rest(Method::POST, "/alerts", corner.new_alert("lost", json!({}))).await;

    for suffix in ["killed", "lost"] {
        let id = corner.id(suffix);
        for n in [0, 1] {
            corner.delivery(&id, n, "DELIVERED").await;
            corner.message(&corner.channels[n], &id).await;
        }
    }
    corner.stack.control(Method::DELETE, "faults", Value::Null).await;
    let (id, other) = (corner.id("killed"), corner.id("lost"));
    corner.act(ANALYST, second, &id, "status", "TRIAGED").await;
    corner.says(first, &id, "Triaged", 1).await;
    corner.act(ANALYST, second, &other, "status", "CLOSED").await;
    corner.says(first, &other, "Invalid", 1).await;
}

/// Kills the processes of a function of this stack, as a crash would: no warning.
fn kill(stack: &Stack, function: &str) {
    let endpoint = format!("AWS_ENDPOINT_URL={}", stack.text("aws_endpoint_url"));
    let mut killed = 0;
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let Ok(environment) = std::fs::read(entry.path().join("environ")) else { continue };
        let variables: Vec<_> = environment.split(|byte| *byte == 0).map(String::from_utf8_lossy).collect();
        let name = |variable: &str| variable.starts_with("AWS_LAMBDA_FUNCTION_NAME=") && variable.contains(function);
        if variables.iter().any(|v| name(v)) && variables.iter().any(|v| *v == endpoint) {
            let pid = entry.file_name().into_string().unwrap();
            assert!(Command::new("kill").args(["-9", &pid]).status().unwrap().success());
            killed += 1;
        }
    }
    assert!(killed > 0, "no process of {function} was found");
}
