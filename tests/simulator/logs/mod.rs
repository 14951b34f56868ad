//! Slack's three log APIs, and the user tokens that open them: the Audit Logs API of an Enterprise organisation,
//! `team.accessLogs` and `team.integrationLogs`. As strict as Slack, and as odd: the oddities that pollers have
//! lost events over are here on purpose, and [`LogSettings`] turns those that are not always there.
//!
//! | file | what |
//! |---|---|
//! | `settings` | plan, clock, limits and quirks; the log apps; the part of a world file |
//! | `handle`, `control` | what a test does with it: in process, and over `/_control/logs/…`, `/_control/oauth/…` |
//! | `audit`, `audit_http` | the audit log and how it is paged; `GET /audit/v1/…` |
//! | `access`, `integration` | the two methods of the Web API |
//! | `cursor`, `paging` | places in a log that expire; numbered pages |
//! | `tokens` | user tokens, and what they open |
//! | `oauth`, `exchange`, `consent` | from `/oauth/v2/authorize` to a code, to a token; the page in between |
//! | `wire` | how log calls are logged and counted |
//! | `shapes`, `generate` | entries with every odd field that has been seen, and many of them |

mod access;
mod audit;
mod audit_http;
mod consent;
pub(crate) mod control;
mod cursor;
mod exchange;
mod generate;
mod handle;
mod integration;
mod oauth;
mod paging;
mod settings;
mod shapes;
mod tokens;
mod wire;

use std::collections::HashMap;

use crate::state::State;

pub use generate::{Bulk, LogName};
pub use oauth::Consent;
pub use settings::{AuditEnd, DeactivatedError, IntegrationOrder, LogApp, LogSettings, Logs as LogsWorld, Plan};
pub use shapes::{access_row, audit_entry, integration_row};
pub use tokens::{TokenKind, UserToken};

pub(crate) use access::list as access_logs;
pub(crate) use audit_http::{AuditRequest, read as read_audit, refusal as audit_refusal};
pub(crate) use consent::answer as consent_page;
pub(crate) use exchange::access as oauth_access;
pub(crate) use integration::list as integration_logs;
pub(crate) use settings::check_world;
pub(crate) use tokens::{alive, may_read_team_logs};
pub(crate) use wire::{is_team_log, shown_answer, shown_arguments};

/// What the Audit Logs API is called in faults and on the wire.
pub(crate) const AUDIT_METHODS: [&str; 3] = ["audit.logs", "audit.schemas", "audit.actions"];

/// Everything about logs, behind the simulator's one lock.
pub(crate) struct Logs {
    pub(crate) settings: LogSettings,
    pub(crate) apps: Vec<LogApp>,
    pub(crate) tokens: Vec<UserToken>,
    pub(crate) audit: audit::AuditLog,
    pub(crate) access: access::AccessLog,
    pub(crate) integration: integration::IntegrationLog,
    /// Codes on their way from the consent page to `oauth.v2.access`.
    pub(crate) codes: HashMap<String, oauth::Code>,
    /// How many audit pages were the last of their window: they end in two ways.
    pub(crate) ends: u64,
}

impl Logs {
    pub(crate) fn new(apps: Vec<LogApp>, world: LogsWorld, team: &str, now: i64) -> Self {
        Self {
            settings: world.settings,
            apps,
            tokens: world.tokens,
            audit: audit::AuditLog::of(world.audit, now),
            access: access::AccessLog::of(world.access, team, now),
            integration: integration::IntegrationLog::of(world.integration, team, now),
            codes: HashMap::new(),
            ends: 0,
        }
    }

    /// The part of a world file with which another simulator goes on.
    pub(crate) fn world(&self) -> LogsWorld {
        LogsWorld {
            settings: self.settings.clone(),
            tokens: self.tokens.clone(),
            audit: self.audit.values().collect(),
            access: self.access.values(),
            integration: self.integration.values(),
        }
    }
}

impl State {
    /// Slack's own clock, which need not agree with the caller's.
    pub(crate) fn slack_seconds(&self) -> i64 {
        self.clock.now_seconds() + self.logs.settings.clock_skew_seconds
    }

    /// What the workspace or organisation pays for.
    pub(crate) fn plan(&self) -> Plan {
        let default = if self.enterprise.is_some() { Plan::Enterprise } else { Plan::Paid };
        self.logs.settings.plan.unwrap_or(default)
    }
}
