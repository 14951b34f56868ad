//! Items to and from domain types.

use crate::Error;
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::HashMap;

pub(crate) type Item = HashMap<String, AttributeValue>;

pub(crate) fn s(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

pub(crate) fn n(number: u64) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

/// A domain value as the JSON text that is stored. Cannot fail: our types have string keys only.
pub(crate) fn json(value: &impl Serialize) -> AttributeValue {
    s(serde_json::to_string(value).expect("domain types serialize to JSON"))
}

/// A time whose text sorts as time does: milliseconds since 1970, 15 digits.
pub(crate) fn sortable(at: Timestamp) -> String {
    format!("{:015}", at.as_millisecond().max(0))
}

pub(crate) fn key(pk: impl Into<String>, sk: impl Into<String>) -> Item {
    HashMap::from([("pk".to_owned(), s(pk)), ("sk".to_owned(), s(sk))])
}

fn corrupt(item: &Item, what: String) -> Error {
    let part = |name: &str| item.get(name).and_then(|v| v.as_s().ok()).map_or("?", String::as_str);
    Error::Corrupt { key: format!("{} {}", part("pk"), part("sk")), what }
}

pub(crate) fn text<'a>(item: &'a Item, name: &str) -> Result<&'a str, Error> {
    let value = item.get(name).and_then(|value| value.as_s().ok());
    value.map(String::as_str).ok_or_else(|| corrupt(item, format!("no text in {name}")))
}

pub(crate) fn number(item: &Item, name: &str) -> Result<u64, Error> {
    let value = item.get(name).and_then(|value| value.as_n().ok()).and_then(|value| value.parse().ok());
    value.ok_or_else(|| corrupt(item, format!("no number in {name}")))
}

pub(crate) fn parsed<T: DeserializeOwned>(item: &Item, name: &str) -> Result<T, Error> {
    serde_json::from_str(text(item, name)?).map_err(|error| corrupt(item, format!("{name}: {error}")))
}

pub(crate) fn time(item: &Item, name: &str) -> Result<Timestamp, Error> {
    let millis = text(item, name)?.parse().ok().and_then(|millis| Timestamp::from_millisecond(millis).ok());
    millis.ok_or_else(|| corrupt(item, format!("no time in {name}")))
}
