//! Method and path to one of a closed set of routes, with the permission and the parameters of each.

use crate::problem::Problem;
use alert::Permission::{self, ManageAlerts, ManageDestinations, ManageLogSources, ManageUsers, ViewAlerts};
use http::Method;
use percent_encoding::percent_decode_str;

/// What can be asked of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    Health,
    OpenApi,
    CreateAlert,
    ListAlerts,
    GetAlert,
    ChangeAlert,
    ChangeAlerts,
    PutAiTriage,
    ListComments,
    CreateComment,
    GetComment,
    ListDestinations,
    CreateDestination,
    GetDestination,
    UpdateDestination,
    DeleteDestination,
    WelcomeDestination,
    StartInstall,
    ListLogSources,
    CreateLogSource,
    GetLogSource,
    UpdateLogSource,
    DeleteLogSource,
    InstallLogSource,
    ListUsers,
    CreateUser,
    GetUser,
    UpdateUser,
    DeleteUser,
    ListApiKeys,
    CreateApiKey,
    GetApiKey,
    RevokeApiKey,
}

/// A request's route.
#[derive(Debug)]
pub(crate) struct Matched {
    pub(crate) route: Route,
    pub(crate) pattern: &'static str,
    /// The `{id}` of the path, percent-decoded; empty if the pattern has none.
    pub(crate) id: String,
}

impl Route {
    /// Every method and path pattern. A pattern has at most one `{id}`, which stands for one segment.
    pub const ALL: &'static [(Method, &'static str, Self)] = &[
        (Method::GET, "/health", Self::Health),
        (Method::GET, "/openapi.json", Self::OpenApi),
        (Method::POST, "/alerts", Self::CreateAlert),
        (Method::GET, "/alerts", Self::ListAlerts),
        (Method::PATCH, "/alerts", Self::ChangeAlerts),
        (Method::GET, "/alerts/{id}", Self::GetAlert),
        (Method::PATCH, "/alerts/{id}", Self::ChangeAlert),
        (Method::PUT, "/alerts/{id}/ai-triage", Self::PutAiTriage),
        (Method::GET, "/alert-comments", Self::ListComments),
        (Method::POST, "/alert-comments", Self::CreateComment),
        (Method::GET, "/alert-comments/{id}", Self::GetComment),
        (Method::GET, "/destinations", Self::ListDestinations),
        (Method::POST, "/destinations", Self::CreateDestination),
        (Method::GET, "/destinations/{id}", Self::GetDestination),
        (Method::PATCH, "/destinations/{id}", Self::UpdateDestination),
        (Method::PUT, "/destinations/{id}", Self::UpdateDestination),
        (Method::DELETE, "/destinations/{id}", Self::DeleteDestination),
        (Method::POST, "/destinations/{id}/welcome", Self::WelcomeDestination),
        (Method::POST, "/slack/install", Self::StartInstall),
        (Method::GET, "/log-sources", Self::ListLogSources),
        (Method::POST, "/log-sources", Self::CreateLogSource),
        (Method::GET, "/log-sources/{id}", Self::GetLogSource),
        (Method::PATCH, "/log-sources/{id}", Self::UpdateLogSource),
        (Method::PUT, "/log-sources/{id}", Self::UpdateLogSource),
        (Method::DELETE, "/log-sources/{id}", Self::DeleteLogSource),
        (Method::POST, "/log-sources/{id}/install", Self::InstallLogSource),
        (Method::GET, "/users", Self::ListUsers),
        (Method::POST, "/users", Self::CreateUser),
        (Method::GET, "/users/{id}", Self::GetUser),
        (Method::PATCH, "/users/{id}", Self::UpdateUser),
        (Method::PUT, "/users/{id}", Self::UpdateUser),
        (Method::DELETE, "/users/{id}", Self::DeleteUser),
        (Method::GET, "/api-keys", Self::ListApiKeys),
        (Method::POST, "/api-keys", Self::CreateApiKey),
        (Method::GET, "/api-keys/{id}", Self::GetApiKey),
        (Method::DELETE, "/api-keys/{id}", Self::RevokeApiKey),
    ];

    /// The route of a request.
    ///
    /// # Errors
    /// 404 if no pattern fits the path, 405 with the methods it takes if none fits the method.
    pub(crate) fn find(method: &Method, path: &str) -> Result<Matched, Problem> {
        let mut allowed: Vec<&str> = Vec::new();
        for (takes, pattern, route) in Self::ALL {
            match fit(pattern, path) {
                Some(id) if takes == method => {
                    return Ok(Matched { route: *route, pattern, id });
                }
                Some(_) => allowed.push(takes.as_str()),
                None => {}
            }
        }
        if allowed.is_empty() {
            return Err(Problem::NotFound("There is nothing at this path.".to_owned()));
        }
        Err(Problem::MethodNotAllowed { allow: allowed.join(", ") })
    }

    /// The permissions of which the caller needs one.
    pub fn needs(self) -> &'static [Permission] {
        match self {
            // These two need no key at all.
            Self::Health | Self::OpenApi => &[],
            Self::ListAlerts | Self::GetAlert | Self::ListComments | Self::GetComment => &[ViewAlerts],
            Self::CreateAlert | Self::ChangeAlert | Self::ChangeAlerts | Self::PutAiTriage | Self::CreateComment => {
                &[ManageAlerts]
            }
            Self::ListDestinations | Self::GetDestination => &[ViewAlerts, ManageDestinations],
            Self::CreateDestination | Self::UpdateDestination | Self::DeleteDestination => &[ManageDestinations],
            Self::WelcomeDestination | Self::StartInstall => &[ManageDestinations],
            Self::ListLogSources | Self::CreateLogSource | Self::GetLogSource => &[ManageLogSources],
            Self::UpdateLogSource | Self::DeleteLogSource | Self::InstallLogSource => &[ManageLogSources],
            Self::ListUsers | Self::GetUser => &[ViewAlerts, ManageUsers],
            Self::CreateUser | Self::UpdateUser | Self::DeleteUser => &[ManageUsers],
            Self::ListApiKeys | Self::CreateApiKey | Self::GetApiKey | Self::RevokeApiKey => &[ManageUsers],
        }
    }

    /// The query parameters it takes.
    pub fn parameters(self) -> &'static [&'static str] {
        match self {
            Self::ListAlerts => crate::filter::PARAMETERS,
            Self::ListComments => &["alert-id", "limit", "cursor"],
            Self::ListUsers => &["limit", "cursor"],
            Self::Health
            | Self::OpenApi
            | Self::CreateAlert
            | Self::GetAlert
            | Self::ChangeAlert
            | Self::ChangeAlerts
            | Self::PutAiTriage
            | Self::CreateComment
            | Self::GetComment
            | Self::ListDestinations
            | Self::CreateDestination
            | Self::GetDestination
            | Self::UpdateDestination
            | Self::DeleteDestination
            | Self::WelcomeDestination
            | Self::StartInstall
            | Self::ListLogSources
            | Self::CreateLogSource
            | Self::GetLogSource
            | Self::UpdateLogSource
            | Self::DeleteLogSource
            | Self::InstallLogSource
            | Self::CreateUser
            | Self::GetUser
            | Self::UpdateUser
            | Self::DeleteUser
            | Self::ListApiKeys
            | Self::CreateApiKey
            | Self::GetApiKey
            | Self::RevokeApiKey => &[],
        }
    }
}

