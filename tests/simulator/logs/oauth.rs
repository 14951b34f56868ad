//! `/oauth/v2/authorize`: what an app asks a person for, and the code it gets if the person allows it.
//! <https://docs.slack.dev/authentication/installing-with-oauth>

use serde::Deserialize;

use super::settings::LogApp;
use super::tokens;
use crate::refusal::Refusal;
use crate::state::State;
use crate::world::User;

/// Seconds that a code is good for. <https://docs.slack.dev/authentication/installing-with-oauth>
const CODE_LIFE: i64 = 600;

/// Who allows it, and for which place.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// A user of the world.
    pub user: String,
    /// A workspace's id or the organisation's; `None`: the world's first workspace.
    #[serde(default)]
    pub place: Option<String>,
}

/// An app that can be installed: the world's own, or one of the log apps.
#[derive(Clone, Debug)]
pub(crate) struct OAuthApp {
    pub(crate) app_id: String,
    pub(crate) name: String,
    pub(crate) client_secret: String,
    redirect_urls: Vec<String>,
    bot_scopes: Vec<String>,
    user_scopes: Vec<String>,
    /// The world's own app, whose bot and token exist already.
    pub(crate) is_own: bool,
}

/// What an authorize URL asks for, as far as Slack would show it to a person.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) client_id: String,
    pub(crate) app: OAuthApp,
    /// As it was given; without one the person goes to the app's first.
    redirect_uri: Option<String>,
    pub(crate) goes_to: String,
    state: Option<String>,
    pub(crate) bot_scopes: Vec<String>,
    pub(crate) user_scopes: Vec<String>,
    /// The workspace that is preselected.
    pub(crate) place: Option<String>,
}

/// What a code stands for.
#[derive(Clone, Debug)]
pub(crate) struct Code {
    pub(crate) client_id: String,
    pub(crate) redirect_uri: Option<String>,
    pub(crate) user: String,
    pub(crate) team: Option<String>,
    pub(crate) bot_scopes: Vec<String>,
    pub(crate) user_scopes: Vec<String>,
    given: i64,
}

impl Code {
    pub(crate) fn is_good(&self, now: i64) -> bool {
        now < self.given + CODE_LIFE
    }
}

impl OAuthApp {
    pub(crate) fn find(state: &State, client_id: &str) -> Option<Self> {
        if !client_id.is_empty() && state.app.client_id == client_id {
            return Some(Self {
                app_id: state.app.app_id.clone(),
                name: state.app.bot_name.clone(),
                client_secret: state.app.client_secret.clone(),
                redirect_urls: state.app.redirect_urls.clone(),
                bot_scopes: state.app.scopes.clone(),
                user_scopes: Vec::new(),
                is_own: true,
            });
        }
        let app = state.logs.apps.iter().find(|app| app.client_id == client_id)?;
        Some(Self {
            app_id: app.app_id.clone(),
            name: app.name.clone(),
            client_secret: app.client_secret.clone(),
            redirect_urls: app.redirect_urls.clone(),
            bot_scopes: app.bot_scopes.clone(),
            user_scopes: app.user_scopes.clone(),
            is_own: false,
        })
    }

    /// The same place as a registered one, or a path below it.
    fn may_send_to(&self, uri: &str) -> bool {
        self.redirect_urls.iter().any(|registered| {
            uri.strip_prefix(registered.trim_end_matches('/'))
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
        })
    }

    /// With one registered address an app need not name it.
    pub(crate) fn has_one_redirect_url(&self) -> bool {
        self.redirect_urls.len() == 1
    }
}

/// Log apps that cannot be told apart, or are no apps.
pub(crate) fn check_apps(apps: &[LogApp], own: &str) -> Result<(), String> {
    let mut ids = std::collections::BTreeSet::from([own]);
    for app in apps {
        if app.client_id.is_empty() || !ids.insert(&app.client_id) {
            return Err(format!("client_id {:?} is empty or occurs twice", app.client_id));
        }
        if app.client_secret.is_empty() {
            return Err(format!("log app {} has no client_secret", app.client_id));
        }
        if let Some(wrong) = app.redirect_urls.iter().find(|url| !is_http(url)) {
            return Err(format!("redirect URL {wrong:?} is none"));
        }
    }
    Ok(())
}

fn is_http(url: &str) -> bool {
    url.strip_prefix("https://").or(url.strip_prefix("http://")).is_some_and(|rest| !rest.is_empty())
        && !url.contains(['#', '"', '<', '>', ' ', '\\', ';'])
}

/// The query of a URL, or the text itself if it has no `?`.
pub(crate) fn query_of(url: &str) -> &str {
    let query = url.split_once('?').map_or(url, |(_, query)| query);
    query.split('#').next().unwrap_or_default()
}

