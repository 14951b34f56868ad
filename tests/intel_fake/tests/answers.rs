//! Who is asked about what, and what they say.

use crate::desk::{Desk, EXIT, ip, only, outcome, told, value};
use alert::IndicatorKind::{Domain, Email, Hash, Ip};
use alert::intel::{Level, Outcome, Provider};
use serde_json::json;
use slack_simulator::intel_fake::{IntelFake, Mood, Service};

#[tokio::test]
async fn everybody_is_asked_about_an_address_and_says_what_they_know() {
    let desk = Desk::new().await;
    let expected = [
        "ipinfo: 🇺🇸 California, USA · AS15169 Google LLC",
        "greynoise: Scans the internet with malicious intent",
        "tor: A Tor exit node",
        "abuseipdb: 100% sure of abuse: reported 513 times by 92 people in 90 days",
        "virustotal: 14 of 89 engines call it malicious",
    ];
    let intel = desk.analyse(&ip(EXIT)).await;
    assert_eq!(told(&intel), expected);
    let Outcome::Found { level, link, .. } = outcome(&intel, Provider::AbuseIpDb) else { panic!("not found") };
    assert_eq!((*level, link.as_deref()), (Level::Malicious, Some("https://www.abuseipdb.com/check/192.42.116.16")));
}

#[tokio::test]
async fn a_domain_and_a_hash_are_asked_of_virustotal_only() {
    let desk = Desk::new().await;
    let domain = desk.analyse(&value(Domain, "evil.example.net")).await;
    assert_eq!(told(&domain), ["virustotal: 9 of 89 engines call it malicious"]);
    for hash in ["44D88612FEA8A8F36DE82E1278ABB02F", "3395856ce81f2b7382dee72602f798b642f14140"] {
        let file = desk.analyse(&value(Hash, hash)).await;
        assert_eq!(told(&file), ["virustotal: 66 of 86 engines call it malicious"]);
    }
    let unknown = desk.analyse(&value(Hash, &"0".repeat(64))).await;
    assert_eq!(told(&unknown), ["virustotal: VirusTotal does not know it"]);
    assert_eq!(desk.fake().calls().len(), desk.fake().count(Service::VirusTotal));
}

#[tokio::test]
async fn an_ipv6_address_is_asked_of_those_who_know_such() {
    let desk = Desk::new().await;
    let intel = desk.analyse(&ip("2606:4700:4700::1111")).await;
    let expected = [
        "ipinfo: 🇺🇸 California, USA · AS15169 Google LLC",
        "abuseipdb: Not reported in the last 90 days",
        "virustotal: VirusTotal does not know it",
    ];
    assert_eq!(told(&intel), expected);
}

#[tokio::test]
async fn what_is_not_public_is_answered_here_and_never_sent_out() {
    let desk = Desk::new().await;
    for (indicator, verdict) in [
        (ip("10.1.2.3"), "local: A private address (10.0.0.0/8)"),
        (ip("::ffff:192.168.1.1"), "local: A private address (192.168.0.0/16)"),
        (ip("fd12::1"), "local: A private address (fc00::/7)"),
        (ip("2002:a01:203::1"), "local: A private address (10.0.0.0/8)"),
        (ip("169.254.169.254"), "local: A link-local address (169.254.0.0/16)"),
        (ip("224.0.0.1"), "local: A multicast address (224.0.0.0/4)"),
        (ip("203.0.113.9"), "local: An address for documentation (203.0.113.0/24)"),
        (value(Domain, "dc1.corp.internal"), "local: A name for local use (.internal)"),
        (value(Domain, "3.2.1.10.in-addr.arpa"), "local: A name of the internet's infrastructure (.arpa)"),
    ] {
        assert_eq!(told(&desk.analyse(&indicator).await), [verdict]);
    }
    let ips = ["10.1.2.3", "::1", "fd12::1"].map(|ip| ip.parse().unwrap());
    assert_eq!(desk.providers.places(&ips, &desk.store, desk.now, crate::desk::LONG).await, [None, None, None]);
    assert_eq!(desk.fake().calls(), []);
}

