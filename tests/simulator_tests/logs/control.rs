//! The control API over HTTP does all of it too.

use serde_json::{Value, json};

use super::{ADMIN, BACK, CLIENT, MEMBER, ORG, OWNER, TEAM, audit, entry, grid, sighting, web, workspace};
use crate::world::{NOW, Rig};

async fn control(rig: &Rig, method: &str, path: &str, body: Value) -> (u16, Value) {
    let url = format!("{}/_control/{path}", rig.sim.base_url());
    let response = rig.client.request(method.parse().unwrap(), url).body(body.to_string()).send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

async fn done(rig: &Rig, method: &str, path: &str, body: Value) -> Value {
    let (status, answer) = control(rig, method, path, body).await;
    assert_eq!(status, 200, "{method} {path}: {answer}");
    answer
}

#[tokio::test]
async fn entries_are_added_shown_and_cleared() {
    let rig = Rig::of(grid());
    done(&rig, "POST", "logs/audit", json!([entry("b", 10), entry("a", 20)])).await;
    done(&rig, "POST", "logs/access", json!([sighting("U1", "203.0.113.1", 5), sighting("U1", "203.0.113.1", 4)]))
        .await;
    done(&rig, "POST", "logs/integration", json!([{"date": NOW.to_string(), "user_id": "U1"}])).await;
    let shown = done(&rig, "GET", "logs/audit", Value::Null).await;
    assert_eq!((&shown["audit"][0]["id"], &shown["audit"][1]["id"]), (&json!("a"), &json!("b")));
    assert_eq!(done(&rig, "GET", "logs/access", Value::Null).await["access"][0]["count"], 2);
    assert_eq!(done(&rig, "GET", "logs/integration", Value::Null).await["integration"][0]["team_id"], TEAM);
    for log in ["audit", "access", "integration"] {
        done(&rig, "DELETE", &format!("logs/{log}"), Value::Null).await;
        assert_eq!(done(&rig, "GET", &format!("logs/{log}"), Value::Null).await[log], json!([]));
    }
}

#[tokio::test]
async fn a_backlog_is_generated_once_for_a_seed() {
    let rig = Rig::of(grid());
    let bulk = |log: &str, seed: u64| json!({"log": log, "count": 500, "from": NOW - 3600, "to": NOW, "seed": seed});
    for log in ["audit", "access", "integration"] {
        assert_eq!(done(&rig, "POST", "logs/generate", bulk(log, 1)).await["count"], 500);
    }
    assert_eq!(control(&rig, "POST", "logs/generate", bulk("audit", 1)).await.0, 409);
    assert_eq!(done(&rig, "POST", "logs/generate", bulk("audit", 2)).await["count"], 500);
    let backwards = json!({"log": "audit", "count": 1, "from": 2, "to": 1});
    assert_eq!(control(&rig, "POST", "logs/generate", backwards).await.0, 422);
    assert_eq!(
        (rig.sim.audit_entries().len(), rig.sim.access_rows().len(), rig.sim.integration_rows().len()),
        (1000, 500, 500)
    );
}

#[tokio::test]
async fn settings_apps_and_tokens_are_changed() {
    let rig = Rig::of(grid());
    done(&rig, "PATCH", "logs/settings", json!({"plan": "paid", "clock_skew_seconds": 5})).await;
    let settings = done(&rig, "GET", "logs/settings", Value::Null).await;
    assert_eq!((&settings["plan"], &settings["audit_calls_per_minute"]), (&json!("paid"), &json!(50)));
    assert_eq!(control(&rig, "PATCH", "logs/settings", json!({"plam": "paid"})).await.0, 422);
    done(&rig, "PATCH", &format!("logs/apps/{CLIENT}"), json!({"redirect_urls": ["https://new.example/back"]})).await;
    assert_eq!(
        done(&rig, "GET", "logs/apps", Value::Null).await["apps"][0]["redirect_urls"][0],
        "https://new.example/back"
    );
    assert_eq!(control(&rig, "PATCH", "logs/apps/9.9", json!({})).await.0, 404);
    let twice = json!([{"client_id": "7.7", "client_secret": "s"}, {"client_id": "7.7", "client_secret": "s"}]);
    assert_eq!(control(&rig, "PUT", "logs/apps", twice).await.0, 422);
    let wanted = json!({"client_id": CLIENT, "user": OWNER, "place": ORG, "scopes": ["admin"]});
    let token = done(&rig, "POST", "logs/tokens", wanted).await["token"].as_str().unwrap().to_owned();
    assert_eq!(web(&rig, "team.accessLogs", &token, &[]).await.body["ok"], true);
    done(&rig, "PATCH", "logs/tokens", json!({"token": token, "state": "revoked"})).await;
    assert_eq!(web(&rig, "team.accessLogs", &token, &[]).await.body["error"], "token_revoked");
    assert_eq!(done(&rig, "GET", "logs/tokens", Value::Null).await["tokens"][0]["state"], "revoked");
    assert_eq!(done(&rig, "DELETE", &format!("logs/tokens?client_id={CLIENT}"), Value::Null).await["revoked"], 1);
    assert_eq!(control(&rig, "DELETE", "logs/tokens", Value::Null).await.0, 400);
}

#[tokio::test]
async fn a_person_allows_or_not_without_a_browser() {
    let rig = Rig::of(grid());
    let url = format!("{}/oauth/v2/authorize?client_id={CLIENT}&user_scope=admin&state=s", rig.sim.base_url());
    let allowed = done(&rig, "POST", "oauth/approve", json!({"url": url, "user": ADMIN, "place": TEAM})).await;
    assert!(allowed["url"].as_str().unwrap().starts_with(&format!("{BACK}?code=")));
    let denied = done(&rig, "POST", "oauth/deny", json!({"url": url})).await;
    assert_eq!(denied["url"], format!("{BACK}?error=access_denied&state=s"));
    assert_eq!(control(&rig, "POST", "oauth/approve", json!({"url": url, "user": MEMBER})).await.0, 403);
}

#[tokio::test]
async fn a_workspace_joins_an_organisation_and_others_use_its_calls_up() {
    let rig = Rig::of(workspace());
    assert_eq!(rig.sim.grant_user_token(CLIENT, OWNER, ORG, &["auditlogs:read"]).unwrap_err().status, 404);
    done(&rig, "PUT", "enterprise", json!({"id": ORG, "name": "Acme Org"})).await;
    let token = super::org_token(&rig);
    assert_eq!(audit(&rig, &token, &[]).await.status, 200);
    done(&rig, "POST", "logs/others", json!({"calls": 49})).await;
    assert_eq!(audit(&rig, &token, &[]).await.status, 429);
}
