//! The page: what it refuses to show, what it shows, and what its buttons do.

use serde_json::json;
use slack_simulator::Consent;

use super::{ADMIN, BACK, CLIENT, MEMBER, ORG, OWNER, TEAM, grid};
use crate::raw;
use crate::world::Rig;

const PATH: &str = "/oauth/v2/authorize";

fn query(more: &str) -> String {
    format!("{PATH}?client_id={CLIENT}&user_scope=admin{more}")
}

async fn press(rig: &Rig, path: &str, headers: &[(&str, &str)], form: &str) -> raw::Raw {
    let host = raw::host(rig);
    let mut all = vec![("Host", host.as_str()), ("Content-Type", "application/x-www-form-urlencoded")];
    all.extend(headers);
    raw::send(rig, &format!("POST {path}"), &all, form).await
}

#[tokio::test]
async fn slack_shows_nobody_a_request_of_an_unknown_app_address_or_scope() {
    let rig = Rig::of(grid());
    let app = format!("client_id={CLIENT}");
    for (query, code) in [
        ("user_scope=admin".to_owned(), "invalid_client_id"),
        ("client_id=9.9&user_scope=admin".to_owned(), "invalid_client_id"),
        (format!("{app}&user_scope=admin&redirect_uri=https://evil.example/"), "bad_redirect_uri"),
        (format!("{app}&user_scope=admin&redirect_uri={BACK}.evil.example"), "bad_redirect_uri"),
        (format!("{app}&user_scope=admin&redirect_uri={BACK}%23part"), "bad_redirect_uri"),
        (format!("{app}&user_scope=admin,chat:write"), "invalid_scope"),
        (format!("{app}&scope=admin"), "invalid_scope"),
        (app.clone(), "no_scopes"),
    ] {
        let page = raw::get(&rig, &format!("{PATH}?{query}")).await;
        assert_eq!(page.status, 400, "{query}");
        assert!(page.text().contains(code) && !page.text().contains("<form"), "{query}: {}", page.text());
        let consent = Consent { user: OWNER.to_owned(), place: None };
        assert_eq!(rig.sim.approve(&query, &consent).unwrap_err().message, code, "{query}");
    }
}

#[tokio::test]
async fn an_address_below_a_registered_one_is_fine() {
    let rig = Rig::of(grid());
    for uri in [BACK.to_owned(), format!("{BACK}/deep"), format!("{BACK}%3Fa=b")] {
        let back = rig.sim.deny(&query(&format!("&redirect_uri={uri}"))).unwrap();
        assert!(back.ends_with("error=access_denied"), "{back}");
        assert_eq!(back.matches('?').count(), 1, "{back}");
    }
}

#[tokio::test]
async fn the_page_says_what_is_asked_and_takes_no_markup_from_it() {
    let rig = Rig::of(grid());
    let page = raw::get(&rig, &query("&state=%22%3E%3Cscript%3E&team=T0WEST0001")).await;
    let text = page.text();
    assert_eq!(page.status, 200);
    for shown in ["Logs &lt;&amp;&gt; wants to access Acme Org", "<li>admin (in your name)</li>", ">Allow<", ">Cancel<"]
    {
        assert!(text.contains(shown), "{shown}: {text}");
    }
    for place in [TEAM, "T0WEST0001\" selected", ORG] {
        assert!(text.contains(place), "{place}");
    }
    assert!(text.contains("Olive, owner of the organisation") && !text.contains("U0GONE00001"));
    assert!(!text.contains("<script") && !text.contains("Logs <"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("form-action 'self' https://margay.example;"), "{policy}");
}

#[tokio::test]
async fn its_buttons_lead_back_with_a_code_or_with_access_denied() {
    let rig = Rig::of(grid());
    let own = format!("http://{}", raw::host(&rig));
    let browser = [("Origin", own.as_str()), ("Sec-Fetch-Site", "same-origin")];
    let form = format!("user={ADMIN}&place={TEAM}&decision=allow");
    let allowed = press(&rig, &query("&state=s"), &browser, &form).await;
    assert_eq!(allowed.status, 302);
    let to = allowed.header("location").unwrap();
    assert!(to.starts_with(&format!("{BACK}?code=")) && to.ends_with("&state=s"), "{to}");
    let cancelled = press(&rig, &query("&state=s"), &browser, "decision=cancel").await;
    assert_eq!(cancelled.header("location").unwrap(), format!("{BACK}?error=access_denied&state=s"));
    assert_eq!(press(&rig, &query(""), &browser, "user=x").await.status, 400);
}

#[tokio::test]
async fn no_other_page_presses_its_buttons() {
    let rig = Rig::of(grid());
    let form = format!("user={ADMIN}&place={TEAM}&decision=allow");
    for header in [("Origin", "https://evil.example"), ("Origin", "null"), ("Sec-Fetch-Site", "cross-site")] {
        assert_eq!(press(&rig, &query(""), &[header], &form).await.status, 403, "{header:?}");
    }
    assert!(rig.sim.wire(None).is_empty());
}

#[tokio::test]
async fn who_may_not_allow_it_is_told_so() {
    let rig = Rig::of(grid());
    let allow = |user: &str, place: &str, scope: &str| {
        let url = format!("{PATH}?client_id={CLIENT}&user_scope={scope}");
        rig.sim.approve(&url, &Consent { user: user.to_owned(), place: Some(place.to_owned()) })
    };
    for (user, place, scope, status) in [
        (MEMBER, TEAM, "admin", 403),
        (ADMIN, ORG, "admin", 403),
        ("U0GUEST0001", TEAM, "auditlogs:read", 403),
        ("U0GONE00001", TEAM, "auditlogs:read", 403),
        ("U0OTHER0001", TEAM, "auditlogs:read", 403),
        ("U0TESTBOT1", TEAM, "auditlogs:read", 403),
        ("U0NOBODY001", TEAM, "admin", 404),
        (OWNER, "T0NOWHERE1", "admin", 404),
    ] {
        assert_eq!(allow(user, place, scope).unwrap_err().status, status, "{user} {place} {scope}");
    }
    assert!(allow(OWNER, TEAM, "auditlogs:read").is_ok(), "the wrong place is found out only by the API");
    assert!(allow(ADMIN, TEAM, "admin").is_ok());
    let own = format!("http://{}", raw::host(&rig));
    let form = format!("user={MEMBER}&place={TEAM}&decision=allow");
    let told = press(&rig, &query(""), &[("Origin", &own)], &form).await;
    assert!(told.status == 403 && told.text().contains("only those who manage"), "{}", told.text());
}

#[tokio::test]
async fn an_app_without_an_address_cannot_be_installed() {
    let rig = Rig::of(grid());
    rig.sim.patch_log_app(CLIENT, &json!({"redirect_urls": []})).unwrap();
    assert_eq!(rig.sim.deny(&query("")).unwrap_err().message, "bad_redirect_uri");
}
