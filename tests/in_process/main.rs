//! Margay in one process, stepped by hand: the promises under crashes, repetitions, lost answers and refusals.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod ai_triage;
mod boomerangs;
mod comment_faults;
mod comments;
mod conflicts;
mod crashes;
mod details;
mod elsewhere;
mod faults;
mod happenings;
mod home;
mod identity;
mod installations;
mod intel;
mod log_onboarding;
mod logs;
mod main_job;
mod schedules;
mod seeds;
mod setup;
mod world;
