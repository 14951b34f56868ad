//! Logs in a world file.

use serde_json::{Value, json};
use slack_simulator::World;

use super::{CLIENT, OTHER_TEAM, OWNER, audit, entry, grid, org_token, sighting, web};
use crate::world::{NOW, Rig};

#[tokio::test]
async fn another_simulator_goes_on_with_the_same_logs_and_tokens() {
    let rig = Rig::of(grid());
    let token = org_token(&rig);
    rig.sim.add_audit_entries([entry("a", 10), entry("b", 10)]).unwrap();
    let mut there = sighting("U1", "203.0.113.1", 10);
    there["team_id"] = json!(OTHER_TEAM);
    rig.sim.add_access(there).unwrap();
    rig.sim.add_integration(json!({"date": NOW.to_string(), "team_id": OTHER_TEAM})).unwrap();
    rig.sim.patch_log_settings(&json!({"audit_end": "empty_cursor", "pages_most": 7})).unwrap();

    let next = Rig::of(json!(rig.sim.world()));
    assert_eq!(next.sim.log_settings(), rig.sim.log_settings());
    for (method, arguments) in [("team.accessLogs", vec![]), ("team.integrationLogs", vec![("team_id", OTHER_TEAM)])] {
        let (before, after) =
            (web(&rig, method, &token, &arguments).await, web(&next, method, &token, &arguments).await);
        assert_eq!((&before.body["ok"], &before.body), (&json!(true), &after.body));
    }
    assert_eq!(audit(&rig, &token, &[]).await.body, audit(&next, &token, &[]).await.body);
}

#[test]
fn worlds_without_logs_are_written_as_before() {
    let world: World = serde_json::from_value(crate::world::world()).unwrap();
    let written = json!(world);
    assert_eq!((written.get("logs"), written.get("log_apps")), (None, None));
}

#[test]
fn a_world_with_apps_that_cannot_be_is_refused() {
    for (pointer, wrong) in [
        ("/log_apps/0/client_id", json!("")),
        ("/log_apps/0/client_secret", json!("")),
        ("/log_apps/0/redirect_urls", json!(["javascript:alert(1)"])),
        ("/log_apps/0/redirect_urls", json!(["https://a.example/#x"])),
    ] {
        let mut world = grid();
        *world.pointer_mut(pointer).unwrap() = wrong;
        assert!(serde_json::from_value::<World>(world).unwrap().validate().is_err(), "{pointer}");
    }
    let mut world = grid();
    world["app"]["client_id"] = json!(CLIENT);
    assert!(serde_json::from_value::<World>(world).unwrap().validate().is_err(), "two apps with one client id");
    let mut world = grid();
    world["logs"] = json!({"integration": ["text"]});
    assert!(serde_json::from_value::<World>(world).unwrap().validate().is_err());
}

#[tokio::test]
async fn the_local_world_has_an_app_for_each_log_and_an_owner() {
    let text = include_str!("../../../infra/local/world.json");
    let mut world: Value = serde_json::from_str(text).unwrap();
    world["app"]["signing_secret"] = json!("s");
    world["app"]["bot_token"] = json!("xoxb-x");
    let rig = Rig::of(world);
    let apps = rig.sim.log_apps();
    let scopes: Vec<_> = apps.iter().map(|app| app.user_scopes.join(",")).collect();
    assert_eq!(scopes, ["auditlogs:read", "admin", "admin"]);
    let owners: Vec<_> = rig.sim.world().users.into_iter().filter(|u| u.is_org_owner).map(|u| u.id).collect();
    assert_eq!(owners.len(), 1);
    assert!(!owners.contains(&OWNER.to_owned()));
}
