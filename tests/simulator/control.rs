//! The control API: how a test in another process sets up the world and plays the people. JSON in and out;
//! a refusal is `{"error": …}` with 400, 404, 409 or 422.
//!
//! | request | what |
//! |---|---|
//! | `GET`, `PUT /_control/world` | the world; PUT starts over |
//! | `PATCH /_control/app` | keys of the app; a new `events_url` must answer the challenge |
//! | `POST /_control/users`, `PATCH …/users/{id}`, `POST …/channels`, `PATCH …/channels/{id}` | people, channels |
//! | `GET /_control/channels/{id}/messages` | what a channel shows |
//! | `POST /_control/messages`, `PATCH`, `DELETE …/channels/{id}/messages/{ts}` | a person writes, edits, deletes |
//! | `GET /_control/ephemerals?user=`, `…/views?user=`, `…/home?user=`, `…/im?user=` | what one person sees |
//! | `POST /_control/act`, `…/fill`, `…/options` | a person clicks, chooses, types |
//! | `POST /_control/views/{id}/submit`, `…/close` | a person submits or closes a modal |
//! | `POST /_control/home/open` | a person opens the app's home |
//! | `POST /_control/replay` | the same callback once more |
//! | `GET /_control/wire?after=` | everything that was said |
//! | `GET`, `PUT`, `DELETE /_control/faults` | what goes wrong |

use hyper::{Method, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::callbacks::{Act, Delivered, Fill, OptionsQuery, Submission};
use crate::faults::Fault;
use crate::refusal::Refusal;
use crate::server::{HttpResponse, json_response};
use crate::slack::Slack;
use crate::world::{Channel, User, World};

type Outcome = Result<Value, Refusal>;

/// Answers one control request; `path` is what follows `/_control/`.
pub(crate) async fn route(slack: &Slack, method: &Method, path: &str, query: &str, body: &[u8]) -> HttpResponse {
    let segments: Vec<&str> = path.trim_end_matches('/').split('/').collect();
    let user = || parameter(query, "user").ok_or(Refusal::bad_request("?user= is needed"));
    let outcome: Outcome = match (method.as_str(), segments.as_slice()) {
        ("GET", ["world"]) => to_json(&slack.world()),
        ("PUT", ["world"]) => read::<World>(body).and_then(|world| slack.reset(world)).map(|()| json!({})),
        ("PATCH", ["app"]) => patch_app(slack, body).await,
        ("POST", ["users"]) => read::<User>(body).and_then(|user| slack.add_user(user)).map(|()| json!({})),
        ("PATCH", ["users", id]) => read(body).and_then(|patch| slack.patch_user(id, &patch)).map(|()| json!({})),
        ("POST", ["channels"]) => read::<Channel>(body).and_then(|c| slack.add_channel(c)).map(|()| json!({})),
        ("PATCH", ["channels", id]) => read(body).and_then(|p| slack.patch_channel(id, &p)).map(|()| json!({})),
        ("GET", ["channels", id, "messages"]) => slack.messages(id).map(|messages| json!({"messages": messages})),
        ("PATCH", ["channels", id, "messages", ts]) => edit(slack, id, ts, body),
        ("DELETE", ["channels", id, "messages", ts]) => slack.delete_message(id, ts).map(|()| json!({})),
        ("POST", ["messages"]) => post(slack, body),
        ("GET", ["ephemerals"]) => user().map(|user| json!({"ephemerals": slack.ephemerals(&user)})),
        ("GET", ["views"]) => user().map(|user| json!({"views": slack.views(&user)})),
        ("GET", ["home"]) => user().map(|user| json!({"view": slack.home(&user)})),
        ("GET", ["im"]) => user().map(|user| json!({"channel": slack.im_with(&user)})),
        ("POST", ["home", "open"]) => open_home(slack, body),
        ("POST", ["act"]) => match read::<Act>(body) {
            Ok(act) => slack.act(&act).await.map(|d| delivered(&d)),
            Err(refusal) => Err(refusal),
        },
        ("POST", ["fill"]) => read::<Fill>(body).and_then(|fill| slack.fill(&fill)).map(|()| json!({})),
        ("POST", ["options"]) => options(slack, body).await,
        ("POST", ["views", id, "submit"]) => match read::<Submission>(body) {
            Ok(submission) => slack.submit(id, &submission).await.map(|d| delivered(&d)),
            Err(refusal) => Err(refusal),
        },
        ("POST", ["views", id, "close"]) => close(slack, id, body).await,
        ("POST", ["replay"]) => replay(slack, body).await,
        ("GET", ["wire"]) => Ok(json!({"wire": slack.wire(parameter(query, "after").as_deref())})),
        ("GET", ["faults"]) => to_json(&slack.faults()),
        ("PUT", ["faults"]) => put_faults(slack, body),
        ("DELETE", ["faults"]) => {
            slack.clear_faults();
            Ok(json!({}))
        }
        _ => Err(Refusal::not_found(format!("no such operation: {method} /_control/{path}"))),
    };
    match outcome {
        Ok(answer) => json_response(StatusCode::OK, &answer),
        Err(refusal) => {
            let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::BAD_REQUEST);
            json_response(status, &json!({"error": refusal.message}))
        }
    }
}

/// As in Slack's settings, a new events URL must answer the challenge before anything is saved.
async fn patch_app(slack: &Slack, body: &[u8]) -> Outcome {
    let patch: Value = read(body)?;
    if let Some(url) = patch.get("events_url").and_then(Value::as_str)
        && slack.world().app.events_url.as_deref() != Some(url)
    {
        slack.verify_events_url(url).await?;
    }
    slack.patch_app(&patch).map(|()| json!({}))
}

fn post(slack: &Slack, body: &[u8]) -> Outcome {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Post {
        user: String,
        channel: String,
        text: String,
        thread_ts: Option<String>,
    }
    let post: Post = read(body)?;
    let ts = slack.post_as(&post.user, &post.channel, &post.text, post.thread_ts.as_deref())?;
    Ok(json!({"ts": ts}))
}

fn edit(slack: &Slack, channel: &str, ts: &str, body: &[u8]) -> Outcome {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Edit {
        user: String,
        text: String,
    }
    let edit: Edit = read(body)?;
    slack.edit_as(&edit.user, channel, ts, &edit.text).map(|()| json!({}))
}

fn open_home(slack: &Slack, body: &[u8]) -> Outcome {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Open {
        user: String,
        tab: Option<String>,
    }
    let open: Open = read(body)?;
    slack.open_home(&open.user, open.tab.as_deref().unwrap_or("home")).map(|()| json!({}))
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
        None => Ok(json!({})),
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
    slack.set_faults(faults.faults, faults.seed).map(|()| json!({}))
}

fn delivered(delivery: &Delivered) -> Value {
    json!(delivery)
}

fn to_json(value: &impl serde::Serialize) -> Outcome {
    serde_json::to_value(value).map_err(|e| Refusal::bad_request(e.to_string()))
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|e| Refusal::bad_request(e.to_string()))
}

fn parameter(query: &str, name: &str) -> Option<String> {
    form_urlencoded::parse(query.as_bytes()).find(|(n, _)| n == name).map(|(_, v)| v.into_owned())
}
