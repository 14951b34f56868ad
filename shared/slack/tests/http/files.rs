//! Uploads of files: what is sent where, and what each failure is.

use crate::fake::{Fake, Reply};
use jiff::Timestamp;
use slack::client::{Client, Error, Found, Token, http_client};

const SHARED: &str = r#"{"ok":true,"files":[{"id":"F1"}]}"#;

fn token() -> Token {
    Token::new("xoxb-very-secret").unwrap()
}

fn given(url: &str) -> Reply {
    Reply::json(&format!(r#"{{"ok":true,"upload_url":"{url}","file_id":"F1"}}"#))
}

#[tokio::test]
async fn a_file_goes_up_in_three_steps_and_its_bytes_carry_no_token() {
    let replies = |base: &str| {
        vec![given(&format!("{base}/upload/v1/x")), Reply::http("200 OK", "", "OK - 13"), Reply::json(SHARED)]
    };
    let fake = Fake::serve_knowing(replies).await;
    let (client, token) = (Client::new(http_client(), &fake.url), token());
    let slack = client.with_token(&token);
    let upload = slack.begin_upload("first-event-a:1.json", 13).await.unwrap();
    slack.send_file(&upload, r#"{"private":1}"#.to_owned()).await.unwrap();
    slack.share_file(&upload.file_id, "First Event", "C1", "1.2").await.unwrap();
    assert!(!format!("{upload:?}").contains("upload/v1"), "whoever has the address can use it");
    let asked = fake.asked();
    let parts: Vec<(&str, &str)> = asked.iter().map(|request| request.split_once("\r\n\r\n").unwrap()).collect();
    let [(begin, form), (send, bytes), (share, json)] = parts[..] else { panic!("{asked:?}") };

    assert!(begin.starts_with("POST /api/files.getUploadURLExternal HTTP/1.1\r\n"), "{begin}");
    assert!(begin.to_lowercase().contains("content-type: application/x-www-form-urlencoded"), "{begin}");
    assert_eq!(form, "filename=first-event-a%3A1.json&length=13&snippet_type=javascript");
    assert!(send.starts_with("POST /upload/v1/x HTTP/1.1\r\n") && bytes == r#"{"private":1}"#, "{send}");
    assert!(!send.contains("xoxb") && !send.to_lowercase().contains("authorization"), "{send}");
    assert!(share.starts_with("POST /api/files.completeUploadExternal HTTP/1.1\r\n"), "{share}");
    assert_eq!(json, r#"{"files":[{"id":"F1","title":"First Event"}],"channel_id":"C1","thread_ts":"1.2"}"#);
    for head in [begin, share] {
        assert!(head.to_lowercase().contains("authorization: bearer xoxb-very-secret"), "{head}");
    }
}

#[tokio::test]
async fn an_address_that_is_not_slacks_gets_nothing() {
    for url in ["http://127.0.0.1:1/upload", "https://evil.example/upload", "http://files.slack.com/x", "x"] {
        let fake = Fake::serve(vec![given(url)]).await;
        let (client, token) = (Client::new(http_client(), &fake.url), token());
        let refused = client.with_token(&token).begin_upload("x.json", 1).await;
        assert!(matches!(refused, Err(Error::Refused { code, .. }) if code == "bad_upload_url"), "{url}");
    }
}

#[tokio::test]
async fn bytes_that_were_not_taken_are_a_failure_and_no_redirect_is_followed() {
    let redirect = Reply::http("302 Found", "Location: http://127.0.0.1:1/\r\n", "");
    for reply in [redirect, Reply::http("400 Bad Request", "", ""), Reply::http("500 Oops", "", ""), Reply::Hangup] {
        let fake = Fake::serve_knowing(|base| vec![given(&format!("{base}/upload/v1/x")), reply]).await;
        let (client, token) = (Client::new(http_client(), &fake.url), token());
        let slack = client.with_token(&token);
        let upload = slack.begin_upload("x.json", 1).await.unwrap();
        let error = slack.send_file(&upload, "1".to_owned()).await.unwrap_err();
        assert!(matches!(error, Error::LostAnswer { .. }), "{error}");
        assert!(!error.to_string().contains("upload/v1"), "{error}");
        assert_eq!(fake.asked().len(), 2);
    }
}

#[tokio::test]
async fn a_file_is_found_in_its_thread_by_its_id() {
    let page = |files: &str| {
        Reply::json(&format!(r#"{{"ok":true,"messages":[{{"ts":"1.2"}},{{"ts":"1.3","files":[{files}]}}]}}"#))
    };
    let gone = Reply::json(r#"{"ok":false,"error":"thread_not_found"}"#);
    for (reply, found) in [
        (page(r#"{"id":"F1"}"#), Found::At("1.3".to_owned())),
        (page(r#"{"id":"F2"},{"mode":"tombstone"}"#), Found::Absent),
        (gone, Found::Absent),
    ] {
        let fake = Fake::serve(vec![reply]).await;
        let (client, token) = (Client::new(http_client(), &fake.url), token());
        let look = client.with_token(&token).find_file("C1", "1.2", Timestamp::UNIX_EPOCH, "F1").await;
        assert_eq!(look.unwrap(), found);
        assert!(fake.asked()[0].starts_with("GET /api/conversations.replies?channel=C1&ts=1.2&"));
    }
}
