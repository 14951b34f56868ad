//! Installing the app: its code for a token (<https://docs.slack.dev/authentication/installing-with-oauth>).

use super::answer::call;
use super::{Client, Error};
use crate::credentials::ClientCredentials;
use alert::happening::Workspace;
use reqwest::header::CONTENT_TYPE;
use serde::Deserialize;
use std::fmt;

/// What an installation gives. The token is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Grant {
    pub bot_token: String,
    pub app_id: String,
    /// Without a team if the whole organisation installed it.
    pub workspace: Workspace,
    /// The workspace's or organisation's name.
    pub name: String,
    /// The scopes that were given.
    pub scopes: Vec<String>,
}

impl fmt::Debug for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Grant").field("workspace", &self.workspace).finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct Wire {
    access_token: String,
    #[serde(default)]
    scope: String,
    app_id: String,
    team: Option<Named>,
    enterprise: Option<Named>,
    #[serde(default)]
    is_enterprise_install: bool,
}

#[derive(Deserialize)]
struct Named {
    id: String,
    #[serde(default)]
    name: String,
}

impl Client {
    /// Where a person allows the app to be installed with `scopes`. The redirect URL is the manifest's only one, so it
    /// is not named.
    pub fn authorize_url(&self, client_id: &str, scopes: &str, state: &str) -> String {
        let slack = self.base_url.strip_suffix("/api").unwrap_or(&self.base_url);
        let mut url = reqwest::Url::parse(&format!("{slack}/oauth/v2/authorize")).expect("the base URL is a URL");
        url.query_pairs_mut().extend_pairs([("client_id", client_id), ("scope", scopes), ("state", state)]);
        url.into()
    }

    /// `oauth.v2.access`: the token for a code that Slack sent the person back with. A code is good for once.
    pub async fn grant(&self, app: &ClientCredentials, code: &str) -> Result<Grant, Error> {
        const METHOD: &str = "oauth.v2.access";
        let mut body = reqwest::Url::parse("form:/").expect("it is a URL");
        body.query_pairs_mut().append_pair("code", code);
        let request = self.http.post(format!("{}/{METHOD}", self.base_url)).basic_auth(&app.id, Some(&app.secret));
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let wire: Wire = call(METHOD, request.body(body.query().unwrap_or_default().to_owned())).await?;
        let named = |named: &Option<Named>| named.as_ref().map(|named| named.name.clone());
        let name = if wire.is_enterprise_install { named(&wire.enterprise) } else { named(&wire.team) };
        let team_id = wire.team.filter(|_| !wire.is_enterprise_install).map(|team| team.id);
        Ok(Grant {
            bot_token: wire.access_token,
            app_id: wire.app_id,
            workspace: Workspace { team_id, enterprise_id: wire.enterprise.map(|enterprise| enterprise.id) },
            name: name.unwrap_or_default(),
            scopes: wire.scope.split(',').map(str::to_owned).collect(),
        })
    }
}
