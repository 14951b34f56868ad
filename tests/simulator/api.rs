//! One call to the Web API on its way in and out: logged, held to rate limits, broken by faults, and in between
//! answered by `web_api`.

use bytes::Bytes;
use hyper::header::RETRY_AFTER;
use hyper::{Method, StatusCode};
use serde_json::{Value, json};

use crate::faults::{FaultKind, Struck};
use crate::feed::Change;
use crate::server::{Cut, HttpResponse, json_response, plain_response};
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

/// Answers one call, or cuts the connection.
pub(crate) async fn answer(slack: &Slack, method: &str, request: &ApiRequest) -> Result<HttpResponse, Cut> {
    let call = web_api::read(method, request);
    let (wire_id, admission) = slack.with_state(|state| admit(state, method, &call));
    let _running = slack.request_runs(&wire_id);
    let struck = match admission {
        Admission::Wait(seconds) => {
            let answer = json!({"ok": false, "error": "ratelimited"});
            record(slack, &wire_id, 429, &answer);
            let mut response = json_response(StatusCode::TOO_MANY_REQUESTS, &answer);
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
            record(slack, &wire_id, 500, &json!(""));
            return Ok(plain_response(StatusCode::INTERNAL_SERVER_ERROR, "text/plain", ""));
        }
        Some(FaultKind::Http503Html) => {
            let page =
                "<!DOCTYPE html><html><head><title>Server Error</title></head><body>Service Unavailable</body></html>";
            record(slack, &wire_id, 503, &json!(page));
            return Ok(plain_response(StatusCode::SERVICE_UNAVAILABLE, "text/html; charset=utf-8", page));
        }
        Some(FaultKind::Error) => {
            let answer = json!({"ok": false, "error": struck.and_then(|s| s.fault.error)});
            record(slack, &wire_id, 200, &answer);
            return Ok(json_response(StatusCode::OK, &answer));
        }
        _ => {}
    }
    let answer = slack.with_state(|state| {
        let answer = web_api::call(state, method, &call);
        // Logged before it is sent: of a lost answer the log shows what it would have been, without a status.
        if let Some(entry) = state.wire.entry_mut(&wire_id) {
            entry.response = answer.clone();
        }
        answer
    });
    match &struck {
        Some(Struck { fault, .. }) if fault.kind == FaultKind::LostAnswer => return Err(Cut),
        Some(Struck { id, fault }) if fault.kind == FaultKind::Hang => slack.hang(*id).await,
        _ => {}
    }
    record(slack, &wire_id, 200, &answer);
    if kind == Some(FaultKind::TruncatedJson) {
        let whole = answer.to_string();
        let half = whole.char_indices().nth(whole.chars().count() / 2).map_or(0, |(at, _)| at);
        return Ok(plain_response(StatusCode::OK, "application/json; charset=utf-8", &whole[..half]));
    }
    let mut response = json_response(StatusCode::OK, &answer);
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
        record(slack, &wire_id, 500, &json!(""));
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
    record(slack, &wire_id, status.as_u16(), &json!(answer));
    Ok(plain_response(status, "text/plain", &answer))
}

/// Enters the call into the wire log and decides whether it may go on, and into which fault.
fn admit(state: &mut State, method: &str, call: &Call) -> (String, Admission) {
    let now = state.clock.now_micros();
    let channel = call.args.text("channel").map(|c| web_api::resolve::meant(state, c));
    let channel = channel.as_deref();
    let arguments = Value::Object(call.args.0.clone());
    let wire_id = state.wire.begin(format_ts(now), Direction::ToSlack, method, arguments);
    if let Some(wait) = state.rate_limits.refused(method, channel, now) {
        state.changed(Change::Faults);
        return (wire_id, Admission::Wait(wait));
    }
    if state.app.enforce_rate_limits
        && let Some(wait) = state.rate_limits.count(method, channel, now)
    {
        state.rate_limits.block(method, channel, now, wait);
        return (wire_id, Admission::Wait(wait));
    }
    let struck = state.faults.choose(method, channel);
    if let Some(Struck { fault, .. }) = &struck {
        state.wire.broken_by(&wire_id, fault.kind);
        if fault.kind == FaultKind::Ratelimited {
            let wait = fault.retry_after_seconds();
            state.rate_limits.block(method, channel, now, wait);
            return (wire_id, Admission::Wait(wait));
        }
    }
    (wire_id, Admission::Go(struck))
}

fn record(slack: &Slack, wire_id: &str, status: u16, answer: &Value) {
    slack.with_state(|state| state.wire.answered(wire_id, status, answer.clone()));
}
