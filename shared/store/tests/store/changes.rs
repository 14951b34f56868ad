//! One history per alert, whatever is repeated or happens at once (promise 4).

use crate::table::{NOW, alert, id, store};
use alert::delivery::MessageRef;
use alert::{Action, ActivityKind, Actor, Change, ChangeId, Origin, Status, UserId};
use futures::future::join_all;
use proptest::prelude::*;
use serde_json::json;

fn change(name: &str, by: &str, seen_seq: Option<u64>, action: Action) -> Change {
    Change {
        id: ChangeId::new(name).unwrap(),
        alert_id: id("a1"),
        at: NOW,
        actor: Actor::User { id: UserId::new(by).unwrap(), name: by.to_owned(), slack_user: None },
        origin: Origin::Api,
        seen_seq,
        action,
    }
}

/// A comment on an alert, by nobody in particular.
pub(crate) fn comment(alert: &str, body: &str) -> Change {
    Change {
        alert_id: id(alert),
        ..change(body, "linus", None, Action::Comment { body: body.to_owned(), source: None })
    }
}

fn set(status: Status) -> Action {
    Action::SetStatus { status, comment: None }
}

#[tokio::test]
async fn a_change_moves_the_alert_and_appends_one_activity() {
    let store = store().await;
    store.put_alert(&alert("a1", json!({}))).await.unwrap();
    let applied = store.apply_change(&change("c1", "linus", None, set(Status::Triaged)), NOW).await.unwrap().unwrap();
    assert_eq!((applied.seq, applied.first), (Some(2), true));
    let record = store.load_alert(&id("a1")).await.unwrap().unwrap();
    assert_eq!((record.alert.triage.seq, record.alert.triage.status), (2, Status::Triaged));
    assert_eq!(record.activities.len(), 2);
    assert_eq!(record.activities[1].change_id.as_str(), "c1");
}

#[tokio::test]
async fn a_repeated_change_has_no_second_effect_even_after_the_alert_has_moved_on() {
    let store = store().await;
    store.put_alert(&alert("a1", json!({}))).await.unwrap();
    let triage = change("c1", "linus", None, set(Status::Triaged));
    let no_effect = change("c2", "linus", None, set(Status::Triaged));
    let first = store.apply_change(&triage, NOW).await.unwrap().unwrap();
    assert_eq!(store.apply_change(&no_effect, NOW).await.unwrap().unwrap().seq, None);
    store.apply_change(&change("c3", "auston", None, set(Status::Open)), NOW).await.unwrap();
    let again = store.apply_change(&triage, NOW).await.unwrap().unwrap();
    assert_eq!((again.seq, again.first), (first.seq, false));
    assert!(!store.apply_change(&no_effect, NOW).await.unwrap().unwrap().first);
    let record = store.load_alert(&id("a1")).await.unwrap().unwrap();
    assert_eq!(record.alert.triage.status, Status::Open);
    assert_eq!(record.activities.len(), 3);
}

#[tokio::test]
async fn a_change_to_an_alert_that_is_not_there_is_told_apart() {
    let store = store().await;
    assert!(store.apply_change(&change("c1", "linus", None, set(Status::Triaged)), NOW).await.unwrap().is_none());
}

#[tokio::test]
async fn of_two_who_click_at_once_one_wins_and_the_other_learns_it_again_and_again() {
    let store = store().await;
    store.put_alert(&alert("a1", json!({}))).await.unwrap();
    store.apply_change(&change("c1", "linus", Some(1), set(Status::Triaged)), NOW).await.unwrap();
    let late = change("c2", "auston", Some(1), set(Status::Resolved));
    for _ in 0..2 {
        let applied = store.apply_change(&late, NOW).await.unwrap().unwrap();
        assert_eq!(applied.seq, None);
        assert_eq!(applied.conflict.unwrap().winner.name(), "linus");
    }
}

