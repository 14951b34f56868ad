//! The pure domain of Margay: alerts, who may change them, how they change, and where they go.
//!
//! Nothing here does I/O, reads a clock or knows AWS, HTTP or Slack's JSON. Layout:
//!
//! | module | what it decides |
//! |---|---|
//! | [`id`] | the ids of alerts, destinations, changes and users |
//! | [`severity`], [`alert_type`], [`status`] | the closed sets of the vocabulary |
//! | [`fields`] | reads a JSON object and collects every broken rule |
//! | [`input`] | what a producer may send, and every rule it is held to |
//! | [`alert`](mod@alert) | an alert: its content, its routing, its triage state |
//! | [`change`] | a change, and what it does to the triage state |
//! | [`boomerang`] | questions to Slack users, and how far each one is |
//! | [`indicator`] | the values of an alert that can be looked up, and how they are written |
//! | [`intel`] | what was found out about such a value |
//! | [`summary`] | the summary attributes with their values |
//! | [`ai_triage`] | what an AI said of an alert |
//! | [`activity`] | the history of an alert, and which destination hears of what |
//! | [`comment`] | comments as they are now, edits and deletions laid over them |
//! | [`destination`] | where alerts go |
//! | [`place`] | what Slack says of a destination's channel |
//! | [`routing`] | which destinations an alert goes to, and why |
//! | [`delivery`] | how far one destination's copy is |
//! | [`user`] | registered users, API keys and their permissions |
//! | [`event`] | what is said on the event bus |
//! | [`happening`] | what happens in Slack to the app and its channels |
//! | [`home`] | somebody opens the app's Home tab |
//! | [`health`] | the SYSTEM_ERROR alert that a dead delivery raises |

pub mod activity;
pub mod ai_triage;
pub mod alert;
pub mod alert_type;
pub mod boomerang;
pub mod change;
pub mod comment;
pub mod delivery;
pub mod destination;
pub mod event;
pub mod fields;
pub mod happening;
pub mod health;
pub mod home;
pub mod id;
pub mod indicator;
pub mod input;
pub mod intel;
pub mod place;
pub mod routing;
pub mod severity;
pub mod status;
pub mod summary;
pub mod user;

pub use activity::{Activity, ActivityKind};
pub use ai_triage::AiTriage;
pub use alert::{Alert, AlertContent, Triage};
pub use alert_type::AlertType;
pub use boomerang::Boomerang;
pub use change::{Action, Actor, Assignee, Change, ChangeMessage, Origin};
pub use delivery::{Delivery, DeliveryState};
pub use destination::{Destination, DestinationKind};
pub use fields::FieldError;
pub use happening::Happening;
pub use home::HomeOpened;
pub use id::{AlertId, ChangeId, DestinationId, UserId};
pub use indicator::{Indicator, IndicatorKind};
pub use intel::Intel;
pub use place::{Place, Readiness};
pub use routing::{Routing, Why, route};
pub use severity::Severity;
pub use status::Status;
pub use user::{Permission, User};
