//! Starting and stopping: cheap enough for one simulator per test case, and nothing is left behind.

use std::time::Instant;

use serde_json::json;
use slack_simulator::{Clock, Simulator, World};

use crate::world::{Rig, world};

#[tokio::test]
async fn a_thousand_simulators_start_and_stop_within_seconds() {
    let world: World = serde_json::from_value(world()).unwrap();
    let begun = Instant::now();
    for _ in 0..1000 {
        drop(Simulator::start(world.clone(), Clock::System));
        tokio::task::yield_now().await;
    }
    assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_dropped_simulator_answers_no_more_and_frees_its_port() {
    let rig = Rig::new();
    let (slack, url) = (rig.sim.slack(), rig.sim.api_url());
    let address = url.trim_start_matches("http://").split('/').next().unwrap().parse().unwrap();
    assert_eq!(rig.call("auth.test", json!({})).await["ok"], true);
    drop(rig.sim);
    // The accept loop ends at its next turn.
    let mut again = None;
    for _ in 0..100 {
        tokio::task::yield_now().await;
        again = Simulator::serve(slack.world(), Clock::System, address).ok();
        if again.is_some() {
            break;
        }
    }
    assert!(again.is_some(), "the port is still taken");
}

#[tokio::test]
async fn a_world_that_contradicts_itself_is_refused() {
    let address = ([127, 0, 0, 1], 0).into();
    for (key, value) in [
        ("users", json!([{"id": "U0SAME00001"}, {"id": "U0SAME00001"}])),
        ("channels", json!([{"id": "C0X00000001", "members": ["U0NOBODY001"]}])),
        ("past", json!({"messages": {"C0NOWHERE01": []}})),
    ] {
        let mut wrong = world();
        wrong[key] = value;
        let world: World = serde_json::from_value(wrong).unwrap();
        assert!(Simulator::serve(world, Clock::System, address).is_err(), "{key}");
    }
    let mut wrong = world();
    wrong["app"]["org_wide"] = json!(true);
    assert!(Simulator::serve(serde_json::from_value(wrong).unwrap(), Clock::System, address).is_err());
}
