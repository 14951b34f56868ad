//! Log sources on the deployed stack: made over the REST API, allowed in a browser, read back from the bucket and from
//! the event bus.

use crate::stack::{Share, Stack};
use aws_sdk_eventbridge::types::Target;
use aws_sdk_sqs::types::QueueAttributeName;
use flate2::read::MultiGzDecoder;
use reqwest::Method;
use serde_json::{Value, json};
use std::io::Read;
use std::sync::Mutex;

/// The organisation that the workspace is part of from here on: only organisations have audit logs.
pub(crate) const ORGANISATION: &str = "E0ACME0001";

/// Longer than any test: what was received once does not come again.
const HIDDEN_SECONDS: &str = "43200";

/// The stack as somebody sees it who sets up logs and reads them.
pub(crate) struct LogStack {
    pub(crate) stack: Stack,
    secrets: aws_sdk_secretsmanager::Client,
    s3: aws_sdk_s3::Client,
    /// A queue that gets every `logs.ingested`, and what has come of it.
    events_queue: String,
    events: Mutex<Vec<Value>>,
    /// In each name, since the same stack can be tested again and again.
    pub(crate) run: String,
}

/// A log source.
pub(crate) struct Source {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) log_type: &'static str,
    /// The simulator's app that it reads with.
    pub(crate) client_id: String,
}

/// An object of the bucket.
pub(crate) struct Object {
    pub(crate) key: String,
    pub(crate) bytes: usize,
    pub(crate) rows: Vec<Value>,
}

impl LogStack {
    /// Joins the workspace to an organisation, and listens to the event bus.
    pub(crate) async fn new() -> Self {
        let stack = Stack::running();
        let config = runtime::aws::local(stack.text("region"), stack.text("aws_endpoint_url")).unwrap();
        let run = format!("{:x}", runtime::now().as_millisecond() % (1 << 32));
        // It stays: the others do not mind, and may be in the middle of something.
        stack.control(Method::PUT, "enterprise", json!({"id": ORGANISATION, "name": "Acme Group"})).await;
        let name = format!("logs-ingested-{run}");
        let create = stack.sqs.create_queue().queue_name(&name);
        let queue = create.attributes(QueueAttributeName::VisibilityTimeout, HIDDEN_SECONDS).send().await.unwrap();
        let events_queue = queue.queue_url().unwrap().to_owned();
        let asked = stack.sqs.get_queue_attributes().queue_url(&events_queue);
        let asked = asked.attribute_names(QueueAttributeName::QueueArn).send().await.unwrap();
        let arn = &asked.attributes().unwrap()[&QueueAttributeName::QueueArn];
        let bus = aws_sdk_eventbridge::Client::new(&config);
        let pattern = json!({"source": ["margay"], "detail-type": ["logs.ingested"]}).to_string();
        let rule = bus.put_rule().name(&name).event_bus_name(stack.text("event_bus")).event_pattern(pattern);
        rule.send().await.unwrap();
        let target = Target::builder().id("queue").arn(arn).build().unwrap();
        let targets = bus.put_targets().rule(&name).event_bus_name(stack.text("event_bus")).targets(target);
        targets.send().await.unwrap();
        let (secrets, s3) = (aws_sdk_secretsmanager::Client::new(&config), aws_sdk_s3::Client::new(&config));
        Self { secrets, s3, events_queue, events: Mutex::default(), run, stack }
    }

    /// A log source of `log_type` with a secret of its own, which holds the simulator's app called `app`. Nobody has
    /// allowed it yet.
    pub(crate) async fn source(&self, log_type: &'static str, app: &str) -> Source {
        let apps = self.stack.control(Method::GET, "logs/apps", Value::Null).await;
        let app = apps["apps"].as_array().unwrap().iter().find(|one| one["name"] == app).unwrap();
        let name = format!("{log_type} {}", self.run);
        let secret = format!("{}{log_type}-{}", self.stack.text("log_secrets_prefix"), self.run);
        let text = json!({"client_id": app["client_id"], "client_secret": app["client_secret"]});
        self.secrets.create_secret().name(&secret).secret_string(text.to_string()).send().await.unwrap();
        let body = json!({"name": name, "logType": log_type, "secret": secret});
        let (status, made) = self.stack.rest(Method::POST, "/log-sources", body).await;
        assert_eq!((status, &made["state"]), (201, &json!("WAITING_FOR_SETUP")), "{made}");
        let id = made["id"].as_str().unwrap().to_owned();
        Source { id, name, log_type, client_id: app["client_id"].as_str().unwrap().to_owned() }
    }

    pub(crate) async fn get(&self, source: &Source) -> Value {
        self.stack.rest(Method::GET, &format!("/log-sources/{}", source.id), Value::Null).await.1
    }

    pub(crate) async fn delete(&self, source: &Source) {
        let (status, _) = self.stack.rest(Method::DELETE, &format!("/log-sources/{}", source.id), Value::Null).await;
        assert_eq!(status, 204);
    }

