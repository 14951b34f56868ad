//! What happens to one message of `changes.fifo`, on one screen.

use crate::Fanout;
use alert::delivery::MessageRef;
use alert::{
    Action, Activity, Actor, AlertId, Boomerang, Change, ChangeId, ChangeMessage, Destination, Origin, boomerang, event,
};
use delivery::{Asking, Courier};
use intel::Providers;
use jiff::Timestamp;
use runtime::batch::Message;
use runtime::bus::Event;
use runtime::log::chain;
use slack::credentials::{BadCredentials, Credentials};
use slack::say;
use std::sync::Arc;
use std::time::Instant;
use store::{AlertRecord, Applied, Due};

/// What all messages of a batch share.
pub(crate) struct Shared {
    destinations: Vec<Destination>,
    /// `None` if they cannot be had now: changes are applied all the same, and shown when they can.
    credentials: Option<Credentials>,
    /// Those that can be asked for threat intelligence now.
    pub(crate) providers: Arc<Providers>,
}

/// What fails a message.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("the message cannot be read")]
    Unreadable(#[from] serde_json::Error),
    #[error("there is no alert {0}")]
    NoAlert(AlertId),
    #[error("the table failed")]
    Store(#[from] store::Error),
    #[error("a message is not sent on")]
    Queue(#[from] runtime::queue::SendError),
    #[error("the event is not said")]
    Bus(#[from] runtime::bus::BusError),
    #[error("the Slack app's credentials cannot be read")]
    Secret(#[from] runtime::secret::SecretError),
    #[error("the Slack app's credentials cannot be used")]
    Credentials(#[from] BadCredentials),
    #[error("Slack failed")]
    Slack(#[from] slack::client::Error),
    #[error("a destination is changed by too many at once")]
    Overtaken,
    #[error("it takes longer than there is time")]
    Slow,
}

impl Shared {
    pub(crate) async fn load(fanout: &Fanout) -> Result<Self, Error> {
        let (destinations, secret, providers) =
            futures::join!(fanout.store.destinations(), fanout.slack_secret.text(), fanout.intel.providers());
        let credentials = secret.map_err(Error::from).and_then(|secret| Ok(Credentials::parse(&secret)?));
        let credentials =
            credentials.inspect_err(|error| tracing::error!(error = chain(error), "nothing can be sent to Slack"));
        Ok(Self { destinations: destinations?, credentials: credentials.ok(), providers })
    }
}

impl Fanout {
    /// Deals with one message; false if it has to come again.
    pub(crate) async fn fan_out(&self, shared: &Shared, message: &Message, now: Timestamp) -> bool {
        let began = Instant::now();
        let result = self.deal_with(shared, message, now).await;
        let duration_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        match result {
            Ok((alert_id, outcome)) => {
                let alert_id = alert_id.as_ref().map(AlertId::as_str);
                tracing::info!(alert.id = alert_id, outcome, duration_ms, "change fanned out");
                true
            }
            Err(error @ (Error::Unreadable(_) | Error::NoAlert(_))) => {
                let message_id = message.id.as_str();
                tracing::error!(message_id, error = chain(&error), duration_ms, "unusable change returned");
                false
            }
            Err(error) => {
                let message_id = message.id.as_str();
                tracing::warn!(message_id, error = chain(&error), duration_ms, "change returned to the queue");
                false
            }
        }
    }

    async fn deal_with(
        &self,
        shared: &Shared,
        message: &Message,
        now: Timestamp,
    ) -> Result<(Option<AlertId>, &'static str), Error> {
        let message: ChangeMessage = serde_json::from_str(&message.body)?;
        let id = match &message {
            ChangeMessage::Change(change) => change.alert_id.clone(),
            ChangeMessage::Sync { alert_id, .. } => alert_id.clone(),
            ChangeMessage::Happened(happening) => return Ok((None, self.happened(happening, now).await?)),
            ChangeMessage::HomeOpened(opened) => {
                return Ok((None, self.home_opened(&shared.destinations, opened, now).await?));
            }
        };
        let courier = shared.credentials.as_ref().map(|credentials| self.sender.courier(credentials, now));
        let (mut outcome, mut clicked, mut applied) = ("synced", None, None);
        if let ChangeMessage::Change(change) = &message {
            let change = self.filled_in(shared, change, now).await?;
            let done = self.store.apply_change(&change, now).await?;
            let done = applied.insert(done.ok_or_else(|| Error::NoAlert(id.clone()))?);
            // What was chosen there did not come to be, so that copy shows something else than the person saw.
            let undone = done.seq.is_none() || done.conflict.is_some();
            clicked = if undone && is_choice(&change.action) { place(&change.origin) } else { None };
            outcome = match done {
                Applied { conflict: Some(_), .. } => "conflict",
                Applied { refused: Some(_), .. } => "refused",
                Applied { first: false, .. } => "repeated",
                Applied { seq: None, .. } => "unchanged",
                Applied { .. } => "applied",
            };
        }
        let record = match (self.store.load_alert(&id).await?, &message) {
            (Some(record), _) => record,
            // A choice was refused on a message whose alert is gone.
            (None, ChangeMessage::Sync { clicked: Some(_), .. }) => return Ok((Some(id), "no alert")),
            (None, _) => return Err(Error::NoAlert(id)),
        };
        if let ChangeMessage::Sync { clicked: Some(refused), .. } = &message {
            (outcome, clicked) = ("drawn anew", Some(refused.clone()));
        }
        if let (ChangeMessage::Change(change), Some(applied), Some(courier)) = (&message, &applied, &courier) {
            self.tell_the_loser(courier, shared, change, applied, &record).await;
        }
        self.bring_up_to_date(courier.as_ref(), record, shared, clicked.as_ref(), now).await?;
        Ok((Some(id), outcome))
    }

    /// Brings every copy and the event bus up to date as far as it goes now, and notes how far that is. What failed is
    /// left to the sweep: the message is done with once that is noted, so that it holds up no other of its alert.
    async fn bring_up_to_date(
        &self,
        courier: Option<&Courier<'_>>,
        record: AlertRecord,
        shared: &Shared,
        clicked: Option<&MessageRef>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let overdue = self.overdue(&record, now);
        let mut record = self.note(record, overdue, now).await;
        let mut last = false;
        loop {
            let (shown, asked, said) = futures::join!(
                self.show(courier, &record, shared, clicked, now),
                self.ask(courier, &record),
                self.say(&record)
            );
            let untold = !asked.undelivered.is_empty();
            if untold && !last {
                // It becomes part of the history, and is shown at once.
                let published = if said.is_ok() { record.alert.triage.seq } else { record.published_seq };
                record = self.note(record, asked.undelivered.into_iter().map(undelivered_note).collect(), now).await;
                record.published_seq = published;
                last = true;
                continue;
            }
            let alert = &record.alert;
            let published = if said.is_ok() { alert.triage.seq } else { record.published_seq };
            let asked_error = asked.errors.into_iter().next().map(Error::from);
            let failed = [shown.as_ref().err(), asked_error.as_ref(), said.as_ref().err()];
            for error in failed.into_iter().flatten() {
                tracing::warn!(alert.id = alert.id.as_str(), error = chain(error), "alert left to the sweep");
            }
            let due = match (shown, asked_error, said) {
                (Ok(shown), None, Ok(())) if !untold => sooner(shown.map_or(Due::Nothing, Due::Behind), asked.due),
                _ => Due::Behind(now),
            };
            // If the alert has moved on meanwhile, whoever moved it has sent a message that will settle it.
            self.store.settle(&alert.id, alert.triage.seq, published, due).await?;
            return Ok(());
        }
    }

    /// Brings the direct messages of boomerangs up to date.
    async fn ask(&self, courier: Option<&Courier<'_>>, record: &AlertRecord) -> Asking {
        match courier {
            Some(courier) => courier.bring_direct_messages(record, self.reminders).await,
            None => Asking { due: Due::Nothing, undelivered: Vec::new(), errors: Vec::new() },
        }
    }

    /// A note for each boomerang that nobody has answered in all the time there was.
    fn overdue(&self, record: &AlertRecord, now: Timestamp) -> Vec<(ChangeId, Action)> {
        let overdue = boomerang::all(&record.activities)
            .into_iter()
            .filter(|known| known.overdue_at(self.reminders).is_some_and(|at| at <= now));
        let note = |known: Boomerang| {
            let id = ChangeId::derive(&[b"overdue", known.id.as_str().as_bytes()]);
            (id, Action::NoteOverdueBoomerang { boomerang: known.id })
        };
        overdue.map(note).collect()
    }

    /// Adds what Margay itself has to say of boomerangs to the history, once. What cannot be added now, the sweep tries
    /// again: the alert stays due.
    async fn note(&self, record: AlertRecord, notes: Vec<(ChangeId, Action)>, now: Timestamp) -> AlertRecord {
        if notes.is_empty() {
            return record;
        }
        let alert_id = record.alert.id.clone();
        for (id, action) in notes {
            let (actor, origin) = (Actor::System, Origin::System);
            let change = Change { id, alert_id: alert_id.clone(), at: now, actor, origin, seen_seq: None, action };
            if let Err(error) = self.store.apply_change(&change, now).await {
                tracing::warn!(alert.id = alert_id.as_str(), error = chain(&error), "note left to the sweep");
            }
        }
        match self.store.load_alert(&alert_id).await {
            Ok(Some(fresh)) => fresh,
            Ok(None) => record,
            Err(error) => {
                tracing::warn!(alert.id = alert_id.as_str(), error = chain(&error), "note left to the sweep");
                record
            }
        }
    }

    /// Brings every copy up to date; when to look again, if something is left.
    async fn show(
        &self,
        courier: Option<&Courier<'_>>,
        record: &AlertRecord,
        shared: &Shared,
        clicked: Option<&MessageRef>,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, Error> {
        let Some(courier) = courier else { return Ok(Some(now)) };
        let courier = courier.offering_intel(shared.providers.offers(&record.alert.content));
        let progress = courier.bring_all(record, &shared.destinations, clicked).await;
        for ending in progress.endings {
            if let Some(notice) = ending.notice(&shared.destinations, courier.now()) {
                self.alerts.send(notice).await?;
            }
            courier.told(ending).await?;
        }
        progress.errors.into_iter().next().map_or(Ok(progress.due), |error| Err(error.into()))
    }

    /// Says on the event bus what it has not been told yet.
    async fn say(&self, record: &AlertRecord) -> Result<(), Error> {
        let told = |activity: &Activity| Event {
            source: event::SOURCE,
            detail_type: event::detail_type(&activity.kind),
            detail: serde_json::to_string(&event::alert_event(&record.alert, activity)).expect("an event is JSON"),
        };
        let events: Vec<Event> = record.activities_after(record.published_seq).map(told).collect();
        if events.is_empty() { Ok(()) } else { Ok(self.bus.put(&events).await?) }
    }

    /// Tells the person who clicked that somebody else was first, or why it cannot be. It cannot be looked for
    /// afterwards, so a person may be told twice, and a message that Slack does not take is only logged: what counts is
    /// in the history.
    async fn tell_the_loser(
        &self,
        courier: &Courier<'_>,
        shared: &Shared,
        change: &Change,
        applied: &Applied,
        record: &AlertRecord,
    ) {
        let Origin::Slack { channel, user, .. } = &change.origin else { return };
        let sentence = match (&applied.conflict, &applied.refused) {
            (Some(conflict), _) => say::conflict(conflict, &change.action),
            (None, Some(refused)) => say::boomerang_refused(refused),
            (None, None) => return,
        };
        let here = shared.destinations.iter().find(|destination| destination.is_at(channel));
        let here = here.and_then(|destination| courier.slack_of(destination));
        let Some(slack) = here.or_else(|| courier.slack_for(&asked(change, record)?)) else { return };
        let sentence = slack::message::Message::plain(&sentence);
        if let Err(error) = slack.post_ephemeral(channel, user, None, &sentence).await {
            let alert_id = change.alert_id.as_str();
            tracing::warn!(alert.id = alert_id, slack.channel = channel, error = chain(&error), "loser not told");
        }
    }
}

/// The boomerang that a change answers: it is clicked in the direct conversation, which is no destination.
fn asked(change: &Change, record: &AlertRecord) -> Option<Boomerang> {
    let Action::AnswerBoomerang { boomerang, .. } = &change.action else { return None };
    boomerang::find(&record.activities, boomerang)
}

/// Whether something was chosen on a message, which then shows the choice.
fn is_choice(action: &Action) -> bool {
    match action {
        Action::SetStatus { .. } | Action::Assign { .. } => true,
        Action::Comment { .. }
        | Action::EditComment { .. }
        | Action::DeleteComment { .. }
        | Action::SendBoomerang { .. }
        | Action::AnswerBoomerang { .. }
        | Action::CancelBoomerang { .. }
        | Action::NoteOverdueBoomerang { .. }
        | Action::NoteUndeliveredBoomerang { .. }
        | Action::ShowDetails { .. }
        | Action::ShowIntel { .. }
        | Action::TriageByAi { .. } => false,
    }
}

fn undelivered_note((boomerang, why): (ChangeId, String)) -> (ChangeId, Action) {
    let id = ChangeId::derive(&[b"undelivered", boomerang.as_str().as_bytes()]);
    (id, Action::NoteUndeliveredBoomerang { boomerang, why })
}

/// What is due first; behind if either is.
fn sooner(one: Due, other: Due) -> Due {
    match (one, other) {
        (Due::Nothing, due) | (due, Due::Nothing) => due,
        (Due::Waits(a), Due::Waits(b)) => Due::Waits(a.min(b)),
        (Due::Behind(a), Due::Waits(b) | Due::Behind(b)) | (Due::Waits(a), Due::Behind(b)) => Due::Behind(a.min(b)),
    }
}

/// The message on which something was clicked.
fn place(origin: &Origin) -> Option<MessageRef> {
    match origin {
        Origin::Slack { channel, message_ts, .. } => {
            Some(MessageRef { channel: channel.clone(), ts: message_ts.clone() })
        }
        Origin::Api | Origin::System => None,
    }
}
