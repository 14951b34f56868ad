//! All of Margay in one process, time and queues in the test's hands: the handlers of the four functions, the Slack
//! simulator, DynamoDB (dynoxide), and the other AWS services at the edge.

pub(crate) mod edge;
pub(crate) mod objects;
pub(crate) mod people;
pub(crate) mod queues;
pub(crate) mod threads;

use alert::boomerang::Reminders;
use alert::destination::DestinationSettings;
use alert::{AlertId, Destination, DestinationId, Permission, Place, Readiness, User, UserId};
use alert_dispatch::Dispatch;
use alerts_api::{Api, LogApps, SlackApp};
use aws_lambda_events::sqs::SqsBatchResponse;
use bytes::Bytes;
use delivery::{Looks, Sender};
use edge::Edge;
pub(crate) use edge::Kill;
use futures::FutureExt;
use http::{Request, Response};
use intel::{Base, Switchboard};
use jiff::{SignedDuration, Timestamp};
pub(crate) use people::slack_world;
use queues::{Queue, event, failed};
use serde_json::{Value, json};
use sim::intel_fake::{IntelFake, Served};
use slack_interactions::Interactions;
use slack_simulator as sim;
use std::sync::Arc;
use std::time::Duration;
use store::{AlertRecord, Store};
use sync_fanout::Fanout;

pub(crate) const START: i64 = 1_795_250_000;
pub(crate) const SIGNING_SECRET: &str = "a-signing-secret-of-32-characters";
pub(crate) const ADMIN_KEY: &str = "the-first-admin-key-of-forty-characters-";
pub(crate) const BOT: &str = "U0MARGAY01";
pub(crate) const LINUS: &str = "U0LINUS001";
pub(crate) const AUSTON: &str = "U0AUSTON01";
pub(crate) const GUEST: &str = "U0GUEST001";
pub(crate) const NOBODY: &str = "U0NOBODY01";
pub(crate) const VIEWER: &str = "U0VIEWER01";
pub(crate) const ONE: &str = "C0ONE00001";
pub(crate) const TWO: &str = "C0TWO00001";
/// A channel without a destination of its own.
pub(crate) const QUIET: &str = "C0QUIET001";

/// The template's defaults.
pub(crate) const REMINDERS: Reminders =
    Reminders { remind_after: SignedDuration::from_hours(4), overdue_after: SignedDuration::from_hours(24) };

const INTEL_SECRET: &str = "panther-analysis/test/threat-intel";
const SLACK_SECRET: &str = "panther-analysis/test/slack";
const ADMIN_SECRET: &str = "panther-analysis/test/first-admin-key";
/// What the names of log sources' secrets begin with.
pub(crate) const LOG_SECRETS: &str = "panther-analysis/test/logs/";

pub(crate) struct World {
    pub(crate) slack: sim::Simulator,
    slack_url: String,
    /// The providers of threat intelligence, all of them off: [`World::switch_on`].
    pub(crate) intel: Served,
    pub(crate) edge: Edge,
    pub(crate) store: Store,
    pub(crate) alerts: Queue,
    pub(crate) changes: Queue,
    pub(crate) polls: Queue,
    clock: sim::ManualClock,
    dispatch: Arc<Dispatch>,
    fanout: Fanout,
    interactions: Interactions,
    api: Api,
}

impl World {
    /// A team with users and two channels, `one` and `two`, each with a destination that takes HIGH alerts, all
    /// switches on.
    pub(crate) async fn new() -> Self {
        Self::with(slack_world()).await
    }

    pub(crate) async fn with(world: sim::World) -> Self {
        let clock = sim::ManualClock::at(START);
        let slack = sim::Simulator::start(world, sim::Clock::Manual(clock.clone()));
        slack.hold_events();
        let url = slack.api_url();
        Self::behind(slack, clock, url).await
    }

