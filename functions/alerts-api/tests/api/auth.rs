//! Who may call what.

use crate::aws::Fault;
use crate::world::{ADMIN, NOW, World};
use alert::Permission;
use alert::user::allows;
use alerts_api::Route;
use jiff::SignedDuration;
use serde_json::json;

#[tokio::test]
async fn no_key_and_an_unknown_key_are_refused_with_the_header_to_use() {
    let world = World::new().await;
    for key in [None, Some(""), Some(" "), Some("margay_unknown"), Some(&ADMIN[1..]), Some("ü")] {
        let asking = world.ask_without_key("GET", "/alerts");
        let asking = if let Some(key) = key { asking.header("X-API-Key", key) } else { asking };
        let answered = asking.answer().await;
        assert_eq!(answered.status, 401, "{key:?}");
        assert!(answered.header("WWW-Authenticate").contains("X-API-Key"));
    }
}

#[tokio::test]
async fn every_route_takes_exactly_the_keys_that_have_its_permission() {
    let world = World::new().await;
    let mut keys = Vec::new();
    for permission in Permission::ALL {
        keys.push((permission, world.key(&[permission.as_str()]).await));
    }
    for (method, pattern, route) in Route::ALL.iter().filter(|(.., route)| !route.needs().is_empty()) {
        let path = pattern.replace("{id}", "none");
        let none = world.ask_without_key(method.as_str(), &path).answer().await;
        assert_eq!(none.status, 401, "{method} {path}");
        for (permission, key) in &keys {
            let answered = world.ask_as(key, method.as_str(), &path).body("{}").answer().await;
            let may = route.needs().iter().any(|needed| allows(&[*permission], *needed));
            assert_eq!(answered.status != 403, may, "{method} {path} with {permission}");
            if !may {
                let named = route.needs().iter().all(|needed| answered.text("/detail").contains(needed.as_str()));
                assert!(named, "{method} {path}: {}", answered.text("/detail"));
            }
        }
    }
}

#[tokio::test]
async fn a_revoked_key_stops_at_once_here_and_within_a_minute_elsewhere() {
    let (here, key) = {
        let world = World::new().await;
        let key = world.key(&["ViewAlerts"]).await;
        (world, key)
    };
    let elsewhere = here.another();
    let (soon, late) = (NOW + SignedDuration::from_secs(59), NOW + SignedDuration::from_secs(60));
    for world in [&here, &elsewhere] {
        assert_eq!(world.ask_as(&key, "GET", "/alerts").answer().await.status, 200);
    }
    let id = here.get("/api-keys").await.text("/results/0/id").to_owned();
    assert_eq!(here.ask("DELETE", &format!("/api-keys/{id}")).answer().await.status, 204);
    assert_eq!(here.ask_as(&key, "GET", "/alerts").answer().await.status, 401);
    assert_eq!(elsewhere.ask_as(&key, "GET", "/alerts").at(soon).answer().await.status, 200);
    assert_eq!(elsewhere.ask_as(&key, "GET", "/alerts").at(late).answer().await.status, 401);
}

#[tokio::test]
async fn a_known_key_costs_no_look_up_and_forged_ones_read_the_secret_once() {
    let world = World::new().await;
    world.get("/users").await;
    let (reads, secrets) = (world.aws.calls("GetItem"), world.aws.calls("GetSecretValue"));
    world.get("/users").await;
    assert_eq!((world.aws.calls("GetItem"), world.aws.calls("GetSecretValue")), (reads, secrets));
    for n in 0..10 {
        let forged = format!("forged{n}");
        assert_eq!(world.ask_as(&forged, "GET", "/users").answer().await.status, 401);
    }
    assert_eq!(world.aws.calls("GetSecretValue"), 1);
}

#[tokio::test]
async fn a_key_that_cannot_be_looked_up_is_not_let_in() {
    let world = World::new().await;
    let key = world.key(&["ViewAlerts"]).await;
    let fresh = world.another();
    for (operation, key) in [("GetItem", key.as_str()), ("GetSecretValue", ADMIN)] {
        fresh.aws.fail(operation, Fault::Broken);
        let answered = fresh.ask_as(key, "GET", "/users").answer().await;
        assert_eq!(answered.status, 503, "{operation}");
        fresh.aws.heal();
    }
    assert_eq!(fresh.ask_as(&key, "GET", "/users").answer().await.status, 200);
}

#[tokio::test]
async fn nobody_gives_others_what_they_lack_themselves() {
    let world = World::new().await;
    let key = world.key(&["ManageUsers", "ManageAlerts"]).await;
    let more = json!(["ManageUsers", "ManageDestinations"]);
    let refused = [
        ("POST", "/api-keys".to_owned(), json!({"name": "k", "permissions": more})),
        ("POST", "/users".to_owned(), json!({"email": "a@b.example", "name": "A", "permissions": more})),
    ];
    let made = world.post("/users", json!({"email": "l@b.example", "name": "L", "permissions": more})).await;
    let strong = format!("/users/{}", made.text("/id"));
    let weak = format!("/users/{}", world.user("Weak").await);
    let refused = refused.into_iter().chain([
        ("PATCH", weak.clone(), json!({"permissions": more})),
        ("PUT", weak.clone(), json!({"permissions": more})),
        // Whoever gets the email gets the permissions.
        ("PATCH", strong.clone(), json!({"email": "me@b.example"})),
    ]);
    for (method, path, body) in refused {
        let answered = world.ask_as(&key, method, &path).json(&body).answer().await;
        assert_eq!(answered.status, 403, "{method} {path} {body}");
        assert!(answered.text("/detail").contains("ManageDestinations"), "{}", answered.json);
    }
    // What the key has, what that implies, and what somebody has already are no gifts.
    for (path, body) in [
        (&weak, json!({"permissions": ["ViewAlerts", "ManageAlerts", "ManageUsers"], "email": "w@b.example"})),
        (&strong, json!({"permissions": ["ManageDestinations"], "name": "Renamed"})),
    ] {
        let answered = world.ask_as(&key, "PATCH", path).json(&body).answer().await;
        assert_eq!(answered.status, 200, "{}", answered.json);
    }
}
