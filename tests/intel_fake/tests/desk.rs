//! The providers, the fakes behind them and a fresh table, for one test.

use std::time::Duration;

use alert::intel::{Outcome, Provider, Why};
use alert::{Indicator, IndicatorKind, Intel};
use intel::{Base, Credentials, Providers};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use slack_simulator::intel_fake::{IntelFake, Served};
use store::Store;

pub(crate) const NOW: Timestamp = Timestamp::constant(1_795_250_000, 0);
/// Longer than any test takes.
pub(crate) const LONG: Duration = Duration::from_secs(60);
/// An address that everybody knows something of.
pub(crate) const EXIT: &str = "192.42.116.16";

pub(crate) struct Desk {
    pub(crate) served: Served,
    pub(crate) providers: Providers,
    pub(crate) store: Store,
    pub(crate) now: Timestamp,
}

impl Desk {
    /// Everything is on.
    pub(crate) async fn new() -> Self {
        Self::with(&IntelFake::secret()).await
    }

    pub(crate) async fn with(secret: &Value) -> Self {
        let served = IntelFake::start().await.unwrap();
        let providers = providers(&served, secret);
        Self { served, providers, store: store().await, now: NOW }
    }

    /// As another process would begin, with the same table.
    pub(crate) fn restart(&mut self) {
        self.providers = providers(&self.served, &IntelFake::secret());
    }

    /// The same with only one provider on.
    pub(crate) fn restart_with(&mut self, name: &str) {
        self.providers = providers(&self.served, &only(name));
    }

    pub(crate) fn later(&mut self, by: SignedDuration) {
        self.now += by;
    }

    pub(crate) fn fake(&self) -> &IntelFake {
        &self.served.fake
    }

    pub(crate) async fn analyse(&self, indicator: &Indicator) -> Intel {
        self.providers.analyse(indicator, &self.store, self.now, LONG).await
    }
}

pub(crate) fn providers(served: &Served, secret: &Value) -> Providers {
    let credentials = Credentials::parse(&secret.to_string()).unwrap();
    Providers::new(credentials, slack::client::http_client(), Base::parse(Some(&served.base_url)).unwrap())
}

/// A fresh table.
pub(crate) async fn store() -> Store {
    let database = dynoxide::Database::memory().unwrap();
    let table: Value = serde_json::from_str(include_str!("../../../shared/store/table.json")).unwrap();
    database.create_table(serde_json::from_value(table).unwrap()).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(dynoxide::server::serve_on(listener, database));
    Store::new(&runtime::aws::local("eu-central-1", &endpoint).unwrap(), "margay".to_owned())
}

/// A table that does not answer.
pub(crate) fn broken_store() -> Store {
    // Nobody listens at port 1.
    Store::new(&runtime::aws::local("eu-central-1", "http://127.0.0.1:1").unwrap(), "margay".to_owned())
}

pub(crate) fn value(kind: IndicatorKind, text: &str) -> Indicator {
    Indicator::parse(kind, text).unwrap()
}

pub(crate) fn ip(text: &str) -> Indicator {
    value(IndicatorKind::Ip, text)
}

/// `provider: verdict` of each answer, or why there is none.
pub(crate) fn told(intel: &Intel) -> Vec<String> {
    let told = |outcome: &Outcome| match outcome {
        Outcome::Found { verdict, .. } | Outcome::Nothing { verdict } => verdict.clone(),
        Outcome::Unavailable { why } => format!("{why:?}"),
    };
    intel.answers.iter().map(|one| format!("{}: {}", one.provider.as_str(), told(&one.outcome))).collect()
}

pub(crate) fn outcome(intel: &Intel, provider: Provider) -> &Outcome {
    &intel.answers.iter().find(|one| one.provider == provider).unwrap().outcome
}

pub(crate) fn unavailable(why: Why) -> Outcome {
    Outcome::Unavailable { why }
}

pub(crate) fn only(name: &str) -> Value {
    let mut secret = json!({"tor": false});
    secret[name] = IntelFake::secret()[name].clone();
    secret
}
