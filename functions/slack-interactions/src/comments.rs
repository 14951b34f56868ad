//! What people write in the threads of alerts, as comments.
//!
//! ```text
//! message event ─► a person's, in a thread? ─► whose thread is it ─► does its destination sync comments
//!                     └ 200                       └ 200                  └ 200      ─► who wrote it ─► queue ─► 200
//! ```
//!
//! What cannot be told now is answered with a failure: Slack sends the event again at once, after a minute and after
//! five (<https://docs.slack.dev/apis/events-api#retries>). A change's id follows from the message, so that whatever
//! comes again has no second effect.

use crate::{Error, Interactions};
use alert::delivery::MessageRef;
use alert::place::Place;
use alert::{Action, Actor, AlertId, Change, ChangeId, Destination, Origin, comment};
use jiff::Timestamp;
use slack::client::Api;
use slack::inbound::{Happened, ThreadMessage};
use store::MessageOwner;

/// Slack sends an event again this often. On the last time a comment is taken even if Slack cannot say who wrote it.
const LAST_RETRY: u32 = 3;

impl Interactions {
    /// Queues what became of a message in a thread, if it is one of ours; a word for the log.
    pub(crate) async fn comment(
        &self,
        slack: &Api<'_>,
        message: ThreadMessage,
        retry: u32,
        now: Timestamp,
    ) -> Result<&'static str, Error> {
        let thread = MessageRef { channel: message.channel.clone(), ts: message.thread_ts.clone() };
        let Some(owner) = self.owner(slack, &thread, message.in_our_thread).await? else {
            return Ok("not an alert's thread");
        };
        let source = match self.store.destination(&owner.destination_id).await? {
            Some(Destination { settings, place, .. }) if settings.two_way_comments => {
                self.written_as(&place, &owner.alert_id, &message).await?
            }
            Some(_) => return Ok("comments are not synced"),
            None => return Ok("the destination was deleted"),
        };
        let actor = match message.what {
            Happened::Posted { .. } | Happened::Edited { .. } => self.author(slack, &message.user, retry).await?,
            // It may have been its author, an administrator, or a rule of the workspace: Slack does not say.
            Happened::Deleted => Actor::System,
        };
        self.queue(&change(owner, thread, source, message, actor, now)).await?;
        Ok("comment queued")
    }

    /// The delivery in whose thread something was written. Its record may still be on its way, or its answer was lost:
    /// then our own message says which delivery it is.
    async fn owner(&self, slack: &Api<'_>, thread: &MessageRef, ours: bool) -> Result<Option<MessageOwner>, Error> {
        let recorded = self.store.message_owner(thread).await?;
        if recorded.is_some() || !ours {
            return Ok(recorded);
        }
        let delivery = slack.delivery_of(&thread.channel, &thread.ts).await?;
        Ok(delivery.and_then(|id| alert::Delivery::parse_id(&id)).map(|(alert_id, destination_id)| {
            tracing::info!(alert.id = alert_id.as_str(), "a comment came before the record of its message");
            MessageOwner { alert_id, destination_id }
        }))
    }

    /// The message, under the id that its channel had when it was written: a channel can get another id, and the history
    /// knows the comment by the one of then.
    async fn written_as(&self, place: &Place, alert: &AlertId, message: &ThreadMessage) -> Result<MessageRef, Error> {
        let under = |id: &str| MessageRef { channel: id.to_owned(), ts: message.ts.clone() };
        let now = under(&message.channel);
        match message.what {
            Happened::Edited { .. } | Happened::Deleted if place.channel_id.as_ref() == Some(&message.channel) => {}
            Happened::Posted { .. } | Happened::Edited { .. } | Happened::Deleted => return Ok(now),
        }
        if place.former_ids.is_empty() {
            return Ok(now);
        }
        let history = self.store.history(alert).await?;
        let mut former = place.former_ids.iter().map(|id| under(id));
        Ok(former.find(|source| comment::written_as(&history, source).is_some()).unwrap_or(now))
    }

    /// In whose name a comment stands. Whoever can write in the channel can comment.
    async fn author(&self, slack: &Api<'_>, slack_user: &str, retry: u32) -> Result<Actor, Error> {
        match self.poster(slack, slack_user).await {
            Err(error) if retry >= LAST_RETRY => {
                tracing::warn!(error = runtime::log::chain(&error), "a comment is taken without its author's name");
                Ok(Actor::SlackUser { id: slack_user.to_owned(), name: format!("Slack user {slack_user}") })
            }
            poster => poster,
        }
    }
}

fn change(
    owner: MessageOwner,
    thread: MessageRef,
    source: MessageRef,
    message: ThreadMessage,
    actor: Actor,
    now: Timestamp,
) -> Change {
    let ThreadMessage { channel, ts, user, what, .. } = message;
    let id = |what: &str| ChangeId::derive(&["message", &channel, &ts, what].map(str::as_bytes));
    let (id, action) = match what {
        Happened::Posted { body } => (id("posted"), Action::Comment { body, source: Some(source) }),
        Happened::Edited { body, revision } => {
            (id(&format!("edited {revision}")), Action::EditComment { source, body, revision })
        }
        Happened::Deleted => (id("deleted"), Action::DeleteComment { source }),
    };
    let origin = Origin::Slack { channel, message_ts: thread.ts, user };
    Change { id, alert_id: owner.alert_id, at: now, actor, origin, seen_seq: None, action }
}
