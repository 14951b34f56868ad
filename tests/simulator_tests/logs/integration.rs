//! `team.integrationLogs`: rows without ids, in either order, by numbered pages only.

use serde_json::{Value, json};

use super::{OTHER_TEAM, TEAM, grid, org_token, team_token, web, workspace};
use crate::world::{NOW, Rig};

const METHOD: &str = "team.integrationLogs";

fn row(name: &str, age: i64) -> Value {
    json!({"user_id": "U1", "user_name": name, "date": (NOW - age).to_string(), "change_type": "added", "service_id": 42, "service_type": "RSS"})
}

async fn names(rig: &Rig, token: &str, arguments: &[(&str, &str)]) -> Vec<Value> {
    web(rig, METHOD, token, arguments).await.column("logs", "user_name")
}

#[tokio::test]
async fn rows_come_as_they_were_given_in_the_order_that_is_set() {
    let rig = Rig::of(workspace());
    let token = team_token(&rig);
    for (name, age) in [("b", 20), ("a", 30), ("c", 10)] {
        rig.sim.add_integration(row(name, age)).unwrap();
    }
    assert_eq!(names(&rig, &token, &[]).await, ["c", "b", "a"]);
    rig.sim.patch_log_settings(&json!({"integration_order": "ascending"})).unwrap();
    let got = web(&rig, METHOD, &token, &[("count", "2")]).await;
    assert_eq!(got.column("logs", "user_name"), ["a", "b"]);
    assert_eq!(got.body["logs"][0], row("a", 30));
    assert_eq!(got.body["paging"], json!({"count": 2, "total": 3, "page": 1, "pages": 2}));
    assert_eq!(got.body.get("response_metadata"), None);
}

#[tokio::test]
async fn equal_rows_are_two_rows_and_late_ones_stand_in_their_place() {
    let rig = Rig::of(workspace());
    let token = team_token(&rig);
    for (name, age) in [("same", 20), ("same", 20), ("new", 10), ("late", 15)] {
        rig.sim.add_integration(row(name, age)).unwrap();
    }
    assert_eq!(names(&rig, &token, &[]).await, ["new", "late", "same", "same"]);
}

#[tokio::test]
async fn a_cursor_and_a_time_change_nothing() {
    let rig = Rig::of(workspace());
    let token = team_token(&rig);
    rig.sim.add_integration(row("only", 20)).unwrap();
    let arguments = [("cursor", "xyz"), ("limit", "0"), ("before", "1"), ("oldest", "9999999999")];
    assert_eq!(names(&rig, &token, &arguments).await, ["only"]);
}

#[tokio::test]
async fn a_thousand_rows_are_the_most_and_pages_have_no_last_number() {
    let rig = Rig::of(workspace());
    let token = team_token(&rig);
    for n in 0..1001 {
        rig.sim.add_integration(row("r", n)).unwrap();
    }
    let got = web(&rig, METHOD, &token, &[("count", "5000")]).await;
    assert_eq!((got.column("logs", "date").len(), &got.body["paging"]["pages"]), (1000, &json!(2)));
    let beyond = web(&rig, METHOD, &token, &[("page", "500")]).await;
    assert_eq!((&beyond.body["ok"], &beyond.body["logs"]), (&json!(true), &json!([])));
}

#[tokio::test]
async fn filters_take_ids_that_are_numbers_or_strings() {
    let rig = Rig::of(workspace());
    let token = team_token(&rig);
    let mut string = row("string", 10);
    string["service_id"] = json!("42");
    let mut app = row("app", 5);
    app["app_id"] = json!("A1");
    app["change_type"] = json!("removed");
    app["user_id"] = json!("U2");
    app.as_object_mut().unwrap().remove("service_id");
    for one in [row("number", 20), string, app] {
        rig.sim.add_integration(one).unwrap();
    }
    for (argument, expected) in [
        (("service_id", "42"), vec!["string", "number"]),
        (("app_id", "A1"), vec!["app"]),
        (("change_type", "removed"), vec!["app"]),
        (("user", "U1"), vec!["string", "number"]),
        (("user", "U9"), vec![]),
    ] {
        assert_eq!(names(&rig, &token, &[argument]).await, expected, "{argument:?}");
    }
}

#[tokio::test]
async fn a_token_of_the_organisation_has_to_name_a_workspace() {
    let rig = Rig::of(grid());
    let mut there = row("there", 10);
    there["team_id"] = json!(OTHER_TEAM);
    rig.sim.add_integration(row("here", 10)).unwrap();
    rig.sim.add_integration(there).unwrap();
    let (org, team) = (org_token(&rig), team_token(&rig));
    assert_eq!(web(&rig, METHOD, &org, &[]).await.body["error"], "missing_argument");
    assert_eq!(names(&rig, &org, &[("team_id", OTHER_TEAM)]).await, ["there"]);
    assert_eq!(names(&rig, &team, &[]).await, ["here"]);
    assert_eq!(names(&rig, &team, &[("team_id", TEAM)]).await, ["here"]);
    for (token, place) in [(&team, OTHER_TEAM), (&org, "T0NOWHERE1")] {
        let got = web(&rig, METHOD, token, &[("team_id", place)]).await;
        assert_eq!(got.body["error"], "team_access_not_granted", "{place}");
    }
    rig.sim.patch_log_settings(&json!({"plan": "free"})).unwrap();
    assert_eq!(web(&rig, METHOD, &team, &[]).await.body["error"], "paid_only");
}
