//! Faults: each kind does what it says, to the calls it names, as often as it says.

use std::time::Duration;

use serde_json::{Value, json};
use slack_simulator::{Fault, FaultKind};

use crate::world::{CHANNEL, Rig, TOKEN};

enum Got {
    Answer(u16, Option<u64>, String),
    Nothing,
}

async fn post(rig: &Rig, channel: &str) -> Got {
    let request = rig.client.post(format!("{}chat.postMessage", rig.sim.api_url())).bearer_auth(TOKEN);
    let body = json!({"channel": channel, "text": "t"}).to_string();
    let request = request.header("content-type", "application/json; charset=utf-8").body(body);
    match request.timeout(Duration::from_secs(2)).send().await {
        Ok(response) => {
            let wait = response.headers().get("retry-after").map(|v| v.to_str().unwrap().parse().unwrap());
            Got::Answer(response.status().as_u16(), wait, response.text().await.unwrap())
        }
        Err(_) => Got::Nothing,
    }
}

fn once(kind: FaultKind) -> Fault {
    Fault { times: Some(1), ..Fault::new("chat.postMessage", kind) }
}

fn posted(rig: &Rig) -> usize {
    rig.sim.messages(CHANNEL).unwrap().len()
}

#[tokio::test]
async fn each_kind_breaks_one_call_in_its_way_and_the_next_is_whole() {
    for (kind, done) in [
        (FaultKind::LostAnswer, true),
        (FaultKind::Reset, false),
        (FaultKind::Http500, false),
        (FaultKind::Http503Html, false),
        (FaultKind::Error, false),
        (FaultKind::TruncatedJson, true),
        (FaultKind::Slow, true),
    ] {
        let rig = Rig::new();
        let fault = Fault { error: Some("internal_error".into()), ms: Some(30), ..once(kind) };
        rig.sim.set_faults(vec![fault], 0).unwrap();
        let begun = std::time::Instant::now();
        let got = post(&rig, CHANNEL).await;
        assert_eq!(posted(&rig), usize::from(done), "{kind:?}");
        match (kind, got) {
            (FaultKind::LostAnswer | FaultKind::Reset, Got::Nothing) => {}
            (FaultKind::Http500, Got::Answer(500, None, _)) => {}
            (FaultKind::Http503Html, Got::Answer(503, None, body)) => assert!(body.starts_with("<!DOCTYPE html>")),
            (FaultKind::Error, Got::Answer(200, None, body)) => {
                assert_eq!(
                    serde_json::from_str::<Value>(&body).unwrap(),
                    json!({"ok": false, "error": "internal_error"})
                );
            }
            (FaultKind::TruncatedJson, Got::Answer(200, None, body)) => {
                assert!(body.starts_with("{\"ok\":true") && serde_json::from_str::<Value>(&body).is_err());
            }
            (FaultKind::Slow, Got::Answer(200, None, _)) => assert!(begun.elapsed() >= Duration::from_millis(30)),
            (kind, Got::Answer(status, wait, body)) => panic!("{kind:?}: {status} {wait:?} {body}"),
            (kind, Got::Nothing) => panic!("{kind:?}: nothing"),
        }
        assert!(matches!(post(&rig, CHANNEL).await, Got::Answer(200, None, _)), "{kind:?}");
        let report = rig.sim.faults();
        assert_eq!((report.faults[0].seen, report.faults[0].fired), (2, 1));
        let entry = rig.sim.wire(None)[0].clone();
        assert!(entry.fault.is_some());
        assert_eq!(
            (entry.response["ok"] == true, entry.status.is_none()),
            (done, matches!(kind, FaultKind::LostAnswer | FaultKind::Reset)),
            "{kind:?}"
        );
    }
}

#[tokio::test]
async fn a_429_says_how_long_and_who_does_not_wait_is_noted() {
    let rig = Rig::new();
    rig.sim.set_faults(vec![Fault { retry_after: Some(7), ..once(FaultKind::Ratelimited) }], 0).unwrap();
    let refused = |got: Got, seconds: u64| match got {
        Got::Answer(429, Some(wait), body) => {
            assert_eq!(wait, seconds);
            assert_eq!(serde_json::from_str::<Value>(&body).unwrap(), json!({"ok": false, "error": "ratelimited"}));
        }
        Got::Answer(status, ..) => panic!("{status}"),
        Got::Nothing => panic!("nothing"),
    };
    refused(post(&rig, CHANNEL).await, 7);
    assert_eq!(rig.sim.faults().violations, []);
    assert!(matches!(post(&rig, "C0PRIVATE01").await, Got::Answer(200, ..)), "another channel is not blocked");
    rig.clock.advance(Duration::from_millis(5500));
    refused(post(&rig, "#general").await, 2);
    let violations = rig.sim.faults().violations;
    assert_eq!((violations[0].after_ms, violations[0].early_ms), (5500, 1500));
    assert_eq!(violations[0].channel.as_deref(), Some(CHANNEL));
    rig.clock.advance(Duration::from_millis(1499));
    refused(post(&rig, CHANNEL).await, 1);
    rig.clock.advance(Duration::from_millis(1));
    assert!(matches!(post(&rig, CHANNEL).await, Got::Answer(200, ..)));
    assert_eq!((posted(&rig), rig.sim.faults().violations.len()), (1, 2));
}

