//! An alert comes in, is triaged, and every copy agrees.

use crate::world::{AUSTON, LINUS, ONE, QUIET, TWO, World};
use alert::{DeliveryState, Status};
use serde_json::json;

fn texts(message: &slack_simulator::Message) -> Vec<String> {
    message.thread.iter().map(|reply| reply.text.clone()).collect()
}

#[tokio::test]
async fn an_alert_is_shown_in_both_channels_and_on_the_bus() {
    let mut world = World::new().await;
    world.produce("a1", json!({"description": "Somebody did <!channel> something"}));
    world.quiet().await;
    for channel in [ONE, TWO] {
        let message = world.message(channel);
        assert!(message.text.contains("Alert a1"), "{}", message.text);
        assert!(!message.text.contains("<!channel>"));
        assert!(message.thread.is_empty());
    }
    let record = world.record("a1").await;
    assert!(record.deliveries.iter().all(|d| d.delivery.state == DeliveryState::Delivered));
    let kinds: Vec<_> = world.edge.events().iter().map(|e| e["DetailType"].as_str().unwrap().to_owned()).collect();
    assert_eq!(kinds, ["alert.created"]);
}

#[tokio::test]
async fn what_is_clicked_in_one_channel_shows_in_the_other_the_api_and_the_history() {
    let mut world = World::new().await;
    world.produce("a1", json!({}));
    world.quiet().await;
    assert_eq!(world.choose(LINUS, ONE, "status", "TRIAGED").await, 200);
    world.quiet().await;
    assert_eq!(world.choose(AUSTON, TWO, "assign", "auston").await, 200);
    world.quiet().await;
    for channel in [ONE, TWO] {
        let message = world.message(channel);
        assert!(message.text.contains("Triaged") && message.text.contains("Auston"), "{}", message.text);
        let thread = texts(&message);
        assert_eq!(thread.len(), 2, "{thread:?}");
        assert!(thread[0].contains("Open to Triaged"), "{thread:?}");
        assert!(thread[1].contains("assigned the alert to Auston"), "{thread:?}");
        let mention = json!({"type": "user", "user_id": AUSTON}).to_string();
        assert!(serde_json::to_string(&message.thread[1].blocks).unwrap().contains(&mention));
    }
    let (status, alert) = world.rest("GET", "/alerts/a1", json!(null)).await;
    assert_eq!((status, &alert["status"]), (200, &json!("TRIAGED")));
    assert_eq!(alert["assignee"]["id"], "auston");
}

#[tokio::test]
async fn resolving_asks_for_a_comment_which_reaches_every_copy() {
    let mut world = World::new().await;
    world.produce("a1", json!({}));
    world.quiet().await;
    assert_eq!(world.choose(LINUS, ONE, "status", "RESOLVED").await, 200);
    world.quiet().await;
    assert_eq!(world.record("a1").await.alert.triage.status, Status::Open, "nothing before the modal is submitted");
    assert_eq!(world.submit(LINUS, Some("It was *me* <@U1>")).await.status(), 200);
    world.quiet().await;
    assert!(world.slack.views(LINUS).is_empty());
    for channel in [ONE, TWO] {
        let thread = texts(&world.message(channel));
        assert!(thread[0].contains("Resolved") && thread[0].contains("It was"), "{thread:?}");
        assert!(!thread[0].contains("<@U1>"), "a comment mentions nobody: {thread:?}");
    }
    let (_, comments) = world.rest("GET", "/alert-comments?alert-id=a1", json!(null)).await;
    assert_eq!(comments["results"][0]["body"], "It was *me* <@U1>");
}

#[tokio::test]
async fn an_api_change_shows_only_where_the_switch_is_on_until_the_next_one_that_does() {
    let mut world = World::new().await;
    let off = json!({"displayName": "quiet", "channel": QUIET, "twoWayStatus": false});
    world.add_destination("d3", off).await;
    world.produce("a1", json!({}));
    world.quiet().await;
    assert_eq!(world.rest("PATCH", "/alerts/a1", json!({"status": "TRIAGED"})).await.0, 204);
    let (_, own_write) = world.rest("GET", "/alerts/a1", json!(null)).await;
    assert_eq!(own_write["status"], "TRIAGED", "a client reads its own write");
    world.quiet().await;
    assert_eq!(texts(&world.message(ONE)).len(), 1);
    let quiet = world.message(QUIET);
    assert!(quiet.text.contains("Open") && quiet.thread.is_empty() && quiet.edits == 0, "{quiet:?}");
    // An assignee change does reach it, and shows the status too.
    world.rest("PATCH", "/alerts/a1", json!({"assignee": "linus"})).await;
    world.quiet().await;
    let quiet = world.message(QUIET);
    assert!(quiet.text.contains("Triaged") && quiet.thread.len() == 1, "{quiet:?}");
}

