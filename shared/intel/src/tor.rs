//! Tor: whether an address is an exit node now, by the Tor Project's own list.
//!
//! `https://check.torproject.org/torbulkexitlist`: one IPv4 address a line, about 1,500 of them, found by connecting
//! through every exit (<https://blog.torproject.org/changes-tor-exit-list-service/>). It needs no key. Addresses of IPv6
//! are not in it, so nothing is said of them. It is made anew about every hour and is fresh for 1 h; the whole of it
//! is kept, in the process and in the table, so that the Tor Project does not learn who is looked at.

use crate::Base;
use crate::fetch::{Answer, Facts, Failure, fetch, found, nothing};
use alert::intel::{Level, Provider};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use store::KeptAnswer;

pub(crate) const FRESH: SignedDuration = SignedDuration::from_hours(1);

/// The exit nodes, and until when that is so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Exits {
    nodes: BTreeSet<Ipv4Addr>,
    pub(crate) until: Timestamp,
}

/// Fetches the list.
pub(crate) async fn ask(http: &reqwest::Client, base: &Base, now: Timestamp) -> Result<Exits, Failure> {
    let url = base.url(Provider::Tor, "check.torproject.org", "torbulkexitlist");
    read(&fetch(http.get(url)).await?, now)
}

pub(crate) fn read(answer: &Answer, now: Timestamp) -> Result<Exits, Failure> {
    let text = std::str::from_utf8(&answer.body).ok().filter(|_| answer.status == 200);
    text.and_then(|text| Exits::parse(text, now + FRESH)).ok_or(Failure::Down)
}

impl Exits {
    /// Reads a list; `None` if it is not one: a page that says "try later" must not clear everybody.
    pub(crate) fn parse(text: &str, until: Timestamp) -> Option<Self> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let nodes: BTreeSet<Ipv4Addr> = lines.map(|line| line.parse().ok()).collect::<Option<_>>()?;
        (!nodes.is_empty()).then_some(Self { nodes, until })
    }

    /// The list as text.
    pub(crate) fn text(&self) -> String {
        self.nodes.iter().map(Ipv4Addr::to_string).collect::<Vec<_>>().join("\n")
    }

    /// What the list says of an address.
    pub(crate) fn answer(&self, ip: Ipv4Addr) -> KeptAnswer {
        if !self.nodes.contains(&ip) {
            return nothing("Not a Tor exit node now");
        }
        let link = format!("https://metrics.torproject.org/rs.html#search/{ip}");
        found("A Tor exit node", Level::Suspicious, Facts::default(), link)
    }
}
