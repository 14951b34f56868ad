//! The page's files: `GET /` and `/assets/…` out of the directory that `--page` names (`npm run build` in
//! `tests/page` makes it). Without one, `/` says how to get the page. Nothing outside the directory is served.

use std::io;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use hyper::header::{
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderMap, HeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use hyper::{Method, StatusCode};
use serde_json::json;

use crate::server::{HttpResponse, bytes_response, json_response};
use crate::slack::Slack;

/// The page's own scripts and nothing else: a message that got markup past the renderer still cannot run anything,
/// load anything or send anything anywhere. <https://www.w3.org/TR/CSP3/>
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     font-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

const HTML: &str = "text/html; charset=utf-8";

const NO_PAGE: &str = r#"<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Slack simulator</title>
<style>body { font: 1rem/1.5 sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem } :root { color-scheme: light dark }</style>
<h1>The simulator runs, its page is not built</h1>
<p>Install <a href="https://nodejs.org/">Node</a> and run <code>cargo dev up</code> again: it builds the page and shows it here.</p>
<p>Or build it yourself, with <code>npm ci</code> and <code>npm run build</code> in <code>tests/page</code>, and start
<code>slack-simulator</code> with <code>--page</code> and the directory that this makes.</p>
<p>Everything else works without it: <a href="/_control/workspace">the workspace</a>, <a href="/_control/wire?newest=50">the wire</a>.</p>
</html>
"#;

impl Slack {
    /// Serves the page from this directory, whatever it holds at the time of each request.
    pub fn serve_page(&self, directory: impl Into<PathBuf>) {
        *self.page() = Some(directory.into());
    }
}

/// Answers a request for the page or a part of it; `path` is as it was sent.
pub(crate) async fn answer(slack: &Slack, method: &Method, path: &str) -> HttpResponse {
    let mut response = if method == Method::GET || method == Method::HEAD {
        let directory = slack.page().clone();
        let wanted = path.to_owned();
        match tokio::task::spawn_blocking(move || find(directory.as_deref(), &wanted)).await {
            Ok(Ok(found)) => found.into_response(),
            Ok(Err(_)) | Err(_) => json_response(StatusCode::NOT_FOUND, &json!({"error": "no such path"})),
        }
    } else {
        let mut refusal = json_response(StatusCode::METHOD_NOT_ALLOWED, &json!({"error": "GET and HEAD only"}));
        refusal.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        refusal
    };
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}

/// What every answer to a browser says: take the content for what it is called, and tell nobody where you are.
pub(crate) fn protect(headers: &mut HeaderMap) {
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
}

/// A file to be sent.
struct Found {
    content: Bytes,
    content_type: &'static str,
    /// Its name changes with its content, so a browser may keep it.
    immutable: bool,
}

impl Found {
    fn into_response(self) -> HttpResponse {
        let mut response = bytes_response(StatusCode::OK, self.content_type, self.content);
        let cached = if self.immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(cached));
        response
    }
}

/// The file that a path means.
fn find(directory: Option<&Path>, path: &str) -> io::Result<Found> {
    if path == "/" {
        let index = directory.and_then(|d| read_within(d, Path::new("index.html")).ok());
        let content = index.unwrap_or(Bytes::from_static(NO_PAGE.as_bytes()));
        return Ok(Found { content, content_type: HTML, immutable: false });
    }
    let relative = asset(path).ok_or(io::ErrorKind::NotFound)?;
    let directory = directory.ok_or(io::ErrorKind::NotFound)?;
    let content = read_within(directory, &relative)?;
    Ok(Found { content, content_type: content_type(&relative), immutable: true })
}

/// The place of `/assets/…` within the directory; `None` for any path that could mean another place.
fn asset(path: &str) -> Option<PathBuf> {
    let rest = percent_encoding::percent_decode_str(path.strip_prefix("/assets/")?).decode_utf8().ok()?;
    let plain = |s: &str| !s.is_empty() && s != "." && s != ".." && !s.contains(['\\', '\0', ':']);
    rest.split('/').all(plain).then(|| Path::new("assets").join(rest.as_ref()))
}

/// A regular file's content, if the file lies in the directory once all symbolic links are followed.
fn read_within(directory: &Path, relative: &Path) -> io::Result<Bytes> {
    let file = directory.join(relative).canonicalize()?;
    if !file.starts_with(directory.canonicalize()?) || !file.is_file() {
        return Err(io::ErrorKind::NotFound.into());
    }
    std::fs::read(file).map(Bytes::from)
}

fn content_type(path: &Path) -> &'static str {
    match path.extension().and_then(|e| e.to_str()) {
        Some("html") => HTML,
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "map") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("webp") => "image/webp",
        Some("gif") => "image/gif",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("woff") => "font/woff",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
