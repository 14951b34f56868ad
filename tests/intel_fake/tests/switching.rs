//! The providers are on as the secret says, and one address serves all of them inside the simulator.

use crate::desk::{LONG, NOW, ip, store, told};
use axum::Json;
use axum::http::StatusCode;
use axum::routing::post;
use intel::{Base, Credentials, Providers, Switchboard};
use runtime::Secret;
use serde_json::{Value, json};
use slack_simulator::intel_fake::{Call, IntelFake};
use slack_simulator::{Clock, Simulator, World};
use std::sync::{Arc, Mutex};

/// A Secrets Manager with one secret, which may be missing.
async fn secrets(text: Arc<Mutex<Option<String>>>) -> Secret {
    let answer = move || async move {
        match text.lock().unwrap().clone() {
            Some(text) => (StatusCode::OK, Json(json!({"Name": "s", "SecretString": text}))),
            None => (StatusCode::BAD_REQUEST, Json(json!({"__type": "ResourceNotFoundException", "message": "none"}))),
        }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async { axum::serve(listener, axum::Router::new().route("/", post(answer))).await });
    Secret::new(&runtime::aws::local("eu-central-1", &endpoint).unwrap(), "panther-analysis/s/threat-intel".to_owned())
}

fn board(secret: Secret) -> Switchboard {
    Switchboard::new(secret, Base::parse(None).unwrap(), slack::client::http_client())
}

fn names(providers: &Providers) -> Vec<&'static str> {
    providers.enabled().into_iter().map(alert::intel::Provider::as_str).collect()
}

#[tokio::test]
async fn the_providers_follow_the_secret() {
    let text = Arc::new(Mutex::new(Some(json!({"ipinfo": "a"}).to_string())));
    let secret = secrets(text.clone()).await;
    let board = board(secret.clone());
    let first = board.providers().await;
    assert_eq!(names(&first), ["ipinfo", "tor"]);
    assert!(Arc::ptr_eq(&first, &board.providers().await), "built once");
    *text.lock().unwrap() = Some(json!({"virustotal": "b", "tor": false}).to_string());
    secret.latest().await.unwrap();
    assert_eq!(names(&*board.providers().await), ["virustotal"]);
}

#[tokio::test]
async fn no_key_is_printed() {
    let board = board(secrets(Arc::new(Mutex::new(Some(json!({"ipinfo": "hush-hush"}).to_string())))).await);
    let providers = board.providers().await;
    assert_eq!(names(&providers), ["ipinfo", "tor"]);
    assert!(!format!("{board:?} {providers:?}").contains("hush"), "{board:?}");
}

#[tokio::test]
async fn a_secret_that_cannot_be_understood_or_read_switches_everything_off() {
    for text in [Some("hush"), Some(r#"{"ipinfo": 5}"#), Some(""), None] {
        let board = board(secrets(Arc::new(Mutex::new(text.map(str::to_owned)))).await);
        assert_eq!(names(&*board.providers().await), [""; 0], "{text:?}");
    }
}

#[tokio::test]
async fn the_simulator_serves_the_providers_below_intel() {
    let world: World = serde_json::from_value(json!({
        "team": {"id": "T0ACME0001", "name": "Acme", "domain": "acme"},
        "app": {"app_id": "A0MARGAY01", "bot_user_id": "U0MARGAY01", "bot_id": "B0MARGAY01", "bot_name": "margay",
            "signing_secret": "a-signing-secret-of-32-characters", "bot_token": "xoxb-test-token", "scopes": [],
            "interactivity_url": "http://127.0.0.1:1/", "options_url": "http://127.0.0.1:1/"},
    }))
    .unwrap();
    let simulator = Simulator::start(world, Clock::System);
    let base = format!("{}/intel", simulator.base_url());
    let credentials = Credentials::parse(&IntelFake::secret().to_string()).unwrap();
    let http = slack::client::http_client();
    let providers = Providers::new(credentials, http.clone(), Base::parse(Some(&base)).unwrap());
    let put = async |path: &str, body: Value| {
        let sent = http.put(format!("{base}/{path}")).json(&body).send().await.unwrap();
        assert_eq!(sent.status(), 200, "{path}");
    };
    put("_mood/greynoise", json!("down")).await;
    put("_plan/ipinfo", json!("lite")).await;
    put("_exits", json!(["9.9.9.9"])).await;
    let stats = json!({"last_analysis_stats": {"harmless": 3}});
    put("_answer/virustotal/9.9.9.9", json!({"data": {"id": "9.9.9.9", "attributes": stats}})).await;
    let intel = providers.analyse(&ip("9.9.9.9"), &store().await, NOW, LONG).await;
    let expected = [
        "ipinfo: 🇺🇸 USA · AS15169 Google LLC",
        "greynoise: Down",
        "tor: A Tor exit node",
        "abuseipdb: Not reported in the last 90 days",
        "virustotal: None of 3 engines found anything",
    ];
    assert_eq!(told(&intel), expected);
    let calls: Vec<Call> = http.get(format!("{base}/_calls")).send().await.unwrap().json().await.unwrap();
    assert_eq!(calls.len(), 7, "{calls:?}");
    let refused = http.put(format!("{base}/_mood/ipinfo")).json(&json!("odd")).send().await.unwrap();
    assert_eq!(refused.status(), 422);
    let foreign = http.get(format!("{base}/_calls")).header("origin", "https://evil.example").send().await.unwrap();
    assert_eq!(foreign.status(), 403, "a page of another place");
}
