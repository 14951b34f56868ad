//! Asked, answered, cancelled: who may, how often, and who sees it.

use super::{CANCEL, CONFIRM, QUESTION, REPORT, asked, has_controls, with_alert};
use crate::world::{AUSTON, GUEST, LINUS, NOBODY, ONE, TWO, VIEWER, World};
use alert::Status;
use alert::boomerang::{End, MAX_OPEN, Verdict};
use serde_json::{Value, json};
use slack::control::ACTION_BOOMERANG;
use slack_simulator::{Fault, FaultKind};

fn mentions(message: &slack_simulator::Message, user: &str) -> bool {
    let mention = json!({"type": "user", "user_id": user}).to_string();
    serde_json::to_string(&message.blocks).unwrap().contains(&mention)
}

#[tokio::test]
async fn a_question_reaches_the_recipient_and_every_thread() {
    let mut world = with_alert(json!({"firstEvent": {"eventName": "ConsoleLogin", "user": "<!channel>"}})).await;
    let answer = world.submit_boomerang(LINUS, NOBODY, true).await;
    assert_eq!((answer.status().as_u16(), answer.body().as_str()), (200, ""));
    assert!(world.slack.views(LINUS).is_empty());
    world.quiet().await;
    let (_, message) = world.direct_message(NOBODY);
    assert!(message.text.starts_with("Your help has been requested!"), "{}", message.text);
    let shown = serde_json::to_string(&message.blocks).unwrap();
    for part in ["Your help has been requested!", "Was that you, <@U1>? *Really*?", "ConsoleLogin", "Report Suspicious"]
    {
        assert!(shown.contains(part), "{part} is missing: {shown}");
    }
    assert!(mentions(&message, LINUS), "who asks is told");
    for channel in [ONE, TWO] {
        let parent = world.message(channel);
        assert_eq!(parent.thread.len(), 1, "{:?}", parent.thread);
        assert!(parent.thread[0].text.contains("asked nobody") && mentions(&parent.thread[0], LINUS));
        assert!(!parent.thread[0].text.contains("<@U1>"), "{}", parent.thread[0].text);
        assert!(!mentions(&parent.thread[0], NOBODY), "who is asked is not called into the alert's thread");
        assert!(has_controls(&parent.thread[0]), "it can be cancelled");
    }
    let (_, alert) = world.rest("GET", "/alerts/a1", json!(null)).await;
    let activity = &alert["activity"][1];
    assert_eq!((&activity["kind"], &activity["question"]), (&json!("BOOMERANG_SENT"), &json!(QUESTION)));
    assert_eq!(activity["recipient"], json!({"id": NOBODY, "name": "nobody"}));
    let said: Vec<_> = world.edge.events().iter().map(|event| event["DetailType"].clone()).collect();
    assert_eq!(said, ["alert.created", "alert.boomerang_sent"]);
}

#[tokio::test]
async fn without_a_first_event_there_is_nothing_to_share_and_what_is_not_shared_is_not_shown() {
    let mut world = with_alert(json!({})).await;
    world.open_boomerang(LINUS, ONE).await;
    let view = world.slack.views(LINUS).pop().unwrap();
    assert!(!view.to_string().contains("Share Event Details"), "{view}");
    let mut world = with_alert(json!({"firstEvent": {"eventName": "ConsoleLogin"}})).await;
    world.open_boomerang(LINUS, ONE).await;
    let view = world.slack.views(LINUS).pop().unwrap().to_string();
    assert!(view.contains("Share Event Details with Recipient") && view.contains("ConsoleLogin"), "{view}");
    let mut world = asked().await;
    let (_, message) = world.direct_message(NOBODY);
    assert!(!serde_json::to_string(&message).unwrap().contains("ConsoleLogin"));
    let _ = world.sweep().await;
}

