//! The deployed local stack, end to end: the shipped binaries behind the shipped template, driven from outside, over
//! HTTP and SQS, as producers, Slack and people do. `cargo dev test` starts the stack and names it in `MARGAY_STACK`.
//!
//! Every test has channels and destinations of its own, and names them on its alerts, so they run side by side.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod ai_triage;
mod arrivals;
mod boomerangs;
mod comments;
mod crashes;
mod details;
mod home;
mod intel;
mod log_source;
mod logs;
mod refusals;
mod stack;
mod triage;
