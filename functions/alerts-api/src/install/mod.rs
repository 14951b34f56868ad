//! Installing the Slack app over OAuth (<https://docs.slack.dev/authentication/installing-with-oauth>).
//!
//! ```text
//! POST /slack/install (API key) ─► a link with a ticket, good for ten minutes
//! GET /slack/install?ticket=.. ─► a cookie, and Slack's page with a signed state
//! GET /slack/oauth/callback?code=..&state=.. ─► ours? in time? this browser? first time?
//!     ─► lock ─► code for token ─► auth.test ─► into the secret ─► unlock ─► a page that says what is next
//! ```
//!
//! The ticket keeps strangers out: whoever could install the app in a workspace of their own would be believed about
//! the people in it (docs/decisions/0007-installations.md). The cookie keeps somebody from having another person finish
//! what they began, and the other way round.

mod pages;
mod secret;

use crate::answer::Answer;
use crate::line::Line;
use crate::problem::Problem;
use crate::signed::{self, Bad, GOOD_FOR, Purpose};
use crate::slack_app::{ALL_CALLS, NoToken};
use crate::{Api, Call, browser, random};
use alert::Destination;
use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use jiff::{SignedDuration, Timestamp};
use pages::Outcome;
use runtime::log::chain;
use serde::Serialize;
use slack::client::{Error, Grant, Token};
use slack::credentials::ClientCredentials;
use std::time::Duration;

/// The cookie that says which browser it is.
const COOKIE_NAME: &str = "margay_install";

/// Longer than the function runs.
const LOCK: SignedDuration = SignedDuration::from_secs(30);
/// How often and how long to wait for somebody else's lock.
const LOCK_TRIES: u32 = 10;
const LOCK_WAIT: Duration = Duration::from_millis(100);

/// How long destinations are looked up again once their app is back: the function has 10 s for everything.
const LOOK_AGAIN: Duration = Duration::from_millis(1500);

/// A page of the installation.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Page {
    Install,
    Callback,
}

impl Page {
    pub(crate) fn find(method: &Method, path: &str) -> Option<Self> {
        match path {
            "/slack/install" if method == Method::GET => Some(Self::Install),
            "/slack/oauth/callback" if method == Method::GET => Some(Self::Callback),
            _ => None,
        }
    }

