//! The details of an alert as a reply in its thread, and its first event as a file where that is too long for a message.
//!
//! Everything in it comes from the alert, which attackers can write: it goes out as text, cut to a budget for each part
//! that keeps the whole message within Slack's limits.

use super::activity::{Line, actor};
use super::event_json::event_json;
use super::rich::{block, bold, list, preformatted, section, text as leaf};
use super::{ACTIVITY_EVENT, Mentions, Message};
use crate::{limits, say, text};
use alert::indicator::{Indicator, IndicatorKind};
use alert::intel::Place;
use alert::{Activity, ActivityKind, Alert, summary};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt;

/// What each part may count at most; together they are within [`limits::LEAVES`].
const SUMMARY: usize = 2400;
const CONTEXT: usize = 1000;
const EVENT: usize = 3500;
const NAME: usize = 100;
const VALUE: usize = 300;
/// Values of one attribute.
const VALUES: usize = 10;
/// The event in the top-level text, which has less room.
const TEXT_EVENT: usize = 1200;
/// Tags, or log types, together; and any other fact.
const NAMES: usize = 300;

/// The details of an alert.
#[derive(Debug)]
pub struct Details {
    pub reply: Message,
    /// The whole first event, if the reply shows only its beginning.
    pub file: Option<EventFile>,
}

/// A file to attach.
pub struct EventFile {
    pub name: String,
    pub title: &'static str,
    pub content: String,
}

/// Its content is nobody's business.
impl fmt::Debug for EventFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventFile").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The reply that shows the details of `alert`, which `activity` asked for; `None` if it did not. Times are shown in
/// `timezone` (an IANA name; UTC if it is unknown), and addresses with the places that the activity found.
pub fn details(
    alert: &Alert,
    activity: &Activity,
    delivery_id: &str,
    timezone: &str,
    mentions: &Mentions,
) -> Option<Details> {
    let ActivityKind::DetailsShown { places } = &activity.kind else { return None };
    let mut line = Line::default();
    line.person(actor(&activity.actor, mentions));
    line.say(say::DETAILS_ASKED);
    let mut words = line.words;
    let mut blocks = vec![block(vec![section(line.leaves)])];

    let attributes = attributes(alert, places);
    if !attributes.is_empty() {
        blocks.push(points(say::SUMMARY_FIELDS, &attributes));
        tell(&mut words, say::SUMMARY_FIELDS, &attributes);
    }
    let facts = facts(alert, timezone);
    blocks.push(points(say::EVENT_DETAILS, &facts));
    tell(&mut words, say::EVENT_DETAILS, &facts);
    if !alert.content.alert_context.is_empty() {
        let (shown, missing) = cut_telling(&event_json(&alert.content.alert_context), CONTEXT);
        blocks.push(json_block(say::CONTEXT, &shown, missing));
    }
    let mut file = None;
    if let Some(event) = alert.content.first_event.as_object().filter(|event| !event.is_empty()) {
        let json = event_json(event);
        let (shown, missing) = cut_telling(&json, EVENT);
        blocks.push(json_block(say::FIRST_EVENT, &shown, missing));
        words.push_str(&format!("\n{}: {}", say::FIRST_EVENT, text::cut(&shown, TEXT_EVENT)));
        let name = format!("first-event-{}.json", alert.id.as_str().replace(':', "-"));
        file = missing.map(|_| EventFile { name, title: say::FIRST_EVENT_FILE, content: json });
    } else {
        blocks.push(block(vec![section(vec![leaf(say::NO_FIRST_EVENT)])]));
    }
    let reply = Message {
        text: text::escape(&text::cut(&words, limits::MESSAGE_TEXT)),
        blocks,
        attachments: Vec::new(),
        metadata: Some(json!({
            "event_type": ACTIVITY_EVENT,
            "event_payload": {"delivery": delivery_id, "seq": activity.seq},
        })),
    };
    Some(Details { reply, file })
}

/// A name and what is said of it, both fit to be shown.
type Fact = (String, String);

/// The summary attributes, as many as the budget takes, and how many more there are.
fn attributes(alert: &Alert, places: &BTreeMap<String, Place>) -> Vec<Fact> {
    let all = summary::attributes(&alert.content);
    let shown = all.iter().map(|attribute| {
        let mut values: Vec<String> = attribute.values.iter().take(VALUES).map(|value| placed(value, places)).collect();
        if attribute.values.len() > VALUES {
            values.push(say::and_more(attribute.values.len() - VALUES));
        }
        (label(&attribute.name), text::cut(&values.join(", "), VALUE))
    });
    let mut facts = Vec::new();
    let mut used = 0;
    for fact in shown {
        used += text::size(&fact.0) + text::size(&fact.1) + 2;
        if used > SUMMARY {
            facts.push((say::and_more(all.len() - facts.len()), String::new()));
            break;
        }
        facts.push(fact);
    }
    facts
}

