//! The details of an alert in its thread.

use crate::block_kit::violations;
use crate::sample::{NOW, alert, strange};
use crate::seen::seen;
use alert::intel::Place;
use alert::{Activity, ActivityKind, Actor, Alert, ChangeId, Origin, UserId};
use proptest::prelude::*;
use serde_json::{Value, json};
use slack::message::{Details, Mentions, details};
use std::collections::BTreeMap;

fn california() -> Place {
    let [country_code, country, region, city] = ["US", "United States", "California", "San Jose"].map(str::to_owned);
    Place { country_code, country, region, city }
}

fn asked(places: BTreeMap<String, Place>) -> Activity {
    let linus = Actor::User { id: UserId::new("u1").unwrap(), name: "Linus".into(), slack_user: Some("U1".into()) };
    let origin = Origin::Slack { channel: "C1".into(), message_ts: "1.2".into(), user: "U1".into() };
    let kind = ActivityKind::DetailsShown { places };
    Activity { seq: 3, change_id: ChangeId::derive(&[b"x"]), at: NOW, actor: linus, origin, kind }
}

fn shown_with(alert: &Alert, places: BTreeMap<String, Place>) -> Details {
    let details = details(alert, &asked(places), "a1/d1", "Europe/Berlin", &Mentions::new()).unwrap();
    assert_eq!(violations(&details.reply), [""; 0]);
    details
}

fn shown(alert: &Alert) -> Details {
    shown_with(alert, BTreeMap::new())
}

fn full() -> Alert {
    let mut alert = alert();
    let content = &mut alert.content;
    content.name = Some("Root login".into());
    content.version = Some("7".into());
    content.tags = vec!["AWS".into(), "Identity".into()];
    content.summary_attributes = json!(["p_any_ip_addresses", "userAgent", "absent"]);
    content.alert_context = json!({"account": "production"}).as_object().unwrap().clone();
    content.first_event = json!({
        "p_event_time": "2026-11-21 08:29:41.123000000",
        "eventName": "ConsoleLogin",
        "userAgent": "curl <!channel>",
        "p_any_ip_addresses": ["1.2.3.4", "10.0.0.1"],
    });
    alert.received = 3;
    alert
}

