//! Sends a call and reads its answer: the one place that decides what a failure means.
//!
//! | what happens | it is |
//! |---|---|
//! | no connection (DNS, TCP, TLS) | `NotSent` |
//! | time runs out or the connection breaks after that | `LostAnswer` |
//! | 429, or `ok: false` with `ratelimited` or `rate_limited` | `RateLimited` |
//! | 5xx, a redirect, a body that is not Slack's JSON, is cut off or too large | `LostAnswer` |
//! | `ok: false` with `internal_error` or `fatal_error` | `LostAnswer` |
//! | `ok: false` with another code | `Refused` |
//!
//! Of `fatal_error` and `internal_error` Slack says that "some aspect of the operation" may have succeeded
//! (<https://docs.slack.dev/reference/methods/chat.postMessage#errors>), so a post must be looked for before it is
//! repeated, just as after a lost answer.

use super::{Api, Error, Source};
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use reqwest::header::{CONTENT_TYPE, DATE, RETRY_AFTER};
use reqwest::{RequestBuilder, Response, StatusCode};
use serde::Deserialize;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::time::Duration;

/// Larger answers are not read: Slack's largest, a page of 999 messages, has well under this many bytes for us.
const MAX_ANSWER_BYTES: usize = 2 * 1024 * 1024;
/// How long to wait if Slack does not say.
const DEFAULT_RETRY_AFTER: Duration = Duration::from_secs(30);
/// Nobody waits longer than this, whatever Slack says: the next try will tell.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(3600);

/// What every answer has (<https://docs.slack.dev/apis/web-api#responses>).
#[derive(Deserialize)]
struct Envelope {
    ok: bool,
    error: Option<String>,
    needed: Option<String>,
    response_metadata: Option<Notes>,
}

#[derive(Deserialize)]
struct Notes {
    #[serde(default)]
    messages: Vec<String>,
}

impl Api<'_> {
    /// Calls a method that takes JSON (<https://docs.slack.dev/apis/web-api#post_bodies>).
    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        method: &'static str,
        body: &impl Serialize,
    ) -> Result<T, Error> {
        let body = serde_json::to_vec(body).map_err(|e| not_sent(method, e.into()))?;
        let request = self.client.http.post(self.url(method));
        let request = request.header(CONTENT_TYPE, "application/json; charset=utf-8").body(body);
        self.send(method, request).await
    }

    /// Calls a method that only reads and takes its arguments in the URL.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        method: &'static str,
        arguments: &[(&str, &str)],
    ) -> Result<T, Error> {
        let request = self.client.http.get(self.url(method)).query(arguments);
        self.send(method, request).await
    }

    pub(super) fn url(&self, method: &str) -> String {
        format!("{}/{method}", self.client.base_url)
    }

    async fn send<T: DeserializeOwned>(&self, method: &'static str, request: RequestBuilder) -> Result<T, Error> {
        call(method, request.bearer_auth(&self.token.0)).await
    }
}

/// What came back, before anything in it is understood.
pub(super) struct Fetched {
    pub(super) status: StatusCode,
    pub(super) body: Vec<u8>,
    /// Slack's clock when it answered.
    pub(super) date: Option<Timestamp>,
    pub(super) retry_after: Duration,
}

/// Sends a call that is whole, and reads its answer.
pub(super) async fn call<T: DeserializeOwned>(method: &'static str, request: RequestBuilder) -> Result<T, Error> {
    let Fetched { status, body, retry_after, .. } = fetch(method, request, MAX_ANSWER_BYTES).await?;
    let envelope: Envelope = serde_json::from_slice(&body).map_err(|e| not_slacks(method, status, &e))?;
    if !envelope.ok {
        let notes = envelope.response_metadata.map(|notes| notes.messages).unwrap_or_default();
        return Err(refused(method, envelope.error.as_deref(), envelope.needed, notes, retry_after));
    }
    serde_json::from_slice(&body).map_err(|e| lost(method, "it is not as documented", Some(without_content(&e))))
}

