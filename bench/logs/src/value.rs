//! Plain Rust: each entry as a `serde_json::Value`, checked, changed and written again. The same rows as Margay's.

use crate::work::{LABEL, PARSE_TIME, SOURCE};
use jiff::Timestamp;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::net::IpAddr;

/// What an entity of a kind must have, if it is there.
const KINDS: [&str; 7] = ["user", "channel", "file", "app", "workspace", "enterprise", "workflow"];

pub(crate) fn normalise(entry: &str, out: &mut Vec<u8>) -> Option<()> {
    let Ok(Value::Object(mut entry)) = serde_json::from_str(entry) else { return None };
    let id = entry.get("id")?.as_str()?.to_owned();
    entry.get("action")?.as_str()?;
    let second = entry.get("date_create")?.as_i64()?;
    let actor = entry.get("actor")?.as_object()?;
    let entity = entry.get("entity")?.as_object()?;
    let context = entry.get("context")?.as_object()?;
    text(actor, "type")?;
    text(entity, "type")?;
    let users = [sub(actor, "user")?, sub(entity, "user")?];
    for object in KINDS.map(|kind| sub(entity, kind)).into_iter().chain([Some(users[0])]) {
        if let Some(object) = object? {
            text(object, "id")?;
        }
    }
    if let Some(location) = sub(context, "location")? {
        text(location, "id")?;
        text(location, "type")?;
    }
    let ip = context.get("ip_address").and_then(Value::as_str).and_then(|ip| ip.parse::<IpAddr>().ok());
    let of_users = |field| -> BTreeSet<&str> {
        users.iter().flatten().filter_map(|user| user.get(field)?.as_str()).filter(|text| !text.is_empty()).collect()
    };
    let names: Value = of_users("name").into_iter().collect();
    let emails: Value = of_users("email").into_iter().filter(|email| email.contains('@')).collect();
    let time = Timestamp::from_second(second).ok()?.to_string();
    entry.insert("date_create".to_owned(), time.clone().into());
    let mut add = |name: &str, value: Value| entry.insert(name.to_owned(), value);
    add("p_event_time", time.into());
    if let Some(ip) = ip {
        add("p_any_ip_addresses", [ip.to_string()].into_iter().collect());
    }
    for (name, list) in [("p_any_usernames", names), ("p_any_emails", emails)] {
        if list.as_array().is_some_and(|list| !list.is_empty()) {
            add(name, list);
        }
    }
    add("p_log_type", "Slack.AuditLogs".into());
    add("p_row_id", row_id(&id).into());
    add("p_parse_time", PARSE_TIME.into());
    add("p_source_id", SOURCE.into());
    add("p_source_label", LABEL.into());
    serde_json::to_writer(&mut *out, &entry).ok()?;
    out.push(b'\n');
    Some(())
}

fn text<'a>(object: &'a Map<String, Value>, field: &str) -> Option<&'a str> {
    object.get(field)?.as_str()
}

/// The object in a field, `Some(None)` if there is none, `None` if it is something else.
fn sub<'a>(object: &'a Map<String, Value>, field: &str) -> Option<Option<&'a Map<String, Value>>> {
    match object.get(field) {
        None | Some(Value::Null) => Some(None),
        Some(value) => Some(Some(value.as_object()?)),
    }
}

fn row_id(id: &str) -> String {
    let mut hash = Sha256::new();
    for part in ["Slack.AuditLogs", SOURCE, id] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize()[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}
