//! What each service says, in its own words and codes.

use std::net::{IpAddr, Ipv4Addr};

use hyper::http::request::Parts;
use serde_json::{Value, json};

use super::{IntelFake, Mood, Service};

/// An answer: status, content type, more headers, body.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) content_type: &'static str,
    pub(super) header: Option<(&'static str, &'static str)>,
    pub(super) body: String,
}

fn reply(status: u16, body: &Value) -> Reply {
    Reply { status, content_type: "application/json", header: None, body: body.to_string() }
}

fn text(status: u16, content_type: &'static str, body: impl Into<String>) -> Reply {
    Reply { status, content_type, header: None, body: body.into() }
}

/// What a few values are known for: facts in the shapes of the services' own examples
/// (<https://ipinfo.io/developers/core-api>, <https://docs.greynoise.io/reference/getcommunityip>,
/// <https://docs.abuseipdb.com/#check-endpoint>, <https://docs.virustotal.com/reference/ip-object>).
pub fn samples() -> Vec<(Service, &'static str, Value)> {
    let stats = |malicious: u64, harmless: u64| json!({"malicious": malicious, "suspicious": 0, "undetected": 20, "harmless": harmless, "timeout": 0});
    let eicar = "275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f";
    vec![
        (
            Service::GreyNoise,
            "8.8.8.8",
            json!({"ip": "8.8.8.8", "noise": false, "riot": true, "classification": "benign", "name": "Google Public DNS",
                "link": "https://viz.greynoise.io/ip/8.8.8.8", "last_seen": "2026-10-01", "message": "Success"}),
        ),
        (
            Service::GreyNoise,
            "192.42.116.16",
            json!({"ip": "192.42.116.16", "noise": true, "riot": false, "classification": "malicious", "name": "unknown",
                "link": "https://viz.greynoise.io/ip/192.42.116.16", "last_seen": "2026-10-02", "message": "Success"}),
        ),
        (
            Service::AbuseIpDb,
            "192.42.116.16",
            json!({"data": {"ipAddress": "192.42.116.16", "isPublic": true, "ipVersion": 4, "isWhitelisted": false,
                "abuseConfidenceScore": 100, "countryCode": "NL", "usageType": "Fixed Line ISP", "isp": "Tor exit router",
                "domain": "nothingtohide.nl", "hostnames": [], "isTor": true, "totalReports": 513,
                "numDistinctUsers": 92, "lastReportedAt": "2026-10-02T08:00:00+00:00"}}),
        ),
        (
            Service::VirusTotal,
            "8.8.8.8",
            json!({"data": {"id": "8.8.8.8", "type": "ip_address", "attributes": {"as_owner": "Google LLC", "asn": 15169,
                "country": "US", "network": "8.8.8.0/24", "reputation": 500, "last_analysis_date": 1_790_000_000,
                "last_analysis_stats": stats(0, 70)}}}),
        ),
        (
            Service::VirusTotal,
            "192.42.116.16",
            json!({"data": {"id": "192.42.116.16", "type": "ip_address", "attributes": {"as_owner": "SURF B.V.",
                "asn": 1101, "country": "NL", "network": "192.42.116.0/24", "reputation": -12,
                "last_analysis_date": 1_790_000_000, "last_analysis_stats": stats(14, 55)}}}),
        ),
        (
            Service::VirusTotal,
            "evil.example.net",
            json!({"data": {"id": "evil.example.net", "type": "domain", "attributes": {"registrar": "Registrar Inc.",
                "creation_date": 1_780_000_000, "categories": {"One": "phishing", "Two": "phishing"}, "reputation": -40,
                "last_analysis_stats": stats(9, 60)}}}),
        ),
        (
            Service::VirusTotal,
            eicar,
            json!({"data": {"id": eicar, "type": "file", "attributes": {"sha256": eicar,
                "md5": "44d88612fea8a8f36de82e1278abb02f", "sha1": "3395856ce81f2b7382dee72602f798b642f14140",
                "meaningful_name": "eicar.com", "type_description": "Powershell", "size": 68,
                "popular_threat_classification": {"suggested_threat_label": "virus.eicar/test"},
                "first_submission_date": 1_148_301_722, "reputation": 3641, "last_analysis_stats": stats(66, 0)}}}),
        ),
    ]
}

