//! The HTTP client: one TLS stack (rustls on ring) with Mozilla's roots compiled in.

use reqwest::redirect::Policy;
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;
use std::time::Duration;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
const TOTAL_TIMEOUT: Duration = Duration::from_secs(8);

/// The client for everything that nobody waits for: 3 s to connect, 8 s in all. It follows no redirect (Slack's API
/// sends none, and a token must not go elsewhere) and heeds no proxy variable.
pub fn http_client() -> reqwest::Client {
    http_client_within(TOTAL_TIMEOUT)
}

/// The same with another time for the whole call, at most half of it for connecting: for answering within the 3 s that Slack waits
/// (<https://docs.slack.dev/interactivity/handling-user-interaction#acknowledgment_response>).
pub fn http_client_within(total: Duration) -> reqwest::Client {
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls())
        .redirect(Policy::none())
        .no_proxy()
        .connect_timeout(CONNECT_TIMEOUT.min(total / 2))
        .timeout(total)
        .user_agent(concat!("margay/", env!("CARGO_PKG_VERSION")))
        .build()
        .expect("the TLS configuration is given and nothing else can fail")
}

fn tls() -> ClientConfig {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring has the cipher suites of TLS 1.2 and 1.3")
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config
}
