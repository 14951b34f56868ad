//! Everything that went over the wire, both ways, in order. Callbacks keep their bytes, so that the very same
//! request can be sent once more.

use std::collections::{BTreeMap, VecDeque};
use std::time::Instant;

use serde::Serialize;
use serde_json::Value;

use crate::callbacks::Callback;
use crate::faults::{Fault, FaultKind, Struck};
use crate::slack::Slack;
use crate::state::State;

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
    /// Milliseconds of real time, whatever the simulator's clock shows, from the beginning of the request (of an
    /// event's latest attempt) to its answer, or to the moment when none could come any more. `None`: it still runs.
    pub took_ms: Option<u64>,
    #[serde(skip)]
    pub(crate) begun: Instant,
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
    /// Whether it changed since a feed was last told.
    pub(crate) touched: bool,
}

/// Ends the entry of a request when it is dropped, however that comes: with an answer, cut, or given up.
pub(crate) struct Running {
    slack: Slack,
    wire_id: String,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.slack.with_state(|state| state.wire.ended(&self.wire_id));
    }
}

impl State {
    /// The fault that strikes a callback, if any; its entry tells of it.
    pub(crate) fn callback_fault(&mut self, callback: &Callback) -> Option<Fault> {
        let Struck { fault, .. } = self.faults.choose("callback", None)?;
        self.wire.broken_by(&callback.wire_id, fault.kind);
        Some(fault)
    }
}

impl Slack {
    /// Counts the time of a request from now on.
    pub(crate) fn request_runs(&self, wire_id: &str) -> Running {
        self.with_state(|state| state.wire.runs(wire_id));
        Running { slack: self.clone(), wire_id: wire_id.to_owned() }
    }
}

impl Wire {
    /// Empty, and every id that `before` gave stays its own: requests of that time may still end.
    pub(crate) fn after(before: &Self) -> Self {
        Self { written: before.written, ..Self::default() }
    }

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
            took_ms: None,
            begun: Instant::now(),
            callback: None,
        });
        self.touched = true;
        id
    }

    /// An entry to be changed.
    pub(crate) fn entry_mut(&mut self, id: &str) -> Option<&mut WireEntry> {
        self.touched = true;
        self.entries.iter_mut().rev().find(|e| e.id == id)
    }

    /// The request begins now, or once more.
    pub(crate) fn runs(&mut self, id: &str) {
        if let Some(entry) = self.entry_mut(id) {
            entry.begun = Instant::now();
            entry.took_ms = None;
        }
    }

    /// The answer that the request got.
    pub(crate) fn answered(&mut self, id: &str, status: u16, response: Value) {
        if let Some(entry) = self.entry_mut(id) {
            entry.status = Some(status);
            entry.response = response;
        }
        self.ended(id);
    }

    /// No answer will come any more, if none has.
    pub(crate) fn ended(&mut self, id: &str) {
        let Some(entry) = self.entries.iter_mut().rev().find(|e| e.id == id) else { return };
        if entry.took_ms.is_none() {
            entry.took_ms = Some(u64::try_from(entry.begun.elapsed().as_millis()).unwrap_or(u64::MAX));
            self.touched = true;
        }
    }

    /// A fault struck the request.
    pub(crate) fn broken_by(&mut self, id: &str, fault: FaultKind) {
        if let Some(entry) = self.entry_mut(id) {
            entry.fault = Some(fault.name().to_owned());
        }
    }

    pub(crate) fn callback(&self, id: &str) -> Option<&Callback> {
        self.entries.iter().rev().find(|e| e.id == id)?.callback.as_ref()
    }

    /// Entries after the one with this id (all, without one), in order; at most the `newest` of them.
    pub(crate) fn entries(&self, id: Option<&str>, newest: Option<usize>) -> Vec<WireEntry> {
        let wanted = self.entries.iter().rev().take_while(|e| id.is_none_or(|id| e.id.as_str() > id));
        let mut entries: Vec<WireEntry> = wanted.take(newest.unwrap_or(usize::MAX)).cloned().collect();
        entries.reverse();
        entries
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
