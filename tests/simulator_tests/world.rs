//! The world these tests play in, and a client that says exactly what it is told to say.

use serde_json::{Value, json};
use slack_simulator::{Clock, ManualClock, Simulator, World};

pub(crate) const NOW: i64 = 1_750_000_000;
pub(crate) const TOKEN: &str = "xoxb-1-test";
pub(crate) const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";
pub(crate) const CHANNEL: &str = "C0PUBLIC001";
pub(crate) const USER: &str = "U0LINUS0001";

/// A workspace with a public, a private, an archived and two unjoined channels.
pub(crate) fn world() -> Value {
    json!({
        "team": {"id": "T0ACME0001", "name": "Acme", "domain": "acme"},
        "app": {
            "app_id": "A0TESTAPP1", "bot_user_id": "U0TESTBOT1", "bot_id": "B0TESTBOT1", "bot_name": "testbot",
            "signing_secret": SECRET, "bot_token": TOKEN,
            "scopes": ["chat:write", "files:write", "channels:read", "channels:history", "groups:read", "groups:history", "im:read",
                "im:write", "im:history", "users:read", "users:read.email", "team:read", "channels:join"],
        },
        "users": [
            {"id": USER, "name": "linus", "real_name": "Linus Doe", "email": "linus@acme.example"},
            {"id": "U0MARGO0001", "name": "margo", "real_name": "Margo Roe", "email": "margo@acme.example"},
            {"id": "U0GUEST0001", "name": "guest", "real_name": "Guest", "email": "guest@x.example", "is_restricted": true},
            {"id": "U0GONE00001", "name": "gone", "real_name": "Gone", "email": "gone@acme.example", "deleted": true},
            {"id": "U0OTHER0001", "name": "other", "real_name": "Other", "is_stranger": true, "team_id": "T0OTHER001"},
        ],
        "channels": [
            {"id": CHANNEL, "name": "general", "members": [USER, "U0GUEST0001", "U0TESTBOT1"]},
            {"id": "C0UNJOINED1", "name": "unjoined", "members": [USER]},
            {"id": "C0PRIVATE01", "name": "secret", "is_private": true, "members": [USER, "U0TESTBOT1"]},
            {"id": "C0HIDDEN001", "name": "hidden", "is_private": true, "members": [USER]},
            {"id": "C0ARCHIVED1", "name": "old", "is_archived": true, "members": [USER, "U0TESTBOT1"]},
        ],
    })
}

/// A simulator on a clock that stands still, and how to talk to it.
pub(crate) struct Rig {
    pub(crate) sim: Simulator,
    pub(crate) clock: ManualClock,
    pub(crate) client: reqwest::Client,
}

impl Rig {
    pub(crate) fn new() -> Self {
        Self::of(world())
    }

    pub(crate) fn of(world: Value) -> Self {
        let clock = ManualClock::at(NOW);
        let world: World = serde_json::from_value(world).unwrap();
        // Without a TLS provider reqwest builds no client, not even for plain HTTP.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self {
            sim: Simulator::start(world, Clock::Manual(clock.clone())),
            clock,
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
        }
    }

    /// A JSON call with the bot's token.
    pub(crate) async fn call(&self, method: &str, arguments: Value) -> Value {
        let request = self.client.post(format!("{}{method}", self.sim.api_url())).bearer_auth(TOKEN);
        let request = request.header("content-type", "application/json; charset=utf-8");
        request.body(arguments.to_string()).send().await.unwrap().json().await.unwrap()
    }

    /// A GET with the bot's token.
    pub(crate) async fn get(&self, method: &str, arguments: &[(&str, &str)]) -> Value {
        let request = self.client.get(format!("{}{method}", self.sim.api_url())).bearer_auth(TOKEN);
        request.query(arguments).send().await.unwrap().json().await.unwrap()
    }

    /// Posts blocks to the public channel.
    pub(crate) async fn post_blocks(&self, blocks: Value) -> Value {
        self.call("chat.postMessage", json!({"channel": CHANNEL, "text": "summary", "blocks": blocks})).await
    }

    /// Posts a text and gives its ts.
    pub(crate) async fn post(&self, text: &str) -> String {
        let answer = self.call("chat.postMessage", json!({"channel": CHANNEL, "text": text})).await;
        answer["ts"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    }
}
