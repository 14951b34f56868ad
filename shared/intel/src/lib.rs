//! Threat intelligence: what others know of an address, a domain, a file hash.
//!
//! In: an [`Indicator`](alert::Indicator) of an alert. Out: an [`Intel`](alert::Intel), one answer for each provider
//! that is on and knows of such values. All are asked at once, each with its own time limit; one that is down, over
//! its quota or slow says so beside the others' answers. Answers are kept in the table for as long as each provider's
//! module says. A private or reserved address is answered here and never sent out.
//!
//! | module | what |
//! |---|---|
//! | [`credentials`] | the one secret with everybody's keys |
//! | [`base`] | the providers' hosts, or one address for tests |
//! | [`providers`] | asks them: the cache, the time limits, side by side |
//! | `offer` | what of an alert can be analysed |
//! | [`switchboard`] | the providers that are on now, as the secret says |
//! | `ipinfo`, `greynoise`, `tor`, `abuseipdb`, `virustotal` | one provider each: its URL, limits, freshness, answers |
//! | `fetch` | sends a question; what its failure means; the bounds of what comes back |
//! | `json` | reads single values of an answer whose shape is unknown |
//! | `countries` | the names of countries by their codes |
//!
//! Emails: no provider knows of mailboxes without being told a person's address, so none is asked. The domain of an
//! email is offered instead, after the alert's other values (docs/decisions/0008-threat-intel.md).

mod abuseipdb;
pub mod base;
mod countries;
pub mod credentials;
mod fetch;
mod greynoise;
mod ipinfo;
mod json;
mod offer;
pub mod providers;
pub mod switchboard;
mod tor;
mod virustotal;

#[cfg(test)]
mod tests;

pub use base::Base;
pub use credentials::Credentials;
pub use providers::Providers;
pub use switchboard::Switchboard;
