//! What of an alert can be analysed: what people are offered to choose from.

use crate::Providers;
use alert::indicator::{Indicator, indicators};
use alert::{AlertContent, summary};
use std::net::IpAddr;

/// Of so many addresses of an alert people are told where they are.
const MOST_PLACES: usize = 10;

impl Providers {
    /// The values of an alert that can be analysed now, private ones among them.
    pub fn offered(&self, content: &AlertContent) -> Vec<Indicator> {
        self.able(&indicators(content))
    }

    /// Whether a provider can be asked about anything in an alert.
    pub fn offers(&self, content: &AlertContent) -> bool {
        self.offered(content).iter().any(|value| value.local().is_none())
    }

    /// The addresses of an alert's summary of which it is worth to know where they are: the first ten public ones, each
    /// once, if somebody can say.
    pub fn to_locate(&self, content: &AlertContent) -> Vec<IpAddr> {
        let locates = self.enabled().contains(&alert::intel::Provider::IpInfo);
        if locates { summary::addresses(content).into_iter().take(MOST_PLACES).collect() } else { Vec::new() }
    }
}
