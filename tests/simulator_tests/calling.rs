//! How a call is made: the method's name, the token, the scope, content types, and which arguments there must be.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use slack_simulator::methods;

use crate::world::{CHANNEL, Rig, TOKEN, USER, world};

async fn raw(rig: &Rig, method: &str, token: Option<&str>, content_type: Option<&str>, body: &str) -> Value {
    let mut request = rig.client.post(format!("{}{method}", rig.sim.api_url())).body(body.to_owned());
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    if let Some(content_type) = content_type {
        request = request.header("content-type", content_type);
    }
    request.send().await.unwrap().json().await.unwrap()
}

const JSON: Option<&str> = Some("application/json; charset=utf-8");
const FORM: Option<&str> = Some("application/x-www-form-urlencoded");

#[tokio::test]
async fn an_unknown_method_is_named() {
    let rig = Rig::new();
    let answer = rig.call("chat.shout", json!({})).await;
    assert_eq!((&answer["error"], &answer["req_method"]), (&json!("unknown_method"), &json!("chat.shout")));
}

#[tokio::test]
async fn a_token_is_there_and_known_and_alive() {
    let rig = Rig::new();
    assert_eq!(raw(&rig, "auth.test", None, None, "").await["error"], "not_authed");
    assert_eq!(raw(&rig, "auth.test", Some("xoxb-other"), None, "").await["error"], "invalid_auth");
    assert_eq!(raw(&rig, "auth.test", None, FORM, &format!("token={TOKEN}")).await["ok"], true);
    // A token inside JSON is not looked at.
    let inside = json!({"token": TOKEN, "channel": CHANNEL, "text": "t"}).to_string();
    assert_eq!(raw(&rig, "chat.postMessage", None, JSON, &inside).await["error"], "not_authed");
    for (state, expected) in
        [("revoked", "token_revoked"), ("expired", "token_expired"), ("inactive", "account_inactive")]
    {
        rig.sim.patch_app(&json!({"token_state": state})).unwrap();
        assert_eq!(raw(&rig, "auth.test", Some(TOKEN), None, "").await["error"], expected);
    }
}

#[tokio::test]
async fn auth_test_says_who_one_is() {
    let rig = Rig::new();
    let answer = rig.call("auth.test", json!({})).await;
    assert_eq!(answer["team_id"], "T0ACME0001");
    assert_eq!(answer["user_id"], "U0TESTBOT1");
    assert_eq!(answer["bot_id"], "B0TESTBOT1");
    assert_eq!(answer["url"], "https://acme.slack.com/");
    assert_eq!(answer["is_enterprise_install"], false);
}

#[tokio::test]
async fn without_a_scope_every_method_that_needs_one_says_which() {
    let mut world = world();
    world["app"]["scopes"] = json!(["commands"]);
    let rig = Rig::of(world);
    for (name, method) in methods() {
        let answer = rig.get(name, &[("channel", CHANNEL), ("ts", "1750000000.000000"), ("user", USER)]).await;
        if method.bot_scopes.is_empty() {
            assert_ne!(answer["error"], "missing_scope", "{name}");
        } else {
            assert_eq!(answer["error"], "missing_scope", "{name}");
            assert_eq!(answer["needed"], method.bot_scopes.join(","), "{name}");
            assert_eq!(answer["provided"], "commands", "{name}");
        }
    }
}

#[tokio::test]
async fn an_absent_argument_is_invalid_arguments_and_an_empty_one_names_nothing() {
    let rig = Rig::new();
    for (name, method) in methods() {
        let answer = rig.get(name, &[]).await;
        if method.required.is_empty() {
            continue;
        }
        assert_eq!(answer["error"], "invalid_arguments", "{name}: {answer}");
        let expected: Vec<String> =
            method.required.iter().map(|a| format!("[ERROR] missing required field: {a}")).collect();
        assert_eq!(answer["response_metadata"]["messages"], json!(expected), "{name}");
    }
    for (method, arguments, expected) in [
        ("conversations.info", [("channel", "")], "channel_not_found"),
        ("users.info", [("user", "")], "user_not_found"),
        ("users.lookupByEmail", [("email", "")], "users_not_found"),
    ] {
        assert_eq!(rig.get(method, &arguments).await["error"], expected, "{method}");
    }
}

#[tokio::test]
async fn methods_that_only_read_do_not_look_at_json_bodies() {
    let rig = Rig::new();
    for (name, method) in methods() {
        let body = json!({"channel": CHANNEL, "ts": "1750000000.000000", "user": USER, "email": "linus@acme.example",
            "message_ts": "1750000000.000000"});
        let answer = rig.call(name, body).await;
        if !method.json_input_supported && !method.required.is_empty() {
            assert_eq!(answer["error"], "invalid_arguments", "{name}: {answer}");
        }
    }
    let form = format!("channel={CHANNEL}");
    assert_eq!(raw(&rig, "conversations.info", Some(TOKEN), FORM, &form).await["ok"], true);
    assert_eq!(rig.get("conversations.info", &[("channel", CHANNEL)]).await["ok"], true);
}

