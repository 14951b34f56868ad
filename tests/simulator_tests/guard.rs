//! Pages of other places cannot use the simulator through a browser on this machine; programs can.

use crate::raw::{host, send};
use crate::world::Rig;

async fn status(rig: &Rig, line: &str, headers: &[(&str, &str)]) -> u16 {
    send(rig, line, headers, "").await.status
}

/// What must be refused everywhere, and the one path where it need not be.
const GUARDED: [&str; 4] =
    ["GET /_control/workspace", "POST /_control/faults", "GET /_backend/alerts", "GET /assets/a.js"];

#[tokio::test]
async fn a_name_that_somebody_elses_server_gave_this_machine_is_refused() {
    let rig = Rig::new();
    for hostile in [
        "evil.example",
        "evil.example:80",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "127.0.0.1:80@evil.example",
        "127.0.0.1:",
        "127.0.0.1:4x",
        "127.0.0.2",
        "0.0.0.0",
        "[::2]",
        "[::1].evil.example",
        "",
    ] {
        for line in GUARDED.iter().chain(&["GET /"]) {
            assert_eq!(status(&rig, line, &[("Host", hostile)]).await, 403, "{line} {hostile:?}");
        }
    }
    let twice = [("Host", "127.0.0.1"), ("Host", "evil.example")];
    assert!([400, 403].contains(&status(&rig, "GET /_control/workspace", &twice).await));
    assert!([400, 403].contains(&status(&rig, "GET /_control/workspace", &[]).await));
    let absolute = "GET http://evil.example/_control/workspace";
    assert_eq!(status(&rig, absolute, &[("Host", &host(&rig))]).await, 403);
    for good in ["127.0.0.1", "127.0.0.1:9", "localhost", "LOCALHOST:4601", "[::1]", "[::1]:4601"] {
        assert_eq!(status(&rig, "GET /_control/workspace", &[("Host", good)]).await, 200, "{good}");
    }
}

#[tokio::test]
async fn a_page_of_another_origin_is_refused_and_a_program_without_one_is_not() {
    let rig = Rig::new();
    let own = host(&rig);
    let port: u16 = own.rsplit(':').next().unwrap().parse().unwrap();
    let (origin, other_port) = (format!("http://{own}"), format!("http://127.0.0.1:{}", port ^ 1));
    let (tls, other_name) = (format!("https://{own}"), format!("http://localhost:{port}"));
    for hostile in ["null", "", "http://evil.example", &other_port, &tls, &other_name, &format!("{origin}0")] {
        for line in GUARDED {
            let headers = [("Host", own.as_str()), ("Origin", hostile)];
            assert_eq!(status(&rig, line, &headers).await, 403, "{line} {hostile:?}");
        }
    }
    let twice = [("Host", own.as_str()), ("Origin", &origin), ("Origin", "null")];
    assert_eq!(status(&rig, "GET /_control/workspace", &twice).await, 403);
    assert_eq!(status(&rig, "GET /_control/workspace", &[("Host", &own), ("Origin", &origin)]).await, 200);
    assert_eq!(status(&rig, "GET /_control/workspace", &[("Host", &own)]).await, 200);
}

#[tokio::test]
async fn a_browser_that_says_the_request_comes_from_elsewhere_is_believed() {
    let rig = Rig::new();
    let own = host(&rig);
    for (site, expected) in [("cross-site", 403), ("same-site", 403), ("", 403), ("same-origin", 200), ("none", 200)] {
        let headers = [("Host", own.as_str()), ("Sec-Fetch-Site", site)];
        assert_eq!(status(&rig, "GET /_control/workspace", &headers).await, expected, "{site:?}");
    }
}

#[tokio::test]
async fn a_link_from_anywhere_opens_the_page_and_nothing_else() {
    let rig = Rig::new();
    let own = host(&rig);
    let link = |mode, dest| {
        let site = ("Sec-Fetch-Site", "cross-site");
        [("Host", own.as_str()), site, ("Sec-Fetch-Mode", mode), ("Sec-Fetch-Dest", dest)]
    };
    assert_eq!(status(&rig, "GET /", &link("navigate", "document")).await, 200);
    for (line, mode, dest) in [
        ("GET /", "navigate", "iframe"),
        ("GET /", "no-cors", "document"),
        ("GET /", "cors", "empty"),
        ("POST /", "navigate", "document"),
        ("GET /_control/workspace", "navigate", "document"),
        ("GET /_control/feed", "navigate", "document"),
        ("GET /_backend/alerts", "navigate", "document"),
        ("GET /assets/a.js", "navigate", "document"),
    ] {
        assert_eq!(status(&rig, line, &link(mode, dest)).await, 403, "{line} {mode} {dest}");
    }
}

#[tokio::test]
async fn what_was_refused_was_not_done() {
    let rig = Rig::new();
    let own = host(&rig);
    let headers = [("Host", own.as_str()), ("Origin", "http://evil.example"), ("Content-Type", "text/plain")];
    let fault = r#"{"method": "*", "kind": "reset"}"#;
    assert_eq!(send(&rig, "POST /_control/faults", &headers, fault).await.status, 403);
    assert!(rig.sim.faults().faults.is_empty());
    assert_eq!(send(&rig, "POST /_control/faults", &headers[..1], fault).await.status, 200);
    assert_eq!(rig.sim.faults().faults.len(), 1);
}

#[tokio::test]
async fn slacks_own_paths_ask_nobody_where_they_come_from() {
    let rig = Rig::new();
    let headers = [("Host", "slack.test"), ("Origin", "null"), ("Sec-Fetch-Site", "cross-site")];
    assert_eq!(status(&rig, "POST /api/auth.test", &headers).await, 200);
    let unknown = send(&rig, "POST /actions/T1/1/x", &headers, "{}").await;
    assert_eq!((unknown.status, unknown.text().contains("invalid_url")), (404, true));
}
