//! Letting a log source read Slack's logs, over OAuth (<https://docs.slack.dev/authentication/installing-with-oauth>).
//!
//! ```text
//! POST /log-sources/{id}/install (API key) ─► a link with a ticket, good for ten minutes
//! GET /slack/logs/install/{id}?ticket=.. ─► a cookie, and Slack's page with a signed state
//! GET /slack/logs/callback?code=..&state=.. ─► ours? in time? this browser? first time?
//!     ─► lock ─► code for the person's token ─► the right place? the right scopes? ─► auth.test ─► one page of the logs
//!     ─► into the source's secret ─► enabled and healthy ─► unlock ─► a page that says what is next
//! ```
//!
//! Ticket, state and cookie are as in `install`, but for one source and signed with its own app's secret: the link of one
//! source opens no other. Until all checks are done nothing is changed, so that neither a stranger's code nor a person
//! who may not read logs takes anything from a source that works.

mod pages;

use crate::answer::Answer;
use crate::line::Line;
use crate::log_apps::{Age, LogApp, NoLogApp};
use crate::problem::Problem;
use crate::signed::{self, Bad, GOOD_FOR, Purpose};
use crate::slack_app::ALL_CALLS;
use crate::{Api, Call, browser, random};
use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use jiff::Timestamp;
use logs::{LogSource, LogType};
use pages::Outcome;
use runtime::log::chain;
use serde::Serialize;
use slack::client::{
    AccessAt, AccessQuery, AuditQuery, AuthTest, Error, IntegrationQuery, LogApi, LogPage, Token, UserGrant,
};
use slack::log_credentials::LogCredentials;
use slack::logs::{Verdict, verdict};
use store::Taken;

/// The cookie that says which browser it is.
const COOKIE_NAME: &str = "margay_logs";
const INSTALL: &str = "/slack/logs/install/";

/// A page of the installation.
#[derive(Debug, Clone)]
pub(crate) enum Page {
    Install { source: String },
    Callback,
}

impl Page {
    pub(crate) fn find(method: &Method, path: &str) -> Option<Self> {
        if method != Method::GET {
            return None;
        }
        if path == "/slack/logs/callback" {
            return Some(Self::Callback);
        }
        let source = path.strip_prefix(INSTALL).filter(|id| !id.is_empty() && !id.contains('/'))?;
        Some(Self::Install { source: source.to_owned() })
    }

    fn pattern(&self) -> &'static str {
        match self {
            Self::Install { .. } => "/slack/logs/install/{id}",
            Self::Callback => "/slack/logs/callback",
        }
    }
}

/// A link to the install page.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Link {
    /// To open behind the API's address, in a browser.
    path: String,
    expires_at: Timestamp,
}

impl Api {
    /// `POST /log-sources/{id}/install`: a link for whoever may let the source read.
    pub(crate) async fn start_log_install(&self, call: &Call<'_>) -> Result<Answer, Problem> {
        let source = self.log_source(&call.id).await?;
        let app = self.log_apps.of(&source, Age::Now).await.map_err(|error| not_ready(&source, error))?;
        let ticket = signed::sign(Purpose::LogTicket, source.id.as_str(), &app.client, call.now);
        let link = Link { path: format!("{INSTALL}{}?ticket={ticket}", source.id), expires_at: call.now + GOOD_FOR };
        Ok(Answer::json(StatusCode::CREATED, &link))
    }

    pub(crate) async fn log_install_page(
        &self,
        page: Page,
        request: &Request<Bytes>,
        now: Timestamp,
        line: Line,
    ) -> Response<String> {
        let answered = match &page {
            Page::Install { source } => self.send_to_slack_for_logs(source, request, now).await,
            Page::Callback => Err(self.finish_log_install(request, now).await.unwrap_or_else(|outcome| outcome)),
        };
        let (response, outcome) = match answered {
            Ok(redirect) => (redirect, "sent to Slack"),
            Err(outcome) => (outcome.page(), outcome.word()),
        };
        line.log_page(page.pattern(), response.status().as_u16(), outcome);
        response
    }

