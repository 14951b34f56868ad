//! The modal that sends a boomerang.

use super::*;

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
