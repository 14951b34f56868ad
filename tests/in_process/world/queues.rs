//! The two queues as SQS keeps them, stepped by hand: a standard one, and a FIFO one with message groups, deduplication
//! within five minutes, and redrive after five receives.

use super::edge::Sent;
use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use std::collections::{HashMap, VecDeque};

const MAX_RECEIVES: u32 = 5;
const DEDUPLICATION: SignedDuration = SignedDuration::from_mins(5);

#[derive(Debug, Clone)]
pub(crate) struct Queued {
    pub(crate) id: String,
    pub(crate) body: String,
    pub(crate) group: Option<String>,
    receives: u32,
}

#[derive(Debug, Default)]
pub(crate) struct Queue {
    messages: VecDeque<Queued>,
    pub(crate) dead: Vec<Queued>,
    deduplicated: HashMap<String, Timestamp>,
    sent: u64,
}

impl Queue {
    pub(crate) fn push(&mut self, body: impl Into<String>) {
        self.sent += 1;
        let id = format!("message-{}", self.sent);
        self.messages.push_back(Queued { id, body: body.into(), group: None, receives: 0 });
    }

    /// Takes a message as SQS would: a repetition within five minutes is dropped.
    pub(crate) fn accept(&mut self, sent: Sent, now: Timestamp) {
        if let Some(id) = sent.deduplication {
            self.deduplicated.retain(|_, at| now.duration_since(*at) < DEDUPLICATION);
            if self.deduplicated.insert(id.clone(), now).is_some() {
                return;
            }
        }
        self.sent += 1;
        let id = format!("message-{}", self.sent);
        self.messages.push_back(Queued { id, body: sent.body, group: sent.group, receives: 0 });
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.messages.len()
    }

    /// Up to `max` messages for one invocation; they are out of the queue until they are given back.
    pub(crate) fn receive(&mut self, max: usize) -> Vec<Queued> {
        let count = max.min(self.messages.len());
        self.messages.drain(..count).map(|m| Queued { receives: m.receives + 1, ..m }).collect()
    }

    /// Gives back what an invocation did not deal with: to its place in front, or to the dead-letter queue.
    pub(crate) fn give_back(&mut self, received: Vec<Queued>, failed: impl Fn(&Queued) -> bool) {
        for message in received.into_iter().rev().filter(|message| failed(message)) {
            if message.receives >= MAX_RECEIVES { self.dead.push(message) } else { self.messages.push_front(message) }
        }
    }

    /// The same message once more, as at-least-once delivery may do.
    pub(crate) fn duplicate(&mut self, message: &Queued) {
        self.messages.push_back(Queued { receives: 0, ..message.clone() });
    }

    pub(crate) fn redrive(&mut self) {
        for message in self.dead.drain(..) {
            self.messages.push_back(Queued { receives: 0, ..message });
        }
    }
}

/// The event that Lambda makes of received messages.
pub(crate) fn event(received: &[Queued]) -> SqsEvent {
    let records: Vec<_> = received
        .iter()
        .map(|message| {
            let attributes = message.group.as_ref().map_or(json!({}), |group| json!({"MessageGroupId": group}));
            json!({
                "messageId": message.id, "receiptHandle": "r", "body": message.body, "attributes": attributes,
                "messageAttributes": {}, "md5OfBody": "x", "eventSource": "aws:sqs", "awsRegion": "eu-central-1",
                "eventSourceARN": "arn:aws:sqs:eu-central-1:000000000000:q",
            })
        })
        .collect();
    serde_json::from_value(json!({"Records": records})).unwrap()
}

/// Whether the answer returns this message to the queue.
pub(crate) fn failed(answer: &SqsBatchResponse) -> impl Fn(&Queued) -> bool + '_ {
    |message| answer.batch_item_failures.iter().any(|failure| failure.item_identifier == message.id)
}
