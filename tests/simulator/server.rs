//! The HTTP server. `/api/{method}`, `/upload/…`, `/audit/v1/…`, `/oauth/v2/authorize` and `/actions/…` are Slack's, for
//! anyone; `/_control/…`, `/_backend/…`, `/intel/…` and the page at `/` are for this machine (`guard`). Written on hyper itself because a fault may have to cut the
//! connection where a framework would answer.

use std::convert::Infallible;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE};
use hyper::http::request::Parts;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::api;
use crate::backend;
use crate::bedrock_fake::{self, BedrockFake};
use crate::control;
use crate::guard;
use crate::intel_fake::{self, IntelFake};
use crate::logs;
use crate::page;
use crate::slack::Slack;
use crate::web_api::args::ApiRequest;

/// A whole answer, or a stream.
pub(crate) type Body = UnsyncBoxBody<Bytes, Infallible>;
pub(crate) type HttpResponse = Response<Body>;

/// Bytes of any request's body: room for a few files in base64.
const BODY_MAX: usize = 64 * 1024 * 1024;

/// Where people allow what an app asks for.
const AUTHORIZE: &str = "/oauth/v2/authorize";

/// The connection ends here, without an answer.
#[derive(Debug)]
pub(crate) struct Cut;

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cut by a fault")
    }
}

impl std::error::Error for Cut {}

/// What is not Slack's, but needed beside it.
#[derive(Clone)]
struct Beside {
    intel: IntelFake,
    bedrock: BedrockFake,
}

/// Serves until it is dropped; its connections end with it.
pub(crate) async fn accept(listener: TcpListener, slack: Slack) -> Infallible {
    let mut connections = JoinSet::new();
    let beside = Beside { intel: IntelFake::new(), bedrock: BedrockFake::new() };
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = connections.join_next() => continue,
        };
        // A client that went away before it was accepted is no reason to stop.
        let Ok((stream, _)) = accepted else { continue };
        let _ = stream.set_nodelay(true);
        let (slack, beside) = (slack.clone(), beside.clone());
        connections.spawn(async move {
            let service = service_fn(move |request| route(slack.clone(), beside.clone(), request));
            // An error is a client that went away, or a cut that a fault asked for.
            let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn route(slack: Slack, beside: Beside, request: Request<Incoming>) -> Result<HttpResponse, Cut> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path();
    let slacks = ["/api/", "/upload/v1/", "/audit/v1/", "/actions/"];
    if slacks.iter().any(|start| path.starts_with(start)) || path == AUTHORIZE {
        let body = match read(body).await? {
            Ok(body) => body,
            Err(refusal) => return Ok(refusal),
        };
        return answer_app(&slack, &parts, body).await;
    }
    if let Some(path) = path.strip_prefix("/intel/") {
        if let Err(refusal) = guard::check(&parts) {
            return Ok(control::refused(&refusal));
        }
        return Ok(intel_fake::answer(&beside.intel, &parts, path, body).await.map(BodyExt::boxed_unsync));
    }
    if let Some(path) = path.strip_prefix("/bedrock/") {
        if let Err(refusal) = guard::check(&parts) {
            return Ok(control::refused(&refusal));
        }
        return Ok(bedrock_fake::answer(&beside.bedrock, &parts, path, body).await.map(BodyExt::boxed_unsync));
    }
    let mut response = answer_this_machine(&slack, &parts, body).await?;
    page::protect(response.headers_mut());
    Ok(response)
}

/// What the app asks of Slack.
async fn answer_app(slack: &Slack, parts: &Parts, body: Bytes) -> Result<HttpResponse, Cut> {
    let path = parts.uri.path();
    if let Some(secret) = path.strip_prefix("/upload/v1/") {
        return api::answer_upload(slack, &parts.method, secret, body).await;
    }
    if path == AUTHORIZE {
        return Ok(logs::consent_page(slack, parts, &body));
    }
    if let Some(rest) = path.strip_prefix("/audit/v1/") {
        return api::answer_audit(slack, logs::read_audit(rest, parts)).await;
    }
    let Some(method) = path.strip_prefix("/api/") else {
        let url = path.trim_start_matches("/actions/");
        let (status, answer) = slack.with_state(|state| state.respond(url, &body));
        return Ok(json_response(StatusCode::from_u16(status).unwrap_or(StatusCode::OK), &answer));
    };
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
        basic: header(AUTHORIZATION).and_then(basic),
        body,
    };
    api::answer(slack, method, &request).await
}

/// Id and secret of HTTP basic authentication. <https://www.rfc-editor.org/rfc/rfc7617>
fn basic(authorization: &str) -> Option<(String, String)> {
    let encoded = authorization.strip_prefix("Basic ")?;
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}

/// What people, tests and the page ask of the simulator.
async fn answer_this_machine(slack: &Slack, parts: &Parts, body: Incoming) -> Result<HttpResponse, Cut> {
    if let Err(refusal) = guard::check(parts) {
        return Ok(control::refused(&refusal));
    }
    let body = match read(body).await? {
        Ok(body) => body,
        Err(refusal) => return Ok(refusal),
    };
    let path = parts.uri.path();
    if let Some(rest) = path.strip_prefix("/_control/") {
        let (slack, method, rest) = (slack.clone(), parts.method.clone(), rest.to_owned());
        let query = parts.uri.query().unwrap_or_default().to_owned();
        // Slack goes on with what a person did, also when their browser goes away.
        let doing = slack.clone();
        let done = doing.carry_out(async move { control::route(&slack, &method, &rest, &query, &body).await });
        return done.await.ok_or(Cut);
    }
    if let Some(rest) = path.strip_prefix("/_backend/") {
        return Ok(backend::pass_on(slack, parts, rest, body).await);
    }
    Ok(page::answer(slack, &parts.method, path).await)
}

/// The whole body. `Err` is the answer to one that is too long.
async fn read(body: Incoming) -> Result<Result<Bytes, HttpResponse>, Cut> {
    match Limited::new(body, BODY_MAX).collect().await {
        Ok(body) => Ok(Ok(body.to_bytes())),
        Err(error) if error.is::<LengthLimitError>() => {
            let why = json!({"error": format!("a body may have {BODY_MAX} bytes")});
            Ok(Err(json_response(StatusCode::PAYLOAD_TOO_LARGE, &why)))
        }
        Err(_) => Err(Cut),
    }
}

/// A response with a JSON body.
pub(crate) fn json_response(status: StatusCode, body: &Value) -> HttpResponse {
    plain_response(status, "application/json; charset=utf-8", &body.to_string())
}

/// A response with any text body.
pub(crate) fn plain_response(status: StatusCode, content_type: &'static str, body: &str) -> HttpResponse {
    bytes_response(status, content_type, Bytes::copy_from_slice(body.as_bytes()))
}

/// A response with any body.
pub(crate) fn bytes_response(status: StatusCode, content_type: &'static str, body: Bytes) -> HttpResponse {
    let mut response = Response::new(whole(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static(content_type));
    response
}

/// A body that is all there.
pub(crate) fn whole(body: Bytes) -> Body {
    Full::new(body).boxed_unsync()
}
