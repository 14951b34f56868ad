//! What every function needs of its surroundings: the environment, AWS, logs. The only crate that knows SQS, Secrets
//! Manager, EventBridge, S3 and the Lambda runtime's conventions; it knows nothing of alerts or Slack.
//!
//! | module | what |
//! |---|---|
//! | [`environment`] | the variables a function reads, all of them checked at start |
//! | [`aws`] | the lean SDK configuration |
//! | [`queue`] | sending to a queue |
//! | [`batch`] | a batch of SQS messages in, the failed ones out |
//! | [`secret`] | a secret, cached, read anew when it may have been rotated |
//! | [`bucket`] | objects of a bucket |
//! | [`bus`] | saying something on the event bus |
//! | [`log`] | one JSON line per handled message |

pub mod aws;
pub mod batch;
pub mod bucket;
pub mod bus;
pub mod environment;
pub mod log;
pub mod queue;
pub mod secret;

pub use bucket::Bucket;
pub use bus::Bus;
pub use environment::Environment;
pub use queue::Queue;
pub use secret::{Secret, Secrets};

/// The present time: what a function's `main` hands to its handler, which reads no clock itself.
#[allow(clippy::disallowed_methods)]
pub fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}
