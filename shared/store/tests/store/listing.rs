//! Pages of alerts: nothing lost, nothing twice, whatever shares a time.

use crate::table::{NOW, alert, store};
use alert::{Severity, Status};
use jiff::ToSpan;
use serde_json::json;
use store::{AlertFilter, SortDir, Store};

async fn list(store: &Store, filter: &AlertFilter, limit: usize) -> Vec<String> {
    let (mut ids, mut cursor) = (Vec::new(), None);
    loop {
        let page = store.list_alerts(filter, cursor.as_ref(), limit).await.unwrap();
        assert!(page.alerts.len() <= limit);
        ids.extend(page.alerts.iter().map(|record| record.alert.id.to_string()));
        let Some(next) = page.next else { return ids };
        cursor = Some(next);
    }
}

fn all() -> AlertFilter {
    AlertFilter { after: NOW - (24 * 100).hours(), before: NOW + 1.hour(), ..AlertFilter::default() }
}

#[tokio::test]
async fn pages_over_months_and_equal_times_lose_and_repeat_nothing() {
    let store = store().await;
    let mut expected = Vec::new();
    for (n, days) in [0, 0, 0, 0, 0, 20, 20, 45, 90, 90].into_iter().enumerate() {
        let name = ["a", "a-1", "a.b", "aa", "b", "c", "c:1", "d", "e", "e_"][n];
        let at = NOW - (24 * days).hours();
        store.put_alert(&alert(name, json!({"createdAt": at}))).await.unwrap();
        expected.push((at, name.to_owned()));
    }
    expected.sort();
    let ascending: Vec<_> = expected.into_iter().map(|(_, name)| name).collect();
    let descending: Vec<_> = ascending.iter().rev().cloned().collect();
    for limit in [1, 2, 3, 50] {
        assert_eq!(list(&store, &all(), limit).await, descending, "descending by {limit}");
        let filter = AlertFilter { sort: SortDir::Ascending, ..all() };
        assert_eq!(list(&store, &filter, limit).await, ascending, "ascending by {limit}");
    }
    let narrow = AlertFilter { after: NOW - (24 * 45).hours(), before: NOW - (24 * 20).hours(), ..all() };
    assert_eq!(list(&store, &narrow, 2).await, ["c:1", "c", "d"]);
}

#[tokio::test]
async fn filters_narrow_and_combine() {
    let store = store().await;
    store.put_alert(&alert("high", json!({"logTypes": ["Okta.SystemLog"], "id": "Okta.Lockout"}))).await.unwrap();
    store.put_alert(&alert("low", json!({"severity": "LOW", "title": "Root LOGIN"}))).await.unwrap();
    store.put_alert(&alert("info", json!({"severity": "INFO", "type": "POLICY"}))).await.unwrap();
    let severity = AlertFilter { severities: vec![Severity::Low, Severity::Info], ..all() };
    assert_eq!(list(&store, &severity, 9).await.len(), 2);
    let resolved = AlertFilter { statuses: vec![Status::Resolved], ..all() };
    assert_eq!(list(&store, &resolved, 9).await, ["info"]);
    let named = AlertFilter { name_contains: Some("root login".to_owned()), ..all() };
    assert_eq!(list(&store, &named, 9).await, ["low"]);
    let logs = AlertFilter { log_types: vec!["Okta.SystemLog".to_owned()], ..all() };
    assert_eq!(list(&store, &logs, 9).await, ["high"]);
    let detection = AlertFilter { detection_id: Some("Okta.Lockout".to_owned()), ..all() };
    assert_eq!(list(&store, &detection, 9).await, ["high"]);
    let nobody = AlertFilter { assignee: Some(String::new()), severities: vec![Severity::Low], ..all() };
    assert_eq!(list(&store, &nobody, 9).await, ["low"]);
}
