//! Changes, each applied at most once: one transaction moves the alert from `seq` to `seq + 1`, appends the activity
//! and notes the change's id, or none of it happens.
//!
//! ```text
//! read alert at seq ─► decide ─► transaction: alert (if still at seq) + activity + change (if new)
//!        ▲                          │ alert moved on        │ change was there
//!        └──────────────────────────┘                       └─► its first outcome
//! ```

use crate::alerts::{AlertRecord, GRACE, LAGGING, alert_key};
use crate::item::{Item, json, key, n, number, parsed, s, sortable, text};
use crate::open::{open_for, urgency};
use crate::{Error, Store};
use alert::boomerang::Refused;
use alert::change::{Conflict, advance, decide};
use alert::{Activity, AlertId, Change, Severity, Triage};
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{Put as PutOp, TransactWriteItem, Update};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How long a change's id is remembered: twice the time a message can spend in a queue and its dead-letter queue.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24 * 30);

/// How often a transaction that lost against another change is tried again before it counts as throttled.
const TRIES: u32 = 16;

/// What a change did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    /// The activity it appended, if it had an effect.
    pub seq: Option<u64>,
    /// Set if it lost against somebody else's.
    pub conflict: Option<Conflict>,
    /// Set if it was about a boomerang and could not be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<Refused>,
    /// Whether this call did it; false for a repetition.
    #[serde(skip)]
    pub first: bool,
}

/// An alert before a change.
struct Before {
    seq: u64,
    triage: Triage,
    /// Where it stands in the index `open` while it is open.
    urgency: String,
    /// Only if the change looks back.
    history: Vec<Activity>,
}

enum Attempt {
    Done,
    Repeated(Box<Applied>),
    Again(Option<Box<dyn std::error::Error + Send + Sync>>),
}

impl Store {
    /// Applies `change`. A change that was applied before has no second effect: its first outcome is returned. `None`
    /// if there is no such alert.
    ///
    /// # Errors
    /// [`Error`] if the table fails; the change can be applied again.
    pub async fn apply_change(&self, change: &Change, now: Timestamp) -> Result<Option<Applied>, Error> {
        let mut last = None;
        for _ in 0..TRIES {
            let Some(Before { seq, triage, urgency, history }) = self.before(change).await? else {
                return Ok(None);
            };
            let decision = decide(&triage, &history, change);
            let applied = Applied {
                seq: decision.activity.is_some().then_some(seq + 1),
                conflict: decision.conflict,
                refused: decision.refused,
                first: true,
            };
            let mut writes = vec![self.remember(change, &applied, now)];
            if let Some(kind) = decision.activity {
                let next = advance(&triage, &kind, change);
                let activity = Activity {
                    seq: next.seq,
                    change_id: change.id.clone(),
                    at: change.at,
                    actor: change.actor.clone(),
                    origin: change.origin.clone(),
                    kind,
                };
                writes.push(self.append(change, &activity));
                writes.extend(self.questions(&change.alert_id, &activity));
                writes.push(self.move_alert(change, (seq, &next), &urgency, now));
            }
            match self.transact(change, writes).await? {
                Attempt::Done => return Ok(Some(applied)),
                Attempt::Repeated(first) => return Ok(Some(*first)),
                Attempt::Again(error) => last = error,
            }
        }
        let source = last.unwrap_or_else(|| "every try met another change".into());
        Err(Error::Throttled { doing: "applying a change", source })
    }

