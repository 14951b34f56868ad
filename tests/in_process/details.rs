//! Show Alert Details, from the click to the reply and the file in the thread.

use crate::world::edge::Trouble;
use crate::world::{AUSTON, GUEST, Kill, LINUS, NOBODY, ONE, TWO, VIEWER, World};
use alert::DeliveryState;
use serde_json::{Value, json};
use slack::control::ACTION_DETAILS;
use slack_simulator::intel_fake::{IntelFake, Mood, Service};
use slack_simulator::{Fault, FaultKind, Message};
use std::time::Duration;

/// An event that is too long for a message.
fn long_event() -> Value {
    json!({"eventName": "ConsoleLogin", "log": "x".repeat(20_000), "end": "\u{202e}"})
}

async fn with_alert(more: Value) -> World {
    let mut world = World::new().await;
    world.produce("a1", more);
    world.quiet().await;
    world
}

impl World {
    /// Somebody clicks Show Alert Details on a channel's only message.
    async fn show_details(&mut self, user: &str, channel: &str) -> u16 {
        let ts = self.message(channel).ts;
        self.press(user, channel, &ts, ACTION_DETAILS).await.status().as_u16()
    }

    fn bot_replies(&self, channel: &str) -> Vec<Message> {
        self.message(channel).thread.into_iter().filter(|reply| !reply.deleted).collect()
    }

    fn files(&self, channel: &str) -> Vec<Value> {
        self.bot_replies(channel).into_iter().flat_map(|reply| reply.files).collect()
    }

    /// The reason that a delivery is given, for people.
    async fn remark(&self, destination: &str) -> Option<String> {
        let record = self.record("a1").await;
        let copy = record.deliveries.into_iter().find(|copy| copy.delivery.destination_id.as_str() == destination);
        let delivery = copy.unwrap().delivery;
        assert_eq!(delivery.state, DeliveryState::Delivered);
        delivery.reason
    }
}

#[tokio::test]
async fn the_details_come_once_into_the_thread_where_they_were_asked_for() {
    let event = json!({"eventName": "ConsoleLogin <!channel>", "ip": "8.8.8.8"});
    let mut world = with_alert(json!({"firstEvent": event, "summaryAttributes": ["ip"], "tags": ["AWS"]})).await;
    assert_eq!(world.show_details(VIEWER, ONE).await, 200, "whoever may see alerts may see their details");
    world.quiet().await;
    let replies = world.bot_replies(ONE);
    assert_eq!(replies.len(), 1);
    for told in ["Summary Fields: ip: 8.8.8.8", "Tags: AWS", "ConsoleLogin &lt;!channel&gt;"] {
        assert!(replies[0].text.contains(told), "{}", replies[0].text);
    }
    assert!(replies[0].files.is_empty(), "a short event needs no file");
    assert!(world.bot_replies(TWO).is_empty(), "they asked in the other channel");
    let details = world.edge.events().pop().unwrap();
    assert_eq!(details["DetailType"], "alert.details_shown");
}

#[tokio::test]
async fn a_double_click_is_one_question_and_a_later_click_another() {
    let mut world = with_alert(json!({})).await;
    let ts = world.message(ONE).ts;
    let (first, second) =
        (world.button(LINUS, ONE, &ts, ACTION_DETAILS), world.button(AUSTON, ONE, &ts, ACTION_DETAILS));
    for click in [&first, &second, &first] {
        assert_eq!(world.hand(click).await.status(), 200);
    }
    world.quiet().await;
    assert_eq!(world.bot_replies(ONE).len(), 1);
    world.show_details(AUSTON, ONE).await;
    world.show_details(AUSTON, TWO).await;
    world.quiet().await;
    assert_eq!((world.bot_replies(ONE).len(), world.bot_replies(TWO).len()), (2, 1));
}

