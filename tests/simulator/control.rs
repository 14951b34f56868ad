//! The control API: how a test in another process sets up the world and plays the people. JSON in and out;
//! a refusal is `{"error": …}` with 400, 403, 404, 409 or 422.
//!
//! | request | what |
//! |---|---|
//! | `GET`, `PUT /_control/world` | the world; PUT starts over |
//! | `GET /_control/workspace` | the people and conversations of it, without a secret |
//! | `PATCH /_control/app` | keys of the app; a new `events_url` must answer the challenge |
//! | `PUT /_control/enterprise` | the organisation that the workspace is part of, or null |
//! | `POST /_control/users`, `PATCH …/users/{id}`, `POST …/channels`, `PATCH …/channels/{id}` | people, channels |
//! | `GET /_control/channels/{id}/messages?newest=` | what a channel shows, and whether there is `more` |
//! | `GET /_control/ephemerals?user=`, `…/views?user=`, `…/home?user=`, `…/im?user=` | what one person sees |
//! | `DELETE /_control/ephemerals/{ts}?user=` | a person dismisses what only they see |
//! | `POST /_control/act`, `…/fill`, `…/options` | a person clicks, chooses, types |
//! | `POST /_control/views/{id}/submit`, `…/close` | a person submits or closes a modal |
//! | `POST /_control/home/open` | a person opens the app's home |
//! | `POST /_control/replay` | the same callback once more |
//! | `GET /_control/wire?after=&newest=` | everything that was said |
//! | `GET`, `PUT`, `POST`, `DELETE /_control/faults`, `DELETE …/faults/{index}` | what goes wrong: all, or one more, or one less |
//! | `GET /_control/feed` | what changes, as server-sent events |
//! | `GET`, `PUT /_control/backend` | where `/_backend/…` leads |
//!
//! What people write and how they change channels stands in `control_people`, what is about logs in `logs/control`.

use hyper::{Method, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::backend::Backend;
use crate::callbacks::{Act, Delivered, Fill, OptionsQuery, Submission};
use crate::control_people;
use crate::faults::Fault;
use crate::feed;
use crate::logs;
use crate::refusal::Refusal;
use crate::server::{HttpResponse, json_response};
use crate::slack::Slack;
use crate::world::{Channel, Enterprise, User, World};

/// What a control request is answered with.
pub(crate) enum Answer {
    Json(Value),
    /// Anything else: bytes of a file, a stream.
    Raw(HttpResponse),
}

pub(crate) type Outcome = Result<Answer, Refusal>;

impl From<Value> for Answer {
    fn from(value: Value) -> Self {
        Self::Json(value)
    }
}

/// Answers one control request; `path` is what follows `/_control/`.
pub(crate) async fn route(slack: &Slack, method: &Method, path: &str, query: &str, body: &[u8]) -> HttpResponse {
    let segments: Vec<&str> = path.trim_end_matches('/').split('/').collect();
    let user = || parameter(query, "user").ok_or(Refusal::bad_request("?user= is needed"));
    let outcome: Outcome = match (method.as_str(), segments.as_slice()) {
        ("GET", ["world"]) => to_json(&slack.world()),
        ("PUT", ["world"]) => read::<World>(body).and_then(|world| slack.reset(world)).map(|()| json!({}).into()),
        ("PATCH", ["app"]) => patch_app(slack, body).await,
        ("PUT", ["enterprise"]) => {
            read::<Option<Enterprise>>(body).and_then(|e| slack.set_enterprise(e)).map(|()| json!({}).into())
        }
        ("POST", ["users"]) => read::<User>(body).and_then(|user| slack.add_user(user)).map(|()| json!({}).into()),
        ("PATCH", ["users", id]) => {
            read(body).and_then(|patch| slack.patch_user(id, &patch)).map(|()| json!({}).into())
        }
        ("POST", ["channels"]) => read::<Channel>(body).and_then(|c| slack.add_channel(c)).map(|()| json!({}).into()),
        ("PATCH", ["channels", id]) => read(body).and_then(|p| slack.patch_channel(id, &p)).map(|()| json!({}).into()),
        ("GET", ["workspace"]) => Ok(slack.workspace().into()),
        ("GET", ["feed"]) => Ok(Answer::Raw(feed::response(slack))),
        ("GET", ["channels", id, "messages"]) => messages(slack, id, query),
        ("GET", ["ephemerals"]) => user().map(|user| json!({"ephemerals": slack.ephemerals(&user)}).into()),
        ("DELETE", ["ephemerals", ts]) => {
            user().and_then(|user| slack.dismiss_ephemeral(&user, ts)).map(|()| json!({}).into())
        }
        ("GET", ["views"]) => user().map(|user| json!({"views": slack.views(&user)}).into()),
        ("GET", ["home"]) => user().map(|user| json!({"view": slack.home(&user)}).into()),
        ("GET", ["im"]) => user().map(|user| json!({"channel": slack.im_with(&user)}).into()),
        ("POST", ["home", "open"]) => open_home(slack, body),
        ("POST", ["act"]) => match read::<Act>(body) {
            Ok(act) => slack.act(&act).await.map(|d| delivered(&d)),
            Err(refusal) => Err(refusal),
        },
        ("POST", ["fill"]) => read::<Fill>(body).and_then(|fill| slack.fill(&fill)).map(|()| json!({}).into()),
        ("POST", ["options"]) => options(slack, body).await,
        ("POST", ["views", id, "submit"]) => match read::<Submission>(body) {
            Ok(submission) => slack.submit(id, &submission).await.map(|d| delivered(&d)),
            Err(refusal) => Err(refusal),
        },
        ("POST", ["views", id, "close"]) => close(slack, id, body).await,
        ("POST", ["replay"]) => replay(slack, body).await,
        ("GET", ["wire"]) => wire(slack, query),
        ("GET", ["faults"]) => to_json(&slack.faults()),
        ("PUT", ["faults"]) => put_faults(slack, body),
        ("POST", ["faults"]) => read::<Fault>(body).and_then(|f| slack.add_fault(f)).map(|()| json!({}).into()),
        ("DELETE", ["faults", index]) => match index.parse() {
            Ok(index) => slack.remove_fault(index).map(|()| json!({}).into()),
            Err(_) => Err(Refusal::not_found(format!("no fault {index:?}"))),
        },
        ("DELETE", ["faults"]) => {
            slack.clear_faults();
            Ok(json!({}).into())
        }
        ("GET", ["backend"]) => Ok(slack.backend_shown().into()),
        ("PUT", ["backend"]) => read::<Backend>(body).and_then(|b| slack.set_backend(b)).map(|()| json!({}).into()),
        _ => match logs::control::route(slack, method, &segments, query, body) {
            Some(outcome) => outcome,
            None => control_people::route(slack, method, &segments, query, body)
                .await
                .unwrap_or_else(|| Err(Refusal::not_found(format!("no such operation: {method} /_control/{path}")))),
        },
    };
    match outcome {
        Ok(Answer::Json(answer)) => json_response(StatusCode::OK, &answer),
        Ok(Answer::Raw(response)) => response,
        Err(refusal) => refused(&refusal),
    }
}

/// The answer that tells of a refusal.
pub(crate) fn refused(refusal: &Refusal) -> HttpResponse {
    let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::BAD_REQUEST);
    json_response(status, &json!({"error": refusal.message}))
}

