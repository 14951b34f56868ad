//! The three log APIs and the OAuth of their tokens: every oddity is there, and every refusal.

mod access;
mod audit;
mod audit_refusals;
mod consent;
mod control;
mod exchange;
mod faults;
mod integration;
mod late;
mod limits;
mod shapes;
mod tokens;
mod world;

use serde_json::{Value, json};

use crate::world::{NOW, Rig};

pub(super) const ORG: &str = "E0ACME0001";
pub(super) const TEAM: &str = "T0ACME0001";
pub(super) const OTHER_TEAM: &str = "T0WEST0001";
pub(super) const CLIENT: &str = "9.1";
pub(super) const SECRET: &str = "log-client-secret";
pub(super) const BACK: &str = "https://margay.example/slack/logs/callback";
/// Owns the organisation.
pub(super) const OWNER: &str = "U0OWNER0001";
/// Manages a workspace.
pub(super) const ADMIN: &str = "U0ADMIN0001";
/// Manages nothing.
pub(super) const MEMBER: &str = "U0LINUS0001";

/// An organisation with two workspaces and a log app.
pub(super) fn grid() -> Value {
    let mut world = crate::world::world();
    world["enterprise"] = json!({"id": ORG, "name": "Acme Org"});
    world["other_teams"] = json!([{"id": OTHER_TEAM, "name": "West", "domain": "west"}]);
    let users = world["users"].as_array_mut().unwrap();
    users.push(json!({"id": OWNER, "name": "olive", "real_name": "Olive", "is_org_owner": true}));
    users.push(json!({"id": ADMIN, "name": "adam", "real_name": "Adam", "is_admin": true}));
    world["log_apps"] = json!([{
        "app_id": "A0LOGS00001", "name": "Logs <&>", "client_id": CLIENT, "client_secret": SECRET,
        "redirect_urls": [BACK], "user_scopes": ["auditlogs:read", "admin"], "bot_scopes": ["team:read"],
    }]);
    world
}

/// A workspace of its own, with the same people and app.
pub(super) fn workspace() -> Value {
    let mut world = grid();
    world["enterprise"] = Value::Null;
    world["other_teams"] = json!([]);
    world
}

/// An HTTP answer.
pub(super) struct Got {
    pub(super) status: u16,
    pub(super) retry_after: Option<u64>,
    pub(super) date: String,
    pub(super) body: Value,
}

impl Got {
    async fn of(response: reqwest::Response) -> Self {
        let header = |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        let (retry_after, date) = (header("retry-after").map(|s| s.parse().unwrap()), header("date").unwrap());
        Self { status: response.status().as_u16(), retry_after, date, body: response.json().await.unwrap() }
    }

    /// The ids of audit entries.
    pub(super) fn ids(&self) -> Vec<&str> {
        self.body["entries"].as_array().unwrap().iter().map(|entry| entry["id"].as_str().unwrap()).collect()
    }

    pub(super) fn cursor(&self) -> Option<&str> {
        self.body["response_metadata"]["next_cursor"].as_str().filter(|cursor| !cursor.is_empty())
    }

    /// One field of all rows.
    pub(super) fn column(&self, rows: &str, field: &str) -> Vec<Value> {
        self.body[rows].as_array().unwrap().iter().map(|row| row[field].clone()).collect()
    }
}

pub(super) async fn audit(rig: &Rig, token: &str, arguments: &[(&str, &str)]) -> Got {
    let request = rig.client.get(format!("{}/logs", rig.sim.audit_url())).bearer_auth(token).query(arguments);
    Got::of(request.send().await.unwrap()).await
}

pub(super) async fn web(rig: &Rig, method: &str, token: &str, arguments: &[(&str, &str)]) -> Got {
    let request = rig.client.get(format!("{}{method}", rig.sim.api_url())).bearer_auth(token).query(arguments);
    Got::of(request.send().await.unwrap()).await
}

/// A token of the organisation's owner that reads everything there.
pub(super) fn org_token(rig: &Rig) -> String {
    rig.sim.grant_user_token(CLIENT, OWNER, ORG, &["auditlogs:read", "admin"]).unwrap()
}

/// A token of an administrator for the first workspace.
pub(super) fn team_token(rig: &Rig) -> String {
    rig.sim.grant_user_token(CLIENT, ADMIN, TEAM, &["admin"]).unwrap()
}

/// A plain audit entry, `age` seconds old.
pub(super) fn entry(id: &str, age: i64) -> Value {
    json!({
        "id": id, "date_create": NOW - age, "action": "user_login",
        "actor": {"type": "user", "user": {"id": MEMBER, "name": "Linus", "email": "linus@acme.example"}},
        "entity": {"type": "user", "user": {"id": MEMBER, "name": "Linus", "email": "linus@acme.example"}},
        "context": {"location": {"type": "workspace", "id": TEAM, "name": "Acme", "domain": "acme"}, "ua": "x", "ip_address": "203.0.113.9"},
    })
}

/// Somebody is seen, `age` seconds ago.
pub(super) fn sighting(user: &str, ip: &str, age: i64) -> Value {
    json!({"user_id": user, "ip": ip, "user_agent": "browser", "date": NOW - age, "isp": "Carrier", "country": "DE", "region": null})
}

pub(super) fn ago(age: i64) -> String {
    (NOW - age).to_string()
}
