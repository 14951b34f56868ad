//! One activity of an alert as a reply in its thread.

use super::boomerang::verdict_label;
use super::intel;
use super::rich::{block, bold, plain, quote, section, text as leaf, user};
use super::{ACTIVITY_EVENT, Message, is_slack_user};
use crate::control::{ACTION_CANCEL, Button, boomerang_block_id};
use crate::{limits, say, text};
use alert::boomerang::Recipient;
use alert::{Activity, ActivityKind, Actor, AlertId, Assignee, ChangeId, Origin, UserId};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Which Slack users registered users are, as far as known, so that they can be mentioned.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mentions(BTreeMap<UserId, String>);

impl Mentions {
    /// Nobody.
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes that `user` is the Slack user `slack_user`.
    pub fn insert(&mut self, user: UserId, slack_user: impl Into<String>) {
        self.0.insert(user, slack_user.into());
    }

    /// The Slack user that `user` is.
    pub fn slack_user(&self, user: &UserId) -> Option<&str> {
        self.0.get(user).map(String::as_str)
    }
}

impl FromIterator<(UserId, String)> for Mentions {
    fn from_iter<I: IntoIterator<Item = (UserId, String)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

const NAME: usize = 150;
/// Why a question did not reach somebody.
const WHY: usize = 600;
const COMMENT: usize = 8000;
/// The comment in the top-level text, which has less room.
const TEXT_COMMENT: usize = 3500;

/// The reply that tells of `activity`; none for the alert's creation, which is the message itself, nor for what became
/// of a comment: the comment's own reply shows that; nor for the alert's [`details`](super::details), which show the
/// alert. People are
/// mentioned where `mentions` (or the activity, for who acted in Slack) knows them, else named. Comments are shown as
/// they were written: their Markdown is text here. `delivery_id` goes into the metadata with the activity's number.
pub fn activity_reply(activity: &Activity, delivery_id: &str, mentions: &Mentions) -> Option<Message> {
    let mut line = if is_of_boomerang(&activity.kind) { Line::boomerang() } else { Line::default() };
    line.person(actor(&activity.actor, mentions));
    if activity.origin == Origin::Api {
        line.say(" (via API)");
    }
    let comment = match &activity.kind {
        ActivityKind::Created
        | ActivityKind::CommentEdited { .. }
        | ActivityKind::CommentDeleted { .. }
        | ActivityKind::DetailsShown { .. }
        | ActivityKind::AiTriaged { .. } => return None,
        ActivityKind::IntelShown { intel } => return Some(intel::reply(activity, intel, delivery_id, mentions)),
        ActivityKind::Status { from, to, comment } => {
            line.say(&format!(" set the status from {} to {}", from.label(), to.label()));
            comment.as_deref()
        }
        ActivityKind::Assignee { to: Some(to), .. } => {
            line.say(" assigned the alert to ");
            line.person(assignee(to, mentions));
            None
        }
        ActivityKind::Assignee { to: None, .. } => {
            line.say(" unassigned the alert");
            None
        }
        ActivityKind::Comment { body, .. } => {
            line.say(" commented");
            Some(body.as_str())
        }
        ActivityKind::BoomerangSent { recipient: asked, question, .. } => {
            line.say(" asked ");
            line.person(recipient(asked));
            Some(question.as_str())
        }
        ActivityKind::BoomerangAnswered { verdict, answer, late, .. } => {
            line.say(&say::boomerang_verdict(verdict_label(*verdict), *late));
            answer.as_deref()
        }
        ActivityKind::BoomerangCancelled { recipient: asked, .. } => {
            line.say(" cancelled the question to ");
            line.person(recipient(asked));
            None
        }
        ActivityKind::BoomerangOverdue { recipient: asked, asker, .. } => {
            line = Line::boomerang();
            line.person(actor(asker, mentions));
            line.say(": ");
            line.person(recipient(asked));
            line.say(say::OVERDUE);
            None
        }
        ActivityKind::BoomerangUndelivered { recipient: asked, asker, why, .. } => {
            line = Line::boomerang();
            line.person(actor(asker, mentions));
            line.say(": your question did not reach ");
            line.person(recipient(asked));
            line.say(&format!(". {}", text::cut(&text::one_line(why), WHY)));
            None
        }
    };
    let comment = comment.map(text::clean).filter(|comment| !comment.is_empty());
    let quoted = comment.is_some();
    if quoted {
        line.say(":");
    }
    let mut elements = vec![section(line.leaves)];
    let mut words = line.words;
    if let Some(comment) = comment {
        elements.push(quote(vec![leaf(&text::cut(&comment, COMMENT))]));
        words.push(' ');
        words.push_str(&text::cut(&comment, TEXT_COMMENT));
    }
    if let Some(more) = afterwards(&activity.kind) {
        elements.push(section(vec![leaf(&more)]));
        words.push_str(if quoted { " " } else { ". " });
        words.push_str(&more);
    }
    Some(Message {
        text: text::escape(&text::cut(&words, limits::MESSAGE_TEXT)),
        blocks: vec![block(elements)],
        attachments: Vec::new(),
        metadata: Some(json!({
            "event_type": ACTIVITY_EVENT,
            "event_payload": {"delivery": delivery_id, "seq": activity.seq},
        })),
    })
}

/// The button with which a boomerang is cancelled, for the reply that tells of it while it is open.
pub fn with_cancel_button(mut reply: Message, alert_id: &AlertId, boomerang: &ChangeId) -> Message {
    reply.blocks.push(json!({
        "type": "actions",
        "block_id": boomerang_block_id(Button::Cancel, alert_id, boomerang),
        "elements": [{"type": "button", "action_id": ACTION_CANCEL, "text": plain(say::CANCEL_BUTTON)}],
    }));
    reply
}

/// What is said behind the quotation.
fn afterwards(kind: &ActivityKind) -> Option<String> {
    match kind {
        ActivityKind::BoomerangSent { shares_event: true, .. } => Some(say::EVENT_SHARED.to_owned()),
        ActivityKind::BoomerangAnswered { reopened: Some(from), .. } => Some(say::reopened(*from)),
        _ => None,
    }
}

fn is_of_boomerang(kind: &ActivityKind) -> bool {
    match kind {
        ActivityKind::BoomerangSent { .. }
        | ActivityKind::BoomerangAnswered { .. }
        | ActivityKind::BoomerangCancelled { .. }
        | ActivityKind::BoomerangOverdue { .. }
        | ActivityKind::BoomerangUndelivered { .. } => true,
        ActivityKind::Created
        | ActivityKind::Status { .. }
        | ActivityKind::Assignee { .. }
        | ActivityKind::Comment { .. }
        | ActivityKind::CommentEdited { .. }
        | ActivityKind::CommentDeleted { .. }
        | ActivityKind::DetailsShown { .. }
        | ActivityKind::IntelShown { .. }
        | ActivityKind::AiTriaged { .. } => false,
    }
}

/// A sentence, as leaves and in words.
#[derive(Default)]
pub(super) struct Line {
    pub(super) leaves: Vec<Value>,
    pub(super) words: String,
}

/// Somebody to mention, or else to name.
pub(super) struct Person<'a> {
    slack_user: Option<&'a str>,
    pub(super) name: String,
}

