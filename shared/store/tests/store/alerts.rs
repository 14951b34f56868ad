//! Alerts are stored once, and found by the sweep while work is left.

use crate::table::{NOW, alert, id, store};
use jiff::{SignedDuration, ToSpan};
use serde_json::json;
use store::{Due, Put};

#[tokio::test]
async fn an_alert_comes_back_as_it_was_stored_with_its_creation_as_first_activity() {
    let store = store().await;
    let put = alert("a1", json!({"description": "ünï", "firstEvent": {"x": [1, 2.5]}, "unknown": {"kept": true}}));
    assert_eq!(store.put_alert(&put).await.unwrap(), Put::Created);
    let record = store.load_alert(&id("a1")).await.unwrap().unwrap();
    assert_eq!(record.alert, put);
    assert_eq!(record.published_seq, 0);
    assert_eq!(record.activities.len(), 1);
    assert_eq!(record.activities[0].seq, 1);
    assert!(store.load_alert(&id("a2")).await.unwrap().is_none());
}

#[tokio::test]
async fn the_same_alert_again_changes_nothing_and_is_counted() {
    let store = store().await;
    store.put_alert(&alert("a1", json!({}))).await.unwrap();
    let again = alert("a1", json!({"title": "other", "severity": "LOW"}));
    assert_eq!(store.put_alert(&again).await.unwrap(), Put::Repeated);
    let stored = store.get_alert(&id("a1")).await.unwrap().unwrap();
    assert_eq!(stored.content.title, "Title of a1");
    assert_eq!(stored.received, 2);
}

#[tokio::test]
async fn a_hundred_puts_at_once_create_it_once() {
    let store = store().await;
    let put = alert("a1", json!({}));
    let puts = futures::future::join_all((0..100).map(|_| store.put_alert(&put))).await;
    let created = puts.iter().filter(|put| matches!(put, Ok(Put::Created))).count();
    assert_eq!(created, 1);
    assert_eq!(store.get_alert(&id("a1")).await.unwrap().unwrap().received, 100);
}

#[tokio::test]
async fn an_alert_that_only_waits_is_not_behind_until_it_is_due_and_one_that_changes_meanwhile_is() {
    let store = store().await;
    store.put_alert(&alert("a1", json!({}))).await.unwrap();
    let reminder = NOW + SignedDuration::from_hours(4);
    assert!(store.settle(&id("a1"), 1, 1, Due::Waits(reminder)).await.unwrap());
    assert!(store.lagging(reminder - 1.seconds(), 10).await.unwrap().is_empty(), "nobody takes it up before");
    let lagging = store.lagging(reminder, 10).await.unwrap();
    assert_eq!((lagging[0].due, lagging[0].behind_since), (reminder, reminder));
    // Taken up, and nothing came of it: from now on it is behind.
    let again = reminder + 170.seconds();
    store.postpone(&lagging[0], again).await.unwrap();
    assert_eq!(store.lagging(again, 10).await.unwrap()[0].behind_since, reminder);
    assert!(store.settle(&id("a1"), 1, 1, Due::Waits(reminder + 24.hours())).await.unwrap());
    let change = crate::changes::comment("a1", "hm");
    store.apply_change(&change, again).await.unwrap();
    let lagging = store.lagging(again + 31.seconds(), 10).await.unwrap();
    assert_eq!(lagging[0].behind_since, again, "a change is shown at once, not when the reminder is due");
}

#[tokio::test]
async fn an_alert_is_due_after_its_grace_until_it_is_settled_at_its_present_seq() {
    let store = store().await;
    store.put_alert(&alert("a1", json!({}))).await.unwrap();
    assert!(store.lagging(NOW, 10).await.unwrap().is_empty());
    let later = NOW + SignedDuration::from_secs(31);
    let lagging = store.lagging(later, 10).await.unwrap();
    assert_eq!((&lagging[0].id, lagging[0].behind_since), (&id("a1"), NOW));
    assert!(!store.settle(&id("a1"), 7, 1, Due::Nothing).await.unwrap(), "it is not at 7");
    let retry = NOW + 300.seconds();
    assert!(store.settle(&id("a1"), 1, 1, Due::Behind(retry)).await.unwrap());
    assert!(store.lagging(later, 10).await.unwrap().is_empty());
    let lagging = store.lagging(retry, 10).await.unwrap();
    assert_eq!((lagging[0].due, lagging[0].behind_since), (retry, NOW), "it is as far behind as before");
    let later = retry + 120.seconds();
    store.postpone(&lagging[0], later).await.unwrap();
    assert!(store.lagging(retry, 10).await.unwrap().is_empty());
    store.postpone(&lagging[0], retry).await.unwrap();
    assert_eq!(store.lagging(later, 10).await.unwrap()[0].due, later, "what was seen is no longer so");
    assert!(store.settle(&id("a1"), 1, 1, Due::Nothing).await.unwrap());
    assert!(store.lagging(later, 10).await.unwrap().is_empty());
    assert_eq!(store.load_alert(&id("a1")).await.unwrap().unwrap().published_seq, 1);
}

#[tokio::test]
async fn the_largest_alert_fits() {
    let store = store().await;
    let put = alert("a1", json!({"description": "x".repeat(alert::input::MAX_ALERT_BYTES - 200)}));
    assert_eq!(store.put_alert(&put).await.unwrap(), Put::Created);
    assert_eq!(store.load_alert(&id("a1")).await.unwrap().unwrap().alert, put);
}

#[tokio::test]
async fn the_most_and_longest_names_fit_too() {
    let store = store().await;
    let names: Vec<String> = (0..100).map(|n| format!("{n:0>3}{}", "\u{1F600}".repeat(197))).collect();
    let body = json!({"logTypes": names, "id": names[0], "name": names[0]});
    assert_eq!(store.put_alert(&alert("a1", body)).await.unwrap(), Put::Created);
}

#[tokio::test]
async fn an_alert_that_is_read_while_it_changes_is_never_torn() {
    let store = store().await;
    store.put_alert(&alert("a1", json!({}))).await.unwrap();
    let change = |n: u32| alert::Change {
        id: alert::ChangeId::new(format!("c{n}")).unwrap(),
        alert_id: id("a1"),
        at: NOW,
        actor: alert::Actor::System,
        origin: alert::Origin::System,
        seen_seq: None,
        action: alert::Action::Comment { body: "x".repeat(20_000), source: None },
    };
    let writing = async {
        for n in 0..100 {
            store.apply_change(&change(n), NOW).await.unwrap();
        }
    };
    let reading = async {
        for _ in 0..60 {
            let record = store.load_alert(&id("a1")).await.unwrap().unwrap();
            assert_eq!(record.activities.last().unwrap().seq, record.alert.triage.seq);
        }
    };
    futures::join!(writing, reading);
}
