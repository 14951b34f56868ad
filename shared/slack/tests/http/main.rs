//! The client against a real server.

#![allow(clippy::unwrap_used)]

mod client;
mod fake;
mod files;
mod find;
mod logs;
