//! An alert as its message in a channel.
//!
//! Everything that people need and every control is in top-level blocks. The severity's colour can only be shown as
//! the bar of an attachment, and Slack calls attachments secondary: they may be folded, and what they can do may change
//! (<https://api.slack.com/reference/messaging/attachments>). So one attachment carries the bar
//! and beside it the facts that can be missed: alert type, log types, time. With blocks there, Slack shows the
//! top-level `text` in notifications and to screen readers only; it says everything once more, attachment included.

use super::rich::{block, bold, plain, section, text as leaf};
use super::{DELIVERY_EVENT, Message};
use crate::options::{UNASSIGNED, option};
use crate::{control, limits, say, text};
use alert::{Alert, AlertContent, Severity, Status};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

/// How a destination wants its messages.
#[derive(Debug, Clone, Copy)]
pub struct Look<'a> {
    /// IANA name of the zone in which times are shown; UTC if it is unknown.
    pub timezone: &'a str,
    /// Where alerts without a link of their own can be seen: the alert is at `{console_url}/alerts/{alert id}`.
    pub console_url: Option<&'a str>,
    /// What the button that opens the alert says.
    pub button_label: &'a str,
    /// Whether threat intelligence can be asked about something in the alert.
    pub threat_intel: bool,
}

const DEFAULT_BUTTON_LABEL: &str = "View alert";
const NAME: usize = 150;
const TITLE: usize = 900;
const SUMMARY: usize = 4000;
const RUNBOOK: usize = 2500;
const LOG_TYPES: usize = 600;
/// Summary and runbook in the top-level text, which has less room.
const TEXT_SUMMARY: usize = 1600;
const TEXT_RUNBOOK: usize = 900;

/// The message of `alert` as it is now. It keeps Slack's limits whatever the alert holds; what does not fit is cut and
/// marked. `delivery_id` goes into the metadata, by which the message is found again.
pub fn parent(alert: &Alert, delivery_id: &str, look: &Look<'_>) -> Message {
    let words = Words::of(alert, look);
    let mut blocks = vec![
        json!({"type": "header", "text": plain(&text::cut(&words.headline, limits::HEADER_TEXT))}),
        block(vec![section(vec![
            bold("Severity: "),
            leaf(words.severity),
            bold("\nStatus: "),
            leaf(words.status),
            bold("\nAssignee: "),
            leaf(&words.assignee),
        ])]),
    ];
    if text::size(&words.headline) > limits::HEADER_TEXT {
        blocks.push(labelled("Title", &words.title, TITLE));
    }
    if !words.summary.is_empty() {
        blocks.push(labelled("Summary", &words.summary, SUMMARY));
    }
    if !words.runbook.is_empty() {
        blocks.push(labelled("Runbook", &words.runbook, RUNBOOK));
    }
    blocks.push(controls(alert, look));
    let facts: Vec<_> = words.facts().iter().map(|(label, fact)| plain(&format!("{label}: {fact}"))).collect();
    Message {
        text: words.in_full(),
        blocks,
        attachments: vec![json!({
            "color": color(alert.content.severity),
            "blocks": [{"type": "context", "elements": facts}],
        })],
        metadata: Some(json!({"event_type": DELIVERY_EVENT, "event_payload": {"delivery": delivery_id}})),
    }
}

/// The [`parent`] of `alert` with controls that forget, at `at`, what somebody chose there and did not come to be.
#[must_use]
pub fn drawn_anew(mut parent: Message, alert: &Alert, at: Timestamp) -> Message {
    let shown = control::block_id(&alert.id, alert.triage.seq);
    for controls in parent.blocks.iter_mut().filter(|block| block["block_id"] == shown.as_str()) {
        controls["block_id"] = json!(control::redrawn_block_id(&alert.id, alert.triage.seq, at));
    }
    parent
}

/// What the message says, cleaned.
struct Words {
    headline: String,
    title: String,
    severity: &'static str,
    status: &'static str,
    assignee: String,
    summary: String,
    runbook: String,
    alert_type: &'static str,
    log_types: String,
    time: String,
}

impl Words {
    fn of(alert: &Alert, look: &Look<'_>) -> Self {
        let content = &alert.content;
        let title = title(content);
        let assignee = alert.triage.assignee.as_ref().map(|assignee| match text::one_line(&assignee.name) {
            empty if empty.is_empty() => assignee.id.to_string(),
            name => text::cut(&name, NAME),
        });
        let log_types: Vec<_> = content.log_types.iter().map(|name| text::one_line(name)).collect();
        let log_types: Vec<_> = log_types.iter().filter(|name| !name.is_empty()).map(String::as_str).collect();
        let zone = TimeZone::get(look.timezone).unwrap_or(TimeZone::UTC);
        Self {
            headline: format!("{} {title}", dot(content.severity)),
            title,
            severity: content.severity.label(),
            status: alert.triage.status.label(),
            assignee: assignee.unwrap_or_else(|| UNASSIGNED.to_owned()),
            summary: text::clean(&content.description),
            runbook: text::clean(&content.runbook),
            alert_type: content.alert_type.label(),
            log_types: text::cut(&log_types.join(", "), LOG_TYPES),
            time: content.created_at.to_zoned(zone).strftime("%Y-%m-%d %H:%M %Z").to_string(),
        }
    }

