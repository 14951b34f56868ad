//! The rules of Block Kit that are no lengths: required fields, known types and where they may stand, unique ids,
//! addresses, initial choices.

use serde_json::{Value, json};

use crate::world::Rig;

fn plain(text: &str) -> Value {
    json!({"type": "plain_text", "text": text})
}

/// The finding that blocks are refused with, or nothing if they are accepted.
async fn finding(rig: &Rig, blocks: Value) -> Option<String> {
    let answer = rig.post_blocks(blocks).await;
    if answer["ok"] == true {
        return None;
    }
    assert_eq!(answer["error"], "invalid_blocks", "{answer}");
    Some(answer["errors"][0].as_str().unwrap().to_owned())
}

fn element(more: Value) -> Value {
    json!([{"type": "actions", "elements": [more]}])
}

fn accessory(more: Value) -> Value {
    json!([{"type": "section", "text": plain("t"), "accessory": more}])
}

fn input(element: Value) -> Value {
    json!([{"type": "input", "label": plain("l"), "element": element}])
}

#[tokio::test]
async fn a_missing_or_unknown_or_mistyped_part_is_named_with_its_place() {
    let rig = Rig::new();
    let option = json!({"text": plain("o"), "value": "v"});
    let cases = [
        (json!([{}]), "missing required field: type [json-pointer:/blocks/0]"),
        (json!(["section"]), "must provide an object [json-pointer:/blocks/0]"),
        (json!([{"type": "marquee"}]), "unsupported type: marquee [json-pointer:/blocks/0/type]"),
        (json!([{"type": "section"}]), "missing required field: text [json-pointer:/blocks/0]"),
        (json!([{"type": "section", "text": "hi"}]), "must provide an object [json-pointer:/blocks/0/text]"),
        (
            json!([{"type": "section", "text": {"type": "html", "text": "x"}}]),
            "unsupported type: html [json-pointer:/blocks/0/text/type]",
        ),
        (
            json!([{"type": "section", "text": {"type": "mrkdwn", "text": 5}}]),
            "must be a string [json-pointer:/blocks/0/text/text]",
        ),
        (
            json!([{"type": "section", "text": {"type": "mrkdwn", "text": "x", "emoji": true}}]),
            "invalid additional property: emoji [json-pointer:/blocks/0/text]",
        ),
        (
            json!([{"type": "section", "text": {"type": "plain_text", "text": "x", "verbatim": true}}]),
            "invalid additional property: verbatim [json-pointer:/blocks/0/text]",
        ),
        (
            json!([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}]),
            "must be one of: plain_text [json-pointer:/blocks/0/text/type]",
        ),
        (json!([{"type": "divider", "color": "red"}]), "invalid additional property: color [json-pointer:/blocks/0]"),
        (json!([{"type": "divider", "block_id": 7}]), "must be a string [json-pointer:/blocks/0/block_id]"),
        (
            json!([{"type": "image", "image_url": "https://x.example/a.png"}]),
            "missing required field: alt_text [json-pointer:/blocks/0]",
        ),
        (
            element(json!({"type": "button", "action_id": "a"})),
            "missing required field: text [json-pointer:/blocks/0/elements/0]",
        ),
        (
            element(json!({"type": "button", "text": {"type": "mrkdwn", "text": "x"}})),
            "must be one of: plain_text [json-pointer:/blocks/0/elements/0/text/type]",
        ),
        (
            element(json!({"type": "button", "text": plain("x"), "style": "green"})),
            "must be one of: primary, danger [json-pointer:/blocks/0/elements/0/style]",
        ),
        (
            element(json!({"type": "button", "text": plain("x"), "disabled": true})),
            "invalid additional property: disabled [json-pointer:/blocks/0/elements/0]",
        ),
        (
            element(json!({"type": "static_select", "action_id": "a"})),
            "missing required field: options [json-pointer:/blocks/0/elements/0]",
        ),
        (
            element(json!({"type": "static_select", "options": [{"text": plain("x")}]})),
            "missing required field: value [json-pointer:/blocks/0/elements/0/options/0]",
        ),
        (
            element(
                json!({"type": "static_select", "options": [{"text": {"type": "mrkdwn", "text": "x"}, "value": "v"}]}),
            ),
            "must be one of: plain_text [json-pointer:/blocks/0/elements/0/options/0/text/type]",
        ),
        (
            element(
                json!({"type": "static_select", "options": [{"text": plain("x"), "value": "v", "url": "https://x.example"}]}),
            ),
            "invalid additional property: url [json-pointer:/blocks/0/elements/0/options/0]",
        ),
        (
            element(json!({"type": "external_select", "options": [option]})),
            "invalid additional property: options [json-pointer:/blocks/0/elements/0]",
        ),
        (
            element(json!({"type": "users_select", "initial_user": 5})),
            "must be a string [json-pointer:/blocks/0/elements/0/initial_user]",
        ),
        (
            element(json!({"type": "multi_static_select", "options": [option], "max_selected_items": 0})),
            "must be at least 1 [json-pointer:/blocks/0/elements/0/max_selected_items]",
        ),
        (
            json!([{"type": "input", "element": {"type": "plain_text_input"}}]),
            "missing required field: label [json-pointer:/blocks/0]",
        ),
        (json!([{"type": "input", "label": plain("l")}]), "missing required field: element [json-pointer:/blocks/0]"),
        (
            input(json!({"type": "plain_text_input", "min_length": 5, "max_length": 4})),
            "must not be greater than `max_length` [json-pointer:/blocks/0/element/min_length]",
        ),
        (
            input(json!({"type": "number_input"})),
            "missing required field: is_decimal_allowed [json-pointer:/blocks/0/element]",
        ),
        (
            element(json!({"type": "datepicker", "initial_date": "2025-13-01"})),
            "invalid `initial_date` [json-pointer:/blocks/0/elements/0/initial_date]",
        ),
        (
            element(json!({"type": "timepicker", "initial_time": "24:00"})),
            "invalid `initial_time` [json-pointer:/blocks/0/elements/0/initial_time]",
        ),
        (
            element(json!({"type": "button", "text": plain("x"), "confirm": {"title": plain("t")}})),
            "missing required field: text [json-pointer:/blocks/0/elements/0/confirm]",
        ),
        (
            json!([{"type": "table", "rows": [[{"type": "text", "text": "x"}]]}]),
            "unsupported type: text [json-pointer:/blocks/0/rows/0/0/type]",
        ),
    ];
    for (blocks, expected) in cases {
        assert_eq!(finding(&rig, blocks.clone()).await.as_deref(), Some(expected), "{blocks}");
    }
}

