//! Boomerangs: the modal that sends one, what it is checked for, and the clicks that answer and cancel.
//!
//! Who sends must be allowed to manage alerts. Who answers need not be registered at all: they must be the person who
//! was asked, in good standing with our Slack. Who cancels must have asked, or be allowed to manage alerts.

use crate::clicks::{Click, actor, tell};
use crate::identity::Identity;
use crate::requests::Answered;
use crate::{Error, Interactions, answer};
use ::identity::{Who, who_is};
use alert::boomerang::{self, End, MAX_OPEN, Recipient, Refused, Verdict};
use alert::{Action, Actor, AlertId, Boomerang, Change, ChangeId, Origin, Permission};
use jiff::Timestamp;
use runtime::log::chain;
use serde_json::json;
use slack::client::{self, Api, SlackProfile};
use slack::control::{
    ACTION_ANSWER, ACTION_CANCEL, ACTION_CONFIRM, ACTION_REPORT, Button, ModalContext, QUESTION_ACTION, QUESTION_BLOCK,
    RECIPIENT_ACTION, RECIPIENT_BLOCK, SHARE_ACTION, SHARE_BLOCK, SHARED, answer_block_id, parse_boomerang_block_id,
};
use slack::identity::{askable, name_in_slack};
use slack::inbound::{ActionTaken, BlockActions, ViewSubmission};
use slack::refusal::{Verdict as Refusal, verdict};
use slack::{modal, say};
use std::time::Duration;

/// How long a submission waits for what Slack knows of the recipient: the person must be answered within 3 seconds. What
/// is not known by then, sync-fanout finds out.
const REACH: Duration = Duration::from_millis(2000);

/// A click on a button of a boomerang.
#[derive(Debug)]
pub(crate) struct BoomerangClick<'a> {
    slack_user: &'a str,
    channel: &'a str,
    message_ts: &'a str,
    thread_ts: Option<&'a str>,
    alert_id: AlertId,
    boomerang: ChangeId,
    taken: &'a ActionTaken,
    wish: Wish,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Wish {
    Answer(Verdict, Option<String>),
    Cancel,
}

/// Whether a recipient can be asked.
enum Reach {
    /// In this conversation.
    At { name: String, conversation: String },
    /// Slack did not say in time.
    Unknown { name: String },
    /// They cannot; the sentence says why and what to do.
    Refused(String),
}

impl<'a> BoomerangClick<'a> {
    /// The clicks of a payload that are on a boomerang's buttons.
    pub(crate) fn all(clicked: &'a BlockActions) -> Vec<Self> {
        let (Some(channel), Some(message_ts)) = (&clicked.container.channel, &clicked.container.message_ts) else {
            return Vec::new();
        };
        let click = |taken: &'a ActionTaken| {
            let button = match taken.action_id.as_str() {
                ACTION_CONFIRM | ACTION_REPORT => Button::Answer,
                ACTION_CANCEL => Button::Cancel,
                _ => return None,
            };
            let (alert_id, boomerang) = parse_boomerang_block_id(button, &taken.block_id)?;
            let written = || clicked.values.text(&answer_block_id(&boomerang), ACTION_ANSWER).map(str::to_owned);
            let wish = match taken.action_id.as_str() {
                ACTION_CONFIRM => Wish::Answer(Verdict::Confirmed, written()),
                ACTION_REPORT => Wish::Answer(Verdict::Suspicious, written()),
                _ => Wish::Cancel,
            };
            let (slack_user, thread_ts) = (&clicked.user.id, clicked.container.thread_ts.as_deref());
            Some(Self { slack_user, channel, message_ts, thread_ts, alert_id, boomerang, taken, wish })
        };
        clicked.actions.iter().filter_map(click).collect()
    }

    fn change(&self, actor: Actor, now: Timestamp) -> Change {
        let taken = self.taken;
        let parts = [self.slack_user, self.channel, self.message_ts, &taken.action_id, &taken.action_ts];
        let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
        let boomerang = self.boomerang.clone();
        let action = match self.wish.clone() {
            Wish::Answer(verdict, answer) => Action::AnswerBoomerang { boomerang, verdict, answer },
            Wish::Cancel => Action::CancelBoomerang { boomerang },
        };
        Change {
            id: ChangeId::derive(&parts),
            alert_id: self.alert_id.clone(),
            at: now,
            actor,
            origin: origin(self.channel, self.message_ts, self.slack_user),
            seen_seq: None,
            action,
        }
    }
}

fn origin(channel: &str, message_ts: &str, user: &str) -> Origin {
    Origin::Slack { channel: channel.to_owned(), message_ts: message_ts.to_owned(), user: user.to_owned() }
}

