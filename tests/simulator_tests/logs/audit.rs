//! What the Audit Logs API gives, and how it is paged.

use serde_json::{Value, json};

use super::{ago, audit, entry, grid, org_token};
use crate::world::Rig;

/// Entries `e0`, `e1`, … of these ages in seconds.
fn rig_with(ages: &[i64]) -> (Rig, String) {
    let rig = Rig::of(grid());
    rig.sim.add_audit_entries(ages.iter().enumerate().map(|(n, age)| entry(&format!("e{n}"), *age))).unwrap();
    let token = org_token(&rig);
    (rig, token)
}

#[tokio::test]
async fn entries_come_newest_first_and_exactly_as_they_were_given() {
    let (rig, token) = rig_with(&[30, 10, 20]);
    let got = audit(&rig, &token, &[]).await;
    assert_eq!((got.status, got.ids()), (200, vec!["e1", "e2", "e0"]));
    assert_eq!(got.body["entries"][0], entry("e1", 10));
    assert_eq!(got.body.get("ok"), None, "the documented answers have no ok");
}

#[tokio::test]
async fn oldest_and_latest_are_both_inclusive() {
    let (rig, token) = rig_with(&[10, 20, 30, 40]);
    let got = audit(&rig, &token, &[("oldest", &ago(30)), ("latest", &ago(20))]).await;
    assert_eq!(got.ids(), ["e1", "e2"]);
    assert!(audit(&rig, &token, &[("oldest", &ago(10)), ("latest", &ago(20))]).await.ids().is_empty());
}

#[tokio::test]
async fn what_shares_the_last_second_of_a_page_exceeds_its_limit() {
    let (rig, token) = rig_with(&[10, 20, 20, 20, 30]);
    let first = audit(&rig, &token, &[("limit", "2")]).await;
    assert_eq!(first.ids(), ["e0", "e3", "e2", "e1"]);
    let second = audit(&rig, &token, &[("limit", "2"), ("cursor", first.cursor().unwrap())]).await;
    assert_eq!((second.ids(), second.cursor()), (vec!["e4"], None));
}

#[tokio::test]
async fn who_forgets_oldest_on_the_second_page_gets_all_of_history() {
    let (rig, token) = rig_with(&[10, 20, 30, 4000, 5000]);
    let first = audit(&rig, &token, &[("limit", "1"), ("oldest", &ago(30))]).await;
    let cursor = first.cursor().unwrap();
    let right = audit(&rig, &token, &[("limit", "9"), ("oldest", &ago(30)), ("cursor", cursor)]).await;
    assert_eq!(right.ids(), ["e1", "e2"]);
    let wrong = audit(&rig, &token, &[("limit", "9"), ("cursor", cursor)]).await;
    assert_eq!(wrong.ids(), ["e1", "e2", "e3", "e4"]);
}

#[tokio::test]
async fn a_cursor_is_given_only_while_the_window_holds_more() {
    let (rig, token) = rig_with(&[10, 20, 30]);
    let window = |limit: &'static str| [("limit", limit.to_owned()), ("oldest", ago(20))];
    for (limit, more) in [("1", true), ("2", false)] {
        let arguments = window(limit);
        let arguments: Vec<(&str, &str)> = arguments.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(audit(&rig, &token, &arguments).await.cursor().is_some(), more, "{limit}");
    }
}

#[tokio::test]
async fn a_window_ends_with_an_empty_cursor_or_without_any_metadata() {
    let (rig, token) = rig_with(&[10]);
    let first = audit(&rig, &token, &[]).await.body.get("response_metadata").cloned();
    let second = audit(&rig, &token, &[]).await.body.get("response_metadata").cloned();
    assert_eq!((first, second), (Some(json!({"next_cursor": ""})), None));
    for (end, expected) in [("empty_cursor", Some(json!({"next_cursor": ""}))), ("no_metadata", None)] {
        rig.sim.patch_log_settings(&json!({"audit_end": end})).unwrap();
        for _ in 0..2 {
            assert_eq!(audit(&rig, &token, &[]).await.body.get("response_metadata"), expected.as_ref());
        }
    }
}

