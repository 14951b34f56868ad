//! Logs: JSON, one line per handled message, the whole chain of an error in one field.

use std::error::Error as StdError;
use std::fmt::Write as _;
use tracing_subscriber::EnvFilter;

/// Starts logging at `level` (`info`, `debug`, or filters such as `info,alert_dispatch=debug`). Time and request are
/// CloudWatch's to add.
pub fn start(level: &str) {
    let filter = EnvFilter::try_new(level).unwrap_or_else(|_| EnvFilter::new("info"));
    let started = tracing_subscriber::fmt().json().with_env_filter(filter).without_time().with_target(false).try_init();
    drop(started);
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
