//! Fills a new stack over its REST API: two people who may work on alerts, two destinations, one sample alert.

use crate::failure::Result;
use crate::http::Http;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The alert that a new stack shows.
pub(crate) const SAMPLE_ALERT: &str = include_str!("../sample-alert.json");

/// Who in Acme is what to Margay, by Slack id. Only the first two are registered users.
const PEOPLE: [(&str, &str); 5] = [
    ("analyst", "U0ANALYST1"),
    ("lead", "U0LEAD0001"),
    ("employee", "U0EMPLOYE1"),
    ("guest", "U0GUEST001"),
    ("stranger", "U0STRANGE1"),
];
const REGISTERED: [&str; 2] = ["analyst", "lead"];

/// What was seeded, as stack.json lists it.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Seeded {
    pub(crate) destinations: Vec<Destination>,
    pub(crate) channels: Vec<Channel>,
    pub(crate) users: Vec<Person>,
    pub(crate) sample_alert_id: String,
    /// A source of access logs that nobody has allowed yet; empty with a Slack that is not the simulator.
    #[serde(default)]
    pub(crate) log_source_id: String,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Destination {
    pub(crate) id: String,
    pub(crate) name: String,
    /// The channel's id.
    pub(crate) channel: String,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Channel {
    pub(crate) id: String,
    pub(crate) name: String,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Person {
    /// analyst, lead, employee, guest, stranger.
    pub(crate) role: String,
    pub(crate) slack_id: String,
    pub(crate) name: String,
    pub(crate) email: String,
    /// The registered user's id; null for who is not registered.
    pub(crate) id: Option<String>,
}

/// Registers the people and makes a destination for each channel that the bot is in.
pub(crate) fn seed(http: &Http, api_url: &str, world: &Value, channels_by_id: bool) -> Result<Seeded> {
    let mut seeded = Seeded::default();
    for (role, slack_id) in PEOPLE {
        let users = world["users"].as_array().into_iter().flatten();
        let Some(user) = users.into_iter().find(|user| user["id"] == slack_id) else { continue };
        let mut person = Person {
            role: role.to_owned(),
            slack_id: slack_id.to_owned(),
            name: text(user, "real_name"),
            email: text(user, "email"),
            id: None,
        };
        if REGISTERED.contains(&role) {
            let body = json!({
                "email": person.email,
                "name": person.name,
                "permissions": ["ViewAlerts", "ManageAlerts"],
            });
            let made = http.post(&format!("{api_url}/users"), &body)?.accepted("register a user")?;
            person.id = Some(text(&made, "id"));
        }
        seeded.users.push(person);
    }
    for channel in channels_of_the_bot(world) {
        let channel = Channel { id: text(channel, "id"), name: text(channel, "name") };
        let name = display_name(&channel.name);
        // A Slack that is not ours has channels of the same names, but not of the same ids.
        let address = if channels_by_id { channel.id.clone() } else { format!("#{}", channel.name) };
        let body = json!({
            "displayName": name,
            "kind": "SLACK_BOT",
            "channel": address,
            "severities": ["MEDIUM", "HIGH", "CRITICAL"],
            "alertTypes": [
                "RULE",
                "RULE_ERROR",
                "SCHEDULED_RULE",
                "SCHEDULED_RULE_ERROR",
                "CORRELATION_RULE",
                "POLICY",
                "SYSTEM_ERROR",
            ],
            "logTypes": [],
            "timezone": "Europe/Berlin",
            "twoWayStatus": true,
            "twoWayAssignee": true,
            "twoWayComments": true,
            "aiTriage": false,
        });
        let made = http.post(&format!("{api_url}/destinations"), &body)?.accepted("make a destination")?;
        seeded.destinations.push(Destination { id: text(&made, "id"), name, channel: address });
        seeded.channels.push(channel);
    }
    Ok(seeded)
}

/// Where the bot was invited. In the others people can try to invite it.
fn channels_of_the_bot(world: &Value) -> impl Iterator<Item = &Value> {
    let bot = &world["app"]["bot_user_id"];
    let channels = world["channels"].as_array().into_iter().flatten();
    channels.filter(move |channel| channel["members"].as_array().is_some_and(|members| members.contains(bot)))
}

/// Sends the sample alert as a producer would. Returns its id.
pub(crate) fn send_sample_alert(http: &Http, api_url: &str) -> Result<String> {
    let alert: Value = serde_json::from_str(SAMPLE_ALERT).expect("infra/local/sample-alert.json is JSON");
    let accepted = http.post(&format!("{api_url}/alerts"), &alert)?.accepted("send the sample alert")?;
    Ok(text(&accepted, "alertId"))
}

/// Makes a log source for the simulated Slack's access logs. Returns its id.
pub(crate) fn make_log_source(http: &Http, api_url: &str, secret_prefix: &str) -> Result<String> {
    let body =
        json!({"name": "Acme access", "logType": "Slack.AccessLogs", "secret": format!("{secret_prefix}access")});
    let made = http.post(&format!("{api_url}/log-sources"), &body)?.accepted("make a log source")?;
    Ok(text(&made, "id"))
}

/// `cloud-alerts` as "Cloud alerts".
fn display_name(channel: &str) -> String {
    let words = channel.replace('-', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn world() -> Value {
        serde_json::from_str(include_str!("../world.json")).expect("JSON")
    }

    #[test]
    fn everyone_with_a_role_lives_in_the_world_and_the_lead_is_an_admin() {
        let world = world();
        let users = world["users"].as_array().expect("users");
        for (role, slack_id) in PEOPLE {
            let user = users.iter().find(|user| user["id"] == slack_id);
            let user = user.unwrap_or_else(|| panic!("{role} is missing"));
            assert_eq!(user["is_admin"] == true, role == "lead", "{role}");
        }
    }

    #[test]
    fn two_channels_get_alerts_and_a_third_has_everyone_but_the_bot() {
        let world = world();
        let names: Vec<_> = channels_of_the_bot(&world).map(|channel| text(channel, "name")).collect();
        assert_eq!(names, ["security-alerts", "cloud-alerts"]);
        let channels = world["channels"].as_array().expect("channels");
        let general = channels.iter().find(|channel| channel["name"] == "general").expect("#general");
        let members = general["members"].as_array().expect("members");
        for (role, slack_id) in PEOPLE {
            assert!(members.iter().any(|member| member == slack_id), "{role} is not in #general");
        }
        assert_eq!(members.len(), PEOPLE.len());
    }

    #[test]
    fn each_app_that_reads_logs_has_a_secret_named_after_it() {
        let secrets = crate::simulator::log_secrets(&world(), "prefix/");
        let names: Vec<_> = secrets.as_object().expect("an object").keys().cloned().collect();
        assert_eq!(names, ["prefix/audit", "prefix/access", "prefix/integration"]);
        assert!(secrets.as_object().expect("an object").values().all(|secret| secret["client_secret"].is_string()));
    }

    #[test]
    fn the_sample_alert_is_json_with_an_id_of_its_own() {
        let alert: Value = serde_json::from_str(SAMPLE_ALERT).expect("JSON");
        assert_eq!(alert["severity"], "HIGH");
        assert!(alert["alertId"].is_string());
    }

    #[test]
    fn a_destination_is_called_after_its_channel() {
        assert_eq!(display_name("security-alerts"), "Security alerts");
        assert_eq!(display_name(""), "");
    }
}
