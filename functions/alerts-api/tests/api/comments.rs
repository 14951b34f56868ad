//! Comments.

use crate::world::{NOW, World};
use alert::delivery::MessageRef;
use alert::{Action, Actor, AlertId, Change, ChangeId, Origin};
use jiff::SignedDuration;
use serde_json::json;

#[tokio::test]
async fn a_comment_is_queued_kept_as_text_and_found_by_its_id_alone() {
    let world = World::new().await;
    world.alert("AWS:a.1", json!({}), &[]).await;
    let text = "<b>bold</b> <!channel> *x*\n\u{ffff}";
    let made = world.post("/alert-comments", json!({"alertId": "AWS:a.1", "body": text, "format": "PLAIN_TEXT"})).await;
    assert_eq!((made.status.as_u16(), made.text("/body")), (200, text));
    assert_eq!(made.text("/createdBy/type"), "api-token");
    let got = world.get(&format!("/alert-comments/{}", made.text("/id").replace(':', "%3A"))).await;
    assert_eq!(got.json, made.json);
    let sent = world.aws.sent();
    assert_eq!((sent[0].queue.as_str(), sent[0].group.as_deref()), ("changes.fifo", Some("AWS:a.1")));
    assert!(!sent[0].body.contains('\u{ffff}'), "SQS refuses this");
    let listed = world.get("/alert-comments?alert-id=AWS:a.1").await;
    assert_eq!(listed.json["results"], json!([made.json]));
}

#[tokio::test]
async fn comments_are_listed_in_order_page_by_page_with_those_of_resolutions() {
    let world = World::new().await;
    world.alert("a", json!({}), &[]).await;
    let mut expected = Vec::new();
    for n in 0..7 {
        let text = format!("comment {n}");
        if n == 3 {
            let resolved = world.patch("/alerts/a", json!({"status": "RESOLVED", "comment": text})).await;
            assert_eq!(resolved.status, 204);
            assert_eq!(world.patch("/alerts/a", json!({"status": "OPEN"})).await.status, 204);
        } else {
            assert_eq!(world.post("/alert-comments", json!({"alertId": "a", "body": text})).await.status, 200);
        }
        expected.push(text);
    }
    let (mut found, mut pages, mut cursor) = (Vec::new(), 0, String::new());
    loop {
        let page = world.get(&format!("/alert-comments?alert-id=a&limit=3{cursor}")).await;
        found.extend(page.each("body").into_iter().map(str::to_owned));
        pages += 1;
        let Some(next) = page.json.get("next") else { break };
        cursor = format!("&cursor={}", next.as_str().unwrap());
    }
    assert_eq!((found, pages), (expected, 3));
}

#[tokio::test]
async fn a_repeated_comment_is_the_first_one() {
    let world = World::new().await;
    world.alert("a", json!({}), &[]).await;
    let body = json!({"alertId": "a", "body": "once"});
    let send = |seconds: i64| {
        let now = NOW + SignedDuration::from_secs(seconds);
        world.ask("POST", "/alert-comments").json(&body).header("Idempotency-Key", "k").at(now).answer()
    };
    let first = send(0).await;
    assert_eq!(send(90).await.json, first.json);
    assert_eq!(world.seq("a").await, 2);
    assert_eq!(world.post("/alert-comments", body.clone()).await.status, 200);
    assert_eq!(world.seq("a").await, 3, "without a key each request is its own");
}

/// A change that somebody in Slack makes who is no registered user, `seconds` later.
fn in_slack(name: &str, seconds: i64, action: Action) -> Change {
    Change {
        id: ChangeId::new(name).unwrap(),
        alert_id: AlertId::new("a").unwrap(),
        at: NOW + SignedDuration::from_secs(seconds),
        actor: Actor::SlackUser { id: "U0PAT".into(), name: "Pat (Slack)".into() },
        origin: Origin::Slack { channel: "C1".into(), message_ts: "1.0".into(), user: "U0PAT".into() },
        seen_seq: None,
        action,
    }
}

#[tokio::test]
async fn a_comment_that_was_edited_in_slack_is_listed_once_as_it_is_now_and_one_that_was_deleted_stays() {
    let world = World::new().await;
    world.alert("a", json!({}), &[]).await;
    let source = || MessageRef { channel: "C1".into(), ts: "2.0".into() };
    let wrote = Action::Comment { body: "a **tpyo**".into(), source: Some(source()) };
    let edited = Action::EditComment { source: source(), body: "a **typo**".into(), revision: 7 };
    for change in [
        in_slack("c1", 10, wrote),
        in_slack("c2", 20, edited),
        in_slack("c3", 30, Action::DeleteComment { source: source() }),
    ] {
        world.store.apply_change(&change, NOW).await.unwrap();
    }
    let listed = world.get("/alert-comments?alert-id=a").await;
    assert_eq!(listed.each("body"), ["a **typo**"]);
    let comment = world.get("/alert-comments/a~c1").await;
    assert_eq!(comment.json, listed.json["results"][0]);
    assert_eq!(comment.text("/createdAt"), "2026-11-21T08:33:30Z");
    assert_eq!(
        (comment.text("/editedAt"), comment.text("/updatedAt")),
        ("2026-11-21T08:33:40Z", "2026-11-21T08:33:40Z")
    );
    let pat = json!({"id": "system", "type": "system", "name": "Pat (Slack)", "slackUserId": "U0PAT"});
    assert_eq!(comment.json["createdBy"], pat);
    assert_eq!(world.get("/alert-comments/a~c2").await.status, 404, "an edit is no comment");

    let alert = world.get("/alerts/a").await;
    let activity: Vec<_> = alert.json["activity"].as_array().unwrap().iter().skip(1).collect();
    let told: Vec<_> = activity.iter().map(|a| json!([a["kind"], a["comment"], a["commentSeq"]])).collect();
    assert_eq!(
        json!(told),
        json!([
            ["COMMENT_ADDED", "a **tpyo**", null],
            ["COMMENT_EDITED", "a **typo**", 2],
            ["COMMENT_DELETED", null, 2]
        ])
    );
    assert_eq!(activity[0]["actor"], pat);
}
