//! The simulator's strictness: what Slack refuses, it refuses, with Slack's own codes; what Slack accepts passes.

#![allow(clippy::unwrap_used)]

mod app;
mod backend;
mod block_limits;
mod block_rules;
mod calling;
mod channels;
mod control_api;
mod conversations;
mod events;
mod faults;
mod feed;
mod files;
mod guard;
mod interactions;
mod listening;
mod logs;
mod messages;
mod modals;
mod page;
mod payload_shapes;
mod raw;
mod reading;
mod response_urls;
mod rich_text;
mod signing;
mod starting;
mod typing;
mod uploads;
mod view_rules;
mod wire;
mod workspace;
mod world;
mod writing;
