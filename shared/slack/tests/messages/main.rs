//! Messages: what they say, and that Slack would take each of them.

#![allow(clippy::unwrap_used)]

mod activity;
mod ai_triage;
mod block_kit;
mod boomerang;
mod details;
mod home;
mod intel;
mod parent;
mod sample;
mod seen;
mod sentences;
