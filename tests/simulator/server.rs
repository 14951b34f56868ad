//! The HTTP server: `/api/{method}`, `/actions/…` and `/_control/…`. Written on hyper itself because a fault
//! may have to cut the connection where a framework would answer.

use std::convert::Infallible;
use std::fmt;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::api;
use crate::control;
use crate::slack::Slack;
use crate::web_api::args::ApiRequest;

pub(crate) type HttpResponse = Response<Full<Bytes>>;

/// The connection ends here, without an answer.
#[derive(Debug)]
pub(crate) struct Cut;

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
        return api::answer(&slack, method, &request).await;
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

/// A response with a JSON body.
pub(crate) fn json_response(status: StatusCode, body: &Value) -> HttpResponse {
    plain_response(status, "application/json; charset=utf-8", &body.to_string())
}

/// A response with any text body.
pub(crate) fn plain_response(status: StatusCode, content_type: &'static str, body: &str) -> HttpResponse {
    let mut response = Response::new(Full::new(Bytes::copy_from_slice(body.as_bytes())));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static(content_type));
    response
}
