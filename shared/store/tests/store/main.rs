//! The store against a real DynamoDB implementation over HTTP: the SDK's own requests, in this process.

mod alerts;
mod changes;
mod deliveries;
mod listing;
mod names;
mod table;