fn messages(slack: &Slack, channel: &str, query: &str) -> Outcome {
    let (messages, more) = slack.newest_messages(channel, newest(query)?.unwrap_or(usize::MAX))?;
    Ok(json!({"messages": messages, "more": more}).into())
}

fn wire(slack: &Slack, query: &str) -> Outcome {
    let entries = slack.newest_of_wire(parameter(query, "after").as_deref(), newest(query)?);
    Ok(json!({"wire": entries}).into())
}

/// How many the caller wants at most.
fn newest(query: &str) -> Result<Option<usize>, Refusal> {
    let Some(newest) = parameter(query, "newest") else { return Ok(None) };
    newest.parse().map(Some).map_err(|_| Refusal::bad_request(format!("newest={newest} is no number")))
}

/// As in Slack's settings, a new events URL must answer the challenge before anything is saved.
async fn patch_app(slack: &Slack, body: &[u8]) -> Outcome {
    let patch: Value = read(body)?;
    if let Some(url) = patch.get("events_url").and_then(Value::as_str)
        && slack.world().app.events_url.as_deref() != Some(url)
    {
        slack.verify_events_url(url).await?;
    }
    slack.patch_app(&patch).map(|()| json!({}).into())
}

fn open_home(slack: &Slack, body: &[u8]) -> Outcome {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Open {
        user: String,
        tab: Option<String>,
    }
    let open: Open = read(body)?;
    slack.open_home(&open.user, open.tab.as_deref().unwrap_or("home")).map(|()| json!({}).into())
}

async fn options(slack: &Slack, body: &[u8]) -> Outcome {
    let delivery = slack.options(&read::<OptionsQuery>(body)?).await?;
    Ok(delivered(&delivery))
}

async fn close(slack: &Slack, view_id: &str, body: &[u8]) -> Outcome {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Close {
        user: String,
        #[serde(default)]
        clear: bool,
    }
    let close: Close = read(body)?;
    match slack.prepare_close(view_id, &close.user, close.clear)? {
        Some(callback) => slack.deliver(callback).await.map(|d| delivered(&d)),
        None => Ok(json!({}).into()),
    }
}

async fn replay(slack: &Slack, body: &[u8]) -> Outcome {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Replay {
        wire_id: String,
        #[serde(default)]
        fresh_signature: bool,
    }
    let replay: Replay = read(body)?;
    let callback = slack.prepare_replay(&replay.wire_id, replay.fresh_signature)?;
    slack.deliver(callback).await.map(|d| delivered(&d))
}

fn put_faults(slack: &Slack, body: &[u8]) -> Outcome {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Faults {
        faults: Vec<Fault>,
        #[serde(default)]
        seed: u64,
    }
    let faults: Faults = read(body)?;
    slack.set_faults(faults.faults, faults.seed).map(|()| json!({}).into())
}

fn delivered(delivery: &Delivered) -> Answer {
    json!(delivery).into()
}

fn to_json(value: &impl serde::Serialize) -> Outcome {
    serde_json::to_value(value).map(Answer::Json).map_err(|e| Refusal::bad_request(e.to_string()))
}

/// A body as what it shall be.
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|e| Refusal::bad_request(e.to_string()))
}

/// A parameter of a query, decoded.
pub(crate) fn parameter(query: &str, name: &str) -> Option<String> {
    form_urlencoded::parse(query.as_bytes()).find(|(n, _)| n == name).map(|(_, v)| v.into_owned())
}