impl Interactions {
    /// Opens the modal that sends a boomerang: only now, for the trigger lives 3 seconds.
    pub(crate) async fn ask_whom_and_what(&self, slack: &Api<'_>, click: &Click<'_>) -> &'static str {
        let Some(trigger_id) = click.trigger_id else { return "no trigger" };
        let (alert, history) = tokio::join!(self.store.get_alert(&click.alert_id), self.store.history(&click.alert_id));
        let alert = match (alert, history) {
            (Ok(None), _) => return self.refuse(slack, click, say::unknown_alert()).await,
            (Ok(Some(_)), Ok(history)) if boomerang::open(&history) >= MAX_OPEN => {
                return self.refuse(slack, click, &say::boomerang_refused(&Refused::TooManyOpen)).await;
            }
            (Ok(Some(alert)), Ok(_)) => alert,
            (Err(error), _) | (_, Err(error)) => {
                tracing::error!(alert.id = click.alert_id.as_str(), error = chain(&error), "no alert for the modal");
                return self.refuse(slack, click, say::try_again()).await;
            }
        };
        match slack.open_view(trigger_id, &modal::boomerang(&click.context(), &alert)).await {
            Ok(()) => "modal opened",
            Err(error) => {
                tracing::warn!(alert.id = click.alert_id.as_str(), error = chain(&error), "modal not opened");
                self.refuse(slack, click, say::boomerang_too_late()).await
            }
        }
    }

    /// The modal was submitted: the boomerang is sent, if the recipient can be asked. `workspace` names the installation
    /// in which it was, whose people its recipient is one of.
    pub(crate) async fn send_boomerang(
        &self,
        slack: &Api<'_>,
        workspace: Option<&str>,
        submission: &ViewSubmission,
        now: Timestamp,
    ) -> Result<Answered, Error> {
        let Some(context) = ModalContext::from_private_metadata(&submission.private_metadata) else {
            return Ok(("malformed", answer::status(400)));
        };
        let values = &submission.values;
        let refuse = |block: &str, sentence: &str| {
            Ok(("refused", answer::json(&json!({"response_action": "errors", "errors": {block: sentence}}))))
        };
        let Some(recipient) = values.user(RECIPIENT_BLOCK, RECIPIENT_ACTION) else {
            return refuse(RECIPIENT_BLOCK, say::missing_input());
        };
        let Some(question) = values.text(QUESTION_BLOCK, QUESTION_ACTION) else {
            return refuse(QUESTION_BLOCK, say::missing_input());
        };
        let (asker, reach, history) = tokio::join!(
            self.identify(slack, &submission.user.id, Permission::ManageAlerts),
            self.reach(slack, recipient),
            self.store.history(&context.alert_id)
        );
        // A modal can say what went wrong, where a plain failure would only keep it open.
        let failed = |error: &Error| {
            tracing::error!(error = chain(error), "submission failed");
            refuse(QUESTION_BLOCK, say::try_again())
        };
        let user = match asker {
            Ok(Identity::Known(user)) => user,
            Ok(Identity::Refused(sentence)) => return refuse(QUESTION_BLOCK, &sentence),
            Err(error) => return failed(&error),
        };
        // A history that cannot be read now is looked at when the change is applied.
        if history.is_ok_and(|history| boomerang::open(&history) >= MAX_OPEN) {
            return refuse(QUESTION_BLOCK, &say::boomerang_refused(&Refused::TooManyOpen));
        }
        let (name, conversation) = match reach {
            Reach::At { name, conversation } => (name, Some(conversation)),
            Reach::Unknown { name } => (name, None),
            Reach::Refused(sentence) => return refuse(RECIPIENT_BLOCK, &sentence),
        };
        let change = Change {
            // A modal is submitted once: its id is the change's, and so the boomerang's.
            id: ChangeId::derive(&[b"view", submission.view_id.as_bytes()]),
            alert_id: context.alert_id,
            at: now,
            actor: actor(&user, &submission.user.id),
            origin: origin(&context.channel, &context.message_ts, &submission.user.id),
            seen_seq: None,
            action: Action::SendBoomerang {
                recipient: Recipient { slack_user: recipient.to_owned(), name },
                question: question.to_owned(),
                shares_event: values.checked(SHARE_BLOCK, SHARE_ACTION, SHARED),
                workspace: workspace.map(str::to_owned),
                conversation,
            },
        };
        match self.queue(&change).await {
            Ok(()) => Ok(("boomerang sent", answer::ok())),
            Err(error) => failed(&error),
        }
    }

    /// Whether the recipient can be asked: a person of our own Slack, to whom Slack lets us write.
    async fn reach(&self, slack: &Api<'_>, recipient: &str) -> Reach {
        let mut name = String::new();
        let asked = async {
            let (profile, home) = tokio::join!(slack.user_info(recipient), self.home(slack));
            let profile = profile.map_err(|error| unreachable(&error))?;
            name.clone_from(&profile.real_name);
            let Ok(home) = home else { return Err(None) };
            askable(&profile, &home).map_err(|refused| Some(say::not_askable(refused.reason).to_owned()))?;
            slack.open_conversation(recipient).await.map_err(|error| unreachable(&error))
        };
        match tokio::time::timeout(REACH, asked).await {
            Ok(Ok(conversation)) => Reach::At { name, conversation },
            Ok(Err(Some(sentence))) => Reach::Refused(sentence),
            Ok(Err(None)) | Err(_) => Reach::Unknown { name },
        }
    }

    /// Does what a click on a boomerang asks for, and returns a word for the log.
    pub(crate) async fn boomerang_click(
        &self,
        slack: &Api<'_>,
        workspace: Option<&str>,
        click: &BoomerangClick<'_>,
        now: Timestamp,
    ) -> Result<&'static str, Error> {
        let refused = async |sentence: &str| {
            tell(slack, click.channel, click.slack_user, click.thread_ts, sentence).await;
            Ok("refused")
        };
        let history = self.store.history(&click.alert_id);
        let (actor, history) = match click.wish {
            Wish::Answer(..) => tokio::try_join!(self.vouch(slack, click.slack_user), async { Ok(history.await?) })?,
            Wish::Cancel => {
                let history = history.await?;
                (self.canceller(slack, workspace, click, &history).await?, history)
            }
        };
        let actor = match actor {
            Ok(actor) => actor,
            Err(sentence) => return refused(&sentence).await,
        };
        let change = click.change(actor, now);
        // The same click once more: it has had its effect, and nobody wonders.
        if history.iter().any(|activity| activity.change_id == change.id) {
            return Ok("repeated");
        }
        if let Some(refusal) = refusal(&history, click) {
            return refused(&say::boomerang_refused(&refusal)).await;
        }
        self.queue(&change).await?;
        Ok("queued")
    }

    /// Who answers, if they are a person in good standing with our Slack; registered or not.
    async fn vouch(&self, slack: &Api<'_>, slack_user: &str) -> Result<Result<Actor, String>, Error> {
        let (profile, home) = tokio::join!(slack.user_info(slack_user), self.home(slack));
        let (profile, home): (SlackProfile, _) = (profile?, home?);
        if let Err(refused) = askable(&profile, &home) {
            return Ok(Err(say::refused(refused.reason).to_owned()));
        }
        Ok(Ok(match who_is(&self.store, &profile, &home).await? {
            Who::Registered(user) => actor(&user, slack_user),
            Who::Unregistered { .. } | Who::Refused(_) => {
                Actor::SlackUser { id: slack_user.to_owned(), name: name_in_slack(&profile) }
            }
        }))
    }

    /// Who cancels: somebody who may manage alerts, or who asked.
    async fn canceller(
        &self,
        slack: &Api<'_>,
        workspace: Option<&str>,
        click: &BoomerangClick<'_>,
        history: &[alert::Activity],
    ) -> Result<Result<Actor, String>, Error> {
        match self.identify(slack, click.slack_user, Permission::ManageAlerts).await? {
            Identity::Known(user) => Ok(Ok(actor(&user, click.slack_user))),
            Identity::Refused(sentence) => {
                let known = boomerang::find(history, &click.boomerang);
                // The same id in another workspace is somebody else.
                let asked = known.is_some_and(|known| {
                    known.workspace.as_deref() == workspace && known.asker.slack_user() == Some(click.slack_user)
                });
                if asked { self.vouch(slack, click.slack_user).await } else { Ok(Err(sentence)) }
            }
        }
    }
}

/// Why the click cannot have an effect any more, as far as is known now; when it is applied, all of it is decided again.
fn refusal(history: &[alert::Activity], click: &BoomerangClick<'_>) -> Option<Refused> {
    let Some(Boomerang { recipient, end, .. }) = boomerang::find(history, &click.boomerang) else {
        return Some(Refused::Unknown);
    };
    let answers = click.wish != Wish::Cancel;
    match end {
        _ if answers && recipient.slack_user != click.slack_user => Some(Refused::NotAsked),
        Some(End::Answered { .. }) => Some(Refused::Answered),
        Some(End::Cancelled { by }) => Some(Refused::Cancelled { by }),
        Some(End::Undelivered { .. }) if !answers => Some(Refused::Undelivered),
        Some(End::Undelivered { .. }) | None => None,
    }
}

/// What to tell whoever asks; `None` if it may pass.
fn unreachable(error: &client::Error) -> Option<String> {
    let client::Error::Refused { method, code, .. } = error else { return None };
    match verdict(method, code) {
        Refusal::Dead { .. } | Refusal::Bug { .. } => Some(say::undeliverable(method, code)),
        Refusal::RepostOnce | Refusal::CutText | Refusal::BackOff => None,
    }
}