#[tokio::test]
async fn an_element_stands_only_where_slack_takes_it() {
    let rig = Rig::new();
    let options = json!([{"text": plain("o"), "value": "v"}]);
    let cases = [
        // element, in a section, in an actions block, in an input block of a message
        (json!({"type": "button", "text": plain("b")}), true, true, false),
        (json!({"type": "overflow", "options": options}), true, true, false),
        (json!({"type": "image", "image_url": "https://x.example/a.png", "alt_text": "a"}), true, false, false),
        (json!({"type": "static_select", "options": options}), true, true, true),
        (json!({"type": "multi_users_select"}), true, true, true),
        (json!({"type": "external_select"}), true, true, true),
        (json!({"type": "radio_buttons", "options": options}), true, true, true),
        (json!({"type": "checkboxes", "options": options}), true, true, true),
        (json!({"type": "datepicker"}), true, true, true),
        (json!({"type": "timepicker"}), true, true, true),
        (json!({"type": "datetimepicker"}), false, true, true),
        (json!({"type": "plain_text_input"}), false, false, true),
        (json!({"type": "rich_text_input"}), false, true, true),
        (json!({"type": "file_input"}), false, false, false),
    ];
    for (thing, in_section, in_actions, in_input) in cases {
        let found = (
            finding(&rig, accessory(thing.clone())).await,
            finding(&rig, element(thing.clone())).await,
            finding(&rig, input(thing.clone())).await,
        );
        let accepted = (found.0.is_none(), found.1.is_none(), found.2.is_none());
        assert_eq!(accepted, (in_section, in_actions, in_input), "{thing}: {found:?}");
    }
}

#[tokio::test]
async fn ids_are_unique_blocks_in_the_message_and_actions_in_their_block() {
    let rig = Rig::new();
    let twice = json!([{"type": "divider", "block_id": "b"}, {"type": "divider", "block_id": "b"}]);
    assert_eq!(
        finding(&rig, twice).await.as_deref(),
        Some("`block_id` b already exists [json-pointer:/blocks/1/block_id]")
    );
    let button = json!({"type": "button", "text": plain("b"), "action_id": "a"});
    let same_block = json!([{"type": "actions", "elements": [button, button]}]);
    assert!(finding(&rig, same_block).await.unwrap().ends_with("[json-pointer:/blocks/0/elements/1/action_id]"));
    let two_blocks = json!([{"type": "actions", "elements": [button]}, {"type": "actions", "elements": [button]}]);
    assert_eq!(finding(&rig, two_blocks).await, None);
}