/// A service in its mood, to a request for `path` below its part.
pub(super) fn reply_to(fake: &IntelFake, service: Service, request: &Parts, path: &str) -> Reply {
    let html = "text/html; charset=utf-8";
    match fake.mood(service) {
        Mood::Well | Mood::Hangs => {}
        Mood::Down => return text(500, html, "Internal Server Error"),
        Mood::Quota => return quota(service),
        Mood::Garbage => return text(200, html, "<html><body>Maintenance \u{0}"),
        Mood::Empty => return reply(200, &json!({"data": [], "ip": 7})),
        Mood::Redirects => {
            let to = Some(("location", "elsewhere"));
            return Reply { header: to, ..text(302, html, "") };
        }
        Mood::Huge => return text(200, "application/json", format!("{{\"a\":\"{}\"}}", "x".repeat(3 << 20))),
    }
    match service {
        Service::IpInfo => ipinfo(fake, request, path),
        Service::GreyNoise => greynoise(fake, request, path),
        Service::Tor => tor(fake, path),
        Service::AbuseIpDb => abuseipdb(fake, request, path),
        Service::VirusTotal => virustotal(fake, request, path),
    }
}

fn quota(service: Service) -> Reply {
    match service {
        Service::IpInfo => {
            reply(429, &json!({"title": "Rate limit exceeded", "message": "Upgrade to increase your usage limits"}))
        }
        Service::GreyNoise => reply(429, &json!({"message": "You have hit the rate-limit"})),
        Service::Tor => text(429, "text/plain", "Too Many Requests"),
        Service::AbuseIpDb => {
            let detail =
                "Daily rate limit of 1000 requests exceeded for this endpoint. See headers for additional details.";
            let refused = reply(429, &json!({"errors": [{"detail": detail, "status": 429}]}));
            Reply { header: Some(("retry-after", "29241")), ..refused }
        }
        Service::VirusTotal => {
            reply(429, &json!({"error": {"code": "QuotaExceededError", "message": "Quota exceeded"}}))
        }
    }
}

fn header<'a>(request: &'a Parts, name: &str) -> Option<&'a str> {
    request.headers.get(name).and_then(|value| value.to_str().ok())
}

fn has_key(fake: &IntelFake, service: Service, given: Option<&str>) -> bool {
    given == Some(service.key().as_str()) && fake.plan(service) != "none"
}

fn known(fake: &IntelFake, service: Service, value: &str) -> Option<Value> {
    fake.state().answers.get(&(service, value.to_owned())).cloned()
}

/// The three generations of its API, each for its own plans.
fn ipinfo(fake: &IntelFake, request: &Parts, path: &str) -> Reply {
    let (needed, ip) = match (path.strip_prefix("lookup/"), path.strip_prefix("lite/"), path.strip_suffix("/json")) {
        (Some(ip), _, _) => ("core", ip),
        (_, Some(ip), _) => ("lite", ip),
        (_, _, Some(ip)) => ("classic", ip),
        _ => return reply(404, &json!({"title": "Not found", "message": "No such page"})),
    };
    let key = header(request, "authorization").and_then(|value| value.strip_prefix("Bearer "));
    if !has_key(fake, Service::IpInfo, key) || fake.plan(Service::IpInfo) != needed {
        return reply(
            403,
            &json!({"title": "Unknown token", "message": "Please ensure you've entered your token correctly."}),
        );
    }
    let Ok(address) = ip.parse::<IpAddr>() else {
        let error = json!({"title": "Wrong ip", "message": "Please provide a valid IP address"});
        return reply(404, &json!({"status": 404, "error": error}));
    };
    if let Some(answer) = known(fake, Service::IpInfo, ip) {
        return reply(200, &answer);
    }
    if !is_public(address) {
        return reply(200, &json!({"ip": ip, "bogon": true}));
    }
    let answer = match needed {
        "core" => json!({"ip": ip,
            "geo": {"city": "Mountain View", "region": "California", "region_code": "CA", "country": "United States",
                "country_code": "US", "continent": "North America", "continent_code": "NA", "timezone": "America/Los_Angeles"},
            "as": {"asn": "AS15169", "name": "Google LLC", "domain": "google.com", "type": "hosting"},
            "is_anonymous": false, "is_anycast": true, "is_hosting": true, "is_mobile": false, "is_satellite": false}),
        "classic" => json!({"ip": ip, "hostname": "dns.google", "city": "Mountain View", "region": "California",
            "country": "US", "loc": "37.4056,-122.0775", "org": "AS15169 Google LLC", "postal": "94043",
            "timezone": "America/Los_Angeles"}),
        _ => {
            json!({"ip": ip, "asn": "AS15169", "as_name": "Google LLC", "as_domain": "google.com", "country_code": "US",
            "country": "United States", "continent_code": "NA", "continent": "North America"})
        }
    };
    reply(200, &answer)
}

