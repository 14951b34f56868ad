//! The client against a real server: what it sends, and what it makes of every kind of answer.

use crate::fake::{Fake, Reply};
use slack::client::{
    Client, Error, Found, InvalidToken, Lookup, MAX_PAGES, Posted, Token, http_client, http_client_within,
};
use slack::message::{Message, NewMessage};
use std::error::Error as _;
use std::time::Duration;

const POSTED: &str = r#"{"ok":true,"channel":"C1","ts":"1.2","message":{"text":"x"}}"#;

fn token() -> Token {
    Token::new("xoxb-very-secret").unwrap()
}

fn new_message() -> NewMessage {
    NewMessage {
        channel: "C1".into(),
        thread_ts: None,
        broadcast: false,
        message: Message::plain("a private sentence"),
    }
}

/// Posts to a server with this reply.
async fn post(reply: Reply) -> Result<Posted, Error> {
    let fake = Fake::serve(vec![reply]).await;
    let client = Client::new(http_client(), &fake.url);
    let posted = client.with_token(&token()).post_message(&new_message()).await;
    assert_eq!(fake.asked().len(), 1, "it must not try again by itself");
    if let Err(error) = &posted {
        let mut chain = error.to_string();
        let mut source = error.source();
        while let Some(inner) = source {
            chain += &format!(": {inner}");
            source = inner.source();
        }
        assert!(!chain.contains("secret") && !chain.contains("private"), "{chain}");
    }
    posted
}

