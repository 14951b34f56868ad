//! API Gateway's event for an HTTP API, payload format 2.0, and its answer
//! (<https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>): the few
//! parts that are used here. This function is started for a click that must be answered in 3 seconds, so it takes the
//! bare runtime rather than lambda_http.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{Request, Response};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A request as API Gateway hands it over. Header names are in lower case; of a header that came twice the values are
/// joined with a comma.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    raw_path: String,
    #[serde(default)]
    headers: HashMap<String, String>,
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
}

/// An answer as API Gateway takes it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    status_code: u16,
    headers: HashMap<String, String>,
    body: String,
}

/// The event is no HTTP request.
#[derive(Debug, thiserror::Error)]
pub enum NoRequest {
    #[error("the body is not base64, though it is said to be")]
    Body(#[from] base64::DecodeError),
    #[error("path or headers are not HTTP's")]
    Http(#[from] http::Error),
}

impl Event {
    /// The request, with the raw bytes of its body: the signature is over those.
    ///
    /// # Errors
    /// [`NoRequest`] if API Gateway did not make the event.
    pub fn into_request(self) -> Result<Request<Bytes>, NoRequest> {
        let body = self.body.unwrap_or_default();
        let body = if self.is_base64_encoded { STANDARD.decode(body)? } else { body.into_bytes() };
        let mut request = Request::builder().method("POST").uri(self.raw_path);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        Ok(request.body(Bytes::from(body))?)
    }
}

impl From<Response<String>> for Answer {
    fn from(response: Response<String>) -> Self {
        let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = response.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
        Self { status_code: response.status().as_u16(), headers, body: response.into_body() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn request(event: Value) -> Result<Request<Bytes>, NoRequest> {
        serde_json::from_value::<Event>(event).unwrap().into_request()
    }

    #[test]
    fn the_body_is_the_raw_bytes_that_slack_signed() {
        let event = json!({
            "version": "2.0", "rawPath": "/slack/interactions", "rawQueryString": "", "isBase64Encoded": true,
            "headers": {"x-slack-signature": "v0=1", "content-type": "application/x-www-form-urlencoded"},
            "body": STANDARD.encode(b"payload=%7B\xff"), "requestContext": {"http": {"method": "POST"}},
        });
        let request = request(event).unwrap();
        assert_eq!(request.uri().path(), "/slack/interactions");
        assert_eq!(request.headers()["x-slack-signature"], "v0=1");
        assert_eq!(request.body().as_ref(), b"payload=%7B\xff");
    }

    #[test]
    fn a_body_may_come_as_text_or_not_at_all() {
        let text = request(json!({"rawPath": "/slack/events", "body": "{\"ü\":1}"})).unwrap();
        assert_eq!(text.body().as_ref(), "{\"ü\":1}".as_bytes());
        assert!(request(json!({"rawPath": "/slack/events"})).unwrap().body().is_empty());
    }

    #[test]
    fn what_api_gateway_would_not_send_is_an_error_and_no_panic() {
        assert!(request(json!({"rawPath": "/", "body": "%", "isBase64Encoded": true})).is_err());
        assert!(request(json!({"rawPath": "/", "headers": {"a b": "c"}})).is_err());
        assert!(request(json!({"rawPath": "no path at all \u{7f}"})).is_err());
    }

    #[test]
    fn an_answer_has_its_status_headers_and_body() {
        let response = Response::builder().status(401).header("content-type", "text/plain").body("no".to_owned());
        let answer = serde_json::to_value(Answer::from(response.unwrap())).unwrap();
        assert_eq!(answer, json!({"statusCode": 401, "headers": {"content-type": "text/plain"}, "body": "no"}));
    }
}