    /// The facts beside the bar.
    fn facts(&self) -> Vec<(&'static str, &str)> {
        let mut facts = vec![("Type", self.alert_type)];
        if !self.log_types.is_empty() {
            facts.push(("Log types", &self.log_types));
        }
        facts.push(("Time", &self.time));
        facts
    }

    /// All of it as one escaped text, what matters most first.
    fn in_full(&self) -> String {
        let mut lines = vec![
            text::cut(&self.headline, TITLE),
            format!("Severity: {}", self.severity),
            format!("Status: {}", self.status),
            format!("Assignee: {}", self.assignee),
        ];
        lines.extend(self.facts().iter().map(|(label, fact)| format!("{label}: {fact}")));
        for (label, words, max) in [("Summary", &self.summary, TEXT_SUMMARY), ("Runbook", &self.runbook, TEXT_RUNBOOK)]
        {
            if !words.is_empty() {
                lines.push(format!("{label}: {}", text::cut(words, max)));
            }
        }
        text::escape(&text::cut(&lines.join("\n"), limits::MESSAGE_TEXT))
    }
}

fn labelled(label: &str, words: &str, max: usize) -> Value {
    block(vec![section(vec![bold(&format!("{label}\n")), leaf(&text::cut(words, max))])])
}

fn controls(alert: &Alert, look: &Look<'_>) -> Value {
    let mut assign = json!({
        "type": "external_select",
        "action_id": control::ACTION_ASSIGN,
        "placeholder": plain("Set Assignee"),
        "min_query_length": 0,
    });
    if let Some(assignee) = &alert.triage.assignee {
        assign["initial_option"] = option(&assignee.name, assignee.id.as_str());
    }
    let status = |status: Status| option(status.label(), status.as_str());
    let update = json!({
        "type": "static_select",
        "action_id": control::ACTION_STATUS,
        "placeholder": plain("Update Status"),
        "options": Status::ALL.map(status),
        "initial_option": status(alert.triage.status),
    });
    let button = |action: &str, label: &str| json!({"type": "button", "action_id": action, "text": plain(label)});
    let details = button(control::ACTION_DETAILS, say::DETAILS_BUTTON);
    let intel = look.threat_intel.then(|| button(control::ACTION_INTEL, say::INTEL_BUTTON));
    let boomerang = button(control::ACTION_BOOMERANG, say::BOOMERANG_BUTTON);
    let elements: Vec<_> =
        view_button(alert, look).into_iter().chain([assign, update, details]).chain(intel).chain([boomerang]).collect();
    json!({
        "type": "actions",
        "block_id": control::block_id(&alert.id, alert.triage.seq),
        "elements": elements,
    })
}

/// Where the alert can be seen: its own link, else the console, else nowhere.
pub(super) fn view_link(alert: &Alert, look: &Look<'_>) -> Option<String> {
    let in_console = || {
        let console = look.console_url?.trim_end_matches('/');
        link_to(&format!("{console}/alerts/{}", alert.id))
    };
    alert.content.link.as_deref().and_then(link_to).or_else(in_console)
}

/// `url` if a button can lead there.
pub(super) fn link_to(url: &str) -> Option<String> {
    is_web_url(url).then(|| url.to_owned())
}

/// The button that leads there.
fn view_button(alert: &Alert, look: &Look<'_>) -> Option<Value> {
    let url = view_link(alert, look)?;
    let label = match text::cut(&text::one_line(look.button_label), limits::BUTTON_TEXT) {
        empty if empty.is_empty() => DEFAULT_BUTTON_LABEL.to_owned(),
        label => label,
    };
    Some(json!({"type": "button", "action_id": control::ACTION_VIEW, "text": plain(&label), "url": url}))
}

fn is_web_url(url: &str) -> bool {
    let fits = url.encode_utf16().count() <= limits::BUTTON_URL;
    let clean = text::clean(url) == url && !url.contains(char::is_whitespace);
    fits && clean && reqwest::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

/// What an alert is called, in one line.
pub(crate) fn title(content: &AlertContent) -> String {
    let names = [Some(&content.title), content.name.as_ref(), content.detection_id.as_ref()];
    let title = names.into_iter().flatten().map(|name| text::one_line(name)).find(|name| !name.is_empty());
    title.unwrap_or_else(|| "Alert without a title".to_owned())
}

/// The dot before the title. Its colour is told in words too: not everybody sees it.
pub(crate) fn dot(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "🟢",
        Severity::Low => "🟡",
        Severity::Medium => "🟠",
        Severity::High => "🔴",
        Severity::Critical => "🟣",
    }
}

/// The bar's colour, as Panther's own Slack messages have it
/// (<https://github.com/panther-labs/panther/tree/e74a52eb>).
fn color(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "#47b881",
        Severity::Low => "#f7d154",
        Severity::Medium => "#d9822b",
        Severity::High => "#cb2e2e",
        Severity::Critical => "#425a70",
    }
}
