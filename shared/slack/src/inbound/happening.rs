//! Events about the app itself and about channels (<https://docs.slack.dev/reference/events>).
//!
//! For an app that is installed in a whole organisation `app_uninstalled` and `tokens_revoked` have no `team_id` and no
//! authorization. Into which workspaces it is let there, `team_access_granted` and `team_access_revoked` say, which have
//! neither, too.

use super::Malformed;
use alert::happening::{Happening, What, Workspace};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Envelope {
    #[serde(rename = "type")]
    kind: String,
    event_id: Option<String>,
    event_time: Option<i64>,
    team_id: Option<String>,
    enterprise_id: Option<String>,
    event: Option<Event>,
    authorizations: Option<Vec<Authorization>>,
}

/// For which installation an event comes.
#[derive(Deserialize)]
struct Authorization {
    user_id: Option<String>,
    is_bot: Option<bool>,
}

#[derive(Deserialize)]
struct Event {
    #[serde(rename = "type")]
    kind: String,
    user: Option<Value>,
    /// An id, or in a `..._rename` the channel itself. Events that are not ours may have anything here.
    channel: Option<Value>,
    old_channel_id: Option<String>,
    new_channel_id: Option<String>,
    tokens: Option<Value>,
    team_ids: Option<Value>,
}

/// What the event in `json_body` says of the app or a channel; `None` if it is about something else, or about somebody
/// other than our bot.
///
/// # Errors
/// [`Malformed`] if it is one of these events and not as documented.
pub fn happening(json_body: &[u8]) -> Result<Option<Happening>, Malformed> {
    // What cannot be read here is for the reader of all callbacks to refuse.
    let Ok(envelope) = serde_json::from_slice::<Envelope>(json_body) else { return Ok(None) };
    let Some(event) = envelope.event.filter(|_| envelope.kind == "event_callback") else { return Ok(None) };
    let bots = || envelope.authorizations.iter().flatten().filter(|one| one.is_bot == Some(true));
    let our_bots: Vec<&str> = bots().filter_map(|bot| bot.user_id.as_deref()).collect();
    let Some(what) = what(&event, &our_bots)? else { return Ok(None) };
    let id = envelope.event_id.filter(|id| is_id(id)).ok_or_else(|| missing(&event, "event_id"))?;
    let at = envelope.event_time.and_then(|at| Timestamp::from_second(at).ok());
    let workspace = workspace(envelope.team_id, envelope.enterprise_id).ok_or_else(|| missing(&event, "team_id"))?;
    Ok(Some(Happening { id, workspace, at: at.ok_or_else(|| missing(&event, "event_time"))?, what }))
}

fn what(event: &Event, our_bots: &[&str]) -> Result<Option<What>, Malformed> {
    let channel = || {
        let channel = event.channel.as_ref();
        let id = channel.and_then(|channel| channel.as_str().or_else(|| channel.get("id")?.as_str()));
        id.filter(|id| is_id(id)).map(str::to_owned).ok_or_else(|| missing(event, "channel"))
    };
    let is_ours = || event.user.as_ref().and_then(Value::as_str).is_some_and(|user| our_bots.contains(&user));
    let id = |id: &Option<String>, field| id.clone().filter(|id| is_id(id)).ok_or_else(|| missing(event, field));
    let workspaces = || {
        let ids = event.team_ids.as_ref().and_then(Value::as_array).ok_or_else(|| missing(event, "team_ids"))?;
        let ids = ids.iter().map(|id| id.as_str().filter(|id| is_id(id)).map(str::to_owned));
        ids.collect::<Option<Vec<_>>>().ok_or_else(|| missing(event, "team_ids"))
    };
    Ok(Some(match event.kind.as_str() {
        "member_joined_channel" if is_ours() => What::Joined { channel: channel()? },
        "member_left_channel" if is_ours() => What::Left { channel: channel()? },
        "member_joined_channel" | "member_left_channel" => return Ok(None),
        "channel_left" | "group_left" => What::Left { channel: channel()? },
        "channel_archive" | "group_archive" => What::Archived { channel: channel()? },
        "channel_unarchive" | "group_unarchive" => What::Unarchived { channel: channel()? },
        "channel_deleted" | "group_deleted" => What::Deleted { channel: channel()? },
        "channel_rename" | "group_rename" => {
            let name = event.channel.as_ref().and_then(|channel| channel.get("name")?.as_str());
            let name = name.ok_or_else(|| missing(event, "channel.name"))?.to_owned();
            What::Renamed { channel: channel()?, name }
        }
        "channel_id_changed" => {
            let from = id(&event.old_channel_id, "old_channel_id")?;
            What::IdChanged { from, to: id(&event.new_channel_id, "new_channel_id")? }
        }
        "app_uninstalled" => What::Uninstalled,
        "team_access_granted" => What::AccessGranted { workspaces: workspaces()? },
        "team_access_revoked" => What::AccessRevoked { workspaces: workspaces()? },
        "tokens_revoked" => {
            let bots = event.tokens.as_ref().and_then(|tokens| tokens.get("bot")?.as_array());
            // Only people's tokens, of which we have none.
            if bots.is_none_or(Vec::is_empty) {
                return Ok(None);
            }
            What::TokenRevoked
        }
        _ => return Ok(None),
    }))
}

/// The workspace of an event, if its ids can be part of a message group.
pub(super) fn workspace(team_id: Option<String>, enterprise_id: Option<String>) -> Option<Workspace> {
    let fits = [&team_id, &enterprise_id].into_iter().flatten().all(|id| is_id(id));
    fits.then_some(Workspace { team_id, enterprise_id })
}

/// Whether it can be part of a message group, of which two fit one: Slack's ids are letters and digits, and shorter.
pub(super) fn is_id(id: &str) -> bool {
    (1..=48).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn missing(event: &Event, field: &str) -> Malformed {
    Malformed(format!("{} without a usable {field}", super::super::text::cut(&event.kind, 64)))
}
