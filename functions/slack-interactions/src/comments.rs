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
//!
//! An edit or a deletion can overtake its post, which Slack may still have to send again. It would find no comment and
//! have no effect, so Slack is asked for it again, too, while the post may still come.

use crate::requests::Answered;
use crate::{Error, Interactions, answer};
use alert::delivery::MessageRef;
use alert::place::Place;
use alert::{Action, Actor, AlertId, Change, ChangeId, Destination, Origin, comment};
use jiff::{SignedDuration, Timestamp};
use slack::client::Api;
use slack::inbound::{Happened, ThreadMessage};
use store::MessageOwner;

/// Slack sends an event again this often. On the last time a comment is taken even if Slack cannot say who wrote it.
const LAST_RETRY: u32 = 3;

/// How long after it was written a message's post may still come: Slack sends it for the last time after some six
/// minutes.
const POST_MAY_COME: SignedDuration = SignedDuration::from_mins(10);

/// What an edit or a deletion is answered with whose post has not been taken: no 2xx, so that Slack sends it again, and
/// no failure of ours, which would ring the alarm.
const TOO_EARLY: u16 = 409;

impl Interactions {
    /// Queues what became of a message in a thread, if it is one of ours.
    pub(crate) async fn comment(
        &self,
        slack: &Api<'_>,
        message: ThreadMessage,
        retry: u32,
        now: Timestamp,
    ) -> Result<Answered, Error> {
        let done = |outcome| Ok((outcome, answer::ok()));
        let thread = MessageRef { channel: message.channel.clone(), ts: message.thread_ts.clone() };
        let Some(owner) = self.owner(slack, &thread, message.in_our_thread).await? else {
            return done("not an alert's thread");
        };
        let source = match self.store.destination(&owner.destination_id).await? {
            Some(Destination { settings, place, .. }) if settings.two_way_comments => {
                let may_come = retry < LAST_RETRY && may_still_come(&message.ts, now);
                match self.written_as(&place, &owner.alert_id, &message, may_come).await? {
                    Some(source) => source,
                    None => return Ok(("the comment is still to come", answer::status(TOO_EARLY))),
                }
            }
            Some(_) => return done("comments are not synced"),
            None => return done("the destination was deleted"),
        };
        let actor = match message.what {
            Happened::Posted { .. } | Happened::Edited { .. } => self.author(slack, &message.user, retry).await?,
            // It may have been its author, an administrator, or a rule of the workspace: Slack does not say.
            Happened::Deleted => Actor::System,
        };
        self.queue(&change(owner, thread, source, message, actor, now)).await?;
        done("comment queued")
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
    /// knows the comment by the one of then. `None` if what was changed is not in the history, and `may_come`.
    async fn written_as(
        &self,
        place: &Place,
        alert: &AlertId,
        message: &ThreadMessage,
        may_come: bool,
    ) -> Result<Option<MessageRef>, Error> {
        let under = |id: &str| MessageRef { channel: id.to_owned(), ts: message.ts.clone() };
        let now = under(&message.channel);
        match message.what {
            Happened::Posted { .. } => return Ok(Some(now)),
            Happened::Edited { .. } | Happened::Deleted => {}
        }
        let present = place.channel_id.as_ref() == Some(&message.channel);
        let former = if present { place.former_ids.as_slice() } else { &[] };
        if former.is_empty() && !may_come {
            return Ok(Some(now));
        }
        let history = self.store.history(alert).await?;
        let mut known = former.iter().map(|id| under(id)).chain([now.clone()]);
        let known = known.find(|source| comment::written_as(&history, source).is_some());
        Ok(known.or_else(|| (!may_come).then_some(now)))
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

/// Whether Slack may still have to send that a message was written.
fn may_still_come(ts: &str, now: Timestamp) -> bool {
    let written = ts.split('.').next().and_then(|seconds| Timestamp::from_second(seconds.parse().ok()?).ok());
    written.is_some_and(|written| now.duration_since(written) < POST_MAY_COME)
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
