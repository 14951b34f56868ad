//! The providers of threat intelligence, all behind one address: `<base>/{ipinfo|greynoise|tor|abuseipdb|virustotal}/…`
//! with each one's own paths below. As strict as they are: a wrong key gets what the provider gives for it, a plan that
//! may not ask is refused, a path that does not exist is 404. It counts who was asked what, so that a test can prove
//! that something was *not* asked.
//!
//! Two ways to use it: [`IntelFake::start`] serves on a port of its own, and the simulator serves one below `/intel`
//! (`INTEL_BASE_URL=http://127.0.0.1:<its port>/intel`), which a test out of process steers over HTTP:
//!
//! | request | does |
//! |---|---|
//! | `GET /intel/_calls` | `[{"service": "ipinfo", "path": "lookup/8.8.8.8"}, …]`, the oldest first |
//! | `PUT /intel/_mood/{service}` with `"quota"` (a [`Mood`]) | changes how it behaves |
//! | `PUT /intel/_plan/{service}` with `"lite"` | changes what its key allows |
//! | `PUT /intel/_answer/{service}/{value}` with an answer | makes it known |
//! | `PUT /intel/_exits` with `["192.42.116.16"]` | replaces Tor's list |
//!
//! | file | what |
//! |---|---|
//! | `mod` | the handle, and what it knows |
//! | `answers` | what each service says |
//! | `serving` | the HTTP server |

mod answers;
mod serving;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::Notify;

pub use answers::samples;
pub use serving::Served;
pub(crate) use serving::answer;

/// One of them.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Service {
    IpInfo,
    GreyNoise,
    Tor,
    AbuseIpDb,
    VirusTotal,
}

impl Service {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::IpInfo, Self::GreyNoise, Self::Tor, Self::AbuseIpDb, Self::VirusTotal];

    /// Its part of the path, and the name of its key in the secret.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::IpInfo => "ipinfo",
            Self::GreyNoise => "greynoise",
            Self::Tor => "tor",
            Self::AbuseIpDb => "abuseipdb",
            Self::VirusTotal => "virustotal",
        }
    }

    /// The one key that it accepts. Tor asks for none.
    pub fn key(self) -> String {
        format!("the-{}-key", self.as_str())
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.as_str() == name)
    }
}

/// How a service behaves.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mood {
    #[default]
    Well,
    /// 500, or what the service has for it.
    Down,
    /// 429, and how long to wait where the service says so.
    Quota,
    /// It answers when its mood changes.
    Hangs,
    /// 200 with something that is not JSON.
    Garbage,
    /// 200 with JSON that has nothing of what it must have.
    Empty,
    /// 302 to another path.
    Redirects,
    /// 200 with 3 MB.
    Huge,
}

/// A request that a service got.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Call {
    pub service: Service,
    /// Below the service's part, with the query.
    pub path: String,
}

#[derive(Default)]
struct State {
    calls: Vec<Call>,
    moods: BTreeMap<Service, Mood>,
    plans: BTreeMap<Service, String>,
    answers: BTreeMap<(Service, String), Value>,
    exits: BTreeSet<String>,
}

/// The providers. Cheap to clone; the clones share everything.
#[derive(Clone, Default)]
pub struct IntelFake {
    state: Arc<Mutex<State>>,
    changed: Arc<Notify>,
}

impl IntelFake {
    /// Providers that know the [`samples`].
    pub fn new() -> Self {
        let fake = Self::default();
        for (service, value, answer) in samples() {
            fake.know(service, value, answer);
        }
        fake.set_exits(["192.42.116.16", "185.220.101.1"]);
        fake
    }

    /// What was asked, the oldest first.
    pub fn calls(&self) -> Vec<Call> {
        self.state().calls.clone()
    }

    /// How often a service was asked.
    pub fn count(&self, service: Service) -> usize {
        self.state().calls.iter().filter(|call| call.service == service).count()
    }

    /// Changes how a service behaves; what hangs goes on.
    pub fn set_mood(&self, service: Service, mood: Mood) {
        self.state().moods.insert(service, mood);
        self.changed.notify_waiters();
    }

    /// Changes what a service's key allows: `core`, `classic` or `lite` of IPinfo, `subscription` or `community` of
    /// GreyNoise; `none`, of any service, is a key that it does not know.
    pub fn set_plan(&self, service: Service, plan: &str) {
        self.state().plans.insert(service, plan.to_owned());
    }

    /// Makes an answer known: to IPinfo in the shape of its present plan, to AbuseIPDB and VirusTotal whole.
    pub fn know(&self, service: Service, value: &str, answer: Value) {
        self.state().answers.insert((service, value.to_owned()), answer);
    }

    /// Replaces Tor's list.
    pub fn set_exits<'a>(&self, exits: impl IntoIterator<Item = &'a str>) {
        self.state().exits = exits.into_iter().map(str::to_owned).collect();
    }

    /// The secret that switches all of them on.
    pub fn secret() -> Value {
        let keyed = Service::ALL.into_iter().filter(|service| *service != Service::Tor);
        keyed
            .map(|service| (service.as_str().to_owned(), Value::String(service.key())))
            .collect::<serde_json::Map<_, _>>()
            .into()
    }

    fn mood(&self, service: Service) -> Mood {
        self.state().moods.get(&service).copied().unwrap_or_default()
    }

    fn plan(&self, service: Service) -> String {
        let default = match service {
            Service::IpInfo => "core",
            Service::GreyNoise => "community",
            Service::Tor | Service::AbuseIpDb | Service::VirusTotal => "any",
        };
        self.state().plans.get(&service).map_or(default, String::as_str).to_owned()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
