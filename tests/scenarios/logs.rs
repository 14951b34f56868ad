//! Slack's logs, for each log type: from a log source to rows in the bucket, by the schedule; and what people are told
//! when one can no longer be read.

use crate::log_source::{LogStack, ORGANISATION, Source};
use crate::stack::{LEAD, eventually};
use futures::future::{join, join_all};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

const AUDIT: &str = "Slack.AuditLogs";
const ACCESS: &str = "Slack.AccessLogs";
const INTEGRATION: &str = "Slack.IntegrationLogs";

/// The first minute's run, and the next, if the first of them came too early.
const PATIENCE: Duration = Duration::from_secs(150);
/// Between two polls where the schedule would let a minute pass: Slack limits the calls.
const BETWEEN_POLLS: Duration = Duration::from_secs(3);

/// One test for all of them, so that they wait for the same minute.
#[tokio::test]
async fn each_log_is_onboarded_read_each_minute_told_of_when_it_fails_and_goes_on() {
    let logs = LogStack::new().await;
    let sources = onboarded(&logs).await;
    let [audit, _, _] = &sources;
    let now = runtime::now().as_second();
    let crafted = fill(&logs, now).await;

    // Nothing but the schedule polls here.
    until_read(&logs, &sources, || async {}).await;
    let rows = logs.rows(audit).await;
    is_normalised(rows.iter().find(|row| row["id"] == crafted).unwrap(), now, audit);
    let mut misfits: Vec<Value> = logs.objects("quarantine", audit).await.into_iter().flat_map(|o| o.rows).collect();
    misfits.retain(|misfit| misfit["entry"].as_str().unwrap().contains(&format!("misfit-{}", logs.run)));
    assert!(misfits.len() == 1 && misfits[0]["field"] == "action", "{misfits:?}");

    // Late, seen again, the same once more; and two runs at once.
    let late = audit_entry(&format!("late-{}", logs.run), now - 500);
    logs.stack.control(Method::POST, "logs/audit", json!([late])).await;
    logs.stack.control(Method::POST, "logs/access", json!([sighting(now)])).await;
    logs.stack.control(Method::POST, "logs/integration", json!([change(now)])).await;
    let entered = logs.stack.control(Method::GET, "logs/access", Value::Null).await;
    assert!(entered["access"].as_array().unwrap().iter().any(|row| row["count"].as_i64() >= Some(2)), "{entered}");
    let two_at_once = || async {
        join(logs.poll(), logs.poll()).await;
    };
    until_read(&logs, &sources, two_at_once).await;

    fails_and_goes_on(&logs, &sources).await;
    join_all(sources.iter().map(|source| logs.delete(source))).await;
}

/// A source of each type, allowed by who may.
async fn onboarded(logs: &LogStack) -> [Source; 3] {
    let world = logs.stack.control(Method::GET, "world", Value::Null).await;
    let team = world["team"]["id"].as_str().unwrap();
    let apps = [(AUDIT, "Margay audit logs"), (ACCESS, "Margay access logs"), (INTEGRATION, "Margay integration logs")];
    let sources = apps.map(|(log_type, app)| logs.source(log_type, app));
    let sources: Vec<Source> = join_all(sources).await;
    let sources: [Source; 3] = sources.try_into().ok().unwrap();
    let [audit, access, integration] = &sources;

    let (status, page) = logs.cancel(audit).await;
    assert!(status == 400 && page.contains("it was not allowed"), "{page}");
    let (status, page) = logs.allow(audit, LEAD, team).await;
    assert!(status == 409 && page.contains("only the whole Enterprise organisation"), "{page}");
    let waiting = logs.get(audit).await;
    assert_eq!(waiting["state"], "WAITING_FOR_SETUP", "{waiting}");
    for (source, place) in [(audit, ORGANISATION), (access, team), (integration, team)] {
        let (status, page) = logs.allow(source, LEAD, place).await;
        assert!(status == 200 && page.contains(&format!("{} is installed", source.name)), "{page}");
        let ready = logs.get(source).await;
        assert_eq!((&ready["state"], &ready["enabled"]), (&json!("HEALTHY"), &json!(true)), "{ready}");
    }
    sources
}

