//! API keys.

use crate::world::{ADMIN, World};
use serde_json::json;
use sha2::{Digest, Sha256};

#[tokio::test]
async fn a_key_is_shown_once_and_only_its_hash_is_kept() {
    let world = World::new().await;
    let made = world.post("/api-keys", json!({"name": "CI", "permissions": ["ManageAlerts"]})).await;
    assert_eq!(made.status, 201);
    let key = made.text("/key").to_owned();
    let path = made.header("Location").to_owned();
    let mut record = made.json.clone();
    record.as_object_mut().unwrap().shift_remove("key");
    assert_eq!(world.get(&path).await.json, record);
    assert_eq!(world.get("/api-keys").await.json, json!({"results": [record]}));
    let hash = hex::encode(Sha256::digest(&key));
    let found = world.store.api_key_by_hash(&hash).await.unwrap().unwrap();
    assert_eq!(json!(found), record);
    world.alert("a", json!({}), &[]).await;
    let change = world.ask_as(&key, "PATCH", "/alerts/a").json(&json!({"status": "TRIAGED"})).answer().await;
    assert_eq!(change.status, 204);
    let by = json!({"id": found.id, "type": "api-token", "name": "CI"});
    assert_eq!(world.get("/alerts/a").await.json["updatedBy"], by);
}

#[tokio::test]
async fn keys_are_all_different_and_revoked_once() {
    let world = World::new().await;
    let (one, two) = (world.key(&["ViewAlerts"]).await, world.key(&["ViewAlerts"]).await);
    assert_ne!(one, two);
    assert_ne!(one, ADMIN);
    for result in world.get("/api-keys").await.each("id") {
        let path = format!("/api-keys/{result}");
        assert_eq!(world.ask("DELETE", &path).answer().await.status, 204);
        assert_eq!(world.ask("DELETE", &path).answer().await.status, 404);
    }
    assert_eq!(world.ask_as(&one, "GET", "/alerts").answer().await.status, 401);
    assert_eq!(world.ask("DELETE", "/api-keys/first-admin-key").answer().await.status, 404);
}
