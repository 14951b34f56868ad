//! Status and assignee, changed for one alert or for many.
//!
//! Every change is on `changes.fifo` before anything else happens; then the same change is applied here as well, so that
//! a client reads its own write. Whoever comes second, this function or sync-fanout, finds it done.

use crate::alerts::{alert_id, no_such_alert};
use crate::answer::Answer;
use crate::problem::Problem;
use crate::{Api, Call, random};
use alert::change::{Action, Assignee, Change};
use alert::comment::MAX_CHARS as MAX_COMMENT_CHARS;
use alert::fields::Fields;
use alert::{Actor, AlertId, ChangeId, Origin, Status, UserId};
use futures::future::{join_all, try_join_all};
use runtime::log::chain;
use store::Applied;
use tracing::warn;

/// How many alerts one request may change.
const MAX_IDS: usize = 100;

/// How many alerts are worked on at once.
const AT_ONCE: usize = 16;

/// What a body asks for.
#[derive(Debug)]
struct Wanted {
    status: Option<(Status, Option<String>)>,
    /// The assignee's id, or nobody.
    assignee: Option<Option<String>>,
}

impl Wanted {
    /// Takes `status`, `comment` and `assignee` out of `fields`; what is wrong is noted there.
    fn read(fields: &mut Fields) -> Self {
        let assignee = fields.has("assignee").then(|| fields.string("assignee"));
        let named_status = fields.has("status");
        let status = fields.one_of("status", &Status::ALL, Status::as_str);
        let comment = fields.string("comment").filter(|comment| !comment.trim().is_empty());
        if comment.as_deref().is_some_and(|comment| comment.chars().count() > MAX_COMMENT_CHARS) {
            fields.refuse("comment", format!("must be at most {MAX_COMMENT_CHARS} characters"));
        }
        if comment.is_some() && !named_status {
            fields.refuse("comment", "needs a status beside it; other comments go to /alert-comments");
        }
        if !named_status && assignee.is_none() {
            fields.refuse("", "must have a status or an assignee");
        }
        Self { status: status.map(|status| (status, comment)), assignee }
    }
}

impl Api {
    /// `PATCH /alerts/{id}`.
    pub(crate) async fn change_alert(&self, call: &Call<'_>) -> Result<Answer, Problem> {
        let mut fields = Fields::parse(call.body)?;
        let wanted = Wanted::read(&mut fields);
        fields.finish_strict()?;
        self.change(call, vec![alert_id(&call.id)?], wanted).await
    }

    /// `PATCH /alerts`.
    pub(crate) async fn change_alerts(&self, call: &Call<'_>) -> Result<Answer, Problem> {
        let mut fields = Fields::parse(call.body)?;
        if !fields.has("ids") {
            fields.refuse("ids", "is required");
        }
        let listed = fields.strings("ids");
        if listed.as_ref().is_some_and(|ids| ids.is_empty() || ids.len() > MAX_IDS) {
            fields.refuse("ids", format!("must have 1 to {MAX_IDS} ids"));
        }
        let mut ids: Vec<AlertId> = Vec::new();
        for (index, text) in listed.unwrap_or_default().into_iter().enumerate() {
            match AlertId::new(text) {
                Ok(id) if ids.contains(&id) => {}
                Ok(id) => ids.push(id),
                Err(error) => fields.refuse(format!("ids[{index}]"), error.to_string()),
            }
        }
        let wanted = Wanted::read(&mut fields);
        fields.finish_strict()?;
        self.change(call, ids, wanted).await
    }

    async fn change(&self, call: &Call<'_>, ids: Vec<AlertId>, wanted: Wanted) -> Result<Answer, Problem> {
        let mut actions = Vec::new();
        if let Some((status, comment)) = wanted.status {
            actions.push(Action::SetStatus { status, comment });
        }
        if let Some(id) = wanted.assignee {
            actions.push(Action::Assign { assignee: self.assignee(id).await? });
        }
        if actions.is_empty() {
            return Err(Problem::field("status", "must not be null without an assignee"));
        }
        self.must_exist(&ids).await?;
        let of_alert = |id: AlertId| actions.iter().map(|action| call.change(&id, action.clone())).collect();
        let changes: Vec<Vec<Change>> = ids.into_iter().map(of_alert).collect();
        for some in changes.chunks(AT_ONCE) {
            try_join_all(some.iter().map(|changes| self.enqueue(changes))).await?;
        }
        for some in changes.chunks(AT_ONCE) {
            join_all(some.iter().map(|changes| self.apply_all(changes))).await;
        }
        Ok(Answer::done())
    }

