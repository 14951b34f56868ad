//! See Threat Intel, from the click to the answers in every thread.

use crate::world::edge::Trouble;
use crate::world::{AUSTON, GUEST, Kill, LINUS, NOBODY, ONE, SIGNING_SECRET, TWO, VIEWER, World, slack_world};
use alert::indicator::{Indicator, IndicatorKind};
use alert::intel::Outcome;
use alert::{ActivityKind, DeliveryState};
use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};
use slack::control::{ACTION_ANALYSE, ACTION_INTEL, indicator_value};
use slack_simulator as sim;
use slack_simulator::intel_fake::{IntelFake, Mood, Service};
use std::time::{Duration, Instant};

const BAD_IP: &str = "192.42.116.16";

fn values() -> Value {
    json!({"summaryAttributes": {
        "p_any_ip_addresses": [BAD_IP, "10.0.0.1"], "p_any_domain_names": ["evil.example.net"],
    }})
}

fn value(kind: IndicatorKind, text: &str) -> String {
    indicator_value(&Indicator::parse(kind, text).unwrap())
}

fn ip(text: &str) -> String {
    value(IndicatorKind::Ip, text)
}

/// All providers on, and an alert with a public address, a private one and a domain.
async fn world() -> World {
    with_all_on(World::new().await).await
}

async fn with_all_on(mut world: World) -> World {
    world.switch_on(Some(IntelFake::secret())).await;
    world.produce("a1", values());
    world.quiet().await;
    world
}

