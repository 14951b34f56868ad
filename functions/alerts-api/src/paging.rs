//! Cursors: where the next page begins, opaque to clients and never trusted.

use crate::problem::Problem;
use alert::AlertId;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A cursor's text.
pub(crate) fn encode(cursor: &impl Serialize) -> String {
    URL_SAFE_NO_PAD.encode(crate::answer::to_json(cursor))
}

/// What [`encode`] made a text of, if `is_sound` accepts it.
///
/// # Errors
/// 400 that names the parameter.
pub(crate) fn decode<T: DeserializeOwned>(text: &str, is_sound: fn(&Value) -> bool) -> Result<T, Problem> {
    let bytes = URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok();
    let value: Option<Value> = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let cursor = value.filter(is_sound).and_then(|value| serde_json::from_value(value).ok());
    cursor.ok_or_else(|| Problem::field("cursor", "must be the next of an earlier answer"))
}

/// Whether `value` can be a place in the listing of alerts: a month, and in it a time with an id, or its very edge.
pub(crate) fn is_place_among_alerts(value: &Value) -> bool {
    let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
    let month = format!("{}-01", text("month")).parse::<jiff::civil::Date>().is_ok() && text("month").len() == 7;
    let time = text("time");
    let inside = time.split_once('#').is_some_and(|(millis, id)| {
        millis.len() == 15 && millis.bytes().all(|byte| byte.is_ascii_digit()) && AlertId::new(id).is_ok()
    });
    month && (inside || time == "!" || time == "~")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_cursor_survives_the_way_to_the_client_and_back() {
        let place = json!({"month": "2026-11", "time": "001763700000000#AWS.Root:1"});
        assert_eq!(decode::<Value>(&encode(&place), is_place_among_alerts).unwrap(), place);
    }

    #[test]
    fn a_cursor_that_we_did_not_make_is_refused() {
        for bad in [
            json!(null),
            json!({"month": "2026-13", "time": "~"}),
            json!({"month": "2026-1", "time": "~"}),
            json!({"month": "2026-11", "time": ""}),
            json!({"month": "2026-11", "time": "\u{0}"}),
            json!({"month": "2026-11", "time": "1#a"}),
            json!({"month": "2026-11", "time": "001763700000000#a b"}),
            json!({"month": 1, "time": "~"}),
        ] {
            assert!(decode::<Value>(&encode(&bad), is_place_among_alerts).is_err(), "{bad}");
        }
        for bad in ["", "%", "e30", "bm90IGpzb24", "ü"] {
            assert!(decode::<Value>(bad, is_place_among_alerts).is_err(), "{bad}");
        }
    }
}