    /// The source and its app; `otherwise` is shown to whoever names a source that there is not.
    async fn source_and_app(&self, id: &str, age: Age, otherwise: Outcome) -> Result<(LogSource, LogApp), Outcome> {
        let source = self.find_log_source(id).await.map_err(|error| down(&error))?.ok_or(otherwise)?;
        let app = self.log_apps.of(&source, age).await.map_err(no_app)?;
        Ok((source, app))
    }

    /// What `text` says, which was signed for `purpose` with the app's key. A key that does not fit may be an old one.
    async fn open<'a>(
        &self,
        (source, app): &mut (LogSource, LogApp),
        purpose: Purpose,
        text: &'a str,
        now: Timestamp,
    ) -> Result<&'a str, Bad> {
        let opened = signed::open(purpose, text, &app.client, now);
        if opened != Err(Bad::Forged) {
            return opened;
        }
        match self.log_apps.of(source, Age::Suspected).await {
            Ok(fresh) => *app = fresh,
            Err(_) => return opened,
        }
        signed::open(purpose, text, &app.client, now)
    }

    /// To Slack's page, with a state for this browser and this source.
    async fn send_to_slack_for_logs(
        &self,
        id: &str,
        request: &Request<Bytes>,
        now: Timestamp,
    ) -> Result<Response<String>, Outcome> {
        let ticket = browser::parameter(request, "ticket").ok_or(Outcome::NoTicket)?;
        let mut found = self.source_and_app(id, Age::Kept, Outcome::NoTicket).await?;
        match self.open(&mut found, Purpose::LogTicket, &ticket, now).await {
            Ok(of) if of == found.0.id.as_str() => {}
            Ok(_) | Err(Bad::Forged) => return Err(Outcome::NoTicket),
            Err(Bad::Expired) => return Err(Outcome::TicketExpired),
        }
        let (source, app) = found;
        let (nonce, cookie) = (random::id(), random::id());
        let content = format!("{nonce}.{}.{}", source.id, signed::browser(&cookie));
        let state = signed::sign(Purpose::LogState, &content, &app.client, now);
        let scopes = source.settings.log_type.user_scopes();
        let url = self.log_apps.client.web().authorize_url_for_user(&app.client.id, scopes, &state);
        browser::redirect(&url, (COOKIE_NAME, &cookie), "/slack/logs").ok_or(Outcome::NoClient)
    }

    /// Slack came back.
    async fn finish_log_install(&self, request: &Request<Bytes>, now: Timestamp) -> Result<Outcome, Outcome> {
        let state = browser::parameter(request, "state").ok_or(Outcome::Forged)?;
        // Which app's key it would be signed with; it is believed only once that has opened it.
        let claimed = signed::claimed(&state).and_then(|content| content.split('.').nth(1)).ok_or(Outcome::Forged)?;
        let mut found = self.source_and_app(claimed, Age::Kept, Outcome::Forged).await?;
        let content = self.open(&mut found, Purpose::LogState, &state, now).await.map_err(bad_state)?;
        let mut parts = content.split('.');
        let (Some(nonce), Some(_), Some(same)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(Outcome::Forged);
        };
        if browser::cookie(request.headers(), COOKIE_NAME).is_none_or(|cookie| signed::browser(&cookie) != same) {
            return Err(Outcome::AnotherBrowser);
        }
        match browser::parameter(request, "error").as_deref() {
            None => {}
            Some("access_denied") => return Err(Outcome::Denied),
            Some(code) => return Err(Outcome::Refused { code: code.to_owned() }),
        }
        let code = browser::parameter(request, "code").ok_or(Outcome::Incomplete)?;
        let owner = random::id();
        if !self.lock_installing(&owner, now).await.map_err(|error| down(&error))? {
            return Err(Outcome::Busy);
        }
        let outcome = self.install_logs(&found.0, (&state, nonce), &code, now).await;
        self.unlock_installing(&owner).await;
        outcome
    }

    async fn install_logs(
        &self,
        source: &LogSource,
        (state, nonce): (&str, &str),
        code: &str,
        now: Timestamp,
    ) -> Result<Outcome, Outcome> {
        if !self.store.spend_state(nonce, now).await.map_err(|error| down(&error))? {
            return Err(Outcome::StateUsed);
        }
        // As it is now that nobody else installs; the state may have been opened with a key that was replaced since.
        let (_, app) = self.source_and_app(source.id.as_str(), Age::Now, Outcome::Gone).await?;
        signed::open(Purpose::LogState, state, &app.client, now).map_err(bad_state)?;
        let checked = self.grant_and_check(source.settings.log_type, &app, code, now);
        let grant = tokio::time::timeout(ALL_CALLS, checked).await.map_err(|_| Outcome::Down)??;
        let latest = app.secret.latest().await.map_err(|error| down(&error))?;
        let text = LogCredentials::with_grant(&latest, &grant).map_err(|_| Outcome::SecretUnusable)?;
        app.secret.put(&text).await.map_err(|error| down(&error))?;
        let source = self.switch_on(source, now).await?;
        let UserGrant { workspace, name, .. } = grant;
        tracing::info!(
            log_source.id = source.id.as_str(),
            slack.team = workspace.team_id,
            slack.enterprise = workspace.enterprise_id,
            "log source installed"
        );
        let id = workspace.team_id.or(workspace.enterprise_id).unwrap_or_default();
        let place = if name.is_empty() { id } else { name };
        Ok(Outcome::Installed { source: source.settings.name, log_type: source.settings.log_type, place })
    }

    /// The person's token, if it opens what the source is to read.
    async fn grant_and_check(
        &self,
        log_type: LogType,
        app: &LogApp,
        code: &str,
        now: Timestamp,
    ) -> Result<UserGrant, Outcome> {
        let client = &self.log_apps.client;
        let grant = client.web().grant_user(&app.client, code).await.map_err(|error| not_granted(&error))?;
        match log_type {
            LogType::Audit if !grant.is_enterprise_install => return Err(Outcome::NotOrganisation),
            LogType::Audit | LogType::Access | LogType::Integration => {}
        }
        if app.credentials.workspace.as_ref().is_some_and(|present| !is_same(present, &grant)) {
            return Err(Outcome::AnotherPlace);
        }
        let wanted = log_type.user_scopes();
        if let Some(missing) = wanted.iter().find(|scope| !grant.scopes.iter().any(|given| given == *scope)) {
            return Err(Outcome::MissingScope { scope: missing });
        }
        let token = Token::new(&grant.token).map_err(|_| Outcome::Incomplete)?;
        let refused = |error: Error| not_allowed(log_type, &error);
        let AuthTest { user_id, .. } = client.web().with_token(&token).auth_test().await.map_err(refused)?;
        if user_id != grant.user_id {
            return Err(Outcome::Incomplete);
        }
        first_page(client.with_token(&token), log_type, now).await.map_err(refused)?;
        Ok(grant)
    }

    /// Enables the source, and forgets what was wrong with it.
    async fn switch_on(&self, source: &LogSource, now: Timestamp) -> Result<LogSource, Outcome> {
        let found = self.store.log_source(&source.id).await.map_err(|error| down(&error))?.ok_or(Outcome::Gone)?;
        if !found.settings.enabled {
            let mut new = LogSource { updated_at: now, ..found.clone() };
            new.settings.enabled = true;
            match self.store.update_log_source(&found, &new).await.map_err(|error| down(&error))? {
                Taken::Free => {}
                Taken::ByAnother | Taken::Gone => return Err(Outcome::Gone),
            }
        }
        self.note_installed(&source.id).await.map_err(|error| down(&error))?.ok_or(Outcome::Gone)
    }
}

