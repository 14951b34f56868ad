//! The Slack app's manifest: valid by Slack's own schema, its scopes those of the methods that the client calls, its
//! events those that are handled.

use serde_json::{Value, json};
use slack::app::{METHODS, SUBSCRIPTIONS, scopes};
use slack_simulator::methods;
use std::collections::{BTreeMap, BTreeSet};

const MANIFEST: &str = include_str!("../../infra/slack-app.yaml");
const SCHEMA: &str = include_str!("../fixtures/manifest-schema/manifest.schema.1.0.0.json");

/// The client's source, in which its calls stand.
const CLIENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/slack/src/client");
/// The source of what reads events.
const INBOUND: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/slack/src/inbound");
/// Every event of the Events API, with its scopes.
const EVENTS: &str = include_str!("../fixtures/slack/events.json");

fn manifest() -> Value {
    serde_yaml_ng::from_str(MANIFEST).expect("infra/slack-app.yaml is YAML")
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

fn events() -> BTreeMap<String, Vec<String>> {
    serde_json::from_str(EVENTS).expect("the events are JSON")
}

/// The sources of a module: its own file, and those in its directory.
fn sources(module: &str) -> impl Iterator<Item = String> {
    let inside = std::fs::read_dir(module).expect("the module is a directory");
    let files = inside.map(|file| file.expect("it can be listed").path()).chain([format!("{module}.rs").into()]);
    files.map(|file| std::fs::read_to_string(file).expect("a source is text"))
}

/// The string literals of a source text, those of its tests aside.
fn literals(source: &str) -> BTreeSet<String> {
    let source = source.split("#[cfg(test)]").next().unwrap_or_default();
    let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| line.split('"').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>()).collect()
}

#[test]
fn the_manifest_is_valid_by_slacks_schema_and_a_broken_one_is_not() {
    let schema = jsonschema::validator_for(&serde_json::from_str(SCHEMA).unwrap()).unwrap();
    let problems: Vec<String> =
        schema.iter_errors(&manifest()).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(problems.is_empty(), "{problems:#?}");
    for (pointer, broken) in [
        ("/display_information/name", json!("x".repeat(36))),
        ("/settings/interactivity/is_enabled", Value::Null),
        ("/settings/event_subscriptions/request_url", json!("abc")),
        ("/oauth_config/scopes", json!({"robot": []})),
    ] {
        let mut manifest = manifest();
        *manifest.pointer_mut(pointer).unwrap() = broken;
        assert!(!schema.is_valid(&manifest), "{pointer}");
    }
}

#[test]
fn the_table_lists_every_method_that_the_client_calls_and_no_other() {
    let called: BTreeSet<String> =
        sources(CLIENT).flat_map(|source| literals(&source)).filter(|text| methods().contains_key(text)).collect();
    let listed: BTreeSet<String> = METHODS.iter().map(|method| method.name.to_owned()).collect();
    assert_eq!(listed, called, "shared/slack/src/app.rs lists, and the client calls");
}

#[test]
fn each_methods_scopes_are_scopes_that_slack_documents_for_it() {
    for method in METHODS {
        let documented = &methods()[method.name].bot_scopes;
        let needed: Vec<_> = method.scopes.iter().filter(|scope| **scope != "users:read.email").collect();
        assert_eq!(method.scopes.is_empty(), documented.is_empty(), "{}", method.name);
        for scope in needed {
            assert!(documented.iter().any(|known| known == scope), "{}: {scope}", method.name);
        }
    }
}

#[test]
fn the_table_lists_every_event_that_is_handled_and_no_other() {
    let events = events();
    let handled: BTreeSet<String> =
        sources(INBOUND).flat_map(|source| literals(&source)).filter(|text| events.contains_key(text)).collect();
    let listed: BTreeSet<String> = SUBSCRIPTIONS.iter().map(|one| one.event_type.to_owned()).collect();
    assert_eq!(listed, handled, "shared/slack/src/app.rs lists, and shared/slack/src/inbound reads");
}

#[test]
fn each_events_scopes_are_scopes_that_slack_documents_for_it() {
    let events = events();
    for subscription in SUBSCRIPTIONS {
        let documented = events.get(subscription.name).unwrap_or_else(|| panic!("no event {}", subscription.name));
        assert_eq!(subscription.scopes.is_empty(), documented.is_empty(), "{}", subscription.name);
        for scope in subscription.scopes {
            assert!(documented.iter().any(|known| known == scope), "{}: {scope}", subscription.name);
        }
    }
}

#[test]
fn the_scopes_are_those_that_the_methods_and_events_need() {
    let manifest = manifest();
    let given = texts(&manifest["oauth_config"]["scopes"]["bot"]);
    assert_eq!(given, scopes().into_iter().collect::<Vec<_>>(), "infra/slack-app.yaml gives, and the code needs");
    assert_eq!(manifest["oauth_config"]["scopes"].as_object().unwrap().len(), 1, "no user scopes");
}

#[test]
fn the_events_are_those_that_are_handled() {
    let manifest = manifest();
    let events = &manifest["settings"]["event_subscriptions"];
    let listed: Vec<&str> = SUBSCRIPTIONS.iter().map(|one| one.name).collect();
    assert_eq!(texts(&events["bot_events"]), listed, "infra/slack-app.yaml subscribes to, and the code handles");
    assert!(events.get("user_events").is_none());
}

#[test]
fn slack_sends_to_the_routes_of_the_template_and_an_organisation_can_install_it() {
    let manifest = manifest();
    let settings = &manifest["settings"];
    let url = |path: &str| format!("https://margay.example{path}");
    assert_eq!(settings["event_subscriptions"]["request_url"], url("/slack/events"));
    assert_eq!(settings["interactivity"]["request_url"], url("/slack/interactions"));
    assert_eq!(settings["interactivity"]["message_menu_options_url"], url("/slack/options"));
    assert_eq!(manifest["oauth_config"]["redirect_urls"], json!([url("/slack/oauth/callback")]));
    assert_eq!(settings["org_deploy_enabled"], true);
    assert_eq!(manifest["features"]["app_home"]["messages_tab_enabled"], true, "where boomerangs are read");
    assert_eq!(manifest["features"]["app_home"]["home_tab_enabled"], true, "where people see what waits for them");
    for off in ["socket_mode_enabled", "token_rotation_enabled"] {
        assert_eq!(settings[off], false, "{off}");
    }
}
