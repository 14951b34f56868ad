//! What people do with a message, what the app is told, and what its answer does.

use std::time::Duration;

use serde_json::{Value, json};
use slack_simulator::{Act, CallbackKind, Fill, OptionsQuery, PathKind};

use crate::app::{App, Reply};
use crate::world::{CHANNEL, Rig, USER};

fn plain(text: &str) -> Value {
    json!({"type": "plain_text", "text": text})
}

/// A message with a control of each kind that matters; gives its ts.
async fn post_controls(rig: &Rig) -> String {
    let options = json!([{"text": plain("Open"), "value": "open"}, {"text": plain("Done"), "value": "done"}]);
    let answer = rig
        .post_blocks(json!([
            {"type": "actions", "block_id": "top", "elements": [
                {"type": "button", "action_id": "go", "text": plain("Go"), "value": "now"},
                {"type": "static_select", "action_id": "status", "options": options, "initial_option": options[0]},
                {"type": "external_select", "action_id": "who", "min_query_length": 1},
                {"type": "users_select", "action_id": "person"},
                {"type": "overflow", "action_id": "more", "options": options},
                {"type": "checkboxes", "action_id": "boxes", "options": options},
                {"type": "datepicker", "action_id": "day"},
            ]},
            {"type": "input", "block_id": "note", "label": plain("Note"),
             "element": {"type": "plain_text_input", "action_id": "text", "max_length": 10}},
            {"type": "actions", "block_id": "bottom", "elements": [
                {"type": "button", "action_id": "go", "text": plain("Go too")}]},
        ]))
        .await;
    answer["ts"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

fn act(ts: &str, action_id: &str, value: Value) -> Act {
    Act {
        user: USER.into(),
        channel: CHANNEL.into(),
        message_ts: ts.into(),
        action_id: action_id.into(),
        block_id: (action_id == "go").then(|| "top".into()),
        value: Some(value).filter(|v| !v.is_null()),
        ..Act::default()
    }
}

#[tokio::test]
async fn a_click_carries_who_where_what_and_the_whole_message() {
    let rig = Rig::new();
    let ts = post_controls(&rig).await;
    let callback = rig.sim.prepare_act(&act(&ts, "go", Value::Null)).unwrap();
    assert_eq!((callback.kind, callback.kind.path_kind()), (CallbackKind::BlockActions, PathKind::Interactions));
    let payload = callback.payload();
    assert_eq!(payload["type"], "block_actions");
    assert_eq!(payload["user"], json!({"id": USER, "username": "linus", "name": "linus", "team_id": "T0ACME0001"}));
    assert_eq!(payload["team"], json!({"id": "T0ACME0001", "domain": "acme"}));
    assert_eq!(payload["channel"], json!({"id": CHANNEL, "name": "general"}));
    assert_eq!(
        payload["container"],
        json!({"type": "message", "message_ts": ts, "channel_id": CHANNEL, "is_ephemeral": false})
    );
    assert_eq!(payload["message"]["ts"], json!(ts));
    assert_eq!(payload["message"]["blocks"].as_array().unwrap().len(), 3);
    let action = &payload["actions"][0];
    assert_eq!(
        (&action["type"], &action["action_id"], &action["block_id"]),
        (&json!("button"), &json!("go"), &json!("top"))
    );
    assert_eq!((&action["value"], &action["text"]["text"]), (&json!("now"), &json!("Go")));
    assert!(action["action_ts"].is_string() && payload["trigger_id"].is_string());
    assert!(payload["response_url"].as_str().unwrap().starts_with(rig.sim.base_url()));
    // All stateful controls show up, untouched ones with what they began with.
    let values = &payload["state"]["values"];
    assert_eq!(values["top"]["status"]["selected_option"]["value"], "open");
    assert_eq!(values["top"]["person"], json!({"type": "users_select", "selected_user": null}));
    assert_eq!(values["note"]["text"], json!({"type": "plain_text_input", "value": null}));
    assert!(values["top"].get("go").is_none());
}

#[tokio::test]
async fn every_kind_of_choice_is_written_as_slack_writes_it() {
    let rig = Rig::new();
    let ts = post_controls(&rig).await;
    for (action_id, value, key, expected) in [
        (
            "status",
            json!("done"),
            "selected_option",
            json!({"text": {"type": "plain_text", "text": "Done", "emoji": true}, "value": "done"}),
        ),
        ("person", json!("U0MARGO0001"), "selected_user", json!("U0MARGO0001")),
        ("day", json!("2025-06-15"), "selected_date", json!("2025-06-15")),
        ("boxes", json!([]), "selected_options", json!([])),
    ] {
        let payload = rig.sim.prepare_act(&act(&ts, action_id, value)).unwrap().payload();
        assert_eq!(payload["actions"][0][key], expected, "{action_id}");
        assert_eq!(payload["state"]["values"]["top"][action_id][key], expected, "{action_id}");
    }
    let overflow = rig.sim.prepare_act(&act(&ts, "more", json!("done"))).unwrap().payload();
    assert_eq!(overflow["actions"][0]["selected_option"]["value"], "done");
    assert!(overflow["state"]["values"]["top"].get("more").is_none());
    // What was chosen before stays in the state of later clicks, for that person only.
    let later = rig.sim.prepare_act(&act(&ts, "go", Value::Null)).unwrap().payload();
    assert_eq!(later["state"]["values"]["top"]["status"]["selected_option"]["value"], "done");
    let other = Act { user: "U0GUEST0001".into(), ..act(&ts, "go", Value::Null) };
    let other = rig.sim.prepare_act(&other).unwrap().payload();
    assert_eq!(other["state"]["values"]["top"]["status"]["selected_option"]["value"], "open");
}

#[tokio::test]
async fn what_nobody_could_click_is_refused() {
    let rig = Rig::new();
    let ts = post_controls(&rig).await;
    let base = act(&ts, "status", json!("done"));
    for (wrong, status) in [
        (Act { value: Some(json!("closed")), ..base.clone() }, 422),
        (Act { action_id: "nothing".into(), ..base.clone() }, 422),
        (Act { action_id: "go".into(), value: None, ..base.clone() }, 422),
        (Act { action_id: "more".into(), value: None, ..base.clone() }, 422),
        (Act { action_id: "person".into(), value: Some(json!("U0NOBODY001")), ..base.clone() }, 422),
        (Act { action_id: "who".into(), value: Some(json!("x")), ..base.clone() }, 422),
        (Act { action_id: "text".into(), value: Some(json!("x")), ..base.clone() }, 422),
        (Act { user: "U0MARGO0001".into(), ..base.clone() }, 422),
        (Act { user: "U0GONE00001".into(), ..base.clone() }, 422),
        (Act { user: "U0NOBODY001".into(), ..base.clone() }, 404),
        (Act { channel: "C0NOWHERE01".into(), ..base.clone() }, 404),
        (Act { message_ts: "1750000000.999999".into(), ..base.clone() }, 404),
    ] {
        let refusal = rig.sim.prepare_act(&wrong).err().unwrap_or_else(|| panic!("{wrong:?}"));
        assert_eq!(refusal.status, status, "{wrong:?}: {refusal}");
    }
    rig.sim.delete_message(CHANNEL, &ts).unwrap();
    assert_eq!(rig.sim.prepare_act(&base).unwrap_err().status, 404);
}

#[tokio::test]
async fn an_input_of_a_message_is_filled_silently_and_read_with_the_next_click() {
    let rig = Rig::new();
    let ts = post_controls(&rig).await;
    let fill = |value: &str| Fill {
        user: USER.into(),
        channel: CHANNEL.into(),
        message_ts: ts.clone(),
        action_id: "text".into(),
        value: Some(json!(value)),
        ..Fill::default()
    };
    assert!(rig.sim.fill(&fill("far too long a text")).is_err());
    rig.sim.fill(&fill("yes")).unwrap();
    let payload = rig.sim.prepare_act(&act(&ts, "go", Value::Null)).unwrap().payload();
    assert_eq!(payload["state"]["values"]["note"]["text"]["value"], "yes");
}

#[tokio::test]
async fn only_options_that_the_app_offered_can_be_chosen_until_the_message_changes() {
    let rig = Rig::new();
    let ts = post_controls(&rig).await;
    let query = |value: &str| OptionsQuery {
        user: USER.into(),
        channel: CHANNEL.into(),
        message_ts: ts.clone(),
        action_id: "who".into(),
        value: value.into(),
        ..OptionsQuery::default()
    };
    assert!(rig.sim.prepare_options(&query("")).is_err(), "below min_query_length");
    assert!(rig.sim.prepare_options(&OptionsQuery { action_id: "status".into(), ..query("a") }).is_err());
    let callback = rig.sim.prepare_options(&query("a")).unwrap();
    let payload = callback.payload();
    assert_eq!(callback.kind.path_kind(), PathKind::Options);
    assert_eq!(
        (&payload["type"], &payload["action_id"], &payload["value"]),
        (&json!("block_suggestion"), &json!("who"), &json!("a"))
    );
    let answer = json!({"options": [{"text": plain("Ann"), "value": "ann"}]}).to_string();
    let finished = rig.sim.finish(&callback, 200, answer.as_bytes());
    assert!(!finished.shown_error);
    assert_eq!(finished.options.unwrap().len(), 1);

    assert!(rig.sim.prepare_act(&act(&ts, "who", json!("bob"))).is_err());
    let chosen = rig.sim.prepare_act(&act(&ts, "who", json!("ann"))).unwrap().payload();
    assert_eq!(chosen["actions"][0]["selected_option"], json!({"text": plain("Ann"), "value": "ann"}));
    assert!(rig.sim.prepare_act(&Act { user: "U0GUEST0001".into(), ..act(&ts, "who", json!("ann")) }).is_err());
    let unchecked = Act { unchecked: true, ..act(&ts, "who", json!("anyone")) };
    assert_eq!(rig.sim.prepare_act(&unchecked).unwrap().payload()["actions"][0]["selected_option"]["value"], "anyone");

    let blocks = json!([{"type": "actions", "elements": [{"type": "external_select", "action_id": "who", "min_query_length": 0}]}]);
    rig.call("chat.update", json!({"channel": CHANNEL, "ts": ts, "text": "t", "blocks": blocks})).await;
    assert!(rig.sim.prepare_act(&act(&ts, "who", json!("ann"))).is_err());
}

#[tokio::test]
async fn options_that_slack_would_not_show_are_an_error_to_the_person() {
    let rig = Rig::new();
    let ts = post_controls(&rig).await;
    let query = OptionsQuery {
        user: USER.into(),
        channel: CHANNEL.into(),
        message_ts: ts.clone(),
        action_id: "who".into(),
        value: "a".into(),
        ..OptionsQuery::default()
    };
    let option = json!({"text": plain("A"), "value": "a"});
    for (status, body, shown_error) in [
        (200, json!({"options": []}).to_string(), false),
        (200, json!({"options": vec![option.clone(); 100]}).to_string(), false),
        (200, json!({"option_groups": [{"label": plain("g"), "options": [option]}]}).to_string(), false),
        (200, json!({"options": vec![option.clone(); 101]}).to_string(), true),
        (200, json!({"options": [{"text": plain(&"x".repeat(76)), "value": "v"}]}).to_string(), true),
        (200, json!({"options": [{"text": {"type": "mrkdwn", "text": "x"}, "value": "v"}]}).to_string(), true),
        (200, json!({}).to_string(), true),
        (200, json!([]).to_string(), true),
        (200, String::new(), true),
        (500, json!({"options": []}).to_string(), true),
    ] {
        let callback = rig.sim.prepare_options(&query).unwrap();
        let finished = rig.sim.finish(&callback, status, body.as_bytes());
        assert_eq!(finished.shown_error, shown_error, "{status} {body}: {:?}", finished.problems);
    }
}

#[tokio::test]
async fn private_conversations_do_not_give_their_names_away() {
    let rig = Rig::new();
    let button = json!([{"type": "actions", "elements": [{"type": "button", "action_id": "go", "text": plain("Go")}]}]);
    for (channel, name) in [("C0PRIVATE01", "privategroup"), (USER, "directmessage")] {
        let posted = rig.call("chat.postMessage", json!({"channel": channel, "text": "t", "blocks": button})).await;
        let act = Act {
            user: USER.into(),
            channel: posted["channel"].as_str().unwrap().into(),
            message_ts: posted["ts"].as_str().unwrap().into(),
            action_id: "go".into(),
            ..Act::default()
        };
        assert_eq!(rig.sim.prepare_act(&act).unwrap().payload()["channel"]["name"], name);
    }
}

#[tokio::test]
async fn a_click_shows_the_messages_metadata_and_its_thread() {
    let rig = Rig::new();
    let parent = rig.post("parent").await;
    let metadata = json!({"event_type": "e", "event_payload": {"id": "7"}});
    let button = json!([{"type": "actions", "elements": [{"type": "button", "action_id": "go", "text": plain("Go")}]}]);
    let posted = rig
        .call(
            "chat.postMessage",
            json!({"channel": CHANNEL, "text": "t", "thread_ts": parent, "blocks": button, "metadata": metadata}),
        )
        .await;
    let click = Act { block_id: None, ..act(posted["ts"].as_str().unwrap(), "go", Value::Null) };
    let payload = rig.sim.prepare_act(&click).unwrap().payload();
    assert_eq!(payload["message"]["metadata"], metadata);
    assert_eq!(
        (&payload["message"]["thread_ts"], &payload["container"]["thread_ts"]),
        (&json!(parent), &json!(parent))
    );
}

#[tokio::test]
async fn a_control_in_an_attachment_says_so() {
    let rig = Rig::new();
    let button = json!({"type": "button", "action_id": "go", "text": plain("Go")});
    let attachments = json!([{"color": "#00ff00", "blocks": [{"type": "actions", "elements": [button]}]}]);
    let posted =
        rig.call("chat.postMessage", json!({"channel": CHANNEL, "text": "t", "attachments": attachments})).await;
    let click = Act { block_id: None, ..act(posted["ts"].as_str().unwrap(), "go", Value::Null) };
    let container = rig.sim.prepare_act(&click).unwrap().payload()["container"].clone();
    assert_eq!((&container["type"], &container["attachment_id"]), (&json!("message_attachment"), &json!(1)));
}

#[tokio::test]
async fn the_person_sees_an_error_for_anything_but_200_within_three_seconds() {
    let rig = Rig::new();
    let app = App::start().await;
    let ts = post_controls(&rig).await;
    let click = act(&ts, "go", Value::Null);
    assert_eq!(rig.sim.act(&click).await.unwrap_err().status, 409, "no interactivity URL");
    rig.sim.patch_app(&json!({"interactivity_url": format!("{}/interactions", app.url)})).unwrap();
    let late = Reply { after: Duration::from_secs(20), ..Reply::of(200, "") };
    app.reply([Reply::of(200, ""), Reply::of(500, "oops"), Reply::of(204, ""), late]);
    for (status, shown_error) in [(200, false), (500, true), (204, true), (0, true)] {
        let delivered = rig.sim.act(&click).await.unwrap();
        assert_eq!((delivered.status, delivered.finished.shown_error), (status, shown_error));
        assert!(delivered.elapsed_ms < 3500);
    }
    let received = app.received(4).await;
    assert_eq!(received[0].path, "/interactions");
    assert_eq!(received[0].header("content-type"), Some("application/x-www-form-urlencoded"));
    assert!(received[0].body.starts_with(b"payload=%7B"));
}
