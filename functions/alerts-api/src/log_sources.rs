//! Log sources: which of Slack's logs are pulled, and how that goes.
//!
//! A source names the secret that its credentials are in, and nothing here ever shows what is in it. Until there is a
//! token in it the source waits: `log_install` puts one there.

use crate::answer::{Answer, Page};
use crate::problem::Problem;
use crate::{Api, Call, random};
use alert::change::{Action, Change};
use alert::{Actor, AlertId, ChangeId, Origin, Status};
use jiff::Timestamp;
use logs::{Health, LogSource, LogSourceId, LogSourceSettings, Notice, State, Trouble};
use serde::Serialize;
use store::{Noted, Taken};

const NAME: &str = "name";

/// How often health is noted anew if a poll notes it at the same time.
const TRIES: u32 = 4;

/// A log source with how its polls went.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct LogSourceShape<'a> {
    #[serde(flatten)]
    source: &'a LogSource,
    state: State,
    last_error: Option<&'a Trouble>,
    /// The event time of the newest entry.
    last_event_at: Option<Timestamp>,
    last_poll_at: Option<Timestamp>,
}

fn shape(source: &LogSource) -> LogSourceShape<'_> {
    let Health { state, last_error, last_event_at, last_poll_at, .. } = &source.health;
    LogSourceShape {
        source,
        state: *state,
        last_error: last_error.as_ref(),
        last_event_at: *last_event_at,
        last_poll_at: *last_poll_at,
    }
}

impl Api {
    /// `GET /log-sources`.
    pub(crate) async fn list_log_sources(&self) -> Result<Answer, Problem> {
        let sources = self.store.log_sources().await?;
        Ok(Answer::ok(&Page { results: sources.iter().map(shape).collect(), next: None }))
    }

    /// `GET /log-sources/{id}`.
    pub(crate) async fn get_log_source(&self, call: &Call<'_>) -> Result<Answer, Problem> {
        Ok(Answer::ok(&shape(&self.log_source(&call.id).await?)))
    }

    /// `POST /log-sources`.
    pub(crate) async fn create_log_source(&self, call: &Call<'_>) -> Result<Answer, Problem> {
        let source = LogSource {
            id: LogSourceId::new(random::id()).expect("hex digits are an id"),
            settings: LogSourceSettings::parse(call.body, None, self.log_apps.secrets.prefix())?,
            created_at: call.now,
            updated_at: call.now,
            health: Health::default(),
        };
        match self.store.create_log_source(&source).await? {
            Taken::Free => Ok(Answer::created(&format!("/log-sources/{}", source.id), &shape(&source))),
            Taken::ByAnother | Taken::Gone => Err(Problem::Taken { field: NAME }),
        }
    }

    /// `PATCH` or `PUT /log-sources/{id}`: what the body names is changed, the rest stays. A source that is switched off
    /// has no open alerts.
    pub(crate) async fn update_log_source(&self, call: &Call<'_>) -> Result<Answer, Problem> {
        let old = self.log_source(&call.id).await?;
        let settings = LogSourceSettings::parse(call.body, Some(&old.settings), self.log_apps.secrets.prefix())?;
        let mut new = LogSource { settings, updated_at: call.now, ..old.clone() };
        match self.store.update_log_source(&old, &new).await? {
            Taken::Free => {}
            Taken::ByAnother => return Err(Problem::Taken { field: NAME }),
            Taken::Gone => return Err(no_such(&call.id)),
        }
        if !new.settings.enabled {
            new.health = self.put_log_source_aside(&new, call.now).await?;
        }
        Ok(Answer::ok(&shape(&new)))
    }

    /// `DELETE /log-sources/{id}`, at any time. What was read of it stays in the bucket, and its secret stays.
    pub(crate) async fn delete_log_source(&self, call: &Call<'_>) -> Result<Answer, Problem> {
        let source = self.log_source(&call.id).await?;
        // First, so that a request that fails here can be sent again.
        self.put_log_source_aside(&source, call.now).await?;
        match self.store.delete_log_source(&source).await? {
            Taken::Free => Ok(Answer::done()),
            Taken::ByAnother | Taken::Gone => Err(no_such(&call.id)),
        }
    }

    pub(crate) async fn log_source(&self, id: &str) -> Result<LogSource, Problem> {
        self.find_log_source(id).await?.ok_or_else(|| no_such(id))
    }

    pub(crate) async fn find_log_source(&self, id: &str) -> Result<Option<LogSource>, store::Error> {
        match LogSourceId::new(id) {
            Ok(id) => self.store.log_source(&id).await,
            Err(_) => Ok(None),
        }
    }

    /// Resolves the open alerts of a source that is not to be polled any more. Its health then.
    async fn put_log_source_aside(&self, source: &LogSource, now: Timestamp) -> Result<Health, Problem> {
        let mut health = source.health.clone();
        for _ in 0..TRIES {
            let (aside, notices) = health.put_aside(source);
            for notice in notices {
                match notice {
                    Notice::Resolve { id, comment } => self.enqueue_change(&resolve(id, comment, now)).await?,
                    Notice::Raise { id: _, alert } => self.enqueue_alert(alert.to_string()).await?,
                }
            }
            if aside == health || self.store.note_log_health(&source.id, &aside).await? == Noted::Done {
                return Ok(aside);
            }
            // A poll came between: what it raised is open, too.
            let Some(latest) = self.store.log_source(&source.id).await? else { return Ok(aside) };
            health = latest.health;
        }
        Err(Problem::Unavailable("polls note the log source's health all the time".into()))
    }

    /// Notes that a source works, since it was just installed. Alerts that are open stay so until its first poll, which
    /// resolves the one that it fails, and until its first entry, which resolves the one that it has no data.
    pub(crate) async fn note_installed(&self, id: &LogSourceId) -> Result<Option<LogSource>, store::Error> {
        for _ in 0..TRIES {
            let Some(mut source) = self.store.log_source(id).await? else { return Ok(None) };
            source.health = Health {
                state: State::Healthy,
                last_error: None,
                failures: 0,
                passing_since: None,
                silent_since: source.health.silent_alerted.as_ref().and(source.health.silent_since),
                ..source.health
            };
            if self.store.note_log_health(id, &source.health).await? == Noted::Done {
                return Ok(Some(source));
            }
        }
        // Polls go on noting it, and they see that it works.
        self.store.log_source(id).await
    }
}

/// Margay itself resolves an alert of its own. Its id follows from the alert's, so that it happens once.
fn resolve(alert_id: AlertId, comment: String, now: Timestamp) -> Change {
    Change {
        id: ChangeId::derive(&[b"log-source-put-aside", alert_id.as_str().as_bytes()]),
        alert_id,
        at: now,
        actor: Actor::System,
        origin: Origin::System,
        seen_seq: None,
        action: Action::SetStatus { status: Status::Resolved, comment: Some(comment) },
    }
}

fn no_such(id: &str) -> Problem {
    Problem::no_such("log source", id)
}
