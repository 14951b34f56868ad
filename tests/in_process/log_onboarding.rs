//! Installing log sources over OAuth, against the simulator's consent page: what an owner gets, and every refusal. A
//! refusal changes nothing: neither the source nor its secret.

use crate::world::{AUSTON, LINUS, LOG_SECRETS, VIEWER, World, slack_world};
use http::Response;
use logs::{Health, LogSource, LogSourceId, State, Trouble};
use serde_json::{Value, json};
use slack_simulator as sim;
use std::collections::HashMap;
use std::time::Duration;

const BACK: &str = "https://margay.example/slack/logs/callback";
const TEAM: &str = "T0ACME0001";
const ORGANISATION: &str = "E0ACME0001";
const CLIENT: &str = "10.20";

/// Linus owns the organisation, Auston manages its workspaces; Viewer only works there.
struct Onboarding {
    world: World,
    source: LogSourceId,
}

/// Slack's page, the state in it, and the browser's cookie.
struct Begun {
    authorize_url: String,
    cookie: String,
}

impl Onboarding {
    async fn of(log_type: &str) -> Self {
        let mut slack = slack_world();
        slack.enterprise = Some(serde_json::from_value(json!({"id": ORGANISATION, "name": "Acme Group"})).unwrap());
        slack
            .other_teams
            .push(serde_json::from_value(json!({"id": "T0OTHER001", "name": "Other", "domain": "o"})).unwrap());
        let app = |client: &str| {
            json!({"client_id": client, "client_secret": "hush", "redirect_urls": [BACK],
                "user_scopes": ["auditlogs:read", "admin", "users:read"]})
        };
        slack.log_apps = serde_json::from_value(json!([app(CLIENT), app("30.40")])).unwrap();
        let mut world = World::with(slack).await;
        world.slack.patch_user(LINUS, &json!({"is_org_owner": true, "is_owner": true})).unwrap();
        world.slack.patch_user(AUSTON, &json!({"is_admin": true})).unwrap();
        let source = make(&mut world, log_type, log_type, "acme").await;
        let onboarding = Self { world, source };
        onboarding.put_secret("acme", &json!({"note": "kept", "client_id": CLIENT, "client_secret": "hush"}));
        onboarding
    }

    fn put_secret(&self, name: &str, secret: &Value) {
        self.world.edge.put_secret(&format!("{LOG_SECRETS}{name}"), secret.to_string());
    }

    fn secret(&self) -> String {
        self.world.edge.secret(&format!("{LOG_SECRETS}acme"))
    }

    async fn stored(&self) -> LogSource {
        self.world.store.log_source(&self.source).await.unwrap().unwrap()
    }

    async fn link(&mut self) -> String {
        let (status, link) =
            self.world.rest("POST", &format!("/log-sources/{}/install", self.source), Value::Null).await;
        assert_eq!(status, 201, "{link}");
        link["path"].as_str().unwrap().to_owned()
    }

    /// A new link, opened.
    async fn begin(&mut self) -> Begun {
        let link = self.link().await;
        let page = self.world.page(&link, None).await;
        assert_eq!(page.status(), 302, "{}", page.body());
        let cookie = page.headers()["set-cookie"].to_str().unwrap();
        for attribute in ["; HttpOnly", "; Secure", "; SameSite=Lax", "; Max-Age=600", "; Path=/slack/logs"] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
        let authorize_url = page.headers()["location"].to_str().unwrap().to_owned();
        assert!(!authorize_url.contains("hush") && !cookie.contains("hush"));
        Begun { authorize_url, cookie: cookie.split(';').next().unwrap().to_owned() }
    }

    /// Where Slack sends somebody who allows it for `place`.
    fn allow(&self, begun: &Begun, user: &str, place: &str) -> String {
        let consent = sim::Consent { user: user.to_owned(), place: Some(place.to_owned()) };
        self.world.slack.approve(&begun.authorize_url, &consent).unwrap()
    }

