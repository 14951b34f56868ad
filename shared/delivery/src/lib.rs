//! Brings the copies of an alert up to date: claim, send, record (promises 3, 5 and 6).
//!
//! In: an alert as the store has it, and the destinations. Out: what each destination shows, and when to look again.
//! Whoever calls it, however often, the result is the same: a copy ends at the alert's present state, with each
//! activity in its thread once.
//!
//! | module | what |
//! |---|---|
//! | [`courier`](Courier) | all copies of one alert, side by side |
//! | `slack_bot` | the destination kind "Slack Bot" |
//! | `boomerang` | the direct messages of boomerangs |
//! | `failure` | what a failed call means for a delivery: a pure table |
//! | `backoff` | how long to wait |
//! | `holds` | channels that Slack asked to leave alone |
//! | `mentions` | who is who in Slack |

mod backoff;
mod boomerang;
mod courier;
mod failure;
mod holds;
mod mentions;
mod slack_bot;

pub use boomerang::Asking;
pub use courier::{Courier, Ending, Progress};

use holds::Holds;
use jiff::{SignedDuration, Timestamp};
use mentions::MentionCache;
use slack::client::{Api, Client, Token};
use slack::credentials::Credentials;
use std::time::Duration;
use store::Store;

/// How long a worker has a delivery to itself. Longer than a function may run (30 s in the template, which a policy test
/// holds to this), so that two workers never have one.
pub const LEASE: SignedDuration = SignedDuration::from_secs(45);

/// How long an invocation goes on calling Slack: well inside the function's 30 s, so that what was done is recorded.
const TIME: Duration = Duration::from_secs(22);

/// How messages look, beside what a destination says of it.
#[derive(Debug, Clone)]
pub struct Looks {
    /// Where alerts can be seen, for those without a link of their own.
    pub console_url: Option<String>,
    /// What the button that leads there says.
    pub button_label: String,
}

/// What it takes to send, built once per process.
#[derive(Debug)]
pub struct Sender {
    store: Store,
    slack: Client,
    looks: Looks,
    mentions: MentionCache,
    holds: Holds,
    patience: Duration,
}

impl Sender {
    /// `patience` is how long a rate limit is waited out in place; a longer one is left for the sweep.
    pub fn new(store: Store, slack: Client, looks: Looks, patience: Duration) -> Self {
        Self { store, slack, looks, mentions: MentionCache::default(), holds: Holds::default(), patience }
    }

    /// Slack with a token, for what is no delivery.
    pub fn slack<'a>(&'a self, token: &'a Token) -> Api<'a> {
        self.slack.with_token(token)
    }

    /// A courier for one invocation, which began at `now`.
    pub fn courier<'a>(&'a self, credentials: &'a Credentials, now: Timestamp) -> Courier<'a> {
        Courier::new(self, credentials, now)
    }
}
