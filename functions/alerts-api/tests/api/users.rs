//! Registered users.

use crate::world::World;
use serde_json::{Value, json};

#[tokio::test]
async fn a_user_is_registered_shown_changed_and_deleted() {
    let world = World::new().await;
    let body = json!({"email": " Ada.L@Acme.Example ", "name": "Ada King Lovelace", "permissions": ["ViewAlerts"]});
    let made = world.post("/users", body).await;
    assert_eq!(made.status, 201);
    for (field, expected) in
        [("email", "ada.l@acme.example"), ("givenName", "Ada King"), ("familyName", "Lovelace"), ("status", "ACTIVE")]
    {
        assert_eq!(made.json[field], expected);
    }
    let path = made.header("Location").to_owned();
    let changed = world.ask("PUT", &path).json(&json!({"name": "Ada"})).answer().await;
    assert_eq!((changed.text("/givenName"), changed.text("/familyName")), ("Ada", ""));
    assert_eq!(changed.json["permissions"], json!(["ViewAlerts"]));
    assert_eq!(world.get(&path).await.json, changed.json);
    assert_eq!(world.ask("DELETE", &path).answer().await.status, 204);
    assert_eq!(world.get(&path).await.status, 404);
}

#[tokio::test]
async fn an_email_has_one_user() {
    let world = World::new().await;
    world.user("Linus").await;
    let again = json!({"email": "LINUS@acme.example", "name": "L", "permissions": []});
    let refused = world.post("/users", again).await;
    assert_eq!((refused.status.as_u16(), refused.wrong()), (409, vec!["email"]));
    let auston = world.user("Auston").await;
    let renamed = world.patch(&format!("/users/{auston}"), json!({"email": "linus@acme.example"})).await;
    assert_eq!(renamed.status, 409);
}

#[tokio::test]
async fn users_are_listed_page_by_page_without_loss() {
    let world = World::new().await;
    let mut expected = Vec::new();
    for n in 0..7 {
        expected.push(world.user(&format!("User {n}")).await);
    }
    expected.sort();
    let (mut found, mut cursor) = (Vec::new(), String::new());
    for page in 0..4 {
        let answered = world.get(&format!("/users?limit=2{cursor}")).await;
        found.extend(answered.each("id").into_iter().map(str::to_owned));
        match answered.json.get("next") {
            Some(next) => cursor = format!("&cursor={}", next.as_str().unwrap()),
            None => assert_eq!(page, 3),
        }
    }
    assert_eq!(found, expected);
}

#[tokio::test]
async fn a_deleted_user_stays_the_assignee_of_what_they_had() {
    let world = World::new().await;
    world.alert("a", json!({}), &[]).await;
    let linus = world.user("Linus").await;
    assert_eq!(world.patch("/alerts/a", json!({"assignee": linus})).await.status, 204);
    assert_eq!(world.ask("DELETE", &format!("/users/{linus}")).answer().await.status, 204);
    assert_eq!(world.get("/alerts/a").await.json["assignee"]["name"], "Linus");
    assert_eq!(world.patch("/alerts/a", json!({"assignee": null})).await.status, 204);
    assert_eq!(world.get("/alerts/a").await.json["assignee"], Value::Null);
    assert_eq!(world.patch("/alerts/a", json!({"assignee": linus})).await.status, 400);
}
