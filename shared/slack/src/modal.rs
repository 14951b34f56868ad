//! The modals we open.

use crate::control::{
    ACTION_ANALYSE, BOOMERANG_VIEW, COMMENT_ACTION, COMMENT_BLOCK, INTEL_VIEW, ModalContext, QUESTION_ACTION,
    QUESTION_BLOCK, RECIPIENT_ACTION, RECIPIENT_BLOCK, RESOLVE_VIEW, SHARE_ACTION, SHARE_BLOCK, SHARED,
    indicator_value,
};
use crate::message::first_event;
use crate::{limits, say, text};
use alert::Alert;
use alert::indicator::{Indicator, IndicatorKind};
use serde::Serialize;
use serde_json::{Value, json};

/// A modal, as `views.open` takes it, or a Home, as `views.publish` does.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct View(pub(crate) Value);

/// The modal that asks for a resolution comment, which may stay empty. `title` is the alert's.
pub fn resolve(context: &ModalContext, title: &str) -> View {
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

/// The modal in which a value of the alert is chosen to be analysed. `asked` says what was chosen last, if anything was.
/// Of more values than a select takes the first are offered; `None` without any.
pub fn intel(context: &ModalContext, values: &[Indicator], asked: Option<&str>) -> Option<View> {
    let option = |value: &Indicator| {
        let shown = text::cut_inside(&text::one_line(&value.value), limits::OPTION_TEXT);
        json!({"text": plain(&shown), "value": indicator_value(value)})
    };
    let offered = &values[..values.len().min(limits::OPTIONS)];
    let group = |kind: IndicatorKind| {
        let options: Vec<Value> = offered.iter().filter(|value| value.kind == kind).map(option).collect();
        (!options.is_empty()).then(|| json!({"label": plain(say::indicators(kind)), "options": options}))
    };
    let groups: Vec<Value> = IndicatorKind::ALL.into_iter().filter_map(group).collect();
    if groups.is_empty() {
        return None;
    }
    let mut blocks = vec![json!({"type": "section", "text": plain(say::INTEL_PROMPT)})];
    blocks.push(json!({
        "type": "actions",
        "block_id": ACTION_ANALYSE,
        "elements": [{
            "type": "static_select",
            "action_id": ACTION_ANALYSE,
            "placeholder": plain(say::INTEL_PLACEHOLDER),
            "option_groups": groups,
        }],
    }));
    if let Some(asked) = asked.filter(|asked| !asked.is_empty()) {
        blocks.push(json!({"type": "section", "text": plain(&text::cut(asked, limits::TEXT_OBJECT))}));
    }
    Some(View(json!({
        "type": "modal",
        "callback_id": INTEL_VIEW,
        "private_metadata": context.to_private_metadata(),
        "title": plain(say::INTEL_TITLE),
        "close": plain(say::INTEL_CLOSE),
        "blocks": blocks,
    })))
}

/// The modal that sends a boomerang: to whom, what, and whether with the alert's first event, if it has one.
pub fn boomerang(context: &ModalContext, alert: &Alert) -> View {
    let mut blocks = vec![
        json!({
            "type": "input",
            "block_id": RECIPIENT_BLOCK,
            "label": plain(say::RECIPIENT_LABEL),
            "element": {
                "type": "users_select",
                "action_id": RECIPIENT_ACTION,
                "placeholder": plain(say::RECIPIENT_PLACEHOLDER),
            },
        }),
        json!({
            "type": "input",
            "block_id": QUESTION_BLOCK,
            "label": plain(say::QUESTION_LABEL),
            "hint": plain(say::QUESTION_HINT),
            "element": {
                "type": "plain_text_input",
                "action_id": QUESTION_ACTION,
                "multiline": true,
                "min_length": 1,
                "max_length": limits::INPUT_TEXT,
            },
        }),
    ];
    if let Some(event) = first_event(alert, limits::MODAL_EVENT) {
        blocks.push(json!({
            "type": "input",
            "block_id": SHARE_BLOCK,
            "optional": true,
            "label": plain(say::SHARE_LABEL),
            "element": {
                "type": "checkboxes",
                "action_id": SHARE_ACTION,
                "options": [{"text": plain(say::SHARE_OPTION), "value": SHARED}],
            },
        }));
        blocks.push(json!({
            "type": "rich_text",
            "elements": [{"type": "rich_text_preformatted", "elements": [{"type": "text", "text": event}]}],
        }));
    }
    View(json!({
        "type": "modal",
        "callback_id": BOOMERANG_VIEW,
        "private_metadata": context.to_private_metadata(),
        "title": plain(say::BOOMERANG_TITLE),
        "submit": plain(say::BOOMERANG_SUBMIT),
        "close": plain(say::BOOMERANG_CLOSE),
        "blocks": blocks,
    }))
}

fn plain(text: &str) -> Value {
    json!({"type": "plain_text", "text": text, "emoji": false})
}

#[cfg(test)]
mod tests {
    use super::*;
    use alert::AlertId;

    fn context() -> ModalContext {
        ModalContext {
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
