//! Alerts: stored once, loaded whole, and listed while work is left for them.

use crate::deliveries::StoredDelivery;
use crate::direct_messages::StoredDirectMessage;
use crate::item::{Item, json, key, n, number, parsed, s, sortable, text, time};
use crate::open::{open_for, urgency};
use crate::{Error, Store};
use alert::{Activity, ActivityKind, Actor, Alert, AlertId, ChangeId, Origin};
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use jiff::{SignedDuration, Timestamp};

/// Value of the `lagging` attribute: the one partition of the sparse index.
pub(crate) const LAGGING: &str = "LAGGING";

/// How long whoever changed an alert has to bring its copies up to date before the sweep takes it up.
pub(crate) const GRACE: SignedDuration = SignedDuration::from_secs(30);

/// How often an alert is read until its history is whole.
const READS: u32 = 8;

/// What became of storing an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    Created,
    /// An alert with that id is there; it stays as it is, and the repetition is counted.
    Repeated,
}

/// Everything about one alert.
#[derive(Debug, Clone)]
pub struct AlertRecord {
    pub alert: Alert,
    /// The last activity that was said on the event bus.
    pub published_seq: u64,
    /// In order, without gaps, from the alert's creation.
    pub activities: Vec<Activity>,
    /// Those that were begun; a routed destination without one is still untouched.
    pub deliveries: Vec<StoredDelivery>,
    /// Those that were begun, of the boomerangs in the history.
    pub direct_messages: Vec<StoredDirectMessage>,
}

/// What is left to do for an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    Nothing,
    /// Every copy is up to date, and there will be something to do at this time.
    Waits(Timestamp),
    /// A copy is behind; it can be brought up to date from this time on.
    Behind(Timestamp),
}

/// An alert with work left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lagging {
    pub id: AlertId,
    /// When the sweep is to take it up.
    pub due: Timestamp,
    /// Since when its copies have not all been up to date; if they are, when it is due.
    pub behind_since: Timestamp,
}

impl AlertRecord {
    /// An alert that was stored just now: nothing has happened to it yet.
    pub fn new(alert: Alert) -> Self {
        let activities = vec![creation(&alert)];
        Self { alert, published_seq: 0, activities, deliveries: Vec::new(), direct_messages: Vec::new() }
    }

    /// Whether the history goes without gaps to the alert's present state.
    fn is_whole(&self) -> bool {
        let seqs = self.activities.iter().map(|activity| activity.seq);
        seqs.eq(1..=self.alert.triage.seq)
    }

    /// The activities after `seq`.
    pub fn activities_after(&self, seq: u64) -> impl Iterator<Item = &Activity> {
        self.activities.iter().filter(move |activity| activity.seq > seq)
    }
}

pub(crate) fn alert_key(id: &AlertId) -> String {
    format!("ALERT#{id}")
}

/// The change that an alert's creation is.
pub(crate) fn creation(alert: &Alert) -> Activity {
    Activity {
        seq: 1,
        change_id: ChangeId::derive(&[b"created", alert.id.as_str().as_bytes()]),
        at: alert.received_at,
        actor: Actor::System,
        origin: Origin::System,
        kind: ActivityKind::Created,
    }
}

pub(crate) fn alert_of(item: &Item) -> Result<Alert, Error> {
    let id = text(item, "pk")?.trim_start_matches("ALERT#");
    let corrupt = |_| Error::Corrupt { key: id.to_owned(), what: "not an alert id".to_owned() };
    Ok(Alert {
        id: AlertId::new(id).map_err(corrupt)?,
        content: parsed(item, "content")?,
        received_at: time(item, "received_at")?,
        routing: parsed(item, "routing")?,
        triage: parsed(item, "triage")?,
        received: number(item, "received")?,
    })
}

