//! `oauth.v2.access`: a code for a token. Once, within ten minutes, for the app it was given to and with the address
//! it was asked for with. <https://docs.slack.dev/reference/methods/oauth.v2.access>

use serde_json::{Value, json};

use super::oauth::{Code, OAuthApp};
use super::tokens::{self, TokenKind};
use crate::state::State;
use crate::web_api::answer::{Answer, ApiError, fields};
use crate::web_api::args::Args;

/// The method. `basic` are the client credentials of the `Authorization` header; without them the form has them.
pub(crate) fn access(state: &mut State, args: &Args, basic: Option<&(String, String)>) -> Result<Answer, ApiError> {
    let (client_id, secret) = match basic {
        Some((id, secret)) => (id.as_str(), secret.as_str()),
        None => (args.required("client_id"), args.required("client_secret")),
    };
    let app = OAuthApp::find(state, client_id).ok_or(ApiError::from("invalid_client_id"))?;
    if secret.is_empty() || app.client_secret != secret {
        return Err("bad_client_secret".into());
    }
    if args.text("grant_type").is_some_and(|kind| !["", "authorization_code"].contains(&kind)) {
        return Err("invalid_grant_type".into());
    }
    let now = state.clock.now_seconds();
    let code = state.logs.codes.get(args.required("code"));
    let code = code.filter(|code| code.client_id == client_id && code.is_good(now));
    let code = code.cloned().ok_or(ApiError::from("invalid_code"))?;
    let said = args.text("redirect_uri").filter(|uri| !uri.is_empty());
    let agrees = match (&code.redirect_uri, said) {
        (Some(asked), Some(said)) => asked == said,
        (Some(_), None) => app.has_one_redirect_url(),
        (None, None) => true,
        (None, Some(_)) => false,
    };
    if !agrees {
        return Err("bad_redirect_uri".into());
    }
    state.logs.codes.remove(args.required("code"));
    Ok(grant(state, &app, &code))
}

/// The tokens, in Slack's shape: the person's under `authed_user`, the bot's at the top.
fn grant(state: &mut State, app: &OAuthApp, code: &Code) -> Answer {
    let mut person = fields(json!({"id": code.user}));
    if !code.user_scopes.is_empty() {
        let scopes = code.user_scopes.clone();
        let token = tokens::give(state, TokenKind::User, &code.client_id, &code.user, code.team.clone(), scopes);
        person.insert("scope".into(), json!(scopes_of(state, &token)));
        person.insert("access_token".into(), json!(token));
        person.insert("token_type".into(), json!("user"));
    }
    let mut answer = fields(json!({
        "app_id": app.app_id,
        "authed_user": person,
        "team": code.team.as_deref().map(|team| json!({"id": team, "name": state.team_name(team)})),
        "enterprise": state.enterprise,
        "is_enterprise_install": code.team.is_none(),
    }));
    if code.bot_scopes.is_empty() {
        return answer;
    }
    let (token, bot, scope) = if app.is_own {
        (state.app.bot_token.clone(), state.app.bot_user_id.clone(), state.app.scopes.join(","))
    } else {
        let scopes = code.bot_scopes.clone();
        let token = tokens::give(state, TokenKind::Bot, &code.client_id, &code.user, code.team.clone(), scopes);
        let scope = scopes_of(state, &token);
        (token, format!("U{}", app.app_id.trim_start_matches('A')), scope)
    };
    answer.insert("access_token".into(), json!(token));
    answer.insert("token_type".into(), json!("bot"));
    answer.insert("bot_user_id".into(), json!(bot));
    answer.insert("scope".into(), json!(scope));
    answer
}

/// All scopes that a token has by now.
fn scopes_of(state: &State, token: &str) -> String {
    let known = state.logs.tokens.iter().find(|known| known.token == token);
    known.map(|known| known.scopes.join(",")).unwrap_or_default()
}

impl State {
    fn team_name(&self, id: &str) -> Value {
        let team = std::iter::once(&self.team).chain(&self.other_teams).find(|team| team.id == id);
        team.map_or(Value::Null, |team| json!(team.name))
    }
}
