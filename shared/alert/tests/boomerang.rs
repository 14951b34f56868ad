//! Boomerangs as an alert's history tells them: who may do what, once, and what it does to the alert.

#![allow(clippy::unwrap_used)]

use alert::boomerang::{
    self, DirectMessage, DirectMessageState, End, Face, MAX_OPEN, Recipient, Refused, Reminders, Verdict,
};
use alert::change::{advance, decide};
use alert::{
    Action, Activity, ActivityKind, Actor, AlertId, Change, ChangeId, Origin, Severity, Status, Triage, UserId,
};
use jiff::{SignedDuration, Timestamp};

const NOW: Timestamp = Timestamp::constant(1_795_250_000, 0);
const REMINDERS: Reminders =
    Reminders { remind_after: SignedDuration::from_hours(4), overdue_after: SignedDuration::from_hours(24) };

fn linus() -> Actor {
    Actor::User { id: UserId::new("linus").unwrap(), name: "Linus".into(), slack_user: Some("U1".into()) }
}

fn robin() -> Actor {
    Actor::SlackUser { id: "U2".into(), name: "Robin".into() }
}

/// An alert as its changes have made it.
struct Story {
    triage: Triage,
    history: Vec<Activity>,
    refused: Option<Refused>,
}

impl Story {
    fn new() -> Self {
        Self { triage: Triage::start(Severity::High, None, NOW), history: Vec::new(), refused: None }
    }

    /// Applies a change; whether it had an effect.
    fn then(&mut self, id: &str, actor: Actor, action: Action) -> bool {
        let origin = Origin::Slack { channel: "D1".into(), message_ts: "1.0".into(), user: "U2".into() };
        let change = Change {
            id: ChangeId::new(id).unwrap(),
            alert_id: AlertId::new("a").unwrap(),
            at: NOW,
            actor,
            origin,
            seen_seq: None,
            action,
        };
        let decision = decide(&self.triage, &self.history, &change);
        self.refused = decision.refused;
        let Some(kind) = decision.activity else { return false };
        self.triage = advance(&self.triage, &kind, &change);
        let Change { id, at, actor, origin, .. } = change;
        self.history.push(Activity { seq: self.triage.seq, change_id: id, at, actor, origin, kind });
        true
    }

    fn ask(&mut self, id: &str) -> bool {
        let recipient = Recipient { slack_user: "U2".into(), name: "Robin".into() };
        let action = Action::SendBoomerang {
            recipient,
            question: "You?".into(),
            shares_event: false,
            workspace: None,
            conversation: None,
        };
        self.then(id, linus(), action)
    }

    fn answer(&mut self, id: &str, of: &str, by: Actor, verdict: Verdict) -> bool {
        let boomerang = ChangeId::new(of).unwrap();
        self.then(id, by, Action::AnswerBoomerang { boomerang, verdict, answer: Some("well".into()) })
    }

    fn cancel(&mut self, id: &str, of: &str) -> bool {
        self.then(id, linus(), Action::CancelBoomerang { boomerang: ChangeId::new(of).unwrap() })
    }

    fn overdue(&mut self, id: &str, of: &str) -> bool {
        self.then(id, Actor::System, Action::NoteOverdueBoomerang { boomerang: ChangeId::new(of).unwrap() })
    }

    fn undelivered(&mut self, id: &str, of: &str) -> bool {
        let (boomerang, why) = (ChangeId::new(of).unwrap(), "deactivated".into());
        self.then(id, Actor::System, Action::NoteUndeliveredBoomerang { boomerang, why })
    }

    fn status(&mut self, status: Status) {
        let id = format!("s{}", self.history.len());
        assert!(self.then(&id, linus(), Action::SetStatus { status, comment: None }));
    }

    fn boomerang(&self) -> boomerang::Boomerang {
        boomerang::find(&self.history, &ChangeId::new("b").unwrap()).unwrap()
    }
}

#[test]
fn only_the_recipient_answers_and_only_once() {
    let mut story = Story::new();
    assert!(story.ask("b"));
    let registered =
        Actor::User { id: UserId::new("robin").unwrap(), name: "Robin".into(), slack_user: Some("U2".into()) };
    let elsewhere = Actor::User { id: UserId::new("robin").unwrap(), name: "Robin".into(), slack_user: None };
    let key = Actor::ApiKey { id: "U2".into(), name: "Robin".into() };
    for other in [linus(), Actor::System, key, elsewhere, Actor::SlackUser { id: "U3".into(), name: "Robin".into() }] {
        assert!(!story.answer("x", "b", other, Verdict::Suspicious));
        assert_eq!(story.refused, Some(Refused::NotAsked));
    }
    assert!(story.answer("c1", "b", registered, Verdict::Confirmed));
    assert!(!story.answer("c2", "b", robin(), Verdict::Suspicious));
    assert_eq!(story.refused, Some(Refused::Answered));
    let Some(End::Answered { verdict: Verdict::Confirmed, late: false, .. }) = story.boomerang().end else {
        panic!("the first answer counts")
    };
}

#[test]
fn what_was_cancelled_takes_no_answer_and_what_was_answered_cannot_be_cancelled() {
    let mut story = Story::new();
    story.ask("b");
    assert!(story.cancel("c1", "b"));
    assert!(!story.cancel("c2", "b"));
    assert_eq!(story.refused, Some(Refused::Cancelled { by: linus() }));
    assert!(!story.answer("c3", "b", robin(), Verdict::Suspicious));
    assert_eq!(story.refused, Some(Refused::Cancelled { by: linus() }));

    let mut story = Story::new();
    story.ask("b");
    story.answer("c1", "b", robin(), Verdict::Confirmed);
    assert!(!story.cancel("c2", "b"));
    assert_eq!(story.refused, Some(Refused::Answered));
    assert!(!story.cancel("c3", "another") && story.refused == Some(Refused::Unknown));
}