impl World {
    fn offers_intel(&self, channel: &str) -> bool {
        serde_json::to_string(&self.message(channel).blocks).unwrap().contains(r#""action_id":"intel""#)
    }

    /// Somebody clicks See Threat Intel; the modal, if one opened.
    async fn open_intel(&mut self, user: &str, channel: &str) -> Option<Value> {
        let ts = self.message(channel).ts;
        assert_eq!(self.press(user, channel, &ts, ACTION_INTEL).await.status(), 200);
        self.slack.views(user).pop()
    }

    /// The choice of a value in the modal, as Slack sends it.
    fn choice(&self, user: &str, view: &Value, value: &str) -> sim::Callback {
        let act = sim::Act {
            user: user.to_owned(),
            view_id: Some(view["id"].as_str().unwrap().to_owned()),
            action_id: ACTION_ANALYSE.to_owned(),
            value: Some(value.into()),
            ..sim::Act::default()
        };
        self.slack.prepare_act(&act).unwrap()
    }

    /// Somebody opens the modal and chooses.
    async fn analyse(&mut self, user: &str, channel: &str, value: &str) -> u16 {
        let view = self.open_intel(user, channel).await.expect("a modal is open");
        let callback = self.choice(user, &view, value);
        self.hand(&callback).await.status().as_u16()
    }

    /// A request that Slack signed, with another payload than any of ours.
    async fn hand_payload(&mut self, payload: &Value) -> u16 {
        let body =
            form_urlencoded::Serializer::new(String::new()).append_pair("payload", &payload.to_string()).finish();
        let timestamp = self.now().as_second().to_string();
        let signature = sim::signature(SIGNING_SECRET, &timestamp, body.as_bytes());
        let request = Request::post("/slack/interactions").header("x-slack-signature", signature);
        let request = request.header("x-slack-request-timestamp", timestamp).body(Bytes::from(body)).unwrap();
        let status = self.interactions().handle(request, self.now()).await.status().as_u16();
        self.collect();
        status
    }

    async fn outcomes(&self) -> Vec<Outcome> {
        let record = self.record("a1").await;
        let shown = record.activities.into_iter().find_map(|activity| match activity.kind {
            ActivityKind::IntelShown { intel } => Some(intel.answers),
            _ => None,
        });
        shown.expect("it was shown").into_iter().map(|answer| answer.outcome).collect()
    }
}

#[tokio::test]
async fn a_chosen_value_is_analysed_at_once_and_every_thread_shows_the_answers() {
    let mut world = world().await;
    assert!(world.offers_intel(ONE) && world.offers_intel(TWO));
    let view = world.open_intel(VIEWER, ONE).await.expect("whoever may see alerts may ask");
    let groups = view["blocks"][1]["elements"][0]["option_groups"].as_array().unwrap();
    let listed: Vec<&str> = groups
        .iter()
        .flat_map(|group| group["options"].as_array().unwrap())
        .map(|option| option["text"]["text"].as_str().unwrap())
        .collect();
    assert_eq!(listed, [BAD_IP, "10.0.0.1", "evil.example.net"]);
    let callback = world.choice(VIEWER, &view, &ip(BAD_IP));
    assert_eq!(world.hand(&callback).await.status(), 200);
    let shown = world.slack.views(VIEWER).pop().unwrap();
    let said = serde_json::to_string(&shown["blocks"]).unwrap();
    assert!(
        said.contains("Margay asks IPinfo, GreyNoise, Tor exit nodes, AbuseIPDB and VirusTotal about 192.42.116.16")
    );
    world.quiet().await;
    for channel in [ONE, TWO] {
        let replies = world.replies(channel);
        assert_eq!(replies.len(), 1, "{replies:?}");
        for told in ["Viewer asked what is known of 192.42.116.16", "GreyNoise: Malicious.", "Tor exit nodes: "] {
            assert!(replies[0].contains(told), "{}", replies[0]);
        }
    }
    // Another one, in the modal that is still open.
    let callback = world.choice(VIEWER, &shown, &value(IndicatorKind::Domain, "evil.example.net"));
    world.hand(&callback).await;
    world.quiet().await;
    assert_eq!(world.replies(TWO).len(), 2);
    // And the first one anew: somebody may want to know whether it still is so.
    world.advance(Duration::from_secs(1));
    let view = world.slack.views(VIEWER).pop().unwrap();
    let callback = world.choice(VIEWER, &view, &ip(BAD_IP));
    world.hand(&callback).await;
    world.quiet().await;
    assert_eq!(world.replies(TWO).len(), 3);
    let event = world.edge.events().pop().unwrap();
    assert_eq!(event["DetailType"], "alert.intel_shown");
}

#[tokio::test]
async fn a_choice_that_comes_again_asks_and_shows_nothing_anew() {
    let mut world = world().await;
    let view = world.open_intel(LINUS, ONE).await.unwrap();
    let callback = world.choice(LINUS, &view, &ip(BAD_IP));
    world.hand(&callback).await;
    world.quiet().await;
    let asked = world.intel.fake.calls();
    for _ in 0..3 {
        world.hand(&callback).await;
        // Even if nothing is kept of it.
        world.advance(Duration::from_secs(40 * 86_400));
        world.quiet().await;
    }
    assert_eq!(world.replies(ONE).len(), 1);
    assert_eq!(world.intel.fake.calls(), asked);
    assert_eq!(world.record("a1").await.activities.len(), 2);
}

#[tokio::test]
async fn killed_at_any_call_the_answers_come_once_to_each_thread() {
    let mut killed = 0;
    let aws =
        (0..25).flat_map(|call| [Trouble::HangBefore, Trouble::HangAfter].map(|trouble| Kill::Aws { call, trouble }));
    for moment in aws.chain((0..15).map(|call| Kill::Slack { call })) {
        let mut world = world().await;
        world.analyse(LINUS, ONE, &ip(BAD_IP)).await;
        if !world.kill_fanout(moment).await {
            continue;
        }
        killed += 1;
        world.quiet().await;
        assert_eq!((world.replies(ONE).len(), world.replies(TWO).len()), (1, 1), "{moment:?}");
        let record = world.record("a1").await;
        assert_eq!(record.activities.len(), 2, "{moment:?}");
        assert!(record.deliveries.iter().all(|copy| copy.delivery.state == DeliveryState::Delivered), "{moment:?}");
    }
    assert!(killed >= 20, "only {killed} moments were hit");
}

#[tokio::test]
async fn providers_that_are_down_or_over_their_quota_say_so_beside_the_others() {
    let mut world = world().await;
    world.intel.fake.set_mood(Service::IpInfo, Mood::Down);
    world.intel.fake.set_mood(Service::VirusTotal, Mood::Quota);
    world.analyse(LINUS, ONE, &ip(BAD_IP)).await;
    world.quiet().await;
    let reply = &world.replies(TWO)[0];
    for told in ["IPinfo is down.", "GreyNoise: Malicious.", "VirusTotal is over its quota."] {
        assert!(reply.contains(told), "{reply}");
    }
}

#[tokio::test]
async fn a_slow_provider_takes_too_long_and_holds_up_nothing_else() {
    let mut world = world().await;
    world.produce("a2", json!({"destinations": ["d2"]}));
    world.quiet().await;
    world.intel.fake.set_mood(Service::GreyNoise, Mood::Hangs);
    world.analyse(LINUS, ONE, &ip(BAD_IP)).await;
    world.rest("PATCH", "/alerts/a2", json!({"status": "TRIAGED"})).await;
    let began = Instant::now();
    world.step_fanout().await;
    let took = began.elapsed();
    assert!(took < Duration::from_millis(5500), "{took:?}");
    let reply = &world.replies(ONE)[0];
    assert!(reply.contains("GreyNoise took too long.") && reply.contains("AbuseIPDB: "), "{reply}");
    let other = world.messages(TWO).into_iter().find(|message| message.text.contains("Alert a2")).unwrap();
    let triaged: f64 = other.edited.expect("it was updated").ts.parse().unwrap();
    let asked: f64 = world.message(ONE).thread[0].ts.parse().unwrap();
    assert!(triaged <= asked, "the other alert in the same batch does not wait");
}

#[tokio::test]
async fn private_addresses_are_answered_here_and_never_sent_out() {
    let mut world = world().await;
    world.analyse(LINUS, ONE, &ip("10.0.0.1")).await;
    let said = serde_json::to_string(&world.slack.views(LINUS)).unwrap();
    assert!(said.contains("Margay knows 10.0.0.1 by itself."), "{said}");
    world.quiet().await;
    assert!(world.replies(ONE)[0].contains("A private address (10.0.0.0/8)"));
    assert_eq!(world.intel.fake.calls(), []);
    assert_eq!(world.outcomes().await.len(), 1);
}

#[tokio::test]
async fn the_button_is_there_only_if_a_provider_can_be_asked_about_something() {
    let private = json!({"summaryAttributes": {"p_any_ip_addresses": ["10.0.0.1"]}});
    let hash = json!({"summaryAttributes": {"p_any_md5_hashes": ["44d88612fea8a8f36de82e1278abb02f"]}});
    let table = [
        (Some(json!({"tor": false})), values(), false),
        (Some(json!({})), values(), true),
        (Some(json!({})), json!({}), false),
        (Some(json!({})), private, false),
        (Some(json!({})), hash.clone(), false),
        (Some(json!({"virustotal": "k"})), hash, true),
        (None, values(), false),
        (Some(json!("not an object")), values(), false),
    ];
    for (secret, alert, offered) in table {
        let mut world = World::new().await;
        world.switch_on(secret.clone()).await;
        world.produce("a1", alert.clone());
        world.quiet().await;
        assert_eq!(world.offers_intel(ONE), offered, "{secret:?} {alert}");
        // It stays so when the message is drawn anew.
        world.choose(LINUS, ONE, "status", "TRIAGED").await;
        world.quiet().await;
        assert_eq!(world.offers_intel(ONE), offered, "redrawn: {secret:?} {alert}");
    }
}

#[tokio::test]
async fn a_provider_that_was_switched_off_meanwhile_is_not_asked_and_the_person_learns_why() {
    let mut world = world().await;
    world.switch_on(Some(json!({"tor": false}))).await;
    assert!(world.open_intel(LINUS, ONE).await.is_none());
    assert!(world.slack.ephemerals(LINUS).pop().unwrap().text.contains("No provider"));
    world.quiet().await;
    assert_eq!(world.intel.fake.calls(), []);
}

#[tokio::test]
async fn a_value_that_is_not_of_this_alert_is_refused() {
    let mut world = world().await;
    let view = world.open_intel(LINUS, ONE).await.unwrap();
    let genuine = world.choice(LINUS, &view, &ip(BAD_IP));
    let mut payload = genuine.payload();
    for foreign in [ip("8.8.8.8"), "8.8.8.8".to_owned(), String::new()] {
        payload["actions"][0]["selected_option"]["value"] = json!(foreign);
        assert_eq!(world.hand_payload(&payload).await, 200);
        let told = world.slack.ephemerals(LINUS).pop().unwrap();
        assert!(told.text.contains("does not know this choice"), "{}", told.text);
    }
    world.quiet().await;
    assert_eq!(world.intel.fake.calls(), []);
    assert_eq!(world.record("a1").await.activities.len(), 1);
}

#[tokio::test]
async fn guests_and_the_unregistered_get_no_modal_and_only_they_are_told() {
    let mut world = world().await;
    for (user, why) in [(GUEST, "Guests"), (NOBODY, "not registered")] {
        assert!(world.open_intel(user, ONE).await.is_none());
        assert!(world.slack.ephemerals(user).pop().unwrap().text.contains(why), "{user}");
    }
    // Nor may they choose in a modal of somebody else's.
    let view = world.open_intel(LINUS, ONE).await.unwrap();
    let mut payload = world.choice(LINUS, &view, &ip(BAD_IP)).payload();
    payload["user"]["id"] = json!(GUEST);
    assert_eq!(world.hand_payload(&payload).await, 200);
    world.quiet().await;
    assert!(world.replies(ONE).is_empty());
    assert_eq!(world.intel.fake.calls(), []);
}

#[tokio::test]
async fn an_org_wide_install_works_like_one_in_a_workspace() {
    let mut grid = slack_world();
    grid.enterprise = serde_json::from_value(json!({"id": "E0ACME0001", "name": "Acme Org"})).unwrap();
    grid.app.org_wide = true;
    let mut world = with_all_on(World::with(grid).await).await;
    world.analyse(AUSTON, ONE, &ip(BAD_IP)).await;
    world.quiet().await;
    assert_eq!((world.replies(ONE).len(), world.replies(TWO).len()), (1, 1));
}

#[tokio::test]
async fn a_modal_that_cannot_be_updated_changes_nothing_else() {
    let mut world = world().await;
    let view = world.open_intel(LINUS, ONE).await.unwrap();
    let callback = world.choice(LINUS, &view, &ip(BAD_IP));
    world.slack.set_faults(vec![sim::Fault::new("views.update", sim::FaultKind::Reset)], 0).unwrap();
    assert_eq!(world.hand(&callback).await.status(), 200);
    world.quiet().await;
    assert_eq!(world.replies(ONE).len(), 1);
}

#[tokio::test]
async fn if_the_queue_does_not_take_the_choice_slack_learns_it() {
    let mut world = world().await;
    let view = world.open_intel(LINUS, ONE).await.unwrap();
    let callback = world.choice(LINUS, &view, &ip(BAD_IP));
    world.edge.throttle("SendMessage", 9);
    assert_eq!(world.hand(&callback).await.status(), 500);
    world.quiet().await;
    assert!(world.replies(ONE).is_empty());
}
