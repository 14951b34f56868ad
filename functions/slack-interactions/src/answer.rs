//! Answers to Slack.

use http::{Response, StatusCode, header};
use serde_json::Value;

/// An empty answer.
pub(crate) fn status(code: u16) -> Response<String> {
    let mut response = Response::new(String::new());
    *response.status_mut() = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
}

/// 200 without a word: "received".
pub(crate) fn ok() -> Response<String> {
    status(200)
}

/// 200 with JSON: options, or what a modal is to do.
pub(crate) fn json(body: &Value) -> Response<String> {
    with("application/json; charset=utf-8", body.to_string())
}

/// 200 with the challenge of `url_verification` (<https://docs.slack.dev/reference/events/url_verification>).
pub(crate) fn challenge(text: String) -> Response<String> {
    with("text/plain; charset=utf-8", text)
}

fn with(content_type: &'static str, body: String) -> Response<String> {
    let mut response = Response::new(body);
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static(content_type));
    response
}
