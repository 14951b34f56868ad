//! Ctrl-C and SIGTERM as a flag that every wait looks at.

use crate::failure::{Doing, Failure, Result};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How long a wait sleeps before it looks again.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// Whether this process has been asked to stop.
#[derive(Clone)]
pub(crate) struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Catches Ctrl-C, SIGTERM and a closed terminal from now on. A second signal ends the process at once; its
    /// children's guards then end them.
    pub(crate) fn on_signals() -> Result<Stop> {
        let flag = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            signal_hook::flag::register_conditional_shutdown(signal, 130, Arc::clone(&flag))
                .and_then(|_| signal_hook::flag::register(signal, Arc::clone(&flag)))
                .doing(|| "listen for Ctrl-C".to_owned())?;
        }
        Ok(Stop(flag))
    }

    pub(crate) fn requested(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Waits until `look` has something. `None` after `at_most`.
    pub(crate) fn wait_for<T>(
        &self,
        at_most: Duration,
        mut look: impl FnMut() -> Result<Option<T>>,
    ) -> Result<Option<T>> {
        let end = Instant::now() + at_most;
        loop {
            if self.requested() {
                return Err(Failure::Interrupted);
            }
            if let Some(found) = look()? {
                return Ok(Some(found));
            }
            if Instant::now() >= end {
                return Ok(None);
            }
            std::thread::sleep(LOOK_AGAIN);
        }
    }
}
