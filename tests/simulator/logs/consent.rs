//! The page on which a person allows or does not allow what an app asks for. It looks like nothing, but it is a page:
//! a browser test presses its buttons. Who one is and where one installs is chosen on it, since nobody signs in here.

use hyper::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderValue, LOCATION, REFERRER_POLICY};
use hyper::http::request::Parts;
use hyper::{Method, StatusCode};

use super::oauth::{self, Asked, Consent};
use crate::guard;
use crate::server::{HttpResponse, plain_response};
use crate::slack::Slack;
use crate::state::State;

const HTML: &str = "text/html; charset=utf-8";

/// Answers `/oauth/v2/authorize`: the page, and what its buttons send.
pub(crate) fn answer(slack: &Slack, parts: &Parts, body: &[u8]) -> HttpResponse {
    let query = parts.uri.query().unwrap_or_default();
    if parts.method == Method::GET {
        return slack.with_state(|state| match oauth::read(state, query) {
            Ok(asked) => page(StatusCode::OK, &form(state, &asked, query), Some(&asked.goes_to)),
            Err(code) => told(StatusCode::BAD_REQUEST, code),
        });
    }
    if parts.method != Method::POST {
        return told(StatusCode::METHOD_NOT_ALLOWED, "GET and POST only");
    }
    // Only this very page may press its buttons.
    if let Err(refusal) = guard::check(parts) {
        return told(StatusCode::FORBIDDEN, &refusal.message);
    }
    let field = |name: &str| form_urlencoded::parse(body).find(|(n, _)| n == name).map(|(_, v)| v.into_owned());
    let decision = match field("decision").as_deref() {
        Some("allow") => {
            slack.approve(query, &Consent { user: field("user").unwrap_or_default(), place: field("place") })
        }
        Some("cancel") => slack.deny(query),
        Some(_) | None => return told(StatusCode::BAD_REQUEST, "neither Allow nor Cancel"),
    };
    match decision {
        Ok(url) => sent_to(&url),
        Err(refusal) => told(StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::BAD_REQUEST), &refusal.message),
    }
}

fn form(state: &State, asked: &Asked, query: &str) -> String {
    let scopes: Vec<String> = asked
        .bot_scopes
        .iter()
        .map(|scope| format!("<li>{} (bot)</li>", escaped(scope)))
        .chain(asked.user_scopes.iter().map(|scope| format!("<li>{} (in your name)</li>", escaped(scope))))
        .collect();
    let people = state.users.values().filter(|user| !user.is_bot && !user.deleted).map(|user| {
        let roles =
            [(user.is_org_owner, "owner of the organisation"), (user.is_owner, "owner"), (user.is_admin, "admin")];
        let role = roles.iter().find(|(is, _)| *is).map(|(_, role)| format!(", {role}")).unwrap_or_default();
        option(&user.id, &format!("{}{role}", user.real_name), false)
    });
    let teams = std::iter::once(&state.team).chain(&state.other_teams);
    let organisation = state.enterprise.iter().map(|e| (&e.id, format!("{}, the whole organisation", e.name)));
    let places = teams.map(|team| (&team.id, team.name.clone())).chain(organisation);
    let places = places.map(|(id, name)| option(id, &name, asked.place.as_ref() == Some(id)));
    format!(
        "<h1>{name} wants to access {team}</h1>\n<p>It asks for:</p>\n<ul>{scopes}</ul>\n\
         <form method=\"post\" action=\"/oauth/v2/authorize?{query}\">\n\
         <p><label>You are <select name=\"user\">{people}</select></label></p>\n\
         <p><label>Install in <select name=\"place\">{places}</select></label></p>\n\
         <p><button name=\"decision\" value=\"allow\">Allow</button>\n\
         <button name=\"decision\" value=\"cancel\">Cancel</button></p>\n</form>",
        name = escaped(&asked.app.name),
        team = escaped(state.enterprise.as_ref().map_or(&state.team.name, |enterprise| &enterprise.name)),
        scopes = scopes.concat(),
        query = escaped(query),
        people = people.collect::<String>(),
        places = places.collect::<String>(),
    )
}

fn option(value: &str, shown: &str, selected: bool) -> String {
    let selected = if selected { " selected" } else { "" };
    format!("<option value=\"{}\"{selected}>{}</option>", escaped(value), escaped(shown))
}

/// A page that says why not.
fn told(status: StatusCode, why: &str) -> HttpResponse {
    let body = format!("<h1>This app cannot be installed</h1>\n<p><code>{}</code></p>", escaped(why));
    page(status, &body, None)
}

fn page(status: StatusCode, body: &str, goes_to: Option<&str>) -> HttpResponse {
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width\">\n<title>Slack simulator</title>\n<style>body {{ font: 1rem/1.5 sans-serif; \
         max-width: 40rem; margin: 3rem auto; padding: 0 1rem }} :root {{ color-scheme: light dark }}</style>\n{body}\n\
         </html>\n"
    );
    let mut response = plain_response(status, HTML, &html);
    // Browsers hold the redirect that answers a form to `form-action` too, so the app's own place must be in it.
    let place = goes_to.map(origin).unwrap_or_default();
    let policy = format!(
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self' {place}; base-uri 'none'; frame-ancestors 'none'"
    );
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    // A stricter one would make the browser send `Origin: null` with the form.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn sent_to(url: &str) -> HttpResponse {
    let mut response = plain_response(StatusCode::FOUND, HTML, "");
    match HeaderValue::from_str(url) {
        Ok(url) => {
            response.headers_mut().insert(LOCATION, url);
            response
        }
        Err(_) => told(StatusCode::BAD_REQUEST, "bad_redirect_uri"),
    }
}

/// Scheme, host and port of a URL.
fn origin(url: &str) -> &str {
    let start = url.find("://").map_or(0, |at| at + 3);
    let end = url[start..].find(['/', '?']).map_or(url.len(), |at| start + at);
    &url[..end]
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