/// Sends a call that is whole, and reads its answer, if that is at most `max_bytes` long.
pub(super) async fn fetch(method: &'static str, request: RequestBuilder, max_bytes: usize) -> Result<Fetched, Error> {
    let sent = request.send().await;
    let response = sent.map_err(|error| {
        // The URL may hold somebody's email.
        let error = error.without_url();
        if error.is_connect() || error.is_builder() {
            not_sent(method, error.into())
        } else {
            lost(method, "no answer came", Some(error.into()))
        }
    })?;
    let status = response.status();
    let retry_after = retry_after(&response);
    if status == StatusCode::TOO_MANY_REQUESTS {
        return Err(Error::RateLimited { retry_after });
    }
    if status.is_server_error() || status.is_redirection() {
        return Err(lost(method, &format!("HTTP status {}", status.as_u16()), None));
    }
    let date = response.headers().get(DATE).and_then(|value| value.to_str().ok());
    let date = date.and_then(|text| rfc2822::parse(text).ok()).map(|zoned| zoned.timestamp());
    let body = read(method, response, max_bytes).await?;
    Ok(Fetched { status, body, date, retry_after })
}

/// Reads the whole body, if it is not too large.
async fn read(method: &'static str, mut response: Response, max_bytes: usize) -> Result<Vec<u8>, Error> {
    let too_large = || lost(method, "it is too large", None);
    if response.content_length().is_some_and(|length| length > max_bytes as u64) {
        return Err(too_large());
    }
    let mut body = Vec::with_capacity(response.content_length().unwrap_or_default() as usize);
    loop {
        let chunk = response.chunk().await;
        match chunk.map_err(|e| lost(method, "it breaks off", Some(e.without_url().into())))? {
            Some(chunk) if body.len() + chunk.len() > max_bytes => return Err(too_large()),
            Some(chunk) => body.extend_from_slice(&chunk),
            None => return Ok(body),
        }
    }
}

/// What a refusal with the code `error` means; `notes` are the messages beside it.
pub(super) fn refused(
    method: &'static str,
    error: Option<&str>,
    needed: Option<String>,
    notes: Vec<String>,
    retry_after: Duration,
) -> Error {
    let code = word(error.unwrap_or_default());
    match code.as_str() {
        "ratelimited" | "rate_limited" => Error::RateLimited { retry_after },
        "internal_error" | "fatal_error" => lost(method, &format!("Slack says {code}"), None),
        _ => {
            let needed = needed.map(|scope| format!("needs the scope {scope}"));
            let detail: Vec<_> = needed.into_iter().chain(notes).collect();
            let detail = (!detail.is_empty()).then(|| crate::text::cut(&detail.join("; "), 500));
            Error::Refused { method, code, detail }
        }
    }
}

/// Slack's error code, made safe to be part of an id, a log line or a message.
fn word(code: &str) -> String {
    let allowed = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    let word: String = code.chars().filter(allowed).take(64).collect();
    if word.is_empty() { "no_error_code".into() } else { word }
}

fn retry_after(response: &Response) -> Duration {
    let header = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    let told = header.and_then(|text| text.trim().parse().ok()).map(Duration::from_secs);
    told.unwrap_or(DEFAULT_RETRY_AFTER).clamp(Duration::from_secs(1), MAX_RETRY_AFTER)
}

pub(super) fn lost(method: &'static str, what: &str, source: Option<Source>) -> Error {
    let what = what.to_owned();
    Error::LostAnswer { method, what, source }
}

pub(super) fn not_slacks(method: &'static str, status: StatusCode, error: &serde_json::Error) -> Error {
    lost(method, &format!("HTTP status {} without Slack's JSON", status.as_u16()), Some(without_content(error)))
}

pub(super) fn not_sent(method: &'static str, source: Source) -> Error {
    Error::NotSent { method, source }
}

/// serde_json's message can repeat what it read; where it stopped cannot.
pub(super) fn without_content(error: &serde_json::Error) -> Source {
    format!("{:?} at line {}, column {}", error.classify(), error.line(), error.column()).into()
}
