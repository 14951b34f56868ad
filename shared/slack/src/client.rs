//! Our requests to Slack's Web API, and what each failure means for the caller.
//!
//! Nothing is retried here: whoever calls knows whether a second try could post twice.

mod answer;
mod channels;
mod files;
mod find;
mod http;
mod logs;
mod methods;
mod oauth;

pub use channels::{ChannelInfo, Lookup, MAX_PAGES};
pub use files::Upload;
pub use find::Found;
pub use http::{http_client, http_client_within};
pub use logs::{
    AccessAt, AccessQuery, AuditQuery, IntegrationQuery, LogApi, LogClient, LogPage, MAX_AUDIT_LIMIT, MAX_CURSOR_ROWS,
    MAX_LOG_PAGES, MAX_ROWS, Paging, SLACK_AUDIT, UserGrant,
};
pub use methods::{AuthTest, Posted, SlackProfile};
pub use oauth::Grant;

use std::error::Error as StdError;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

/// Slack's own base URL (<https://docs.slack.dev/apis/web-api#basics>).
pub const SLACK_API: &str = "https://slack.com/api";

/// A bot's or a person's token. It is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

/// A token that cannot be sent: empty, or with characters that no token has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the Slack token is empty or has characters that no token has")]
pub struct InvalidToken;

impl Token {
    /// Takes a token; blanks and line ends around it are not part of it.
    ///
    /// # Errors
    /// [`InvalidToken`] if it could not stand in a header.
    pub fn new(token: impl AsRef<str>) -> Result<Self, InvalidToken> {
        let token = token.as_ref().trim();
        if token.is_empty() || !token.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(InvalidToken);
        }
        Ok(Self(token.to_owned()))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

/// Where Slack is and how to reach it. Cheap to clone; build it once, so that connections are reused.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    base_url: String,
}

impl Client {
    /// `http` from [`http_client`]; `base_url` is what `/chat.postMessage` comes behind: [`SLACK_API`].
    pub fn new(http: reqwest::Client, base_url: impl Into<String>) -> Self {
        let base_url: String = base_url.into();
        let base_url = base_url.trim_end_matches('/').to_owned();
        Self { http, base_url }
    }

    /// Slack's methods with `token`, which each call brings because it changes when it is rotated.
    pub fn with_token<'a>(&'a self, token: &'a Token) -> Api<'a> {
        Api { client: self, token }
    }
}

/// Slack's methods, as one token sees them.
#[derive(Debug, Clone, Copy)]
pub struct Api<'a> {
    client: &'a Client,
    token: &'a Token,
}

impl Api<'_> {
    /// Tells one token's view of Slack from another's, in this process: user ids and names are a workspace's own.
    pub fn whose(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.token.0.hash(&mut hasher);
        hasher.finish()
    }
}

/// What lies under an error.
pub type Source = Box<dyn StdError + Send + Sync>;

/// Why a call failed, by what the caller can do. Neither token nor message text is in it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing was done; this method and workspace (for a post: this channel) must wait.
    #[error("Slack's rate limit is reached, wait {} s", .retry_after.as_secs())]
    RateLimited { retry_after: Duration },
    /// The request never reached Slack, so it can be sent again.
    #[error("{method} did not reach Slack")]
    NotSent {
        method: &'static str,
        #[source]
        source: Source,
    },
    /// The request was sent and no answer says what came of it: Slack may have done it.
    #[error("{method} was sent, and its answer is lost: {what}")]
    LostAnswer {
        method: &'static str,
        what: String,
        #[source]
        source: Option<Source>,
    },
    /// Slack says no. [`refusal::verdict`](crate::refusal::verdict) says what to do about `code`.
    #[error("{method} was refused: {code}")]
    Refused {
        method: &'static str,
        /// Slack's word for it: only letters, digits, `_`, `.` and `-`, at most 64.
        code: String,
        /// What Slack says beside it: the scope needed, or which block is wrong. For operators, not for logs: it may
        /// repeat what was sent.
        detail: Option<String>,
    },
}
