//! Slack, as the API needs it: to look up channels and to send welcome messages. Nobody waits long for it: a request
//! that Slack does not answer in time is done without it, if it can be.

use crate::problem::Problem;
use slack::client::{Client, Token};
use slack::credentials::{BadCredentials, Credentials, Installation};
use std::time::Duration;

/// How long one call to Slack may take.
const CALL: Duration = Duration::from_secs(3);

/// How long all calls of a request may take, well inside the function's 10 s.
pub(crate) const ALL_CALLS: Duration = Duration::from_secs(6);

/// The Slack app: where Slack is, and the app's secret.
#[derive(Debug)]
pub struct SlackApp {
    pub(crate) client: Client,
    pub(crate) secret: runtime::Secret,
}

/// Why Slack cannot be spoken to.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoToken {
    #[error("the Slack app's credentials cannot be read")]
    Secret(#[from] runtime::secret::SecretError),
    #[error("the Slack app's credentials cannot be used")]
    Credentials(#[from] BadCredentials),
}

impl SlackApp {
    /// The app whose secret is `secret`, on the Slack at `base_url`.
    pub fn new(base_url: String, secret: runtime::Secret) -> Self {
        Self { client: Client::new(slack::client::http_client_within(CALL), base_url), secret }
    }

    /// The app's credentials.
    pub(crate) async fn credentials(&self) -> Result<Credentials, NoToken> {
        Ok(Credentials::parse(&self.secret.text().await?)?)
    }
}

/// The token to post with in `workspace`; `None` if the app is installed nowhere yet.
///
/// # Errors
/// The rule that the field `workspace` breaks.
pub(crate) fn token(credentials: &Credentials, workspace: Option<&str>) -> Result<Option<Token>, Problem> {
    if let Some(installation) = credentials.of_destination(workspace) {
        return Ok(Some(installation.token.clone()));
    }
    let named = |one: &Installation| {
        if one.name.is_empty() { one.key().to_owned() } else { format!("{} ({})", one.key(), one.name) }
    };
    let all: Vec<String> = credentials.installations().iter().map(named).collect();
    if all.is_empty() {
        return Ok(None);
    }
    let which = all.join(", ");
    Err(Problem::field("workspace", format!("must be one of those in which the app is installed: {which}")))
}
