//! `users.info`, `users.lookupByEmail` and `users.list`.

use serde_json::{Value, json};

use super::answer::{Answer, ApiError, fields};
use super::args::Args;
use super::paging::{self, Order};
use crate::state::State;
use crate::world::User;

/// <https://docs.slack.dev/reference/methods/users.info>
pub(crate) fn info(state: &mut State, args: &Args) -> Result<Answer, ApiError> {
    let user = state.users.get(args.required("user")).ok_or(ApiError::from("user_not_found"))?;
    Ok(fields(json!({"user": user_json(state, user)})))
}

/// Deactivated people and people of other organisations are not found.
/// <https://docs.slack.dev/reference/methods/users.lookupByEmail>
pub(crate) fn lookup_by_email(state: &mut State, args: &Args) -> Result<Answer, ApiError> {
    let email = args.required("email");
    let user = state
        .users
        .values()
        .filter(|u| !u.deleted && !u.is_stranger)
        .find(|u| u.email.as_deref().is_some_and(|e| e.eq_ignore_ascii_case(email)))
        .ok_or(ApiError::from("users_not_found"))?;
    Ok(fields(json!({"user": user_json(state, user)})))
}

/// <https://docs.slack.dev/reference/methods/users.list>
pub(crate) fn list(state: &mut State, args: &Args) -> Result<Answer, ApiError> {
    if state.app.org_wide && args.text("team_id").is_none_or(str::is_empty) {
        return Err(ApiError::with_messages(
            "missing_argument",
            vec!["[ERROR] missing required field: team_id".to_owned()],
        ));
    }
    let users: Vec<&User> = state.users.values().filter(|u| !u.is_stranger).collect();
    let everyone = users.len().max(1);
    let (page, cursor) = paging::page(&users, |u| u.id.clone(), Order::Rising, args, everyone, 1000)?;
    let members: Vec<Value> = page.iter().map(|u| user_json(state, u)).collect();
    Ok(fields(json!({
        "members": members,
        "cache_ts": state.clock.now_seconds(),
        "response_metadata": paging::metadata(&cursor),
    })))
}

/// <https://docs.slack.dev/reference/objects/user-object>. The email is there only with `users:read.email`.
fn user_json(state: &State, user: &User) -> Value {
    let team = state.team_of_user(user);
    let display_name = user.display_name.as_deref().unwrap_or(&user.name);
    let mut profile = fields(json!({
        "real_name": user.real_name,
        "real_name_normalized": user.real_name,
        "display_name": display_name,
        "display_name_normalized": display_name,
        "avatar_hash": "ge3b51ca72de",
        "status_text": "",
        "status_emoji": "",
        "team": team,
    }));
    if let (Some(email), true) = (&user.email, state.app.has_scope("users:read.email")) {
        profile.insert("email".into(), json!(email));
    }
    if user.is_bot {
        profile.insert("api_app_id".into(), json!(state.app.app_id));
        profile.insert("bot_id".into(), json!(state.app.bot_id));
    }
    let mut out = fields(json!({
        "id": user.id,
        "team_id": team,
        "name": user.name,
        "deleted": user.deleted,
        "profile": profile,
        "is_bot": user.is_bot,
        "is_app_user": false,
        "updated": 1_700_000_000,
    }));
    if !user.is_stranger && !user.is_bot {
        out.insert("is_email_confirmed".into(), json!(user.is_email_confirmed.unwrap_or(true)));
    }
    if user.is_stranger {
        out.insert("is_stranger".into(), json!(true));
    }
    if user.deleted {
        return Value::Object(out);
    }
    let (tz, tz_label, tz_offset) = time_zone(state, user);
    out.extend(fields(json!({
        "color": "9f69e7",
        "real_name": user.real_name,
        "tz": tz,
        "tz_label": tz_label,
        "tz_offset": tz_offset,
        "is_admin": user.is_admin,
        "is_owner": user.is_owner,
        "is_primary_owner": user.is_primary_owner,
        "is_restricted": user.is_restricted || user.is_ultra_restricted,
        "is_ultra_restricted": user.is_ultra_restricted,
        "who_can_share_contact_card": "EVERYONE",
    })));
    if let Some(enterprise) = &state.enterprise {
        let teams: Vec<&str> = std::iter::once(&state.team).chain(&state.other_teams).map(|t| t.id.as_str()).collect();
        out.insert(
            "enterprise_user".into(),
            json!({
                "id": user.id,
                "enterprise_id": enterprise.id,
                "enterprise_name": enterprise.name,
                "is_admin": user.is_admin,
                "is_owner": user.is_org_owner,
                "teams": teams,
            }),
        );
    }
    Value::Object(out)
}

fn time_zone(state: &State, user: &User) -> (String, String, i64) {
    let name = user.tz.clone().unwrap_or_else(|| "America/Los_Angeles".to_owned());
    let found = jiff::tz::TimeZone::get(&name).ok().zip(jiff::Timestamp::from_second(state.clock.now_seconds()).ok());
    match found {
        Some((zone, now)) => {
            let info = zone.to_offset_info(now);
            (name, info.abbreviation().to_owned(), i64::from(info.offset().seconds()))
        }
        None => (name, "UTC".to_owned(), 0),
    }
}
