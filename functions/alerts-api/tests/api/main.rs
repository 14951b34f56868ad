//! The API in process: on a real DynamoDB implementation and an endpoint that takes the SDK's own SQS and Secrets Manager
//! requests over HTTP. Every answer in every test is held against the OpenAPI document (`contract`).

#![allow(clippy::unwrap_used)]

mod ai_triage;
mod alerts;
mod api_keys;
mod auth;
mod aws;
mod changes;
mod comments;
mod contract;
mod destinations;
mod listing;
mod log_sources;
mod logs;
mod openapi;
mod problems;
mod users;
mod world;
