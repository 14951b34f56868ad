//! The destination kind "Slack Bot": one message in a channel, one thread reply for each activity.
//!
//! ```text
//! claim (what will be posted is noted as in flight)
//!   │ something was in flight before: look for it in Slack ──► there: take it ── not there: post it ── cannot tell: UNCERTAIN
//!   ├─ no message yet: post it
//!   ├─ else: update it to the alert's present state
//!   ├─ each activity that reaches the destination and is not in the thread: reply, record, next
//!   │    (details whose event is too long: the event as a file, too)
//!   │    (an edited comment: its reply is looked for and updated; if it is not there, nothing is posted)
//!   └─ record that all is shown, give the claim up
//! ```
//!
//! A worker that dies anywhere leaves a note of what it may have posted; the next one looks before it posts.

mod edited;
mod files;
mod questions;

use crate::courier::{Courier, Outcome};
use crate::failure::{self, Call, Next};
use crate::{LEASE, Looks};
use alert::delivery::{Inflight, MessageRef, Post, QuestionReply};
use alert::place::is_channel_id;
use alert::{Activity, ActivityKind, DeliveryState, Destination, Readiness, comment};
use jiff::{SignedDuration, Timestamp};
use slack::client::{Api, Error, Found, Lookup};
use slack::message::{Look, Message, NewMessage, activity_reply, ai_triage, drawn_anew, parent, with_cancel_button};
use std::time::Duration;
use store::{AlertRecord, Claim, StoredDelivery};

/// One delivery while a worker is at it.
struct Work<'a> {
    courier: &'a Courier<'a>,
    /// Slack, with the token of the destination's workspace.
    slack: Api<'a>,
    record: &'a AlertRecord,
    destination: &'a Destination,
    stored: StoredDelivery,
    /// Spent waiting for rate limits.
    waited: Duration,
    /// Whether the message shows the alert's present state.
    current: bool,
    /// Draw the message anew even if nothing is missing.
    redraw: bool,
    /// For people, beside a delivery that is up to date.
    remark: Option<String>,
}

/// Why the work stops before its end.
enum Stop {
    /// A call failed.
    Failed(Call, Error),
    /// Somebody else has the delivery: the lease had lapsed.
    Lost,
    /// What was in flight can never be told.
    Uncertain(String),
    Store(store::Error),
}

impl From<store::Error> for Stop {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}

/// Brings the copy in one channel up to date.
pub(crate) async fn bring_up_to_date(
    courier: &Courier<'_>,
    slack: Api<'_>,
    record: &AlertRecord,
    destination: &Destination,
    stored: StoredDelivery,
    redraw: bool,
) -> Result<Outcome, store::Error> {
    let (waited, current, remark) = (Duration::ZERO, false, None);
    let mut work = Work { courier, slack, record, destination, stored, waited, current, redraw, remark };
    match work.run().await {
        Ok(()) => Ok(Outcome::Settled),
        Err(Stop::Lost) => Ok(Outcome::Later(courier.now() + LEASE)),
        Err(Stop::Store(error)) => Err(error),
        Err(Stop::Uncertain(why)) => {
            failure::uncertain(&mut work.stored.delivery, &why);
            work.end(None).await
        }
        Err(Stop::Failed(call, error)) => work.fail(call, &error).await,
    }
}

impl<'a> Work<'a> {
    async fn run(&mut self) -> Result<(), Stop> {
        if self.nothing_to_show() {
            return self.finish().await;
        }
        let left_over = self.stored.delivery.inflight.clone();
        if left_over.is_none() {
            self.note_next_post();
        }
        let (store, now) = (&self.courier.sender.store, self.courier.now());
        if store.claim_delivery(&mut self.stored, now, now + LEASE).await? == Claim::Held {
            return Err(Stop::Lost);
        }
        if let Some(inflight) = left_over {
            self.reconcile(&inflight).await?;
        }
        loop {
            match self.show().await {
                Err(Stop::Failed(call, error)) if self.is_gone(call, &error) => self.begin_anew().await?,
                shown => break shown?,
            }
        }
        self.finish().await
    }

