//! The REST API: alerts in, their triage, and the destinations, users and API keys around them.
//!
//! In: one HTTP request. Out: one answer; every error is `application/problem+json` (docs/api.md). Whatever changes an
//! alert is on its queue before it is acknowledged. [`Api::handle`] is the whole path of a request; layout:
//!
//! | module | what |
//! |---|---|
//! | `route` | method and path to one of a closed set of routes, with the permission and the parameters of each |
//! | `auth` | the API key to the caller |
//! | `query`, `body`, `paging` | the parts of a request, read strictly |
//! | `alerts`, `filter`, `changes`, `comments` | alerts: in, shown, listed, changed, commented |
//! | `destinations`, `users`, `api_keys` | what is kept around them |
//! | `slack_app`, `locate`, `welcome` | Slack: a destination's channel, looked up when it is set, and tried out |
//! | `shapes` | the public JSON of an alert: Panther's, and what is ours |
//! | `log_sources` | which of Slack's logs are pulled, and how that goes |
//! | `log_apps`, `log_install` | the log sources' Slack apps and secrets, and the pages on which somebody installs one |
//! | `install` | the pages on which somebody installs the Slack app |
//! | `signed`, `browser`, `html` | what those pages and the log sources' share |
//! | `queued` | what is put on the queues |
//! | `answer`, `problem`, `line` | an answer, a refusal, the log line of either |

mod ai_triage;
mod alerts;
mod answer;
mod api_keys;
mod auth;
mod body;
mod browser;
mod changes;
mod comments;
mod destinations;
mod filter;
mod html;
mod install;
mod line;
mod locate;
mod log_apps;
mod log_install;
mod log_sources;
mod paging;
mod problem;
mod query;
mod queued;
mod random;
mod route;
mod shapes;
mod signed;
mod slack_app;
mod users;
mod welcome;

pub use log_apps::LogApps;
pub use route::Route;
pub use slack_app::SlackApp;

use alert::user::ApiKey;
use answer::Answer;
use bytes::Bytes;
use jiff::Timestamp;
use line::Line;
use problem::Problem;
use query::Query;
use route::Matched;
use runtime::{Queue, Secret};
use std::time::Instant;
use store::Store;

/// The environment variables this function reads.
pub const ENVIRONMENT: &[&str] = &[
    "LOG_LEVEL",
    "TABLE_NAME",
    "ALERTS_QUEUE_URL",
    "CHANGES_QUEUE_URL",
    "ADMIN_KEY_SECRET_ID",
    "SLACK_SECRET_ID",
    "SLACK_BASE_URL",
    "SLACK_AUDIT_URL",
    "LOG_SECRETS_PREFIX",
];

/// The OpenAPI 3.1 document of this API, as `GET /openapi.json` serves it.
pub const OPENAPI: &str = include_str!("openapi.json");

/// The API and what it works on.
#[derive(Debug)]
pub struct Api {
    store: Store,
    /// Where alerts are put, for alert-dispatch.
    alerts: Queue,
    /// Where changes are put, for sync-fanout.
    changes: Queue,
    auth: auth::Auth,
    slack: SlackApp,
    log_apps: LogApps,
}

/// An authenticated request, as its handler sees it.
#[derive(Debug)]
struct Call<'a> {
    /// The `{id}` of the path; empty if its pattern has none.
    id: String,
    caller: ApiKey,
    body: &'a [u8],
    idempotency_key: Option<String>,
    now: Timestamp,
}

impl Api {
    /// The API on its table, its two queues, the secret that is the first admin key, the Slack app, and the log sources'.
    pub fn new(
        store: Store,
        (alerts, changes): (Queue, Queue),
        admin_key: Secret,
        (slack, log_apps): (SlackApp, LogApps),
    ) -> Self {
        Self { auth: auth::Auth::new(store.clone(), admin_key), store, alerts, changes, slack, log_apps }
    }

    /// Answers one request and logs one line about it.
    pub async fn handle(&self, request: http::Request<Bytes>, now: Timestamp) -> http::Response<String> {
        let mut line = Line::new(request.method(), Instant::now());
        if let Some(page) = install::Page::find(request.method(), request.uri().path()) {
            return self.install_page(page, &request, now, line).await;
        }
        if let Some(page) = log_install::Page::find(request.method(), request.uri().path()) {
            return self.log_install_page(page, &request, now, line).await;
        }
        let answered = self.answer(&request, now, &mut line).await;
        line.log(&answered);
        answered.unwrap_or_else(|problem| problem.answer()).into_response()
    }

    async fn answer(&self, request: &http::Request<Bytes>, now: Timestamp, line: &mut Line) -> Result<Answer, Problem> {
        let Matched { route, pattern, id } = Route::find(request.method(), request.uri().path())?;
        line.matched(route, pattern, &id);
        if route == Route::Health {
            return Ok(Answer::healthy());
        }
        if route == Route::OpenApi {
            return Ok(Answer::openapi());
        }
        let caller = self.auth.caller(request.headers(), now).await?;
        line.api_key_id = Some(caller.id.clone());
        auth::require(&caller, route.needs())?;
        let mut query = Query::parse(request.uri().query(), route.parameters());
        if route.parameters().is_empty() {
            query.check()?;
        }
        let call = Call {
            id,
            caller,
            body: body::read(request)?,
            idempotency_key: body::idempotency_key(request.headers())?,
            now,
        };
        match route {
            Route::Health => Ok(Answer::healthy()),
            Route::OpenApi => Ok(Answer::openapi()),
            Route::CreateAlert => self.create_alert(&call).await,
            Route::ListAlerts => self.list_alerts(&call, &mut query).await,
            Route::GetAlert => self.get_alert(&call).await,
            Route::ChangeAlert => self.change_alert(&call).await,
            Route::ChangeAlerts => self.change_alerts(&call).await,
            Route::PutAiTriage => self.put_ai_triage(&call).await,
            Route::ListComments => self.list_comments(&mut query).await,
            Route::CreateComment => self.create_comment(&call).await,
            Route::GetComment => self.get_comment(&call).await,
            Route::ListDestinations => self.list_destinations().await,
            Route::CreateDestination => self.create_destination(&call).await,
            Route::GetDestination => self.get_destination(&call).await,
            Route::UpdateDestination => self.update_destination(&call).await,
            Route::DeleteDestination => self.delete_destination(&call).await,
            Route::WelcomeDestination => self.welcome_destination(&call).await,
            Route::StartInstall => self.start_install(&call).await,
            Route::ListLogSources => self.list_log_sources().await,
            Route::CreateLogSource => self.create_log_source(&call).await,
            Route::GetLogSource => self.get_log_source(&call).await,
            Route::UpdateLogSource => self.update_log_source(&call).await,
            Route::DeleteLogSource => self.delete_log_source(&call).await,
            Route::InstallLogSource => self.start_log_install(&call).await,
            Route::ListUsers => self.list_users(&mut query).await,
            Route::CreateUser => self.create_user(&call).await,
            Route::GetUser => self.get_user(&call).await,
            Route::UpdateUser => self.update_user(&call).await,
            Route::DeleteUser => self.delete_user(&call).await,
            Route::ListApiKeys => self.list_api_keys().await,
            Route::CreateApiKey => self.create_api_key(&call).await,
            Route::GetApiKey => self.get_api_key(&call).await,
            Route::RevokeApiKey => self.revoke_api_key(&call).await,
        }
    }
}
