//! A secret of Secrets Manager: read once, kept for a minute, read anew when its value turns out to be stale.

use aws_sdk_secretsmanager::Client;
use aws_types::SdkConfig;
use std::error::Error as StdError;
use std::sync::{Arc, Mutex};
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
    is_missing: bool,
    source: Box<dyn StdError + Send + Sync>,
}

impl SecretError {
    /// Whether there is no such secret, or it has no value yet: reading it again does not help.
    pub fn is_missing(&self) -> bool {
        self.is_missing
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
        put.map_err(|error| SecretError {
            name: self.name.clone(),
            doing: "written",
            is_missing: error.as_service_error().is_some_and(|error| error.is_resource_not_found_exception()),
            source: Box::new(error),
        })?;
        *self.cached.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some((text.into(), Instant::now()));
        Ok(())
    }

    fn cached_for(&self, age: Duration) -> Option<Arc<str>> {
        let cached = self.cached.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        cached.as_ref().filter(|(_, read)| read.elapsed() < age).map(|(text, _)| text.clone())
    }

    async fn read(&self) -> Result<Arc<str>, SecretError> {
        let failed = |is_missing, source: Box<dyn StdError + Send + Sync>| SecretError {
            name: self.name.clone(),
            doing: "read",
            is_missing,
            source,
        };
        let got = self.client.get_secret_value().secret_id(&self.name).send().await;
        let got = got.map_err(|error| {
            let is_missing = error.as_service_error().is_some_and(|error| error.is_resource_not_found_exception());
            failed(is_missing, Box::new(error))
        })?;
        let text: Arc<str> = got.secret_string.ok_or_else(|| failed(false, "it holds no text".into()))?.into();
        *self.cached.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some((text.clone(), Instant::now()));
        Ok(text)
    }
}
