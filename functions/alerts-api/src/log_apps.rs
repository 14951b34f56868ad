//! The Slack apps that log sources read with: where Slack is, and each source's secret.
//!
//! The pages of an installation are open to everybody, and which app's key a ticket or a state is signed with stands in
//! the source's secret. So a page uses the secret as it was read within the last minute: whoever asks for it a thousand
//! times causes one read. What is decided for good is decided with the secret read anew.

use aws_types::SdkConfig;
use logs::LogSource;
use runtime::secret::SecretError;
use runtime::{Secret, Secrets};
use slack::client::LogClient;
use slack::credentials::ClientCredentials;
use slack::log_credentials::LogCredentials;
use std::sync::Arc;
use std::time::Duration;

/// How long one call to Slack may take.
const CALL: Duration = Duration::from_secs(3);

/// What installing a log source needs.
#[derive(Debug)]
pub struct LogApps {
    pub(crate) client: LogClient,
    /// The function may read and write no other secrets.
    pub(crate) secrets: Secrets,
}

/// How old a secret's text may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Age {
    /// Read now: somebody may have filled it a moment ago, or is about to change it.
    Now,
    /// Read again since it did not fit, if that was not done in the last seconds.
    Suspected,
    /// A minute.
    Kept,
}

/// The app of a log source, as its secret names it.
#[derive(Debug)]
pub(crate) struct LogApp {
    pub(crate) secret: Secret,
    pub(crate) credentials: LogCredentials,
    pub(crate) client: ClientCredentials,
}

/// Why there is no app to install.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoLogApp {
    /// There is no such secret, or it has no value yet.
    #[error("the log source's secret does not exist")]
    Missing,
    /// It is no JSON object of texts.
    #[error("the log source's secret cannot be used")]
    Unusable,
    #[error("the log source's secret has no client_id and client_secret")]
    NoClient,
    #[error("the log source's secret cannot be read")]
    Unreachable(#[source] SecretError),
}

impl LogApps {
    /// The apps whose secrets' names begin with `secret_prefix`, on the Slack at `slack_url` and `audit_url`.
    pub fn new(config: &SdkConfig, secret_prefix: String, slack_url: String, audit_url: String) -> Self {
        let client = LogClient::new(slack::client::http_client_within(CALL), slack_url, audit_url);
        Self { client, secrets: Secrets::new(config, secret_prefix) }
    }

    /// The app of `source`, with a secret of this age.
    pub(crate) async fn of(&self, source: &LogSource, age: Age) -> Result<LogApp, NoLogApp> {
        // It was checked when it was stored; a stack that goes on with another prefix may not read it any more.
        let secret = self.secrets.get(&source.settings.secret).ok_or(NoLogApp::Missing)?;
        let text: Result<Arc<str>, SecretError> = match age {
            Age::Now => secret.latest().await,
            Age::Suspected => secret.fresh_text().await,
            Age::Kept => secret.text().await,
        };
        let text = text.map_err(|e| if e.is_missing() { NoLogApp::Missing } else { NoLogApp::Unreachable(e) })?;
        let credentials = LogCredentials::parse(&text).map_err(|_| NoLogApp::Unusable)?;
        let client = credentials.client.clone().ok_or(NoLogApp::NoClient)?;
        Ok(LogApp { secret, credentials, client })
    }
}
