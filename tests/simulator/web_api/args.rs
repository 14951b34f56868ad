//! From an HTTP request to a call: which arguments were given, and which warnings Slack attaches.
//!
//! Slack takes arguments from the query, from a form body, and for most writing methods from a JSON body; the
//! token comes as a bearer header or as a query or form argument, never inside JSON.
//! <https://docs.slack.dev/apis/web-api>

use bytes::Bytes;
use serde_json::{Map, Value};

use super::answer::ApiError;
use super::reference::Method;

/// An HTTP request to `/api/{method}`, taken apart no further than HTTP goes.
#[derive(Clone, Debug, Default)]
pub(crate) struct ApiRequest {
    pub(crate) is_post: bool,
    pub(crate) query: String,
    pub(crate) content_type: Option<String>,
    pub(crate) bearer: Option<String>,
    /// Client id and secret of HTTP basic authentication.
    pub(crate) basic: Option<(String, String)>,
    pub(crate) body: Bytes,
}

/// Arguments by name. Form and query arguments are strings.
#[derive(Clone, Debug, Default)]
pub(crate) struct Args(pub(crate) Map<String, Value>);

/// A call as far as it could be read.
#[derive(Debug, Default)]
pub(crate) struct Call {
    pub(crate) token: Option<String>,
    pub(crate) basic: Option<(String, String)>,
    pub(crate) args: Args,
    pub(crate) warnings: Vec<&'static str>,
    /// Slack's code for a body that it cannot read.
    pub(crate) unreadable: Option<&'static str>,
}

/// Arguments that carry structures: JSON itself in a JSON body, JSON as text in a form.
const STRUCTURES: [&str; 7] =
    ["blocks", "attachments", "metadata", "view", "unfurled_attachments", "file_ids", "files"];

impl Call {
    /// Reads token and arguments.
    pub(crate) fn read(request: &ApiRequest, method: Option<&Method>) -> Call {
        let mut call = Call { token: request.bearer.clone(), basic: request.basic.clone(), ..Call::default() };
        let mut form: Vec<(String, String)> = form_urlencoded::parse(request.query.as_bytes()).into_owned().collect();
        if request.is_post && !request.body.is_empty() {
            let content_type = request.content_type.as_deref().unwrap_or_default().to_ascii_lowercase();
            let mut parts = content_type.split(';').map(str::trim);
            let media_type = parts.next().unwrap_or_default();
            let charset = parts.find_map(|p| p.strip_prefix("charset=")).map(|c| c.trim_matches('"'));
            if charset.is_some_and(|c| !["utf-8", "utf8", "iso-8859-1"].contains(&c)) {
                call.unreadable = Some("invalid_charset");
            }
            match media_type {
                "application/json" => {
                    if charset.is_none() {
                        call.warnings.push("missing_charset");
                    }
                    if method.is_none_or(|m| m.json_input_supported) {
                        match serde_json::from_slice(&request.body) {
                            Ok(Value::Object(object)) => call.args.0 = object,
                            Ok(_) => call.unreadable = Some("json_not_object"),
                            Err(_) => call.unreadable = Some("invalid_json"),
                        }
                        call.args.0.remove("token");
                    }
                }
                "application/x-www-form-urlencoded" => {
                    if charset.is_some() {
                        call.warnings.push("superfluous_charset");
                    }
                    if std::str::from_utf8(&request.body).is_err() {
                        call.unreadable = Some("invalid_form_data");
                    }
                    form.extend(form_urlencoded::parse(&request.body).into_owned());
                }
                "" => call.unreadable = Some("missing_post_type"),
                // Slack reads multipart as well; the simulator does not.
                "multipart/form-data" => call.unreadable = Some("invalid_form_data"),
                _ => call.unreadable = Some("invalid_post_type"),
            }
        }
        for (name, value) in form {
            if name == "token" {
                call.token = call.token.or(Some(value));
            } else {
                call.args.0.insert(name, Value::String(value));
            }
        }
        call
    }
}

impl Args {
    /// Absent required arguments and values of a wrong type, in Slack's words.
    pub(crate) fn check(&self, method: &Method) -> Result<(), ApiError> {
        let mut messages = Vec::new();
        for name in &method.required {
            if self.0.get(name).is_none_or(Value::is_null) {
                messages.push(format!("[ERROR] missing required field: {name}"));
            }
        }
        for (name, value) in &self.0 {
            if STRUCTURES.contains(&name.as_str()) || value.is_null() {
                continue;
            }
            let wanted = method.args.get(name).map(String::as_str);
            let problem = match (wanted, value) {
                (Some("string"), Value::String(_)) | (Some("any") | None, _) => None,
                (Some("string"), Value::Bool(_)) if ["as_user", "link_names"].contains(&name.as_str()) => None,
                (Some("string"), _) => Some("must be a string"),
                (Some("boolean"), value) if boolean(value).is_some() => None,
                (Some("boolean"), _) => Some("must be a boolean"),
                (Some("number" | "integer"), value) if integer(value).is_some() => None,
                (Some("number" | "integer"), _) if name == "limit" => return Err("invalid_limit".into()),
                (Some(_), _) => Some("must be a number"),
            };
            if let Some(problem) = problem {
                messages.push(format!("[ERROR] {problem} [json-pointer:/{name}]"));
            }
        }
        if messages.is_empty() { Ok(()) } else { Err(ApiError::with_messages("invalid_arguments", messages)) }
    }

    /// A text argument; `None` where it is absent or null.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    /// A text argument that [`Args::check`] has found present; empty where its type was loose.
    pub(crate) fn required(&self, name: &str) -> &str {
        self.text(name).unwrap_or_default()
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        self.0.get(name).and_then(boolean).unwrap_or(false)
    }

    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        self.0.get(name).and_then(integer)
    }

    /// A structure, given as JSON or as text that holds JSON. `Err` if the text does not.
    pub(crate) fn structure(&self, name: &str) -> Result<Option<Value>, ()> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => serde_json::from_str(text).map(Some).map_err(|_| ()),
            Some(value) => Ok(Some(value.clone())),
        }
    }
}

fn boolean(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::Number(n) => n.as_i64().filter(|n| (0..=1).contains(n)).map(|n| n == 1),
        Value::String(text) => match text.as_str() {
            "true" | "1" => Some(true),
            "false" | "0" | "" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(n) => n.as_i64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}