    /// Makes a link and follows it in a browser until Slack asks; Slack's page, and the browser's cookie.
    async fn asked(&self, source: &Source) -> (String, String) {
        let (status, link) =
            self.stack.rest(Method::POST, &format!("/log-sources/{}/install", source.id), Value::Null).await;
        assert_eq!(status, 201, "{link}");
        let api = self.stack.text("api_url");
        let page = self.stack.http.get(format!("{api}{}", link["path"].as_str().unwrap())).send().await.unwrap();
        assert_eq!(page.status(), 302);
        let header = |name: &str| page.headers()[name].to_str().unwrap().to_owned();
        (header("location"), header("set-cookie").split(';').next().unwrap().to_owned())
    }

    /// The page to which Slack has sent the browser; status and HTML.
    async fn came_back(&self, to: &Value, cookie: &str) -> (u16, String) {
        let to = to["url"].as_str().unwrap();
        assert!(to.starts_with(&format!("{}/slack/logs/callback?", self.stack.text("api_url"))), "{to}");
        let page = self.stack.http.get(to).header("cookie", cookie).send().await.unwrap();
        (page.status().as_u16(), page.text().await.unwrap())
    }

    /// Somebody allows the source what it asks for, in `place`.
    pub(crate) async fn allow(&self, source: &Source, role: &str, place: &str) -> (u16, String) {
        let (url, cookie) = self.asked(source).await;
        let consent = json!({"url": url, "user": self.stack.slack_id(role), "place": place});
        let to = self.stack.control(Method::POST, "oauth/approve", consent).await;
        self.came_back(&to, &cookie).await
    }

    /// Somebody presses Cancel.
    pub(crate) async fn cancel(&self, source: &Source) -> (u16, String) {
        let (url, cookie) = self.asked(source).await;
        let to = self.stack.control(Method::POST, "oauth/deny", json!({"url": url})).await;
        self.came_back(&to, &cookie).await
    }

    /// What the schedule does each minute, now.
    pub(crate) async fn poll(&self) {
        let (endpoint, region) = (self.stack.text("aws_endpoint_url"), self.stack.text("region"));
        let function = self.stack.facts["functions"]["log-poller"]["name"].as_str().unwrap();
        // Any lasting key is the account's root, whose signature is not checked (infra/local/src/front.rs).
        let signed = format!("AWS4-HMAC-SHA256 Credential=key/20261121/{region}/lambda/aws4_request, Signature=00");
        let invoke = self.stack.http.post(format!("{endpoint}/2015-03-31/functions/{function}/invocations"));
        let answer = invoke.header("authorization", signed).json(&json!({"poll": true})).send().await.unwrap();
        let failed = answer.status() != 200 || answer.headers().contains_key("x-amz-function-error");
        assert!(!failed, "{:?}", answer.text().await);
    }

    /// The source's objects: `place` is `logs` or `quarantine`.
    pub(crate) async fn objects(&self, place: &str, source: &Source) -> Vec<Object> {
        let bucket = self.stack.text("bucket");
        let list = self.s3.list_objects_v2().bucket(bucket).prefix(format!("{place}/{}/", source.log_type));
        let listed = list.send().await.unwrap();
        assert_ne!(listed.is_truncated(), Some(true));
        let mut objects = Vec::new();
        for key in listed.contents().iter().filter_map(|object| object.key()) {
            if !key.contains(&format!("/{}/", source.id)) {
                continue;
            }
            let object = self.s3.get_object().bucket(bucket).key(key).send().await.unwrap();
            let gzip = object.body.collect().await.unwrap().into_bytes();
            let mut text = String::new();
            MultiGzDecoder::new(&*gzip).read_to_string(&mut text).unwrap();
            let rows = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            objects.push(Object { key: key.to_owned(), bytes: gzip.len(), rows });
        }
        objects
    }

    /// All rows of the source.
    pub(crate) async fn rows(&self, source: &Source) -> Vec<Value> {
        self.objects("logs", source).await.into_iter().flat_map(|object| object.rows).collect()
    }

    /// What the event bus has said of the source's objects.
    pub(crate) async fn events(&self, source: &Source) -> Vec<Value> {
        loop {
            let receive = self.stack.sqs.receive_message().queue_url(&self.events_queue).max_number_of_messages(10);
            let received = receive.send().await.unwrap();
            let bodies = received.messages().iter().filter_map(|message| message.body());
            let details = bodies.map(|body| serde_json::from_str::<Value>(body).unwrap()["detail"].take());
            let details: Vec<Value> = details.collect();
            if details.is_empty() {
                break;
            }
            self.events.lock().unwrap().extend(details);
        }
        let events = self.events.lock().unwrap();
        events.iter().filter(|event| event["sourceId"] == *source.id).cloned().collect()
    }

    /// The messages of a seeded channel that tell of the source.
    pub(crate) async fn told(&self, channel: &Value, source: &Source) -> Vec<Value> {
        let path = format!("channels/{}/messages", channel["id"].as_str().unwrap());
        let found = self.stack.control(Method::GET, &path, Value::Null).await;
        let ours = |message: &&Value| message["text"].as_str().unwrap_or_default().contains(&source.name);
        found["messages"].as_array().unwrap().iter().filter(ours).cloned().collect()
    }

    /// From here on nobody kills what delivers alerts.
    pub(crate) async fn undisturbed(&self) -> Share {
        Share::among().await
    }
}
