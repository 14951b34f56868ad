//! Which destinations an alert goes to, and why: a pure function, with its truth table as the test.
//!
//! The order of precedence is Panther's (<https://docs.panther.com/alerts/destinations>, "Alert routing scenarios"):
//! the alert's dynamic destinations, else its static overrides, else the destinations' own filters.

use crate::destination::SKIP;
use crate::{AlertContent, Destination, DestinationId};
use serde::{Deserialize, Serialize};

/// Why an alert goes where it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Why {
    /// The alert names its destinations in `destinations`.
    Dynamic,
    /// The alert names its destinations in `outputIds`.
    Static,
    /// The destinations' own filters take it.
    Filters,
    /// A list that counts contains `SKIP`: it goes nowhere.
    Skipped,
}

/// Where an alert goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Routing {
    /// Each destination once, in the order named or stored.
    pub to: Vec<DestinationId>,
    pub why: Why,
    /// Names and ids on the alert that no destination has.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<String>,
}

impl Routing {
    /// A sentence for people that says why the alert went nowhere, if it did.
    pub fn nowhere(&self) -> Option<String> {
        if !self.to.is_empty() {
            return None;
        }
        Some(match self.why {
            Why::Skipped => "The alert asked to be skipped (SKIP).".to_owned(),
            Why::Dynamic | Why::Static if !self.unknown.is_empty() => {
                format!("No destination is called {}.", self.unknown.join(", "))
            }
            Why::Dynamic | Why::Static => "Every destination it names is excluded.".to_owned(),
            Why::Filters => "No destination takes alerts of this severity, type and log type.".to_owned(),
        })
    }
}

/// Routes an alert.
pub fn route(alert: &AlertContent, destinations: &[Destination]) -> Routing {
    let mut routing = if !alert.destinations.is_empty() {
        named(&alert.destinations, Why::Dynamic, destinations)
    } else if !alert.output_ids.is_empty() {
        named(&alert.output_ids, Why::Static, destinations)
    } else {
        let to = destinations.iter().filter(|d| takes(d, alert)).map(|d| d.id.clone()).collect();
        Routing { to, why: Why::Filters, unknown: Vec::new() }
    };
    routing.to.retain(|id| !alert.except_destinations.contains(id));
    routing
}

fn named(names: &[String], why: Why, destinations: &[Destination]) -> Routing {
    if names.iter().any(|name| name == SKIP) {
        return Routing { to: Vec::new(), why: Why::Skipped, unknown: Vec::new() };
    }
    let mut routing = Routing { to: Vec::new(), why, unknown: Vec::new() };
    for name in names {
        let found = destinations.iter().find(|d| d.id.as_str() == name || d.settings.display_name == *name);
        match found {
            Some(found) if !routing.to.contains(&found.id) => routing.to.push(found.id.clone()),
            Some(_) => {}
            None if !routing.unknown.contains(name) => routing.unknown.push(name.clone()),
            None => {}
        }
    }
    routing
}

