//! `auth.test` and `team.info`.

use serde_json::json;

use super::answer::{Answer, ApiError, fields};
use super::args::Args;
use crate::logs::UserToken;
use crate::state::State;

/// <https://docs.slack.dev/reference/methods/auth.test>
pub(crate) fn auth_test(state: &State) -> Answer {
    let mut answer = fields(json!({
        "url": format!("https://{}.slack.com/", state.team.domain),
        "team": state.team.name,
        "user": state.app.bot_name,
        "team_id": state.team.id,
        "user_id": state.app.bot_user_id,
        "bot_id": state.app.bot_id,
        "is_enterprise_install": state.app.org_wide,
    }));
    if let Some(enterprise) = &state.enterprise {
        answer.insert("enterprise_id".into(), json!(enterprise.id));
        if state.app.org_wide {
            // The token belongs to the organisation, not to one of its workspaces.
            answer.insert("team".into(), json!(enterprise.name));
            answer.insert("team_id".into(), json!(enterprise.id));
        }
    }
    answer
}

/// The same for a token of a person, which has no `bot_id`.
pub(crate) fn auth_test_of_person(state: &State, token: &UserToken) -> Answer {
    let teams = || std::iter::once(&state.team).chain(&state.other_teams);
    let team = token.team.as_deref().and_then(|id| teams().find(|team| team.id == id));
    let (id, name) = match (team, &state.enterprise) {
        (Some(team), _) => (&team.id, &team.name),
        // The token belongs to the organisation, not to one of its workspaces.
        (None, Some(enterprise)) => (&enterprise.id, &enterprise.name),
        (None, None) => (&state.team.id, &state.team.name),
    };
    let mut answer = fields(json!({
        "url": format!("https://{}.slack.com/", team.unwrap_or(&state.team).domain),
        "team": name,
        "user": state.users.get(&token.user).map(|user| &user.name),
        "team_id": id,
        "user_id": token.user,
        "is_enterprise_install": token.team.is_none(),
    }));
    if let Some(enterprise) = &state.enterprise {
        answer.insert("enterprise_id".into(), json!(enterprise.id));
    }
    answer
}

/// <https://docs.slack.dev/reference/methods/team.info>
pub(crate) fn info(state: &mut State, args: &Args) -> Result<Answer, ApiError> {
    let wanted = args.text("team").filter(|t| !t.is_empty()).unwrap_or(&state.team.id);
    let team = std::iter::once(&state.team)
        .chain(&state.other_teams)
        .find(|t| t.id == wanted)
        .ok_or(ApiError::from("team_not_found"))?;
    let mut shown = fields(json!({
        "id": team.id,
        "name": team.name,
        "domain": team.domain,
        "email_domain": "",
        "icon": {"image_default": true},
    }));
    if let Some(enterprise) = &state.enterprise {
        shown.insert("enterprise_id".into(), json!(enterprise.id));
        shown.insert("enterprise_name".into(), json!(enterprise.name));
    }
    Ok(fields(json!({"team": shown})))
}
