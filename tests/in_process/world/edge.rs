//! The AWS services at the edge of the process, over HTTP as the SDK speaks it: DynamoDB is dynoxide, the queues are
//! stepped by hand, the bucket, secrets and the event bus are what a test reads and writes. Calls can be counted, refused,
//! and left hanging, so that a test can kill a worker at any of them.

use super::objects::Objects;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::AbortHandle;

/// A message that was sent to a queue.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    pub(crate) queue: String,
    pub(crate) body: String,
    pub(crate) group: Option<String>,
    pub(crate) deduplication: Option<String>,
}

/// What goes wrong with one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The work is done and the answer never comes: the moment to kill the caller.
    HangAfter,
    /// Nothing is done and no answer comes.
    HangBefore,
    /// The service says that there are too many requests, until the faults are cleared.
    Throttle,
}

/// The moment to kill a worker.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kill {
    /// At its n-th call to AWS (from 0): before or after the work is done.
    Aws { call: usize, trouble: Trouble },
    /// After Slack has done the n-th call (from 0), before the worker learns of it.
    Slack { call: u64 },
}

#[derive(Debug, Default)]
struct Inner {
    sent: Vec<Sent>,
    events: Vec<Value>,
    secrets: HashMap<String, String>,
    objects: Objects,
    calls: BTreeMap<String, usize>,
    /// What goes wrong, with the calls to let pass first and the operation it applies to.
    trouble: Option<(Trouble, usize, Option<String>)>,
    /// An operation, and how often more it is throttled.
    throttled: Option<(String, usize)>,
}

/// The running edge. Dropping it closes it.
pub(crate) struct Edge {
    inner: Arc<Shared>,
    pub(crate) url: String,
    servers: [AbortHandle; 2],
}

struct Shared {
    inner: Mutex<Inner>,
    hung: Notify,
    dynamodb: String,
    http: reqwest::Client,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Edge {
    fn drop(&mut self) {
        self.servers.iter().for_each(AbortHandle::abort);
    }
}

impl Edge {
    pub(crate) async fn start() -> Self {
        let database = dynoxide::Database::memory().unwrap();
        let table: Value = serde_json::from_str(include_str!("../../../shared/store/table.json")).unwrap();
        database.create_table(serde_json::from_value(table).unwrap()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let dynamodb = format!("http://{}", listener.local_addr().unwrap());
        let tables = tokio::spawn(dynoxide::server::serve_on(listener, database)).abort_handle();

        let http = slack::client::http_client();
        let shared = Arc::new(Shared { inner: Mutex::default(), hung: Notify::new(), dynamodb, http });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let app = axum::Router::new().fallback(call).with_state(shared.clone());
        let edge = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() }).abort_handle();
        Self { inner: shared, url, servers: [tables, edge] }
    }

    pub(crate) fn put_secret(&self, name: &str, text: String) -> Option<String> {
        self.inner.lock().secrets.insert(name.to_owned(), text)
    }

    pub(crate) fn drop_secret(&self, name: &str) {
        self.inner.lock().secrets.remove(name);
    }

    pub(crate) fn secret(&self, name: &str) -> String {
        self.inner.lock().secrets.get(name).cloned().unwrap_or_default()
    }

    /// Takes what was sent to the queues since the last time.
    pub(crate) fn take_sent(&self) -> Vec<Sent> {
        std::mem::take(&mut self.inner.lock().sent)
    }

    /// The bucket's objects by key.
    pub(crate) fn objects(&self) -> BTreeMap<String, Bytes> {
        self.inner.lock().objects.all()
    }

    /// Keys in the order in which they were put, each as often as it was.
    pub(crate) fn puts(&self) -> Vec<String> {
        self.inner.lock().objects.puts()
    }

    /// Everything that was said on the event bus, in order.
    pub(crate) fn events(&self) -> Vec<Value> {
        self.inner.lock().events.clone()
    }

    /// Refuses the next `times` calls of an operation for being too many.
    pub(crate) fn throttle(&self, operation: &str, times: usize) {
        self.inner.lock().throttled = Some((operation.to_owned(), times));
    }

    /// Lets `pass` calls of `operation` (or of all) pass, then the trouble begins; a hang comes once.
    pub(crate) fn trouble(&self, trouble: Trouble, pass: usize, operation: Option<&str>) {
        self.inner.lock().trouble = Some((trouble, pass, operation.map(str::to_owned)));
    }

    pub(crate) fn clear(&self) {
        self.inner.lock().trouble = None;
    }

    /// Waits until a call hangs.
    pub(crate) async fn hung(&self) {
        self.inner.hung.notified().await;
    }

    /// Calls by operation since the last time.
    pub(crate) fn take_calls(&self) -> BTreeMap<String, usize> {
        std::mem::take(&mut self.inner.lock().calls)
    }
}