/// Whether a grant is for the place that the secret's token is for. A workspace that has joined an organisation is the
/// same still.
fn is_same(present: &alert::happening::Workspace, grant: &UserGrant) -> bool {
    let new = &grant.workspace;
    match (&present.team_id, &new.team_id) {
        (Some(present), Some(new)) => present == new,
        (None, None) => present.enterprise_id == new.enterprise_id,
        (Some(_), None) | (None, Some(_)) => false,
    }
}

/// The least that the log type's API can be asked for.
async fn first_page(api: LogApi<'_>, log_type: LogType, now: Timestamp) -> Result<LogPage, Error> {
    match log_type {
        LogType::Audit => {
            let latest = now.as_second();
            api.audit_page(&AuditQuery { oldest: latest - 60, latest, limit: 1, cursor: None }).await
        }
        LogType::Access => {
            api.access_page(&AccessQuery { at: AccessAt::Page { count: 1, page: 1 }, before: None }).await
        }
        LogType::Integration => api.integration_page(&IntegrationQuery { count: 1, page: 1 }).await,
    }
}

fn no_app(error: NoLogApp) -> Outcome {
    match error {
        NoLogApp::Missing => Outcome::SecretMissing,
        NoLogApp::Unusable => Outcome::SecretUnusable,
        NoLogApp::NoClient => Outcome::NoClient,
        NoLogApp::Unreachable(_) => down(&error),
    }
}

