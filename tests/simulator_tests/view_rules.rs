//! Block Kit's rules for modals and homes: lengths on and beyond their bounds, and what stands only in messages.

use serde_json::{Value, json};

use crate::world::{Rig, USER};

fn plain(text: &str) -> Value {
    json!({"type": "plain_text", "text": text})
}

fn long(length: usize) -> Value {
    plain(&"é".repeat(length))
}

fn modal(more: Value) -> Value {
    let mut view = json!({"type": "modal", "title": plain("T"), "blocks": [{"type": "divider"}]});
    view.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    view
}

/// What a home or modal is refused with. Homes need no trigger, and updating a modal needs none either.
async fn findings(rig: &Rig, modal_id: &str, view: Value) -> Option<String> {
    let answer = if view["type"] == "home" {
        rig.call("views.publish", json!({"user_id": USER, "view": view})).await
    } else {
        rig.call("views.update", json!({"view_id": modal_id, "view": view})).await
    };
    if answer["ok"] == true {
        return None;
    }
    assert_eq!(answer["error"], "invalid_arguments", "{answer}");
    Some(answer["response_metadata"]["messages"][0].as_str().unwrap().to_owned())
}

/// A simulator with an open modal, and the modal's id.
async fn rig() -> (Rig, String) {
    let rig = Rig::new();
    let button = json!([{"type": "actions", "elements": [{"type": "button", "action_id": "go", "text": plain("Go")}]}]);
    let posted = rig.post_blocks(button).await;
    let act = slack_simulator::Act {
        user: USER.into(),
        channel: crate::world::CHANNEL.into(),
        message_ts: posted["ts"].as_str().unwrap().into(),
        action_id: "go".into(),
        ..Default::default()
    };
    let trigger = rig.sim.prepare_act(&act).unwrap().payload()["trigger_id"].clone();
    let opened = rig.call("views.open", json!({"trigger_id": trigger, "view": modal(json!({}))})).await;
    let id = opened["view"]["id"].as_str().unwrap_or_else(|| panic!("{opened}")).to_owned();
    (rig, id)
}

type Limit = (&'static str, usize, fn(usize) -> Value, &'static str);

const LIMITS: &[Limit] = &[
    ("title", 24, |n| modal(json!({"title": long(n)})), "/view/title/text"),
    ("submit", 24, |n| modal(json!({"submit": long(n)})), "/view/submit/text"),
    ("close", 24, |n| modal(json!({"close": long(n)})), "/view/close/text"),
    ("private_metadata", 3000, |n| modal(json!({"private_metadata": "p".repeat(n)})), "/view/private_metadata"),
    ("callback_id", 255, |n| modal(json!({"callback_id": "c".repeat(n)})), "/view/callback_id"),
    ("external_id", 255, |n| modal(json!({"external_id": "e".repeat(n)})), "/view/external_id"),
    ("blocks", 100, |n| modal(json!({"blocks": vec![json!({"type": "divider"}); n]})), "/view/blocks"),
    ("home blocks", 100, |n| json!({"type": "home", "blocks": vec![json!({"type": "divider"}); n]}), "/view/blocks"),
];

#[tokio::test]
async fn what_lies_on_a_limit_is_accepted_and_one_more_is_refused_at_its_place() {
    let (rig, id) = rig().await;
    for (what, bound, build, at) in LIMITS {
        assert_eq!(findings(&rig, &id, build(*bound)).await, None, "{what} of {bound}");
        let finding = findings(&rig, &id, build(bound + 1)).await.unwrap_or_else(|| panic!("{what}"));
        assert!(finding.ends_with(&format!("[json-pointer:{at}]")), "{what}: {finding}");
    }
}

#[tokio::test]
async fn a_view_has_its_parts_and_no_others() {
    let (rig, id) = rig().await;
    let input = json!([{"type": "input", "label": plain("l"), "element": {"type": "plain_text_input"}}]);
    let focused = |n: usize| {
        let block = json!({"type": "input", "label": plain("l"), "element": {"type": "plain_text_input", "focus_on_load": true}});
        modal(json!({"submit": plain("s"), "blocks": vec![block; n]}))
    };
    for (view, fine) in [
        (modal(json!({"blocks": input})), false),
        (modal(json!({"blocks": input, "submit": plain("Save")})), true),
        (modal(json!({"title": null})), false),
        (modal(json!({"title": {"type": "mrkdwn", "text": "T"}})), false),
        (modal(json!({"blocks": null})), false),
        (modal(json!({"blocks": {}})), false),
        (modal(json!({"notify_on_close": "yes"})), false),
        (modal(json!({"notify_on_close": true, "clear_on_close": true})), true),
        (modal(json!({"footer": "x"})), false),
        (modal(json!({"type": "popup"})), false),
        (focused(1), true),
        (focused(2), false),
        (json!({"type": "home", "blocks": [], "title": plain("T")}), false),
        (json!({"type": "home", "blocks": input}), true),
    ] {
        let found = findings(&rig, &id, view.clone()).await;
        assert_eq!(found.is_none(), fine, "{view}: {found:?}");
    }
}

#[tokio::test]
async fn blocks_for_messages_have_no_place_in_views_and_the_other_way_round() {
    let (rig, id) = rig().await;
    for block in [
        json!({"type": "markdown", "text": "m"}),
        json!({"type": "table", "rows": [[{"type": "raw_text", "text": "c"}]]}),
    ] {
        assert!(findings(&rig, &id, modal(json!({"blocks": [block]}))).await.is_some(), "{block}");
        assert_eq!(rig.post_blocks(json!([block])).await["ok"], true, "{block}");
    }
    let file = json!([{"type": "input", "label": plain("l"), "element": {"type": "file_input"}}]);
    assert_eq!(findings(&rig, &id, modal(json!({"blocks": file, "submit": plain("s")}))).await, None);
    assert_eq!(rig.post_blocks(file).await["error"], "invalid_blocks");
}
