//! How far one destination's copy of an alert is.
//!
//! ```text
//!              claim, post                    change           claim, update, reply
//! PENDING ───────────────────► DELIVERED ──────────────► lagging ───────────────────► synced
//!    │  refused for good ──► DEAD
//!    │  answer lost, and the channel cannot tell ──► UNCERTAIN
//!    └─ the destination is gone ──► SUPPRESSED
//! ```

use crate::{AlertId, ChangeId, Destination, DestinationId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DeliveryState {
    /// Not posted yet, or being posted.
    Pending,
    /// The message is there.
    Delivered,
    /// Not posted on purpose; the reason says why.
    Suppressed,
    /// The answer to a post was lost and the channel could not tell whether the message is there; never posted blindly.
    Uncertain,
    /// Refused for good; the reason says what to do.
    Dead,
}

impl DeliveryState {
    /// Whether nothing will be sent any more.
    pub fn is_final(self) -> bool {
        match self {
            Self::Pending | Self::Delivered => false,
            Self::Suppressed | Self::Uncertain | Self::Dead => true,
        }
    }
}

/// A post that was begun and whose answer is not recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inflight {
    pub what: Post,
    /// The channel as the destination named it then: it may have been given another since.
    pub channel: String,
    /// When the post was begun: the message, if it is there, is not older.
    pub since: Timestamp,
}

/// What is being posted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "post", rename_all = "snake_case")]
pub enum Post {
    /// The alert's own message.
    Parent,
    /// The thread reply of activity `seq`.
    Reply { seq: u64 },
    /// A file that belongs to that reply, which is there.
    File { seq: u64, file_id: String },
}

/// Why a delivery is dead or uncertain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The destination's word for it, or `answer_lost`.
    pub code: String,
    /// A sentence for people.
    pub what_to_do: String,
    /// Whether a SYSTEM_ERROR alert was raised about it.
    pub told: bool,
}

/// One destination's copy of an alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    pub alert_id: AlertId,
    pub destination_id: DestinationId,
    /// The destination's name when first sent to.
    pub label: String,
    pub state: DeliveryState,
    /// For people: why it is not delivered, or not up to date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Set if it is dead or uncertain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refusal>,
    /// The last activity that this copy shows; 0 before it is posted.
    pub synced_seq: u64,
    /// Slack's channel id and message timestamp, once posted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<MessageRef>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inflight: Option<Inflight>,
    /// Attempts that failed since the last success.
    #[serde(default)]
    pub failures: u32,
    /// When the first of those failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<Timestamp>,
    /// Not to be tried before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_at: Option<Timestamp>,
    /// Whether the parent was posted anew because somebody deleted it; that is done once.
    #[serde(default)]
    pub reposted: bool,
    /// Replies that tell of a boomerang and have a button to cancel it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<QuestionReply>,
    /// When the message was posted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dispatched_at: Option<Timestamp>,
}

/// A reply that tells of a boomerang.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionReply {
    pub boomerang: ChangeId,
    /// The reply's id in the message's channel.
    pub ts: String,
}

/// A message in Slack.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MessageRef {
    pub channel: String,
    pub ts: String,
}

impl Delivery {
    /// A delivery that nothing was done for yet.
    pub fn new(alert_id: AlertId, destination: &Destination) -> Self {
        Self::unsent(alert_id, destination.id.clone(), destination.settings.display_name.clone())
    }

    /// The same for a destination that is known by its id alone.
    pub fn unsent(alert_id: AlertId, destination_id: DestinationId, label: String) -> Self {
        Self {
            alert_id,
            destination_id,
            label,
            state: DeliveryState::Pending,
            reason: None,
            refusal: None,
            synced_seq: 0,
            message: None,
            inflight: None,
            failures: 0,
            failing_since: None,
            retry_at: None,
            reposted: false,
            questions: Vec::new(),
            dispatched_at: None,
        }
    }

    /// The delivery's id as the message's metadata carries it: unique, and safe for others to see.
    pub fn id(&self) -> String {
        format!("{}/{}", self.alert_id, self.destination_id)
    }

    /// The alert and the destination of a delivery with this [`id`](Self::id), if it is one.
    pub fn parse_id(id: &str) -> Option<(AlertId, DestinationId)> {
        let (alert, destination) = id.split_once('/')?;
        Some((AlertId::new(alert).ok()?, DestinationId::new(destination).ok()?))
    }

    /// Whether nothing is left to do for the alert at `seq`: all is shown, or it has ended and somebody was told.
    pub fn is_settled(&self, seq: u64) -> bool {
        let untold = self.refusal.as_ref().is_some_and(|refusal| !refusal.told);
        let shown = self.synced_seq >= seq && self.inflight.is_none();
        !untold && (self.state.is_final() || shown)
    }
}
