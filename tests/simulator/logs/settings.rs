//! What can be set about the log APIs, and their part of a world file.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::tokens::UserToken;

/// How the log APIs behave. Everything has a default, so that a patch names only what it changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LogSettings {
    /// What is paid for. `None`: `enterprise` where the world has an organisation, `paid` where it has none.
    pub plan: Option<Plan>,
    /// Seconds by which Slack's clock is ahead of the simulator's: it shows in the `Date` header, and Slack gives no
    /// entry that is dated after its own present.
    pub clock_skew_seconds: i64,
    /// Calls of the Audit Logs API a minute, counted for the whole organisation whoever calls; `None`: any number.
    /// <https://docs.slack.dev/reference/audit-logs-api/methods-actions-reference>
    pub audit_calls_per_minute: Option<usize>,
    /// Calls a minute of each of the two team methods, by app and workspace; `None`: any number.
    /// <https://docs.slack.dev/apis/web-api/rate-limits>
    pub tier2_calls_per_minute: Option<usize>,
    /// Seconds after which a cursor is refused. Slack names no number.
    pub cursor_life_seconds: i64,
    /// Audit pages hold at most about so many entries, whatever the `limit` asks for.
    pub audit_page_most: Option<usize>,
    /// Access pages by cursor hold at most so many rows, whatever the `limit` asks for.
    pub access_page_most: Option<usize>,
    /// The last page that `team.accessLogs` gives by its number.
    /// <https://docs.slack.dev/reference/methods/team.accessLogs>
    pub pages_most: i64,
    /// How the last audit page says that it is the last.
    pub audit_end: AuditEnd,
    /// Every cursor sequence ends with one more page, which is empty.
    pub empty_last_page: bool,
    pub integration_order: IntegrationOrder,
    /// What a token says whose person was deactivated.
    pub deactivated_error: DeactivatedError,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self {
            plan: None,
            clock_skew_seconds: 0,
            audit_calls_per_minute: Some(50),
            tier2_calls_per_minute: Some(20),
            cursor_life_seconds: 3600,
            audit_page_most: None,
            access_page_most: None,
            pages_most: 100,
            audit_end: AuditEnd::Both,
            empty_last_page: false,
            integration_order: IntegrationOrder::Descending,
            deactivated_error: DeactivatedError::AccountInactive,
        }
    }
}

/// Slack's plans, as far as the log APIs tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Plan {
    /// No logs at all.
    Free,
    /// Access and integration logs.
    Paid,
    /// Audit logs too.
    Enterprise,
}

/// The two ends of a sequence of audit pages that clients have met.
/// <https://github.com/elastic/integrations/issues/16325>
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditEnd {
    /// One way, then the other.
    Both,
    /// `next_cursor` is there and empty.
    EmptyCursor,
    /// There is no `response_metadata`.
    NoMetadata,
}

/// Slack does not document the order of integration logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntegrationOrder {
    /// Newest first.
    Descending,
    /// Oldest first: new rows stand on the last page.
    Ascending,
}

/// The documentation has `account_inactive` for bot tokens and `token_revoked` for user tokens; both occur.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeactivatedError {
    AccountInactive,
    TokenRevoked,
}

impl DeactivatedError {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::AccountInactive => "account_inactive",
            Self::TokenRevoked => "token_revoked",
        }
    }
}

/// An app that reads logs, as its owner sees it on the app's settings pages.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogApp {
    #[serde(default = "log_app_id")]
    pub app_id: String,
    #[serde(default = "log_app_name")]
    pub name: String,
    pub client_id: String,
    pub client_secret: String,
    /// Where people may be sent back to: each of these, or a path below it.
    #[serde(default)]
    pub redirect_urls: Vec<String>,
    #[serde(default)]
    pub user_scopes: Vec<String>,
    /// Bot scopes, which Slack's documentation advises to add where an organisation cannot install the app otherwise.
    #[serde(default)]
    pub bot_scopes: Vec<String>,
}

fn log_app_id() -> String {
    "A0LOGSAPP1".to_owned()
}

fn log_app_name() -> String {
    "Log reader".to_owned()
}

/// The logs of a world file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Logs {
    pub settings: LogSettings,
    /// Tokens that were given already.
    pub tokens: Vec<UserToken>,
    /// Audit entries as Slack answers them.
    pub audit: Vec<Value>,
    /// Rows or sightings, as [`crate::Slack::add_access`] takes them.
    pub access: Vec<Value>,
    /// Rows, as [`crate::Slack::add_integration`] takes them.
    pub integration: Vec<Value>,
}

impl Logs {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What cannot be in a world: apps that cannot be told apart, and logs that hold no objects.
pub(crate) fn check_world(apps: &[LogApp], logs: &Logs, own: &str) -> Result<(), String> {
    super::oauth::check_apps(apps, own)?;
    let mut rows = logs.access.iter().chain(&logs.integration);
    if let Some(wrong) = rows.find(|row| !row.is_object()) {
        return Err(format!("{wrong} is no row of a log"));
    }
    Ok(())
}