#[tokio::test]
async fn an_answer_shows_everywhere_once_and_leaves_no_controls() {
    let mut world = asked().await;
    let click = world.answer(NOBODY, CONFIRM, Some("It was *me* <!channel>"));
    assert_eq!(world.hand(&click).await.status(), 200);
    world.quiet().await;
    let (_, message) = world.direct_message(NOBODY);
    assert!(!has_controls(&message) && message.text.contains("You answered: Confirm"), "{}", message.text);
    assert!(serde_json::to_string(&message.blocks).unwrap().contains("It was *me* <!channel>"));
    for channel in [ONE, TWO] {
        let parent = world.message(channel);
        assert_eq!(parent.thread.len(), 2);
        let reply = &parent.thread[1];
        assert!(
            reply.text.contains("nobody (Slack) answered: Confirm") && reply.text.contains("It was *me*"),
            "{}",
            reply.text
        );
        assert!(!reply.text.contains("<!channel>"));
        assert!(!has_controls(&parent.thread[0]), "nothing is left to cancel");
    }
    let End::Answered { verdict, answer, late, .. } = world.boomerang().await.end.unwrap() else { panic!("answered") };
    assert_eq!((verdict, answer.as_deref(), late), (Verdict::Confirmed, Some("It was *me* <!channel>"), false));
    let (_, alert) = world.rest("GET", "/alerts/a1", json!(null)).await;
    let activity = &alert["activity"][2];
    assert_eq!((&activity["kind"], &activity["verdict"]), (&json!("BOOMERANG_ANSWERED"), &json!("CONFIRMED")));
    assert_eq!(activity["actor"]["slackUserId"], json!(NOBODY));
    assert_eq!(activity["reopenedFrom"], Value::Null);
    assert_eq!(world.edge.events()[2]["DetailType"], "alert.boomerang_answered");
}

#[tokio::test]
async fn both_buttons_work_without_a_text_and_a_registered_recipient_answers_under_their_own_name() {
    for (button, words) in [(CONFIRM, "answered: Confirm"), (REPORT, "answered: Report Suspicious Activity")] {
        let mut world = with_alert(json!({})).await;
        world.ask(LINUS, AUSTON).await;
        let click = world.answer(AUSTON, button, None);
        world.hand(&click).await;
        world.quiet().await;
        assert!(world.thread(TWO)[1].contains(words), "{:?}", world.thread(TWO));
        let (_, alert) = world.rest("GET", "/alerts/a1", json!(null)).await;
        assert_eq!(alert["activity"][2]["actor"]["id"], "auston");
        assert_eq!(alert["status"], "OPEN", "an open alert stays open");
    }
}

#[tokio::test]
async fn reporting_suspicious_activity_opens_a_closed_alert_again_and_says_so() {
    for (status, label) in [("RESOLVED", "Resolved"), ("CLOSED", "Invalid")] {
        let mut world = asked().await;
        world.rest("PATCH", "/alerts/a1", json!({"status": status})).await;
        world.quiet().await;
        let click = world.answer(NOBODY, REPORT, Some("not me"));
        world.hand(&click).await;
        world.quiet().await;
        assert_eq!(world.record("a1").await.alert.triage.status, Status::Open);
        for channel in [ONE, TWO] {
            let parent = world.message(channel);
            assert!(parent.text.contains("Status: Open"), "{}", parent.text);
            let reply = parent.thread.last().unwrap();
            assert!(reply.text.contains(&format!("The alert was {label} and is open again.")), "{}", reply.text);
        }
        let (_, alert) = world.rest("GET", "/alerts/a1", json!(null)).await;
        assert_eq!(alert["activity"].as_array().unwrap().last().unwrap()["reopenedFrom"], status);
    }
    // Triaged is no end, and Confirm opens nothing.
    for (status, button) in [("TRIAGED", REPORT), ("RESOLVED", CONFIRM)] {
        let mut world = asked().await;
        world.rest("PATCH", "/alerts/a1", json!({"status": status})).await;
        let click = world.answer(NOBODY, button, None);
        world.hand(&click).await;
        world.quiet().await;
        assert_eq!(world.record("a1").await.alert.triage.status.as_str(), status);
    }
}

