//! The simulator's strictness: what Slack refuses, it refuses, with Slack's own codes; what Slack accepts passes.

#![allow(clippy::unwrap_used)]

mod app;
mod block_limits;
mod block_rules;
mod calling;
mod control_api;
mod conversations;
mod events;
mod faults;
mod interactions;
mod messages;
mod modals;
mod payload_shapes;
mod reading;
mod response_urls;
mod rich_text;
mod signing;
mod starting;
mod view_rules;
mod world;
