//! The app's secret with one installation more, or another token for one that is there. Everything else in it stays.

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use slack::client::Grant;

/// The secret's new text; `None` if the present one is no JSON object.
pub(super) fn with(text: &str, grant: &Grant, now: Timestamp) -> Option<String> {
    let mut secret: Map<String, Value> = serde_json::from_str(text).ok()?;
    let installations = secret.entry("installations").or_insert_with(|| json!([])).as_array_mut()?;
    let (team, enterprise) = (json!(grant.workspace.team_id), json!(grant.workspace.enterprise_id));
    // A workspace is known by itself, an organisation by its id; a workspace that has joined one is the same still.
    let same = |one: &Value| one["team_id"] == team && (!team.is_null() || one["enterprise_id"] == enterprise);
    installations.retain(|one| !same(one));
    let mut installation = json!({"name": grant.name, "bot_token": grant.bot_token, "installed_at": now});
    for (name, id) in [("team_id", team), ("enterprise_id", enterprise)] {
        if !id.is_null() {
            installation[name] = id;
        }
    }
    installations.push(installation);
    serde_json::to_string(&secret).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alert::happening::Workspace;
    use slack::credentials::Credentials;

    const NOW: Timestamp = Timestamp::constant(1_795_250_000, 0);

    fn grant(team: Option<&str>, enterprise: Option<&str>, token: &str) -> Grant {
        let workspace = Workspace { team_id: team.map(str::to_owned), enterprise_id: enterprise.map(str::to_owned) };
        let (app_id, name) = ("A1".to_owned(), "Acme".to_owned());
        Grant { bot_token: token.to_owned(), app_id, workspace, name, scopes: Vec::new() }
    }

    fn keys(text: &str) -> Vec<String> {
        Credentials::parse(text).unwrap().installations().iter().map(|one| one.key().to_owned()).collect()
    }

    #[test]
    fn an_installation_is_added_or_replaced_and_all_else_stays() {
        let first = r#"{"signing_secret":"s","client_id":"1.2","bot_token":"xoxb-0","ours":{"a":1}}"#;
        let text = with(first, &grant(Some("T1"), None, "xoxb-1"), NOW).unwrap();
        let text = with(&text, &grant(None, Some("E1"), "xoxb-2"), NOW).unwrap();
        let text = with(&text, &grant(Some("T2"), Some("E1"), "xoxb-3"), NOW).unwrap();
        assert_eq!(keys(&text), ["manual", "T1", "E1", "T2"]);
        let again = with(&text, &grant(Some("T1"), Some("E9"), "xoxb-new"), NOW).unwrap();
        assert_eq!(keys(&again), ["manual", "E1", "T2", "T1"]);
        assert!(again.contains("xoxb-new") && !again.contains("xoxb-1\""));
        let value: Value = serde_json::from_str(&again).unwrap();
        assert_eq!((&value["ours"]["a"], &value["client_id"]), (&json!(1), &json!("1.2")));
    }

    #[test]
    fn what_cannot_be_read_is_not_written_over() {
        for text in ["", "not json", "[]", r#"{"installations":"x"}"#] {
            assert_eq!(with(text, &grant(Some("T1"), None, "xoxb-1"), NOW), None, "{text}");
        }
    }
}
