//! A running stack, and a test's own corner of it.

use aws_sdk_sqs::types::QueueAttributeName;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use std::future::Future;
use std::path::Path;
use std::time::{Duration, Instant};
use tokio::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};

/// The longest anything here takes: a crash is made good by the sweep of the minute after the lease.
const PATIENCE: Duration = Duration::from_secs(240);

pub(crate) struct Stack {
    pub(crate) facts: Value,
    pub(crate) http: Client,
    pub(crate) sqs: aws_sdk_sqs::Client,
}

/// Tests run side by side, but for those that kill what the others stand on.
static STACK: RwLock<()> = RwLock::const_new(());

/// A test's share of the stack.
pub(crate) enum Share {
    Among { _guard: RwLockReadGuard<'static, ()> },
    Alone { _guard: RwLockWriteGuard<'static, ()> },
}

impl Share {
    pub(crate) async fn among() -> Self {
        Self::Among { _guard: STACK.read().await }
    }

    pub(crate) async fn alone() -> Self {
        Self::Alone { _guard: STACK.write().await }
    }
}

/// A test's own channels and destinations.
pub(crate) struct Corner {
    pub(crate) stack: Stack,
    _share: Share,
    name: String,
    /// The channels' ids, in order.
    pub(crate) channels: Vec<String>,
    /// The destinations' names, in order.
    pub(crate) destinations: Vec<String>,
}

pub(crate) const ANALYST: &str = "analyst";
pub(crate) const LEAD: &str = "lead";

impl Stack {
    #[allow(clippy::disallowed_methods)] // Where the stack is comes from the environment.
    pub(crate) fn running() -> Self {
        let path = std::env::var("MARGAY_STACK").expect("MARGAY_STACK names a running stack: run `cargo dev test`");
        let facts: Value = serde_json::from_slice(&std::fs::read(Path::new(&path)).unwrap()).unwrap();
        let text = |name: &str| facts[name].as_str().unwrap_or_else(|| panic!("stack.json has no {name}"));
        let config = runtime::aws::local(text("region"), text("aws_endpoint_url")).unwrap();
        let sqs = aws_sdk_sqs::Client::new(&config);
        Self { http: slack::client::http_client_within(Duration::from_secs(30)), sqs, facts }
    }

    pub(crate) fn text(&self, name: &str) -> &str {
        self.facts[name].as_str().unwrap()
    }

    /// The REST API with the first admin key; status and JSON.
    pub(crate) async fn rest(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        let url = format!("{}{path}", self.text("api_url").trim_end_matches('/'));
        let mut request = self.http.request(method, url).header("x-api-key", self.text("api_key"));
        if !body.is_null() {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        (status, serde_json::from_str(&answer.text().await.unwrap()).unwrap_or(Value::Null))
    }

    pub(crate) async fn alert(&self, id: &str) -> Value {
        self.rest(Method::GET, &format!("/alerts/{id}"), Value::Null).await.1
    }

    /// The simulator's control API.
    pub(crate) async fn control(&self, method: Method, path: &str, body: Value) -> Value {
        let url = format!("{}/_control/{path}", self.text("slack_url").trim_end_matches('/'));
        let mut request = self.http.request(method, url);
        if !body.is_null() {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// The Slack id of the person with this role.
    pub(crate) fn slack_id(&self, role: &str) -> String {
        self.person(role)["slack_id"].as_str().unwrap().to_owned()
    }

    pub(crate) fn person(&self, role: &str) -> &Value {
        self.facts["users"].as_array().unwrap().iter().find(|user| user["role"] == role).unwrap()
    }

    pub(crate) async fn ephemerals(&self, user: &str) -> Vec<Value> {
        let found = self.control(Method::GET, &format!("ephemerals?user={user}"), Value::Null).await;
        found["ephemerals"].as_array().unwrap().clone()
    }

    /// The dead-letter queue of a queue.
    pub(crate) async fn dead_letters_of(&self, queue_url: &str) -> String {
        let asked = self.sqs.get_queue_attributes().queue_url(queue_url);
        let asked = asked.attribute_names(QueueAttributeName::RedrivePolicy).send().await.unwrap();
        let policy = &asked.attributes().unwrap()[&QueueAttributeName::RedrivePolicy];
        let policy: Value = serde_json::from_str(policy).unwrap();
        let name = policy["deadLetterTargetArn"].as_str().unwrap().rsplit(':').next().unwrap().to_owned();
        self.sqs.get_queue_url().queue_name(name).send().await.unwrap().queue_url().unwrap().to_owned()
    }
}

impl Corner {
    /// As many channels as `settings`, each with the bot, the people and a destination, on top of whose defaults (all
    /// switches on, no severities: only alerts that name it) the settings go.
    pub(crate) async fn new(name: &str, settings: &[Value]) -> Self {
        Self::with(Share::among().await, name, settings).await
    }

    pub(crate) async fn with(share: Share, name: &str, settings: &[Value]) -> Self {
        let stack = Stack::running();
        // The same stack can be tested again and again.
        let name = &format!("{name}-{:x}", runtime::now().as_millisecond() % (1 << 32));
        let (mut channels, mut destinations) = (Vec::new(), Vec::new());
        let world = stack.control(Method::GET, "world", Value::Null).await;
        let members: Vec<Value> = std::iter::once(world["app"]["bot_user_id"].clone())
            .chain(world["users"].as_array().unwrap().iter().map(|user| user["id"].clone()))
            .collect();
        for (n, more) in settings.iter().enumerate() {
            let channel = format!("C0{}{n}", name.to_uppercase().replace('-', ""));
            let new = json!({"id": channel, "name": format!("{name}-{n}"), "members": members});
            stack.control(Method::POST, "channels", new).await;
            let destination = format!("{name}-{n}");
            let mut body = json!({
                "displayName": destination, "channel": channel, "severities": [], "timezone": "Europe/Berlin",
                "twoWayStatus": true, "twoWayAssignee": true, "twoWayComments": true,
            });
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            let (status, made) = stack.rest(Method::POST, "/destinations", body).await;
            assert_eq!(status, 201, "{made}");
            channels.push(channel);
            destinations.push(destination);
        }
        Self { stack, _share: share, name: name.to_owned(), channels, destinations }
    }

    /// An alert for this corner's destinations.
    pub(crate) fn new_alert(&self, suffix: &str, more: Value) -> Value {
        let mut body = json!({
            "alertId": self.id(suffix), "title": format!("Alert {}", self.id(suffix)), "severity": "HIGH",
            "destinations": self.destinations,
        });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    }

    pub(crate) fn id(&self, suffix: &str) -> String {
        format!("{}-{suffix}", self.name)
    }

    /// Sends an alert over the REST API and waits until every channel shows it.
    pub(crate) async fn shown(&self, suffix: &str, more: Value) -> String {
        let (status, accepted) = self.stack.rest(Method::POST, "/alerts", self.new_alert(suffix, more)).await;
        assert_eq!(status, 202, "{accepted}");
        let id = self.id(suffix);
        for channel in &self.channels {
            eventually("the alert is shown", || async { self.messages_of(channel, &id).await.len() == 1 }).await;
        }
        id
    }

    pub(crate) async fn messages(&self, channel: &str) -> Vec<Value> {
        let found = self.stack.control(Method::GET, &format!("channels/{channel}/messages"), Value::Null).await;
        let messages = found["messages"].as_array().unwrap().clone();
        messages.into_iter().filter(|message| message["deleted"] != true).collect()
    }

    /// The messages of an alert in a channel.
    pub(crate) async fn messages_of(&self, channel: &str, id: &str) -> Vec<Value> {
        let ours = |message: &Value| {
            let delivery = message["metadata"]["event_payload"]["delivery"].as_str().unwrap_or_default();
            delivery.split('/').next() == Some(id)
        };
        self.messages(channel).await.into_iter().filter(ours).collect()
    }

    pub(crate) async fn message(&self, channel: &str, id: &str) -> Value {
        let mut messages = self.messages_of(channel, id).await;
        assert_eq!(messages.len(), 1, "messages of {id} in {channel}");
        messages.remove(0)
    }

    /// Somebody uses a control of an alert's message; what they would see of it.
    pub(crate) async fn act(&self, role: &str, channel: &str, id: &str, action: &str, value: &str) -> Value {
        let message = self.message(channel, id).await;
        let act = json!({
            "user": self.stack.slack_id(role), "channel": channel, "message_ts": message["ts"],
            "action_id": action, "value": value,
        });
        self.stack.control(Method::POST, "act", act).await
    }

    /// Waits until a channel's copy of an alert says `text` and its thread has `replies` replies.
    pub(crate) async fn says(&self, channel: &str, id: &str, text: &str, replies: usize) {
        eventually(&format!("{channel} says {text}"), || async {
            let message = self.message(channel, id).await;
            let thread = message["thread"].as_array().map_or(0, Vec::len);
            message["text"].as_str().unwrap().contains(text) && thread == replies
        })
        .await;
    }

    /// Waits until an alert's delivery to the n-th destination is in this state; the delivery.
    pub(crate) async fn delivery(&self, id: &str, n: usize, state: &str) -> Value {
        let of = |alert: &Value| {
            let deliveries = alert["deliveries"].as_array().cloned().unwrap_or_default();
            deliveries.into_iter().find(|delivery| delivery["label"] == json!(self.destinations[n]))
        };
        eventually(&format!("delivery {n} of {id} is {state}"), || async {
            of(&self.stack.alert(id).await).is_some_and(|delivery| delivery["state"] == state)
        })
        .await;
        of(&self.stack.alert(id).await).unwrap()
    }
}

/// Waits until `holds`, looking ten times a second; a wait for something that happens elsewhere, not a pause.
pub(crate) async fn eventually<F: Future<Output = bool>>(what: &str, holds: impl Fn() -> F) {
    let began = Instant::now();
    while !holds().await {
        assert!(began.elapsed() < PATIENCE, "it never came true: {what}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
