//! Slack's three log APIs, a page at a time:
//!
//! | function | API | order | how to go on |
//! |---|---|---|---|
//! | [`LogApi::audit_page`] | <https://docs.slack.dev/reference/audit-logs-api/methods-actions-reference> | newest first | cursor; it does not hold the window, so oldest, latest and limit are said again |
//! | [`LogApi::access_page`] | <https://docs.slack.dev/reference/methods/team.accessLogs> | newest `date_first` first | pages (at most 100 of 1,000), or cursor |
//! | [`LogApi::integration_page`] | <https://docs.slack.dev/reference/methods/team.integrationLogs> | not documented | pages |
//!
//! Each function is one request. Nothing is tried again, and no page is asked for that the caller does not ask for: the
//! caller keeps what must be the same on each page, its time and its calls a minute.
//! [`logs::verdict`](crate::logs::verdict) says what a refusal means.

mod grant;
mod page;

pub use grant::UserGrant;
pub use page::{LogPage, Paging};

use super::{Client, Error, Token};
use page::Kind;
use reqwest::RequestBuilder;

/// Slack's own base URL of the audit logs
/// (<https://docs.slack.dev/reference/audit-logs-api/methods-actions-reference>).
pub const SLACK_AUDIT: &str = "https://api.slack.com/audit/v1";

/// The most that the audit logs give at once; entries of the same second may come on top
/// (<https://docs.slack.dev/reference/audit-logs-api/methods-actions-reference>).
pub const MAX_AUDIT_LIMIT: u32 = 9_999;
/// The most rows of a page of access or integration logs, and the most pages; beyond them Slack answers
/// `over_pagination_limit` (<https://docs.slack.dev/reference/methods/team.accessLogs#errors>).
pub const MAX_ROWS: u32 = 1_000;
pub const MAX_LOG_PAGES: u32 = 100;
/// The most rows of a page of access logs when reading by cursor: `limit` must be below 1,000
/// (<https://docs.slack.dev/reference/methods/team.accessLogs#arguments>).
pub const MAX_CURSOR_ROWS: u32 = 999;

/// Where the log APIs are and how to reach them. Cheap to clone; build it once, so that connections are reused.
#[derive(Debug, Clone)]
pub struct LogClient {
    web: Client,
    audit_url: String,
}

impl LogClient {
    /// `http` from [`http_client_within`](super::http_client_within), with time enough for a page of some megabytes;
    /// `web_url` as in [`Client::new`]; `audit_url` is what `/logs` comes behind: [`SLACK_AUDIT`].
    pub fn new(http: reqwest::Client, web_url: impl Into<String>, audit_url: impl Into<String>) -> Self {
        let audit_url: String = audit_url.into();
        Self { web: Client::new(http, web_url), audit_url: audit_url.trim_end_matches('/').to_owned() }
    }

    /// The Web API's other methods, such as `auth.test`, over the same connections.
    pub fn web(&self) -> &Client {
        &self.web
    }

    /// The log APIs with `token`, a user token.
    pub fn with_token<'a>(&'a self, token: &'a Token) -> LogApi<'a> {
        LogApi { client: self, token }
    }
}

/// The log APIs, as one token sees them.
#[derive(Debug, Clone, Copy)]
pub struct LogApi<'a> {
    client: &'a LogClient,
    token: &'a Token,
}

/// A page of audit logs. On each page of a window everything but the cursor must be the same: the cursor is a position
/// in time and does not hold the window (<https://github.com/elastic/integrations/issues/8163>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditQuery<'a> {
    /// The window's first second, in unix seconds, inclusive.
    pub oldest: i64,
    /// Its last second, inclusive.
    pub latest: i64,
    /// At most [`MAX_AUDIT_LIMIT`].
    pub limit: u32,
    /// [`LogPage::next_cursor`] of the page before.
    pub cursor: Option<&'a str>,
}

