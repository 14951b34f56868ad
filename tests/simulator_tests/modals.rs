//! Modals and homes: trigger ids, the stack of three, submissions and what the app answers to them.

use std::time::Duration;

use serde_json::{Value, json};
use slack_simulator::{Act, Callback, CallbackKind, Submission};

use crate::world::{CHANNEL, Rig, USER};

fn plain(text: &str) -> Value {
    json!({"type": "plain_text", "text": text})
}

fn modal(title: &str) -> Value {
    json!({
        "type": "modal", "title": plain(title), "submit": plain("Save"), "callback_id": "m", "private_metadata": "p",
        "blocks": [
            {"type": "input", "block_id": "why", "label": plain("Why"), "optional": true,
             "element": {"type": "plain_text_input", "action_id": "text"}},
            {"type": "actions", "block_id": "act", "elements": [
                {"type": "button", "action_id": "deeper", "text": plain("Deeper")}]},
        ],
    })
}

async fn click(rig: &Rig) -> Callback {
    let blocks = json!([{"type": "actions", "elements": [{"type": "button", "action_id": "go", "text": plain("Go")}]}]);
    let ts = rig.post_blocks(blocks).await["ts"].as_str().unwrap().to_owned();
    let act =
        Act { user: USER.into(), channel: CHANNEL.into(), message_ts: ts, action_id: "go".into(), ..Act::default() };
    rig.sim.prepare_act(&act).unwrap()
}

async fn trigger(rig: &Rig) -> String {
    click(rig).await.payload()["trigger_id"].as_str().unwrap().to_owned()
}

async fn open(rig: &Rig, view: Value) -> Value {
    let trigger = trigger(rig).await;
    rig.call("views.open", json!({"trigger_id": trigger, "view": view})).await
}

