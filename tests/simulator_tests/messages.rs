//! `chat.*`: what is posted, changed and deleted, and every refusal on the way.

use serde_json::{Value, json};

use crate::world::{CHANNEL, NOW, Rig, USER, world};

fn error(answer: &Value) -> &str {
    answer["error"].as_str().unwrap_or("ok")
}

#[tokio::test]
async fn a_message_comes_back_as_slack_keeps_it() {
    let rig = Rig::new();
    let metadata = json!({"event_type": "thing_made", "event_payload": {"id": "7"}});
    let answer = rig.call("chat.postMessage", json!({"channel": CHANNEL, "text": "hello", "metadata": metadata})).await;
    assert_eq!(answer["ok"], true);
    assert_eq!(answer["channel"], CHANNEL);
    assert_eq!(answer["ts"], format!("{NOW}.000000"));
    let message = &answer["message"];
    assert_eq!(message["type"], "message");
    assert_eq!(message["user"], "U0TESTBOT1");
    assert_eq!(message["bot_id"], "B0TESTBOT1");
    assert_eq!(message["app_id"], "A0TESTAPP1");
    assert_eq!(message["text"], "hello");
    assert_eq!(message["team"], "T0ACME0001");
    assert_eq!(message["metadata"], metadata);
    assert!(message.get("blocks").is_none() && message.get("edited").is_none());
}

#[tokio::test]
async fn timestamps_are_unique_and_rise_even_while_the_clock_stands() {
    let rig = Rig::new();
    let mut last = String::new();
    for n in 0..20 {
        let ts = rig.post(&format!("{n}")).await;
        assert!(ts > last && ts.len() == 17, "{ts}");
        last = ts;
    }
}

#[tokio::test]
async fn posting_is_refused_where_slack_refuses_it() {
    let rig = Rig::new();
    let text = json!({"text": "t"});
    let cases = [
        ("C0NOWHERE01", "channel_not_found"),
        ("no-such-name", "channel_not_found"),
        ("", "channel_not_found"),
        ("C0HIDDEN001", "channel_not_found"),
        ("#hidden", "channel_not_found"),
        ("C0UNJOINED1", "not_in_channel"),
        ("C0ARCHIVED1", "is_archived"),
        ("U0NOBODY001", "channel_not_found"),
        ("U0GONE00001", "channel_not_found"),
        (CHANNEL, "ok"),
        ("general", "ok"),
        ("#general", "ok"),
        ("C0PRIVATE01", "ok"),
        (USER, "ok"),
    ];
    for (channel, expected) in cases {
        let mut arguments = text.clone();
        arguments["channel"] = json!(channel);
        assert_eq!(error(&rig.call("chat.postMessage", arguments).await), expected, "{channel}");
    }
}

#[tokio::test]
async fn chat_write_public_opens_public_channels_only() {
    let mut world = world();
    world["app"]["scopes"] = json!(["chat:write", "chat:write.public"]);
    let rig = Rig::of(world);
    for (channel, expected) in
        [("C0UNJOINED1", "ok"), ("C0HIDDEN001", "channel_not_found"), ("C0ARCHIVED1", "is_archived")]
    {
        let answer = rig.call("chat.postMessage", json!({"channel": channel, "text": "t"})).await;
        assert_eq!(error(&answer), expected, "{channel}");
    }
}

#[tokio::test]
async fn a_channel_name_means_nothing_to_an_org_wide_token() {
    let mut world = world();
    world["enterprise"] = json!({"id": "E0ACME0001", "name": "Acme Org"});
    world["app"]["org_wide"] = json!(true);
    let rig = Rig::of(world);
    for channel in ["general", "#general"] {
        let answer = rig.call("chat.postMessage", json!({"channel": channel, "text": "t"})).await;
        assert_eq!(error(&answer), "team_not_found");
    }
    assert_eq!(error(&rig.call("chat.postMessage", json!({"channel": CHANNEL, "text": "t"})).await), "ok");
}

