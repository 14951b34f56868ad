//! Threat intelligence: the modal in which a value is chosen, and the reply in the threads.

use crate::block_kit::{view_violations, violations};
use crate::sample::{NOW, strange};
use crate::seen::seen;
use alert::indicator::{Indicator, IndicatorKind};
use alert::intel::{Intel, Level, Outcome, Provider, ProviderAnswer, Why};
use alert::{Activity, ActivityKind, Actor, AlertId, ChangeId, Origin, UserId};
use proptest::prelude::*;
use serde_json::Value;
use slack::control::{ModalContext, indicator_value};
use slack::message::{Mentions, Message, activity_reply};
use slack::{modal, say};

fn ip(value: &str) -> Indicator {
    Indicator::parse(IndicatorKind::Ip, value).unwrap()
}

fn found(verdict: &str, level: Level, facts: &[(&str, &str)], link: Option<&str>) -> Outcome {
    let facts = facts.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Outcome::Found { verdict: verdict.to_owned(), level, facts, link: link.map(str::to_owned) }
}

fn reply(indicator: Indicator, answers: Vec<(Provider, Outcome)>) -> Message {
    let linus = Actor::User { id: UserId::new("u1").unwrap(), name: "Linus".into(), slack_user: Some("U1".into()) };
    let origin = Origin::Slack { channel: "C1".into(), message_ts: "1.2".into(), user: "U1".into() };
    let answers = answers.into_iter().map(|(provider, outcome)| ProviderAnswer { provider, outcome }).collect();
    let kind = ActivityKind::IntelShown { intel: Intel { indicator, answers } };
    let activity = Activity { seq: 3, change_id: ChangeId::derive(&[b"x"]), at: NOW, actor: linus, origin, kind };
    let message = activity_reply(&activity, "a1/d1", &Mentions::new()).unwrap();
    assert_eq!(violations(&message), [""; 0]);
    message
}

