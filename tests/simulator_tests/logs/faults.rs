//! Faults strike log calls like any other, and can be held to one app.

use serde_json::json;
use slack_simulator::{Fault, FaultKind};

use super::{CLIENT, OWNER, SECRET, audit, entry, grid, org_token, web};
use crate::world::Rig;

fn once(method: &str, kind: FaultKind) -> Fault {
    Fault { times: Some(1), ..Fault::new(method, kind) }
}

#[tokio::test]
async fn an_ordered_error_has_the_status_that_its_api_gives_it() {
    let rig = Rig::of(grid());
    let token = org_token(&rig);
    for (method, code, status) in [
        ("audit.logs", "invalid_cursor", 400),
        ("audit.logs", "token_revoked", 401),
        ("audit.logs", "internal_error", 500),
        ("team.accessLogs", "fatal_error", 200),
    ] {
        let fault = Fault { error: Some(code.to_owned()), ..once(method, FaultKind::Error) };
        rig.sim.set_faults(vec![fault], 0).unwrap();
        let got = match method {
            "audit.logs" => audit(&rig, &token, &[]).await,
            _ => web(&rig, method, &token, &[]).await,
        };
        assert_eq!((got.status, &got.body), (status, &json!({"ok": false, "error": code})));
    }
}

#[tokio::test]
async fn every_kind_of_fault_strikes_the_audit_api() {
    let rig = Rig::of(grid());
    let token = org_token(&rig);
    rig.sim.add_audit_entry(entry("e", 10)).unwrap();
    let call = async || {
        let request = rig.client.get(format!("{}/logs", rig.sim.audit_url())).bearer_auth(&token);
        let answer = request.send().await.ok()?;
        Some((answer.status().as_u16(), answer.text().await.ok()?))
    };
    for kind in [FaultKind::Reset, FaultKind::LostAnswer] {
        rig.sim.set_faults(vec![once("audit.logs", kind)], 0).unwrap();
        assert_eq!(call().await, None, "{kind:?}");
    }
    for (kind, status) in [(FaultKind::Http500, 500), (FaultKind::Http503Html, 503), (FaultKind::TruncatedJson, 200)] {
        rig.sim.set_faults(vec![once("*", kind)], 0).unwrap();
        let (got, body) = call().await.unwrap();
        assert_eq!(got, status);
        assert!(serde_json::from_str::<serde_json::Value>(&body).is_err(), "{kind:?}: {body}");
        assert_eq!(call().await.unwrap().0, 200);
    }
    let limited = Fault { retry_after: Some(7), ..once("audit.logs", FaultKind::Ratelimited) };
    rig.sim.set_faults(vec![limited], 0).unwrap();
    assert_eq!(audit(&rig, &token, &[]).await.retry_after, Some(7));
    assert_eq!(audit(&rig, &token, &[]).await.status, 429, "until the time is over");
    rig.clock.advance(std::time::Duration::from_secs(7));
    assert_eq!(audit(&rig, &token, &[]).await.status, 200);
}

#[tokio::test]
async fn a_fault_can_be_for_one_app_only() {
    let mut world = grid();
    let second = json!({"client_id": "9.2", "client_secret": SECRET, "user_scopes": ["admin"]});
    world["log_apps"].as_array_mut().unwrap().push(second);
    let rig = Rig::of(world);
    let ours = org_token(&rig);
    let theirs = rig.sim.grant_user_token("9.2", OWNER, super::ORG, &["admin"]).unwrap();
    let fault = Fault { channel: Some(CLIENT.to_owned()), ..Fault::new("team.accessLogs", FaultKind::Http500) };
    rig.sim.set_faults(vec![fault], 0).unwrap();
    assert_eq!(web(&rig, "team.accessLogs", &theirs, &[]).await.status, 200);
    let request = rig.client.get(format!("{}team.accessLogs", rig.sim.api_url())).bearer_auth(&ours);
    assert_eq!(request.send().await.unwrap().status(), 500);
}

#[tokio::test]
async fn the_wire_keeps_counts_of_entries_and_no_entry() {
    let rig = Rig::of(grid());
    let token = org_token(&rig);
    rig.sim.add_audit_entry(entry("only-one", 10)).unwrap();
    rig.sim.add_access(super::sighting("U0SEEN00001", "203.0.113.1", 10)).unwrap();
    audit(&rig, &token, &[("limit", "7"), ("oldest", "1")]).await;
    web(&rig, "team.accessLogs", &token, &[]).await;
    let wire = rig.sim.wire(None);
    assert_eq!((wire[0].method.as_str(), &wire[0].request), ("audit.logs", &json!({"limit": "7", "oldest": "1"})));
    assert_eq!(wire[0].response, json!({"entries": 1, "next_cursor": null}));
    assert_eq!(wire[1].response["logins"], 1);
    let said = serde_json::to_string(&wire).unwrap();
    assert!(!said.contains("only-one") && !said.contains("U0SEEN00001") && !said.contains(&token));
}
