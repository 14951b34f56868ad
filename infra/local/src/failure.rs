//! How a command ends badly: with a message for the person who ran it, or because they asked it to stop.

/// Why a command did not do what it was asked to.
#[derive(Debug)]
pub(crate) enum Failure {
    /// What went wrong and what to do about it, whole and ready to print.
    Said(String),
    /// Ctrl-C or SIGTERM. There is nothing to explain.
    Interrupted,
}

/// What every step of a command gives.
pub(crate) type Result<T> = std::result::Result<T, Failure>;

/// A failure with this message.
pub(crate) fn said<T>(message: impl Into<String>) -> Result<T> {
    Err(Failure::Said(message.into()))
}

/// Adds to an error what was being done, as in "Cannot write target/dev/stack.json: permission denied".
pub(crate) trait Doing<T> {
    /// `what` completes the sentence "Cannot ...".
    fn doing(self, what: impl FnOnce() -> String) -> Result<T>;
}

impl<T, E: std::fmt::Display> Doing<T> for std::result::Result<T, E> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|error| Failure::Said(format!("Cannot {}: {error}", what())))
    }
}
