//! What a browser brings to the pages, and how it is sent to Slack.

use crate::html::harden;
use crate::signed::GOOD_FOR;
use bytes::Bytes;
use http::header::{COOKIE, LOCATION, SET_COOKIE};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};

/// A parameter of the query that comes once and is not empty.
pub(crate) fn parameter(request: &Request<Bytes>, name: &str) -> Option<String> {
    let query = request.uri().query().unwrap_or_default();
    let mut found = form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key == name);
    let value = found.next().filter(|(_, value)| !value.is_empty())?.1.into_owned();
    found.next().is_none().then_some(value)
}

/// The cookie called `name`.
pub(crate) fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
}

/// To `url`, with a cookie that comes back below `path` for as long as a state is good. Slack's redirect is a top-level
/// navigation, with which `Lax` sends it. `None` if the URL cannot stand in a header.
pub(crate) fn redirect(url: &str, (name, value): (&str, &str), path: &str) -> Option<Response<String>> {
    let age = GOOD_FOR.as_secs();
    let cookie = format!("{name}={value}; Path={path}; Max-Age={age}; HttpOnly; Secure; SameSite=Lax");
    let mut response = Response::new(String::new());
    *response.status_mut() = StatusCode::FOUND;
    harden(&mut response);
    response.headers_mut().insert(LOCATION, HeaderValue::from_str(url).ok()?);
    response.headers_mut().insert(SET_COOKIE, HeaderValue::from_str(&cookie).ok()?);
    Some(response)
}
