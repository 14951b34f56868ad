//! Log sources. Installing one is tested against the Slack simulator, in tests/in_process.

use crate::world::{LOG_SECRETS, NOW, World};
use logs::{Health, LogSourceId, State, Trouble};
use serde_json::{Value, json};
use store::Noted;

fn body(name: &str) -> Value {
    json!({"name": name, "logType": "Slack.AuditLogs", "secret": format!("{LOG_SECRETS}audit")})
}

#[tokio::test]
async fn a_log_source_is_made_shown_listed_changed_and_deleted() {
    let world = World::new().await;
    let made = world.post("/log-sources", body("Audit")).await;
    assert_eq!(
        (made.status.as_u16(), made.text("/state"), &made.json["enabled"]),
        (201, "WAITING_FOR_SETUP", &json!(true))
    );
    let path = made.header("Location").to_owned();
    assert_eq!(path, format!("/log-sources/{}", made.text("/id")));
    assert_eq!(world.get(&path).await.json, made.json);
    for method in ["PATCH", "PUT"] {
        let change = json!({"silenceMinutes": 0, "enabled": false, "backfillHours": 48});
        let changed = world.ask(method, &path).json(&change).answer().await;
        let mut expected = made.json.clone();
        expected.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        expected["silenceMinutes"] = Value::Null;
        assert_eq!(changed.json, expected);
    }
    assert_eq!(world.get("/log-sources").await.json["results"][0]["backfillHours"], json!(48));
    assert_eq!(world.ask("DELETE", &path).answer().await.status, 204);
    assert_eq!(world.ask("DELETE", &path).answer().await.status, 404);
    assert_eq!(world.get("/log-sources").await.json, json!({"results": []}));
}

#[tokio::test]
async fn a_name_has_one_log_source() {
    let world = World::new().await;
    world.post("/log-sources", body("Audit")).await;
    let again = world.post("/log-sources", body("Audit")).await;
    assert_eq!((again.status.as_u16(), again.wrong()), (409, vec!["name"]));
    let second = world.post("/log-sources", body("Other")).await;
    assert_eq!(world.patch(second.header("Location"), json!({"name": "Audit"})).await.status, 409);
}

#[tokio::test]
async fn every_wrong_field_is_named_and_the_log_type_stays() {
    let world = World::new().await;
    let wrong = json!({"name": "", "logType": "Slack.Other", "secret": "panther-analysis/test/slack", "colour": "red"});
    let refused = world.post("/log-sources", wrong).await;
    assert_eq!((refused.status.as_u16(), refused.wrong()), (400, vec!["name", "logType", "secret", "colour"]));
    let made = world.post("/log-sources", body("Audit")).await;
    let refused = world.patch(made.header("Location"), json!({"logType": "Slack.AccessLogs"})).await;
    assert_eq!((refused.status.as_u16(), refused.wrong()), (400, vec!["logType"]));
}

#[tokio::test]
async fn only_who_manages_log_sources_sees_or_touches_them() {
    let world = World::new().await;
    let made = world.post("/log-sources", body("Audit")).await;
    let path = made.header("Location").to_owned();
    let others = world.key(&["ManageAlerts", "ManageDestinations", "ManageUsers"]).await;
    let install = format!("{path}/install");
    for (method, path) in [
        ("GET", "/log-sources"),
        ("POST", "/log-sources"),
        ("GET", &path),
        ("PATCH", &path),
        ("PUT", &path),
        ("DELETE", &path),
        ("POST", &install),
    ] {
        let refused = world.ask_as(&others, method, path).json(&json!({})).answer().await;
        assert_eq!(refused.status, 403, "{method} {path}");
        assert!(refused.text("/detail").contains("ManageLogSources"), "{}", refused.json);
    }
    let own = world.key(&["ManageLogSources"]).await;
    assert_eq!(world.ask_as(&own, "GET", &path).answer().await.json, made.json);
}

/// Notes what a poll would note.
async fn poll(world: &World, id: &str, health: impl FnOnce(Health) -> Health) {
    let id = LogSourceId::new(id).unwrap();
    let source = world.store.log_source(&id).await.unwrap().unwrap();
    assert_eq!(world.store.note_log_health(&id, &health(source.health)).await.unwrap(), Noted::Done);
}

fn failing(health: Health) -> Health {
    let trouble = Trouble { code: "token_revoked".into(), what_to_do: "Install it again.".into(), since: NOW };
    Health {
        state: State::Unhealthy,
        last_error: Some(trouble),
        failures: 2,
        alerted: Some(alert::AlertId::new("unhealthy-1").unwrap()),
        silent_alerted: Some(alert::AlertId::new("silent-1").unwrap()),
        last_event_at: Some(NOW),
        last_poll_at: Some(NOW),
        ..health
    }
}

