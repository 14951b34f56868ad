//! Reads the fields of a JSON object and collects every rule that is broken, so that a client learns of all its
//! mistakes at once. `null` counts as absent.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::str::FromStr;

/// One field of somebody's input and the rule it broke.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{field}: {rule}")]
pub struct FieldError {
    /// The field's name as the client wrote it, `tags[2]` for an element; empty for the document itself.
    pub field: String,
    /// The rule, as the end of the sentence "this field ...".
    pub rule: String,
}

impl FieldError {
    /// A broken rule of `field`.
    pub fn new(field: impl Into<String>, rule: impl Into<String>) -> Self {
        Self { field: field.into(), rule: rule.into() }
    }
}

/// A JSON object being read, field by field; what is taken is gone, what is left over are unknown keys.
#[derive(Debug)]
pub struct Fields {
    map: Map<String, Value>,
    errors: Vec<FieldError>,
}

impl Fields {
    /// Starts reading `document`.
    ///
    /// # Errors
    /// One [`FieldError`] without a field name if it is not a JSON object.
    pub fn new(document: Value) -> Result<Self, Vec<FieldError>> {
        match document {
            Value::Object(map) => Ok(Self { map, errors: Vec::new() }),
            _ => Err(vec![FieldError::new("", "must be a JSON object")]),
        }
    }

    /// Parses `body` as JSON and starts reading it.
    ///
    /// # Errors
    /// One [`FieldError`] without a field name if it is not JSON, or not an object.
    pub fn parse(body: &[u8]) -> Result<Self, Vec<FieldError>> {
        let document = serde_json::from_slice(body).map_err(|error| {
            let rule = format!("must be JSON in UTF-8 (line {}, column {})", error.line(), error.column());
            vec![FieldError::new("", rule)]
        })?;
        Self::new(document)
    }

    /// Notes that `field` broke `rule`.
    pub fn refuse(&mut self, field: impl Into<String>, rule: impl Into<String>) {
        self.errors.push(FieldError::new(field, rule));
    }

    /// Whether the object has the key at all, be it `null`.
    pub fn has(&self, field: &str) -> bool {
        self.map.contains_key(field)
    }

    /// The field's value, whatever it is.
    pub fn value(&mut self, field: &str) -> Option<Value> {
        self.map.shift_remove(field).filter(|value| !value.is_null())
    }

    /// A string.
    pub fn string(&mut self, field: &str) -> Option<String> {
        match self.value(field)? {
            Value::String(text) => Some(text),
            _ => {
                self.refuse(field, "must be a string");
                None
            }
        }
    }

    /// A string that must be there, with something in it, of at most `max` characters.
    pub fn required_string(&mut self, field: &str, max: usize) -> Option<String> {
        let known_wrong = self.errors.len();
        match self.string(field) {
            Some(text) if text.trim().is_empty() => self.refuse(field, "must not be empty"),
            Some(text) if text.chars().count() > max => {
                self.refuse(field, format!("must be at most {max} characters"));
            }
            Some(text) => return Some(text),
            None if self.errors.len() == known_wrong => self.refuse(field, "is required"),
            None => {}
        }
        None
    }