    async fn come_back(&self, to: &str, cookie: Option<&str>) -> (u16, String) {
        let page: Response<String> = self.world.page(to, cookie).await;
        for secret in ["hush", "xoxp", "state=", LOG_SECRETS] {
            assert!(!page.body().contains(secret), "{}", page.body());
        }
        assert!(page.headers()["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"));
        (page.status().as_u16(), page.body().clone())
    }

    /// The whole way.
    async fn install(&mut self, user: &str, place: &str) -> (u16, String) {
        let begun = self.begin().await;
        let to = self.allow(&begun, user, place);
        self.come_back(&to, Some(&begun.cookie)).await
    }

    /// Comes back to a page that refuses with `status` and says `words`, and that changed nothing.
    async fn is_refused(&self, to: &str, cookie: Option<&str>, status: u16, words: &str) {
        let before = (self.secret(), self.stored().await);
        let (got, page) = self.come_back(to, cookie).await;
        assert_eq!(got, status, "{page}");
        assert!(page.contains(words), "{words} in {page}");
        assert_eq!((self.secret(), self.stored().await), before, "{words}");
    }
}

/// A new source whose secret is called `secret`.
async fn make(world: &mut World, name: &str, log_type: &str, secret: &str) -> LogSourceId {
    let body = json!({"name": name, "logType": log_type, "secret": format!("{LOG_SECRETS}{secret}")});
    let (status, made) = world.rest("POST", "/log-sources", body).await;
    assert_eq!(status, 201, "{made}");
    LogSourceId::new(made["id"].as_str().unwrap()).unwrap()
}

const AUDIT: &str = "Slack.AuditLogs";
const ACCESS: &str = "Slack.AccessLogs";
const INTEGRATION: &str = "Slack.IntegrationLogs";

#[tokio::test]
async fn an_owner_lets_an_audit_source_read_the_organisation() {
    let mut slack = Onboarding::of(AUDIT).await;
    let begun = slack.begin().await;
    let to = reqwest::Url::parse(&begun.authorize_url).unwrap();
    let query: HashMap<_, _> = to.query_pairs().into_owned().collect();
    assert_eq!((to.path(), query["client_id"].as_str()), ("/oauth/v2/authorize", CLIENT));
    assert_eq!((query["user_scope"].as_str(), query.get("scope")), ("auditlogs:read", None));
    let to = slack.allow(&begun, LINUS, ORGANISATION);
    let (status, page) = slack.come_back(&to, Some(&begun.cookie)).await;
    assert_eq!(status, 200, "{page}");
    assert!(page.contains("The log source Slack.AuditLogs is installed") && page.contains("of Acme Group"), "{page}");
    let secret: Value = serde_json::from_str(&slack.secret()).unwrap();
    let token = &slack.world.slack.user_tokens()[0];
    assert_eq!((&secret["user_token"], &secret["user_id"]), (&json!(token.token), &json!(LINUS)));
    assert_eq!((&secret["enterprise_id"], secret.get("team_id")), (&json!(ORGANISATION), None));
    assert_eq!((&secret["note"], &secret["client_secret"]), (&json!("kept"), &json!("hush")));
    let source = slack.stored().await;
    assert!(source.settings.enabled);
    assert_eq!((source.health.state, source.health.last_error), (State::Healthy, None));
}

#[tokio::test]
async fn sources_of_one_workspace_may_share_an_app_and_its_secret() {
    let mut slack = Onboarding::of(ACCESS).await;
    assert_eq!(slack.install(AUSTON, TEAM).await.0, 200);
    let first: Value = serde_json::from_str(&slack.secret()).unwrap();
    assert_eq!(first["team_id"], TEAM);
    let access = std::mem::replace(&mut slack.source, make(&mut slack.world, "Apps", INTEGRATION, "acme").await);
    assert_eq!(slack.install(LINUS, TEAM).await.0, 200);
    assert_eq!(serde_json::from_str::<Value>(&slack.secret()).unwrap()["user_id"], LINUS);
    for id in [access, slack.source.clone()] {
        let source = slack.world.store.log_source(&id).await.unwrap().unwrap();
        assert_eq!(source.health.state, State::Healthy, "{id}");
    }
}

