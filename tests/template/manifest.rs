//! The Slack apps' manifests: valid by Slack's own schema, their scopes those of the methods that the client calls, the
//! bot's events those that are handled. The apps that read logs act in a person's name and have tables of their own.

use serde_json::{Value, json};
use slack::app::{LOG_METHODS, METHODS, SUBSCRIPTIONS, scopes};
use slack_simulator::methods;
use std::collections::{BTreeMap, BTreeSet};

const MANIFEST: &str = include_str!("../../infra/slack-app.yaml");
const AUDIT: &str = include_str!("../../infra/slack-logs-audit.yaml");
const ACCESS: &str = include_str!("../../infra/slack-logs-access.yaml");
const SCHEMA: &str = include_str!("../fixtures/manifest-schema/manifest.schema.1.0.0.json");

/// The client's source, in which its calls stand.
const CLIENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/slack/src/client");
/// The part of it that speaks in a person's name.
const LOG_CLIENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/slack/src/client/logs");
/// The source of what reads events.
const INBOUND: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/slack/src/inbound");
/// What log readers call of the Web API, with the user scopes of each, and `oauth.v2.access`.
const LOG_REFERENCE: &str = include_str!("../fixtures/slack/log_methods.json");
/// Every event of the Events API, with its scopes.
const EVENTS: &str = include_str!("../fixtures/slack/events.json");

fn manifest() -> Value {
    read(MANIFEST)
}

fn read(manifest: &str) -> Value {
    serde_yaml_ng::from_str(manifest).expect("a manifest is YAML")
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
    // A module within has its own test.
    let files = files.filter(|file| file.is_file());
    files.map(|file| std::fs::read_to_string(file).expect("a source is text"))
}

/// The string literals of a source text, those of its tests aside.
fn literals(source: &str) -> BTreeSet<String> {
    let source = source.split("#[cfg(test)]").next().unwrap_or_default();
    let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| line.split('"').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>()).collect()
}

#[test]
fn the_manifests_are_valid_by_slacks_schema_and_a_broken_one_is_not() {
    let schema = jsonschema::validator_for(&serde_json::from_str(SCHEMA).unwrap()).unwrap();
    for manifest in [MANIFEST, AUDIT, ACCESS].map(read) {
        let problems: Vec<String> =
            schema.iter_errors(&manifest).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(problems.is_empty(), "{problems:#?}");
    }
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

/// The user scopes that the listed log APIs need.
fn user_scopes(of_log: impl Fn(&str) -> bool) -> BTreeSet<&'static str> {
    let of_methods = LOG_METHODS.iter().filter(|method| of_log(method.name));
    of_methods.flat_map(|method| method.user_scopes).copied().collect()
}

#[test]
fn the_log_table_lists_every_log_api_that_the_client_calls_and_no_other() {
    let reference: BTreeMap<String, Value> = serde_json::from_str(LOG_REFERENCE).unwrap();
    let called: BTreeSet<String> = sources(LOG_CLIENT)
        .flat_map(|source| literals(&source))
        .filter(|text| text == "audit logs" || reference.contains_key(text) || methods().contains_key(text))
        .filter(|text| text != "oauth.v2.access")
        .collect();
    let listed: BTreeSet<String> = LOG_METHODS.iter().map(|method| method.name.to_owned()).collect();
    assert_eq!(listed, called, "shared/slack/src/app.rs lists, and shared/slack/src/client/logs calls");
}

#[test]
fn each_log_apis_scopes_are_those_that_slack_documents_for_it() {
    let reference: BTreeMap<String, Value> = serde_json::from_str(LOG_REFERENCE).unwrap();
    for method in LOG_METHODS.iter().filter(|method| method.name != "audit logs") {
        assert_eq!(method.user_scopes, texts(&reference[method.name]["user_scopes"]), "{}", method.name);
    }
}

#[test]
fn the_log_apps_ask_for_what_their_logs_need_in_a_persons_name_and_for_nothing_else() {
    let is_audit = |name: &str| name == "audit logs";
    for (text, wanted, bot) in [
        // Slack lets an organisation install only apps with a bot scope.
        (AUDIT, user_scopes(is_audit), vec!["team:read"]),
        (ACCESS, user_scopes(|name| !is_audit(name)), vec![]),
    ] {
        let manifest = read(text);
        let scopes = &manifest["oauth_config"]["scopes"];
        assert_eq!(texts(&scopes["user"]), wanted.into_iter().collect::<Vec<_>>());
        assert_eq!(texts(&scopes["bot"]), bot);
        let settings = manifest["settings"].as_object().unwrap();
        assert!(!settings.contains_key("event_subscriptions") && !settings.contains_key("interactivity"));
        for off in ["socket_mode_enabled", "token_rotation_enabled"] {
            assert_eq!(settings[off], false, "{off}");
        }
        assert_eq!(settings["org_deploy_enabled"], text == AUDIT);
        let back = json!(["https://margay.example/slack/logs/callback"]);
        assert_eq!(manifest["oauth_config"]["redirect_urls"], back);
    }
}

#[test]
fn each_log_types_scopes_are_those_of_its_app() {
    for log_type in logs::LogType::ALL {
        let manifest = read(if log_type == logs::LogType::Audit { AUDIT } else { ACCESS });
        assert_eq!(log_type.user_scopes(), texts(&manifest["oauth_config"]["scopes"]["user"]), "{log_type}");
    }
}
