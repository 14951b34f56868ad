//! Letting an app read logs: a person's code for their token
//! (<https://docs.slack.dev/authentication/installing-with-oauth>).

use crate::client::answer::call;
use crate::client::{Client, Error};
use crate::credentials::ClientCredentials;
use alert::happening::Workspace;
use reqwest::header::CONTENT_TYPE;
use serde::Deserialize;
use std::fmt;

/// What a person allowed. The token is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct UserGrant {
    /// The person's token: `xoxp-…`.
    pub token: String,
    /// Who allowed it.
    pub user_id: String,
    /// The user scopes that were given.
    pub scopes: Vec<String>,
    /// Where. Without a team if it is the whole organisation.
    pub workspace: Workspace,
    /// The workspace's or organisation's name.
    pub name: String,
    /// Whether the whole organisation installed the app.
    pub is_enterprise_install: bool,
}

impl fmt::Debug for UserGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserGrant").field("workspace", &self.workspace).finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct Wire {
    authed_user: WireUser,
    team: Option<Named>,
    enterprise: Option<Named>,
    #[serde(default)]
    is_enterprise_install: bool,
}

#[derive(Deserialize)]
struct WireUser {
    id: String,
    /// Absent if no user scopes were asked for.
    access_token: Option<String>,
    #[serde(default)]
    scope: String,
}

#[derive(Deserialize)]
struct Named {
    id: String,
    name: Option<String>,
}

impl Client {
    /// Where a person allows the app `user_scopes`. The redirect URL is the manifest's only one, so it is not named.
    pub fn authorize_url_for_user(&self, client_id: &str, user_scopes: &[&str], state: &str) -> String {
        let slack = self.base_url.strip_suffix("/api").unwrap_or(&self.base_url);
        let mut url = reqwest::Url::parse(&format!("{slack}/oauth/v2/authorize")).expect("the base URL is a URL");
        let scopes = user_scopes.join(",");
        url.query_pairs_mut().extend_pairs([("client_id", client_id), ("user_scope", &scopes), ("state", state)]);
        url.into()
    }

    /// `oauth.v2.access`: the user's token for a code that Slack sent them back with. A code is good for once.
    ///
    /// # Errors
    /// As [`Error`] says. An answer without a user token is [`Error::Refused`] with the code `no_user_token`: the app
    /// was not asked for user scopes.
    pub async fn grant_user(&self, app: &ClientCredentials, code: &str) -> Result<UserGrant, Error> {
        const METHOD: &str = "oauth.v2.access";
        let mut body = reqwest::Url::parse("form:/").expect("it is a URL");
        body.query_pairs_mut().append_pair("code", code);
        let request = self.http.post(format!("{}/{METHOD}", self.base_url)).basic_auth(&app.id, Some(&app.secret));
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let request = request.body(body.query().unwrap_or_default().to_owned());
        let wire: Wire = call(METHOD, request).await?;
        let refused = || Error::Refused { method: METHOD, code: "no_user_token".into(), detail: None };
        let token = wire.authed_user.access_token.ok_or_else(refused)?;
        let whole = wire.is_enterprise_install;
        let id = |named: &Option<Named>| named.as_ref().map(|named| named.id.clone());
        let workspace = Workspace { team_id: id(&wire.team).filter(|_| !whole), enterprise_id: id(&wire.enterprise) };
        let named = if whole { wire.enterprise } else { wire.team };
        Ok(UserGrant {
            token,
            user_id: wire.authed_user.id,
            scopes: wire.authed_user.scope.split(',').map(|scope| scope.trim().to_owned()).collect(),
            workspace,
            name: named.and_then(|named| named.name).unwrap_or_default(),
            is_enterprise_install: whole,
        })
    }
}