#[tokio::test]
async fn an_unhealthy_source_that_was_switched_off_works_again_and_its_next_poll_resolves_its_alert() {
    let mut slack = Onboarding::of(AUDIT).await;
    slack.install(LINUS, ORGANISATION).await;
    let path = format!("/log-sources/{}", slack.source);
    slack.world.rest("PATCH", &path, json!({"enabled": false})).await;
    let source = slack.stored().await;
    let trouble = Trouble { code: "token_revoked".into(), what_to_do: "x".into(), since: slack.world.now() };
    let alerted = Some(alert::AlertId::new("open-1").unwrap());
    let unhealthy = Health {
        state: State::Unhealthy,
        last_error: Some(trouble),
        failures: 3,
        alerted: alerted.clone(),
        ..source.health
    };
    slack.world.store.note_log_health(&slack.source, &unhealthy).await.unwrap();
    assert_eq!(slack.install(LINUS, ORGANISATION).await.0, 200);
    let source = slack.stored().await;
    assert!(source.settings.enabled);
    let Health { state, last_error, failures, alerted: open, .. } = source.health;
    assert_eq!((state, last_error, failures, open), (State::Healthy, None, 0, alerted));
}

#[tokio::test]
async fn who_does_not_allow_it_is_told_how_to_begin_again() {
    let mut slack = Onboarding::of(AUDIT).await;
    let begun = slack.begin().await;
    let to = slack.world.slack.deny(&begun.authorize_url).unwrap();
    slack.is_refused(&to, Some(&begun.cookie), 400, "it was not allowed").await;
    let odd = to.replace("access_denied", "%3Cb%3Eodd");
    slack.is_refused(&odd, Some(&begun.cookie), 502, "<code>&lt;b&gt;odd</code>").await;
}

#[tokio::test]
async fn the_page_opens_only_with_a_ticket_of_its_own_source_and_for_ten_minutes() {
    let mut slack = Onboarding::of(AUDIT).await;
    let link = slack.link().await;
    let (path, ticket) = link.split_once("?ticket=").unwrap();
    let forged = format!("{}0", &ticket[..ticket.len() - 1]);
    let another = make(&mut slack.world, "Other", AUDIT, "acme").await;
    for bad in [
        path.to_owned(),
        format!("{path}?ticket="),
        format!("{path}?ticket={forged}x"),
        format!("{link}&ticket={ticket}"),
        format!("/slack/logs/install/{another}?ticket={ticket}"),
        format!("/slack/logs/install/nobody?ticket={ticket}"),
    ] {
        slack.is_refused(&bad, None, 403, "opens with a link").await;
    }
    slack.world.advance(Duration::from_secs(601));
    slack.is_refused(&link, None, 403, "The link has expired").await;
}

#[tokio::test]
async fn a_state_that_is_not_ours_or_late_or_used_is_refused() {
    let mut slack = Onboarding::of(AUDIT).await;
    let begun = slack.begin().await;
    let (to, cookie) = (slack.allow(&begun, LINUS, ORGANISATION), begun.cookie.clone());
    let (head, state) = to.split_once("state=").unwrap();
    let source = slack.source.to_string();
    for bad in [
        head.trim_end_matches('&').to_owned(),
        format!("{head}state=x"),
        format!("{head}state={state}0"),
        format!("{head}state={}", state.replace(&source, "nobody")),
        format!("{head}state=9999999999.a.{source}.b.00"),
    ] {
        slack.is_refused(&bad, Some(&cookie), 403, "This did not begin here").await;
    }
    // The ticket is no state, though it is signed with the same key.
    let link = slack.link().await;
    let ticket = link.split_once("ticket=").unwrap().1;
    slack.is_refused(&format!("{head}state={ticket}"), Some(&cookie), 403, "This did not begin here").await;
    assert_eq!(slack.come_back(&to, Some(&cookie)).await.0, 200);
    slack.is_refused(&to, Some(&cookie), 400, "This was answered before").await;
    let begun = slack.begin().await;
    let to = slack.allow(&begun, LINUS, ORGANISATION);
    slack.world.advance(Duration::from_secs(601));
    slack.is_refused(&to, Some(&begun.cookie), 403, "It took longer than ten minutes").await;
}

