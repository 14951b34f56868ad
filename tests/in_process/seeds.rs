//! Runs a random test with many seeds, on both cores. `MARGAY_SEED=n` runs one again, `MARGAY_SEEDS=n` another number.

use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicU64, Ordering};

#[allow(clippy::disallowed_methods)] // Test settings come from the environment.
fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

/// Runs `run` with the seeds below `seeds`, and says with which one it failed.
pub(crate) fn each(seeds: u64, run: fn(u64)) {
    if let Some(seed) = setting("MARGAY_SEED") {
        return run(seed);
    }
    let seeds = setting("MARGAY_SEEDS").unwrap_or(seeds);
    let next = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds {
                        return;
                    }
                    if let Err(panic) = std::panic::catch_unwind(AssertUnwindSafe(|| run(seed))) {
                        next.store(seeds, Ordering::Relaxed);
                        eprintln!("seed {seed} broke a promise; MARGAY_SEED={seed} runs it again");
                        std::panic::resume_unwind(panic);
                    }
                }
            });
        }
    });
}