#[tokio::test]
async fn the_first_answer_counts_and_the_second_is_told_so() {
    let mut world = asked().await;
    let first = world.answer(NOBODY, CONFIRM, Some("me"));
    world.advance(std::time::Duration::from_millis(7));
    let second = world.answer(NOBODY, REPORT, Some("not me"));
    // Both are on their way before either is applied.
    world.hand(&first).await;
    world.hand(&second).await;
    world.quiet().await;
    assert_eq!(world.thread(ONE).len(), 2);
    assert!(world.thread(ONE)[1].contains("Confirm"));
    let told = world.slack.ephemerals(NOBODY);
    assert!(told.len() == 1 && told[0].text.contains("answered already"), "{told:?}");
    // And once more, from a message that somebody's client still shows.
    world.advance(std::time::Duration::from_millis(7));
    assert_eq!(world.hand(&second).await.status(), 200);
    assert!(world.changes.is_empty());
    assert_eq!(world.slack.ephemerals(NOBODY).len(), 2);
}

#[tokio::test]
async fn a_replayed_and_reordered_answer_has_one_effect() {
    let mut world = asked().await;
    let click = world.answer(NOBODY, CONFIRM, Some("me"));
    for _ in 0..3 {
        assert_eq!(world.hand(&click).await.status(), 200);
        world.quiet().await;
    }
    assert_eq!(world.thread(TWO).len(), 2);
    assert_eq!(world.boomerangs().await.len(), 1);
    assert!(world.slack.ephemerals(NOBODY).is_empty(), "the same click is not told that it was too late");
}

#[tokio::test]
async fn a_modal_submitted_twice_asks_once() {
    let mut world = with_alert(json!({})).await;
    let view = world.open_boomerang(LINUS, ONE).await;
    let callback = world.submission(LINUS, &view, NOBODY, false);
    for _ in 0..3 {
        assert_eq!(world.hand(&callback).await.status(), 200);
        world.quiet().await;
        world.advance(std::time::Duration::from_secs(90));
    }
    world.direct_message(NOBODY);
    assert_eq!(world.thread(ONE).len(), 1);
}

/// The click of the recipient, in somebody else's name.
fn forged(world: &World, user: &str) -> http::Request<bytes::Bytes> {
    let click = world.answer(NOBODY, REPORT, Some("forged"));
    let (_, payload) = form_urlencoded::parse(&click.body).next().unwrap();
    let mut payload: Value = serde_json::from_str(&payload).unwrap();
    payload["user"]["id"] = json!(user);
    let body = form_urlencoded::Serializer::new(String::new()).append_pair("payload", &payload.to_string()).finish();
    let timestamp = world.now().as_second().to_string();
    let signature = slack_simulator::signature(crate::world::SIGNING_SECRET, &timestamp, body.as_bytes());
    http::Request::builder()
        .method("POST")
        .uri("/slack/interactions")
        .header("x-slack-request-timestamp", timestamp)
        .header("x-slack-signature", signature)
        .body(bytes::Bytes::from(body))
        .unwrap()
}

#[tokio::test]
async fn nobody_but_the_recipient_can_answer_however_the_click_comes() {
    for user in [LINUS, AUSTON, GUEST, VIEWER] {
        let mut world = asked().await;
        let request = forged(&world, user);
        assert_eq!(world.interactions().handle(request, world.now()).await.status(), 200);
        world.quiet().await;
        assert_eq!(world.thread(ONE).len(), 1, "{user}");
        assert!(world.boomerang().await.is_open(), "{user}");
    }
}

#[tokio::test]
async fn a_recipient_who_was_deactivated_or_left_cannot_answer() {
    for patch in [json!({"deleted": true}), json!({"team_id": "T0OTHER001"}), json!({"is_stranger": true})] {
        let mut world = asked().await;
        let click = world.answer(NOBODY, CONFIRM, None);
        world.slack.patch_user(NOBODY, &patch).unwrap();
        assert_eq!(world.hand(&click).await.status(), 200);
        world.quiet().await;
        assert!(world.boomerang().await.is_open(), "{patch}");
    }
    // Fails closed: if Slack cannot say who it is, the person sees a failure.
    let mut world = asked().await;
    let click = world.answer(NOBODY, CONFIRM, None);
    world.slack.set_faults(vec![Fault::new("users.info", FaultKind::Http500)], 0).unwrap();
    assert_eq!(world.hand(&click).await.status(), 500);
    assert!(world.changes.is_empty());
}

