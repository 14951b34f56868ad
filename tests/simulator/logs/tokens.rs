//! User tokens: whose they are, what they may read, and what has become of them.

use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;
use crate::state::State;
use crate::web_api::answer::ApiError;
use crate::world::{TokenState, User};

/// A token that a log app was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserToken {
    pub token: String,
    #[serde(default)]
    pub kind: TokenKind,
    pub client_id: String,
    /// Who allowed it.
    pub user: String,
    /// Where the app is installed; `None`: on the whole organisation.
    #[serde(default)]
    pub team: Option<String>,
    pub scopes: Vec<String>,
    #[serde(default)]
    pub state: TokenState,
}

/// Whom a token speaks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenKind {
    /// `xoxp-…`
    #[default]
    User,
    /// `xoxb-…`: good for nothing here but to be there.
    Bot,
}

impl UserToken {
    pub(crate) fn has_scope(&self, scope: &str) -> bool {
        self.scopes.iter().any(|has| has == scope)
    }

    /// The workspace or organisation it is for, by which calls are counted.
    pub(crate) fn place(&self) -> &str {
        self.team.as_deref().unwrap_or("organisation")
    }
}

impl User {
    /// May manage a workspace, which the user scope `admin` needs.
    pub(crate) fn manages(&self) -> bool {
        self.is_admin || self.is_owner || self.is_primary_owner || self.is_org_owner
    }
}

impl State {
    pub(crate) fn has_team(&self, id: &str) -> bool {
        self.team.id == id || self.other_teams.iter().any(|team| team.id == id)
    }
}

/// A token that is still good, or Slack's word for what it is instead.
pub(crate) fn alive<'a>(state: &'a State, token: &str) -> Result<&'a UserToken, &'static str> {
    let token = state.logs.tokens.iter().find(|known| known.token == token).ok_or("invalid_auth")?;
    match token.state {
        TokenState::Active => {}
        TokenState::Revoked => return Err("token_revoked"),
        TokenState::Expired => return Err("token_expired"),
        TokenState::Inactive => return Err("account_inactive"),
    }
    match state.users.get(&token.user) {
        Some(user) if !user.deleted => Ok(token),
        Some(_) | None => Err(state.logs.settings.deactivated_error.code()),
    }
}

/// What the two team methods ask for before anything else: the plan, and a person who manages the workspace.
pub(crate) fn may_read_team_logs(state: &State, token: &UserToken) -> Result<(), ApiError> {
    if state.plan() == super::Plan::Free {
        return Err("paid_only".into());
    }
    match state.users.get(&token.user) {
        Some(user) if user.manages() => Ok(()),
        Some(_) | None => Err("access_denied".into()),
    }
}

/// Gives a token of a person for a place. Who has a living one gets the same again, with all scopes that were ever
/// allowed, as at Slack.
pub(crate) fn grant(
    state: &mut State,
    client_id: &str,
    user: &str,
    place: &str,
    scopes: Vec<String>,
) -> Result<String, Refusal> {
    if !state.users.contains_key(user) {
        return Err(Refusal::not_found(format!("no user {user:?}")));
    }
    if !state.logs.apps.iter().any(|app| app.client_id == client_id) {
        return Err(Refusal::not_found(format!("no log app {client_id:?}")));
    }
    let team = team_of_place(state, place)?;
    Ok(give(state, TokenKind::User, client_id, user, team, scopes))
}

/// The workspace that a place is, `None` being the organisation.
pub(crate) fn team_of_place(state: &State, place: &str) -> Result<Option<String>, Refusal> {
    if state.enterprise.as_ref().is_some_and(|enterprise| enterprise.id == place) {
        return Ok(None);
    }
    if state.has_team(place) {
        Ok(Some(place.to_owned()))
    } else {
        Err(Refusal::not_found(format!("no place {place:?}")))
    }
}

pub(crate) fn give(
    state: &mut State,
    kind: TokenKind,
    client_id: &str,
    user: &str,
    team: Option<String>,
    scopes: Vec<String>,
) -> String {
    let same = state.logs.tokens.iter_mut().find(|known| {
        known.state == TokenState::Active
            && (known.kind, known.client_id.as_str(), known.user.as_str()) == (kind, client_id, user)
            && known.team == team
    });
    if let Some(known) = same {
        known.scopes.extend(scopes);
        known.scopes.sort();
        known.scopes.dedup();
        return known.token.clone();
    }
    let prefix = match kind {
        TokenKind::User => "xoxp",
        TokenKind::Bot => "xoxb",
    };
    let (number, random) = (state.serial(), state.random_text(b"0123456789abcdef", 32));
    let token = format!("{prefix}-1000000000001-{number:013}-{random}");
    let given = UserToken {
        token: token.clone(),
        kind,
        client_id: client_id.to_owned(),
        user: user.to_owned(),
        team,
        scopes,
        state: TokenState::Active,
    };
    state.logs.tokens.push(given);
    token
}
