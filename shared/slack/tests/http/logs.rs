//! The log APIs against a real server: what is asked, page by page, and what is made of every kind of answer.

use crate::fake::{Fake, Reply};
use slack::client::{
    AccessAt, AccessQuery, AuditQuery, Error, IntegrationQuery, LogClient, LogPage, Paging, Token, http_client,
};
use slack::credentials::ClientCredentials;
use std::time::Duration;

const EMPTY: &str = r#"{"ok":true,"entries":[],"logins":[],"logs":[]}"#;

fn token() -> Token {
    Token::new("xoxp-very-secret").unwrap()
}

fn client(fake: &Fake) -> LogClient {
    let audit = format!("{}/audit/v1/", fake.url.strip_suffix("/api").unwrap());
    LogClient::new(http_client(), &fake.url, audit)
}

const WINDOW: AuditQuery<'_> = AuditQuery { oldest: 1_700_000_000, latest: 1_700_000_600, limit: 9_999, cursor: None };

/// A page of the audit logs from a server with this reply.
async fn audit(reply: Reply) -> Result<LogPage, Error> {
    let fake = Fake::serve(vec![reply]).await;
    let page = client(&fake).with_token(&token()).audit_page(&WINDOW).await;
    assert_eq!(fake.asked().len(), 1, "it must not try again by itself");
    let said = format!("{page:?}");
    assert!(!said.contains("secret") && !said.contains("private"), "{said}");
    page
}

async fn integration(reply: Reply) -> Result<LogPage, Error> {
    let fake = Fake::serve(vec![reply]).await;
    client(&fake).with_token(&token()).integration_page(&IntegrationQuery { count: 1000, page: 1 }).await
}

