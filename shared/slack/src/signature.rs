//! Whether a request comes from Slack: the v0 signature over the raw body, checked before anything is parsed.
//!
//! The signature is HMAC-SHA256 over `v0:{timestamp}:{body}`, in lower-case hex behind `v0=`
//! (<https://docs.slack.dev/authentication/verifying-requests-from-slack>). The key is the signing secret as text. A
//! replay inside the five minutes is not refused here; it has no second effect because changes have ids.

use crate::limits::SIGNATURE_AGE_S;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;
use std::fmt;

/// A signing secret. It is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

/// A signing secret without anything in it: everybody could sign with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signing secret is empty")]
pub struct EmptySecret;

impl Secret {
    /// Takes a secret; blanks and line ends around it are not part of it.
    ///
    /// # Errors
    /// [`EmptySecret`] if nothing is left.
    pub fn new(secret: impl AsRef<[u8]>) -> Result<Self, EmptySecret> {
        let secret = secret.as_ref().trim_ascii();
        if secret.is_empty() {
            return Err(EmptySecret);
        }
        Ok(Self(secret.to_vec()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// Why a request is not taken for Slack's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("a signature header is missing: X-Slack-Request-Timestamp or X-Slack-Signature")]
    MissingHeader,
    #[error("X-Slack-Request-Timestamp is not a number of seconds")]
    BadTimestamp,
    #[error("the request is {age_s} s old, and at most 300 s are accepted either way: a replay, or a wrong clock")]
    Stale { age_s: i64 },
    #[error("X-Slack-Signature is not what any signing secret gives: a forgery, or a wrong secret")]
    BadSignature,
}

/// Accepts a request that was signed with one of `secrets` (during a rotation there are two) within five minutes of
/// `now`. `timestamp` and `signature` are the headers `X-Slack-Request-Timestamp` and `X-Slack-Signature`; `body` is
/// what came over the wire, base64-decoded if the gateway encoded it. The comparison takes constant time.
///
/// # Errors
/// [`Refusal`] otherwise. Without any secret nothing is accepted.
pub fn verify(
    secrets: &[Secret],
    timestamp: Option<&str>,
    signature: Option<&str>,
    body: &[u8],
    now: Timestamp,
) -> Result<(), Refusal> {
    let (Some(timestamp), Some(signature)) = (timestamp, signature) else {
        return Err(Refusal::MissingHeader);
    };
    if timestamp.is_empty() || !timestamp.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Refusal::BadTimestamp);
    }
    let signed_at: i64 = timestamp.parse().map_err(|_| Refusal::BadTimestamp)?;
    let age_s = now.as_second().saturating_sub(signed_at);
    if age_s.abs() > SIGNATURE_AGE_S {
        return Err(Refusal::Stale { age_s });
    }
    let given = digest_of(signature).ok_or(Refusal::BadSignature)?;
    let mut accepted = false;
    for Secret(secret) in secrets {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret).map_err(|_| Refusal::BadSignature)?;
        for part in [b"v0:", timestamp.as_bytes(), b":", body] {
            mac.update(part);
        }
        accepted |= mac.verify_slice(&given).is_ok();
    }
    if accepted { Ok(()) } else { Err(Refusal::BadSignature) }
}

fn digest_of(signature: &str) -> Option<[u8; 32]> {
    let text = signature.strip_prefix("v0=")?;
    if text.bytes().any(|b| b.is_ascii_uppercase()) {
        return None;
    }
    let mut digest = [0; 32];
    hex::decode_to_slice(text, &mut digest).ok()?;
    Some(digest)
}
