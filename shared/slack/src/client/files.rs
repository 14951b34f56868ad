//! Uploads of files, in Slack's three steps (<https://docs.slack.dev/messaging/working-with-files#uploading_files>):
//! an address is given, the bytes go there, and the file is shared. Nobody sees it before the last step, and that works
//! once: the first two may be done as often as need be.

use super::answer::{call, lost, not_sent};
use super::{Api, Error};
use reqwest::Url;
use reqwest::header::CONTENT_TYPE;
use serde::{Deserialize, Serialize};
use std::fmt;

const GET_URL: &str = "files.getUploadURLExternal";
const SEND: &str = "the upload of a file";
const COMPLETE: &str = "files.completeUploadExternal";

/// Slack takes snippets of at most a megabyte (<https://docs.slack.dev/reference/methods/files.getUploadURLExternal#errors>).
const SNIPPET: usize = 1_000_000;

/// Whose addresses Slack gives files; the second is GovSlack's (<https://docs.slack.dev/govslack>).
const HOSTS: [&str; 2] = ["slack.com", "slack-gov.com"];

/// Where a file's bytes go. Whoever has the address can send them, so it is never printed.
pub struct Upload {
    pub file_id: String,
    url: Url,
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload").field("file_id", &self.file_id).finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct Given {
    upload_url: String,
    file_id: String,
}

#[derive(Serialize)]
struct Complete<'a> {
    files: [CompleteFile<'a>; 1],
    channel_id: &'a str,
    thread_ts: &'a str,
}

#[derive(Serialize)]
struct CompleteFile<'a> {
    id: &'a str,
    title: &'a str,
}

/// An answer of which only `ok` matters.
#[derive(Deserialize)]
struct Done {}

impl Api<'_> {
    /// `files.getUploadURLExternal`: where the JSON file `name` of `length` bytes can be sent.
    ///
    /// # Errors
    /// [`Error`]; `Refused` with `bad_upload_url` if the address is not Slack's or not encrypted.
    pub async fn begin_upload(&self, name: &str, length: usize) -> Result<Upload, Error> {
        let mut form = Url::parse("form:/").expect("it is a URL");
        form.query_pairs_mut().append_pair("filename", name).append_pair("length", &length.to_string());
        // "JavaScript/JSON" (<https://docs.slack.dev/reference/objects/file-object#types>).
        if length <= SNIPPET {
            form.query_pairs_mut().append_pair("snippet_type", "javascript");
        }
        let request = self.client.http.post(self.url(GET_URL)).bearer_auth(&self.token.0);
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let given: Given = call(GET_URL, request.body(form.query().unwrap_or_default().to_owned())).await?;
        let url = Url::parse(&given.upload_url).ok().filter(|url| is_slacks(url, &self.client.base_url));
        let refused = || Error::Refused { method: GET_URL, code: "bad_upload_url".to_owned(), detail: None };
        Ok(Upload { file_id: given.file_id, url: url.ok_or_else(refused)? })
    }

    /// Sends the bytes, without the token: the address alone allows it.
    ///
    /// # Errors
    /// [`Error`]: then the upload is to be begun anew.
    pub async fn send_file(&self, upload: &Upload, content: String) -> Result<(), Error> {
        let request = self.client.http.post(upload.url.clone()).header(CONTENT_TYPE, "application/octet-stream");
        let response = request.body(content).send().await.map_err(|error| {
            let error = error.without_url();
            if error.is_connect() {
                not_sent(SEND, error.into())
            } else {
                lost(SEND, "no answer came", Some(error.into()))
            }
        })?;
        let status = response.status().as_u16();
        if status == 200 { Ok(()) } else { Err(lost(SEND, &format!("HTTP status {status}"), None)) }
    }

    /// `files.completeUploadExternal`: shares the file in the thread of `thread_ts`. Slack does so a moment later, and
    /// refuses to do it again with `file_not_found`.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn share_file(&self, file_id: &str, title: &str, channel: &str, thread_ts: &str) -> Result<(), Error> {
        let body = Complete { files: [CompleteFile { id: file_id, title }], channel_id: channel, thread_ts };
        self.post(COMPLETE, &body).await.map(|Done {}| ())
    }
}

/// Whether what an alert holds may be sent there: to Slack, encrypted, or to where our own Slack is (in tests).
fn is_slacks(url: &Url, base_url: &str) -> bool {
    let host = url.host_str().unwrap_or_default();
    let of = |ours: &str| host == ours || host.strip_suffix(ours).is_some_and(|rest| rest.ends_with('.'));
    let plain = url.username().is_empty() && url.password().is_none();
    let theirs = url.scheme() == "https" && url.port().is_none() && HOSTS.into_iter().any(of);
    let same = Url::parse(base_url).is_ok_and(|base| base.origin() == url.origin());
    plain && (theirs || same)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_go_to_slack_and_nowhere_else() {
        let ours = |url: &str| is_slacks(&Url::parse(url).unwrap(), "https://slack.com/api");
        for good in
            ["https://files.slack.com/upload/v1/ABC", "https://slack.com/x", "https://files.slack-gov.com/upload"]
        {
            assert!(ours(good), "{good}");
        }
        for bad in [
            "http://files.slack.com/upload",
            "https://files.slack.com:444/upload",
            "https://evilslack.com/upload",
            "https://slack.com.evil.example/upload",
            "https://me@files.slack.com/upload",
            "https://169.254.169.254/latest/meta-data",
            "http://127.0.0.1:4601/upload",
            "file:///etc/passwd",
        ] {
            assert!(!ours(bad), "{bad}");
        }
        let local = |url: &str| is_slacks(&Url::parse(url).unwrap(), "http://127.0.0.1:4601/api");
        assert!(local("http://127.0.0.1:4601/upload/v1/x") && !local("http://127.0.0.1:4602/upload/v1/x"));
    }
}