/// Three hours of each log, with what is hard to read of it; the id of an audit entry that is known well.
async fn fill(logs: &LogStack, now: i64) -> String {
    let control = async |path: &str, body: Value| drop(logs.stack.control(Method::POST, path, body).await);
    for log in ["audit", "access", "integration"] {
        let bulk = json!({"log": log, "count": 150, "from": now - 10_800, "to": now - 60, "seed": now});
        control("logs/generate", bulk).await;
    }
    let crafted = format!("crafted-{}", logs.run);
    let mut misfit = audit_entry(&format!("misfit-{}", logs.run), now - 30);
    misfit.as_object_mut().unwrap().remove("action");
    let tie = audit_entry(&format!("tie-{}", logs.run), now - 30);
    control("logs/audit", json!([audit_entry(&crafted, now - 30), tie, misfit])).await;
    control("logs/access", json!([sighting(now - 30)])).await;
    control("logs/integration", json!([change(now), change(now)])).await;
    crafted
}

fn audit_entry(id: &str, date: i64) -> Value {
    json!({
        "id": id, "date_create": date, "action": "user_login",
        "actor": {"type": "user", "user": {"id": "W1", "name": "Linus Berg", "email": "linus@acme.example"}},
        "entity": {"type": "starship", "starship": {"id": "X1", "decks": [1, 2.5, null]}},
        "context": {
            "location": {"type": "enterprise", "id": ORGANISATION, "name": "Acme Group", "domain": "acme"},
            "ua": "<b>\u{1f98a}", "ip_address": "2001:DB8:0::1", "session_id": "7",
        },
        "details": {"reason": {"code": 7}},
    })
}

/// Somebody uses Slack, always from the same place.
fn sighting(date: i64) -> Value {
    json!({
        "date": date, "user_id": "U0LEAD0001", "username": "auston", "ip": "203.0.113.7", "user_agent": "Slack_SSB",
        "isp": null, "country": "DE", "region": "BE",
    })
}

/// The same change whenever it is called with the same time.
fn change(now: i64) -> Value {
    json!({
        "service_id": 1_234_567_890, "service_type": "RSS", "user_id": "U0LEAD0001", "user_name": "auston",
        "date": (now - 90).to_string(), "change_type": "added", "scope": "",
    })
}

/// Waits until the bucket and the bus lack nothing of these sources, and does `poll` before it looks again.
async fn until_read<F: Future<Output = ()>>(logs: &LogStack, sources: &[Source], poll: impl Fn() -> F) {
    let began = Instant::now();
    loop {
        let lacking: Vec<String> =
            join_all(sources.iter().map(|source| lacking(logs, source))).await.into_iter().flatten().collect();
        if lacking.is_empty() {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "it never came: {lacking:?}");
        poll().await;
        tokio::time::sleep(BETWEEN_POLLS).await;
    }
}

/// What the bucket lacks of the simulator's log, and the bus of the bucket's objects; `None` if nothing. Fails if there is
/// anything twice, or anything wrong.
async fn lacking(logs: &LogStack, source: &Source) -> Option<String> {
    let log = match source.log_type {
        AUDIT => "audit",
        ACCESS => "access",
        _ => "integration",
    };
    let entered = logs.stack.control(Method::GET, &format!("logs/{log}"), Value::Null).await;
    let entered = entered[log].as_array().unwrap().iter().filter(|entry| log != "audit" || entry["action"].is_string());
    let entered = counted(source, entered.cloned());
    let (objects, events) = (logs.objects("logs", source).await, logs.events(source).await);
    let ids: Vec<&Value> = objects.iter().flat_map(|object| &object.rows).map(|row| &row["p_row_id"]).collect();
    let once: BTreeSet<_> = ids.iter().map(|id| id.as_str().unwrap()).collect();
    assert_eq!(once.len(), ids.len(), "a row of {} is there twice", source.name);
    let stored = counted(source, objects.iter().flat_map(|object| object.rows.iter().cloned()));
    for (what, count) in &stored {
        assert!(Some(count) <= entered.get(what), "{what} of {} is there {count} times", source.name);
    }
    for object in &objects {
        let of_type = object.rows.iter().all(|row| {
            (&row["p_log_type"], &row["p_source_id"], &row["p_source_label"])
                == (&json!(source.log_type), &json!(source.id), &json!(source.name))
        });
        assert!(of_type && object.rows.iter().all(|row| row["p_event_time"].is_string()), "{}", object.key);
        let hour = object.rows[0]["p_event_time"].as_str().unwrap()[..13].replace(['-', 'T'], "/");
        assert!(object.key.starts_with(&format!("logs/{}/{hour}/{}/", source.log_type, source.id)), "{}", object.key);
        let Some(event) = events.iter().find(|event| event["key"] == *object.key) else {
            return Some(format!("an event of {}", object.key));
        };
        let times = object.rows.iter().map(|row| row["p_event_time"].as_str().unwrap());
        let range = (times.clone().min(), times.max());
        assert_eq!((&event["count"], &event["bytes"]), (&json!(object.rows.len()), &json!(object.bytes)), "{event}");
        assert_eq!((event["from"].as_str(), event["to"].as_str()), range, "{event}");
        assert_eq!((&event["logType"], &event["sourceName"]), (&json!(source.log_type), &json!(source.name)));
    }
    let missing = entered.iter().find(|(what, count)| stored.get(*what) != Some(count));
    missing.map(|(what, count)| format!("{count} of {what} in {}", source.name))
}

