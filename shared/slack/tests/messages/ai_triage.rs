//! The first AI triage in the thread.

use crate::block_kit::violations;
use crate::sample::{LOOK, NOW, alert, strange, user};
use alert::{Activity, ActivityKind, Actor, AiTriage, ChangeId, Origin};
use proptest::prelude::*;
use serde_json::Value;
use slack::message::{Look, Message, ai_triage};

fn triage() -> AiTriage {
    AiTriage {
        summary: "The root user logged in from an address that was never seen before.".into(),
        key_findings: vec!["203.0.113.7 is new to this account.".into(), "No MFA was used.".into()],
        security_implications: vec!["Whoever this is can do anything in the account.".into()],
        recommended_actions: vec!["Ask the owner.".into(), "Rotate the root password.".into()],
        link: Some("https://panther.example/ai/1".into()),
    }
}

fn activity(actor: Actor, triage: AiTriage, first: bool) -> Activity {
    let (change_id, origin) = (ChangeId::derive(&[b"x"]), Origin::Api);
    Activity { seq: 4, change_id, at: NOW, actor, origin, kind: ActivityKind::AiTriaged { triage, first } }
}

fn reply(triage: AiTriage) -> Message {
    let message = ai_triage(&alert(), &activity(Actor::System, triage, true), "a1/d1", &LOOK).unwrap();
    assert_eq!(violations(&message), [""; 0]);
    assert_eq!(violations(&message.cut()), [""; 0]);
    message
}

