//! What people write in an alert's thread is a comment, and shows in its other threads (promises 1, 4, 5, 7 and 9).

use crate::world::{AUSTON, GUEST, LINUS, NOBODY, ONE, QUIET, TWO, VIEWER, World, slack_world};
use alert::DeliveryState;
use serde_json::{Value, json};

async fn with_alert() -> World {
    let mut world = World::new().await;
    world.produce("a1", json!({}));
    world.quiet().await;
    world
}

/// A person's reply in the thread of channel ONE's message, as an event.
fn reply(world: &World, ts: &str, text: &str) -> Value {
    json!({
        "type": "message", "channel": ONE, "channel_type": "channel", "user": LINUS, "ts": ts, "event_ts": ts,
        "thread_ts": world.message(ONE).ts, "parent_user_id": crate::world::BOT, "text": text,
    })
}

/// The same changed to `text` at `edited`.
fn edit(world: &World, ts: &str, before: &str, text: &str, edited: &str) -> Value {
    let mut message = reply(world, ts, text);
    message["edited"] = json!({"user": LINUS, "ts": format!("{}.000000", &edited[..10])});
    json!({
        "type": "message", "subtype": "message_changed", "channel": ONE, "ts": edited, "event_ts": edited, "hidden": true,
        "message": message, "previous_message": reply(world, ts, before),
    })
}

const TS: &str = "1795250100.000100";

#[tokio::test]
async fn a_reply_is_a_comment_in_its_authors_name_reaches_the_other_channel_and_is_not_sent_back() {
    let mut world = with_alert().await;
    world.write(LINUS, ONE, "Looks like Robin").await;
    world.quiet().await;
    world.deliver_events().await;
    assert!(world.changes.is_empty(), "what we post is not read back");
    assert_eq!(world.comments("a1").await, [("Linus".to_owned(), "Looks like Robin".to_owned())]);
    assert_eq!(world.replies(ONE), [""; 0], "no echo");
    assert_eq!(world.replies(TWO), ["Linus commented: Looks like Robin"]);
    let said = world.edge.events();
    assert_eq!(said.last().unwrap()["DetailType"], "alert.comment_added");
    // And the other way.
    world.write(AUSTON, TWO, "It was").await;
    world.quiet().await;
    assert_eq!(world.replies(ONE), ["Auston commented: It was"]);
    assert_eq!(world.replies(TWO).len(), 1);
    let record = world.record("a1").await;
    assert!(
        record.deliveries.iter().all(|d| d.delivery.synced_seq == 3 && d.delivery.state == DeliveryState::Delivered)
    );
}

#[tokio::test]
async fn whoever_can_write_there_can_comment_and_only_the_registered_stand_in_their_own_name() {
    let mut world = with_alert().await;
    for user in [NOBODY, GUEST, VIEWER] {
        world.write(user, ONE, "hello").await;
    }
    // Not vouched for by Slack any more: not taken for the registered user with that email.
    world.slack.patch_user(AUSTON, &json!({"is_email_confirmed": false})).unwrap();
    world.write(AUSTON, ONE, "hello").await;
    world.quiet().await;
    let names: Vec<String> = world.comments("a1").await.into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["nobody (Slack)", "guest (Slack)", "Viewer", "auston (Slack)"]);
    let (_, comments) = world.rest("GET", "/alert-comments?alert-id=a1", json!(null)).await;
    let nobody = json!({"id": "system", "type": "system", "name": "nobody (Slack)", "slackUserId": NOBODY});
    assert_eq!(comments["results"][0]["createdBy"], nobody);
    assert_eq!(world.replies(TWO)[0], "nobody (Slack) commented: hello");
    assert!(world.slack.ephemerals(NOBODY).is_empty(), "nobody is refused");
    let said = world.edge.events();
    let said: Vec<Value> = said.iter().map(|e| serde_json::from_str(e["Detail"].as_str().unwrap()).unwrap()).collect();
    assert_eq!(
        said[1]["actor"],
        json!({"type": "system", "id": null, "slackUser": {"id": NOBODY, "name": "nobody (Slack)"}})
    );
}

#[tokio::test]
async fn in_an_org_wide_install_members_and_strangers_of_shared_channels_comment_too() {
    let mut grid = slack_world();
    grid.enterprise = serde_json::from_value(json!({"id": "E0ACME0001", "name": "Acme Org"})).unwrap();
    grid.app.org_wide = true;
    let mut world = World::with(grid).await;
    world.produce("a1", json!({}));
    world.quiet().await;
    // From another organisation, with an email that somebody here has too.
    let stranger = json!({"team_id": "T0OTHER001", "is_stranger": true, "email": "auston@acme.example"});
    world.slack.patch_user(NOBODY, &stranger).unwrap();
    let ts = world.write(LINUS, ONE, "ours").await;
    world.write(NOBODY, TWO, "theirs").await;
    world.quiet().await;
    world.rewrite(LINUS, ONE, &ts, "still ours").await;
    world.quiet().await;
    let comments = world.comments("a1").await;
    assert_eq!(comments[0], ("Linus".to_owned(), "still ours".to_owned()));
    assert_eq!(comments[1], ("nobody (Slack)".to_owned(), "theirs".to_owned()));
    assert_eq!(world.replies(ONE), ["nobody (Slack) commented: theirs"]);
    assert_eq!(world.replies(TWO), ["Linus commented: still ours"]);
}

