//! The index `open`: what waits for somebody is in it, and nothing else.

use crate::table::{NOW, alert, id, store, table};
use alert::boomerang::{Recipient, Verdict};
use alert::{Action, Actor, Alert, Assignee, Change, ChangeId, Origin, Severity, Status, UserId};
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::ToSpan;
use proptest::prelude::*;
use serde_json::json;
use store::{Store, Waiting};

const RECIPIENT: &str = "U0ASKED001";

fn user(name: &str) -> UserId {
    UserId::new(name).unwrap()
}

fn change(name: &str, alert: &str, action: Action) -> Change {
    let slack_user = matches!(action, Action::AnswerBoomerang { .. }).then(|| RECIPIENT.to_owned());
    Change {
        id: ChangeId::new(name).unwrap(),
        alert_id: id(alert),
        at: NOW,
        actor: Actor::User { id: user("linus"), name: "Linus".to_owned(), slack_user },
        origin: Origin::Api,
        seen_seq: None,
        action,
    }
}

async fn apply(store: &Store, name: &str, alert: &str, action: Action) {
    store.apply_change(&change(name, alert, action), NOW).await.unwrap().unwrap();
}

fn assign(to: Option<&str>) -> Action {
    let assignee = |name: &str| Assignee { id: user(name), name: name.to_owned(), email: String::new() };
    Action::Assign { assignee: to.map(assignee) }
}

fn set(status: Status) -> Action {
    Action::SetStatus { status, comment: None }
}

fn ask(workspace: Option<&str>) -> Action {
    Action::SendBoomerang {
        recipient: Recipient { slack_user: RECIPIENT.to_owned(), name: "Asked".to_owned() },
        question: "Was that you?".to_owned(),
        shares_event: false,
        workspace: workspace.map(str::to_owned),
        conversation: None,
    }
}

fn answer(boomerang: &str) -> Action {
    Action::AnswerBoomerang { boomerang: ChangeId::new(boomerang).unwrap(), verdict: Verdict::Suspicious, answer: None }
}

/// The alerts that wait, and the questions about them.
async fn open(store: &Store, waiting: Waiting<'_>) -> Vec<String> {
    let found = store.open(waiting, 100).await.unwrap();
    assert!(!found.more);
    let name = |pointer: &store::Pointer| match &pointer.boomerang {
        Some(boomerang) => format!("{} {boomerang}", pointer.alert),
        None => pointer.alert.to_string(),
    };
    found.pointers.iter().map(name).collect()
}

fn asked(workspace: Option<&str>) -> Waiting<'_> {
    Waiting::Asked { workspace, slack_user: RECIPIENT }
}

#[tokio::test]
async fn an_alert_waits_for_its_assignee_or_for_anybody_while_it_is_open_or_triaged() {
    let store = store().await;
    store.put_alert(&alert("a1", json!({}))).await.unwrap();
    let linus = user("linus");
    assert_eq!(open(&store, Waiting::Unassigned).await, ["a1"]);
    apply(&store, "c1", "a1", assign(Some("linus"))).await;
    assert_eq!(open(&store, Waiting::Unassigned).await, [""; 0]);
    assert_eq!(open(&store, Waiting::Assigned(&linus)).await, ["a1"]);
    apply(&store, "c2", "a1", set(Status::Triaged)).await;
    assert_eq!(open(&store, Waiting::Assigned(&linus)).await, ["a1"]);
    for (n, over) in [Status::Resolved, Status::Closed].into_iter().enumerate() {
        apply(&store, &format!("over{n}"), "a1", set(over)).await;
        assert_eq!(open(&store, Waiting::Assigned(&linus)).await, [""; 0], "{over}");
        apply(&store, &format!("again{n}"), "a1", set(Status::Open)).await;
        assert_eq!(open(&store, Waiting::Assigned(&linus)).await, ["a1"]);
    }
    apply(&store, "c3", "a1", assign(None)).await;
    assert_eq!(open(&store, Waiting::Unassigned).await, ["a1"]);
}

#[tokio::test]
async fn what_starts_resolved_waits_for_nobody_and_what_starts_assigned_for_its_assignee() {
    let store = store().await;
    store.put_alert(&alert("info", json!({"severity": "INFO"}))).await.unwrap();
    let mut assigned = alert("high", json!({}));
    let Action::Assign { assignee } = assign(Some("linus")) else { unreachable!() };
    assigned.triage.assignee = assignee;
    store.put_alert(&assigned).await.unwrap();
    assert_eq!(open(&store, Waiting::Unassigned).await, [""; 0]);
    assert_eq!(open(&store, Waiting::Assigned(&user("linus"))).await, ["high"]);
}

#[tokio::test]
async fn the_most_severe_come_first_and_of_those_the_newest_before_and_after_a_change() {
    let store = store().await;
    for (name, severity, hours) in
        [("old", "HIGH", 9), ("low", "LOW", 0), ("new", "HIGH", 1), ("worst", "CRITICAL", 90), ("medium", "MEDIUM", 0)]
    {
        let at = NOW - hours.hours();
        store.put_alert(&alert(name, json!({"severity": severity, "createdAt": at}))).await.unwrap();
    }
    let expected = ["worst", "new", "old", "medium", "low"];
    assert_eq!(open(&store, Waiting::Unassigned).await, expected);
    for name in expected {
        apply(&store, &format!("c-{name}"), name, set(Status::Triaged)).await;
    }
    assert_eq!(open(&store, Waiting::Unassigned).await, expected);
    let first = store.open(Waiting::Unassigned, 2).await.unwrap();
    assert!(first.more && first.pointers.len() == 2);
}