async fn call(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let target = headers.get("x-amz-target").and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    // S3 alone is told what to do by method and path.
    let of_bucket = target.is_empty().then_some((method, uri));
    let operation = match &of_bucket {
        Some((method, _)) => super::objects::operation(method).to_owned(),
        None => target.rsplit('.').next().unwrap_or_default().to_owned(),
    };
    let trouble = {
        let mut inner = shared.lock();
        *inner.calls.entry(operation.clone()).or_default() += 1;
        if let Some((throttled, times)) = inner.throttled.as_mut()
            && *throttled == operation
            && *times > 0
        {
            *times -= 1;
            return error(StatusCode::BAD_REQUEST, "ThrottlingException", "too many requests");
        }
        match inner.trouble.as_mut().filter(|(_, _, only)| only.as_deref().is_none_or(|only| only == operation)) {
            None => None,
            Some((_, pass, _)) if *pass > 0 => {
                *pass -= 1;
                None
            }
            Some((trouble, ..)) => {
                let trouble = *trouble;
                if trouble != Trouble::Throttle {
                    inner.trouble = None;
                }
                Some(trouble)
            }
        }
    };
    match trouble {
        Some(Trouble::HangBefore) => hang(&shared).await,
        Some(Trouble::Throttle) => error(StatusCode::BAD_REQUEST, "ThrottlingException", "too many requests"),
        Some(Trouble::HangAfter) => {
            serve(&shared, of_bucket, &target, &operation, &headers, body).await;
            hang(&shared).await
        }
        None => serve(&shared, of_bucket, &target, &operation, &headers, body).await,
    }
}

async fn hang(shared: &Shared) -> Response {
    shared.hung.notify_one();
    std::future::pending().await
}

async fn serve(
    shared: &Shared,
    of_bucket: Option<(Method, Uri)>,
    target: &str,
    operation: &str,
    headers: &HeaderMap,
    body: Bytes,
) -> Response {
    if let Some((method, uri)) = of_bucket {
        return shared.lock().objects.answer(&method, &uri, body);
    }
    if target.starts_with("DynamoDB") {
        return forward(shared, headers, body).await;
    }
    let request: Value = serde_json::from_slice(&body).unwrap();
    let text = |name: &str| request[name].as_str().map(str::to_owned);
    let mut inner = shared.lock();
    match operation {
        "SendMessage" => {
            let body = text("MessageBody").unwrap();
            inner.sent.push(Sent {
                queue: text("QueueUrl").unwrap(),
                body,
                group: text("MessageGroupId"),
                deduplication: text("MessageDeduplicationId"),
            });
            axum::Json(json!({"MessageId": format!("m{}", inner.calls["SendMessage"])})).into_response()
        }
        "GetSecretValue" => match inner.secrets.get(&text("SecretId").unwrap()) {
            Some(secret) => axum::Json(json!({"Name": "x", "SecretString": secret})).into_response(),
            None => error(StatusCode::BAD_REQUEST, "ResourceNotFoundException", "no such secret"),
        },
        "PutSecretValue" => {
            inner.secrets.insert(text("SecretId").unwrap(), text("SecretString").unwrap());
            axum::Json(json!({"Name": "x", "VersionId": "v"})).into_response()
        }
        "PutEvents" => {
            let entries = request["Entries"].as_array().unwrap().clone();
            // The real one refuses a Detail that is no JSON object.
            for entry in &entries {
                let detail: Value = serde_json::from_str(entry["Detail"].as_str().unwrap()).unwrap();
                assert!(detail.is_object());
            }
            let answers: Vec<_> = entries.iter().map(|_| json!({"EventId": "e"})).collect();
            inner.events.extend(entries);
            axum::Json(json!({"FailedEntryCount": 0, "Entries": answers})).into_response()
        }
        other => error(StatusCode::BAD_REQUEST, "UnknownOperationException", other),
    }
}

async fn forward(shared: &Shared, headers: &HeaderMap, body: Bytes) -> Response {
    let mut request = shared.http.post(&shared.dynamodb).body(body);
    for name in ["x-amz-target", "content-type", "authorization", "x-amz-date"] {
        if let Some(value) = headers.get(name) {
            request = request.header(name, value);
        }
    }
    let answer = request.send().await.unwrap();
    let status = answer.status();
    let mut response = (status, answer.bytes().await.unwrap()).into_response();
    response.headers_mut().insert("content-type", "application/x-amz-json-1.0".parse().unwrap());
    response
}

fn error(status: StatusCode, code: &str, message: &str) -> Response {
    let body = json!({"__type": format!("com.amazonaws#{code}"), "message": message});
    (status, [("content-type", "application/x-amz-json-1.0")], body.to_string()).into_response()
}
