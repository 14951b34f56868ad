//! A secret of Secrets Manager: read once, kept for a minute, read anew when its value turns out to be stale.

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::error::{ProvideErrorMetadata, SdkError};
use aws_types::SdkConfig;
use std::collections::HashMap;
use std::error::Error as StdError;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a value is used before it is read again: how soon a rotation is noticed at the latest.
const KEPT: Duration = Duration::from_secs(60);

/// How often at most a value that did not fit is read again, so that forged requests cannot cause a read each.
const SUSPECTED: Duration = Duration::from_secs(15);

/// A text and when it was read.
type Cached = (Arc<str>, Instant);

/// A secret's text by its name. Cheap to clone; the clones share the value.
#[derive(Clone)]
pub struct Secret {
    client: Client,
    name: String,
    cached: Arc<Mutex<Option<Cached>>>,
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Secret").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The secret could not be read, or not be written. Nothing may be done without it.
#[derive(Debug, thiserror::Error)]
#[error("secret {name} cannot be {doing}")]
pub struct SecretError {
    name: String,
    doing: &'static str,
    cause: Cause,
    source: Box<dyn StdError + Send + Sync>,
}

/// What stands in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cause {
    /// There is no such secret, or it has no value yet.
    Missing,
    /// Secrets Manager refuses: it is to be deleted, its key or the secret itself may not be used, it is no text.
    Refused,
    /// Secrets Manager or the way there, for a while.
    Passing,
}

/// What Secrets Manager refuses for a while, of what it answers with 4xx
/// (<https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html>).
const PASSING: [&str; 9] = [
    "ExpiredTokenException",
    "InternalServiceError",
    "RequestExpired",
    "RequestLimitExceeded",
    "RequestTimeout",
    "ServiceUnavailable",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
];

impl Cause {
    /// Of an error; `answer` is the status and the code, if Secrets Manager has answered at all.
    fn of(answer: Option<(u16, &str)>) -> Self {
        match answer {
            None | Some((500.., _)) => Self::Passing,
            Some((_, "ResourceNotFoundException")) => Self::Missing,
            Some((_, code)) if PASSING.contains(&code) => Self::Passing,
            Some(_) => Self::Refused,
        }
    }
}

impl SecretError {
    fn sent<E>(name: &str, doing: &'static str, error: SdkError<E>) -> Self
    where
        E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
    {
        let status = error.raw_response().map_or(0, |answer| answer.status().as_u16());
        let cause = Cause::of(error.as_service_error().map(|answer| (status, answer.code().unwrap_or_default())));
        Self { name: name.to_owned(), doing, cause, source: error.into() }
    }

    /// Whether there is no such secret, or it has no value yet: reading it again does not help.
    pub fn is_missing(&self) -> bool {
        self.cause == Cause::Missing
    }

    /// Whether it stays so until somebody acts, and is not missing: it is to be deleted, holds no text, or may not be
    /// read.
    pub fn is_refused(&self) -> bool {
        self.cause == Cause::Refused
    }
}

impl Secret {
    /// The secret called `name`; it is read when first asked for.
    pub fn new(config: &SdkConfig, name: String) -> Self {
        Self { client: Client::new(config), name, cached: Arc::default() }
    }

    /// Its text.
    ///
    /// # Errors
    /// [`SecretError`] if it is not cached and cannot be read.
    pub async fn text(&self) -> Result<Arc<str>, SecretError> {
        match self.cached_for(KEPT) {
            Some(text) => Ok(text),
            None => self.read().await,
        }
    }

    /// Its text once more, after the one had did not fit: read anew, but not more often than every 15 seconds.
    ///
    /// # Errors
    /// [`SecretError`] if it cannot be read.
    pub async fn fresh_text(&self) -> Result<Arc<str>, SecretError> {
        match self.cached_for(SUSPECTED) {
            Some(text) => Ok(text),
            None => self.read().await,
        }
    }

    /// Its text as it is now, for changing it. Whoever does sees to it that nobody else does meanwhile.
    ///
    /// # Errors
    /// [`SecretError`] if it cannot be read.
    pub async fn latest(&self) -> Result<Arc<str>, SecretError> {
        self.read().await
    }

    /// Replaces its text.
    ///
    /// # Errors
    /// [`SecretError`] if Secrets Manager has not confirmed it.
    pub async fn put(&self, text: &str) -> Result<(), SecretError> {
        let put = self.client.put_secret_value().secret_id(&self.name).secret_string(text).send().await;
        put.map_err(|error| SecretError::sent(&self.name, "written", error))?;
        *self.cached.lock().unwrap_or_else(PoisonError::into_inner) = Some((text.into(), Instant::now()));
        Ok(())
    }

    fn cached_for(&self, age: Duration) -> Option<Arc<str>> {
        let cached = self.cached.lock().unwrap_or_else(PoisonError::into_inner);
        cached.as_ref().filter(|(_, read)| read.elapsed() < age).map(|(text, _)| text.clone())
    }

    async fn read(&self) -> Result<Arc<str>, SecretError> {
        let got = self.client.get_secret_value().secret_id(&self.name).send().await;
        let got = got.map_err(|error| SecretError::sent(&self.name, "read", error))?;
        let no_text = || SecretError {
            name: self.name.clone(),
            doing: "read",
            cause: Cause::Refused,
            source: "it holds no text".into(),
        };
        let text: Arc<str> = got.secret_string.ok_or_else(no_text)?.into();
        *self.cached.lock().unwrap_or_else(PoisonError::into_inner) = Some((text.clone(), Instant::now()));
        Ok(text)
    }
}

/// The secrets whose names begin with a prefix, each kept as [`Secret`] says: whoever asks for one again and again causes
/// a read a minute.
#[derive(Debug)]
pub struct Secrets {
    config: SdkConfig,
    prefix: String,
    known: Mutex<HashMap<String, Secret>>,
}

impl Secrets {
    /// Those whose names begin with `prefix`.
    pub fn new(config: &SdkConfig, prefix: String) -> Self {
        Self { config: config.clone(), prefix, known: Mutex::default() }
    }

    /// What their names begin with.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The secret called `name`; `None` if it is not one of these.
    pub fn get(&self, name: &str) -> Option<Secret> {
        if !name.starts_with(&self.prefix) {
            return None;
        }
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let secret = known.entry(name.to_owned()).or_insert_with(|| Secret::new(&self.config, name.to_owned()));
        Some(secret.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_passes_by_itself_is_waited_for() {
        for (answer, expected) in [
            (None, Cause::Passing),
            (Some((500, "InternalServiceError")), Cause::Passing),
            (Some((503, "")), Cause::Passing),
            (Some((400, "ThrottlingException")), Cause::Passing),
            (Some((400, "ExpiredTokenException")), Cause::Passing),
            (Some((400, "ResourceNotFoundException")), Cause::Missing),
            // It is scheduled for deletion.
            (Some((400, "InvalidRequestException")), Cause::Refused),
            (Some((400, "AccessDeniedException")), Cause::Refused),
            (Some((400, "DecryptionFailure")), Cause::Refused),
            (Some((400, "KMSInvalidStateException")), Cause::Refused),
        ] {
            assert_eq!(Cause::of(answer), expected, "{answer:?}");
        }
    }
}