/// Opens a modal and gives its id.
async fn opened(rig: &Rig, view: Value) -> String {
    let answer = open(rig, view).await;
    answer["view"]["id"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

/// A trigger id from a click inside the view.
fn inner_trigger(rig: &Rig, view_id: &str) -> String {
    let act = Act { user: USER.into(), view_id: Some(view_id.into()), action_id: "deeper".into(), ..Act::default() };
    rig.sim.prepare_act(&act).unwrap().payload()["trigger_id"].as_str().unwrap().to_owned()
}

fn titles(rig: &Rig) -> Vec<String> {
    rig.sim.views(USER).iter().map(|v| v["title"]["text"].as_str().unwrap().to_owned()).collect()
}

fn submission(text: Value) -> Submission {
    serde_json::from_value(json!({"user": USER, "values": {"why": {"text": text}}})).unwrap()
}

#[tokio::test]
async fn a_trigger_opens_one_modal_within_three_seconds() {
    let rig = Rig::new();
    let view = modal("One");
    let call = async |trigger: &str| rig.call("views.open", json!({"trigger_id": trigger, "view": view})).await;
    let first = trigger(&rig).await;
    let answer = call(&first).await;
    assert_eq!(answer["ok"], true, "{answer}");
    assert_eq!(call(&first).await["error"], "exchanged_trigger_id");
    assert_eq!(call("123.456.abc").await["error"], "invalid_trigger_id");
    assert_eq!(call("").await["error"], "invalid_arguments");

    let in_time = trigger(&rig).await;
    rig.clock.advance(Duration::from_millis(3000));
    assert_eq!(call(&in_time).await["ok"], true);
    let late = trigger(&rig).await;
    rig.clock.advance(Duration::from_millis(3001));
    assert_eq!(call(&late).await["error"], "expired_trigger_id");
}

#[tokio::test]
async fn a_refused_view_leaves_the_trigger_unused() {
    let rig = Rig::new();
    let trigger = trigger(&rig).await;
    let mut bad = modal("x");
    bad["title"] = plain(&"t".repeat(25));
    let refused = rig.call("views.open", json!({"trigger_id": trigger, "view": bad})).await;
    assert_eq!(refused["error"], "invalid_arguments");
    assert_eq!(
        refused["response_metadata"]["messages"],
        json!(["[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"])
    );
    assert_eq!(rig.call("views.open", json!({"trigger_id": trigger, "view": modal("x")})).await["ok"], true);
}

#[tokio::test]
async fn a_view_object_carries_what_slack_adds() {
    let rig = Rig::new();
    let view = open(&rig, modal("One")).await["view"].clone();
    for (key, expected) in [
        ("type", json!("modal")),
        ("team_id", json!("T0ACME0001")),
        ("app_id", json!("A0TESTAPP1")),
        ("bot_id", json!("B0TESTBOT1")),
        ("callback_id", json!("m")),
        ("private_metadata", json!("p")),
        ("external_id", json!("")),
        ("state", json!({"values": {}})),
        ("close", json!(null)),
        ("previous_view_id", json!(null)),
        ("clear_on_close", json!(false)),
        ("notify_on_close", json!(false)),
        ("app_installed_team_id", json!("T0ACME0001")),
    ] {
        assert_eq!(view[key], expected, "{key}");
    }
    assert_eq!(view["root_view_id"], view["id"]);
    assert!(view["hash"].as_str().unwrap().contains('.'));
}

#[tokio::test]
async fn three_views_lie_on_each_other_and_no_fourth() {
    let rig = Rig::new();
    let mut top = opened(&rig, modal("1")).await;
    let root = top.clone();
    for title in ["2", "3"] {
        let trigger = inner_trigger(&rig, &top);
        let answer = rig.call("views.push", json!({"trigger_id": trigger, "view": modal(title)})).await;
        assert_eq!(answer["view"]["previous_view_id"], json!(top));
        assert_eq!(answer["view"]["root_view_id"], json!(root));
        top = answer["view"]["id"].as_str().unwrap().to_owned();
    }
    let trigger = inner_trigger(&rig, &top);
    let answer = rig.call("views.push", json!({"trigger_id": trigger, "view": modal("4")})).await;
    assert_eq!(answer["error"], "push_limit_reached");
    assert_eq!(titles(&rig), ["1", "2", "3"]);

    let empty = Rig::new();
    let trigger = self::trigger(&empty).await;
    let answer = empty.call("views.push", json!({"trigger_id": trigger, "view": modal("1")})).await;
    assert_eq!(answer["error"], "not_found");
}

#[tokio::test]
async fn an_update_finds_its_view_and_minds_the_hash() {
    let rig = Rig::new();
    let mut view = modal("One");
    view["external_id"] = json!("mine");
    let shown = open(&rig, view.clone()).await["view"].clone();
    let update = async |more: Value| {
        let mut arguments = json!({"view": view});
        arguments.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        rig.call("views.update", arguments).await
    };
    let updated = update(json!({"view_id": shown["id"], "hash": shown["hash"]})).await;
    assert_eq!(updated["ok"], true, "{updated}");
    assert_ne!(updated["view"]["hash"], shown["hash"]);
    assert_eq!(update(json!({"view_id": shown["id"], "hash": shown["hash"]})).await["error"], "hash_conflict");
    assert_eq!(update(json!({"external_id": "mine"})).await["ok"], true);
    assert_eq!(update(json!({"external_id": "other"})).await["error"], "not_found");
    assert_eq!(update(json!({"view_id": "V0NOWHERE01"})).await["error"], "not_found");
    assert_eq!(update(json!({})).await["error"], "invalid_arguments");
    rig.sim.prepare_close(shown["id"].as_str().unwrap(), USER, false).unwrap();
    assert_eq!(update(json!({"view_id": shown["id"]})).await["error"], "not_found");
}

#[tokio::test]
async fn an_external_id_belongs_to_one_view() {
    let rig = Rig::new();
    let mut view = modal("One");
    view["external_id"] = json!("mine");
    let id = opened(&rig, view.clone()).await;
    let trigger = inner_trigger(&rig, &id);
    let answer = rig.call("views.push", json!({"trigger_id": trigger, "view": view})).await;
    assert_eq!(answer["error"], "duplicate_external_id");
}

#[tokio::test]
async fn a_view_of_more_than_250_kb_is_too_large() {
    let rig = Rig::new();
    let mut view = modal("Big");
    view["blocks"] = json!(vec![json!({"type": "section", "text": plain(&"x".repeat(3000))}); 90]);
    assert_eq!(open(&rig, view).await["error"], "view_too_large");
}

#[tokio::test]
async fn a_submission_carries_all_values_and_an_empty_answer_closes_the_view() {
    let rig = Rig::new();
    let id = opened(&rig, modal("One")).await;
    let callback = rig.sim.prepare_submit(&id, &submission(json!("because"))).unwrap();
    assert_eq!(callback.kind, CallbackKind::ViewSubmission);
    let payload = callback.payload();
    assert_eq!(payload["type"], "view_submission");
    assert_eq!(
        payload["view"]["state"]["values"]["why"]["text"],
        json!({"type": "plain_text_input", "value": "because"})
    );
    assert_eq!(payload["view"]["private_metadata"], "p");
    assert_eq!(payload["response_urls"], json!([]));
    assert_eq!(titles(&rig), ["One"], "still open until the app answers");
    let finished = rig.sim.finish(&callback, 200, b"");
    assert!(!finished.shown_error && titles(&rig).is_empty());
    let empty = opened(&rig, modal("One")).await;
    let payload = rig.sim.prepare_submit(&empty, &submission(Value::Null)).unwrap().payload();
    assert_eq!(payload["view"]["state"]["values"]["why"]["text"]["value"], Value::Null);
}

#[tokio::test]
async fn a_second_answer_to_the_same_submission_closes_nothing_more() {
    let rig = Rig::new();
    let id = opened(&rig, modal("1")).await;
    let trigger = inner_trigger(&rig, &id);
    rig.call("views.push", json!({"trigger_id": trigger, "view": modal("2")})).await;
    let top = rig.sim.views(USER)[1]["id"].as_str().unwrap().to_owned();
    let callback = rig.sim.prepare_submit(&top, &submission(json!("x"))).unwrap();
    for _ in 0..2 {
        rig.sim.finish(&callback, 200, b"");
        assert_eq!(titles(&rig), ["1"]);
    }
}

#[tokio::test]
async fn what_slacks_client_would_not_submit_is_refused() {
    let rig = Rig::new();
    let mut strict = modal("Strict");
    strict["blocks"][0]["optional"] = json!(false);
    strict["blocks"][0]["element"]["max_length"] = json!(5);
    let id = opened(&rig, strict).await;
    for (what, wrong) in [
        ("a required input is empty", submission(Value::Null)),
        ("a required input is empty", submission(json!(""))),
        ("the text is too long", submission(json!("too long"))),
        ("the view is someone else's", Submission { user: "U0MARGO0001".into(), ..submission(json!("ok")) }),
        (
            "there is no such input",
            serde_json::from_value(json!({"user": USER, "values": {"who": {"text": "x"}}})).unwrap(),
        ),
    ] {
        assert!(rig.sim.prepare_submit(&id, &wrong).is_err(), "{what}");
    }
    let trigger = inner_trigger(&rig, &id);
    rig.call("views.push", json!({"trigger_id": trigger, "view": modal("On top")})).await;
    assert!(rig.sim.prepare_submit(&id, &submission(json!("ok"))).is_err(), "another view lies on top");
}

#[tokio::test]
async fn response_actions_change_the_stack() {
    let rig = Rig::new();
    let id = opened(&rig, modal("One")).await;
    let answer = |id: &str, body: Value| {
        let callback = rig.sim.prepare_submit(id, &submission(json!("x"))).unwrap();
        rig.sim.finish(&callback, 200, body.to_string().as_bytes())
    };
    let errors = answer(&id, json!({"response_action": "errors", "errors": {"why": "too short"}}));
    assert_eq!((errors.shown_error, errors.response_action.as_deref()), (false, Some("errors")));
    assert_eq!(titles(&rig), ["One"]);
    answer(&id, json!({"response_action": "update", "view": modal("Two")}));
    assert_eq!(titles(&rig), ["Two"]);
    answer(&id, json!({"response_action": "push", "view": modal("Three")}));
    assert_eq!(titles(&rig), ["Two", "Three"]);
    let top = rig.sim.views(USER)[1]["id"].as_str().unwrap().to_owned();
    answer(&top, json!({"response_action": "clear"}));
    assert!(titles(&rig).is_empty());
}

#[tokio::test]
async fn an_answer_that_slack_does_not_understand_is_an_error_and_changes_nothing() {
    let rig = Rig::new();
    let id = opened(&rig, modal("One")).await;
    let mut too_long = modal("One");
    too_long["title"] = plain(&"t".repeat(25));
    for (status, body) in [
        (200, "ok".to_owned()),
        (200, "[]".to_owned()),
        (200, json!({"response_action": "explode"}).to_string()),
        (200, json!({"response_action": "errors"}).to_string()),
        (200, json!({"response_action": "errors", "errors": {}}).to_string()),
        (200, json!({"response_action": "errors", "errors": {"who": "unknown block"}}).to_string()),
        (200, json!({"response_action": "errors", "errors": {"act": "not an input"}}).to_string()),
        (200, json!({"response_action": "errors", "errors": {"why": ""}}).to_string()),
        (200, json!({"response_action": "update", "view": too_long}).to_string()),
        (200, json!({"response_action": "push"}).to_string()),
        (500, String::new()),
        (201, String::new()),
    ] {
        let callback = rig.sim.prepare_submit(&id, &submission(json!("x"))).unwrap();
        let finished = rig.sim.finish(&callback, status, body.as_bytes());
        assert!(finished.shown_error, "{status} {body}");
        assert_eq!(titles(&rig), ["One"], "{status} {body}");
    }
}

#[tokio::test]
async fn closing_tells_the_app_only_if_it_asked() {
    let rig = Rig::new();
    let quiet = opened(&rig, modal("Quiet")).await;
    assert!(rig.sim.prepare_close(&quiet, USER, false).unwrap().is_none());
    let mut view = modal("Loud");
    view["notify_on_close"] = json!(true);
    let loud = opened(&rig, view).await;
    let payload = rig.sim.prepare_close(&loud, USER, true).unwrap().unwrap().payload();
    assert_eq!((&payload["type"], &payload["is_cleared"]), (&json!("view_closed"), &json!(true)));
    assert!(titles(&rig).is_empty());
}

#[tokio::test]
async fn a_home_is_published_and_replaced_in_place() {
    let rig = Rig::new();
    let home = json!({"type": "home", "blocks": [{"type": "section", "text": plain("Hi")}]});
    let publish = async |more: Value| {
        let mut arguments = json!({"user_id": USER, "view": home});
        arguments.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        rig.call("views.publish", arguments).await
    };
    let first = publish(json!({})).await["view"].clone();
    let second = publish(json!({"hash": first["hash"]})).await["view"].clone();
    assert_eq!(first["id"], second["id"]);
    assert_eq!(publish(json!({"hash": first["hash"]})).await["error"], "hash_conflict");
    assert_eq!(publish(json!({"hash": ""})).await["error"], "hash_conflict");
    assert_eq!(publish(json!({"hash": second["hash"]})).await["ok"], true);
    assert_eq!(publish(json!({"user_id": "U0NOBODY001"})).await["error"], "invalid_arguments");
    assert_eq!(publish(json!({"view": modal("x")})).await["error"], "invalid_arguments");
    assert_eq!(rig.sim.home(USER).unwrap()["id"], first["id"]);
}
