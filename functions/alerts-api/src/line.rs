//! The one log line of a request: what it was and how it ended. Never the key, the body, an address or a name.

use crate::answer::Answer;
use crate::problem::Problem;
use crate::route::Route;
use http::Method;
use runtime::log::chain;
use std::time::Instant;
use tracing::{error, info, warn};

/// What is known of a request while it is handled.
#[derive(Debug)]
pub(crate) struct Line {
    method: Method,
    started: Instant,
    pattern: &'static str,
    alert_id: Option<String>,
    pub(crate) api_key_id: Option<String>,
}

impl Line {
    pub(crate) fn new(method: &Method, started: Instant) -> Self {
        Self { method: method.clone(), started, pattern: "none", alert_id: None, api_key_id: None }
    }

    /// Notes the route; the `{id}` of an alert's path counts as its id only if it can be one.
    pub(crate) fn matched(&mut self, route: Route, pattern: &'static str, id: &str) {
        self.pattern = pattern;
        if matches!(route, Route::GetAlert | Route::ChangeAlert | Route::PutAiTriage) {
            self.alert_id = alert::AlertId::new(id).ok().map(String::from);
        }
    }

    /// Logs a page. Neither its query nor a cookie is in it.
    pub(crate) fn log_page(&self, pattern: &'static str, status: u16, outcome: &'static str) {
        let duration_ms = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        info!(
            http.method = self.method.as_str(),
            http.route = pattern,
            http.status = status,
            outcome,
            duration_ms,
            "page shown"
        );
    }

    /// Logs the request as answered: a 500 as an error, since somebody must look; what a client should try again as a
    /// warning, with the whole chain of causes.
    pub(crate) fn log(&self, answered: &Result<Answer, Problem>) {
        let duration_ms = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let method = self.method.as_str();
        let route = self.pattern;
        let api_key = self.api_key_id.as_deref();
        macro_rules! line {
            ($level:ident, $status:expr, $outcome:expr, $alert:expr $(, $error:expr)?) => {
                $level!(
                    http.method = method, http.route = route, http.status = $status.as_u16(), outcome = $outcome,
                    alert.id = $alert, api_key.id = api_key, duration_ms, $(error = $error,)? "request handled"
                )
            };
        }
        match answered {
            Ok(answer) => {
                let alert = answer.alert_id.as_ref().map(|id| id.as_str()).or(self.alert_id.as_deref());
                line!(info, answer.status(), "ok", alert);
            }
            Err(problem @ Problem::Corrupt(_)) => {
                line!(error, problem.status(), problem.name(), self.alert_id.as_deref(), chain(problem));
            }
            Err(problem @ (Problem::Unavailable(_) | Problem::Throttled(_))) => {
                line!(warn, problem.status(), problem.name(), self.alert_id.as_deref(), chain(problem));
            }
            Err(problem) => line!(info, problem.status(), problem.name(), self.alert_id.as_deref()),
        }
    }
}
