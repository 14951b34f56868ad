//! One call on its way in and out: logged, held to rate limits, broken by faults, and in between answered by
//! `web_api` or, for the Audit Logs API, by `logs`.

use bytes::Bytes;
use hyper::header::{DATE, HeaderValue, RETRY_AFTER};
use hyper::{Method, StatusCode};
use jiff::fmt::rfc2822::DateTimePrinter;
use serde_json::{Value, json};

use crate::faults::{FaultKind, Struck};
use crate::feed::Change;
use crate::logs::{self, AuditRequest};
use crate::server::{Cut, HttpResponse, plain_response};
use crate::slack::Slack;
use crate::state::{State, format_ts};
use crate::web_api;
use crate::web_api::args::{ApiRequest, Call};
use crate::wire::Direction;

/// What a file's bytes on their way are called, beside the methods.
const UPLOAD: &str = "upload";

/// What is to be done with a call before any work.
enum Admission {
    /// 429, and how many seconds to wait.
    Wait(u64),
    Go(Option<Struck>),
}

/// What is asked of Slack.
enum Asked {
    Web { method: String, call: Call },
    Audit(AuditRequest),
}

/// An answer, and what the wire log keeps of it.
#[derive(Debug, PartialEq)]
pub(crate) struct Given {
    pub(crate) status: u16,
    /// JSON.
    pub(crate) body: String,
    pub(crate) logged: Value,
}

impl Given {
    pub(crate) fn of(status: u16, answer: &Value) -> Self {
        Self { status, body: answer.to_string(), logged: answer.clone() }
    }
}

impl Asked {
    fn method(&self) -> &str {
        match self {
            Self::Web { method, .. } => method,
            Self::Audit(request) => &request.method,
        }
    }

    /// What the wire log keeps of the arguments.
    fn arguments(&self) -> Value {
        match self {
            Self::Web { method, call } => logs::shown_arguments(method, &call.args.0),
            Self::Audit(request) => Value::Object(request.arguments.clone()),
        }
    }

    /// What a fault's `channel` is compared with.
    fn channel(&self, state: &mut State) -> Option<String> {
        match self {
            Self::Audit(request) => state.client_of(request.token.as_deref()),
            Self::Web { method, call } if logs::is_team_log(method) => state.client_of(call.token.as_deref()),
            Self::Web { call, .. } => call.args.text("channel").map(|c| web_api::resolve::meant(state, c)),
        }
    }

    /// For whom calls are counted together, and for whom a 429 holds.
    fn counted_for(&self, state: &State, channel: Option<&str>) -> Option<String> {
        match self {
            Self::Audit(_) => Some(state.organisation()),
            Self::Web { method, call } if logs::is_team_log(method) => state.app_in_place(call.token.as_deref()),
            Self::Web { .. } => channel.map(str::to_owned),
        }
    }

    /// Counts the call; the seconds to wait if it is one too many.
    fn count(&self, state: &mut State, counted_for: Option<&str>, now: i64) -> Option<u64> {
        match self {
            Self::Audit(request) if request.method == "audit.logs" => state.count_audit_call(),
            Self::Audit(_) => None,
            Self::Web { method, .. } if logs::is_team_log(method) => {
                let most = state.logs.settings.tier2_calls_per_minute?;
                state.rate_limits.count_by_minute(method, counted_for?, most, now)
            }
            Self::Web { method, .. } if state.app.enforce_rate_limits => {
                state.rate_limits.count(method, counted_for, now)
            }
            Self::Web { .. } => None,
        }
    }

    fn refusal(&self, code: &str) -> Given {
        match self {
            Self::Audit(_) => logs::audit_refusal(code),
            Self::Web { .. } => {
                let status = if code == "ratelimited" { 429 } else { 200 };
                Given::of(status, &json!({"ok": false, "error": code}))
            }
        }
    }

