//! What a producer may send, over HTTP or the queue, and every rule it is held to.
//!
//! The payload is the documented one of Panther's alert destinations, with more fields for routing and triage. Unknown
//! keys are kept. Only `title` and `severity` must be there.

use crate::fields::{FieldError, Fields};
use crate::id::InvalidId;
use crate::{AlertContent, AlertId, AlertType, DestinationId, Severity};
use jiff::Timestamp;
use serde_json::Value;

/// The largest alert accepted, in bytes of JSON: with its state it stays inside a DynamoDB item (400 kB,
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>).
pub const MAX_ALERT_BYTES: usize = 256 * 1024;

/// The longest URL that a Slack button takes (<https://docs.slack.dev/reference/block-kit/block-elements/button-element>).
const MAX_LINK_CHARS: usize = 3000;
/// The rule for a link.
pub(crate) const LINK_RULE: &str = "must be an http or https URL of at most 3000 characters";

/// Ids, names and log types are stored beside the content, for finding alerts by them: they are short, and few.
const MAX_NAME_CHARS: usize = 200;
const MAX_NAMES: usize = 100;

/// An accepted alert: its id and its content.
#[derive(Debug, Clone, PartialEq)]
pub struct NewAlert {
    pub id: AlertId,
    pub content: AlertContent,
}

/// Reads an alert's JSON. `now` stands in for a missing `createdAt`.
///
/// An alert without `alertId` gets an id derived from its other fields as sent, so the same document always has the
/// same id; producers that send identical alerts which are not repetitions must tell them apart by `createdAt`.
///
/// # Errors
/// Every broken rule, with its field.
pub fn parse(body: &[u8], now: Timestamp) -> Result<NewAlert, Vec<FieldError>> {
    if body.len() > MAX_ALERT_BYTES {
        let rule = format!("must be at most {MAX_ALERT_BYTES} bytes, and is {}", body.len());
        return Err(vec![FieldError::new("", rule)]);
    }
    let document: Value = match serde_json::from_slice(body) {
        Ok(document) => document,
        Err(_) => return Err(Fields::parse(body).err().unwrap_or_default()),
    };
    let derived = AlertId::derive(&[&canonical(&document)]);
    let mut fields = Fields::new(document)?;

    let title = fields.required_string("title", MAX_ALERT_BYTES).unwrap_or_default();
    if !fields.has("severity") {
        fields.refuse("severity", "is required");
    }
    let severity = fields.one_of("severity", &Severity::ALL, Severity::as_str).unwrap_or(Severity::Info);
    let alert_type = fields.one_of("type", &AlertType::ALL, AlertType::as_str).unwrap_or(AlertType::Rule);
    let id = match fields.string("alertId").filter(|id| !id.is_empty()).map(AlertId::new) {
        Some(Ok(id)) => id,
        Some(Err(error)) => {
            fields.refuse("alertId", error.to_string());
            derived
        }
        None => derived,
    };
    let created_at = match fields.string("createdAt").map(|text| parse_aws_date_time(&text)) {
        Some(Some(at)) => at,
        Some(None) => {
            fields
                .refuse("createdAt", "must be an extended ISO 8601 time with an offset, such as 2026-11-21T08:30:00Z");
            now
        }
        None => now,
    };
    let link = fields.string("link").filter(|link| !link.is_empty());
    if link.as_deref().is_some_and(|link| !is_web_url(link)) {
        fields.refuse("link", LINK_RULE);
    }
    let summary_attributes = fields.value("summaryAttributes").unwrap_or_default();
    if !is_attributes(&summary_attributes) {
        fields.refuse("summaryAttributes", "must be an object of attributes, or an array of their names");
    }
    let except_destinations = except(&mut fields);
    let mut short =
        |name: &str| fields.string(name).filter(|text| !text.is_empty()).map(|text| (name.to_owned(), text));
    let [detection_id, name, version, assignee] = ["id", "name", "version", "assignee"].map(&mut short);
    let mut few = |name: &str| (name.to_owned(), fields.strings(name).unwrap_or_default());
    let [log_types, destinations, output_ids] = ["logTypes", "destinations", "outputIds"].map(&mut few);
    for (field, text) in [&detection_id, &name, &version, &assignee].into_iter().flatten() {
        if text.chars().count() > MAX_NAME_CHARS {
            fields.refuse(field, format!("must be at most {MAX_NAME_CHARS} characters"));
        }
    }
    for (field, names) in [&log_types, &destinations, &output_ids] {
        if names.len() > MAX_NAMES || names.iter().any(|name| name.chars().count() > MAX_NAME_CHARS) {
            let rule = format!("must be at most {MAX_NAMES} names of at most {MAX_NAME_CHARS} characters");
            fields.refuse(field, rule);
        }
    }
    let text = |named: Option<(String, String)>| named.map(|(_, text)| text);
    let content = AlertContent {
        detection_id: text(detection_id),
        name: text(name),
        title,
        severity,
        alert_type,
        created_at,
        link,
        description: fields.string("description").unwrap_or_default(),
        runbook: fields.string("runbook").unwrap_or_default(),
        tags: fields.strings("tags").unwrap_or_default(),
        version: text(version),
        alert_context: fields.object("alertContext").unwrap_or_default(),
        log_types: log_types.1,
        summary_attributes,
        first_event: fields.object("firstEvent").map_or(Value::Null, Value::Object),
        destinations: destinations.1,
        output_ids: output_ids.1,
        except_destinations,
        assignee: text(assignee),
        extra: fields.finish()?,
    };
    Ok(NewAlert { id, content })
}

