//! JSON over HTTP to what runs on this machine, and over HTTPS (through curl) to a deployed API.

use crate::curl;
use crate::failure::{Doing, Failure, Result};
use serde_json::Value;
use std::time::Duration;
use ureq::http::Request;

/// Longer than the HTTP API waits for a function.
const TIMEOUT: Duration = Duration::from_secs(35);

/// A client that treats every status as an answer.
pub(crate) struct Http {
    agent: ureq::Agent,
    /// Sent as X-API-Key.
    key: Option<String>,
}

/// What came back. `body` is null if it was not JSON.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Answer {
    /// The body of a 2xx; else a failure that says what was tried and what came back.
    pub(crate) fn accepted(self, what: &str) -> Result<Value> {
        if (200..300).contains(&self.status) {
            return Ok(self.body);
        }
        Err(Failure::Said(format!("Cannot {what}: the answer was {} {}", self.status, self.body)))
    }
}

impl Http {
    pub(crate) fn new() -> Http {
        // No proxy: it could not reach this machine's own ports.
        let config =
            ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(TIMEOUT)).proxy(None);
        Http { agent: config.build().into(), key: None }
    }

    pub(crate) fn with_key(key: &str) -> Http {
        Http { key: Some(key.to_owned()), ..Http::new() }
    }

    pub(crate) fn get(&self, url: &str) -> Result<Answer> {
        self.send("GET", url, None)
    }

    pub(crate) fn delete(&self, url: &str) -> Result<Answer> {
        self.send("DELETE", url, None)
    }

    pub(crate) fn post(&self, url: &str, body: &Value) -> Result<Answer> {
        self.send("POST", url, Some(body))
    }

    pub(crate) fn put(&self, url: &str, body: &Value) -> Result<Answer> {
        self.send("PUT", url, Some(body))
    }

    pub(crate) fn patch(&self, url: &str, body: &Value) -> Result<Answer> {
        self.send("PATCH", url, Some(body))
    }

    fn send(&self, method: &str, url: &str, body: Option<&Value>) -> Result<Answer> {
        if url.starts_with("https://") {
            return curl::send(method, url, self.key.as_deref(), body);
        }
        let what = || format!("{method} {url}");
        let mut request = Request::builder().method(method).uri(url);
        if let Some(key) = &self.key {
            request = request.header("x-api-key", key);
        }
        let answer = match body {
            Some(body) => {
                let request = request.header("content-type", "application/json").body(body.to_string()).doing(what)?;
                self.agent.run(request)
            }
            None => self.agent.run(request.body(()).doing(what)?),
        };
        let mut answer = answer.doing(what)?;
        let text = answer.body_mut().read_to_string().doing(what)?;
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Ok(Answer { status: answer.status().as_u16(), body })
    }
}
