//! The app's own API through the simulator: what goes along, what comes back, and what does not.

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::raw::{Raw, host, send};
use crate::world::Rig;

const KEY: &str = "the-key-that-no-browser-sees";

/// An API that answers with what it got. `/v1/teapot` answers in its own way.
async fn api() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(
                hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer)),
            );
        }
    });
    url
}

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, std::convert::Infallible> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let headers: Vec<_> = parts.headers.iter().map(|(n, v)| (n.as_str().to_owned(), v.to_str().unwrap())).collect();
    let got = json!({"method": parts.method.as_str(), "uri": parts.uri.to_string(), "length": body.len(),
        "body": String::from_utf8_lossy(&body[..body.len().min(100)]),
        "headers": headers.into_iter().collect::<std::collections::BTreeMap<_, _>>()});
    let response = Response::builder().header("content-type", "application/json").header("x-amzn-requestid", "r");
    let response = match parts.uri.path() {
        "/v1/teapot" => {
            response.status(418).header("retry-after", "7").header("allow", "BREW").header("set-cookie", "c=1")
        }
        "/v1/moved" => response.status(302).header("location", "http://127.0.0.1:1/elsewhere"),
        _ => response.status(200),
    };
    Ok(response.body(Full::new(Bytes::from(got.to_string()))).unwrap())
}

async fn rig_with_backend() -> Rig {
    let rig = Rig::new();
    set(&rig, json!({"url": format!("{}/v1/", api().await), "headers": {"x-api-key": KEY}})).await;
    rig
}

async fn set(rig: &Rig, backend: Value) -> u16 {
    send(rig, "PUT /_control/backend", &[("Host", &host(rig))], &backend.to_string()).await.status
}

async fn ask(rig: &Rig, line: &str, headers: &[(&str, &str)], body: &str) -> (Raw, Value) {
    let own = host(rig);
    let headers: Vec<(&str, &str)> = [("Host", own.as_str())].into_iter().chain(headers.iter().copied()).collect();
    let raw = send(rig, line, &headers, body).await;
    let json = serde_json::from_slice(&raw.body).unwrap_or_default();
    (raw, json)
}

#[tokio::test]
async fn method_path_query_body_and_two_headers_go_along_with_the_key() {
    let rig = rig_with_backend().await;
    let headers = [
        ("Content-Type", "application/json"),
        ("Idempotency-Key", "i1"),
        ("Cookie", "session=1"),
        ("Authorization", "Bearer mine"),
        ("X-Api-Key", "another"),
        ("X-Forwarded-For", "1.2.3.4"),
    ];
    let line = "PATCH /_backend/alerts/a%2Fb%20c?status=open&q=%26";
    let (raw, got) = ask(&rig, line, &headers, "{\"status\":\"x\"}").await;
    assert_eq!(raw.status, 200);
    assert_eq!((&got["method"], &got["uri"]), (&json!("PATCH"), &json!("/v1/alerts/a%2Fb%20c?status=open&q=%26")));
    assert_eq!(got["body"], "{\"status\":\"x\"}");
    let mut sent: Vec<&str> = got["headers"].as_object().unwrap().keys().map(String::as_str).collect();
    sent.sort_unstable();
    assert_eq!(sent, ["content-length", "content-type", "host", "idempotency-key", "x-api-key"]);
    assert_eq!(got["headers"]["x-api-key"], KEY);
    for method in ["GET", "POST", "PUT", "DELETE"] {
        let (raw, got) = ask(&rig, &format!("{method} /_backend/alerts"), &[], "").await;
        assert_eq!((raw.status, &got["method"]), (200, &json!(method)));
    }
}

