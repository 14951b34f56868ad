//! The app's Home tab: what waits for a person (<https://docs.slack.dev/surfaces/app-home>). Pure rendering.
//!
//! ```text
//! Questions for you        what they were asked, by whom, since when
//! Your open alerts         severity, title, status, since when; the most severe first
//! Alerts without an assignee   for those who may manage alerts
//! Your questions           to whom, since when
//! ```
//!
//! Each line leads to its message. Somebody who may not view alerts sees why, and the questions they were asked, but
//! nothing of the alerts that those are about. Untrusted text stands in leaves of `rich_text` only.

use crate::identity::Reason;
use crate::message::rich::{ago, block, bold, date, link, list, plain, section, text as leaf, user};
use crate::message::{dot, is_slack_user, title};
use crate::modal::View;
use crate::{say, text};
use alert::boomerang::Recipient;
use alert::delivery::MessageRef;
use alert::{Actor, Alert, Boomerang};
use jiff::Timestamp;
use serde_json::{Value, json};

/// As many lines of each kind are shown; the rest is counted.
pub const ROWS: usize = 20;

const TITLE: usize = 150;
const QUESTION: usize = 200;
const NAME: usize = 80;
const EMAIL: usize = 240;

/// Everything that the tab shows.
#[derive(Debug, Clone)]
pub struct Home<'a> {
    pub alerts: Alerts<'a>,
    /// Questions that the person was asked.
    pub asked: Listed<QuestionRow<'a>>,
    /// When it was read.
    pub at: Timestamp,
}

/// What a person sees of alerts.
#[derive(Debug, Clone)]
pub enum Alerts<'a> {
    /// Nothing; the sentence says why, and whom to ask.
    Hidden(String),
    Shown {
        /// Assigned to them.
        mine: Listed<AlertRow<'a>>,
        /// Assigned to nobody; only for those who may manage alerts.
        unassigned: Option<Listed<AlertRow<'a>>>,
        /// Questions that they ask.
        asking: Listed<QuestionRow<'a>>,
    },
}

/// Some lines, and how many there are beside them.
#[derive(Debug, Clone)]
pub struct Listed<T> {
    /// At most [`ROWS`] of them are shown.
    pub rows: Vec<T>,
    /// Beside those.
    pub more: usize,
    /// Whether there are even more, which were not counted.
    pub uncounted: bool,
}

/// An alert.
#[derive(Debug, Clone)]
pub struct AlertRow<'a> {
    pub alert: &'a Alert,
    /// Where its message is.
    pub link: Option<String>,
}

/// A question.
#[derive(Debug, Clone)]
pub struct QuestionRow<'a> {
    pub boomerang: Boomerang,
    /// What it is about, for those who may view it.
    pub alert: Option<&'a Alert>,
    /// Where its message is.
    pub link: Option<String>,
}

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), more: 0, uncounted: false }
    }
}

/// Where a message is on the web: as `chat.getPermalink` answers for what is no reply
/// (<https://docs.slack.dev/reference/methods/chat.getPermalink>), without a call for each. `workspace_url` is what
/// `auth.test` says. `None` if one of them is not what Slack gives.
pub fn message_link(workspace_url: &str, message: &MessageRef) -> Option<String> {
    let url = reqwest::Url::parse(workspace_url).ok().filter(|url| url.scheme() == "https")?;
    let word = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric());
    let (seconds, fraction) = message.ts.split_once('.').filter(|(a, b)| word(a) && word(b))?;
    let host = url.host_str().filter(|_| word(&message.channel))?;
    Some(format!("https://{host}/archives/{}/p{seconds}{fraction}", message.channel))
}

/// To somebody with whose email nobody is registered; it is their own email.
pub fn unregistered(email: &str) -> String {
    let email = text::cut(&text::one_line(email), EMAIL);
    format!(
        "You are not a registered user of Margay: nobody is registered with your Slack email {email}. Ask someone who may manage users to add it."
    )
}

/// To a registered user who may not view alerts.
pub fn not_permitted() -> &'static str {
    "You are registered in Margay, but may not view alerts. Ask someone who may manage users to give you the permission ViewAlerts."
}

/// To somebody whom Slack does not vouch for.
pub fn refused(reason: Reason) -> &'static str {
    match reason {
        Reason::Deactivated => "Your Slack account is deactivated, so Margay shows you no alerts.",
        Reason::Bot => "Apps see no alerts here. They can use the REST API with an API key.",
        Reason::Stranger => {
            "You belong to another organisation's Slack, so Margay shows you no alerts. Ask a member of this workspace."
        }
        Reason::Guest => {
            "You are a guest of this Slack workspace, so Margay shows you no alerts. Ask a full member, or a workspace admin to make you one."
        }
        Reason::UnconfirmedEmail => {
            "Your Slack email is not confirmed yet, so Margay cannot tell who you are. Confirm it in your Slack account settings and open this tab again."
        }
        Reason::NoEmail => {
            "Slack does not show Margay your email, so it cannot tell who you are. Add one to your Slack profile, or ask a workspace admin to give the app the scope users:read.email."
        }
    }
}

