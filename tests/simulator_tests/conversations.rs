//! Conversations, people and the workspace.

use serde_json::{Value, json};

use crate::world::{CHANNEL, Rig, USER, world};

fn ids(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|c| c["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_channel_is_shown_to_those_who_may_see_it() {
    let rig = Rig::new();
    let info = async |channel: &str| {
        rig.get("conversations.info", &[("channel", channel), ("include_num_members", "true")]).await
    };
    let public = info(CHANNEL).await;
    assert_eq!(public["channel"]["name"], "general");
    assert_eq!(public["channel"]["is_member"], true);
    assert_eq!(public["channel"]["is_private"], false);
    assert_eq!(public["channel"]["num_members"], 3);
    assert_eq!(info("C0UNJOINED1").await["channel"]["is_member"], false);
    assert_eq!(info("C0ARCHIVED1").await["channel"]["is_archived"], true);
    assert_eq!(info("C0PRIVATE01").await["channel"]["is_private"], true);
    assert_eq!(info("C0HIDDEN001").await["error"], "channel_not_found");
    assert_eq!(info("general").await["error"], "channel_not_found");
}

#[tokio::test]
async fn lists_hold_the_types_asked_for_in_pages() {
    let rig = Rig::new();
    rig.call("chat.postMessage", json!({"channel": USER, "text": "hi"})).await;
    let list = async |arguments: &[(&str, &str)]| rig.get("conversations.list", arguments).await;
    assert_eq!(ids(&list(&[]).await["channels"]), ["C0ARCHIVED1", CHANNEL, "C0UNJOINED1"]);
    assert_eq!(ids(&list(&[("exclude_archived", "true")]).await["channels"]), [CHANNEL, "C0UNJOINED1"]);
    assert_eq!(ids(&list(&[("types", "private_channel")]).await["channels"]), ["C0PRIVATE01"]);
    let im = list(&[("types", "im")]).await;
    assert_eq!((im["channels"].as_array().unwrap().len(), &im["channels"][0]["user"]), (1, &json!(USER)));
    let first = list(&[("limit", "2")]).await;
    let cursor = first["response_metadata"]["next_cursor"].as_str().unwrap();
    let second = list(&[("limit", "2"), ("cursor", cursor)]).await;
    assert_eq!(ids(&second["channels"]), ["C0UNJOINED1"]);
    assert_eq!(second["response_metadata"]["next_cursor"], "");
    assert_eq!(list(&[("types", "secret_channel")]).await["error"], "invalid_types");
    assert_eq!(list(&[("types", "mpim")]).await["needed"], "mpim:read");
    assert_eq!(list(&[("limit", "1001")]).await["error"], "invalid_limit");
}

#[tokio::test]
async fn an_org_wide_token_must_say_which_workspace_to_list() {
    let mut world = world();
    world["enterprise"] = json!({"id": "E0ACME0001", "name": "Acme Org"});
    world["app"]["org_wide"] = json!(true);
    let rig = Rig::of(world);
    for method in ["conversations.list", "users.list"] {
        assert_eq!(rig.get(method, &[]).await["error"], "missing_argument", "{method}");
        assert_eq!(rig.get(method, &[("team_id", "T0ACME0001")]).await["ok"], true, "{method}");
    }
    let auth = rig.call("auth.test", json!({})).await;
    assert_eq!((&auth["enterprise_id"], &auth["is_enterprise_install"]), (&json!("E0ACME0001"), &json!(true)));
}

#[tokio::test]
async fn members_come_in_pages() {
    let rig = Rig::new();
    let first = rig.get("conversations.members", &[("channel", CHANNEL), ("limit", "2")]).await;
    assert_eq!(first["members"], json!(["U0GUEST0001", USER]));
    let cursor = first["response_metadata"]["next_cursor"].as_str().unwrap();
    let second = rig.get("conversations.members", &[("channel", CHANNEL), ("cursor", cursor)]).await;
    assert_eq!(second["members"], json!(["U0TESTBOT1"]));
}

#[tokio::test]
async fn joining_is_for_public_channels_and_twice_is_a_warning() {
    let rig = Rig::new();
    let join = async |channel: &str| rig.call("conversations.join", json!({"channel": channel})).await;
    let joined = join("C0UNJOINED1").await;
    assert_eq!((&joined["channel"]["is_member"], joined.get("warning")), (&json!(true), None));
    assert_eq!(join("C0UNJOINED1").await["warning"], "already_in_channel");
    assert_eq!(join("C0HIDDEN001").await["error"], "channel_not_found");
    assert_eq!(join("C0ARCHIVED1").await["error"], "is_archived");
    let answer = rig.call("chat.postMessage", json!({"channel": "C0UNJOINED1", "text": "t"})).await;
    assert_eq!(answer["ok"], true);
}

#[tokio::test]
async fn a_direct_message_is_opened_once() {
    let rig = Rig::new();
    let open = async |arguments: Value| rig.call("conversations.open", arguments).await;
    assert_eq!(open(json!({"users": USER, "prevent_creation": true})).await["error"], "channel_not_found");
    let first = open(json!({"users": USER})).await;
    let id = first["channel"]["id"].as_str().unwrap();
    assert!(id.starts_with('D'));
    let again = open(json!({"users": USER, "return_im": true})).await;
    assert_eq!((&again["channel"]["id"], &again["channel"]["user"]), (&json!(id), &json!(USER)));
    assert_eq!(again["already_open"], true);
    let posted = rig.call("chat.postMessage", json!({"channel": USER, "text": "t"})).await;
    assert_eq!(posted["channel"], id);
    for (arguments, expected) in [
        (json!({}), "users_list_not_supplied"),
        (json!({"users": "U0NOBODY001"}), "user_not_found"),
        (json!({"users": "U0GONE00001"}), "user_disabled"),
        (json!({"channel": CHANNEL}), "method_not_supported_for_channel_type"),
    ] {
        assert_eq!(open(arguments.clone()).await["error"], expected, "{arguments}");
    }
}

#[tokio::test]
async fn a_user_comes_with_flags_and_the_email_only_with_its_scope() {
    let rig = Rig::new();
    let info = async |rig: &Rig, user: &str| rig.get("users.info", &[("user", user)]).await;
    let linus = info(&rig, USER).await["user"].clone();
    assert_eq!(linus["profile"]["email"], "linus@acme.example");
    assert_eq!(linus["is_email_confirmed"], true);
    assert_eq!(
        (&linus["deleted"], &linus["is_restricted"], &linus["is_bot"]),
        (&json!(false), &json!(false), &json!(false))
    );
    assert!(linus.get("is_stranger").is_none());
    assert_eq!(info(&rig, "U0GUEST0001").await["user"]["is_restricted"], true);
    assert_eq!(info(&rig, "U0GONE00001").await["user"]["deleted"], true);
    let stranger = info(&rig, "U0OTHER0001").await["user"].clone();
    assert_eq!((&stranger["is_stranger"], &stranger["team_id"]), (&json!(true), &json!("T0OTHER001")));
    assert!(stranger.get("is_email_confirmed").is_none());
    assert_eq!(info(&rig, "U0TESTBOT1").await["user"]["is_bot"], true);
    assert_eq!(info(&rig, "U0NOBODY001").await["error"], "user_not_found");
    rig.sim.patch_user(USER, &json!({"is_email_confirmed": false})).unwrap();
    assert_eq!(info(&rig, USER).await["user"]["is_email_confirmed"], false);

    rig.sim.patch_app(&json!({"scopes": ["users:read"]})).unwrap();
    assert!(info(&rig, USER).await["user"]["profile"].get("email").is_none());
}

#[tokio::test]
async fn people_are_found_by_email_unless_they_are_gone_or_strangers() {
    let rig = Rig::new();
    rig.sim.patch_user("U0OTHER0001", &json!({"email": "other@else.example"})).unwrap();
    let lookup = async |email: &str| rig.get("users.lookupByEmail", &[("email", email)]).await;
    assert_eq!(lookup("LINUS@acme.example").await["user"]["id"], USER);
    for email in ["gone@acme.example", "other@else.example", "nobody@acme.example", "linus"] {
        assert_eq!(lookup(email).await["error"], "users_not_found", "{email}");
    }
    let everyone = rig.get("users.list", &[]).await;
    assert_eq!(everyone["members"].as_array().unwrap().len(), 5);
    assert_eq!(rig.get("users.list", &[("limit", "2")]).await["members"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn the_workspace_is_the_one_asked_for() {
    let rig = Rig::new();
    assert_eq!(rig.get("team.info", &[]).await["team"]["domain"], "acme");
    assert_eq!(rig.get("team.info", &[("team", "T0NOWHERE01")]).await["error"], "team_not_found");
}
