//! The Events API: what happened, in its envelope.
//! <https://docs.slack.dev/apis/events-api>

use serde_json::{Value, json};

use super::{Callback, CallbackKind, Effect};
use crate::state::State;

/// Something that happened and that the app may want to know.
pub(crate) struct Event {
    /// As in the app's subscriptions, e.g. `message.channels`.
    subscription: &'static str,
    /// The scope without which Slack does not send it; empty if none is needed.
    scope: &'static str,
    channel: String,
    event: Value,
}

impl Event {
    pub(crate) fn new(subscription: &'static str, scope: &'static str, channel: &str, event: Value) -> Self {
        Self { subscription, scope, channel: channel.to_owned(), event }
    }
}

impl State {
    /// The callbacks for all events since the last time; those the app may not have, or did not subscribe to,
    /// are gone.
    pub(crate) fn take_new_events(&mut self, wanted: bool) -> Vec<Callback> {
        let events = std::mem::take(&mut self.new_events);
        if !wanted {
            return Vec::new();
        }
        events
            .into_iter()
            .filter(|e| e.scope.is_empty() || self.app.has_scope(e.scope))
            .filter(|e| self.app.bot_events.as_ref().is_none_or(|s| s.iter().any(|s| s == e.subscription)))
            .collect::<Vec<_>>()
            .into_iter()
            .map(|event| self.event_callback(event))
            .collect()
    }

    /// Someone opens the app's home.
    pub(crate) fn open_home(&mut self, user: &str, tab: &str) {
        let channel = self.open_im(user);
        let mut event = json!({
            "type": "app_home_opened", "user": user, "channel": channel, "tab": tab,
            "event_ts": crate::state::format_ts(self.clock.now_micros()),
        });
        if let Some(home) = self.views.home(user) {
            event["view"] = json!(home.object);
        }
        self.new_events.push(Event::new("app_home_opened", "", &channel, event));
    }

    /// The check of a request URL. <https://docs.slack.dev/reference/events/url_verification>
    pub(crate) fn prepare_url_verification(&mut self) -> (String, Callback) {
        let challenge = self.random_text(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 52);
        let payload = json!({
            "token": self.app.verification_token, "challenge": challenge, "type": "url_verification",
        });
        let callback = self.callback(CallbackKind::UrlVerification, payload, Effect::None);
        (challenge, callback)
    }

    fn event_callback(&mut self, event: Event) -> Callback {
        let Event { channel, event, .. } = event;
        let team = self.team_of_channel(&channel).to_owned();
        let enterprise = self.enterprise.as_ref().map(|e| e.id.clone());
        let kind = event.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
        let event_id = self.fresh_id("Ev");
        let shared = self.rooms.get(&channel).is_some_and(|r| r.channel.is_ext_shared);
        let mut payload = json!({
            "token": self.app.verification_token,
            "team_id": team,
            "context_team_id": team,
            "context_enterprise_id": enterprise,
            "api_app_id": self.app.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": event_id,
            "event_time": self.clock.now_seconds(),
            "authorizations": [{
                "enterprise_id": enterprise,
                "team_id": if self.app.org_wide { Value::Null } else { json!(team) },
                "user_id": self.app.bot_user_id,
                "is_bot": true,
                "is_enterprise_install": self.app.org_wide,
            }],
            "is_ext_shared_channel": shared,
            "event_context": format!("1-{kind}-{team}-{channel}"),
        });
        if let Some(enterprise) = enterprise {
            payload["enterprise_id"] = json!(enterprise);
        }
        self.callback(CallbackKind::Event, payload, Effect::None)
    }
}