#[tokio::test]
async fn a_guest_of_ours_may_be_asked_and_answer() {
    let mut world = with_alert(json!({})).await;
    world.ask(LINUS, GUEST).await;
    let click = world.answer(GUEST, CONFIRM, None);
    world.hand(&click).await;
    world.quiet().await;
    assert!(!world.boomerang().await.is_open());
}

#[tokio::test]
async fn a_cancelled_question_says_so_to_the_recipient_and_takes_no_answer() {
    for canceller in [LINUS, AUSTON] {
        let mut world = asked().await;
        let answer = world.answer(NOBODY, CONFIRM, Some("me"));
        let reply = world.message(TWO).thread[0].ts.clone();
        assert_eq!(world.press(canceller, TWO, &reply, CANCEL).await.status(), 200);
        world.quiet().await;
        let (_, message) = world.direct_message(NOBODY);
        assert!(!has_controls(&message) && message.text.contains("cancelled"), "{}", message.text);
        for channel in [ONE, TWO] {
            let parent = world.message(channel);
            assert!(parent.thread[1].text.contains("cancelled the question to nobody"), "{:?}", parent.thread[1].text);
            assert!(!has_controls(&parent.thread[0]));
        }
        assert_eq!(world.hand(&answer).await.status(), 200);
        world.quiet().await;
        let told = world.slack.ephemerals(NOBODY);
        assert!(told.len() == 1 && told[0].text.contains("cancelled this question already"), "{told:?}");
        assert_eq!(world.thread(ONE).len(), 2);
        assert_eq!(world.edge.events().last().unwrap()["DetailType"], "alert.boomerang_cancelled");
    }
}

#[tokio::test]
async fn who_neither_asked_nor_manages_alerts_cannot_cancel_and_who_asked_always_can() {
    let mut world = asked().await;
    let reply = world.message(ONE).thread[0].ts.clone();
    for user in [NOBODY, VIEWER, GUEST] {
        assert_eq!(world.press(user, ONE, &reply, CANCEL).await.status(), 200);
        assert!(world.changes.is_empty(), "{user}");
        assert_eq!(world.slack.ephemerals(user).len(), 1, "{user}");
    }
    // The permission is gone, the question is still theirs.
    let id = alert::UserId::new("linus").unwrap();
    let old = world.store.user(&id).await.unwrap().unwrap();
    let mut new = old.clone();
    new.permissions = Vec::new();
    world.store.update_user(&old, &new).await.unwrap();
    world.secrets_are_read_anew().await;
    world.press(LINUS, ONE, &reply, CANCEL).await;
    world.quiet().await;
    assert!(!world.boomerang().await.is_open());
}

#[tokio::test]
async fn a_click_on_cancel_that_comes_too_late_is_told_so() {
    let mut world = asked().await;
    let reply = world.message(ONE).thread[0].ts.clone();
    let cancel = world.button(LINUS, ONE, &reply, CANCEL);
    let answer = world.answer(NOBODY, CONFIRM, None);
    world.hand(&answer).await;
    world.hand(&cancel).await;
    world.quiet().await;
    let told = world.slack.ephemerals(LINUS);
    assert!(told.len() == 1 && told[0].text.contains("answered already"), "{told:?}");
    assert_eq!(world.thread(ONE).len(), 2);
}

#[tokio::test]
async fn people_who_may_not_change_alerts_cannot_ask() {
    for (user, told) in [(GUEST, "Guests"), (NOBODY, "not registered"), (VIEWER, "ManageAlerts")] {
        let mut world = with_alert(json!({})).await;
        let ts = world.message(ONE).ts;
        assert_eq!(world.press(user, ONE, &ts, ACTION_BOOMERANG).await.status(), 200);
        assert!(world.slack.views(user).is_empty(), "{user}");
        let ephemerals = world.slack.ephemerals(user);
        assert!(ephemerals.len() == 1 && ephemerals[0].text.contains(told), "{user}: {ephemerals:?}");
    }
    // The permission may go while the modal is open.
    let mut world = with_alert(json!({})).await;
    let view = world.open_boomerang(LINUS, ONE).await;
    world.slack.patch_user(LINUS, &json!({"is_restricted": true})).unwrap();
    world.secrets_are_read_anew().await;
    let callback = world.submission(LINUS, &view, NOBODY, false);
    assert!(world.hand(&callback).await.body().contains("Guests"));
    assert!(world.changes.is_empty());
}