#[tokio::test]
async fn a_new_client_secret_counts_at_once_whatever_the_page_still_has() {
    let mut slack = Onboarding::of(AUDIT).await;
    let begun = slack.begin().await;
    let to = slack.allow(&begun, LINUS, ORGANISATION);
    // Nobody has asked for a link since: the page opens the state with the key of a moment ago.
    slack.put_secret("acme", &json!({"client_id": CLIENT, "client_secret": "another"}));
    slack.is_refused(&to, Some(&begun.cookie), 403, "This did not begin here").await;
}

#[tokio::test]
async fn a_silence_that_is_told_of_lasts_beyond_an_installation() {
    let mut slack = Onboarding::of(AUDIT).await;
    let silent = Health {
        silent_alerted: Some(alert::AlertId::new("silent-1").unwrap()),
        silent_since: Some(slack.world.now()),
        ..slack.stored().await.health
    };
    slack.world.store.note_log_health(&slack.source, &silent).await.unwrap();
    assert_eq!(slack.install(LINUS, ORGANISATION).await.0, 200);
    let health = slack.stored().await.health;
    assert_eq!((health.state, health.silent_since), (State::Healthy, silent.silent_since));
}

#[tokio::test]
async fn only_the_browser_that_began_can_finish() {
    let mut slack = Onboarding::of(AUDIT).await;
    let (mine, theirs) = (slack.begin().await, slack.begin().await);
    let to = slack.allow(&mine, LINUS, ORGANISATION);
    for cookie in [None, Some(theirs.cookie.as_str()), Some("margay_logs="), Some("margay_install=x")] {
        slack.is_refused(&to, cookie, 403, "begun in another browser").await;
    }
    assert_eq!(slack.come_back(&to, Some(&mine.cookie)).await.0, 200, "and none of that used it up");
}

#[tokio::test]
async fn a_strangers_code_changes_nothing() {
    let mut slack = Onboarding::of(ACCESS).await;
    slack.install(AUSTON, TEAM).await;
    let begun = slack.begin().await;
    let state = begun.authorize_url.split_once("state=").unwrap().1.to_owned();
    // A code that another app was given, and one that nobody was given.
    let another = begun.authorize_url.replace(CLIENT, "30.40");
    let consent = sim::Consent { user: AUSTON.to_owned(), place: Some(TEAM.to_owned()) };
    let to = slack.world.slack.approve(&another, &consent).unwrap();
    slack.is_refused(&to, Some(&begun.cookie), 400, "does not take its own code").await;
    let begun = slack.begin().await;
    assert_ne!(begun.authorize_url.split_once("state=").unwrap().1, state);
    let state = begun.authorize_url.split_once("state=").unwrap().1;
    slack.is_refused(&format!("{BACK}?code=made-up&state={state}"), Some(&begun.cookie), 400, "its own code").await;
    let begun = slack.begin().await;
    let state = begun.authorize_url.split_once("state=").unwrap().1;
    slack.is_refused(&format!("{BACK}?state={state}"), Some(&begun.cookie), 400, "without what is needed").await;
}