#[test]
fn every_kind_of_answer_is_a_line_with_its_facts() {
    let facts = [("Place", "🇺🇸 California, USA"), ("Network", "AS15169 Google LLC")];
    let answers = vec![
        (Provider::IpInfo, found("🇺🇸 California, USA", Level::Neutral, &facts, Some("https://ipinfo.io/1.2.3.4"))),
        (
            Provider::GreyNoise,
            found("Seen scanning", Level::Malicious, &[], Some("https://viz.greynoise.io/ip/1.2.3.4")),
        ),
        (Provider::Tor, Outcome::Nothing { verdict: "No exit node".into() }),
        (Provider::AbuseIpDb, found("Reported twice", Level::Suspicious, &[("Reports", "2")], None)),
        (Provider::VirusTotal, found("Known as clean", Level::Harmless, &[], None)),
    ];
    let message = reply(ip("1.2.3.4"), answers);
    insta::assert_snapshot!(seen(&message), @"
    @U1 asked what is known of `1.2.3.4`
    ⚪ IPinfo: 🇺🇸 California, USA
    • Place: 🇺🇸 California, USA
    • Network: AS15169 Google LLC
    [More at IPinfo](https://ipinfo.io/1.2.3.4)
    🔴 GreyNoise: Malicious. Seen scanning
    [More at GreyNoise](https://viz.greynoise.io/ip/1.2.3.4)
    ⚪ Tor exit nodes: No exit node
    🟠 AbuseIPDB: Suspicious. Reported twice
    • Reports: 2
    🟢 VirusTotal: Harmless. Known as clean
    ");
    insta::assert_snapshot!(message.text, @"
    Linus asked what is known of 1.2.3.4
    IPinfo: 🇺🇸 California, USA
    GreyNoise: Malicious. Seen scanning
    Tor exit nodes: No exit node
    AbuseIPDB: Suspicious. Reported twice
    VirusTotal: Harmless. Known as clean
    ");
}

#[test]
fn who_could_not_be_asked_says_so_beside_the_others() {
    let unavailable = |why| Outcome::Unavailable { why };
    let answers = vec![
        (Provider::IpInfo, unavailable(Why::Down)),
        (Provider::GreyNoise, unavailable(Why::Quota)),
        (Provider::Tor, Outcome::Nothing { verdict: "No exit node".into() }),
        (Provider::AbuseIpDb, unavailable(Why::BadKey)),
        (Provider::VirusTotal, unavailable(Why::TimedOut)),
    ];
    insta::assert_snapshot!(seen(&reply(ip("1.2.3.4"), answers)), @"
    @U1 asked what is known of `1.2.3.4`
    ⚠️ IPinfo is down.
    ⚠️ GreyNoise is over its quota.
    ⚪ Tor exit nodes: No exit node
    ⚠️ AbuseIPDB does not accept Margay's key.
    ⚠️ VirusTotal took too long.
    ");
    insta::assert_snapshot!(seen(&reply(ip("1.2.3.4"), Vec::new())), @"
    @U1 asked what is known of `1.2.3.4`
    No provider that knows of such values is switched on.
    ");
    let local = found("A private address (10.0.0.0/8)", Level::Neutral, &[], None);
    insta::assert_snapshot!(seen(&reply(ip("10.0.0.1"), vec![(Provider::Local, local)])), @"
    @U1 asked what is known of `10.0.0.1`
    ⚪ Margay: A private address (10.0.0.0/8)
    ");
}

#[test]
fn a_providers_words_are_text_and_its_links_lead_to_it() {
    let hostile = "<!channel> <@U1> *bold* \u{202e}x\u{0}\n🔴 & `";
    let facts = [(hostile, hostile), ("", "x"), ("x", " ")];
    let links = [
        "https://evil.example/",
        "http://ipinfo.io/x",
        "https://ipinfo.io.evil.example/",
        "https://evilipinfo.io/",
        "https://me@ipinfo.io/",
        "https://ipinfo.io:8443/",
        "https://ipinfo.io/\u{202e}",
        "javascript:alert(1)",
        "https://www.virustotal.com/",
    ];
    for link in links {
        let message =
            reply(ip("1.2.3.4"), vec![(Provider::IpInfo, found(hostile, Level::Malicious, &facts, Some(link)))]);
        assert!(!serde_json::to_string(&message.blocks).unwrap().contains("\"link\""), "{link}");
        assert!(!message.text.contains("<!") && !message.text.contains("<@"), "{}", message.text);
    }
    let message = reply(ip("1.2.3.4"), vec![(Provider::IpInfo, found(hostile, Level::Malicious, &facts, None))]);
    insta::assert_snapshot!(seen(&message), @"
    @U1 asked what is known of `1.2.3.4`
    🔴 IPinfo: Malicious. <!channel> <@U1> *bold* �x� 🔴 & `
    • <!channel> <@U1> *bold* �x� 🔴… (cut): <!channel> <@U1> *bold* �x� 🔴 & `
    ");
}

fn context() -> ModalContext {
    ModalContext {
        alert_id: AlertId::new("a1").unwrap(),
        seen_seq: 3,
        channel: "C1".into(),
        message_ts: "1.2".into(),
        thread_ts: None,
    }
}

fn view(values: &[Indicator], asked: Option<&str>) -> Value {
    let view = serde_json::to_value(modal::intel(&context(), values, asked).unwrap()).unwrap();
    assert_eq!(view_violations(&view), [""; 0]);
    view
}

#[test]
fn the_modal_lists_the_values_by_kind_and_says_what_is_being_asked() {
    let domain = Indicator::parse(IndicatorKind::Domain, "evil.example.net").unwrap();
    let asked = say::intel_asked(&[Provider::IpInfo, Provider::Tor, Provider::VirusTotal], "1.2.3.4");
    let view = view(&[ip("1.2.3.4"), domain, ip("2606:4700::1111")], Some(&asked));
    insta::assert_json_snapshot!(view, @r#"
    {
      "type": "modal",
      "callback_id": "intel",
      "private_metadata": "{\"alert_id\":\"a1\",\"seen_seq\":3,\"channel\":\"C1\",\"message_ts\":\"1.2\"}",
      "title": {
        "type": "plain_text",
        "text": "Threat intelligence",
        "emoji": false
      },
      "close": {
        "type": "plain_text",
        "text": "Close",
        "emoji": false
      },
      "blocks": [
        {
          "type": "section",
          "text": {
            "type": "plain_text",
            "text": "Choose a value of this alert. Margay asks at once, and everybody sees the answer in the alert's thread.",
            "emoji": false
          }
        },
        {
          "type": "actions",
          "block_id": "intel_value",
          "elements": [
            {
              "type": "static_select",
              "action_id": "intel_value",
              "placeholder": {
                "type": "plain_text",
                "text": "Choose a value",
                "emoji": false
              },
              "option_groups": [
                {
                  "label": {
                    "type": "plain_text",
                    "text": "IP addresses",
                    "emoji": false
                  },
                  "options": [
                    {
                      "text": {
                        "type": "plain_text",
                        "text": "1.2.3.4",
                        "emoji": false
                      },
                      "value": "61c858a33778fa2b4cdfa473919c42eb"
                    },
                    {
                      "text": {
                        "type": "plain_text",
                        "text": "2606:4700::1111",
                        "emoji": false
                      },
                      "value": "39db95c3a35db57f4d14534d1a671dfc"
                    }
                  ]
                },
                {
                  "label": {
                    "type": "plain_text",
                    "text": "Domains",
                    "emoji": false
                  },
                  "options": [
                    {
                      "text": {
                        "type": "plain_text",
                        "text": "evil.example.net",
                        "emoji": false
                      },
                      "value": "bb2ffa0ecd4f7155a98bc5f31de05447"
                    }
                  ]
                }
              ]
            }
          ]
        },
        {
          "type": "section",
          "text": {
            "type": "plain_text",
            "text": "Margay asks IPinfo, Tor exit nodes and VirusTotal about 1.2.3.4. The answer appears in the alert's thread.",
            "emoji": false
          }
        }
      ]
    }
    "#);
}

#[test]
fn what_is_being_asked_reads_well() {
    let providers: [&[Provider]; 3] = [&[], &[Provider::Tor], &[Provider::IpInfo, Provider::Tor]];
    insta::assert_snapshot!(providers.map(|some| say::intel_asked(some, "10.0.0.1")).join("\n"), @"
    Margay knows 10.0.0.1 by itself. The answer appears in the alert's thread.
    Margay asks Tor exit nodes about 10.0.0.1. The answer appears in the alert's thread.
    Margay asks IPinfo and Tor exit nodes about 10.0.0.1. The answer appears in the alert's thread.
    ");
}

#[test]
fn without_values_there_is_no_modal_and_a_hundred_and_more_still_open() {
    assert!(modal::intel(&context(), &[], None).is_none());
    let many: Vec<Indicator> = (0..150).map(|n| ip(&format!("1.2.3.{n}"))).collect();
    let view = view(&many, None);
    let options = view["blocks"][1]["elements"][0]["option_groups"][0]["options"].as_array().unwrap();
    assert_eq!(options.len(), 100);
    let long = Indicator::parse(IndicatorKind::Domain, &format!("{}.evil.example.net", "a.b".repeat(70))).unwrap();
    let view = self::view(std::slice::from_ref(&long), None);
    let option = &view["blocks"][1]["elements"][0]["option_groups"][0]["options"][0];
    assert!(option["text"]["text"].as_str().unwrap().ends_with("evil.example.net"), "the end tells most: {option}");
    assert_eq!(option["value"], indicator_value(&long));
}

#[test]
fn a_value_stands_for_one_indicator() {
    let of = |kind, value| indicator_value(&Indicator::parse(kind, value).unwrap());
    assert_eq!(of(IndicatorKind::Ip, "1.2.3.4"), of(IndicatorKind::Ip, "::ffff:1.2.3.4"));
    assert_ne!(of(IndicatorKind::Ip, "1.2.3.4"), of(IndicatorKind::Ip, "1.2.3.5"));
}

fn outcome() -> impl Strategy<Value = Outcome> {
    let level =
        prop_oneof![Just(Level::Neutral), Just(Level::Harmless), Just(Level::Suspicious), Just(Level::Malicious)];
    let facts = proptest::collection::vec((strange(), strange()), 0..13);
    prop_oneof![
        (strange(), level, facts, proptest::option::of(strange()))
            .prop_map(|(verdict, level, facts, link)| Outcome::Found { verdict, level, facts, link }),
        strange().prop_map(|verdict| Outcome::Nothing { verdict }),
        Just(Outcome::Unavailable { why: Why::TimedOut }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn slack_would_take_any_answers(outcomes in proptest::collection::vec(outcome(), 0..6)) {
        let message = reply(ip("1.2.3.4"), Provider::ALL.into_iter().zip(outcomes).collect());
        prop_assert_eq!(violations(&message.cut()), [""; 0]);
        prop_assert!(!message.text.contains("<!channel>") && !message.text.contains("https://evil.example"));
    }
}