impl Store {
    /// Stores `alert` unless one with its id is there. A repetition is counted on the stored one.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn put_alert(&self, alert: &Alert) -> Result<Put, Error> {
        let content = &alert.content;
        let title: String = content.title.chars().take(300).collect();
        let created = content.created_at;
        let time = format!("{}#{}", sortable(created), alert.id);
        let mut item = key(alert_key(&alert.id), "META");
        item.extend(open_for(&alert.triage).map(|open_for| ("open_for".to_owned(), s(open_for))));
        item.extend(
            [
                ("content", json(content)),
                ("routing", json(&alert.routing)),
                ("triage", json(&alert.triage)),
                ("seq", n(alert.triage.seq)),
                ("published_seq", n(0)),
                ("received", n(alert.received)),
                ("received_at", s(sortable(alert.received_at))),
                ("month", s(created.strftime("%Y-%m").to_string())),
                ("urgency", s(urgency(content.severity, &time))),
                ("time", s(time)),
                ("severity", s(content.severity.as_str())),
                ("alert_type", s(content.alert_type.as_str())),
                ("status", s(alert.triage.status.as_str())),
                ("title", s(title)),
                ("detection_id", s(content.detection_id.clone().unwrap_or_default())),
                ("log_types", json(&content.log_types)),
                ("assignee", s(alert.triage.assignee.as_ref().map_or("", |a| a.id.as_str()))),
                ("lagging", s(LAGGING)),
                ("due", s(sortable(alert.received_at + GRACE))),
                ("behind_since", s(sortable(alert.received_at))),
            ]
            .map(|(name, value)| (name.to_owned(), value)),
        );
        let put = self.client.put_item().table_name(&self.table).set_item(Some(item));
        match put.condition_expression("attribute_not_exists(pk)").send().await {
            Ok(_) => return Ok(Put::Created),
            Err(SdkError::ServiceError(e)) if matches!(e.err(), PutItemError::ConditionalCheckFailedException(_)) => {}
            Err(error) => return Err(Error::of("storing an alert")(error)),
        }
        let count = self.client.update_item().table_name(&self.table).set_key(Some(key(alert_key(&alert.id), "META")));
        let count = count.update_expression("ADD received :one").expression_attribute_values(":one", n(1));
        count.send().await.map_err(Error::of("counting a repeated alert"))?;
        Ok(Put::Repeated)
    }

    /// Loads an alert with its history and deliveries, as of now.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn load_alert(&self, id: &AlertId) -> Result<Option<AlertRecord>, Error> {
        for _ in 0..READS {
            match self.read_alert(id).await? {
                // A Query is no snapshot: a change that is applied while it runs can show in the alert and not in
                // the history, which was read before it.
                Some(record) if !record.is_whole() => {}
                record => return Ok(record),
            }
        }
        let what = "its history is never whole".to_owned();
        Err(Error::Corrupt { key: alert_key(id), what })
    }

    async fn read_alert(&self, id: &AlertId) -> Result<Option<AlertRecord>, Error> {
        let query = self.client.query().table_name(&self.table).consistent_read(true);
        let query = query.key_condition_expression("pk = :pk").expression_attribute_values(":pk", s(alert_key(id)));
        let mut pages = query.into_paginator().items().send();
        let (mut alert, mut published_seq) = (None, 0);
        let (mut activities, mut deliveries, mut direct_messages) = (Vec::new(), Vec::new(), Vec::new());
        while let Some(item) = pages.next().await {
            let item = item.map_err(Error::of("loading an alert"))?;
            let sk = text(&item, "sk")?;
            if sk == "META" {
                published_seq = number(&item, "published_seq")?;
                alert = Some(alert_of(&item)?);
            } else if sk.starts_with("ACTIVITY#") {
                activities.push(parsed::<Activity>(&item, "activity")?);
            } else if sk.starts_with("DELIVERY#") {
                deliveries.push(StoredDelivery::of(&item)?);
            } else if sk.starts_with("BOOMERANG#") {
                direct_messages.push(StoredDirectMessage::of(&item)?);
            }
        }
        let Some(alert) = alert else { return Ok(None) };
        activities.insert(0, creation(&alert));
        Ok(Some(AlertRecord { alert, published_seq, activities, deliveries, direct_messages }))
    }

    /// Loads an alert without its history.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn get_alert(&self, id: &AlertId) -> Result<Option<Alert>, Error> {
        let get = self.client.get_item().table_name(&self.table).set_key(Some(key(alert_key(id), "META")));
        let got = get.consistent_read(true).send().await.map_err(Error::of("reading an alert"))?;
        got.item.as_ref().map(alert_of).transpose()
    }

    /// Notes how far an alert is: said on the event bus up to `published_seq`, and either nothing is left to do
    /// ([`Due::Nothing`]) or when the sweep should take it up. Returns false, and changes nothing, if the alert has
    /// moved on from `seq`.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn settle(&self, id: &AlertId, seq: u64, published_seq: u64, due: Due) -> Result<bool, Error> {
        let update = self.client.update_item().table_name(&self.table).set_key(Some(key(alert_key(id), "META")));
        let update = update.condition_expression("seq = :seq").expression_attribute_values(":seq", n(seq));
        let update = update.expression_attribute_values(":published", n(published_seq));
        let update = match due {
            Due::Nothing => {
                update.update_expression("SET published_seq = :published REMOVE lagging, due, behind_since")
            }
            Due::Waits(due) => update
                .update_expression("SET published_seq = :published, lagging = :lagging, due = :due REMOVE behind_since")
                .expression_attribute_values(":lagging", s(LAGGING))
                .expression_attribute_values(":due", s(sortable(due))),
            Due::Behind(due) => update
                .update_expression(
                    "SET published_seq = :published, lagging = :lagging, due = :due, \
                     behind_since = if_not_exists(behind_since, :due)",
                )
                .expression_attribute_values(":lagging", s(LAGGING))
                .expression_attribute_values(":due", s(sortable(due))),
        };
        match update.send().await {
            Ok(_) => Ok(true),
            Err(SdkError::ServiceError(e))
                if matches!(e.err(), UpdateItemError::ConditionalCheckFailedException(_)) =>
            {
                Ok(false)
            }
            Err(error) => Err(Error::of("settling an alert")(error)),
        }
    }

    /// Alerts that have work left and are due at `now`, the longest due first, at most `limit`.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn lagging(&self, now: Timestamp, limit: i32) -> Result<Vec<Lagging>, Error> {
        let query = self.client.query().table_name(&self.table).index_name("lagging").limit(limit);
        let query = query.key_condition_expression("lagging = :lagging AND due <= :now");
        let query = query.expression_attribute_values(":lagging", s(LAGGING));
        let query = query.expression_attribute_values(":now", s(sortable(now)));
        let found = query.send().await.map_err(Error::of("listing lagging alerts"))?;
        let lagging = |item: &Item| {
            let id = AlertId::new(text(item, "pk")?.trim_start_matches("ALERT#"));
            let id = id.map_err(|e| Error::Corrupt { key: "lagging".to_owned(), what: e.to_string() })?;
            let due = time(item, "due")?;
            let behind_since = item.contains_key("behind_since").then(|| time(item, "behind_since"));
            Ok(Lagging { id, due, behind_since: behind_since.transpose()?.unwrap_or(due) })
        };
        found.items().iter().map(lagging).collect()
    }

    /// Makes a lagging alert due at `until` instead, unless somebody has worked on it meanwhile.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn postpone(&self, lagging: &Lagging, until: Timestamp) -> Result<(), Error> {
        let key = key(alert_key(&lagging.id), "META");
        let update = self.client.update_item().table_name(&self.table).set_key(Some(key));
        let update = update.update_expression("SET due = :until, behind_since = if_not_exists(behind_since, :seen)");
        let update = update.condition_expression("due = :seen");
        let update = update.expression_attribute_values(":until", s(sortable(until)));
        match update.expression_attribute_values(":seen", s(sortable(lagging.due))).send().await {
            Err(SdkError::ServiceError(e))
                if matches!(e.err(), UpdateItemError::ConditionalCheckFailedException(_)) =>
            {
                Ok(())
            }
            done => done.map(drop).map_err(Error::of("postponing an alert")),
        }
    }
}
