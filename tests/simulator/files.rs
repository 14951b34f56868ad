//! Files that people share: what Slack tells about them, and their bytes.
//!
//! A file is put into the store first and shared by a message after: by a person, or by the app (`uploads`).
//! There are no thumbnails and no measures of images.
//! <https://docs.slack.dev/reference/objects/file-object>

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::callbacks::events::Event;
use crate::refusal::Refusal;
use crate::state::{RoomKind, State};

/// How many files one message can carry.
/// <https://slack.com/help/articles/201330736-Add-files-to-Slack>
const MOST_AT_ONCE: usize = 10;
/// A limit of the simulator: Slack takes a gigabyte a file.
const SHARE_BYTES: usize = 10 * 1024 * 1024;
/// A limit of the simulator, which keeps all files in memory and hands them on with its world, as one body.
const STORE_BYTES: usize = 32 * 1024 * 1024;
const NAME_MAX: usize = 255;
/// Lines of a snippet that its preview shows.
const PREVIEW_LINES: usize = 5;

/// A file on its way into Slack.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewFile {
    /// With its extension, which says what it is.
    pub name: String,
    pub content_base64: String,
}

/// A file of the past: see [`crate::Past`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PastFile {
    /// Slack's file object.
    pub file: Value,
    pub content_base64: String,
}

/// All files, by id.
#[derive(Default)]
pub(crate) struct Files(BTreeMap<String, Stored>);

struct Stored {
    /// Slack's file object.
    file: Value,
    bytes: Bytes,
}

/// The bytes of a file, and how a browser may show them.
pub struct FileContent {
    pub name: String,
    /// `None`: it must not be shown, only saved.
    pub shown_as: Option<&'static str>,
    pub bytes: Bytes,
}

/// What an extension says. <https://docs.slack.dev/reference/objects/file-object#types>
struct Kind {
    filetype: &'static str,
    pretty_type: &'static str,
    mimetype: &'static str,
    /// Shown as text, and editable.
    snippet: bool,
}

const fn hosted(filetype: &'static str, pretty_type: &'static str, mimetype: &'static str) -> Kind {
    Kind { filetype, pretty_type, mimetype, snippet: false }
}

const fn snippet(filetype: &'static str, pretty_type: &'static str, mimetype: &'static str) -> Kind {
    Kind { filetype, pretty_type, mimetype, snippet: true }
}

const BINARY: Kind = hosted("binary", "Binary", "application/octet-stream");

fn kind_of(name: &str) -> Kind {
    let extension = name.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase()).unwrap_or_default();
    match extension.as_str() {
        "png" => hosted("png", "PNG", "image/png"),
        "jpg" | "jpeg" => hosted("jpg", "JPEG", "image/jpeg"),
        "gif" => hosted("gif", "GIF", "image/gif"),
        "webp" => hosted("webp", "WebP", "image/webp"),
        "svg" => hosted("svg", "SVG", "image/svg+xml"),
        "pdf" => hosted("pdf", "PDF", "application/pdf"),
        "zip" => hosted("zip", "Zip", "application/zip"),
        "gz" => hosted("gzip", "Gzip", "application/x-gzip"),
        "eml" => hosted("eml", "EML", "message/rfc822"),
        "txt" | "log" => snippet("text", "Plain Text", "text/plain"),
        "md" => snippet("markdown", "Markdown (raw)", "text/plain"),
        "csv" => snippet("csv", "CSV", "text/csv"),
        "json" => snippet("json", "JSON", "text/plain"),
        "html" | "htm" => snippet("html", "HTML", "text/html"),
        "xml" => snippet("xml", "XML", "text/plain"),
        "yaml" | "yml" => snippet("yaml", "YAML", "text/plain"),
        "py" => snippet("python", "Python", "text/plain"),
        "sh" => snippet("shell", "Shell", "text/plain"),
        "ps1" => snippet("powershell", "PowerShell", "text/plain"),
        _ => BINARY,
    }
}

