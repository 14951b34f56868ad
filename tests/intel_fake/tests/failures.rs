//! One that fails says so beside the others' answers, and nothing of a key or a value comes out.

use crate::desk::{Desk, EXIT, LONG, broken_store, ip, only, outcome, told, unavailable};
use alert::intel::{Outcome, Provider, Why};
use jiff::SignedDuration;
use slack_simulator::intel_fake::{Mood, Service};
use std::time::{Duration, Instant};

const PAIRS: [(Service, Provider); 5] = [
    (Service::IpInfo, Provider::IpInfo),
    (Service::GreyNoise, Provider::GreyNoise),
    (Service::Tor, Provider::Tor),
    (Service::AbuseIpDb, Provider::AbuseIpDb),
    (Service::VirusTotal, Provider::VirusTotal),
];

#[tokio::test]
async fn each_failure_of_each_provider_is_told_beside_the_others_answers() {
    for (service, provider) in PAIRS {
        let desk = Desk::new().await;
        for (mood, why) in [
            (Mood::Down, Why::Down),
            (Mood::Garbage, Why::Down),
            (Mood::Empty, Why::Down),
            (Mood::Redirects, Why::Down),
            (Mood::Huge, Why::Down),
            (Mood::Quota, Why::Quota),
        ] {
            desk.fake().set_mood(service, mood);
            let intel = desk.analyse(&ip(EXIT)).await;
            assert_eq!(*outcome(&intel, provider), unavailable(why), "{service:?} {mood:?}");
            let others = intel.answers.iter().filter(|one| !matches!(one.outcome, Outcome::Unavailable { .. }));
            assert_eq!(others.count(), 4, "{service:?} {mood:?}: {:?}", told(&intel));
        }
        assert!(!desk.fake().calls().iter().any(|call| call.path.contains("elsewhere")), "a redirect was followed");
    }
}

#[tokio::test]
async fn a_wrong_key_is_told_as_such() {
    let desk = Desk::new().await;
    PAIRS.iter().for_each(|(service, _)| desk.fake().set_plan(*service, "none"));
    let expected =
        ["ipinfo: BadKey", "greynoise: BadKey", "tor: A Tor exit node", "abuseipdb: BadKey", "virustotal: BadKey"];
    assert_eq!(told(&desk.analyse(&ip(EXIT)).await), expected);
    // The key is good again, or the plan another: all are tried anew.
    desk.fake().set_plan(Service::IpInfo, "lite");
    assert_eq!(told(&desk.analyse(&ip(EXIT)).await)[0], "ipinfo: 🇺🇸 USA · AS15169 Google LLC");
}

#[tokio::test]
async fn one_that_hangs_keeps_the_others_answers_back_no_longer_than_its_own_limit() {
    let desk = Desk::new().await;
    desk.fake().set_mood(Service::VirusTotal, Mood::Hangs);
    let began = Instant::now();
    let intel = desk.analyse(&ip(EXIT)).await;
    assert!(began.elapsed() < LONG / 2, "it was waited for until there was no time left");
    assert_eq!(*outcome(&intel, Provider::VirusTotal), unavailable(Why::TimedOut));
    let others = intel.answers.iter().filter(|one| !matches!(one.outcome, Outcome::Unavailable { .. }));
    assert_eq!(others.count(), 4, "{:?}", told(&intel));
}

#[tokio::test]
async fn one_that_took_too_long_is_left_alone_for_a_while() {
    let mut desk = Desk::with(&only("virustotal")).await;
    desk.fake().set_mood(Service::VirusTotal, Mood::Hangs);
    desk.analyse(&ip(EXIT)).await;
    desk.fake().set_mood(Service::VirusTotal, Mood::Well);
    let asked = desk.fake().count(Service::VirusTotal);
    let intel = desk.analyse(&ip("8.8.8.8")).await;
    assert_eq!(*outcome(&intel, Provider::VirusTotal), unavailable(Why::TimedOut));
    assert_eq!(desk.fake().count(Service::VirusTotal), asked, "the next one waits as well");
    desk.later(SignedDuration::from_secs(31));
    assert!(!matches!(
        *outcome(&desk.analyse(&ip("8.8.8.8")).await, Provider::VirusTotal),
        Outcome::Unavailable { .. }
    ));
}

#[tokio::test]
async fn without_time_nobody_is_waited_for() {
    let desk = Desk::new().await;
    let intel = desk.providers.analyse(&ip(EXIT), &desk.store, desk.now, Duration::ZERO).await;
    assert!(intel.answers.iter().all(|one| one.outcome == unavailable(Why::TimedOut)), "{:?}", told(&intel));
}

#[tokio::test]
async fn without_the_table_everybody_is_asked_and_answers() {
    let desk = Desk::with(&only("abuseipdb")).await;
    for asked in 1..=2 {
        let intel = desk.providers.analyse(&ip("8.8.8.8"), &broken_store(), desk.now, LONG).await;
        assert_eq!(told(&intel), ["abuseipdb: Not reported in the last 90 days"]);
        assert_eq!(desk.fake().count(Service::AbuseIpDb), asked);
    }
}

#[tokio::test]
async fn no_key_can_be_seen_in_the_providers_or_their_answers() {
    let desk = Desk::new().await;
    let intel = desk.analyse(&ip(EXIT)).await;
    let seen = format!("{:?} {intel:?} {:?}", desk.providers, desk.fake().calls());
    for service in Service::ALL {
        assert!(!seen.contains(&service.key()), "{seen}");
    }
}
