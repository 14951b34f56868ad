//! Log sources: one owner of a name, and health that polls and people do not write over for each other.

use crate::table::{NOW, store, store_and_config};
use logs::{Health, LogSource, LogSourceId, LogSourceSettings, State};
use store::{Claim, Noted, Taken};

const PREFIX: &str = "panther-analysis/margay/logs/";

pub(crate) fn source(id: &str, name: &str) -> LogSource {
    let body = format!(r#"{{"name":"{name}","logType":"Slack.AuditLogs","secret":"{PREFIX}a"}}"#);
    LogSource {
        id: LogSourceId::new(id).unwrap(),
        settings: LogSourceSettings::parse(body.as_bytes(), None, PREFIX).unwrap(),
        created_at: NOW,
        updated_at: NOW,
        health: Health::default(),
    }
}

#[tokio::test]
async fn a_log_source_is_made_listed_renamed_and_deleted_and_its_name_is_its_own() {
    let store = store().await;
    let (first, second) = (source("s1", "Audit"), source("s2", "Other"));
    assert_eq!(store.create_log_source(&first).await.unwrap(), Taken::Free);
    assert_eq!(store.create_log_source(&source("s9", "Audit")).await.unwrap(), Taken::ByAnother);
    store.create_log_source(&second).await.unwrap();
    let mut stolen = second.clone();
    stolen.settings.name = "Audit".to_owned();
    assert_eq!(store.update_log_source(&second, &stolen).await.unwrap(), Taken::ByAnother);
    let mut renamed = first.clone();
    renamed.settings.name = "Acme".to_owned();
    assert_eq!(store.update_log_source(&first, &renamed).await.unwrap(), Taken::Free);
    assert_eq!(store.update_log_source(&second, &stolen).await.unwrap(), Taken::Free, "the name is free now");
    assert_eq!(store.log_sources().await.unwrap(), [renamed.clone(), stolen]);
    assert_eq!(store.log_source(&renamed.id).await.unwrap(), Some(renamed.clone()));
    assert_eq!(store.delete_log_source(&renamed).await.unwrap(), Taken::Free);
    assert_eq!(store.delete_log_source(&renamed).await.unwrap(), Taken::Gone);
    assert_eq!(store.log_source(&renamed.id).await.unwrap(), None);
    assert_eq!(store.create_log_source(&renamed).await.unwrap(), Taken::Free, "id and name are free again");
}

#[tokio::test]
async fn a_poll_and_people_do_not_undo_each_others_work() {
    let store = store().await;
    let first = source("s1", "Audit");
    store.create_log_source(&first).await.unwrap();
    let healthy = Health { state: State::Healthy, last_poll_at: Some(NOW), ..first.health.clone() };
    assert_eq!(store.note_log_health(&first.id, &healthy).await.unwrap(), Noted::Done);
    // Whoever had it open while it was polled saves it now.
    let mut off = first.clone();
    off.settings.enabled = false;
    store.update_log_source(&first, &off).await.unwrap();
    let now = store.log_source(&first.id).await.unwrap().unwrap();
    assert_eq!((now.settings.enabled, now.health.state, now.health.version), (false, State::Healthy, 1));
    // A poll that began before does not write over what came meanwhile.
    assert_eq!(store.note_log_health(&first.id, &first.health).await.unwrap(), Noted::Overtaken);
    assert_eq!(store.note_log_health(&first.id, &now.health).await.unwrap(), Noted::Done);
}

#[tokio::test]
async fn a_poll_that_ends_after_its_source_was_deleted_brings_nothing_back() {
    let store = store().await;
    let first = source("s1", "Audit");
    store.create_log_source(&first).await.unwrap();
    store.delete_log_source(&first).await.unwrap();
    assert_eq!(store.note_log_health(&first.id, &first.health).await.unwrap(), Noted::Overtaken);
    assert_eq!(store.log_sources().await.unwrap(), []);
}

#[tokio::test]
async fn a_source_that_cannot_be_read_hides_no_other() {
    let (store, config) = store_and_config().await;
    for (id, name) in [("s1", "First"), ("s2", "Broken"), ("s3", "Third")] {
        store.create_log_source(&source(id, name)).await.unwrap();
    }
    let table = aws_sdk_dynamodb::Client::new(&config);
    let text = |text: &str| aws_sdk_dynamodb::types::AttributeValue::S(text.to_owned());
    let broken = table.put_item().table_name("margay").item("pk", text("LOGSOURCE")).item("sk", text("s2"));
    broken.item("document", text(r#"{"id":"s2","logType":"Slack.Unheard"}"#)).send().await.unwrap();
    let names: Vec<_> = store.log_sources().await.unwrap().into_iter().map(|source| source.settings.name).collect();
    assert_eq!(names, ["First", "Third"]);
    assert!(store.log_source(&LogSourceId::new("s2").unwrap()).await.is_err(), "whoever asks for it learns why");
}

#[tokio::test]
async fn a_source_that_is_not_there_any_more_cannot_be_leased_and_leaves_no_progress() {
    let store = store().await;
    let first = source("s1", "Audit");
    let until = NOW + jiff::SignedDuration::from_secs(70);
    store.create_log_source(&first).await.unwrap();
    let mut before = store.log_progress(&first.id).await.unwrap();
    let mut other = before.clone();
    assert_eq!(store.lease_log_source(&mut other, NOW, until).await.unwrap(), Claim::Won);
    assert_eq!(store.lease_log_source(&mut before, NOW, until).await.unwrap(), Claim::Held, "one of two");
    let leased = store.log_progress(&first.id).await.unwrap();
    assert_eq!((leased.leased_until, leased.progress), (Some(until), other.progress.clone()));
    assert_eq!(store.record_log_progress(&mut other, None).await.unwrap(), Claim::Won, "it has the version it wrote");
    // Listed, then deleted, then leased.
    store.delete_log_source(&first).await.unwrap();
    let mut late = store.log_progress(&first.id).await.unwrap();
    assert_eq!(store.lease_log_source(&mut late, NOW, until).await.unwrap(), Claim::Held);
    assert_eq!(store.log_progress(&first.id).await.unwrap().leased_until, None, "nothing came back");
}
