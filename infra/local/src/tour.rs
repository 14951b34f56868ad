//! What a running stack says: where it is, and what to try next.

use crate::failure::Result;
use crate::files;
use crate::stack::Stack;
use serde_json::{Value, json};
use std::fmt::Write;

const JSON: &str = "-H 'Content-Type: application/json'";

/// The text for a stack that has just come up.
pub(crate) fn text(stack: &Stack) -> Result<String> {
    let facts = &stack.facts;
    let mut out = String::new();
    let channels: Vec<String> = facts.seeded.channels.iter().map(|channel| format!("#{}", channel.name)).collect();
    let channels = channels.join(" and ");
    let shown = if stack.has_simulator() {
        format!("{channels} show the sample alert.")
    } else {
        format!("The sample alert is on its way to {channels} of {}.", facts.slack_url)
    };
    let slack = if stack.has_simulator() { "  (the simulator)" } else { "" };
    let _ = write!(
        out,
        "\nMargay is running. {shown}\n\n\
         \x20 API      {}\n\
         \x20 Slack    {}{slack}\n\
         \x20 AWS      {}  (ministack, region {}; any keys will do)\n\
         \x20 Logs     {}\n\
         \x20 The lot  {}  (for programs)\n\n\
         Try next, in another terminal:\n\n\
         \x20 export MARGAY_API_KEY={}\n",
        facts.api_url,
        facts.slack_url,
        facts.aws_endpoint_url,
        facts.region,
        files::shown(&stack.facts_file().with_file_name("logs")),
        files::shown(&stack.facts_file()),
        facts.api_key,
    );
    if stack.has_simulator() {
        in_slack(stack, &mut out)?;
    }
    let (api, id) = (&facts.api_url, &facts.seeded.sample_alert_id);
    let key = "-H \"X-API-Key: $MARGAY_API_KEY\"";
    example(
        &mut out,
        "The alert with its deliveries, and what was done to it",
        &[format!("curl -s {api}/alerts/{id} {key}"), format!("curl -s '{api}/alert-comments?alert-id={id}' {key}")],
    );
    example(
        &mut out,
        "Change it as a console would; every channel follows",
        &[format!("curl -s -X PATCH {api}/alerts/{id} {key} \\\n    {JSON} -d '{}'", json!({"status": "RESOLVED"}))],
    );
    example(
        &mut out,
        "Send an alert of your own; change the title to send another",
        &[format!(
            "curl -s {api}/alerts {key} \\\n    {JSON} -d '{}'",
            json!({"title": "My first alert", "severity": "HIGH", "description": "Sent with curl"})
        )],
    );
    out += "\nCtrl-C stops everything.\n";
    Ok(out)
}

/// What to look at and to click in the simulated Slack.
fn in_slack(stack: &Stack, out: &mut String) -> Result<()> {
    let facts = &stack.facts;
    let slack = &facts.slack_url;
    let (Some(first), Some(person)) = (facts.seeded.channels.first(), facts.seeded.users.first()) else {
        return Ok(());
    };
    example(
        out,
        "What the channels show; for programs, one channel as JSON",
        &["cargo dev show".to_owned(), format!("curl -s {slack}/_control/channels/{}/messages", first.id)],
    );
    let messages = stack.messages(&first.id)?;
    let click = messages.iter().find_map(|message| {
        let (action_id, block_id, value) = status_option(message, "Triaged")?;
        Some(json!({
            "user": person.slack_id,
            "channel": first.id,
            "message_ts": message["ts"],
            "action_id": action_id,
            "block_id": block_id,
            "value": value,
        }))
    });
    if let Some(click) = click {
        let what =
            format!("{} sets the status to Triaged in #{}; `cargo dev show` shows both", person.name, first.name);
        example(out, &what, &[format!("curl -s {slack}/_control/act {JSON} \\\n    -d '{click}'")]);
    }
    Ok(())
}

fn example(out: &mut String, what: &str, commands: &[String]) {
    let _ = write!(out, "\n  # {what}\n");
    for command in commands {
        let _ = writeln!(out, "  {command}");
    }
}

/// The select menu of a message that has an option with this label: its action id, block id and the option's value.
fn status_option(message: &Value, label: &str) -> Option<(Value, Value, Value)> {
    let blocks = message["blocks"].as_array()?;
    blocks.iter().find_map(|block| {
        let elements = block["elements"].as_array().into_iter().flatten().chain(std::iter::once(&block["accessory"]));
        elements.into_iter().find_map(|element| {
            let options = element["options"].as_array()?;
            let option = options.iter().find(|option| option["text"]["text"] == label)?;
            Some((element["action_id"].clone(), block["block_id"].clone(), option["value"].clone()))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_menu_is_found_by_its_label_among_a_messages_controls() {
        let option = |label: &str, value: &str| json!({"text": {"type": "plain_text", "text": label}, "value": value});
        let message = json!({"blocks": [
            {"type": "section", "text": {"type": "mrkdwn", "text": "Triaged"}},
            {"type": "actions", "block_id": "b", "elements": [
                {"type": "button", "action_id": "view", "text": {"type": "plain_text", "text": "Triaged"}},
                {"type": "static_select", "action_id": "status", "options": [option("Open", "1"), option("Triaged", "2")]},
            ]},
        ]});
        assert_eq!(status_option(&message, "Triaged"), Some((json!("status"), json!("b"), json!("2"))));
        assert_eq!(status_option(&message, "Gone"), None);
    }
}
