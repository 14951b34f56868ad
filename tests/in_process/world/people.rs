//! The workspace: who is in it, its channels, and the app.

use super::{AUSTON, BOT, GUEST, LINUS, NOBODY, ONE, QUIET, SIGNING_SECRET, TWO, VIEWER};
use serde_json::json;
use slack_simulator as sim;

pub(crate) fn slack_world() -> sim::World {
    let person = |id: &str, name: &str| json!({"id": id, "name": name, "real_name": name, "email": format!("{name}@acme.example"), "is_email_confirmed": true});
    let mut guest = person(GUEST, "guest");
    guest["is_restricted"] = json!(true);
    let members = json!([BOT, LINUS, AUSTON, GUEST, NOBODY, VIEWER]);
    serde_json::from_value(json!({
        "team": {"id": "T0ACME0001", "name": "Acme", "domain": "acme"},
        "app": {
            "app_id": "A0MARGAY01", "bot_user_id": BOT, "bot_id": "B0MARGAY01", "bot_name": "margay",
            "signing_secret": SIGNING_SECRET, "bot_token": "xoxb-test-token",
            "scopes": ["chat:write", "files:write", "channels:read", "groups:read", "channels:history", "groups:history", "im:write", "im:history", "users:read", "users:read.email"],
            "interactivity_url": "http://127.0.0.1:1/", "options_url": "http://127.0.0.1:1/",
        },
        "users": [person(LINUS, "linus"), person(AUSTON, "auston"), guest, person(NOBODY, "nobody"), person(VIEWER, "viewer")],
        "channels": [
            {"id": ONE, "name": "one", "members": members},
            {"id": TWO, "name": "two", "members": members},
            {"id": QUIET, "name": "quiet", "members": members},
        ],
    }))
    .unwrap()
}
