//! Status and assignee: queued first, then done, and read back.

use crate::aws::Fault;
use crate::world::World;
use alert::ChangeMessage;
use serde_json::{Value, json};

fn messages(world: &World) -> Vec<ChangeMessage> {
    world.aws.sent().iter().map(|sent| serde_json::from_str(&sent.body).unwrap()).collect()
}

fn kinds(alert: &Value) -> Vec<&str> {
    alert["activity"].as_array().unwrap().iter().map(|activity| activity["kind"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_client_reads_its_own_change_and_it_is_on_the_queue_in_its_alerts_group() {
    let world = World::new().await;
    world.alert("a", json!({}), &[]).await;
    let linus = world.user("Linus Torvalds").await;
    let body = json!({"status": "RESOLVED", "comment": "was me", "assignee": linus});
    assert_eq!(world.patch("/alerts/a", body).await.status, 204);
    let alert = world.get("/alerts/a").await.json;
    assert_eq!(alert["status"], "RESOLVED");
    assert_eq!(alert["assignee"], json!({"id": linus, "type": "user", "name": "Linus Torvalds"}));
    assert_eq!(alert["updatedBy"], json!({"id": "first-admin-key", "type": "api-token", "name": "First admin key"}));
    assert_eq!(kinds(&alert), ["CREATED", "STATUS_CHANGED", "ASSIGNED"]);
    assert_eq!(alert["activity"][1]["comment"], "was me");
    assert!(!alert.to_string().contains("@acme.example"), "an email is shown");
    let sent = world.aws.sent();
    for (sent, message) in sent.iter().zip(messages(&world)) {
        let ChangeMessage::Change(change) = message else { panic!("no change") };
        assert_eq!((sent.queue.as_str(), sent.group.as_deref()), ("changes.fifo", Some("a")));
        assert_eq!(sent.deduplication.as_deref(), Some(change.id.as_str()));
        let shown: Vec<_> = alert["activity"].as_array().unwrap().iter().map(|a| &a["changeId"]).collect();
        assert!(shown.contains(&&json!(change.id)));
    }
    assert_eq!(sent.len(), 2);
    assert_eq!(world.patch("/alerts/a", json!({"assignee": null})).await.status, 204);
    assert_eq!(world.get("/alerts/a").await.json["assignee"], Value::Null);
}

#[tokio::test]
async fn what_the_queue_does_not_take_is_not_done() {
    let world = World::new().await;
    world.alert("a", json!({}), &[]).await;
    world.aws.fail("SendMessage", Fault::Broken);
    assert_eq!(world.patch("/alerts/a", json!({"status": "CLOSED"})).await.status, 503);
    let comment = json!({"alertId": "a", "body": "x"});
    assert_eq!(world.post("/alert-comments", comment).await.status, 503);
    assert_eq!(world.seq("a").await, 1);
    assert_eq!(world.aws.calls("TransactWriteItems"), 0);
}

#[tokio::test]
async fn what_is_queued_is_accepted_even_if_it_cannot_be_done_here() {
    let world = World::new().await;
    world.alert("a", json!({}), &[]).await;
    world.get("/users").await;
    world.aws.fail("TransactWriteItems", Fault::Broken);
    assert_eq!(world.patch("/alerts/a", json!({"status": "CLOSED"})).await.status, 204);
    let comment = world.post("/alert-comments", json!({"alertId": "a", "body": "x"})).await;
    assert_eq!((comment.status.as_u16(), comment.text("/body")), (200, "x"));
    assert_eq!(world.seq("a").await, 1);
    world.aws.heal();
    for message in messages(&world) {
        let ChangeMessage::Change(change) = message else { panic!("no change") };
        world.store.apply_change(&change, change.at).await.unwrap();
    }
    assert_eq!(world.get("/alerts/a").await.json["status"], "CLOSED");
    let path = format!("/alert-comments/{}", comment.text("/id"));
    assert_eq!(world.get(&path).await.json, comment.json);
}

#[tokio::test]
async fn many_alerts_are_changed_at_once_or_none_if_one_is_unknown() {
    let world = World::new().await;
    let ids: Vec<String> = (0..40).map(|n| format!("a{n}")).collect();
    for id in &ids {
        world.alert(id, json!({}), &[]).await;
    }
    let with_unknown: Vec<_> = ids.iter().map(String::as_str).chain(["unknown"]).collect();
    let refused = world.patch("/alerts", json!({"ids": with_unknown, "status": "TRIAGED"})).await;
    assert_eq!(refused.status, 404);
    assert!(refused.text("/detail").contains("\"unknown\""));
    assert!(world.aws.sent().is_empty());
    let twice: Vec<_> = ids.iter().chain(&ids).collect();
    assert_eq!(world.patch("/alerts", json!({"ids": twice, "status": "TRIAGED"})).await.status, 204);
    assert_eq!(world.aws.sent().len(), ids.len());
    assert_eq!(world.get("/alerts?status=TRIAGED&limit=50").await.each("id").len(), ids.len());
}

#[tokio::test]
async fn a_request_that_was_half_queued_is_safe_to_send_again() {
    let world = World::new().await;
    for id in ["a", "b", "c"] {
        world.alert(id, json!({}), &[]).await;
    }
    let body = json!({"ids": ["a", "b", "c"], "status": "RESOLVED", "comment": "done"});
    let send = || world.ask("PATCH", "/alerts").json(&body).header("Idempotency-Key", "once").answer();
    world.aws.fail_after(2, "SendMessage", Fault::Throttled);
    assert_eq!(send().await.status, 429);
    world.aws.heal();
    assert_eq!(send().await.status, 204);
    for message in messages(&world) {
        let ChangeMessage::Change(change) = message else { panic!("no change") };
        world.store.apply_change(&change, change.at).await.unwrap();
    }
    for id in ["a", "b", "c"] {
        assert_eq!(world.seq(id).await, 2, "{id}");
    }
}

#[tokio::test]
async fn an_idempotency_key_makes_the_same_request_have_one_effect() {
    let world = World::new().await;
    world.alert("a", json!({}), &[]).await;
    let other = world.key(&["ManageAlerts"]).await;
    let resolve = json!({"status": "RESOLVED", "comment": "done"});
    let send = |body: &Value| world.ask("PATCH", "/alerts/a").json(body).header("Idempotency-Key", "k1").answer();
    assert_eq!(send(&resolve).await.status, 204);
    assert_eq!(world.patch("/alerts/a", json!({"status": "OPEN"})).await.status, 204);
    assert_eq!(send(&resolve).await.status, 204);
    assert_eq!(world.get("/alerts/a").await.json["status"], "OPEN", "a repetition had an effect");
    // Something else, or somebody else, is no repetition.
    assert_eq!(send(&json!({"status": "TRIAGED"})).await.status, 204);
    assert_eq!(world.get("/alerts/a").await.json["status"], "TRIAGED");
    let by_other = world.ask_as(&other, "PATCH", "/alerts/a").json(&resolve).header("Idempotency-Key", "k1");
    assert_eq!(by_other.answer().await.status, 204);
    assert_eq!(world.get("/alerts/a").await.json["status"], "RESOLVED");
    assert_eq!(world.seq("a").await, 5);
}

#[tokio::test]
async fn a_change_to_what_already_is_leaves_no_trace() {
    let world = World::new().await;
    world.alert("a", json!({}), &[]).await;
    assert_eq!(world.patch("/alerts/a", json!({"status": "OPEN", "assignee": null})).await.status, 204);
    assert_eq!(world.seq("a").await, 1);
}
