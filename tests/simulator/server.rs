//! The HTTP server: `/api/{method}`, `/actions/…` and `/_control/…`. Written on hyper itself because a fault
//! may have to cut the connection where a framework would answer.

use std::convert::Infallible;
use std::fmt;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::control;
use crate::faults::{Fault, FaultKind};
use crate::slack::Slack;
use crate::state::{State, format_ts};
use crate::web_api::args::ApiRequest;
use crate::web_api::{self};
use crate::wire::Direction;

pub(crate) type HttpResponse = Response<Full<Bytes>>;

/// The connection ends here, without an answer.
#[derive(Debug)]
struct Cut;

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cut by a fault")
    }
}

impl std::error::Error for Cut {}

/// Serves until it is dropped; its connections end with it.
pub(crate) async fn accept(listener: TcpListener, slack: Slack) -> Infallible {
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = connections.join_next() => continue,
        };
        // A client that went away before it was accepted is no reason to stop.
        let Ok((stream, _)) = accepted else { continue };
        let _ = stream.set_nodelay(true);
        let slack = slack.clone();
        connections.spawn(async move {
            let service = service_fn(move |request| route(slack.clone(), request));
            // An error is a client that went away, or a cut that a fault asked for.
            let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn route(slack: Slack, request: Request<Incoming>) -> Result<HttpResponse, Cut> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| Cut)?.to_bytes();
    let path = parts.uri.path().to_owned();
    if let Some(method) = path.strip_prefix("/api/") {
        if parts.method != Method::GET && parts.method != Method::POST {
            return Ok(json_response(StatusCode::METHOD_NOT_ALLOWED, &json!({"ok": false})));
        }
        let header = |name| parts.headers.get(name).and_then(|v| v.to_str().ok());
        let bearer = header(AUTHORIZATION).and_then(|a| a.strip_prefix("Bearer ").or(a.strip_prefix("bearer ")));
        let request = ApiRequest {
            is_post: parts.method == Method::POST,
            query: parts.uri.query().unwrap_or_default().to_owned(),
            content_type: header(CONTENT_TYPE).map(str::to_owned),
            bearer: bearer.map(|b| b.trim().to_owned()),
            body,
        };
        return api(&slack, method, request).await;
    }
    if let Some(url) = path.strip_prefix("/actions/") {
        let (status, answer) = slack.with_state(|state| state.respond(url, &body));
        return Ok(json_response(StatusCode::from_u16(status).unwrap_or(StatusCode::OK), &answer));
    }
    if let Some(rest) = path.strip_prefix("/_control/") {
        let query = parts.uri.query().unwrap_or_default();
        return Ok(control::route(&slack, &parts.method, rest, query, &body).await);
    }
    Ok(json_response(StatusCode::NOT_FOUND, &json!({"error": format!("no such path: {path}")})))
}

/// What is to be done with a call before any work.
enum Admission {
    /// 429, and how many seconds to wait.
    Wait(u64),
    Go(Option<Fault>),
}

async fn api(slack: &Slack, method: &str, request: ApiRequest) -> Result<HttpResponse, Cut> {
    let (wire_id, admission) = slack.with_state(|state| admit(state, method, &request));
    let fault = match admission {
        Admission::Wait(seconds) => {
            let answer = json!({"ok": false, "error": "ratelimited"});
            record(slack, &wire_id, 429, &answer);
            let mut response = json_response(StatusCode::TOO_MANY_REQUESTS, &answer);
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
            return Ok(response);
        }
        Admission::Go(fault) => fault,
    };
    let kind = fault.as_ref().map(|f| f.kind);
    match kind {
        Some(FaultKind::Reset) => return Err(Cut),
        Some(FaultKind::Slow) => {
            if let Some(fault) = &fault {
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
            let answer = json!({"ok": false, "error": fault.and_then(|f| f.error)});
            record(slack, &wire_id, 200, &answer);
            return Ok(json_response(StatusCode::OK, &answer));
        }
        _ => {}
    }
    let answer = slack.with_state(|state| web_api::call(state, method, &request));
    match kind {
        Some(FaultKind::LostAnswer) => return Err(Cut),
        Some(FaultKind::Hang) => slack.hang().await,
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

/// Enters the call into the wire log and decides whether it may go on, and into which fault.
fn admit(state: &mut State, method: &str, request: &ApiRequest) -> (String, Admission) {
    let now = state.clock.now_micros();
    let arguments = web_api::arguments(method, request);
    let channel = web_api::channel_of(method, request);
    let channel = channel.as_deref();
    let wire_id = state.wire.begin(format_ts(now), Direction::ToSlack, method, arguments);
    if let Some(wait) = state.rate_limits.refused(method, channel, now) {
        return (wire_id, Admission::Wait(wait));
    }
    if state.app.enforce_rate_limits
        && let Some(wait) = state.rate_limits.count(method, channel, now)
    {
        state.rate_limits.block(method, channel, now, wait);
        return (wire_id, Admission::Wait(wait));
    }
    let fault = state.faults.choose(method, channel);
    if let (Some(fault), Some(entry)) = (&fault, state.wire.entry_mut(&wire_id)) {
        entry.fault = serde_json::to_value(fault.kind).ok().and_then(|k| k.as_str().map(str::to_owned));
    }
    if let Some(fault) = &fault
        && fault.kind == FaultKind::Ratelimited
    {
        let wait = fault.retry_after_seconds();
        state.rate_limits.block(method, channel, now, wait);
        return (wire_id, Admission::Wait(wait));
    }
    (wire_id, Admission::Go(fault))
}

fn record(slack: &Slack, wire_id: &str, status: u16, answer: &Value) {
    slack.with_state(|state| {
        if let Some(entry) = state.wire.entry_mut(wire_id) {
            entry.status = Some(status);
            entry.response = answer.clone();
        }
    });
}

/// A response with a JSON body.
pub(crate) fn json_response(status: StatusCode, body: &Value) -> HttpResponse {
    plain_response(status, "application/json; charset=utf-8", &body.to_string())
}

fn plain_response(status: StatusCode, content_type: &'static str, body: &str) -> HttpResponse {
    let mut response = Response::new(Full::new(Bytes::copy_from_slice(body.as_bytes())));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static(content_type));
    response
}