#[tokio::test]
async fn a_sequence_can_end_with_an_empty_page() {
    let (rig, token) = rig_with(&[10]);
    rig.sim.patch_log_settings(&json!({"empty_last_page": true})).unwrap();
    let first = audit(&rig, &token, &[]).await;
    let last = audit(&rig, &token, &[("cursor", first.cursor().unwrap())]).await;
    assert_eq!((first.ids(), last.ids(), last.cursor()), (vec!["e0"], vec![], None));
}

#[tokio::test]
async fn a_cursor_expires_and_a_made_up_one_never_was_one() {
    let (rig, token) = rig_with(&[10, 20]);
    rig.sim.patch_log_settings(&json!({"cursor_life_seconds": 60})).unwrap();
    let first = audit(&rig, &token, &[("limit", "1")]).await;
    let cursor = first.cursor().unwrap().to_owned();
    rig.clock.advance(std::time::Duration::from_secs(59));
    assert_eq!(audit(&rig, &token, &[("cursor", &cursor)]).await.status, 200);
    rig.clock.advance(std::time::Duration::from_secs(1));
    for cursor in [cursor.as_str(), "nonsense", "MTIz", "YWNjZXNzOzE7MQ=="] {
        let got = audit(&rig, &token, &[("cursor", cursor)]).await;
        assert_eq!((got.status, &got.body), (400, &json!({"ok": false, "error": "invalid_cursor"})), "{cursor}");
    }
}

#[tokio::test]
async fn actions_actors_and_entities_are_filtered() {
    let (rig, token) = rig_with(&[]);
    let mut file = entry("file", 10);
    file["action"] = json!("file_downloaded");
    file["entity"] = json!({"type": "file", "file": {"id": "F0FILE0001"}});
    let mut system = entry("system", 20);
    system["actor"]["user"]["id"] = json!("USLACKUSER");
    rig.sim.add_audit_entries([file, system, entry("login", 30)]).unwrap();
    for (arguments, expected) in [
        (vec![("action", "file_downloaded")], vec!["file"]),
        (vec![("action", "file_downloaded,user_login")], vec!["file", "system", "login"]),
        (vec![("action", "user_login"), ("actor", "USLACKUSER")], vec!["system"]),
        (vec![("entity", "F0FILE0001")], vec!["file"]),
        (vec![("entity", "F0FILE0001"), ("actor", "USLACKUSER")], vec![]),
    ] {
        assert_eq!(audit(&rig, &token, &arguments).await.ids(), expected, "{arguments:?}");
    }
}

#[tokio::test]
async fn slack_may_give_less_than_a_limit_and_a_page_is_still_whole_seconds() {
    let (rig, token) = rig_with(&[10, 20, 20, 30]);
    rig.sim.patch_log_settings(&json!({"audit_page_most": 2})).unwrap();
    let first = audit(&rig, &token, &[("limit", "1000")]).await;
    assert_eq!(first.ids(), ["e0", "e2", "e1"]);
    assert!(first.cursor().is_some());
}

#[tokio::test]
async fn entries_that_are_none_are_given_all_the_same() {
    let (rig, token) = rig_with(&[10]);
    rig.sim.add_audit_entries([json!({"action": "no_id"}), json!("text"), Value::Null]).unwrap();
    let got = audit(&rig, &token, &[]).await;
    assert_eq!(got.body["entries"][2], json!({"action": "no_id"}), "{}", got.body);
    assert_eq!(got.body["entries"].as_array().unwrap().len(), 4);
    assert_eq!(rig.sim.add_audit_entry(entry("e0", 50)).unwrap_err().status, 409, "an id is an entry's own");
}

#[tokio::test]
async fn schemas_and_actions_need_no_token() {
    let (rig, _) = rig_with(&[]);
    for name in ["schemas", "actions"] {
        let answer = rig.client.get(format!("{}/{name}", rig.sim.audit_url())).send().await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        assert!(answer[name].is_array() || answer[name].is_object(), "{name}");
    }
}