    /// Shows everything: the message, then what is missing in its thread.
    async fn show(&mut self) -> Result<(), Stop> {
        match self.stored.delivery.message.clone() {
            None => self.post_parent().await?,
            Some(message) if !self.current => self.update_parent(&message).await?,
            Some(_) => {}
        }
        while let Some(activity) = self.next_activity() {
            match activity.kind {
                ActivityKind::CommentEdited { of, .. } => self.update_reply(activity, of).await?,
                ActivityKind::Created
                | ActivityKind::Status { .. }
                | ActivityKind::Assignee { .. }
                | ActivityKind::Comment { .. }
                | ActivityKind::CommentDeleted { .. }
                | ActivityKind::BoomerangSent { .. }
                | ActivityKind::BoomerangAnswered { .. }
                | ActivityKind::BoomerangCancelled { .. }
                | ActivityKind::BoomerangOverdue { .. }
                | ActivityKind::BoomerangUndelivered { .. }
                | ActivityKind::DetailsShown { .. }
                | ActivityKind::IntelShown { .. }
                | ActivityKind::AiTriaged { .. } => self.reply(activity).await?,
            }
        }
        Ok(())
    }

    async fn post_parent(&mut self) -> Result<(), Stop> {
        self.note_next_post();
        let channel = self.destination.channel();
        let channel = if is_channel_id(channel) { channel.to_owned() } else { format!("#{channel}") };
        let posted = self.post(channel, None, self.parent()).await?;
        self.courier.note(self.destination, Readiness::Ready, Some(&posted.channel)).await;
        self.found(MessageRef { channel: posted.channel, ts: posted.ts });
        self.current = true;
        self.record_and_go_on().await
    }

    async fn update_parent(&mut self, message: &MessageRef) -> Result<(), Stop> {
        let parent = self.parent();
        let slack = self.slack;
        let update = async |content: &Message| slack.update_message(&message.channel, &message.ts, content).await;
        let updated = match self.patiently(async || update(&parent).await).await {
            Err(error) if is_too_long(&error) => self.patiently(async || update(&parent.cut()).await).await,
            updated => updated,
        };
        updated.map_err(|error| Stop::Failed(Call::Update, error))?;
        self.current = true;
        Ok(())
    }

    async fn reply(&mut self, activity: &Activity) -> Result<(), Stop> {
        let Some(MessageRef { channel, ts }) = self.stored.delivery.message.clone() else { return Ok(()) };
        self.close_question(activity).await?;
        let mut posted = None;
        if let Some(message) = self.reply_of(activity).await {
            let can_cancel = self.can_cancel(activity);
            let id = &self.record.alert.id;
            let message = if can_cancel { with_cancel_button(message, id, &activity.change_id) } else { message };
            let reply = self.post(channel, Some(ts), message).await?.ts;
            posted = can_cancel.then_some(reply);
            self.attach_event(activity).await?;
        }
        self.replied(activity.seq, posted);
        self.record_and_go_on().await
    }

    /// The reply of an activity, a comment with its present text.
    async fn reply_of(&self, activity: &Activity) -> Option<Message> {
        let mentions = self.courier.sender.mentions.of(&self.slack, &[activity]).await;
        let mut activity = activity.clone();
        if let Some(now) = comment::at(&self.record.activities, activity.seq)
            && let ActivityKind::Comment { body, .. } = &mut activity.kind
        {
            now.body.clone_into(body);
        }
        match self.details(&activity, &mentions) {
            Some(details) => Some(details.reply),
            None => {
                let id = self.stored.delivery.id();
                let triaged = ai_triage(&self.record.alert, &activity, &id, &self.look());
                triaged.or_else(|| activity_reply(&activity, &id, &mentions))
            }
        }
    }

    /// Posts, once more but shorter if Slack finds it too long.
    async fn post(
        &mut self,
        channel: String,
        thread_ts: Option<String>,
        message: Message,
    ) -> Result<slack::client::Posted, Stop> {
        let slack = self.slack;
        let mut new = NewMessage { channel, thread_ts, broadcast: false, message };
        let posted = match self.patiently(async || slack.post_message(&new).await).await {
            Err(error) if is_too_long(&error) => {
                new.message = new.message.cut();
                self.patiently(async || slack.post_message(&new).await).await
            }
            posted => posted,
        };
        posted.map_err(|error| Stop::Failed(Call::Post, error))
    }

