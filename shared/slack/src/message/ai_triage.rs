//! The first AI triage of an alert as a reply in its thread: four sections, and where the whole can be read.
//!
//! The words are a model's, about data that attackers may have written. They go out as text leaves, in which Slack reads
//! no markup, no mention and no link; what the model meant as a list comes as a list, and lists are ours. Only the link
//! that whoever gave the triage set beside it, and the alert's own, lead anywhere.

use super::activity::{Mentions, actor};
use super::parent::{Look, link_to, view_link};
use super::rich::{block, bold, list, plain, section, text as leaf};
use super::{ACTIVITY_EVENT, Message};
use crate::{control, limits, say, text};
use alert::{Activity, ActivityKind, Actor, AiTriage, Alert};
use serde_json::{Value, json};

/// What each section may count at most; together they are within [`limits::LEAVES`].
const SUMMARY: usize = 2600;
const POINTS: usize = 1900;
/// The same in the top-level text, which has less room.
const TEXT_SUMMARY: usize = 1200;
const TEXT_POINTS: usize = 800;

/// The reply that shows the AI triage of `activity`; `None` if it is no AI triage, or not the alert's first. Sections
/// without a text are left out; long ones are cut with a mark, and the button leads to the whole.
pub fn ai_triage(alert: &Alert, activity: &Activity, delivery_id: &str, look: &Look<'_>) -> Option<Message> {
    let ActivityKind::AiTriaged { triage, first: true } = &activity.kind else { return None };
    let sections = sections(triage);
    let mut blocks = vec![json!({"type": "header", "text": plain(say::AI_HEADER)})];
    blocks.extend(sections.iter().map(Section::block));
    let mut notes = vec![plain(say::AI_CAUTION)];
    if let Some(giver) = giver(activity) {
        notes.push(plain(&giver));
    }
    blocks.push(json!({"type": "context", "elements": notes}));
    let own = triage.link.as_deref().and_then(link_to);
    if let Some(url) = own.or_else(|| view_link(alert, look)) {
        let button = json!({
            "type": "button",
            "action_id": control::ACTION_VIEW,
            "text": plain(say::AI_VIEW_BUTTON),
            "url": url,
        });
        let id = control::block_id(&alert.id, activity.seq);
        blocks.push(json!({"type": "actions", "block_id": id, "elements": [button]}));
    }
    let words: Vec<String> = sections.iter().map(Section::words).collect();
    let words = format!("{}\n{}\n{}", say::AI_HEADER, words.join("\n"), say::AI_CAUTION);
    Some(Message {
        text: text::escape(&text::cut(&words, limits::MESSAGE_TEXT)),
        blocks,
        attachments: Vec::new(),
        metadata: Some(json!({
            "event_type": ACTIVITY_EVENT,
            "event_payload": {"delivery": delivery_id, "seq": activity.seq},
        })),
    })
}

/// A section with at least one point, cleaned.
struct Section {
    label: &'static str,
    points: Vec<String>,
    max: usize,
    /// In the top-level text.
    max_words: usize,
}

fn sections(triage: &AiTriage) -> Vec<Section> {
    let summary = std::slice::from_ref(&triage.summary);
    let all = [
        (say::AI_SUMMARY, summary, SUMMARY, TEXT_SUMMARY),
        (say::AI_FINDINGS, &triage.key_findings, POINTS, TEXT_POINTS),
        (say::AI_IMPLICATIONS, &triage.security_implications, POINTS, TEXT_POINTS),
        (say::AI_ACTIONS, &triage.recommended_actions, POINTS, TEXT_POINTS),
    ];
    let sections = all.into_iter().map(|(label, points, max, max_words)| {
        let points = points.iter().map(|point| text::clean(point)).filter(|point| !point.is_empty());
        Section { label, points: points.collect(), max, max_words }
    });
    sections.filter(|section| !section.points.is_empty()).collect()
}

impl Section {
    /// One point is a paragraph, several are a list.
    fn block(&self) -> Value {
        let label = bold(self.label);
        match fit(&self.points, self.max).as_slice() {
            [only] => block(vec![section(vec![label, leaf("\n"), leaf(only)])]),
            several => {
                let points = several.iter().map(|point| section(vec![leaf(point)])).collect();
                block(vec![section(vec![label]), list(points)])
            }
        }
    }

    fn words(&self) -> String {
        let points = fit(&self.points, self.max_words);
        match points.as_slice() {
            [only] => format!("{}: {only}", self.label),
            several => format!("{}:\n• {}", self.label, several.join("\n• ")),
        }
    }
}

/// As many of the points as count at most `max` together; the last one ends in a mark if some of it, or of them, are
/// missing.
fn fit(points: &[String], max: usize) -> Vec<String> {
    // Each point of the list counts its bullet and line end.
    let size = |point: &String| text::size(point) + 3;
    if points.iter().map(size).sum::<usize>() <= max {
        return points.to_vec();
    }
    let mut room = max.saturating_sub(text::size(text::MARK));
    let mut kept = Vec::new();
    for point in points {
        if size(point) > room {
            kept.push(format!("{}{}", text::beginning(point, room.saturating_sub(3)).trim_end(), text::MARK));
            break;
        }
        room -= size(point);
        kept.push(point.clone());
    }
    kept
}

/// Who gave it; nobody is named if Margay asked the model itself.
fn giver(activity: &Activity) -> Option<String> {
    match &activity.actor {
        Actor::System => None,
        given @ (Actor::User { .. } | Actor::SlackUser { .. } | Actor::ApiKey { .. }) => {
            Some(say::ai_given_by(&actor(given, &Mentions::new()).name))
        }
    }
}