    /// The registered user with this id.
    async fn assignee(&self, id: Option<String>) -> Result<Option<Assignee>, Problem> {
        let Some(text) = id else { return Ok(None) };
        let user = match UserId::new(text.as_str()) {
            Ok(id) => self.store.user(&id).await?,
            Err(_) => None,
        };
        let Some(user) = user else {
            return Err(Problem::field(
                "assignee",
                format!("must be the id of a registered user, and {text:?} is not"),
            ));
        };
        user.assignable().map(Some).ok_or_else(|| {
            Problem::field(
                "assignee",
                format!("must be a user with the permission ViewAlerts, and {text:?} has it not"),
            )
        })
    }

    async fn must_exist(&self, ids: &[AlertId]) -> Result<(), Problem> {
        for some in ids.chunks(AT_ONCE) {
            let found = try_join_all(some.iter().map(|id| self.store.get_alert(id))).await?;
            if let Some((id, _)) = some.iter().zip(&found).find(|(_, found)| found.is_none()) {
                return Err(no_such_alert(id.as_str()));
            }
        }
        Ok(())
    }

    async fn enqueue(&self, changes: &[Change]) -> Result<(), Problem> {
        for change in changes {
            self.enqueue_change(change).await?;
        }
        Ok(())
    }

    async fn apply_all(&self, changes: &[Change]) {
        for change in changes {
            self.apply(change).await;
        }
    }

    /// Applies a change that is on its queue. That it fails here is no failure of the request: sync-fanout applies it.
    pub(crate) async fn apply(&self, change: &Change) -> Option<Applied> {
        match self.store.apply_change(change, change.at).await {
            Ok(applied) => applied,
            Err(error) => {
                let (alert, change) = (change.alert_id.as_str(), change.id.as_str());
                warn!(alert.id = alert, change.id = change, error = chain(&error), "queued change not applied here");
                None
            }
        }
    }
}

impl Call<'_> {
    /// The change that does `action` to an alert, in the name of the calling key. With an `Idempotency-Key` the same
    /// request always makes the same change.
    pub(crate) fn change(&self, alert_id: &AlertId, action: Action) -> Change {
        let id = match &self.idempotency_key {
            None => ChangeId::new(random::id()).expect("hex digits are an id"),
            Some(key) => {
                let (field, value) = match &action {
                    Action::SetStatus { status, comment } => {
                        ("status", format!("{status} {}", comment.as_deref().unwrap_or_default()))
                    }
                    Action::Assign { assignee } => {
                        ("assignee", assignee.as_ref().map_or_else(String::new, |who| who.id.to_string()))
                    }
                    Action::Comment { body, .. } => ("comment", body.clone()),
                    // Nothing here makes these; what is edited is edited where it was written.
                    Action::EditComment { source, .. } | Action::DeleteComment { source } => {
                        ("message", format!("{} {}", source.channel, source.ts))
                    }
                    // Boomerangs are sent and answered in Slack; no request makes such a change.
                    Action::SendBoomerang { .. }
                    | Action::AnswerBoomerang { .. }
                    | Action::CancelBoomerang { .. }
                    | Action::NoteOverdueBoomerang { .. }
                    | Action::NoteUndeliveredBoomerang { .. } => ("boomerang", String::new()),
                    Action::TriageByAi { triage } => {
                        ("ai-triage", serde_json::to_string(triage).expect("a triage is JSON"))
                    }
                    // Asked for in Slack only.
                    Action::ShowDetails { .. } | Action::ShowIntel { .. } => ("details", String::new()),
                };
                let parts = ["api", &self.caller.id, key, alert_id.as_str(), field, &value];
                ChangeId::derive(&parts.map(str::as_bytes))
            }
        };
        Change {
            id,
            alert_id: alert_id.clone(),
            at: self.now,
            actor: Actor::ApiKey { id: self.caller.id.clone(), name: self.caller.name.clone() },
            origin: Origin::Api,
            seen_seq: None,
            action,
        }
    }
}