/// Reads what is asked for. `Err` is Slack's code for what it refuses before it shows a person anything.
pub(crate) fn read(state: &State, query: &str) -> Result<Asked, &'static str> {
    let parameter = |name: &str| {
        form_urlencoded::parse(query.as_bytes()).find(|(n, v)| n == name && !v.is_empty()).map(|(_, v)| v.into_owned())
    };
    let client_id = parameter("client_id").ok_or("invalid_client_id")?;
    let app = OAuthApp::find(state, &client_id).ok_or("invalid_client_id")?;
    let redirect_uri = parameter("redirect_uri");
    let goes_to = match &redirect_uri {
        Some(uri) if is_http(uri) && app.may_send_to(uri) => uri.clone(),
        Some(_) => return Err("bad_redirect_uri"),
        None => app.redirect_urls.first().cloned().ok_or("bad_redirect_uri")?,
    };
    let scopes = |name: &str, declared: &[String]| {
        let wanted: Vec<String> = parameter(name)
            .unwrap_or_default()
            .split([',', ' '])
            .map(str::trim)
            .filter(|scope| !scope.is_empty())
            .map(str::to_owned)
            .collect();
        if wanted.iter().all(|scope| declared.contains(scope)) { Ok(wanted) } else { Err("invalid_scope") }
    };
    let bot_scopes = scopes("scope", &app.bot_scopes)?;
    let user_scopes = scopes("user_scope", &app.user_scopes)?;
    if bot_scopes.is_empty() && user_scopes.is_empty() {
        return Err("no_scopes");
    }
    let (state_given, place) = (parameter("state"), parameter("team"));
    Ok(Asked { client_id, app, redirect_uri, goes_to, state: state_given, bot_scopes, user_scopes, place })
}

/// A person allows it: the URL they are sent to, with a code.
pub(crate) fn approve(state: &mut State, query: &str, consent: &Consent) -> Result<String, Refusal> {
    let asked = read(state, query).map_err(Refusal::unprocessable)?;
    let place = consent.place.as_deref().filter(|place| !place.is_empty()).unwrap_or(&state.team.id).to_owned();
    let team = tokens::team_of_place(state, &place)?;
    let user = state.users.get(&consent.user).ok_or(Refusal::not_found(format!("no user {:?}", consent.user)))?;
    may_allow(user, &asked, team.as_deref()).map_err(Refusal::forbidden)?;
    if asked.app.is_own && state.app.org_wide != team.is_none() {
        return Err(Refusal::unprocessable("the world says where its own app is installed"));
    }
    let code = format!("1000000000001.{:013}.{}", state.serial(), state.random_text(b"0123456789abcdef", 64));
    let kept = Code {
        client_id: asked.client_id.clone(),
        redirect_uri: asked.redirect_uri.clone(),
        user: consent.user.clone(),
        team,
        bot_scopes: asked.bot_scopes.clone(),
        user_scopes: asked.user_scopes.clone(),
        given: state.clock.now_seconds(),
    };
    state.logs.codes.insert(code.clone(), kept);
    Ok(asked.back([("code", code.as_str())]))
}

/// A person does not allow it: the URL they are sent to.
pub(crate) fn deny(state: &State, query: &str) -> Result<String, Refusal> {
    let asked = read(state, query).map_err(Refusal::unprocessable)?;
    Ok(asked.back([("error", "access_denied")]))
}

/// What Slack tells those who cannot allow it. Guests install nothing; an organisation is its owners' matter; who
/// manages nothing cannot give a scope that manages.
/// <https://slack.com/help/articles/360004635551-Manage-app-approval-for-an-Enterprise-organization>
fn may_allow(user: &User, asked: &Asked, team: Option<&str>) -> Result<(), &'static str> {
    if user.deleted || user.is_bot || user.is_stranger || user.is_restricted || user.is_ultra_restricted {
        return Err("this person cannot install apps");
    }
    if team.is_none() && !user.is_org_owner {
        return Err("only an owner of the organisation installs apps on it");
    }
    if asked.user_scopes.iter().any(|scope| scope == "admin") && !user.manages() {
        return Err("only those who manage the workspace can give the scope admin");
    }
    Ok(())
}

impl Asked {
    /// The address of the app, with these parameters and its own state.
    fn back<const N: usize>(&self, parameters: [(&str, &str); N]) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(parameters);
        if let Some(state) = &self.state {
            query.append_pair("state", state);
        }
        let joint = if self.goes_to.contains('?') { '&' } else { '?' };
        format!("{}{joint}{}", self.goes_to, query.finish())
    }
}
