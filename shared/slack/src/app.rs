//! What the Slack app needs to be allowed: for each method that the client calls its scopes, for each event that is
//! handled the subscription. infra/slack-app.yaml asks for exactly this; tests hold the three together: the client's
//! source, these tables, the manifest.
//!
//! The apps that log sources read with are others, with manifests of their own (infra/slack-logs-*.yaml): they act in a
//! person's name, and [`LOG_METHODS`] is their table.

use std::collections::BTreeSet;

/// A method of the Web API that the client calls.
#[derive(Debug, Clone, Copy)]
pub struct Method {
    pub name: &'static str,
    /// The bot scopes it needs for what we call it for.
    pub scopes: &'static [&'static str],
}

/// A log API that the client calls, with a person's token.
#[derive(Debug, Clone, Copy)]
pub struct LogMethod {
    /// As errors name it.
    pub name: &'static str,
    /// The user scopes it needs.
    pub user_scopes: &'static [&'static str],
}

/// An event that is handled.
#[derive(Debug, Clone, Copy)]
pub struct Subscription {
    /// As in the manifest.
    pub name: &'static str,
    /// The `type` of its events.
    pub event_type: &'static str,
    /// The bot scopes without which Slack does not send all of them.
    pub scopes: &'static [&'static str],
}

const READ_CHANNELS: &[&str] = &["channels:read", "groups:read"];
/// In channels, and in the direct conversations in which people are asked.
const READ_MESSAGES: &[&str] = &["channels:history", "groups:history", "im:history"];
/// Events that are too long for a message.
const FILES: &[&str] = &["files:write"];
const WRITE: &[&str] = &["chat:write"];

/// Every method the client calls (<https://docs.slack.dev/reference/methods>).
pub const METHODS: &[Method] = &[
    Method { name: "auth.test", scopes: &[] },
    Method { name: "chat.postEphemeral", scopes: WRITE },
    Method { name: "chat.postMessage", scopes: WRITE },
    Method { name: "chat.update", scopes: WRITE },
    Method { name: "conversations.history", scopes: READ_MESSAGES },
    Method { name: "conversations.info", scopes: READ_CHANNELS },
    Method { name: "conversations.list", scopes: READ_CHANNELS },
    Method { name: "conversations.open", scopes: &["im:write"] },
    Method { name: "conversations.replies", scopes: READ_MESSAGES },
    Method { name: "files.completeUploadExternal", scopes: FILES },
    Method { name: "files.getUploadURLExternal", scopes: FILES },
    Method { name: "users.info", scopes: &["users:read", "users:read.email"] },
    Method { name: "users.lookupByEmail", scopes: &["users:read.email"] },
    Method { name: "views.open", scopes: &[] },
    Method { name: "views.publish", scopes: &[] },
    Method { name: "views.update", scopes: &[] },
];

/// Every log API, and no other method is called with a person's token but auth.test, which needs no scope
/// (<https://docs.slack.dev/reference/audit-logs-api/methods-actions-reference>,
/// <https://docs.slack.dev/reference/methods/team.accessLogs>,
/// <https://docs.slack.dev/reference/methods/team.integrationLogs>).
pub const LOG_METHODS: &[LogMethod] = &[
    LogMethod { name: "audit logs", user_scopes: &["auditlogs:read"] },
    LogMethod { name: "team.accessLogs", user_scopes: &["admin"] },
    LogMethod { name: "team.integrationLogs", user_scopes: &["admin"] },
];

/// Every event that is handled (<https://docs.slack.dev/reference/events>).
pub const SUBSCRIPTIONS: &[Subscription] = &[
    event("app_home_opened", &[]),
    event("app_uninstalled", &[]),
    event("channel_archive", &["channels:read"]),
    event("channel_deleted", &["channels:read"]),
    event("channel_id_changed", &[]),
    event("channel_left", &["channels:read"]),
    event("channel_rename", &["channels:read"]),
    event("channel_unarchive", &["channels:read"]),
    event("group_archive", &["groups:read"]),
    event("group_deleted", &["groups:read"]),
    event("group_left", &["groups:read"]),
    event("group_rename", &["groups:read"]),
    event("group_unarchive", &["groups:read"]),
    event("member_joined_channel", READ_CHANNELS),
    event("member_left_channel", READ_CHANNELS),
    Subscription { name: "message.channels", event_type: "message", scopes: &["channels:history"] },
    Subscription { name: "message.groups", event_type: "message", scopes: &["groups:history"] },
    event("team_access_granted", &[]),
    event("team_access_revoked", &[]),
    event("tokens_revoked", &[]),
];

/// A subscription that is called as its events are.
const fn event(name: &'static str, scopes: &'static [&'static str]) -> Subscription {
    Subscription { name, event_type: name, scopes }
}

/// The bot scopes that all of it takes, in order.
pub fn scopes() -> BTreeSet<&'static str> {
    let of_methods = METHODS.iter().flat_map(|method| method.scopes);
    of_methods.chain(SUBSCRIPTIONS.iter().flat_map(|subscription| subscription.scopes)).copied().collect()
}