/// Whether a destination's own filters take an alert.
pub(crate) fn takes(destination: &Destination, alert: &AlertContent) -> bool {
    let filters = &destination.settings;
    let log_type = filters.log_types.is_empty() || filters.log_types.iter().any(|t| alert.log_types.contains(t));
    filters.severities.contains(&alert.severity) && filters.alert_types.contains(&alert.alert_type) && log_type
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::destination::DestinationSettings;
    use crate::{Place, input};
    use jiff::Timestamp;
    use serde_json::{Value, json};

    fn destination(id: &str, name: &str, more: Value) -> Destination {
        let mut body = json!({"displayName": name, "channel": "C1"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        Destination {
            id: DestinationId::new(id).unwrap(),
            settings: DestinationSettings::parse(body.to_string().as_bytes(), None).unwrap(),
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
            place: Place::default(),
        }
    }

    /// `d1` "one" takes HIGH rules; `d2` "two" takes HIGH rules of log type A; `d3` "three" takes overrides only.
    fn destinations() -> Vec<Destination> {
        vec![
            destination("d1", "one", json!({"severities": ["HIGH"], "alertTypes": ["RULE"]})),
            destination("d2", "two", json!({"severities": ["HIGH"], "alertTypes": ["RULE"], "logTypes": ["A"]})),
            destination("d3", "three", json!({"severities": [], "alertTypes": []})),
        ]
    }

    /// What it shows, the alert's fields, where it goes, why, and the names nobody has.
    type Row = (&'static str, Value, &'static [&'static str], Why, &'static [&'static str]);

    #[test]
    fn the_truth_table() {
        let table: &[Row] = &[
            ("filters: severity and type match", json!({}), &["d1"], Why::Filters, &[]),
            ("filters: a listed log type", json!({"logTypes": ["B", "A"]}), &["d1", "d2"], Why::Filters, &[]),
            ("filters: another log type", json!({"logTypes": ["B"]}), &["d1"], Why::Filters, &[]),
            ("filters: another severity", json!({"severity": "LOW"}), &[], Why::Filters, &[]),
            ("filters: another type", json!({"type": "POLICY"}), &[], Why::Filters, &[]),
            ("dynamic by name", json!({"destinations": ["three"]}), &["d3"], Why::Dynamic, &[]),
            ("dynamic by id", json!({"destinations": ["d3"]}), &["d3"], Why::Dynamic, &[]),
            (
                "dynamic ignores filters",
                json!({"severity": "LOW", "destinations": ["one"]}),
                &["d1"],
                Why::Dynamic,
                &[],
            ),
            ("dynamic beats static", json!({"destinations": ["one"], "outputIds": ["d3"]}), &["d1"], Why::Dynamic, &[]),
            (
                "empty dynamic falls to static",
                json!({"destinations": [], "outputIds": ["d3"]}),
                &["d3"],
                Why::Static,
                &[],
            ),
            ("empty lists fall to filters", json!({"destinations": [], "outputIds": []}), &["d1"], Why::Filters, &[]),
            ("static by name and id", json!({"outputIds": ["three", "d1"]}), &["d3", "d1"], Why::Static, &[]),
            ("name and id of one collapse", json!({"destinations": ["one", "d1", "one"]}), &["d1"], Why::Dynamic, &[]),
            (
                "unknown is reported and skipped",
                json!({"destinations": ["x", "one", "x"]}),
                &["d1"],
                Why::Dynamic,
                &["x"],
            ),
            ("only unknown goes nowhere", json!({"destinations": ["x"]}), &[], Why::Dynamic, &["x"]),
            ("names are matched exactly", json!({"destinations": ["One"]}), &[], Why::Dynamic, &["One"]),
            ("SKIP suppresses", json!({"destinations": ["SKIP"]}), &[], Why::Skipped, &[]),
            ("SKIP beats the rest of its list", json!({"destinations": ["one", "SKIP", "x"]}), &[], Why::Skipped, &[]),
            ("static SKIP suppresses", json!({"outputIds": ["d1", "SKIP"]}), &[], Why::Skipped, &[]),
            (
                "dynamic beats a static SKIP",
                json!({"destinations": ["one"], "outputIds": ["SKIP"]}),
                &["d1"],
                Why::Dynamic,
                &[],
            ),
            ("skip in lower case is a name", json!({"destinations": ["skip"]}), &[], Why::Dynamic, &["skip"]),
            (
                "excluded from filters",
                json!({"logTypes": ["A"], "exceptDestinations": ["d1"]}),
                &["d2"],
                Why::Filters,
                &[],
            ),
            (
                "excluded from overrides",
                json!({"destinations": ["one"], "exceptDestinations": ["d1"]}),
                &[],
                Why::Dynamic,
                &[],
            ),
        ];
        for (case, more, to, why, unknown) in table {
            let mut body = json!({"title": "t", "severity": "HIGH", "type": "RULE"});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            let alert = input::parse(body.to_string().as_bytes(), Timestamp::UNIX_EPOCH).unwrap();
            let routing = route(&alert.content, &destinations());
            let routed: Vec<_> = routing.to.iter().map(DestinationId::as_str).collect();
            assert_eq!((routed.as_slice(), routing.why), (*to, *why), "{case}");
            assert_eq!(routing.unknown, *unknown, "{case}");
            assert_eq!(routing.nowhere().is_some(), to.is_empty(), "{case}");
        }
    }
}