#[tokio::test]
async fn addresses_are_http_or_mailto_and_whole() {
    let rig = Rig::new();
    for (url, fine) in [
        ("https://example.com", true),
        ("http://127.0.0.1:8080/x?y#z", true),
        ("HTTPS://EXAMPLE.COM/", true),
        ("mailto:a@example.com", true),
        ("javascript:alert(1)", false),
        ("ftp://example.com/x", false),
        ("example.com/x", false),
        ("https://", false),
        ("https:///path", false),
        ("https://exa mple.com", false),
        ("https://example.com/a\nb", false),
        ("", false),
    ] {
        let found = finding(&rig, element(json!({"type": "button", "text": plain("b"), "url": url}))).await;
        assert_eq!(found.is_none(), fine, "{url:?}: {found:?}");
    }
}

#[tokio::test]
async fn an_initial_option_is_one_of_the_options_except_where_they_are_loaded() {
    let rig = Rig::new();
    let options = json!([{"text": plain("A"), "value": "a"}, {"text": plain("B"), "value": "b"}]);
    let groups = json!([{"label": plain("g"), "options": options}]);
    let (known, stale) = (json!({"text": plain("B"), "value": "b"}), json!({"text": plain("Old B"), "value": "b"}));
    let select = |kind: &str, key: &str, source: &Value, initial: &Value| {
        element(json!({"type": "static_select", kind: source, key: initial}))
    };
    assert_eq!(finding(&rig, select("options", "initial_option", &options, &known)).await, None);
    assert_eq!(finding(&rig, select("option_groups", "initial_option", &groups, &known)).await, None);
    for kind in ["options", "option_groups"] {
        let source = if kind == "options" { &options } else { &groups };
        let found = finding(&rig, select(kind, "initial_option", source, &stale)).await.unwrap();
        assert!(found.ends_with("[json-pointer:/blocks/0/elements/0/initial_option]"), "{found}");
    }
    let boxes = element(json!({"type": "checkboxes", "options": options, "initial_options": [known, stale]}));
    assert!(finding(&rig, boxes).await.is_some());
    let loaded = element(json!({"type": "external_select", "initial_option": stale}));
    assert_eq!(finding(&rig, loaded).await, None);
    let malformed = element(json!({"type": "external_select", "initial_option": {"text": plain("x")}}));
    assert!(finding(&rig, malformed).await.is_some());
}

#[tokio::test]
async fn a_select_has_options_or_groups_and_not_both() {
    let rig = Rig::new();
    let options = json!([{"text": plain("A"), "value": "a"}]);
    let both = json!({"type": "static_select", "options": options, "option_groups": [{"label": plain("g"), "options": options}]});
    assert!(finding(&rig, element(both)).await.is_some());
}

#[tokio::test]
async fn slack_fills_in_what_was_left_out() {
    let rig = Rig::new();
    let answer = rig
        .post_blocks(json!([
            {"type": "section", "text": {"type": "mrkdwn", "text": "t"},
             "accessory": {"type": "button", "text": plain("b")}},
            {"type": "input", "label": plain("l"), "element": {"type": "plain_text_input"}},
        ]))
        .await;
    let blocks = &answer["message"]["blocks"];
    assert!(!blocks[0]["block_id"].as_str().unwrap().is_empty());
    assert_ne!(blocks[0]["block_id"], blocks[1]["block_id"]);
    assert_eq!(blocks[0]["text"]["verbatim"], false);
    assert!(blocks[0]["accessory"]["action_id"].is_string());
    assert_eq!(blocks[0]["accessory"]["text"]["emoji"], true);
    assert_eq!((&blocks[1]["optional"], &blocks[1]["dispatch_action"]), (&json!(false), &json!(false)));
}

#[tokio::test]
async fn blocks_of_an_attachment_are_held_to_the_same_rules() {
    let rig = Rig::new();
    let post = |attachments: Value| {
        rig.call("chat.postMessage", json!({"channel": crate::world::CHANNEL, "text": "t", "attachments": attachments}))
    };
    let fine = post(json!([{"color": "#ff0000", "blocks": [{"type": "divider"}]}])).await;
    assert_eq!(fine["message"]["attachments"][0]["color"], "ff0000", "{fine}");
    assert_eq!(fine["message"]["attachments"][0]["id"], 1);
    assert_eq!(fine["message"]["attachments"][0]["fallback"], "[no preview available]");
    let refused = post(json!([{"blocks": [{"type": "divider"}, {"type": "header"}]}])).await;
    assert_eq!(refused["error"], "invalid_attachments");
    assert_eq!(
        refused["response_metadata"]["messages"][0],
        "[ERROR] missing required field: text [json-pointer:/attachments/0/blocks/1]"
    );
    assert_eq!(post(json!({"color": "red"})).await["error"], "invalid_attachments");
    assert_eq!(post(json!(vec![json!({"text": "x"}); 100])).await["ok"], true);
    assert_eq!(post(json!(vec![json!({"text": "x"}); 101])).await["error"], "too_many_attachments");
}
