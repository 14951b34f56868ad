//! Ids and keys that nobody can guess.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the kernel of a running system gives random bytes");
    bytes
}

/// A new id: 32 hex digits.
pub(crate) fn id() -> String {
    hex::encode(bytes::<16>())
}

/// A new API key: 256 random bits, recognizable by their prefix where they leak.
pub(crate) fn api_key() -> String {
    format!("margay_{}", URL_SAFE_NO_PAD.encode(bytes::<32>()))
}
