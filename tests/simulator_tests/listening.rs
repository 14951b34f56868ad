//! A page that listens to the simulator's feed.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};
use slack_simulator::Backend;

use crate::world::Rig;

/// A test that waits for a change that does not come fails.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) struct Feed {
    response: reqwest::Response,
    unread: String,
}

impl Feed {
    /// Connects, and reads the first notice.
    pub(crate) async fn open(rig: &Rig) -> Self {
        let url = format!("{}/_control/feed", rig.sim.base_url());
        let response = rig.client.get(url).send().await.unwrap();
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["cache-control"], "no-store");
        let mut feed = Self { response, unread: String::new() };
        assert_eq!(feed.next().await.unwrap(), ["all"]);
        feed
    }

    /// What the next event says has changed, e.g. `wire` or `channel C0PUBLIC001`; `None` at the stream's end.
    pub(crate) async fn next(&mut self) -> Option<Vec<String>> {
        loop {
            if let Some((event, rest)) = self.unread.split_once("\n\n") {
                let data = event.lines().find_map(|l| l.strip_prefix("data: ")).map(str::to_owned);
                self.unread = rest.to_owned();
                match data {
                    Some(data) => return Some(read(&data)),
                    None => continue,
                }
            }
            let more = tokio::time::timeout(PATIENCE, self.response.chunk()).await;
            let more = more.expect("nothing has changed for ten seconds").ok()??;
            self.unread.push_str(std::str::from_utf8(&more).unwrap());
        }
    }

    /// Everything that has changed since the last time. The simulator is told where a backend is, so that there is a
    /// last notice to wait for.
    pub(crate) async fn so_far(&mut self, rig: &Rig) -> Vec<String> {
        let backend: Backend = serde_json::from_value(json!({"url": "http://127.0.0.1:1"})).unwrap();
        rig.sim.set_backend(backend).unwrap();
        let mut all = BTreeSet::new();
        while !all.contains("backend") {
            all.extend(self.next().await.expect("the feed has ended"));
            assert!(!all.contains("all"), "that hides the rest");
        }
        all.remove("backend");
        all.into_iter().collect()
    }
}

fn read(data: &str) -> Vec<String> {
    let data: Value = serde_json::from_str(data).unwrap();
    let changed = data["changed"].as_array().unwrap().iter();
    let text = |change: &Value| {
        let what = change["what"].as_str().unwrap();
        change.get("id").map_or(what.to_owned(), |id| format!("{what} {}", id.as_str().unwrap()))
    };
    changed.map(text).collect()
}