/// The `{id}` in `path`, or an empty one where `pattern` has none, if `path` fits `pattern`.
fn fit(pattern: &str, path: &str) -> Option<String> {
    let Some((prefix, suffix)) = pattern.split_once("{id}") else {
        return (pattern == path).then(String::new);
    };
    let id = path.strip_prefix(prefix)?.strip_suffix(suffix).filter(|id| !id.contains('/'))?;
    let id = percent_decode_str(id).decode_utf8().ok()?;
    (!id.is_empty()).then(|| id.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_finds_its_own_route() {
        for (method, pattern, route) in Route::ALL {
            let found = Route::find(method, &pattern.replace("{id}", "AWS.Root%3a1")).unwrap();
            assert_eq!((found.route, found.pattern), (*route, *pattern));
            assert_eq!(found.id, if pattern.contains("{id}") { "AWS.Root:1" } else { "" });
        }
    }

    #[test]
    fn what_fits_no_pattern_is_not_found_and_a_wrong_method_names_the_right_ones() {
        for path in ["", "/", "/alert", "/alerts/", "/alerts/a/b", "/Alerts", "/alerts/%ff", "/openapi.json/x"] {
            let found = Route::find(&Method::GET, path);
            assert!(matches!(found, Err(Problem::NotFound(_))), "{path:?}");
        }
        let Err(Problem::MethodNotAllowed { allow }) = Route::find(&Method::DELETE, "/alerts") else {
            panic!("DELETE /alerts was taken");
        };
        assert_eq!(allow, "POST, GET, PATCH");
    }

    #[test]
    fn only_health_and_the_document_need_no_permission() {
        for (_, pattern, route) in Route::ALL {
            let open = matches!(*pattern, "/health" | "/openapi.json");
            assert_eq!(route.needs().is_empty(), open, "{pattern}");
        }
    }
}
