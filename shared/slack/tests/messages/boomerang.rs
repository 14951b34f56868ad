//! Boomerangs: the modal, the direct message in all its faces, the reminder, the replies in the alert's thread.

use crate::block_kit::{view_violations, violations};
use crate::sample::{NOW, alert, any_alert, strange};
use alert::boomerang::{Boomerang, End, Recipient, Verdict};
use alert::{Activity, ActivityKind, Actor, Alert, AlertId, ChangeId, Origin, Status, UserId};
use proptest::prelude::*;
use serde_json::{Value, json};
use slack::control::ModalContext;
use slack::message::{Mentions, Message, activity_reply, direct_message, reminder, with_cancel_button};
use slack::modal;

fn linus() -> Actor {
    Actor::User { id: UserId::new("u1").unwrap(), name: "Linus".into(), slack_user: Some("U1".into()) }
}

fn robin(name: &str) -> Actor {
    Actor::SlackUser { id: "U2".into(), name: name.into() }
}

fn recipient(name: &str) -> Recipient {
    Recipient { slack_user: "U2".into(), name: name.into() }
}

fn id() -> ChangeId {
    ChangeId::new("b1").unwrap()
}

fn asked(question: &str) -> Boomerang {
    Boomerang {
        id: id(),
        asked_at: NOW,
        asker: linus(),
        recipient: recipient("Robin"),
        question: question.into(),
        shares_event: true,
        workspace: None,
        conversation: None,
        overdue: false,
        end: None,
    }
}

fn answered(question: &str, verdict: Verdict, answer: Option<&str>, late: bool) -> Boomerang {
    let end = End::Answered { by: robin("Robin"), verdict, answer: answer.map(Into::into), late, on: None };
    Boomerang { end: Some(end), ..asked(question) }
}

fn with_event(event: Value) -> Alert {
    let mut alert = alert();
    alert.content.first_event = event;
    alert
}

fn context() -> ModalContext {
    ModalContext {
        alert_id: AlertId::new("a1").unwrap(),
        seen_seq: 3,
        channel: "C1".into(),
        message_ts: "1.2".into(),
        thread_ts: None,
    }
}

fn modal(alert: &Alert) -> Value {
    let view = serde_json::to_value(modal::boomerang(&context(), alert)).unwrap();
    assert_eq!(view_violations(&view), [""; 0]);
    view
}

fn reply(actor: Actor, kind: ActivityKind) -> Message {
    let origin = Origin::Slack { channel: "C1".into(), message_ts: "1.2".into(), user: "U1".into() };
    let activity = Activity { seq: 3, change_id: id(), at: NOW, actor, origin, kind };
    let message = activity_reply(&activity, "a1/d1", &Mentions::new()).unwrap();
    assert_eq!(violations(&message), [""; 0]);
    message
}

/// Blocks as people see them: mentions as `@U1`, quotations behind `> `, code between lines of `---`, controls in
/// brackets. A long text shows its ends.
fn seen(blocks: &Value) -> String {
    let mut lines = Vec::new();
    let short = |text: &str| {
        let all: Vec<char> = text.chars().collect();
        if all.len() < 200 {
            return text.to_owned();
        }
        let ends = [&all[..20], &all[all.len() - 20..]].map(|part| part.iter().collect::<String>());
        format!("{}({} characters){}", ends[0], all.len(), ends[1])
    };
    for block in blocks.as_array().unwrap() {
        match block["type"].as_str().unwrap() {
            "header" => lines.push(format!("# {}", block["text"]["text"].as_str().unwrap())),
            "input" => lines.push(format!("[{}: ____]", block["label"]["text"].as_str().unwrap())),
            "actions" => {
                let labels = block["elements"].as_array().unwrap().iter().map(|e| e["text"]["text"].as_str().unwrap());
                lines.push(format!("[{}]", labels.collect::<Vec<_>>().join("] [")));
            }
            _ => {
                for element in block["elements"].as_array().unwrap() {
                    let leaves = element["elements"].as_array().unwrap().iter();
                    let words: String = leaves
                        .map(|leaf| match leaf["user_id"].as_str() {
                            Some(id) => format!("@{id}"),
                            None => short(leaf["text"].as_str().unwrap()),
                        })
                        .collect();
                    lines.push(match element["type"].as_str().unwrap() {
                        "rich_text_quote" => format!("> {words}"),
                        "rich_text_preformatted" => format!("---\n{words}\n---"),
                        _ => words,
                    });
                }
            }
        }
    }
    lines.join("\n").replace("\n\n", "\n")
}

