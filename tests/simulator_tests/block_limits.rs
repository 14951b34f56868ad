//! Every limit of Block Kit in messages: what lies on the bound is accepted, one more is refused, and the refusal
//! points to the place.

use serde_json::{Value, json};

use crate::world::Rig;

fn plain(text: &str) -> Value {
    json!({"type": "plain_text", "text": text})
}

fn long(length: usize) -> Value {
    plain(&"é".repeat(length))
}

fn option(text: usize, value: usize) -> Value {
    json!({"text": long(text), "value": "v".repeat(value)})
}

fn options(count: usize) -> Vec<Value> {
    (0..count).map(|n| json!({"text": plain("one"), "value": format!("{n}")})).collect()
}

fn actions(element: Value) -> Value {
    json!([{"type": "actions", "elements": [element]}])
}

fn button(more: Value) -> Value {
    let mut button = json!({"type": "button", "action_id": "b", "text": plain("Go")});
    for (key, value) in more.as_object().unwrap() {
        button[key] = value.clone();
    }
    actions(button)
}

fn select(more: Value) -> Value {
    let mut select = json!({"type": "static_select", "action_id": "s"});
    for (key, value) in more.as_object().unwrap() {
        select[key] = value.clone();
    }
    actions(select)
}

fn confirm(key: &str, length: usize) -> Value {
    let mut confirm = json!({"title": plain("t"), "text": plain("t"), "confirm": plain("y"), "deny": plain("n")});
    confirm[key] = long(length);
    button(json!({"confirm": confirm}))
}

fn input(more: Value) -> Value {
    let mut input = json!({
        "type": "input", "label": plain("l"), "element": {"type": "plain_text_input", "action_id": "i"},
    });
    for (key, value) in more.as_object().unwrap() {
        input[key] = value.clone();
    }
    json!([input])
}

fn url(length: usize) -> String {
    let start = "https://example.com/";
    format!("{start}{}", "u".repeat(length - start.len()))
}

/// What is limited, the bound, how to build it at a size, and where the refusal points.
type Limit = (&'static str, usize, fn(usize) -> Value, &'static str);

