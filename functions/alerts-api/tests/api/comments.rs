//! Comments.

use crate::world::{NOW, World};
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