#[tokio::test]
async fn a_source_never_changes_the_workspace_or_organisation_that_it_reads() {
    let mut slack = Onboarding::of(ACCESS).await;
    slack.install(AUSTON, TEAM).await;
    for place in ["T0OTHER001", ORGANISATION] {
        let begun = slack.begin().await;
        let to = slack.allow(&begun, LINUS, place);
        slack.is_refused(&to, Some(&begun.cookie), 409, "reads another workspace or organisation").await;
    }
}

#[tokio::test]
async fn an_audit_source_in_one_workspace_is_refused() {
    let mut slack = Onboarding::of(AUDIT).await;
    let begun = slack.begin().await;
    let to = slack.allow(&begun, LINUS, TEAM);
    slack.is_refused(&to, Some(&begun.cookie), 409, "only the whole Enterprise organisation").await;
}

#[tokio::test]
async fn who_owns_nothing_is_told_who_can_do_it() {
    let mut slack = Onboarding::of(AUDIT).await;
    let begun = slack.begin().await;
    let to = slack.allow(&begun, LINUS, ORGANISATION);
    slack.world.slack.patch_user(LINUS, &json!({"is_org_owner": false})).unwrap();
    slack.is_refused(&to, Some(&begun.cookie), 409, "Let an owner of the Enterprise organisation").await;
    let mut slack = Onboarding::of(ACCESS).await;
    let begun = slack.begin().await;
    let to = slack.allow(&begun, AUSTON, TEAM);
    slack.world.slack.patch_user(AUSTON, &json!({"is_admin": false})).unwrap();
    slack.is_refused(&to, Some(&begun.cookie), 409, "Let an owner or admin of the workspace").await;
}

#[tokio::test]
async fn a_grant_without_the_logs_scope_is_refused() {
    let mut slack = Onboarding::of(ACCESS).await;
    let mut begun = slack.begin().await;
    begun.authorize_url = begun.authorize_url.replace("user_scope=admin", "user_scope=users%3Aread");
    let to = slack.allow(&begun, VIEWER, TEAM);
    slack.is_refused(&to, Some(&begun.cookie), 409, "did not give the user scope admin").await;
}

#[tokio::test]
async fn what_the_plan_does_not_have_is_told() {
    for log_type in [ACCESS, INTEGRATION] {
        let mut slack = Onboarding::of(log_type).await;
        slack.world.slack.patch_log_settings(&json!({"plan": "free"})).unwrap();
        let begun = slack.begin().await;
        let to = slack.allow(&begun, AUSTON, TEAM);
        slack.is_refused(&to, Some(&begun.cookie), 409, "<code>paid_only</code>").await;
    }
    let mut slack = Onboarding::of(AUDIT).await;
    slack.world.slack.patch_log_settings(&json!({"plan": "paid"})).unwrap();
    let begun = slack.begin().await;
    let to = slack.allow(&begun, LINUS, ORGANISATION);
    slack.is_refused(&to, Some(&begun.cookie), 409, "<code>feature_not_enabled</code>").await;
}

#[tokio::test]
async fn a_person_who_is_deactivated_meanwhile_is_told() {
    let mut slack = Onboarding::of(ACCESS).await;
    let begun = slack.begin().await;
    let to = slack.allow(&begun, AUSTON, TEAM);
    slack.world.slack.deactivate_user(AUSTON).unwrap();
    slack.is_refused(&to, Some(&begun.cookie), 409, "<code>account_inactive</code>").await;
}

