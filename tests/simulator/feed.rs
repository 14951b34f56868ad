//! Change notices: what the page shall read anew, and the stream of server-sent events that carries them. A notice
//! says what changed and whose, never how: a page that missed one and a page that got it twice show the same in
//! the end.
//!
//! Code that changes the state calls [`State::changed`]; parts that are changed from many places (the wire log, the
//! faults, the views) keep their own note. [`Slack::with_state`] sends all of them once the lock is free.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use futures::stream::{self, Stream};
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use hyper::{Response, StatusCode};
use serde::Serialize;
use serde_json::json;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};

use crate::server::HttpResponse;
use crate::slack::Slack;
use crate::state::State;

/// After so long without a change a comment shows that the connection lives.
const SILENCE: Duration = Duration::from_secs(15);
/// Notices that wait for a slow reader; beyond that it is told to read everything anew.
const QUEUED: usize = 64;

/// One thing that changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "what", content = "id", rename_all = "snake_case")]
pub(crate) enum Change {
    /// Everything may have: the first notice of a feed, after a reset, and after a feed fell behind.
    All,
    /// People, channels, members, the app.
    Workspace,
    /// Messages of this channel.
    Channel(String),
    /// What only this person sees.
    Ephemerals(String),
    /// The modals of this person.
    Views(String),
    /// The App Home of this person.
    Home(String),
    Wire,
    Faults,
    Backend,
}

type Changes = BTreeSet<Change>;

/// Where notices go.
pub(crate) struct Feed(broadcast::Sender<Changes>);

impl Default for Feed {
    fn default() -> Self {
        Self(broadcast::Sender::new(QUEUED))
    }
}

impl Feed {
    /// Tells everyone who listens.
    pub(crate) fn tell(&self, changes: Changes) {
        if !changes.is_empty() {
            // Without a listener nobody has to know.
            let _ = self.0.send(changes);
        }
    }

    /// The events from now on, as bytes: first that everything is new, then what changes.
    fn listen(&self, silence: Duration) -> impl Stream<Item = Bytes> + use<> {
        let first = Some(Changes::from([Change::All]));
        stream::unfold((self.0.subscribe(), first), move |(mut receiver, first)| async move {
            let event = match first {
                Some(changes) => format!("retry: 1000\n{}", event(&changes)),
                None => match tokio::time::timeout(silence, receiver.recv()).await {
                    Ok(Err(RecvError::Closed)) => return None,
                    Ok(received) => event(&merged(received.ok(), &mut receiver)),
                    Err(_) => ": nothing new\n\n".to_owned(),
                },
            };
            Some((Bytes::from(event), (receiver, None)))
        })
    }
}

/// What came, and what has queued up behind it. Whoever missed something (`None`) has to read everything.
fn merged(received: Option<Changes>, receiver: &mut broadcast::Receiver<Changes>) -> Changes {
    let mut changes = received.unwrap_or(Changes::from([Change::All]));
    loop {
        match receiver.try_recv() {
            Ok(mut more) => changes.append(&mut more),
            Err(TryRecvError::Lagged(_)) => drop(changes.insert(Change::All)),
            Err(TryRecvError::Empty | TryRecvError::Closed) => break,
        }
    }
    if changes.contains(&Change::All) { Changes::from([Change::All]) } else { changes }
}

/// <https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation>
fn event(changes: &Changes) -> String {
    format!("data: {}\n\n", json!({"changed": changes}))
}

/// The answer to `GET /_control/feed`: it ends with the connection, or with the simulator.
pub(crate) fn response(slack: &Slack) -> HttpResponse {
    use futures::StreamExt;

    let events = slack.feed().listen(SILENCE).map(|bytes| Ok::<_, Infallible>(Frame::data(bytes)));
    let mut response = Response::new(StreamBody::new(events).boxed_unsync());
    *response.status_mut() = StatusCode::OK;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

impl State {
    /// Notes that something changed.
    pub(crate) fn changed(&mut self, change: Change) {
        self.changes.insert(change);
    }

    /// Everything noted since the last time.
    pub(crate) fn take_changes(&mut self) -> BTreeSet<Change> {
        let mut changes = std::mem::take(&mut self.changes);
        changes.append(&mut self.views.touched);
        if std::mem::take(&mut self.wire.touched) {
            changes.insert(Change::Wire);
        }
        if std::mem::take(&mut self.faults.touched) {
            changes.insert(Change::Faults);
        }
        changes
    }
}

#[cfg(test)]
mod tests {
    use futures::StreamExt;

    use super::*;

    fn text(bytes: Option<Bytes>) -> String {
        String::from_utf8(bytes.unwrap().to_vec()).unwrap()
    }

    #[tokio::test]
    async fn what_has_queued_up_comes_as_one_event_and_who_fell_behind_reads_everything() {
        let feed = Feed::default();
        let mut events = std::pin::pin!(feed.listen(Duration::from_secs(3600)));
        assert_eq!(text(events.next().await), "retry: 1000\ndata: {\"changed\":[{\"what\":\"all\"}]}\n\n");
        feed.tell(Changes::from([Change::Wire]));
        feed.tell(Changes::from([Change::Channel("C1".into()), Change::Wire]));
        let merged = "data: {\"changed\":[{\"what\":\"channel\",\"id\":\"C1\"},{\"what\":\"wire\"}]}\n\n";
        assert_eq!(text(events.next().await), merged);
        for _ in 0..=QUEUED {
            feed.tell(Changes::from([Change::Faults]));
        }
        assert_eq!(text(events.next().await), "data: {\"changed\":[{\"what\":\"all\"}]}\n\n");
        feed.tell(Changes::from([Change::Backend]));
        assert_eq!(text(events.next().await), "data: {\"changed\":[{\"what\":\"backend\"}]}\n\n");
    }

    #[tokio::test]
    async fn a_silent_feed_shows_that_it_lives_and_ends_with_the_simulator() {
        let feed = Feed::default();
        let mut events = std::pin::pin!(feed.listen(Duration::from_millis(1)));
        events.next().await;
        assert_eq!(text(events.next().await), ": nothing new\n\n");
        drop(feed);
        assert_eq!(events.next().await, None);
    }
}
