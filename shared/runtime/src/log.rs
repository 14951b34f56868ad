//! Logs: JSON, one line per handled message, the whole chain of an error in one field.

use std::error::Error as StdError;
use std::fmt::Write as _;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

/// What is below these speaks of headers and bodies when it explains itself, so it only warns.
const ONLY_WARNS: [&str; 6] = ["aws_", "h2", "hyper", "reqwest", "rustls", "tower"];

/// Starts logging at `level`: `info` or `debug`. Time and request are CloudWatch's to add.
pub fn start(level: &str) {
    let level = level.parse().unwrap_or(LevelFilter::INFO);
    let quiet = ONLY_WARNS.map(|target| (target, LevelFilter::WARN));
    let filter = Targets::new().with_default(level).with_targets(quiet);
    let lines = tracing_subscriber::fmt::layer().json().without_time().with_target(false);
    // In a test process somebody may have started it already.
    drop(tracing_subscriber::registry().with(lines.with_filter(filter)).try_init());
}

/// An error and what caused it, from the outside in: `a: b: c`.
pub fn chain(error: &(dyn StdError + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        // Writing to a String cannot fail.
        let _ = write!(text, ": {error}");
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_chain_is_told() {
        let inner = std::io::Error::other("no route");
        let outer = crate::queue::SendError::Unavailable(Box::new(inner));
        assert_eq!(chain(&outer), "the queue did not take the message: no route");
    }
}
