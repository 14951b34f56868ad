//! The Web API: `POST /api/{method}`. In Slack's order: is there such a method, whose token is it, does it have
//! the scope, are the arguments all there, and only then the method itself.

pub(crate) mod answer;
pub(crate) mod args;
mod attachments;
mod chat;
mod content;
mod conversations;
mod ephemeral;
mod files;
mod history;
mod paging;
pub(crate) mod reference;
pub(crate) mod resolve;
mod team;
mod update;
mod users;
mod views;

use serde_json::{Value, json};

use self::answer::{Answer, ApiError};
use self::args::{ApiRequest, Args, Call};
use self::reference::Method;
use crate::logs::{self, TokenKind, UserToken};
use crate::state::State;
use crate::world::TokenState;

/// Does what the call asks for and gives the answer's body.
pub(crate) fn call(state: &mut State, name: &str, call: &Call) -> Value {
    let result = match (reference::method(name), &call.unreadable) {
        (None, _) => Err(unknown_method(name)),
        (Some(_), Some(problem)) => Err(ApiError::from(*problem)),
        // The one method that is called without a token: it gives them.
        (Some(method), None) if name == "oauth.v2.access" => {
            call.args.check(method).and_then(|()| logs::oauth_access(state, &call.args, call.basic.as_ref()))
        }
        (Some(method), None) => authorize(state, method, call.token.as_deref()).and_then(|caller| {
            call.args.check(method)?;
            match caller {
                Caller::Bot => dispatch(state, name, &call.args),
                Caller::Person(token) => dispatch_for_person(state, name, &call.args, &token),
            }
        }),
    };
    answer::body(result, &call.warnings)
}

/// Takes a request apart.
pub(crate) fn read(name: &str, request: &ApiRequest) -> Call {
    Call::read(request, reference::method(name))
}

fn unknown_method(name: &str) -> ApiError {
    let mut error = ApiError::from("unknown_method");
    error.fields.insert("req_method".into(), json!(name));
    error
}

/// Whose token it is.
enum Caller {
    Bot,
    Person(UserToken),
}

fn authorize(state: &State, method: &Method, token: Option<&str>) -> Result<Caller, ApiError> {
    let token = token.filter(|t| !t.is_empty()).ok_or(ApiError::from("not_authed"))?;
    if token != state.app.bot_token {
        return authorize_person(state, method, token).map(Caller::Person);
    }
    match state.app.token_state {
        TokenState::Active => {}
        TokenState::Revoked => return Err("token_revoked".into()),
        TokenState::Expired => return Err("token_expired".into()),
        TokenState::Inactive => return Err("account_inactive".into()),
    }
    if !method.user_scopes.is_empty() {
        return Err("not_allowed_token_type".into());
    }
    if method.bot_scopes.is_empty() || method.bot_scopes.iter().any(|s| state.app.has_scope(s)) {
        return Ok(Caller::Bot);
    }
    Err(missing_scope(state, &method.bot_scopes.join(",")))
}

/// Other methods take user tokens too, but nothing here calls them so: they refuse what they would not do.
fn authorize_person(state: &State, method: &Method, token: &str) -> Result<UserToken, ApiError> {
    let token = logs::alive(state, token)?;
    let needed = if method.user_scopes.is_empty() { &method.bot_scopes } else { &method.user_scopes };
    if !needed.is_empty() && !needed.iter().any(|scope| token.has_scope(scope)) {
        return Err(lacks_scope(&needed.join(","), &token.scopes));
    }
    match token.kind {
        TokenKind::Bot if !method.user_scopes.is_empty() => Err("not_allowed_token_type".into()),
        TokenKind::Bot | TokenKind::User => Ok(token.clone()),
    }
}

/// `missing_scope`, with what is needed and what the bot's token has.
fn missing_scope(state: &State, needed: &str) -> ApiError {
    lacks_scope(needed, &state.app.scopes)
}

fn lacks_scope(needed: &str, provided: &[String]) -> ApiError {
    let mut error = ApiError::from("missing_scope");
    error.fields.insert("needed".into(), json!(needed));
    error.fields.insert("provided".into(), json!(provided.join(",")));
    error
}

fn dispatch_for_person(state: &State, name: &str, args: &Args, token: &UserToken) -> Result<Answer, ApiError> {
    match name {
        "auth.test" => Ok(team::auth_test_of_person(state, token)),
        "team.accessLogs" | "team.integrationLogs" => {
            logs::may_read_team_logs(state, token)?;
            if name == "team.accessLogs" {
                logs::access_logs(state, args, token)
            } else {
                logs::integration_logs(state, args, token)
            }
        }
        _ => Err("not_allowed_token_type".into()),
    }
}

fn dispatch(state: &mut State, name: &str, args: &Args) -> Result<Answer, ApiError> {
    match name {
        "auth.test" => Ok(team::auth_test(state)),
        "team.info" => team::info(state, args),
        "chat.postMessage" => chat::post_message(state, args),
        "chat.update" => update::update(state, args),
        "chat.delete" => chat::delete(state, args),
        "chat.postEphemeral" => ephemeral::post_ephemeral(state, args),
        "chat.getPermalink" => chat::get_permalink(state, args),
        "conversations.info" => conversations::info(state, args),
        "conversations.list" => conversations::list(state, args),
        "conversations.members" => conversations::members(state, args),
        "conversations.join" => conversations::join(state, args),
        "conversations.open" => conversations::open(state, args),
        "conversations.history" => history::history(state, args),
        "conversations.replies" => history::replies(state, args),
        "files.getUploadURLExternal" => files::get_upload_url(state, args),
        "files.completeUploadExternal" => files::complete_upload(state, args),
        "users.info" => users::info(state, args),
        "users.lookupByEmail" => users::lookup_by_email(state, args),
        "users.list" => users::list(state, args),
        "views.open" => views::open(state, args),
        "views.push" => views::push(state, args),
        "views.update" => views::update(state, args),
        "views.publish" => views::publish(state, args),
        other => Err(unknown_method(other)),
    }
}
