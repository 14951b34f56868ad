//! infra/athena.yaml: the tables have exactly the columns that rows have, and look where the objects lie.

use crate::template::{Complaints, Template};
use jiff::Timestamp;
use logs::{Context, LogSourceId, LogType, object};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const NOW: Timestamp = Timestamp::constant(1_795_250_000, 0);

fn template() -> Template {
    Template::at("infra/athena.yaml")
}

/// An entry with every field of the log type's schema.
fn whole_entry(log_type: LogType) -> Value {
    let user = json!({"id": "U1", "name": "linus", "email": "linus@acme.example", "team": "T1"});
    let named = json!({"id": "X1", "name": "x"});
    let place = json!({"id": "T1", "name": "Acme", "domain": "acme"});
    match log_type {
        LogType::Audit => json!({
            "id": "1", "date_create": 1_795_000_000, "action": "user_login", "actor": {"type": "user", "user": user},
            "entity": {
                "type": "user", "user": user, "workspace": place, "enterprise": place, "workflow": named,
                "channel": {
                    "id": "C1", "name": "x", "privacy": "public", "is_shared": false, "is_org_shared": false,
                    "teams_shared_with": [],
                },
                "file": {"id": "F1", "name": "x", "title": "x", "filetype": "text"},
                "app": {
                    "id": "A1", "name": "x", "is_distributed": false, "is_directory_approved": false, "scopes": [],
                },
                "message": {"team": "T1", "channel": "C1", "timestamp": "1.0"},
            },
            "context": {
                "ua": "x", "ip_address": "203.0.113.7",
                "location": {"type": "workspace", "id": "T1", "domain": "acme", "name": "Acme"},
            },
            "details": {},
        }),
        LogType::Access => json!({
            "user_id": "U1", "username": "linus", "date_first": 1_795_000_000, "date_last": 1_795_000_000, "count": 1,
            "ip": "203.0.113.7", "user_agent": "x", "isp": "x", "country": "SE", "region": "AB",
        }),
        LogType::Integration => json!({
            "user_id": "U1", "user_name": "linus", "service_id": 1, "service_type": "x", "app_id": "A1",
            "app_type": "x", "date": "1795000000", "change_type": "added", "scope": "x", "channel": "C1",
            "reason": "x", "rss_feed": true, "rss_feed_change_type": "x", "rss_feed_title": "x", "rss_feed_url": "x",
        }),
    }
}

fn row(log_type: LogType) -> Value {
    let context = Context::new(LogSourceId::new("source").expect("as the test has it"), "Acme", NOW);
    let mut line = Vec::new();
    logs::normalise(log_type, &whole_entry(log_type).to_string(), &context, &mut line).expect("as the test has it");
    let mut row: Value = serde_json::from_slice(&line).expect("as the test has it");
    // The standard fields that this entry's log type gives no value for.
    for field in ["p_any_ip_addresses", "p_any_usernames", "p_any_emails"] {
        row.as_object_mut().expect("as the test has it").entry(field).or_insert_with(|| json!([]));
    }
    row
}

/// The table over the objects of a log type.
fn table(template: &Template, log_type: LogType) -> &Value {
    let location = format!("s3://${{BucketName}}/logs/{log_type}/");
    let mut tables = template.resources("AWS::Glue::Table").map(|(_, table)| &table["Properties"]["TableInput"]);
    tables.find(|table| table["StorageDescriptor"]["Location"]["Fn::Sub"] == location).unwrap_or(&Value::Null)
}

fn tables_have_the_rows_fields(template: &Template) -> Complaints {
    let mut complaints = Complaints::new();
    for log_type in LogType::ALL {
        let row = row(log_type);
        let columns = table(template, log_type)["StorageDescriptor"]["Columns"].as_array().cloned().unwrap_or_default();
        let named: BTreeSet<&str> = columns.iter().filter_map(|column| column["Name"].as_str()).collect();
        let fields: BTreeSet<&str> = row.as_object().expect("as the test has it").keys().map(String::as_str).collect();
        complaints.extend(fields.difference(&named).map(|field| format!("{log_type}: no column {field}")));
        complaints.extend(named.difference(&fields).map(|column| format!("{log_type}: no row has {column}")));
        for column in &columns {
            let of_type = column["Type"].as_str().unwrap_or_default();
            let value = &row[column["Name"].as_str().unwrap_or_default()];
            complaints.extend(
                unfit(value, of_type).into_iter().map(|path| format!("{log_type}: {path} of {}", column["Name"])),
            );
        }
    }
    complaints
}

