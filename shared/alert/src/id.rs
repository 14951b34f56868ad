//! Newtypes for ids, so that one kind is never passed where another belongs.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;

/// The longest id accepted, in bytes. An alert's id is also the message group of `changes.fifo`, which allows 128
/// (<https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html>), and part of a
/// Slack `block_id`, which allows 255.
pub const MAX_ID_LEN: usize = 128;

/// An id that breaks the rule for ids.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to 128 characters from A-Z a-z 0-9 . _ : -")]
pub struct InvalidId;

fn check(text: &str) -> Result<(), InvalidId> {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b':' | b'-');
    if text.is_empty() || text.len() > MAX_ID_LEN || !text.bytes().all(allowed) {
        return Err(InvalidId);
    }
    Ok(())
}

macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Takes `text` if it is 1 to 128 characters from `A-Z a-z 0-9 . _ : -`.
            ///
            /// # Errors
            /// [`InvalidId`] otherwise.
            pub fn new(text: impl Into<String>) -> Result<Self, InvalidId> {
                let text = text.into();
                check(&text)?;
                Ok(Self(text))
            }

            /// The id that `parts` always give: 32 hex digits of SHA-256 over the parts, each with its length, so that
            /// `["a", "bc"]` and `["ab", "c"]` differ.
            pub fn derive(parts: &[&[u8]]) -> Self {
                Self(derive_hex(parts))
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;
            fn try_from(text: String) -> Result<Self, InvalidId> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id_type!(
    /// An alert's id: the producer's `alertId`, or one derived from what the alert says.
    AlertId
);
id_type!(
    /// A destination's id, given by Margay.
    DestinationId
);
id_type!(
    /// A change's id. The same click, submission or request always has the same id, which makes applying it idempotent.
    ChangeId
);
id_type!(
    /// A registered user's id, given by Margay.
    UserId
);

fn derive_hex(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hex::encode(&hash.finalize()[..16])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_held_to_their_alphabet_and_length() {
        assert!(AlertId::new("b90c19e66e160e194a5b3b94ec27fb7c").is_ok());
        assert!(AlertId::new("AWS.Root:2026-11_x").is_ok());
        assert!(AlertId::new("x".repeat(128)).is_ok());
        for bad in ["", " ", "a b", "a/b", "a#b", "ü", "a\n", &"x".repeat(129)] {
            assert_eq!(AlertId::new(bad), Err(InvalidId), "{bad:?}");
        }
    }

    #[test]
    fn derived_ids_are_stable_and_keep_their_parts_apart() {
        assert_eq!(ChangeId::derive(&[b"a", b"bc"]), ChangeId::derive(&[b"a", b"bc"]));
        assert_ne!(ChangeId::derive(&[b"a", b"bc"]), ChangeId::derive(&[b"ab", b"c"]));
        assert!(ChangeId::new(ChangeId::derive(&[b"a"]).as_str()).is_ok());
    }

    #[test]
    fn an_invalid_id_in_json_is_refused() {
        assert!(serde_json::from_str::<AlertId>("\"a b\"").is_err());
    }
}