/// The request lines that were asked, each with the token checked.
fn lines(fake: &Fake) -> Vec<String> {
    let asked = fake.asked();
    for request in &asked {
        assert!(request.to_lowercase().contains("authorization: bearer xoxp-very-secret\r\n"), "{request}");
    }
    asked.iter().map(|request| request.lines().next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn every_page_of_audit_logs_says_the_whole_window_again() {
    let page = |cursor: &str| format!(r#"{{"entries":[],"response_metadata":{{"next_cursor":"{cursor}"}}}}"#);
    let fake = Fake::serve(vec![Reply::json(&page("bmV4dA==")), Reply::json(&page(""))]).await;
    let (client, token) = (client(&fake), token());
    let first = client.with_token(&token).audit_page(&WINDOW).await.unwrap();
    let query = AuditQuery { cursor: first.next_cursor(), ..WINDOW };
    let second = client.with_token(&token).audit_page(&query).await.unwrap();
    assert_eq!(second.next_cursor(), None);
    assert_eq!(
        lines(&fake),
        [
            "GET /audit/v1/logs?oldest=1700000000&latest=1700000600&limit=9999 HTTP/1.1",
            "GET /audit/v1/logs?oldest=1700000000&latest=1700000600&limit=9999&cursor=bmV4dA%3D%3D HTTP/1.1",
        ]
    );
}

#[tokio::test]
async fn access_logs_are_counted_by_page_or_by_cursor_and_never_by_both() {
    let fake = Fake::serve(vec![Reply::json(EMPTY)]).await;
    let (client, token) = (client(&fake), token());
    let api = client.with_token(&token);
    for (at, before) in [
        (AccessAt::Page { count: 1000, page: 3 }, Some(1_700_000_000)),
        (AccessAt::Cursor { limit: 999, cursor: None }, None),
        (AccessAt::Cursor { limit: 999, cursor: Some("a&b") }, Some(5)),
    ] {
        api.access_page(&AccessQuery { at, before }).await.unwrap();
    }
    api.integration_page(&IntegrationQuery { count: 200, page: 2 }).await.unwrap();
    assert_eq!(
        lines(&fake),
        [
            "GET /api/team.accessLogs?count=1000&page=3&before=1700000000 HTTP/1.1",
            "GET /api/team.accessLogs?limit=999 HTTP/1.1",
            "GET /api/team.accessLogs?limit=999&cursor=a%26b&before=5 HTTP/1.1",
            "GET /api/team.integrationLogs?count=200&page=2 HTTP/1.1",
        ]
    );
}

#[tokio::test]
async fn entries_come_byte_for_byte_in_slacks_order_with_slacks_time() {
    let body =
        r#"{"entries" : [ {"id":"2", "n":1.50, "s":"\u00e9"} ,{"id":"1"}], "response_metadata":{"next_cursor":null}}"#;
    let page = audit(Reply::http("200 OK", "Date: Tue, 14 Nov 2023 22:13:20 GMT\r\n", body)).await.unwrap();
    let entries: Vec<_> = page.entries().unwrap().into_iter().map(|entry| entry.get()).collect();
    assert_eq!(entries, [r#"{"id":"2", "n":1.50, "s":"\u00e9"}"#, r#"{"id":"1"}"#]);
    let body = page.body().as_ptr_range();
    assert!(entries.iter().all(|entry| body.contains(&entry.as_ptr())), "they are parts of the body, no copies");
    assert_eq!((page.slack_time.unwrap().as_second(), page.next_cursor()), (1_700_000_000, None));
    let without = audit(Reply::http("200 OK", "Date: yesterday\r\n", r#"{"entries":[]}"#)).await.unwrap();
    assert_eq!(without.slack_time, None);
}

#[tokio::test]
async fn the_end_is_an_empty_an_absent_or_a_null_cursor() {
    for metadata in [r#""response_metadata":{"next_cursor":""}"#, r#""response_metadata":{}"#, r#""ok":true"#] {
        let page = audit(Reply::json(&format!(r#"{{"entries":[],{metadata}}}"#))).await.unwrap();
        assert_eq!(page.next_cursor(), None, "{metadata}");
    }
    for nothing in ["null", r#"{"next_cursor":null}"#] {
        let page = audit(Reply::json(&format!(r#"{{"entries":[],"response_metadata":{nothing}}}"#))).await.unwrap();
        assert_eq!(page.next_cursor(), None, "{nothing}");
    }
}

#[tokio::test]
async fn pages_that_are_counted_say_how_many_there_are() {
    let body = r#"{"ok":true,"logs":[{"a":1}],"paging":{"count":1000,"total":2500,"page":1,"pages":3}}"#;
    let page = integration(Reply::json(body)).await.unwrap();
    assert_eq!(page.paging(), Some(Paging { count: 1000, total: 2500, page: 1, pages: 3 }));
    assert_eq!(page.entries().unwrap().len(), 1);
}

#[tokio::test]
async fn a_page_of_some_megabytes_is_read_and_one_beyond_32_is_not() {
    let entry = format!(r#"{{"id":"x","details":"{}"}}"#, "y".repeat(1000));
    let body = format!(r#"{{"entries":[{}]}}"#, vec![entry; 9_999].join(","));
    assert!(body.len() > 10_000_000);
    assert_eq!(audit(Reply::json(&body)).await.unwrap().entries().unwrap().len(), 9_999);
    let body = format!(r#"{{"entries":["{}"]}}"#, "y".repeat(32 * 1024 * 1024));
    let error = audit(Reply::json(&body)).await.unwrap_err();
    assert!(matches!(&error, Error::LostAnswer { what, .. } if what == "it is too large"), "{error:?}");
}

#[tokio::test]
async fn too_many_requests_wait_as_told() {
    for reply in [
        Reply::http("429 Too Many Requests", "Retry-After: 7\r\n", "slow down"),
        Reply::http("200 OK", "Retry-After: 7\r\n", r#"{"ok":false,"error":"ratelimited"}"#),
    ] {
        let error = audit(reply).await.unwrap_err();
        let wanted = Duration::from_secs(7);
        assert!(matches!(error, Error::RateLimited { retry_after } if retry_after == wanted), "{error:?}");
    }
}

#[tokio::test]
async fn a_refusal_is_one_with_any_status() {
    for status in ["200 OK", "400 Bad Request", "401 Unauthorized", "403 Forbidden", "404 Not Found"] {
        let body = r#"{"ok":false,"error":"missing_scope","needed":"auditlogs:read","provided":"admin"}"#;
        let error = audit(Reply::http(status, "", body)).await.unwrap_err();
        let Error::Refused { code, detail, .. } = error else { panic!("{status}: {error:?}") };
        assert_eq!((code.as_str(), detail.as_deref()), ("missing_scope", Some("needs the scope auditlogs:read")));
    }
    let error = audit(Reply::http("403 Forbidden", "", r#"{"error":"odd <code>"}"#)).await.unwrap_err();
    assert!(matches!(&error, Error::Refused { code, .. } if code == "oddcode"), "{error:?}");
}

#[tokio::test]
async fn the_audit_logs_refuse_with_a_status_alone_and_the_web_api_never_does() {
    for (status, expected) in [
        ("400 Bad Request", "http_400"),
        ("401 Unauthorized", "http_401"),
        ("403 Forbidden", "http_403"),
        ("404 Not Found", "http_404"),
    ] {
        for body in ["private", r#"{"ok":true,"entries":[]}"#, r#"{"message":"private"}"#] {
            let error = audit(Reply::http(status, "", body)).await.unwrap_err();
            assert!(matches!(&error, Error::Refused { code, .. } if code == expected), "{status} {body}: {error:?}");
            let error = integration(Reply::http(status, "", body)).await.unwrap_err();
            assert!(matches!(error, Error::LostAnswer { .. }), "{status} {body}: {error:?}");
        }
    }
}

#[tokio::test]
async fn an_answer_that_is_no_page_is_a_lost_one_and_never_an_empty_page() {
    let bytes = |body: &[u8]| {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
        Reply::Bytes([head.as_bytes(), body].concat())
    };
    for reply in [
        Reply::http("500 Internal Server Error", "", EMPTY),
        Reply::http("503 Service Unavailable", "", "private"),
        Reply::http("302 Found", "Location: https://example.com/\r\n", ""),
        Reply::http("408 Request Timeout", "", "private"),
        Reply::http("410 Gone", "", r#"{"ok":true,"entries":[]}"#),
        Reply::json("<html>private</html>"),
        Reply::json("[]"),
        Reply::json(r#"{"ok":true}"#),
        Reply::json(r#"{"ok":true,"logins":[]}"#),
        Reply::json(r#"{"entries":null}"#),
        Reply::json(r#"{"entries":{"private":1}}"#),
        Reply::json(r#"{"entries":[{"private":1]}"#),
        Reply::json(r#"{"entries":[],"response_metadata":{"next_cursor":7}}"#),
        Reply::json(r#"{"ok":false,"error":"internal_error"}"#),
        Reply::Bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{\"entries\":[".to_vec()),
        bytes(b"{\"entries\":[\"\xff\"]}"),
        Reply::Hangup,
    ] {
        let error = audit(reply).await.unwrap_err();
        assert!(matches!(error, Error::LostAnswer { .. }), "{error:?}");
    }
    let error = integration(Reply::json(r#"{"logs":[]}"#)).await.unwrap_err();
    assert!(matches!(error, Error::LostAnswer { .. }), "the Web API always says ok: {error:?}");
}

#[tokio::test]
async fn no_redirect_is_followed_with_the_token() {
    let thief = Fake::serve(vec![Reply::json(EMPTY)]).await;
    let fake = Fake::serve(vec![Reply::http("307 Temporary Redirect", &format!("Location: {}\r\n", thief.url), "")]);
    let fake = fake.await;
    client(&fake).with_token(&token()).audit_page(&WINDOW).await.unwrap_err();
    assert!(thief.asked().is_empty());
}

const GRANTED: &str = r#"{"ok":true,"app_id":"A1","authed_user":{"id":"W1","scope":"auditlogs:read,identify",
    "access_token":"xoxp-very-secret","token_type":"user"},"team":null,"enterprise":{"id":"E1","name":"Acme"},
    "is_enterprise_install":true}"#;

#[tokio::test]
async fn a_code_gives_the_users_token_and_says_whose_logs_it_reads() {
    let fake = Fake::serve(vec![Reply::json(GRANTED)]).await;
    let app = ClientCredentials { id: "1.2".into(), secret: "app-secret".into() };
    let grant = client(&fake).web().grant_user(&app, "the code").await.unwrap();
    assert_eq!((grant.user_id.as_str(), grant.token.as_str(), grant.name.as_str()), ("W1", "xoxp-very-secret", "Acme"));
    assert_eq!(grant.scopes, ["auditlogs:read", "identify"]);
    assert!(grant.is_enterprise_install && grant.workspace.team_id.is_none());
    assert_eq!(grant.workspace.enterprise_id.as_deref(), Some("E1"));
    assert!(!format!("{grant:?}").contains("secret"));
    let request = &fake.asked()[0];
    assert!(request.starts_with("POST /api/oauth.v2.access HTTP/1.1"), "{request}");
    assert!(request.to_lowercase().contains("authorization: basic "), "{request}");
    let body = request.split_once("\r\n\r\n").unwrap().1;
    assert_eq!(body, "code=the+code");
}

#[tokio::test]
async fn a_grant_without_a_users_token_is_a_refusal() {
    let bot = r#"{"ok":true,"access_token":"xoxb-very-secret","authed_user":{"id":"U1"},"team":{"id":"T1"}}"#;
    let fake = Fake::serve(vec![Reply::json(bot)]).await;
    let app = ClientCredentials { id: "1.2".into(), secret: "s".into() };
    let error = client(&fake).web().grant_user(&app, "c").await.unwrap_err();
    assert!(matches!(error, Error::Refused { code, .. } if code == "no_user_token"));
}

#[tokio::test]
async fn a_person_is_asked_for_user_scopes_only() {
    let fake = Fake::serve(vec![Reply::json(EMPTY)]).await;
    let url = client(&fake).web().authorize_url_for_user("1.2", &["admin"], "a b");
    let (page, query) = url.split_once('?').unwrap();
    assert_eq!(page, format!("{}/oauth/v2/authorize", fake.url.strip_suffix("/api").unwrap()));
    assert_eq!(query, "client_id=1.2&user_scope=admin&state=a+b");
}