#[tokio::test]
async fn twenty_comments_at_once_all_land_in_one_gapless_history() {
    let store = store().await;
    store.put_alert(&alert("a1", json!({}))).await.unwrap();
    let changes: Vec<_> = (0..20)
        .map(|n| change(&format!("c{n}"), "linus", None, Action::Comment { body: format!("{n}"), source: None }))
        .collect();
    // A lost race is tried again a bounded number of times; what still fails is the queue's to repeat.
    let mut left: Vec<_> = changes.iter().collect();
    while !left.is_empty() {
        let results = join_all(left.iter().map(|change| store.apply_change(change, NOW))).await;
        left = left.into_iter().zip(results).filter(|(_, result)| result.is_err()).map(|(change, _)| change).collect();
    }
    let record = store.load_alert(&id("a1")).await.unwrap().unwrap();
    let seqs: Vec<u64> = record.activities.iter().map(|activity| activity.seq).collect();
    assert_eq!(seqs, (1..=21).collect::<Vec<u64>>());
    assert_eq!(record.alert.triage.seq, 21);
}

fn source() -> MessageRef {
    MessageRef { channel: "C1".to_owned(), ts: "2.0".to_owned() }
}

fn edit(body: &str, revision: u64) -> Action {
    Action::EditComment { source: source(), body: body.to_owned(), revision }
}

#[tokio::test]
async fn edits_that_come_late_again_and_at_once_leave_the_last_one() {
    let store = store().await;
    store.put_alert(&alert("a1", json!({}))).await.unwrap();
    let unknown = store.apply_change(&change("e0", "linus", None, edit("too early", 1)), NOW).await.unwrap().unwrap();
    assert_eq!((unknown.seq, unknown.first), (None, true));
    let wrote = Action::Comment { body: "first".to_owned(), source: Some(source()) };
    store.apply_change(&change("c1", "linus", None, wrote), NOW).await.unwrap();
    let edits: Vec<_> =
        (1..=8).map(|n| change(&format!("e{n}"), "linus", None, edit(&format!("edit {n}"), 10 + n))).collect();
    for _ in 0..2 {
        let mut left: Vec<_> = edits.iter().rev().collect();
        while !left.is_empty() {
            let results = join_all(left.iter().map(|change| store.apply_change(change, NOW))).await;
            left = left.into_iter().zip(results).filter(|(_, r)| r.is_err()).map(|(change, _)| change).collect();
        }
    }
    let deletion = change("d1", "linus", None, Action::DeleteComment { source: source() });
    assert!(store.apply_change(&deletion, NOW).await.unwrap().unwrap().seq.is_some());
    assert!(!store.apply_change(&deletion, NOW).await.unwrap().unwrap().first);
    let late = store.apply_change(&change("e9", "linus", None, edit("after it", 99)), NOW).await.unwrap().unwrap();
    assert_eq!(late.seq, None);
    let record = store.load_alert(&id("a1")).await.unwrap().unwrap();
    let comments: Vec<_> = alert::comment::all(&record.activities).collect();
    assert_eq!((comments.len(), comments[0].body, comments[0].deleted), (1, "edit 8", true));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    /// Any order, with any repetitions: each change once, the state is what the history says.
    #[test]
    fn history_and_state_agree_whatever_is_repeated(picks in proptest::collection::vec((0usize..8, 0usize..4), 1..40)) {
        let run = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        run.block_on(async {
            let store = store().await;
            store.put_alert(&alert("a1", json!({}))).await.unwrap();
            for (number, status) in &picks {
                let wanted = set(Status::ALL[*status]);
                let change = change(&format!("c{number}-{status}"), "linus", None, wanted);
                store.apply_change(&change, NOW).await.unwrap();
            }
            let record = store.load_alert(&id("a1")).await.unwrap().unwrap();
            let mut status = Status::Open;
            for activity in &record.activities {
                if let ActivityKind::Status { from, to, .. } = &activity.kind {
                    assert_eq!(*from, status);
                    status = *to;
                }
            }
            assert_eq!(record.alert.triage.status, status);
            let mut ids: Vec<_> = record.activities.iter().map(|activity| activity.change_id.clone()).collect();
            ids.dedup();
            assert_eq!(ids.len(), record.activities.len());
        });
    }
}
