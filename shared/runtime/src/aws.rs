//! The AWS SDK without what a Lambda function does not need: no profile files, no SSO or instance metadata, ring for
//! aws-lc, only Amazon's own roots (docs/decisions/0004-lean-aws-sdk.md).

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use aws_types::region::Region;
use std::time::Duration;

/// Amazon's roots (<https://www.amazontrust.com/repository/>): every AWS service endpoint chains to one of them.
const AMAZON_ROOTS: &[u8] = include_bytes!("amazon_roots.pem");

/// A variable that AWS sets for every function is missing, or the roots cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("environment variable {0} is not set")]
    Missing(&'static str),
    #[error("the TLS set-up failed: {0}")]
    Tls(String),
}

/// One variable of the process's environment; the only place that reads it.
#[allow(clippy::disallowed_methods)]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The configuration from what Lambda sets in the environment: region, credentials and, locally, `AWS_ENDPOINT_URL`.
///
/// # Errors
/// [`ConfigError`] names what is missing.
pub fn from_environment() -> Result<SdkConfig, ConfigError> {
    let needed = |name| variable(name).ok_or(ConfigError::Missing(name));
    let credentials = Credentials::new(
        needed("AWS_ACCESS_KEY_ID")?,
        needed("AWS_SECRET_ACCESS_KEY")?,
        variable("AWS_SESSION_TOKEN"),
        None,
        "environment",
    );
    config(needed("AWS_REGION")?, credentials, variable("AWS_ENDPOINT_URL"))
}

/// The configuration for services that stand at `endpoint` on this machine and take any credentials.
///
/// # Errors
/// [`ConfigError::Tls`] if the roots cannot be read.
pub fn local(region: &str, endpoint: &str) -> Result<SdkConfig, ConfigError> {
    let credentials = Credentials::new("test", "test", None, None, "local");
    config(region.to_owned(), credentials, Some(endpoint.to_owned()))
}

/// The configuration from its parts. `endpoint` replaces the services' own addresses.
///
/// # Errors
/// [`ConfigError::Tls`] if the roots cannot be read.
pub fn config(region: String, credentials: Credentials, endpoint: Option<String>) -> Result<SdkConfig, ConfigError> {
    let tls = TlsContext::builder().with_trust_store(TrustStore::empty().with_pem_certificate(AMAZON_ROOTS)).build();
    let http = aws_smithy_http_client::Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .tls_context(tls.map_err(|error| ConfigError::Tls(error.to_string()))?)
        .build_https();
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(2))
        .operation_attempt_timeout(Duration::from_secs(5))
        .build();
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(http)
        .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
        .retry_config(RetryConfig::standard())
        .timeout_config(timeouts)
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
    if let Some(endpoint) = endpoint {
        config = config.endpoint_url(endpoint);
    }
    Ok(config.build())
}
