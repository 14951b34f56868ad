//! Installing the app over OAuth, and several workspaces at once. Slack is two simulators, each with a workspace and a
//! token of its own, behind one address that also gives tokens for codes, as strictly as Slack: a code is good for once,
//! and only for the right client.

use crate::world::edge::Trouble;
use crate::world::{BOT, LINUS, START, World, slack_world};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, Uri};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use serde_json::{Value, json};
use slack_simulator as sim;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;

pub(crate) const SECOND: &str = "C0SECOND01";
const ADDRESS: &str = "/slack/oauth/callback";

/// What a code gives.
#[derive(Clone)]
struct Grants {
    codes: Arc<Mutex<HashMap<&'static str, Value>>>,
    /// Where each token's workspace is.
    tokens: Arc<HashMap<&'static str, String>>,
    http: reqwest::Client,
    down: Arc<Mutex<bool>>,
}

/// Two workspaces: T0ACME0001 with the destinations `d1` and `d2`, and T0OTHER001 with the channel `second`.
pub(crate) struct Installing {
    pub(crate) world: World,
    pub(crate) other: sim::Simulator,
    grants: Grants,
}

fn grant(team: Option<&str>, enterprise: Option<&str>, token: &str) -> Value {
    let named = |id: Option<&str>| id.map(|id| json!({"id": id, "name": format!("Name of {id}")}));
    json!({
        "ok": true, "app_id": "A0MARGAY01", "access_token": token, "token_type": "bot", "bot_user_id": BOT,
        "scope": "chat:write,channels:read", "team": named(team), "enterprise": named(enterprise),
        "is_enterprise_install": team.is_none(), "authed_user": {"id": LINUS},
    })
}

