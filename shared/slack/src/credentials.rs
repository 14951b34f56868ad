//! The credentials of the team's one Slack app, as they stand in its secret:
//!
//! ```json
//! {"client_id": "..", "client_secret": "..", "signing_secret": "..", "previous_signing_secret": "..", "bot_token": "xoxb-.."}
//! ```
//!
//! During a rotation of the signing secret both the new and the previous one are accepted; afterwards the previous one
//! is taken out of the secret.

use crate::client::Token;
use crate::signature::Secret;
use serde::Deserialize;

/// What a function needs of the Slack app's secret.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The signing secrets that are valid now, the present one first.
    pub signing_secrets: Vec<Secret>,
    pub bot_token: Token,
}

/// The secret does not hold what it must. What it does hold is not told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadCredentials {
    #[error("the Slack secret must be JSON with signing_secret and bot_token")]
    NotJson,
    #[error("the Slack secret's signing_secret is empty")]
    NoSigningSecret,
    #[error("the Slack secret's bot_token is empty or has characters that no token has")]
    NoBotToken,
}

#[derive(Deserialize)]
struct Wire {
    signing_secret: String,
    previous_signing_secret: Option<String>,
    bot_token: String,
}

impl Credentials {
    /// Reads the secret's text.
    ///
    /// # Errors
    /// [`BadCredentials`] names what is missing.
    pub fn parse(text: &str) -> Result<Self, BadCredentials> {
        let wire: Wire = serde_json::from_str(text).map_err(|_| BadCredentials::NotJson)?;
        let mut signing_secrets = vec![Secret::new(wire.signing_secret).map_err(|_| BadCredentials::NoSigningSecret)?];
        // An empty previous secret is none.
        signing_secrets.extend(wire.previous_signing_secret.and_then(|secret| Secret::new(secret).ok()));
        let bot_token = Token::new(wire.bot_token).map_err(|_| BadCredentials::NoBotToken)?;
        Ok(Self { signing_secrets, bot_token })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_signing_secrets_of_a_rotation_are_valid() {
        let text = r#"{"signing_secret":"new","previous_signing_secret":"old","bot_token":"xoxb-1","client_id":"1.2"}"#;
        assert_eq!(Credentials::parse(text).unwrap().signing_secrets.len(), 2);
        let text = r#"{"signing_secret":"new","previous_signing_secret":"","bot_token":"xoxb-1"}"#;
        assert_eq!(Credentials::parse(text).unwrap().signing_secrets.len(), 1);
    }

    #[test]
    fn what_is_missing_is_named_and_nothing_of_it_told() {
        for (text, expected) in [
            ("xoxb-secret", BadCredentials::NotJson),
            (r#"{"signing_secret":"","bot_token":"xoxb-1"}"#, BadCredentials::NoSigningSecret),
            (r#"{"signing_secret":"s","bot_token":""}"#, BadCredentials::NoBotToken),
        ] {
            assert_eq!(Credentials::parse(text).unwrap_err(), expected);
        }
        let text = r#"{"signing_secret":"hush","bot_token":"xoxb-hush"}"#;
        assert!(!format!("{:?}", Credentials::parse(text).unwrap()).contains("hush"));
    }
}
