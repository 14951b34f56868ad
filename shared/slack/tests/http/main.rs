//! The client against a real server.

#![allow(clippy::unwrap_used)]

mod client;
mod fake;
mod find;
mod logs;