    /// The same with a Slack that is reached at `slack_url`, where there may be more than this one.
    pub(crate) async fn behind(slack: sim::Simulator, clock: sim::ManualClock, slack_url: String) -> Self {
        let edge = Edge::start().await;
        let credentials = json!({"signing_secret": SIGNING_SECRET, "bot_token": "xoxb-test-token"});
        edge.put_secret(SLACK_SECRET, credentials.to_string());
        edge.put_secret(ADMIN_SECRET, ADMIN_KEY.to_owned());
        edge.put_secret(INTEL_SECRET, json!({"tor": false}).to_string());
        let intel = IntelFake::start().await.unwrap();
        let config = runtime::aws::local("eu-central-1", &edge.url).unwrap();
        let store = Store::new(&config, "margay".to_owned());
        let (dispatch, fanout, interactions) = functions(&edge, (&slack_url, &intel.base_url), &store);
        let secret = |name: &str| runtime::Secret::new(&config, name.to_owned());
        let queue = |name: &str| runtime::Queue::new(&config, name.to_owned());
        let app = SlackApp::new(slack_url.clone(), secret(SLACK_SECRET));
        let log_apps = LogApps::new(&config, LOG_SECRETS.to_owned(), slack_url.clone(), slack.audit_url());
        let queues = (queue("alerts"), queue("changes"));
        let api = Api::new(store.clone(), queues, secret(ADMIN_SECRET), (app, log_apps));
        let (alerts, changes, polls) = (Queue::default(), Queue::default(), Queue::default());
        let world = Self {
            slack,
            slack_url,
            intel,
            edge,
            store,
            alerts,
            changes,
            polls,
            clock,
            dispatch,
            fanout,
            interactions,
            api,
        };
        world.seed().await;
        world
    }

    async fn seed(&self) {
        for (name, permissions) in [
            ("linus", vec![Permission::ViewAlerts, Permission::ManageAlerts]),
            ("auston", vec![Permission::ManageAlerts]),
            ("guest", vec![Permission::ManageAlerts]),
            ("viewer", vec![Permission::ViewAlerts]),
        ] {
            let user = User {
                id: UserId::new(name).unwrap(),
                email: format!("{name}@acme.example"),
                name: name[..1].to_uppercase() + &name[1..],
                permissions,
                created_at: self.now(),
                updated_at: self.now(),
            };
            self.store.create_user(&user).await.unwrap();
        }
        for (id, channel) in [("d1", ONE), ("d2", TWO)] {
            self.add_destination(id, json!({"displayName": id, "channel": channel})).await;
        }
    }

