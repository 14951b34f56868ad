//! `GET /audit/v1/{logs,schemas,actions}`. Unlike the Web API it says what went wrong in the HTTP status too.
//! <https://docs.slack.dev/reference/audit-logs-api/methods-actions-reference>
//!
//! Slack lists no error codes for it; these are what its callers have met, and the common ones of the Web API. What
//! it answers to one who is no owner is not known: here it is `access_denied`.

use hyper::Method;
use hyper::header::AUTHORIZATION;
use hyper::http::request::Parts;
use serde_json::{Map, Value, json};

use super::audit::Window;
use super::cursor;
use super::settings::{AuditEnd, Plan};
use super::tokens::{self, TokenKind};
use crate::api::Given;
use crate::state::State;

/// Real answers of `/schemas` and `/actions`, which need no token.
const SCHEMAS: &str = include_str!("../../fixtures/slack/audit/schemas.json");
const ACTIONS: &str = include_str!("../../fixtures/slack/audit/actions.json");

/// <https://docs.slack.dev/reference/audit-logs-api/methods-actions-reference>
const LIMIT_MOST: i64 = 9999;
const LIMIT_DEFAULT: i64 = 100;
const ACTIONS_MOST: usize = 30;

const SCOPE: &str = "auditlogs:read";

/// A request below `/audit/v1/`, taken apart no further than HTTP goes.
#[derive(Debug)]
pub(crate) struct AuditRequest {
    /// `audit.logs`, `audit.schemas`, `audit.actions`, or anything else as it came.
    pub(crate) method: String,
    pub(crate) arguments: Map<String, Value>,
    pub(crate) token: Option<String>,
    is_get: bool,
}

/// Reads a request; `rest` is what follows `/audit/v1/`. A token counts only as a bearer header.
pub(crate) fn read(rest: &str, parts: &Parts) -> AuditRequest {
    let query = parts.uri.query().unwrap_or_default();
    let arguments = form_urlencoded::parse(query.as_bytes()).into_owned().filter(|(name, _)| name != "token");
    let bearer = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = bearer.and_then(|value| value.strip_prefix("Bearer ")).map(|token| token.trim().to_owned());
    AuditRequest {
        method: format!("audit.{rest}"),
        arguments: arguments.map(|(name, value)| (name, Value::String(value))).collect(),
        token: token.filter(|token| !token.is_empty()),
        is_get: parts.method == Method::GET,
    }
}

impl AuditRequest {
    /// Does what the request asks for.
    pub(crate) fn carry_out(&self, state: &mut State) -> Given {
        if !self.is_get {
            return refusal("method_not_supported");
        }
        match self.method.as_str() {
            "audit.logs" => self.logs(state).unwrap_or_else(refusal),
            "audit.schemas" => Given { status: 200, body: SCHEMAS.to_owned(), logged: json!({}) },
            "audit.actions" => Given { status: 200, body: ACTIONS.to_owned(), logged: json!({}) },
            _ => refusal("unknown_method"),
        }
    }

    fn logs(&self, state: &mut State) -> Result<Given, &'static str> {
        self.authorize(state)?;
        let now = state.slack_seconds();
        let (mut window, limit) = self.window(now)?;
        let settings = &state.logs.settings;
        if let Some(given) = self.text("cursor") {
            let place = cursor::place("audit", given, state.clock.now_seconds(), settings.cursor_life_seconds);
            window.before = Some(place.and_then(|place| place.parse().ok()).ok_or("invalid_cursor")?);
        }
        let cut = state.logs.audit.cut(&window, settings.audit_page_most.map_or(limit, |most| most.min(limit)));
        // After the very last entry there may still be a cursor, to a page with nothing on it.
        let goes_on = cut.more || (settings.empty_last_page && cut.count > 0);
        let next = cut.ends_at.filter(|_| goes_on);
        let next = next.map(|second| cursor::give("audit", &second.to_string(), state.clock.now_seconds()));
        let metadata = match (&next, settings.audit_end) {
            (Some(next), _) => Some(next.as_str()),
            (None, AuditEnd::EmptyCursor) => Some(""),
            (None, AuditEnd::NoMetadata) => None,
            (None, AuditEnd::Both) => {
                state.logs.ends += 1;
                (state.logs.ends % 2 == 1).then_some("")
            }
        };
        let metadata =
            metadata.map(|next| format!(",\"response_metadata\":{}", json!({"next_cursor": next}))).unwrap_or_default();
        Ok(Given {
            status: 200,
            body: format!("{{\"entries\":[{}]{metadata}}}", cut.entries),
            logged: json!({"entries": cut.count, "next_cursor": next}),
        })
    }

    fn authorize(&self, state: &State) -> Result<(), &'static str> {
        let token = self.token.as_deref().ok_or("not_authed")?;
        if token == state.app.bot_token {
            return Err("not_allowed_token_type");
        }
        let token = tokens::alive(state, token)?;
        if token.kind != TokenKind::User {
            return Err("not_allowed_token_type");
        }
        if !token.has_scope(SCOPE) {
            return Err("missing_scope");
        }
        let (Plan::Enterprise, Some(_)) = (state.plan(), &state.enterprise) else {
            return Err("feature_not_enabled");
        };
        if token.team.is_some() {
            return Err("team_not_authorized");
        }
        let user = state.users.get(&token.user).ok_or("invalid_auth")?;
        if user.is_org_owner { Ok(()) } else { Err("access_denied") }
    }

    /// The window that is asked for, without its cursor, and how many entries are wanted.
    fn window(&self, now: i64) -> Result<(Window, usize), &'static str> {
        let limit = self.number("limit")?.unwrap_or(LIMIT_DEFAULT);
        if !(1..=LIMIT_MOST).contains(&limit) {
            return Err("invalid_arguments");
        }
        let owned = |name: &str| self.text(name).map(str::to_owned);
        let actions: Vec<String> =
            self.text("action").into_iter().flat_map(|list| list.split(',')).map(|a| a.trim().to_owned()).collect();
        if actions.len() > ACTIONS_MOST {
            return Err("invalid_arguments");
        }
        let window = Window {
            oldest: self.number("oldest")?,
            latest: self.number("latest")?.unwrap_or(now).min(now),
            before: None,
            actions,
            actor: owned("actor"),
            entity: owned("entity"),
        };
        Ok((window, usize::try_from(limit).unwrap_or(usize::MAX)))
    }

    /// An argument; an empty one counts as none.
    fn text(&self, name: &str) -> Option<&str> {
        self.arguments.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    fn number(&self, name: &str) -> Result<Option<i64>, &'static str> {
        self.text(name).map(str::parse).transpose().map_err(|_| "invalid_arguments")
    }
}

/// `ok: false` with a code, and the HTTP status that goes with it.
pub(crate) fn refusal(code: &str) -> Given {
    let status = match code {
        "not_authed" | "invalid_auth" | "token_revoked" | "token_expired" | "account_inactive" => 401,
        "missing_scope"
        | "not_allowed_token_type"
        | "feature_not_enabled"
        | "team_not_authorized"
        | "access_denied" => 403,
        "unknown_method" => 404,
        "method_not_supported" => 405,
        "ratelimited" => 429,
        "internal_error" | "fatal_error" => 500,
        "service_unavailable" => 503,
        _ => 400,
    };
    Given::of(status, &json!({"ok": false, "error": code}))
}
