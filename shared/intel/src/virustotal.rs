//! VirusTotal: what some 90 engines say of an address, a domain or a file.
//!
//! `https://www.virustotal.com/api/v3/{ip_addresses|domains|files}/{value}`, the key in the header `x-apikey`
//! (<https://docs.virustotal.com/reference/ip-info>, `domain-info`, `file-info`). Errors have a code
//! (<https://docs.virustotal.com/reference/errors>): 401 for a wrong key, 403 for what the plan does not allow, 404 for
//! what it does not know, 429 when a quota is used up. The public API allows 4 requests a minute and 500 a day, and no
//! use in business workflows, for which a premium key is needed
//! (<https://docs.virustotal.com/reference/public-vs-premium-api>). Analyses change with days: an answer is fresh for 6 h.

use crate::countries;
use crate::fetch::{Answer, Facts, Failure, fetch, found, line, nothing, part};
use crate::json::Json;
use crate::{Base, credentials::Key};
use alert::intel::{Level, Provider};
use alert::{Indicator, IndicatorKind};
use jiff::SignedDuration;
use store::KeptAnswer;

pub(crate) const FRESH: SignedDuration = SignedDuration::from_hours(6);

/// From so many engines on it is no single engine's mistake.
const MALICIOUS: i64 = 3;

/// The names of its collections in the API and on its pages; it has none of emails.
fn collection(kind: IndicatorKind) -> Option<(&'static str, &'static str)> {
    match kind {
        IndicatorKind::Ip => Some(("ip_addresses", "ip-address")),
        IndicatorKind::Domain => Some(("domains", "domain")),
        IndicatorKind::Hash => Some(("files", "file")),
        IndicatorKind::Email => None,
    }
}

/// Asks about a value that is no email.
pub(crate) async fn ask(
    http: &reqwest::Client,
    base: &Base,
    key: &Key,
    indicator: &Indicator,
) -> Result<KeptAnswer, Failure> {
    let Some((collection, _)) = collection(indicator.kind) else { return Err(Failure::Down) };
    let path = format!("api/v3/{collection}/{}", part(&indicator.value));
    let request = http.get(base.url(Provider::VirusTotal, "www.virustotal.com", &path));
    read(&fetch(request.header("x-apikey", key.header())).await?, indicator)
}

pub(crate) fn read(answer: &Answer, indicator: &Indicator) -> Result<KeptAnswer, Failure> {
    match answer.status {
        404 => return Ok(nothing("VirusTotal does not know it")),
        200 => {}
        _ => return Err(Failure::Down),
    }
    let json = Json::parse(&answer.body).ok_or(Failure::Down)?;
    let (Some((_, page)), true) = (collection(indicator.kind), is_about(&json, indicator)) else {
        return Err(Failure::Down);
    };
    let count = |name: &str| json.number(&format!("data.attributes.last_analysis_stats.{name}"));
    let counts = ["malicious", "suspicious", "harmless", "undetected"].map(|name| count(name).unwrap_or(0).max(0));
    let [malicious, suspicious, ..] = counts;
    let engines = counts.into_iter().fold(0, i64::saturating_add);
    if engines == 0 {
        return Ok(nothing("VirusTotal has not analysed it"));
    }
    let (verdict, level) = match (malicious, suspicious) {
        (MALICIOUS.., _) => (format!("{malicious} of {engines} engines call it malicious"), Level::Malicious),
        (1.., _) => (format!("{malicious} of {engines} engines call it malicious"), Level::Suspicious),
        (_, 1..) => (format!("{suspicious} of {engines} engines call it suspicious"), Level::Suspicious),
        (_, _) => (format!("None of {engines} engines found anything"), Level::Harmless),
    };
    let link = format!("https://www.virustotal.com/gui/{page}/{}", part(&indicator.value));
    Ok(found(&verdict, level, facts(&json, indicator.kind), link))
}

/// An answer about something else would be worse than none. A file's id is its SHA-256, whichever hash was asked for.
fn is_about(json: &Json, indicator: &Indicator) -> bool {
    let is = |path: &str| json.text(path).is_some_and(|text| text.eq_ignore_ascii_case(&indicator.value));
    match indicator.kind {
        IndicatorKind::Ip | IndicatorKind::Domain => is("data.id"),
        IndicatorKind::Hash => is("data.id") || is("data.attributes.md5") || is("data.attributes.sha1"),
        IndicatorKind::Email => false,
    }
}

/// <https://docs.virustotal.com/reference/ip-object>, `domains-object`, `files`.
fn facts(json: &Json, kind: IndicatorKind) -> Facts {
    let mut facts = Facts::default();
    let text = |name: &str| json.owned(&format!("data.attributes.{name}"));
    let number = |name: &str| json.number(&format!("data.attributes.{name}")).map(|number| number.to_string());
    let day = |name: &str| json.day(&format!("data.attributes.{name}"));
    match kind {
        IndicatorKind::Ip => {
            let country = text("country").map(|code| countries::name(&code).map(str::to_owned).unwrap_or(code));
            facts.add("Country", country);
            facts.add("Organization", text("as_owner"));
            facts.add("ASN", number("asn").map(|asn| format!("AS{asn}")));
            facts.add("Network", text("network"));
        }
        IndicatorKind::Domain => {
            facts.add("Registrar", text("registrar"));
            facts.add("Registered", day("creation_date"));
            facts.add("Categories", categories(json));
        }
        IndicatorKind::Hash => {
            facts.add("Threat", text("popular_threat_classification.suggested_threat_label"));
            facts.add("Name", text("meaningful_name"));
            facts.add("Type", text("type_description"));
            facts.add("Size", number("size").map(|size| format!("{size} bytes")));
            facts.add("First submitted", day("first_submission_date"));
            facts.add("SHA-256", text("sha256"));
        }
        IndicatorKind::Email => {}
    }
    facts.add("Reputation", number("reputation"));
    facts.add("Last analysis", day("last_analysis_date"));
    facts
}

/// What the engines that sort domains call it, each word once.
fn categories(json: &Json) -> Option<String> {
    let mut words: Vec<String> = Vec::new();
    for word in json.at("data.attributes.categories")?.as_object()?.values().filter_map(|word| word.as_str()).take(10) {
        let word = line(word, 40);
        if !words.contains(&word) && words.len() < 4 {
            words.push(word);
        }
    }
    Some(words.join(", "))
}
