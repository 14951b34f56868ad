//! The simulator's clock: the system's, or one that a test moves by hand. Message timestamps, the expiry of
//! trigger ids and response URLs, rate windows and event retries all follow it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use tokio::sync::Notify;

/// Where the simulator takes the time from.
#[derive(Clone, Debug)]
pub enum Clock {
    System,
    /// Stands still until a test advances it.
    Manual(ManualClock),
}

/// A clock that a test moves. Clones share the same time.
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<Hands>);

#[derive(Debug)]
struct Hands {
    micros: AtomicI64,
    moved: Notify,
}

impl ManualClock {
    /// A clock that shows `unix_seconds` after the epoch.
    pub fn at(unix_seconds: i64) -> Self {
        Self(Arc::new(Hands { micros: AtomicI64::new(unix_seconds * 1_000_000), moved: Notify::new() }))
    }

    /// Moves the time forward; whoever waits for a moment that has come now goes on.
    pub fn advance(&self, by: Duration) {
        let micros = i64::try_from(by.as_micros()).expect("tests do not wait 290,000 years");
        self.0.micros.fetch_add(micros, Ordering::SeqCst);
        self.0.moved.notify_waiters();
    }

    /// Microseconds since the epoch.
    pub fn now_micros(&self) -> i64 {
        self.0.micros.load(Ordering::SeqCst)
    }
}

impl Clock {
    /// Microseconds since the epoch.
    #[expect(clippy::disallowed_methods, reason = "this is the clock that the simulator takes its time from")]
    pub fn now_micros(&self) -> i64 {
        match self {
            Clock::System => jiff::Timestamp::now().as_microsecond(),
            Clock::Manual(clock) => clock.now_micros(),
        }
    }

    /// Whole seconds since the epoch.
    pub fn now_seconds(&self) -> i64 {
        self.now_micros().div_euclid(1_000_000)
    }

    /// Waits until this clock has moved on by `by`.
    pub(crate) async fn sleep(&self, by: Duration) {
        match self {
            Clock::System => tokio::time::sleep(by).await,
            Clock::Manual(clock) => {
                let micros = i64::try_from(by.as_micros()).unwrap_or(i64::MAX / 2);
                let until = clock.now_micros() + micros;
                loop {
                    let moved = clock.0.moved.notified();
                    tokio::pin!(moved);
                    moved.as_mut().enable();
                    if clock.now_micros() >= until {
                        return;
                    }
                    moved.await;
                }
            }
        }
    }
}
