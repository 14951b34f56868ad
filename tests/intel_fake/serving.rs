//! The server: counts, waits while a service hangs, and answers; and lets a test out of process steer it.

use std::convert::Infallible;
use std::net::Ipv4Addr;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::{AbortHandle, JoinSet};

use super::answers::{self, Reply};
use super::{Call, IntelFake, Mood, Service};

/// A server of the fake's own; it ends when this is dropped.
pub struct Served {
    pub fake: IntelFake,
    /// For `INTEL_BASE_URL`.
    pub base_url: String,
    server: AbortHandle,
}

impl Drop for Served {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl IntelFake {
    /// Serves [`IntelFake::new`] on a port of its own.
    pub async fn start() -> std::io::Result<Served> {
        let fake = Self::new();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let base_url = format!("http://{}", listener.local_addr()?);
        let server = tokio::spawn(accept(listener, fake.clone())).abort_handle();
        Ok(Served { fake, base_url, server })
    }
}

async fn accept(listener: TcpListener, fake: IntelFake) -> Infallible {
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = connections.join_next() => continue,
        };
        let Ok((stream, _)) = accepted else { continue };
        let fake = fake.clone();
        connections.spawn(async move {
            let service = service_fn(move |request: Request<Incoming>| {
                let fake = fake.clone();
                async move {
                    let (parts, body) = request.into_parts();
                    let path = parts.uri.path().to_owned();
                    Ok::<_, Infallible>(answer(&fake, &parts, &path, body).await)
                }
            });
            let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

/// Answers a request for `path` below the base.
pub(crate) async fn answer(fake: &IntelFake, request: &Parts, path: &str, body: Incoming) -> Response<Full<Bytes>> {
    let path = path.trim_start_matches('/');
    if path.starts_with('_') {
        let body = Limited::new(body, 1 << 20).collect().await.map(|body| body.to_bytes()).unwrap_or_default();
        let (status, answer) = steered(fake, &request.method, path, &body);
        return response(Reply { status, content_type: "application/json", header: None, body: answer.to_string() });
    }
    let (name, rest) = path.split_once('/').unwrap_or((path, ""));
    let Some(service) = Service::named(name) else { return response(plain(404, "no such service")) };
    if request.method != Method::GET {
        return response(plain(405, "Method Not Allowed"));
    }
    let rest = percent_encoding::percent_decode_str(rest).decode_utf8_lossy().into_owned();
    let query = request.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let path = format!("{rest}{query}");
    fake.state().calls.push(Call { service, path: path.clone() });
    loop {
        let changed = fake.changed.notified();
        tokio::pin!(changed);
        // Enabled before the mood is looked at, so that no change is missed.
        changed.as_mut().enable();
        if fake.mood(service) != Mood::Hangs {
            return response(answers::reply_to(fake, service, request, &path));
        }
        changed.await;
    }
}

fn plain(status: u16, body: &str) -> Reply {
    Reply { status, content_type: "text/plain; charset=utf-8", header: None, body: body.to_owned() }
}

fn steered(fake: &IntelFake, method: &Method, path: &str, body: &[u8]) -> (u16, Value) {
    let parts: Vec<&str> = path.splitn(3, '/').collect();
    let done = (200, json!({"ok": true}));
    if (method, parts.as_slice()) == (&Method::GET, &["_calls"]) {
        return (200, json!(fake.calls()));
    }
    if method != Method::PUT {
        return (404, json!({"error": "no such thing"}));
    }
    let service = parts.get(1).and_then(|name| Service::named(name));
    match (parts.as_slice(), service) {
        (["_mood", _], Some(service)) => read::<Mood>(body).map(|mood| fake.set_mood(service, mood)),
        (["_plan", _], Some(service)) => read::<String>(body).map(|plan| fake.set_plan(service, &plan)),
        (["_answer", _, value], Some(service)) => read(body).map(|answer| fake.know(service, value, answer)),
        (["_exits"], _) => read::<Vec<String>>(body).map(|exits| fake.set_exits(exits.iter().map(String::as_str))),
        _ => return (404, json!({"error": "no such thing"})),
    }
    .map_or_else(|error| (422, json!({"error": error})), |()| done)
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    serde_json::from_slice(body).map_err(|error| error.to_string())
}

fn response(reply: Reply) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(reply.body)));
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::OK);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(reply.content_type));
    if let Some((name, value)) = reply.header {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}
