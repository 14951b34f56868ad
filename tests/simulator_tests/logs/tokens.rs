//! What becomes of user tokens, and what else they open.

use serde_json::{Value, json};

use super::{ADMIN, CLIENT, ORG, OTHER_TEAM, OWNER, TEAM, grid, org_token, team_token, web};
use crate::world::{CHANNEL, Rig};

async fn error(rig: &Rig, token: &str) -> Value {
    web(rig, "team.accessLogs", token, &[]).await.body["error"].clone()
}

#[tokio::test]
async fn tokens_of_a_deactivated_person_stop_with_either_word() {
    let rig = Rig::of(grid());
    let token = team_token(&rig);
    rig.sim.deactivate_user(ADMIN).unwrap();
    assert_eq!(error(&rig, &token).await, "account_inactive");
    assert_eq!(super::audit(&rig, &token, &[]).await.status, 401);
    rig.sim.patch_log_settings(&json!({"deactivated_error": "token_revoked"})).unwrap();
    assert_eq!(error(&rig, &token).await, "token_revoked");
    assert_eq!(web(&rig, "auth.test", &token, &[]).await.body["error"], "token_revoked");
}

#[tokio::test]
async fn an_app_that_is_removed_loses_all_its_tokens() {
    let rig = Rig::of(grid());
    let tokens = [team_token(&rig), org_token(&rig)];
    assert_eq!(rig.sim.revoke_user_tokens(CLIENT), 2);
    for token in &tokens {
        assert_eq!(error(&rig, token).await, "token_revoked");
    }
    assert_eq!(rig.sim.revoke_user_tokens("9.9"), 0);
}

#[tokio::test]
async fn who_installs_again_gets_the_same_token_with_more_scopes_and_a_new_one_after_revocation() {
    let rig = Rig::of(grid());
    let first = rig.sim.grant_user_token(CLIENT, OWNER, ORG, &["auditlogs:read"]).unwrap();
    let again = rig.sim.grant_user_token(CLIENT, OWNER, ORG, &["admin"]).unwrap();
    assert_eq!(first, again);
    assert_eq!(rig.sim.user_tokens()[0].scopes, ["admin", "auditlogs:read"]);
    assert_ne!(first, rig.sim.grant_user_token(CLIENT, OWNER, TEAM, &["admin"]).unwrap(), "another place");
    rig.sim.revoke_user_tokens(CLIENT);
    let fresh = rig.sim.grant_user_token(CLIENT, OWNER, ORG, &["admin"]).unwrap();
    assert_ne!(first, fresh);
    assert_eq!((error(&rig, &first).await, error(&rig, &fresh).await), (json!("token_revoked"), Value::Null));
}

#[tokio::test]
async fn auth_test_says_whose_token_it_is_and_where() {
    let rig = Rig::of(grid());
    let got = web(&rig, "auth.test", &team_token(&rig), &[]).await.body;
    assert_eq!(
        (&got["ok"], &got["user_id"], &got["team_id"], &got["enterprise_id"]),
        (&json!(true), &json!(ADMIN), &json!(TEAM), &json!(ORG))
    );
    assert_eq!((&got["is_enterprise_install"], got.get("bot_id")), (&json!(false), None));
    let west = rig.sim.grant_user_token(CLIENT, ADMIN, OTHER_TEAM, &["admin"]).unwrap();
    assert_eq!(web(&rig, "auth.test", &west, &[]).await.body["team"], "West");
    let got = web(&rig, "auth.test", &org_token(&rig), &[]).await.body;
    assert_eq!((&got["team_id"], &got["is_enterprise_install"]), (&json!(ORG), &json!(true)));
}

#[tokio::test]
async fn a_user_token_opens_nothing_else() {
    let rig = Rig::of(grid());
    let token = org_token(&rig);
    let got = web(&rig, "conversations.info", &token, &[("channel", CHANNEL)]).await.body;
    assert_eq!((&got["error"], &got["provided"]), (&json!("missing_scope"), &json!("auditlogs:read,admin")));
}
