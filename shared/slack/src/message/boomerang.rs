//! A boomerang as its recipient sees it: a direct message with the question and its controls, then what was answered.

use super::rich::{block, bold, plain, preformatted, quote, section, text as leaf, user};
use super::{BOOMERANG_EVENT, Message, REMINDER_EVENT, is_slack_user};
use crate::control::{ACTION_ANSWER, ACTION_CONFIRM, ACTION_REPORT, Button, answer_block_id, boomerang_block_id};
use crate::{limits, say, text};
use alert::boomerang::{End, Face, Verdict};
use alert::{Actor, Alert, Boomerang};
use serde_json::{Value, json};

const NAME: usize = 150;
const QUESTION: usize = 3000;
const ANSWER: usize = 2500;
/// The question in a reminder, which only has to tell which one is meant.
const REMINDED_QUESTION: usize = 300;
/// In the top-level text, which has less room.
const TEXT_QUESTION: usize = 1500;
const TEXT_ANSWER: usize = 1500;

/// The direct message of `boomerang` as it is now. It keeps Slack's limits whatever people write; what does not fit is
/// cut and marked.
pub fn direct_message(alert: &Alert, boomerang: &Boomerang) -> Message {
    let (asker, name) = person(&boomerang.asker);
    let question = question(boomerang);
    let mut blocks = vec![
        json!({"type": "header", "text": plain(say::BOOMERANG_HEADER)}),
        block(vec![
            section(vec![asker, leaf(say::BOOMERANG_ASKS)]),
            quote(vec![leaf(&text::cut(&question, QUESTION))]),
        ]),
    ];
    let mut words =
        format!("{} {name}{} {}", say::BOOMERANG_HEADER, say::BOOMERANG_ASKS, text::cut(&question, TEXT_QUESTION));
    if boomerang.shares_event
        && let Some(event) = first_event(alert, limits::SHARED_EVENT)
    {
        blocks.push(block(vec![section(vec![bold(say::BOOMERANG_EVENT_DETAILS)]), preformatted(&event)]));
    }
    match (Face::of(boomerang), &boomerang.end) {
        (Face::Question, _) => blocks.extend(controls(alert, boomerang)),
        (Face::Answer, Some(End::Answered { verdict, answer, late, .. })) => {
            let said = say::boomerang_answered(*verdict, *late);
            let answer = answer.as_deref().map(text::clean).filter(|answer| !answer.is_empty());
            let mut elements = vec![section(vec![bold(said)])];
            words.push_str(&format!(" {said}"));
            if let Some(answer) = answer {
                elements.push(quote(vec![leaf(&text::cut(&answer, ANSWER))]));
                words.push_str(&format!(" {}", text::cut(&answer, TEXT_ANSWER)));
            }
            blocks.push(block(elements));
        }
        (Face::Answer | Face::Cancelled, end) => {
            let by = if let Some(End::Cancelled { by }) = end { by.name() } else { "" };
            let said = say::boomerang_cancelled(by);
            words.push_str(&format!(" {said}"));
            blocks.push(block(vec![section(vec![bold(&said)])]));
        }
    }
    message(&words, blocks, BOOMERANG_EVENT, boomerang)
}

/// The reminder, a reply to the direct message.
pub fn reminder(boomerang: &Boomerang) -> Message {
    let (asker, name) = person(&boomerang.asker);
    let question = text::cut(&question(boomerang), REMINDED_QUESTION);
    let blocks = vec![block(vec![
        section(vec![leaf(say::REMINDER_BEFORE), asker, leaf(say::REMINDER_AFTER)]),
        quote(vec![leaf(&question)]),
    ])];
    let words = format!("{}{name}{} {question}", say::REMINDER_BEFORE, say::REMINDER_AFTER);
    message(&words, blocks, REMINDER_EVENT, boomerang)
}

fn message(words: &str, blocks: Vec<Value>, event_type: &str, boomerang: &Boomerang) -> Message {
    Message {
        text: text::escape(&text::cut(words, limits::MESSAGE_TEXT)),
        blocks,
        attachments: Vec::new(),
        metadata: Some(json!({"event_type": event_type, "event_payload": {"boomerang": boomerang.id}})),
    }
}

/// Who asks, as a leaf and by name.
fn person(actor: &Actor) -> (Value, String) {
    let name = match text::cut(&text::one_line(actor.name()), NAME) {
        empty if empty.is_empty() => say::SOMEBODY.to_owned(),
        name => name,
    };
    let mention = actor.slack_user().filter(|id| is_slack_user(id)).map(user);
    (mention.unwrap_or_else(|| bold(&name)), name)
}

/// What was asked, with something to see in any case: Slack takes no empty text.
fn question(boomerang: &Boomerang) -> String {
    match text::clean(&boomerang.question) {
        empty if empty.is_empty() => say::EMPTY.to_owned(),
        question => question,
    }
}

/// The beginning of the alert's first event as JSON, at most `max` long; `None` if it has none.
pub(crate) fn first_event(alert: &Alert, max: usize) -> Option<String> {
    let event = alert.content.first_event.as_object().filter(|event| !event.is_empty())?;
    let json = serde_json::to_string_pretty(event).ok()?;
    Some(text::cut(&text::clean(&json), max))
}

/// Where the recipient writes and decides. What they wrote comes with the click on either button.
fn controls(alert: &Alert, boomerang: &Boomerang) -> [Value; 2] {
    let input = json!({
        "type": "input",
        "block_id": answer_block_id(&boomerang.id),
        "optional": true,
        "label": plain(say::ANSWER_LABEL),
        "element": {
            "type": "plain_text_input",
            "action_id": ACTION_ANSWER,
            "multiline": true,
            "max_length": limits::INPUT_TEXT,
        },
    });
    let confirm = json!({
        "type": "button", "action_id": ACTION_CONFIRM, "style": "primary", "text": plain(say::CONFIRM_BUTTON),
    });
    let report = json!({
        "type": "button", "action_id": ACTION_REPORT, "style": "danger", "text": plain(say::REPORT_BUTTON),
        "confirm": {
            "title": plain(say::REPORT_TITLE),
            "text": plain(say::REPORT_TEXT),
            "confirm": plain(say::REPORT_YES),
            "deny": plain(say::REPORT_NO),
        },
    });
    let actions = json!({
        "type": "actions",
        "block_id": boomerang_block_id(Button::Answer, &alert.id, &boomerang.id),
        "elements": [confirm, report],
    });
    [input, actions]
}

/// What `verdict` is called on the button.
pub(super) fn verdict_label(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Confirmed => say::CONFIRM_BUTTON,
        Verdict::Suspicious => say::REPORT_BUTTON,
    }
}
