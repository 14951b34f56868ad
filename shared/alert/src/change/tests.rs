//! What changes do, one by one.

use super::*;
use crate::Severity;

const NOW: Timestamp = Timestamp::constant(1_763_700_000, 0);

fn person(id: &str) -> Actor {
    Actor::User { id: UserId::new(id).unwrap(), name: id.to_owned(), slack_user: None }
}

fn change(by: &str, seen_seq: Option<u64>, action: Action) -> Change {
    Change {
        id: ChangeId::derive(&[by.as_bytes()]),
        alert_id: AlertId::new("a").unwrap(),
        at: NOW,
        actor: person(by),
        origin: Origin::Api,
        seen_seq,
        action,
    }
}

fn set(status: Status) -> Action {
    Action::SetStatus { status, comment: None }
}

fn after(triage: &Triage, change: &Change) -> Triage {
    advance(triage, &decide(triage, &[], change).activity.unwrap(), change)
}

#[test]
fn two_people_who_click_at_once_the_second_loses_and_learns_against_whom() {
    let start = Triage::start(Severity::High, None, NOW);
    let triaged = after(&start, &change("linus", Some(1), set(Status::Triaged)));
    let late = decide(&triaged, &[], &change("auston", Some(1), set(Status::Resolved)));
    assert_eq!(late.activity, None);
    let conflict = late.conflict.unwrap();
    assert!(conflict.winner.is(&person("linus")));
    assert_eq!(conflict.now, ConflictNow::Status(Status::Triaged));
}

#[test]
fn a_lost_resolution_keeps_its_comment() {
    let start = Triage::start(Severity::High, None, NOW);
    let triaged = after(&start, &change("linus", Some(1), set(Status::Triaged)));
    let resolve = Action::SetStatus { status: Status::Resolved, comment: Some("was me".into()) };
    let late = decide(&triaged, &[], &change("auston", Some(1), resolve));
    assert_eq!(late.activity, Some(ActivityKind::Comment { body: "was me".into(), source: None }));
    assert!(late.conflict.is_some());
}

#[test]
fn ones_own_second_click_and_unrelated_activity_do_not_conflict() {
    let start = Triage::start(Severity::High, None, NOW);
    let triaged = after(&start, &change("linus", Some(1), set(Status::Triaged)));
    assert!(decide(&triaged, &[], &change("linus", Some(1), set(Status::Resolved))).conflict.is_none());
    let commented = after(&start, &change("linus", None, Action::Comment { body: "hm".into(), source: None }));
    assert!(decide(&commented, &[], &change("auston", Some(1), set(Status::Resolved))).conflict.is_none());
}

#[test]
fn a_change_to_what_already_is_does_nothing_and_is_no_conflict() {
    let start = Triage::start(Severity::High, None, NOW);
    let triaged = after(&start, &change("linus", Some(1), set(Status::Triaged)));
    let same = decide(&triaged, &[], &change("auston", Some(1), set(Status::Triaged)));
    assert_eq!(same, Decision::default());
    assert_eq!(decide(&start, &[], &change("a", None, Action::Assign { assignee: None })).activity, None);
}

#[test]
fn an_api_change_applies_whatever_was_before() {
    let start = Triage::start(Severity::High, None, NOW);
    let triaged = after(&start, &change("linus", Some(1), set(Status::Triaged)));
    assert!(decide(&triaged, &[], &change("bot", None, set(Status::Closed))).activity.is_some());
}

fn in_slack(by: &str, action: Action) -> Change {
    let (channel, message_ts, user) = ("C1".to_owned(), "1.0".to_owned(), "U1".to_owned());
    Change { origin: Origin::Slack { channel, message_ts, user }, ..change(by, None, action) }
}

fn message() -> MessageRef {
    MessageRef { channel: "C1".into(), ts: "2.0".into() }
}

fn wrote(body: &str) -> Change {
    in_slack("pat", Action::Comment { body: body.into(), source: Some(message()) })
}

fn edited(body: &str, revision: u64) -> Change {
    in_slack("pat", Action::EditComment { source: message(), body: body.into(), revision })
}

fn deleted() -> Change {
    in_slack("pat", Action::DeleteComment { source: message() })
}

/// The history after `changes`, and the comments' texts.
fn history(changes: &[Change]) -> (Vec<Activity>, Vec<String>) {
    let (mut triage, mut history) = (Triage::start(Severity::High, None, NOW), Vec::new());
    for change in changes {
        if let Some(kind) = decide(&triage, &history, change).activity {
            triage = advance(&triage, &kind, change);
            let (change_id, actor, origin) = (change.id.clone(), change.actor.clone(), change.origin.clone());
            history.push(Activity { seq: triage.seq, change_id, at: NOW, actor, origin, kind });
        }
    }
    let texts = comment::all(&history).map(|comment| comment.body.to_owned()).collect();
    (history, texts)
}

#[test]
fn of_two_edits_the_later_one_stands_in_whatever_order_they_come() {
    for edits in [[edited("b", 5), edited("c", 9)], [edited("c", 9), edited("b", 5)]] {
        let [first, second] = edits;
        assert_eq!(history(&[wrote("a"), first, second]).1, ["c"]);
    }
    // Changed back.
    assert_eq!(history(&[wrote("a"), edited("b", 5), edited("a", 6)]).1, ["a"]);
    assert_eq!(history(&[wrote("a"), edited("a", 6), edited("b", 5)]).1, ["a"]);
}

#[test]
fn an_edit_that_comes_again_or_after_the_deletion_or_has_no_comment_has_no_effect() {
    assert_eq!(history(&[wrote("a"), edited("b", 5), edited("b", 5)]).0.len(), 2);
    assert_eq!(history(&[edited("b", 5)]).0, []);
    assert_eq!(history(&[deleted()]).0, []);
    let (after, texts) = history(&[wrote("a"), deleted(), edited("b", 5), deleted()]);
    assert_eq!((after.len(), texts), (2, vec!["a".to_owned()]), "a deleted comment stays as it was");
    assert!(comment::at(&after, 2).unwrap().deleted);
    let other = MessageRef { channel: "C2".into(), ts: "2.0".into() };
    let elsewhere = in_slack("pat", Action::EditComment { source: other, body: "b".into(), revision: 5 });
    assert_eq!(history(&[wrote("a"), elsewhere]).1, ["a"], "the same ts in another channel is another message");
}

#[test]
fn what_is_written_in_a_thread_is_not_shown_there_again() {
    let thread = MessageRef { channel: "C1".into(), ts: "1.0".into() };
    let (written, _) = history(&[wrote("a"), edited("b", 5), deleted()]);
    assert!(written.iter().all(|activity| activity.happened_in_thread_of(&thread)));
    assert!(!written[0].happened_in_thread_of(&MessageRef { channel: "C2".into(), ts: "1.0".into() }));
    assert!(!written[0].happened_in_thread_of(&message()));
    let (clicked, _) = history(&[in_slack("pat", set(Status::Triaged))]);
    assert!(!clicked[0].happened_in_thread_of(&thread), "the thread tells of a click on its message");
}

#[test]
fn what_was_stored_before_comments_had_sources_is_still_read() {
    let old = r#"{"what":"comment","body":"hm"}"#;
    let kind: ActivityKind = serde_json::from_str(old).unwrap();
    assert_eq!(kind, ActivityKind::Comment { body: "hm".into(), source: None });
    assert_eq!(serde_json::to_string(&kind).unwrap(), old);
}
