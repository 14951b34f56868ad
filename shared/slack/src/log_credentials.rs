//! The secret of one log source:
//!
//! ```json
//! {"client_id": "..", "client_secret": "..",
//!  "user_token": "xoxp-..", "user_id": "U..", "team_id": "T..", "enterprise_id": "E.."}
//! ```
//!
//! Whoever sets the source up puts there the app's `client_id` and `client_secret`, and installing it adds the rest; or
//! they put there a `user_token` themselves, which is enough to read logs.

use crate::client::{Token, UserGrant};
use crate::credentials::ClientCredentials;
use alert::happening::Workspace;
use serde::Deserialize;
use serde_json::{Map, Value};

/// What the secret holds. It is never printed.
#[derive(Debug, Clone)]
pub struct LogCredentials {
    /// For installing; absent if either half is.
    pub client: Option<ClientCredentials>,
    /// What the logs are read with; absent until somebody installed the source.
    pub user_token: Option<Token>,
    /// Whose logs they are: absent for a token that was put there by hand.
    pub workspace: Option<Workspace>,
}

/// The secret does not hold what it must. What it does hold is not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadLogCredentials {
    #[error("the log source's secret must be a JSON object of texts: client_id and client_secret, or user_token")]
    NotJson,
    #[error("the user_token of the log source's secret has characters that no token has")]
    BadToken,
}

#[derive(Deserialize)]
struct Wire {
    client_id: Option<String>,
    client_secret: Option<String>,
    user_token: Option<String>,
    team_id: Option<String>,
    enterprise_id: Option<String>,
}

impl LogCredentials {
    /// Reads the secret's text.
    ///
    /// # Errors
    /// [`BadLogCredentials`] says what is wrong, and nothing of what is there.
    pub fn parse(text: &str) -> Result<Self, BadLogCredentials> {
        let wire: Wire = serde_json::from_str(text).map_err(|_| BadLogCredentials::NotJson)?;
        let filled = |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let client = filled(wire.client_id).zip(filled(wire.client_secret));
        let token = filled(wire.user_token).map(Token::new).transpose().map_err(|_| BadLogCredentials::BadToken)?;
        let workspace = Workspace { team_id: filled(wire.team_id), enterprise_id: filled(wire.enterprise_id) };
        Ok(Self {
            client: client.map(|(id, secret)| ClientCredentials { id, secret }),
            user_token: token,
            workspace: Some(workspace).filter(|workspace| *workspace != Workspace::default()),
        })
    }

    /// The secret's text with what `grant` gives in place of what an earlier one gave; everything else in it stays.
    ///
    /// # Errors
    /// [`BadLogCredentials::NotJson`] if it is no JSON object.
    pub fn with_grant(text: &str, grant: &UserGrant) -> Result<String, BadLogCredentials> {
        let mut object: Map<String, Value> = serde_json::from_str(text).map_err(|_| BadLogCredentials::NotJson)?;
        let values = [
            ("user_token", Some(&grant.token)),
            ("user_id", Some(&grant.user_id)),
            ("team_id", grant.workspace.team_id.as_ref()),
            ("enterprise_id", grant.workspace.enterprise_id.as_ref()),
        ];
        for (name, value) in values {
            match value {
                Some(value) => object.insert(name.to_owned(), Value::from(value.as_str())),
                None => object.shift_remove(name),
            };
        }
        Ok(Value::Object(object).to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> LogCredentials {
        LogCredentials::parse(text).unwrap()
    }

    const APP: &str = r#"{"note":"keep","client_id":"1.2","client_secret":"hush","team_id":"T0"}"#;

    #[test]
    fn either_the_app_or_a_token_is_enough_and_half_an_app_is_none() {
        assert!(parse(APP).client.is_some() && parse(APP).user_token.is_none());
        let by_hand = parse(r#"{"user_token":" xoxp-1\n"}"#);
        assert!(by_hand.user_token.is_some() && by_hand.client.is_none() && by_hand.workspace.is_none());
        for half in [r#"{"client_id":"1.2"}"#, r#"{"client_id":"1.2","client_secret":" "}"#, "{}"] {
            assert!(parse(half).client.is_none(), "{half}");
        }
        assert!(parse(r#"{"user_token":""}"#).user_token.is_none());
    }

    #[test]
    fn what_is_wrong_is_named_and_nothing_of_it_told() {
        for text in ["xoxp-hush", "[]", r#"{"user_token":7}"#] {
            assert_eq!(LogCredentials::parse(text).unwrap_err(), BadLogCredentials::NotJson, "{text}");
        }
        assert_eq!(LogCredentials::parse(r#"{"user_token":"a b"}"#).unwrap_err(), BadLogCredentials::BadToken);
        let text = r#"{"client_id":"1.2","client_secret":"hush","user_token":"xoxp-hush"}"#;
        assert!(!format!("{:?}", parse(text)).contains("hush"));
    }

    #[test]
    fn a_grant_replaces_an_earlier_one_whole_and_keeps_everything_else() {
        let grant = UserGrant {
            token: "xoxp-new".into(),
            user_id: "U1".into(),
            scopes: vec![],
            workspace: Workspace { team_id: None, enterprise_id: Some("E1".into()) },
            name: String::new(),
            is_enterprise_install: true,
        };
        let text = LogCredentials::with_grant(APP, &grant).unwrap();
        let value: Value = serde_json::from_str(&text).unwrap();
        let expected = serde_json::json!({"note": "keep", "client_id": "1.2", "client_secret": "hush",
            "user_token": "xoxp-new", "user_id": "U1", "enterprise_id": "E1"});
        assert_eq!(value, expected, "not the workspace of the grant before");
        assert_eq!(parse(&text).workspace, Some(grant.workspace.clone()));
        assert_eq!(LogCredentials::with_grant("xoxp-hush", &grant).unwrap_err(), BadLogCredentials::NotJson);
    }
}