#[tokio::test]
async fn status_body_and_three_headers_come_back() {
    let rig = rig_with_backend().await;
    let (raw, got) = ask(&rig, "GET /_backend/teapot", &[], "").await;
    assert_eq!((raw.status, &got["uri"]), (418, &json!("/v1/teapot")));
    for (name, value) in [
        ("content-type", Some("application/json")),
        ("retry-after", Some("7")),
        ("allow", Some("BREW")),
        ("set-cookie", None),
        ("x-amzn-requestid", None),
        ("x-content-type-options", Some("nosniff")),
        ("content-security-policy", Some("default-src 'none'; sandbox")),
    ] {
        assert_eq!(raw.header(name), value, "{name}");
    }
    let (moved, _) = ask(&rig, "GET /_backend/moved", &[], "").await;
    assert_eq!((moved.status, moved.header("location")), (302, None));
}

#[tokio::test]
async fn a_path_that_climbs_and_a_body_that_is_too_long_stay_here() {
    let rig = rig_with_backend().await;
    for path in ["../admin", "alerts/../../admin", "alerts/%2e%2e/x", "alerts%2f..%2fx", "..%5cx", "./x", "%2E"] {
        let (raw, got) = ask(&rig, &format!("GET /_backend/{path}"), &[], "").await;
        assert_eq!((raw.status, got["error"].is_string()), (400, true), "{path}");
    }
    let (raw, _) = ask(&rig, "GET /_backend/alerts/a..b/...", &[], "").await;
    assert_eq!(raw.status, 200);
    let mebibyte = "x".repeat(1024 * 1024);
    let (raw, got) = ask(&rig, "POST /_backend/alerts", &[], &mebibyte).await;
    assert_eq!((raw.status, &got["length"]), (200, &json!(1024 * 1024)));
    let (raw, got) = ask(&rig, "POST /_backend/alerts", &[], &format!("{mebibyte}x")).await;
    assert_eq!((raw.status, got["error"].is_string()), (413, true));
}

#[tokio::test]
async fn without_a_backend_503_and_without_its_answer_502() {
    let rig = Rig::new();
    let shown = async |rig: &Rig| ask(rig, "GET /_control/backend", &[], "").await;
    assert_eq!(shown(&rig).await.1, json!({"there": false, "url": null}));
    let (raw, got) = ask(&rig, "GET /_backend/alerts", &[], "").await;
    assert_eq!((raw.status, got["error"].is_string()), (503, true));
    assert_eq!(set(&rig, json!({"url": "http://127.0.0.1:1", "headers": {"x-api-key": KEY}})).await, 200);
    let (raw, got) = ask(&rig, "GET /_backend/alerts", &[], "").await;
    assert_eq!((raw.status, got["error"].is_string()), (502, true));
}

#[tokio::test]
async fn the_key_is_never_shown_and_nothing_of_it_is_on_the_wire() {
    let rig = rig_with_backend().await;
    let (raw, got) = ask(&rig, "GET /_control/backend", &[], "").await;
    assert_eq!((&got["there"], got["url"].as_str().unwrap().ends_with("/v1/")), (&json!(true), true));
    assert!(!raw.text().contains(KEY));
    ask(&rig, "GET /_backend/teapot", &[], "").await;
    assert!(rig.sim.wire(None).is_empty());
    rig.sim.reset(serde_json::from_value(crate::world::world()).unwrap()).unwrap();
    assert_eq!(ask(&rig, "GET /_control/backend", &[], "").await.1["there"], true, "another world moves no app");
}

#[tokio::test]
async fn a_backend_that_cannot_be_reached_by_plain_http_is_refused() {
    let rig = Rig::new();
    for (backend, status) in [
        (json!({"url": "https://api.example"}), 422),
        (json!({"url": "/v1"}), 422),
        (json!({"url": "http://127.0.0.1:1/v1?x=1"}), 422),
        (json!({"url": "http://127.0.0.1:1", "headers": {"x api": "k"}}), 422),
        (json!({"url": "http://127.0.0.1:1", "headers": {"x-api-key": "k\nx: y"}}), 422),
        (json!({"headers": {}}), 400),
        (json!({"url": "http://127.0.0.1:1", "key": "k"}), 400),
    ] {
        assert_eq!(set(&rig, backend.clone()).await, status, "{backend}");
    }
    assert_eq!(ask(&rig, "GET /_control/backend", &[], "").await.1["there"], false);
}
