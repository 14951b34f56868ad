//! The direct message in all its faces, and the reminder.

use super::*;

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
