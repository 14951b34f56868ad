//! A change to an alert, and what it does to the alert's triage state: the one place that decides it.

use crate::activity::{Activity, ActivityKind};
use crate::boomerang::{self, Recipient, Refused, Verdict};
use crate::delivery::MessageRef;
use crate::{AlertId, ChangeId, Happening, Status, Triage, UserId, comment};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Somebody an alert is assigned to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignee {
    pub id: UserId,
    /// The person's name when assigned.
    pub name: String,
    /// For mentioning the person in Slack; never part of the stored alert's public shape.
    pub email: String,
}

/// Who made a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Actor {
    /// A registered user.
    User {
        id: UserId,
        name: String,
        /// The Slack user they acted as, if they did so in Slack.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        slack_user: Option<String>,
    },
    /// Somebody in Slack who is no registered user. They can comment and answer what they are asked, and nothing else.
    SlackUser {
        /// `U…` or `W…`.
        id: String,
        /// Their name in Slack, which they choose themselves.
        name: String,
    },
    /// A program with an API key.
    ApiKey { id: String, name: String },
    /// Margay itself.
    System,
}

impl Actor {
    /// Whether both are the same person or program, whatever name they had.
    pub fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::User { id: a, .. }, Self::User { id: b, .. }) => a == b,
            (Self::SlackUser { id: a, .. }, Self::SlackUser { id: b, .. }) => a == b,
            (Self::ApiKey { id: a, .. }, Self::ApiKey { id: b, .. }) => a == b,
            (Self::System, Self::System) => true,
            (Self::User { .. } | Self::SlackUser { .. } | Self::ApiKey { .. } | Self::System, _) => false,
        }
    }

    /// The name to show.
    pub fn name(&self) -> &str {
        match self {
            Self::User { name, .. } | Self::SlackUser { name, .. } | Self::ApiKey { name, .. } => name,
            Self::System => "Margay",
        }
    }

    /// The Slack user they acted as, if they did so in Slack.
    pub fn slack_user(&self) -> Option<&str> {
        match self {
            Self::User { slack_user, .. } => slack_user.as_deref(),
            Self::SlackUser { id, .. } => Some(id),
            Self::ApiKey { .. } | Self::System => None,
        }
    }
}

/// Where a change was made; it is not sent back there (promise 7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Origin {
    /// In a Slack channel, on the message `message_ts` or in its thread, by `user`.
    Slack { channel: String, message_ts: String, user: String },
    /// Through the REST API.
    Api,
    /// By Margay itself.
    System,
}

/// What a change does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Action {
    SetStatus {
        status: Status,
        /// The resolution comment.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comment: Option<String>,
    },
    /// Assigns to somebody, or to nobody.
    Assign {
        assignee: Option<Assignee>,
    },
    /// Adds a comment: stored and shown as it was written.
    Comment {
        body: String,
        /// The Slack message it was written as, if it was: edits and deletions find it by that.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source: Option<MessageRef>,
    },
    /// The author changed the Slack message that a comment was written as.
    EditComment {
        source: MessageRef,
        body: String,
        /// The later edit has the higher one.
        revision: u64,
    },
    /// The Slack message that a comment was written as was deleted.
    DeleteComment {
        source: MessageRef,
    },
    /// Asks a Slack user for help; the change's id becomes the boomerang's.
    SendBoomerang {
        recipient: Recipient,
        question: String,
        shares_event: bool,
        /// What names the installation of the Slack app in which it was asked: the recipient is one of its people.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        workspace: Option<String>,
        /// The direct conversation with the recipient, if they were checked and it is open.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        conversation: Option<String>,
    },
    /// The recipient answers.
    AnswerBoomerang {
        boomerang: ChangeId,
        verdict: Verdict,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        answer: Option<String>,
    },
    CancelBoomerang {
        boomerang: ChangeId,
    },
    /// Margay itself: the time for an answer is over.
    NoteOverdueBoomerang {
        boomerang: ChangeId,
    },
    /// Margay itself: the question does not reach the recipient; `why` is a sentence.
    NoteUndeliveredBoomerang {
        boomerang: ChangeId,
        why: String,
    },
}

impl Action {
    /// Whether [`decide`] needs the alert's history for it.
    pub fn looks_back(&self) -> bool {
        match self {
            Self::SetStatus { .. } | Self::Assign { .. } | Self::Comment { .. } => false,
            Self::EditComment { .. }
            | Self::DeleteComment { .. }
            | Self::SendBoomerang { .. }
            | Self::AnswerBoomerang { .. }
            | Self::CancelBoomerang { .. }
            | Self::NoteOverdueBoomerang { .. }
            | Self::NoteUndeliveredBoomerang { .. } => true,
        }
    }
}

/// A change that somebody asked for. Its id makes it happen at most once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub id: ChangeId,
    pub alert_id: AlertId,
    pub at: Timestamp,
    pub actor: Actor,
    pub origin: Origin,
    /// The alert's `seq` that the person saw when they decided. `None`: the change applies whatever happened before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_seq: Option<u64>,
    pub action: Action,
}

/// A message on `changes.fifo`, in the message group of what it is about: an alert, a channel, or the Slack app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "message", rename_all = "snake_case")]
pub enum ChangeMessage {
    /// Apply this, then bring every copy up to date.
    Change(Box<Change>),
    /// Bring every copy up to date.
    Sync { alert_id: AlertId },
    /// Something happened to the Slack app or a channel: bring the destinations up to date.
    Happened(Box<Happening>),
}

