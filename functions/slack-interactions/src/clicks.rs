//! Clicks on an alert's message, and the changes they make.

use crate::identity::Identity;
use crate::{Error, Interactions};
use alert::delivery::MessageRef;
use alert::{
    Action, Actor, AlertId, Assignee, Change, ChangeId, ChangeMessage, Origin, Permission, Status, User, UserId,
};
use jiff::Timestamp;
use runtime::log::chain;
use slack::client::Api;
use slack::control::{
    self, ACTION_ASSIGN, ACTION_BOOMERANG, ACTION_DETAILS, ACTION_INTEL, ACTION_STATUS, ModalContext, UNASSIGN,
};
use slack::inbound::{ActionTaken, BlockActions, ViewSubmission};
use slack::message::Message;
use slack::{modal, say};
use std::time::Duration;

/// After a refusal a message is drawn anew at most once in so many seconds, whoever clicks and however often: who may
/// change nothing must not spend what Slack lets us update.
const REST_S: u64 = 5;

/// How long an answer waits for the queue to take what is only a courtesy.
const COURTESY: Duration = Duration::from_secs(1);

/// A click on one of our controls.
#[derive(Debug)]
pub(crate) struct Click<'a> {
    pub(crate) slack_user: &'a str,
    channel: &'a str,
    message_ts: &'a str,
    thread_ts: Option<&'a str>,
    pub(crate) trigger_id: Option<&'a str>,
    pub(crate) alert_id: AlertId,
    seen_seq: u64,
    taken: &'a ActionTaken,
}

impl<'a> Click<'a> {
    /// The clicks of a payload that are on controls of ours which do something.
    pub(crate) fn all(clicked: &'a BlockActions) -> Vec<Self> {
        let (Some(channel), Some(message_ts)) = (&clicked.container.channel, &clicked.container.message_ts) else {
            return Vec::new();
        };
        let click = |taken: &'a ActionTaken| {
            let (alert_id, seen_seq) = control::parse_block_id(&taken.block_id)?;
            Some(Self {
                slack_user: &clicked.user.id,
                channel,
                message_ts,
                thread_ts: clicked.container.thread_ts.as_deref(),
                trigger_id: clicked.trigger_id.as_deref(),
                alert_id,
                seen_seq,
                taken,
            })
        };
        let known = [ACTION_ASSIGN, ACTION_STATUS, ACTION_BOOMERANG, ACTION_DETAILS, ACTION_INTEL];
        let acts = |taken: &&ActionTaken| known.contains(&taken.action_id.as_str());
        clicked.actions.iter().filter(acts).filter_map(click).collect()
    }

    /// The same for the same click, however often Slack or anybody else sends it.
    fn change_id(&self) -> ChangeId {
        let taken = self.taken;
        let value = taken.value.as_deref().unwrap_or_default();
        let parts = [self.slack_user, self.channel, self.message_ts, &taken.action_id, &taken.action_ts, value];
        let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
        ChangeId::derive(&parts)
    }

    /// The same for every click on this control until the message is drawn anew, which gives its block another id.
    pub(crate) fn id_on_this_drawing(&self) -> ChangeId {
        let parts = [self.channel, self.message_ts, &self.taken.action_id, &self.taken.block_id];
        let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
        ChangeId::derive(&parts)
    }

    /// How SQS knows a second message that would draw this one anew within [`REST_S`]: by the message and Slack's time
    /// of the click. `None` if the control shows no choice.
    fn drawing(&self) -> Option<String> {
        if ![ACTION_STATUS, ACTION_ASSIGN].contains(&self.taken.action_id.as_str()) {
            return None;
        }
        let seconds = self.taken.action_ts.split('.').next().and_then(|seconds| seconds.parse::<u64>().ok());
        let rest = (seconds.unwrap_or_default() / REST_S).to_be_bytes();
        let parts = [self.channel.as_bytes(), self.message_ts.as_bytes(), &rest];
        Some(format!("redraw:{}", ChangeId::derive(&parts)))
    }

    /// What a modal that the click opens must remember of it.
    pub(crate) fn context(&self) -> ModalContext {
        ModalContext {
            alert_id: self.alert_id.clone(),
            seen_seq: self.seen_seq,
            channel: self.channel.to_owned(),
            message_ts: self.message_ts.to_owned(),
            thread_ts: self.thread_ts.map(str::to_owned),
        }
    }

    pub(crate) fn change(&self, user: &User, action: Action, now: Timestamp) -> Change {
        Change {
            id: self.change_id(),
            alert_id: self.alert_id.clone(),
            at: now,
            actor: actor(user, self.slack_user),
            origin: Origin::Slack {
                channel: self.channel.to_owned(),
                message_ts: self.message_ts.to_owned(),
                user: self.slack_user.to_owned(),
            },
            seen_seq: Some(self.seen_seq),
            action,
        }
    }
}

/// The change of a submitted resolution modal. A modal is submitted once: its id is the change's.
pub(crate) fn resolution(
    context: &ModalContext,
    submission: &ViewSubmission,
    comment: Option<String>,
    user: &User,
    now: Timestamp,
) -> Change {
    Change {
        id: ChangeId::derive(&[b"view", submission.view_id.as_bytes()]),
        alert_id: context.alert_id.clone(),
        at: now,
        actor: actor(user, &submission.user.id),
        origin: Origin::Slack {
            channel: context.channel.clone(),
            message_ts: context.message_ts.clone(),
            user: submission.user.id.clone(),
        },
        seen_seq: Some(context.seen_seq),
        action: Action::SetStatus { status: Status::Resolved, comment },
    }
}