    fn carry_out(&self, state: &mut State) -> Given {
        match self {
            Self::Audit(request) => request.carry_out(state),
            Self::Web { method, call } => {
                let answer = web_api::call(state, method, call);
                Given { status: 200, body: answer.to_string(), logged: logs::shown_answer(method, answer) }
            }
        }
    }
}

/// Answers one call of the Web API, or cuts the connection.
pub(crate) async fn answer(slack: &Slack, method: &str, request: &ApiRequest) -> Result<HttpResponse, Cut> {
    let call = web_api::read(method, request);
    answer_asked(slack, &Asked::Web { method: method.to_owned(), call }).await
}

/// Answers one call of the Audit Logs API, or cuts the connection.
pub(crate) async fn answer_audit(slack: &Slack, request: AuditRequest) -> Result<HttpResponse, Cut> {
    answer_asked(slack, &Asked::Audit(request)).await
}

async fn answer_asked(slack: &Slack, asked: &Asked) -> Result<HttpResponse, Cut> {
    let (wire_id, admission) = slack.with_state(|state| admit(state, asked));
    let _running = slack.request_runs(&wire_id);
    let struck = match admission {
        Admission::Wait(seconds) => {
            let given = asked.refusal("ratelimited");
            record(slack, &wire_id, given.status, given.logged.clone());
            let mut response = sent(slack, &given);
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
            return Ok(response);
        }
        Admission::Go(struck) => struck,
    };
    let kind = struck.as_ref().map(|s| s.fault.kind);
    match kind {
        Some(FaultKind::Reset) => return Err(Cut),
        Some(FaultKind::Slow) => {
            if let Some(Struck { fault, .. }) = &struck {
                tokio::time::sleep(fault.delay()).await;
            }
        }
        Some(FaultKind::Http500) => {
            record(slack, &wire_id, 500, json!(""));
            return Ok(plain_response(StatusCode::INTERNAL_SERVER_ERROR, "text/plain", ""));
        }
        Some(FaultKind::Http503Html) => {
            let page =
                "<!DOCTYPE html><html><head><title>Server Error</title></head><body>Service Unavailable</body></html>";
            record(slack, &wire_id, 503, json!(page));
            return Ok(plain_response(StatusCode::SERVICE_UNAVAILABLE, "text/html; charset=utf-8", page));
        }
        Some(FaultKind::Error) => {
            let given = asked.refusal(struck.and_then(|s| s.fault.error).as_deref().unwrap_or("internal_error"));
            record(slack, &wire_id, given.status, given.logged.clone());
            return Ok(sent(slack, &given));
        }
        _ => {}
    }
    let given = slack.with_state(|state| {
        let given = asked.carry_out(state);
        // Logged before it is sent: of a lost answer the log shows what it would have been, without a status.
        if let Some(entry) = state.wire.entry_mut(&wire_id) {
            entry.response = given.logged.clone();
        }
        given
    });
    match &struck {
        Some(Struck { fault, .. }) if fault.kind == FaultKind::LostAnswer => return Err(Cut),
        Some(Struck { id, fault }) if fault.kind == FaultKind::Hang => slack.hang(*id).await,
        _ => {}
    }
    record(slack, &wire_id, given.status, given.logged.clone());
    if kind == Some(FaultKind::TruncatedJson) {
        let whole = &given.body;
        let half = whole.char_indices().nth(whole.chars().count() / 2).map_or(0, |(at, _)| at);
        return Ok(plain_response(StatusCode::OK, "application/json; charset=utf-8", &whole[..half]));
    }
    let mut response = sent(slack, &given);
    if let Ok(id) = wire_id.parse() {
        response.headers_mut().insert("x-slack-req-id", id);
    }
    Ok(response)
}

