//! Every way in which a request can be wrong, or we can.

use crate::aws::Fault;
use crate::world::World;
use serde_json::{Value, json};

#[tokio::test]
async fn every_wrong_field_is_named_with_its_rule() {
    let world = World::new().await;
    world.alert("a", json!({}), &[]).await;
    let user = format!("/users/{}", world.user("Linus").await);
    let table: &[(&str, &str, Value, &[&str])] = &[
        ("POST", "/alerts", json!({"severity": "BAD", "tags": [1]}), &["title", "severity", "tags[0]"]),
        ("POST", "/alerts", json!([]), &[""]),
        ("PATCH", "/alerts/a", json!({"status": "DONE", "assignee": 1, "x": 1}), &["assignee", "status", "x"]),
        ("PATCH", "/alerts/a", json!({}), &[""]),
        ("PATCH", "/alerts/a", json!({"status": null}), &["status"]),
        ("PATCH", "/alerts/a", json!({"assignee": null, "comment": "why"}), &["comment"]),
        ("PATCH", "/alerts/a", json!({"status": "OPEN", "comment": "x".repeat(10_001)}), &["comment"]),
        ("PATCH", "/alerts/a", json!({"assignee": "nobody"}), &["assignee"]),
        ("PATCH", "/alerts/a", json!({"assignee": "not an id"}), &["assignee"]),
        ("PATCH", "/alerts", json!({"status": "OPEN"}), &["ids"]),
        ("PATCH", "/alerts", json!({"ids": [], "comment": "x"}), &["ids", "comment", ""]),
        ("PATCH", "/alerts", json!({"ids": ["a", "b c", 3], "status": "OPEN"}), &["ids[2]", "ids[1]"]),
        ("PATCH", "/alerts", json!({"ids": vec!["a"; 101], "status": "OPEN"}), &["ids"]),
        ("PUT", "/alerts/a/ai-triage", json!({}), &["summary"]),
        (
            "PUT",
            "/alerts/a/ai-triage",
            json!({"summary": "s", "keyFindings": [1], "verdict": 1}),
            &["keyFindings[0]", "verdict"],
        ),
        (
            "PUT",
            "/alerts/a/ai-triage",
            json!({"summary": "x".repeat(40_001), "link": "javascript:x"}),
            &["summary", "link"],
        ),
        ("POST", "/alert-comments", json!({"format": "HTML"}), &["alertId", "body", "format"]),
        ("POST", "/alert-comments", json!({"alertId": "a b", "body": " ", "html": 1}), &["alertId", "body", "html"]),
        ("POST", "/alert-comments", json!({"alertId": "a", "body": "x".repeat(10_001)}), &["body"]),
        ("POST", "/destinations", json!({"timezone": "Mars"}), &["displayName", "channel", "timezone"]),
        ("POST", "/users", json!({"email": "x", "role": "a"}), &["email", "name", "permissions", "role"]),
        ("PATCH", &user, json!({"email": "x"}), &["email"]),
        ("POST", "/api-keys", json!({"permissions": ["Fly"], "key": "k"}), &["name", "permissions[0]", "key"]),
        ("POST", "/api-keys", json!({"name": "k", "permissions": []}), &["permissions"]),
        ("POST", "/api-keys", json!({"name": "k"}), &["permissions"]),
        ("GET", "/alerts?limit=51&cursor=x&colour=red&sort-dir=up", Value::Null, &["colour", "sort-dir", "limit"]),
        ("GET", "/alerts?cursor=nonsense", Value::Null, &["cursor"]),
        ("GET", "/alerts/a?verbose=1", Value::Null, &["verbose"]),
        ("GET", "/alert-comments?limit=0&x=1", Value::Null, &["x", "alert-id", "limit"]),
        ("GET", "/alert-comments?alert-id=a%20b", Value::Null, &["alert-id"]),
        ("GET", "/alert-comments?alert-id=a&cursor=ISI", Value::Null, &["cursor"]),
        ("GET", "/users?limit=61", Value::Null, &["limit"]),
        ("GET", "/users?cursor=MQ", Value::Null, &["cursor"]),
        ("POST", "/users?dry-run=1", json!({}), &["dry-run"]),
    ];
    for (method, path, body, wrong) in table {
        let asking = world.ask(method, path);
        let asking = if body.is_null() { asking } else { asking.json(body) };
        let answered = asking.answer().await;
        assert_eq!(answered.status, 400, "{method} {path} {body}");
        let mut found = answered.wrong();
        found.dedup();
        let (mut found, mut expected) = (found, wrong.to_vec());
        found.sort_unstable();
        expected.sort_unstable();
        expected.dedup();
        assert_eq!(found, expected, "{method} {path}: {}", answered.json);
        assert_eq!(answered.text("/type"), "urn:margay:problem:invalid-request");
    }
    assert!(world.aws.sent().is_empty(), "a refused request was queued");
}

