//! The pure domain of Slack log ingestion: what a log source is, how an entry of Slack's becomes a row, how rows become
//! an object, and when a source is unwell.
//!
//! Nothing here does I/O, reads a clock or knows AWS or HTTP. Layout:
//!
//! | module | what it decides |
//! |---|---|
//! | [`log_type`] | the three logs of Slack |
//! | [`source`] | a log source and what a client may set of it |
//! | [`row`] | an entry becomes a row, or a misfit |
//! | `schema` | the fields of the three log types |
//! | `standard` | the fields that every row has |
//! | `json` | copies JSON, checked, into one line |
//! | [`object`] | rows become a gzip object with a key that follows from what it holds |
//! | [`ingested`] | what is said on the event bus of each object |
//! | [`health`] | whether a source works, and when somebody must be told |
//! | [`notice`] | the SYSTEM_ERROR alerts about a source |

pub mod health;
pub mod ingested;
mod json;
pub mod log_type;
pub mod notice;
pub mod object;
pub mod row;
mod schema;
pub mod source;
mod standard;

pub use health::{Health, Poll, State, Trouble};
pub use ingested::IngestedEvent;
pub use log_type::LogType;
pub use notice::Notice;
pub use object::Encoder;
pub use row::{Context, Misfit, Row, RowKey, normalise, normalise_nth, quarantine_line};
pub use source::{LogSource, LogSourceId, LogSourceSettings};