    /// Adds a destination that takes HIGH alerts, with all switches on unless `settings` says otherwise.
    pub(crate) async fn add_destination(&self, id: &str, settings: Value) {
        let mut body =
            json!({"severities": ["HIGH"], "twoWayStatus": true, "twoWayAssignee": true, "twoWayComments": true});
        body.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
        let settings = DestinationSettings::parse(body.to_string().as_bytes(), None).unwrap();
        // As it is once the first alert has been posted there.
        let channel_id = alert::place::is_channel_id(&settings.channel).then(|| settings.channel.clone());
        let readiness = if channel_id.is_some() { Readiness::Ready } else { Readiness::NotAsked };
        let destination = Destination {
            id: DestinationId::new(id).unwrap(),
            settings,
            created_at: self.now(),
            updated_at: self.now(),
            place: Place { channel_id, readiness, ..Place::default() },
        };
        self.store.create_destination(&destination).await.unwrap();
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.clock.now_micros()).unwrap()
    }

    pub(crate) fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }

    /// Brings what was sent into the queues.
    pub(crate) fn collect(&mut self) {
        let now = self.now();
        for sent in self.edge.take_sent() {
            let queue = match sent.queue.as_str() {
                "alerts" => &mut self.alerts,
                "polls" => &mut self.polls,
                _ => &mut self.changes,
            };
            queue.accept(sent, now);
        }
    }

    /// Puts an alert on the queue, as a producer does.
    pub(crate) fn produce(&mut self, id: &str, more: Value) {
        let mut body = json!({"alertId": id, "title": format!("Alert {id}"), "severity": "HIGH"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.alerts.push(body.to_string());
    }

    /// One invocation of alert-dispatch with up to ten messages.
    pub(crate) async fn step_dispatch(&mut self) {
        let received = self.alerts.receive(10);
        let answer = self.dispatch.handle(event(&received), self.now()).await;
        self.alerts.give_back(received, failed(&answer));
        self.collect();
    }

    /// An invocation of alert-dispatch that goes on only while it is polled; its message comes again, as after a time-out.
    pub(crate) fn begin_dispatch(&mut self) -> impl Future<Output = SqsBatchResponse> + use<> {
        let received = self.alerts.receive(10);
        let (dispatch, event, now) = (self.dispatch.clone(), event(&received), self.now());
        self.alerts.give_back(received, |_| true);
        async move { dispatch.handle(event, now).await }
    }

    /// One invocation of sync-fanout with up to ten messages.
    pub(crate) async fn step_fanout(&mut self) {
        let received = self.changes.receive(10);
        let answer = self.fanout.handle(event(&received), self.now()).await;
        self.changes.give_back(received, failed(&answer));
        self.collect();
    }

    /// An invocation of sync-fanout and one of alert-dispatch and a request to the REST API, all at once.
    pub(crate) async fn step_all_at_once(&mut self, path: &str, body: &Value) {
        let (alerts, changes) = (self.alerts.receive(10), self.changes.receive(10));
        let now = self.now();
        let (dispatched, fanned_out, _) = futures::join!(
            self.dispatch.handle(event(&alerts), now),
            self.fanout.handle(event(&changes), now),
            self.api.handle(rest_request("PATCH", path, body), now),
        );
        self.alerts.give_back(alerts, failed(&dispatched));
        self.changes.give_back(changes, failed(&fanned_out));
        self.collect();
    }

    /// An invocation of alert-dispatch that is killed when `moment` comes. Returns false if it ended before.
    pub(crate) async fn kill_dispatch(&mut self, moment: Kill) -> bool {
        self.arm(moment);
        let received = self.alerts.receive(10);
        let killed = tokio::select! {
            biased;
            answer = self.dispatch.handle(event(&received), self.now()) => Some(answer),
            () = self.edge.hung() => None,
            () = self.slack.hang_fired() => None,
        };
        self.disarm();
        match &killed {
            Some(answer) => self.alerts.give_back(received, failed(answer)),
            None => self.alerts.give_back(received, |_| true),
        }
        self.collect();
        killed.is_none()
    }

    /// The same for sync-fanout.
    pub(crate) async fn kill_fanout(&mut self, moment: Kill) -> bool {
        self.arm(moment);
        let received = self.changes.receive(10);
        let killed = tokio::select! {
            biased;
            answer = self.fanout.handle(event(&received), self.now()) => Some(answer),
            () = self.edge.hung() => None,
            () = self.slack.hang_fired() => None,
        };
        self.disarm();
        match &killed {
            Some(answer) => self.changes.give_back(received, failed(answer)),
            None => self.changes.give_back(received, |_| true),
        }
        self.collect();
        killed.is_none()
    }

    pub(crate) fn arm(&self, moment: Kill) {
        match moment {
            Kill::Aws { call, trouble } => self.edge.trouble(trouble, call, None),
            Kill::Slack { call } => {
                let hang = sim::Fault { skip: call, times: Some(1), ..sim::Fault::new("*", sim::FaultKind::Hang) };
                self.slack.set_faults(vec![hang], 0).unwrap();
            }
        }
    }

    pub(crate) fn disarm(&self) {
        self.edge.clear();
        self.slack.clear_faults();
        // A permit that was left behind would kill the next worker at once.
        let _ = self.edge.hung().now_or_never();
    }

    pub(crate) async fn sweep(&mut self) {
        self.fanout.sweep(self.now()).await.unwrap();
        self.collect();
    }

    /// Works until nothing is left: queues empty, and no alert lagging, unless it waits for hours (for a reminder).
    pub(crate) async fn quiet(&mut self) {
        for _ in 0..400 {
            self.collect();
            if !self.alerts.is_empty() {
                self.step_dispatch().await;
            } else if !self.changes.is_empty() {
                self.step_fanout().await;
            } else {
                let far = self.now() + SignedDuration::from_hours(2);
                if self.store.lagging(far, 1).await.unwrap().is_empty() {
                    return;
                }
                self.advance(Duration::from_secs(60));
                self.sweep().await;
            }
        }
        panic!("it never comes to rest: {} alerts, {} changes queued", self.alerts.len(), self.changes.len());
    }

    pub(crate) async fn record(&self, id: &str) -> AlertRecord {
        self.store.load_alert(&AlertId::new(id).unwrap()).await.unwrap().unwrap()
    }

    /// The messages in a channel that are not deleted.
    pub(crate) fn messages(&self, channel: &str) -> Vec<sim::Message> {
        let all = self.slack.messages(channel).unwrap();
        all.into_iter().filter(|message| !message.deleted).collect()
    }

    /// The one message in a channel.
    pub(crate) fn message(&self, channel: &str) -> sim::Message {
        let mut messages = self.messages(channel);
        assert_eq!(messages.len(), 1, "messages in {channel}");
        messages.remove(0)
    }

    /// A person uses a control of a channel's only message.
    pub(crate) fn prepare(&self, user: &str, channel: &str, action: &str, value: &str) -> sim::Callback {
        let ts = self.message(channel).ts;
        self.prepare_on(user, channel, &ts, action, value)
    }

    pub(crate) fn prepare_on(&self, user: &str, channel: &str, ts: &str, action: &str, value: &str) -> sim::Callback {
        let act = sim::Act {
            user: user.to_owned(),
            channel: channel.to_owned(),
            message_ts: ts.to_owned(),
            action_id: action.to_owned(),
            value: Some(value.into()),
            unchecked: true,
            ..sim::Act::default()
        };
        self.slack.prepare_act(&act).unwrap()
    }

    /// Hands a callback to slack-interactions, and its answer to Slack.
    pub(crate) async fn hand(&mut self, callback: &sim::Callback) -> Response<String> {
        let response = self.interactions.handle(request(callback), self.now()).await;
        self.slack.finish(callback, response.status().as_u16(), response.body().as_bytes());
        self.collect();
        response
    }

    /// An event as Slack sends it, for the workspace that the bot is installed in; `envelope` replaces what stands around
    /// it. The answer's status.
    pub(crate) async fn event(&mut self, event: Value, envelope: Value) -> u16 {
        let mut body = json!({
            "type": "event_callback", "team_id": "T0ACME0001", "api_app_id": "A0MARGAY01", "event": event,
            "event_id": format!("Ev{}", self.now().as_microsecond()), "event_time": self.now().as_second(),
            "authorizations": [{"team_id": "T0ACME0001", "user_id": BOT, "is_bot": true}],
        });
        body.as_object_mut().unwrap().extend(envelope.as_object().cloned().unwrap_or_default());
        let (body, timestamp) = (body.to_string(), self.now().as_second().to_string());
        let signature = sim::signature(SIGNING_SECRET, &timestamp, body.as_bytes());
        let request = Request::post("/slack/events").header("x-slack-signature", signature);
        let request = request.header("x-slack-request-timestamp", timestamp).body(Bytes::from(body)).unwrap();
        let status = self.interactions.handle(request, self.now()).await.status().as_u16();
        self.collect();
        status
    }

    /// Puts another text into the Slack app's secret; the text it had.
    pub(crate) fn swap_slack_secret(&self, text: &str) -> String {
        self.edge.put_secret(SLACK_SECRET, text.to_owned()).unwrap_or_default()
    }

    /// The functions start anew, as after a minute, in which they read their secrets again.
    pub(crate) async fn secrets_are_read_anew(&mut self) {
        let urls = (self.slack_url.as_str(), self.intel.base_url.as_str());
        let (dispatch, fanout, interactions) = functions(&self.edge, urls, &self.store);
        (self.dispatch, self.fanout, self.interactions) = (dispatch, fanout, interactions);
        self.advance(Duration::from_secs(70));
    }

    /// Puts this into the threat-intel secret; none takes the secret away.
    pub(crate) async fn switch_on(&mut self, secret: Option<Value>) {
        match secret {
            Some(secret) => drop(self.edge.put_secret(INTEL_SECRET, secret.to_string())),
            None => self.edge.drop_secret(INTEL_SECRET),
        }
        self.secrets_are_read_anew().await;
    }

    /// The Slack app's secret as it is now.
    pub(crate) fn slack_secret(&self) -> Value {
        serde_json::from_str(&self.edge.secret(SLACK_SECRET)).unwrap()
    }

    /// A page of the API, as a browser gets it.
    pub(crate) async fn page(&self, path_and_query: &str, cookie: Option<&str>) -> Response<String> {
        let mut request = Request::get(path_and_query);
        if let Some(cookie) = cookie {
            request = request.header("cookie", cookie);
        }
        self.api.handle(request.body(Bytes::new()).unwrap(), self.now()).await
    }

    pub(crate) fn interactions(&self) -> &Interactions {
        &self.interactions
    }

    /// Prepares and hands over.
    pub(crate) async fn choose(&mut self, user: &str, channel: &str, action: &str, value: &str) -> u16 {
        let callback = self.prepare(user, channel, action, value);
        self.hand(&callback).await.status().as_u16()
    }

    /// Submits the user's topmost modal.
    pub(crate) async fn submit(&mut self, user: &str, comment: Option<&str>) -> Response<String> {
        let view = self.slack.views(user).pop().expect("a modal is open");
        let values = json!({slack::control::COMMENT_BLOCK: {slack::control::COMMENT_ACTION: comment}});
        let submission = serde_json::from_value(json!({"user": user, "values": values})).unwrap();
        let callback = self.slack.prepare_submit(view["id"].as_str().unwrap(), &submission).unwrap();
        self.hand(&callback).await
    }

    /// A request to the REST API with the admin key; the answer's status and JSON.
    pub(crate) async fn rest(&mut self, method: &str, path: &str, body: Value) -> (u16, Value) {
        self.rest_with(method, path, body, &[]).await
    }

    /// The same with more headers.
    pub(crate) async fn rest_with(
        &mut self,
        method: &str,
        path: &str,
        body: Value,
        headers: &[(&'static str, &str)],
    ) -> (u16, Value) {
        let mut request = rest_request(method, path, &body);
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        let response = self.api.handle(request, self.now()).await;
        self.collect();
        let body = serde_json::from_str(response.body()).unwrap_or(Value::Null);
        (response.status().as_u16(), body)
    }
}

/// The functions that speak to Slack, as a new process has them.
fn functions(
    edge: &Edge,
    (slack_url, intel_url): (&str, &str),
    store: &Store,
) -> (Arc<Dispatch>, Fanout, Interactions) {
    let config = runtime::aws::local("eu-central-1", &edge.url).unwrap();
    let client = slack::client::Client::new(slack::client::http_client(), slack_url);
    let secret = || runtime::Secret::new(&config, SLACK_SECRET.to_owned());
    let queue = |name: &str| runtime::Queue::new(&config, name.to_owned());
    let looks = || Looks { console_url: None, button_label: "View in Panther".to_owned() };
    let sender = || Sender::new(store.clone(), client.clone(), looks(), Duration::ZERO);
    let intel = || {
        let secret = runtime::Secret::new(&config, INTEL_SECRET.to_owned());
        Switchboard::new(secret, Base::parse(Some(intel_url)).unwrap(), slack::client::http_client())
    };
    let queues = (queue("alerts"), queue("changes"));
    let dispatch = Dispatch::new(store.clone(), sender(), secret(), intel(), queues);
    let bus = runtime::Bus::new(&config, "bus".to_owned());
    let queues = (queue("alerts"), queue("changes"), bus);
    let fanout = Fanout::new(store.clone(), sender(), secret(), intel(), queues, REMINDERS);
    let interactions = Interactions::new(store.clone(), queue("changes"), client.clone(), secret(), intel());
    (Arc::new(dispatch), fanout, interactions)
}

fn rest_request(method: &str, path: &str, body: &Value) -> Request<Bytes> {
    let bytes = if body.is_null() { Bytes::new() } else { Bytes::from(body.to_string()) };
    let request = Request::builder().method(method).uri(path).header("x-api-key", ADMIN_KEY);
    request.header("content-type", "application/json").body(bytes).unwrap()
}

pub(crate) fn request(callback: &sim::Callback) -> Request<Bytes> {
    let path = match callback.kind.path_kind() {
        sim::PathKind::Interactions => "/slack/interactions",
        sim::PathKind::Options => "/slack/options",
        sim::PathKind::Events => "/slack/events",
    };
    let mut request = Request::builder().method(callback.method).uri(path);
    for (name, value) in &callback.headers {
        request = request.header(name, value);
    }
    request.body(callback.body.clone()).unwrap()
}
