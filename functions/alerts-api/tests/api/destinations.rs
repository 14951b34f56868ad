//! Destinations.

use crate::world::World;
use serde_json::json;

#[tokio::test]
async fn a_destination_is_made_shown_listed_changed_and_deleted() {
    let world = World::new().await;
    let body = json!({
        "displayName": "SOC", "kind": "SLACK_BOT", "channel": "#soc", "severities": ["HIGH"], "alertTypes": ["RULE"],
        "logTypes": [], "timezone": "Europe/Berlin", "twoWayStatus": true, "twoWayAssignee": true,
        "twoWayComments": true, "aiTriage": false,
    });
    let made = world.post("/destinations", body).await;
    assert_eq!((made.status.as_u16(), made.text("/channel")), (201, "soc"));
    let path = made.header("Location").to_owned();
    assert_eq!(path, format!("/destinations/{}", made.text("/id")));
    assert_eq!(world.get(&path).await.json, made.json);
    for method in ["PATCH", "PUT"] {
        let changed = world.ask(method, &path).json(&json!({"severities": [], "twoWayStatus": false})).answer().await;
        let mut expected = made.json.clone();
        expected["severities"] = json!([]);
        expected["twoWayStatus"] = json!(false);
        assert_eq!(changed.json, expected);
    }
    assert_eq!(world.get("/destinations").await.json["results"][0]["severities"], json!([]));
    assert_eq!(world.ask("DELETE", &path).answer().await.status, 204);
    assert_eq!(world.ask("DELETE", &path).answer().await.status, 404);
    assert_eq!(world.get("/destinations").await.json, json!({"results": []}));
}

#[tokio::test]
async fn a_name_has_one_destination() {
    let world = World::new().await;
    let make = |name: &str| world.post("/destinations", json!({"displayName": name, "channel": "C1"}));
    let first = make("SOC").await;
    let second = make("Other").await;
    let again = make("SOC").await;
    assert_eq!((again.status.as_u16(), again.wrong()), (409, vec!["displayName"]));
    let renamed = world.patch(second.header("Location"), json!({"displayName": "SOC"})).await;
    assert_eq!(renamed.status, 409);
    assert_eq!(world.patch(first.header("Location"), json!({"displayName": "New"})).await.status, 200);
    assert_eq!(make("SOC").await.status, 201, "a name that was given up is free");
}