/// The tab, as `views.publish` takes it. It keeps Slack's limits whatever the alerts hold.
pub fn view(home: &Home<'_>) -> View {
    let mut blocks = Vec::new();
    if !home.asked.rows.is_empty() {
        blocks.extend(part("Questions for you", &home.asked, asked_row, ""));
    }
    match &home.alerts {
        Alerts::Hidden(why) => {
            blocks.push(header("Alerts"));
            blocks.push(block(vec![section(vec![leaf(why)])]));
        }
        Alerts::Shown { mine, unassigned, asking } => {
            blocks.extend(part("Your open alerts", mine, alert_row, "No open alert is assigned to you."));
            if let Some(unassigned) = unassigned {
                let nothing = "Every open alert has an assignee.";
                blocks.extend(part("Alerts without an assignee", unassigned, alert_row, nothing));
            }
            if !asking.rows.is_empty() {
                blocks.extend(part("Your questions", asking, asking_row, ""));
            }
        }
    }
    blocks.push(json!({"type": "divider"}));
    let now = date(home.at, "{date_short_pretty}, {time}");
    blocks.push(block(vec![section(vec![leaf("As of "), now, leaf(". Open this tab again to see what is new.")])]));
    View(json!({"type": "home", "blocks": blocks}))
}

fn header(words: &str) -> Value {
    json!({"type": "header", "text": plain(words)})
}

/// A heading, the lines below it or else `nothing`, and how many more there are.
fn part<T>(heading: &str, listed: &Listed<T>, row: impl Fn(&T) -> Value, nothing: &str) -> Vec<Value> {
    let rows: Vec<Value> = listed.rows.iter().take(ROWS).map(row).collect();
    if rows.is_empty() {
        return vec![header(heading), block(vec![section(vec![leaf(nothing)])])];
    }
    let mut elements = vec![list(rows)];
    let more = listed.more + listed.rows.len().saturating_sub(ROWS);
    if more > 0 || listed.uncounted {
        let at_least = if listed.uncounted { "at least " } else { "" };
        elements.push(section(vec![leaf(&format!("and {at_least}{more} more"))]));
    }
    vec![header(heading), block(elements)]
}

fn alert_row(row: &AlertRow<'_>) -> Value {
    let AlertRow { alert, link } = row;
    let mut leaves = named(alert, link.as_deref());
    leaves.push(leaf(&format!(" · {} · ", alert.triage.status.label())));
    leaves.push(ago(alert.content.created_at));
    section(leaves)
}

/// Who asks what, since when.
fn asked_row(row: &QuestionRow<'_>) -> Value {
    let mut leaves = vec![actor(&row.boomerang.asker), leaf(" asks: ")];
    leaves.extend(question(row));
    section(leaves)
}

/// Who was asked what, since when.
fn asking_row(row: &QuestionRow<'_>) -> Value {
    let late = if row.boomerang.overdue { " has not answered yet: " } else { " was asked: " };
    let mut leaves = vec![recipient(&row.boomerang.recipient), leaf(late)];
    leaves.extend(question(row));
    section(leaves)
}

fn question(row: &QuestionRow<'_>) -> Vec<Value> {
    let words = shown(&row.boomerang.question, QUESTION, say::EMPTY);
    let mut leaves = vec![linked(row.link.as_deref(), &words), leaf(" · "), ago(row.boomerang.asked_at)];
    if let Some(alert) = row.alert {
        leaves.push(leaf(" · about "));
        leaves.extend(named(alert, None));
    }
    leaves
}

/// Severity and title.
fn named(alert: &Alert, link: Option<&str>) -> Vec<Value> {
    let severity = alert.content.severity;
    let words = text::cut(&title(&alert.content), TITLE);
    vec![leaf(&format!("{} ", dot(severity))), bold(severity.label()), leaf(" "), linked(link, &words)]
}

fn linked(url: Option<&str>, words: &str) -> Value {
    url.map_or_else(|| leaf(words), |url| link(url, words))
}

fn actor(actor: &Actor) -> Value {
    person(actor.slack_user(), actor.name())
}

fn recipient(recipient: &Recipient) -> Value {
    person(Some(&recipient.slack_user), &recipient.name)
}

fn person(slack_user: Option<&str>, name: &str) -> Value {
    let mention = slack_user.filter(|id| is_slack_user(id)).map(user);
    mention.unwrap_or_else(|| bold(&shown(name, NAME, say::SOMEBODY)))
}

/// `words` on one line and cut, or `else_` if there is nothing to see.
fn shown(words: &str, max: usize, else_: &str) -> String {
    match text::cut(&text::one_line(words), max) {
        empty if empty.is_empty() => else_.to_owned(),
        words => words,
    }
}
