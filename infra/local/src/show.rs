//! `cargo dev show`: the channels of the running stack's Slack simulator, as text.

use crate::failure::{Result, said};
use crate::files;
use crate::http::Http;
use serde_json::Value;

pub(crate) fn run() -> Result<()> {
    let Some(facts) = files::read_json(&files::dev().join("stack.json"))? else {
        return said("Nothing is running here. Start the local stack with `cargo dev up`.");
    };
    let slack = facts["slack_url"].as_str().unwrap_or_default();
    let http = Http::new();
    for channel in facts["channels"].as_array().into_iter().flatten() {
        let id = channel["id"].as_str().unwrap_or_default();
        let answer = http.get(&format!("{slack}/_control/channels/{id}/messages"))?;
        let shown = answer.accepted("read the channel; is this Slack the simulator?")?;
        println!("#{}\n", channel["name"].as_str().unwrap_or_default());
        for message in shown["messages"].as_array().into_iter().flatten() {
            println!("{}", text(message));
        }
    }
    Ok(())
}

/// A message as a screen reader would say it, and its thread.
fn text(message: &Value) -> String {
    let said = |message: &Value| message["text"].as_str().unwrap_or_default().replace('\n', "\n    ");
    let mut out = format!("    {}\n", said(message));
    for reply in message["thread"].as_array().into_iter().flatten() {
        out += &format!("      \u{21b3} {}\n", said(reply));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_message_is_shown_with_its_thread_below_it() {
        let message = json!({"text": "Alert\nStatus: Open", "thread": [{"text": "Linus took it"}]});
        assert_eq!(text(&message), "    Alert\n    Status: Open\n      \u{21b3} Linus took it\n");
    }
}
