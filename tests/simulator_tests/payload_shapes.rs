//! The simulator's callbacks have every key of Slack's own sample payloads, at the same type.

use serde_json::{Value, json};
use slack_simulator::{Act, OptionsQuery, Submission};

use crate::world::{CHANNEL, Rig, USER, world};

/// Where `ours` lacks a key of `sample`, or has another type there.
fn differences(sample: &Value, ours: &Value, at: &str, found: &mut Vec<String>) {
    match (sample, ours) {
        (Value::Object(sample), Value::Object(ours)) => {
            for (key, value) in sample {
                match ours.get(key) {
                    Some(own) => differences(value, own, &format!("{at}/{key}"), found),
                    None => found.push(format!("{at}/{key} is missing")),
                }
            }
        }
        (Value::Array(sample), Value::Array(ours)) => {
            if let (Some(sample), Some(ours)) = (sample.first(), ours.first()) {
                differences(sample, ours, &format!("{at}/0"), found);
            }
        }
        (sample, ours) if kind(sample) == kind(ours) => {}
        (sample, ours) => found.push(format!("{at} is {} and should be {}", kind(ours), kind(sample))),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn sample(name: &str) -> Value {
    let path = format!("{}/fixtures/slack/payloads/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Compares, but for keys that old payloads had and that Slack has replaced since.
fn assert_shape(name: &str, ours: &Value, ignored: &[&str]) {
    let mut found = Vec::new();
    differences(&sample(name), ours, "", &mut found);
    found.retain(|f| !ignored.iter().any(|i| f.starts_with(i)));
    assert!(found.is_empty(), "{name}: {found:#?}\n{ours:#}");
}

/// The samples come from a workspace inside an organisation.
fn in_organisation(org_wide: bool) -> Rig {
    let mut world = world();
    world["enterprise"] = json!({"id": "E0ACME0001", "name": "Acme Org"});
    world["app"]["org_wide"] = json!(org_wide);
    Rig::of(world)
}

fn plain(text: &str) -> Value {
    json!({"type": "plain_text", "text": text})
}

async fn button(rig: &Rig) -> Act {
    let button = json!({"type": "button", "action_id": "a", "text": plain("Button"), "value": "v"});
    let posted = rig.post_blocks(json!([{"type": "actions", "elements": [button]}])).await;
    Act {
        user: USER.into(),
        channel: CHANNEL.into(),
        message_ts: posted["ts"].as_str().unwrap().into(),
        action_id: "a".into(),
        ..Act::default()
    }
}

async fn open_modal(rig: &Rig) -> String {
    let act = button(rig).await;
    let trigger = rig.sim.prepare_act(&act).unwrap().payload()["trigger_id"].clone();
    let input = |element: Value| json!({"type": "input", "label": plain("l"), "element": element});
    let view = json!({
        "type": "modal", "title": plain("My App"), "submit": plain("Submit"), "close": plain("Cancel"),
        "notify_on_close": true, "callback_id": "view-id",
        "blocks": [
            {"type": "input", "block_id": "hspI", "label": plain("l"), "optional": true, "element": {"type": "plain_text_input", "action_id": "maBWU"}},
            input(json!({"type": "external_select", "action_id": "es_a", "placeholder": plain("p")})),
        ],
    });
    let answer = rig.call("views.open", json!({"trigger_id": trigger, "view": view})).await;
    answer["view"]["id"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

#[tokio::test]
async fn interactive_payloads_have_the_shape_of_slacks_samples() {
    let rig = in_organisation(false);
    let act = button(&rig).await;
    assert_shape("block_actions", &rig.sim.prepare_act(&act).unwrap().payload(), &[]);

    let view = open_modal(&rig).await;
    let query = OptionsQuery {
        user: USER.into(),
        view_id: Some(view.clone()),
        action_id: "es_a".into(),
        value: "search word".into(),
        ..OptionsQuery::default()
    };
    let callback = rig.sim.prepare_options(&query).unwrap();
    assert_shape("block_suggestion", &callback.payload(), &[]);
    let options = json!({"options": [{"text": plain("One"), "value": "one"}]}).to_string();
    rig.sim.finish(&callback, 200, options.as_bytes());

    let values = json!({"user": USER, "values": {"hspI": {"maBWU": "test"}}});
    let mut submission: Submission = serde_json::from_value(values).unwrap();
    let blocks = rig.sim.views(USER)[0]["blocks"].clone();
    let external = blocks[1]["block_id"].as_str().unwrap().to_owned();
    submission.values.insert(external, [("es_a".to_owned(), json!("one"))].into());
    assert_shape("view_submission", &rig.sim.prepare_submit(&view, &submission).unwrap().payload(), &[]);
    let closed = rig.sim.prepare_close(&view, USER, false).unwrap().unwrap();
    assert_shape("view_closed", &closed.payload(), &[]);
}

#[tokio::test]
async fn an_org_wide_installation_has_no_team_in_its_payloads() {
    let rig = in_organisation(true);
    let act = button(&rig).await;
    let payload = rig.sim.prepare_act(&act).unwrap().payload();
    assert_eq!(payload["team"], Value::Null);
    assert_eq!(payload["enterprise"], json!({"id": "E0ACME0001", "name": "Acme Org"}));
    assert_eq!(payload["is_enterprise_install"], true);
    assert_eq!(payload["user"]["team_id"], "T0ACME0001");
}

#[tokio::test]
async fn events_have_the_shape_of_slacks_samples() {
    let rig = in_organisation(true);
    rig.sim.hold_events();
    let next = || rig.sim.take_events().pop().unwrap().payload();
    let ts = rig.sim.post_as(USER, CHANNEL, "text", None).unwrap();
    // `authed_users` gave way to `authorizations`.
    let old = ["/authed_users"];
    assert_shape("event_message_org_wide", &next(), &old);

    rig.sim.open_home(USER, "messages").unwrap();
    assert_shape("event_app_home_opened", &next(), &old);

    let workspace = in_organisation(false);
    workspace.sim.hold_events();
    let next = || workspace.sim.take_events().pop().unwrap().payload();
    let own = workspace.sim.post_as(USER, CHANNEL, "text", None).unwrap();
    assert_shape("event_message", &next(), &old);
    workspace.post("from the bot").await;
    // Icons are addresses of pictures; the simulator has none.
    assert_shape("event_message_bot", &next(), &["/event/bot_profile/icons"]);
    workspace.sim.edit_as(USER, CHANNEL, &own, "new").unwrap();
    assert_shape("event_message_changed", &next(), &[]);
    workspace.sim.delete_message(CHANNEL, &own).unwrap();
    assert_shape("event_message_deleted", &next(), &[]);
    let parent = workspace.post("parent").await;
    workspace
        .call(
            "chat.postMessage",
            json!({"channel": CHANNEL, "text": "b", "thread_ts": parent, "reply_broadcast": true}),
        )
        .await;
    assert_shape("event_thread_broadcast", &next(), &["/event/client_msg_id", "/event/root/client_msg_id"]);
    workspace.sim.patch_channel(CHANNEL, &json!({"members": [USER, "U0TESTBOT1", "U0MARGO0001"]})).unwrap();
    assert_shape("event_member_joined_channel", &next(), &["/authed_users", "/event/inviter"]);
    assert!(!ts.is_empty());
}
