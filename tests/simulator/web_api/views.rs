//! `views.open`, `views.push`, `views.update` and `views.publish`.

use serde_json::{Value, json};

use super::answer::{Answer, ApiError, fields};
use super::args::Args;
use crate::state::State;
use crate::views::Place;

/// <https://docs.slack.dev/reference/methods/views.open>
pub(crate) fn open(state: &mut State, args: &Args) -> Result<Answer, ApiError> {
    let (user, view) = exchange(state, args, Place::Open)?;
    let id = state.show_view(&user, &view, Place::Open);
    Ok(shown(state, &id))
}

/// <https://docs.slack.dev/reference/methods/views.push>
pub(crate) fn push(state: &mut State, args: &Args) -> Result<Answer, ApiError> {
    let (user, view) = exchange(state, args, Place::Push)?;
    let id = state.show_view(&user, &view, Place::Push);
    Ok(shown(state, &id))
}

/// <https://docs.slack.dev/reference/methods/views.update>
pub(crate) fn update(state: &mut State, args: &Args) -> Result<Answer, ApiError> {
    let given = |name: &str| args.text(name).filter(|t| !t.is_empty());
    let id = match (given("view_id"), given("external_id")) {
        (Some(id), _) => Some(id.to_owned()),
        (None, Some(external_id)) => state.views.by_external_id(external_id).map(str::to_owned),
        (None, None) => {
            let finding = "must provide one of `view_id` or `external_id`".to_owned();
            return Err(ApiError::invalid_arguments(vec![finding]));
        }
    };
    let view = read_view(args)?;
    let id = id.filter(|id| state.views.get(id).is_some()).ok_or(ApiError::from("not_found"))?;
    let is_home = state.views.get(&id).is_some_and(|v| v.object.get("type") == Some(&json!("home")));
    state.check_view(&view, if is_home { Place::Home } else { Place::Open }, Some(&id))?;
    check_hash(state, &id, given("hash"))?;
    state.replace_view(&id, &view);
    Ok(shown(state, &id))
}

/// <https://docs.slack.dev/reference/methods/views.publish>
pub(crate) fn publish(state: &mut State, args: &Args) -> Result<Answer, ApiError> {
    let user = args.required("user_id").to_owned();
    if state.users.get(&user).is_none_or(|u| u.deleted) {
        return Err(ApiError::invalid_arguments(vec!["invalid `user_id`".to_owned()]));
    }
    let view = read_view(args)?;
    let home = state.views.home(&user).and_then(|v| v.object.get("id")).and_then(Value::as_str).map(str::to_owned);
    state.check_view(&view, Place::Home, home.as_deref())?;
    // An empty one is a wrong one here: https://github.com/slack-go/slack/issues/1462
    match (&home, args.text("hash")) {
        (Some(home), hash) => check_hash(state, home, hash)?,
        (None, Some(_)) => return Err("hash_conflict".into()),
        (None, None) => {}
    }
    let id = state.show_view(&user, &view, Place::Home);
    Ok(shown(state, &id))
}

/// The view and the person it is for. Only a call that can succeed uses the trigger id up.
fn exchange(state: &mut State, args: &Args, place: Place) -> Result<(String, Value), ApiError> {
    let view = read_view(args)?;
    let trigger = args.text("trigger_id").or(args.text("interactivity_pointer")).unwrap_or_default().to_owned();
    if trigger.is_empty() {
        return Err(ApiError::invalid_arguments(vec!["missing required field: trigger_id".to_owned()]));
    }
    state.check_view(&view, place, None)?;
    let user = state.check_trigger(&trigger)?;
    if place == Place::Push {
        state.check_push(&user)?;
    }
    state.exchange_trigger(&trigger);
    Ok((user, view))
}

fn read_view(args: &Args) -> Result<Value, ApiError> {
    match args.structure("view") {
        Ok(Some(view)) if view.is_object() => Ok(view),
        Ok(Some(_)) | Ok(None) | Err(()) => {
            Err(ApiError::invalid_arguments(vec!["must provide an object [json-pointer:/view]".to_owned()]))
        }
    }
}

fn check_hash(state: &State, id: &str, hash: Option<&str>) -> Result<(), ApiError> {
    let current = state.views.get(id).and_then(|v| v.object.get("hash")).and_then(Value::as_str);
    if hash.is_some() && hash != current { Err("hash_conflict".into()) } else { Ok(()) }
}

fn shown(state: &State, id: &str) -> Answer {
    fields(json!({"view": state.views.get(id).map(|v| &v.object)}))
}
