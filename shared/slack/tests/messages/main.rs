//! Messages: what they say, and that Slack would take each of them.

#![allow(clippy::unwrap_used)]

mod activity;
mod block_kit;
mod boomerang;
mod parent;
mod sample;
mod sentences;