    /// Looks for what an earlier worker may have posted.
    async fn reconcile(&mut self, inflight: &Inflight) -> Result<(), Stop> {
        let slack = self.slack;
        let delivery = self.stored.delivery.clone();
        let failed = |error| Stop::Failed(Call::Look, error);
        match (&inflight.what, &delivery.message) {
            (Post::Parent, _) => {
                let channel = self.destination.place.present(&inflight.channel);
                let place = self.patiently(async || channel_id(&slack, channel).await).await;
                let Some(channel) = place.map_err(failed)? else {
                    return Err(Stop::Uncertain("The channel cannot be found.".to_owned()));
                };
                let (since, id) = (inflight.since, delivery.id());
                let found = self.patiently(async || slack.find_in_channel(&channel, since, &id).await).await;
                match found.map_err(failed)? {
                    Found::At(ts) => self.found(MessageRef { channel, ts }),
                    Found::Absent => {}
                    Found::CannotTell(why) => return Err(Stop::Uncertain(why)),
                }
            }
            (Post::Reply { seq }, Some(message)) => {
                let seq = *seq;
                let (channel, ts) = (&message.channel, &message.ts);
                let (since, id) = (inflight.since, delivery.id());
                let look = async || slack.find_in_thread(channel, ts, since, &id, seq).await;
                match self.patiently(look).await.map_err(failed)? {
                    Found::At(ts) => {
                        if let Some(activity) = self.record.activities.iter().find(|activity| activity.seq == seq) {
                            self.attach_event(activity).await?;
                        }
                        self.replied(seq, Some(ts));
                    }
                    Found::Absent => {}
                    // The message is there and goes on; the reply is not risked twice.
                    Found::CannotTell(why) => {
                        self.replied(seq, None);
                        self.remark = Some(format!("Whether one reply is in the thread cannot be told. {why}"));
                    }
                }
            }
            (Post::File { seq, file_id }, Some(message)) => {
                self.finish_file(message, *seq, file_id, inflight.since).await?;
                self.replied(*seq, None);
            }
            (Post::Reply { .. } | Post::File { .. }, None) => {}
        }
        self.record_and_go_on().await
    }

    /// The message is there. Which activities it shows is not known after a crash, so all of them are still to come.
    fn found(&mut self, message: MessageRef) {
        let delivery = &mut self.stored.delivery;
        delivery.message = Some(message);
        delivery.state = DeliveryState::Delivered;
        delivery.synced_seq = 1;
        delivery.dispatched_at.get_or_insert(self.courier.now());
        delivery.inflight = None;
    }

    /// The reply for activity `seq` is there; `ts` is given if it may have a button to cancel a boomerang.
    fn replied(&mut self, seq: u64, ts: Option<String>) {
        let sent =
            self.record.activities.iter().find(|activity| activity.seq == seq && questions::is_boomerang(activity));
        let delivery = &mut self.stored.delivery;
        delivery.synced_seq = delivery.synced_seq.max(seq);
        delivery.inflight = None;
        if let (Some(sent), Some(ts)) = (sent, ts) {
            delivery.questions.push(QuestionReply { boomerang: sent.change_id.clone(), ts });
        }
    }

    fn is_gone(&self, call: Call, error: &Error) -> bool {
        let mut delivery = self.stored.delivery.clone();
        let posted = delivery.message.is_some();
        posted && failure::after(&mut delivery, call, error, self.courier.now()) == Next::Repost
    }

    /// Somebody deleted the message: a new one begins, with its thread.
    async fn begin_anew(&mut self) -> Result<(), Stop> {
        let delivery = &mut self.stored.delivery;
        (delivery.message, delivery.inflight, delivery.synced_seq) = (None, None, 0);
        delivery.reposted = true;
        delivery.questions.clear();
        self.current = false;
        self.record_and_go_on().await
    }

    /// Writes what has been done, and what will be posted next, and keeps the claim.
    async fn record_and_go_on(&mut self) -> Result<(), Stop> {
        self.note_next_post();
        if self.stored.delivery.inflight.is_none() && self.current {
            // Nothing is left but the last record.
            return Ok(());
        }
        let until = self.courier.now() + LEASE;
        match self.courier.sender.store.record_delivery(&mut self.stored, Some(until)).await? {
            Claim::Won => Ok(()),
            Claim::Held => Err(Stop::Lost),
        }
    }

    /// Notes the post that comes next, unless it is noted already.
    fn note_next_post(&mut self) {
        let what = match (&self.stored.delivery.message, self.next_activity()) {
            (None, _) => Some(Post::Parent),
            (Some(_), Some(Activity { kind: ActivityKind::CommentEdited { .. }, .. })) => None,
            (Some(_), Some(activity)) => Some(Post::Reply { seq: activity.seq }),
            (Some(_), None) => None,
        };
        let noted = self.stored.delivery.inflight.as_ref().map(|inflight| &inflight.what);
        if noted != what.as_ref() {
            let channel = self.destination.channel().to_owned();
            self.stored.delivery.inflight = what.map(|what| Inflight { what, channel, since: self.courier.now() });
        }
    }

