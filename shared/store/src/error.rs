//! What can go wrong with the table, as the decisions a caller takes.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use std::error::Error as StdError;

type Source = Box<dyn StdError + Send + Sync>;

/// The table could not do what it was asked to. Nothing is known of whether a write took place: all writes here are
/// safe to repeat.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Too many requests at once: try again later.
    #[error("the table is throttled ({doing})")]
    Throttled { doing: &'static str, source: Source },
    /// Unreachable, refused or broken: try again later.
    #[error("the table did not answer as it should ({doing})")]
    Unavailable { doing: &'static str, source: Source },
    /// An item does not say what it must: somebody has to look.
    #[error("item {key} cannot be read: {what}")]
    Corrupt { key: String, what: String },
}

const THROTTLED: [&str; 4] =
    ["ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded", "Throttling"];

impl Error {
    pub(crate) fn of<E>(doing: &'static str) -> impl FnOnce(SdkError<E>) -> Self
    where
        E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
    {
        move |error| {
            let throttled = error.code().is_some_and(|code| THROTTLED.contains(&code));
            let source = Box::new(error);
            if throttled { Self::Throttled { doing, source } } else { Self::Unavailable { doing, source } }
        }
    }
}
