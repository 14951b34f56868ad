//! Whom the Audit Logs API refuses, and what: an HTTP status and a code.

use serde_json::json;

use super::{ADMIN, CLIENT, ORG, OWNER, TEAM, audit, grid, org_token, workspace};
use crate::world::{Rig, TOKEN};

async fn refused(rig: &Rig, token: &str, arguments: &[(&str, &str)]) -> (u16, String) {
    let got = audit(rig, token, arguments).await;
    assert_eq!(got.body["ok"], false, "{}", got.body);
    (got.status, got.body["error"].as_str().unwrap().to_owned())
}

fn code(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[tokio::test]
async fn only_a_living_user_token_with_the_scope_is_let_in() {
    let rig = Rig::of(grid());
    assert_eq!(refused(&rig, "", &[]).await, code(401, "not_authed"));
    assert_eq!(refused(&rig, "xoxp-unknown", &[]).await, code(401, "invalid_auth"));
    assert_eq!(refused(&rig, TOKEN, &[]).await, code(403, "not_allowed_token_type"));
    let scopeless = rig.sim.grant_user_token(CLIENT, OWNER, ORG, &["admin"]).unwrap();
    assert_eq!(refused(&rig, &scopeless, &[]).await, code(403, "missing_scope"));
    let token = org_token(&rig);
    for (state, expected) in
        [("revoked", "token_revoked"), ("expired", "token_expired"), ("inactive", "account_inactive")]
    {
        rig.sim.set_user_token(&token, serde_json::from_value(json!(state)).unwrap()).unwrap();
        assert_eq!(refused(&rig, &token, &[]).await, code(401, expected));
    }
}

#[tokio::test]
async fn a_token_counts_only_in_the_header() {
    let rig = Rig::of(grid());
    let token = org_token(&rig);
    let url = format!("{}/logs?token={token}", rig.sim.audit_url());
    assert_eq!(rig.client.get(url).send().await.unwrap().status(), 401);
    assert!(!format!("{:?}", rig.sim.wire(None)).contains(&token), "and it is not logged");
}

#[tokio::test]
async fn the_app_must_be_on_the_organisation_of_an_enterprise_plan_by_its_owner() {
    let rig = Rig::of(grid());
    let in_team = rig.sim.grant_user_token(CLIENT, OWNER, TEAM, &["auditlogs:read"]).unwrap();
    assert_eq!(refused(&rig, &in_team, &[]).await, code(403, "team_not_authorized"));
    let not_owner = rig.sim.grant_user_token(CLIENT, ADMIN, ORG, &["auditlogs:read"]).unwrap();
    assert_eq!(refused(&rig, &not_owner, &[]).await, code(403, "access_denied"));
    let token = org_token(&rig);
    for plan in ["paid", "free"] {
        rig.sim.patch_log_settings(&json!({"plan": plan})).unwrap();
        assert_eq!(refused(&rig, &token, &[]).await, code(403, "feature_not_enabled"));
    }
    let alone = Rig::of(workspace());
    let token = alone.sim.grant_user_token(CLIENT, OWNER, TEAM, &["auditlogs:read"]).unwrap();
    assert_eq!(refused(&alone, &token, &[]).await, code(403, "feature_not_enabled"));
}

#[tokio::test]
async fn an_owner_who_is_one_no_longer_reads_nothing() {
    let rig = Rig::of(grid());
    let token = org_token(&rig);
    assert_eq!(audit(&rig, &token, &[]).await.status, 200);
    rig.sim.patch_user(OWNER, &json!({"is_org_owner": false})).unwrap();
    assert_eq!(refused(&rig, &token, &[]).await, code(403, "access_denied"));
}

#[tokio::test]
async fn arguments_that_are_none_are_refused() {
    let rig = Rig::of(grid());
    let token = org_token(&rig);
    let many = vec!["a"; 31].join(",");
    for argument in [
        ("limit", "10000"),
        ("limit", "0"),
        ("limit", "-1"),
        ("limit", "ten"),
        ("oldest", "yesterday"),
        ("latest", "1.5"),
        ("action", many.as_str()),
    ] {
        assert_eq!(refused(&rig, &token, &[argument]).await, code(400, "invalid_arguments"), "{argument:?}");
    }
    let thirty = vec!["a"; 30].join(",");
    assert_eq!(audit(&rig, &token, &[("limit", "9999"), ("action", &thirty)]).await.status, 200);
}

#[tokio::test]
async fn it_is_for_reading_and_has_three_places() {
    let rig = Rig::of(grid());
    let token = org_token(&rig);
    let url = format!("{}/logs", rig.sim.audit_url());
    assert_eq!(rig.client.post(url).bearer_auth(&token).send().await.unwrap().status(), 405);
    let url = format!("{}/users", rig.sim.audit_url());
    assert_eq!(rig.client.get(url).bearer_auth(&token).send().await.unwrap().status(), 404);
}
