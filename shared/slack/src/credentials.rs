//! The credentials of the team's one Slack app, as they stand in its secret:
//!
//! ```json
//! {"client_id": "..", "client_secret": "..", "signing_secret": "..", "previous_signing_secret": "..",
//!  "bot_token": "xoxb-..",
//!  "installations": [{"team_id": "T..", "enterprise_id": "E..", "name": "Acme", "bot_token": "xoxb-.."}]}
//! ```
//!
//! `bot_token` is put there by hand, for the one workspace or organisation that it belongs to; `installations` are
//! written when the app is installed over `/slack/install`, one for each workspace, or without `team_id` for a whole
//! organisation. During a rotation of the signing secret both the new and the previous one are accepted.

use crate::client::Token;
use crate::signature::Secret;
use alert::happening::Workspace;
use serde::Deserialize;
use std::fmt;

/// What a function needs of the Slack app's secret.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The signing secrets that are valid now, the present one first.
    pub signing_secrets: Vec<Secret>,
    /// For installing the app; absent until they are put there.
    pub client: Option<ClientCredentials>,
    installations: Vec<Installation>,
}

/// Who the app is when it is installed. The secret is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientCredentials {
    pub id: String,
    pub secret: String,
}

impl fmt::Debug for ClientCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCredentials").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The app in one workspace or organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installation {
    /// `None` for a token that was put there by hand: it does not say where it belongs.
    pub workspace: Option<Workspace>,
    /// The workspace's or organisation's name.
    pub name: String,
    pub token: Token,
}

/// The secret does not hold what it must. What it does hold is not told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadCredentials {
    #[error("the Slack secret must be JSON with signing_secret")]
    NotJson,
    #[error("the Slack secret's signing_secret is empty")]
    NoSigningSecret,
    #[error("a bot_token of the Slack secret has characters that no token has")]
    NoBotToken,
}

#[derive(Deserialize)]
struct Wire {
    signing_secret: String,
    previous_signing_secret: Option<String>,
    bot_token: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
    #[serde(default)]
    installations: Vec<WireInstallation>,
}

#[derive(Deserialize)]
struct WireInstallation {
    team_id: Option<String>,
    enterprise_id: Option<String>,
    #[serde(default)]
    name: String,
    bot_token: String,
}

impl Installation {
    /// Its name among the installations: the workspace's id, the organisation's, or `manual`.
    pub fn key(&self) -> &str {
        let Some(workspace) = &self.workspace else { return "manual" };
        workspace.team_id.as_deref().or(workspace.enterprise_id.as_deref()).unwrap_or("manual")
    }

    /// What [`Credentials::of_destination`] finds it by, now and later: nothing for a token that was put there by hand.
    pub fn id(&self) -> Option<&str> {
        self.workspace.is_some().then(|| self.key())
    }

