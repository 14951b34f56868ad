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
use crate::state::State;
use crate::world::TokenState;

/// Does what the call asks for and gives the answer's body.
pub(crate) fn call(state: &mut State, name: &str, call: &Call) -> Value {
    let result = match (reference::method(name), &call.unreadable) {
        (None, _) => Err(unknown_method(name)),
        (Some(_), Some(problem)) => Err(ApiError::from(*problem)),
        (Some(method), None) => authorize(state, method, call.token.as_deref())
            .and_then(|()| call.args.check(method))
            .and_then(|()| dispatch(state, name, &call.args)),
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

fn authorize(state: &State, method: &Method, token: Option<&str>) -> Result<(), ApiError> {
    let token = token.filter(|t| !t.is_empty()).ok_or(ApiError::from("not_authed"))?;
    if token != state.app.bot_token {
        return Err("invalid_auth".into());
    }
    match state.app.token_state {
        TokenState::Active => {}
        TokenState::Revoked => return Err("token_revoked".into()),
        TokenState::Expired => return Err("token_expired".into()),
        TokenState::Inactive => return Err("account_inactive".into()),
    }
    if method.bot_scopes.is_empty() || method.bot_scopes.iter().any(|s| state.app.has_scope(s)) {
        return Ok(());
    }
    Err(missing_scope(state, &method.bot_scopes.join(",")))
}

/// `missing_scope`, with what is needed and what the token has.
fn missing_scope(state: &State, needed: &str) -> ApiError {
    let mut error = ApiError::from("missing_scope");
    error.fields.insert("needed".into(), json!(needed));
    error.fields.insert("provided".into(), json!(state.app.scopes.join(",")));
    error
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
