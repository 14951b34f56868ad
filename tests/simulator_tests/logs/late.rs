//! Time: late entries, entries of the future, and Slack's own clock.

use std::time::Duration;

use serde_json::json;

use super::{ago, audit, entry, grid, org_token, sighting, web};
use crate::world::Rig;

#[tokio::test]
async fn an_entry_can_come_late_at_any_place_in_the_past() {
    let rig = Rig::of(grid());
    let token = org_token(&rig);
    rig.sim.add_audit_entries([entry("new", 10), entry("old", 5000)]).unwrap();
    assert_eq!(audit(&rig, &token, &[("oldest", &ago(100))]).await.ids(), ["new"]);
    rig.sim.add_audit_entry(entry("late", 50)).unwrap();
    assert_eq!(audit(&rig, &token, &[("oldest", &ago(100))]).await.ids(), ["new", "late"]);
}

#[tokio::test]
async fn what_comes_after_a_page_was_read_is_not_on_the_next_unless_it_is_older() {
    let rig = Rig::of(grid());
    let token = org_token(&rig);
    rig.sim.add_audit_entries([entry("a", 10), entry("b", 20), entry("c", 30)]).unwrap();
    let first = audit(&rig, &token, &[("limit", "2")]).await;
    rig.sim.add_audit_entries([entry("behind", 15), entry("tie", 20), entry("ahead", 25)]).unwrap();
    let second = audit(&rig, &token, &[("limit", "9"), ("cursor", first.cursor().unwrap())]).await;
    assert_eq!(second.ids(), ["ahead", "c"]);
}

#[tokio::test]
async fn an_entry_of_the_future_appears_when_slacks_clock_gets_there() {
    let rig = Rig::of(grid());
    let token = org_token(&rig);
    rig.sim.add_audit_entry(entry("soon", -30)).unwrap();
    rig.sim.add_access(sighting("U1", "203.0.113.1", -30)).unwrap();
    let seen = async || {
        let entries = audit(&rig, &token, &[("latest", &ago(-3600))]).await.ids().len();
        (entries, web(&rig, "team.accessLogs", &token, &[]).await.column("logins", "user_id").len())
    };
    assert_eq!(seen().await, (0, 0));
    rig.clock.advance(Duration::from_secs(30));
    assert_eq!(seen().await, (1, 1));
}

#[tokio::test]
async fn the_date_header_tells_slacks_time_which_need_not_be_ours() {
    let rig = Rig::of(grid());
    let token = org_token(&rig);
    assert_eq!(audit(&rig, &token, &[]).await.date, "Sun, 15 Jun 2025 15:06:40 GMT");
    rig.sim.patch_log_settings(&json!({"clock_skew_seconds": -100})).unwrap();
    rig.sim.add_audit_entry(entry("hidden", 50)).unwrap();
    let got = audit(&rig, &token, &[]).await;
    assert_eq!((got.date.as_str(), got.ids().len()), ("Sun, 15 Jun 2025 15:05:00 GMT", 0), "Slack has not got there");
    rig.sim.patch_log_settings(&json!({"clock_skew_seconds": 100})).unwrap();
    assert_eq!(web(&rig, "auth.test", &token, &[]).await.date, "Sun, 15 Jun 2025 15:08:20 GMT");
    let refused = audit(&rig, "xoxp-none", &[]).await;
    assert_eq!((refused.status, refused.date.as_str()), (401, "Sun, 15 Jun 2025 15:08:20 GMT"));
}