#[tokio::test]
async fn what_is_not_json_is_refused_and_what_is_undeclared_is_tried() {
    let world = World::new().await;
    let alert = r#"{"title":"t","severity":"LOW"}"#;
    for (content_type, status) in [
        ("application/json", 202),
        ("Application/JSON; charset=utf-8", 202),
        ("application/x-www-form-urlencoded", 415),
        ("text/plain", 415),
    ] {
        let answered = world.ask("POST", "/alerts").body(alert).header("Content-Type", content_type).answer().await;
        assert_eq!(answered.status, status, "{content_type}");
    }
    assert_eq!(world.ask("POST", "/alerts").body(alert).answer().await.status, 202);
    for body in ["", "{", "nothing", "\u{feff}{}"] {
        assert_eq!(world.ask("POST", "/alerts").body(body).answer().await.status, 400, "{body:?}");
    }
    assert_eq!(world.ask("POST", "/alerts").body(*b"{\"title\":\"\xff\"}").answer().await.status, 400);
}

#[tokio::test]
async fn a_body_may_have_256_kib_and_not_a_byte_more() {
    let world = World::new().await;
    let alert = |size: usize| {
        let start = r#"{"alertId":"a","createdAt":"2026-11-21T08:30:00Z","severity":"LOW","title":""#;
        format!("{start}{}\"}}", "x".repeat(size - start.len() - 2))
    };
    assert_eq!(world.ask("POST", "/alerts").body(alert(262_144)).answer().await.status, 202);
    let answered = world.ask("POST", "/alerts").body(alert(262_145)).answer().await;
    assert_eq!(answered.status, 413);
    assert!(answered.text("/detail").contains("262144"));
    let large = format!("{{\"name\":\"{}\"}}", "x".repeat(262_144));
    assert_eq!(world.ask("POST", "/api-keys").body(large).answer().await.status, 413);
}

#[tokio::test]
async fn unknown_things_are_not_found_and_named() {
    let world = World::new().await;
    let change = json!({"status": "OPEN"});
    let table: &[(&str, &str, Value)] = &[
        ("GET", "/alerts/none", Value::Null),
        ("PATCH", "/alerts/none", change),
        ("PATCH", "/alerts", json!({"ids": ["none"], "status": "OPEN"})),
        ("GET", "/alert-comments?alert-id=none", Value::Null),
        ("PUT", "/alerts/none/ai-triage", json!({"summary": "s"})),
        ("POST", "/alert-comments", json!({"alertId": "none", "body": "x"})),
        ("GET", "/alert-comments/none", Value::Null),
        ("GET", "/alert-comments/none~1", Value::Null),
        ("GET", "/destinations/none", Value::Null),
        ("PUT", "/destinations/none", json!({})),
        ("DELETE", "/destinations/none", Value::Null),
        ("GET", "/users/none", Value::Null),
        ("PATCH", "/users/none", json!({})),
        ("DELETE", "/users/none", Value::Null),
        ("GET", "/api-keys/none", Value::Null),
        ("DELETE", "/api-keys/none", Value::Null),
    ];
    for (method, path, body) in table {
        let asking = world.ask(method, path);
        let asking = if body.is_null() { asking } else { asking.json(body) };
        let answered = asking.answer().await;
        assert_eq!(answered.status, 404, "{method} {path}");
        assert!(answered.text("/detail").contains("\"none"), "{}", answered.json);
    }
    for path in ["/", "/alert", "/alerts/", "/alerts/a/events", "/alerts/a%20b", "/alerts/%2F", "/users/%00"] {
        assert_eq!(world.get(path).await.status, 404, "{path}");
    }
    let encoded = world.get("/alerts/AWS.Root%3A1").await;
    assert!(encoded.text("/detail").contains("AWS.Root:1"));
}

