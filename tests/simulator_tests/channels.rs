//! What people do to channels, what Slack writes into them, and what the app hears.

use serde_json::{Value, json};

use crate::world::{CHANNEL, NOW, Rig, USER, world};

const BOT: &str = "U0TESTBOT1";
const MARGO: &str = "U0MARGO0001";
const GUEST: &str = "U0GUEST0001";
const PRIVATE: &str = "C0PRIVATE01";
const UNJOINED: &str = "C0UNJOINED1";

/// The world in which Margo is an administrator and in the public channel.
fn rig() -> Rig {
    let mut world = world();
    world["users"][1]["is_admin"] = json!(true);
    world["channels"][0]["members"] = json!([USER, GUEST, BOT, MARGO]);
    let rig = Rig::of(world);
    rig.sim.hold_events();
    rig
}

fn events(rig: &Rig) -> Vec<Value> {
    rig.sim.take_events().iter().map(|c| c.payload()["event"].clone()).collect()
}

/// The events without their times.
fn timeless(mut events: Vec<Value>) -> Vec<Value> {
    for event in &mut events {
        for key in ["ts", "event_ts"] {
            let time = event.as_object_mut().unwrap().remove(key);
            assert!(time.is_none_or(|t| t.as_str().unwrap().len() == 17), "{key} of {event}");
        }
    }
    events
}

fn notice(channel: &str, kind: &str, subtype: &str, user: &str, text: &str) -> Value {
    json!({"type": "message", "subtype": subtype, "user": user, "text": text, "team": "T0ACME0001", "channel": channel,
        "channel_type": kind})
}

fn refused(outcome: Result<(), slack_simulator::Refusal>) -> u16 {
    outcome.expect_err("should be refused").status
}