fn dm(alert: &Alert, boomerang: &Boomerang) -> String {
    let message = direct_message(alert, boomerang);
    assert_eq!(violations(&message), [""; 0]);
    let text: String = message.text.chars().take(200).collect();
    format!("{}\n    {}", seen(&json!(message.blocks)), text.replace('\u{200b}', "·"))
}

const HOSTILE: &str = "<!channel> <@U9> *bold* \u{202e}gnp.exe\u{202c} \u{0}\u{1b}[31m 🔴👩‍👩‍👧 https://evil.example @here";

#[test]
fn the_modal_that_sends_a_boomerang() {
    insta::assert_json_snapshot!(modal(&with_event(json!({"eventName": "ConsoleLogin"}))), @r#"
    {
      "type": "modal",
      "callback_id": "boomerang",
      "private_metadata": "{\"alert_id\":\"a1\",\"seen_seq\":3,\"channel\":\"C1\",\"message_ts\":\"1.2\"}",
      "title": {
        "type": "plain_text",
        "text": "🪃 Boomerang",
        "emoji": false
      },
      "submit": {
        "type": "plain_text",
        "text": "🪃 Send",
        "emoji": false
      },
      "close": {
        "type": "plain_text",
        "text": "Cancel",
        "emoji": false
      },
      "blocks": [
        {
          "type": "input",
          "block_id": "recipient",
          "label": {
            "type": "plain_text",
            "text": "Recipient",
            "emoji": false
          },
          "element": {
            "type": "users_select",
            "action_id": "user",
            "placeholder": {
              "type": "plain_text",
              "text": "Who can tell more?",
              "emoji": false
            }
          }
        },
        {
          "type": "input",
          "block_id": "question",
          "label": {
            "type": "plain_text",
            "text": "Message",
            "emoji": false
          },
          "hint": {
            "type": "plain_text",
            "text": "The recipient gets it in a direct message. Message and answer go to the alert's thread.",
            "emoji": false
          },
          "element": {
            "type": "plain_text_input",
            "action_id": "text",
            "multiline": true,
            "min_length": 1,
            "max_length": 3000
          }
        },
        {
          "type": "input",
          "block_id": "share",
          "optional": true,
          "label": {
            "type": "plain_text",
            "text": "Event details",
            "emoji": false
          },
          "element": {
            "type": "checkboxes",
            "action_id": "event",
            "options": [
              {
                "text": {
                  "type": "plain_text",
                  "text": "Share Event Details with Recipient",
                  "emoji": false
                },
                "value": "first_event"
              }
            ]
          }
        },
        {
          "type": "rich_text",
          "elements": [
            {
              "type": "rich_text_preformatted",
              "elements": [
                {
                  "type": "text",
                  "text": "{\n  \"eventName\": \"ConsoleLogin\"\n}"
                }
              ]
            }
          ]
        }
      ]
    }
    "#);
}

#[test]
fn the_modal_shows_the_beginning_of_the_event_and_offers_nothing_without_one() {
    let shown = |event: Value| {
        let view = modal(&with_event(event));
        view["blocks"][3]["elements"][0]["elements"][0]["text"].as_str().map(str::to_owned)
    };
    for nothing in [Value::Null, json!({}), json!([]), json!("x")] {
        assert_eq!(shown(nothing), None);
    }
    let huge = shown(json!({"x": "y".repeat(100_000)})).unwrap();
    assert!(huge.starts_with("{\n  \"x\": \"yyy") && huge.ends_with("… (cut)") && huge.len() < 1300, "{huge}");
    insta::assert_snapshot!(shown(json!({"a": HOSTILE, HOSTILE: [1, null]})).unwrap(), @r#"
    {
      "a": "<!channel> <@U9> *bold* �gnp.exe� \u0000\u001b[31m 🔴👩‍👩‍👧 https://evil.example @here",
      "<!channel> <@U9> *bold* �gnp.exe� \u0000\u001b[31m 🔴👩‍👩‍👧 https://evil.example @here": [
        1,
        null
      ]
    }
    "#);
}

#[test]
fn the_direct_message_with_its_controls() {
    let message = direct_message(&with_event(json!({"eventName": "ConsoleLogin"})), &asked("Was that you?"));
    assert_eq!(violations(&message), [""; 0]);
    insta::assert_json_snapshot!(message, @r#"
    {
      "text": "Your help has been requested! Linus asks: Was that you?",
      "blocks": [
        {
          "type": "header",
          "text": {
            "type": "plain_text",
            "text": "Your help has been requested!",
            "emoji": false
          }
        },
        {
          "type": "rich_text",
          "elements": [
            {
              "type": "rich_text_section",
              "elements": [
                {
                  "type": "user",
                  "user_id": "U1"
                },
                {
                  "type": "text",
                  "text": " asks:"
                }
              ]
            },
            {
              "type": "rich_text_quote",
              "elements": [
                {
                  "type": "text",
                  "text": "Was that you?"
                }
              ]
            }
          ]
        },
        {
          "type": "rich_text",
          "elements": [
            {
              "type": "rich_text_section",
              "elements": [
                {
                  "type": "text",
                  "text": "Event details\n",
                  "style": {
                    "bold": true
                  }
                }
              ]
            },
            {
              "type": "rich_text_preformatted",
              "elements": [
                {
                  "type": "text",
                  "text": "{\n  \"eventName\": \"ConsoleLogin\"\n}"
                }
              ]
            }
          ]
        },
        {
          "type": "input",
          "block_id": "boomerang-text:b1",
          "optional": true,
          "label": {
            "type": "plain_text",
            "text": "Your answer",
            "emoji": false
          },
          "element": {
            "type": "plain_text_input",
            "action_id": "boomerang_answer",
            "multiline": true,
            "max_length": 3000
          }
        },
        {
          "type": "actions",
          "block_id": "boomerang-answer:b1:b90c19e66e160e194a5b3b94ec27fb7c",
          "elements": [
            {
              "type": "button",
              "action_id": "boomerang_confirm",
              "style": "primary",
              "text": {
                "type": "plain_text",
                "text": "Confirm",
                "emoji": false
              }
            },
            {
              "type": "button",
              "action_id": "boomerang_report",
              "style": "danger",
              "text": {
                "type": "plain_text",
                "text": "Report Suspicious Activity",
                "emoji": false
              },
              "confirm": {
                "title": {
                  "type": "plain_text",
                  "text": "Report suspicious activity?",
                  "emoji": false
                },
                "text": {
                  "type": "plain_text",
                  "text": "The security team is told that this was not you, or not as it should be.",
                  "emoji": false
                },
                "confirm": {
                  "type": "plain_text",
                  "text": "Report",
                  "emoji": false
                },
                "deny": {
                  "type": "plain_text",
                  "text": "Go back",
                  "emoji": false
                }
              }
            }
          ]
        }
      ],
      "metadata": {
        "event_type": "margay_boomerang",
        "event_payload": {
          "boomerang": "b1"
        }
      }
    }
    "#);
}

#[test]
fn the_direct_message_says_what_became_of_it() {
    let alert = with_event(json!({"eventName": "ConsoleLogin"}));
    let question = "Was that you?";
    let cancelled = Boomerang { end: Some(End::Cancelled { by: linus() }), ..asked(question) };
    let unshared = Boomerang { shares_event: false, ..asked(question) };
    let unknown = Boomerang { end: Some(End::Undelivered { why: "x".into() }), ..asked(question) };
    let all = [
        asked(question),
        unshared,
        answered(question, Verdict::Confirmed, Some("Yes,\nit was."), false),
        answered(question, Verdict::Confirmed, None, true),
        answered(question, Verdict::Suspicious, Some("No!"), false),
        answered(question, Verdict::Suspicious, None, true),
        cancelled,
        unknown,
    ];
    insta::assert_snapshot!(all.map(|boomerang| dm(&alert, &boomerang)).join("\n\n"), @r#"
    # Your help has been requested!
    @U1 asks:
    > Was that you?
    Event details
    ---
    {
      "eventName": "ConsoleLogin"
    }
    ---
    [Your answer: ____]
    [Confirm] [Report Suspicious Activity]
        Your help has been requested! Linus asks: Was that you?

    # Your help has been requested!
    @U1 asks:
    > Was that you?
    [Your answer: ____]
    [Confirm] [Report Suspicious Activity]
        Your help has been requested! Linus asks: Was that you?

    # Your help has been requested!
    @U1 asks:
    > Was that you?
    Event details
    ---
    {
      "eventName": "ConsoleLogin"
    }
    ---
    You answered: Confirm. Thank you!
    > Yes,
    it was.
        Your help has been requested! Linus asks: Was that you? You answered: Confirm. Thank you! Yes,
    it was.

    # Your help has been requested!
    @U1 asks:
    > Was that you?
    Event details
    ---
    {
      "eventName": "ConsoleLogin"
    }
    ---
    You answered late: Confirm. Thank you!
        Your help has been requested! Linus asks: Was that you? You answered late: Confirm. Thank you!

    # Your help has been requested!
    @U1 asks:
    > Was that you?
    Event details
    ---
    {
      "eventName": "ConsoleLogin"
    }
    ---
    You reported suspicious activity. The security team has been told. Thank you!
    > No!
        Your help has been requested! Linus asks: Was that you? You reported suspicious activity. The security team has been told. Thank you! No!

    # Your help has been requested!
    @U1 asks:
    > Was that you?
    Event details
    ---
    {
      "eventName": "ConsoleLogin"
    }
    ---
    You reported suspicious activity, late. The security team has been told. Thank you!
        Your help has been requested! Linus asks: Was that you? You reported suspicious activity, late. The security team has been told. Thank you!

    # Your help has been requested!
    @U1 asks:
    > Was that you?
    Event details
    ---
    {
      "eventName": "ConsoleLogin"
    }
    ---
    This request was cancelled by Linus. No answer is needed any more.
        Your help has been requested! Linus asks: Was that you? This request was cancelled by Linus. No answer is needed any more.

    # Your help has been requested!
    @U1 asks:
    > Was that you?
    Event details
    ---
    {
      "eventName": "ConsoleLogin"
    }
    ---
    [Your answer: ____]
    [Confirm] [Report Suspicious Activity]
        Your help has been requested! Linus asks: Was that you?
    "#);
}

#[test]
fn the_direct_message_at_empty_hostile_and_huge_input() {
    let huge = "ü🔴<".repeat(40_000);
    let event = |text: &str| with_event(json!({"a": text}));
    let nobody = Boomerang { asker: Actor::System, ..asked(" \n") };
    let unnamed = Boomerang {
        asker: Actor::User { id: UserId::new("u1").unwrap(), name: "\u{202e}".into(), slack_user: Some("<!x>".into()) },
        ..asked(HOSTILE)
    };
    let all = [
        dm(&with_event(Value::Null), &nobody),
        dm(&event(HOSTILE), &unnamed),
        dm(&event(HOSTILE), &answered(HOSTILE, Verdict::Suspicious, Some(HOSTILE), true)),
        dm(&event(HOSTILE), &Boomerang { end: Some(End::Cancelled { by: robin(HOSTILE) }), ..asked(HOSTILE) }),
        dm(&event(&huge), &answered(&huge, Verdict::Confirmed, Some(&huge), false)),
    ];
    insta::assert_snapshot!(all.join("\n\n"), @r#"
    # Your help has been requested!
    Margay asks:
    > (empty)
    [Your answer: ____]
    [Confirm] [Report Suspicious Activity]
        Your help has been requested! Margay asks: (empty)

    # Your help has been requested!
    � asks:
    > <!channel> <@U9> *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https://evil.example @here
    Event details
    ---
    {
      "a": "<!channel> <@U9> *bold* �gnp.exe� \u0000\u001b[31m 🔴👩‍👩‍👧 https://evil.example @here"
    }
    ---
    [Your answer: ____]
    [Confirm] [Report Suspicious Activity]
        Your help has been requested! � asks: &lt;!channel&gt; &lt;@·U9&gt; *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https:·//evil.example @·here

    # Your help has been requested!
    @U1 asks:
    > <!channel> <@U9> *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https://evil.example @here
    Event details
    ---
    {
      "a": "<!channel> <@U9> *bold* �gnp.exe� \u0000\u001b[31m 🔴👩‍👩‍👧 https://evil.example @here"
    }
    ---
    You reported suspicious activity, late. The security team has been told. Thank you!
    > <!channel> <@U9> *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https://evil.example @here
        Your help has been requested! Linus asks: &lt;!channel&gt; &lt;@·U9&gt; *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https:·//evil.example @·here You reported suspicious activity, late. The security team has been t

    # Your help has been requested!
    @U1 asks:
    > <!channel> <@U9> *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https://evil.example @here
    Event details
    ---
    {
      "a": "<!channel> <@U9> *bold* �gnp.exe� \u0000\u001b[31m 🔴👩‍👩‍👧 https://evil.example @here"
    }
    ---
    This request was cancelled by <!channel> <@U9> *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https://evil.example @here. No answer is needed any more.
        Your help has been requested! Linus asks: &lt;!channel&gt; &lt;@·U9&gt; *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https:·//evil.example @·here This request was cancelled by &lt;!channel&gt; &lt;@·U9&gt; *bold* �

    # Your help has been requested!
    @U1 asks:
    > ü🔴<ü🔴<ü🔴<ü🔴<ü🔴<ü🔴<ü🔴(1290 characters)🔴<ü🔴<ü🔴<ü🔴<ü🔴… (cut)
    Event details
    ---
    {
      "a": "ü🔴<ü🔴<ü🔴<ü(1295 characters)<ü🔴<ü🔴<ü🔴<ü🔴<… (cut)
    ---
    You answered: Confirm. Thank you!
    > ü🔴<ü🔴<ü🔴<ü🔴<ü🔴<ü🔴<ü🔴(1076 characters)ü🔴<ü🔴<ü🔴<ü🔴<ü… (cut)
        Your help has been requested! Linus asks: ü🔴&lt;ü🔴&lt;ü🔴&lt;ü🔴&lt;ü🔴&lt;ü🔴&lt;ü🔴&lt;ü🔴&lt;ü🔴&lt;ü🔴&lt;ü🔴&lt;ü🔴&lt;ü🔴&lt;ü🔴&lt;ü🔴&lt;ü🔴&lt;ü🔴&lt;ü🔴&lt;ü🔴&lt;ü🔴&lt;ü🔴&lt;ü🔴&lt;ü🔴&lt;ü🔴&lt;ü🔴&lt;ü🔴&lt;ü🔴
    "#);
}

#[test]
fn the_reminder() {
    let seen = |boomerang: &Boomerang| {
        let message = reminder(boomerang);
        assert_eq!(violations(&message), [""; 0]);
        format!("{}\n    {}", seen(&json!(message.blocks)), message.text.replace('\u{200b}', "·"))
    };
    let all = [asked("Was that you?"), asked(""), asked(HOSTILE), asked(&"ü".repeat(100_000))];
    insta::assert_snapshot!(all.map(|boomerang| seen(&boomerang)).join("\n\n"), @"
    Reminder: @U1 still waits for your answer. Please answer with the buttons of the message above:
    > Was that you?
        Reminder: Linus still waits for your answer. Please answer with the buttons of the message above: Was that you?

    Reminder: @U1 still waits for your answer. Please answer with the buttons of the message above:
    > (empty)
        Reminder: Linus still waits for your answer. Please answer with the buttons of the message above: (empty)

    Reminder: @U1 still waits for your answer. Please answer with the buttons of the message above:
    > <!channel> <@U9> *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https://evil.example @here
        Reminder: Linus still waits for your answer. Please answer with the buttons of the message above: &lt;!channel&gt; &lt;@·U9&gt; *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https:·//evil.example @·here

    Reminder: @U1 still waits for your answer. Please answer with the buttons of the message above:
    > üüüüüüüüüüüüüüüüüüüü(300 characters)üüüüüüüüüüüüü… (cut)
        Reminder: Linus still waits for your answer. Please answer with the buttons of the message above: üüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüü… (cut)
    ");
}

/// Every kind of reply, with these texts.
fn replies(name: &str, words: &str) -> Vec<Message> {
    let sent = |shares_event| ActivityKind::BoomerangSent {
        recipient: recipient(name),
        question: words.into(),
        shares_event,
        workspace: None,
        conversation: None,
    };
    let answered = |verdict, answer: Option<&str>, late, reopened| ActivityKind::BoomerangAnswered {
        boomerang: id(),
        recipient: recipient(name),
        verdict,
        answer: answer.map(Into::into),
        late,
        reopened,
    };
    vec![
        with_cancel_button(reply(linus(), sent(true)), &AlertId::new("a1").unwrap(), &id()),
        reply(linus(), sent(false)),
        reply(robin(name), answered(Verdict::Confirmed, Some(words), false, None)),
        reply(robin(name), answered(Verdict::Confirmed, None, true, None)),
        reply(robin(name), answered(Verdict::Suspicious, Some(words), true, Some(Status::Closed))),
        reply(robin(name), answered(Verdict::Suspicious, None, false, Some(Status::Resolved))),
        reply(linus(), ActivityKind::BoomerangCancelled { boomerang: id(), recipient: recipient(name) }),
        reply(
            Actor::System,
            ActivityKind::BoomerangOverdue { boomerang: id(), recipient: recipient(name), asker: linus() },
        ),
        reply(
            Actor::System,
            ActivityKind::BoomerangUndelivered {
                boomerang: id(),
                recipient: recipient(name),
                asker: linus(),
                why: words.into(),
            },
        ),
    ]
}

fn seen_replies(name: &str, words: &str) -> String {
    let replies = replies(name, words);
    let all = replies.iter().map(|message| {
        assert_eq!(violations(message), [""; 0]);
        let text: String = message.text.chars().take(160).collect();
        format!("{}\n    {}", seen(&json!(message.blocks)), text.replace('\u{200b}', "·"))
    });
    all.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_reply_in_the_alerts_thread() {
    insta::assert_snapshot!(seen_replies("Robin", "Was that you?"), @"
    🪃 @U1 asked Robin:
    > Was that you?
    The first event was shared with them.
    [Cancel]
        🪃 Linus asked Robin: Was that you? The first event was shared with them.
    🪃 @U1 asked Robin:
    > Was that you?
        🪃 Linus asked Robin: Was that you?
    🪃 Robin answered: Confirm:
    > Was that you?
        🪃 Robin answered: Confirm: Was that you?
    🪃 Robin answered late: Confirm
        🪃 Robin answered late: Confirm
    🪃 Robin answered late: Report Suspicious Activity:
    > Was that you?
    The alert was Invalid and is open again.
        🪃 Robin answered late: Report Suspicious Activity: Was that you? The alert was Invalid and is open again.
    🪃 Robin answered: Report Suspicious Activity
    The alert was Resolved and is open again.
        🪃 Robin answered: Report Suspicious Activity. The alert was Resolved and is open again.
    🪃 @U1 cancelled the question to Robin
        🪃 Linus cancelled the question to Robin
    🪃 @U1: Robin has not answered your question yet. Ask somebody else, or ask them in another way; a late answer still counts.
        🪃 Linus: Robin has not answered your question yet. Ask somebody else, or ask them in another way; a late answer still counts.
    🪃 @U1: your question did not reach Robin. Was that you?
        🪃 Linus: your question did not reach Robin. Was that you?
    ");
}

#[test]
fn replies_at_empty_hostile_and_huge_input() {
    insta::assert_snapshot!(seen_replies("", " \n"), @"
    🪃 @U1 asked @U2
    The first event was shared with them.
    [Cancel]
        🪃 Linus asked U2. The first event was shared with them.
    🪃 @U1 asked @U2
        🪃 Linus asked U2
    🪃 U2 answered: Confirm
        🪃 U2 answered: Confirm
    🪃 U2 answered late: Confirm
        🪃 U2 answered late: Confirm
    🪃 U2 answered late: Report Suspicious Activity
    The alert was Invalid and is open again.
        🪃 U2 answered late: Report Suspicious Activity. The alert was Invalid and is open again.
    🪃 U2 answered: Report Suspicious Activity
    The alert was Resolved and is open again.
        🪃 U2 answered: Report Suspicious Activity. The alert was Resolved and is open again.
    🪃 @U1 cancelled the question to @U2
        🪃 Linus cancelled the question to U2
    🪃 @U1: @U2 has not answered your question yet. Ask somebody else, or ask them in another way; a late answer still counts.
        🪃 Linus: U2 has not answered your question yet. Ask somebody else, or ask them in another way; a late answer still counts.
    🪃 @U1: your question did not reach @U2. 
        🪃 Linus: your question did not reach U2.
    ");
    insta::assert_snapshot!(seen_replies(HOSTILE, HOSTILE), @"
    🪃 @U1 asked <!channel> <@U9> *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https://evil.example @here:
    > <!channel> <@U9> *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https://evil.example @here
    The first event was shared with them.
    [Cancel]
        🪃 Linus asked &lt;!channel&gt; &lt;@·U9&gt; *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https:·//evil.example @·here: &lt;!channel&gt; &lt;@·U9&gt; *bold* �gnp.exe� ��[31m 🔴
    🪃 @U1 asked <!channel> <@U9> *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https://evil.example @here:
    > <!channel> <@U9> *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https://evil.example @here
        🪃 Linus asked &lt;!channel&gt; &lt;@·U9&gt; *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https:·//evil.example @·here: &lt;!channel&gt; &lt;@·U9&gt; *bold* �gnp.exe� ��[31m 🔴
    🪃 <!channel> <@U9> *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https://evil.example @here answered: Confirm:
    > <!channel> <@U9> *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https://evil.example @here
        🪃 &lt;!channel&gt; &lt;@·U9&gt; *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https:·//evil.example @·here answered: Confirm: &lt;!channel&gt; &lt;@·U9&gt; *bold* �gnp.exe� ��
    🪃 <!channel> <@U9> *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https://evil.example @here answered late: Confirm
        🪃 &lt;!channel&gt; &lt;@·U9&gt; *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https:·//evil.example @·here answered late: Confirm
    🪃 <!channel> <@U9> *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https://evil.example @here answered late: Report Suspicious Activity:
    > <!channel> <@U9> *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https://evil.example @here
    The alert was Invalid and is open again.
        🪃 &lt;!channel&gt; &lt;@·U9&gt; *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https:·//evil.example @·here answered late: Report Suspicious Activity: &lt;!channel&gt; &lt;@·U9
    🪃 <!channel> <@U9> *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https://evil.example @here answered: Report Suspicious Activity
    The alert was Resolved and is open again.
        🪃 &lt;!channel&gt; &lt;@·U9&gt; *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https:·//evil.example @·here answered: Report Suspicious Activity. The alert was Resolved and is 
    🪃 @U1 cancelled the question to <!channel> <@U9> *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https://evil.example @here
        🪃 Linus cancelled the question to &lt;!channel&gt; &lt;@·U9&gt; *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https:·//evil.example @·here
    🪃 @U1: <!channel> <@U9> *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https://evil.example @here has not answered your question yet. Ask somebody else, or ask them in another way; a late answer still counts.
        🪃 Linus: &lt;!channel&gt; &lt;@·U9&gt; *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https:·//evil.example @·here has not answered your question yet. Ask somebody else, or ask
    🪃 @U1: your question did not reach <!channel> <@U9> *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https://evil.example @here. <!channel> <@U9> *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https://evil.example @here
        🪃 Linus: your question did not reach &lt;!channel&gt; &lt;@·U9&gt; *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https:·//evil.example @·here. &lt;!channel&gt; &lt;@·U9&gt; *b
    ");
    insta::assert_snapshot!(seen_replies(&"🔴".repeat(50_000), &"<ü".repeat(50_000)), @"
    🪃 @U1 asked 🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴… (cut):
    > <ü<ü<ü<ü<ü<ü<ü<ü<ü<ü(3203 characters)ü<ü<ü<ü<ü<ü<ü… (cut)
    The first event was shared with them.
    [Cancel]
        🪃 Linus asked 🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴… (cut): &lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&
    🪃 @U1 asked 🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴… (cut):
    > <ü<ü<ü<ü<ü<ü<ü<ü<ü<ü(3203 characters)ü<ü<ü<ü<ü<ü<ü… (cut)
        🪃 Linus asked 🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴… (cut): &lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&
    🪃 🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴… (cut) answered: Confirm:
    > <ü<ü<ü<ü<ü<ü<ü<ü<ü<ü(3203 characters)ü<ü<ü<ü<ü<ü<ü… (cut)
        🪃 🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴… (cut) answered: Confirm: &lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü
    🪃 🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴… (cut) answered late: Confirm
        🪃 🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴… (cut) answered late: Confirm
    🪃 🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴… (cut) answered late: Report Suspicious Activity:
    > <ü<ü<ü<ü<ü<ü<ü<ü<ü<ü(3203 characters)ü<ü<ü<ü<ü<ü<ü… (cut)
    The alert was Invalid and is open again.
        🪃 🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴… (cut) answered late: Report Suspicious Activity: &lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&
    🪃 🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴… (cut) answered: Report Suspicious Activity
    The alert was Resolved and is open again.
        🪃 🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴… (cut) answered: Report Suspicious Activity. The alert was Resolved and is open again.
    🪃 @U1 cancelled the question to 🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴… (cut)
        🪃 Linus cancelled the question to 🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴… (cut)
    🪃 @U1: 🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴… (cut) has not answered your question yet. Ask somebody else, or ask them in another way; a late answer still counts.
        🪃 Linus: 🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴… (cut) has not answered your question yet. Ask somebody else, or ask them in an
    🪃 @U1: your question did not reach 🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴… (cut). <ü<ü<ü<ü<ü<ü<ü<ü<ü(245 characters)ü<ü<ü<ü<ü<ü<ü… (cut)
        🪃 Linus: your question did not reach 🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴… (cut). &lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt
    ");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn slack_would_take_the_messages_and_the_modal_of_any_boomerang(
        (question, answer, name) in (strange(), strange(), strange()),
        (event, mut alert) in (strange(), any_alert()),
    ) {
        alert.content.first_event = json!({"a": event, event: 1});
        modal(&alert);
        let asker = Actor::SlackUser { id: name.clone(), name: name.clone() };
        let ends = [
            None,
            Some(End::Cancelled { by: robin(&name) }),
            Some(End::Answered {
                by: robin(&name), verdict: Verdict::Suspicious, answer: Some(answer.clone()), late: true, on: None,
            }),
        ];
        for end in ends {
            let boomerang = Boomerang { asker: asker.clone(), end, ..asked(&question) };
            for message in [direct_message(&alert, &boomerang), reminder(&boomerang)] {
                prop_assert_eq!(violations(&message), [""; 0]);
                prop_assert_eq!(violations(&message.cut()), [""; 0]);
            }
        }
        for message in replies(&name, &answer) {
            prop_assert_eq!(violations(&message.cut()), [""; 0]);
        }
    }
}