#[tokio::test]
async fn an_email_is_asked_of_nobody_but_its_domain_is_offered() {
    let desk = Desk::new().await;
    let emails = ["ann@evil.example.net", "bob@evil.example.net", "cy@dc.corp"].map(|email| value(Email, email));
    let given = [emails.as_slice(), &[ip("8.8.8.8"), value(Hash, &"a".repeat(32))]].concat();
    let offered: Vec<String> = desk.providers.able(&given).into_iter().map(|one| one.value).collect();
    assert_eq!(offered, ["8.8.8.8", &"a".repeat(32), "evil.example.net", "dc.corp"]);
    assert_eq!(told(&desk.analyse(&emails[0]).await), [""; 0]);
    assert_eq!(desk.fake().calls(), []);
}

#[tokio::test]
async fn what_can_be_analysed_follows_from_who_is_on() {
    let given =
        [ip("8.8.8.8"), ip("2606:4700::1"), ip("10.0.0.1"), value(Domain, "evil.net"), value(Email, "a@evil.net")];
    for (secret, kinds, able) in [
        (json!({"tor": false}), vec![], vec![]),
        (json!({}), vec![Ip], vec!["8.8.8.8", "10.0.0.1"]),
        (only("greynoise"), vec![Ip], vec!["8.8.8.8", "10.0.0.1"]),
        (only("ipinfo"), vec![Ip], vec!["8.8.8.8", "2606:4700::1", "10.0.0.1"]),
        (only("virustotal"), vec![Ip, Domain, Hash], vec!["8.8.8.8", "2606:4700::1", "10.0.0.1", "evil.net"]),
    ] {
        let desk = Desk::with(&secret).await;
        let can: Vec<_> =
            alert::IndicatorKind::ALL.into_iter().filter(|kind| desk.providers.can_analyse(*kind)).collect();
        assert_eq!(can, kinds, "{secret}");
        let offered: Vec<String> = desk.providers.able(&given).into_iter().map(|one| one.value).collect();
        assert_eq!(offered, able, "{secret}");
    }
}

#[tokio::test]
async fn whichever_plan_a_key_is_of_is_found_and_remembered() {
    for (plan, calls, verdict) in [
        ("core", 2, "ipinfo: 🇺🇸 California, USA · AS15169 Google LLC"),
        ("classic", 3, "ipinfo: 🇺🇸 California, USA · AS15169 Google LLC"),
        ("lite", 4, "ipinfo: 🇺🇸 USA · AS15169 Google LLC"),
    ] {
        let desk = Desk::with(&only("ipinfo")).await;
        desk.fake().set_plan(Service::IpInfo, plan);
        for address in ["8.8.8.8", "8.8.4.4"] {
            assert_eq!(told(&desk.analyse(&ip(address)).await), [verdict]);
        }
        assert_eq!(desk.fake().count(Service::IpInfo), calls, "{plan}");
    }
    for (plan, calls) in [("subscription", 2), ("community", 3)] {
        let desk = Desk::with(&only("greynoise")).await;
        desk.fake().set_plan(Service::GreyNoise, plan);
        for address in ["8.8.8.8", "8.8.4.4"] {
            assert!(told(&desk.analyse(&ip(address)).await)[0].starts_with("greynoise: "));
        }
        assert_eq!(desk.fake().count(Service::GreyNoise), calls, "{plan}");
    }
}

#[tokio::test]
async fn all_are_asked_at_once() {
    let desk = Desk::new().await;
    let fake: &IntelFake = desk.fake();
    Service::ALL.into_iter().for_each(|service| fake.set_mood(service, Mood::Hangs));
    let address = ip("8.8.8.8");
    let all_asked = async {
        // Nobody answers before everybody was asked: asked one after another, this would never end.
        while !Service::ALL.into_iter().all(|service| fake.count(service) > 0) {
            tokio::task::yield_now().await;
        }
        Service::ALL.into_iter().for_each(|service| fake.set_mood(service, Mood::Well));
    };
    let (intel, ()) = futures::join!(desk.analyse(&address), all_asked);
    let found = intel.answers.iter().filter(|one| !matches!(one.outcome, Outcome::Unavailable { .. })).count();
    assert_eq!(found, 5, "{:?}", told(&intel));
}
