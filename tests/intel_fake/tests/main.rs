//! Threat intelligence against providers that are as strict as the real ones, and a real DynamoDB implementation.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod answers;
mod cache;
mod desk;
mod failures;
mod places;
mod switching;