impl Installing {
    pub(crate) async fn new() -> Self {
        let clock = sim::ManualClock::at(START);
        let first = sim::Simulator::start(slack_world(), sim::Clock::Manual(clock.clone()));
        let mut elsewhere = slack_world();
        elsewhere.team.id = "T0OTHER001".to_owned();
        elsewhere.app.bot_token = "xoxb-other-token".to_owned();
        elsewhere.channels.clear();
        let channel = json!({"id": SECOND, "name": "second", "members": [BOT, LINUS]});
        elsewhere.channels.push(serde_json::from_value(channel).unwrap());
        let other = sim::Simulator::start(elsewhere, sim::Clock::Manual(clock.clone()));
        let grants = Grants {
            codes: Arc::new(Mutex::new(HashMap::from([
                ("code-acme", grant(Some("T0ACME0001"), None, "xoxb-test-token")),
                ("code-other", grant(Some("T0OTHER001"), None, "xoxb-other-token")),
                ("code-org", grant(None, Some("E0ACME0001"), "xoxb-test-token")),
                ("code-dead", grant(Some("T0OTHER001"), None, "xoxb-dead-token")),
            ]))),
            tokens: Arc::new(HashMap::from([
                ("xoxb-test-token", first.api_url()),
                ("xoxb-other-token", other.api_url()),
            ])),
            http: slack::client::http_client(),
            down: Arc::default(),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/api/", listener.local_addr().unwrap());
        let app = axum::Router::new().fallback(both).with_state(grants.clone());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        let world = World::behind(first, clock, url).await;
        let mut installing = Self { world, other, grants };
        installing.secret(
            json!({"signing_secret": crate::world::SIGNING_SECRET, "client_id": "1.2", "client_secret": "hush"}),
        );
        installing
    }

    fn secret(&mut self, secret: Value) {
        self.world.swap_slack_secret(&secret.to_string());
    }

    /// A new link, opened: Slack's page, the state in it, and the cookie.
    async fn begin(&mut self) -> (String, String) {
        let (status, link) = self.world.rest("POST", "/slack/install", Value::Null).await;
        assert_eq!(status, 201, "{link}");
        let page = self.world.page(link["path"].as_str().unwrap(), None).await;
        assert_eq!(page.status(), 302, "{}", page.body());
        let cookie = page.headers()["set-cookie"].to_str().unwrap().to_owned();
        for attribute in ["; HttpOnly", "; Secure", "; SameSite=Lax", "; Max-Age=600", "; Path=/slack/oauth"] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
        let to = reqwest::Url::parse(page.headers()["location"].to_str().unwrap()).unwrap();
        assert_eq!(to.path(), "/oauth/v2/authorize");
        let query: HashMap<_, _> = to.query_pairs().into_owned().collect();
        let scopes: Vec<_> = slack::app::scopes().into_iter().collect();
        assert_eq!((query["client_id"].as_str(), query["scope"].as_str()), ("1.2", scopes.join(",").as_str()));
        assert!(!to.as_str().contains("hush") && !cookie.contains("hush"));
        (query["state"].clone(), cookie.split(';').next().unwrap().to_owned())
    }

    async fn come_back(&self, query: &str, cookie: Option<&str>) -> (u16, String) {
        let page = self.world.page(&format!("{ADDRESS}?{query}"), cookie).await;
        let secrets = ["hush", "xoxb", "code-"];
        assert!(secrets.iter().all(|secret| !page.body().contains(secret)), "{}", page.body());
        (page.status().as_u16(), page.body().clone())
    }

    pub(crate) async fn install(&mut self, code: &str) -> (u16, String) {
        let (state, cookie) = self.begin().await;
        self.come_back(&format!("code={code}&state={state}"), Some(&cookie)).await
    }

    fn keys(&self) -> Vec<String> {
        let credentials = slack::credentials::Credentials::parse(&self.world.slack_secret().to_string()).unwrap();
        credentials.installations().iter().map(|one| one.key().to_owned()).collect()
    }

    pub(crate) async fn make(&mut self, name: &str, channel: &str, workspace: Option<&str>) -> (u16, Value) {
        let body = json!({"displayName": name, "channel": channel, "severities": ["HIGH"], "workspace": workspace});
        self.world.rest("POST", "/destinations", body).await
    }
}

/// One Slack for both workspaces.
async fn both(State(grants): State<Grants>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    if *grants.down.lock().unwrap() {
        return (axum::http::StatusCode::SERVICE_UNAVAILABLE, "down").into_response();
    }
    let refuse = |error: &str| axum::Json(json!({"ok": false, "error": error})).into_response();
    let name = uri.path().trim_start_matches("/api/").to_owned();
    let authorization = headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if name == "oauth.v2.access" {
        assert_eq!(
            (method, headers["content-type"].to_str().unwrap()),
            (Method::POST, "application/x-www-form-urlencoded")
        );
        let expected = base64::engine::general_purpose::STANDARD.encode("1.2:hush");
        if authorization.strip_prefix("Basic ") != Some(&expected) {
            return refuse("bad_client_secret");
        }
        let code = std::str::from_utf8(&body).unwrap().strip_prefix("code=").unwrap();
        let granted = grants.codes.lock().unwrap().remove(code);
        return granted.map_or_else(|| refuse("invalid_code"), |granted| axum::Json(granted).into_response());
    }
    let Some(to) = authorization.strip_prefix("Bearer ").and_then(|token| grants.tokens.get(token)) else {
        return refuse("invalid_auth");
    };
    let url = format!("{to}{name}{}", uri.query().map(|query| format!("?{query}")).unwrap_or_default());
    let mut request = grants.http.request(method, url).header("authorization", authorization).body(body);
    if let Some(kind) = headers.get("content-type") {
        request = request.header("content-type", kind);
    }
    let answer = request.send().await.unwrap();
    (answer.status(), answer.bytes().await.unwrap()).into_response()
}

#[tokio::test]
async fn the_app_is_installed_in_a_workspace_and_its_token_is_used() {
    let mut slack = Installing::new().await;
    let (status, page) = slack.install("code-acme").await;
    assert_eq!(status, 200);
    assert!(page.contains("Margay is installed in Name of T0ACME0001") && page.contains("/invite @Margay"), "{page}");
    assert_eq!(slack.keys(), ["T0ACME0001"]);
    let secret = slack.world.slack_secret();
    assert_eq!(
        (&secret["client_secret"], &secret["installations"][0]["name"]),
        (&json!("hush"), &json!("Name of T0ACME0001"))
    );
    slack.world.secrets_are_read_anew().await;
    slack.world.produce("a1", json!({}));
    slack.world.quiet().await;
    assert_eq!(slack.world.messages(crate::world::ONE).len(), 1);
    assert_eq!(slack.world.choose(LINUS, crate::world::ONE, "status", "TRIAGED").await, 200);
    slack.world.quiet().await;
    assert_eq!(slack.world.record("a1").await.alert.triage.status, alert::Status::Triaged);
}

#[tokio::test]
async fn an_organisation_is_led_to_adding_the_app_to_its_workspaces() {
    let mut slack = Installing::new().await;
    let (status, page) = slack.install("code-org").await;
    assert_eq!(status, 200);
    let link = "https://app.slack.com/manage/E0ACME0001/integrations/profile/A0MARGAY01/workspaces/add";
    assert!(page.contains("for the organisation Name of E0ACME0001") && page.contains(link), "{page}");
    assert_eq!(slack.keys(), ["E0ACME0001"]);
}

#[tokio::test]
async fn each_destination_posts_with_its_workspaces_token_and_each_workspace_has_its_own_people() {
    let mut slack = Installing::new().await;
    assert_eq!(slack.install("code-acme").await.0, 200);
    assert_eq!(slack.install("code-other").await.0, 200);
    slack.world.secrets_are_read_anew().await;
    // Which workspace?
    let (status, body) = slack.make("elsewhere", "second", None).await;
    assert_eq!((status, &body["errors"][0]["field"]), (400, &json!("workspace")));
    let rule = body["errors"][0]["rule"].as_str().unwrap();
    assert!(rule.contains("T0ACME0001 (Name of T0ACME0001), T0OTHER001 (Name of T0OTHER001)"), "{rule}");
    assert_eq!(slack.make("elsewhere", "second", Some("T0ACME0001")).await.0, 400, "no such channel there");
    let (status, made) = slack.make("elsewhere", "second", Some("T0OTHER001")).await;
    assert_eq!((status, &made["channelId"], &made["workspace"]), (201, &json!(SECOND), &json!("T0OTHER001")));
    for id in ["d1", "d2"] {
        let (status, _) =
            slack.world.rest("PATCH", &format!("/destinations/{id}"), json!({"workspace": "T0ACME0001"})).await;
        assert_eq!(status, 200);
    }
    slack.world.produce("a1", json!({}));
    slack.world.quiet().await;
    assert_eq!(slack.world.messages(crate::world::ONE).len(), 1);
    let there = slack.other.messages(SECOND).unwrap();
    assert_eq!(there.len(), 1);
    // The same person id in the other workspace is another person: here a guest, who may not.
    slack.other.patch_user(LINUS, &json!({"is_restricted": true})).unwrap();
    assert_eq!(slack.world.choose(LINUS, crate::world::ONE, "status", "TRIAGED").await, 200);
    slack.world.quiet().await;
    let act = sim::Act {
        user: LINUS.to_owned(),
        channel: SECOND.to_owned(),
        message_ts: there[0].ts.clone(),
        action_id: "status".to_owned(),
        value: Some("CLOSED".into()),
        unchecked: true,
        ..sim::Act::default()
    };
    let click = slack.other.prepare_act(&act).unwrap();
    slack.world.hand(&click).await;
    slack.world.quiet().await;
    assert_eq!(slack.world.record("a1").await.alert.triage.status, alert::Status::Triaged);
    assert_eq!(slack.other.ephemerals(LINUS).len(), 1, "only they are told, by their own workspace's bot");
}

#[tokio::test]
async fn what_happens_to_one_installation_leaves_the_other_alone_and_its_destinations_are_told() {
    let mut slack = Installing::new().await;
    slack.install("code-acme").await;
    slack.install("code-other").await;
    slack.world.secrets_are_read_anew().await;
    let (_, made) = slack.make("elsewhere", "second", Some("T0OTHER001")).await;
    for id in ["d1", "d2"] {
        slack.world.rest("PATCH", &format!("/destinations/{id}"), json!({"workspace": "T0ACME0001"})).await;
    }
    slack.world.slack.patch_app(&json!({"token_state": "inactive"})).unwrap();
    for kind in ["app_uninstalled", "tokens_revoked", "app_uninstalled"] {
        slack.world.advance(Duration::from_secs(1));
        slack.world.event(json!({"type": kind, "tokens": {"bot": [BOT]}}), Value::Null).await;
        slack.world.quiet().await;
    }
    let (_, shown) = slack.world.rest("GET", "/destinations", Value::Null).await;
    for destination in shown["results"].as_array().unwrap() {
        let expected = if destination["id"] == made["id"] { "ready" } else { "app uninstalled" };
        assert_eq!(destination["readiness"], expected, "{destination}");
    }
    let told = slack.other.messages(SECOND).unwrap();
    assert_eq!(told.len(), 1, "one alert, however often it is said");
    assert!(told[0].text.contains("Alerts cannot be delivered to Slack: app uninstalled"), "{}", told[0].text);

    // Installed again: the destinations are ready at once.
    slack.world.slack.patch_app(&json!({"token_state": "active"})).unwrap();
    slack.grants.codes.lock().unwrap().insert("code-again", grant(Some("T0ACME0001"), None, "xoxb-test-token"));
    assert_eq!(slack.install("code-again").await.0, 200);
    let (_, shown) = slack.world.rest("GET", "/destinations/d1", Value::Null).await;
    assert_eq!(shown["readiness"], "ready");
    assert_eq!(slack.keys(), ["T0OTHER001", "T0ACME0001"]);
}

#[tokio::test]
async fn an_event_or_a_click_of_a_workspace_without_an_installation_does_nothing() {
    let mut slack = Installing::new().await;
    slack.install("code-acme").await;
    slack.install("code-other").await;
    slack.world.secrets_are_read_anew().await;
    slack.world.rest("PATCH", "/destinations/d1", json!({"workspace": "T0ACME0001"})).await;
    slack.world.produce("a1", json!({}));
    slack.world.step_dispatch().await;
    // A click that Slack sends for another workspace, in which the person could be anybody.
    let mut click = slack.world.prepare(LINUS, crate::world::ONE, "status", "TRIAGED");
    let payload = String::from_utf8(click.body.to_vec()).unwrap().replace("T0ACME0001", "T0NOBODY01");
    let timestamp = slack.world.now().as_second().to_string();
    let signature = sim::signature(crate::world::SIGNING_SECRET, &timestamp, payload.as_bytes());
    click.body = payload.into();
    for (name, value) in &mut click.headers {
        if name.eq_ignore_ascii_case("x-slack-signature") {
            value.clone_from(&signature);
        } else if name.eq_ignore_ascii_case("x-slack-request-timestamp") {
            value.clone_from(&timestamp);
        }
    }
    assert_eq!(slack.world.hand(&click).await.status(), 200);
    assert!(slack.world.changes.len() <= 1, "nothing but the new alert's own message");
    // Tokens that are refused, so that the event would be believed if it counted for anybody.
    slack.world.slack.patch_app(&json!({"token_state": "inactive"})).unwrap();
    slack.other.patch_app(&json!({"token_state": "inactive"})).unwrap();
    slack.world.event(json!({"type": "app_uninstalled"}), json!({"team_id": "T0NOBODY01"})).await;
    slack.world.step_fanout().await;
    let (_, shown) = slack.world.rest("GET", "/destinations/d1", Value::Null).await;
    assert_eq!(shown["readiness"], "ready");
    let (_, alert) = slack.world.rest("GET", "/alerts/a1", Value::Null).await;
    assert_eq!(alert["status"], "OPEN");
    assert!(slack.world.changes.dead.is_empty());
}

#[tokio::test]
async fn two_installations_at_once_lose_nothing() {
    let mut slack = Installing::new().await;
    let (one, two) = (slack.begin().await, slack.begin().await);
    let first = format!("code=code-acme&state={}", one.0);
    let second = format!("code=code-other&state={}", two.0);
    let (first, second) = futures::join!(slack.come_back(&first, Some(&one.1)), slack.come_back(&second, Some(&two.1)));
    assert_eq!((first.0, second.0), (200, 200));
    let mut keys = slack.keys();
    keys.sort();
    assert_eq!(keys, ["T0ACME0001", "T0OTHER001"]);
}

#[tokio::test]
async fn while_another_one_is_stored_the_page_says_to_load_it_again_and_that_works() {
    let mut slack = Installing::new().await;
    let (state, cookie) = slack.begin().await;
    let now = slack.world.now();
    let until = now + jiff::SignedDuration::from_secs(30);
    assert!(slack.world.store.lock_installations("somebody", now, until).await.unwrap());
    let back = format!("code=code-acme&state={state}");
    let (status, page) = slack.come_back(&back, Some(&cookie)).await;
    assert!(status == 503 && page.contains("Another installation is being stored"), "{page}");
    slack.world.advance(Duration::from_secs(31));
    assert_eq!(slack.come_back(&back, Some(&cookie)).await.0, 200, "the lock of one that died ends by itself");
    let now = slack.world.now();
    assert!(slack.world.store.lock_installations("next", now, now).await.unwrap(), "it was given back");
}

#[tokio::test]
async fn nobody_installs_without_a_link_that_somebody_with_a_key_has_made() {
    let mut slack = Installing::new().await;
    for path in ["/slack/install", "/slack/install?ticket=", "/slack/install?ticket=1.2.3"] {
        let page = slack.world.page(path, None).await;
        assert!(page.status() == 403 && page.body().contains("POST /slack/install"), "{path}");
    }
    let (_, link) = slack.world.rest("POST", "/slack/install", Value::Null).await;
    slack.world.advance(Duration::from_secs(601));
    let page = slack.world.page(link["path"].as_str().unwrap(), None).await;
    assert!(page.status() == 403 && page.body().contains("The link has expired"), "{}", page.body());
    assert_eq!(slack.world.page("/slack/install?ticket=x", None).await.headers().get("set-cookie"), None);
}

#[tokio::test]
async fn a_state_is_ours_in_time_for_this_browser_and_for_once() {
    let mut slack = Installing::new().await;
    let (state, cookie) = slack.begin().await;
    let (_, other_cookie) = slack.begin().await;
    let back = format!("code=code-acme&state={state}");
    let forged = format!("code=code-acme&state={}0", &state[..state.len() - 1]);
    for (query, cookie, status, says) in [
        (forged.as_str(), Some(cookie.as_str()), 403, "This did not begin here"),
        ("code=code-acme", Some(cookie.as_str()), 403, "This did not begin here"),
        (&format!("{back}&state={state}"), Some(cookie.as_str()), 403, "This did not begin here"),
        (back.as_str(), None, 403, "begun in another browser"),
        (back.as_str(), Some(other_cookie.as_str()), 403, "begun in another browser"),
        (&format!("error=access_denied&state={state}"), Some(cookie.as_str()), 400, "not allowed"),
        (&format!("state={state}"), Some(cookie.as_str()), 400, "without what is needed"),
    ] {
        let (got, page) = slack.come_back(query, cookie).await;
        assert!(got == status && page.contains(says), "{query}: {got} {page}");
    }
    assert!(slack.keys().is_empty(), "none of these stored anything");
    assert_eq!(slack.come_back(&back, Some(&cookie)).await.0, 200);
    let (status, page) = slack.come_back(&back, Some(&cookie)).await;
    assert!(status == 400 && page.contains("answered before"), "{page}");

    let (state, cookie) = slack.begin().await;
    slack.world.advance(Duration::from_secs(601));
    let (status, page) = slack.come_back(&format!("code=code-other&state={state}"), Some(&cookie)).await;
    assert!(status == 403 && page.contains("longer than ten minutes"), "{page}");
    assert_eq!(slack.keys(), ["T0ACME0001"]);
}

#[tokio::test]
async fn what_slack_refuses_is_a_page_that_says_what_to_do() {
    let mut slack = Installing::new().await;
    let (status, page) = slack.install("code-unknown").await;
    assert!(status == 400 && page.contains("does not take its own code"), "{page}");
    let (status, page) = slack.install("code-dead").await;
    assert!(status == 502 && page.contains("<code>invalid_auth</code>"), "{page}");
    *slack.grants.down.lock().unwrap() = true;
    let (status, page) = slack.install("code-acme").await;
    assert!(status == 503 && page.contains("did not answer"), "{page}");
    *slack.grants.down.lock().unwrap() = false;
    let (state, cookie) = slack.begin().await;
    slack.world.edge.trouble(Trouble::Throttle, 0, Some("PutSecretValue"));
    let (status, _) = slack.come_back(&format!("code=code-acme&state={state}"), Some(&cookie)).await;
    assert_eq!(status, 503);
    slack.world.edge.clear();
    assert!(slack.keys().is_empty());
}

#[tokio::test]
async fn a_wrong_client_and_a_missing_one_are_told_apart() {
    let mut slack = Installing::new().await;
    slack.secret(json!({"signing_secret": "s", "client_id": "1.2", "client_secret": "wrong"}));
    let (status, page) = slack.install("code-acme").await;
    assert!(
        status == 409 && page.contains("does not take the app&#39;s client_id")
            || page.contains("does not take the app's client_id"),
        "{page}"
    );
    let mut slack = Installing::new().await;
    slack.secret(json!({"signing_secret": "s", "bot_token": "xoxb-test-token"}));
    assert_eq!(slack.world.rest("POST", "/slack/install", Value::Null).await.0, 409);
    let page = slack.world.page("/slack/install?ticket=x", None).await;
    assert!(page.status() == 409 && page.body().contains("no client_id and client_secret yet"), "{}", page.body());
}

#[tokio::test]
async fn a_token_that_was_put_there_by_hand_stays_and_is_used_beside_the_installations() {
    let mut slack = Installing::new().await;
    slack.secret(json!({
        "signing_secret": crate::world::SIGNING_SECRET, "client_id": "1.2", "client_secret": "hush", "bot_token": "xoxb-test-token",
    }));
    slack.install("code-other").await;
    assert_eq!(slack.keys(), ["manual", "T0OTHER001"]);
    slack.world.secrets_are_read_anew().await;
    slack.make("elsewhere", "second", Some("T0OTHER001")).await;
    slack.world.produce("a1", json!({}));
    slack.world.quiet().await;
    assert_eq!(slack.world.messages(crate::world::ONE).len(), 1);
    assert_eq!(slack.other.messages(SECOND).unwrap().len(), 1);
}

#[tokio::test]
async fn before_the_app_is_installed_alerts_wait_and_the_destinations_say_why() {
    let mut slack = Installing::new().await;
    slack.world.secrets_are_read_anew().await;
    let (_, made) = slack.make("new", "#one", None).await;
    assert_eq!(made["readiness"], "app not installed");
    assert_eq!(slack.world.welcome(made["id"].as_str().unwrap(), None).await.0, 409);
    slack.world.produce("a1", json!({}));
    slack.world.step_dispatch().await;
    slack.world.step_fanout().await;
    assert_eq!(slack.world.rest("GET", "/destinations/d1", Value::Null).await.1["readiness"], "app not installed");
    assert!(slack.world.messages(crate::world::ONE).is_empty());
    slack.install("code-acme").await;
    slack.world.secrets_are_read_anew().await;
    slack.world.quiet().await;
    assert_eq!(slack.world.messages(crate::world::ONE).len(), 2, "the alert, once for each of the two destinations");
}