    /// Whether `change` was applied before: one read of a small item.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn was_applied(&self, change: &Change) -> Result<bool, Error> {
        let get = self.client.get_item().table_name(&self.table).set_key(Some(change_key(change)));
        let got = get.consistent_read(true).send().await.map_err(Error::of("reading an applied change"))?;
        Ok(got.item.is_some())
    }

    async fn before(&self, change: &Change) -> Result<Option<Before>, Error> {
        if change.action.looks_back() {
            let record = self.load_alert(&change.alert_id).await?;
            let before = |record: AlertRecord| {
                let (alert, history) = (record.alert, record.activities);
                let time = format!("{}#{}", sortable(alert.content.created_at), alert.id);
                let urgency = urgency(alert.content.severity, &time);
                Before { seq: alert.triage.seq, triage: alert.triage, urgency, history }
            };
            return Ok(record.map(before));
        }
        let get = self.client.get_item().table_name(&self.table).consistent_read(true);
        let get = get.set_key(Some(key(alert_key(&change.alert_id), "META")));
        let get = get.projection_expression("pk, sk, seq, triage, severity, #time");
        let got = get.expression_attribute_names("#time", "time").send().await;
        let got = got.map_err(Error::of("reading an alert's state"))?;
        let before = |item: Item| {
            let severity = text(&item, "severity")?.parse().unwrap_or(Severity::Medium);
            let (urgency, triage) = (urgency(severity, text(&item, "time")?), parsed(&item, "triage")?);
            Ok(Before { seq: number(&item, "seq")?, triage, urgency, history: Vec::new() })
        };
        got.item.map(before).transpose()
    }

    /// What has happened to an alert since its creation; nothing if there is no such alert.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn history(&self, id: &AlertId) -> Result<Vec<Activity>, Error> {
        let query = self.client.query().table_name(&self.table).consistent_read(true);
        let query = query.key_condition_expression("pk = :pk AND begins_with(sk, :activity)");
        let query = query.expression_attribute_values(":pk", s(alert_key(id)));
        let query = query.expression_attribute_values(":activity", s("ACTIVITY#"));
        let mut items = query.into_paginator().items().send();
        let mut history = Vec::new();
        while let Some(item) = items.next().await {
            history.push(parsed(&item.map_err(Error::of("reading an alert's history"))?, "activity")?);
        }
        Ok(history)
    }

    fn remember(&self, change: &Change, applied: &Applied, now: Timestamp) -> TransactWriteItem {
        let mut item = change_key(change);
        item.insert("outcome".to_owned(), json(applied));
        item.insert("ttl".to_owned(), n((now + REMEMBERED).as_second().unsigned_abs()));
        put_new(&self.table, item)
    }

    fn append(&self, change: &Change, activity: &Activity) -> TransactWriteItem {
        let mut item = key(alert_key(&change.alert_id), format!("ACTIVITY#{:010}", activity.seq));
        item.insert("activity".to_owned(), json(activity));
        put_new(&self.table, item)
    }

    fn move_alert(
        &self,
        change: &Change,
        (seq, next): (u64, &Triage),
        urgency: &str,
        now: Timestamp,
    ) -> TransactWriteItem {
        let set = "SET seq = :next, triage = :triage, #status = :status, assignee = :assignee, urgency = :urgency, \
                   lagging = :lagging, due = :due, behind_since = if_not_exists(behind_since, :now)";
        let update = match open_for(next) {
            Some(open_for) => Update::builder()
                .update_expression(format!("{set}, open_for = :open_for"))
                .expression_attribute_values(":open_for", s(open_for)),
            None => Update::builder().update_expression(format!("{set} REMOVE open_for")),
        };
        let update = update
            .table_name(&self.table)
            .set_key(Some(key(alert_key(&change.alert_id), "META")))
            .condition_expression("seq = :seq")
            .expression_attribute_names("#status", "status")
            .expression_attribute_values(":seq", n(seq))
            .expression_attribute_values(":next", n(next.seq))
            .expression_attribute_values(":triage", json(next))
            .expression_attribute_values(":status", s(next.status.as_str()))
            .expression_attribute_values(":assignee", s(next.assignee.as_ref().map_or("", |a| a.id.as_str())))
            .expression_attribute_values(":urgency", s(urgency))
            .expression_attribute_values(":lagging", s(LAGGING))
            .expression_attribute_values(":due", s(sortable(now + GRACE)))
            .expression_attribute_values(":now", s(sortable(now)))
            .build()
            .expect("table, key and expression are set");
        TransactWriteItem::builder().update(update).build()
    }

    async fn transact(&self, change: &Change, writes: Vec<TransactWriteItem>) -> Result<Attempt, Error> {
        let sent = self.client.transact_write_items().set_transact_items(Some(writes)).send().await;
        let error = match sent {
            Ok(_) => return Ok(Attempt::Done),
            Err(error) => error,
        };
        let codes: Vec<String> = match &error {
            SdkError::ServiceError(e) => match e.err() {
                TransactWriteItemsError::TransactionCanceledException(cancelled) => {
                    let reasons = cancelled.cancellation_reasons().iter();
                    reasons.map(|reason| reason.code().unwrap_or_default().to_owned()).collect()
                }
                _ => return Err(Error::of("applying a change")(error)),
            },
            _ => return Err(Error::of("applying a change")(error)),
        };
        if codes.first().is_some_and(|code| code == "ConditionalCheckFailed") {
            let get = self.client.get_item().table_name(&self.table).set_key(Some(change_key(change)));
            let got = get.consistent_read(true).send().await.map_err(Error::of("reading an applied change"))?;
            return match got.item {
                Some(item) => Ok(Attempt::Repeated(Box::new(parsed(&item, "outcome")?))),
                None => Ok(Attempt::Again(None)),
            };
        }
        let again = ["ConditionalCheckFailed", "TransactionConflict", "ThrottlingError"];
        if codes.iter().any(|code| again.contains(&code.as_str())) {
            return Ok(Attempt::Again(Some(Box::new(error))));
        }
        Err(Error::of("applying a change")(error))
    }
}

fn change_key(change: &Change) -> Item {
    key(format!("CHANGE#{}#{}", change.alert_id, change.id), "CHANGE")
}

pub(crate) fn put_new(table: &str, item: Item) -> TransactWriteItem {
    let put = PutOp::builder().table_name(table).set_item(Some(item));
    let put = put.condition_expression("attribute_not_exists(pk)").build().expect("table and item are set");
    TransactWriteItem::builder().put(put).build()
}
