//! The page's files: what is in its directory is served as what it is, and nothing else is.

use std::path::{Path, PathBuf};

use crate::raw::{get, host, send};
use crate::world::Rig;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     font-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

/// A directory with a page in it and a secret beside it. It goes away with the value.
struct Site(PathBuf);

impl Site {
    fn new() -> Self {
        let name = format!("simulator-page-{}-{:?}", std::process::id(), std::thread::current().id());
        let root = std::env::temp_dir().join(name.replace(['(', ')'], ""));
        std::fs::create_dir_all(root.join("page/assets/deep")).unwrap();
        for (path, content) in [
            ("secret.txt", "secret"),
            ("page/index.html", "<!DOCTYPE html><p>the page"),
            ("page/package.json", "not an asset"),
            ("page/assets/app-1a2b.js", "run()"),
            ("page/assets/deep/a b.css", "p{}"),
        ] {
            std::fs::write(root.join(path), content).unwrap();
        }
        Self(root)
    }

    fn page(&self) -> PathBuf {
        self.0.join("page")
    }

    fn write(&self, path: &str, content: &str) {
        std::fs::write(self.page().join(path), content).unwrap();
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn rig_with(directory: &Path) -> Rig {
    let rig = Rig::new();
    rig.sim.serve_page(directory);
    rig
}

#[tokio::test]
async fn the_page_and_its_assets_come_with_rules_that_keep_a_browser_safe() {
    let site = Site::new();
    let rig = rig_with(&site.page());
    for (path, content, cached) in [
        ("/", "<!DOCTYPE html><p>the page", Some("no-cache")),
        ("/?tab=wire", "<!DOCTYPE html><p>the page", Some("no-cache")),
        ("/assets/app-1a2b.js", "run()", Some("public, max-age=31536000, immutable")),
        ("/assets/deep/a%20b.css", "p{}", Some("public, max-age=31536000, immutable")),
        ("/nowhere", "{\"error\":\"no such path\"}", None),
    ] {
        let answer = get(&rig, path).await;
        assert_eq!((answer.text(), answer.header("cache-control")), (content, cached), "{path}");
        assert_eq!(answer.header("content-security-policy"), Some(POLICY), "{path}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"), "{path}");
    }
}

#[tokio::test]
async fn a_file_is_called_what_it_is() {
    let site = Site::new();
    let rig = rig_with(&site.page());
    for (name, content_type) in [
        ("a.html", "text/html; charset=utf-8"),
        ("a.js", "text/javascript; charset=utf-8"),
        ("a.css", "text/css; charset=utf-8"),
        ("a.svg", "image/svg+xml"),
        ("a.png", "image/png"),
        ("a.woff2", "font/woff2"),
        ("a.json", "application/json"),
        ("a.js.map", "application/json"),
        ("a.exe", "application/octet-stream"),
        ("a", "application/octet-stream"),
    ] {
        site.write(&format!("assets/{name}"), "x");
        let answer = get(&rig, &format!("/assets/{name}")).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, Some(content_type)), "{name}");
    }
    assert_eq!(get(&rig, "/").await.header("content-type"), Some("text/html; charset=utf-8"));
}

#[tokio::test]
async fn no_path_leads_out_of_the_directory() {
    let site = Site::new();
    let rig = rig_with(&site.page());
    let absolute = site.0.join("secret.txt");
    for path in [
        "/assets/../../secret.txt",
        "/assets/%2e%2e/%2e%2e/secret.txt",
        "/assets/%2E%2E%2F%2E%2E%2Fsecret.txt",
        "/assets/..%5c..%5csecret.txt",
        "/assets/..\\..\\secret.txt",
        "/assets/./app-1a2b.js",
        "/assets//app-1a2b.js",
        "/assets/app-1a2b.js%00.png",
        "/assets/%00",
        "/assets/%ff",
        "/assets/",
        "/assets/deep",
        "/assets",
        "/assets/../index.html",
        "/../secret.txt",
        "//secret.txt",
        "/index.html",
        "/package.json",
        "/assets/../package.json",
        &format!("/assets/{}", absolute.display()),
        &format!("/assets/{}", absolute.display().to_string().replace('/', "%2f")),
    ] {
        let answer = get(&rig, path).await;
        assert!([400, 404].contains(&answer.status), "{path}: {}", answer.status);
        assert!(!answer.text().contains("secret") && !answer.text().contains("an asset"), "{path}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_symbolic_link_is_followed_within_the_directory_only() {
    use std::os::unix::fs::symlink;

    let site = Site::new();
    let rig = rig_with(&site.page());
    symlink(site.0.join("secret.txt"), site.page().join("assets/out.txt")).unwrap();
    symlink(&site.0, site.page().join("assets/up")).unwrap();
    symlink("app-1a2b.js", site.page().join("assets/in.js")).unwrap();
    assert_eq!(get(&rig, "/assets/out.txt").await.status, 404);
    assert_eq!(get(&rig, "/assets/up/secret.txt").await.status, 404);
    assert_eq!(get(&rig, "/assets/in.js").await.text(), "run()");
}

#[tokio::test]
async fn head_says_what_get_would_and_other_methods_are_refused() {
    let site = Site::new();
    let rig = rig_with(&site.page());
    let own = host(&rig);
    for path in ["/", "/assets/app-1a2b.js"] {
        let (whole, head) = (get(&rig, path).await, send(&rig, &format!("HEAD {path}"), &[("Host", &own)], "").await);
        assert_eq!((head.status, head.body.len()), (200, 0), "{path}");
        for name in ["content-length", "content-type", "cache-control"] {
            assert_eq!(head.header(name), whole.header(name), "{path} {name}");
        }
    }
    for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
        let refused = send(&rig, &format!("{method} /"), &[("Host", &own)], "").await;
        assert_eq!((refused.status, refused.header("allow")), (405, Some("GET, HEAD")), "{method}");
    }
}

#[tokio::test]
async fn without_a_page_the_simulator_says_how_to_get_it() {
    let site = Site::new();
    for rig in [Rig::new(), rig_with(&site.0.join("never built"))] {
        let answer = get(&rig, "/").await;
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/html; charset=utf-8")));
        assert!(answer.text().contains("<code>cargo dev up</code>"), "{}", answer.text());
        assert_eq!(answer.header("content-security-policy"), Some(POLICY));
        assert_eq!(get(&rig, "/assets/app-1a2b.js").await.status, 404);
    }
}

#[tokio::test]
async fn a_page_that_is_built_anew_is_served_at_once() {
    let site = Site::new();
    let rig = rig_with(&site.page());
    std::fs::rename(site.page(), site.0.join("old")).unwrap();
    assert!(get(&rig, "/").await.text().contains("cargo dev up"));
    std::fs::rename(site.0.join("old"), site.page()).unwrap();
    assert!(get(&rig, "/").await.text().ends_with("the page"));
}
