//! Finds the indicators of an alert.

use super::{Indicator, IndicatorKind};
use crate::{AlertContent, summary};
use serde_json::{Map, Value};

/// More are not offered: a person chooses one of them.
const MOST: usize = 100;

/// The values of an alert that are indicators, validated, each once, at most 100, in this order: the summary
/// attributes (an object of values, or an array of names whose values are elsewhere in the alert), then the `p_any_*`
/// fields of the first event, of the alert's context and of further keys of the payload, and those one object deeper.
///
/// A `p_any_*` field says what its values are. Any other summary attribute is taken for an address, a hash or an email
/// if it looks like one; for a domain only if its name says so, for file names look like domains.
pub fn indicators(content: &AlertContent) -> Vec<Indicator> {
    let mut found = Found(Vec::new());
    match &content.summary_attributes {
        Value::Object(attributes) => {
            for (name, value) in attributes {
                found.attribute(name, value);
            }
        }
        Value::Array(names) => {
            for name in names.iter().filter_map(Value::as_str) {
                if let Some(value) = summary::named(content, name) {
                    found.attribute(name, value);
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    let first_event = content.first_event.as_object().into_iter();
    for object in first_event.chain([&content.alert_context, &content.extra]) {
        found.object(object);
        for nested in object.values() {
            match nested {
                Value::Object(nested) => found.object(nested),
                Value::Array(items) => items.iter().filter_map(Value::as_object).for_each(|item| found.object(item)),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
            }
        }
    }
    found.0
}

/// What a `p_any_*` field holds (<https://docs.panther.com/search/panther-fields>).
fn kind_of(name: &str) -> Option<IndicatorKind> {
    match name {
        "p_any_ip_addresses" | "p_any_ip_address" | "p_any_ip" | "p_any_ips" => Some(IndicatorKind::Ip),
        "p_any_domain_names" | "p_any_domain_name" | "p_any_domains" | "p_any_domain" => Some(IndicatorKind::Domain),
        "p_any_md5_hashes"
        | "p_any_sha1_hashes"
        | "p_any_sha256_hashes"
        | "p_any_md5"
        | "p_any_sha1"
        | "p_any_sha256"
        | "p_any_hashes" => Some(IndicatorKind::Hash),
        "p_any_emails" | "p_any_email" => Some(IndicatorKind::Email),
        _ => None,
    }
}

struct Found(Vec<Indicator>);

impl Found {
    fn object(&mut self, object: &Map<String, Value>) {
        for (name, value) in object {
            if let Some(kind) = kind_of(name) {
                self.values(value, |text| Indicator::parse(kind, text));
            }
        }
    }

    fn attribute(&mut self, name: &str, value: &Value) {
        if let Some(kind) = kind_of(name) {
            return self.values(value, |text| Indicator::parse(kind, text));
        }
        let name = name.to_ascii_lowercase();
        let names_a_domain = ["domain", "hostname", "fqdn"].iter().any(|word| name.contains(word));
        let guesses = IndicatorKind::ALL.into_iter().filter(|kind| *kind != IndicatorKind::Domain || names_a_domain);
        let guesses: Vec<IndicatorKind> = guesses.collect();
        self.values(value, |text| guesses.iter().find_map(|kind| Indicator::parse(*kind, text)));
    }

    /// Takes a text, or every text of a list.
    fn values(&mut self, value: &Value, parse: impl Fn(&str) -> Option<Indicator>) {
        for text in value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice).iter().filter_map(Value::as_str)
        {
            if self.0.len() == MOST {
                return;
            }
            if let Some(indicator) = parse(text)
                && !self.0.contains(&indicator)
            {
                self.0.push(indicator);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn found(rest: Value) -> Vec<String> {
        let mut payload =
            json!({"title": "t", "severity": "HIGH", "type": "RULE", "createdAt": "2026-01-01T00:00:00Z"});
        let fields = payload.as_object_mut().unwrap();
        fields.extend(rest.as_object().unwrap().clone());
        let content: AlertContent = serde_json::from_value(payload).unwrap();
        indicators(&content).into_iter().map(|one| format!("{} {}", one.kind.as_str(), one.value)).collect()
    }

    #[test]
    fn values_come_from_all_documented_fields_in_order_and_once() {
        let sha1 = "da39a3ee5e6b4b0d3255bfef95601890afd80709";
        let payload = json!({
            "summaryAttributes": {"p_any_ip_addresses": ["1.2.3.4", "nonsense", 7], "p_any_ip": "5.6.7.8"},
            "firstEvent": {"p_any_ip_addresses": ["1.2.3.4", "9.9.9.9"], "p_any_domain_names": ["Evil.example.com"]},
            "alertContext": {"p_any_sha1_hashes": [sha1], "event": {"p_any_emails": ["Ann@Example.com"]}},
            "extra": {"events": [{"p_any_ip_addresses": ["2606:4700::1111"], "deep": {"p_any_ip": "8.8.8.8"}}]},
        });
        assert_eq!(
            found(payload),
            [
                "ip 1.2.3.4",
                "ip 5.6.7.8",
                "ip 9.9.9.9",
                "domain evil.example.com",
                &format!("hash {sha1}"),
                "email Ann@example.com",
                "ip 2606:4700::1111",
            ]
        );
    }

    #[test]
    fn names_of_attributes_are_looked_up_in_the_first_event() {
        let payload = json!({
            "summaryAttributes": ["sourceIPAddress", "user.email", "missing", 5, "file", "dnsDomain"],
            "firstEvent": {"sourceIPAddress": "1.1.1.1", "user": {"email": "a@b.co"}, "file": "run.sh",
                "dnsDomain": ["evil.co"], "other": "2.2.2.2"},
        });
        assert_eq!(found(payload), ["ip 1.1.1.1", "email a@b.co", "domain evil.co"]);
    }

    #[test]
    fn attributes_of_any_name_are_taken_for_what_they_plainly_are() {
        let payload = json!({"summaryAttributes": {"srcAddr": ["1.1.1.1", "run.sh"], "host": {"p_any_ip": "2.2.2.2"}}});
        assert_eq!(found(payload), ["ip 1.1.1.1"]);
        assert_eq!(found(json!({"summaryAttributes": "1.1.1.1", "firstEvent": ["1.1.1.1"]})), [""; 0]);
    }

    #[test]
    fn of_very_many_values_the_first_hundred_are_offered() {
        let ips: Vec<String> = (0..300).map(|n| format!("1.1.{}.{}", n / 256, n % 256)).collect();
        let found = found(json!({"firstEvent": {"p_any_ip_addresses": ips}}));
        assert_eq!((found.len(), found[99].as_str()), (100, "ip 1.1.0.99"));
    }
}
