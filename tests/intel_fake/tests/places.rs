//! Where the addresses of an alert are.

use crate::desk::{Desk, LONG, ip, only};
use alert::intel::Place;
use slack_simulator::intel_fake::{Mood, Service};
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

fn labels(places: &[Option<Place>]) -> Vec<String> {
    places.iter().map(|place| place.as_ref().map(Place::label).unwrap_or_default()).collect()
}

fn ips(texts: &[&str]) -> Vec<IpAddr> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

#[tokio::test]
async fn public_addresses_are_located_in_their_order_each_asked_once() {
    let desk = Desk::new().await;
    let given = ips(&["8.8.8.8", "10.0.0.1", "2606:4700::1", "8.8.8.8", "::ffff:8.8.8.8"]);
    let here = "🇺🇸 California, USA";
    for _ in 0..2 {
        let places = desk.providers.places(&given, &desk.store, desk.now, LONG).await;
        assert_eq!(labels(&places), [here, "", here, here, here]);
    }
    assert_eq!(desk.fake().calls().len(), 2);
    // An analysis knows it too, and the other way round.
    desk.analyse(&ip("8.8.8.8")).await;
    desk.analyse(&ip("1.1.1.1")).await;
    let asked = desk.fake().count(Service::IpInfo);
    assert!(desk.providers.place(given[0], &desk.store, desk.now, LONG).await.is_some());
    assert!(desk.providers.place("1.1.1.1".parse().unwrap(), &desk.store, desk.now, LONG).await.is_some());
    assert_eq!((asked, desk.fake().count(Service::IpInfo)), (3, 3));
}

#[tokio::test]
async fn of_very_many_addresses_the_first_are_located() {
    let desk = Desk::new().await;
    let given: Vec<IpAddr> = (0..200).map(|n| Ipv4Addr::new(8, 8, 4, n).into()).collect();
    let places = desk.providers.places(&given, &desk.store, desk.now, LONG).await;
    assert_eq!(places.len(), 200);
    assert!(places[..25].iter().all(Option::is_some) && places[25..].iter().all(Option::is_none));
    assert_eq!(desk.fake().calls().len(), 25);
}

#[tokio::test]
async fn without_ipinfo_or_its_answer_nothing_is_located_and_nobody_waits() {
    let off = Desk::with(&only("greynoise")).await;
    assert_eq!(off.providers.places(&ips(&["8.8.8.8"]), &off.store, off.now, LONG).await, [None]);
    assert_eq!(off.fake().calls(), []);
    let desk = Desk::new().await;
    for (mood, within) in [(Mood::Hangs, Duration::from_millis(300)), (Mood::Down, LONG), (Mood::Quota, LONG)] {
        desk.fake().set_mood(Service::IpInfo, mood);
        assert_eq!(desk.providers.places(&ips(&["8.8.8.8"]), &desk.store, desk.now, within).await, [None]);
    }
    let asked = desk.fake().calls().len();
    assert_eq!(desk.providers.places(&ips(&["8.8.8.8", "8.8.4.4"]), &desk.store, desk.now, LONG).await, [None, None]);
    assert_eq!(desk.fake().calls().len(), asked, "its quota is used up");
}
