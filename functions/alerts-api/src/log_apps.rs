//! The Slack apps that log sources read with: where Slack is, and each source's secret.

use aws_types::SdkConfig;
use logs::LogSource;
use runtime::Secret;
use runtime::secret::SecretError;
use slack::client::LogClient;
use slack::credentials::ClientCredentials;
use slack::log_credentials::LogCredentials;
use std::time::Duration;

/// How long one call to Slack may take.
const CALL: Duration = Duration::from_secs(3);

/// What installing a log source needs.
#[derive(Debug)]
pub struct LogApps {
    pub(crate) client: LogClient,
    config: SdkConfig,
    /// What the names of log sources' secrets begin with: the function may read and write no other.
    pub(crate) secret_prefix: String,
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
        Self { client, config: config.clone(), secret_prefix }
    }

    /// The app of `source`, its secret read anew: somebody may have filled it a moment ago.
    pub(crate) async fn of(&self, source: &LogSource) -> Result<LogApp, NoLogApp> {
        let name = &source.settings.secret;
        // It was checked when it was stored; a stack that goes on with another prefix may not read it any more.
        if !name.starts_with(&self.secret_prefix) {
            return Err(NoLogApp::Missing);
        }
        let secret = Secret::new(&self.config, name.clone());
        let text = secret.latest().await;
        let text = text.map_err(|e| if e.is_missing() { NoLogApp::Missing } else { NoLogApp::Unreachable(e) })?;
        let credentials = LogCredentials::parse(&text).map_err(|_| NoLogApp::Unusable)?;
        let client = credentials.client.clone().ok_or(NoLogApp::NoClient)?;
        Ok(LogApp { secret, credentials, client })
    }
}