#[tokio::test]
async fn a_message_needs_something_to_show() {
    let rig = Rig::new();
    for content in [
        json!({}),
        json!({"text": ""}),
        json!({"text": " \n"}),
        json!({"text": "", "blocks": []}),
        json!({"text": null}),
    ] {
        let mut arguments = content.clone();
        arguments["channel"] = json!(CHANNEL);
        assert_eq!(error(&rig.call("chat.postMessage", arguments).await), "no_text", "{content}");
    }
    let only_blocks = json!({"channel": CHANNEL, "blocks": [{"type": "divider"}]});
    assert_eq!(error(&rig.call("chat.postMessage", only_blocks).await), "ok");
}

#[tokio::test]
async fn text_is_cut_when_posted_and_refused_when_updated() {
    let rig = Rig::new();
    let post = async |length: usize| {
        rig.call("chat.postMessage", json!({"channel": CHANNEL, "text": "x".repeat(length)})).await
    };
    let fits = post(40_000).await;
    assert!(fits.get("warning").is_none(), "{}", fits["warning"]);
    let cut = post(40_001).await;
    assert_eq!(cut["warning"], "message_truncated");
    assert_eq!(cut["response_metadata"]["warnings"], json!(["message_truncated"]));
    assert_eq!(cut["message"]["text"].as_str().unwrap().len(), 40_000);

    let ts = fits["ts"].clone();
    let update = async |length: usize| {
        rig.call("chat.update", json!({"channel": CHANNEL, "ts": ts, "text": "é".repeat(length)})).await
    };
    assert_eq!(error(&update(4_000).await), "ok");
    assert_eq!(error(&update(4_001).await), "msg_too_long");
}

#[tokio::test]
async fn markdown_text_stands_alone_and_has_its_own_limit() {
    let rig = Rig::new();
    let post = async |more: Value| {
        let mut arguments = json!({"channel": CHANNEL});
        arguments.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        rig.call("chat.postMessage", arguments).await
    };
    assert_eq!(error(&post(json!({"markdown_text": "*".repeat(12_000)})).await), "ok");
    assert_eq!(error(&post(json!({"markdown_text": "*".repeat(12_001)})).await), "msg_too_long");
    assert_eq!(error(&post(json!({"markdown_text": "a", "text": "b"})).await), "markdown_text_conflict");
    assert_eq!(error(&post(json!({"markdown_text": "a", "blocks": []})).await), "markdown_text_conflict");
}

#[tokio::test]
async fn metadata_has_a_type_and_a_payload_and_nothing_else() {
    let rig = Rig::new();
    for (metadata, expected) in [
        (json!({"event_type": "e", "event_payload": {}}), "ok"),
        (json!("{\"event_type\": \"e\", \"event_payload\": {}}"), "ok"),
        (json!({}), "ok"),
        (json!({"event_type": "e"}), "invalid_metadata_format"),
        (json!({"event_payload": {}}), "invalid_metadata_format"),
        (json!({"event_type": "", "event_payload": {}}), "invalid_metadata_format"),
        (json!({"event_type": "e", "event_payload": "p"}), "invalid_metadata_format"),
        (json!({"event_type": "e", "event_payload": {}, "more": 1}), "invalid_metadata_format"),
        (json!([]), "invalid_metadata_format"),
        (json!("not json"), "invalid_metadata_format"),
        (json!({"event_type": "e", "event_payload": {"x": "y".repeat(17_000)}}), "metadata_too_large"),
    ] {
        let arguments = json!({"channel": CHANNEL, "text": "t", "metadata": metadata});
        assert_eq!(error(&rig.call("chat.postMessage", arguments).await), expected, "{metadata}");
    }
}

