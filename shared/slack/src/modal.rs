//! The modals we open.

use crate::control::{COMMENT_ACTION, COMMENT_BLOCK, RESOLVE_VIEW, ResolveContext};
use crate::{limits, say, text};
use serde::Serialize;
use serde_json::{Value, json};

/// A modal, as `views.open` takes it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct View(Value);

/// The modal that asks for a resolution comment, which may stay empty. `title` is the alert's.
pub fn resolve(context: &ResolveContext, title: &str) -> View {
    let plain = |text: &str| json!({"type": "plain_text", "text": text, "emoji": false});
    let title = text::cut(&text::one_line(title), limits::MODAL_TITLE_TEXT);
    let mut blocks = Vec::with_capacity(2);
    if !title.is_empty() {
        blocks.push(json!({"type": "section", "text": plain(&title)}));
    }
    blocks.push(json!({
        "type": "input",
        "block_id": COMMENT_BLOCK,
        "optional": true,
        "label": plain(say::RESOLVE_LABEL),
        "hint": plain(say::RESOLVE_HINT),
        "element": {
            "type": "plain_text_input",
            "action_id": COMMENT_ACTION,
            "multiline": true,
            "max_length": limits::INPUT_TEXT,
        },
    }));
    View(json!({
        "type": "modal",
        "callback_id": RESOLVE_VIEW,
        "private_metadata": context.to_private_metadata(),
        "title": plain(say::RESOLVE_TITLE),
        "submit": plain(say::RESOLVE_SUBMIT),
        "close": plain(say::RESOLVE_CLOSE),
        "blocks": blocks,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alert::AlertId;

    fn context() -> ResolveContext {
        ResolveContext {
            alert_id: AlertId::new("a1").unwrap(),
            seen_seq: 3,
            channel: "C1".into(),
            message_ts: "1.2".into(),
            thread_ts: None,
        }
    }

    #[test]
    fn the_resolution_modal() {
        insta::assert_json_snapshot!(resolve(&context(), "Root\nlogin"), @r#"
        {
          "type": "modal",
          "callback_id": "resolve",
          "private_metadata": "{\"alert_id\":\"a1\",\"seen_seq\":3,\"channel\":\"C1\",\"message_ts\":\"1.2\"}",
          "title": {
            "type": "plain_text",
            "text": "Resolve alert",
            "emoji": false
          },
          "submit": {
            "type": "plain_text",
            "text": "Resolve",
            "emoji": false
          },
          "close": {
            "type": "plain_text",
            "text": "Cancel",
            "emoji": false
          },
          "blocks": [
            {
              "type": "section",
              "text": {
                "type": "plain_text",
                "text": "Root login",
                "emoji": false
              }
            },
            {
              "type": "input",
              "block_id": "comment",
              "optional": true,
              "label": {
                "type": "plain_text",
                "text": "Resolution comment",
                "emoji": false
              },
              "hint": {
                "type": "plain_text",
                "text": "It goes to the alert's thread and history.",
                "emoji": false
              },
              "element": {
                "type": "plain_text_input",
                "action_id": "text",
                "multiline": true,
                "max_length": 3000
              }
            }
          ]
        }
        "#);
    }

    #[test]
    fn it_opens_for_any_title() {
        let View(view) = resolve(&context(), &"<!channel> ".repeat(1000));
        let shown = view["blocks"][0]["text"]["text"].as_str().unwrap();
        assert!(shown.chars().count() <= limits::MODAL_TITLE_TEXT);
        for label in [&view["title"], &view["submit"], &view["close"]] {
            assert!(label["text"].as_str().unwrap().chars().count() <= limits::VIEW_LABEL);
        }
        let View(view) = resolve(&context(), " ");
        assert_eq!(view["blocks"].as_array().unwrap().len(), 1);
    }
}
