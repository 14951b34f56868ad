//! Entries as odd as the real ones. Which fields there are and what types they take was collected by
//! <https://github.com/slackapi/java-slack-sdk> and by the bug reports of those who poll these APIs:
//! <https://github.com/elastic/integrations/issues/14898> (an empty `ip_address`, a `session_id` of any type),
//! <https://github.com/elastic/integrations/pull/6965> (an `action_timestamp` in microseconds).

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};

const PEOPLE: [(&str, &str); 5] = [
    ("W0LINUS0001", "Linus Berg"),
    ("W0AUSTON001", "Auston Reyes"),
    ("W0ROBIN0001", "Robin Okafor"),
    ("W0NAOMI0001", "Naomi \"N\" O'Hara <x>"),
    ("W0ZOE000001", "Zoë 🦊 Ångström"),
];

const AGENTS: [&str; 4] = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0",
    "Slack_SSB/4.46.99 (Macintosh; 15.6) arm64",
    "com.tinyspeck.chatlyio/25.10.20 (iPhone; iOS 26.0; Scale/3.00)",
    "",
];

/// Kinds of entities, two of them none that anybody has documented.
const ENTITIES: [&str; 19] = [
    "user",
    "channel",
    "file",
    "app",
    "workspace",
    "enterprise",
    "message",
    "workflow",
    "usergroup",
    "huddle",
    "role",
    "account_type_role",
    "barrier",
    "workflow_v2",
    "canvas",
    "list",
    "function",
    "starship",
    "external_thing.v3",
];

const ACTIONS: [&str; 12] = [
    "user_login",
    "user_logout",
    "file_downloaded",
    "file_uploaded",
    "public_channel_created",
    "app_installed",
    "role_assigned",
    "user_channel_join",
    "huddle_started",
    "pref.who_can_manage_integrations",
    "canvas_opened",
    "never_seen_before_2031",
];

/// One audit entry of that second, always the same for the same seed. Its id follows from the seed.
pub fn audit_entry(seed: u64, date: i64) -> Value {
    let rng = &mut StdRng::seed_from_u64(seed);
    let id = uuid(rng);
    let anomaly = rng.random_bool(0.05);
    let action = if anomaly { "anomaly" } else { one(rng, &ACTIONS) };
    let mut entry = json!({
        "id": id,
        "date_create": date,
        "action": action,
        "actor": {"type": "user", "user": actor(rng)},
        "entity": entity(rng),
        "context": context(rng),
    });
    let details = if anomaly { Some(anomalous(rng, date)) } else { details(rng) };
    if let Some(details) = details {
        entry["details"] = details;
    }
    entry
}

/// One access row that began at that second; its ip and user agent are those of no other seed.
pub fn access_row(seed: u64, date: i64) -> Value {
    let rng = &mut StdRng::seed_from_u64(seed);
    let (user, name) = *PEOPLE.choose(rng).unwrap_or(&PEOPLE[0]);
    let known = rng.random_bool(0.8);
    let ip = if rng.random_bool(0.9) { address(rng) } else { format!("2001:db8::{:x}", rng.random::<u16>()) };
    json!({
        "user_id": user,
        "username": name,
        "date_first": date,
        "date_last": date + rng.random_range(0..7200),
        "count": rng.random_range(1..40),
        "ip": ip,
        "user_agent": format!("{} {seed:016x}", one(rng, &AGENTS)),
        "isp": known.then_some("Example Carrier GmbH"),
        "country": known.then_some("DE"),
        "region": if known && rng.random_bool(0.7) { Some("BE") } else { None },
    })
}

/// One integration row of that second. Two seeds can give the same row.
pub fn integration_row(seed: u64, date: i64) -> Value {
    let rng = &mut StdRng::seed_from_u64(seed);
    let (user, name) = *PEOPLE.choose(rng).unwrap_or(&PEOPLE[0]);
    let number = rng.random_range(1_000_000_000_u64..10_000_000_000);
    let mut row = json!({
        "user_id": user,
        "user_name": name,
        "date": date.to_string(),
        "change_type": one(rng, &["added", "removed", "enabled", "disabled", "updated"]),
        "scope": one(rng, &["incoming-webhook", "chat:write:user,channels:read", ""]),
    });
    match rng.random_range(0..4) {
        0 => {
            row["app_id"] = json!(number.to_string());
            row["app_type"] = json!("Johnny App");
        }
        1 => {
            row["app_id"] = json!(format!("A0{number}"));
            row["app_type"] = json!("Workflow <b>Builder</b>");
            row["resolution"] = json!("approved");
        }
        2 => {
            row["service_id"] = json!(number);
            row["service_type"] = json!("Google Calendar");
            row["channel"] = json!("C0GENERAL1");
        }
        _ => {
            row["service_id"] = json!(number.to_string());
            row["service_type"] = json!("RSS");
            row["rss_feed"] = json!(true);
            row["rss_feed_change_type"] = json!("added");
            row["rss_feed_title"] = json!("News");
            row["rss_feed_url"] = json!("https://news.example/feed?a=1&b=2");
        }
    }
    if rng.random_bool(0.2) {
        row["reason"] = json!("user");
    }
    row
}

fn actor(rng: &mut StdRng) -> Value {
    match rng.random_range(0..10) {
        0 => json!({"id": "USLACKUSER", "name": "", "email": ""}),
        1 => json!({"id": "USLACKSECURITY", "name": "Slack Security", "email": null, "team": "E0ACME0001"}),
        _ => person(rng),
    }
}