impl NewFile {
    fn bytes(&self) -> Result<Bytes, Refusal> {
        let name = self.name.as_str();
        let odd = |c: char| c.is_control() || ['/', '\\'].contains(&c);
        if name.trim().is_empty()
            || name.chars().count() > NAME_MAX
            || name.contains(odd)
            || [".", ".."].contains(&name)
        {
            return Err(Refusal::unprocessable(format!("a file cannot be named {name:?}")));
        }
        let bytes = decoded(&self.content_base64).map_err(|why| Refusal::bad_request(format!("{name}: {why}")))?;
        if bytes.is_empty() {
            return Err(Refusal::unprocessable(format!("{name} is empty")));
        }
        Ok(bytes)
    }
}

impl Files {
    /// What was there before. Content that is no base64 was refused with its world.
    pub(crate) fn restored(past: BTreeMap<String, PastFile>) -> Self {
        let stored = past.into_iter().filter_map(|(id, past)| {
            let bytes = decoded(&past.content_base64).ok()?;
            Some((id, Stored { file: past.file, bytes }))
        });
        Self(stored.collect())
    }

    /// All of it, to go on with elsewhere.
    pub(crate) fn past(&self) -> BTreeMap<String, PastFile> {
        let past = |s: &Stored| PastFile { file: s.file.clone(), content_base64: STANDARD.encode(&s.bytes) };
        self.0.iter().map(|(id, stored)| (id.clone(), past(stored))).collect()
    }

    fn size(&self) -> usize {
        self.0.values().map(|stored| stored.bytes.len()).sum()
    }
}

impl PastFile {
    /// Why this cannot be a file.
    pub(crate) fn validate(&self) -> Result<(), String> {
        decoded(&self.content_base64).map(|_| ())
    }
}

fn decoded(content: &str) -> Result<Bytes, String> {
    STANDARD.decode(content).map(Bytes::from).map_err(|e| format!("the content is no base64: {e}"))
}

impl State {
    /// Takes files in for a message in this channel; gives Slack's file objects. All of them or none.
    pub(crate) fn take_in(&mut self, user: &str, channel: &str, files: &[NewFile]) -> Result<Vec<Value>, Refusal> {
        if files.is_empty() || files.len() > MOST_AT_ONCE {
            return Err(Refusal::unprocessable(format!("a message carries 1 to {MOST_AT_ONCE} files")));
        }
        let bytes = files.iter().map(NewFile::bytes).collect::<Result<Vec<_>, _>>()?;
        let size: usize = bytes.iter().map(Bytes::len).sum();
        if size > SHARE_BYTES || self.files.size() + size > STORE_BYTES {
            return Err(Refusal::unprocessable(format!("{size} bytes are more than the simulator takes")));
        }
        let mut objects = Vec::new();
        for (new, bytes) in files.iter().zip(bytes) {
            let id = self.fresh_id("F");
            objects.push(self.keep_file(&id, user, channel, &new.name, None, bytes));
        }
        Ok(objects)
    }

    /// Puts a file into the store; gives Slack's file object.
    pub(crate) fn keep_file(
        &mut self,
        id: &str,
        user: &str,
        channel: &str,
        name: &str,
        title: Option<&str>,
        bytes: Bytes,
    ) -> Value {
        let mut file = self.file_object(id, user, channel, name, &bytes);
        if let Some(title) = title.filter(|title| !title.is_empty()) {
            file["title"] = json!(title);
        }
        self.files.0.insert(id.to_owned(), Stored { file: file.clone(), bytes });
        file
    }

    /// Says that a channel has new files. <https://docs.slack.dev/reference/events/file_shared>
    pub(crate) fn announce_files(&mut self, user: &str, channel: &str, ts: &str, files: &[Value]) {
        if !self.bot_is_member(channel) {
            return;
        }
        for id in files.iter().filter_map(|file| file["id"].as_str()) {
            let event = json!({
                "type": "file_shared", "channel_id": channel, "file_id": id, "user_id": user, "file": {"id": id},
                "event_ts": ts,
            });
            self.new_events.push(Event::new("file_shared", "files:read", channel, event));
        }
    }

