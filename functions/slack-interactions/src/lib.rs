//! Slack's requests in, changes out: the function behind `POST /slack/interactions`, `/slack/options`, `/slack/events`.
//!
//! ```text
//! request ─► signature over the raw bytes ─► parse ─► who is it ─► a change on changes.fifo ─► 200
//!                  └ 401                        └ 400    └ refused: only they are told why
//! ```
//!
//! A click changes an alert; a message in an alert's thread becomes a comment (`comments`). What happens to the app itself
//! or to a channel goes the same way (`happenings`), and so does that somebody opens the app's Home tab (`home`).
//!
//! The 200 means that SQS has the change (promise 1). The same click always makes a change with the same id, so a
//! replayed request has no second effect (promise 4). Everything is done before the answer: Slack gives 3 seconds, and
//! Lambda nothing after it.

mod answer;
mod boomerangs;
mod clicks;
mod comments;
pub mod gateway;
mod happenings;
mod home;
mod identity;
mod intel;
mod requests;

use self::identity::Identities;
use ::intel::base::BadBase;
use ::intel::{Base, Switchboard};
use bytes::Bytes;
use http::{Request, Response};
use jiff::Timestamp;
use runtime::log::chain;
use runtime::{Environment, Queue, Secret};
use slack::client::Client;
use slack::credentials::{BadCredentials, Credentials};
use slack::signature;
use std::time::{Duration, Instant};
use store::Store;

/// The variables this function reads.
pub const ENVIRONMENT: &[&str] = &[
    "LOG_LEVEL",
    "TABLE_NAME",
    "CHANGES_QUEUE_URL",
    "SLACK_SECRET_ID",
    "SLACK_BASE_URL",
    "INTEL_SECRET_ID",
    "INTEL_BASE_URL",
];

/// The longest a call to Slack may take: the person must be answered within 3 seconds
/// (<https://docs.slack.dev/interactivity/handling-user-interaction#acknowledgment_response>).
const SLACK_TIMEOUT: Duration = Duration::from_millis(2200);

/// The function, built once per process.
#[derive(Debug)]
pub struct Interactions {
    store: Store,
    changes: Queue,
    slack: Client,
    slack_secret: Secret,
    intel: Switchboard,
    identities: Identities,
}

/// Why a request cannot be answered as it should be; Slack shows the person that it failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("the Slack app's credentials cannot be read")]
    Secret(#[from] runtime::secret::SecretError),
    #[error("the Slack app's credentials cannot be used")]
    Credentials(#[from] BadCredentials),
    #[error("the change is not queued")]
    Queue(#[from] runtime::queue::SendError),
    #[error("the table failed")]
    Store(#[from] store::Error),
    #[error("Slack failed")]
    Slack(#[from] slack::client::Error),
}

impl Interactions {
    /// From its parts.
    pub fn new(store: Store, changes: Queue, slack: Client, slack_secret: Secret, intel: Switchboard) -> Self {
        Self { store, changes, slack, slack_secret, intel, identities: Identities::default() }
    }

    /// From the environment.
    ///
    /// # Errors
    /// [`BadBase`] if the template sets an address of the providers that may not be used.
    pub fn from_environment(env: &Environment, config: &aws_types::SdkConfig) -> Result<Self, BadBase> {
        let http = slack::client::http_client_within(SLACK_TIMEOUT);
        let base = Base::parse(env.optional("INTEL_BASE_URL").as_deref())?;
        let intel = Switchboard::new(Secret::new(config, env.get("INTEL_SECRET_ID")), base, http.clone());
        Ok(Self::new(
            Store::new(config, env.get("TABLE_NAME")),
            Queue::new(config, env.get("CHANGES_QUEUE_URL")),
            Client::new(http, env.get("SLACK_BASE_URL")),
            Secret::new(config, env.get("SLACK_SECRET_ID")),
            intel,
        ))
    }

    /// Answers one request of Slack's; `now` is when it came.
    pub async fn handle(&self, request: Request<Bytes>, now: Timestamp) -> Response<String> {
        let began = Instant::now();
        let path = request.uri().path().to_owned();
        let (outcome, response) = match self.verified(&request, now).await {
            Ok(Ok(credentials)) => match self.answer(&request, &credentials, now).await {
                Ok(answered) => answered,
                Err(error) => {
                    tracing::error!(http.path = path, error = chain(&error), "request failed");
                    ("failed", answer::status(500))
                }
            },
            Ok(Err(refusal)) => {
                tracing::warn!(http.path = path, error = %refusal, "signature refused");
                ("unsigned", answer::status(401))
            }
            Err(error) => {
                tracing::error!(http.path = path, error = chain(&error), "request cannot be verified");
                ("failed", answer::status(500))
            }
        };
        let duration_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let status = response.status().as_u16();
        tracing::info!(http.path = path, http.status = status, outcome, duration_ms, "request answered");
        response
    }

    /// Verifies the signature before anything else is looked at. If it does not fit, the secret may have been rotated:
    /// it is read anew, but not for every forged request.
    async fn verified(
        &self,
        request: &Request<Bytes>,
        now: Timestamp,
    ) -> Result<Result<Credentials, signature::Refusal>, Error> {
        let text = self.slack_secret.text().await?;
        let credentials = Credentials::parse(&text)?;
        match verify(request, &credentials, now) {
            Err(signature::Refusal::BadSignature) => {
                let fresh = self.slack_secret.fresh_text().await?;
                if fresh == text {
                    return Ok(Err(signature::Refusal::BadSignature));
                }
                let credentials = Credentials::parse(&fresh)?;
                Ok(verify(request, &credentials, now).map(|()| credentials))
            }
            verified => Ok(verified.map(|()| credentials)),
        }
    }
}

fn verify(request: &Request<Bytes>, credentials: &Credentials, now: Timestamp) -> Result<(), signature::Refusal> {
    // A header that comes twice is no header: which of the two was signed cannot be told.
    let header = |name: &str| {
        let mut values = request.headers().get_all(name).iter();
        values.next().filter(|_| values.next().is_none()).and_then(|value| value.to_str().ok())
    };
    let (timestamp, signed) = (header("x-slack-request-timestamp"), header("x-slack-signature"));
    signature::verify(&credentials.signing_secrets, timestamp, signed, request.body(), now)
}
