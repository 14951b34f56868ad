//! Everything that went over the wire, both ways, in order. Callbacks keep their bytes, so that the very same
//! request can be sent once more.

use std::collections::{BTreeMap, VecDeque};

use serde::Serialize;
use serde_json::Value;

use crate::callbacks::Callback;

/// Older entries are dropped beyond this.
const KEPT: usize = 20_000;

/// One request and its answer.
#[derive(Clone, Debug, Serialize)]
pub struct WireEntry {
    pub id: String,
    /// When the request began, as `seconds.micros` of the simulator's clock.
    pub at: String,
    pub direction: Direction,
    /// The Web API method, or the kind of callback.
    pub method: String,
    /// Arguments of a call (no token), or the payload of a callback.
    pub request: Value,
    /// `None`: no answer, or none yet.
    pub status: Option<u16>,
    pub response: Value,
    /// The fault that broke it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    #[serde(skip)]
    pub(crate) callback: Option<Callback>,
}

/// Who asked whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    ToSlack,
    ToApp,
}

/// A place in the log to count from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark(u64);

/// The log.
#[derive(Default)]
pub(crate) struct Wire {
    entries: VecDeque<WireEntry>,
    written: u64,
}

impl Wire {
    /// Begins an entry; gives its id.
    pub(crate) fn begin(&mut self, at: String, direction: Direction, method: &str, request: Value) -> String {
        self.written += 1;
        let id = format!("w{:08}", self.written);
        if self.entries.len() == KEPT {
            self.entries.pop_front();
        }
        self.entries.push_back(WireEntry {
            id: id.clone(),
            at,
            direction,
            method: method.to_owned(),
            request,
            status: None,
            response: Value::Null,
            fault: None,
            callback: None,
        });
        id
    }

    pub(crate) fn entry_mut(&mut self, id: &str) -> Option<&mut WireEntry> {
        self.entries.iter_mut().rev().find(|e| e.id == id)
    }

    pub(crate) fn callback(&self, id: &str) -> Option<&Callback> {
        self.entries.iter().rev().find(|e| e.id == id)?.callback.as_ref()
    }

    /// Entries after the one with this id (all, without one).
    pub(crate) fn after(&self, id: Option<&str>) -> Vec<WireEntry> {
        self.entries.iter().filter(|e| id.is_none_or(|id| e.id.as_str() > id)).cloned().collect()
    }

    pub(crate) fn mark(&self) -> Mark {
        Mark(self.written)
    }

    /// How often each Web API method was called since the mark.
    pub(crate) fn calls_since(&self, mark: Mark) -> BTreeMap<String, usize> {
        let from = format!("w{:08}", mark.0);
        let mut counts = BTreeMap::new();
        for entry in self.entries.iter().filter(|e| e.direction == Direction::ToSlack && e.id > from) {
            *counts.entry(entry.method.clone()).or_insert(0) += 1;
        }
        counts
    }
}
