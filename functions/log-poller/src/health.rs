//! How a source is after a run, and who is told: said first, stored then. The ids of alerts and changes follow from what
//! they tell of, so a run that dies in between says the same again, and it is known.

use crate::Poller;
use crate::halt::Halt;
use crate::objects::second;
use crate::run::Tally;
use alert::{Action, Actor, Change, ChangeId, ChangeMessage, Origin, Status};
use jiff::Timestamp;
use logs::{LogSource, Notice, Poll};
use runtime::log::chain;
use runtime::queue::SendError;
use store::Noted;

pub(crate) const WRONG_SECRET: &str =
    "Create another log source, with a secret of this stack's log sources: others may not be read.";
pub(crate) const BAD_SECRET: &str =
    "Put a JSON object of texts into the log source's secret: client_id and client_secret, or user_token.";
const SECRET_REFUSED: &str = "Let log-poller read the log source's secret: restore it if it is to be deleted, put it there as \
                              text, and use a key that log-poller may decrypt with.";

/// What the run says of the source; `None` if it says nothing.
pub(crate) fn poll(ended: &Result<(), Halt>, tally: &Tally) -> Option<Poll> {
    let worked = || Poll::Worked { entries: tally.new as u64, newest: tally.newest.map(second) };
    let people = |code: &str, what_to_do: &str| Poll::NeedsPeople { code: code.into(), what_to_do: what_to_do.into() };
    match ended {
        Ok(()) | Err(Halt::Spent) => Some(worked()),
        Err(Halt::RateLimited | Halt::Passing { .. }) if tally.pages > 0 => Some(worked()),
        Err(Halt::RateLimited) => Some(Poll::Passing { code: "ratelimited".to_owned() }),
        Err(Halt::Passing { code, .. }) => Some(Poll::Passing { code: code.clone() }),
        Err(Halt::NeedsPeople { code, what_to_do }) => Some(people(code, what_to_do)),
        Err(Halt::NotSetUp) => Some(Poll::NotSetUp),
        Err(Halt::Secret(error)) if error.is_missing() => Some(Poll::NoSecret),
        Err(Halt::Secret(error)) if error.is_refused() => Some(people("secret_refused", SECRET_REFUSED)),
        Err(Halt::Secret(_)) => Some(Poll::Passing { code: "secret_not_read".to_owned() }),
        // Nothing that the source could help: an alarm tells of it, and the source of its silence.
        Err(Halt::Store(_) | Halt::Bus(_) | Halt::Bucket(_) | Halt::Panicked) => {
            Some(Poll::Passing { code: "not_stored".to_owned() })
        }
        Err(Halt::Held | Halt::Waiting) => None,
    }
}

impl Poller {
    /// Tells and stores what the run says of `source`. If that fails, the next run says it.
    pub(crate) async fn note(&self, source: &LogSource, poll: &Poll, now: Timestamp) {
        let id = source.id.as_str();
        let (health, notices) = source.health.after_poll(source, poll, now);
        for notice in &notices {
            match self.tell(notice, now).await {
                Ok(()) => tracing::warn!(source.id = id, alert.id = notice.alert_id().as_str(), "{}", told(notice)),
                Err(error) => {
                    tracing::warn!(source.id = id, error = chain(&error), "nobody was told; the next run will");
                    return;
                }
            }
        }
        match self.store.note_log_health(&source.id, &health).await {
            Ok(Noted::Done) => {}
            Ok(Noted::Overtaken) => self.take_back(source, &notices, now).await,
            Err(error) => tracing::warn!(source.id = id, error = chain(&error), "health not noted"),
        }
    }

    /// Somebody has changed the source's health meanwhile: it was switched off, or deleted. What was raised and is not
    /// held there, nobody else would resolve.
    async fn take_back(&self, source: &LogSource, notices: &[Notice], now: Timestamp) {
        let id = source.id.as_str();
        let stored = match self.store.log_source(&source.id).await {
            Ok(stored) => stored.map(|stored| stored.health).unwrap_or_default(),
            Err(error) => {
                tracing::warn!(source.id = id, error = chain(&error), "an alert may stay open");
                return;
            }
        };
        for notice in notices {
            let Notice::Raise { id: raised, .. } = notice else { continue };
            if [&stored.alerted, &stored.silent_alerted].contains(&&Some(raised.clone())) {
                continue;
            }
            let comment = format!("The log source \"{}\" was changed while this was raised.", source.settings.name);
            match self.tell(&Notice::Resolve { id: raised.clone(), comment }, now).await {
                Ok(()) => tracing::info!(source.id = id, alert.id = raised.as_str(), "log source alert taken back"),
                Err(error) => tracing::warn!(source.id = id, error = chain(&error), "an alert stays open"),
            }
        }
    }

    async fn tell(&self, notice: &Notice, now: Timestamp) -> Result<(), SendError> {
        match notice {
            Notice::Raise { alert, .. } => self.out.alerts.send(alert.to_string()).await,
            Notice::Resolve { id, comment } => {
                let change = Change {
                    id: ChangeId::derive(&[b"log-source", id.as_str().as_bytes()]),
                    alert_id: id.clone(),
                    at: now,
                    actor: Actor::System,
                    origin: Origin::System,
                    seen_seq: None,
                    action: Action::SetStatus { status: Status::Resolved, comment: Some(comment.clone()) },
                };
                let deduplication = change.id.to_string();
                let message =
                    serde_json::to_string(&ChangeMessage::Change(Box::new(change))).expect("a message is JSON");
                self.out.changes.send_in_order(id.as_str(), &deduplication, message).await
            }
        }
    }
}

fn told(notice: &Notice) -> &'static str {
    match notice {
        Notice::Raise { .. } => "log source alert raised",
        Notice::Resolve { .. } => "log source alert resolved",
    }
}