#[tokio::test]
async fn a_post_carries_token_message_and_no_unfolding() {
    let fake = Fake::serve(vec![Reply::json(POSTED)]).await;
    let client = Client::new(http_client(), format!("{}/", fake.url));
    let posted = client.with_token(&token()).post_message(&new_message()).await.unwrap();
    let ts = "1.2".to_owned();
    assert_eq!(posted, Posted { channel: "C1".into(), ts });
    let request = &fake.asked()[0];
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /api/chat.postMessage HTTP/1.1\r\n"), "{head}");
    let head = head.to_lowercase();
    assert!(head.contains("authorization: bearer xoxb-very-secret"), "{head}");
    assert!(head.contains("content-type: application/json; charset=utf-8"), "{head}");
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    insta::assert_snapshot!(body, @r#"{"channel":"C1","unfurl_links":false,"unfurl_media":false,"text":"a private sentence","blocks":[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"a private sentence"}]}]}]}"#);
}

#[tokio::test]
async fn a_conversation_is_opened_by_the_users_id() {
    let fake = Fake::serve(vec![Reply::json(r#"{"ok":true,"no_op":true,"channel":{"id":"D1"}}"#)]).await;
    let client = Client::new(http_client(), &fake.url);
    assert_eq!(client.with_token(&token()).open_conversation("W1").await.unwrap(), "D1");
    let request = &fake.asked()[0];
    assert!(request.starts_with("POST /api/conversations.open") && request.ends_with(r#"{"users":"W1"}"#), "{request}");
}

#[tokio::test]
async fn a_reply_is_shown_in_the_conversation_too_only_if_it_is_to_be() {
    let fake = Fake::serve(vec![Reply::json(POSTED)]).await;
    let client = Client::new(http_client(), &fake.url);
    let new = NewMessage { thread_ts: Some("1.1".into()), broadcast: true, ..new_message() };
    client.with_token(&token()).post_message(&new).await.unwrap();
    assert!(fake.asked()[0].contains(r#""thread_ts":"1.1","reply_broadcast":true"#));
}

#[tokio::test]
async fn too_many_requests_wait_as_told_or_half_a_minute_and_never_longer_than_an_hour() {
    let table = [
        ("Retry-After: 7\r\n", 7),
        ("Retry-After: 0\r\n", 1),
        ("", 30),
        ("Retry-After: soon\r\n", 30),
        ("Retry-After: 999999\r\n", 3600),
    ];
    for (header, seconds) in table {
        let answers = [
            Reply::http("429 Too Many Requests", header, r#"{"ok":false,"error":"ratelimited"}"#),
            Reply::http("429 Too Many Requests", header, "slow down"),
            Reply::http("200 OK", header, r#"{"ok":false,"error":"ratelimited"}"#),
            Reply::http("200 OK", header, r#"{"ok":false,"error":"rate_limited"}"#),
        ];
        for answer in answers {
            let error = post(answer).await.unwrap_err();
            let wanted = Duration::from_secs(seconds);
            assert!(matches!(error, Error::RateLimited { retry_after } if retry_after == wanted), "{header} {error:?}");
        }
    }
}

#[tokio::test]
async fn a_refusal_names_its_code_and_keeps_what_slack_says_beside_it() {
    let body = r#"{"ok":false,"error":"missing_scope","needed":"chat:write","provided":"users:read"}"#;
    let error = post(Reply::json(body)).await.unwrap_err();
    assert_eq!(error.to_string(), "chat.postMessage was refused: missing_scope");
    assert!(matches!(error, Error::Refused { detail: Some(detail), .. } if detail == "needs the scope chat:write"));

    let body = r#"{"ok":false,"error":"invalid_blocks","response_metadata":{"messages":["[ERROR] bad [json-pointer:/blocks/0]"]}}"#;
    let error = post(Reply::json(body)).await.unwrap_err();
    assert!(matches!(error, Error::Refused { detail: Some(detail), .. } if detail.contains("/blocks/0")));

    let error = post(Reply::json(r#"{"ok":false,"error":"<b>odd</b> \n#"}"#)).await.unwrap_err();
    assert!(matches!(error, Error::Refused { code, .. } if code == "boddb"));
    let error = post(Reply::json(r#"{"ok":false}"#)).await.unwrap_err();
    assert!(matches!(error, Error::Refused { code, detail: None, .. } if code == "no_error_code"));
    let error = post(Reply::http("403 Forbidden", "", r#"{"ok":false,"error":"access_denied"}"#)).await.unwrap_err();
    assert!(matches!(error, Error::Refused { code, .. } if code == "access_denied"));
}

#[tokio::test]
async fn whatever_slack_may_have_done_is_a_lost_answer() {
    let huge = format!(r#"{{"ok":true,"channel":"C1","ts":"1.2","pad":"{}"}}"#, "x".repeat(3 << 20));
    let endless = format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{huge}").into_bytes();
    let answers = [
        ("hang-up", Reply::Hangup),
        ("500", Reply::http("500 Internal Server Error", "", "oops")),
        ("503 with JSON", Reply::http("503 Service Unavailable", "", r#"{"ok":false,"error":"service_unavailable"}"#)),
        ("HTML", Reply::http("200 OK", "Content-Type: text/html\r\n", "<html>Sign in</html>")),
        ("empty", Reply::json("")),
        ("cut JSON", Reply::json(&POSTED[..20])),
        ("cut body", Reply::Bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"ok\":true,".to_vec())),
        ("cut head", Reply::Bytes(b"HTTP/1.1 200".to_vec())),
        ("not HTTP", Reply::Bytes(b"SSH-2.0-OpenSSH_9.2\r\n\r\n".to_vec())),
        ("no ts", Reply::json(r#"{"ok":true,"channel":"C1"}"#)),
        ("huge, announced", Reply::json(&huge)),
        ("huge, not announced", Reply::Bytes(endless)),
        ("redirect", Reply::http("302 Found", "Location: http://127.0.0.1:1/\r\n", "")),
        ("404 page", Reply::http("404 Not Found", "", "no such page")),
        ("internal_error", Reply::json(r#"{"ok":false,"error":"internal_error"}"#)),
        ("fatal_error", Reply::json(r#"{"ok":false,"error":"fatal_error"}"#)),
    ];
    for (what, answer) in answers {
        let error = post(answer).await.unwrap_err();
        assert!(matches!(error, Error::LostAnswer { .. }), "{what}: {error:?}");
    }
}

#[tokio::test]
async fn silence_is_a_lost_answer_once_the_time_is_over() {
    let fake = Fake::serve(vec![Reply::Silence]).await;
    let client = Client::new(http_client_within(Duration::from_millis(200)), &fake.url);
    let error = client.with_token(&token()).post_message(&new_message()).await.unwrap_err();
    assert!(matches!(error, Error::LostAnswer { .. }), "{error:?}");
}

#[tokio::test]
async fn where_nobody_listens_nothing_was_sent() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let nowhere = [format!("http://{address}/api"), "http://no-such-host.invalid/api".into(), "not a url".into()];
    for url in nowhere {
        let client = Client::new(http_client(), &url);
        let error = client.with_token(&token()).lookup_by_email("linus@acme.example").await.unwrap_err();
        assert!(matches!(error, Error::NotSent { .. }), "{url}: {error:?}");
        assert!(!format!("{error:?}").contains("linus"), "{error:?}");
    }
    // TLS that fails comes before anything is sent.
    let fake = Fake::serve(vec![Reply::Hangup]).await;
    let client = Client::new(http_client_within(Duration::from_secs(1)), fake.url.replace("http:", "https:"));
    let error = client.with_token(&token()).auth_test().await.unwrap_err();
    assert!(matches!(error, Error::NotSent { .. }), "{error:?}");
}

#[tokio::test]
async fn an_email_that_nobody_has_is_nobody() {
    let replies = vec![
        Reply::json(r#"{"ok":false,"error":"users_not_found"}"#),
        Reply::json(r#"{"ok":true,"user":{"id":"U7","name":"x"}}"#),
        Reply::json(r#"{"ok":false,"error":"invalid_auth"}"#),
    ];
    let fake = Fake::serve(replies).await;
    let client = Client::new(http_client(), &fake.url);
    let token = token();
    let api = client.with_token(&token);
    assert_eq!(api.lookup_by_email("a+b@acme.example").await.unwrap(), None);
    assert_eq!(api.lookup_by_email("a@acme.example").await.unwrap().as_deref(), Some("U7"));
    assert!(api.lookup_by_email("a@acme.example").await.is_err());
    assert!(fake.asked()[0].starts_with("GET /api/users.lookupByEmail?email=a%2Bb%40acme.example "));
}

#[tokio::test]
async fn a_profile_that_says_nothing_of_guests_is_taken_for_a_guests() {
    let replies = vec![
        Reply::json(
            r#"{"ok":true,"user":{"id":"U1","team_id":"T1","name":"linus","real_name":"Linus","deleted":false,
            "is_bot":false,"is_restricted":false,"is_ultra_restricted":false,"is_email_confirmed":true,
            "enterprise_user":{"enterprise_id":"E1"},"profile":{"email":"linus@acme.example"}}}"#,
        ),
        Reply::json(r#"{"ok":true,"user":{"id":"U2","name":"eve"}}"#),
    ];
    let fake = Fake::serve(replies).await;
    let client = Client::new(http_client(), &fake.url);
    let token = token();
    let linus = client.with_token(&token).user_info("U1").await.unwrap();
    insta::assert_debug_snapshot!(linus, @r#"
    SlackProfile {
        id: "U1",
        team_id: Some(
            "T1",
        ),
        enterprise_id: Some(
            "E1",
        ),
        email: Some(
            "linus@acme.example",
        ),
        real_name: "Linus",
        deleted: false,
        is_bot: false,
        is_restricted: false,
        is_ultra_restricted: false,
        is_stranger: false,
        is_email_confirmed: Some(
            true,
        ),
    }
    "#);
    let eve = client.with_token(&token).user_info("U2").await.unwrap();
    assert!(eve.is_restricted && eve.is_ultra_restricted && eve.email.is_none());
    assert_eq!(eve.real_name, "eve");
}

#[tokio::test]
async fn a_channel_is_found_by_name_on_any_page_and_an_archived_one_only_if_there_is_no_other() {
    let page = |channels: &str, cursor: &str| {
        let body = format!(r#"{{"ok":true,"channels":[{channels}],"response_metadata":{{"next_cursor":"{cursor}"}}}}"#);
        Reply::json(&body)
    };
    let old = r#"{"id":"C1","name":"soc","is_archived":true}"#;
    let fake = Fake::serve(vec![
        page(&format!(r#"{{"id":"C0","name":"soc-2","is_archived":false}},{old}"#), "abc="),
        page(r#"{"id":"C2","name":"soc","is_archived":false}"#, "more"),
        page(old, ""),
        page("", ""),
        page("", "same"),
    ])
    .await;
    let client = Client::new(http_client(), &fake.url);
    let token = token();
    let api = client.with_token(&token);
    let found = async |name| match api.find_channel(name).await.unwrap() {
        Lookup::Found(channel) => channel.id,
        other => format!("{other:?}"),
    };
    assert_eq!(found("#soc").await, "C2");
    assert!(fake.asked()[1].contains("cursor=abc%3D"), "{}", fake.asked()[1]);
    assert_eq!(found("soc").await, "C1");
    assert_eq!(found("soc").await, "Absent");
    assert!(matches!(api.find_channel("soc").await, Err(Error::LostAnswer { .. })));
}

#[tokio::test]
async fn a_name_is_looked_for_on_a_bounded_number_of_pages() {
    let page = |n: usize| {
        let body = format!(r#"{{"ok":true,"channels":[],"response_metadata":{{"next_cursor":"c{n}"}}}}"#);
        Reply::json(&body)
    };
    let fake = Fake::serve((0..MAX_PAGES + 5).map(page).collect()).await;
    let client = Client::new(http_client(), &fake.url);
    assert_eq!(client.with_token(&token()).find_channel("soc").await.unwrap(), Lookup::TooMany);
    assert_eq!(fake.asked().len(), MAX_PAGES);
}

#[tokio::test]
async fn a_channel_that_the_bot_cannot_see_is_no_error() {
    let fake = Fake::serve(vec![
        Reply::json(r#"{"ok":true,"channel":{"id":"C1","name":"soc","is_archived":false,"is_member":true}}"#),
        Reply::json(r#"{"ok":true,"channel":{"id":"C1","name":"soc","is_private":true}}"#),
        Reply::json(r#"{"ok":true,"channel":{"id":"C1","name":"soc"}}"#),
        Reply::json(r#"{"ok":false,"error":"channel_not_found"}"#),
        Reply::json(r#"{"ok":false,"error":"missing_scope"}"#),
    ])
    .await;
    let client = Client::new(http_client(), &fake.url);
    let token = token();
    let api = client.with_token(&token);
    for expected in [true, true, false] {
        assert_eq!(api.channel_info("C1").await.unwrap().unwrap().is_member, expected);
    }
    assert_eq!(api.channel_info("C1").await.unwrap(), None);
    assert!(matches!(api.channel_info("C1").await, Err(Error::Refused { .. })));
    assert!(fake.asked()[0].starts_with("GET /api/conversations.info?channel=C1 "), "{}", fake.asked()[0]);
}

#[tokio::test]
async fn a_connection_that_breaks_while_a_message_is_looked_for_tells_nothing() {
    let fake = Fake::serve(vec![Reply::Hangup]).await;
    let client = Client::new(http_client(), &fake.url);
    let found = client.with_token(&token()).find_in_channel("C1", jiff::Timestamp::UNIX_EPOCH, "a/d").await;
    assert!(!matches!(found, Ok(Found::Absent)), "{found:?}");
}

#[test]
fn a_token_is_checked_once_and_never_printed() {
    assert_eq!(format!("{:?}", token()), "Token(..)");
    assert_eq!(Token::new("xoxb-very-secret\n"), Ok(token()));
    for bad in ["", " \n", "two words", "xoxb-\u{fc}", "a\r\nX-Header: b"] {
        assert_eq!(Token::new(bad), Err(InvalidToken), "{bad:?}");
    }
    let client = Client::new(http_client(), "https://slack.example/api");
    assert!(!format!("{:?}", client.with_token(&token())).contains("xoxb"));
}