#[tokio::test]
async fn a_question_waits_for_whoever_was_asked_and_for_whoever_asks_until_it_ends() {
    let linus = user("linus");
    let store = store().await;
    store.put_alert(&alert("a1", json!({}))).await.unwrap();
    apply(&store, "b1", "a1", ask(None)).await;
    apply(&store, "b2", "a1", ask(None)).await;
    apply(&store, "b3", "a1", ask(Some("T1"))).await;
    assert_eq!(open(&store, asked(None)).await, ["a1 b1", "a1 b2"]);
    assert_eq!(open(&store, asked(Some("T1"))).await, ["a1 b3"], "the same id elsewhere is somebody else");
    assert_eq!(open(&store, Waiting::Asking(&linus)).await, ["a1 b1", "a1 b2", "a1 b3"]);

    apply(&store, "c1", "a1", answer("b1")).await;
    apply(&store, "c2", "a1", Action::CancelBoomerang { boomerang: ChangeId::new("b2").unwrap() }).await;
    assert_eq!(open(&store, asked(None)).await, [""; 0]);
    assert_eq!(open(&store, Waiting::Asking(&linus)).await, ["a1 b3"]);
    let (boomerang, why) = (ChangeId::new("b3").unwrap(), "gone".to_owned());
    apply(&store, "c3", "a1", Action::NoteUndeliveredBoomerang { boomerang, why }).await;
    assert_eq!(open(&store, asked(Some("T1"))).await, [""; 0]);
    assert_eq!(open(&store, Waiting::Asking(&linus)).await, [""; 0]);
    assert_eq!(store.load_alert(&id("a1")).await.unwrap().unwrap().activities.len(), 7, "all is still there");
}

#[tokio::test]
async fn a_report_puts_a_resolved_alert_back() {
    let store = store().await;
    store.put_alert(&alert("a1", json!({}))).await.unwrap();
    apply(&store, "b1", "a1", ask(None)).await;
    apply(&store, "c1", "a1", set(Status::Resolved)).await;
    assert_eq!(open(&store, Waiting::Unassigned).await, [""; 0]);
    apply(&store, "c2", "a1", answer("b1")).await;
    assert_eq!(open(&store, Waiting::Unassigned).await, ["a1"]);
}

#[tokio::test]
async fn an_alert_from_before_the_index_comes_into_it_with_its_next_change() {
    let config = table().await;
    let store = Store::new(&config, "margay".to_owned());
    store.put_alert(&alert("a1", json!({"severity": "CRITICAL"}))).await.unwrap();
    store.put_alert(&alert("a2", json!({}))).await.unwrap();
    let key = |sk: &str| AttributeValue::S(sk.to_owned());
    let client = aws_sdk_dynamodb::Client::new(&config);
    let older = client.update_item().table_name("margay").update_expression("REMOVE open_for, urgency");
    older.key("pk", key("ALERT#a1")).key("sk", key("META")).send().await.unwrap();
    assert_eq!(open(&store, Waiting::Unassigned).await, ["a2"]);
    apply(&store, "c1", "a1", Action::Comment { body: "any change".to_owned(), source: None }).await;
    assert_eq!(open(&store, Waiting::Unassigned).await, ["a1", "a2"]);
}

#[derive(Debug, Clone)]
struct Step {
    alert: usize,
    what: u8,
    which: usize,
}

fn action(step: &Step, asked: usize) -> Action {
    let boomerang = || ChangeId::new(format!("step{}", step.which % (asked + 1))).unwrap();
    match step.what {
        0..4 => set(Status::ALL[usize::from(step.what)]),
        4 => assign(None),
        5 => assign(Some("linus")),
        6 => assign(Some("auston")),
        7 | 8 => ask(None),
        9 => Action::CancelBoomerang { boomerang: boomerang() },
        _ => Action::AnswerBoomerang { boomerang: boomerang(), verdict: Verdict::Suspicious, answer: None },
    }
}

/// What of `alert` should be in the index for its assignee `who`.
fn waits_for(alert: &Alert, who: Option<&str>) -> bool {
    alert.triage.status.is_open() && alert.triage.assignee.as_ref().map(|a| a.id.as_str()) == who
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn whatever_happens_the_index_says_what_the_alerts_say(
        steps in prop::collection::vec((0usize..3, 0u8..12, 0usize..30), 1..25)
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let store = store().await;
            let names = ["a", "b", "c"];
            for (name, severity) in names.into_iter().zip(Severity::ALL.into_iter().skip(2)) {
                store.put_alert(&alert(name, json!({"severity": severity.as_str()}))).await.unwrap();
            }
            for (n, (alert, what, which)) in steps.into_iter().enumerate() {
                let step = Step { alert, what, which };
                apply(&store, &format!("step{n}"), names[step.alert], action(&step, n)).await;
            }
            let mut records = Vec::new();
            for name in names.into_iter().rev() {
                records.push(store.load_alert(&id(name)).await.unwrap().unwrap());
            }
            for who in [None, Some("linus"), Some("auston")] {
                let expected = records.iter().filter(|record| waits_for(&record.alert, who));
                let expected: Vec<_> = expected.map(|record| record.alert.id.to_string()).collect();
                let linus = who.map(user);
                let waiting = linus.as_ref().map_or(Waiting::Unassigned, Waiting::Assigned);
                assert_eq!(open(&store, waiting).await, expected, "{who:?}");
            }
            let mut questions = Vec::new();
            for record in &records {
                let known = alert::boomerang::all(&record.activities).into_iter().filter(alert::Boomerang::is_open);
                questions.extend(known.map(|known| format!("{} {}", record.alert.id, known.id)));
            }
            let linus = user("linus");
            for waiting in [asked(None), Waiting::Asking(&linus)] {
                let mut found = open(&store, waiting).await;
                found.sort();
                questions.sort();
                assert_eq!(found, questions);
            }
        });
    }
}