#[tokio::test]
async fn a_wrong_method_learns_the_right_ones() {
    let world = World::new().await;
    for (method, path, allow) in [
        ("DELETE", "/alerts/a", "GET, PATCH"),
        ("GET", "/alerts/a/ai-triage", "PUT"),
        ("POST", "/alert-comments/a~b", "GET"),
        ("HEAD", "/users", "GET, POST"),
        ("POST", "/openapi.json", "GET"),
        ("PUT", "/api-keys/a", "GET, DELETE"),
    ] {
        let answered = world.ask(method, path).answer().await;
        assert_eq!((answered.status.as_u16(), answered.header("Allow")), (405, allow), "{method} {path}");
    }
}

#[tokio::test]
async fn faults_behind_us_are_throttling_or_unavailability_with_a_time_to_wait() {
    let world = World::new().await;
    world.alert("a", json!({}), &[]).await;
    let alert = json!({"title": "t", "severity": "LOW"});
    let change = json!({"status": "TRIAGED"});
    let comment = json!({"alertId": "a", "body": "x"});
    let triage = json!({"summary": "s"});
    let table: &[(&'static str, &str, &str, &Value)] = &[
        ("SendMessage", "POST", "/alerts", &alert),
        ("SendMessage", "PATCH", "/alerts/a", &change),
        ("SendMessage", "PUT", "/alerts/a/ai-triage", &triage),
        ("GetItem", "PUT", "/alerts/a/ai-triage", &triage),
        ("SendMessage", "POST", "/alert-comments", &comment),
        ("Query", "GET", "/alerts", &Value::Null),
        ("Query", "GET", "/alerts/a", &Value::Null),
        ("GetItem", "PATCH", "/alerts/a", &change),
        ("Query", "GET", "/users", &Value::Null),
    ];
    world.get("/users").await;
    for (fault, status) in [(Fault::Throttled, 429), (Fault::Broken, 503)] {
        for (operation, method, path, body) in table {
            world.aws.fail(operation, fault);
            let answered = world.ask(method, path).json(body).answer().await;
            assert_eq!(answered.status, status, "{operation} {fault:?}: {method} {path}");
            let wait: u32 = answered.header("Retry-After").parse().unwrap();
            assert!((1..=60).contains(&wait));
            world.aws.heal();
        }
    }
    assert_eq!(world.seq("a").await, 1);
}

#[tokio::test]
async fn what_cannot_be_read_is_our_fault_and_tells_no_secrets() {
    let world = World::new().await;
    let broken = json!({"pk": {"S": "USER"}, "sk": {"S": "u1"}, "document": {"S": "{\"email\":\"secret@x\""}});
    world.aws.put_raw(broken).await;
    let answered = world.get("/users/u1").await;
    assert_eq!(answered.status, 500);
    assert!(!answered.json.to_string().contains("secret"));
}

#[tokio::test]
async fn an_idempotency_key_must_be_one() {
    let world = World::new().await;
    world.alert("a", json!({}), &[]).await;
    for (key, status) in [("", 400), (&"k".repeat(256), 400), (&"k".repeat(255), 204), ("ü", 400)] {
        let asking = world.ask("PATCH", "/alerts/a").json(&json!({"status": "OPEN"}));
        assert_eq!(asking.header("Idempotency-Key", key).answer().await.status, status, "{key:?}");
    }
}