/// How often each entry is there, whether it is as Slack has it or a row.
fn counted(source: &Source, entries: impl Iterator<Item = Value>) -> BTreeMap<String, usize> {
    // Slack's seconds, as a number or a text, and the rows' times are the same time.
    let time = |value: &Value| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let second = text.parse::<i64>().map(|second| jiff::Timestamp::from_second(second).unwrap());
        second.unwrap_or_else(|_| text.parse().unwrap()).to_string()
    };
    let mut counts = BTreeMap::new();
    for entry in entries {
        let told = |name: &str| entry[name].as_str().map_or_else(|| entry[name].to_string(), str::to_owned);
        let what = match source.log_type {
            AUDIT => told("id"),
            ACCESS => ["user_id", "ip", "user_agent"].map(told).join("|") + &time(&entry["date_first"]),
            _ => ["user_id", "change_type", "service_id", "app_id"].map(told).join("|") + &time(&entry["date"]),
        };
        *counts.entry(what).or_default() += 1;
    }
    counts
}

fn is_normalised(row: &Value, now: i64, source: &Source) {
    let at = jiff::Timestamp::from_second(now - 30).unwrap().to_string();
    let mut expected = audit_entry(row["id"].as_str().unwrap(), now - 30);
    let more = json!({
        "date_create": at, "p_event_time": at, "p_log_type": AUDIT, "p_source_id": source.id,
        "p_source_label": source.name, "p_row_id": row["p_row_id"], "p_parse_time": row["p_parse_time"],
        "p_any_ip_addresses": ["2001:db8::1"], "p_any_usernames": ["Linus Berg"],
        "p_any_emails": ["linus@acme.example"],
    });
    expected.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    assert_eq!(*row, expected);
    assert!(row["p_parse_time"].as_str().unwrap() >= at.as_str(), "{row}");
}

/// The token is revoked: an alert stands once in each channel, until somebody grants access again.
async fn fails_and_goes_on(logs: &LogStack, sources: &[Source; 3]) {
    let [audit, _, _] = sources;
    let _share = logs.undisturbed().await;
    let stack = &logs.stack;
    let channels = stack.facts["channels"].as_array().unwrap();
    stack.control(Method::DELETE, &format!("logs/tokens?client_id={}", audit.client_id), Value::Null).await;
    let meanwhile = audit_entry(&format!("meanwhile-{}", logs.run), runtime::now().as_second());
    stack.control(Method::POST, "logs/audit", json!([meanwhile])).await;
    let mut polls = 0;
    while logs.get(audit).await["state"] != "UNHEALTHY" {
        logs.poll().await;
        polls += 1;
        // One more than two, for the schedule may have had the source when the token was revoked.
        assert!(polls <= 3, "{}", logs.get(audit).await);
    }
    let source = logs.get(audit).await;
    assert_eq!(source["lastError"]["code"], "token_revoked", "{source}");
    join(logs.poll(), logs.poll()).await;
    for channel in channels {
        eventually("the alert is shown", || async { !logs.told(channel, audit).await.is_empty() }).await;
    }
    let told = logs.told(&channels[0], audit).await.remove(0);
    let delivery = told["metadata"]["event_payload"]["delivery"].as_str().unwrap();
    let id = delivery.split('/').next().unwrap();
    let alert = stack.alert(id).await;
    assert_eq!((&alert["type"], &alert["status"]), (&json!("SYSTEM_ERROR"), &json!("OPEN")), "{alert}");

    let (status, page) = logs.allow(audit, LEAD, ORGANISATION).await;
    assert_eq!(status, 200, "{page}");
    until_read(logs, sources, || logs.poll()).await;
    eventually("the alert is resolved", || async { stack.alert(id).await["status"] == "RESOLVED" }).await;
    let alert = stack.alert(id).await;
    assert_eq!(alert["activity"].as_array().unwrap().last().unwrap()["actor"]["type"], "system", "{alert}");
    for channel in channels {
        eventually("the alert is shown as resolved", || async {
            let told = logs.told(channel, audit).await;
            assert_eq!(told.len(), 1, "{told:?}");
            told[0]["text"].as_str().unwrap().contains("Resolved")
        })
        .await;
    }
    assert_eq!(logs.get(audit).await["state"], "HEALTHY");
}