    /// Deletes the files of a message. <https://docs.slack.dev/reference/events/file_deleted>
    pub(crate) fn delete_files(&mut self, channel: &str, files: &[Value]) {
        let event_ts = crate::state::format_ts(self.clock.now_micros());
        for id in files.iter().filter_map(|file| file["id"].as_str()) {
            self.files.0.remove(id);
            if self.bot_is_member(channel) {
                let event = json!({
                    "type": "file_deleted", "file_id": id, "channel_ids": [channel], "event_ts": event_ts,
                });
                self.new_events.push(Event::new("file_deleted", "files:read", channel, event));
            }
        }
    }

    /// The bytes of a file. Only pictures that cannot hold a script, and plain text, may be shown.
    pub(crate) fn file_content(&self, id: &str) -> Option<FileContent> {
        let stored = self.files.0.get(id)?;
        let shown_as = match stored.file["mimetype"].as_str()? {
            "image/png" => Some("image/png"),
            "image/jpeg" => Some("image/jpeg"),
            "image/gif" => Some("image/gif"),
            "image/webp" => Some("image/webp"),
            "text/plain" => Some("text/plain; charset=utf-8"),
            _ => None,
        };
        let name = stored.file["name"].as_str().unwrap_or(id).to_owned();
        Some(FileContent { name, shown_as, bytes: stored.bytes.clone() })
    }

    fn file_object(&self, id: &str, user: &str, channel: &str, name: &str, bytes: &Bytes) -> Value {
        let text = std::str::from_utf8(bytes).ok().filter(|text| !text.contains('\0'));
        let kind = match kind_of(name) {
            // Called a text and none.
            kind if kind.snippet && text.is_none() => BINARY,
            kind => kind,
        };
        let team = self.team_of_channel(channel);
        let path = format!("{team}-{id}");
        let slug = slug(name);
        let permalink = format!("https://{}.slack.com/files/{user}/{id}/{slug}", self.team.domain);
        let mut file = json!({
            "id": id,
            "created": self.clock.now_seconds(),
            "timestamp": self.clock.now_seconds(),
            "name": name,
            "title": name,
            "mimetype": kind.mimetype,
            "filetype": kind.filetype,
            "pretty_type": kind.pretty_type,
            "user": user,
            "user_team": team,
            "editable": kind.snippet,
            "size": bytes.len(),
            "mode": if kind.snippet { "snippet" } else { "hosted" },
            "is_external": false,
            "external_type": "",
            "is_public": self.rooms.get(channel).is_some_and(|r| r.kind == RoomKind::Public),
            "public_url_shared": false,
            "display_as_bot": false,
            "username": "",
            "url_private": format!("https://files.slack.com/files-pri/{path}/{slug}"),
            "url_private_download": format!("https://files.slack.com/files-pri/{path}/download/{slug}"),
            "permalink": permalink,
            "has_rich_preview": false,
            "file_access": "visible",
        });
        if let Some(text) = text.filter(|_| kind.snippet) {
            let lines = text.lines().count();
            let preview: Vec<&str> = text.lines().take(PREVIEW_LINES).collect();
            file["preview"] = json!(preview.join("\n"));
            file["lines"] = json!(lines);
            file["lines_more"] = json!(lines.saturating_sub(PREVIEW_LINES));
            file["preview_is_truncated"] = json!(lines > PREVIEW_LINES);
        }
        file
    }
}

/// A name as it stands in URLs.
fn slug(name: &str) -> String {
    let plain =
        |c: char| if c.is_ascii_alphanumeric() || ['.', '-'].contains(&c) { c.to_ascii_lowercase() } else { '_' };
    name.chars().map(plain).collect()
}
