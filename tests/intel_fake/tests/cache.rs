//! What was answered is kept, for as long as each provider's answers are fresh; failures are not.

use crate::desk::{Desk, EXIT, ip, only, outcome, told, unavailable, value};
use alert::IndicatorKind::Domain;
use alert::intel::{Outcome, Provider, Why};
use jiff::SignedDuration;
use slack_simulator::intel_fake::{Mood, Service};

#[tokio::test]
async fn a_kept_answer_is_not_asked_twice_not_even_by_another_process() {
    let mut desk = Desk::new().await;
    let first = desk.analyse(&ip(EXIT)).await;
    let calls = desk.fake().calls();
    desk.restart();
    assert_eq!(desk.analyse(&ip(EXIT)).await, first);
    assert_eq!(desk.fake().calls(), calls);
    // About another value all but Tor, whose list is for all, are asked.
    desk.analyse(&ip("8.8.4.4")).await;
    assert_eq!(desk.fake().count(Service::Tor), 1);
    assert_eq!(desk.fake().count(Service::VirusTotal), 2);
}

#[tokio::test]
async fn each_providers_answers_are_fresh_for_its_own_time() {
    for (service, provider, hours) in [
        (Service::IpInfo, Provider::IpInfo, 24),
        (Service::GreyNoise, Provider::GreyNoise, 1),
        (Service::Tor, Provider::Tor, 1),
        (Service::AbuseIpDb, Provider::AbuseIpDb, 6),
        (Service::VirusTotal, Provider::VirusTotal, 6),
    ] {
        let mut desk = Desk::new().await;
        desk.fake().set_plan(Service::GreyNoise, "subscription");
        desk.analyse(&ip("8.8.8.8")).await;
        let asked = desk.fake().count(service);
        desk.later(SignedDuration::from_hours(hours) - SignedDuration::from_secs(1));
        desk.analyse(&ip("8.8.8.8")).await;
        assert_eq!(desk.fake().count(service), asked, "{provider:?} a second before");
        desk.later(SignedDuration::from_secs(1));
        desk.analyse(&ip("8.8.8.8")).await;
        assert_eq!(desk.fake().count(service), asked + 1, "{provider:?} after");
    }
}

#[tokio::test]
async fn that_nothing_is_known_is_kept_too() {
    let desk = Desk::new().await;
    for _ in 0..2 {
        let intel = desk.analyse(&value(Domain, "unheard-of.net")).await;
        assert_eq!(told(&intel), ["virustotal: VirusTotal does not know it"]);
    }
    assert_eq!(desk.fake().count(Service::VirusTotal), 1);
}

#[tokio::test]
async fn a_failure_is_not_kept() {
    let desk = Desk::new().await;
    for mood in [Mood::Down, Mood::Garbage] {
        desk.fake().set_mood(Service::AbuseIpDb, mood);
        assert_eq!(*outcome(&desk.analyse(&ip(EXIT)).await, Provider::AbuseIpDb), unavailable(Why::Down));
    }
    desk.fake().set_mood(Service::AbuseIpDb, Mood::Well);
    assert!(matches!(outcome(&desk.analyse(&ip(EXIT)).await, Provider::AbuseIpDb), Outcome::Found { .. }));
}

#[tokio::test]
async fn one_whose_quota_is_used_up_is_left_alone_for_some_minutes_and_what_is_kept_of_it_still_told() {
    for (service, provider, name, minutes) in [
        // It says eight hours; the account may be changed before.
        (Service::AbuseIpDb, Provider::AbuseIpDb, "abuseipdb", 15),
        (Service::VirusTotal, Provider::VirusTotal, "virustotal", 5),
    ] {
        let mut desk = Desk::with(&only(name)).await;
        let kept = desk.analyse(&ip(EXIT)).await;
        desk.fake().set_mood(service, Mood::Quota);
        assert_eq!(*outcome(&desk.analyse(&ip("8.8.4.4")).await, provider), unavailable(Why::Quota));
        desk.fake().set_mood(service, Mood::Well);
        let asked = desk.fake().count(service);
        desk.restart_with(name);
        desk.later(SignedDuration::from_mins(minutes) - SignedDuration::from_secs(1));
        assert_eq!(*outcome(&desk.analyse(&ip("1.0.0.1")).await, provider), unavailable(Why::Quota));
        assert_eq!(desk.analyse(&ip(EXIT)).await, kept);
        assert_eq!(desk.fake().count(service), asked, "{provider:?} was not left alone");
        desk.later(SignedDuration::from_secs(1));
        assert_ne!(*outcome(&desk.analyse(&ip("1.0.0.1")).await, provider), unavailable(Why::Quota));
    }
}
