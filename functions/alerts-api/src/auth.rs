//! The API key to the caller: a key made through the API, found by its SHA-256, or the first admin key of the stack.

use crate::problem::Problem;
use alert::Permission;
use alert::user::{ApiKey, allows};
use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};
use runtime::Secret;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use store::Store;
use subtle::ConstantTimeEq;

/// The first admin key's id, in logs and as the actor of its changes.
pub(crate) const FIRST_ADMIN_KEY: &str = "first-admin-key";

/// How long a key that was found is taken without looking again: how long one that was revoked through another
/// instance of this function still works.
const KNOWN_FOR: SignedDuration = SignedDuration::from_secs(60);

/// How many keys are kept; more only cost look-ups.
const KNOWN_AT_MOST: usize = 1000;

/// Finds callers.
#[derive(Debug)]
pub(crate) struct Auth {
    store: Store,
    admin_key: Secret,
    /// Callers by the SHA-256 of their key, with the time at which each was found. Only keys that exist are kept, so
    /// a key that was just made works at once.
    known: Mutex<HashMap<String, (ApiKey, Timestamp)>>,
}

impl Auth {
    pub(crate) fn new(store: Store, admin_key: Secret) -> Self {
        Self { store, admin_key, known: Mutex::default() }
    }

    /// The caller whose key the request carries in `X-API-Key`.
    ///
    /// # Errors
    /// 401 without a known key; 429 or 503 if that cannot be found out.
    pub(crate) async fn caller(&self, headers: &HeaderMap, now: Timestamp) -> Result<ApiKey, Problem> {
        let key = headers.get("x-api-key").map(|value| value.as_bytes().trim_ascii());
        let Some(key) = key.filter(|key| !key.is_empty()) else {
            return Err(Problem::Unauthorized("The request needs an API key in the header X-API-Key."));
        };
        let hash = Sha256::digest(key);
        let hex = hex::encode(hash);
        if let Some(caller) = self.remembered(&hex, now) {
            return Ok(caller);
        }
        let caller = match self.store.api_key_by_hash(&hex).await? {
            Some(caller) => caller,
            None if self.is_first_admin_key(&hash).await? => first_admin(),
            None => return Err(Problem::Unauthorized("The API key in the header X-API-Key is not known.")),
        };
        self.remember(hex, caller.clone(), now);
        Ok(caller)
    }

    /// Compares in constant time. A key that does not fit may be the one the secret was rotated to, so the secret is
    /// read again, which limits itself.
    async fn is_first_admin_key(&self, hash: &[u8]) -> Result<bool, Problem> {
        let fits = |secret: &str| {
            let secret = secret.trim();
            !secret.is_empty() && bool::from(Sha256::digest(secret.as_bytes()).as_slice().ct_eq(hash))
        };
        Ok(fits(&self.admin_key.text().await?) || fits(&self.admin_key.fresh_text().await?))
    }

    /// Forgets a key that was revoked.
    pub(crate) fn forget(&self, id: &str) {
        self.known().retain(|_, (caller, _)| caller.id != id);
    }

    fn remembered(&self, hash: &str, now: Timestamp) -> Option<ApiKey> {
        let known = self.known();
        let (caller, since) = known.get(hash)?;
        let age = now.duration_since(*since);
        (age >= SignedDuration::ZERO && age < KNOWN_FOR).then(|| caller.clone())
    }

    fn remember(&self, hash: String, caller: ApiKey, now: Timestamp) {
        let mut known = self.known();
        if known.len() >= KNOWN_AT_MOST {
            known.clear();
        }
        known.insert(hash, (caller, now));
    }

    fn known(&self) -> MutexGuard<'_, HashMap<String, (ApiKey, Timestamp)>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn first_admin() -> ApiKey {
    ApiKey {
        id: FIRST_ADMIN_KEY.to_owned(),
        name: "First admin key".to_owned(),
        permissions: Permission::ALL.to_vec(),
        created_at: Timestamp::UNIX_EPOCH,
    }
}

/// Refuses a caller that has none of the permissions `any`.
///
/// # Errors
/// 403 that names them.
pub(crate) fn require(caller: &ApiKey, any: &[Permission]) -> Result<(), Problem> {
    if any.iter().any(|wanted| allows(&caller.permissions, *wanted)) { Ok(()) } else { Err(Problem::lacks(any)) }
}

/// Refuses a caller that would give somebody a permission which it lacks itself.
///
/// # Errors
/// 403 that names them.
pub(crate) fn may_grant<'a>(
    caller: &ApiKey,
    permissions: impl IntoIterator<Item = &'a Permission>,
) -> Result<(), Problem> {
    let lacking = |permission: &&Permission| !allows(&caller.permissions, **permission);
    let missing: Vec<Permission> = permissions.into_iter().filter(lacking).copied().collect();
    if missing.is_empty() { Ok(()) } else { Err(Problem::cannot_grant(&missing)) }
}
