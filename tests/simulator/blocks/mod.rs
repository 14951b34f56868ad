//! Block Kit: what Slack accepts as blocks and views, and what it fills in. Every finding carries the JSON
//! pointer of the place it is about, as in `response_metadata.messages`.
//!
//! The rules are those of <https://docs.slack.dev/reference/block-kit>; limits stand beside the code that holds
//! them.

mod block;
pub(crate) mod controls;
mod elements;
mod fill;
mod finding;
mod options;
mod rich_text;
mod selects;
mod surfaces;
mod table;
pub(crate) mod text;

pub(crate) use self::fill::fill_in;
pub(crate) use self::options::check_suggestions;
pub(crate) use self::surfaces::{check_message, check_view};
