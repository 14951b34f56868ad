//! The server: holds a request to the rules, waits while the model hangs, and answers; and lets a test out of process
//! steer it.

use std::convert::Infallible;
use std::net::Ipv4Addr;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::http::request::Parts;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::{AbortHandle, JoinSet};

use super::{Answer, BedrockFake, rules};

/// Bytes of a request's body.
const BODY_MAX: usize = 25 << 20;

/// A server of the fake's own; it ends when this is dropped.
pub struct Served {
    pub fake: BedrockFake,
    /// For the function's `BEDROCK_ENDPOINT_URL`.
    pub url: String,
    server: AbortHandle,
}

impl Drop for Served {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl BedrockFake {
    /// Serves [`BedrockFake::new`] on a port of its own.
    pub async fn start() -> std::io::Result<Served> {
        let fake = Self::new();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let server = tokio::spawn(accept(listener, fake.clone())).abort_handle();
        Ok(Served { fake, url, server })
    }
}

async fn accept(listener: TcpListener, fake: BedrockFake) -> Infallible {
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
pub(crate) async fn answer(fake: &BedrockFake, request: &Parts, path: &str, body: Incoming) -> Response<Full<Bytes>> {
    let path = path.trim_start_matches('/');
    let body = Limited::new(body, BODY_MAX).collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    if path.starts_with('_') {
        return steered(fake, &request.method, path, &body);
    }
    let asked = match rules::read(request, path, &body) {
        Ok(asked) => asked,
        Err((status, code, what)) => {
            fake.state().broken.push(what.clone());
            return failure(status, code, &what);
        }
    };
    let tool = asked.tool.clone();
    fake.state().asked.push(asked);
    loop {
        let changed = fake.changed.notified();
        tokio::pin!(changed);
        // Enabled before the answer is looked at, so that no change is missed.
        changed.as_mut().enable();
        match fake.next() {
            Answer::Hangs => changed.await,
            said => return converse(&said, &tool),
        }
    }
}

fn converse(said: &Answer, tool: &str) -> Response<Full<Bytes>> {
    let uses = |name: &str, input: &Value, n: u32| json!({"toolUse": {"toolUseId": format!("tooluse_{n}"), "name": name, "input": input}});
    let (content, stop_reason) = match said {
        Answer::Uses(input) => (json!([{"text": "Here it is."}, uses(tool, input, 1)]), "tool_use"),
        Answer::UsesTwice(input) => (json!([uses(tool, input, 1), uses(tool, input, 2)]), "tool_use"),
        Answer::UsesAnother(input) => (json!([uses("delete_everything", input, 1)]), "tool_use"),
        Answer::Says(text) => (json!([{"text": text}]), "end_turn"),
        Answer::CutOff(input) => (json!([uses(tool, input, 1)]), "max_tokens"),
        Answer::Declines => (json!([{"text": "I cannot help with that."}]), "guardrail_intervened"),
        Answer::Fails(status, code) => return failure(*status, code, "on request"),
        Answer::Hangs => (json!([]), "end_turn"),
    };
    let message = json!({"role": "assistant", "content": content});
    let usage = json!({"inputTokens": 10, "outputTokens": 10, "totalTokens": 20});
    let body = json!({
        "metrics": {"latencyMs": 5}, "output": {"message": message}, "stopReason": stop_reason, "usage": usage,
    });
    response(200, &body)
}

fn failure(status: u16, code: &str, what: &str) -> Response<Full<Bytes>> {
    let mut response = response(status, &json!({"message": what}));
    let code = HeaderValue::from_str(code).unwrap_or_else(|_| HeaderValue::from_static("InternalServerException"));
    response.headers_mut().insert("x-amzn-errortype", code);
    response
}

fn steered(fake: &BedrockFake, method: &Method, path: &str, body: &[u8]) -> Response<Full<Bytes>> {
    match (method, path) {
        (&Method::GET, "_asked") => response(200, &json!(fake.asked())),
        (&Method::PUT, "_answers") => match serde_json::from_slice::<Vec<Answer>>(body) {
            Ok(answers) if !answers.is_empty() => {
                fake.will(answers);
                response(200, &json!({"ok": true}))
            }
            Ok(_) => response(422, &json!({"error": "the model has to say something"})),
            Err(error) => response(422, &json!({"error": error.to_string()})),
        },
        _ => response(404, &json!({"error": "no such thing"})),
    }
}

fn response(status: u16, body: &Value) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body.to_string())));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