#[test]
fn a_report_opens_what_was_closed_and_nothing_else_does() {
    for (before, verdict, after) in [
        (Status::Resolved, Verdict::Suspicious, Status::Open),
        (Status::Closed, Verdict::Suspicious, Status::Open),
        (Status::Triaged, Verdict::Suspicious, Status::Triaged),
        (Status::Resolved, Verdict::Confirmed, Status::Resolved),
        (Status::Closed, Verdict::Confirmed, Status::Closed),
    ] {
        let mut story = Story::new();
        story.ask("b");
        story.status(before);
        assert!(story.answer("c1", "b", robin(), verdict));
        assert_eq!(story.triage.status, after);
        let ActivityKind::BoomerangAnswered { reopened, .. } = story.history.last().unwrap().kind.clone() else {
            panic!("answered")
        };
        assert_eq!(reopened, (before != after).then_some(before));
        if before != after {
            assert_eq!((story.triage.status_seq, &story.triage.status_by), (story.triage.seq, &robin()));
        }
    }
}

#[test]
fn an_answer_after_the_note_that_none_came_is_late_and_the_note_comes_once() {
    let mut story = Story::new();
    story.ask("b");
    assert!(story.overdue("o1", "b"));
    assert!(!story.overdue("o2", "b"));
    assert_eq!(story.refused, None, "Margay itself is told nothing");
    assert!(story.answer("c", "b", robin(), Verdict::Confirmed));
    assert!(matches!(story.boomerang().end, Some(End::Answered { late: true, .. })));
    assert!(!story.overdue("o3", "b") && !story.undelivered("u", "b"), "nobody waits any more");
}

#[test]
fn what_did_not_seem_to_arrive_can_be_answered_and_not_cancelled() {
    let mut story = Story::new();
    story.ask("b");
    assert!(story.undelivered("u1", "b"));
    assert!(!story.undelivered("u2", "b"));
    assert!(!story.cancel("c1", "b"));
    assert_eq!(story.refused, Some(Refused::Undelivered));
    assert!(story.answer("c2", "b", robin(), Verdict::Confirmed));
}

#[test]
fn twenty_are_open_at_most_and_whatever_ends_makes_room() {
    let mut story = Story::new();
    for n in 0..MAX_OPEN {
        assert!(story.ask(&format!("b{n}")));
    }
    assert!(!story.ask("more"));
    assert_eq!(story.refused, Some(Refused::TooManyOpen));
    for (n, end) in [0, 1, 2].into_iter().zip([Story::cancel, Story::undelivered, Story::overdue]) {
        end(&mut story, &format!("end{n}"), &format!("b{n}"));
        assert_eq!(story.ask(&format!("again{n}")), n < 2, "an overdue one is still open");
    }
}

#[test]
fn a_reminder_counts_from_the_delivery_and_the_note_from_the_question() {
    let mut story = Story::new();
    story.ask("b");
    let known = story.boomerang();
    let mut message = DirectMessage::new(&known);
    assert_eq!(message.remind_at(&known, REMINDERS), None, "it has not reached them");
    let sent = NOW + SignedDuration::from_hours(1);
    (message.state, message.sent_at) = (DirectMessageState::Sent, Some(sent));
    message.shows = Some(Face::Question);
    let remind = sent + REMINDERS.remind_after;
    assert_eq!(message.remind_at(&known, REMINDERS), Some(remind));
    assert_eq!(known.overdue_at(REMINDERS), Some(NOW + REMINDERS.overdue_after));
    assert!(message.is_settled(&known, REMINDERS, remind - SignedDuration::from_secs(1)));
    assert!(!message.is_settled(&known, REMINDERS, remind));
    message.reminded = true;
    assert!(message.is_settled(&known, REMINDERS, remind));
    story.cancel("c", "b");
    assert!(!message.is_settled(&story.boomerang(), REMINDERS, NOW), "it is to show that it was cancelled");
    assert_eq!(story.boomerang().overdue_at(REMINDERS), None);
}

#[test]
fn a_boomerang_belongs_to_every_thread_and_is_no_comment() {
    let settings = br#"{"displayName":"SOC","channel":"C1"}"#;
    let destination = alert::Destination {
        id: alert::DestinationId::new("d").unwrap(),
        settings: alert::destination::DestinationSettings::parse(settings, None).unwrap(),
        place: alert::place::Place::default(),
        created_at: NOW,
        updated_at: NOW,
    };
    let mut story = Story::new();
    story.ask("b");
    story.overdue("o", "b");
    story.cancel("c", "b");
    for activity in &mut story.history {
        assert!(activity.reaches(&destination) && activity.comment().is_none());
        activity.origin = Origin::System;
        assert!(activity.reaches(&destination), "whoever notes it: the switches are for what comes from outside");
    }
}

#[test]
fn what_is_stored_is_read_back() {
    let mut story = Story::new();
    story.ask("b");
    story.overdue("o", "b");
    story.undelivered("u", "b");
    story.status(Status::Closed);
    story.answer("c", "b", robin(), Verdict::Suspicious);
    let stored = serde_json::to_string(&story.history).unwrap();
    assert_eq!(serde_json::from_str::<Vec<Activity>>(&stored).unwrap(), story.history);
    let message = DirectMessage::new(&story.boomerang());
    let stored = serde_json::to_string(&message).unwrap();
    assert_eq!(serde_json::from_str::<DirectMessage>(&stored).unwrap(), message);
}