#[tokio::test]
async fn places_are_shown_for_public_addresses_and_private_ones_are_never_sent_out() {
    let mut world = World::new().await;
    world.switch_on(Some(IntelFake::secret())).await;
    world.produce("a1", json!({"summaryAttributes": {"ips": ["8.8.8.8", "10.0.0.1", "::ffff:10.0.0.2"]}}));
    world.quiet().await;
    world.show_details(LINUS, ONE).await;
    world.quiet().await;
    let text = &world.bot_replies(ONE)[0].text;
    assert!(text.contains("8.8.8.8 (🇺🇸 California, USA), 10.0.0.1"), "{text}");
    let asked = world.intel.fake.calls();
    assert!(asked.iter().all(|call| call.service == Service::IpInfo && call.path.contains("8.8.8.8")), "{asked:?}");
    assert_eq!(asked.len(), 1);
}

#[tokio::test]
async fn without_a_place_the_details_come_all_the_same() {
    let mut world = World::new().await;
    world.switch_on(Some(IntelFake::secret())).await;
    world.intel.fake.set_mood(Service::IpInfo, Mood::Down);
    world.produce("a1", json!({"summaryAttributes": {"ips": ["8.8.8.8"]}}));
    world.quiet().await;
    world.show_details(LINUS, ONE).await;
    world.quiet().await;
    assert!(world.bot_replies(ONE)[0].text.contains("ips: 8.8.8.8"));
}

#[tokio::test]
async fn a_long_event_follows_as_a_file_that_holds_all_of_it() {
    let mut world = with_alert(json!({"firstEvent": long_event()})).await;
    world.show_details(LINUS, ONE).await;
    world.quiet().await;
    let replies = world.bot_replies(ONE);
    assert_eq!(replies.len(), 2);
    let shown = serde_json::to_string(&replies[0].blocks).unwrap();
    assert!(shown.contains("characters are missing here"), "{shown}");
    let file = &replies[1].files[0];
    assert_eq!((&file["name"], &file["mode"]), (&json!("first-event-a1.json"), &json!("snippet")));
    let content = world.slack.file_content(file["id"].as_str().unwrap()).unwrap();
    let content: Value = serde_json::from_slice(&content.bytes).unwrap();
    assert_eq!(content, long_event());
    assert_eq!(world.remark("d1").await, None);
}

#[tokio::test]
async fn our_own_file_is_no_comment() {
    let mut world = with_alert(json!({"firstEvent": long_event()})).await;
    world.show_details(LINUS, ONE).await;
    world.quiet().await;
    world.deliver_events().await;
    world.quiet().await;
    assert!(world.comments("a1").await.is_empty());
    assert!(world.bot_replies(TWO).is_empty());
}

fn moments() -> impl Iterator<Item = Kill> {
    let aws =
        (0..25).flat_map(|call| [Trouble::HangBefore, Trouble::HangAfter].map(|trouble| Kill::Aws { call, trouble }));
    aws.chain((0..15).map(|call| Kill::Slack { call }))
}

#[tokio::test]
async fn killed_at_any_call_the_details_and_their_file_come_once() {
    let mut killed = 0;
    for moment in moments() {
        let mut world = with_alert(json!({"firstEvent": long_event(), "destinations": ["d1"]})).await;
        world.show_details(LINUS, ONE).await;
        if !world.kill_fanout(moment).await {
            continue;
        }
        killed += 1;
        world.quiet().await;
        let replies = world.bot_replies(ONE);
        assert_eq!((replies.len(), world.files(ONE).len()), (2, 1), "{moment:?}: {replies:?}");
        assert_eq!(world.record("a1").await.activities.len(), 2, "{moment:?}");
        assert_eq!(world.remark("d1").await, None, "{moment:?}");
    }
    assert!(killed >= 20, "only {killed} moments were hit");
}

