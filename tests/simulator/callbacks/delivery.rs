//! Sending callbacks: three seconds for an answer, retries for events, and the faults that apply on the way.

use std::time::{Duration, Instant};

use hyper::Method;
use serde::Serialize;

use super::{Callback, CallbackKind, Finished};
use crate::Slack;
use crate::faults::FaultKind;
use crate::outgoing::{self, Failure};
use crate::refusal::Refusal;

/// <https://docs.slack.dev/interactivity/handling-user-interaction#acknowledgment_response>
const LIMIT: Duration = Duration::from_secs(3);
const VERIFICATION_TRIES: usize = 3;
/// Immediately, after a minute, after five. <https://docs.slack.dev/apis/events-api#retries>
const EVENT_RETRIES: [Duration; 3] = [Duration::ZERO, Duration::from_secs(60), Duration::from_secs(300)];

/// A callback that was sent over HTTP.
#[derive(Clone, Debug, Serialize)]
pub struct Delivered {
    /// The app's status; 0 if it did not answer.
    pub status: u16,
    pub body: String,
    pub elapsed_ms: u64,
    pub wire_id: String,
    #[serde(flatten)]
    pub finished: Finished,
}

impl Slack {
    /// Sends a callback to the app and applies its answer. Fails only if the app has no URL for it.
    pub async fn deliver(&self, callback: Callback) -> Result<Delivered, Refusal> {
        if callback.url.is_none() {
            let what = format!("the app has no URL for {:?}", callback.kind);
            return Err(Refusal::conflict(what));
        }
        if let Some(fault) = self.with_state(|state| state.callback_fault(&callback)) {
            match fault.kind {
                FaultKind::DelayCallback => tokio::time::sleep(fault.delay()).await,
                FaultKind::DuplicateCallback => {
                    self.send(&callback).await;
                }
                _ => {}
            }
        }
        Ok(self.send(&callback).await.0)
    }

    /// Sends an event, and again where the app does not take it.
    pub(crate) async fn deliver_event(&self, mut callback: Callback) {
        let scale = self.event_retry_scale();
        let mut outcome = match self.deliver_first(&callback).await {
            Some(outcome) => outcome,
            None => return,
        };
        for (index, wait) in EVENT_RETRIES.iter().enumerate() {
            let Some(reason) = outcome.retry_reason else { return };
            self.clock().sleep(wait.mul_f64(scale)).await;
            callback.headers.retain(|(name, _)| !name.starts_with("X-Slack-Retry"));
            callback.headers.push(("X-Slack-Retry-Num".into(), (index + 1).to_string()));
            callback.headers.push(("X-Slack-Retry-Reason".into(), reason.into()));
            self.with_state(|state| state.sign(&mut callback));
            outcome = self.send(&callback).await.1;
        }
    }

    async fn deliver_first(&self, callback: &Callback) -> Option<Outcome> {
        callback.url.as_ref()?;
        let fault = self.with_state(|state| state.callback_fault(callback));
        match fault {
            Some(fault) if fault.kind == FaultKind::DelayCallback => tokio::time::sleep(fault.delay()).await,
            Some(_) => {
                self.send(callback).await;
            }
            None => {}
        }
        Some(self.send(callback).await.1)
    }

    async fn send(&self, callback: &Callback) -> (Delivered, Outcome) {
        let url = callback.url.as_deref().unwrap_or_default();
        let _running = self.request_runs(&callback.wire_id);
        let started = Instant::now();
        let result = outgoing::send(&Method::POST, url, &callback.headers, callback.body.clone(), LIMIT).await;
        let elapsed_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let wire_id = callback.wire_id.clone();
        match result {
            Ok(answer) => {
                let finished = self.finish(callback, answer.status, &answer.body);
                let no_retry = answer.headers.get("x-slack-no-retry").is_some_and(|v| v == "1");
                let failed = finished.shown_error && callback.kind == CallbackKind::Event && !no_retry;
                let body = String::from_utf8_lossy(&answer.body).into_owned();
                let delivered = Delivered { status: answer.status, body, elapsed_ms, wire_id, finished };
                (delivered, Outcome { retry_reason: failed.then_some("http_error") })
            }
            Err(failure) => {
                let finished = Finished { shown_error: true, ..Finished::default() };
                let body = match &failure {
                    Failure::Timeout => String::new(),
                    Failure::Connection(why) => why.clone(),
                };
                let delivered = Delivered { status: 0, body, elapsed_ms, wire_id, finished };
                (delivered, Outcome { retry_reason: Some(failure.retry_reason()) })
            }
        }
    }

    /// Asks a URL for the challenge, as Slack does before it saves an events URL. A cold app may need a second try:
    /// three are made.
    pub async fn verify_events_url(&self, url: &str) -> Result<(), Refusal> {
        let (challenge, mut callback) = self.with_state(|state| state.prepare_url_verification());
        callback.url = Some(url.to_owned());
        let mut status = 0;
        for _ in 0..VERIFICATION_TRIES {
            let delivered = self.send(&callback).await.0;
            status = delivered.status;
            if status == 200 && echoes(&delivered.body, &challenge) {
                return Ok(());
            }
            if status != 0 {
                break;
            }
            self.with_state(|state| state.sign(&mut callback));
        }
        Err(Refusal::unprocessable(format!("{url} did not answer the challenge (status {status})")))
    }
}

/// The challenge as plain text, as JSON or as a form.
/// <https://docs.slack.dev/reference/events/url_verification>
fn echoes(body: &str, challenge: &str) -> bool {
    let body = body.trim();
    let in_json = || {
        let body = serde_json::from_str::<serde_json::Value>(body).ok()?;
        Some(body.get("challenge")?.as_str()? == challenge)
    };
    body == challenge || body.strip_prefix("challenge=") == Some(challenge) || in_json() == Some(true)
}

/// What an attempt means for the next one.
struct Outcome {
    retry_reason: Option<&'static str>,
}
