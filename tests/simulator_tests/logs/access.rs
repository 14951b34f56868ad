//! `team.accessLogs`: its rows, its two ways of paging, and whom it refuses.

use serde_json::{Value, json};

use super::{
    ADMIN, CLIENT, MEMBER, ORG, OTHER_TEAM, OWNER, TEAM, ago, grid, org_token, sighting, team_token, web, workspace,
};
use crate::world::{NOW, Rig, TOKEN};

const METHOD: &str = "team.accessLogs";

/// Users `U0`, `U1`, … seen at these ages.
fn rig_with(ages: &[i64]) -> (Rig, String) {
    let rig = Rig::of(workspace());
    for (n, age) in ages.iter().enumerate() {
        rig.sim.add_access(sighting(&format!("U{n}"), "203.0.113.1", *age)).unwrap();
    }
    let token = team_token(&rig);
    (rig, token)
}

async fn users(rig: &Rig, token: &str, arguments: &[(&str, &str)]) -> Vec<Value> {
    web(rig, METHOD, token, arguments).await.column("logins", "user_id")
}

async fn refused(rig: &Rig, token: &str, arguments: &[(&str, &str)]) -> String {
    let got = web(rig, METHOD, token, arguments).await;
    assert_eq!((got.status, &got.body["ok"]), (200, &json!(false)), "{}", got.body);
    got.body["error"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn rows_come_by_their_first_date_newest_first() {
    let (rig, token) = rig_with(&[30, 10, 20]);
    let got = web(&rig, METHOD, &token, &[]).await;
    assert_eq!(got.column("logins", "user_id"), ["U1", "U2", "U0"]);
    assert_eq!(got.body["paging"], json!({"count": 100, "total": 3, "page": 1, "pages": 1}));
    assert_eq!(
        got.body["logins"][0],
        json!({"user_id": "U1", "username": "", "date_first": NOW - 10, "date_last": NOW - 10, "count": 1,
            "ip": "203.0.113.1", "user_agent": "browser", "isp": "Carrier", "country": "DE", "region": null})
    );
}

#[tokio::test]
async fn a_row_changes_in_its_place_when_the_same_combination_is_seen_again() {
    let (rig, token) = rig_with(&[500, 100]);
    rig.sim.add_access(sighting("U0", "203.0.113.1", 50)).unwrap();
    rig.sim.add_access(sighting("U0", "203.0.113.1", 300)).unwrap();
    let got = web(&rig, METHOD, &token, &[]).await;
    assert_eq!(got.column("logins", "user_id"), ["U1", "U0"]);
    let row = &got.body["logins"][1];
    assert_eq!(
        (&row["date_first"], &row["date_last"], &row["count"]),
        (&json!(NOW - 500), &json!(NOW - 50), &json!(3))
    );
    rig.sim.add_access(sighting("U0", "203.0.113.2", 40)).unwrap();
    assert_eq!(users(&rig, &token, &[]).await, ["U0", "U1", "U0"], "another address is another row");
}

#[tokio::test]
async fn a_whole_row_stands_as_it_is_given_even_if_it_lacks_what_every_row_has() {
    let (rig, token) = rig_with(&[]);
    let row = json!({"date_first": NOW - 5, "ip": null, "new_field": [1]});
    rig.sim.add_access(row.clone()).unwrap();
    assert_eq!(web(&rig, METHOD, &token, &[]).await.body["logins"], json!([row]));
    assert_eq!(rig.sim.add_access(json!({"user_id": "U1"})).unwrap_err().status, 422);
}

#[tokio::test]
async fn numbered_pages_end_and_beyond_them_is_nothing() {
    let (rig, token) = rig_with(&[1, 2, 3, 4, 5]);
    assert_eq!(users(&rig, &token, &[("count", "2"), ("page", "2")]).await, ["U2", "U3"]);
    let last = web(&rig, METHOD, &token, &[("count", "2"), ("page", "3")]).await;
    assert_eq!(last.column("logins", "user_id"), ["U4"]);
    assert_eq!(last.body["paging"], json!({"count": 2, "total": 5, "page": 3, "pages": 3}));
    assert_eq!(users(&rig, &token, &[("count", "2"), ("page", "4")]).await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_row_that_begins_between_two_numbered_pages_moves_all_others_on() {
    let (rig, token) = rig_with(&[1, 2, 3]);
    assert_eq!(users(&rig, &token, &[("count", "2")]).await, ["U0", "U1"]);
    rig.sim.add_access(sighting("U9", "203.0.113.1", 0)).unwrap();
    assert_eq!(users(&rig, &token, &[("count", "2"), ("page", "2")]).await, ["U1", "U2"]);
}

#[tokio::test]
async fn no_page_holds_over_a_thousand_and_none_has_a_number_over_a_hundred() {
    let (rig, token) = rig_with(&[1]);
    for (arguments, expected) in [
        ([("count", "1000"), ("page", "100")], None),
        ([("count", "1001"), ("page", "1")], Some("over_pagination_limit")),
        ([("count", "1"), ("page", "101")], Some("over_pagination_limit")),
    ] {
        let got = web(&rig, METHOD, &token, &arguments).await;
        assert_eq!(got.body["error"].as_str(), expected, "{arguments:?}");
    }
    rig.sim.patch_log_settings(&json!({"pages_most": 3})).unwrap();
    assert_eq!(refused(&rig, &token, &[("page", "4")]).await, "over_pagination_limit");
}

#[tokio::test]
async fn before_is_inclusive_and_goes_by_the_first_date() {
    let (rig, token) = rig_with(&[10, 20, 30]);
    assert_eq!(users(&rig, &token, &[("before", &ago(20))]).await, ["U1", "U2"]);
    assert_eq!(users(&rig, &token, &[("before", "now")]).await.len(), 3);
}

#[tokio::test]
async fn with_a_limit_pages_go_by_cursor_and_new_rows_disturb_nothing() {
    let (rig, token) = rig_with(&[1, 2, 2, 2, 3]);
    let first = web(&rig, METHOD, &token, &[("limit", "2")]).await;
    assert_eq!((first.column("logins", "user_id"), first.body.get("paging")), (vec![json!("U0"), json!("U3")], None));
    rig.sim.add_access(sighting("U9", "203.0.113.1", 0)).unwrap();
    let second = web(&rig, METHOD, &token, &[("limit", "2"), ("cursor", first.cursor().unwrap())]).await;
    assert_eq!(second.column("logins", "user_id"), ["U2", "U1"], "rows of one second are told apart");
    let third = web(&rig, METHOD, &token, &[("limit", "2"), ("cursor", second.cursor().unwrap())]).await;
    assert_eq!((third.column("logins", "user_id"), third.cursor()), (vec![json!("U4")], None));
    assert_eq!(third.body["response_metadata"]["next_cursor"], "");
}

#[tokio::test]
async fn a_cursor_page_can_hold_less_than_its_limit() {
    let (rig, token) = rig_with(&[1, 2, 3]);
    rig.sim.patch_log_settings(&json!({"access_page_most": 1, "empty_last_page": true})).unwrap();
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let got = web(&rig, METHOD, &token, &[("limit", "200"), ("cursor", &cursor)]).await;
        seen.push(got.column("logins", "user_id").len());
        let Some(next) = got.cursor() else { break };
        cursor = next.to_owned();
    }
    assert_eq!(seen, [1, 1, 1, 0]);
}

#[tokio::test]
async fn limits_and_cursors_that_are_none_are_refused() {
    let (rig, token) = rig_with(&[1, 2]);
    for (arguments, expected) in [
        (vec![("limit", "1001")], "invalid_limit"),
        (vec![("limit", "-1")], "invalid_limit"),
        (vec![("limit", "many")], "invalid_limit"),
        (vec![("limit", "1"), ("cursor", "xyz")], "invalid_cursor"),
        (vec![("count", "many")], "invalid_arguments"),
    ] {
        assert_eq!(refused(&rig, &token, &arguments).await, expected, "{arguments:?}");
    }
    let cursor = web(&rig, METHOD, &token, &[("limit", "1")]).await.cursor().unwrap().to_owned();
    rig.clock.advance(std::time::Duration::from_secs(3600));
    assert_eq!(refused(&rig, &token, &[("limit", "1"), ("cursor", &cursor)]).await, "invalid_cursor");
}

#[tokio::test]
async fn an_organisation_without_team_id_is_seen_whole_and_a_workspace_only_for_itself() {
    let rig = Rig::of(grid());
    for (user, team) in [("UHERE", json!(TEAM)), ("UTHERE", json!(OTHER_TEAM)), ("UORG", Value::Null)] {
        let mut seen = sighting(user, "203.0.113.1", 10);
        seen["team_id"] = team;
        rig.sim.add_access(seen).unwrap();
    }
    let (org, team) = (org_token(&rig), team_token(&rig));
    assert_eq!(users(&rig, &org, &[]).await, ["UORG", "UTHERE", "UHERE"]);
    assert_eq!(users(&rig, &org, &[("team_id", OTHER_TEAM)]).await, ["UTHERE"]);
    assert_eq!(users(&rig, &team, &[]).await, ["UHERE"]);
    assert_eq!(users(&rig, &team, &[("team_id", TEAM)]).await, ["UHERE"]);
    assert_eq!(refused(&rig, &team, &[("team_id", OTHER_TEAM)]).await, "invalid_team_id");
    assert_eq!(refused(&rig, &org, &[("team_id", "T0NOWHERE1")]).await, "invalid_team_id");
}

#[tokio::test]
async fn it_is_for_user_tokens_of_those_who_manage_a_paid_workspace() {
    let (rig, token) = rig_with(&[1]);
    assert_eq!(refused(&rig, "", &[]).await, "not_authed");
    assert_eq!(refused(&rig, "xoxp-none", &[]).await, "invalid_auth");
    assert_eq!(refused(&rig, TOKEN, &[]).await, "not_allowed_token_type");
    let scopeless = rig.sim.grant_user_token(CLIENT, OWNER, TEAM, &["auditlogs:read"]).unwrap();
    let got = web(&rig, METHOD, &scopeless, &[]).await.body;
    assert_eq!(
        (&got["error"], &got["needed"], &got["provided"]),
        (&json!("missing_scope"), &json!("admin"), &json!("auditlogs:read"))
    );
    let member = rig.sim.grant_user_token(CLIENT, MEMBER, TEAM, &["admin"]).unwrap();
    assert_eq!(refused(&rig, &member, &[]).await, "access_denied");
    rig.sim.patch_log_settings(&json!({"plan": "free"})).unwrap();
    assert_eq!(refused(&rig, &token, &[]).await, "paid_only");
    assert_eq!(rig.sim.grant_user_token(CLIENT, ADMIN, ORG, &["admin"]).unwrap_err().status, 404);
}
