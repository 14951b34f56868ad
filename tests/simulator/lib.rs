//! A strict, stateful Slack to test any Slack app with.
//!
//! It answers the Web API as Slack does, refusals included; it shows what channels hold; it lets a test play the
//! people: click, choose, type, submit, write; and it sends the signed callbacks and events that follow. What
//! Slack refuses it refuses, with Slack's own error codes: a test that passes here because the simulator was
//! lenient is worth nothing.
//!
//! Two ways to use it, on the same code:
//! - the binary `slack-simulator --port P --world FILE [--page DIR]`, driven over `/_control/…` (the table stands in `control.rs`);
//! - in process: [`Simulator::start`] serves on a port of its own, every control operation is a method of
//!   [`Slack`], and a callback can be prepared, handed to a handler by the test itself, and finished.
//!
//! | file | what |
//! |---|---|
//! | `world`, `clock` | what there is at the start, and what time it is |
//! | `state`, `message`, `timeline`, `views` | what Slack knows, and how it changes |
//! | `web_api/` | the methods |
//! | `logs/` | the three log APIs, and the OAuth of the user tokens that open them |
//! | `blocks/` | Block Kit: what is accepted, what is filled in |
//! | `callbacks/` | requests to the app, and what its answers do |
//! | `faults`, `rate_limits`, `wire` | what goes wrong, who has to wait, what was said |
//! | `typing`, `writing`, `files`, `channels` | what people type, write and share, and do to channels |
//! | `uploads` | files that the app shares |
//! | `slack`, `settings`, `people`, `control` | the handle, how the world changes, what people do, the control API |
//! | `server`, `api` | the HTTP server, and a call on its way through limits and faults |
//! | `../bedrock_fake/` | Amazon Bedrock, below `/bedrock`: not Slack's, but needed beside it |
//! | `../intel_fake/` | the providers of threat intelligence, below `/intel`: not Slack's, but needed beside it |
//! | `guard`, `page`, `workspace`, `feed`, `backend` | the page: for whom, its files, what it shows, what changed, the app's API |

mod api;
mod backend;
#[path = "../bedrock_fake/mod.rs"]
pub mod bedrock_fake;
mod blocks;
mod callbacks;
mod channels;
mod choices;
mod clock;
mod control;
mod control_people;
mod ephemerals;
mod faults;
mod feed;
mod files;
mod guard;
#[path = "../intel_fake/mod.rs"]
pub mod intel_fake;
mod logs;
mod message;
mod outgoing;
mod page;
mod people;
mod rate_limits;
mod refusal;
mod response_urls;
mod server;
mod settings;
mod slack;
mod state;
mod timeline;
mod triggers;
mod typing;
mod uploads;
mod views;
mod web_api;
mod wire;
mod workspace;
mod world;
mod writing;

pub use backend::Backend;
pub use callbacks::{
    Act, Callback, CallbackKind, Delivered, Fill, Finished, OptionsQuery, PathKind, Submission, signature,
};
pub use clock::{Clock, ManualClock};
pub use faults::{Fault, FaultCount, FaultKind, FaultReport};
pub use files::{FileContent, NewFile, PastFile};
pub use logs::{
    AuditEnd, Bulk, Consent, DeactivatedError, IntegrationOrder, LogApp, LogName, LogSettings, LogsWorld, Plan,
    TokenKind, UserToken, access_row, audit_entry, integration_row,
};
pub use message::{Edited, Ephemeral, Message, Renamed};
pub use rate_limits::Violation;
pub use refusal::Refusal;
pub use slack::{Simulator, Slack};
pub use web_api::reference::{Method, methods};
pub use wire::{Direction, Mark, WireEntry};
pub use world::{App, Channel, Enterprise, Past, Team, TokenState, User, World};
