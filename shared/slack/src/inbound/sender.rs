//! For which installation of the app a request comes: a few fields that all requests have, in an order of trust. An
//! organisation's installation has no team of its own; interactions then name the workspace at the view or the person
//! (<https://docs.slack.dev/reference/interaction-payloads/block_actions-payload>).

use super::{Malformed, form};
use alert::happening::Workspace;
use serde::Deserialize;

#[derive(Deserialize)]
struct Wire {
    team: Option<HasId>,
    enterprise: Option<HasId>,
    #[serde(default)]
    is_enterprise_install: Option<bool>,
    view: Option<View>,
    user: Option<User>,
    team_id: Option<String>,
    enterprise_id: Option<String>,
}

#[derive(Deserialize)]
struct HasId {
    id: String,
}

#[derive(Deserialize)]
struct View {
    app_installed_team_id: Option<String>,
}

#[derive(Deserialize)]
struct User {
    team_id: Option<String>,
}

/// For which workspace the body of `POST /slack/interactions`, `/slack/options` or `/slack/events` comes.
///
/// # Errors
/// [`Malformed`] if it is neither.
pub fn sender(path: &str, body: &[u8]) -> Result<Workspace, Malformed> {
    let wire: Wire = if path == "/slack/events" {
        serde_json::from_slice(body).map_err(|e| Malformed::json("the callback", &e))?
    } else {
        let payload = form::only_field(body, "payload")?;
        serde_json::from_str(&payload).map_err(|e| Malformed::json("the payload", &e))?
    };
    let installed = wire.view.and_then(|view| view.app_installed_team_id);
    let team = installed.or(wire.team.map(|team| team.id)).or(wire.team_id).or(wire.user.and_then(|user| user.team_id));
    let enterprise_id = wire.enterprise.map(|enterprise| enterprise.id).or(wire.enterprise_id);
    // On Enterprise the "team" can be the organisation itself.
    let team_id = team.filter(|team| wire.is_enterprise_install != Some(true) && team.starts_with('T'));
    Ok(Workspace { team_id, enterprise_id })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn of(path: &str, body: &Value) -> (Option<String>, Option<String>) {
        let body = body.to_string();
        let body = if path == "/slack/events" {
            body
        } else {
            form_urlencoded::Serializer::new(String::new()).append_pair("payload", &body).finish()
        };
        let Workspace { team_id, enterprise_id } = sender(path, body.as_bytes()).unwrap();
        (team_id, enterprise_id)
    }

    #[test]
    fn each_shape_names_its_installation() {
        let some = |id: &str| Some(id.to_owned());
        let user = json!({"id": "U1", "team_id": "T7"});
        for (path, body, expected) in [
            ("/slack/interactions", json!({"team": {"id": "T1"}, "user": user}), (some("T1"), None)),
            (
                "/slack/interactions",
                json!({"team": {"id": "T1"}, "enterprise": {"id": "E1"}, "user": user}),
                (some("T1"), some("E1")),
            ),
            (
                "/slack/options",
                json!({"team": null, "enterprise": {"id": "E1"}, "is_enterprise_install": true, "user": user}),
                (None, some("E1")),
            ),
            (
                "/slack/interactions",
                json!({"team": {"id": "T1"}, "view": {"app_installed_team_id": "T2"}, "user": user}),
                (some("T2"), None),
            ),
            (
                "/slack/interactions",
                json!({"team": null, "enterprise": null, "view": {"app_installed_team_id": "E1"}, "user": user}),
                (None, None),
            ),
            ("/slack/interactions", json!({"user": user}), (some("T7"), None)),
            ("/slack/events", json!({"team_id": "T1", "enterprise_id": "E1"}), (some("T1"), some("E1"))),
            ("/slack/events", json!({"enterprise_id": "E1"}), (None, some("E1"))),
        ] {
            assert_eq!(of(path, &body), expected, "{body}");
        }
    }

    #[test]
    fn what_is_no_payload_is_malformed() {
        assert!(sender("/slack/events", b"no").is_err());
        assert!(sender("/slack/interactions", b"payload=no").is_err());
        assert!(sender("/slack/interactions", b"").is_err());
    }
}
