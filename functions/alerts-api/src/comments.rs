//! Comments on alerts: what people and programs wrote, and what they wrote when they resolved one.
//!
//! A comment's id is its alert's id and its change's, with a `~` between, which neither can contain; so one comment is
//! found without naming its alert again, as in Panther's API.

use crate::alerts::no_such_alert;
use crate::answer::{Answer, Page};
use crate::problem::Problem;
use crate::query::Query;
use crate::shapes::{ActorShape, actor};
use crate::{Api, Call, paging};
use alert::change::Action;
use alert::comment::{self, Comment, MAX_CHARS};
use alert::fields::Fields;
use alert::{Activity, ActivityKind, AlertId, ChangeId};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

/// Between the alert's id and the change's.
const BETWEEN: char = '~';

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct CommentShape<'a> {
    id: String,
    alert_id: &'a str,
    body: &'a str,
    format: &'static str,
    created_at: Timestamp,
    created_by: ActorShape<'a>,
    updated_at: Timestamp,
    updated_by: ActorShape<'a>,
    /// When its author changed it in Slack.
    edited_at: Option<Timestamp>,
}

fn shape<'a>(alert_id: &'a AlertId, comment: &Comment<'a>) -> CommentShape<'a> {
    let Comment { added, body, edited, .. } = *comment;
    let updated = edited.unwrap_or(added);
    CommentShape {
        id: format!("{alert_id}{BETWEEN}{}", added.change_id),
        alert_id: alert_id.as_str(),
        body,
        format: "PLAIN_TEXT",
        created_at: added.at,
        created_by: actor(&added.actor),
        updated_at: updated.at,
        updated_by: actor(&updated.actor),
        edited_at: edited.map(|edit| edit.at),
    }
}

impl Api {
    /// `GET /alert-comments`, oldest first. The cursor is the `seq` of the last one given.
    pub(crate) async fn list_comments(&self, query: &mut Query) -> Result<Answer, Problem> {
        let id = query.filled("alert-id").map(AlertId::new);
        match &id {
            None => query.refuse("alert-id", "is required"),
            Some(Err(error)) => query.refuse("alert-id", error.to_string()),
            Some(Ok(_)) => {}
        }
        let limit = query.limit(25, 50);
        let cursor = query.filled("cursor");
        query.check()?;
        let after: u64 = cursor.map_or(Ok(0), |text| paging::decode(&text, Value::is_u64))?;
        // Refused above unless it is there and sound.
        let Some(Ok(id)) = id else { return Err(Problem::field("alert-id", "is required")) };
        let record = self.store.load_alert(&id).await?.ok_or_else(|| no_such_alert(id.as_str()))?;
        let mut rest = comment::all(&record.activities).filter(|comment| comment.added.seq > after);
        let shown: Vec<Comment<'_>> = rest.by_ref().take(limit).collect();
        let next = rest.next().and(shown.last()).map(|last| paging::encode(&last.added.seq));
        let results = shown.iter().map(|comment| shape(&id, comment)).collect();
        Ok(Answer::ok(&Page { results, next }).about(id))
    }

    /// `GET /alert-comments/{id}`.
    pub(crate) async fn get_comment(&self, call: &Call<'_>) -> Result<Answer, Problem> {
        let missing = || Problem::no_such("comment", &call.id);
        let (alert_id, change_id) = call.id.split_once(BETWEEN).ok_or_else(missing)?;
        let alert_id = AlertId::new(alert_id).map_err(|_| missing())?;
        let record = self.store.load_alert(&alert_id).await?.ok_or_else(missing)?;
        let found = comment::all(&record.activities).find(|comment| comment.added.change_id.as_str() == change_id);
        let comment = found.ok_or_else(missing)?;
        Ok(Answer::ok(&shape(&alert_id, &comment)).about(alert_id.clone()))
    }

    /// `POST /alert-comments`: on its queue, then applied.
    pub(crate) async fn create_comment(&self, call: &Call<'_>) -> Result<Answer, Problem> {
        let mut fields = Fields::parse(call.body)?;
        let id = fields.required_string("alertId", alert::id::MAX_ID_LEN).map(AlertId::new);
        if let Some(Err(error)) = &id {
            fields.refuse("alertId", error.to_string());
        }
        let body = fields.required_string("body", MAX_CHARS);
        match fields.string("format").as_deref() {
            None | Some("PLAIN_TEXT") => {}
            Some("HTML") => fields.refuse("format", "must be PLAIN_TEXT: comments are kept and shown as text"),
            Some(_) => fields.refuse("format", "must be PLAIN_TEXT"),
        }
        fields.finish_strict()?;
        // Refused above unless both are there and sound.
        let (Some(Ok(id)), Some(body)) = (id, body) else { return Err(Problem::field("", "must be complete")) };
        if self.store.get_alert(&id).await?.is_none() {
            return Err(no_such_alert(id.as_str()));
        }
        let change = call.change(&id, Action::Comment { body: body.clone(), source: None });
        self.enqueue_change(&change).await?;
        let applied = self.apply(&change).await;
        let repeated = applied.is_some_and(|applied| !applied.first);
        let first = if repeated { self.activity_of(&id, &change.id).await? } else { None };
        let activity = first.unwrap_or(Activity {
            // Not shown, and not known if it was not applied here.
            seq: 0,
            change_id: change.id,
            at: change.at,
            actor: change.actor,
            origin: change.origin,
            kind: ActivityKind::Comment { body, source: None },
        });
        let body = activity.comment().ok_or_else(|| Problem::no_such("comment", id.as_str()))?;
        let comment = Comment { added: &activity, body, edited: None, deleted: false };
        Ok(Answer::ok(&shape(&id, &comment)).about(id.clone()))
    }

    /// What a change that was applied earlier did.
    async fn activity_of(&self, id: &AlertId, change_id: &ChangeId) -> Result<Option<Activity>, Problem> {
        let record = self.store.load_alert(id).await?;
        let activities = record.map(|record| record.activities).unwrap_or_default();
        Ok(activities.into_iter().find(|activity| activity.change_id == *change_id))
    }
}