#[tokio::test]
async fn a_secret_that_is_missing_or_half_gives_no_link_and_says_what_to_put_where() {
    let mut slack = Onboarding::of(AUDIT).await;
    let link = slack.link().await;
    slack.source = make(&mut slack.world, "Without", AUDIT, "nowhere").await;
    let (status, problem) =
        slack.world.rest("POST", &format!("/log-sources/{}/install", slack.source), Value::Null).await;
    assert_eq!((status, &problem["type"]), (409, &json!("urn:margay:problem:not-ready")));
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("There is no secret panther-analysis/test/logs/nowhere yet"), "{detail}");
    // It was there when the link was made.
    let ticket = link.split_once("?ticket=").unwrap().1;
    let page = format!("/slack/logs/install/{}?ticket={ticket}", slack.source);
    slack.is_refused(&page, None, 409, "does not exist, or is empty").await;
    for (secret, words) in [
        (json!({"client_id": CLIENT}), "no client_id and client_secret yet"),
        (json!({"client_id": CLIENT, "client_secret": " "}), "no client_id and client_secret yet"),
        (json!(["hush"]), "no JSON object of texts"),
    ] {
        slack.put_secret("nowhere", &secret);
        // It is read anew whenever somebody asks for a link; the page has it for a minute.
        let (status, _) =
            slack.world.rest("POST", &format!("/log-sources/{}/install", slack.source), Value::Null).await;
        assert_eq!(status, 409);
        slack.is_refused(&page, None, 409, words).await;
    }
}

#[tokio::test]
async fn each_word_of_slacks_exchange_has_a_page() {
    for (code, status, words) in [
        ("bad_client_secret", 409, "does not take the app&#39;s client_id".replace("&#39;", "'")),
        ("bad_redirect_uri", 409, "redirect URL is another one".to_owned()),
        ("code_already_used", 400, "its own code any more".to_owned()),
        ("never_heard_of", 502, "<code>never_heard_of</code>".to_owned()),
    ] {
        let mut slack = Onboarding::of(AUDIT).await;
        let begun = slack.begin().await;
        let to = slack.allow(&begun, LINUS, ORGANISATION);
        let fault =
            sim::Fault { error: Some(code.to_owned()), ..sim::Fault::new("oauth.v2.access", sim::FaultKind::Error) };
        slack.world.slack.set_faults(vec![fault], 0).unwrap();
        slack.is_refused(&to, Some(&begun.cookie), status, &words).await;
    }
}

#[tokio::test]
async fn while_slack_is_down_or_limits_us_nothing_is_stored_and_a_new_link_helps() {
    for (method, kind, words) in [
        ("oauth.v2.access", sim::FaultKind::Http500, "did not answer"),
        ("oauth.v2.access", sim::FaultKind::LostAnswer, "did not answer"),
        ("auth.test", sim::FaultKind::Http503Html, "did not answer"),
        ("audit.logs", sim::FaultKind::TruncatedJson, "did not answer"),
        ("audit.logs", sim::FaultKind::Ratelimited, "rate limit is reached"),
    ] {
        let mut slack = Onboarding::of(AUDIT).await;
        let begun = slack.begin().await;
        let to = slack.allow(&begun, LINUS, ORGANISATION);
        slack.world.slack.set_faults(vec![sim::Fault::new(method, kind)], 0).unwrap();
        slack.is_refused(&to, Some(&begun.cookie), 503, words).await;
        slack.world.slack.clear_faults();
        slack.is_refused(&to, Some(&begun.cookie), 400, "This was answered before").await;
        slack.world.advance(Duration::from_secs(60));
        assert_eq!(slack.install(LINUS, ORGANISATION).await.0, 200, "{method} {kind:?}");
    }
}

#[tokio::test]
async fn a_source_that_was_deleted_meanwhile_does_not_come_back() {
    let mut slack = Onboarding::of(AUDIT).await;
    let begun = slack.begin().await;
    let to = slack.allow(&begun, LINUS, ORGANISATION);
    let before = slack.secret();
    assert_eq!(slack.world.rest("DELETE", &format!("/log-sources/{}", slack.source), Value::Null).await.0, 204);
    assert_eq!(slack.come_back(&to, Some(&begun.cookie)).await.0, 403);
    assert_eq!((slack.secret(), slack.world.store.log_sources().await.unwrap()), (before, vec![]));
}