#[tokio::test]
async fn a_hanging_call_has_done_its_work_and_is_answered_when_the_faults_go() {
    let rig = Rig::new();
    rig.sim.set_faults(vec![once(FaultKind::Hang)], 0).unwrap();
    let call = post(&rig, CHANNEL);
    tokio::pin!(call);
    tokio::select! {
        _ = &mut call => panic!("answered"),
        () = rig.sim.hang_fired() => {}
    }
    assert_eq!(posted(&rig), 1);
    rig.sim.clear_faults();
    assert!(matches!(call.await, Got::Answer(200, ..)));
}

#[tokio::test]
async fn faults_choose_by_method_channel_count_and_chance() {
    let rig = Rig::new();
    let fault = Fault {
        channel: Some(CHANNEL.into()),
        skip: 1,
        times: Some(2),
        error: Some("fatal_error".into()),
        ..Fault::new("*", FaultKind::Error)
    };
    rig.sim.set_faults(vec![fault], 0).unwrap();
    let mut outcomes = Vec::new();
    for channel in [CHANNEL, "C0PRIVATE01", CHANNEL, CHANNEL, CHANNEL] {
        let answer = rig.call("chat.postMessage", json!({"channel": channel, "text": "t"})).await;
        outcomes.push(answer["ok"].as_bool().unwrap());
    }
    assert_eq!(outcomes, [true, true, false, false, true]);

    let run = async |seed: u64| {
        let fault = Fault {
            probability: Some(0.5),
            error: Some("fatal_error".into()),
            ..Fault::new("auth.test", FaultKind::Error)
        };
        rig.sim.set_faults(vec![fault], seed).unwrap();
        let mut run = Vec::new();
        for _ in 0..32 {
            run.push(rig.call("auth.test", json!({})).await["ok"].as_bool().unwrap());
        }
        run
    };
    let first = run(1).await;
    assert_eq!(run(1).await, first, "the same seed gives the same faults");
    assert!(first.contains(&true) && first.contains(&false));
    assert_ne!(run(2).await, first);
}

#[tokio::test]
async fn a_fault_that_makes_no_sense_is_refused() {
    let rig = Rig::new();
    for fault in [
        Fault::new("chat.shout", FaultKind::Reset),
        Fault::new("callback", FaultKind::Reset),
        Fault::new("chat.postMessage", FaultKind::DelayCallback),
        Fault::new("chat.postMessage", FaultKind::Error),
        Fault { probability: Some(1.5), ..Fault::new("*", FaultKind::Reset) },
    ] {
        assert_eq!(rig.sim.set_faults(vec![fault.clone()], 0).unwrap_err().status, 422, "{fault:?}");
    }
}

#[tokio::test]
async fn slacks_own_rate_limits_hold_if_the_world_asks_for_them() {
    let rig = Rig::new();
    rig.sim.patch_app(&json!({"enforce_rate_limits": true})).unwrap();
    for n in 0..5 {
        assert!(matches!(post(&rig, CHANNEL).await, Got::Answer(200, ..)), "{n}");
    }
    assert!(matches!(post(&rig, CHANNEL).await, Got::Answer(429, Some(_), _)));
    assert!(matches!(post(&rig, "C0PRIVATE01").await, Got::Answer(200, ..)));
    rig.clock.advance(Duration::from_secs(10));
    assert!(matches!(post(&rig, CHANNEL).await, Got::Answer(200, ..)));
    for n in 0..20 {
        assert_eq!(rig.get("users.list", &[]).await["ok"], true, "{n}");
    }
    assert_eq!(rig.get("users.list", &[]).await["error"], "ratelimited");
}

#[tokio::test]
async fn calls_are_counted_by_method_since_a_mark() {
    let rig = Rig::new();
    rig.post("before").await;
    let mark = rig.sim.mark();
    rig.post("one").await;
    rig.post("two").await;
    rig.get("users.info", &[]).await;
    let counts = rig.sim.calls_since(mark);
    assert_eq!(
        counts.into_iter().collect::<Vec<_>>(),
        [("chat.postMessage".to_owned(), 2), ("users.info".to_owned(), 1)]
    );
}
