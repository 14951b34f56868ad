//! One answer of a log API: whole in memory, its entries as the bytes that came.

use crate::client::Error;
use crate::client::answer::{self, lost, not_slacks, refused, without_content};
use bytes::Bytes;
use jiff::Timestamp;
use reqwest::{RequestBuilder, StatusCode};
use serde::Deserialize;
use serde_json::value::RawValue;

/// Larger answers are not read. 9,999 audit entries take some 12 MB.
const MAX_PAGE_BYTES: usize = 32 * 1024 * 1024;

/// What the entries are called in the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `entries`. Of a good answer's `ok` the documentation shows nothing.
    Audit,
    /// `logins`
    Access,
    /// `logs`
    Integration,
}

/// Where a page stands among all (<https://docs.slack.dev/reference/methods/team.accessLogs#response>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Paging {
    /// Rows of a page.
    pub count: u64,
    /// Rows in all.
    pub total: u64,
    /// This page, from 1.
    pub page: u64,
    /// Pages in all.
    pub pages: u64,
}

/// One page. Its content is never printed.
#[derive(Clone)]
pub struct LogPage {
    body: Bytes,
    /// Where in the body the array of entries stands.
    entries: std::ops::Range<usize>,
    method: &'static str,
    next_cursor: Option<String>,
    paging: Option<Paging>,
    /// Slack's clock when it answered: the answer's `Date`.
    pub slack_time: Option<Timestamp>,
}

impl std::fmt::Debug for LogPage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LogPage").field("method", &self.method).field("bytes", &self.body.len()).finish_non_exhaustive()
    }
}

impl LogPage {
    /// The page's entries in Slack's order, each as the JSON text that came: nothing is copied.
    ///
    /// # Errors
    /// [`Error::LostAnswer`], should they not be the JSON array that they were when the page came.
    pub fn entries(&self) -> Result<Vec<&RawValue>, Error> {
        let array = &self.body[self.entries.clone()];
        serde_json::from_slice(array).map_err(|error| not_as_documented(self.method, &error))
    }

    /// Where the next page begins; `None` at the end.
    pub fn next_cursor(&self) -> Option<&str> {
        self.next_cursor.as_deref()
    }

    /// Of pages that are counted.
    pub fn paging(&self) -> Option<Paging> {
        self.paging
    }

    /// The answer, as it came.
    pub fn body(&self) -> &Bytes {
        &self.body
    }
}

/// An answer. Everything but the entries is read, and they are only passed over.
#[derive(Deserialize)]
struct Wire<'a> {
    ok: Option<bool>,
    error: Option<String>,
    needed: Option<String>,
    #[serde(borrow)]
    entries: Option<&'a RawValue>,
    #[serde(borrow)]
    logins: Option<&'a RawValue>,
    #[serde(borrow)]
    logs: Option<&'a RawValue>,
    response_metadata: Option<WireMetadata>,
    paging: Option<Paging>,
}

#[derive(Deserialize, Default)]
struct WireMetadata {
    next_cursor: Option<String>,
    #[serde(default)]
    messages: Vec<String>,
}

/// Sends a request that is whole, and reads its page.
pub(super) async fn fetch(method: &'static str, kind: Kind, request: RequestBuilder) -> Result<LogPage, Error> {
    let answer = answer::fetch(method, request, MAX_PAGE_BYTES).await?;
    let (status, body) = (answer.status, Bytes::from(answer.body));
    let wire: Wire<'_> = match serde_json::from_slice(&body) {
        Ok(wire) => wire,
        Err(error) => {
            return Err(refused_by_status(method, kind, status).unwrap_or_else(|| not_slacks(method, status, &error)));
        }
    };
    let metadata = wire.response_metadata.unwrap_or_default();
    if wire.ok == Some(false) || wire.error.is_some() {
        return Err(refused(method, wire.error.as_deref(), wire.needed, metadata.messages, answer.retry_after));
    }
    if !status.is_success() {
        let lost = || lost(method, &format!("HTTP status {}", status.as_u16()), None);
        return Err(refused_by_status(method, kind, status).unwrap_or_else(lost));
    }
    let entries = match (kind, wire.ok) {
        (Kind::Audit, Some(_) | None) => wire.entries,
        (Kind::Access, Some(_)) => wire.logins,
        (Kind::Integration, Some(_)) => wire.logs,
        (Kind::Access | Kind::Integration, None) => None,
    };
    let text = entries.map(RawValue::get).filter(|text| text.starts_with('['));
    let text = text.ok_or_else(|| lost(method, "it is not as documented", None))?;
    // The text is a part of the body.
    let start = text.as_ptr().addr() - body.as_ptr().addr();
    Ok(LogPage {
        entries: start..start + text.len(),
        method,
        next_cursor: metadata.next_cursor.filter(|cursor| !cursor.is_empty()),
        paging: wire.paging,
        slack_time: answer.date,
        body,
    })
}

/// What an answer without a code refuses, if its status alone says so. Of the audit logs nothing but statuses is
/// documented (<https://docs.slack.dev/reference/audit-logs-api/methods-actions-reference>), and of a bad cursor only that
/// it is answered with 400 (<https://github.com/demisto/content/pull/31135>). The Web API's methods refuse with 200 and a
/// code: another status is that of something on the way.
fn refused_by_status(method: &'static str, kind: Kind, status: StatusCode) -> Option<Error> {
    let code = match (kind, status.as_u16()) {
        (Kind::Audit, 400) => "http_400",
        (Kind::Audit, 401) => "http_401",
        (Kind::Audit, 403) => "http_403",
        (Kind::Audit, 404) => "http_404",
        (Kind::Audit | Kind::Access | Kind::Integration, _) => return None,
    };
    Some(Error::Refused { method, code: code.to_owned(), detail: None })
}

fn not_as_documented(method: &'static str, error: &serde_json::Error) -> Error {
    lost(method, "it is not as documented", Some(without_content(error)))
}
