//! What is made of the providers' answers: the facts of their own documented examples, each failure, and anything.

use crate::fetch::{Answer, Failure};
use crate::{abuseipdb, greynoise, ipinfo, tor, virustotal};
use alert::intel::{Level, Outcome};
use alert::{Indicator, IndicatorKind};
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::net::{IpAddr, Ipv4Addr};
use store::KeptAnswer;

const NOW: Timestamp = Timestamp::constant(1_795_250_000, 0);

fn answer(status: u16, body: &Value) -> Answer {
    Answer { status, body: body.to_string().into_bytes() }
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn v4(text: &str) -> Ipv4Addr {
    text.parse().unwrap()
}

fn told(answer: KeptAnswer) -> (String, Option<Level>, Vec<String>) {
    match answer.outcome {
        Outcome::Found { verdict, level, facts, .. } => {
            (verdict, Some(level), facts.into_iter().map(|(name, value)| format!("{name}: {value}")).collect())
        }
        Outcome::Nothing { verdict } => (verdict, None, Vec::new()),
        Outcome::Unavailable { why } => unreachable!("{why:?} is no answer"),
    }
}

/// <https://ipinfo.io/developers/plus-api>, <https://ipinfo.io/developers/core-api>
#[test]
fn ipinfo_plus_tells_place_network_and_anonymity() {
    let body = json!({
        "ip": "206.47.33.149",
        "geo": {"city": "Toronto", "region": "Ontario", "region_code": "ON", "country": "Canada", "country_code": "CA",
            "timezone": "America/Toronto"},
        "as": {"asn": "AS577", "name": "Bell Canada", "domain": "bell.ca", "type": "isp"},
        "mobile": {"name": "Bell Mobility", "mcc": "302"},
        "anonymous": {"name": "Google One VPN", "is_proxy": false, "is_relay": false, "is_tor": false, "is_vpn": true},
        "is_anonymous": true, "is_hosting": false, "is_mobile": true,
    });
    let kept = ipinfo::read(&answer(200, &body), ip("206.47.33.149")).unwrap();
    assert_eq!(kept.place.as_ref().unwrap().label(), "🇨🇦 Ontario, Canada");
    let (verdict, level, facts) = told(kept);
    assert_eq!(verdict, "🇨🇦 Ontario, Canada · AS577 Bell Canada · VPN (Google One VPN)");
    assert_eq!(level, Some(Level::Suspicious));
    let expected = [
        "City: Toronto",
        "Region: Ontario",
        "Country: Canada",
        "ASN: AS577",
        "Organization: Bell Canada",
        "Network type: isp",
        "Carrier: Bell Mobility",
        "Anonymity: VPN (Google One VPN)",
        "Time zone: America/Toronto",
    ];
    assert_eq!(facts, expected);
}

/// <https://ipinfo.io/developers/responses>, <https://ipinfo.io/developers/lite-api>
#[test]
fn ipinfo_classic_and_lite_tell_what_they_have() {
    let classic = json!({"ip": "66.87.125.72", "hostname": "ip-66-87-125-72.spfdma.spcsdns.net", "city": "Springfield",
        "region": "Massachusetts", "country": "US", "loc": "42.0999,-72.5783", "org": "AS10507 Sprint Personal Communications Systems",
        "privacy": {"vpn": false, "proxy": false, "tor": false, "relay": true, "hosting": false, "service": ""}});
    let (verdict, level, facts) = told(ipinfo::read(&answer(200, &classic), ip("66.87.125.72")).unwrap());
    assert_eq!(verdict, "🇺🇸 Massachusetts, USA · AS10507 Sprint Personal Communications Systems · relay");
    assert_eq!(level, Some(Level::Neutral), "a relay alone is no reason to worry");
    assert!(facts.contains(&"Country: United States".to_owned()), "{facts:?}");

    let lite = json!({"ip": "8.8.8.8", "asn": "AS15169", "as_name": "Google LLC", "as_domain": "google.com",
        "country_code": "US", "country": "United States", "continent_code": "NA", "continent": "North America"});
    let (verdict, level, _) = told(ipinfo::read(&answer(200, &lite), ip("8.8.8.8")).unwrap());
    assert_eq!((verdict.as_str(), level), ("🇺🇸 USA · AS15169 Google LLC", Some(Level::Neutral)));

    let bogon = told(ipinfo::read(&answer(200, &json!({"ip": "8.8.8.8", "bogon": true})), ip("8.8.8.8")).unwrap());
    assert_eq!((bogon.0.as_str(), bogon.1), ("IPinfo says that nobody has this address", None));
    let empty =
        told(ipinfo::read(&answer(200, &json!({"ip": "8.8.8.8", "org": "", "city": null})), ip("8.8.8.8")).unwrap());
    assert_eq!(empty.0, "IPinfo does not know where it is");
}

/// <https://docs.greynoise.io/reference/getcommunityip>
#[test]
fn greynoise_community_tells_scanners_services_and_strangers() {
    let read = |status, body: Value| greynoise::read(&answer(status, &body), v4("1.2.3.4")).map(told);
    let known = |noise: bool, riot: bool, class: &str, name: &str| {
        json!({"ip": "1.2.3.4", "noise": noise, "riot": riot, "classification": class, "name": name,
            "link": "https://viz.greynoise.io/riot/1.2.3.4", "last_seen": "2020-01-01", "message": "Success"})
    };
    for (body, verdict, level) in [
        (known(true, false, "malicious", "unknown"), "Scans the internet with malicious intent", Level::Malicious),
        (known(true, false, "benign", "Shodan.io"), "A benign scanner of the internet: Shodan.io", Level::Harmless),
        (known(true, false, "unknown", "unknown"), "Scans the internet, its intent is unknown", Level::Neutral),
        (known(false, true, "benign", "Cloudflare"), "Belongs to a known service: Cloudflare", Level::Harmless),
        (known(true, true, "malicious", "Cloudflare"), "Scans the internet with malicious intent", Level::Malicious),
    ] {
        let (told, how_bad, facts) = read(200, body).unwrap();
        assert_eq!((told.as_str(), how_bad), (verdict, Some(level)));
        assert!(facts.contains(&"Last seen: 2020-01-01".to_owned()), "{facts:?}");
    }
    let unseen =
        json!({"ip": "1.2.3.4", "noise": false, "riot": false, "message": "IP not observed scanning the internet."});
    for status in [200, 404] {
        let told = read(status, unseen.clone()).unwrap();
        assert_eq!((told.0.as_str(), told.1), ("Not seen scanning the internet in the last 90 days", None));
    }
    assert_eq!(read(400, unseen), Err(Failure::Down));
}

/// <https://docs.greynoise.io/docs/using-the-greynoise-api>
#[test]
fn greynoise_of_a_subscription_tells_more() {
    let body = |scanner: Value, service: Value| {
        json!({"ip": "1.2.3.4", "business_service_intelligence": service, "internet_scanner_intelligence": scanner,
            "request_metadata": {"restricted_fields": ["cve"]}})
    };
    let scanner = json!({"found": true, "classification": "suspicious", "actor": "unknown", "last_seen": "2026-09-30",
        "first_seen": "2025-01-02", "tor": true, "vpn": false,
        "tags": [{"name": "SSH Bruteforcer", "intention": "malicious"}, {"name": "Web Crawler"}],
        "metadata": {"organization": "Example Hosting", "source_country": "Germany", "rdns": "a.example.net"}});
    let none = json!({"found": false});
    let read = |body: &Value| told(greynoise::read(&answer(206, body), v4("1.2.3.4")).unwrap());
    let (verdict, level, facts) = read(&body(scanner, none.clone()));
    assert_eq!((verdict.as_str(), level), ("Scans the internet suspiciously", Some(Level::Suspicious)));
    let expected = [
        "Classification: suspicious",
        "Last seen: 2026-09-30",
        "First seen: 2025-01-02",
        "Tags: SSH Bruteforcer, Web Crawler",
        "Organization: Example Hosting",
        "Country: Germany",
        "Reverse DNS: a.example.net",
        "Tor: yes",
    ];
    assert_eq!(facts, expected);
    let service = |trust: &str| json!({"found": true, "name": "Okta", "category": "identity", "trust_level": trust});
    assert_eq!(read(&body(none.clone(), service("1"))).1, Some(Level::Harmless));
    assert_eq!(read(&body(none.clone(), service("2"))).1, Some(Level::Neutral), "anybody may be behind it");
    assert_eq!(read(&body(none.clone(), none)).1, None);
}

/// <https://docs.abuseipdb.com/#check-endpoint>
#[test]
fn abuseipdb_tells_how_sure_it_is() {
    let body = |score: i64, reports: i64, people: i64, trusted: bool| {
        json!({"data": {"ipAddress": "118.25.6.39", "isPublic": true, "ipVersion": 4, "isWhitelisted": trusted,
            "abuseConfidenceScore": score, "countryCode": "CN", "usageType": "Data Center/Web Hosting/Transit",
            "isp": "Tencent Cloud Computing (Beijing) Co. Ltd", "domain": "tencent.com", "hostnames": [], "isTor": false,
            "totalReports": reports, "numDistinctUsers": people, "lastReportedAt": "2018-12-20T20:55:14+00:00"}})
    };
    let read = |body: &Value| abuseipdb::read(&answer(200, body), ip("118.25.6.39")).map(told);
    for (body, verdict, level) in [
        (
            body(100, 22, 3, false),
            "100% sure of abuse: reported 22 times by 3 people in 90 days",
            Some(Level::Malicious),
        ),
        (body(75, 1, 1, false), "75% sure of abuse: reported once by 1 person in 90 days", Some(Level::Malicious)),
        (body(74, 9, 2, false), "74% sure of abuse: reported 9 times by 2 people in 90 days", Some(Level::Suspicious)),
        (body(24, 2, 0, false), "24% sure of abuse: reported 2 times in 90 days", Some(Level::Neutral)),
        (body(0, 5, 5, true), "On AbuseIPDB's list of trusted addresses", Some(Level::Harmless)),
        (body(0, 0, 0, false), "Not reported in the last 90 days", None),
    ] {
        let told = read(&body).unwrap();
        assert_eq!((told.0.as_str(), told.1), (verdict, level));
    }
    let facts = read(&body(100, 22, 3, false)).unwrap().2;
    let expected = [
        "Confidence: 100%",
        "Reports: 22",
        "Last report: 2018-12-20",
        "Usage: Data Center/Web Hosting/Transit",
        "Provider: Tencent Cloud Computing (Beijing) Co. Ltd",
        "Domain: tencent.com",
        "Country: China",
    ];
    assert_eq!(facts, expected);
    for broken in [body(101, 1, 1, false), body(-1, 1, 1, false), body(50, -1, 1, false), json!({"data": {}})] {
        assert_eq!(read(&broken), Err(Failure::Down));
    }
}

/// <https://docs.virustotal.com/reference/ip-object>, `domains-object`, `files`
#[test]
fn virustotal_tells_how_many_engines_complain() {
    let ip = Indicator::parse(IndicatorKind::Ip, "8.8.8.8").unwrap();
    let body = |malicious: i64, suspicious: i64, harmless: i64| {
        let stats = json!({"malicious": malicious, "suspicious": suspicious, "harmless": harmless, "undetected": 20, "timeout": 1});
        json!({"data": {"id": "8.8.8.8", "type": "ip_address", "attributes": {"last_analysis_stats": stats, "country": "US",
            "as_owner": "Google LLC", "asn": 15169, "network": "8.8.8.0/24", "reputation": -3, "last_analysis_date": 1_600_000_000}}})
    };
    let read = |status, body: &Value| virustotal::read(&answer(status, body), &ip).map(told);
    for (body, verdict, level) in [
        (body(3, 0, 70), "3 of 93 engines call it malicious", Level::Malicious),
        (body(1, 5, 70), "1 of 96 engines call it malicious", Level::Suspicious),
        (body(0, 2, 70), "2 of 92 engines call it suspicious", Level::Suspicious),
        (body(0, 0, 70), "None of 90 engines found anything", Level::Harmless),
        (
            body(i64::MAX, 0, i64::MAX),
            "9223372036854775807 of 9223372036854775807 engines call it malicious",
            Level::Malicious,
        ),
    ] {
        let told = read(200, &body).unwrap();
        assert_eq!((told.0.as_str(), told.1), (verdict, Some(level)));
    }
    let facts = read(200, &body(0, 0, 70)).unwrap().2;
    let expected = [
        "Country: United States",
        "Organization: Google LLC",
        "ASN: AS15169",
        "Network: 8.8.8.0/24",
        "Reputation: -3",
        "Last analysis: 2020-09-13",
    ];
    assert_eq!(facts, expected);
    let unknown = json!({"error": {"code": "NotFoundError", "message": "not found"}});
    assert_eq!(read(404, &unknown).unwrap(), ("VirusTotal does not know it".to_owned(), None, Vec::new()));
    let never = json!({"data": {"id": "8.8.8.8", "attributes": {}}});
    assert_eq!(read(200, &never).unwrap().0, "VirusTotal has not analysed it");
    assert_eq!(read(400, &unknown), Err(Failure::Down));
}

#[test]
fn virustotal_knows_a_file_by_any_of_its_hashes_and_a_domain_by_its_name() {
    let sha256 = "275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f";
    let md5 = "44d88612fea8a8f36de82e1278abb02f";
    let stats = json!({"malicious": 66, "undetected": 2});
    let file = json!({"data": {"id": sha256, "type": "file", "attributes": {"sha256": sha256, "md5": md5,
        "meaningful_name": "eicar.com", "type_description": "Powershell", "size": 68, "last_analysis_stats": stats,
        "popular_threat_classification": {"suggested_threat_label": "virus.eicar/test"}}}});
    let read = |kind, value: &str, body: &Value| {
        virustotal::read(&answer(200, body), &Indicator::parse(kind, value).unwrap()).map(told)
    };
    for hash in [sha256, md5] {
        let (verdict, _, facts) = read(IndicatorKind::Hash, hash, &file).unwrap();
        assert_eq!(verdict, "66 of 68 engines call it malicious");
        assert_eq!(facts[..4], ["Threat: virus.eicar/test", "Name: eicar.com", "Type: Powershell", "Size: 68 bytes"]);
    }
    assert_eq!(read(IndicatorKind::Hash, &"a".repeat(32), &file), Err(Failure::Down), "about another file");
    let domain = json!({"data": {"id": "evil.com", "attributes": {"registrar": "R", "creation_date": 0, "last_analysis_stats": stats,
        "categories": {"a": "phishing", "b": "phishing", "c": 7, "d": "spyware"}}}});
    let (_, _, facts) = read(IndicatorKind::Domain, "evil.com", &domain).unwrap();
    assert_eq!(facts, ["Registrar: R", "Registered: 1970-01-01", "Categories: phishing, spyware"]);
    assert_eq!(read(IndicatorKind::Domain, "good.com", &domain), Err(Failure::Down));
}

#[test]
fn tors_list_is_a_list_of_addresses_or_nothing() {
    let read = |status, text: &str| tor::read(&Answer { status, body: text.as_bytes().to_vec() }, NOW);
    let exits = read(200, "# comment\n192.42.116.16\n\n 185.220.101.1 \r\n185.220.101.1\n").unwrap();
    assert_eq!(
        told(exits.answer(v4("185.220.101.1"))),
        ("A Tor exit node".to_owned(), Some(Level::Suspicious), Vec::new())
    );
    assert_eq!(told(exits.answer(v4("8.8.8.8"))).0, "Not a Tor exit node now");
    assert_eq!(tor::Exits::parse(&exits.text(), exits.until), Some(exits));
    for (status, text) in [(200, ""), (200, "<html>try later</html>"), (200, "1.2.3.4\nnonsense"), (404, "1.2.3.4")] {
        assert_eq!(read(status, text), Err(Failure::Down), "{text}");
    }
}

#[test]
fn an_answer_about_another_address_is_none() {
    let asked = ip("9.9.9.9");
    let body = json!({"ip": "8.8.8.8", "country_code": "US", "noise": true, "classification": "benign",
        "data": {"id": "8.8.8.8", "ipAddress": "8.8.8.8", "abuseConfidenceScore": 0, "totalReports": 0,
            "attributes": {"last_analysis_stats": {"harmless": 9}}}});
    let answer = answer(200, &body);
    assert_eq!(ipinfo::read(&answer, asked), Err(Failure::Down));
    assert_eq!(abuseipdb::read(&answer, asked), Err(Failure::Down));
    assert_eq!(greynoise::read(&answer, v4("9.9.9.9")), Err(Failure::Down));
    let asked = Indicator::parse(IndicatorKind::Ip, "9.9.9.9").unwrap();
    assert_eq!(virustotal::read(&answer, &asked), Err(Failure::Down));
}

/// Reads an answer as every provider's, and holds what comes of it to the bounds.
fn read_as_all(answer: &Answer) {
    let (address, v4) = (ip("8.8.8.8"), v4("8.8.8.8"));
    let mut read = vec![ipinfo::read(answer, address), abuseipdb::read(answer, address), greynoise::read(answer, v4)];
    for (kind, value) in [(IndicatorKind::Ip, "8.8.8.8"), (IndicatorKind::Domain, "a.com"), (IndicatorKind::Hash, HASH)]
    {
        read.push(virustotal::read(answer, &Indicator::parse(kind, value).unwrap()));
    }
    read.push(tor::read(answer, NOW).map(|exits| exits.answer(v4)));
    for kept in read.into_iter().flatten() {
        if let Some(place) = &kept.place {
            for part in [&place.country, &place.region, &place.city, &place.country_code] {
                assert!(part.chars().count() <= 80 && !part.chars().any(char::is_control));
            }
        }
        match kept.outcome {
            Outcome::Found { verdict, facts, link, .. } => {
                assert!(verdict.chars().count() <= 200 && !verdict.chars().any(char::is_control));
                assert!(link.unwrap().starts_with("https://") && facts.len() <= 12);
                for (name, value) in facts {
                    assert!(name.chars().count() <= 40 && value.chars().count() <= 200 && !value.is_empty());
                    assert!(!value.chars().any(|c| c.is_control() || c == '\u{202e}'), "{value:?}");
                }
            }
            Outcome::Nothing { verdict } => assert!(verdict.chars().count() <= 200),
            Outcome::Unavailable { why } => unreachable!("{why:?} is no answer"),
        }
    }
}

const HASH: &str = "44d88612fea8a8f36de82e1278abb02f";

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "(\u{202e}|\\PC|\n){0,300}".prop_map(Value::from),
        prop::sample::select(vec!["8.8.8.8", "a.com", HASH, "malicious", "benign", "US", "1"]).prop_map(Value::from),
    ]
}