/// The blocks as people see them, one a paragraph; where a button leads stands behind it.
fn seen(message: &Message) -> String {
    let texts = |leaves: &Value| -> String {
        leaves.as_array().unwrap().iter().map(|leaf| leaf["text"].as_str().unwrap()).collect()
    };
    let rich = |element: &Value| match element["type"].as_str().unwrap() {
        "rich_text_list" => {
            let points = element["elements"].as_array().unwrap().iter();
            points.map(|point| format!("- {}", texts(&point["elements"]))).collect::<Vec<_>>().join("\n")
        }
        _ => texts(&element["elements"]),
    };
    let block = |block: &Value| {
        let elements = || block["elements"].as_array().unwrap().iter();
        match block["type"].as_str().unwrap() {
            "header" => format!("# {}", block["text"]["text"].as_str().unwrap()),
            "rich_text" => elements().map(rich).collect::<Vec<_>>().join("\n"),
            "context" => texts(&block["elements"]),
            _ => elements()
                .map(|b| format!("[{}]({})", b["text"]["text"].as_str().unwrap(), b["url"].as_str().unwrap()))
                .collect(),
        }
    };
    message.blocks.iter().map(block).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_triage_has_its_sections_and_a_way_to_the_whole() {
    insta::assert_snapshot!(seen(&reply(triage())), @r"
    # AI Analysis
    Summary
    The root user logged in from an address that was never seen before.
    Key Findings
    - 203.0.113.7 is new to this account.
    - No MFA was used.
    Security Implications
    Whoever this is can do anything in the account.
    Recommended Actions
    - Ask the owner.
    - Rotate the root password.
    An AI wrote this from the alert's data. Check it before you act on it.
    [View full AI triage](https://panther.example/ai/1)
    ");
    insta::assert_snapshot!(reply(triage()).text, @r"
    AI Analysis
    Summary: The root user logged in from an address that was never seen before.
    Key Findings:
    • 203.0.113.7 is new to this account.
    • No MFA was used.
    Security Implications: Whoever this is can do anything in the account.
    Recommended Actions:
    • Ask the owner.
    • Rotate the root password.
    An AI wrote this from the alert's data. Check it before you act on it.
    ");
    insta::assert_snapshot!(reply(triage()).metadata.unwrap(), @r#"{"event_type":"margay_activity","event_payload":{"delivery":"a1/d1","seq":4}}"#);
}

#[test]
fn who_gave_it_is_named_unless_margay_asked_itself() {
    for (actor, given) in [
        (user("u1", "Linus"), "Given by Linus"),
        (Actor::ApiKey { id: "k1".into(), name: "<!channel>\n".into() }, "Given by <!channel>"),
        (Actor::ApiKey { id: "k1".into(), name: " ".into() }, "Given by k1"),
    ] {
        let message = ai_triage(&alert(), &activity(actor, triage(), true), "a1/d1", &LOOK).unwrap();
        assert_eq!(violations(&message), [""; 0]);
        assert!(seen(&message).contains(given), "{}", seen(&message));
    }
    assert!(!seen(&reply(triage())).contains("Given by"));
}

#[test]
fn only_the_first_triage_is_a_reply() {
    assert!(ai_triage(&alert(), &activity(Actor::System, triage(), false), "a1/d1", &LOOK).is_none());
    let mut other = activity(Actor::System, triage(), true);
    other.kind = ActivityKind::Created;
    assert!(ai_triage(&alert(), &other, "a1/d1", &LOOK).is_none());
}

#[test]
fn empty_sections_are_left_out() {
    let empty = AiTriage {
        summary: "Nothing to see.".into(),
        key_findings: vec![],
        security_implications: vec![" \n".into()],
        recommended_actions: vec![],
        link: None,
    };
    insta::assert_snapshot!(seen(&reply(empty)), @r"
    # AI Analysis
    Summary
    Nothing to see.
    An AI wrote this from the alert's data. Check it before you act on it.
    [View full AI triage](https://panther.example/alerts/1)
    ");
}

#[test]
fn without_a_link_of_its_own_it_leads_to_the_alert_then_to_the_console_then_nowhere() {
    let button = |link: Option<&str>, own: Option<&str>, console: Option<&'static str>| {
        let mut alert = alert();
        alert.content.link = own.map(Into::into);
        let triage = AiTriage { link: link.map(Into::into), ..triage() };
        let look = Look { console_url: console, ..LOOK };
        let message = ai_triage(&alert, &activity(Actor::System, triage, true), "a1/d1", &look).unwrap();
        assert_eq!(violations(&message), [""; 0]);
        let actions = message.blocks.iter().find(|block| block["type"] == "actions")?;
        Some(actions["elements"][0]["url"].as_str().unwrap().to_owned())
    };
    let (own, console) = ("https://own.example/1", "https://console.example/");
    assert_eq!(button(Some("https://ai.example"), Some(own), Some(console)).unwrap(), "https://ai.example");
    assert_eq!(button(Some("javascript:alert(1)"), Some(own), Some(console)).unwrap(), own);
    let in_console = "https://console.example/alerts/b90c19e66e160e194a5b3b94ec27fb7c";
    assert_eq!(button(None, None, Some(console)).unwrap(), in_console);
    assert_eq!(button(None, None, None), None);
}

#[test]
fn huge_sections_are_cut_and_marked() {
    let huge = "All work and no play. ".repeat(5000);
    let triage = AiTriage {
        summary: huge.clone(),
        key_findings: vec![huge.clone(), "never seen".into()],
        security_implications: vec!["x".repeat(40); 50],
        recommended_actions: vec!["short".into(), huge],
        link: None,
    };
    let message = reply(triage);
    let seen = seen(&message);
    assert_eq!(seen.matches("… (cut)").count(), 4, "{seen}");
    assert!(!seen.contains("never seen"));
    assert!(seen.contains("[View full AI triage]"));
    // Nobody reads all of it here: what each line begins and ends with, and how long it is.
    let lines = seen.lines().map(|line| {
        let chars: Vec<char> = line.chars().collect();
        let part = |range: &[char]| range.iter().collect::<String>();
        match chars.len() {
            0..=60 => line.to_owned(),
            long => format!("{} ... {} ({long})", part(&chars[..20]), part(&chars[long - 20..])),
        }
    });
    let mut lines: Vec<String> = lines.collect();
    lines.dedup();
    insta::assert_snapshot!(lines.join("\n"), @r"
    # AI Analysis
    Summary
    All work and no play ... l work and no… (cut) (2596)
    Key Findings
    All work and no play ... k and no play… (cut) (1897)
    Security Implications
    - xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    - … (cut)
    Recommended Actions
    - short
    - All work and no pl ...  All work and… (cut) (1891)
    An AI wrote this fro ... efore you act on it. (70)
    [View full AI triage](https://panther.example/alerts/1)
    ");
}

#[test]
fn hostile_text_stays_text() {
    let evil =
        "<!channel> <@U1> *bold* _it_ `code` [click](https://evil.example) <https://evil.example|ok> \u{202e}txt\u{0}";
    let triage = AiTriage {
        summary: evil.into(),
        key_findings: vec![format!("- {evil}"), "# Heading\n```\ncode\n```".into()],
        security_implications: vec![":rotating_light: @here #general &amp;".into()],
        recommended_actions: vec!["</section><script>".into()],
        link: Some("https://ok.example/?a=%3Cb%3E".into()),
    };
    let message = reply(triage);
    insta::assert_snapshot!(seen(&message), @r"
    # AI Analysis
    Summary
    <!channel> <@U1> *bold* _it_ `code` [click](https://evil.example) <https://evil.example|ok> �txt�
    Key Findings
    - - <!channel> <@U1> *bold* _it_ `code` [click](https://evil.example) <https://evil.example|ok> �txt�
    - # Heading
    ```
    code
    ```
    Security Implications
    :rotating_light: @here #general &amp;
    Recommended Actions
    </section><script>
    An AI wrote this from the alert's data. Check it before you act on it.
    [View full AI triage](https://ok.example/?a=%3Cb%3E)
    ");
    // What has no width, and breaks up mentions and links, is shown here.
    insta::assert_snapshot!(message.text.replace('\u{200b}', "·"), @r"
    AI Analysis
    Summary: &lt;!channel&gt; &lt;@·U1&gt; *bold* _it_ `code` [click](https:·//evil.example) &lt;https:·//evil.example|ok&gt; �txt�
    Key Findings:
    • - &lt;!channel&gt; &lt;@·U1&gt; *bold* _it_ `code` [click](https:·//evil.example) &lt;https:·//evil.example|ok&gt; �txt�
    • #· Heading
    ```
    code
    ```
    Security Implications: :rotating_light: @·here #·general &amp;amp;
    Recommended Actions: &lt;/section&gt;&lt;script&gt;
    An AI wrote this from the alert's data. Check it before you act on it.
    ");
    let json = serde_json::to_string(&message.blocks).unwrap();
    for leaf in ["\"type\":\"link\"", "\"type\":\"user\"", "\"type\":\"broadcast\"", "\"type\":\"emoji\"", "mrkdwn"] {
        assert!(!json.contains(leaf), "{leaf}");
    }
}

prop_compose! {
    fn any_triage()(
        summary in strange(),
        key_findings in proptest::collection::vec(strange(), 0..5),
        security_implications in proptest::collection::vec(strange(), 0..5),
        recommended_actions in proptest::collection::vec("\\PC{0,200}", 0..50),
        link in proptest::option::of(prop_oneof![strange(), "https://[ -~]{1,60}"]),
    ) -> AiTriage {
        AiTriage { summary, key_findings, security_implications, recommended_actions, link }
    }
}

proptest! {
    #[test]
    fn slack_would_take_any_triage(triage in any_triage(), name in strange()) {
        let message = ai_triage(&alert(), &activity(user("u1", &name), triage, true), "a1/d1", &LOOK).unwrap();
        prop_assert_eq!(violations(&message), [""; 0]);
        prop_assert_eq!(violations(&message.cut()), [""; 0]);
    }
}