fn person(rng: &mut StdRng) -> Value {
    let (id, name) = *PEOPLE.choose(rng).unwrap_or(&PEOPLE[0]);
    let mut person = json!({"id": id, "name": name, "email": format!("{}@acme.example", id.to_lowercase())});
    if rng.random_bool(0.5) {
        person["team"] = json!("T0ACME0001");
    }
    if rng.random_bool(0.2) {
        person["account_type"] = json!("regular");
    }
    person
}

fn entity(rng: &mut StdRng) -> Value {
    let kind = one(rng, &ENTITIES);
    let body = match kind {
        "user" => person(rng),
        "channel" => json!({"id": "C0GENERAL1", "name": "general", "privacy": "public", "is_shared": false,
            "is_org_shared": rng.random_bool(0.1), "teams_shared_with": []}),
        "file" => json!({"id": "F0FILE0001", "name": "plan.pdf", "title": "Plan \u{2028} \"A\"", "filetype": "pdf"}),
        "app" => json!({"id": "A0APP00001", "name": "Polls", "is_distributed": true, "is_directory_approved": true,
            "scopes": ["commands", "bot"], "bot_scopes": []}),
        "workspace" | "enterprise" => json!({"id": "T0ACME0001", "name": "Acme", "domain": "acme"}),
        "message" => json!({"team": "T0ACME0001", "channel": "C0GENERAL1", "timestamp": "1717000000.000100"}),
        "huddle" => {
            json!({"id": "R0HUDDLE01", "date_start": 1_717_000_000, "date_end": 0, "participants": ["W0LINUS0001"]})
        }
        "workflow_v2" => json!({"id": "Wf0001", "app_id": "A0APP00001", "date_updated": 1_717_000_000,
            "callback_id": "", "name": "Onboard", "updated_by": "W0ROBIN0001", "step_configuration": [{"id": 1}]}),
        _ => {
            json!({"id": format!("X{:09}", rng.random_range(0..1_000_000_000)), "name": kind, "depth": {"more": [1, 2.5, null]}})
        }
    };
    json!({"type": kind, kind: body})
}

fn context(rng: &mut StdRng) -> Value {
    // An anomaly in the documentation has a workspace whose id is an organisation's.
    let location = match rng.random_range(0..4) {
        0 => json!({"type": "enterprise", "id": "E0ACME0001", "name": "Acme Org", "domain": "acme-org"}),
        1 => json!({"type": "workspace", "id": "E0ACME0001", "name": "Acme Org", "domain": "acme-org"}),
        _ => json!({"type": "workspace", "id": "T0ACME0001", "name": "Acme", "domain": "acme"}),
    };
    let ip = if rng.random_bool(0.1) { String::new() } else { address(rng) };
    let mut context = json!({"location": location, "ua": one(rng, &AGENTS), "ip_address": ip});
    match rng.random_range(0..4) {
        0 => context["session_id"] = json!(rng.random_range(1_000_000_000_000_u64..9_000_000_000_000)),
        1 => context["session_id"] = json!(rng.random_range(1_000_000_000_000_u64..9_000_000_000_000).to_string()),
        2 => context["session_id"] = Value::Null,
        _ => {}
    }
    match rng.random_range(0..5) {
        0 => context["app"] = Value::Null,
        1 => context["app"] = json!({"id": "A0APP00001", "name": "Polls", "is_distributed": true, "scopes": []}),
        2 => {
            context["acting_agent"] = json!("A0AGENT001");
            context["agent_message"] =
                json!({"team": "T0ACME0001", "channel_id": "D0AGENT001", "message_ts": "1717000000.000100"});
        }
        _ => {}
    }
    context
}

/// The same keys at changing types.
fn details(rng: &mut StdRng) -> Option<Value> {
    Some(match rng.random_range(0..8) {
        0 => return None,
        1 => json!({}),
        2 => json!({"reason": "manual"}),
        3 => json!({"reason": {"code": 7, "words": ["a", "b"]}}),
        4 => json!({"who_can_post": {"type": ["admin"], "user": []}, "new_value": ["a"], "previous_value": "b"}),
        5 => json!({"new_value": {"type": ["ORG"]}, "previous_value": true}),
        6 => json!({"exporting_team_id": 0, "export_start_ts": "1717000000", "space_file_id": {"payload": "F1"}}),
        _ => json!({"inviter": person(rng), "channels": ["C0GENERAL1"], "is_error": false, "duration": -1}),
    })
}

/// Slack's own detection. It happened before it was noticed, and tells the time in microseconds.
fn anomalous(rng: &mut StdRng, date: i64) -> Value {
    json!({
        "reason": [one(rng, &["asn", "ip_address", "user_agent", "tor", "session_fingerprint", "excessive_downloads"])],
        "action_timestamp": (date - 51) * 1_000_000 + 123_456,
        "location": "Berlin, Germany",
        "ip_address_details": [{"ip": address(rng), "asn": 64_500}],
        "previous_ip_address": if rng.random_bool(0.3) { String::new() } else { address(rng) },
        "previous_ua": one(rng, &AGENTS),
    })
}

/// An address of those kept for documentation. <https://www.rfc-editor.org/rfc/rfc5737>
fn address(rng: &mut StdRng) -> String {
    format!("203.0.113.{}", rng.random_range(0..=255))
}

fn uuid(rng: &mut StdRng) -> String {
    let text = format!("{:032x}", rng.random::<u128>());
    format!("{}-{}-{}-{}-{}", &text[..8], &text[8..12], &text[12..16], &text[16..20], &text[20..])
}

fn one<'a>(rng: &mut StdRng, of: &[&'a str]) -> &'a str {
    of.choose(rng).copied().unwrap_or_default()
}
