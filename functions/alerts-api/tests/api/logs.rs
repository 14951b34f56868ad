//! What is logged of a request, and what never is.

use crate::aws::Fault;
use crate::world::{ADMIN, World};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::io::Write;
use std::sync::Once;
use tracing_subscriber::filter::LevelFilter;

thread_local! {
    /// What was logged in this thread: each test has its own.
    static LOGGED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

struct Logged;

impl Write for Logged {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOGGED.with_borrow_mut(|logged| logged.write(bytes))
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Starts logging for the whole process, before anything is logged: a subscriber of one test alone would miss lines,
/// because `tracing` remembers for all threads whether anybody listens.
pub(crate) fn start() {
    static STARTED: Once = Once::new();
    STARTED.call_once(|| {
        tracing_subscriber::fmt().json().with_max_level(LevelFilter::INFO).with_writer(|| Logged).init();
    });
}

fn take() -> Vec<Value> {
    let text = String::from_utf8(LOGGED.take()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn each_request_is_one_line_without_keys_bodies_and_people() {
    let world = World::new().await;
    world.alert("a", json!({}), &[]).await;
    take();

    let key = world.key(&["ViewAlerts"]).await;
    let linus = world.user("Linus").await;
    let body = json!({"status": "RESOLVED", "comment": "private words", "assignee": linus});
    assert_eq!(world.patch("/alerts/a", body).await.status, 204);
    assert_eq!(world.ask_as(&key, "PATCH", "/alerts/a").body("{}").answer().await.status, 403);
    assert_eq!(world.get("/none").await.status, 404);
    world.aws.fail("SendMessage", Fault::Broken);
    let alert = json!({"title": "private words", "severity": "LOW"});
    assert_eq!(world.post("/alerts", alert).await.status, 503);

    let lines = take();
    let told: Vec<_> = lines
        .iter()
        .map(|line| {
            let fields = &line["fields"];
            let text = |name: &str| fields[name].as_str().unwrap_or_default();
            assert_eq!(text("message"), "request handled");
            assert!(fields["duration_ms"].is_u64());
            let (method, route, outcome) = (text("http.method"), text("http.route"), text("outcome"));
            (line["level"].as_str().unwrap(), method, route, fields["http.status"].as_u64().unwrap(), outcome)
        })
        .collect();
    assert_eq!(
        told,
        [
            ("INFO", "POST", "/api-keys", 201, "ok"),
            ("INFO", "POST", "/users", 201, "ok"),
            ("INFO", "PATCH", "/alerts/{id}", 204, "ok"),
            ("INFO", "PATCH", "/alerts/{id}", 403, "forbidden"),
            ("INFO", "GET", "none", 404, "not-found"),
            ("WARN", "POST", "/alerts", 503, "unavailable"),
        ]
    );
    assert_eq!(lines[2]["fields"]["alert.id"], "a");
    assert_eq!(lines[2]["fields"]["api_key.id"], "first-admin-key");
    let causes = lines[5]["fields"]["error"].as_str().unwrap();
    assert!(causes.contains("the queue did not take the message: "), "{causes}");
    for secret in [ADMIN, &key, "private words", "Linus", "@acme.example"] {
        assert!(!json!(lines).to_string().contains(secret), "{secret} was logged");
    }
}