fn except(fields: &mut Fields) -> Vec<DestinationId> {
    let listed = fields.strings("exceptDestinations").unwrap_or_default();
    let mut ids = Vec::with_capacity(listed.len());
    for (index, text) in listed.into_iter().enumerate() {
        match DestinationId::new(text) {
            Ok(id) => ids.push(id),
            Err(InvalidId) => fields.refuse(format!("exceptDestinations[{index}]"), InvalidId.to_string()),
        }
    }
    ids
}

fn is_attributes(value: &Value) -> bool {
    match value {
        Value::Null | Value::Object(_) => true,
        Value::Array(names) => names.iter().all(Value::is_string),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

pub(crate) fn is_web_url(link: &str) -> bool {
    let rest = link.strip_prefix("https://").or_else(|| link.strip_prefix("http://"));
    let host_there = rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['/', '?', '#', ':']));
    let clean = !link.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '|' | '"'));
    host_there && clean && link.chars().count() <= MAX_LINK_CHARS
}

/// Parses the AWSDateTime scalar: `YYYY-MM-DDThh:mm[:ss[.s{1,9}]]` with `Z` or `±hh:mm[:ss]`
/// (<https://docs.aws.amazon.com/appsync/latest/devguide/scalars.html>).
fn parse_aws_date_time(text: &str) -> Option<Timestamp> {
    let (date, rest) = text.split_once('T')?;
    let shape = |text: &str, shape: &str| {
        text.len() == shape.len()
            && text.bytes().zip(shape.bytes()).all(|(c, s)| if s == b'0' { c.is_ascii_digit() } else { c == s })
    };
    let split = rest.find(['Z', '+', '-'])?;
    let (time, offset) = rest.split_at(split);
    let (whole, fraction) = time.split_once('.').map_or((time, None), |(whole, fraction)| (whole, Some(fraction)));
    let fraction_ok = fraction
        .is_none_or(|f| whole.len() == 8 && (1..=9).contains(&f.len()) && f.bytes().all(|c| c.is_ascii_digit()));
    let offset_ok = offset == "Z"
        || (offset.starts_with(['+', '-']) && (shape(&offset[1..], "00:00") || shape(&offset[1..], "00:00:00")));
    if !shape(date, "0000-00-00") || !(shape(whole, "00:00:00") || shape(whole, "00:00")) || !fraction_ok || !offset_ok
    {
        return None;
    }
    text.parse().ok()
}