pub(crate) fn actor(user: &User, slack_user: &str) -> Actor {
    Actor::User { id: user.id.clone(), name: user.name.clone(), slack_user: Some(slack_user.to_owned()) }
}

impl Interactions {
    /// Does what a click asks for, and returns a word for the log.
    pub(crate) async fn click(
        &self,
        slack: &Api<'_>,
        click: &Click<'_>,
        now: Timestamp,
    ) -> Result<&'static str, Error> {
        let action_id = click.taken.action_id.as_str();
        let needed = match action_id {
            ACTION_DETAILS | ACTION_INTEL => Permission::ViewAlerts,
            _ => Permission::ManageAlerts,
        };
        let user = match self.identify(slack, click.slack_user, needed).await? {
            Identity::Known(user) => user,
            Identity::Refused(sentence) => return Ok(self.refuse(slack, click, &sentence).await),
        };
        match action_id {
            ACTION_BOOMERANG => return Ok(self.ask_whom_and_what(slack, click).await),
            ACTION_INTEL => return Ok(self.ask_which_value(slack, click).await),
            ACTION_DETAILS => {
                self.show_details(click, &user, now).await?;
                return Ok("queued");
            }
            _ => {}
        }
        // Nothing chosen: the choice was taken back.
        let Some(value) = click.taken.value.as_deref() else { return Ok("nothing chosen") };
        let action = match click.taken.action_id.as_str() {
            ACTION_STATUS => match value.parse() {
                Ok(Status::Resolved) => return Ok(self.ask_for_resolution(slack, click).await),
                Ok(status) => Action::SetStatus { status, comment: None },
                Err(()) => return Ok(self.refuse(slack, click, say::unknown_choice()).await),
            },
            _ if value == UNASSIGN => Action::Assign { assignee: None },
            _ => match self.assignable(value).await? {
                Ok(assignee) => Action::Assign { assignee: Some(assignee) },
                Err(sentence) => return Ok(self.refuse(slack, click, &sentence).await),
            },
        };
        self.queue(&click.change(&user, action, now)).await?;
        Ok("queued")
    }

    /// Puts a change on `changes.fifo`; after that it is durable.
    pub(crate) async fn queue(&self, change: &Change) -> Result<(), Error> {
        let body = serde_json::to_string(&ChangeMessage::Change(Box::new(change.clone()))).expect("a change is JSON");
        self.changes.send_in_order(change.alert_id.as_str(), change.id.as_str(), body).await?;
        tracing::info!(alert.id = change.alert_id.as_str(), change.id = change.id.as_str(), "change queued");
        Ok(())
    }

    async fn assignable(&self, value: &str) -> Result<Result<Assignee, String>, Error> {
        let Ok(id) = UserId::new(value) else { return Ok(Err(say::unknown_choice().to_owned())) };
        Ok(match self.store.user(&id).await? {
            None => Err(say::unknown_assignee().to_owned()),
            Some(user) => user.assignable().ok_or_else(|| say::assignee_without_permission(&user.name)),
        })
    }

    /// Opens the resolution modal: only now, for the trigger lives 3 seconds.
    async fn ask_for_resolution(&self, slack: &Api<'_>, click: &Click<'_>) -> &'static str {
        let Some(trigger_id) = click.trigger_id else { return "no trigger" };
        let context = click.context();
        let title = match self.store.get_alert(&click.alert_id).await {
            Ok(Some(alert)) => alert.content.title,
            Ok(None) => return self.refuse(slack, click, say::unknown_alert()).await,
            // The title is a courtesy; the person can go on without it.
            Err(error) => {
                tracing::warn!(alert.id = click.alert_id.as_str(), error = chain(&error), "no title for the modal");
                String::new()
            }
        };
        match slack.open_view(trigger_id, &modal::resolve(&context, &title)).await {
            Ok(()) => "modal opened",
            Err(error) => {
                tracing::warn!(alert.id = click.alert_id.as_str(), error = chain(&error), "modal not opened");
                self.refuse(slack, click, say::modal_too_late()).await
            }
        }
    }

    /// Tells only the person who clicked. If Slack does not take it, nothing has changed all the same.
    pub(crate) async fn refuse(&self, slack: &Api<'_>, click: &Click<'_>, sentence: &str) -> &'static str {
        let told = tell(slack, click.channel, click.slack_user, click.thread_ts, sentence);
        tokio::join!(told, self.draw_anew(click));
        "refused"
    }

    /// Has the message show what is, if it shows to who clicked what they chose. It is a courtesy: they are answered
    /// without it too.
    async fn draw_anew(&self, click: &Click<'_>) {
        let Some(deduplication) = click.drawing() else { return };
        let clicked = MessageRef { channel: click.channel.to_owned(), ts: click.message_ts.to_owned() };
        let sync = ChangeMessage::Sync { alert_id: click.alert_id.clone(), clicked: Some(clicked) };
        let body = serde_json::to_string(&sync).expect("a message is JSON");
        let sent = self.changes.send_in_order(click.alert_id.as_str(), &deduplication, body);
        let why = match tokio::time::timeout(COURTESY, sent).await {
            Ok(Ok(())) => return,
            Ok(Err(error)) => chain(&error),
            Err(_) => "the queue is slow".to_owned(),
        };
        tracing::warn!(alert.id = click.alert_id.as_str(), error = why, "refused choice left as it is shown");
    }
}

/// Tells only one person, where they are.
pub(crate) async fn tell(slack: &Api<'_>, channel: &str, slack_user: &str, thread_ts: Option<&str>, sentence: &str) {
    let told = slack.post_ephemeral(channel, slack_user, thread_ts, &Message::plain(sentence)).await;
    if let Err(error) = told {
        tracing::warn!(slack.channel = channel, error = chain(&error), "refusal not told");
    }
}
