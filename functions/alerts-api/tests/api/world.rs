//! One API with everything around it, and a client that holds every answer against the OpenAPI document.

use crate::aws::Aws;
use crate::contract;
use alert::{Alert, AlertId, Routing, Triage, Why, input};
use alerts_api::{Api, LogApps, SlackApp};
use aws_smithy_types::retry::RetryConfig;
use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use jiff::Timestamp;
use runtime::{Queue, Secret};
use serde_json::{Value, json};
use store::Store;

pub(crate) const NOW: Timestamp = Timestamp::constant(1_795_250_000, 0);

/// The first admin key.
pub(crate) const ADMIN: &str = "0123456789abcdefghijABCDEFGHIJ0123456789";

/// What the names of log sources' secrets begin with.
pub(crate) const LOG_SECRETS: &str = "panther-analysis/test/logs/";

pub(crate) struct World {
    pub(crate) aws: Aws,
    pub(crate) api: Api,
    pub(crate) store: Store,
}

/// An answer, already checked against the document.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) json: Value,
}

impl Answered {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn text(&self, pointer: &str) -> &str {
        self.json.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("no {pointer} in {}", self.json))
    }

    /// The fields that a problem names.
    pub(crate) fn wrong(&self) -> Vec<&str> {
        let errors = self.json["errors"].as_array().unwrap_or_else(|| panic!("no errors in {}", self.json));
        errors.iter().map(|error| error["field"].as_str().unwrap()).collect()
    }

    /// One text of each result.
    pub(crate) fn each(&self, field: &str) -> Vec<&str> {
        self.json["results"].as_array().unwrap().iter().map(|result| result[field].as_str().unwrap()).collect()
    }
}

/// A request being made.
pub(crate) struct Asking<'a> {
    api: &'a Api,
    request: http::request::Builder,
    body: Vec<u8>,
    now: Timestamp,
}

impl World {
    pub(crate) async fn new() -> Self {
        crate::logs::start();
        let aws = Aws::start(ADMIN).await;
        let (api, store) = instance(&aws);
        Self { aws, api, store }
    }

    /// Another instance of the function, on the same table.
    pub(crate) fn another(&self) -> Self {
        let (api, store) = instance(&self.aws);
        Self { aws: self.aws.clone(), api, store }
    }

    /// A request with the first admin key.
    pub(crate) fn ask(&self, method: &str, path: &str) -> Asking<'_> {
        self.ask_as(ADMIN, method, path)
    }

    pub(crate) fn ask_as(&self, key: &str, method: &str, path: &str) -> Asking<'_> {
        let asking = self.ask_without_key(method, path);
        Asking { request: asking.request.header("X-API-Key", key), ..asking }
    }

    pub(crate) fn ask_without_key(&self, method: &str, path: &str) -> Asking<'_> {
        let uri = format!("https://api.example{path}");
        Asking { api: &self.api, request: Request::builder().method(method).uri(uri), body: Vec::new(), now: NOW }
    }

    pub(crate) async fn get(&self, path: &str) -> Answered {
        self.ask("GET", path).answer().await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answered {
        self.ask("POST", path).json(&body).answer().await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answered {
        self.ask("PATCH", path).json(&body).answer().await
    }

    /// Makes an API key with these permissions and returns its text.
    pub(crate) async fn key(&self, permissions: &[&str]) -> String {
        let made = self.post("/api-keys", json!({"name": "Key", "permissions": permissions})).await;
        assert_eq!(made.status, 201, "{}", made.json);
        made.text("/key").to_owned()
    }

    /// Registers a user and returns the id.
    pub(crate) async fn user(&self, name: &str) -> String {
        let email = format!("{}@acme.example", name.to_lowercase().replace(' ', "."));
        let body = json!({"email": email, "name": name, "permissions": ["ManageAlerts"]});
        let made = self.post("/users", body).await;
        assert_eq!(made.status, 201, "{}", made.json);
        made.text("/id").to_owned()
    }

    /// Stores an alert as alert-dispatch does; `more` replaces fields of its payload, `to` is where it was routed.
    pub(crate) async fn alert(&self, id: &str, more: Value, to: &[&str]) {
        let mut body = json!({"alertId": id, "title": format!("Title of {id}"), "severity": "HIGH", "createdAt": NOW});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let new = input::parse(body.to_string().as_bytes(), NOW).unwrap();
        let to = to.iter().map(|id| alert::DestinationId::new(*id).unwrap()).collect();
        let alert = Alert {
            id: new.id,
            triage: Triage::start(new.content.severity, None, NOW),
            content: new.content,
            received_at: NOW,
            routing: Routing { to, why: Why::Filters, unknown: Vec::new() },
            received: 1,
        };
        self.store.put_alert(&alert).await.unwrap();
    }

    /// The number of the alert's last activity.
    pub(crate) async fn seq(&self, id: &str) -> u64 {
        self.store.get_alert(&AlertId::new(id).unwrap()).await.unwrap().unwrap().triage.seq
    }
}

fn instance(aws: &Aws) -> (Api, Store) {
    // Without the SDK's own retries, which wait for seconds.
    let config = runtime::aws::local("eu-central-1", &aws.endpoint).unwrap().into_builder();
    let config = config.retry_config(RetryConfig::disabled()).build();
    let store = Store::new(&config, "margay".to_owned());
    let queue = |name: &str| Queue::new(&config, format!("{}/000000000000/{name}", aws.endpoint));
    let secret = |name: &str| Secret::new(&config, format!("panther-analysis/test/{name}"));
    // Nobody is there: what needs Slack is tested against the simulator, in tests/in_process.
    let slack = SlackApp::new("http://127.0.0.1:9/api/".to_owned(), secret("slack"));
    let nobody = |path: &str| format!("http://127.0.0.1:9{path}");
    let log_apps = LogApps::new(&config, LOG_SECRETS.to_owned(), nobody("/api/"), nobody("/audit/v1/"));
    let queues = (queue("alerts"), queue("changes.fifo"));
    (Api::new(store.clone(), queues, secret("first-admin-key"), (slack, log_apps)), store)
}

impl Asking<'_> {
    pub(crate) fn json(self, body: &Value) -> Self {
        self.body(body.to_string()).header("Content-Type", "application/json")
    }

    pub(crate) fn body(self, body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), ..self }
    }

    pub(crate) fn header(self, name: &str, value: &str) -> Self {
        Self { request: self.request.header(name, value), ..self }
    }

    pub(crate) fn at(self, now: Timestamp) -> Self {
        Self { now, ..self }
    }

    pub(crate) async fn answer(self) -> Answered {
        let request = self.request.body(Bytes::from(self.body)).unwrap();
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let body = request.body().clone();
        let (parts, text) = self.api.handle(request, self.now).await.into_parts();
        contract::hold(&method, &path, &body, &parts, &text);
        let json = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() };
        Answered { status: parts.status, headers: parts.headers, json }
    }
}