const LIMITS: &[Limit] = &[
    ("blocks in a message", 50, |n| json!(vec![json!({"type": "divider"}); n]), "/blocks"),
    ("block_id", 255, |n| json!([{"type": "divider", "block_id": "b".repeat(n)}]), "/blocks/0/block_id"),
    ("section text", 3000, |n| json!([{"type": "section", "text": long(n)}]), "/blocks/0/text/text"),
    ("section fields", 10, |n| json!([{"type": "section", "fields": vec![plain("f"); n]}]), "/blocks/0/fields"),
    ("section field", 2000, |n| json!([{"type": "section", "fields": [long(n)]}]), "/blocks/0/fields/0/text"),
    ("header text", 150, |n| json!([{"type": "header", "text": long(n)}]), "/blocks/0/text/text"),
    ("context elements", 10, |n| json!([{"type": "context", "elements": vec![plain("c"); n]}]), "/blocks/0/elements"),
    ("context text", 3000, |n| json!([{"type": "context", "elements": [long(n)]}]), "/blocks/0/elements/0/text"),
    (
        "actions elements",
        25,
        |n| {
            let buttons: Vec<Value> =
                (0..n).map(|i| json!({"type": "button", "action_id": format!("{i}"), "text": plain("b")})).collect();
            json!([{"type": "actions", "elements": buttons}])
        },
        "/blocks/0/elements",
    ),
    ("button text", 75, |n| button(json!({"text": long(n)})), "/blocks/0/elements/0/text/text"),
    ("button value", 2000, |n| button(json!({"value": "v".repeat(n)})), "/blocks/0/elements/0/value"),
    ("button url", 3000, |n| button(json!({"url": url(n)})), "/blocks/0/elements/0/url"),
    (
        "button accessibility_label",
        75,
        |n| button(json!({"accessibility_label": "a".repeat(n)})),
        "/blocks/0/elements/0/accessibility_label",
    ),
    ("action_id", 255, |n| button(json!({"action_id": "a".repeat(n)})), "/blocks/0/elements/0/action_id"),
    ("confirm title", 100, |n| confirm("title", n), "/blocks/0/elements/0/confirm/title/text"),
    ("confirm text", 300, |n| confirm("text", n), "/blocks/0/elements/0/confirm/text/text"),
    ("confirm button", 30, |n| confirm("confirm", n), "/blocks/0/elements/0/confirm/confirm/text"),
    ("deny button", 30, |n| confirm("deny", n), "/blocks/0/elements/0/confirm/deny/text"),
    ("option text", 75, |n| select(json!({"options": [option(n, 1)]})), "/blocks/0/elements/0/options/0/text/text"),
    ("option value", 150, |n| select(json!({"options": [option(1, n)]})), "/blocks/0/elements/0/options/0/value"),
    (
        "option description",
        75,
        |n| select(json!({"options": [{"text": plain("o"), "value": "v", "description": long(n)}]})),
        "/blocks/0/elements/0/options/0/description/text",
    ),
    ("select options", 100, |n| select(json!({"options": options(n)})), "/blocks/0/elements/0/options"),
    (
        "option groups",
        100,
        |n| select(json!({"option_groups": vec![json!({"label": plain("g"), "options": options(1)}); n]})),
        "/blocks/0/elements/0/option_groups",
    ),
    (
        "options in a group",
        100,
        |n| select(json!({"option_groups": [{"label": plain("g"), "options": options(n)}]})),
        "/blocks/0/elements/0/option_groups/0/options",
    ),
    (
        "group label",
        75,
        |n| select(json!({"option_groups": [{"label": long(n), "options": options(1)}]})),
        "/blocks/0/elements/0/option_groups/0/label/text",
    ),
    (
        "placeholder",
        150,
        |n| select(json!({"options": options(1), "placeholder": long(n)})),
        "/blocks/0/elements/0/placeholder/text",
    ),
    (
        "overflow options",
        5,
        |n| actions(json!({"type": "overflow", "action_id": "o", "options": options(n)})),
        "/blocks/0/elements/0/options",
    ),
    (
        "radio buttons",
        10,
        |n| actions(json!({"type": "radio_buttons", "action_id": "r", "options": options(n)})),
        "/blocks/0/elements/0/options",
    ),
    (
        "checkboxes",
        10,
        |n| actions(json!({"type": "checkboxes", "action_id": "c", "options": options(n)})),
        "/blocks/0/elements/0/options",
    ),
    ("input label", 2000, |n| input(json!({"label": long(n)})), "/blocks/0/label/text"),
    ("input hint", 2000, |n| input(json!({"hint": long(n)})), "/blocks/0/hint/text"),
    (
        "max_length of an input",
        3000,
        |n| input(json!({"element": {"type": "plain_text_input", "max_length": n}})),
        "/blocks/0/element/max_length",
    ),
    ("image url", 3000, |n| json!([{"type": "image", "image_url": url(n), "alt_text": "a"}]), "/blocks/0/image_url"),
    (
        "image alt_text",
        2000,
        |n| json!([{"type": "image", "image_url": "https://example.com/i.png", "alt_text": "a".repeat(n)}]),
        "/blocks/0/alt_text",
    ),
    (
        "image title",
        2000,
        |n| json!([{"type": "image", "image_url": "https://example.com/i.png", "alt_text": "a", "title": long(n)}]),
        "/blocks/0/title/text",
    ),
    (
        "markdown in all blocks together",
        12_000,
        |n| json!([{"type": "markdown", "text": "m".repeat(6000)}, {"type": "markdown", "text": "m".repeat(n - 6000)}]),
        "/blocks",
    ),
    (
        "table rows",
        100,
        |n| json!([{"type": "table", "rows": vec![json!([{"type": "raw_text", "text": "c"}]); n]}]),
        "/blocks/0/rows",
    ),
    (
        "table cells",
        20,
        |n| json!([{"type": "table", "rows": [vec![json!({"type": "raw_text", "text": "c"}); n]]}]),
        "/blocks/0/rows/0",
    ),
    (
        "rich text list indent",
        8,
        |n| {
            json!([{"type": "rich_text", "elements": [
                {"type": "rich_text_list", "style": "bullet", "indent": n,
                 "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "t"}]}]}
            ]}])
        },
        "/blocks/0/elements/0/indent",
    ),
];

#[tokio::test]
async fn what_lies_on_a_limit_is_accepted_and_one_more_is_refused_at_its_place() {
    let rig = Rig::new();
    for (what, bound, build, at) in LIMITS {
        let fits = rig.post_blocks(build(*bound)).await;
        assert_eq!(fits["ok"], true, "{what} of {bound}: {fits}");

        let beyond = rig.post_blocks(build(bound + 1)).await;
        assert_eq!(beyond["error"], "invalid_blocks", "{what} of {}: {beyond}", bound + 1);
        let finding = beyond["response_metadata"]["messages"][0].as_str().unwrap();
        assert!(finding.starts_with("[ERROR] "), "{finding}");
        assert!(finding.ends_with(&format!("[json-pointer:{at}]")), "{what}: {finding}");
        assert_eq!(format!("[ERROR] {}", beyond["errors"][0].as_str().unwrap()), finding);
    }
}

#[tokio::test]
async fn nothing_may_be_empty_that_people_would_see() {
    let rig = Rig::new();
    let cases = [
        json!([{"type": "section", "text": plain("")}]),
        json!([{"type": "section", "fields": []}]),
        json!([{"type": "header", "text": plain("")}]),
        json!([{"type": "context", "elements": []}]),
        json!([{"type": "actions", "elements": []}]),
        button(json!({"text": plain("")})),
        button(json!({"action_id": ""})),
        select(json!({"options": []})),
        select(json!({"options": [{"text": plain(""), "value": "v"}]})),
        select(json!({"options": [{"text": plain("t"), "value": ""}]})),
        json!([{"type": "image", "image_url": "https://example.com/i.png", "alt_text": ""}]),
        json!([{"type": "rich_text", "elements": []}]),
        json!([{"type": "markdown", "text": ""}]),
        json!([{"type": "table", "rows": []}]),
    ];
    for blocks in cases {
        let answer = rig.post_blocks(blocks.clone()).await;
        assert_eq!(answer["error"], "invalid_blocks", "{blocks}: {answer}");
    }
}

#[tokio::test]
async fn a_message_has_one_table_at_most() {
    let rig = Rig::new();
    let table = json!({"type": "table", "rows": [[{"type": "raw_text", "text": "c"}]]});
    assert_eq!(rig.post_blocks(json!([table])).await["ok"], true);
    let answer = rig.post_blocks(json!([table, table])).await;
    assert_eq!(answer["errors"][0], "only_one_table_allowed [json-pointer:/blocks]");
}

#[tokio::test]
async fn blocks_that_are_too_much_json_altogether_are_refused() {
    let rig = Rig::new();
    let section = json!({"type": "section", "text": long(3000)});
    assert_eq!(rig.post_blocks(json!(vec![section.clone(); 16])).await["ok"], true);
    assert_eq!(rig.post_blocks(json!(vec![section; 17])).await["error"], "msg_blocks_too_long");
}
