//! A Slack that answers as a test says, for what the simulator never does.

use super::{LogWorld, poller_at};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio::task::AbortHandle;

/// A call's arguments.
pub(super) type Query = BTreeMap<String, String>;

/// What a call brings.
pub(super) enum Answer {
    Page(Value),
    Status(u16),
    /// More than is read of an answer.
    TooLarge,
}

/// The running server. Dropping it closes it.
pub(super) struct Scripted {
    url: String,
    asked: Arc<Mutex<Vec<Query>>>,
    server: AbortHandle,
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Scripted {
    /// Every call is answered by `answer`.
    pub(super) async fn start(answer: impl Fn(&Query) -> Answer + Send + Sync + 'static) -> Self {
        let asked: Arc<Mutex<Vec<Query>>> = Arc::default();
        let (seen, answer) = (asked.clone(), Arc::new(answer));
        let app = axum::Router::new().fallback(move |uri: Uri| {
            let query = uri.query().unwrap_or_default();
            let query: Query = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
            let answered = answer(&query);
            seen.lock().unwrap().push(query);
            async move { respond(answered) }
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() }).abort_handle();
        Self { url, asked, server }
    }

    /// The calls since the last time.
    pub(super) fn asked(&self) -> Vec<Query> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

fn respond(answer: Answer) -> Response {
    match answer {
        Answer::Page(page) => axum::Json(page).into_response(),
        Answer::Status(status) => StatusCode::from_u16(status).unwrap().into_response(),
        Answer::TooLarge => vec![b' '; 33 << 20].into_response(),
    }
}

impl LogWorld {
    /// From now on the logs of `slack` are read.
    pub(super) fn read_from(&mut self, slack: &Scripted) {
        self.poller = Arc::new(poller_at(&self.world, self.limits, slack.url.clone(), slack.url.clone()));
    }
}

/// An argument that is a number.
pub(super) fn number(query: &Query, name: &str) -> Option<usize> {
    query.get(name).map(|text| text.parse().unwrap())
}

/// A page of `rows`, counted as the older methods do; `name` is what they are called.
pub(super) fn counted(name: &str, rows: &[Value], query: &Query) -> Value {
    let (count, page) = (number(query, "count").unwrap(), number(query, "page").unwrap());
    let shown: Vec<&Value> = rows.iter().skip((page - 1) * count).take(count).collect();
    let paging = json!({"count": count, "total": rows.len(), "page": page, "pages": rows.len().div_ceil(count)});
    json!({"ok": true, name: shown, "paging": paging})
}
