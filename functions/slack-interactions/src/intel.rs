//! Details and threat intelligence: who may see alerts may ask for both, from an alert's message.
//!
//! Nothing is looked up here, where a person waits: a change is queued, and sync-fanout fills in what others know before
//! it applies it.

use crate::clicks::{Click, actor, tell};
use crate::identity::Identity;
use crate::{Error, Interactions};
use alert::intel::Intel;
use alert::{Action, Change, ChangeId, Origin, Permission, User};
use jiff::Timestamp;
use runtime::log::chain;
use slack::client::Api;
use slack::control::{ACTION_ANALYSE, INTEL_VIEW, ModalContext, indicator_value};
use slack::inbound::{ActionTaken, BlockActions};
use slack::{modal, say};
use std::collections::BTreeMap;
use std::time::Duration;

/// How long the modal may take to say what was chosen: the change is durable by then, and Slack waits 3 s in all.
const UPDATE: Duration = Duration::from_millis(800);

/// A value was chosen in the modal.
#[derive(Debug)]
pub(crate) struct Choice<'a> {
    slack_user: &'a str,
    view_id: &'a str,
    context: ModalContext,
    /// What stands for the value, an [`indicator_value`].
    value: &'a str,
    /// When, as Slack says it: the same if it says so again.
    chosen_at: &'a str,
}

impl<'a> Choice<'a> {
    /// The choices of a payload.
    pub(crate) fn all(clicked: &'a BlockActions) -> Vec<Self> {
        let Some(view) = clicked.view.as_ref().filter(|view| view.callback_id == INTEL_VIEW) else {
            return Vec::new();
        };
        let Some(context) = ModalContext::from_private_metadata(&view.private_metadata) else { return Vec::new() };
        let choice = |taken: &'a ActionTaken| {
            let (slack_user, view_id, context) = (&clicked.user.id, &view.id, context.clone());
            Some(Self { slack_user, view_id, context, value: taken.value.as_deref()?, chosen_at: &taken.action_ts })
        };
        clicked.actions.iter().filter(|taken| taken.action_id == ACTION_ANALYSE).filter_map(choice).collect()
    }

    /// The same choice, however often Slack sends it, is the same question; chosen anew it is another.
    fn change(&self, user: &User, intel: Intel, now: Timestamp) -> Change {
        let ModalContext { alert_id, seen_seq, channel, message_ts, thread_ts: _ } = self.context.clone();
        Change {
            id: ChangeId::derive(&["intel", self.view_id, self.value, self.chosen_at].map(str::as_bytes)),
            alert_id,
            at: now,
            actor: actor(user, self.slack_user),
            origin: Origin::Slack { channel, message_ts, user: self.slack_user.to_owned() },
            seen_seq: Some(seen_seq),
            action: Action::ShowIntel { intel },
        }
    }
}

impl Interactions {
    /// Shows the details in the thread. Clicked twice on the message as it was drawn once, it is one question.
    pub(crate) async fn show_details(&self, click: &Click<'_>, user: &User, now: Timestamp) -> Result<(), Error> {
        let action = Action::ShowDetails { places: BTreeMap::new() };
        let change = Change { id: click.id_on_this_drawing(), ..click.change(user, action, now) };
        self.queue(&change).await
    }

    /// Opens the modal in which a value is chosen: only now, for the trigger lives 3 seconds.
    pub(crate) async fn ask_which_value(&self, slack: &Api<'_>, click: &Click<'_>) -> &'static str {
        let Some(trigger_id) = click.trigger_id else { return "no trigger" };
        let (alert, providers) = tokio::join!(self.store.get_alert(&click.alert_id), self.intel.providers());
        let alert = match alert {
            Ok(Some(alert)) => alert,
            Ok(None) => return self.refuse(slack, click, say::unknown_alert()).await,
            Err(error) => {
                tracing::error!(alert.id = click.alert_id.as_str(), error = chain(&error), "no alert for the modal");
                return self.refuse(slack, click, say::try_again()).await;
            }
        };
        let Some(view) = modal::intel(&click.context(), &providers.offered(&alert.content), None) else {
            return self.refuse(slack, click, say::nothing_to_analyse()).await;
        };
        match slack.open_view(trigger_id, &view).await {
            Ok(()) => "modal opened",
            Err(error) => {
                tracing::warn!(alert.id = click.alert_id.as_str(), error = chain(&error), "modal not opened");
                self.refuse(slack, click, say::intel_too_late()).await
            }
        }
    }

    /// Has the chosen value analysed, and says so in the modal, in which another can be chosen. What comes back from
    /// Slack is looked for among the alert's own values: nothing else is ever asked about.
    pub(crate) async fn analyse(
        &self,
        slack: &Api<'_>,
        choice: &Choice<'_>,
        now: Timestamp,
    ) -> Result<&'static str, Error> {
        let ModalContext { alert_id, channel, thread_ts, .. } = &choice.context;
        let refused = async |sentence: &str| {
            tell(slack, channel, choice.slack_user, thread_ts.as_deref(), sentence).await;
            Ok("refused")
        };
        let (identity, alert, providers) = tokio::join!(
            self.identify(slack, choice.slack_user, Permission::ViewAlerts),
            self.store.get_alert(alert_id),
            self.intel.providers()
        );
        let user = match identity? {
            Identity::Known(user) => user,
            Identity::Refused(sentence) => return refused(&sentence).await,
        };
        let Some(alert) = alert? else { return refused(say::unknown_alert()).await };
        let values = providers.offered(&alert.content);
        let Some(chosen) = values.iter().find(|value| indicator_value(value) == choice.value) else {
            return refused(say::unknown_choice()).await;
        };
        let intel = Intel { indicator: chosen.clone(), answers: Vec::new() };
        self.queue(&choice.change(&user, intel, now)).await?;
        let asked = say::intel_asked(&providers.asked(chosen), &chosen.value);
        if let Some(view) = modal::intel(&choice.context, &values, Some(&asked)) {
            let updated = tokio::time::timeout(UPDATE, slack.update_view(choice.view_id, &view)).await;
            if !matches!(updated, Ok(Ok(()))) {
                tracing::warn!(alert.id = alert_id.as_str(), "modal not updated");
            }
        }
        Ok("queued")
    }
}
