//! The event that somebody opened the app's Home tab (<https://docs.slack.dev/reference/events/app_home_opened>).

use super::Malformed;
use super::happening::{is_id, workspace};
use alert::HomeOpened;
use jiff::Timestamp;
use serde::Deserialize;

#[derive(Deserialize)]
struct Envelope {
    #[serde(rename = "type")]
    kind: String,
    event_id: Option<String>,
    team_id: Option<String>,
    enterprise_id: Option<String>,
    event: Option<Event>,
}

#[derive(Deserialize)]
struct Event {
    #[serde(rename = "type")]
    kind: String,
    user: Option<String>,
    tab: Option<String>,
    /// What the tab shows; absent before something was published.
    view: Option<View>,
}

#[derive(Deserialize)]
struct View {
    hash: Option<String>,
}

/// Slack's marks are far shorter.
const LONGEST_HASH: usize = 256;

/// The opening of a Home tab in `json_body`, which came at `now`; `None` if it is about something else, the app's other
/// tab too.
///
/// # Errors
/// [`Malformed`] if it is this event and not as documented.
pub fn home_opened(json_body: &[u8], now: Timestamp) -> Result<Option<HomeOpened>, Malformed> {
    // What cannot be read here is for the reader of all callbacks to refuse.
    let Ok(envelope) = serde_json::from_slice::<Envelope>(json_body) else { return Ok(None) };
    let Some(event) = envelope.event.filter(|_| envelope.kind == "event_callback") else { return Ok(None) };
    if event.kind != "app_home_opened" || event.tab.as_deref() != Some("home") {
        return Ok(None);
    }
    let missing = |field: &str| Malformed(format!("app_home_opened without a usable {field}"));
    let id = |id: Option<String>, field| id.filter(|id| is_id(id)).ok_or_else(|| missing(field));
    let hash = event.view.and_then(|view| view.hash);
    Ok(Some(HomeOpened {
        id: id(envelope.event_id, "event_id")?,
        workspace: workspace(envelope.team_id, envelope.enterprise_id).ok_or_else(|| missing("team_id"))?,
        slack_user: id(event.user, "user")?,
        at: now,
        // An empty one would be taken for a wrong one (<https://github.com/slack-go/slack/issues/1462>).
        seen: hash.filter(|hash| (1..=LONGEST_HASH).contains(&hash.len())),
    }))
}
