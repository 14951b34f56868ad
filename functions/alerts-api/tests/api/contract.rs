//! Holds what is asked and answered against the OpenAPI document: the answer's status, media type and body, and the body
//! of every request that was accepted.

use alerts_api::{OPENAPI, Route};
use http::Method;
use http::response::Parts;
use jsonschema::Validator;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

pub(crate) static DOCUMENT: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(OPENAPI).unwrap());

/// The validator of the schema at `pointer` in the document.
pub(crate) fn validator(pointer: &str) -> Validator {
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$ref": format!("#{}", pointer.replace('{', "%7B").replace('}', "%7D")),
        "paths": DOCUMENT["paths"],
        "components": DOCUMENT["components"],
    });
    let options = jsonschema::options().should_validate_formats(true);
    options.build(&schema).unwrap_or_else(|error| panic!("{pointer} is no schema: {error}"))
}

fn escaped(text: &str) -> String {
    text.replace('~', "~0").replace('/', "~1")
}

fn pattern_of(path: &str) -> Option<&'static str> {
    let segments = |path: &str| path.split('/').count();
    let fits = |pattern: &str| match pattern.split_once("{id}") {
        Some((prefix, suffix)) => {
            let id = path.strip_prefix(prefix).and_then(|rest| rest.strip_suffix(suffix));
            segments(path) == segments(pattern) && id.is_some_and(|id| !id.is_empty())
        }
        None => pattern == path,
    };
    Route::ALL.iter().map(|(_, pattern, _)| *pattern).find(|pattern| fits(pattern))
}

pub(crate) fn hold(method: &Method, path: &str, asked: &[u8], parts: &Parts, text: &str) {
    let said = format!("{method} {path} -> {} {text}", parts.status);
    let media_type = parts.headers.get("content-type").map(|value| value.to_str().unwrap());
    let cached = parts.headers["cache-control"] != "no-store";
    assert_eq!(cached, path == "/openapi.json" && parts.status == 200, "{said}");
    if parts.status.as_u16() >= 400 {
        assert_eq!(media_type, Some("application/problem+json"), "{said}");
        let problem: Value = serde_json::from_str(text).unwrap();
        assert_eq!(problem["status"], parts.status.as_u16(), "{said}");
        conforms("/components/schemas/Problem", &problem, &said);
    }
    let Some(pattern) = pattern_of(path).filter(|_| parts.status != 405) else {
        assert!(parts.status == 404 || parts.status == 405, "{said}");
        return;
    };
    let operation = format!("/paths/{}/{}", escaped(pattern), method.as_str().to_lowercase());
    let status = parts.status.as_u16();
    let mut response = format!("{operation}/responses/{status}");
    let Some(mut documented) = DOCUMENT.pointer(&response) else { panic!("undocumented: {said}") };
    if let Some(shared) = documented["$ref"].as_str() {
        response = shared.trim_start_matches('#').to_owned();
        documented = DOCUMENT.pointer(&response).unwrap();
    }
    for header in documented["headers"].as_object().into_iter().flatten() {
        assert!(parts.headers.contains_key(header.0.as_str()), "no {}: {said}", header.0);
    }
    match media_type {
        None => assert!(text.is_empty() && documented["content"].is_null(), "{said}"),
        Some(media_type) => {
            let schema = format!("{response}/content/{}/schema", escaped(media_type));
            assert!(DOCUMENT.pointer(&schema).is_some(), "undocumented: {said}");
            conforms(&schema, &serde_json::from_str(text).unwrap(), &said);
        }
    }
    let request = format!("{operation}/requestBody/content/application~1json/schema");
    if status < 300 && !asked.is_empty() && DOCUMENT.pointer(&request).is_some() {
        conforms(&request, &serde_json::from_slice(asked).unwrap(), &format!("accepted by {said}"));
    }
}

fn conforms(pointer: &str, value: &Value, said: &str) {
    static BUILT: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);
    let known = BUILT.lock().unwrap().get(pointer).cloned();
    let validator = known.unwrap_or_else(|| {
        let built = Arc::new(validator(pointer));
        BUILT.lock().unwrap().insert(pointer.to_owned(), built.clone());
        built
    });
    let errors: Vec<_> =
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?} in {said}");
}
