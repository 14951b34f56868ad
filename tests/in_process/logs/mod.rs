//! Log ingestion (promise 10): log-poller against the simulator's three log APIs, dynoxide and the bucket at the edge.

mod access;
mod audit;
mod crashes;
mod health;
mod histories;
mod integration;
mod misfits;
mod positions;
mod scripted;
mod sources;
mod stuck;

use crate::world::{Kill, LOG_SECRETS, World, slack_world};
use flate2::read::MultiGzDecoder;
use jiff::Timestamp;
use log_poller::{Limits, Outlets, Polled, Poller};
use logs::{LogSource, LogSourceId, LogSourceSettings, LogType};
use serde::Deserialize;
use serde_json::{Value, json};
use slack_simulator as sim;
use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

const CLIENT: &str = "1.2";
const OWNER: &str = "U0OWNER001";
const BUCKET: &str = "bucket";

const MINUTE: Duration = Duration::from_secs(60);

/// Margay with log-poller, and a Slack that has logs.
pub(crate) struct LogWorld {
    pub(crate) world: World,
    poller: Arc<Poller>,
    limits: Limits,
    /// The last of Slack's calls that was counted.
    counted: Option<String>,
}

impl LogWorld {
    pub(crate) async fn new() -> Self {
        Self::with(Limits::default()).await
    }

    pub(crate) async fn with(limits: Limits) -> Self {
        let world = World::with(world()).await;
        let poller = Arc::new(poller(&world, limits));
        Self { world, poller, limits, counted: None }
    }

    /// A source of `log_type` whose access was granted; `settings` replaces what it would be.
    pub(crate) async fn source(&self, log_type: LogType, settings: Value) -> LogSourceId {
        self.named("s1", log_type, settings).await
    }

    pub(crate) async fn named(&self, id: &str, log_type: LogType, settings: Value) -> LogSourceId {
        let secret = format!("{LOG_SECRETS}{id}");
        let place = if log_type == LogType::Audit { "E0ACME0001" } else { "T0ACME0001" };
        let token = self.world.slack.grant_user_token(CLIENT, OWNER, place, log_type.user_scopes()).unwrap();
        self.world.edge.put_secret(&secret, json!({"user_token": token}).to_string());
        let mut body = json!({"name": id, "logType": log_type, "secret": secret});
        body.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
        let source = LogSource {
            id: LogSourceId::new(id).unwrap(),
            settings: LogSourceSettings::parse(body.to_string().as_bytes(), None, LOG_SECRETS).unwrap(),
            created_at: self.world.now(),
            updated_at: self.world.now(),
            health: logs::Health::default(),
        };
        self.world.store.create_log_source(&source).await.unwrap();
        source.id
    }

    pub(crate) fn now(&self) -> i64 {
        self.world.now().as_second()
    }

    /// The minute's run, now.
    pub(crate) async fn poll(&mut self) -> Polled {
        let polled = self.poller.minute(self.world.now()).await.unwrap();
        self.world.collect();
        polled
    }

    /// A minute passes, then its run.
    pub(crate) async fn minute(&mut self) -> Polled {
        self.world.advance(MINUTE);
        self.poll().await
    }

    /// A run that is killed when `moment` comes. Returns false if it ended before.
    pub(crate) async fn kill_poll(&mut self, moment: Kill) -> bool {
        self.world.arm(moment);
        let poller = self.poller.clone();
        let killed = tokio::select! {
            biased;
            _ = poller.minute(self.world.now()) => false,
            () = self.world.edge.hung() => true,
            () = self.world.slack.hang_fired() => true,
        };
        self.world.disarm();
        self.world.collect();
        killed
    }

    /// A run that goes on only while it is polled.
    pub(crate) fn begin_poll(&self) -> impl Future<Output = ()> + use<> {
        let (poller, now) = (self.poller.clone(), self.world.now());
        async move { drop(poller.minute(now).await) }
    }

    /// Minutes pass until a run is up to date; how many.
    pub(crate) async fn catch_up(&mut self) -> usize {
        for minutes in 1..2000 {
            let polled = self.minute().await;
            if polled.up_to_date == polled.sources {
                return minutes;
            }
        }
        panic!("it never catches up");
    }

    /// The function starts anew, with nothing in memory.
    pub(crate) fn restart(&mut self) {
        self.poller = Arc::new(poller(&self.world, self.limits));
    }

    /// Calls of a log API since the last time.
    pub(crate) fn calls(&mut self, method: &str) -> usize {
        let wire = self.world.slack.wire(self.counted.as_deref());
        self.counted = wire.last().map(|entry| entry.id.clone()).or(self.counted.take());
        wire.iter().filter(|entry| entry.method == method).count()
    }

    /// Every row of a log type that the bucket holds.
    pub(crate) fn rows(&self, log_type: LogType) -> Vec<Value> {
        self.lines(&format!("logs/{log_type}/"))
    }