#[tokio::test]
async fn a_body_must_be_what_its_content_type_says() {
    let rig = Rig::new();
    let good = json!({"channel": CHANNEL, "text": "t"}).to_string();
    for (content_type, body, expected) in [
        (JSON, good.as_str(), None),
        (JSON, "{\"channel\":", Some("invalid_json")),
        (JSON, "[]", Some("json_not_object")),
        (None, good.as_str(), Some("missing_post_type")),
        (Some("image/png"), good.as_str(), Some("invalid_post_type")),
        (Some("application/json; charset=utf-16"), good.as_str(), Some("invalid_charset")),
        (FORM, "channel=C0PUBLIC001&text=t", None),
    ] {
        let answer = raw(&rig, "chat.postMessage", Some(TOKEN), content_type, body).await;
        assert_eq!(answer["error"].as_str(), expected, "{content_type:?} {body}");
    }
    let warned = raw(&rig, "chat.postMessage", Some(TOKEN), Some("application/json"), &good).await;
    assert_eq!((&warned["ok"], &warned["warning"]), (&json!(true), &json!("missing_charset")));
    let form = Some("application/x-www-form-urlencoded; charset=utf-8");
    let warned = raw(&rig, "chat.postMessage", Some(TOKEN), form, "channel=C0PUBLIC001&text=t").await;
    assert_eq!(warned["response_metadata"]["warnings"], json!(["superfluous_charset"]));
}

#[tokio::test]
async fn structures_come_as_json_or_as_text_that_holds_json() {
    let rig = Rig::new();
    let blocks = json!([{"type": "divider"}]);
    for blocks in [blocks.clone(), json!(blocks.to_string())] {
        assert_eq!(rig.post_blocks(blocks).await["message"]["blocks"][0]["type"], "divider");
    }
    let form = "channel=C0PUBLIC001&blocks=%5B%7B%22type%22%3A%22divider%22%7D%5D";
    assert_eq!(raw(&rig, "chat.postMessage", Some(TOKEN), FORM, form).await["ok"], true);
    for broken in [json!("[{"), json!({"type": "divider"}), json!("\"divider\"")] {
        assert_eq!(rig.post_blocks(broken).await["error"], "invalid_blocks_format");
    }
}

#[tokio::test]
async fn arguments_have_types() {
    let rig = Rig::new();
    for (argument, value, finding) in [
        ("text", json!(5), "[ERROR] must be a string [json-pointer:/text]"),
        ("thread_ts", json!(1.5), "[ERROR] must be a string [json-pointer:/thread_ts]"),
        ("unfurl_links", json!("maybe"), "[ERROR] must be a boolean [json-pointer:/unfurl_links]"),
    ] {
        let answer = rig.call("chat.postMessage", json!({"channel": CHANNEL, "text": "t", argument: value})).await;
        let messages = &answer["response_metadata"]["messages"];
        assert_eq!((&answer["error"], &messages[0]), (&json!("invalid_arguments"), &json!(finding)));
    }
    let answer = rig.call("chat.postMessage", json!({"channel": CHANNEL, "text": "t", "unfurl_links": false})).await;
    assert_eq!(answer["ok"], true);
}

/// Codes that the documentation of no single method lists: common ones, and four that Slack is known to give.
/// <https://github.com/jenkinsci/slack-plugin/issues/584> (`invalid_thread_ts`),
/// <https://github.com/slackapi/bolt-js/issues/2307> (`thread_not_found`).
#[test]
fn the_method_reference_lists_the_refusals_that_tests_rely_on() {
    let documented: BTreeSet<&str> = methods().values().flat_map(|m| m.errors.iter().map(String::as_str)).collect();
    for code in [
        "channel_not_found",
        "not_in_channel",
        "is_archived",
        "is_inactive",
        "message_not_found",
        "cant_update_message",
        "cant_delete_message",
        "msg_too_long",
        "no_text",
        "invalid_blocks",
        "invalid_blocks_format",
        "team_not_found",
        "invalid_metadata_format",
        "metadata_too_large",
        "markdown_text_conflict",
        "too_many_attachments",
        "msg_blocks_too_long",
        "cannot_reply_to_message",
        "user_not_in_channel",
        "thread_not_found",
        "invalid_cursor",
        "invalid_limit",
        "invalid_ts_oldest",
        "invalid_ts_latest",
        "users_not_found",
        "user_not_found",
        "expired_trigger_id",
        "exchanged_trigger_id",
        "invalid_trigger_id",
        "hash_conflict",
        "not_found",
        "push_limit_reached",
        "duplicate_external_id",
        "view_too_large",
        "invalid_types",
        "method_not_supported_for_channel_type",
        "users_list_not_supplied",
        "user_disabled",
    ] {
        assert!(documented.contains(code), "{code}");
    }
}
