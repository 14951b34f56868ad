//! The summary attributes of an alert with their values, as people are shown them.
//!
//! An alert names its summary attributes (<https://docs.panther.com/detections/rules#summary-attributes>), or brings
//! them with their values. A name stands for what the first event, else the alert's context, has at that key or path.

use crate::AlertContent;
use crate::indicator::{Indicator, IndicatorKind, is_public};
use serde_json::Value;
use std::net::IpAddr;

/// More are not shown; there may be any number of them.
const MOST: usize = 50;

/// A summary attribute with its values, at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    pub name: String,
    /// Texts as they are, everything else as compact JSON; at most 50.
    pub values: Vec<String>,
}

/// The summary attributes of an alert that have values, in its order, at most 50.
pub fn attributes(content: &AlertContent) -> Vec<Attribute> {
    let attribute = |name: &str, value: &Value| {
        let values = values(value);
        (!values.is_empty()).then(|| Attribute { name: name.to_owned(), values })
    };
    let found: Vec<Option<Attribute>> = match &content.summary_attributes {
        Value::Object(attributes) => attributes.iter().map(|(name, value)| attribute(name, value)).collect(),
        Value::Array(names) => {
            names.iter().filter_map(Value::as_str).map(|name| attribute(name, named(content, name)?)).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    found.into_iter().flatten().take(MOST).collect()
}

/// The public addresses among the values of the summary attributes, each once, in their order: those of which people
/// are told where they are.
pub fn addresses(content: &AlertContent) -> Vec<IpAddr> {
    let mut found = Vec::new();
    for attribute in attributes(content) {
        let ips = attribute.values.iter().filter_map(|value| Indicator::parse(IndicatorKind::Ip, value)?.ip());
        for ip in ips.filter(|ip| is_public(*ip)) {
            if !found.contains(&ip) {
                found.push(ip);
            }
        }
    }
    found
}

/// What a summary attribute's name stands for: the value of the first event, else of the alert's context.
pub(crate) fn named<'a>(content: &'a AlertContent, name: &str) -> Option<&'a Value> {
    at(&content.first_event, name).or_else(|| content.alert_context.get(name))
}

/// What `event` has at the key `name`, else at the path whose parts `name` joins with dots.
fn at<'a>(event: &'a Value, name: &str) -> Option<&'a Value> {
    let path = || name.split('.').try_fold(event, |value, part| value.get(part));
    event.get(name).or_else(path)
}

fn values(value: &Value) -> Vec<String> {
    let one = |value: &Value| match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()).filter(|text| !text.trim().is_empty()),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => Some(value.to_string()),
    };
    let all = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    all.iter().filter_map(one).take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn content(rest: Value) -> AlertContent {
        let mut payload =
            json!({"title": "t", "severity": "HIGH", "type": "RULE", "createdAt": "2026-01-01T00:00:00Z"});
        payload.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        serde_json::from_value(payload).unwrap()
    }

    fn told(rest: Value) -> Vec<String> {
        let line = |one: Attribute| format!("{}: {}", one.name, one.values.join(" | "));
        attributes(&content(rest)).into_iter().map(line).collect()
    }

    #[test]
    fn attributes_come_with_their_values() {
        let payload = json!({"summaryAttributes": {
            "p_any_ip_addresses": ["1.2.3.4", "", null, 7], "mfa": false, "who": {"name": "root"}, "none": [], "no": null,
        }});
        assert_eq!(told(payload), ["p_any_ip_addresses: 1.2.3.4 | 7", "mfa: false", r#"who: {"name":"root"}"#]);
    }

    #[test]
    fn names_of_attributes_stand_for_values_of_the_first_event_or_the_context() {
        let payload = json!({
            "summaryAttributes": ["sourceIPAddress", "user.name", "a.b", "team", "nowhere", 5],
            "firstEvent": {"sourceIPAddress": "1.2.3.4", "user": {"name": "root"}, "a.b": "dotted", "a": {"b": "deep"}},
            "alertContext": {"team": "blue", "sourceIPAddress": "other"},
        });
        assert_eq!(told(payload), ["sourceIPAddress: 1.2.3.4", "user.name: root", "a.b: dotted", "team: blue"]);
    }

    #[test]
    fn only_public_addresses_are_looked_up_and_each_once() {
        let payload = json!({"summaryAttributes": {
            "a": ["1.2.3.4", "10.0.0.1", "::ffff:1.2.3.4", "not one"], "b": "2606:4700::1111",
        }});
        let found: Vec<_> = addresses(&content(payload)).iter().map(ToString::to_string).collect();
        assert_eq!(found, ["1.2.3.4", "2606:4700::1111"]);
    }

    #[test]
    fn no_payload_makes_it_fail_or_grow() {
        for odd in [json!(null), json!("x"), json!(7), json!([[1]]), json!({"a": {}})] {
            attributes(&content(json!({"summaryAttributes": odd})));
        }
        let many: serde_json::Map<_, _> = (0..999).map(|n| (format!("k{n}"), json!(vec!["x"; 999]))).collect();
        let found = attributes(&content(json!({"summaryAttributes": many})));
        assert_eq!((found.len(), found[0].values.len()), (50, 50));
    }
}