/// The document with sorted keys, so that key order does not change a derived id.
fn canonical(document: &Value) -> Vec<u8> {
    fn sort(value: &Value) -> Value {
        match value {
            Value::Object(map) => {
                let mut keys: Vec<_> = map.keys().collect();
                keys.sort();
                Value::Object(keys.into_iter().map(|key| (key.clone(), sort(&map[key]))).collect())
            }
            Value::Array(items) => Value::Array(items.iter().map(sort).collect()),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
        }
    }
    sort(document).to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    const NOW: Timestamp = Timestamp::constant(1_763_700_000, 0);

    fn errors(document: Value) -> Vec<String> {
        parse(document.to_string().as_bytes(), NOW).unwrap_err().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_documented_example_is_accepted_whole() {
        // The example of https://docs.panther.com/alerts/destinations ("Workflow automation").
        let body = include_bytes!("../tests/documented_payload.json");
        let alert = parse(body, NOW).unwrap();
        assert_eq!(alert.id.as_str(), "b90c19e66e160e194a5b3b94ec27fb7c");
        assert_eq!(alert.content.detection_id.as_deref(), Some("AllLogs.IPMonitoring"));
        assert_eq!(alert.content.created_at.to_string(), "2020-10-13T03:35:24Z");
        assert_eq!(alert.content.severity, Severity::Info);
        assert_eq!(alert.content.tags.len(), 2);
        assert!(alert.content.extra.is_empty());
    }

    #[test]
    fn every_wrong_field_is_named_with_its_rule() {
        let found = errors(json!({
            "severity": "SEVERE", "type": 7, "createdAt": "yesterday", "link": "javascript:alert(1)", "tags": ["a", 1],
            "alertId": "a b", "alertContext": [], "summaryAttributes": 5, "firstEvent": "x", "destinations": "soc",
            "exceptDestinations": ["ok", "not ok"],
        }));
        let fields: Vec<_> = found.iter().map(|e| e.split(':').next().unwrap()).collect();
        assert_eq!(
            fields,
            [
                "title",
                "severity",
                "type",
                "alertId",
                "createdAt",
                "link",
                "summaryAttributes",
                "exceptDestinations[1]",
                "destinations",
                "tags[1]",
                "alertContext",
                "firstEvent",
            ]
        );
        assert_eq!(errors(json!({})), ["title: is required", "severity: is required"]);
        assert_eq!(errors(json!({"title": " ", "severity": "LOW"})), ["title: must not be empty"]);
        assert_eq!(errors(json!([])), [": must be a JSON object"]);
        assert!(parse(b"not json", NOW).unwrap_err()[0].rule.starts_with("must be JSON"));
        let large = format!("{{\"title\":\"{}\"}}", "x".repeat(MAX_ALERT_BYTES));
        assert!(parse(large.as_bytes(), NOW).unwrap_err()[0].rule.contains("262144"));
    }

    #[test]
    fn names_are_short_and_few() {
        let long = "x".repeat(201);
        let many: Vec<String> = (0..101).map(|n| n.to_string()).collect();
        let body = json!({"title": "t", "severity": "LOW", "id": long, "logTypes": many, "destinations": [long]});
        let fields: Vec<_> = errors(body).iter().map(|e| e.split(':').next().unwrap().to_owned()).collect();
        assert_eq!(fields, ["id", "logTypes", "destinations"]);
    }

    #[test]
    fn nulls_and_empty_strings_of_optional_fields_count_as_absent() {
        let body = json!({"title": "t", "severity": "low", "name": null, "version": null, "link": "", "alertId": null});
        let alert = parse(body.to_string().as_bytes(), NOW).unwrap();
        assert_eq!(alert.content.severity, Severity::Low);
        assert_eq!((alert.content.name, alert.content.link, alert.content.version), (None, None, None));
    }

    #[test]
    fn unknown_keys_are_kept() {
        let body = json!({"title": "t", "severity": "LOW", "dedup": "x", "events": [1]});
        let alert = parse(body.to_string().as_bytes(), NOW).unwrap();
        assert_eq!(Value::Object(alert.content.extra), json!({"dedup": "x", "events": [1]}));
    }

    #[test]
    fn a_derived_id_depends_on_what_is_said_and_not_on_key_order_or_time() {
        let one = parse(br#"{"title":"t","severity":"LOW"}"#, NOW).unwrap();
        let same = parse(br#"{ "severity":"LOW", "title":"t" }"#, Timestamp::UNIX_EPOCH).unwrap();
        let other = parse(br#"{"title":"u","severity":"LOW"}"#, NOW).unwrap();
        assert_eq!(one.id, same.id);
        assert_ne!(one.id, other.id);
    }

    #[test]
    fn aws_date_times_are_taken_and_everything_else_is_not() {
        for (text, expected) in [
            ("2020-10-13T03:35:24Z", "2020-10-13T03:35:24Z"),
            ("2020-10-13T03:35Z", "2020-10-13T03:35:00Z"),
            ("2020-10-13T03:35:24.123456789Z", "2020-10-13T03:35:24.123456789Z"),
            ("2020-10-13T03:35:24+02:00", "2020-10-13T01:35:24Z"),
            ("2020-10-13T03:35:24.5-01:30:15", "2020-10-13T05:05:39.5Z"),
        ] {
            assert_eq!(parse_aws_date_time(text).map(|at| at.to_string()).as_deref(), Some(expected), "{text}");
        }
        for text in [
            "",
            "2020-10-13",
            "2020-10-13T03:35:24",
            "2020-10-13 03:35:24Z",
            "2020-13-13T03:35:24Z",
            "2020-10-13T03Z",
            "2020-10-13T03:35:24.Z",
            "2020-10-13T03:35:24.1234567890Z",
            "2020-10-13T03:35:24+0200",
            "20201013T033524Z",
            "2020-10-13T03:35:24Z[UTC]",
            "2020-10-13T25:35:24Z",
            "1602560124",
        ] {
            assert_eq!(parse_aws_date_time(text), None, "{text}");
        }
    }

    #[test]
    fn links_that_could_break_out_of_markup_or_are_no_web_pages_are_refused() {
        for bad in
            ["ftp://x", "https://", "https:///x", "javascript:x", "https://x y", "https://x|y", "https://x>", "//x"]
        {
            assert!(!is_web_url(bad), "{bad}");
        }
        assert!(is_web_url("https://runpanther.io/alerts/b90c19e66e160e194a5b3b94ec27fb7c?x=1#y"));
    }

    proptest! {
        #[test]
        fn any_bytes_give_an_alert_or_errors_and_never_a_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse(&body, NOW);
        }

        #[test]
        fn an_accepted_alert_survives_being_stored(title in "\\PC{1,40}", tags in proptest::collection::vec("\\PC{0,9}", 0..4)) {
            let body = json!({"title": title, "severity": "HIGH", "tags": tags, "firstEvent": {"a": title}});
            if let Ok(alert) = parse(body.to_string().as_bytes(), NOW) {
                let stored = serde_json::to_string(&alert.content).unwrap();
                prop_assert_eq!(serde_json::from_str::<AlertContent>(&stored).unwrap(), alert.content);
            }
        }
    }
}