#[tokio::test]
async fn what_is_no_persons_words_in_an_alerts_thread_is_acknowledged_and_costs_nothing() {
    let mut world = with_alert().await;
    world.deliver_events().await;
    let plain = reply(&world, TS, "hello");
    let with = |change: &dyn Fn(&mut Value)| {
        let mut event = plain.clone();
        change(&mut event);
        event
    };
    let unfurled = {
        let mut event = edit(&world, TS, "https://a.example", "https://a.example", "1795250101.000200");
        event["message"]["attachments"] = json!([{"title": "A page"}]);
        event
    };
    let language = {
        let mut event = unfurled.clone();
        event["message"].as_object_mut().unwrap().remove("edited");
        event
    };
    let events = [
        with(&|e| e["bot_id"] = json!("B0MARGAY01")),
        with(&|e| e["app_id"] = json!("A0MARGAY01")),
        with(&|e| e["user"] = json!(crate::world::BOT)),
        with(&|e| e["bot_id"] = json!("B0OTHER001")),
        with(&|e| (e["subtype"], e["bot_id"]) = (json!("bot_message"), json!("B0OTHER001"))),
        with(&|e| e["subtype"] = json!("channel_join")),
        with(&|e| drop(e.as_object_mut().unwrap().remove("thread_ts"))),
        unfurled,
        language,
    ];
    world.edge.take_calls();
    let mark = world.slack.mark();
    for event in events {
        assert_eq!(world.message_event(&event, 0).await, 200, "{event}");
    }
    let calls = world.edge.take_calls();
    assert!(calls.keys().all(|call| call == "GetSecretValue"), "{calls:?}");
    assert!(world.slack.calls_since(mark).is_empty() && world.changes.is_empty());

    // Other threads cost one look.
    let elsewhere = with(&|e| (e["thread_ts"], e["parent_user_id"]) = (json!("1795250000.000001"), json!(AUSTON)));
    assert_eq!(world.message_event(&elsewhere, 0).await, 200);
    assert_eq!(world.edge.take_calls()["GetItem"], 1);
    assert!(world.slack.calls_since(mark).is_empty() && world.changes.is_empty());
}

#[tokio::test]
async fn a_message_of_ours_that_is_no_alert_takes_no_comments() {
    let mut world = with_alert().await;
    // One of which somebody else's app says that it is an alert, and one that is not there any more.
    let metadata = json!({"event_type": "margay_delivery", "event_payload": {"delivery": "a1/d1"}});
    let mut event = reply(&world, TS, "hello");
    let copied = world.slack.post_with_metadata(AUSTON, ONE, "Alert a1", metadata).unwrap();
    event["thread_ts"] = json!(copied);
    assert_eq!(world.message_event(&event, 0).await, 200);
    event["thread_ts"] = json!("1795250000.000009");
    assert_eq!(world.message_event(&event, 0).await, 200);
    assert!(world.changes.is_empty());
}

