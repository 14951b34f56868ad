//! Who has to wait: block windows that a 429 opened, and, if the world asks for it, Slack's own limits.
//! A call inside a window is refused again and noted, so that a client that does not wait as told is seen.

use std::collections::{HashMap, VecDeque};

use serde::Serialize;

use crate::web_api::reference;

const SECOND: i64 = 1_000_000;

/// A call made although Slack had said to wait.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Violation {
    pub method: String,
    /// The channel; for log methods, for whom calls are counted together.
    pub channel: Option<String>,
    /// Milliseconds after the refusal.
    pub after_ms: i64,
    /// Milliseconds that were still to wait.
    pub early_ms: i64,
}

/// Block windows and recent calls, by method and channel.
#[derive(Default)]
pub(crate) struct RateLimits {
    blocked: HashMap<Key, Block>,
    recent: HashMap<Key, VecDeque<i64>>,
    pub(crate) violations: Vec<Violation>,
}

type Key = (String, Option<String>);

struct Block {
    since: i64,
    until: i64,
}

impl RateLimits {
    /// Refuses further calls of this method and channel for `seconds`.
    pub(crate) fn block(&mut self, method: &str, channel: Option<&str>, now: i64, seconds: u64) {
        let wait = i64::try_from(seconds).unwrap_or(i64::MAX / (2 * SECOND)) * SECOND;
        self.blocked.insert(key(method, channel), Block { since: now, until: now + wait });
    }

    /// Seconds that a call at `now` is told to wait, if it is refused.
    pub(crate) fn refused(&mut self, method: &str, channel: Option<&str>, now: i64) -> Option<u64> {
        let key = key(method, channel);
        let block = self.blocked.get(&key)?;
        if now >= block.until {
            self.blocked.remove(&key);
            return None;
        }
        self.violations.push(Violation {
            method: key.0,
            channel: key.1,
            after_ms: (now - block.since) / 1000,
            early_ms: (block.until - now) / 1000,
        });
        Some(whole_seconds(block.until - now))
    }

    /// Counts a call against Slack's own limits; the seconds to wait if it goes beyond them.
    /// <https://docs.slack.dev/apis/web-api/rate-limits>
    pub(crate) fn count(&mut self, method: &str, channel: Option<&str>, now: i64) -> Option<u64> {
        let (most, seconds, key) = match reference::method(method).map(|m| m.tier.as_str())? {
            "t1" => (1, 60, key(method, None)),
            "t2" => (20, 60, key(method, None)),
            "t3" => (50, 60, key(method, None)),
            "t4" => (100, 60, key(method, None)),
            // One message a second in each channel, with short bursts let through.
            _ if method == "chat.postMessage" => (5, 5, key(method, channel)),
            _ => return None,
        };
        self.count_within(key, most, seconds, now)
    }

    /// Counts a call against a limit of its own: `most` calls a minute of what `scope` names.
    pub(crate) fn count_by_minute(&mut self, method: &str, scope: &str, most: usize, now: i64) -> Option<u64> {
        self.count_within(key(method, Some(scope)), most, 60, now)
    }

    fn count_within(&mut self, key: Key, most: usize, seconds: i64, now: i64) -> Option<u64> {
        let recent = self.recent.entry(key).or_default();
        while recent.front().is_some_and(|at| *at <= now - seconds * SECOND) {
            recent.pop_front();
        }
        if recent.len() < most {
            recent.push_back(now);
            return None;
        }
        let oldest = recent.front().copied().unwrap_or(now);
        Some(whole_seconds(oldest + seconds * SECOND - now))
    }
}

/// `Retry-After` counts whole seconds, and waiting that long must be enough.
fn whole_seconds(micros: i64) -> u64 {
    u64::try_from((micros + SECOND - 1) / SECOND).unwrap_or(0).max(1)
}

fn key(method: &str, channel: Option<&str>) -> Key {
    (method.to_owned(), channel.map(str::to_owned))
}
