//! The OpenAPI document: sound in itself, and the same as the routes.

use crate::contract::{DOCUMENT, validator};
use crate::world::World;
use alerts_api::Route;
use http::Method;
use serde_json::Value;
use std::collections::BTreeSet;

/// The schema of OpenAPI 3.1 documents (<https://spec.openapis.org/oas/3.1/schema/2022-10-07>, Apache-2.0).
const OPENAPI_SCHEMA: &str = include_str!("openapi-3.1.schema.json");

fn operations() -> impl Iterator<Item = (Method, &'static str, &'static Value, &'static Value)> {
    let paths = DOCUMENT["paths"].as_object().unwrap();
    paths.iter().flat_map(|(path, item)| {
        let operations = item.as_object().unwrap().iter().filter(|(name, _)| *name != "parameters");
        operations.map(move |(name, operation)| (name.to_uppercase().parse().unwrap(), path.as_str(), item, operation))
    })
}

fn resolved(value: &'static Value) -> &'static Value {
    match value["$ref"].as_str() {
        Some(reference) => DOCUMENT.pointer(reference.trim_start_matches('#')).unwrap(),
        None => value,
    }
}

fn parameters(values: &'static Value, place: &str) -> BTreeSet<&'static str> {
    let all = values.as_array().into_iter().flatten().map(resolved);
    all.filter(|parameter| parameter["in"] == place).map(|parameter| parameter["name"].as_str().unwrap()).collect()
}

#[test]
fn the_document_is_valid_openapi_3_1() {
    let schema: Value = serde_json::from_str(OPENAPI_SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<_> =
        validator.iter_errors(&DOCUMENT).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let mut broken = DOCUMENT.clone();
    broken["paths"]["/alerts"]["get"]["parameters"][0]["in"] = "nowhere".into();
    assert!(!validator.is_valid(&broken), "the schema accepts anything");
}

#[test]
fn every_reference_leads_somewhere_and_every_schema_is_one() {
    fn references(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(map) => {
                found.extend(map.get("$ref").and_then(Value::as_str).map(str::to_owned));
                map.values().for_each(|value| references(value, found));
            }
            Value::Array(items) => items.iter().for_each(|value| references(value, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let mut found = BTreeSet::new();
    references(&DOCUMENT, &mut found);
    for reference in &found {
        assert!(DOCUMENT.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
    }
    for kind in ["schemas", "responses", "parameters"] {
        for name in DOCUMENT["components"][kind].as_object().unwrap().keys() {
            assert!(found.contains(&format!("#/components/{kind}/{name}")), "{name} is not used");
        }
    }
    for (name, schema) in DOCUMENT["components"]["schemas"].as_object().unwrap() {
        jsonschema::draft202012::meta::validate(schema).unwrap_or_else(|error| panic!("{name}: {error}"));
        validator(&format!("/components/schemas/{name}"));
    }
}

#[test]
fn the_document_and_the_routes_are_the_same() {
    let documented: BTreeSet<_> = operations().map(|(method, path, ..)| format!("{method} {path}")).collect();
    let routed: BTreeSet<_> = Route::ALL.iter().map(|(method, pattern, _)| format!("{method} {pattern}")).collect();
    assert_eq!(documented, routed);
    assert_eq!(Route::ALL.len(), routed.len(), "a route is listed twice");
}

#[test]
fn permissions_and_parameters_are_documented_as_they_are() {
    for (method, pattern, route) in Route::ALL {
        let (.., item, operation) = operations().find(|(m, p, ..)| m == method && p == pattern).unwrap();
        let named: Vec<_> =
            operation["x-permissions"].as_array().unwrap().iter().map(|p| p.as_str().unwrap()).collect();
        let needed: Vec<_> = route.needs().iter().map(|permission| permission.as_str()).collect();
        assert_eq!(named, needed, "{method} {pattern}");
        assert_eq!(operation["security"].is_array(), needed.is_empty(), "{method} {pattern}");
        let known: BTreeSet<_> = route.parameters().iter().copied().collect();
        assert_eq!(parameters(&operation["parameters"], "query"), known, "{method} {pattern}");
        let in_path = parameters(&item["parameters"], "path");
        assert_eq!(in_path.contains("id"), pattern.contains("{id}"), "{method} {pattern}");
        let takes_body = [Method::POST, Method::PATCH, Method::PUT].contains(method);
        assert_eq!(operation["requestBody"].is_object(), takes_body, "{method} {pattern}");
    }
}

#[test]
fn operation_ids_are_unique_and_every_operation_documents_its_failures() {
    let mut ids = BTreeSet::new();
    for (method, path, _, operation) in operations() {
        assert!(ids.insert(operation["operationId"].as_str().unwrap()), "{method} {path}");
        if operation["security"].is_array() {
            continue;
        }
        let statuses: BTreeSet<_> = operation["responses"].as_object().unwrap().keys().map(String::as_str).collect();
        for status in ["400", "401", "403", "429", "500", "503"] {
            assert!(statuses.contains(status), "{method} {path} {status}");
        }
        assert_eq!(statuses.contains("415"), operation["requestBody"].is_object(), "{method} {path}");
        assert!(!path.contains("{id}") || statuses.contains("404"), "{method} {path}");
    }
}

#[tokio::test]
async fn the_document_and_the_health_are_open_to_all() {
    let world = World::new().await;
    let document = world.ask_without_key("GET", "/openapi.json").answer().await;
    assert_eq!(document.status, 200);
    assert_eq!(document.json, *DOCUMENT);
    assert_eq!(world.ask_without_key("GET", "/health").answer().await.json["status"], "ok");
}