#[tokio::test]
async fn an_edit_replaces_the_comment_and_updates_the_other_threads_reply() {
    let mut world = with_alert().await;
    let ts = world.write(LINUS, ONE, "It was Robin").await;
    world.quiet().await;
    for text in ["It was <Sam>", "It was Sam & Max"] {
        world.rewrite(LINUS, ONE, &ts, text).await;
        world.quiet().await;
    }
    assert_eq!(world.comments("a1").await, [("Linus".to_owned(), "It was Sam & Max".to_owned())]);
    let thread = world.message(TWO).thread;
    assert_eq!(thread.len(), 1);
    assert_eq!((thread[0].text.as_str(), thread[0].edits), ("Linus commented: It was Sam &amp; Max", 2));
    assert_eq!(thread[0].metadata.as_ref().unwrap()["event_payload"], json!({"delivery": "a1/d2", "seq": 2}));
    assert!(world.replies(ONE).is_empty());
    let (_, alert) = world.rest("GET", "/alerts/a1", json!(null)).await;
    let kinds: Vec<_> = alert["activity"].as_array().unwrap().iter().map(|a| a["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["CREATED", "COMMENT_ADDED", "COMMENT_EDITED", "COMMENT_EDITED"]);
    let said = world.edge.events();
    assert_eq!(said.last().unwrap()["DetailType"], "alert.comment_edited");
}

#[tokio::test]
async fn edits_that_come_out_of_order_or_again_leave_the_last_one_even_within_a_second() {
    let mut world = with_alert().await;
    let post = reply(&world, TS, "one");
    let first = edit(&world, TS, "one", "two", "1795250110.000200");
    let second = edit(&world, TS, "two", "three", "1795250110.900100");
    for event in [&post, &second, &first, &second, &post, &first] {
        assert_eq!(world.message_event(event, 0).await, 200);
        world.quiet().await;
        world.advance(std::time::Duration::from_secs(400));
    }
    assert_eq!(world.comments("a1").await, [("Linus".to_owned(), "three".to_owned())]);
    assert_eq!(world.replies(TWO), ["Linus commented: three"]);
    assert_eq!(world.record("a1").await.alert.triage.seq, 3, "the older edit has no effect, nor has any repetition");
}

#[tokio::test]
async fn a_deleted_message_stays_a_comment_and_an_edit_after_it_has_no_effect() {
    let mut world = with_alert().await;
    let ts = world.write(NOBODY, ONE, "hm").await;
    world.quiet().await;
    world.delete(ONE, &ts).await;
    world.quiet().await;
    let late = edit(&world, &ts, "hm", "hmm", "1795299999.000200");
    assert_eq!(world.message_event(&late, 0).await, 200);
    world.quiet().await;
    assert_eq!(world.comments("a1").await, [("nobody (Slack)".to_owned(), "hm".to_owned())]);
    assert_eq!(world.replies(TWO), ["nobody (Slack) commented: hm"]);
    assert_eq!(world.message(TWO).thread[0].edits, 0);
    let (_, alert) = world.rest("GET", "/alerts/a1", json!(null)).await;
    let last = alert["activity"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["kind"], &last["commentSeq"]), (&json!("COMMENT_DELETED"), &json!(2)));
    assert_eq!(world.edge.events().last().unwrap()["DetailType"], "alert.comment_deleted");
}

#[tokio::test]
async fn if_the_alerts_message_is_deleted_its_comments_stay_and_show_in_the_new_thread() {
    let mut world = with_alert().await;
    world.write(LINUS, ONE, "still true").await;
    world.quiet().await;
    let parent = world.message(ONE).ts;
    world.delete(ONE, &parent).await;
    assert!(world.changes.is_empty(), "a tombstone deletes no comment");
    world.choose(LINUS, TWO, "status", "TRIAGED").await;
    world.quiet().await;
    let fresh: Vec<_> = world.messages(ONE).into_iter().filter(|message| message.metadata.is_some()).collect();
    assert_eq!(fresh.len(), 1);
    let thread: Vec<&str> = fresh[0].thread.iter().map(|reply| reply.text.as_str()).collect();
    assert_eq!(thread[0], "Linus commented: still true");
    assert_eq!(thread.len(), 2);
}

#[tokio::test]
async fn a_shared_file_is_named_behind_the_text_and_a_broadcast_reply_is_one_comment() {
    let mut world = with_alert().await;
    let mut file = reply(&world, TS, "see");
    (file["subtype"], file["files"]) = (json!("file_share"), json!([{"id": "F1", "name": "dump <1>.pcap"}]));
    let mut broadcast = reply(&world, "1795250200.000100", "all clear");
    broadcast["root"] = json!({"user": crate::world::BOT, "ts": broadcast["thread_ts"], "type": "message"});
    let plain = broadcast.clone();
    broadcast["subtype"] = json!("thread_broadcast");
    for event in [&file, &broadcast, &plain] {
        assert_eq!(world.message_event(event, 0).await, 200);
    }
    world.quiet().await;
    let bodies: Vec<String> = world.comments("a1").await.into_iter().map(|(_, body)| body).collect();
    assert_eq!(bodies, ["see\n\n(shared a file in Slack: dump <1>.pcap)", "all clear"]);
    assert_eq!(world.replies(TWO).len(), 2);
}

#[tokio::test]
async fn formatting_is_kept_as_markdown() {
    let mut world = with_alert().await;
    let mut event = reply(&world, TS, "*b* ...");
    event["blocks"] = json!([{"type": "rich_text", "elements": [
        {"type": "rich_text_section", "elements": [
            {"type": "text", "text": "b", "style": {"bold": true}}, {"type": "text", "text": " ask "},
            {"type": "user", "user_id": AUSTON},
        ]},
        {"type": "rich_text_list", "style": "bullet", "indent": 0, "elements": [
            {"type": "rich_text_section", "elements": [{"type": "link", "url": "https://a.example", "text": "here"}]},
        ]},
    ]}]);
    world.message_event(&event, 0).await;
    world.quiet().await;
    let body = format!("**b** ask <@{AUSTON}>\n\n- [here](https://a.example)");
    assert_eq!(world.comments("a1").await, [("Linus".to_owned(), body)]);
}

#[tokio::test]
async fn hostile_text_is_text_in_the_other_channel() {
    let mut world = with_alert().await;
    let mut event = reply(&world, TS, "");
    event["blocks"] = json!([{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [
        {"type": "broadcast", "range": "channel"}, {"type": "text", "text": " <!here> <@U0AUSTON01> *b* \u{202e}x\u{0} "},
        {"type": "user", "user_id": AUSTON}, {"type": "link", "url": "https://evil.example", "text": "bank"},
        {"type": "usergroup", "usergroup_id": "S1"},
    ]}]}]);
    assert_eq!(world.message_event(&event, 0).await, 200);
    let long = reply(&world, "1795250101.000100", &"<!channel> &".repeat(3000));
    assert_eq!(world.message_event(&long, 0).await, 200);
    world.quiet().await;
    let thread = world.message(TWO).thread;
    assert_eq!(thread.len(), 2);
    for reply in thread {
        assert!(
            !reply.text.contains("<!") && !reply.text.contains("<@") && !reply.text.contains("://e"),
            "{}",
            reply.text
        );
        let blocks = serde_json::to_string(&reply.blocks).unwrap();
        for kind in ["broadcast", "\"link\"", "usergroup\"", AUSTON] {
            let leaf = format!("\"type\":\"{kind}");
            assert!(!blocks.contains(&leaf) && !blocks.contains("\"user_id\":\"U0AUSTON01\""), "{blocks}");
        }
    }
    let (_, body) = world.comments("a1").await.remove(1);
    assert!(body.ends_with("… (cut)") && body.chars().count() == 10_000);
}

