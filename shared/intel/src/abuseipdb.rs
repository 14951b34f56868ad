//! AbuseIPDB: how often and how lately an address was reported, and how sure it is that it abuses.
//!
//! `https://api.abuseipdb.com/api/v2/check?ipAddress={ip}&maxAgeInDays=90`, the key in the header `Key`, and
//! `Accept: application/json`, without which errors come as pages (<https://docs.abuseipdb.com/#check-endpoint>). A wrong
//! key gets 401; 1,000 checks a day for the free plan, then 429 with `Retry-After`
//! (<https://docs.abuseipdb.com/#api-daily-rate-limits>). Reports come in all the time but verdicts move slowly: an answer
//! is fresh for 6 h.

use crate::countries;
use crate::fetch::{Answer, Facts, Failure, fetch, found, nothing, part};
use crate::json::Json;
use crate::{Base, credentials::Key};
use alert::intel::{Level, Provider};
use jiff::SignedDuration;
use std::net::IpAddr;
use store::KeptAnswer;

pub(crate) const FRESH: SignedDuration = SignedDuration::from_hours(6);

/// AbuseIPDB's own advice for blocking is a score of 75 or more (<https://docs.abuseipdb.com/#blacklist-endpoint>);
/// from 25 on, its lowest limit for that list, an address deserves a look.
const MALICIOUS: i64 = 75;
const SUSPICIOUS: i64 = 25;

/// Asks about a public address.
pub(crate) async fn ask(http: &reqwest::Client, base: &Base, key: &Key, ip: IpAddr) -> Result<KeptAnswer, Failure> {
    let url = base.url(Provider::AbuseIpDb, "api.abuseipdb.com", "api/v2/check");
    let request = http.get(url).query(&[("ipAddress", ip.to_string().as_str()), ("maxAgeInDays", "90")]);
    read(&fetch(request.header("Key", key.header())).await?, ip)
}

pub(crate) fn read(answer: &Answer, ip: IpAddr) -> Result<KeptAnswer, Failure> {
    let json = Json::parse(&answer.body).filter(|_| answer.status == 200).ok_or(Failure::Down)?;
    let about =
        json.text("data.ipAddress").and_then(|text| text.parse::<IpAddr>().ok()).map(|about| about.to_canonical());
    let score = json.number("data.abuseConfidenceScore").filter(|score| (0..=100).contains(score));
    let reports = json.number("data.totalReports").filter(|reports| *reports >= 0);
    let (Some(score), Some(reports), true) = (score, reports, about == Some(ip)) else { return Err(Failure::Down) };
    let whitelisted = json.is("data.isWhitelisted");
    if reports == 0 && !whitelisted {
        return Ok(nothing("Not reported in the last 90 days"));
    }
    let people = json.number("data.numDistinctUsers").filter(|people| *people > 0);
    let by = people.map(|people| format!(" by {people} {}", if people == 1 { "person" } else { "people" }));
    let times = if reports == 1 { "once".to_owned() } else { format!("{reports} times") };
    let (verdict, level) = match score {
        _ if whitelisted => ("On AbuseIPDB's list of trusted addresses".to_owned(), Level::Harmless),
        score => {
            let verdict = format!("{score}% sure of abuse: reported {times}{} in 90 days", by.unwrap_or_default());
            let level = match score {
                MALICIOUS.. => Level::Malicious,
                SUSPICIOUS.. => Level::Suspicious,
                _ => Level::Neutral,
            };
            (verdict, level)
        }
    };
    let mut facts = Facts::default();
    facts.add("Confidence", Some(format!("{score}%")));
    facts.add("Reports", Some(reports.to_string()));
    facts.add("Last report", json.day_of_text("data.lastReportedAt"));
    facts.add("Usage", json.owned("data.usageType"));
    facts.add("Provider", json.owned("data.isp"));
    facts.add("Domain", json.owned("data.domain"));
    let country = json.text("data.countryCode");
    facts.add("Country", country.map(|code| countries::name(code).unwrap_or(code).to_owned()));
    facts.add("Tor", json.is("data.isTor").then(|| "yes".to_owned()));
    Ok(found(&verdict, level, facts, format!("https://www.abuseipdb.com/check/{}", part(&ip.to_string()))))
}