/// Takes the bytes of a file, or not. Who has the address may send them: no token is looked at.
pub(crate) async fn answer_upload(
    slack: &Slack,
    method: &Method,
    secret: &str,
    bytes: Bytes,
) -> Result<HttpResponse, Cut> {
    if method != Method::POST {
        return Ok(plain_response(StatusCode::METHOD_NOT_ALLOWED, "text/plain", ""));
    }
    let length = bytes.len();
    let (wire_id, struck) = slack.with_state(|state| {
        let at = format_ts(state.clock.now_micros());
        let wire_id = state.wire.begin(at, Direction::ToSlack, UPLOAD, json!({"length": length}));
        let struck = state.faults.choose(UPLOAD, None);
        if let Some(Struck { fault, .. }) = &struck {
            state.wire.broken_by(&wire_id, fault.kind);
        }
        (wire_id, struck)
    });
    let _running = slack.request_runs(&wire_id);
    let kind = struck.as_ref().map(|struck| struck.fault.kind);
    if kind == Some(FaultKind::Reset) {
        return Err(Cut);
    }
    // Whatever else goes wrong before any work.
    if kind.is_some_and(|kind| ![FaultKind::LostAnswer, FaultKind::Hang].contains(&kind)) {
        record(slack, &wire_id, 500, json!(""));
        return Ok(plain_response(StatusCode::INTERNAL_SERVER_ERROR, "text/plain", ""));
    }
    let taken = slack.with_state(|state| state.receive_upload(secret, bytes));
    match &struck {
        Some(Struck { fault, .. }) if fault.kind == FaultKind::LostAnswer => return Err(Cut),
        Some(Struck { id, .. }) => slack.hang(*id).await,
        None => {}
    }
    let (status, answer) = match taken {
        Ok(()) => (StatusCode::OK, format!("OK - {length}")),
        Err(why) => (why.status(), String::new()),
    };
    record(slack, &wire_id, status.as_u16(), json!(answer));
    Ok(plain_response(status, "text/plain", &answer))
}

/// The response, with the time on Slack's clock.
fn sent(slack: &Slack, given: &Given) -> HttpResponse {
    let status = StatusCode::from_u16(given.status).unwrap_or(StatusCode::OK);
    let mut response = plain_response(status, "application/json; charset=utf-8", &given.body);
    let now = slack.with_state(|state| state.slack_seconds());
    let date = jiff::Timestamp::from_second(now).ok();
    let date = date.and_then(|now| DateTimePrinter::new().timestamp_to_rfc9110_string(&now).ok());
    if let Some(date) = date.and_then(|date| HeaderValue::from_str(&date).ok()) {
        response.headers_mut().insert(DATE, date);
    }
    response
}

/// Enters the call into the wire log and decides whether it may go on, and into which fault.
fn admit(state: &mut State, asked: &Asked) -> (String, Admission) {
    let now = state.clock.now_micros();
    let method = asked.method();
    let channel = asked.channel(state);
    let channel = channel.as_deref();
    let counted_for = asked.counted_for(state, channel);
    let counted_for = counted_for.as_deref();
    let wire_id = state.wire.begin(format_ts(now), Direction::ToSlack, method, asked.arguments());
    if let Some(wait) = state.rate_limits.refused(method, counted_for, now) {
        state.changed(Change::Faults);
        return (wire_id, Admission::Wait(wait));
    }
    if let Some(wait) = asked.count(state, counted_for, now) {
        state.rate_limits.block(method, counted_for, now, wait);
        return (wire_id, Admission::Wait(wait));
    }
    let struck = state.faults.choose(method, channel);
    if let Some(Struck { fault, .. }) = &struck {
        state.wire.broken_by(&wire_id, fault.kind);
        if fault.kind == FaultKind::Ratelimited {
            let wait = fault.retry_after_seconds();
            state.rate_limits.block(method, counted_for, now, wait);
            return (wire_id, Admission::Wait(wait));
        }
    }
    (wire_id, Admission::Go(struck))
}

fn record(slack: &Slack, wire_id: &str, status: u16, answer: Value) {
    slack.with_state(|state| state.wire.answered(wire_id, status, answer));
}