#[tokio::test]
async fn several_boomerangs_to_several_people_and_twice_to_the_same_one_work() {
    let mut world = with_alert(json!({})).await;
    for recipient in [NOBODY, GUEST, NOBODY] {
        world.ask(LINUS, recipient).await;
    }
    assert_eq!(world.direct_messages(NOBODY).len(), 2);
    assert_eq!(world.direct_messages(GUEST).len(), 1);
    let second = world.direct_messages(NOBODY)[1].clone();
    let conversation = world.slack.im_with(NOBODY).unwrap();
    world.press(NOBODY, &conversation, &second.ts, CONFIRM).await;
    world.quiet().await;
    let open: Vec<bool> = world.boomerangs().await.iter().map(|known| known.is_open()).collect();
    assert_eq!(open, [true, true, false]);
    let messages = world.direct_messages(NOBODY);
    assert!(has_controls(&messages[0]) && !has_controls(&messages[1]));
}

#[tokio::test]
async fn more_than_twenty_open_ones_are_refused_when_clicked_when_submitted_and_when_applied() {
    let mut world = with_alert(json!({})).await;
    let early = world.open_boomerang(AUSTON, ONE).await;
    for _ in 0..MAX_OPEN - 1 {
        world.ask(LINUS, NOBODY).await;
    }
    // Two at once for the last place.
    let one = world.open_boomerang(LINUS, ONE).await;
    let (one, two) = (world.submission(LINUS, &one, NOBODY, false), world.submission(AUSTON, &early, GUEST, false));
    assert_eq!(world.hand(&one).await.body(), "");
    assert_eq!(world.hand(&two).await.body(), "");
    world.quiet().await;
    assert_eq!(world.boomerangs().await.len(), MAX_OPEN);
    let told = world.slack.ephemerals(AUSTON);
    assert!(told.len() == 1 && told[0].text.contains("20 questions"), "{told:?}");
    // When clicked.
    let ts = world.message(ONE).ts;
    world.press(LINUS, ONE, &ts, ACTION_BOOMERANG).await;
    assert!(world.slack.views(LINUS).is_empty());
    assert!(world.slack.ephemerals(LINUS)[0].text.contains("20 questions"));
    // When submitted: the modal was opened before.
    let again = world.hand(&two).await;
    assert!(again.body().contains("20 questions"), "{}", again.body());
}

#[tokio::test]
async fn whatever_people_write_slack_takes_every_message_and_shows_it_as_text() {
    let hostile = "<!channel> <@U1> *bold* \u{202e}gnp.exe\u{202c} \u{7}\u{1b}[31m 🔴👩‍👩‍👧 https://evil.example @here ";
    let texts = [hostile.to_owned(), "x".repeat(3000), "<&>".repeat(1000), "👩‍👩‍👧".repeat(300), "\u{202e}".repeat(9)];
    for text in texts {
        let event = json!({"field": text.repeat(1 + 100_000 / text.len()), text.clone(): "\u{0}"});
        let mut world = with_alert(json!({"firstEvent": event})).await;
        let name = text.chars().take(500).collect::<String>();
        world.slack.patch_user(NOBODY, &json!({"real_name": name})).unwrap();
        let view = world.open_boomerang(LINUS, ONE).await;
        let values = json!({
            "recipient": {"user": NOBODY}, "question": {"text": text}, "share": {"event": [slack::control::SHARED]},
        });
        let submission = serde_json::from_value(json!({"user": LINUS, "values": values})).unwrap();
        let callback = world.slack.prepare_submit(&view, &submission).unwrap();
        assert_eq!(world.hand(&callback).await.body(), "");
        world.quiet().await;
        world.advance(std::time::Duration::from_secs(4 * 3600 + 60));
        world.sweep().await;
        world.quiet().await;
        assert_eq!(world.direct_message(NOBODY).1.thread.len(), 1, "the reminder too");
        world.advance(std::time::Duration::from_secs(20 * 3600));
        world.sweep().await;
        world.quiet().await;
        let click = world.answer(NOBODY, REPORT, Some(&text));
        world.hand(&click).await;
        world.quiet().await;
        let (_, message) = world.direct_message(NOBODY);
        assert!(!has_controls(&message));
        let parents = [world.message(ONE), world.message(TWO)];
        assert!(parents.iter().all(|parent| parent.thread.len() == 3), "asked, overdue, answered");
        let replies = parents.iter().flat_map(|parent| &parent.thread).chain(&message.thread).chain([&message]);
        for reply in replies {
            assert!(!reply.text.contains("<!") && !reply.text.contains("<@"), "{}", reply.text);
            assert!(!serde_json::to_string(&reply.blocks).unwrap().contains("\"mrkdwn\""));
        }
    }
}