async fn control(rig: &Rig, path: &str, body: Value) -> (u16, Value) {
    let url = format!("{}/_control/{path}", rig.sim.base_url());
    let response = rig.client.post(url).body(body.to_string()).send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

#[tokio::test]
async fn inviting_the_bot_is_two_events_and_one_message() {
    let rig = rig();
    rig.sim.invite(USER, UNJOINED, BOT).unwrap();
    let mut joined = notice(UNJOINED, "channel", "channel_join", BOT, "<@U0TESTBOT1> has joined the channel");
    joined["inviter"] = json!(USER);
    let member = json!({"type": "member_joined_channel", "user": BOT, "channel": UNJOINED, "channel_type": "C",
        "team": "T0ACME0001", "inviter": USER});
    assert_eq!(timeless(events(&rig)), [member, joined]);
    let posted = rig.call("chat.postMessage", json!({"channel": UNJOINED, "text": "thanks"})).await;
    assert_eq!(posted["ok"], true);
    let history = rig.get("conversations.history", &[("channel", UNJOINED)]).await;
    assert_eq!(history["messages"][1]["inviter"], USER);
}

#[tokio::test]
async fn an_invitation_is_refused_where_slack_refuses_it() {
    let rig = rig();
    rig.sim
        .add_user(serde_json::from_value(json!({"id": "U0SINGLE001", "is_ultra_restricted": true})).unwrap())
        .unwrap();
    rig.sim.invite(USER, UNJOINED, "U0SINGLE001").unwrap();
    events(&rig);
    let direct = rig.sim.open_im(USER).unwrap();
    for (user, channel, invitee, status) in [
        (USER, CHANNEL, BOT, 409),
        (MARGO, UNJOINED, BOT, 422),
        (GUEST, CHANNEL, MARGO, 422),
        (USER, "C0ARCHIVED1", MARGO, 422),
        (USER, "C0NOWHERE01", MARGO, 404),
        (USER, UNJOINED, "U0NOBODY001", 404),
        (USER, UNJOINED, "U0GONE00001", 422),
        (USER, UNJOINED, "U0OTHER0001", 422),
        (USER, PRIVATE, "U0SINGLE001", 422),
        (USER, direct.as_str(), MARGO, 422),
        (BOT, CHANNEL, MARGO, 422),
        ("U0NOBODY001", CHANNEL, MARGO, 404),
    ] {
        assert_eq!(refused(rig.sim.invite(user, channel, invitee)), status, "{user} {channel} {invitee}");
    }
    assert!(events(&rig).is_empty());
    rig.sim.patch_channel(UNJOINED, &json!({"is_ext_shared": true})).unwrap();
    rig.sim.invite(USER, UNJOINED, "U0OTHER0001").unwrap();
}

#[tokio::test]
async fn people_join_and_leave_and_only_a_bot_inside_hears_of_it() {
    let rig = rig();
    rig.sim.join(MARGO, UNJOINED).unwrap();
    rig.sim.leave(MARGO, UNJOINED).unwrap();
    assert!(events(&rig).is_empty());
    let texts: Vec<_> = rig.sim.messages(UNJOINED).unwrap().into_iter().map(|m| (m.subtype.unwrap(), m.text)).collect();
    let text = |what: &str| format!("<@{MARGO}> has {what} the channel");
    assert_eq!(texts, [("channel_join".into(), text("joined")), ("channel_leave".into(), text("left"))]);

    rig.sim.leave(MARGO, CHANNEL).unwrap();
    let left = json!({"type": "member_left_channel", "user": MARGO, "channel": CHANNEL, "channel_type": "C",
        "team": "T0ACME0001"});
    assert_eq!(timeless(events(&rig)), [left, notice(CHANNEL, "channel", "channel_leave", MARGO, &text("left"))]);

    assert_eq!(refused(rig.sim.leave(MARGO, CHANNEL)), 422);
    assert_eq!(refused(rig.sim.join(USER, CHANNEL)), 409);
    assert_eq!(refused(rig.sim.join(GUEST, UNJOINED)), 422);
    assert_eq!(refused(rig.sim.join(MARGO, PRIVATE)), 422);
    assert_eq!(refused(rig.sim.join(MARGO, "C0ARCHIVED1")), 422);
    assert_eq!(refused(rig.sim.join("U0OTHER0001", CHANNEL)), 422);
    assert_eq!(refused(rig.sim.leave(USER, "C0ARCHIVED1")), 422);
}

#[tokio::test]
async fn a_bot_that_is_removed_hears_only_that() {
    let rig = rig();
    rig.sim.remove(MARGO, CHANNEL, BOT).unwrap();
    rig.sim.remove(USER, PRIVATE, BOT).unwrap();
    assert_eq!(
        timeless(events(&rig)),
        [
            json!({"type": "channel_left", "channel": CHANNEL, "actor_id": MARGO}),
            json!({"type": "group_left", "channel": PRIVATE, "actor_id": USER}),
        ]
    );
    let posted = rig.call("chat.postMessage", json!({"channel": CHANNEL, "text": "t"})).await;
    assert_eq!(posted["error"], "not_in_channel");
    rig.sim.post_as(USER, CHANNEL, "alone", None).unwrap();
    assert!(events(&rig).is_empty());
}

#[tokio::test]
async fn from_a_public_channel_administrators_remove_from_a_private_one_any_member() {
    let rig = rig();
    rig.sim.invite(USER, PRIVATE, GUEST).unwrap();
    for (user, channel, removed) in [
        (USER, CHANNEL, MARGO),
        (GUEST, CHANNEL, USER),
        (GUEST, PRIVATE, USER),
        (MARGO, PRIVATE, USER),
        (USER, PRIVATE, USER),
        (USER, PRIVATE, MARGO),
        (USER, "C0ARCHIVED1", BOT),
    ] {
        assert_eq!(refused(rig.sim.remove(user, channel, removed)), 422, "{user} {channel} {removed}");
    }
    rig.sim.remove(MARGO, CHANNEL, USER).unwrap();
    rig.sim.remove(USER, PRIVATE, GUEST).unwrap();
    let left: Vec<Value> = events(&rig).into_iter().filter(|e| e["type"] == "member_left_channel").collect();
    assert_eq!((&left[0]["user"], &left[0]["channel_type"]), (&json!(USER), &json!("C")));
    assert_eq!((&left[1]["user"], &left[1]["channel_type"]), (&json!(GUEST), &json!("G")));
}

#[tokio::test]
async fn archiving_stops_everything_until_it_is_undone() {
    let rig = rig();
    rig.sim.archive(USER, CHANNEL).unwrap();
    let archived = json!({"type": "channel_archive", "channel": CHANNEL, "user": USER, "is_moved": 0});
    let told = notice(CHANNEL, "channel", "channel_archive", USER, "archived the channel");
    assert_eq!(timeless(events(&rig)), [told, archived]);
    let posted = rig.call("chat.postMessage", json!({"channel": CHANNEL, "text": "t"})).await;
    assert_eq!(posted["error"], "is_archived");
    assert!(rig.sim.post_as(USER, CHANNEL, "t", None).is_err());
    assert_eq!(refused(rig.sim.archive(USER, CHANNEL)), 409);
    assert_eq!(refused(rig.sim.rename(USER, CHANNEL, "other")), 422);
    rig.sim.unarchive(MARGO, CHANNEL).unwrap();
    let back = json!({"type": "channel_unarchive", "channel": CHANNEL, "user": MARGO});
    let told = notice(CHANNEL, "channel", "channel_unarchive", MARGO, "un-archived the channel");
    assert_eq!(timeless(events(&rig)), [told, back]);
    assert_eq!(refused(rig.sim.unarchive(MARGO, CHANNEL)), 409);
    rig.post("again").await;
    assert_eq!(refused(rig.sim.archive(GUEST, CHANNEL)), 422);
    assert_eq!(refused(rig.sim.archive(MARGO, UNJOINED)), 422);
}

#[tokio::test]
async fn of_private_channels_only_members_hear_and_of_public_ones_everybody() {
    let rig = rig();
    rig.sim.archive(USER, PRIVATE).unwrap();
    rig.sim.unarchive(USER, PRIVATE).unwrap();
    rig.sim.archive(USER, "C0HIDDEN001").unwrap();
    rig.sim.archive(USER, UNJOINED).unwrap();
    let kinds: Vec<(Value, Value)> =
        events(&rig).into_iter().map(|e| (e["type"].clone(), e["channel"].clone())).collect();
    let expected = [
        ("message", PRIVATE),
        ("group_archive", PRIVATE),
        ("message", PRIVATE),
        ("group_unarchive", PRIVATE),
        ("channel_archive", UNJOINED),
    ];
    assert_eq!(kinds, expected.map(|(kind, channel)| (json!(kind), json!(channel))));
    assert_eq!(refused(rig.sim.unarchive(MARGO, "C0HIDDEN001")), 422);
}

#[tokio::test]
async fn a_new_name_is_told_and_follows_slacks_rules() {
    let rig = rig();
    rig.sim.rename(USER, CHANNEL, "general-2_ö").unwrap();
    let text = "has renamed the channel from \"general\" to \"general-2_ö\"";
    let mut told = notice(CHANNEL, "channel", "channel_name", USER, text);
    told["name"] = json!("general-2_ö");
    told["old_name"] = json!("general");
    let renamed = json!({"type": "channel_rename", "channel": {"id": CHANNEL, "is_channel": true, "is_mpim": false,
        "name": "general-2_ö", "name_normalized": "general-2_ö", "created": NOW}});
    assert_eq!(timeless(events(&rig)), [told, renamed]);
    let info = rig.get("conversations.info", &[("channel", CHANNEL)]).await;
    assert_eq!(info["channel"]["name"], "general-2_ö");
    rig.sim.rename(USER, PRIVATE, "more-secret").unwrap();
    assert_eq!(events(&rig)[1]["type"], "group_rename");
    rig.sim.rename(MARGO, CHANNEL, &"a".repeat(80)).unwrap();

    let long = "a".repeat(81);
    for name in ["", "Upper", "a b", "a.b", "#a", "--_", "a/b", "a\n", &long] {
        assert_eq!(refused(rig.sim.rename(USER, CHANNEL, name)), 422, "{name:?}");
    }
    assert_eq!(refused(rig.sim.rename(USER, CHANNEL, "more-secret")), 409);
    assert_eq!(refused(rig.sim.rename(USER, CHANNEL, "old")), 409);
    assert_eq!(refused(rig.sim.rename(GUEST, CHANNEL, "guests")), 422);
    rig.sim.patch_user(MARGO, &json!({"is_admin": false})).unwrap();
    assert_eq!(refused(rig.sim.rename(MARGO, CHANNEL, "mine")), 422);
}

#[tokio::test]
async fn what_slack_wrote_is_nobodys_to_edit_and_an_administrators_to_delete() {
    let rig = rig();
    rig.sim.archive(USER, CHANNEL).unwrap();
    rig.sim.unarchive(USER, CHANNEL).unwrap();
    let ts = rig.sim.messages(CHANNEL).unwrap()[0].ts.clone();
    assert_eq!(refused(rig.sim.edit_as(USER, CHANNEL, &ts, "never happened")), 422);
    assert_eq!(refused(rig.sim.delete_as(USER, CHANNEL, &ts)), 422);
    rig.sim.delete_as(MARGO, CHANNEL, &ts).unwrap();
}

#[tokio::test]
async fn an_app_hears_of_channels_what_its_scopes_and_subscriptions_allow() {
    let rig = rig();
    let happen = |rig: &Rig| {
        rig.sim.archive(USER, CHANNEL).unwrap();
        rig.sim.unarchive(USER, CHANNEL).unwrap();
        events(rig).iter().map(|e| e["type"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(happen(&rig), ["message", "channel_archive", "message", "channel_unarchive"]);
    rig.sim.patch_app(&json!({"bot_events": ["channel_archive"]})).unwrap();
    assert_eq!(happen(&rig), ["channel_archive"]);
    rig.sim.patch_app(&json!({"bot_events": null, "scopes": ["channels:history"]})).unwrap();
    assert_eq!(happen(&rig), ["message", "message"]);
    rig.sim.patch_app(&json!({"scopes": ["channels:read"]})).unwrap();
    assert_eq!(happen(&rig), ["channel_archive", "channel_unarchive"]);
}

#[tokio::test]
async fn a_test_that_changes_members_itself_leaves_no_message() {
    let rig = rig();
    rig.sim.patch_channel(UNJOINED, &json!({"members": [USER, MARGO, BOT], "name": "joined"})).unwrap();
    let kinds: Vec<(Value, Value)> = events(&rig).into_iter().map(|e| (e["type"].clone(), e["user"].clone())).collect();
    // Margo was there before the bot, which hears of no one who came earlier.
    assert_eq!(kinds, [(json!("member_joined_channel"), json!(BOT))]);
    assert!(rig.sim.messages(UNJOINED).unwrap().is_empty());
}

#[tokio::test]
async fn all_of_it_goes_over_the_control_api() {
    let rig = rig();
    let at = |what: &str| format!("channels/{UNJOINED}/{what}");
    for (what, body, status) in [
        ("invite", json!({"user": USER, "invitee": BOT}), 200),
        ("invite", json!({"user": USER, "invitee": BOT}), 409),
        ("remove", json!({"user": USER, "removed": BOT}), 422),
        ("join", json!({"user": MARGO}), 200),
        ("remove", json!({"user": MARGO, "removed": BOT}), 200),
        ("rename", json!({"user": USER, "name": "new-name"}), 200),
        ("rename", json!({"user": USER, "name": "New Name"}), 422),
        ("leave", json!({"user": MARGO}), 200),
        ("archive", json!({"user": USER}), 200),
        ("unarchive", json!({"user": USER}), 200),
        ("archive", json!({"user": USER, "surprise": 1}), 400),
        ("paint", json!({"user": USER}), 404),
    ] {
        let (got, answer) = control(&rig, &at(what), body).await;
        assert_eq!(got, status, "{what}: {answer}");
        assert_eq!(answer == json!({}), status == 200, "{answer}");
    }
    let channel = rig.sim.world().channels.into_iter().find(|c| c.id == UNJOINED).unwrap();
    assert_eq!(
        (channel.name.as_str(), channel.members, channel.is_archived),
        ("new-name", vec![USER.to_owned()], false)
    );
}