    fn pattern(self) -> &'static str {
        match self {
            Self::Install => "/slack/install",
            Self::Callback => "/slack/oauth/callback",
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
    /// `POST /slack/install`: a link for whoever installs the app.
    pub(crate) async fn start_install(&self, call: &Call<'_>) -> Result<Answer, Problem> {
        let app = match self.slack.credentials().await {
            Ok(credentials) => credentials.client,
            Err(NoToken::Secret(error)) => return Err(error.into()),
            Err(NoToken::Credentials(_)) => None,
        };
        let Some(app) = app else {
            let what =
                "The stack's Slack secret has no client_id and client_secret yet: put them there (infra/README.md).";
            return Err(Problem::NotReady(what.to_owned()));
        };
        let ticket = signed::sign(Purpose::Ticket, &random::id(), &app, call.now);
        let link = Link { path: format!("/slack/install?ticket={ticket}"), expires_at: call.now + GOOD_FOR };
        Ok(Answer::json(StatusCode::CREATED, &link))
    }

    pub(crate) async fn install_page(
        &self,
        page: Page,
        request: &Request<Bytes>,
        now: Timestamp,
        line: Line,
    ) -> Response<String> {
        let answered = match page {
            Page::Install => self.send_to_slack(request, now).await,
            Page::Callback => self.finish_install(request, now).await,
        };
        let (response, outcome) = match answered {
            Ok(redirect) => (redirect, "sent to Slack"),
            Err(outcome) => (outcome.page(), outcome.word()),
        };
        line.log_page(page.pattern(), response.status().as_u16(), outcome);
        response
    }

    async fn app(&self) -> Result<ClientCredentials, Outcome> {
        match self.slack.credentials().await {
            Ok(credentials) => credentials.client.ok_or(Outcome::NotSetUp),
            Err(NoToken::Credentials(_)) => Err(Outcome::NotSetUp),
            Err(error @ NoToken::Secret(_)) => Err(down(&error)),
        }
    }

    /// To Slack's page, with a state for this browser.
    async fn send_to_slack(&self, request: &Request<Bytes>, now: Timestamp) -> Result<Response<String>, Outcome> {
        let app = self.app().await?;
        let ticket = browser::parameter(request, "ticket").ok_or(Outcome::NoTicket)?;
        signed::open(Purpose::Ticket, &ticket, &app, now).map_err(|bad| match bad {
            Bad::Forged => Outcome::NoTicket,
            Bad::Expired => Outcome::TicketExpired,
        })?;
        let (nonce, cookie) = (random::id(), random::id());
        let state = signed::sign(Purpose::State, &format!("{nonce}.{}", signed::browser(&cookie)), &app, now);
        let scopes = slack::app::scopes().into_iter().collect::<Vec<_>>().join(",");
        let url = self.slack.client.authorize_url(&app.id, &scopes, &state);
        browser::redirect(&url, (COOKIE_NAME, &cookie), "/slack/oauth").ok_or(Outcome::NotSetUp)
    }

    /// Slack came back. `Ok` never happens: every end is a page.
    async fn finish_install(&self, request: &Request<Bytes>, now: Timestamp) -> Result<Response<String>, Outcome> {
        let app = self.app().await?;
        let state = browser::parameter(request, "state").ok_or(Outcome::Forged)?;
        let content = signed::open(Purpose::State, &state, &app, now).map_err(|bad| match bad {
            Bad::Forged => Outcome::Forged,
            Bad::Expired => Outcome::StateExpired,
        })?;
        let (nonce, same) = content.split_once('.').ok_or(Outcome::Forged)?;
        if browser::cookie(request.headers(), COOKIE_NAME).is_none_or(|cookie| signed::browser(&cookie) != same) {
            return Err(Outcome::AnotherBrowser);
        }
        if browser::parameter(request, "error").is_some() {
            return Err(Outcome::Denied);
        }
        let code = browser::parameter(request, "code").ok_or(Outcome::Incomplete)?;
        let owner = random::id();
        if !self.lock_installing(&owner, now).await.map_err(|error| down(&error))? {
            return Err(Outcome::Busy);
        }
        let outcome = self.install(&app, nonce, &code, now).await;
        self.unlock_installing(&owner).await;
        Err(outcome.unwrap_or_else(|outcome| outcome))
    }

    /// One installation at a time, of the app or of a log source: each reads the secret, adds itself and writes it back.
    /// Returns false if somebody else is too long at it.
    pub(crate) async fn lock_installing(&self, owner: &str, now: Timestamp) -> Result<bool, store::Error> {
        for _ in 0..LOCK_TRIES {
            if self.store.lock_installations(owner, now, now + LOCK).await? {
                return Ok(true);
            }
            tokio::time::sleep(LOCK_WAIT).await;
        }
        Ok(false)
    }

    pub(crate) async fn unlock_installing(&self, owner: &str) {
        if let Err(error) = self.store.unlock_installations(owner).await {
            tracing::warn!(error = chain(&error), "the lock ends by itself");
        }
    }

    async fn install(
        &self,
        app: &ClientCredentials,
        nonce: &str,
        code: &str,
        now: Timestamp,
    ) -> Result<Outcome, Outcome> {
        if !self.store.spend_state(nonce, now).await.map_err(|error| down(&error))? {
            return Err(Outcome::StateUsed);
        }
        let grant = tokio::time::timeout(ALL_CALLS, self.slack.client.grant(app, code)).await;
        let grant = grant.map_err(|_| Outcome::Down)?.map_err(|error| refused(&error))?;
        let token = Token::new(&grant.bot_token).map_err(|_| Outcome::Incomplete)?;
        // What Slack gave must work before it replaces what is there.
        self.slack.client.with_token(&token).auth_test().await.map_err(|error| refused(&error))?;
        let latest = self.slack.secret.latest().await.map_err(|error| down(&error))?;
        let text = secret::with(&latest, &grant, now).ok_or(Outcome::NotSetUp)?;
        self.slack.secret.put(&text).await.map_err(|error| down(&error))?;
        let _ = tokio::time::timeout(LOOK_AGAIN, self.look_again(&grant)).await;
        let Grant { workspace, name, app_id, .. } = grant;
        let key = workspace.team_id.as_deref().or(workspace.enterprise_id.as_deref());
        tracing::info!(slack.team = workspace.team_id, slack.enterprise = workspace.enterprise_id, "app installed");
        let name = if name.is_empty() { key.unwrap_or_default().to_owned() } else { name };
        Ok(match (&workspace.team_id, &workspace.enterprise_id) {
            (None, Some(enterprise)) => {
                let add_url =
                    format!("https://app.slack.com/manage/{enterprise}/integrations/profile/{app_id}/workspaces/add");
                Outcome::InOrganisation { name, add_url }
            }
            (Some(_), _) | (None, None) => Outcome::InWorkspace { name },
        })
    }

    /// Looks up again the destinations that were without their app. What there is no time for, the next alert finds.
    async fn look_again(&self, grant: &Grant) {
        let Ok(credentials) = self.slack.credentials().await else { return };
        let Some(installed) = credentials.of_request(&grant.workspace) else { return };
        let waits = |one: &Destination| {
            let theirs = credentials.of_destination(one.settings.workspace.as_deref());
            one.place.readiness.is_app_lost() && theirs.is_some_and(|theirs| theirs.key() == installed.key())
        };
        let destinations = match self.store.destinations().await {
            Ok(destinations) => destinations,
            Err(error) => return tracing::warn!(error = chain(&error), "destinations not looked up again"),
        };
        for destination in destinations.iter().filter(|destination| waits(destination)) {
            let workspace = destination.settings.workspace.as_deref();
            let Ok(found) = self.slack.locate(destination.channel(), workspace).await else { continue };
            let mut place = destination.place.clone();
            place.readiness = found.readiness;
            place.channel_id = found.channel_id.or(place.channel_id);
            place.channel_name = found.channel_name.or(place.channel_name);
            self.note(destination, &place).await;
        }
    }
}

fn down(error: &(dyn std::error::Error + 'static)) -> Outcome {
    tracing::error!(error = chain(error), "installation failed");
    Outcome::Down
}

fn refused(error: &Error) -> Outcome {
    tracing::warn!(error = chain(error), "installation failed");
    match error {
        Error::Refused { code, .. } => match code.as_str() {
            "bad_client_secret" | "invalid_client_id" => Outcome::WrongClient,
            "invalid_code" | "code_already_used" | "invalid_grant_type" | "bad_redirect_uri" => Outcome::BadCode,
            _ => Outcome::Refused { code: code.clone() },
        },
        Error::RateLimited { .. } | Error::NotSent { .. } | Error::LostAnswer { .. } => Outcome::Down,
    }
}