#[tokio::test]
async fn a_reply_needs_a_parent_that_is_there() {
    let rig = Rig::new();
    let parent = rig.post("parent").await;
    let reply = async |thread_ts: Value| {
        rig.call("chat.postMessage", json!({"channel": CHANNEL, "text": "r", "thread_ts": thread_ts})).await
    };
    let first = reply(json!(parent)).await;
    assert_eq!(first["message"]["thread_ts"], json!(parent));
    assert_eq!(error(&reply(first["ts"].clone()).await), "cannot_reply_to_message");
    assert_eq!(error(&reply(json!(format!("{}.000000", NOW - 5))).await), "thread_not_found");
    assert_eq!(error(&reply(json!("0")).await), "invalid_thread_ts");
    assert_eq!(error(&reply(json!(1_750_000_000.5)).await), "invalid_arguments");
    let deleted = rig.call("chat.delete", json!({"channel": CHANNEL, "ts": parent})).await;
    assert_eq!(error(&deleted), "ok");
    assert_eq!(error(&reply(json!(parent)).await), "thread_not_found");
}

#[tokio::test]
async fn an_update_replaces_what_it_names_and_keeps_the_rest() {
    let rig = Rig::new();
    let metadata = json!({"event_type": "e", "event_payload": {"n": 1}});
    let posted = rig
        .call(
            "chat.postMessage",
            json!({"channel": CHANNEL, "text": "one", "blocks": [{"type": "divider", "block_id": "d"}],
            "metadata": metadata, "attachments": [{"color": "#00ff00", "text": "a"}]}),
        )
        .await;
    let ts = posted["ts"].clone();
    rig.clock.advance(std::time::Duration::from_secs(60));
    let update = async |more: Value| {
        let mut arguments = json!({"channel": CHANNEL, "ts": ts});
        arguments.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        rig.call("chat.update", arguments).await
    };

    let texted = update(json!({"text": "two"})).await;
    assert_eq!((&texted["ts"], &texted["text"]), (&ts, &json!("two")), "{texted}");
    assert_eq!(texted["message"]["blocks"], posted["message"]["blocks"]);
    assert_eq!(texted["message"]["attachments"], posted["message"]["attachments"]);
    assert_eq!(texted["message"]["metadata"], metadata);
    assert_eq!(texted["message"]["edited"], json!({"user": "U0TESTBOT1", "ts": format!("{}.000000", NOW + 60)}));

    let blocked = update(json!({"text": "two", "blocks": [], "attachments": [], "metadata": {}})).await;
    let message = &blocked["message"];
    assert!(message.get("blocks").is_none() && message.get("attachments").is_none(), "{message}");
    assert!(message.get("metadata").is_none(), "{message}");

    assert_eq!(error(&update(json!({})).await), "no_text");
    assert_eq!(error(&update(json!({"text": ""})).await), "no_text");
    assert_eq!(error(&update(json!({"text": "x", "blocks": [{"type": "header"}]})).await), "invalid_blocks");
    let kept = rig.sim.messages(CHANNEL).unwrap();
    assert_eq!((kept[0].text.as_str(), kept[0].edits), ("two", 2));
}

#[tokio::test]
async fn only_ones_own_messages_that_are_there_can_be_changed() {
    let rig = Rig::new();
    let own = rig.post("mine").await;
    let theirs = rig.sim.post_as(USER, CHANNEL, "theirs", None).unwrap();
    let private = rig.call("chat.postMessage", json!({"channel": "C0PRIVATE01", "text": "p"})).await["ts"].clone();
    let direct = rig.call("chat.postMessage", json!({"channel": USER, "text": "d"})).await;
    rig.sim.patch_channel("C0PRIVATE01", &json!({"members": [USER]})).unwrap();
    for (channel, ts, update, delete) in [
        (json!(CHANNEL), json!(theirs), "cant_update_message", "cant_delete_message"),
        (json!(CHANNEL), json!("1750000000.999999"), "message_not_found", "message_not_found"),
        (json!(CHANNEL), json!("nonsense"), "message_not_found", "message_not_found"),
        (json!("C0NOWHERE01"), json!(own), "channel_not_found", "channel_not_found"),
        (json!("C0PRIVATE01"), private, "channel_not_found", "channel_not_found"),
        (json!(USER), direct["ts"].clone(), "channel_not_found", "channel_not_found"),
        (direct["channel"].clone(), direct["ts"].clone(), "ok", "ok"),
        (json!(CHANNEL), json!(own), "ok", "ok"),
        (json!(CHANNEL), json!(own), "message_not_found", "message_not_found"),
    ] {
        let updated = rig.call("chat.update", json!({"channel": channel, "ts": ts, "text": "new"})).await;
        assert_eq!(error(&updated), update, "{channel} {ts}");
        let deleted = rig.call("chat.delete", json!({"channel": channel, "ts": ts})).await;
        assert_eq!(error(&deleted), delete, "{channel} {ts}");
    }
}

