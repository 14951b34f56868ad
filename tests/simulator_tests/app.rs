//! The app under test in these tests: a small HTTP server that notes what it gets and answers what it was told.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// One request as the app got it.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) path: String,
    pub(crate) headers: hyper::HeaderMap,
    pub(crate) body: Bytes,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|v| v.to_str().ok())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// What the app answers to one request.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: String,
    pub(crate) no_retry: bool,
    pub(crate) after: Duration,
}

impl Reply {
    pub(crate) fn of(status: u16, body: &str) -> Self {
        Self { status, body: body.to_owned(), no_retry: false, after: Duration::ZERO }
    }
}

pub(crate) struct App {
    pub(crate) url: String,
    replies: Arc<Mutex<VecDeque<Reply>>>,
    received: watch::Receiver<Vec<Received>>,
}

impl App {
    /// Serves. An events URL check is answered by itself; everything else from `reply`, then with an empty 200.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let replies: Arc<Mutex<VecDeque<Reply>>> = Arc::default();
        let (sender, received) = watch::channel(Vec::new());
        let sender = Arc::new(sender);
        let answers = replies.clone();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (answers, sender) = (answers.clone(), sender.clone());
                tokio::spawn(async move {
                    let service = service_fn(move |request| answer(request, answers.clone(), sender.clone()));
                    let _ = hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service)
                        .await;
                });
            }
        });
        Self { url, replies, received }
    }

    /// The next requests get these answers, in order.
    pub(crate) fn reply(&self, replies: impl IntoIterator<Item = Reply>) {
        self.replies.lock().unwrap().extend(replies);
    }

    /// Everything received, once it is `count` requests at least.
    pub(crate) async fn received(&self, count: usize) -> Vec<Received> {
        let mut received = self.received.clone();
        let all = received.wait_for(|all| all.len() >= count).await.unwrap();
        all.clone()
    }
}

async fn answer(
    request: Request<Incoming>,
    replies: Arc<Mutex<VecDeque<Reply>>>,
    sender: Arc<watch::Sender<Vec<Received>>>,
) -> Result<Response<Full<Bytes>>, std::convert::Infallible> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let received = Received { path: parts.uri.path().to_owned(), headers: parts.headers, body };
    let challenge = serde_json::from_slice::<Value>(&received.body)
        .ok()
        .filter(|json| json["type"] == "url_verification")
        .and_then(|json| json["challenge"].as_str().map(str::to_owned));
    let reply = replies.lock().unwrap().pop_front();
    let reply = reply.or(challenge.map(|c| Reply::of(200, &c))).unwrap_or(Reply::of(200, ""));
    sender.send_modify(|all| all.push(received));
    tokio::time::sleep(reply.after).await;
    let mut response = Response::builder().status(reply.status);
    if reply.no_retry {
        response = response.header("x-slack-no-retry", "1");
    }
    Ok(response.body(Full::new(Bytes::from(reply.body))).unwrap())
}
