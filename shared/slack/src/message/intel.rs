//! What threat intelligence says of a value, as a reply in the alert's threads.
//!
//! Providers' words are as untrusted as the alert's: they go out as text. A link is shown only if it leads to the
//! provider's own site.

use super::activity::{Line, actor};
use super::rich::{block, bold, code, link, list, section, text as leaf};
use super::{ACTIVITY_EVENT, Mentions, Message};
use crate::{limits, say, text};
use alert::Activity;
use alert::intel::{Intel, Level, Outcome, Provider, ProviderAnswer};
use serde_json::{Value, json};

const VALUE: usize = 300;
const VERDICT: usize = 250;
/// A fact's name and value, and all facts of one provider together.
const FACT_NAME: usize = 50;
const FACT: usize = 220;
const FACTS: usize = 1200;

/// The reply for `activity`, which asked about a value and found `intel`.
pub(super) fn reply(activity: &Activity, intel: &Intel, delivery_id: &str, mentions: &Mentions) -> Message {
    let value = text::cut_inside(&text::one_line(&intel.indicator.value), VALUE);
    let mut line = Line::default();
    line.person(actor(&activity.actor, mentions));
    line.say(say::INTEL_ASKED);
    line.leaves.push(code(&value));
    line.words.push_str(&value);
    let mut words = line.words;
    let mut blocks = vec![block(vec![section(line.leaves)])];
    for answer in &intel.answers {
        let (elements, said) = shown(answer);
        blocks.push(block(elements));
        words.push('\n');
        words.push_str(&said);
    }
    if intel.answers.is_empty() {
        blocks.push(block(vec![section(vec![leaf(say::INTEL_NOBODY)])]));
        words.push('\n');
        words.push_str(say::INTEL_NOBODY);
    }
    Message {
        text: text::escape(&text::cut(&words, limits::MESSAGE_TEXT)),
        blocks,
        attachments: Vec::new(),
        metadata: Some(json!({
            "event_type": ACTIVITY_EVENT,
            "event_payload": {"delivery": delivery_id, "seq": activity.seq},
        })),
    }
}

/// What one provider said: its line, the facts below, a link; and the line in words.
fn shown(ProviderAnswer { provider, outcome }: &ProviderAnswer) -> (Vec<Value>, String) {
    let name = provider.name();
    match outcome {
        Outcome::Unavailable { why } => {
            let why = say::unavailable(*why);
            (vec![section(vec![leaf("⚠️ "), bold(name), leaf(&format!(" {why}"))])], format!("{name} {why}"))
        }
        Outcome::Nothing { verdict } => (vec![line("⚪", name, &said(verdict))], format!("{name}: {}", said(verdict))),
        Outcome::Found { verdict, level, facts, link: url } => {
            let verdict = match level_word(*level) {
                Some(word) => format!("{word}. {}", said(verdict)),
                None => said(verdict),
            };
            let mut elements = vec![line(mark(*level), name, &verdict)];
            let mut used = 0;
            let facts: Vec<Value> = facts
                .iter()
                .map(|(name, value)| (text::cut(&text::one_line(name), FACT_NAME), said_of(value, FACT)))
                .filter(|(name, value)| !name.is_empty() && !value.is_empty())
                .take_while(|(name, value)| {
                    used += text::size(name) + text::size(value) + 2;
                    used <= FACTS
                })
                .map(|(name, value)| section(vec![bold(&format!("{name}: ")), leaf(&value)]))
                .collect();
            if !facts.is_empty() {
                elements.push(list(facts));
            }
            if let Some(url) = url.as_deref().filter(|url| is_of(*provider, url)) {
                elements.push(section(vec![link(url, &say::more_at(name))]));
            }
            (elements, format!("{name}: {verdict}"))
        }
    }
}

fn line(mark: &str, name: &str, verdict: &str) -> Value {
    section(vec![leaf(&format!("{mark} ")), bold(&format!("{name}: ")), leaf(verdict)])
}

fn said(verdict: &str) -> String {
    match said_of(verdict, VERDICT) {
        empty if empty.is_empty() => say::EMPTY.to_owned(),
        verdict => verdict,
    }
}

fn said_of(words: &str, max: usize) -> String {
    text::cut(&text::one_line(words), max)
}

/// The dot before a verdict. What it means is told in words too: not everybody sees colours.
fn mark(level: Level) -> &'static str {
    match level {
        Level::Neutral => "⚪",
        Level::Harmless => "🟢",
        Level::Suspicious => "🟠",
        Level::Malicious => "🔴",
    }
}

fn level_word(level: Level) -> Option<&'static str> {
    match level {
        Level::Neutral => None,
        Level::Harmless => Some("Harmless"),
        Level::Suspicious => Some("Suspicious"),
        Level::Malicious => Some("Malicious"),
    }
}

/// Whether `url` leads to the provider's own site, encrypted, and to nobody's account there.
fn is_of(provider: Provider, url: &str) -> bool {
    let site = match provider {
        Provider::IpInfo => "ipinfo.io",
        Provider::GreyNoise => "greynoise.io",
        Provider::Tor => "torproject.org",
        Provider::AbuseIpDb => "abuseipdb.com",
        Provider::VirusTotal => "virustotal.com",
        Provider::Local => return false,
    };
    let Ok(parsed) = reqwest::Url::parse(url) else { return false };
    let host = parsed.host_str().unwrap_or_default();
    let theirs = host == site || host.strip_suffix(site).is_some_and(|rest| rest.ends_with('.'));
    let plain = parsed.username().is_empty() && parsed.password().is_none() && parsed.port().is_none();
    let fits = url.encode_utf16().count() <= limits::BUTTON_URL && url.chars().all(|c| c.is_ascii_graphic());
    parsed.scheme() == "https" && theirs && plain && fits
}
