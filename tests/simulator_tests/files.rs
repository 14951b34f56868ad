//! Files that people share.

use serde_json::{Value, json};
use slack_simulator::NewFile;

use crate::world::{CHANNEL, Rig, USER, world};

/// `hello\n` and three lines more.
const TEXT: &str = "aGVsbG8KMQoyCjMK";
/// A PNG's first eight bytes.
const PNG: &str = "iVBORw0KGgo=";

fn file(name: &str, content_base64: &str) -> NewFile {
    NewFile { name: name.into(), content_base64: content_base64.into() }
}

fn rig_with_files() -> Rig {
    let mut world = world();
    world["app"]["scopes"].as_array_mut().unwrap().push(json!("files:read"));
    Rig::of(world)
}

fn events(rig: &Rig) -> Vec<Value> {
    rig.sim.take_events().iter().map(|c| c.payload()["event"].clone()).collect()
}

async fn control(rig: &Rig, method: &str, path: &str, body: Value) -> (u16, Value) {
    let url = format!("{}/_control/{path}", rig.sim.base_url());
    let response = rig.client.request(method.parse().unwrap(), url).body(body.to_string()).send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

#[tokio::test]
async fn a_shared_file_is_a_message_and_an_event_as_slack_sends_it() {
    let rig = rig_with_files();
    rig.sim.hold_events();
    let (ts, files) = rig.sim.share_as(USER, CHANNEL, "see *this*", None, &[file("Shot 1.PNG", PNG)]).unwrap();
    let happened = events(&rig);
    assert_eq!(happened.len(), 2);
    let event = &happened[0];
    let kind = (&event["type"], &event["subtype"], &event["channel_type"]);
    assert_eq!(kind, (&json!("message"), &json!("file_share"), &json!("channel")));
    assert_eq!((&event["text"], &event["upload"], &event["ts"]), (&json!("see *this*"), &json!(false), &json!(ts)));
    assert_eq!((&event["display_as_bot"], &event["blocks"][0]["type"]), (&json!(false), &json!("rich_text")));
    assert!(event["client_msg_id"].is_string());
    let shared = &event["files"][0];
    assert_eq!(shared, &files[0]);
    let id = shared["id"].as_str().unwrap();
    assert!(id.starts_with('F'), "{id}");
    for (key, value) in [
        ("created", json!(1_750_000_000)),
        ("timestamp", json!(1_750_000_000)),
        ("name", json!("Shot 1.PNG")),
        ("title", json!("Shot 1.PNG")),
        ("mimetype", json!("image/png")),
        ("filetype", json!("png")),
        ("pretty_type", json!("PNG")),
        ("user", json!(USER)),
        ("editable", json!(false)),
        ("size", json!(8)),
        ("mode", json!("hosted")),
        ("is_external", json!(false)),
        ("external_type", json!("")),
        ("is_public", json!(true)),
        ("public_url_shared", json!(false)),
        ("username", json!("")),
        ("url_private", json!(format!("https://files.slack.com/files-pri/T0ACME0001-{id}/shot_1.png"))),
        ("permalink", json!(format!("https://acme.slack.com/files/{USER}/{id}/shot_1.png"))),
    ] {
        assert_eq!(shared[key], value, "{key}");
    }
    let told = &happened[1];
    assert_eq!((&told["type"], &told["file_id"], &told["file"]["id"]), (&json!("file_shared"), &json!(id), &json!(id)));

    let history = rig.get("conversations.history", &[("channel", CHANNEL)]).await;
    assert_eq!(history["messages"][0]["files"][0], files[0]);
    assert_eq!(history["messages"][0]["subtype"], "file_share");
}

#[tokio::test]
async fn every_field_of_slacks_own_file_share_event_is_there_but_pictures_measures() {
    let rig = rig_with_files();
    rig.sim.hold_events();
    rig.sim.share_as(USER, CHANNEL, "hi", None, &[file("a.png", PNG)]).unwrap();
    let event = events(&rig).swap_remove(0);
    // slackapi/bolt-python a2f21ae4, tests/scenario_tests/test_message_file_share.py (MIT).
    for key in [
        "type",
        "text",
        "files",
        "upload",
        "user",
        "display_as_bot",
        "ts",
        "blocks",
        "client_msg_id",
        "channel",
        "subtype",
        "event_ts",
        "channel_type",
    ] {
        assert!(event.get(key).is_some(), "{key}");
    }
    for key in [
        "id",
        "created",
        "timestamp",
        "name",
        "title",
        "mimetype",
        "filetype",
        "pretty_type",
        "user",
        "editable",
        "size",
        "mode",
        "is_external",
        "external_type",
        "is_public",
        "public_url_shared",
        "display_as_bot",
        "username",
        "url_private",
        "url_private_download",
        "permalink",
        "has_rich_preview",
    ] {
        assert!(event["files"][0].get(key).is_some(), "{key}");
    }
}

#[tokio::test]
async fn a_text_is_a_snippet_and_a_text_that_is_none_is_just_bytes() {
    let rig = Rig::new();
    let given = [file("a.log", TEXT), file("b.txt", PNG), file("c.exe", TEXT), file("plain", TEXT)];
    let (_, files) = rig.sim.share_as(USER, "C0PRIVATE01", "", None, &given).unwrap();
    let shown = |f: &Value| {
        let word = |key: &str| f[key].as_str().unwrap().to_owned();
        (word("mode"), word("filetype"), f["editable"].as_bool().unwrap())
    };
    assert_eq!(shown(&files[0]), ("snippet".into(), "text".into(), true));
    assert_eq!((&files[0]["lines"], &files[0]["preview"]), (&json!(4), &json!("hello\n1\n2\n3")));
    assert_eq!(files[0]["is_public"], false);
    for other in &files[1..] {
        assert_eq!(shown(other), ("hosted".into(), "binary".into(), false), "{other}");
    }
    let message = rig.sim.messages("C0PRIVATE01").unwrap().pop().unwrap();
    assert_eq!((message.text.as_str(), message.blocks.len(), message.files.len()), ("", 0, 4));
}

#[tokio::test]
async fn a_file_in_a_thread_is_a_reply() {
    let rig = Rig::new();
    let parent = rig.post("parent").await;
    let (ts, _) = rig.sim.share_as(USER, CHANNEL, "", Some(&parent), &[file("a.png", PNG)]).unwrap();
    let replies = rig.get("conversations.replies", &[("channel", CHANNEL), ("ts", &parent)]).await;
    let reply = &replies["messages"][1];
    assert_eq!(
        (&reply["ts"], &reply["thread_ts"], &reply["subtype"]),
        (&json!(ts), &json!(parent), &json!("file_share"))
    );
    assert_eq!(replies["messages"][0]["reply_count"], 1);
    assert!(rig.sim.share_as(USER, CHANNEL, "", Some(&ts), &[file("a.png", PNG)]).is_err());
}

#[tokio::test]
async fn a_file_goes_with_its_message() {
    let rig = rig_with_files();
    let (ts, files) = rig.sim.share_as(USER, CHANNEL, "hi", None, &[file("a.png", PNG)]).unwrap();
    let id = files[0]["id"].as_str().unwrap();
    assert_eq!(rig.sim.file_content(id).unwrap().bytes.len(), 8);
    rig.sim.edit_as(USER, CHANNEL, &ts, "").unwrap();
    assert_eq!(rig.sim.messages(CHANNEL).unwrap()[0].files, files);
    rig.sim.hold_events();
    rig.sim.delete_as(USER, CHANNEL, &ts).unwrap();
    let happened = events(&rig);
    assert_eq!(happened[0]["previous_message"]["files"][0]["id"], id);
    assert_eq!((&happened[1]["type"], &happened[1]["file_id"]), (&json!("file_deleted"), &json!(id)));
    assert_eq!(rig.sim.file_content(id).err().unwrap().status, 404);
    assert!(rig.sim.messages(CHANNEL).unwrap()[0].files.is_empty());
}

#[tokio::test]
async fn an_app_without_files_read_hears_of_the_message_only() {
    let rig = Rig::new();
    rig.sim.hold_events();
    rig.sim.share_as(USER, CHANNEL, "hi", None, &[file("a.png", PNG)]).unwrap();
    rig.sim.share_as(USER, "C0UNJOINED1", "hi", None, &[file("a.png", PNG)]).unwrap();
    let kinds: Vec<Value> = events(&rig).iter().map(|e| e["type"].clone()).collect();
    assert_eq!(kinds, ["message"]);
}

#[tokio::test]
async fn a_file_is_named_filled_and_small_enough_or_none_is_taken() {
    let rig = Rig::new();
    let big = "AAAA".repeat(10 * 1024 * 1024 / 3 + 1);
    let ten_and_one = vec![file("a.png", PNG); 11];
    let long = format!("{}.txt", "n".repeat(252));
    for (files, status) in [
        (vec![], 422),
        (ten_and_one, 422),
        (vec![file("a.png", PNG), file("empty.txt", "")], 422),
        (vec![file(" ", PNG)], 422),
        (vec![file("../a.png", PNG)], 422),
        (vec![file("a\\b", PNG)], 422),
        (vec![file("..", PNG)], 422),
        (vec![file("a\nb.png", PNG)], 422),
        (vec![file(&long, PNG)], 422),
        (vec![file("a.png", "not base64!")], 400),
        (vec![file("big.zip", &big)], 422),
    ] {
        let refusal = rig.sim.share_as(USER, CHANNEL, "t", None, &files).unwrap_err();
        assert_eq!(refusal.status, status, "{refusal}");
        assert!(refusal.message.len() < 400, "{refusal}");
    }
    assert!(rig.sim.share_as("U0MARGO0001", CHANNEL, "t", None, &[file("a.png", PNG)]).is_err());
    assert!(rig.sim.share_as(USER, "C0ARCHIVED1", "t", None, &[file("a.png", PNG)]).is_err());
    assert!(rig.sim.messages(CHANNEL).unwrap().is_empty());
    assert!(rig.sim.world().past.files.is_empty());
}

#[tokio::test]
async fn the_simulator_takes_no_more_than_it_can_keep_until_something_is_deleted() {
    let rig = Rig::new();
    let eight = [file("8.zip", &"AAAA".repeat(8 * 1024 * 1024 / 3))];
    let share = || rig.sim.share_as(USER, CHANNEL, "", None, &eight);
    let (first, _) = share().unwrap();
    for _ in 0..3 {
        share().unwrap();
    }
    assert_eq!(share().unwrap_err().status, 422);
    rig.sim.delete_as(USER, CHANNEL, &first).unwrap();
    share().unwrap();
}

#[tokio::test]
async fn files_come_over_the_control_api_and_nothing_a_browser_could_run_is_shown() {
    let rig = Rig::new();
    let given = json!([
        {"name": "päge\".html", "content_base64": TEXT}, {"name": "a.svg", "content_base64": TEXT},
        {"name": "a.png", "content_base64": PNG}, {"name": "a.txt", "content_base64": TEXT},
        {"name": "a.pdf", "content_base64": PNG},
    ]);
    let body = json!({"user": USER, "channel": CHANNEL, "text": "five", "files": given});
    let (status, shared) = control(&rig, "POST", "files", body).await;
    assert_eq!(status, 200, "{shared}");
    assert_eq!(shared["ts"], rig.sim.messages(CHANNEL).unwrap()[0].ts);
    for (index, kind, disposition) in [
        (0, "application/octet-stream", "attachment; filename*=UTF-8''p%C3%A4ge%22%2Ehtml"),
        (1, "application/octet-stream", "attachment; filename*=UTF-8''a%2Esvg"),
        (2, "image/png", "inline; filename*=UTF-8''a%2Epng"),
        (3, "text/plain; charset=utf-8", "inline; filename*=UTF-8''a%2Etxt"),
        (4, "application/octet-stream", "attachment; filename*=UTF-8''a%2Epdf"),
    ] {
        let id = shared["files"][index]["id"].as_str().unwrap();
        let url = format!("{}/_control/files/{id}/content", rig.sim.base_url());
        let response = rig.client.get(url).send().await.unwrap();
        let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
        assert_eq!((header("content-type"), header("content-disposition")), (kind.into(), disposition.into()));
        assert_eq!(
            (header("x-content-type-options"), header("content-security-policy")),
            ("nosniff".into(), "sandbox".into())
        );
        let size = given[index]["content_base64"].as_str().unwrap().len() / 4 * 3;
        assert!(size.abs_diff(response.bytes().await.unwrap().len()) < 3);
    }
    assert_eq!(control(&rig, "GET", "files/F0NOWHERE/content", Value::Null).await.0, 404);
}

#[tokio::test]
async fn another_simulator_has_the_files_too() {
    let rig = Rig::new();
    let (_, files) = rig.sim.share_as(USER, CHANNEL, "hi", None, &[file("a.txt", TEXT)]).unwrap();
    let (_, world) = control(&rig, "GET", "world", Value::Null).await;
    let mut broken = world.clone();
    let next = Rig::of(world);
    let id = files[0]["id"].as_str().unwrap();
    assert_eq!(&next.sim.file_content(id).unwrap().bytes[..], b"hello\n1\n2\n3\n");
    assert_eq!(next.sim.messages(CHANNEL).unwrap(), rig.sim.messages(CHANNEL).unwrap());
    broken["past"]["files"][id]["content_base64"] = json!("?");
    assert_eq!(control(&rig, "PUT", "world", broken).await.0, 422);
}