/// JSON whose keys are those that are looked for.
fn shaped() -> impl Strategy<Value = Value> {
    const KEYS: [&str; 36] = [
        "ip",
        "bogon",
        "geo",
        "country",
        "country_code",
        "region",
        "city",
        "as",
        "asn",
        "name",
        "org",
        "privacy",
        "vpn",
        "anonymous",
        "is_vpn",
        "is_tor",
        "noise",
        "riot",
        "classification",
        "last_seen",
        "found",
        "tags",
        "internet_scanner_intelligence",
        "business_service_intelligence",
        "data",
        "ipAddress",
        "abuseConfidenceScore",
        "totalReports",
        "lastReportedAt",
        "id",
        "attributes",
        "last_analysis_stats",
        "malicious",
        "harmless",
        "categories",
        "last_analysis_date",
    ];
    leaf().prop_recursive(4, 64, 12, |inner| {
        let object = prop::collection::vec((prop::sample::select(KEYS.to_vec()), inner.clone()), 0..12);
        prop_oneof![
            object.prop_map(|pairs| pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<Value>()),
            prop::collection::vec(inner, 0..4).prop_map(Value::from),
        ]
    })
}

proptest! {
    #[test]
    fn no_bytes_make_reading_panic(status in prop::sample::select(vec![200u16, 206, 400, 404, 422]), body: Vec<u8>) {
        read_as_all(&Answer { status, body });
    }

    #[test]
    fn whatever_json_comes_what_is_made_of_it_is_bounded(
        status in prop::sample::select(vec![200u16, 206, 404]), shape in shaped(), about: bool
    ) {
        let mut shape = shape;
        if let (Some(object), true) = (shape.as_object_mut(), about) {
            object.insert("ip".to_owned(), json!("8.8.8.8"));
            if let Some(data) = object.get_mut("data").and_then(Value::as_object_mut) {
                data.insert("ipAddress".to_owned(), json!("8.8.8.8"));
                data.insert("id".to_owned(), json!("8.8.8.8"));
            }
        }
        read_as_all(&answer(status, &shape));
    }
}