/// A value, and for an address where it is, if that is known.
fn placed(value: &str, places: &BTreeMap<String, Place>) -> String {
    let place = Indicator::parse(IndicatorKind::Ip, value).and_then(|ip| places.get(&ip.value));
    let place = place.map(|place| text::cut(&text::one_line(&place.label()), NAME)).filter(|place| !place.is_empty());
    let value = match text::one_line(value) {
        empty if empty.is_empty() => say::EMPTY.to_owned(),
        value => text::cut(&value, VALUE),
    };
    place.map_or(value.clone(), |place| format!("{value} ({place})"))
}

/// What is known of the alert beside its summary.
fn facts(alert: &Alert, timezone: &str) -> Vec<Fact> {
    let content = &alert.content;
    let zone = TimeZone::get(timezone).unwrap_or(TimeZone::UTC);
    let time = |at: Timestamp| at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S %Z").to_string();
    let one = |text: &Option<String>| text.as_deref().map(text::one_line).filter(|text| !text.is_empty());
    let detection = match (one(&content.name), one(&content.detection_id)) {
        (Some(name), Some(id)) if name != id => format!("{} ({})", text::cut(&name, NAME), text::cut(&id, NAME)),
        (Some(name), _) | (None, Some(name)) => text::cut(&name, NAME),
        (None, None) => String::new(),
    };
    let facts = [
        (say::FACT_TYPE, content.alert_type.label().to_owned()),
        (say::FACT_LOG_TYPES, names(&content.log_types)),
        (say::FACT_RECEIVED, say::times(alert.received)),
        (say::FACT_CREATED, time(content.created_at)),
        (say::FACT_FIRST_EVENT, event_time(&content.first_event).map(time).unwrap_or_default()),
        (say::FACT_DETECTION, detection),
        (say::FACT_VERSION, one(&content.version).map(|version| text::cut(&version, NAME)).unwrap_or_default()),
        (say::FACT_TAGS, names(&content.tags)),
    ];
    let known = facts.into_iter().filter(|(_, fact)| !fact.is_empty());
    known.map(|(name, fact)| (name.to_owned(), text::cut(&fact, NAMES))).collect()
}

fn names(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| text::one_line(name)).filter(|name| !name.is_empty()).collect();
    text::cut(&names.join(", "), NAMES)
}

/// When the event happened, by Panther's field for it: `2026-11-21 08:30:00.000000000` in UTC
/// (<https://docs.panther.com/search/panther-fields>), or RFC 3339.
fn event_time(event: &Value) -> Option<Timestamp> {
    let told = event.get("p_event_time")?.as_str()?;
    let in_utc = || told.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok().map(|at| at.timestamp());
    told.parse().ok().or_else(in_utc)
}

fn label(name: &str) -> String {
    match text::cut(&text::one_line(name), NAME) {
        empty if empty.is_empty() => say::EMPTY.to_owned(),
        name => name,
    }
}

fn points(heading: &str, facts: &[Fact]) -> Value {
    let point = |(name, fact): &Fact| match fact.as_str() {
        "" => section(vec![leaf(name)]),
        fact => section(vec![bold(&format!("{name}: ")), leaf(fact)]),
    };
    block(vec![section(vec![bold(heading)]), list(facts.iter().map(point).collect())])
}

fn tell(words: &mut String, heading: &str, facts: &[Fact]) {
    let told = facts.iter().map(|(name, fact)| match fact.as_str() {
        "" => name.clone(),
        fact => format!("{name}: {fact}"),
    });
    words.push_str(&format!("\n{heading}: {}", told.collect::<Vec<_>>().join("; ")));
}

fn json_block(heading: &str, shown: &str, missing: Option<(usize, usize)>) -> Value {
    let mut elements = vec![section(vec![bold(heading)]), preformatted(shown)];
    if let Some((missing, all)) = missing {
        elements.push(section(vec![leaf(&say::cut_off(missing, all))]));
    }
    block(elements)
}

/// `json` if it counts at most `max`; else its beginning, and how many of how many characters are missing.
fn cut_telling(json: &str, max: usize) -> (String, Option<(usize, usize)>) {
    if text::size(json) <= max {
        return (json.to_owned(), None);
    }
    let shown = text::beginning(json, max);
    let (kept, all) = (shown.chars().count(), json.chars().count());
    (shown.to_owned(), Some((all - kept, all)))
}