fn bad_state(bad: Bad) -> Outcome {
    match bad {
        Bad::Forged => Outcome::Forged,
        Bad::Expired => Outcome::StateExpired,
    }
}

fn down(error: &(dyn std::error::Error + 'static)) -> Outcome {
    tracing::error!(error = chain(error), "log source not installed");
    Outcome::Down
}

/// What it means that Slack gives no token for the code.
fn not_granted(error: &Error) -> Outcome {
    tracing::warn!(error = chain(error), "log source not installed");
    match error {
        Error::Refused { code, .. } => match code.as_str() {
            "bad_client_secret" | "invalid_client_id" => Outcome::WrongClient,
            "invalid_code" | "code_already_used" | "invalid_grant_type" => Outcome::BadCode,
            "bad_redirect_uri" => Outcome::WrongRedirect,
            "no_user_token" => Outcome::Incomplete,
            _ => Outcome::Refused { code: code.clone() },
        },
        Error::RateLimited { .. } => Outcome::TooMany,
        Error::NotSent { .. } | Error::LostAnswer { .. } => Outcome::Down,
    }
}

/// What it means that the new token does not open what it is for.
fn not_allowed(log_type: LogType, error: &Error) -> Outcome {
    tracing::warn!(error = chain(error), "log source not installed");
    match error {
        Error::Refused { code, .. } => match verdict(log_type.as_str(), code, false) {
            Verdict::NeedsPeople { what_to_do } => Outcome::NotAllowed { code: code.clone(), what_to_do },
            Verdict::BadCursor | Verdict::OverPaginationLimit => Outcome::Refused { code: code.clone() },
            Verdict::Passing => Outcome::Down,
        },
        Error::RateLimited { .. } => Outcome::TooMany,
        Error::NotSent { .. } | Error::LostAnswer { .. } => Outcome::Down,
    }
}

fn not_ready(source: &LogSource, error: NoLogApp) -> Problem {
    let name = &source.settings.secret;
    let put = "client_id and client_secret of the source's Slack app (infra/README.md)";
    match error {
        NoLogApp::Unreachable(error) => error.into(),
        NoLogApp::Missing => Problem::NotReady(format!("There is no secret {name} yet: make it, with {put}.")),
        NoLogApp::Unusable => {
            Problem::NotReady(format!("The secret {name} is no JSON object of texts: replace it by {put}."))
        }
        NoLogApp::NoClient => Problem::NotReady(format!("The secret {name} lacks {put}: put them there.")),
    }
}