    /// The first activity that reaches the destination and is not in the thread, by our reply or because it happened
    /// there. Of several edits of a comment only the last is: it shows the present text.
    fn next_activity(&self) -> Option<&'a Activity> {
        let shown = self.stored.delivery.synced_seq.max(1);
        let (destination, record) = (self.destination, self.record);
        let thread = self.stored.delivery.message.as_ref();
        record.activities_after(shown).find(|activity| {
            activity.reaches(destination)
                && !activity.is_for_another_thread_than(thread, &destination.place)
                && !thread.is_some_and(|thread| activity.happened_in_thread_of(thread))
                && !edited::is_overtaken(record, activity)
        })
    }

    fn nothing_to_show(&self) -> bool {
        let delivery = &self.stored.delivery;
        let complete = delivery.inflight.is_none() && self.next_activity().is_none();
        delivery.message.is_some() && complete && !self.redraw
    }

    fn parent(&self) -> Message {
        let alert = &self.record.alert;
        let parent = parent(alert, &self.stored.delivery.id(), &self.look());
        if self.redraw { drawn_anew(parent, alert, self.courier.now()) } else { parent }
    }

    fn look(&self) -> Look<'_> {
        let Looks { console_url, button_label } = &self.courier.sender.looks;
        let timezone = &self.destination.settings.timezone;
        Look { timezone, console_url: console_url.as_deref(), button_label, threat_intel: self.courier.offers_intel }
    }

    /// Waits out a rate limit in place while it is short; a longer one is the caller's. Calls nothing any more, and
    /// waits for no answer, when the invocation's time is up.
    async fn patiently<T>(&mut self, call: impl AsyncFn() -> Result<T, Error>) -> Result<T, Error> {
        loop {
            match self.courier.in_time(call()).await {
                Err(Error::RateLimited { retry_after })
                    if self.waited + retry_after <= self.courier.sender.patience =>
                {
                    tokio::time::sleep(retry_after).await;
                    self.waited += retry_after;
                }
                done => return done,
            }
        }
    }

    async fn fail(mut self, call: Call, error: &Error) -> Result<Outcome, store::Error> {
        let now = self.courier.now();
        if let Error::RateLimited { retry_after } = error {
            let until = now + SignedDuration::try_from(*retry_after).unwrap_or(LEASE);
            let posted_to = self.stored.delivery.message.as_ref().map(|message| message.channel.as_str());
            let channel = posted_to.unwrap_or(self.destination.channel());
            self.courier.sender.holds.hold(channel, now, until);
        }
        let later = match failure::after(&mut self.stored.delivery, call, error, now) {
            Next::Later(at) => Some(at),
            Next::Ended => {
                if let Error::Refused { code, .. } = error
                    && let Some(readiness) = slack::setup::after_refusal(code)
                {
                    self.courier.note(self.destination, readiness, None).await;
                }
                None
            }
            // Both were seen to before: Slack refuses even the short message, or misses one that was never there.
            Next::Repost | Next::Shorten => {
                let code = if let Error::Refused { code, .. } = error { code } else { "refused" };
                let what_to_do = "Slack refuses what it should take. This is a defect of Margay: please report it.";
                failure::die(&mut self.stored.delivery, code, what_to_do);
                None
            }
        };
        self.end(later).await
    }

    async fn finish(&mut self) -> Result<(), Stop> {
        let delivery = &mut self.stored.delivery;
        delivery.synced_seq = self.record.alert.triage.seq;
        (delivery.inflight, delivery.retry_at, delivery.reason) = (None, None, self.remark.take());
        (delivery.failures, delivery.failing_since) = (0, None);
        match self.courier.sender.store.record_delivery(&mut self.stored, None).await? {
            Claim::Won => Ok(()),
            Claim::Held => Err(Stop::Lost),
        }
    }

    /// Records and gives the claim up; the delivery is to be looked at again at `later`, or has ended.
    async fn end(mut self, later: Option<Timestamp>) -> Result<Outcome, store::Error> {
        match self.courier.sender.store.record_delivery(&mut self.stored, None).await? {
            Claim::Held => Ok(Outcome::Later(self.courier.now() + LEASE)),
            Claim::Won => Ok(match later {
                Some(later) => Outcome::Later(later),
                None => Outcome::Ended(Box::new(self.stored)),
            }),
        }
    }
}

/// The channel's id: a name must be looked up before its messages can be read.
async fn channel_id(slack: &Api<'_>, channel: &str) -> Result<Option<String>, Error> {
    if is_channel_id(channel) {
        return Ok(Some(channel.to_owned()));
    }
    Ok(match slack.find_channel(channel).await? {
        Lookup::Found(channel) => Some(channel.id),
        Lookup::Absent | Lookup::TooMany => None,
    })
}

fn is_too_long(error: &Error) -> bool {
    matches!(error, Error::Refused { method, code, .. }
        if slack::refusal::verdict(method, code) == slack::refusal::Verdict::CutText)
}
