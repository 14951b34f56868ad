//! The findings of a check, and the small checks everything else is made of.

use serde_json::{Map, Value};

/// What is wrong, in order of appearance.
#[derive(Default)]
pub(crate) struct Findings(pub(crate) Vec<String>);

/// An object under check and its JSON pointer.
#[derive(Clone)]
pub(crate) struct Node<'a> {
    pub(crate) map: &'a Map<String, Value>,
    pub(crate) at: String,
}

impl Findings {
    pub(crate) fn add(&mut self, at: &str, finding: impl AsRef<str>) {
        self.0.push(format!("{} [json-pointer:{at}]", finding.as_ref()));
    }

    /// The value as an object.
    pub(crate) fn object<'a>(&mut self, value: &'a Value, at: &str) -> Option<Node<'a>> {
        match value {
            Value::Object(map) => Some(Node { map, at: at.to_owned() }),
            _ => {
                self.add(at, "must provide an object");
                None
            }
        }
    }
}

impl<'a> Node<'a> {
    /// The pointer of one of its fields.
    pub(crate) fn at(&self, key: &str) -> String {
        format!("{}/{key}", self.at)
    }

    /// A field, null counting as absent.
    pub(crate) fn get(&self, key: &str) -> Option<&'a Value> {
        self.map.get(key).filter(|v| !v.is_null())
    }

    /// The value of `type`, empty if there is none.
    pub(crate) fn kind(&self) -> &'a str {
        self.get("type").and_then(Value::as_str).unwrap_or_default()
    }

    /// Refuses fields other than these; `type` is always allowed.
    pub(crate) fn only(&self, findings: &mut Findings, allowed: &[&str]) {
        for key in self.map.keys() {
            if key != "type" && !allowed.contains(&key.as_str()) {
                findings.add(&self.at, format!("invalid additional property: {key}"));
            }
        }
    }

    pub(crate) fn require(&self, findings: &mut Findings, key: &str) -> Option<&'a Value> {
        let value = self.get(key);
        if value.is_none() {
            findings.add(&self.at, format!("missing required field: {key}"));
        }
        value
    }

    /// An optional string of `min..=max` characters.
    pub(crate) fn string(&self, findings: &mut Findings, key: &str, min: usize, max: usize) -> Option<&'a str> {
        let Value::String(text) = self.get(key)? else {
            findings.add(&self.at(key), "must be a string");
            return None;
        };
        check_length(findings, text, min, max, &self.at(key));
        Some(text)
    }

    /// An optional boolean.
    pub(crate) fn flag(&self, findings: &mut Findings, key: &str) -> bool {
        match self.get(key) {
            None => false,
            Some(Value::Bool(flag)) => *flag,
            Some(_) => {
                findings.add(&self.at(key), "must be a boolean");
                false
            }
        }
    }

    /// An optional whole number within bounds.
    pub(crate) fn whole(&self, findings: &mut Findings, key: &str, min: i64, max: i64) -> Option<i64> {
        let value = self.get(key)?;
        match value.as_i64() {
            None => findings.add(&self.at(key), "must be an integer"),
            Some(n) if n < min => findings.add(&self.at(key), format!("must be at least {min}")),
            Some(n) if n > max => findings.add(&self.at(key), format!("must be at most {max}")),
            Some(n) => return Some(n),
        }
        None
    }

    /// An optional string out of a closed set.
    pub(crate) fn one_of(&self, findings: &mut Findings, key: &str, allowed: &[&str]) {
        if let Some(value) = self.get(key)
            && !value.as_str().is_some_and(|v| allowed.contains(&v))
        {
            findings.add(&self.at(key), format!("must be one of: {}", allowed.join(", ")));
        }
    }

    /// A list of `min..=max` items; empty where it is absent or no list.
    pub(crate) fn list(&self, findings: &mut Findings, key: &str, min: usize, max: usize) -> &'a [Value] {
        let items = match self.get(key) {
            None => return &[],
            Some(Value::Array(items)) => items,
            Some(_) => {
                findings.add(&self.at(key), "must provide an array");
                return &[];
            }
        };
        if items.len() > max {
            findings.add(&self.at(key), format!("no more than {max} items allowed"));
        } else if items.len() < min {
            findings.add(&self.at(key), format!("no fewer than {min} items allowed"));
        }
        items
    }

    /// A web or mail address. <https://docs.slack.dev/reference/block-kit/block-elements/button-element>
    pub(crate) fn url(&self, findings: &mut Findings, key: &str, max: usize) {
        if let Some(url) = self.string(findings, key, 1, max)
            && !is_url(url)
        {
            findings.add(&self.at(key), "Invalid URL");
        }
    }
}

pub(crate) fn check_length(findings: &mut Findings, text: &str, min: usize, max: usize, at: &str) {
    let length = text.chars().count();
    if length > max {
        findings.add(at, format!("must be less than {} characters", max + 1));
    } else if length < min {
        findings.add(at, format!("must be more than {} characters", min - 1));
    }
}

fn is_url(url: &str) -> bool {
    if url.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return false;
    }
    let scheme_and_rest = url.split_once(':').map(|(scheme, rest)| (scheme.to_ascii_lowercase(), rest));
    match scheme_and_rest {
        Some((scheme, rest)) if scheme == "http" || scheme == "https" => {
            let host = rest.strip_prefix("//").unwrap_or_default().split(['/', '?', '#']).next().unwrap_or_default();
            !host.is_empty() && !host.starts_with(':')
        }
        Some((scheme, rest)) if scheme == "mailto" => rest.contains('@'),
        _ => false,
    }
}
