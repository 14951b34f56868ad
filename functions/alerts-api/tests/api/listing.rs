//! GET /alerts: pages and filters.

use crate::world::{NOW, World};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

async fn all_pages(world: &World, query: &str) -> (Vec<String>, usize) {
    let (mut ids, mut pages, mut cursor) = (Vec::new(), 0, String::new());
    loop {
        let page = world.get(&format!("/alerts?{query}{cursor}")).await;
        assert_eq!(page.status, 200, "{}", page.json);
        ids.extend(page.each("id").into_iter().map(str::to_owned));
        pages += 1;
        match page.json.get("next") {
            Some(next) => cursor = format!("&cursor={}", next.as_str().unwrap()),
            None => return (ids, pages),
        }
        assert!(pages < 50, "the pages do not end");
    }
}

#[tokio::test]
async fn pages_with_equal_times_and_across_months_lose_and_repeat_nothing() {
    let world = World::new().await;
    let mut expected = Vec::new();
    for (month, count) in [("2026-09-30T23:59:59Z", 4), ("2026-10-31T23:59:59Z", 8), ("2026-11-01T00:00:00Z", 3)] {
        for n in 0..count {
            let id = format!("{}-{n}", &month[..7]);
            world.alert(&id, json!({"createdAt": month}), &[]).await;
            expected.push(id);
        }
    }
    for limit in [1, 3, 4, 5, 15, 50] {
        let range = "created-after=2026-09-01T00:00:00Z&created-before=2026-11-30T00:00:00Z";
        let (up, pages) = all_pages(&world, &format!("{range}&limit={limit}&sort-dir=asc")).await;
        assert_eq!(up, expected, "limit {limit}");
        assert!(pages >= 15_usize.div_ceil(limit));
        let (mut down, _) = all_pages(&world, &format!("{range}&limit={limit}")).await;
        down.reverse();
        assert_eq!(down, expected, "limit {limit}, newest first");
    }
}

#[tokio::test]
async fn every_filter_chooses_what_it_says() {
    let world = World::new().await;
    let at = |days: i64| (NOW - SignedDuration::from_hours(24 * days)).to_string();
    let linus = world.user("Linus").await;
    for (id, more) in [
        ("rule", json!({"createdAt": at(1), "id": "AWS.Root", "logTypes": ["AWS.CloudTrail"]})),
        ("policy", json!({"createdAt": at(2), "type": "POLICY", "severity": "LOW", "title": "Bucket PUBLIC"})),
        ("info", json!({"createdAt": at(3), "severity": "INFO", "logTypes": ["Okta.SystemLog", "B"]})),
        ("error", json!({"createdAt": at(4), "type": "RULE_ERROR"})),
        ("system", json!({"createdAt": at(5), "type": "SYSTEM_ERROR"})),
        ("old", json!({"createdAt": at(31)})),
    ] {
        world.alert(id, more, &[]).await;
    }
    assert_eq!(world.patch("/alerts/policy", json!({"assignee": linus, "status": "TRIAGED"})).await.status, 204);
    let (mine, since, until) = (format!("assignee={linus}"), at(2), at(3));
    let old = format!("created-after={}", at(40));
    let since = format!("created-after={since}");
    let until = format!("created-before={until}");
    let table: &[(&str, &[&str])] = &[
        ("", &["rule", "policy", "info"]),
        ("type=ALERT", &["rule", "policy", "info"]),
        ("type=DETECTION_ERROR", &["error"]),
        ("type=SYSTEM_ERROR", &["system"]),
        ("sub-type=POLICY,RULE_ERROR", &["policy", "error"]),
        ("severity=LOW&severity=INFO", &["policy", "info"]),
        ("severity[]=low", &["policy"]),
        ("status=TRIAGED", &["policy"]),
        ("status=OPEN,RESOLVED", &["rule", "info"]),
        (&mine, &["policy"]),
        ("assignee=", &["rule", "info"]),
        ("detection-id=AWS.Root", &["rule"]),
        ("log-type=AWS.CloudTrail,B", &["rule", "info"]),
        ("name-contains=public", &["policy"]),
        (&since, &["rule", "policy"]),
        (&until, &["info", "old"]),
        (&old, &["rule", "policy", "info", "old"]),
        ("event-count-min=1&limit=2&severity=HIGH", &["rule"]),
    ];
    for (query, expected) in table {
        let (ids, _) = all_pages(&world, query).await;
        assert_eq!(ids, *expected, "{query}");
    }
}

#[tokio::test]
async fn a_page_that_would_outgrow_an_answer_is_shorter_and_loses_nothing() {
    let world = World::new().await;
    let large = "x".repeat(200_000);
    for n in 0..20 {
        let at = NOW - SignedDuration::from_secs(n);
        world.alert(&format!("large-{n:02}"), json!({"createdAt": at, "description": large}), &[]).await;
    }
    let first = world.get("/alerts?limit=50").await;
    assert!(first.json.to_string().len() <= 3_000_000);
    let (ids, pages) = all_pages(&world, "limit=50").await;
    assert_eq!((ids.len(), pages > 1), (20, true));
}

#[tokio::test]
async fn a_range_of_centuries_ends() {
    let world = World::new().await;
    world.alert("first", json!({"createdAt": Timestamp::UNIX_EPOCH}), &[]).await;
    world.alert("last", json!({}), &[]).await;
    let (ids, _) = all_pages(&world, "created-after=1969-01-01T00:00:00Z").await;
    assert_eq!(ids, ["last", "first"]);
}
