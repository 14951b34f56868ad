//! An alert's message.

use crate::block_kit::violations;
use crate::sample::{LOOK, alert, any_alert, assignee, strange};
use alert::{Severity, Status};
use proptest::prelude::*;
use serde_json::Value;
use slack::message::{Look, Message, parent};

/// Every string of the JSON under `value` that people see.
fn shown(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                match inner {
                    Value::String(words) if key == "text" => into.push(words.clone()),
                    _ => shown(inner, into),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| shown(item, into)),
        _ => {}
    }
}

fn all_shown(message: &Message) -> String {
    let mut texts = Vec::new();
    message.blocks.iter().chain(&message.attachments).for_each(|value| shown(value, &mut texts));
    texts.join("|")
}

fn control<'a>(message: &'a Message, action_id: &str) -> Option<&'a Value> {
    let actions = message.blocks.iter().find(|block| block["type"] == "actions").unwrap();
    actions["elements"].as_array().unwrap().iter().find(|element| element["action_id"] == action_id)
}

#[test]
fn the_whole_message() {
    let message = parent(&alert(), "b90c19e66e160e194a5b3b94ec27fb7c/d1", &LOOK);
    assert_eq!(violations(&message), [""; 0]);
    let parts = message.blocks.iter().chain(&message.attachments).chain(&message.metadata);
    let lines: Vec<_> = parts.map(Value::to_string).collect();
    insta::assert_snapshot!(lines.join("\n"), @r##"
    {"type":"header","text":{"type":"plain_text","text":"🔴 Root <login> & more","emoji":false}}
    {"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"Severity: ","style":{"bold":true}},{"type":"text","text":"High"},{"type":"text","text":"\nStatus: ","style":{"bold":true}},{"type":"text","text":"Open"},{"type":"text","text":"\nAssignee: ","style":{"bold":true}},{"type":"text","text":"Unassigned"}]}]}
    {"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"Summary\n","style":{"bold":true}},{"type":"text","text":"The root user logged in.\nAsk <!channel>."}]}]}
    {"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"Runbook\n","style":{"bold":true}},{"type":"text","text":"Check https://runbook.example"}]}]}
    {"type":"actions","block_id":"alert:1:b90c19e66e160e194a5b3b94ec27fb7c","elements":[{"type":"button","action_id":"view","text":{"type":"plain_text","text":"View in Panther","emoji":false},"url":"https://panther.example/alerts/1"},{"type":"external_select","action_id":"assign","placeholder":{"type":"plain_text","text":"Set Assignee","emoji":false},"min_query_length":0},{"type":"static_select","action_id":"status","placeholder":{"type":"plain_text","text":"Update Status","emoji":false},"options":[{"text":{"type":"plain_text","text":"Open","emoji":false},"value":"OPEN"},{"text":{"type":"plain_text","text":"Triaged","emoji":false},"value":"TRIAGED"},{"text":{"type":"plain_text","text":"Resolved","emoji":false},"value":"RESOLVED"},{"text":{"type":"plain_text","text":"Invalid","emoji":false},"value":"CLOSED"}],"initial_option":{"text":{"type":"plain_text","text":"Open","emoji":false},"value":"OPEN"}},{"type":"button","action_id":"details","text":{"type":"plain_text","text":"Show Alert Details","emoji":false}},{"type":"button","action_id":"boomerang","text":{"type":"plain_text","text":"🪃 Boomerang","emoji":false}}]}
    {"color":"#cb2e2e","blocks":[{"type":"context","elements":[{"type":"plain_text","text":"Type: Rule","emoji":false},{"type":"plain_text","text":"Log types: AWS.CloudTrail, Okta.SystemLog","emoji":false},{"type":"plain_text","text":"Time: 2026-11-21 09:30 CET","emoji":false}]}]}
    {"event_type":"margay_delivery","event_payload":{"delivery":"b90c19e66e160e194a5b3b94ec27fb7c/d1"}}
    "##);
}

#[test]
fn notifications_and_screen_readers_get_all_of_it_in_words() {
    let text = parent(&alert(), "a/d", &LOOK).text.replace('\u{200b}', "·");
    insta::assert_snapshot!(text, @"
    🔴 Root &lt;login&gt; &amp; more
    Severity: High
    Status: Open
    Assignee: Unassigned
    Type: Rule
    Log types: AWS.CloudTrail, Okta.SystemLog
    Time: 2026-11-21 09:30 CET
    Summary: The root user logged in.
    Ask &lt;!channel&gt;.
    Runbook: Check https:·//runbook.example
    ");
}

#[test]
fn the_dot_the_colour_and_the_word_follow_the_severity() {
    let mut seen = Vec::new();
    for severity in Severity::ALL {
        let mut alert = alert();
        alert.content.severity = severity;
        let message = parent(&alert, "a/d", &LOOK);
        let headline = message.blocks[0]["text"]["text"].as_str().unwrap();
        let dot = headline.chars().next().unwrap();
        assert!(all_shown(&message).contains(severity.label()));
        seen.push(format!("{severity} {dot} {}", message.attachments[0]["color"]));
    }
    insta::assert_snapshot!(seen.join("\n"), @r##"
    INFO 🟢 "#47b881"
    LOW 🟡 "#f7d154"
    MEDIUM 🟠 "#d9822b"
    HIGH 🔴 "#cb2e2e"
    CRITICAL 🟣 "#425a70"
    "##);
}

#[test]
fn the_controls_show_what_is_and_their_block_changes_with_every_activity() {
    let mut alert = alert();
    let first = parent(&alert, "a/d", &LOOK);
    assert_eq!(control(&first, "assign").unwrap().get("initial_option"), None);
    assert_eq!(control(&first, "status").unwrap()["initial_option"]["value"], "OPEN");
    alert.triage.seq = 2;
    alert.triage.status = Status::Closed;
    alert.triage.assignee = Some(assignee("u1", "Auston"));
    let second = parent(&alert, "a/d", &LOOK);
    assert_eq!(control(&second, "assign").unwrap()["initial_option"]["value"], "u1");
    assert_eq!(control(&second, "status").unwrap()["initial_option"]["text"]["text"], "Invalid");
    assert!(all_shown(&second).contains("Auston") && second.text.contains("Status: Invalid"));
    let id = |message: &Message| message.blocks.last().unwrap()["block_id"].clone();
    assert_ne!(id(&first), id(&second));
    let (alert_id, seq) = slack::control::parse_block_id(id(&second).as_str().unwrap()).unwrap();
    assert_eq!((alert_id, seq), (alert.id, 2));
}

#[test]
fn the_buttons_stand_in_the_documented_order_and_threat_intel_only_where_it_can_be_had() {
    let order = |look: &Look<'_>| {
        let message = parent(&alert(), "a/d", look);
        assert_eq!(violations(&message), [""; 0]);
        let elements = message.blocks.last().unwrap()["elements"].as_array().unwrap().clone();
        elements.iter().map(|element| element["action_id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(order(&LOOK), ["view", "assign", "status", "details", "boomerang"]);
    let with_intel = Look { threat_intel: true, ..LOOK };
    assert_eq!(order(&with_intel), ["view", "assign", "status", "details", "intel", "boomerang"]);
}

#[test]
fn the_view_button_leads_to_the_alerts_link_or_the_console_or_is_left_out() {
    let mut alert = alert();
    let console = Look { console_url: Some("https://console.example/"), ..LOOK };
    let url =
        |alert: &alert::Alert, look: &Look<'_>| control(&parent(alert, "a/d", look), "view").map(|b| b["url"].clone());
    assert_eq!(url(&alert, &console).unwrap(), "https://panther.example/alerts/1");
    for unusable in [
        "javascript:alert(1)",
        "https://",
        "https://a b",
        "//x.example",
        "",
        &format!("https://x.example/{}", "a".repeat(3000)),
    ] {
        alert.content.link = Some(unusable.into());
        let expected = "https://console.example/alerts/b90c19e66e160e194a5b3b94ec27fb7c";
        assert_eq!(url(&alert, &console).unwrap(), expected, "{unusable}");
        assert_eq!(url(&alert, &LOOK), None, "{unusable}");
    }
    alert.content.link = None;
    let broken = Look { console_url: Some("console"), ..LOOK };
    assert_eq!(url(&alert, &broken), None);
}

#[test]
fn the_time_is_shown_in_the_destinations_zone_and_in_utc_if_that_is_unknown() {
    let time = |timezone| {
        let message = parent(&alert(), "a/d", &Look { timezone, ..LOOK });
        message.attachments[0]["blocks"][0]["elements"][2]["text"].as_str().unwrap().to_owned()
    };
    assert_eq!(time("Europe/Berlin"), "Time: 2026-11-21 09:30 CET");
    assert_eq!(time("America/Los_Angeles"), "Time: 2026-11-21 00:30 PST");
    assert_eq!(time("Mars/Olympus"), "Time: 2026-11-21 08:30 UTC");
}

#[test]
fn what_is_empty_is_left_out_and_a_long_title_is_shown_in_full_below() {
    let mut alert = alert();
    alert.content.description = " \n".into();
    alert.content.runbook = String::new();
    alert.content.log_types = vec![" ".into()];
    alert.content.title = "\u{a0} ".into();
    let message = parent(&alert, "a/d", &LOOK);
    assert_eq!(violations(&message), [""; 0]);
    let texts = all_shown(&message);
    assert!(!texts.contains("Summary") && !texts.contains("Runbook") && !texts.contains("Log types"), "{texts}");
    assert!(texts.contains("AWS.Root.Login"), "the detection's id stands in for a blank title: {texts}");
    alert.content.title = format!("{} end", "long ".repeat(40));
    let message = parent(&alert, "a/d", &LOOK);
    assert!(message.blocks[0]["text"]["text"].as_str().unwrap().ends_with("… (cut)"));
    assert!(all_shown(&message).contains("long end"));
}

#[test]
fn a_message_that_is_cut_stays_escaped() {
    let mut alert = alert();
    alert.content.description = "<".repeat(5000);
    for pad in 0..5 {
        alert.content.title = "x".repeat(1 + pad);
        let cut = parent(&alert, "a/d", &LOOK).cut();
        assert_eq!(violations(&cut), [""; 0]);
        assert!(cut.text.ends_with("&lt;… (cut)"), "{}", cut.text);
    }
}

#[test]
fn the_routing_is_nobodys_business() {
    let message = parent(&alert(), "a/d", &LOOK);
    assert!(!serde_json::to_string(&message).unwrap().contains("nowhere"));
}

proptest! {
    #[test]
    fn slack_would_take_the_message_of_any_alert(
        alert in any_alert(),
        console in proptest::option::of(strange()),
        label in strange(),
        timezone in "(UTC|Asia/Tokyo|\\PC{0,9})",
    ) {
        let look = Look { timezone: &timezone, console_url: console.as_deref(), button_label: &label, threat_intel: false };
        let message = parent(&alert, "a/d", &look);
        prop_assert_eq!(violations(&message), [""; 0]);
        let cut = message.cut();
        prop_assert_eq!(violations(&cut), [""; 0]);
        prop_assert_eq!(&cut.metadata, &message.metadata);
        prop_assert!(serde_json::to_string(&cut).unwrap().len() < 20_000);
        for untrusted in ["<!channel>", "<@U1>", "@here", "https://evil.example"] {
            prop_assert!(!message.text.contains(untrusted) && !cut.text.contains(untrusted));
        }
    }
}