#[tokio::test]
async fn what_polls_say_is_shown_and_stays_when_somebody_changes_the_source() {
    let world = World::new().await;
    let made = world.post("/log-sources", body("Audit")).await;
    poll(&world, made.text("/id"), failing).await;
    let path = made.header("Location");
    let shown = world.patch(path, json!({"name": "Renamed"})).await;
    assert_eq!((shown.status.as_u16(), shown.text("/name"), shown.text("/state")), (200, "Renamed", "UNHEALTHY"));
    let expected = json!({"code": "token_revoked", "whatToDo": "Install it again.", "since": NOW});
    assert_eq!(shown.json["lastError"], expected);
    assert_eq!((&shown.json["lastEventAt"], &shown.json["lastPollAt"]), (&json!(NOW), &json!(NOW)));
    assert!(shown.json.get("alerted").is_none() && shown.json.get("health").is_none());
    assert_eq!(world.get(path).await.json, shown.json);
    assert!(world.aws.sent().is_empty(), "its alerts stay open");
}

#[tokio::test]
async fn the_open_alerts_of_a_source_that_is_switched_off_or_deleted_are_resolved_once() {
    for delete in [false, true] {
        let world = World::new().await;
        let made = world.post("/log-sources", body("Audit")).await;
        poll(&world, made.text("/id"), failing).await;
        let path = made.header("Location");
        if delete {
            assert_eq!(world.ask("DELETE", path).answer().await.status, 204);
        } else {
            for _ in 0..2 {
                let off = world.patch(path, json!({"enabled": false})).await;
                assert_eq!((off.status.as_u16(), &off.json["lastError"]), (200, &Value::Null));
            }
        }
        let sent = world.aws.sent();
        let ids: Vec<_> = sent.iter().map(|sent| sent.group.clone().unwrap()).collect();
        assert_eq!(ids, ["unhealthy-1", "silent-1"]);
        for sent in sent {
            let change: Value = serde_json::from_str(&sent.body).unwrap();
            assert_eq!((&change["actor"]["kind"], &change["action"]["status"]), (&json!("system"), &json!("RESOLVED")));
        }
    }
}

#[tokio::test]
async fn a_source_whose_alerts_cannot_be_resolved_is_not_deleted() {
    let world = World::new().await;
    let made = world.post("/log-sources", body("Audit")).await;
    poll(&world, made.text("/id"), failing).await;
    world.aws.fail("SendMessage", crate::aws::Fault::Broken);
    assert_eq!(world.ask("DELETE", made.header("Location")).answer().await.status, 503);
    world.aws.heal();
    assert_eq!(world.ask("DELETE", made.header("Location")).answer().await.status, 204);
}

#[tokio::test]
async fn a_source_keeps_its_secret() {
    let world = World::new().await;
    let made = world.post("/log-sources", body("Audit")).await;
    let refused = world.patch(made.header("Location"), json!({"secret": format!("{LOG_SECRETS}other")})).await;
    assert_eq!((refused.status.as_u16(), refused.wrong()), (400, vec!["secret"]));
    let same = world.patch(made.header("Location"), json!({"secret": format!("{LOG_SECRETS}audit")})).await;
    assert_eq!((same.status.as_u16(), same.text("/secret")), (200, "panther-analysis/test/logs/audit"));
}

#[tokio::test]
async fn strangers_at_the_install_pages_cause_one_read_of_the_secret() {
    let world = World::new().await;
    let made = world.post("/log-sources", body("Audit")).await;
    let id = made.text("/id");
    let before = world.aws.calls("GetSecretValue");
    for n in 0..5 {
        for path in [
            format!("/slack/logs/install/{id}?ticket=9999999999.{id}.0{n}"),
            format!("/slack/logs/callback?code=x&state=9999999999.a.{id}.b.0{n}"),
        ] {
            let request = http::Request::get(format!("https://api.example{path}")).body(bytes::Bytes::new()).unwrap();
            let page = world.api.handle(request, NOW).await;
            assert_eq!(page.status(), 409, "{}", page.body());
        }
    }
    assert_eq!(world.aws.calls("GetSecretValue") - before, 1);
}

#[tokio::test]
async fn a_source_without_an_apps_credentials_gets_no_link_and_is_told_what_to_put_where() {
    let world = World::new().await;
    let made = world.post("/log-sources", body("Audit")).await;
    let install = format!("{}/install", made.header("Location"));
    // Each secret here holds the admin key, which is no JSON.
    let refused = world.post(&install, json!({})).await;
    assert_eq!((refused.status.as_u16(), refused.text("/type")), (409, "urn:margay:problem:not-ready"));
    let detail = refused.text("/detail");
    assert!(detail.contains("panther-analysis/test/logs/audit") && detail.contains("client_secret"), "{detail}");
    assert!(!detail.contains(crate::world::ADMIN));
    world.aws.fail("GetSecretValue", crate::aws::Fault::Broken);
    assert_eq!(world.post(&install, json!({})).await.status, 503);
    assert_eq!(world.post("/log-sources/nobody/install", json!({})).await.status, 404);
}
