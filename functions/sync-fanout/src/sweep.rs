//! The sweep: each minute, a message for every alert that has work left and is due. What waits for a rate limit, what a
//! crash left behind, and what nobody was told of all come back this way (promise 5).

use crate::Fanout;
use alert::{ChangeId, ChangeMessage};
use futures::stream::{self, StreamExt};
use jiff::{SignedDuration, Timestamp};
use runtime::log::chain;
use store::Lagging;

/// Alerts taken up by one sweep; the rest is taken up by the next, the longest waiting first.
const AT_MOST: i32 = 1000;

/// How long a message has to be dealt with before the next sweep sends another: while the queue is behind, the same
/// alerts are not sent again and again, and the sweep gets on to others.
const TIME_TO_WORK: SignedDuration = SignedDuration::from_secs(170);

/// Messages sent at once.
const AT_ONCE: usize = 16;

/// What a sweep did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Swept {
    /// Alerts that were due.
    pub lagging: usize,
    /// Of which no message could be sent.
    pub failed: usize,
    /// How long the copies of the one that is furthest behind have not been up to date, in seconds.
    pub oldest_s: i64,
}

impl Fanout {
    /// Sweeps once.
    ///
    /// # Errors
    /// [`store::Error`] if the table cannot be asked; the next minute's sweep tries again.
    pub async fn sweep(&self, now: Timestamp) -> Result<Swept, store::Error> {
        let due = self.store.lagging(now, AT_MOST).await?;
        let sent = stream::iter(&due).map(|lagging| self.nudge(lagging, now)).buffer_unordered(AT_ONCE);
        let failed = sent.filter(|sent| std::future::ready(!sent)).count().await;
        let behind = due.iter().map(|lagging| now.duration_since(lagging.behind_since).as_secs());
        let oldest_s = behind.max().unwrap_or(0);
        let swept = Swept { lagging: due.len(), failed, oldest_s };
        tracing::info!(lagging = swept.lagging, failed, lagging_oldest_s = oldest_s, "swept");
        Ok(swept)
    }

    /// One message a minute and alert, however often the sweep runs.
    async fn nudge(&self, lagging: &Lagging, now: Timestamp) -> bool {
        let id = &lagging.id;
        let minute = (now.as_second() / 60).to_be_bytes();
        let deduplication = format!("sweep:{}", ChangeId::derive(&[id.as_str().as_bytes(), &minute]));
        let sync = ChangeMessage::Sync { alert_id: id.clone(), clicked: None };
        let body = serde_json::to_string(&sync).expect("a message is JSON");
        if let Err(error) = self.changes.send_in_order(id.as_str(), &deduplication, body).await {
            tracing::warn!(alert.id = id.as_str(), error = chain(&error), "alert not taken up");
            return false;
        }
        if let Err(error) = self.store.postpone(lagging, now + TIME_TO_WORK).await {
            tracing::warn!(alert.id = id.as_str(), error = chain(&error), "alert will be taken up twice");
        }
        true
    }
}
