//! IPinfo: where an address is, whose it is, and, if the plan gives it, whether it is a VPN, a proxy, Tor or a relay.
//!
//! Three generations of its API answer, each to the tokens of its own plans; the first that accepts the token is used,
//! the richest first, and remembered:
//!
//! | plan | URL | source |
//! |---|---|---|
//! | Core, Plus, Max | `https://api.ipinfo.io/lookup/{ip}` | <https://ipinfo.io/developers/core-api> |
//! | classic (Basic, Standard, Business) | `https://ipinfo.io/{ip}/json` | <https://ipinfo.io/developers/responses> |
//! | Lite (free) | `https://api.ipinfo.io/lite/{ip}`: country and ASN only | <https://ipinfo.io/developers/lite-api> |
//!
//! The token goes as `Authorization: Bearer` (<https://ipinfo.io/developers#authentication>). A token that a plan does
//! not know gets 403, one that is used up 429 (<https://ipinfo.io/developers/rate-limits>). Lite has no limit, the other
//! plans one for each month. Addresses move seldom: an answer is fresh for 24 h, as in IPinfo's own libraries
//! (<https://github.com/ipinfo/node#caching>).

use crate::countries;
use crate::fetch::{Answer, Facts, Failure, fetch, found_at, line, nothing, part};
use crate::json::Json;
use crate::{Base, credentials::Key};
use alert::intel::{Level, Place, Provider};
use jiff::SignedDuration;
use reqwest::header::AUTHORIZATION;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use store::KeptAnswer;

pub(crate) const FRESH: SignedDuration = SignedDuration::from_hours(24);

/// The hosts and paths of the plans, the richest first.
const PLANS: [(&str, &str, &str); 3] =
    [("api.ipinfo.io", "lookup/", ""), ("ipinfo.io", "", "/json"), ("api.ipinfo.io", "lite/", "")];

/// Asks about a public address. `plan` is where the plan that works is remembered.
pub(crate) async fn ask(
    http: &reqwest::Client,
    base: &Base,
    key: &Key,
    plan: &AtomicUsize,
    ip: IpAddr,
) -> Result<KeptAnswer, Failure> {
    let mut failure = Failure::BadKey;
    for (index, (host, before, after)) in PLANS.iter().enumerate().skip(plan.load(Ordering::Relaxed)) {
        let path = format!("{before}{}{after}", part(&ip.to_string()));
        let request = http.get(base.url(Provider::IpInfo, host, &path)).header(AUTHORIZATION, key.bearer());
        match fetch(request).await {
            Ok(answer) => {
                plan.store(index, Ordering::Relaxed);
                return read(&answer, ip);
            }
            Err(Failure::BadKey) => failure = Failure::BadKey,
            Err(other) => return Err(other),
        }
    }
    // The plan may have changed: the next time all are tried.
    plan.store(0, Ordering::Relaxed);
    Err(failure)
}

