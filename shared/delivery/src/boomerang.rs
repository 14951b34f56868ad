//! The direct message of a boomerang: a copy like any other, brought up to date from what it lacks.
//!
//! ```text
//! claim (what will be posted is noted as in flight)
//!   │ something was in flight before: look for it ──► there: take it ── not there: post it ── cannot tell: UNDELIVERED
//!   ├─ no message yet: check the recipient, open the conversation, post the question
//!   ├─ else: update it to the question, the answer, or that it was cancelled
//!   ├─ nobody has answered for so long: one reminder, as a reply that is shown in the conversation too
//!   └─ record, give the claim up
//! ```
//!
//! Only recipients that could not be checked when the question was asked are checked here. What cannot be delivered
//! becomes part of the alert's history, where whoever asked is told.

mod uninstalled;

use crate::LEASE;
use crate::backoff;
use crate::courier::Courier;
use crate::failure::{SECRET_KEPT, is_about_the_token};
use alert::boomerang::{self, DirectMessage, DirectMessageState, End, Face, Posted, Posting, Reminders};
use alert::delivery::MessageRef;
use alert::{Alert, Boomerang, ChangeId};
use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};
use slack::client::{Api, Error, Found};
use slack::identity::askable;
use slack::message::{Message, NewMessage, direct_message, reminder};
use slack::refusal::{Verdict, verdict};
use slack::say;
use store::{AlertRecord, Claim, Due, StoredDirectMessage};

/// How far the boomerangs of an alert got.
#[derive(Debug)]
pub struct Asking {
    /// When to look again.
    pub due: Due,
    /// Boomerangs that do not reach their recipient, and a sentence for whoever asked.
    pub undelivered: Vec<(ChangeId, String)>,
    /// Table failures, one for each direct message they hit: to be tried again.
    pub errors: Vec<store::Error>,
}

/// How far one direct message got.
enum Outcome {
    /// Nothing is left to do but to wait for an answer.
    Settled(Box<DirectMessage>),
    /// Something is, from then on.
    Later(Timestamp),
    Undelivered(String),
}

/// Which call failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Call {
    /// To find out whether and where the recipient can be reached; nothing is posted by it.
    Reach,
    Post,
    Update,
    /// A look for what an earlier worker left in flight.
    Look,
}

/// Why the work stops before its end.
enum Stop {
    Failed(Call, Error),
    /// Somebody else has the message: the lease had lapsed.
    Lost,
    /// The recipient cannot be asked, or it cannot be told whether they were.
    Undelivered(String),
    Store(store::Error),
}

impl From<store::Error> for Stop {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}

impl Courier<'_> {
    /// Brings the direct message of each of an alert's boomerangs up to date, side by side.
    pub async fn bring_direct_messages(&self, record: &AlertRecord, reminders: Reminders) -> Asking {
        let boomerangs = boomerang::all(&record.activities);
        let outcomes = join_all(boomerangs.iter().map(|boomerang| self.bring_one(record, boomerang, reminders))).await;
        let mut asking = Asking { due: Due::Nothing, undelivered: Vec::new(), errors: Vec::new() };
        let (mut behind, mut waits): (Vec<Timestamp>, Vec<Timestamp>) = (Vec::new(), Vec::new());
        for (boomerang, outcome) in boomerangs.iter().zip(outcomes) {
            match outcome {
                Ok(Outcome::Settled(message)) => {
                    waits.extend(message.remind_at(boomerang, reminders));
                    waits.extend(boomerang.overdue_at(reminders));
                }
                Ok(Outcome::Later(at)) => behind.push(at),
                Ok(Outcome::Undelivered(why)) => asking.undelivered.push((boomerang.id.clone(), why)),
                Err(error) => asking.errors.push(error),
            }
        }
        let soonest = behind.iter().chain(&waits).min().copied();
        asking.due = match soonest {
            None => Due::Nothing,
            Some(at) if behind.is_empty() => Due::Waits(at),
            Some(at) => Due::Behind(at),
        };
        asking
    }

    async fn bring_one(
        &self,
        record: &AlertRecord,
        boomerang: &Boomerang,
        reminders: Reminders,
    ) -> Result<Outcome, store::Error> {
        let begun = record.direct_messages.iter().find(|stored| stored.message.boomerang == boomerang.id).cloned();
        let stored = begun.unwrap_or_else(|| StoredDirectMessage::absent(DirectMessage::new(boomerang)));
        let now = self.now();
        if stored.message.is_settled(boomerang, reminders, now) {
            return Ok(settled(stored.message, boomerang));
        }
        let busy = stored.claimed_until.filter(|until| *until > now);
        let waiting = stored.message.retry_at.filter(|at| *at > now);
        if let Some(later) = busy.max(waiting) {
            return Ok(Outcome::Later(later));
        }
        let Some(slack) = self.slack_for(boomerang) else {
            return self.uninstalled(&record.alert.id, boomerang, stored).await;
        };
        Work { courier: self, slack, alert: &record.alert, boomerang, reminders, stored, remark: None }.run().await
    }
}