/// What of a value a Hive type does not hold.
fn unfit(value: &Value, of_type: &str) -> Vec<String> {
    let wrong = |fits: bool| if fits { Vec::new() } else { vec![format!("{value} is no {of_type}")] };
    match value {
        // A string column holds an object as JSON.
        Value::Object(fields) if of_type != "string" => fields
            .iter()
            .flat_map(|(name, value)| match member(of_type, name) {
                Some(of_type) => unfit(value, of_type),
                None => vec![name.clone()],
            })
            .collect(),
        Value::Object(_) => Vec::new(),
        Value::Array(_) => wrong(of_type.starts_with("array<")),
        Value::Bool(_) => wrong(of_type == "boolean"),
        Value::Number(_) => wrong(of_type == "bigint"),
        Value::String(_) | Value::Null => wrong(of_type == "string"),
    }
}

/// The type of a struct's field.
fn member<'a>(of_type: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = of_type.strip_prefix("struct<")?.strip_suffix('>')?;
    loop {
        let (found, after) = rest.split_once(':')?;
        let mut depth = 0;
        let end = after.find(|c| {
            depth += i32::from(c == '<') - i32::from(c == '>');
            c == ',' && depth == 0
        });
        let (of_type, next) = end.map_or((after, ""), |end| (&after[..end], &after[end + 1..]));
        if found == name {
            return Some(of_type);
        }
        rest = next;
    }
}

fn tables_look_where_the_objects_lie(template: &Template) -> Complaints {
    let mut complaints = Complaints::new();
    for log_type in LogType::ALL {
        let mut encoder = logs::Encoder::new();
        encoder.write(b"{}\n");
        let key =
            object::key(log_type, NOW, &LogSourceId::new("source").expect("as the test has it"), encoder.finish().hash);
        let parameters = &table(template, log_type)["Parameters"];
        let template = parameters["storage.location.template"]["Fn::Sub"].as_str().unwrap_or_default();
        let hour = NOW.strftime("%Y/%m/%d/%H").to_string();
        let place = template.replace("s3://${BucketName}/", "").replace("${!event_hour}", &hour);
        if place.is_empty() || !key.starts_with(&place) {
            complaints.push(format!("{log_type}: {key} does not lie in {place:?}"));
        }
        if parameters["projection.event_hour.format"] != "yyyy/MM/dd/HH" {
            complaints.push(format!("{log_type}: the hours are written otherwise"));
        }
    }
    complaints
}

fn caught(rule: impl Fn(&Template) -> Complaints, pointer: &str, value: Option<Value>) {
    assert!(!rule(&template().broken(pointer, value)).is_empty(), "not caught: {pointer}");
}

#[test]
fn each_table_has_a_column_for_every_field_of_its_rows_and_no_other() {
    assert_eq!(tables_have_the_rows_fields(&template()), Complaints::new());
    let columns = "/Resources/AccessLogsTable/Properties/TableInput/StorageDescriptor/Columns";
    caught(tables_have_the_rows_fields, &format!("{columns}/0"), None);
    caught(tables_have_the_rows_fields, &format!("{columns}/4/Type"), Some(json!("string")));
    let entity = "/Resources/AuditLogsTable/Properties/TableInput/StorageDescriptor/Columns/4/Type";
    caught(tables_have_the_rows_fields, entity, Some(json!("struct<type:string>")));
}

#[test]
fn each_table_reads_the_hour_of_its_log_type() {
    assert_eq!(tables_look_where_the_objects_lie(&template()), Complaints::new());
    let parameters = "/Resources/AuditLogsTable/Properties/TableInput/Parameters";
    let elsewhere = json!({"Fn::Sub": "s3://${BucketName}/logs/Slack.AccessLogs/${!event_hour}/"});
    caught(tables_look_where_the_objects_lie, &format!("{parameters}/storage.location.template"), Some(elsewhere));
}
