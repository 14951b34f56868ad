//! Whether a log source works, and when somebody must be told.
//!
//! After each poll [`Health::after_poll`] says how the source is now and what that changes: an alert to raise, an alert
//! to resolve, or nothing. It is a pure function of the stored health, so a run that dies between the alert and the table
//! raises the same alert again, under the same id.
//!
//! | what the polls say | state | alert |
//! |---|---|---|
//! | people must act (token revoked, scope or plan missing), once | as it was | none |
//! | the same twice, whatever Slack could not answer in between | `UNHEALTHY` | one, until it works again |
//! | Slack is slow, limits us or is down | as it was | none; after half an hour it is shown |
//! | it works | `HEALTHY` | those that were open about failing are resolved |
//! | there is no secret or no token yet | `WAITING_FOR_SETUP` | none; what is missing is shown |
//! | there is none any more | as if people must act | the same |
//! | no entry for the threshold, and no alert about failing | as it was | one, until an entry comes or the threshold is raised or switched off |

use crate::{LogSource, Notice, notice};
use alert::AlertId;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// From as many failed polls in a row a source is unhealthy.
pub const FAILURES_TO_ALERT: u32 = 2;

/// What passes by itself is shown from here on.
pub const PASSING_MINUTES: i64 = 30;

/// How a source is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    /// Nobody has granted access yet.
    #[default]
    WaitingForSetup,
    Healthy,
    /// It fails until somebody acts.
    Unhealthy,
}

/// What is wrong with a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Trouble {
    /// Slack's code, such as `token_revoked`, or Margay's own.
    pub code: String,
    pub what_to_do: String,
    /// When it began.
    pub since: Timestamp,
}

/// How a poll went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Poll {
    /// Slack answered.
    Worked {
        /// As many entries were new.
        entries: u64,
        /// The event time of the newest of them.
        newest: Option<Timestamp>,
    },
    /// It fails until somebody acts.
    NeedsPeople { code: String, what_to_do: String },
    /// It fails for a while: a rate limit, a time-out, a fault of Slack's.
    Passing { code: String },
    /// The secret holds no token.
    NotSetUp,
    /// There is no such secret, or it has no value.
    NoSecret,
}

/// What is known of a source's polls.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Health {
    pub state: State,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_error: Option<Trouble>,
    /// Polls that failed for a reason that people must see to, since the last that worked.
    pub failures: u32,
    /// Since when polls have failed for what passes by itself, and for nothing else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passing_since: Option<Timestamp>,
    /// The open alert that the source is unhealthy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alerted: Option<AlertId>,
    /// The open alert that the source has no data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub silent_alerted: Option<AlertId>,
    /// The event time of the newest entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_event_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_poll_at: Option<Timestamp>,
    /// When an entry came last, or from when on one is waited for. `None` until the source is polled, and while nobody
    /// wants to be told of silence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub silent_since: Option<Timestamp>,
    /// How often it was written: whoever writes says what they have read.
    #[serde(skip)]
    pub version: u64,
}

impl Health {
    /// What the health of `source` becomes by `poll`, which ended at `now`, and what to tell: say it first, store it
    /// then. Saying it twice is harmless, for the alerts' ids follow from when it began.
    pub fn after_poll(&self, source: &LogSource, poll: &Poll, now: Timestamp) -> (Self, Vec<Notice>) {
        let mut health = self.clone();
        let mut notices = Vec::new();
        health.last_poll_at = Some(now);
        match poll {
            Poll::Worked { entries, newest } => health.worked(source, *entries, *newest, now, &mut notices),
            Poll::NeedsPeople { code, what_to_do } => health.failed(source, code, what_to_do, now, &mut notices),
            Poll::NotSetUp | Poll::NoSecret => {
                let (code, what_to_do) = if *poll == Poll::NotSetUp {
                    ("not_set_up", notice::GRANT)
                } else {
                    ("no_secret", notice::MAKE_SECRET)
                };
                if self.state == State::WaitingForSetup {
                    health.waits(code, what_to_do, now);
                    return (health, notices);
                }
                health.failed(source, code, what_to_do, now, &mut notices);
            }
            Poll::Passing { code } => health.passed_over(code, now),
        }
        let heard = matches!(poll, Poll::Worked { entries: 1.., .. });
        health.listen(source, heard, now, &mut notices);
        (health, notices)
    }

