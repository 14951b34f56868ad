//! The app's own API, passed on to the page: `/_backend/{path}` goes to where `PUT /_control/backend` said, with the
//! key that it gave. So the key never reaches a browser, and the API need not allow other origins. None of it is
//! Slack's, so none of it stands in the wire log.

use std::time::Duration;

use bytes::Bytes;
use hyper::header::{ALLOW, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use hyper::http::request::Parts;
use hyper::{StatusCode, Uri};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::feed::Change;
use crate::outgoing;
use crate::refusal::Refusal;
use crate::server::{self, HttpResponse};
use crate::slack::Slack;

/// Bytes of a request's body.
const BODY_MAX: usize = 1024 * 1024;
/// A little more than API Gateway waits.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html>
const LIMIT: Duration = Duration::from_secs(31);
/// What else of a request goes along, and of an answer comes back.
const PASSED_ON: [HeaderName; 2] = [CONTENT_TYPE, HeaderName::from_static("idempotency-key")];
const PASSED_BACK: [HeaderName; 3] = [CONTENT_TYPE, RETRY_AFTER, ALLOW];

/// Where the app's API is, and what every request to it carries.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backend {
    /// `http://host:port`, with or without a path.
    pub url: String,
    /// E.g. the API key. Never shown again.
    #[serde(default)]
    pub headers: std::collections::BTreeMap<String, String>,
}

impl Backend {
    fn validate(&self) -> Result<(), String> {
        let uri: Uri = self.url.parse().map_err(|e| format!("{:?} is no URL: {e}", self.url))?;
        if uri.scheme_str() != Some("http") || uri.host().is_none() || uri.query().is_some() {
            return Err(format!("{:?} is not of the form http://host:port/path", self.url));
        }
        for (name, value) in &self.headers {
            if name.parse::<HeaderName>().is_err() || value.parse::<HeaderValue>().is_err() {
                return Err(format!("{name:?} is no header, or its value cannot be one"));
            }
        }
        Ok(())
    }
}

impl Slack {
    /// From now on `/_backend/` leads there.
    pub fn set_backend(&self, backend: Backend) -> Result<(), Refusal> {
        backend.validate().map_err(Refusal::unprocessable)?;
        *self.backend() = Some(backend);
        self.with_state(|state| state.changed(Change::Backend));
        Ok(())
    }

    /// `{there, url}`
    pub(crate) fn backend_shown(&self) -> Value {
        let backend = self.backend();
        json!({"there": backend.is_some(), "url": backend.as_ref().map(|b| &b.url)})
    }
}

/// Passes a request on; `path` is what follows `/_backend/`, as it was sent.
pub(crate) async fn pass_on(slack: &Slack, request: &Parts, path: &str, body: Bytes) -> HttpResponse {
    match try_to(slack, request, path, body).await {
        Ok(response) => response,
        Err((status, why)) => server::json_response(status, &json!({"error": why})),
    }
}

async fn try_to(slack: &Slack, request: &Parts, path: &str, body: Bytes) -> Result<HttpResponse, (StatusCode, String)> {
    let Some(backend) = slack.backend().clone() else {
        return Err((StatusCode::SERVICE_UNAVAILABLE, "no backend is set: PUT /_control/backend".into()));
    };
    if body.len() > BODY_MAX {
        return Err((StatusCode::PAYLOAD_TOO_LARGE, format!("a body may have {BODY_MAX} bytes")));
    }
    if climbs(path) {
        return Err((StatusCode::BAD_REQUEST, "the path leads out of the backend".into()));
    }
    let query = request.uri.query().map(|q| format!("?{q}")).unwrap_or_default();
    let url = format!("{}/{path}{query}", backend.url.trim_end_matches('/'));
    let mut headers: Vec<(String, String)> = backend.headers.into_iter().collect();
    for name in PASSED_ON {
        // What the backend's own settings say cannot be changed from a browser.
        let is_set = headers.iter().any(|(n, _)| n.eq_ignore_ascii_case(name.as_str()));
        if let Some(value) = request.headers.get(&name).and_then(|v| v.to_str().ok())
            && !is_set
        {
            headers.push((name.to_string(), value.to_owned()));
        }
    }
    let answer = outgoing::send(&request.method, &url, &headers, body, LIMIT)
        .await
        .map_err(|failure| (StatusCode::BAD_GATEWAY, format!("the backend does not answer: {failure}")))?;
    let mut response = HttpResponse::new(server::whole(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::BAD_GATEWAY);
    for name in PASSED_BACK {
        if let Some(value) = answer.headers.get(&name) {
            response.headers_mut().insert(name, value.clone());
        }
    }
    // It is data for the page's script. Opened by itself it may do nothing in the page's name.
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    Ok(response)
}

/// Whether a path has a segment `.` or `..`, in whatever way it is written.
fn climbs(path: &str) -> bool {
    let path = percent_encoding::percent_decode_str(path).collect::<Vec<u8>>();
    path.split(|byte| *byte == b'/' || *byte == b'\\').any(|segment| segment == b"." || segment == b"..")
}