impl Line {
    fn boomerang() -> Self {
        let mut line = Self::default();
        line.say("🪃 ");
        line
    }

    pub(super) fn say(&mut self, words: &str) {
        self.leaves.push(leaf(words));
        self.words.push_str(words);
    }

    pub(super) fn person(&mut self, person: Person<'_>) {
        self.leaves.push(match person.slack_user {
            Some(id) => user(id),
            None => bold(&person.name),
        });
        self.words.push_str(&person.name);
    }
}

pub(super) fn actor<'a>(actor: &'a Actor, mentions: &'a Mentions) -> Person<'a> {
    let (slack_user, id) = match actor {
        Actor::User { id, slack_user, .. } => (slack_user.as_deref().or_else(|| mentions.slack_user(id)), id.as_str()),
        // Named and not mentioned: they may not be in this channel, nor even in this workspace.
        Actor::SlackUser { id, .. } | Actor::ApiKey { id, .. } => (None, id.as_str()),
        Actor::System => (None, ""),
    };
    person(slack_user, actor.name(), id)
}

fn assignee<'a>(assignee: &'a Assignee, mentions: &'a Mentions) -> Person<'a> {
    person(mentions.slack_user(&assignee.id), &assignee.name, assignee.id.as_str())
}

/// Who is asked gets a direct message, and is not called into the alert's thread, unless there is no name to show.
fn recipient(recipient: &Recipient) -> Person<'_> {
    let unnamed = text::one_line(&recipient.name).is_empty();
    person(unnamed.then_some(recipient.slack_user.as_str()), &recipient.name, &recipient.slack_user)
}

fn person<'a>(slack_user: Option<&'a str>, name: &str, id: &str) -> Person<'a> {
    let name = match text::one_line(name) {
        empty if empty.is_empty() => text::one_line(id),
        name => name,
    };
    let name = if name.is_empty() { "Somebody".to_owned() } else { text::cut(&name, NAME) };
    Person { slack_user: slack_user.filter(|id| is_slack_user(id)), name }
}
