//! HTTPS through curl, for `cargo dev api-key` on a deployed API: it is the one thing that would need TLS here.

use crate::failure::{Doing, Result, said};
use crate::http::Answer;
use serde_json::Value;
use std::io::Write;
use std::process::{Command, Stdio};

/// One request. The key goes to curl over a pipe: arguments are visible to everybody on the machine.
pub(crate) fn send(method: &str, url: &str, key: Option<&str>, body: Option<&Value>) -> Result<Answer> {
    let mut child = Command::new("curl")
        .args(["--silent", "--show-error", "--max-time", "35", "--write-out", "\\n%{http_code}", "--config", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .doing(|| "start curl, which HTTPS needs here".to_owned())?;
    let config = config(method, url, key, body);
    if let Some(mut input) = child.stdin.take() {
        input.write_all(config.as_bytes()).doing(|| "talk to curl".to_owned())?;
    }
    let output = child.wait_with_output().doing(|| "wait for curl".to_owned())?;
    let text = String::from_utf8_lossy(&output.stdout);
    match text.rsplit_once('\n').and_then(|(body, status)| Some((body, status.trim().parse().ok()?))) {
        Some((body, status)) if output.status.success() => {
            Ok(Answer { status, body: serde_json::from_str(body).unwrap_or(Value::Null) })
        }
        _ => said(format!("{method} {url} failed; curl's message above says why.")),
    }
}

/// curl's configuration: an option a line, its value quoted (<https://curl.se/docs/manpage.html#-K>).
fn config(method: &str, url: &str, key: Option<&str>, body: Option<&Value>) -> String {
    let mut lines = vec![("request", method.to_owned()), ("url", url.to_owned())];
    lines.extend(key.map(|key| ("header", format!("X-API-Key: {key}"))));
    if let Some(body) = body {
        lines.push(("header", "Content-Type: application/json".to_owned()));
        lines.push(("data-raw", body.to_string()));
    }
    let quoted = |value: &str| value.replace('\\', "\\\\").replace('"', "\\\"");
    lines.iter().map(|(option, value)| format!("{option} = \"{}\"\n", quoted(value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_sent_is_quoted_for_curl() {
        let config = config("POST", "https://api.example/api-keys", Some("k"), Some(&json!({"name": "a \"b\""})));
        let expected = [
            r#"request = "POST""#,
            r#"url = "https://api.example/api-keys""#,
            r#"header = "X-API-Key: k""#,
            r#"header = "Content-Type: application/json""#,
            r#"data-raw = "{\"name\":\"a \\\"b\\\"\"}""#,
        ];
        assert_eq!(config.lines().collect::<Vec<_>>(), expected);
    }
}