#[test]
fn the_whole_reply() {
    let places = BTreeMap::from([("1.2.3.4".to_owned(), california())]);
    let Details { reply, file } = shown_with(&full(), places);
    assert!(file.is_none());
    insta::assert_snapshot!(seen(&reply), @r#"
    @U1 asked for the details of this alert
    Summary Fields
    • p_any_ip_addresses: 1.2.3.4 (🇺🇸 California, USA), 10.0.0.1
    • userAgent: curl <!channel>
    Event Details
    • Type: Rule
    • Log types: AWS.CloudTrail, Okta.SystemLog
    • Received: 3 times
    • Created: 2026-11-21 09:30:00 CET
    • First event at: 2026-11-21 09:29:41 CET
    • Detection: Root login (AWS.Root.Login)
    • Version: 7
    • Tags: AWS, Identity
    Context
    | {
    |   "account": "production"
    | }
    First Event
    | {
    |   "p_event_time": "2026-11-21 08:29:41.123000000",
    |   "eventName": "ConsoleLogin",
    |   "userAgent": "curl <!channel>",
    |   "p_any_ip_addresses": [
    |     "1.2.3.4",
    |     "10.0.0.1"
    |   ]
    | }
    "#);
    insta::assert_snapshot!(reply.text.replace('\u{200b}', "·"), @r#"
    Linus asked for the details of this alert
    Summary Fields: p_any_ip_addresses: 1.2.3.4 (🇺🇸 California, USA), 10.0.0.1; userAgent: curl &lt;!channel&gt;
    Event Details: Type: Rule; Log types: AWS.CloudTrail, Okta.SystemLog; Received: 3 times; Created: 2026-11-21 09:30:00 CET; First event at: 2026-11-21 09:29:41 CET; Detection: Root login (AWS.Root.Login); Version: 7; Tags: AWS, Identity
    First Event: {
      "p_event_time": "2026-11-21 08:29:41.123000000",
      "eventName": "ConsoleLogin",
      "userAgent": "curl &lt;!channel&gt;",
      "p_any_ip_addresses": [
        "1.2.3.4",
        "10.0.0.1"
      ]
    }
    "#);
    assert_eq!(
        reply.metadata.unwrap(),
        json!({"event_type": "margay_activity", "event_payload": {"delivery": "a1/d1", "seq": 3}})
    );
}

#[test]
fn an_alert_that_says_next_to_nothing() {
    let mut bare = alert();
    (bare.content.detection_id, bare.content.log_types) = (None, vec![" ".into()]);
    insta::assert_snapshot!(seen(&shown(&bare).reply), @"
    @U1 asked for the details of this alert
    Event Details
    • Type: Rule
    • Received: once
    • Created: 2026-11-21 09:30:00 CET
    The alert came without a first event.
    ");
    for empty in [json!(null), json!({}), json!([]), json!("text")] {
        bare.content.first_event = empty;
        assert!(shown(&bare).file.is_none());
    }
}

#[test]
fn hostile_words_are_text() {
    let mut hostile = full();
    let content = &mut hostile.content;
    content.name = Some("*bold* <@U9> _x_".into());
    content.tags = vec!["<!here>".into(), "\u{202e}evil".into(), "🔴".into(), "\u{0}".into()];
    content.summary_attributes =
        json!({"<!channel>": ["<@U1>", "*b*", "a\nb\u{202e}c"], "": "x", " ": [{"a": "`code`"}, 1, true, null]});
    content.alert_context = json!({"\u{202e}k": "```\n<!channel>"}).as_object().unwrap().clone();
    content.first_event = json!({"a\u{2066}": "</script>\u{1b}[31m & <https://evil.example|x>"});
    let reply = shown(&hostile).reply;
    insta::assert_snapshot!(seen(&reply), @r#"
    @U1 asked for the details of this alert
    Summary Fields
    • <!channel>: <@U1>, *b*, a b�c
    • (empty): x
    • (empty): {"a":"`code`"}, 1, true
    Event Details
    • Type: Rule
    • Log types: AWS.CloudTrail, Okta.SystemLog
    • Received: 3 times
    • Created: 2026-11-21 09:30:00 CET
    • Detection: *bold* <@U9> _x_ (AWS.Root.Login)
    • Version: 7
    • Tags: <!here>, �evil, 🔴, �
    Context
    | {
    |   "\u202ek": "```\n<!channel>"
    | }
    First Event
    | {
    |   "a\u2066": "</script>\u001b[31m & <https://evil.example|x>"
    | }
    "#);
    for mark in ["<!", "<@", "\u{202e}"] {
        assert!(!reply.text.contains(mark), "{}", reply.text);
    }
}

#[test]
fn what_is_too_long_is_cut_with_how_much_and_the_whole_event_is_a_file() {
    let mut huge = full();
    huge.content.first_event = json!({"log": "x".repeat(100_000), "end": "\u{202e}🔴"});
    huge.content.alert_context = json!({"log": "y".repeat(5_000)}).as_object().unwrap().clone();
    huge.content.summary_attributes =
        (0..60).map(|n| (format!("k{n}"), json!(vec!["z".repeat(90); 60]))).collect::<serde_json::Map<_, _>>().into();
    let Details { reply, file } = shown(&huge);
    let lines: Vec<String> = seen(&reply).lines().map(|line| line.chars().take(60).collect()).collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    @U1 asked for the details of this alert
    Summary Fields
    • k0: zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz
    • k1: zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz
    • k2: zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz
    • k3: zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz
    • k4: zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz
    • k5: zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz
    • k6: zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz
    • and 43 more
    Event Details
    • Type: Rule
    • Log types: AWS.CloudTrail, Okta.SystemLog
    • Received: 3 times
    • Created: 2026-11-21 09:30:00 CET
    • Detection: Root login (AWS.Root.Login)
    • Version: 7
    • Tags: AWS, Identity
    Context
    | {
    |   "log": "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy
    … (cut: 4016 of 5015 characters are missing here)
    First Event
    | {
    |   "log": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    … (cut: 96536 of 100035 characters are missing here)
    "#);
    let file = file.unwrap();
    assert_eq!(file.name, "first-event-b90c19e66e160e194a5b3b94ec27fb7c.json");
    let kept: Value = serde_json::from_str(&file.content).unwrap();
    assert_eq!(kept, huge.content.first_event, "the file is the whole event");
    assert!(!file.content.contains('\u{202e}'));
    assert!(!format!("{file:?}").contains("xxx"));
    assert_eq!(violations(&reply.cut()), [""; 0]);
}

#[test]
fn other_activities_show_no_details() {
    let comment = Activity { kind: ActivityKind::Comment { body: "x".into(), source: None }, ..asked(BTreeMap::new()) };
    assert!(details(&alert(), &comment, "a/d", "UTC", &Mentions::new()).is_none());
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![Just(json!(null)), any::<bool>().prop_map(Value::from), strange().prop_map(Value::from)];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((strange(), inner), 0..4)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn slack_would_take_the_details_of_any_alert(
        (attributes, context, event) in (any_json(), any_json(), any_json()),
        tags in proptest::collection::vec(strange(), 0..4),
        (name, version, timezone) in (strange(), strange(), "(UTC|Asia/Tokyo|\\PC{0,9})"),
        place in strange(),
    ) {
        let mut alert = alert();
        let content = &mut alert.content;
        (content.summary_attributes, content.first_event, content.tags) = (attributes, event, tags);
        content.alert_context = context.as_object().cloned().unwrap_or_default();
        (content.name, content.version) = (Some(name), Some(version));
        let place = Place { country: place.clone(), region: place, ..california() };
        let activity = asked(BTreeMap::from([("1.2.3.4".to_owned(), place)]));
        let details = details(&alert, &activity, "a/d", &timezone, &Mentions::new()).unwrap();
        prop_assert_eq!(violations(&details.reply), [""; 0]);
        prop_assert_eq!(violations(&details.reply.cut()), [""; 0]);
        if let Some(file) = details.file {
            let event = serde_json::from_str::<Value>(&file.content).unwrap();
            prop_assert_eq!(&event, &alert.content.first_event);
        }
    }
}
