//! What a method answers: `ok: true` with fields, or `ok: false` with Slack's error code.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

/// The fields of a successful answer, `ok` aside.
pub(crate) type Answer = Map<String, Value>;

/// A refusal.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ApiError {
    pub(crate) code: Cow<'static, str>,
    /// `response_metadata.messages`
    pub(crate) messages: Vec<String>,
    /// Further top-level fields, such as `needed` and `provided`.
    pub(crate) fields: Answer,
}

impl From<&'static str> for ApiError {
    fn from(code: &'static str) -> Self {
        Self { code: code.into(), ..Self::default() }
    }
}

impl ApiError {
    pub(crate) fn with_messages(code: &'static str, messages: Vec<String>) -> Self {
        Self { code: code.into(), messages, ..Self::default() }
    }

    /// `invalid_blocks` and the like: the findings stand both in `errors` and, marked, in
    /// `response_metadata.messages`.
    pub(crate) fn refused_content(code: &'static str, findings: Vec<String>) -> Self {
        let mut error = Self::with_messages(code, findings.iter().map(|f| format!("[ERROR] {f}")).collect());
        error.fields.insert("errors".into(), json!(findings));
        error
    }

    /// `invalid_arguments` with findings about a view or another structure.
    pub(crate) fn invalid_arguments(findings: Vec<String>) -> Self {
        Self::with_messages("invalid_arguments", findings.iter().map(|f| format!("[ERROR] {f}")).collect())
    }
}

/// An answer's fields from `json!({…})`.
pub(crate) fn fields(value: Value) -> Answer {
    match value {
        Value::Object(map) => map,
        _ => Answer::new(),
    }
}

/// The JSON body of an answer.
pub(crate) fn body(result: Result<Answer, ApiError>, warnings: &[&'static str]) -> Value {
    let (mut out, messages) = match result {
        Ok(fields) => {
            let mut out = Answer::new();
            out.insert("ok".into(), json!(true));
            out.extend(fields);
            (out, Vec::new())
        }
        Err(error) => {
            let mut out = Answer::new();
            out.insert("ok".into(), json!(false));
            out.insert("error".into(), json!(error.code));
            out.extend(error.fields);
            (out, error.messages)
        }
    };
    let mut warnings: Vec<String> = warnings.iter().map(|w| (*w).to_owned()).collect();
    if let Some(Value::String(own)) = out.remove("warning") {
        warnings.insert(0, own);
    }
    if !messages.is_empty() || !warnings.is_empty() {
        let metadata = out.entry("response_metadata").or_insert_with(|| json!({}));
        if !messages.is_empty() {
            metadata["messages"] = json!(messages);
        }
        if !warnings.is_empty() {
            metadata["warnings"] = json!(warnings);
            out.insert("warning".into(), json!(warnings.join(",")));
        }
    }
    Value::Object(out)
}
