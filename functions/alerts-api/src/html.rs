//! The one look of the pages that people see: plain, without scripts; what comes from elsewhere is escaped.

use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderValue, Response, StatusCode};

/// What a page says.
#[derive(Debug)]
pub(crate) struct Page<'a> {
    pub(crate) status: StatusCode,
    /// HTML: what comes from elsewhere is [`escaped`] already.
    pub(crate) headline: &'a str,
    /// HTML, too.
    pub(crate) sentences: &'a str,
    /// A URL and its label.
    pub(crate) link: Option<(&'a str, &'a str)>,
    /// Slack's error.
    pub(crate) code: Option<&'a str>,
}

impl Page<'_> {
    pub(crate) fn response(&self) -> Response<String> {
        let Self { status, headline, sentences, link, code } = self;
        let link = link.map_or_else(String::new, |(url, label)| {
            format!("<p><a href=\"{}\" rel=\"noreferrer\">{label}</a></p>\n", escaped(url))
        });
        let code =
            code.map_or_else(String::new, |code| format!("<p>Slack's error: <code>{}</code></p>\n", escaped(code)));
        let body = format!(
            "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n<title>Margay</title>\n\
             <style>body{{font:18px/1.5 system-ui,sans-serif;max-width:36em;margin:3em auto;padding:0 1em}}</style>\n\
             <h1>{headline}</h1>\n<p>{sentences}</p>\n{link}{code}</html>\n"
        );
        let mut response = Response::new(body);
        *response.status_mut() = *status;
        harden(&mut response);
        response
    }
}

/// No script, nothing from elsewhere, in no frame, and no address passed on.
pub(crate) fn harden(response: &mut Response<String>) {
    let policy =
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    for (name, value) in [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        (CONTENT_SECURITY_POLICY, policy),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
}

/// Text as HTML, in an element or in an attribute; at most 300 characters of it.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().take(300) {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\'' => out += "&#39;",
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => out.push('\u{fffd}'),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