/// Done, but for telling whoever asked that it does not reach the recipient.
fn settled(message: DirectMessage, boomerang: &Boomerang) -> Outcome {
    match &message.reason {
        Some(why) if message.state == DirectMessageState::Undelivered && boomerang.is_open() => {
            Outcome::Undelivered(why.clone())
        }
        _ => Outcome::Settled(Box::new(message)),
    }
}

/// One direct message while a worker is at it.
struct Work<'a> {
    courier: &'a Courier<'a>,
    /// Slack, as the installation sees it in which the boomerang was asked.
    slack: Api<'a>,
    alert: &'a Alert,
    boomerang: &'a Boomerang,
    reminders: Reminders,
    stored: StoredDirectMessage,
    /// For people, beside a message that is up to date.
    remark: Option<String>,
}

impl Work<'_> {
    async fn run(mut self) -> Result<Outcome, store::Error> {
        match self.work().await {
            Ok(()) => Ok(settled(self.stored.message, self.boomerang)),
            Err(Stop::Lost) => Ok(Outcome::Later(self.courier.now() + LEASE)),
            Err(Stop::Store(error)) => Err(error),
            Err(Stop::Undelivered(why)) => self.undelivered(why).await,
            Err(Stop::Failed(call, error)) => self.fail(call, &error).await,
        }
    }

    async fn work(&mut self) -> Result<(), Stop> {
        self.adopt();
        let left_over = self.stored.message.inflight.clone();
        if left_over.is_none() {
            self.note_next_post();
        }
        let (store, now) = (&self.courier.sender.store, self.courier.now());
        let claim = store.claim_direct_message(&self.alert.id, &mut self.stored, now, now + LEASE).await?;
        if claim == Claim::Held {
            return Err(Stop::Lost);
        }
        if let Some(left_over) = left_over {
            self.reconcile(&left_over).await?;
        }
        loop {
            match self.show().await {
                Err(Stop::Failed(_, error)) if self.is_gone(&error) => self.begin_anew().await?,
                shown => break shown?,
            }
        }
        self.finish().await
    }

    /// Shows everything: the question or what became of it, then the reminder.
    async fn show(&mut self) -> Result<(), Stop> {
        if self.stored.message.message.is_none() {
            if !self.boomerang.is_open() {
                return Ok(());
            }
            self.post_question().await?;
        }
        let face = Face::of(self.boomerang);
        if let Some(message) = self.stored.message.message.clone()
            && self.stored.message.shows != Some(face)
        {
            self.update(&message, face).await?;
        }
        if self.reminder_is_due() {
            self.remind().await?;
        }
        Ok(())
    }

    async fn post_question(&mut self) -> Result<(), Stop> {
        let conversation = self.conversation(Call::Reach).await?;
        let posted = self.post(conversation, None, direct_message(self.alert, self.boomerang)).await?;
        self.sent(MessageRef { channel: posted.channel, ts: posted.ts });
        Ok(())
    }

    async fn update(&mut self, message: &MessageRef, face: Face) -> Result<(), Stop> {
        let content = direct_message(self.alert, self.boomerang);
        let slack = self.slack;
        let update = async |content: &Message| {
            self.courier.in_time(slack.update_message(&message.channel, &message.ts, content)).await
        };
        let updated = match update(&content).await {
            Err(error) if is_too_long(&error) => update(&content.cut()).await,
            updated => updated,
        };
        match updated {
            // Nobody has to answer any more, and there is nothing left that could be answered.
            Err(Error::Refused { method, code, .. })
                if verdict(method, &code) == Verdict::RepostOnce && !self.boomerang.is_open() => {}
            updated => updated.map_err(|error| Stop::Failed(Call::Update, error))?,
        }
        self.stored.message.shows = Some(face);
        Ok(())
    }

    async fn remind(&mut self) -> Result<(), Stop> {
        let Some(MessageRef { channel, ts }) = self.stored.message.message.clone() else { return Ok(()) };
        let noted = self.stored.message.inflight.as_ref().map(|posting| posting.what);
        if noted != Some(Posted::Reminder) {
            self.record_and_go_on().await?;
        }
        self.post(channel, Some(ts), reminder(self.boomerang)).await?;
        self.stored.message.reminded = true;
        self.stored.message.inflight = None;
        Ok(())
    }

    /// Posts, once more but shorter if Slack finds it too long.
    async fn post(
        &mut self,
        channel: String,
        thread_ts: Option<String>,
        message: Message,
    ) -> Result<slack::client::Posted, Stop> {
        let slack = self.slack;
        let mut new = NewMessage { channel, broadcast: thread_ts.is_some(), thread_ts, message };
        let posted = match self.courier.in_time(slack.post_message(&new)).await {
            Err(error) if is_too_long(&error) => {
                new.message = new.message.cut();
                self.courier.in_time(slack.post_message(&new)).await
            }
            posted => posted,
        };
        posted.map_err(|error| Stop::Failed(Call::Post, error))
    }

    /// The direct conversation with the recipient, asked for in order to make `call`. Opening it again is harmless.
    async fn conversation(&mut self, call: Call) -> Result<String, Stop> {
        if let Some(conversation) = &self.stored.message.conversation {
            return Ok(conversation.clone());
        }
        let (slack, user) = (self.slack, &self.boomerang.recipient.slack_user);
        let failed = |error| Stop::Failed(call, error);
        let profile = self.courier.in_time(slack.user_info(user)).await.map_err(failed)?;
        let home = self.courier.in_time(slack.auth_test()).await.map_err(failed)?.home();
        if let Err(refused) = askable(&profile, &home) {
            return Err(Stop::Undelivered(say::not_askable(refused.reason).to_owned()));
        }
        let conversation = self.courier.in_time(slack.open_conversation(user)).await.map_err(failed)?;
        self.stored.message.conversation = Some(conversation.clone());
        Ok(conversation)
    }

    /// Looks for what an earlier worker may have posted.
    async fn reconcile(&mut self, left_over: &Posting) -> Result<(), Stop> {
        let (slack, since) = (self.slack, left_over.since);
        let id = self.boomerang.id.as_str();
        let failed = |error| Stop::Failed(Call::Look, error);
        match (left_over.what, self.stored.message.message.clone()) {
            (Posted::Question, None) => {
                let conversation = self.conversation(Call::Look).await?;
                let look = slack.find_boomerang(&conversation, since, id);
                match self.courier.in_time(look).await.map_err(failed)? {
                    Found::At(ts) => {
                        self.sent(MessageRef { channel: conversation, ts });
                        // What it shows is what was asked for then.
                        self.stored.message.shows = None;
                    }
                    Found::Absent => self.stored.message.inflight = None,
                    Found::CannotTell(why) => return Err(Stop::Undelivered(cannot_tell(&why))),
                }
            }
            (Posted::Reminder, Some(message)) => {
                let look = slack.find_reminder(&message.channel, &message.ts, since, id);
                match self.courier.in_time(look).await.map_err(failed)? {
                    Found::At(_) => self.stored.message.reminded = true,
                    Found::Absent => {}
                    // It is not risked twice.
                    Found::CannotTell(why) => {
                        self.stored.message.reminded = true;
                        self.remark = Some(format!("Whether they were reminded cannot be told. {why}"));
                    }
                }
                self.stored.message.inflight = None;
            }
            (Posted::Question, Some(_)) | (Posted::Reminder, None) => self.stored.message.inflight = None,
        }
        self.record_and_go_on().await
    }

    fn sent(&mut self, place: MessageRef) {
        let now = self.courier.now();
        let message = &mut self.stored.message;
        message.message = Some(place);
        message.state = DirectMessageState::Sent;
        message.shows = Some(Face::Question);
        message.sent_at.get_or_insert(now);
        message.inflight = None;
    }

    /// A message that could not be found, and on which the recipient has answered: that is where it is.
    fn adopt(&mut self) {
        if let Some(End::Answered { on: Some(place), .. }) = &self.boomerang.end
            && self.stored.message.message.is_none()
        {
            self.sent(place.clone());
            self.stored.message.reason = None;
        }
    }

    fn is_gone(&self, error: &Error) -> bool {
        let message = &self.stored.message;
        message.message.is_some() && !message.reposted && is_gone(error)
    }

    /// Somebody deleted the message: it is posted anew.
    async fn begin_anew(&mut self) -> Result<(), Stop> {
        let message = &mut self.stored.message;
        (message.message, message.shows, message.inflight) = (None, None, None);
        message.state = DirectMessageState::Pending;
        message.reposted = true;
        self.record_and_go_on().await
    }

    fn reminder_is_due(&self) -> bool {
        let due = self.stored.message.remind_at(self.boomerang, self.reminders);
        due.is_some_and(|at| at <= self.courier.now())
    }

    /// Notes the post that comes next, unless it is noted already.
    fn note_next_post(&mut self) {
        let what = match &self.stored.message.message {
            None if self.boomerang.is_open() => Some(Posted::Question),
            Some(_) if self.reminder_is_due() => Some(Posted::Reminder),
            None | Some(_) => None,
        };
        if self.stored.message.inflight.as_ref().map(|posting| posting.what) != what {
            self.stored.message.inflight = what.map(|what| Posting { what, since: self.courier.now() });
        }
    }

    /// Writes what has been done, and what will be posted next, and keeps the claim.
    async fn record_and_go_on(&mut self) -> Result<(), Stop> {
        self.note_next_post();
        self.record(Some(self.courier.now() + LEASE)).await
    }

    async fn record(&mut self, keep_until: Option<Timestamp>) -> Result<(), Stop> {
        let store = &self.courier.sender.store;
        match store.record_direct_message(&self.alert.id, &mut self.stored, keep_until).await? {
            Claim::Won => Ok(()),
            Claim::Held => Err(Stop::Lost),
        }
    }

    async fn finish(&mut self) -> Result<(), Stop> {
        let message = &mut self.stored.message;
        (message.inflight, message.retry_at, message.reason) = (None, None, self.remark.take());
        (message.failures, message.failing_since) = (0, None);
        self.record(None).await
    }

    /// Notes what a failure means, and gives the claim up.
    async fn fail(mut self, call: Call, error: &Error) -> Result<Outcome, store::Error> {
        let now = self.courier.now();
        let posting = self.stored.message.inflight.as_ref().map(|posting| posting.what);
        let never_done = !matches!(error, Error::LostAnswer { .. });
        let message = &mut self.stored.message;
        if matches!(call, Call::Update | Call::Reach) || (call == Call::Post && never_done) {
            message.inflight = None;
        }
        let first = message.failing_since.is_none_or(|since| now.duration_since(since) < SECRET_KEPT);
        let later = match error {
            Error::RateLimited { retry_after } => {
                Ok(now + SignedDuration::try_from(*retry_after).unwrap_or(SECRET_KEPT))
            }
            Error::NotSent { .. } => Err("Slack cannot be reached.".to_owned()),
            Error::LostAnswer { .. } => Err("Slack did not answer.".to_owned()),
            Error::Refused { method, code, .. } => match verdict(method, code) {
                Verdict::BackOff => Err(format!("Slack refuses for now: {code}.")),
                Verdict::Dead { .. } if is_about_the_token(code) && first => {
                    message.failing_since.get_or_insert(now);
                    Ok(now + SECRET_KEPT)
                }
                Verdict::Dead { .. } | Verdict::Bug { .. } | Verdict::RepostOnce | Verdict::CutText => {
                    let why = match call {
                        Call::Look => cannot_tell(&format!("Slack refuses to show the conversation: {code}.")),
                        Call::Reach | Call::Post | Call::Update => say::undeliverable(method, code),
                    };
                    return self.give_up(posting, why).await;
                }
            },
        };
        let at = match later {
            Ok(at) => at,
            Err(why) => {
                message.failures += 1;
                let since = *message.failing_since.get_or_insert(now);
                if now.duration_since(since) > backoff::PATIENCE_ENDS {
                    let why = if message.inflight.is_some() { cannot_tell(&why) } else { say::undelivered(&why) };
                    return self.give_up(posting, why).await;
                }
                message.reason = Some(why);
                now + backoff::wait(self.boomerang.id.as_str(), message.failures)
            }
        };
        message.retry_at = Some(at);
        self.end(Outcome::Later(at)).await
    }

    /// What cannot be done is not tried for ever. A question that is there stays there, whatever else fails.
    async fn give_up(mut self, posting: Option<Posted>, why: String) -> Result<Outcome, store::Error> {
        if self.stored.message.message.is_none() {
            return self.undelivered(why).await;
        }
        if posting == Some(Posted::Reminder) {
            self.stored.message.reminded = true;
        }
        tracing::error!(alert.id = self.alert.id.as_str(), outcome = why, "a direct message cannot be kept up to date");
        let face = Face::of(self.boomerang);
        let message = &mut self.stored.message;
        (message.shows, message.inflight, message.retry_at, message.reason) = (Some(face), None, None, Some(why));
        (message.failures, message.failing_since) = (0, None);
        let settled = Outcome::Settled(Box::new(self.stored.message.clone()));
        self.end(settled).await
    }

    async fn undelivered(mut self, why: String) -> Result<Outcome, store::Error> {
        let message = &mut self.stored.message;
        message.state = DirectMessageState::Undelivered;
        (message.inflight, message.retry_at, message.reason) = (None, None, Some(why.clone()));
        let open = self.boomerang.is_open();
        let settled = Outcome::Settled(Box::new(self.stored.message.clone()));
        self.end(if open { Outcome::Undelivered(why) } else { settled }).await
    }

    async fn end(mut self, outcome: Outcome) -> Result<Outcome, store::Error> {
        let store = &self.courier.sender.store;
        match store.record_direct_message(&self.alert.id, &mut self.stored, None).await? {
            Claim::Won => Ok(outcome),
            Claim::Held => Ok(Outcome::Later(self.courier.now() + LEASE)),
        }
    }
}

/// The answer to the post was lost, and the conversation cannot be read.
fn cannot_tell(why: &str) -> String {
    say::undelivered(&format!("Whether the question reached them cannot be told. {why}"))
}

fn is_gone(error: &Error) -> bool {
    matches!(error, Error::Refused { method, code, .. } if verdict(method, code) == Verdict::RepostOnce)
}

fn is_too_long(error: &Error) -> bool {
    matches!(error, Error::Refused { method, code, .. } if verdict(method, code) == Verdict::CutText)
}
