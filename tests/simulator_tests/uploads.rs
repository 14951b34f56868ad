//! Files that the app shares.

use std::time::Duration;

use serde_json::{Value, json};
use slack_simulator::{Fault, FaultKind};

use crate::world::{CHANNEL, Rig, TOKEN, world};

const TEXT: &str = "{\n  \"a\": 1\n}";

fn rig() -> Rig {
    let mut world = world();
    world["app"]["scopes"].as_array_mut().unwrap().push(json!("files:read"));
    Rig::of(world)
}

impl Rig {
    async fn begin(&self, form: &[(&str, &str)]) -> Value {
        let url = format!("{}files.getUploadURLExternal", self.sim.api_url());
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = self.client.post(url).bearer_auth(TOKEN);
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
        request.send().await.unwrap().json().await.unwrap()
    }

    async fn send(&self, url: &Value, bytes: &str) -> (u16, String) {
        let answer = self.client.post(url.as_str().unwrap()).body(bytes.to_owned()).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    /// A file whose bytes are there.
    async fn uploaded(&self) -> String {
        let length = TEXT.len().to_string();
        let given = self.begin(&[("filename", "event.json"), ("length", &length)]).await;
        assert_eq!(self.send(&given["upload_url"], TEXT).await, (200, format!("OK - {length}")));
        given["file_id"].as_str().unwrap().to_owned()
    }

    async fn complete(&self, id: &str, more: Value) -> Value {
        let mut body = json!({"files": [{"id": id, "title": "Event"}]});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.call("files.completeUploadExternal", body).await
    }
}

#[tokio::test]
async fn a_file_is_shared_in_a_thread_with_its_bytes_and_events() {
    let rig = rig();
    let parent = rig.post("parent").await;
    rig.sim.hold_events();
    let id = rig.uploaded().await;
    assert!(rig.sim.file_content(&id).is_err(), "nobody sees it before it is shared");
    let answer = rig.complete(&id, json!({"channel_id": CHANNEL, "thread_ts": parent})).await;
    assert_eq!(answer, json!({"ok": true, "files": [{"id": id, "title": "Event"}]}));
    let messages = rig.sim.messages(CHANNEL).unwrap();
    let reply = &messages[0].thread[0];
    assert_eq!((reply.bot_id.as_deref(), reply.subtype.as_deref()), (Some("B0TESTBOT1"), Some("file_share")));
    let file = &reply.files[0];
    for (key, value) in [
        ("id", json!(id)),
        ("name", json!("event.json")),
        ("title", json!("Event")),
        ("user", json!("U0TESTBOT1")),
        ("filetype", json!("json")),
        ("mode", json!("snippet")),
        ("size", json!(TEXT.len())),
    ] {
        assert_eq!(file[key], value, "{key}");
    }
    assert_eq!(rig.sim.file_content(&id).unwrap().bytes, TEXT);
    let events: Vec<Value> =
        rig.sim.take_events().iter().map(|event| event.payload()["event"]["type"].clone()).collect();
    assert!(events.contains(&json!("file_shared")) && events.contains(&json!("message")), "{events:?}");
    let thread = rig.get("conversations.replies", &[("channel", CHANNEL), ("ts", &parent)]).await;
    assert_eq!(thread["messages"][1]["files"][0]["id"], json!(id));
}

#[tokio::test]
async fn without_a_channel_a_file_is_nobodys_message() {
    let rig = rig();
    let id = rig.uploaded().await;
    assert_eq!(rig.complete(&id, json!({})).await["ok"], true);
    assert!(rig.sim.messages(CHANNEL).unwrap().is_empty());
}

#[tokio::test]
async fn what_slack_refuses_before_the_bytes() {
    let rig = rig();
    for (form, code) in [
        (&[("filename", "a.json")][..], "invalid_arguments"),
        (&[("filename", "a.json"), ("length", "x")], "invalid_arguments"),
        (&[("filename", "a.json"), ("length", "0")], "missing_argument"),
        (&[("filename", " "), ("length", "1")], "missing_argument"),
        (&[("filename", "a"), ("length", "1"), ("snippet_type", "klingon")], "unknown_snippet_type"),
        (&[("filename", "a"), ("length", "1000001"), ("snippet_type", "javascript")], "snippet_too_large"),
        (&[("filename", "a"), ("length", "99999999999")], "file_upload_size_restricted"),
    ] {
        assert_eq!(rig.begin(form).await["error"], code, "{form:?}");
    }
    let json = rig.call("files.getUploadURLExternal", json!({"filename": "a", "length": 1})).await;
    assert_eq!(json["error"], "invalid_arguments", "a JSON body is not looked at");
    let mut without = world();
    without["app"]["scopes"] = json!(["chat:write"]);
    let without = Rig::of(without);
    let refused = without.begin(&[("filename", "a"), ("length", "1")]).await;
    assert_eq!((&refused["error"], &refused["needed"]), (&json!("missing_scope"), &json!("files:write")));
}

#[tokio::test]
async fn an_address_takes_the_right_number_of_bytes_once_and_not_for_ever() {
    let rig = rig();
    let given = rig.begin(&[("filename", "a.json"), ("length", "3")]).await;
    let url = &given["upload_url"];
    assert_eq!(rig.send(url, "four").await.0, 400);
    assert_eq!(rig.complete(given["file_id"].as_str().unwrap(), json!({})).await["error"], "file_not_found");
    assert_eq!(rig.send(url, "abc").await.0, 200);
    assert_eq!(rig.send(url, "abc").await.0, 404);
    assert_eq!(rig.send(&json!(format!("{}/upload/v1/unknown", rig.sim.base_url())), "abc").await.0, 404);
    assert_eq!(rig.client.get(url.as_str().unwrap()).send().await.unwrap().status(), 405);
    let late = rig.begin(&[("filename", "a.json"), ("length", "3")]).await;
    rig.clock.advance(Duration::from_secs(3601));
    assert_eq!(rig.send(&late["upload_url"], "abc").await.0, 404);
}

#[tokio::test]
async fn what_slack_refuses_when_a_file_is_to_be_shared() {
    let rig = rig();
    let parent = rig.post("parent").await;
    let id = rig.uploaded().await;
    for (more, code) in [
        (json!({"channel_id": "C0UNJOINED1"}), "not_in_channel"),
        (json!({"channel_id": "C0UNJOINED1", "thread_ts": parent}), "not_in_channel"),
        (json!({"channel_id": "C0HIDDEN001"}), "channel_not_found"),
        (json!({"channel_id": "general"}), "channel_not_found"),
        (json!({"channel_id": "C0ARCHIVED1"}), "posting_to_channel_denied"),
        (json!({"channel_id": CHANNEL, "thread_ts": "1750000000.999999"}), "thread_not_found"),
        (json!({"channel_id": CHANNEL, "thread_ts": "x"}), "invalid_thread_ts"),
        (json!({"files": []}), "invalid_arguments"),
        (json!({"files": [{"title": "x"}]}), "invalid_arguments"),
        (json!({"files": [{"id": "F0UNKNOWN1"}]}), "file_not_found"),
        (json!({"files": [{"id": id}, {"id": id}]}), "file_not_found"),
    ] {
        assert_eq!(rig.complete(&id, more.clone()).await["error"], code, "{more}");
    }
    assert_eq!(rig.complete(&id, json!({"channel_id": CHANNEL})).await["ok"], true, "a refusal uses nothing up");
    assert_eq!(rig.complete(&id, json!({"channel_id": CHANNEL})).await["error"], "file_not_found", "it works once");
    assert_eq!(rig.sim.messages(CHANNEL).unwrap().len(), 2);
}

#[tokio::test]
async fn the_bytes_can_go_wrong_on_their_way() {
    let rig = rig();
    let given = rig.begin(&[("filename", "a.json"), ("length", "3")]).await;
    rig.sim.set_faults(vec![Fault { times: Some(1), ..Fault::new("upload", FaultKind::Http500) }], 0).unwrap();
    assert_eq!(rig.send(&given["upload_url"], "abc").await.0, 500);
    let lost = Fault { times: Some(1), ..Fault::new("upload", FaultKind::LostAnswer) };
    rig.sim.set_faults(vec![lost], 0).unwrap();
    assert!(rig.client.post(given["upload_url"].as_str().unwrap()).body("abc").send().await.is_err());
    assert_eq!(rig.complete(given["file_id"].as_str().unwrap(), json!({})).await["ok"], true, "they had arrived");
    assert_eq!(rig.sim.calls_since(rig.sim.mark()).len(), 0);
}