#[tokio::test]
async fn the_same_alert_a_hundred_times_is_one_message_a_channel() {
    let mut world = World::new().await;
    for _ in 0..100 {
        world.produce("a1", json!({}));
    }
    world.quiet().await;
    world.message(ONE);
    world.message(TWO);
    assert_eq!(world.record("a1").await.alert.received, 100);
    assert_eq!(world.edge.events().len(), 1);
}

#[tokio::test]
async fn routing_to_nothing_is_recorded_with_its_reason() {
    let mut world = World::new().await;
    world.produce("skipped", json!({"destinations": ["d1", "SKIP"]}));
    world.produce("low", json!({"severity": "LOW"}));
    world.produce("lost", json!({"destinations": ["nowhere"]}));
    world.quiet().await;
    assert!(world.messages(ONE).is_empty() && world.messages(TWO).is_empty());
    for (id, why) in [("skipped", "SKIP"), ("low", "takes alerts"), ("lost", "nowhere")] {
        let (_, alert) = world.rest("GET", &format!("/alerts/{id}"), json!(null)).await;
        assert!(alert["routing"]["nowhere"].as_str().unwrap().contains(why), "{alert}");
    }
}

#[tokio::test]
async fn an_unreadable_message_reaches_the_dead_letter_queue_as_it_is_and_the_rest_is_done() {
    let mut world = World::new().await;
    world.alerts.push("{\"title\": 7}");
    world.produce("a1", json!({}));
    world.quiet().await;
    world.message(ONE);
    let dead: Vec<_> = world.alerts.dead.iter().map(|message| message.body.as_str()).collect();
    assert_eq!(dead, ["{\"title\": 7}"]);
    world.alerts.redrive();
    world.quiet().await;
    assert_eq!(world.alerts.dead.len(), 1, "redriving it does no harm");
}

/// What each action costs, in calls: a change that makes it dearer has to say so here.
#[tokio::test]
async fn the_number_of_calls_for_each_action_is_held() {
    let mut world = World::new().await;
    let count = |calls: &std::collections::BTreeMap<String, usize>| {
        calls
            .iter()
            .filter(|(name, _)| *name != "GetSecretValue")
            .map(|(name, n)| format!("{name}:{n}"))
            .collect::<Vec<_>>()
    };
    world.edge.take_calls();
    let mark = world.slack.mark();
    world.produce("a1", json!({}));
    world.step_dispatch().await;
    assert_eq!(count(&world.edge.take_calls()), ["PutItem:3", "Query:1", "SendMessage:1", "TransactWriteItems:2"]);
    assert_eq!(count(&world.slack.calls_since(mark)), ["chat.postMessage:2"]);
    world.step_fanout().await;
    assert_eq!(count(&world.edge.take_calls()), ["PutEvents:1", "Query:2", "UpdateItem:1"]);

    let mark = world.slack.mark();
    world.choose(LINUS, ONE, "status", "TRIAGED").await;
    // The first click of a person also asks who they are.
    assert_eq!(count(&world.edge.take_calls()), ["GetItem:2", "SendMessage:1"]);
    assert_eq!(count(&world.slack.calls_since(mark)), ["auth.test:1", "users.info:1"]);
    let mark = world.slack.mark();
    world.step_fanout().await;
    assert_eq!(
        count(&world.edge.take_calls()),
        ["GetItem:1", "PutEvents:1", "PutItem:4", "Query:2", "TransactWriteItems:1", "UpdateItem:1"]
    );
    assert_eq!(count(&world.slack.calls_since(mark)), ["chat.postMessage:2", "chat.update:2"]);

    let mark = world.slack.mark();
    world.choose(LINUS, TWO, "status", "OPEN").await;
    assert_eq!(count(&world.edge.take_calls()), ["SendMessage:1"], "one call to acknowledge a click");
    assert!(world.slack.calls_since(mark).is_empty());
}
