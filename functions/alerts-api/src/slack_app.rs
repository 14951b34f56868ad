//! Slack, as the API needs it: to look up channels and to send welcome messages. Nobody waits long for it: a request
//! that Slack does not answer in time is done without it, if it can be.

use slack::client::{Client, Token};
use slack::credentials::{BadCredentials, Credentials};
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

    /// The bot's token.
    pub(crate) async fn token(&self) -> Result<Token, NoToken> {
        Ok(Credentials::parse(&*self.secret.text().await?)?.bot_token)
    }
}
