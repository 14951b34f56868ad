//! The store against a real DynamoDB implementation over HTTP: the SDK's own requests, in this process.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod alerts;
mod changes;
mod deliveries;
mod listing;
mod log_progress;
mod log_sources;
mod names;
mod open;
mod table;
