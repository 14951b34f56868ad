//! The part of the control API in which people write, share files, and change channels.
//!
//! | request | what |
//! |---|---|
//! | `POST /_control/messages` | a person types a message or a reply, which can also go to the channel |
//! | `PATCH`, `DELETE …/channels/{id}/messages/{ts}` | a person edits; a person (`?user=`) or anyone deletes |
//! | `POST /_control/files`, `GET …/files/{id}/content` | a person shares files; the bytes of one |
//! | `POST /_control/im` | a person opens the direct message with the bot |
//! | `POST …/channels/{id}/invite`, `…/remove`, `…/join`, `…/leave` | who is a member |
//! | `POST …/channels/{id}/archive`, `…/unarchive`, `…/rename` | what becomes of a channel |

use hyper::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use hyper::{Method, StatusCode};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::control::{Answer, Outcome, parameter, read};
use crate::files::NewFile;
use crate::refusal::Refusal;
use crate::server::bytes_response;
use crate::slack::Slack;

/// Answers what people do; `None` if the request is none of that. `segments` is the path after `/_control/`.
pub(crate) async fn route(
    slack: &Slack,
    method: &Method,
    segments: &[&str],
    query: &str,
    body: &[u8],
) -> Option<Outcome> {
    let done = |outcome: Result<(), Refusal>| outcome.map(|()| json!({}).into());
    Some(match (method.as_str(), segments) {
        ("POST", ["messages"]) => post(slack, body),
        ("PATCH", ["channels", id, "messages", ts]) => edit(slack, id, ts, body),
        ("DELETE", ["channels", id, "messages", ts]) => done(match parameter(query, "user") {
            Some(user) => slack.delete_as(&user, id, ts),
            None => slack.delete_message(id, ts),
        }),
        ("POST", ["files"]) => share(slack, body),
        ("GET", ["files", id, "content"]) => content(slack, id),
        ("POST", ["im"]) => {
            read::<One>(body).and_then(|one| slack.open_im(&one.user)).map(|id| json!({"channel": id}).into())
        }
        ("POST", ["channels", id, "invite"]) => {
            done(read::<Invite>(body).and_then(|i| slack.invite(&i.user, id, &i.invitee)))
        }
        ("POST", ["channels", id, "remove"]) => {
            done(read::<Remove>(body).and_then(|r| slack.remove(&r.user, id, &r.removed)))
        }
        ("POST", ["channels", id, "join"]) => done(read::<One>(body).and_then(|one| slack.join(&one.user, id))),
        ("POST", ["channels", id, "leave"]) => done(read::<One>(body).and_then(|one| slack.leave(&one.user, id))),
        ("POST", ["channels", id, "archive"]) => done(read::<One>(body).and_then(|one| slack.archive(&one.user, id))),
        ("POST", ["channels", id, "unarchive"]) => {
            done(read::<One>(body).and_then(|one| slack.unarchive(&one.user, id)))
        }
        ("POST", ["channels", id, "rename"]) => {
            done(read::<Rename>(body).and_then(|r| slack.rename(&r.user, id, &r.name)))
        }
        _ => return None,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct One {
    user: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Invite {
    user: String,
    invitee: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Remove {
    user: String,
    removed: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rename {
    user: String,
    name: String,
}

fn post(slack: &Slack, body: &[u8]) -> Outcome {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Post {
        user: String,
        channel: String,
        text: String,
        thread_ts: Option<String>,
        #[serde(default)]
        broadcast: bool,
    }
    let Post { user, channel, text, thread_ts, broadcast } = read(body)?;
    let ts = match (thread_ts, broadcast) {
        (Some(thread_ts), true) => slack.broadcast_as(&user, &channel, &text, &thread_ts)?,
        (None, true) => return Err(Refusal::unprocessable("only a reply is also sent to the channel")),
        (thread_ts, false) => slack.post_as(&user, &channel, &text, thread_ts.as_deref())?,
    };
    Ok(Answer::Json(json!({"ts": ts})))
}

fn edit(slack: &Slack, channel: &str, ts: &str, body: &[u8]) -> Outcome {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Edit {
        user: String,
        text: String,
    }
    let edit: Edit = read(body)?;
    slack.edit_as(&edit.user, channel, ts, &edit.text).map(|()| json!({}).into())
}

fn share(slack: &Slack, body: &[u8]) -> Outcome {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Share {
        user: String,
        channel: String,
        thread_ts: Option<String>,
        #[serde(default)]
        text: String,
        files: Vec<NewFile>,
    }
    let share: Share = read(body)?;
    let thread_ts = share.thread_ts.as_deref();
    let (ts, files) = slack.share_as(&share.user, &share.channel, &share.text, thread_ts, &share.files)?;
    let ids: Vec<Value> = files.iter().map(|file| json!({"id": file["id"]})).collect();
    Ok(Answer::Json(json!({"ts": ts, "files": ids})))
}

/// A file may be anything, an HTML page with scripts too: what a browser may not show it shall only save.
fn content(slack: &Slack, id: &str) -> Outcome {
    let content = slack.file_content(id)?;
    let name = utf8_percent_encode(&content.name, NON_ALPHANUMERIC);
    let kind = if content.shown_as.is_some() { "inline" } else { "attachment" };
    let shown_as = content.shown_as.unwrap_or("application/octet-stream");
    let mut response = bytes_response(StatusCode::OK, shown_as, content.bytes);
    let headers = response.headers_mut();
    if let Ok(disposition) = HeaderValue::from_str(&format!("{kind}; filename*=UTF-8''{name}")) {
        headers.insert(CONTENT_DISPOSITION, disposition);
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox"));
    Ok(Answer::Raw(response))
}