#[tokio::test]
async fn an_org_wide_install_asks_and_answers_like_one_in_a_workspace() {
    let mut grid = crate::world::slack_world();
    grid.enterprise = serde_json::from_value(json!({"id": "E0ACME0001", "name": "Acme Org"})).unwrap();
    grid.app.org_wide = true;
    let away = json!({"id": "W0EMPLOYEE", "name": "robin", "real_name": "Robin", "email": "robin@acme.example"});
    grid.users.push(serde_json::from_value(away).unwrap());
    let mut world = World::with(grid).await;
    world.produce("a1", json!({}));
    world.quiet().await;
    world.ask(LINUS, "W0EMPLOYEE").await;
    let click = world.answer("W0EMPLOYEE", REPORT, Some("no"));
    world.hand(&click).await;
    world.quiet().await;
    assert!(world.thread(TWO)[1].contains("Robin (Slack) answered: Report"), "{:?}", world.thread(TWO));
    let (_, message) = world.direct_message("W0EMPLOYEE");
    assert!(!has_controls(&message));
}

/// What each step costs, in calls: a change that makes it dearer has to say so here.
#[tokio::test]
async fn the_number_of_calls_for_a_boomerang_is_held() {
    let mut world = with_alert(json!({})).await;
    // Linus is known from then on.
    world.open_boomerang(LINUS, ONE).await;
    let count = |calls: &std::collections::BTreeMap<String, usize>| {
        let named = calls.iter().filter(|(name, _)| *name != "GetSecretValue");
        named.map(|(name, n)| format!("{name}:{n}")).collect::<Vec<_>>()
    };
    world.edge.take_calls();
    let mark = world.slack.mark();
    let view = world.open_boomerang(LINUS, ONE).await;
    assert_eq!(count(&world.edge.take_calls()), ["GetItem:1", "Query:1"]);
    assert_eq!(count(&world.slack.calls_since(mark)), ["views.open:1"]);

    let mark = world.slack.mark();
    let callback = world.submission(LINUS, &view, NOBODY, false);
    world.hand(&callback).await;
    assert_eq!(count(&world.edge.take_calls()), ["Query:1", "SendMessage:1"]);
    assert_eq!(count(&world.slack.calls_since(mark)), ["conversations.open:1", "users.info:1"]);
    let mark = world.slack.mark();
    world.step_fanout().await;
    let fanned_out = count(&world.edge.take_calls());
    assert_eq!(fanned_out, ["PutEvents:1", "PutItem:6", "Query:3", "TransactWriteItems:1", "UpdateItem:1"]);
    assert_eq!(count(&world.slack.calls_since(mark)), ["chat.postMessage:3", "chat.update:2"]);

    let mark = world.slack.mark();
    let click = world.answer(NOBODY, CONFIRM, Some("me"));
    world.hand(&click).await;
    assert_eq!(count(&world.edge.take_calls()), ["GetItem:1", "Query:1", "SendMessage:1"]);
    assert_eq!(count(&world.slack.calls_since(mark)), ["users.info:1"]);
    let mark = world.slack.mark();
    world.step_fanout().await;
    world.edge.take_calls();
    // The direct message, and in each channel the message, the button that goes, and the reply.
    assert_eq!(count(&world.slack.calls_since(mark)), ["chat.postMessage:2", "chat.update:5"]);
}