fn greynoise(fake: &IntelFake, request: &Parts, path: &str) -> Reply {
    let (needed, ip) = match (path.strip_prefix("v3/ip/"), path.strip_prefix("v3/community/")) {
        (Some(ip), _) => ("subscription", ip),
        (_, Some(ip)) => ("community", ip),
        _ => return reply(404, &json!({"message": "Not Found"})),
    };
    let key = header(request, "key");
    if !has_key(fake, Service::GreyNoise, key) {
        return reply(401, &json!({"message": "Invalid API key"}));
    }
    // A subscription may ask the community's API too.
    if needed == "subscription" && fake.plan(Service::GreyNoise) != needed {
        return reply(403, &json!({"message": "Your plan does not include this endpoint"}));
    }
    if !ip.parse::<Ipv4Addr>().is_ok_and(|ip| is_public(ip.into())) {
        let message = "Request is not a valid routable IPv4 address";
        return reply(400, &json!({"ip": ip, "noise": false, "riot": false, "message": message}));
    }
    match (known(fake, Service::GreyNoise, ip), needed) {
        (Some(answer), _) => reply(200, &answer),
        (None, "community") => reply(
            404,
            &json!({"ip": ip, "noise": false, "riot": false, "message": "IP not observed scanning the internet."}),
        ),
        (None, _) => {
            let nothing = json!({"found": false});
            reply(
                200,
                &json!({"ip": ip, "business_service_intelligence": nothing,
                "internet_scanner_intelligence": nothing, "request_metadata": {"restricted_fields": []}}),
            )
        }
    }
}

fn tor(fake: &IntelFake, path: &str) -> Reply {
    if path != "torbulkexitlist" {
        return text(404, "text/html; charset=utf-8", "<h1>Not Found</h1>");
    }
    let list = fake.state().exits.iter().fold(String::new(), |list, exit| list + exit + "\n");
    text(200, "text/plain; charset=utf-8", list)
}

fn abuseipdb(fake: &IntelFake, request: &Parts, path: &str) -> Reply {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    // Without it, errors and all come as pages.
    if !header(request, "accept").is_some_and(|accept| accept.contains("application/json")) {
        return text(200, "text/html; charset=utf-8", "<!DOCTYPE html>");
    }
    let refused = |status: u16, detail: &str| reply(status, &json!({"errors": [{"detail": detail, "status": status}]}));
    if path != "api/v2/check" {
        return refused(404, "The resource could not be found.");
    }
    if !has_key(fake, Service::AbuseIpDb, header(request, "key")) {
        return refused(401, "Authentication failed. Your API key is either missing, incorrect, or revoked.");
    }
    let given: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let value = |name: &str| given.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let Some(Ok(ip)) = value("ipAddress").map(str::parse::<IpAddr>) else {
        return refused(422, "The ip address must be a valid IPv4 or IPv6 address (e.g. 8.8.8.8).");
    };
    if !value("maxAgeInDays").unwrap_or("30").parse().is_ok_and(|days: u32| (1..=365).contains(&days)) {
        return refused(422, "The max age in days must be between 1 and 365.");
    }
    let unknown = json!({"data": {"ipAddress": ip, "isPublic": is_public(ip), "ipVersion": if ip.is_ipv4() { 4 } else { 6 },
        "isWhitelisted": null, "abuseConfidenceScore": 0, "countryCode": "US", "usageType": "Data Center/Web Hosting/Transit",
        "isp": "Example ISP", "domain": "example.com", "hostnames": [], "isTor": false, "totalReports": 0,
        "numDistinctUsers": 0, "lastReportedAt": null}});
    reply(200, &known(fake, Service::AbuseIpDb, &ip.to_string()).unwrap_or(unknown))
}

fn virustotal(fake: &IntelFake, request: &Parts, path: &str) -> Reply {
    let refused =
        |status: u16, code: &str, message: &str| reply(status, &json!({"error": {"code": code, "message": message}}));
    let Some(key) = header(request, "x-apikey") else {
        return refused(401, "AuthenticationRequiredError", "X-Apikey header is missing");
    };
    if !has_key(fake, Service::VirusTotal, Some(key)) {
        return refused(401, "WrongCredentialsError", "Wrong API key");
    }
    let collection = path.strip_prefix("api/v3/").and_then(|path| path.split_once('/'));
    let Some(("ip_addresses" | "domains" | "files", value)) = collection else {
        return refused(404, "NotFoundError", "Resource not found.");
    };
    // A file is found by any of its hashes.
    let by_hash = || {
        let state = fake.state();
        let of_file = |answer: &Value| {
            ["md5", "sha1"].iter().any(|hash| answer["data"]["attributes"][hash].as_str() == Some(value))
        };
        state.answers.values().find(|answer| of_file(answer)).cloned()
    };
    match known(fake, Service::VirusTotal, value).or_else(by_hash) {
        Some(answer) => reply(200, &answer),
        None => refused(404, "NotFoundError", &format!("\"{value}\" not found")),
    }
}

/// As far as it matters here: what is not private in the narrow sense.
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => !(ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_documentation()),
        IpAddr::V6(ip) => !(ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local()),
    }
}
