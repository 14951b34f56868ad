//! Slack: the only crate that knows its JSON, its limits and its error codes, and every sentence the bot says.
//!
//! | module | what it does |
//! |---|---|
//! | [`app`] | the scopes and events that the app needs |
//! | [`signature`] | whether a request really comes from Slack |
//! | [`credentials`] | the Slack app's secret |
//! | [`inbound`] | Slack's requests to us, parsed |
//! | [`control`] | the names of our controls and what they carry |
//! | [`client`] | our requests to Slack, and what each failure means |
//! | [`refusal`] | what to do about each of Slack's error codes |
//! | [`logs`] | what to do about those of the log APIs |
//! | [`log_credentials`] | the secret of a log source |
//! | [`message`] | an alert and its history as Slack messages |
//! | [`markdown`] | what people write in Slack, as Markdown |
//! | [`home`] | the app's Home tab, and where a message is on the web |
//! | [`modal`], [`options`] | the resolution modal, the assignee list |
//! | [`setup`] | whether a channel can be posted to, and what is said about that |
//! | [`say`] | every other sentence |
//! | [`identity`] | whether a Slack user may be taken for a registered user at all |
//! | [`limits`] | Slack's limits, each with its source |
//!
//! All but [`client`] is pure.

pub mod app;
pub mod client;
pub mod control;
pub mod credentials;
pub mod home;
pub mod identity;
pub mod inbound;
pub mod limits;
pub mod log_credentials;
pub mod logs;
pub mod markdown;
pub mod message;
pub mod modal;
pub mod options;
pub mod refusal;
pub mod say;
pub mod setup;
pub mod signature;
mod text;
