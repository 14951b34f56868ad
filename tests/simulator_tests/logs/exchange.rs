//! From an authorize URL to a code, and from the code to a token.

use std::time::Duration;

use serde_json::{Value, json};
use slack_simulator::Consent;

use super::{ADMIN, BACK, CLIENT, MEMBER, ORG, OWNER, SECRET, TEAM, audit, grid, web};
use crate::world::Rig;

fn authorize(more: &str) -> String {
    format!("https://slack.example/oauth/v2/authorize?client_id={CLIENT}&state=s%26t&{more}")
}

fn consent(user: &str, place: &str) -> Consent {
    Consent { user: user.to_owned(), place: Some(place.to_owned()) }
}

fn parameter(url: &str, name: &str) -> Option<String> {
    let url = reqwest::Url::parse(url).unwrap();
    url.query_pairs().find(|(n, _)| n == name).map(|(_, value)| value.into_owned())
}

/// A code for the organisation, asked for with a redirect address.
fn code(rig: &Rig) -> String {
    let url = authorize(&format!("user_scope=auditlogs:read&redirect_uri={BACK}"));
    parameter(&rig.sim.approve(&url, &consent(OWNER, ORG)).unwrap(), "code").unwrap()
}

async fn exchange(rig: &Rig, client: (&str, &str), form: &[(&str, &str)]) -> Value {
    let mut body = form_urlencoded::Serializer::new(String::new());
    let request = rig.client.post(format!("{}oauth.v2.access", rig.sim.api_url())).basic_auth(client.0, Some(client.1));
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    request.body(body.extend_pairs(form).finish()).send().await.unwrap().json().await.unwrap()
}

async fn good(rig: &Rig, code: &str) -> Value {
    exchange(rig, (CLIENT, SECRET), &[("code", code), ("redirect_uri", BACK)]).await
}

#[tokio::test]
async fn allowing_leads_back_with_a_code_and_the_state_and_the_code_to_a_token_that_works() {
    let rig = Rig::of(grid());
    let url = authorize(&format!("user_scope=auditlogs:read&redirect_uri={BACK}"));
    let back = rig.sim.approve(&url, &consent(OWNER, ORG)).unwrap();
    assert!(back.starts_with(&format!("{BACK}?")), "{back}");
    assert_eq!(parameter(&back, "state").as_deref(), Some("s&t"));
    let granted = good(&rig, &parameter(&back, "code").unwrap()).await;
    let token = granted["authed_user"]["access_token"].as_str().unwrap();
    assert!(token.starts_with("xoxp-"));
    assert_eq!(
        granted,
        json!({
            "ok": true, "app_id": "A0LOGS00001", "team": null, "enterprise": {"id": ORG, "name": "Acme Org"},
            "is_enterprise_install": true,
            "authed_user": {"id": OWNER, "scope": "auditlogs:read", "access_token": token, "token_type": "user"},
        })
    );
    assert_eq!(audit(&rig, token, &[]).await.status, 200);
}

#[tokio::test]
async fn in_a_workspace_the_answer_names_it() {
    let rig = Rig::of(grid());
    let back = rig.sim.approve(&authorize("user_scope=admin"), &consent(ADMIN, TEAM)).unwrap();
    let granted = exchange(&rig, (CLIENT, SECRET), &[("code", &parameter(&back, "code").unwrap())]).await;
    assert_eq!(
        (&granted["team"], &granted["is_enterprise_install"]),
        (&json!({"id": TEAM, "name": "Acme"}), &json!(false))
    );
    let token = granted["authed_user"]["access_token"].as_str().unwrap();
    assert_eq!(web(&rig, "team.accessLogs", token, &[]).await.body["ok"], true);
}

#[tokio::test]
async fn cancel_leads_back_with_access_denied_and_the_state() {
    let rig = Rig::of(grid());
    let back = rig.sim.deny(&authorize("user_scope=admin")).unwrap();
    assert_eq!(back, format!("{BACK}?error=access_denied&state=s%26t"));
}

#[tokio::test]
async fn a_code_is_good_once_and_for_ten_minutes() {
    let rig = Rig::of(grid());
    let (first, second) = (code(&rig), code(&rig));
    assert_eq!(good(&rig, &first).await["ok"], true);
    assert_eq!(good(&rig, &first).await["error"], "invalid_code");
    rig.clock.advance(Duration::from_secs(600));
    assert_eq!(good(&rig, &second).await["error"], "invalid_code");
    let third = code(&rig);
    rig.clock.advance(Duration::from_secs(599));
    assert_eq!(good(&rig, &third).await["ok"], true);
    assert_eq!(good(&rig, "").await["error"], "invalid_code");
}