#[tokio::test]
async fn an_archived_channel_takes_no_update() {
    let rig = Rig::new();
    let ts = rig.post("t").await;
    rig.sim.patch_channel(CHANNEL, &json!({"is_archived": true})).unwrap();
    let answer = rig.call("chat.update", json!({"channel": CHANNEL, "ts": ts, "text": "new"})).await;
    assert_eq!(error(&answer), "is_inactive");
}

#[tokio::test]
async fn an_ephemeral_message_reaches_a_member_only_and_is_not_in_the_channel() {
    let rig = Rig::new();
    let post = async |channel: &str, user: &str, more: Value| {
        let mut arguments = json!({"channel": channel, "user": user, "text": "psst"});
        arguments.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        rig.call("chat.postEphemeral", arguments).await
    };
    let answer = post(CHANNEL, USER, json!({})).await;
    assert!(answer["message_ts"].is_string(), "{answer}");
    assert_eq!(rig.sim.messages(CHANNEL).unwrap(), []);
    let seen = rig.sim.ephemerals(USER);
    assert_eq!((seen.len(), seen[0].text.as_str(), seen[0].channel.as_str()), (1, "psst", CHANNEL));

    for (channel, user, more, expected) in [
        (CHANNEL, "U0MARGO0001", json!({}), "user_not_in_channel"),
        (CHANNEL, "U0NOBODY001", json!({}), "user_not_in_channel"),
        ("C0UNJOINED1", USER, json!({}), "not_in_channel"),
        ("C0HIDDEN001", USER, json!({}), "channel_not_found"),
        ("C0ARCHIVED1", USER, json!({}), "is_archived"),
        (USER, USER, json!({}), "channel_not_found"),
        (CHANNEL, USER, json!({"text": ""}), "no_text"),
        (CHANNEL, USER, json!({"blocks": [{"type": "header"}]}), "invalid_blocks"),
        (CHANNEL, USER, json!({"metadata": {"event_type": "e", "event_payload": {}}}), "invalid_metadata_format"),
        (CHANNEL, USER, json!({"thread_ts": "1750000000.999999"}), "thread_not_found"),
    ] {
        assert_eq!(error(&post(channel, user, more.clone()).await), expected, "{channel} {user} {more}");
    }
    assert_eq!(rig.sim.ephemerals(USER).len(), 1);
}

#[tokio::test]
async fn a_permalink_names_the_message_and_its_thread() {
    let rig = Rig::new();
    let parent = rig.post("p").await;
    let reply = rig.sim.post_as(USER, CHANNEL, "r", Some(&parent)).unwrap();
    let link =
        async |channel: &str, ts: &str| rig.get("chat.getPermalink", &[("channel", channel), ("message_ts", ts)]).await;
    assert_eq!(
        link(CHANNEL, &parent).await["permalink"],
        format!("https://acme.slack.com/archives/{CHANNEL}/p{}", parent.replace('.', ""))
    );
    assert_eq!(
        link(CHANNEL, &reply).await["permalink"],
        format!(
            "https://acme.slack.com/archives/{CHANNEL}/p{}?thread_ts={parent}&cid={CHANNEL}",
            reply.replace('.', "")
        )
    );
    assert_eq!(error(&link(CHANNEL, "1750000000.999999").await), "message_not_found");
    assert_eq!(error(&link("C0HIDDEN001", &parent).await), "channel_not_found");
}
