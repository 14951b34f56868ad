//! GreyNoise: whether an address scans the internet, and whether it is a known service's.
//!
//! | key | URL | source |
//! |---|---|---|
//! | of a subscription | `https://api.greynoise.io/v3/ip/{ip}` | <https://docs.greynoise.io/docs/using-the-greynoise-api> |
//! | of the community | `https://api.greynoise.io/v3/community/{ip}` | <https://docs.greynoise.io/docs/using-the-greynoise-community-api> |
//!
//! The first that accepts the key is used, and remembered. The key goes in the header `key`. 404 means that the address
//! was not seen; 206 that the plan leaves out parts; 429 that the quota (50 searches a week for the community:
//! <https://docs.greynoise.io/docs/greynoise-search-usage-monitoring>) is used up. It knows IPv4 only
//! (<https://docs.greynoise.io/reference/getcommunityip>). Scanners come and go: an answer is fresh for 1 h.

use crate::fetch::{Answer, Facts, Failure, fetch, found, line, nothing, part};
use crate::json::Json;
use crate::{Base, credentials::Key};
use alert::intel::{Level, Provider};
use jiff::SignedDuration;
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicUsize, Ordering};
use store::KeptAnswer;

pub(crate) const FRESH: SignedDuration = SignedDuration::from_hours(1);

const HOST: &str = "api.greynoise.io";
/// The paths of the plans, the richer first.
const PLANS: [&str; 2] = ["v3/ip/", "v3/community/"];

/// Asks about a public address. `plan` is where the plan that works is remembered.
pub(crate) async fn ask(
    http: &reqwest::Client,
    base: &Base,
    key: &Key,
    plan: &AtomicUsize,
    ip: Ipv4Addr,
) -> Result<KeptAnswer, Failure> {
    for (index, path) in PLANS.iter().enumerate().skip(plan.load(Ordering::Relaxed)) {
        let url = base.url(Provider::GreyNoise, HOST, &format!("{path}{}", part(&ip.to_string())));
        match fetch(http.get(url).header("key", key.header())).await {
            Ok(answer) => {
                plan.store(index, Ordering::Relaxed);
                return read(&answer, ip);
            }
            Err(Failure::BadKey) => {}
            Err(other) => return Err(other),
        }
    }
    // The plan may have changed: the next time both are tried.
    plan.store(0, Ordering::Relaxed);
    Err(Failure::BadKey)
}

pub(crate) fn read(answer: &Answer, ip: Ipv4Addr) -> Result<KeptAnswer, Failure> {
    let not_seen = || Ok(nothing("Not seen scanning the internet in the last 90 days"));
    match answer.status {
        404 => return not_seen(),
        200 | 206 => {}
        _ => return Err(Failure::Down),
    }
    let json = Json::parse(&answer.body).ok_or(Failure::Down)?;
    if json.text("ip").and_then(|text| text.parse().ok()) != Some(ip) {
        return Err(Failure::Down);
    }
    let seen = if json.at("noise").is_some() {
        Seen::by_community(&json)
    } else if json.at("internet_scanner_intelligence").is_some() || json.at("business_service_intelligence").is_some() {
        Seen::by_subscription(&json)
    } else {
        return Err(Failure::Down);
    };
    let Some((verdict, level)) = seen.verdict() else { return not_seen() };
    let mut facts = Facts::default();
    facts.add("Classification", seen.class);
    facts.add("Name", seen.name);
    facts.add("Known service", seen.service);
    facts.add("Category", json.owned("business_service_intelligence.category"));
    facts.add("Last seen", seen.last_seen);
    facts.add("First seen", json.day_of_text("internet_scanner_intelligence.first_seen"));
    facts.add("Tags", tags(&json));
    facts.add("Organization", json.owned("internet_scanner_intelligence.metadata.organization"));
    facts.add("Country", json.owned("internet_scanner_intelligence.metadata.source_country"));
    facts.add("Reverse DNS", json.owned("internet_scanner_intelligence.metadata.rdns"));
    facts.add("Tor", json.is("internet_scanner_intelligence.tor").then(|| "yes".to_owned()));
    facts.add("VPN", json.is("internet_scanner_intelligence.vpn").then(|| "yes".to_owned()));
    Ok(found(&verdict, level, facts, format!("https://viz.greynoise.io/ip/{ip}")))
}

/// The same of both shapes.
struct Seen {
    scans: bool,
    class: Option<String>,
    /// Who scans.
    name: Option<String>,
    /// The known service, and whether GreyNoise trusts it ("1": reasonably harmless).
    service: Option<String>,
    is_service: bool,
    trusted: bool,
    last_seen: Option<String>,
}

impl Seen {
    fn by_community(json: &Json) -> Self {
        let is_service = json.is("riot");
        let name = json.owned("name").filter(|name| name != "unknown");
        Self {
            scans: json.is("noise"),
            class: json.owned("classification"),
            service: name.clone().filter(|_| is_service),
            name: name.filter(|_| !is_service),
            is_service,
            trusted: is_service && json.text("classification") == Some("benign"),
            last_seen: json.day_of_text("last_seen"),
        }
    }

    fn by_subscription(json: &Json) -> Self {
        let is_service = json.is("business_service_intelligence.found");
        Self {
            scans: json.is("internet_scanner_intelligence.found"),
            class: json.owned("internet_scanner_intelligence.classification"),
            name: json.owned("internet_scanner_intelligence.actor").filter(|name| name != "unknown"),
            service: json.owned("business_service_intelligence.name").filter(|_| is_service),
            is_service,
            trusted: is_service && json.text("business_service_intelligence.trust_level") == Some("1"),
            last_seen: json.day_of_text("internet_scanner_intelligence.last_seen"),
        }
    }

    fn verdict(&self) -> Option<(String, Level)> {
        let name = self.name.as_deref().map(|name| format!(": {}", line(name, 80))).unwrap_or_default();
        let service = || {
            let name = self.service.as_deref().map(|name| format!(": {}", line(name, 80))).unwrap_or_default();
            let level = if self.trusted { Level::Harmless } else { Level::Neutral };
            (format!("Belongs to a known service{name}"), level)
        };
        match (self.scans, self.class.as_deref()) {
            (true, Some("malicious")) => {
                Some((format!("Scans the internet with malicious intent{name}"), Level::Malicious))
            }
            (true, Some("suspicious")) => Some((format!("Scans the internet suspiciously{name}"), Level::Suspicious)),
            (_, _) if self.is_service => Some(service()),
            (true, Some("benign")) => Some((format!("A benign scanner of the internet{name}"), Level::Harmless)),
            (true, _) => Some((format!("Scans the internet, its intent is unknown{name}"), Level::Neutral)),
            (false, _) => None,
        }
    }
}

fn tags(json: &Json) -> Option<String> {
    let tags = json.at("internet_scanner_intelligence.tags")?.as_array()?;
    let names = tags.iter().filter_map(|tag| tag.get("name").and_then(|name| name.as_str()));
    Some(names.take(5).map(|name| line(name, 40)).collect::<Vec<_>>().join(", "))
}