#[tokio::test]
async fn the_switch_of_each_side_decides() {
    let mut world = World::new().await;
    let off = json!({"displayName": "quiet", "channel": QUIET, "twoWayComments": false});
    world.add_destination("d3", off).await;
    world.produce("a1", json!({}));
    world.quiet().await;
    // Written where it is off: no comment.
    let unheard = world.write(LINUS, QUIET, "among us").await;
    assert!(world.changes.is_empty());
    // Written where it is on: shown where it is on.
    let heard = world.write(LINUS, ONE, "for all").await;
    world.quiet().await;
    world.rewrite(LINUS, ONE, &heard, "for everybody").await;
    world.quiet().await;
    let by_api = json!({"alertId": "a1", "body": "from the console"});
    assert_eq!(world.rest("POST", "/alert-comments", by_api).await.0, 200);
    world.quiet().await;
    assert_eq!(world.comments("a1").await.len(), 2);
    assert!(world.replies(QUIET).is_empty());
    let [first, second] = <[String; 2]>::try_from(world.replies(TWO)).unwrap();
    assert_eq!(first, "Linus commented: for everybody");
    assert!(second.ends_with("(via API) commented: from the console"), "{second}");
    assert_eq!(world.replies(ONE), [second]);

    // Switched on later: what was not heard then stays so, even if it is edited.
    let id = alert::DestinationId::new("d3").unwrap();
    let old = world.store.destination(&id).await.unwrap().unwrap();
    let mut new = old.clone();
    new.settings.two_way_comments = true;
    world.store.update_destination(&old, &new).await.unwrap();
    world.deliver_events().await;
    world.advance(std::time::Duration::from_secs(600));
    world.rewrite(LINUS, QUIET, &unheard, "among friends").await;
    world.rewrite(LINUS, ONE, &heard, "for one and all").await;
    world.quiet().await;
    assert_eq!(world.comments("a1").await.len(), 2);
    assert!(world.replies(QUIET).is_empty(), "there is no reply to edit, and none is posted");
    assert_eq!(world.replies(TWO)[0], "Linus commented: for one and all");
}

#[tokio::test]
async fn a_deleted_destinations_thread_takes_no_comments() {
    let mut world = with_alert().await;
    let id = alert::DestinationId::new("d1").unwrap();
    let destination = world.store.destination(&id).await.unwrap().unwrap();
    world.store.delete_destination(&destination).await.unwrap();
    world.write(LINUS, ONE, "anybody?").await;
    assert!(world.changes.is_empty());
}

#[tokio::test]
async fn a_comment_costs_two_reads_and_one_message_once_its_author_is_known() {
    let mut world = with_alert().await;
    world.write(LINUS, ONE, "one").await;
    world.quiet().await;
    world.deliver_events().await;
    world.edge.take_calls();
    let mark = world.slack.mark();
    world.write(LINUS, ONE, "two").await;
    let calls: Vec<String> = world.edge.take_calls().iter().map(|(name, n)| format!("{name}:{n}")).collect();
    assert_eq!(calls, ["GetItem:2", "SendMessage:1"]);
    assert!(world.slack.calls_since(mark).is_empty());
}
