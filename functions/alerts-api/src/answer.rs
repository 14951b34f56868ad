//! An answer that is not a refusal.

use crate::OPENAPI;
use alert::AlertId;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, LOCATION};
use http::{HeaderValue, Response, StatusCode};
use serde::Serialize;

/// The largest body answered, in bytes. Lambda answers at most 6 MB and carries the body as a JSON string, in which
/// it can take twice its size (<https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>).
pub(crate) const MAX_ANSWER_BYTES: usize = 3_000_000;

/// Status, headers and body.
#[derive(Debug)]
pub(crate) struct Answer {
    status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: String,
    /// The alert it is about, for the log.
    pub(crate) alert_id: Option<AlertId>,
}

impl Answer {
    /// `status` with a JSON body.
    pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Self {
        Self::text(status, "application/json", to_json(body))
    }

    /// 200.
    pub(crate) fn ok(body: &impl Serialize) -> Self {
        Self::json(StatusCode::OK, body)
    }

    /// 200 with JSON that is written already.
    pub(crate) fn written(body: String) -> Self {
        Self::text(StatusCode::OK, "application/json", body)
    }

    /// 201 with the path of what was made.
    pub(crate) fn created(location: &str, body: &impl Serialize) -> Self {
        Self::json(StatusCode::CREATED, body).at(location)
    }

    /// 204.
    pub(crate) fn done() -> Self {
        let mut answer = Self::text(StatusCode::NO_CONTENT, "", String::new());
        answer.headers.retain(|(name, _)| name != CONTENT_TYPE);
        answer
    }

    pub(crate) fn healthy() -> Self {
        Self::written(r#"{"status":"ok"}"#.to_owned())
    }

    /// The OpenAPI document, the only answer that may be kept by caches.
    pub(crate) fn openapi() -> Self {
        let mut answer = Self::written(OPENAPI.to_owned());
        answer.headers.retain(|(name, _)| name != CACHE_CONTROL);
        answer.with(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"))
    }

    pub(crate) fn text(status: StatusCode, content_type: &'static str, body: String) -> Self {
        Self {
            status,
            headers: vec![
                (CONTENT_TYPE, HeaderValue::from_static(content_type)),
                (CACHE_CONTROL, HeaderValue::from_static("no-store")),
            ],
            body,
            alert_id: None,
        }
    }

    /// With the path of what it is about, made of our own ids.
    pub(crate) fn at(self, location: &str) -> Self {
        let location = HeaderValue::from_str(location).expect("ids are visible ASCII");
        self.with(LOCATION, location)
    }

    pub(crate) fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    pub(crate) fn about(mut self, alert_id: AlertId) -> Self {
        self.alert_id = Some(alert_id);
        self
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    pub(crate) fn into_response(self) -> Response<String> {
        let mut response = Response::new(self.body);
        *response.status_mut() = self.status;
        response.headers_mut().extend(self.headers);
        response
    }
}

/// A public shape as JSON. Cannot fail: our shapes have string keys only.
pub(crate) fn to_json(body: &impl Serialize) -> String {
    serde_json::to_string(body).expect("public shapes serialize to JSON")
}

/// A page of results, with the cursor of the next one if there is one.
#[derive(Debug, Serialize)]
pub(crate) struct Page<T> {
    pub(crate) results: Vec<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next: Option<String>,
}
