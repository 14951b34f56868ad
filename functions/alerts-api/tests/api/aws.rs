//! AWS as the API sees it: one endpoint that takes SendMessage and GetSecretValue in the AWS JSON protocol, passes
//! everything else on to dynoxide, and fails on request.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Router, routing::post};
use dynoxide::Database;
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tokio::net::{TcpListener, TcpStream};

/// How an operation fails.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fault {
    Throttled,
    Broken,
}

/// A message that SQS confirmed.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    pub(crate) queue: String,
    pub(crate) group: Option<String>,
    pub(crate) deduplication: Option<String>,
    pub(crate) body: String,
}

#[derive(Debug, Default)]
struct Inner {
    sent: Vec<Sent>,
    /// How many more messages are confirmed before a fault takes effect.
    spared: usize,
    faults: HashMap<&'static str, Fault>,
    secret: String,
    calls: Vec<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct Aws {
    inner: Arc<Mutex<Inner>>,
    table: String,
    pub(crate) endpoint: String,
}

async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = listener.local_addr().expect("it is bound").to_string();
    (listener, address)
}

impl Aws {
    pub(crate) async fn start(secret: &str) -> Self {
        let database = Database::memory().expect("an in-memory database opens");
        let definition: Value = serde_json::from_str(include_str!("../../../../shared/store/table.json")).unwrap();
        database.create_table(serde_json::from_value(definition).unwrap()).expect("the table is created");
        let (listener, table) = listen().await;
        tokio::spawn(dynoxide::server::serve_on(listener, database));
        let (listener, address) = listen().await;
        let inner = Inner { secret: secret.to_owned(), ..Inner::default() };
        let aws = Self { inner: Arc::new(Mutex::new(inner)), table, endpoint: format!("http://{address}") };
        let router = Router::new().route("/", post(answer)).with_state(aws.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        aws
    }

    /// Makes an operation, such as `SendMessage`, fail from now on.
    pub(crate) fn fail(&self, operation: &'static str, fault: Fault) {
        self.inner.lock().unwrap().faults.insert(operation, fault);
    }

    /// The same, after `spared` more messages were confirmed.
    pub(crate) fn fail_after(&self, spared: usize, operation: &'static str, fault: Fault) {
        self.inner.lock().unwrap().spared = spared;
        self.fail(operation, fault);
    }

    pub(crate) fn heal(&self) {
        self.inner.lock().unwrap().faults.clear();
    }

    pub(crate) fn sent(&self) -> Vec<Sent> {
        self.inner.lock().unwrap().sent.clone()
    }

    /// How often an operation was called.
    pub(crate) fn calls(&self, operation: &str) -> usize {
        self.inner.lock().unwrap().calls.iter().filter(|called| *called == operation).count()
    }

    /// Writes an item as it is.
    pub(crate) async fn put_raw(&self, item: Value) {
        let body = json!({"TableName": "margay", "Item": item}).to_string();
        let target = "DynamoDB_20120810.PutItem";
        assert_eq!(self.dynamodb(target, Bytes::from(body)).await.status(), StatusCode::OK);
    }

    async fn dynamodb(&self, target: &str, body: Bytes) -> Response {
        let stream = TcpStream::connect(&self.table).await.expect("dynoxide listens");
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let request = hyper::Request::post("/")
            .header("host", &self.table)
            .header("x-amz-target", target)
            .header("content-type", "application/x-amz-json-1.0")
            .header("authorization", "AWS4-HMAC-SHA256 Credential=local/20261121/eu-central-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0")
            .header("x-amz-date", "20261121T083000Z")
            .body(Full::new(body))
            .unwrap();
        let answer = sender.send_request(request).await.expect("dynoxide answers");
        let status = answer.status();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        (status, [("content-type", "application/x-amz-json-1.0")], body).into_response()
    }
}

async fn answer(State(aws): State<Aws>, headers: HeaderMap, body: Bytes) -> Response {
    let target = headers["x-amz-target"].to_str().unwrap();
    let (service, operation) = target.split_once('.').unwrap();
    if let Some(failed) = aws.failed(service, operation) {
        return failed;
    }
    match (service, operation) {
        ("AmazonSQS", "SendMessage") => aws.send_message(&serde_json::from_slice(&body).unwrap()),
        ("secretsmanager", "GetSecretValue") => aws.secret(),
        _ => aws.dynamodb(target, body).await,
    }
}

impl Aws {
    fn failed(&self, service: &str, operation: &str) -> Option<Response> {
        let mut inner = self.inner.lock().unwrap();
        inner.calls.push(operation.to_owned());
        let fault = *inner.faults.get(operation)?;
        if operation == "SendMessage" && inner.spared > 0 {
            inner.spared -= 1;
            return None;
        }
        let throttled = if service == "AmazonSQS" { "RequestThrottled" } else { "ThrottlingException" };
        let (status, code) = match fault {
            Fault::Throttled => (StatusCode::BAD_REQUEST, throttled),
            Fault::Broken => (StatusCode::INTERNAL_SERVER_ERROR, "InternalFailure"),
        };
        let body = json!({"__type": format!("com.amazonaws#{code}"), "message": "on request"}).to_string();
        Some((status, [("content-type", "application/x-amz-json-1.0")], body).into_response())
    }

    fn send_message(&self, message: &Value) -> Response {
        let text = |name: &str| message.get(name).and_then(Value::as_str).map(str::to_owned);
        let body = text("MessageBody").unwrap();
        assert!(body.len() <= 262_144, "SQS refuses larger messages");
        let queue = text("QueueUrl").unwrap().rsplit('/').next().unwrap().to_owned();
        let (group, deduplication) = (text("MessageGroupId"), text("MessageDeduplicationId"));
        self.inner.lock().unwrap().sent.push(Sent { queue, group, deduplication, body });
        axum::Json(json!({"MessageId": "m", "MD5OfMessageBody": "0"})).into_response()
    }

    fn secret(&self) -> Response {
        let secret = self.inner.lock().unwrap().secret.clone();
        axum::Json(json!({"ARN": "arn:x", "Name": "first-admin-key", "SecretString": secret})).into_response()
    }
}
