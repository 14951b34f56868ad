//! A fresh table for each test, and alerts to put there.

use alert::{Alert, AlertId, Routing, Triage, Why, input};
use dynoxide::Database;
use jiff::Timestamp;
use serde_json::{Value, json};
use store::Store;

pub(crate) const NOW: Timestamp = Timestamp::constant(1_795_250_000, 0);

pub(crate) async fn store() -> Store {
    store_and_config().await.0
}

/// The store, and how to reach its table by another way.
pub(crate) async fn store_and_config() -> (Store, aws_types::SdkConfig) {
    let config = table().await;
    (Store::new(&config, "margay".to_owned()), config)
}

/// A fresh table; how to reach it.
pub(crate) async fn table() -> aws_types::SdkConfig {
    let database = Database::memory().expect("an in-memory database opens");
    let definition: Value = serde_json::from_str(include_str!("../../table.json")).expect("table.json is JSON");
    let request = serde_json::from_value(definition).expect("table.json is a CreateTable request");
    database.create_table(request).expect("the table is created");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let endpoint = format!("http://{}", listener.local_addr().expect("it is bound"));
    tokio::spawn(dynoxide::server::serve_on(listener, database));
    runtime::aws::local("eu-central-1", &endpoint).expect("the configuration is complete")
}

pub(crate) fn id(text: &str) -> AlertId {
    AlertId::new(text).expect("a valid id")
}

/// An alert called `name`; `more` replaces fields of its input.
pub(crate) fn alert(name: &str, more: Value) -> Alert {
    let mut body = json!({"alertId": name, "title": format!("Title of {name}"), "severity": "HIGH", "createdAt": NOW});
    body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    let new = input::parse(body.to_string().as_bytes(), NOW).expect("a valid alert");
    Alert {
        id: new.id,
        triage: Triage::start(new.content.severity, None, NOW),
        content: new.content,
        received_at: NOW,
        routing: Routing { to: Vec::new(), why: Why::Filters, unknown: Vec::new() },
        received: 1,
    }
}