pub(crate) fn read(answer: &Answer, ip: IpAddr) -> Result<KeptAnswer, Failure> {
    let json = Json::parse(&answer.body).filter(|_| answer.status == 200).ok_or(Failure::Down)?;
    // An answer about another address would be worse than none.
    let about = json.text("ip").and_then(|text| text.parse::<IpAddr>().ok()).map(|about| about.to_canonical());
    if about != Some(ip) {
        return Err(Failure::Down);
    }
    if json.is("bogon") {
        return Ok(nothing("IPinfo says that nobody has this address"));
    }
    let place = place(&json);
    let label = place.as_ref().map(Place::label).unwrap_or_default();
    let (asn, owner) = network(&json);
    let network: Vec<String> = [asn.clone(), owner.clone()].into_iter().flatten().collect();
    let hides = anonymity(&json);
    let hidden = if hides.is_empty() { String::new() } else { hides.join(", ") };
    let parts = [label, network.join(" "), hidden.clone()];
    let verdict = parts.iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" · ");
    if verdict.is_empty() {
        return Ok(nothing("IPinfo does not know where it is"));
    }
    let mut facts = Facts::default();
    let of_place = |part: fn(&Place) -> &String| place.as_ref().map(part).cloned();
    facts.add("City", of_place(|place| &place.city));
    facts.add("Region", of_place(|place| &place.region));
    facts.add("Country", of_place(|place| &place.country));
    facts.add("ASN", asn);
    facts.add("Organization", owner);
    facts.add("Network type", json.first_text(&["as.type", "asn.type", "company.type"]).map(str::to_owned));
    facts.add("Company", json.owned("company.name"));
    facts.add("Host name", json.owned("hostname"));
    facts.add("Carrier", json.first_text(&["mobile.name", "carrier.name"]).map(str::to_owned));
    facts.add("Anonymity", Some(hidden));
    facts.add("Hosting", (json.is("is_hosting") || json.is("privacy.hosting")).then(|| "yes".to_owned()));
    facts.add("Time zone", json.first_text(&["geo.timezone", "timezone"]).map(str::to_owned));
    // A relay, such as a browser's, hides people who want no more than that.
    let level = if hides.iter().any(|kind| !kind.starts_with("relay")) { Level::Suspicious } else { Level::Neutral };
    Ok(found_at(&verdict, level, facts, format!("https://ipinfo.io/{}", part(&ip.to_string())), place))
}

/// The place, from whichever of the three shapes it is.
fn place(json: &Json) -> Option<Place> {
    // In the classic shape `country` is the code.
    let code = json.first_text(&["geo.country_code", "country_code", "country"]).map(str::to_ascii_uppercase);
    let country_code = code.filter(|code| code.len() == 2 && code.bytes().all(|c| c.is_ascii_uppercase()));
    let known = country_code.as_deref().and_then(countries::name);
    let told = json.first_text(&["geo.country", "country"]).filter(|name| name.len() > 2);
    let text = |text: Option<&str>| line(text.unwrap_or_default(), 80);
    let place = Place {
        country: text(known.or(told)),
        region: text(json.first_text(&["geo.region", "region"])),
        city: text(json.first_text(&["geo.city", "city"])),
        country_code: country_code.unwrap_or_default(),
    };
    (place != Place::default()).then_some(place)
}

/// The ASN and its owner; the classic shape may have both in `org`: "AS15169 Google LLC".
fn network(json: &Json) -> (Option<String>, Option<String>) {
    let asn = json.first_text(&["as.asn", "asn.asn", "asn"]);
    let owner = json.first_text(&["as.name", "asn.name", "as_name"]);
    let of_org = json.text("org").and_then(|org| org.split_once(' ')).filter(|(asn, _)| asn.starts_with("AS"));
    let short = |text: &str| line(text, 100);
    (asn.or(of_org.map(|(asn, _)| asn)).map(short), owner.or(of_org.map(|(_, owner)| owner)).map(short))
}

fn anonymity(json: &Json) -> Vec<String> {
    let name = json.first_text(&["anonymous.name", "privacy.service"]).map(|name| line(name, 60));
    let kinds = [
        ("VPN", ["anonymous.is_vpn", "privacy.vpn"]),
        ("proxy", ["anonymous.is_proxy", "privacy.proxy"]),
        ("Tor", ["anonymous.is_tor", "privacy.tor"]),
        ("relay", ["anonymous.is_relay", "privacy.relay"]),
    ];
    let kinds = kinds.into_iter().filter(|(_, paths)| paths.iter().any(|path| json.is(path)));
    let kinds: Vec<String> = kinds.map(|(kind, _)| kind.to_owned()).collect();
    match (kinds.split_last(), name) {
        (Some((last, first)), Some(name)) => first.iter().cloned().chain([format!("{last} ({name})")]).collect(),
        (Some(_), None) => kinds,
        (None, _) if json.is("is_anonymous") => vec!["anonymous".to_owned()],
        (None, _) => Vec::new(),
    }
}