    /// The health of a source that is switched off, or deleted: what was open is resolved, and its silence is none.
    pub fn put_aside(&self, source: &LogSource) -> (Self, Vec<Notice>) {
        let mut health = self.clone();
        let comment = format!("The log source \"{}\" is switched off.", source.settings.name);
        let open = [health.alerted.take(), health.silent_alerted.take()];
        let notices =
            open.into_iter().flatten().map(|alert| Notice::Resolve { id: alert, comment: comment.clone() }).collect();
        if health.state == State::Unhealthy {
            health.state = State::WaitingForSetup;
        }
        (health.failures, health.last_error) = (0, None);
        (health.passing_since, health.silent_since) = (None, None);
        (health, notices)
    }

    fn worked(
        &mut self,
        source: &LogSource,
        entries: u64,
        newest: Option<Timestamp>,
        now: Timestamp,
        notices: &mut Vec<Notice>,
    ) {
        if let Some(alert) = self.alerted.take() {
            let comment = format!("The log source \"{}\" works again.", source.settings.name);
            notices.push(Notice::Resolve { id: alert, comment });
            // What was missed while it failed is still to come. A silence that is told of already is the same still.
            if self.silent_alerted.is_none() {
                self.silent_since = Some(now);
            }
        }
        if entries > 0 {
            self.silent_since = Some(now);
            self.last_event_at = self.last_event_at.max(newest);
        }
        self.state = State::Healthy;
        (self.failures, self.last_error, self.passing_since) = (0, None, None);
    }

    /// Nothing was granted yet: what is missing is shown, and nobody is told.
    fn waits(&mut self, code: &str, what_to_do: &str, now: Timestamp) {
        let since =
            self.last_error.as_ref().filter(|trouble| trouble.code == code).map_or(now, |trouble| trouble.since);
        self.last_error = Some(Trouble { code: code.to_owned(), what_to_do: what_to_do.to_owned(), since });
    }

    fn failed(&mut self, source: &LogSource, code: &str, what_to_do: &str, now: Timestamp, notices: &mut Vec<Notice>) {
        let since = match &self.last_error {
            Some(trouble) if self.failures > 0 => trouble.since,
            Some(_) | None => now,
        };
        let trouble = Trouble { code: code.to_owned(), what_to_do: what_to_do.to_owned(), since };
        self.failures = self.failures.saturating_add(1);
        self.passing_since = None;
        if self.failures >= FAILURES_TO_ALERT {
            self.state = State::Unhealthy;
            if self.alerted.is_none() {
                let notice = notice::unhealthy(source, &trouble, now);
                self.alerted = Some(notice.alert_id().clone());
                notices.push(notice);
            }
        }
        self.last_error = Some(trouble);
    }

    fn passed_over(&mut self, code: &str, now: Timestamp) {
        let since = *self.passing_since.get_or_insert(now);
        let shown = self.failures == 0 && now.duration_since(since) >= SignedDuration::from_mins(PASSING_MINUTES);
        if shown {
            self.last_error = Some(Trouble { code: code.to_owned(), what_to_do: notice::IT_PASSES.to_owned(), since });
        }
    }

    /// Whether entries still come; `heard` if some came now. A source that fails for people to see to is told of already.
    fn listen(&mut self, source: &LogSource, heard: bool, now: Timestamp, notices: &mut Vec<Notice>) {
        let name = &source.settings.name;
        let resolve = |id, comment| Notice::Resolve { id, comment };
        let Some(minutes) = source.settings.silence_minutes else {
            // Whoever wants to be told again is told of what is silent from then on.
            self.silent_since = None;
            let comment = format!("The log source \"{name}\" is no longer watched for silence.");
            notices.extend(self.silent_alerted.take().map(|alert| resolve(alert, comment)));
            return;
        };
        let since = *self.silent_since.get_or_insert(now);
        let silent = now.duration_since(since) >= SignedDuration::from_mins(i64::from(minutes));
        match self.silent_alerted.take() {
            Some(alert) if heard => {
                notices.push(resolve(alert, format!("The log source \"{name}\" has data again.")));
            }
            Some(alert) if silent => self.silent_alerted = Some(alert),
            Some(alert) => {
                // From now on, so that the next alert of silence is another one.
                self.silent_since = Some(now);
                let comment = format!("The log source \"{name}\" may be silent for {minutes} minutes now.");
                notices.push(resolve(alert, comment));
            }
            None if silent && self.alerted.is_none() => {
                let notice = notice::no_data(source, since, self.last_error.as_ref(), now);
                self.silent_alerted = Some(notice.alert_id().clone());
                notices.push(notice);
            }
            None => {}
        }
    }
}
