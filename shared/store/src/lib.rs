//! Margay's state: the only crate that knows DynamoDB. One table; every method is one access pattern.
//!
//! | item | `pk` | `sk` | read by |
//! |---|---|---|---|
//! | alert: content, routing, triage state | `ALERT#id` | `META` | id; with history and deliveries in one Query; indexes `by-time`, `lagging`, `open` |
//! | activity | `ALERT#id` | `ACTIVITY#0000000002` | with its alert |
//! | delivery | `ALERT#id` | `DELIVERY#destination` | with its alert |
//! | direct message of a boomerang | `ALERT#id` | `BOOMERANG#boomerang` | with its alert |
//! | boomerang that waits for an answer, for whoever was asked | `ALERT#id` | `OPEN_ASKED#boomerang` | index `open` |
//! | the same, for whoever asks | `ALERT#id` | `OPEN_ASKER#boomerang` | index `open` |
//! | message: the delivery that it is | `MESSAGE#channel#ts` | `MESSAGE` | key |
//! | applied change: makes a repetition harmless; expires after 30 days | `CHANGE#alert#change` | `CHANGE` | key |
//! | destination: what people set, and beside it what Slack says of its channel | `DESTINATION` | id | all of them, key |
//! | event of Slack's that was begun to be answered; expires after 30 days | `HAPPENING#id` | `HAPPENING` | key |
//! | spent state of an installation of the Slack app; expires after a day | `OAUTH_STATE#nonce` | `OAUTH_STATE` | key |
//! | what threat intelligence said of a value; Tor's exit nodes; a provider that is held; all expire | `INTEL#provider#kind#value`, `INTEL_TOR`, `INTEL_HOLD#provider` | `INTEL` | keys, in a batch |
//! | the right to change the installations | `LOCK#installations` | `LOCK` | key |
//! | progress of a log source: what is leased, read and being written | `LOGSOURCE#id` | `PROGRESS` | key |
//! | keys of an object's rows of a quarter of an hour; expires after 90 days | `LOGSOURCE#id` | `SEEN#001795249800#hash` | quarters from, to |
//! | user | `USER` | id | all of them, key |
//! | API key | `APIKEY` | id | all of them, key |
//! | API key by the SHA-256 of its text | `APIKEY_HASH#hash` | `APIKEY` | key |
//! | log source: what people set, and beside it how its polls went | `LOGSOURCE` | id | all of them, key |
//! | name that is taken: a destination's or log source's name, a user's email | `NAME#kind#name` | `NAME` | key |
//!
//! Index `by-time` (`month`, `time`): alerts by their month and time of creation. Index `lagging` (`lagging`, `due`):
//! only alerts that have work left, by the time at which the sweep should take them up; `behind_since` says since when
//! their copies have not all been up to date, and is missing while they are (an alert that waits for a reminder).
//! Index `open` (`open_for`, `urgency`): open and triaged alerts by their assignee, or `NOBODY`, the most urgent last; and
//! boomerangs that wait for an answer.
//!
//! An alert's first activity, its creation, is not stored: it follows from the alert. Writes are conditional wherever
//! two writers can meet; who loses learns it as a value, not as an error.

mod alerts;
mod api_keys;
mod changes;
mod deliveries;
mod destinations;
mod direct_messages;
mod error;
mod happenings;
mod installing;
mod intel;
mod item;
mod listing;
mod log_progress;
mod log_sources;
mod names;
mod open;
mod seen;
mod users;

pub use alerts::{AlertRecord, Due, Lagging, Put};
pub use changes::Applied;
pub use deliveries::{Claim, MessageOwner, StoredDelivery};
pub use destinations::Noted;
pub use direct_messages::StoredDirectMessage;
pub use error::Error;
pub use intel::{KeptAnswer, KeptIntel};
pub use listing::{AlertFilter, AlertPage, Cursor, SortDir};
pub use log_progress::{PendingObject, Position, Progress, StoredProgress, Window};
pub use names::Taken;
pub use open::{Open, Pointer, Waiting};
pub use seen::{SEEN_BUCKET_S, SeenKeys, seen_bucket};

use aws_sdk_dynamodb::Client;

/// The table. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    client: Client,
    table: String,
}

impl Store {
    /// The table called `table`, reached with `config`.
    pub fn new(config: &aws_types::SdkConfig, table: String) -> Self {
        Self { client: Client::new(config), table }
    }
}