/// Somebody else changed the same thing first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// Who was first.
    pub winner: Actor,
    /// What it is now: the status' or the assignee's present value.
    pub now: ConflictNow,
}

/// What a lost change would have changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConflictNow {
    Status(Status),
    Assignee(Option<Assignee>),
}

/// What a change does to a triage state.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The activity to append, if the change has any effect.
    pub activity: Option<ActivityKind>,
    /// Set if the change lost against another's; its comment, if any, is kept as a comment.
    pub conflict: Option<Conflict>,
    /// Set if it was about a boomerang and cannot be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<Refused>,
}

/// Decides what `change` does to `triage`; `history` is the alert's up to there, and is only looked at if the action
/// [looks back](Action::looks_back).
///
/// A change that was decided on an older view of the same thing loses if somebody else has changed that thing since:
/// the person is told and can choose again. One's own quick second click never loses against one's first. A change to
/// what already is has no effect.
///
/// Of two edits of a comment the later one stands, in whatever order they come. An edit to the text that the comment has
/// counts too: another edit lies between them that has not come yet, and must not win when it does. An edit of a comment that was deleted,
/// or that is not here (it was written while comments were not synced), has no effect.
pub fn decide(triage: &Triage, history: &[Activity], change: &Change) -> Decision {
    let only = |activity: ActivityKind| Decision { activity: Some(activity), ..Decision::default() };
    let nothing = Decision::default();
    let overtaken = |seq: u64, by: &Actor| change.seen_seq.is_some_and(|seen| seq > seen) && !by.is(&change.actor);
    match &change.action {
        Action::SetStatus { status, comment } => {
            let as_comment = comment.clone().map(|body| ActivityKind::Comment { body, source: None });
            if *status == triage.status {
                Decision { activity: as_comment, ..nothing }
            } else if overtaken(triage.status_seq, &triage.status_by) {
                let now = ConflictNow::Status(triage.status);
                let conflict = Some(Conflict { winner: triage.status_by.clone(), now });
                Decision { activity: as_comment, conflict, ..nothing }
            } else {
                let kind = ActivityKind::Status { from: triage.status, to: *status, comment: comment.clone() };
                Decision { activity: Some(kind), ..nothing }
            }
        }
        Action::Assign { assignee } => {
            let id = |who: &Option<Assignee>| who.as_ref().map(|a| a.id.clone());
            if id(assignee) == id(&triage.assignee) {
                nothing
            } else if overtaken(triage.assignee_seq, &triage.assignee_by) {
                let now = ConflictNow::Assignee(triage.assignee.clone());
                let conflict = Some(Conflict { winner: triage.assignee_by.clone(), now });
                Decision { conflict, ..nothing }
            } else {
                let kind = ActivityKind::Assignee { from: triage.assignee.clone(), to: assignee.clone() };
                Decision { activity: Some(kind), ..nothing }
            }
        }
        Action::Comment { body, source } => only(ActivityKind::Comment { body: body.clone(), source: source.clone() }),
        Action::EditComment { source, body, revision } => match comment::written_as(history, source) {
            Some(now) if !now.deleted && *revision > now.revision() => {
                only(ActivityKind::CommentEdited { of: now.added.seq, body: body.clone(), revision: *revision })
            }
            _ => nothing,
        },
        Action::DeleteComment { source } => match comment::written_as(history, source) {
            Some(now) if !now.deleted => only(ActivityKind::CommentDeleted { of: now.added.seq }),
            _ => nothing,
        },
        Action::SendBoomerang { .. }
        | Action::AnswerBoomerang { .. }
        | Action::CancelBoomerang { .. }
        | Action::NoteOverdueBoomerang { .. }
        | Action::NoteUndeliveredBoomerang { .. } => boomerang::decide(triage, history, change),
    }
}

/// The triage state after `kind`, appended by `change` as activity `seq`.
pub fn advance(triage: &Triage, kind: &ActivityKind, change: &Change) -> Triage {
    let mut next = triage.clone();
    next.seq += 1;
    next.updated_at = change.at;
    next.updated_by = change.actor.clone();
    match kind {
        ActivityKind::Status { to, .. } => {
            next.status = *to;
            next.status_seq = next.seq;
            next.status_by = change.actor.clone();
        }
        ActivityKind::Assignee { to, .. } => {
            next.assignee = to.clone();
            next.assignee_seq = next.seq;
            next.assignee_by = change.actor.clone();
        }
        ActivityKind::BoomerangAnswered { reopened: Some(_), .. } => {
            next.status = Status::Open;
            next.status_seq = next.seq;
            next.status_by = change.actor.clone();
        }
        ActivityKind::Created
        | ActivityKind::Comment { .. }
        | ActivityKind::CommentEdited { .. }
        | ActivityKind::CommentDeleted { .. }
        | ActivityKind::BoomerangSent { .. }
        | ActivityKind::BoomerangAnswered { .. }
        | ActivityKind::BoomerangCancelled { .. }
        | ActivityKind::BoomerangOverdue { .. }
        | ActivityKind::BoomerangUndelivered { .. } => {}
    }
    next
}

#[cfg(test)]
mod tests {
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
}
