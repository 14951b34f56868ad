//! An AI's triage of an alert, given by whoever runs the AI.

use crate::alerts::{alert_id, no_such_alert};
use crate::answer::Answer;
use crate::problem::Problem;
use crate::{Api, Call};
use alert::ai_triage::{self, AiTriage, MOST};
use alert::change::Action;

impl Api {
    /// `PUT /alerts/{id}/ai-triage`: on its queue, then applied. What is there already is not added again, and an alert
    /// keeps 20.
    pub(crate) async fn put_ai_triage(&self, call: &Call<'_>) -> Result<Answer, Problem> {
        let triage = AiTriage::parse(call.body)?;
        let id = alert_id(&call.id)?;
        if self.store.get_alert(&id).await?.is_none() {
            return Err(no_such_alert(id.as_str()));
        }
        let history = self.store.history(&id).await?;
        if ai_triage::is_full(&history) && ai_triage::latest(&history) != Some(&triage) {
            let rule = format!("must be one of the alert's first {MOST}: it has as many");
            return Err(Problem::field("", rule));
        }
        let change = call.change(&id, Action::TriageByAi { triage });
        self.enqueue_change(&change).await?;
        self.apply(&change).await;
        Ok(Answer::done().about(id))
    }
}
