//! The providers that are on now, as the secret says: built once, and anew when the secret has changed.

use crate::{Base, Credentials, Providers};
use runtime::Secret;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// The secret's text, and the providers that were built of it.
type Built = (Arc<str>, Arc<Providers>);

/// The providers, behind the secret that switches them on. Cheap to clone; the clones share everything.
#[derive(Clone)]
pub struct Switchboard {
    secret: Secret,
    base: Base,
    http: reqwest::Client,
    present: Arc<Mutex<Option<Built>>>,
}

impl fmt::Debug for Switchboard {
    /// Without the secret's text, which has the keys.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Switchboard").field("secret", &self.secret).finish_non_exhaustive()
    }
}

impl Switchboard {
    /// The providers whose keys are in `secret`. `http` must follow no redirect and heed no proxy
    /// (`slack::client::http_client`): keys go with every request.
    pub fn new(secret: Secret, base: Base, http: reqwest::Client) -> Self {
        Self { secret, base, http, present: Arc::default() }
    }

    /// The providers as they are switched on now. None is on while the secret cannot be read or understood, which is
    /// logged as an error; those that were stay on while it cannot be read for once.
    pub async fn providers(&self) -> Arc<Providers> {
        let text = match self.secret.text().await {
            Ok(text) => text,
            Err(error) => {
                let error: &(dyn std::error::Error + 'static) = &error;
                tracing::error!(error, "threat intelligence: the secret cannot be read");
                let present = self.present.lock().unwrap_or_else(PoisonError::into_inner);
                let last = present.as_ref().map(|(_, providers)| providers.clone());
                return last.unwrap_or_else(|| Arc::new(self.built(Credentials::default())));
            }
        };
        let mut present = self.present.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((built_of, providers)) = present.as_ref()
            && *built_of == text
        {
            return providers.clone();
        }
        let credentials = Credentials::parse(&text).unwrap_or_else(|error| {
            tracing::error!(error = error.to_string(), "threat intelligence is off");
            Credentials::default()
        });
        let providers = Arc::new(self.built(credentials));
        *present = Some((text, providers.clone()));
        providers
    }

    fn built(&self, credentials: Credentials) -> Providers {
        Providers::new(credentials, self.http.clone(), self.base.clone())
    }
}
