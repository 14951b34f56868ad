//! Rate limits: audit logs by organisation, the two team methods by app and workspace.

use std::time::Duration;

use serde_json::json;

use super::{CLIENT, OTHER_TEAM, OWNER, SECRET, TEAM, audit, grid, org_token, team_token, web};
use crate::world::Rig;

#[tokio::test]
async fn the_fifty_first_audit_call_of_a_minute_waits_whoever_makes_it() {
    let mut world = grid();
    let second = json!({"client_id": "9.2", "client_secret": SECRET, "user_scopes": ["auditlogs:read"]});
    world["log_apps"].as_array_mut().unwrap().push(second);
    let rig = Rig::of(world);
    let (ours, theirs) =
        (org_token(&rig), rig.sim.grant_user_token("9.2", OWNER, super::ORG, &["auditlogs:read"]).unwrap());
    for n in 0..25 {
        assert_eq!(audit(&rig, &ours, &[]).await.status, 200, "{n}");
        assert_eq!(audit(&rig, &theirs, &[]).await.status, 200, "{n}");
    }
    rig.clock.advance(Duration::from_secs(20));
    let refused = audit(&rig, &ours, &[]).await;
    assert_eq!((refused.status, refused.retry_after), (429, Some(40)));
    assert_eq!(refused.body, json!({"ok": false, "error": "ratelimited"}));
    assert_eq!(audit(&rig, &theirs, &[]).await.status, 429, "and that was one who did not know");
    assert_eq!(rig.sim.faults().violations.len(), 1);
    rig.clock.advance(Duration::from_secs(40));
    assert_eq!(audit(&rig, &ours, &[]).await.status, 200);
}

#[tokio::test]
async fn other_apps_use_the_organisations_calls_up() {
    let rig = Rig::of(grid());
    let token = org_token(&rig);
    rig.sim.others_read_audit_logs(49);
    assert_eq!(audit(&rig, &token, &[]).await.status, 200);
    assert_eq!(audit(&rig, &token, &[]).await.status, 429);
    let schemas = rig.client.get(format!("{}/schemas", rig.sim.audit_url())).send().await.unwrap();
    assert_eq!(schemas.status(), 200);
}

#[tokio::test]
async fn each_team_method_has_twenty_calls_a_minute_by_app_and_workspace() {
    let rig = Rig::of(grid());
    let here = team_token(&rig);
    let there = rig.sim.grant_user_token(CLIENT, OWNER, OTHER_TEAM, &["admin"]).unwrap();
    for method in ["team.accessLogs", "team.integrationLogs"] {
        for n in 0..20 {
            assert_eq!(web(&rig, method, &here, &[]).await.status, 200, "{method} {n}");
        }
        let refused = web(&rig, method, &here, &[]).await;
        assert_eq!(
            (refused.status, refused.retry_after, &refused.body["error"]),
            (429, Some(60), &json!("ratelimited"))
        );
        assert_eq!(web(&rig, method, &there, &[]).await.status, 200, "another workspace");
        let same_app = rig.sim.grant_user_token(CLIENT, OWNER, TEAM, &["admin"]).unwrap();
        assert_eq!(web(&rig, method, &same_app, &[]).await.status, 429, "another person, the same app and workspace");
    }
}

#[tokio::test]
async fn limits_can_be_others_or_none() {
    let rig = Rig::of(grid());
    let token = org_token(&rig);
    rig.sim.patch_log_settings(&json!({"audit_calls_per_minute": 1, "tier2_calls_per_minute": null})).unwrap();
    assert_eq!(audit(&rig, &token, &[]).await.status, 200);
    assert_eq!(audit(&rig, &token, &[]).await.status, 429);
    for _ in 0..30 {
        assert_eq!(web(&rig, "team.accessLogs", &token, &[]).await.status, 200);
    }
}