#[tokio::test]
async fn lost_answers_and_failures_that_pass_end_as_one_file() {
    use FaultKind::{Http500, LostAnswer, Reset};
    for method in ["chat.postMessage", "files.getUploadURLExternal", "upload", "files.completeUploadExternal"] {
        for kind in [LostAnswer, Http500, Reset] {
            let mut world = with_alert(json!({"firstEvent": long_event(), "destinations": ["d1"]})).await;
            world.slack.set_faults(vec![Fault { times: Some(1), ..Fault::new(method, kind) }], 0).unwrap();
            world.show_details(LINUS, ONE).await;
            world.quiet().await;
            let found = (world.bot_replies(ONE).len(), world.files(ONE).len(), world.remark("d1").await);
            assert_eq!(found, (2, 1, None), "{method} {kind:?}");
        }
    }
}

#[tokio::test]
async fn a_rate_limit_on_files_is_obeyed_and_the_file_comes() {
    let mut world = with_alert(json!({"firstEvent": long_event(), "destinations": ["d1"]})).await;
    let limited = Fault {
        times: Some(1),
        retry_after: Some(90),
        ..Fault::new("files.completeUploadExternal", FaultKind::Ratelimited)
    };
    world.slack.set_faults(vec![limited], 0).unwrap();
    world.show_details(LINUS, ONE).await;
    world.quiet().await;
    assert_eq!((world.bot_replies(ONE).len(), world.files(ONE).len()), (2, 1));
    assert!(world.slack.faults().violations.is_empty());
}

#[tokio::test]
async fn a_refused_file_is_left_out_with_a_remark_and_delays_nothing() {
    for (method, code) in [
        ("files.getUploadURLExternal", "missing_scope"),
        ("files.getUploadURLExternal", "file_uploads_disabled"),
        ("files.completeUploadExternal", "posting_to_channel_denied"),
    ] {
        let mut world = with_alert(json!({"firstEvent": long_event(), "destinations": ["d1"]})).await;
        let refused = Fault { error: Some(code.to_owned()), ..Fault::new(method, FaultKind::Error) };
        world.slack.set_faults(vec![refused], 0).unwrap();
        world.show_details(LINUS, ONE).await;
        world.step_fanout().await;
        assert_eq!((world.bot_replies(ONE).len(), world.files(ONE).len()), (1, 0), "{code}");
        let remark = world.remark("d1").await.unwrap();
        assert!(remark.contains(code) && remark.contains("could not be attached"), "{remark}");
        world.choose(LINUS, ONE, "status", "TRIAGED").await;
        world.quiet().await;
        assert_eq!(world.bot_replies(ONE).len(), 2, "{code}: the next activity comes after it");
    }
}

#[tokio::test]
async fn files_that_fail_for_minutes_are_left_out() {
    let mut world = with_alert(json!({"firstEvent": long_event(), "destinations": ["d1"]})).await;
    world.slack.set_faults(vec![Fault::new("upload", FaultKind::Http500)], 0).unwrap();
    world.show_details(LINUS, ONE).await;
    let began = world.now();
    world.quiet().await;
    let waited = world.now().duration_since(began);
    assert!(waited.as_mins() < 10, "{waited:?}");
    assert_eq!((world.bot_replies(ONE).len(), world.files(ONE).len()), (1, 0));
    assert!(world.remark("d1").await.unwrap().contains("could not be attached"));
}

#[tokio::test]
async fn guests_and_the_unregistered_see_no_details_and_only_they_are_told() {
    let mut world = with_alert(json!({})).await;
    for (user, why) in [(GUEST, "Guests"), (NOBODY, "not registered")] {
        assert_eq!(world.show_details(user, ONE).await, 200);
        let told = world.slack.ephemerals(user);
        assert!(told.last().unwrap().text.contains(why), "{told:?}");
    }
    world.quiet().await;
    assert!(world.bot_replies(ONE).is_empty());
    assert_eq!(world.record("a1").await.activities.len(), 1);
}

#[tokio::test]
async fn if_the_queue_does_not_take_the_click_the_person_sees_a_failure() {
    let mut world = with_alert(json!({})).await;
    world.edge.throttle("SendMessage", 9);
    assert_eq!(world.show_details(LINUS, ONE).await, 500);
    world.advance(Duration::from_secs(1));
    world.quiet().await;
    assert!(world.bot_replies(ONE).is_empty());
}
