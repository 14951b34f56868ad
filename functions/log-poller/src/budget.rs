//! What a run may still do: calls of Slack's, and time. What is over is resumed by the next minute's run.

use crate::Limits;
use crate::halt::Halt;
use logs::LogType;
use std::time::{Duration, Instant};

/// From here on nothing is put any more: the function may run for 55 s, and what is put then may arrive when another has
/// the lease.
const LAST_PUT: Duration = Duration::from_secs(50);

/// What is left of a run.
#[derive(Debug)]
pub(crate) struct Budget {
    began: Instant,
    reading: Duration,
    calls: u32,
}

impl Budget {
    pub(crate) fn new(limits: &Limits, log_type: LogType) -> Self {
        let calls = match log_type {
            LogType::Audit => limits.audit_calls,
            LogType::Access | LogType::Integration => limits.team_calls,
        };
        Self { began: Instant::now(), reading: limits.reading, calls }
    }

    /// Takes a call.
    pub(crate) fn call(&mut self) -> Result<(), Halt> {
        if self.calls == 0 || self.began.elapsed() >= self.reading {
            return Err(Halt::Spent);
        }
        self.calls -= 1;
        Ok(())
    }

    /// Whether it is too late to put an object.
    pub(crate) fn is_late(&self) -> bool {
        self.began.elapsed() >= LAST_PUT
    }

    /// How long the run has taken.
    pub(crate) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }
}