/// A page of access logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccessQuery<'a> {
    pub at: AccessAt<'a>,
    /// The newest `date_first` to show, in unix seconds, inclusive; Slack's present without it.
    pub before: Option<i64>,
}

/// Which page of the access logs: Slack has two ways of counting them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessAt<'a> {
    /// The page with this number, from 1 to [`MAX_LOG_PAGES`], of `count` rows, at most [`MAX_ROWS`].
    Page { count: u32, page: u32 },
    /// The one behind the cursor, or the first: of `limit` rows, from 1 to [`MAX_CURSOR_ROWS`]; Slack may send fewer.
    Cursor { limit: u32, cursor: Option<&'a str> },
}

/// A page of integration logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IntegrationQuery {
    /// Rows of a page, at most [`MAX_ROWS`].
    pub count: u32,
    /// From 1 to [`MAX_LOG_PAGES`].
    pub page: u32,
}

/// The name by which errors call the audit logs: they are no method of the Web API.
const AUDIT_LOGS: &str = "audit logs";

impl LogApi<'_> {
    /// The audit logs' `/logs`.
    ///
    /// # Errors
    /// As [`Error`] says. A bad cursor is [`Error::Refused`] whatever its answer looks like.
    pub async fn audit_page(&self, query: &AuditQuery<'_>) -> Result<LogPage, Error> {
        let mut arguments = Arguments::default();
        arguments.number("oldest", query.oldest).number("latest", query.latest).number("limit", query.limit);
        arguments.cursor(query.cursor);
        let request = self.client.web.http.get(format!("{}/logs", self.client.audit_url));
        self.page(AUDIT_LOGS, Kind::Audit, request, &arguments).await
    }

    /// `team.accessLogs`. No `team_id` is named: an organisation's token then sees the whole organisation
    /// (<https://docs.slack.dev/reference/methods/team.accessLogs>).
    ///
    /// # Errors
    /// As [`Error`] says.
    pub async fn access_page(&self, query: &AccessQuery<'_>) -> Result<LogPage, Error> {
        const METHOD: &str = "team.accessLogs";
        let mut arguments = Arguments::default();
        match query.at {
            AccessAt::Page { count, page } => {
                arguments.number("count", count).number("page", page);
            }
            AccessAt::Cursor { limit, cursor } => {
                arguments.number("limit", limit).cursor(cursor);
            }
        }
        if let Some(before) = query.before {
            arguments.number("before", before);
        }
        self.page(METHOD, Kind::Access, self.method(METHOD), &arguments).await
    }

    /// `team.integrationLogs`.
    ///
    /// # Errors
    /// As [`Error`] says.
    pub async fn integration_page(&self, query: &IntegrationQuery) -> Result<LogPage, Error> {
        const METHOD: &str = "team.integrationLogs";
        let mut arguments = Arguments::default();
        arguments.number("count", query.count).number("page", query.page);
        self.page(METHOD, Kind::Integration, self.method(METHOD), &arguments).await
    }

    fn method(&self, method: &str) -> RequestBuilder {
        self.client.web.http.get(format!("{}/{method}", self.client.web.base_url))
    }

    async fn page(
        &self,
        method: &'static str,
        kind: Kind,
        request: RequestBuilder,
        arguments: &Arguments,
    ) -> Result<LogPage, Error> {
        page::fetch(method, kind, request.query(&arguments.0).bearer_auth(&self.token.0)).await
    }
}

/// What stands in the URL.
#[derive(Default)]
struct Arguments(Vec<(&'static str, String)>);

impl Arguments {
    fn number(&mut self, name: &'static str, number: impl Into<i64>) -> &mut Self {
        self.0.push((name, number.into().to_string()));
        self
    }

    fn cursor(&mut self, cursor: Option<&str>) -> &mut Self {
        self.0.extend(cursor.map(|cursor| ("cursor", cursor.to_owned())));
        self
    }
}
