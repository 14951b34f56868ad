//! Who may use the page, the control API and the backend: programs and pages of this machine. Any web page can make
//! a browser send requests to 127.0.0.1, and with a name that it controls even read the answers (DNS rebinding); a
//! browser says where each request comes from, and that is checked here. Programs that are no browser (curl, tests)
//! say nothing and may.

use hyper::header::{HOST, HeaderName, ORIGIN};
use hyper::http::request::Parts;
use hyper::{HeaderMap, Method};

use crate::refusal::Refusal;

/// What a browser says about where a request comes from: <https://www.w3.org/TR/fetch-metadata/>
const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// Refuses with 403 what a page of another place made a browser send.
pub(crate) fn check(request: &Parts) -> Result<(), Refusal> {
    let host = only(&request.headers, &HOST)?.ok_or(Refusal::forbidden("no Host"))?;
    if !is_this_machine(host) || request.uri.authority().is_some_and(|a| a.as_str() != host) {
        return Err(Refusal::forbidden(format!("{host:?} is not the name of this machine")));
    }
    let own = format!("http://{host}");
    if let Some(origin) = only(&request.headers, &ORIGIN)?
        && !origin.eq_ignore_ascii_case(&own)
    {
        return Err(Refusal::forbidden(format!("not for pages of {origin:?}")));
    }
    match only(&request.headers, &SITE)? {
        None | Some("same-origin" | "none") => Ok(()),
        Some(_) if opens_the_page(request) => Ok(()),
        Some(site) => Err(Refusal::forbidden(format!("not for requests from {site:?}"))),
    }
}

/// A link from anywhere may lead to the page: it opens in a tab of its own, and nobody else can read it.
fn opens_the_page(request: &Parts) -> bool {
    let says = |name, value| request.headers.get(name).is_some_and(|v| v == value);
    let reads = request.method == Method::GET || request.method == Method::HEAD;
    reads && request.uri.path() == "/" && says(MODE, "navigate") && says(DEST, "document")
}

/// The header's value; two of them could mean different things to different readers.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, Refusal> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => {
            value.to_str().map(Some).map_err(|_| Refusal::forbidden(format!("{name} is not readable")))
        }
        (Some(_), Some(_)) => Err(Refusal::forbidden(format!("{name} comes twice"))),
    }
}

/// Whether a `Host` names the loopback interface, with any port or none.
fn is_this_machine(host: &str) -> bool {
    ["127.0.0.1", "localhost", "[::1]"].iter().any(|name| {
        let Some((start, rest)) = host.split_at_checked(name.len()) else { return false };
        let port = rest.strip_prefix(':');
        let port_is_fine = port.is_some_and(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()));
        start.eq_ignore_ascii_case(name) && (rest.is_empty() || port_is_fine)
    })
}