#[tokio::test]
async fn only_the_app_that_asked_gets_the_token_and_proves_itself_either_way() {
    let mut world = grid();
    let second =
        json!({"client_id": "9.2", "client_secret": "other", "redirect_urls": [BACK], "user_scopes": ["admin"]});
    world["log_apps"].as_array_mut().unwrap().push(second);
    let rig = Rig::of(world);
    let code = code(&rig);
    let form = [("code", code.as_str()), ("redirect_uri", BACK)];
    for (client, expected) in [
        (("9.9", SECRET), "invalid_client_id"),
        ((CLIENT, "wrong"), "bad_client_secret"),
        ((CLIENT, ""), "bad_client_secret"),
        (("9.2", "other"), "invalid_code"),
    ] {
        assert_eq!(exchange(&rig, client, &form).await["error"], expected, "{client:?}");
    }
    let url = format!("{}oauth.v2.access", rig.sim.api_url());
    let body = format!("code={code}&redirect_uri={BACK}&client_id={CLIENT}&client_secret={SECRET}");
    let request = rig.client.post(url).header("content-type", "application/x-www-form-urlencoded").body(body);
    let granted: Value = request.send().await.unwrap().json().await.unwrap();
    assert_eq!(granted["ok"], true, "{granted}");
    rig.sim.patch_log_app(CLIENT, &json!({"client_secret": "rotated"})).unwrap();
    assert_eq!(good(&rig, "any").await["error"], "bad_client_secret");
}

#[tokio::test]
async fn the_redirect_address_must_be_the_one_that_was_asked_with() {
    let rig = Rig::of(grid());
    let form = |code: String, uri: &str| [("code", code), ("redirect_uri", uri.to_owned())];
    let send = async |form: &[(&str, String)]| {
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        exchange(&rig, (CLIENT, SECRET), &form).await
    };
    let other = format!("{BACK}/other");
    assert_eq!(send(&form(code(&rig), &other)).await["error"], "bad_redirect_uri");
    assert_eq!(send(&form(code(&rig), "")).await["ok"], true, "the app has only this one");
    rig.sim.patch_log_app(CLIENT, &json!({"redirect_urls": [BACK, "https://else.example"]})).unwrap();
    let code = code(&rig);
    assert_eq!(send(&form(code.clone(), "")).await["error"], "bad_redirect_uri");
    assert_eq!(send(&form(code, BACK)).await["ok"], true, "a refused try does not use the code up");
    let unasked = rig.sim.approve(&authorize("user_scope=admin"), &consent(ADMIN, TEAM)).unwrap();
    let unasked = parameter(&unasked, "code").unwrap();
    assert_eq!(send(&form(unasked, BACK)).await["error"], "bad_redirect_uri");
}

#[tokio::test]
async fn bot_scopes_give_a_bots_token_beside_the_persons() {
    let rig = Rig::of(grid());
    let url = authorize("user_scope=auditlogs:read&scope=team:read");
    let back = rig.sim.approve(&url, &consent(OWNER, ORG)).unwrap();
    let granted = exchange(&rig, (CLIENT, SECRET), &[("code", &parameter(&back, "code").unwrap())]).await;
    assert_eq!((&granted["token_type"], &granted["scope"]), (&json!("bot"), &json!("team:read")));
    let bot = granted["access_token"].as_str().unwrap();
    assert_eq!(audit(&rig, bot, &[]).await.body["error"], "not_allowed_token_type");
    assert!(granted["authed_user"]["access_token"].is_string());
}

#[tokio::test]
async fn the_worlds_own_app_is_installed_the_same_way() {
    let mut world = grid();
    world["app"]["client_id"] = json!("1.2");
    world["app"]["client_secret"] = json!("hush");
    world["app"]["redirect_urls"] = json!(["https://margay.example/slack/oauth"]);
    let rig = Rig::of(world);
    let url = "/oauth/v2/authorize?client_id=1.2&scope=chat:write,channels:read&state=x";
    assert_eq!(rig.sim.approve(url, &consent(MEMBER, ORG)).unwrap_err().status, 403);
    assert_eq!(
        rig.sim.approve(url, &consent(OWNER, ORG)).unwrap_err().status,
        422,
        "the world's app is in a workspace"
    );
    let back = rig.sim.approve(url, &consent(MEMBER, TEAM)).unwrap();
    let granted = exchange(&rig, ("1.2", "hush"), &[("code", &parameter(&back, "code").unwrap())]).await;
    assert_eq!(
        (&granted["access_token"], &granted["bot_user_id"]),
        (&json!(crate::world::TOKEN), &json!("U0TESTBOT1"))
    );
    assert_eq!(granted["authed_user"], json!({"id": MEMBER}));
}

#[tokio::test]
async fn the_wire_tells_of_the_exchange_without_a_secret() {
    let rig = Rig::of(grid());
    let code = code(&rig);
    let granted = good(&rig, &code).await;
    let wire = serde_json::to_string(&rig.sim.wire(None)).unwrap();
    assert!(wire.contains("oauth.v2.access") && wire.contains(OWNER), "{wire}");
    for secret in [code.as_str(), SECRET, granted["authed_user"]["access_token"].as_str().unwrap()] {
        assert!(!wire.contains(secret), "{secret}");
    }
}