    pub(crate) fn quarantined(&self) -> Vec<Value> {
        self.lines("quarantine/")
    }

    fn lines(&self, prefix: &str) -> Vec<Value> {
        let objects = self.world.edge.objects();
        let objects = objects.into_iter().filter(|(key, _)| key.starts_with(prefix));
        objects.flat_map(|(_, object)| lines(&object)).collect()
    }

    /// How often each audit entry is stored, by its id.
    fn stored_ids(&self) -> BTreeMap<String, usize> {
        let mut counted = BTreeMap::new();
        let objects = self.world.edge.objects();
        for (_, object) in objects.iter().filter(|(key, _)| key.starts_with("logs/Slack.AuditLogs/")) {
            for line in text(object).lines() {
                let Id { id } = serde_json::from_str(line).unwrap();
                *counted.entry(id).or_default() += 1;
            }
        }
        counted
    }

    /// Each audit entry that Slack has is stored exactly once.
    pub(crate) fn check_audit(&self, what: &str) {
        let stored = self.stored_ids();
        let expected = self.world.slack.audit_entries();
        for entry in &expected {
            let id = entry["id"].as_str().unwrap();
            assert_eq!(stored.get(id), Some(&1), "{what}: times that {id} of {} is stored", entry["date_create"]);
        }
        assert_eq!(stored.len(), expected.len(), "{what}");
    }

    /// Each object of rows was said on the event bus, as it is.
    pub(crate) fn check_events(&self, what: &str) {
        let mut said = BTreeMap::new();
        for event in self.world.edge.events().iter().filter(|event| event["DetailType"] == "logs.ingested") {
            let detail: Value = serde_json::from_str(event["Detail"].as_str().unwrap()).unwrap();
            said.insert(detail["key"].as_str().unwrap().to_owned(), detail);
        }
        let objects = self.world.edge.objects();
        let mut there = 0;
        for (key, object) in objects.iter().filter(|(key, _)| key.starts_with("logs/")) {
            there += 1;
            let detail = said.get(key).unwrap_or_else(|| panic!("{what}: nothing was said of {key}"));
            let text = text(object);
            let times: Vec<Timestamp> =
                text.lines().map(|line| serde_json::from_str::<At>(line).unwrap().p_event_time).collect();
            assert_eq!(detail["count"], times.len(), "{what}: {key}");
            assert_eq!(detail["bytes"], object.len(), "{what}: {key}");
            assert_eq!(detail["bucket"], BUCKET, "{what}: {key}");
            let bounds = [&detail["from"], &detail["to"]].map(|at| at.as_str().unwrap().parse::<Timestamp>().unwrap());
            let stored = [times.iter().min(), times.iter().max()].map(|at| *at.unwrap());
            assert_eq!(bounds, stored, "{what}: {key}");
        }
        assert_eq!(said.len(), there, "{what}: what was said is there");
    }
}

/// All that is read of a row where there are many.
#[derive(Deserialize)]
struct Id {
    id: String,
}

/// All that an event on the bus is compared with.
#[derive(Deserialize)]
struct At {
    p_event_time: Timestamp,
}

/// The lines of an object.
pub(crate) fn lines(object: &[u8]) -> Vec<Value> {
    text(object).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn text(object: &[u8]) -> String {
    let mut text = String::new();
    MultiGzDecoder::new(object).read_to_string(&mut text).unwrap();
    text
}

fn poller(world: &World, limits: Limits) -> Poller {
    poller_at(world, limits, world.slack.api_url(), world.slack.audit_url())
}

/// One that reads what is at these addresses.
fn poller_at(world: &World, limits: Limits, api_url: String, audit_url: String) -> Poller {
    let config = runtime::aws::local("eu-central-1", &world.edge.url).unwrap();
    let slack = slack::client::LogClient::new(slack::client::http_client(), api_url, audit_url);
    let queue = |name: &str| runtime::Queue::new(&config, name.to_owned());
    let out = Outlets {
        bucket: runtime::Bucket::new(&config, BUCKET.to_owned()),
        bus: runtime::Bus::new(&config, "bus".to_owned()),
        alerts: queue("alerts"),
        changes: queue("changes"),
        polls: queue("polls"),
    };
    Poller::new(&config, world.store.clone(), slack, out, LOG_SECRETS.to_owned(), limits)
}

fn world() -> sim::World {
    let mut world = slack_world();
    world.enterprise = Some(sim::Enterprise { id: "E0ACME0001".to_owned(), name: "Acme".to_owned() });
    let owner = json!({
        "id": OWNER, "name": "owner", "real_name": "Owner", "email": "owner@acme.example",
        "is_email_confirmed": true, "is_admin": true, "is_owner": true, "is_org_owner": true,
    });
    world.users.push(serde_json::from_value(owner).unwrap());
    let app = json!({"client_id": CLIENT, "client_secret": "hush", "user_scopes": ["auditlogs:read", "admin"]});
    world.log_apps = vec![serde_json::from_value(app).unwrap()];
    world
}
