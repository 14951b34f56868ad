//! Models that answer wrongly, late or not at all, and workers that die.

use super::asking::Asking;
use crate::world::ONE;
use crate::world::edge::Trouble;
use serde_json::{Value, json};
use slack_simulator::bedrock_fake::Answer;

fn good() -> Value {
    json!({"summary": "s", "keyFindings": [], "securityImplications": [], "recommendedActions": []})
}

fn with(key: &str, value: Value) -> Value {
    let mut answer = good();
    answer[key] = value;
    answer
}

/// Every way of not answering that the tests know.
fn malformed() -> Vec<Answer> {
    let mut missing = good();
    missing.as_object_mut().unwrap().remove("keyFindings");
    vec![
        Answer::Says(good().to_string()),
        Answer::UsesTwice(good()),
        Answer::UsesAnother(good()),
        Answer::CutOff(good()),
        Answer::Uses(missing),
        Answer::Uses(json!("benign")),
        Answer::Uses(with("link", json!("https://evil.example"))),
        Answer::Uses(with("severity", json!("INFO"))),
        Answer::Uses(with("summary", json!(""))),
        Answer::Uses(with("summary", json!("x".repeat(40_001)))),
        Answer::Uses(with("keyFindings", json!(vec!["x"; 51]))),
        Answer::Uses(with("recommendedActions", json!([{"url": "https://evil.example"}]))),
    ]
}

#[tokio::test]
async fn an_answer_that_is_none_is_asked_for_once_more() {
    let mut asking = Asking::with_alert(json!({})).await;
    for bad in malformed() {
        let told = format!("{bad:?}");
        asking.model().will([bad, Answer::triage("now")]);
        let first = asking.queue.receive(1);
        asking.queue.give_back(first.clone(), |_| true);
        assert!(asking.step().await, "{told}");
        let asked = asking.model().take_asked();
        assert_eq!(asked.len(), 2, "{told}");
        assert!(asked[1].question.starts_with(&asked[0].question), "{told}");
        assert!(asked[1].question.ends_with("and be brief."), "{told}");
        // Not applied, so that the next one is asked for as well.
        let sent = asking.world.changes.receive(10);
        asking.queue.duplicate(&first[0]);
        assert!(sent.len() <= 1);
    }
    asking.kept_the_rules();
}

#[tokio::test]
async fn after_two_answers_that_are_none_there_is_no_triage_and_no_further_try() {
    for bad in malformed() {
        let mut asking = Asking::with_alert(json!({})).await;
        asking.model().will([bad.clone()]);
        assert!(asking.step().await, "{bad:?} is not tried again");
        assert_eq!(asking.model().take_asked().len(), 2, "{bad:?}");
        assert!(asking.queue.is_empty() && asking.queue.dead.is_empty());
        asking.world.quiet().await;
        assert_eq!(asking.world.triages().await, [], "{bad:?}");
        assert_eq!(asking.world.replies(ONE), [""; 0], "{bad:?}");
    }
}

#[tokio::test]
async fn a_refusal_for_good_is_no_storm_of_tries() {
    let refusals = [
        Answer::Fails(403, "AccessDeniedException".into()),
        Answer::Fails(400, "ValidationException".into()),
        Answer::Fails(404, "ResourceNotFoundException".into()),
        Answer::Declines,
    ];
    for refusal in refusals {
        let mut asking = Asking::with_alert(json!({})).await;
        asking.model().will([refusal.clone()]);
        assert!(asking.step().await, "{refusal:?}");
        assert_eq!(asking.model().take_asked().len(), 1, "{refusal:?}");
        assert!(asking.queue.is_empty() && asking.queue.dead.is_empty(), "{refusal:?}");
        assert!(asking.world.changes.is_empty());
    }
}

#[tokio::test]
async fn what_may_pass_comes_back_to_the_queue_and_is_done_when_it_has_passed() {
    let passing = [
        Answer::throttled(),
        Answer::Fails(500, "InternalServerException".into()),
        Answer::Fails(503, "ServiceUnavailableException".into()),
        Answer::Fails(429, "ModelNotReadyException".into()),
        Answer::Fails(424, "ModelErrorException".into()),
        Answer::Fails(408, "ModelTimeoutException".into()),
        Answer::Hangs,
    ];
    for trouble in passing {
        let mut asking = Asking::with_alert(json!({})).await;
        asking.model().will([trouble.clone()]);
        assert!(!asking.step().await, "{trouble:?}");
        assert_eq!(asking.model().take_asked().len(), 1, "{trouble:?}: the queue tries again, not the function");
        asking.model().will([Answer::triage("late but there")]);
        assert!(asking.step().await, "{trouble:?}");
        asking.world.quiet().await;
        assert_eq!(asking.world.replies(ONE).len(), 1, "{trouble:?}");
    }
}

#[tokio::test]
async fn the_time_limit_counts_both_tries() {
    let mut asking = Asking::with_alert(json!({})).await;
    asking.model().will([Answer::Says("hm".into()), Answer::Hangs]);
    assert!(!asking.step().await);
    assert_eq!(asking.model().take_asked().len(), 2);
}

#[tokio::test]
async fn what_never_passes_waits_in_the_dead_letter_queue_and_can_be_redriven() {
    let mut asking = Asking::with_alert(json!({})).await;
    asking.model().will([Answer::throttled()]);
    for _ in 0..5 {
        assert!(!asking.step().await);
    }
    assert!(asking.queue.is_empty());
    assert_eq!(asking.queue.dead.len(), 1);
    asking.queue.redrive();
    asking.model().will([Answer::triage("at last")]);
    assert!(asking.step().await);
    asking.world.quiet().await;
    assert_eq!(asking.world.replies(ONE).len(), 1);
}

#[tokio::test]
async fn what_is_no_event_of_a_new_alert_is_set_aside() {
    let mut asking = Asking::new().await;
    let event = |source: &str, kind: &str, id: &str| {
        json!({"source": source, "detail-type": kind, "detail": {"alertId": id}}).to_string()
    };
    for body in [
        "not json".to_owned(),
        "{}".to_owned(),
        event("margay", "alert.created", "no such alert"),
        event("margay", "alert.created", "unknown"),
        event("margay", "alert.ai_triaged", "a1"),
        event("somebody.else", "alert.created", "a1"),
    ] {
        asking.queue.push(body.clone());
        for _ in 0..5 {
            assert!(!asking.step().await, "{body}");
        }
    }
    assert_eq!(asking.queue.dead.len(), 6);
    assert_eq!(asking.model().take_asked(), []);
}

#[tokio::test]
async fn ai_triage_killed_at_any_call_still_gives_one_triage() {
    let mut killed = 0;
    for call in 0..4 {
        for trouble in [Trouble::HangBefore, Trouble::HangAfter] {
            let mut asking = Asking::with_alert(json!({})).await;
            asking.model().will([Answer::triage("one"), Answer::triage("two")]);
            if !asking.kill(call, trouble).await {
                continue;
            }
            killed += 1;
            assert!(asking.step().await, "{call} {trouble:?}");
            asking.world.quiet().await;
            assert_eq!(asking.world.triages().await.len(), 1, "{call} {trouble:?}");
            assert_eq!(asking.world.replies(ONE).len(), 1, "{call} {trouble:?}");
        }
    }
    assert_eq!(killed, 4, "the function reads the alert and sends one message");
}