    /// Whether it is for a whole organisation.
    fn is_org_wide(&self) -> bool {
        self.workspace.as_ref().is_some_and(|workspace| workspace.team_id.is_none())
    }
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
        let filled = |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let client = match (filled(wire.client_id), filled(wire.client_secret)) {
            (Some(id), Some(secret)) => Some(ClientCredentials { id, secret }),
            (Some(_) | None, _) => None,
        };
        let token = |text: String| Token::new(text).map_err(|_| BadCredentials::NoBotToken);
        let mut installations = Vec::new();
        if let Some(text) = filled(wire.bot_token) {
            installations.push(Installation { workspace: None, name: String::new(), token: token(text)? });
        }
        for WireInstallation { team_id, enterprise_id, name, bot_token } in wire.installations {
            let workspace = Some(Workspace { team_id: filled(team_id), enterprise_id: filled(enterprise_id) });
            installations.push(Installation { workspace, name, token: token(bot_token)? });
        }
        Ok(Self { signing_secrets, client, installations })
    }

    /// All of them.
    pub fn installations(&self) -> &[Installation] {
        &self.installations
    }

    /// The installation that a destination posts with, or in which a boomerang was asked, which names its workspace, its organisation, or, while there is
    /// only one installation, nothing.
    pub fn of_destination(&self, workspace: Option<&str>) -> Option<&Installation> {
        let Some(id) = workspace else { return self.only().or(self.manual()) };
        let named = self.installations.iter().find(|one| one.workspace.is_some() && one.key() == id);
        // A workspace without an installation of its own may be the organisation's, or the one of the manual token.
        let mut organisations = self.installations.iter().filter(|one| one.is_org_wide() && id.starts_with('T'));
        let organisation = organisations.next().filter(|_| organisations.next().is_none());
        named.or(organisation).or(self.manual())
    }

    /// The installation for which a request of Slack's comes. One that names none of several comes for nobody.
    pub fn of_request(&self, from: &Workspace) -> Option<&Installation> {
        let of = |is: &dyn Fn(&Workspace) -> bool| {
            self.installations.iter().find(|one| one.workspace.as_ref().is_some_and(is))
        };
        let team = of(&|one| one.team_id.is_some() && one.team_id == from.team_id);
        let organisation = || {
            of(&|one| one.team_id.is_none() && one.enterprise_id.is_some() && one.enterprise_id == from.enterprise_id)
        };
        team.or_else(organisation).or(self.only()).or(self.manual())
    }

    fn only(&self) -> Option<&Installation> {
        match self.installations.as_slice() {
            [only] => Some(only),
            [] | [_, _, ..] => None,
        }
    }

    fn manual(&self) -> Option<&Installation> {
        self.installations.iter().find(|one| one.workspace.is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(rest: &str) -> Credentials {
        Credentials::parse(&format!(r#"{{"signing_secret":"s"{rest}}}"#)).unwrap()
    }

    const MANUAL: &str = r#","bot_token":"xoxb-manual""#;
    const TWO: &str = r#","installations":[
        {"team_id":"T1","name":"One","bot_token":"xoxb-1"},{"team_id":"T2","enterprise_id":"E2","bot_token":"xoxb-2"}]"#;
    const ORG: &str =
        r#","installations":[{"enterprise_id":"E1","bot_token":"xoxb-org"},{"team_id":"T9","bot_token":"xoxb-9"}]"#;

    #[test]
    fn both_signing_secrets_of_a_rotation_are_valid() {
        let text = r#"{"signing_secret":"new","previous_signing_secret":"old","bot_token":"xoxb-1","client_id":"1.2"}"#;
        let read = Credentials::parse(text).unwrap();
        assert_eq!((read.signing_secrets.len(), read.client), (2, None));
        assert_eq!(parse(r#","previous_signing_secret":"""#).signing_secrets.len(), 1);
    }

    #[test]
    fn what_is_missing_is_named_and_nothing_of_it_told() {
        for (text, expected) in [
            ("xoxb-secret", BadCredentials::NotJson),
            (r#"{"signing_secret":"","bot_token":"xoxb-1"}"#, BadCredentials::NoSigningSecret),
            (r#"{"signing_secret":"s","bot_token":"a b"}"#, BadCredentials::NoBotToken),
            (r#"{"signing_secret":"s","installations":[{"bot_token":""}]}"#, BadCredentials::NoBotToken),
        ] {
            assert_eq!(Credentials::parse(text).unwrap_err(), expected);
        }
        let text = r#"{"signing_secret":"hush","bot_token":"xoxb-hush","client_id":"1.2","client_secret":"hush",
            "installations":[{"team_id":"T1","bot_token":"xoxb-hush"}]}"#;
        assert!(!format!("{:?}", Credentials::parse(text).unwrap()).contains("hush"));
    }

    #[test]
    fn before_the_app_is_installed_there_is_a_signing_secret_and_no_installation() {
        for rest in ["", r#","bot_token":"""#, r#","installations":[]"#] {
            assert!(parse(rest).installations().is_empty());
            assert_eq!(parse(rest).of_destination(None), None);
            assert_eq!(parse(rest).of_request(&Workspace::default()), None);
        }
    }

    #[test]
    fn a_destination_posts_with_its_workspaces_installation() {
        let key = |rest: &str, workspace| parse(rest).of_destination(workspace).map(|one| one.key().to_owned());
        let key = |rest: &str, workspace| key(rest, workspace).unwrap_or_default();
        assert_eq!(key(MANUAL, None), "manual");
        assert_eq!(key(MANUAL, Some("T1")), "manual", "where it belongs is not known");
        assert_eq!(key(TWO, Some("T2")), "T2");
        assert_eq!(key(TWO, None), "", "which of the two?");
        assert_eq!(key(TWO, Some("T3")), "");
        assert_eq!(key(&format!("{MANUAL}{TWO}"), None), "manual");
        assert_eq!(key(&format!("{MANUAL}{TWO}"), Some("T1")), "T1");
        assert_eq!(key(ORG, Some("E1")), "E1");
        assert_eq!(key(ORG, Some("T1")), "E1", "a workspace of the organisation");
        assert_eq!(key(ORG, Some("T9")), "T9");
    }

    #[test]
    fn a_request_is_for_its_workspaces_installation_and_of_several_for_no_other() {
        let key = |rest: &str, team: Option<&str>, enterprise: Option<&str>| {
            let from = Workspace { team_id: team.map(str::to_owned), enterprise_id: enterprise.map(str::to_owned) };
            parse(rest).of_request(&from).map(|one| one.key().to_owned()).unwrap_or_default()
        };
        assert_eq!(key(MANUAL, Some("T1"), None), "manual");
        assert_eq!(key(TWO, Some("T1"), None), "T1");
        assert_eq!(key(TWO, Some("T2"), Some("E2")), "T2");
        assert_eq!(key(TWO, None, Some("E2")), "", "not the organisation's, but a workspace's of it");
        assert_eq!(key(TWO, Some("T3"), None), "");
        assert_eq!(key(TWO, None, None), "");
        assert_eq!(key(ORG, None, Some("E1")), "E1");
        assert_eq!(key(ORG, Some("T1"), Some("E1")), "E1");
        assert_eq!(key(ORG, Some("T9"), Some("E1")), "T9");
        assert_eq!(key(ORG, Some("T1"), Some("E3")), "");
    }
}
