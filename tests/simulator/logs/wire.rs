//! How log calls stand in the wire log and in the rate limits: without secrets, and with counts where there would be
//! thousands of entries.

use serde_json::{Map, Value, json};

use crate::state::State;

/// The two methods whose calls are counted by app and workspace.
pub(crate) fn is_team_log(method: &str) -> bool {
    ["team.accessLogs", "team.integrationLogs"].contains(&method)
}

/// The arguments of a Web API call, without what nobody may read later.
pub(crate) fn shown_arguments(method: &str, arguments: &Map<String, Value>) -> Value {
    let mut shown = arguments.clone();
    if method == "oauth.v2.access" {
        shown.retain(|name, _| ["client_id", "redirect_uri", "grant_type"].contains(&name.as_str()));
    }
    Value::Object(shown)
}

/// The answer of a Web API call, likewise; of log rows only the number.
pub(crate) fn shown_answer(method: &str, mut answer: Value) -> Value {
    if method == "oauth.v2.access" {
        hide_token(&mut answer);
        if let Some(person) = answer.get_mut("authed_user") {
            hide_token(person);
        }
    }
    if is_team_log(method) {
        for rows in ["logins", "logs"] {
            if let Some(count) = answer.get(rows).and_then(Value::as_array).map(Vec::len) {
                answer[rows] = json!(count);
            }
        }
    }
    answer
}

fn hide_token(object: &mut Value) {
    if let Some(object) = object.as_object_mut() {
        object.remove("access_token");
    }
}

impl State {
    /// The app that a token was given to, if it is a token of a log app.
    pub(crate) fn client_of(&self, token: Option<&str>) -> Option<String> {
        let known = self.logs.tokens.iter().find(|known| Some(known.token.as_str()) == token);
        known.map(|known| known.client_id.clone())
    }

    /// The app and the workspace (or organisation) of a token: Slack counts its calls together.
    pub(crate) fn app_in_place(&self, token: Option<&str>) -> Option<String> {
        let known = self.logs.tokens.iter().find(|known| Some(known.token.as_str()) == token);
        known.map(|known| format!("{} in {}", known.client_id, known.place()))
    }

    /// All calls of the Audit Logs API are counted for it.
    pub(crate) fn organisation(&self) -> String {
        self.enterprise.as_ref().map_or_else(|| self.team.id.clone(), |enterprise| enterprise.id.clone())
    }

    /// Counts a call of the Audit Logs API; the seconds to wait if it is one too many.
    pub(crate) fn count_audit_call(&mut self) -> Option<u64> {
        let most = self.logs.settings.audit_calls_per_minute?;
        let (organisation, now) = (self.organisation(), self.clock.now_micros());
        self.rate_limits.count_by_minute("audit.logs", &organisation, most, now)
    }
}
