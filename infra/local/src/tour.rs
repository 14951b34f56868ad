//! What a running stack says: where it is, and what to try next.

use crate::failure::Result;
use crate::files;
use crate::stack::Stack;
use serde_json::{Value, json};
use std::fmt::Write;

const JSON: &str = "-H 'Content-Type: application/json'";

/// The text for a stack that has just come up. `no_page` says why the simulator has no page, if it should have one.
pub(crate) fn text(stack: &Stack, no_page: Option<&str>) -> Result<String> {
    let facts = &stack.facts;
    let channels: Vec<String> = facts.seeded.channels.iter().map(|channel| format!("#{}", channel.name)).collect();
    let look = match (&facts.page_url, no_page) {
        (Some(url), _) => Look::Page(url),
        (None, Some(why)) => Look::NoPage { why, slack: &facts.slack_url },
        (None, None) => Look::RealSlack(&facts.slack_url),
    };
    let mut out = head(&channels.join(" and "), &look);
    let _ = write!(
        out,
        "  API      {}\n\
         \x20 AWS      {}  (ministack, region {}; any keys will do)\n\
         \x20 Logs     {}\n\
         \x20 The lot  {}  (for programs)\n\n\
         In another terminal:\n\n\
         \x20 export MARGAY_API_KEY={}\n",
        facts.api_url,
        facts.aws_endpoint_url,
        facts.region,
        files::shown(&stack.facts_file().with_file_name("logs")),
        files::shown(&stack.facts_file()),
        facts.api_key,
    );
    if let Look::NoPage { .. } = look {
        in_slack(stack, &mut out)?;
    }
    let (api, id) = (&facts.api_url, &facts.seeded.sample_alert_id);
    let key = "-H \"X-API-Key: $MARGAY_API_KEY\"";
    example(
        &mut out,
        "Send an alert of your own; change the title to send another",
        &format!(
            "curl -s {api}/alerts {key} \\\n    {JSON} -d '{}'",
            json!({"title": "My first alert", "severity": "HIGH", "description": "Sent with curl"})
        ),
    );
    example(
        &mut out,
        "Resolve the sample alert as a console would; every channel follows",
        &format!("curl -s -X PATCH {api}/alerts/{id} {key} \\\n    {JSON} -d '{}'", json!({"status": "RESOLVED"})),
    );
    if !facts.seeded.log_source_id.is_empty() {
        example(
            &mut out,
            &format!(
                "Read Slack's own access logs: as Auston Reyes allow it at {api} with the path that this prints.\n  \
                 # A minute later there are rows in the bucket {}, below logs/",
                facts.bucket
            ),
            &format!("curl -s -X POST {api}/log-sources/{}/install {key}", facts.seeded.log_source_id),
        );
    }
    out += "\nCtrl-C stops everything.\n";
    Ok(out)
}

/// Where a person looks at the channels.
enum Look<'a> {
    /// The simulator's page, at this URL.
    Page(&'a str),
    /// A simulator without its page, which says why.
    NoPage { why: &'a str, slack: &'a str },
    /// A Slack that is not the simulator.
    RealSlack(&'a str),
}

/// What runs, and the one place to look at it, up to the list of the other places.
fn head(channels: &str, look: &Look<'_>) -> String {
    match look {
        Look::Page(url) => format!(
            "\nMargay is running. {channels} show the sample alert.\n\n\
             \x20 Open {url} in a browser: a Slack to click and write in, as any of five people.\n\n"
        ),
        Look::NoPage { why, slack } => format!(
            "\nMargay is running. {channels} show the sample alert.\n\n\
             \x20 No page to open in a browser. {why}\n\n\
             \x20 Slack    {slack}  (the simulator)\n"
        ),
        Look::RealSlack(url) => format!(
            "\nMargay is running. The sample alert is on its way to {channels}.\n\n\
             \x20 Slack    {url}\n"
        ),
    }
}

/// What to look at and to click in a simulated Slack without its page.
fn in_slack(stack: &Stack, out: &mut String) -> Result<()> {
    let facts = &stack.facts;
    let slack = &facts.slack_url;
    let (Some(first), Some(person)) = (facts.seeded.channels.first(), facts.seeded.users.first()) else {
        return Ok(());
    };
    example(out, "What the channels show", "cargo dev show");
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
        let what = format!("{} sets the status to Triaged in #{}; both channels show it", person.name, first.name);
        example(out, &what, &format!("curl -s {slack}/_control/act {JSON} \\\n    -d '{click}'"));
    }
    Ok(())
}

fn example(out: &mut String, what: &str, command: &str) {
    let _ = write!(out, "\n  # {what}\n  {command}\n");
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
    fn the_page_comes_first_and_alone() {
        let head = head("#a and #b", &Look::Page("http://127.0.0.1:4601"));
        let lines: Vec<&str> = head.lines().collect();
        assert_eq!(lines[1], "Margay is running. #a and #b show the sample alert.");
        assert!(lines[3].starts_with("  Open http://127.0.0.1:4601 in a browser: "), "{head}");
        assert_eq!((lines[2], lines[4], lines.len()), ("", "", 5), "{head}");
    }

    #[test]
    fn without_a_page_it_says_why_and_where_slack_is() {
        let head = head("#a", &Look::NoPage { why: "There is no Node.", slack: "http://127.0.0.1:4601" });
        assert!(head.contains("\n  No page to open in a browser. There is no Node.\n\n  Slack    http://"), "{head}");
    }

    #[test]
    fn a_real_slack_is_not_said_to_show_anything_yet() {
        let head = head("#a", &Look::RealSlack("https://slack.com"));
        assert!(head.contains("on its way to #a.\n\n  Slack    https://slack.com\n"), "{head}");
    }

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
