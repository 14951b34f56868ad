//! Rich text: which parts and leaves there are, what they hold, and where they may stand.

use serde_json::{Value, json};

use crate::world::Rig;

async fn check(rig: &Rig, elements: Value) -> Result<(), String> {
    let answer = rig.post_blocks(json!([{"type": "rich_text", "elements": elements}])).await;
    if answer["ok"] == true { Ok(()) } else { Err(answer["errors"][0].as_str().unwrap().to_owned()) }
}

fn section(leaf: Value) -> Value {
    json!([{"type": "rich_text_section", "elements": [leaf]}])
}

#[tokio::test]
async fn every_leaf_that_people_write_is_accepted() {
    let rig = Rig::new();
    for leaf in [
        json!({"type": "text", "text": "t", "style": {"bold": true, "italic": false, "strike": true, "code": true}}),
        json!({"type": "link", "url": "https://example.com", "text": "t", "style": {"bold": true}}),
        json!({"type": "user", "user_id": "U0LINUS0001"}),
        json!({"type": "user", "user_id": "W0LINUS0001"}),
        json!({"type": "usergroup", "usergroup_id": "S0GROUP0001"}),
        json!({"type": "channel", "channel_id": "C0PUBLIC001"}),
        json!({"type": "team", "team_id": "T0ACME0001"}),
        json!({"type": "broadcast", "range": "here"}),
        json!({"type": "emoji", "name": "wave", "skin_tone": 3}),
        json!({"type": "date", "timestamp": 1720710212, "format": "{date_num} at {time}", "fallback": "then"}),
        json!({"type": "color", "value": "#F405B3"}),
    ] {
        assert_eq!(check(&rig, section(leaf.clone())).await, Ok(()), "{leaf}");
    }
    for part in [
        json!({"type": "rich_text_section", "elements": []}),
        json!({"type": "rich_text_quote", "elements": [{"type": "text", "text": "q"}], "border": 1}),
        json!({"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "p"}], "border": 0}),
        json!({"type": "rich_text_list", "style": "ordered", "indent": 0, "offset": 2, "border": 0, "elements": [
            {"type": "rich_text_section", "elements": [{"type": "text", "text": "1"}]}]}),
    ] {
        assert_eq!(check(&rig, json!([part])).await, Ok(()), "{part}");
    }
}

#[tokio::test]
async fn a_wrong_leaf_or_part_is_refused_at_its_place() {
    let rig = Rig::new();
    let leaf = "/blocks/0/elements/0/elements/0";
    for (elements, expected) in [
        (
            section(json!({"type": "text", "text": ""})),
            format!("must be more than 0 characters [json-pointer:{leaf}/text]"),
        ),
        (section(json!({"type": "text"})), format!("missing required field: text [json-pointer:{leaf}]")),
        (section(json!({"text": "t"})), format!("missing required field: type [json-pointer:{leaf}]")),
        (
            section(json!({"type": "mrkdwn", "text": "t"})),
            format!("unsupported type: mrkdwn [json-pointer:{leaf}/type]"),
        ),
        (
            section(json!({"type": "text", "text": "t", "emoji": true})),
            format!("invalid additional property: emoji [json-pointer:{leaf}]"),
        ),
        (
            section(json!({"type": "text", "text": "t", "style": {"loud": true}})),
            format!("invalid additional property: loud [json-pointer:{leaf}/style]"),
        ),
        (
            section(json!({"type": "text", "text": "t", "style": {"bold": 1}})),
            format!("must be a boolean [json-pointer:{leaf}/style/bold]"),
        ),
        (section(json!({"type": "link", "url": "javascript:x"})), format!("Invalid URL [json-pointer:{leaf}/url]")),
        (
            section(json!({"type": "user", "user_id": "linus"})),
            format!("invalid `user_id` [json-pointer:{leaf}/user_id]"),
        ),
        (
            section(json!({"type": "broadcast", "range": "all"})),
            format!("must be one of: here, channel, everyone [json-pointer:{leaf}/range]"),
        ),
        (
            section(json!({"type": "date", "timestamp": "soon", "format": "{date}"})),
            format!("must be an integer [json-pointer:{leaf}/timestamp]"),
        ),
        (
            json!([{"type": "section", "elements": []}]),
            "unsupported type: section [json-pointer:/blocks/0/elements/0/type]".into(),
        ),
        (
            json!([{"type": "text", "text": "t"}]),
            "unsupported type: text [json-pointer:/blocks/0/elements/0/type]".into(),
        ),
        (
            json!([{"type": "rich_text_section"}]),
            "missing required field: elements [json-pointer:/blocks/0/elements/0]".into(),
        ),
        (
            json!([{"type": "rich_text_preformatted", "elements": [{"type": "emoji", "name": "wave"}]}]),
            format!("unsupported type: emoji [json-pointer:{leaf}/type]"),
        ),
        (
            json!([{"type": "rich_text_list", "elements": [{"type": "rich_text_section", "elements": []}]}]),
            "missing required field: style [json-pointer:/blocks/0/elements/0]".into(),
        ),
        (
            json!([{"type": "rich_text_list", "style": "bullet", "elements": [{"type": "text", "text": "t"}]}]),
            format!("unsupported type: text [json-pointer:{leaf}/type]"),
        ),
        (
            json!([{"type": "rich_text_list", "style": "bullet", "elements": [{"type": "rich_text_list", "style": "bullet", "elements": []}]}]),
            format!("unsupported type: rich_text_list [json-pointer:{leaf}/type]"),
        ),
    ] {
        assert_eq!(check(&rig, elements.clone()).await, Err(expected), "{elements}");
    }
}