    /// A list of strings.
    pub fn strings(&mut self, field: &str) -> Option<Vec<String>> {
        let Value::Array(items) = self.value(field)? else {
            self.refuse(field, "must be an array of strings");
            return None;
        };
        let mut texts = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            match item {
                Value::String(text) => texts.push(text),
                _ => self.refuse(format!("{field}[{index}]"), "must be a string"),
            }
        }
        Some(texts)
    }

    /// A string, or a list of strings; a string counts as a list of one.
    pub fn text_or_texts(&mut self, field: &str) -> Option<Vec<String>> {
        match self.map.get(field) {
            Some(Value::String(_)) => self.string(field).map(|text| vec![text]),
            _ => self.strings(field),
        }
    }

    /// A JSON object.
    pub fn object(&mut self, field: &str) -> Option<Map<String, Value>> {
        match self.value(field)? {
            Value::Object(map) => Some(map),
            _ => {
                self.refuse(field, "must be an object");
                None
            }
        }
    }

    /// `true` or `false`.
    pub fn boolean(&mut self, field: &str) -> Option<bool> {
        match self.value(field)? {
            Value::Bool(flag) => Some(flag),
            _ => {
                self.refuse(field, "must be true or false");
                None
            }
        }
    }

    /// One of a closed set, by its wire name in any case.
    pub fn one_of<T>(&mut self, field: &str, all: &[T], name: fn(T) -> &'static str) -> Option<T>
    where
        T: FromStr + Copy,
    {
        let text = self.string(field)?;
        let parsed = text.parse().ok();
        if parsed.is_none() {
            self.refuse(field, one_of_rule(all, name));
        }
        parsed
    }

    /// A list from a closed set, without repeats, in the order given.
    pub fn list_of<T>(&mut self, field: &str, all: &[T], name: fn(T) -> &'static str) -> Option<Vec<T>>
    where
        T: FromStr + Copy + PartialEq,
    {
        let mut values = Vec::new();
        for (index, text) in self.strings(field)?.iter().enumerate() {
            match text.parse() {
                Ok(value) if values.contains(&value) => {}
                Ok(value) => values.push(value),
                Err(_) => self.refuse(format!("{field}[{index}]"), one_of_rule(all, name)),
            }
        }
        Some(values)
    }

    /// Ends the reading: what is left over is returned as unknown keys.
    ///
    /// # Errors
    /// Every broken rule that was noted.
    pub fn finish(self) -> Result<Map<String, Value>, Vec<FieldError>> {
        if self.errors.is_empty() { Ok(self.map) } else { Err(self.errors) }
    }

    /// Ends the reading where unknown keys are mistakes.
    ///
    /// # Errors
    /// Every broken rule that was noted, and every unknown key.
    pub fn finish_strict(mut self) -> Result<(), Vec<FieldError>> {
        for key in self.map.keys() {
            self.errors.push(FieldError::new(key, "is not a field of this request"));
        }
        if self.errors.is_empty() { Ok(()) } else { Err(self.errors) }
    }
}

fn one_of_rule<T: Copy>(all: &[T], name: fn(T) -> &'static str) -> String {
    let names: Vec<_> = all.iter().map(|v| name(*v)).collect();
    format!("must be one of {}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Severity;
    use serde_json::json;

    #[test]
    fn every_broken_rule_is_collected_with_its_field() {
        let document = json!({"a": 1, "b": "  ", "c": ["x", 2], "d": "SOON", "e": {"kept": true}, "f": null});
        let mut fields = Fields::new(document).unwrap();
        assert_eq!(fields.string("a"), None);
        assert_eq!(fields.required_string("b", 10), None);
        assert_eq!(fields.strings("c"), Some(vec!["x".to_owned()]));
        assert_eq!(fields.one_of("d", &Severity::ALL, Severity::as_str), None);
        assert_eq!(fields.required_string("f", 10), None);
        let errors: Vec<_> = fields.finish().unwrap_err().iter().map(ToString::to_string).collect();
        assert_eq!(
            errors,
            [
                "a: must be a string",
                "b: must not be empty",
                "c[1]: must be a string",
                "d: must be one of INFO, LOW, MEDIUM, HIGH, CRITICAL",
                "f: is required",
            ]
        );
    }

    #[test]
    fn unknown_keys_are_kept_or_refused_as_asked() {
        let document = json!({"mine": "x", "other": 1});
        let mut fields = Fields::new(document.clone()).unwrap();
        fields.string("mine");
        assert_eq!(fields.finish().unwrap().len(), 1);
        let mut fields = Fields::new(document).unwrap();
        fields.string("mine");
        assert_eq!(fields.finish_strict().unwrap_err()[0].field, "other");
    }

    #[test]
    fn what_is_not_an_object_is_refused_whole() {
        assert!(Fields::parse(b"[1]").is_err());
        assert!(Fields::parse(b"{\"a\":").unwrap_err()[0].rule.contains("must be JSON"));
        assert!(Fields::parse(b"{\"a\":\"\xff\"}").is_err());
    }
}
