//! The handle that tests hold: every control operation as a method.

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::sync::{oneshot, watch};
use tokio::task::{AbortHandle, JoinSet};

use crate::backend::Backend;
use crate::clock::Clock;
use crate::faults::FaultId;
use crate::feed::Feed;
use crate::message::Message;
use crate::refusal::Refusal;
use crate::server;
use crate::state::State;
use crate::wire::{Mark, WireEntry};
use crate::world::World;

/// A running simulator. Dropping it closes its port, its connections and everything it was about to send.
pub struct Simulator {
    slack: Slack,
    server: AbortHandle,
}

/// The simulated Slack. Clones are handles to the same one.
#[derive(Clone)]
pub struct Slack(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    clock: Clock,
    base_url: String,
    runtime: Handle,
    /// Events on their way to the app, and what people are doing.
    running: Mutex<JoinSet<()>>,
    /// How many events are still on their way.
    in_flight: watch::Sender<usize>,
    event_retry_scale: Mutex<f64>,
    /// Tells pages what changed.
    feed: Feed,
    /// Where the page's files are.
    page: Mutex<Option<PathBuf>>,
    /// The app's own API. It outlives a reset: another world does not move the app.
    backend: Mutex<Option<Backend>>,
    /// Rises whenever the faults change: hanging requests then go on.
    fault_epoch: watch::Sender<u64>,
    /// Requests that hit a `hang` since the faults were last set.
    hangs: watch::Sender<u64>,
}

impl Simulator {
    /// Serves `world` on an ephemeral port of 127.0.0.1.
    ///
    /// # Panics
    /// Outside a tokio runtime, if no port can be bound, or if the world contradicts itself.
    pub fn start(world: World, clock: Clock) -> Self {
        match Self::serve(world, clock, (Ipv4Addr::LOCALHOST, 0).into()) {
            Ok(simulator) => simulator,
            Err(error) => panic!("the Slack simulator cannot start: {error}"),
        }
    }

    /// Serves `world` at `address`. Fails if the address cannot be bound or the world contradicts itself.
    pub fn serve(world: World, clock: Clock, address: SocketAddr) -> io::Result<Self> {
        world.validate().map_err(io::Error::other)?;
        let listener = std::net::TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let base_url = format!("http://{}", listener.local_addr()?);
        let listener = TcpListener::from_std(listener)?;
        let slack = Slack(Arc::new(Shared {
            state: Mutex::new(State::new(world, clock.clone(), base_url.clone())),
            clock,
            base_url,
            runtime: Handle::current(),
            running: Mutex::new(JoinSet::new()),
            in_flight: watch::Sender::new(0),
            event_retry_scale: Mutex::new(1.0),
            feed: Feed::default(),
            page: Mutex::new(None),
            backend: Mutex::new(None),
            fault_epoch: watch::Sender::new(0),
            hangs: watch::Sender::new(0),
        }));
        let server = tokio::spawn(server::accept(listener, slack.clone())).abort_handle();
        Ok(Self { slack, server })
    }

    /// A handle that can go into other tasks.
    pub fn slack(&self) -> Slack {
        self.slack.clone()
    }
}

impl Deref for Simulator {
    type Target = Slack;

    fn deref(&self) -> &Slack {
        &self.slack
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.server.abort();
        lock(&self.slack.0.running).abort_all();
        // Requests that still hang hold a handle each; they end with the server's connections.
    }
}

impl Slack {
    /// Where the Web API is, with a slash at the end: `http://127.0.0.1:P/api/`.
    pub fn api_url(&self) -> String {
        format!("{}/api/", self.0.base_url)
    }

    /// `http://127.0.0.1:P`
    pub fn base_url(&self) -> &str {
        &self.0.base_url
    }

    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// The top-level messages of a channel, oldest first, each with its thread; deleted ones are marked.
    pub fn messages(&self, channel: &str) -> Result<Vec<Message>, Refusal> {
        self.newest_messages(channel, usize::MAX).map(|(messages, _)| messages)
    }

    /// The newest so many top-level messages, oldest first, each with its whole thread; and whether there are more.
    pub fn newest_messages(&self, channel: &str, newest: usize) -> Result<(Vec<Message>, bool), Refusal> {
        self.with_state(|state| {
            let room = state.rooms.get(channel).ok_or(Refusal::not_found(format!("no channel {channel:?}")))?;
            let mut top_level = room.messages.values().rev().filter(|m| !m.is_reply());
            let mut shown: BTreeMap<&str, Message> =
                top_level.by_ref().take(newest).map(|m| (m.ts.as_str(), m.clone())).collect();
            let more = top_level.next().is_some();
            for reply in room.messages.values().filter(|m| m.is_reply()) {
                if let Some(parent) = reply.thread_ts.as_deref().and_then(|ts| shown.get_mut(ts)) {
                    parent.thread.push(reply.clone());
                }
            }
            Ok((shown.into_values().collect(), more))
        })
    }

    /// The direct message channel between the bot and a user, if there is one.
    pub fn im_with(&self, user: &str) -> Option<String> {
        let kind = crate::state::RoomKind::Im(user.to_owned());
        self.with_state(|state| state.rooms.values().find(|r| r.kind == kind).map(|r| r.channel.id.clone()))
    }

    /// The user's open modals, bottom first.
    pub fn views(&self, user: &str) -> Vec<Value> {
        self.with_state(|state| state.views.stack(user).into_iter().map(|v| json!(v.object)).collect())
    }

    /// The user's App Home.
    pub fn home(&self, user: &str) -> Option<Value> {
        self.with_state(|state| state.views.home(user).map(|v| json!(v.object)))
    }

    /// Multiplies the waits between event retries: 0.01 makes minutes of seconds.
    pub fn set_event_retry_scale(&self, scale: f64) {
        *lock(&self.0.event_retry_scale) = scale.max(0.0);
    }

    /// Waits until no event is on its way any more: each was taken, or Slack has given up on it.
    pub async fn events_delivered(&self) {
        let mut in_flight = self.0.in_flight.subscribe();
        // The sender lives in this handle, so waiting cannot fail.
        let _ = in_flight.wait_for(|count| *count == 0).await;
    }

    pub(crate) fn event_retry_scale(&self) -> f64 {
        *lock(&self.0.event_retry_scale)
    }

    /// Waits until `count` requests have hit a `hang` since the faults were set.
    pub async fn hangs_fired(&self, count: u64) {
        let mut hangs = self.0.hangs.subscribe();
        // The sender lives in this handle, so waiting cannot fail.
        let _ = hangs.wait_for(|fired| *fired >= count).await;
    }

    /// Waits until a request has hit a `hang`: Slack has done the work and the caller waits for the answer.
    pub async fn hang_fired(&self) {
        self.hangs_fired(1).await;
    }

    /// Notes a hanging request, and waits until its fault is gone.
    pub(crate) async fn hang(&self, fault: FaultId) {
        let mut epoch = self.0.fault_epoch.subscribe();
        self.0.hangs.send_modify(|fired| *fired += 1);
        while self.with_state(|state| state.faults.hold(fault)) {
            // The sender lives in this handle, so waiting cannot fail.
            let _ = epoch.changed().await;
        }
    }

    /// Requests that hang look again whether they still have to.
    pub(crate) fn faults_changed(&self) {
        self.0.fault_epoch.send_modify(|epoch| *epoch += 1);
    }

    /// As [`Slack::faults_changed`], and the count of hanging requests begins anew.
    pub(crate) fn faults_replaced(&self) {
        self.0.hangs.send_replace(0);
        self.faults_changed();
    }

    /// Everything on the wire after an entry, or from the start.
    pub fn wire(&self, after: Option<&str>) -> Vec<WireEntry> {
        self.newest_of_wire(after, None)
    }

    /// Of those, the newest so many, in order.
    pub fn newest_of_wire(&self, after: Option<&str>, newest: Option<usize>) -> Vec<WireEntry> {
        self.with_state(|state| state.wire.entries(after, newest))
    }

    /// A place in the wire log to count from.
    pub fn mark(&self) -> Mark {
        self.with_state(|state| state.wire.mark())
    }

    /// How often each Web API method was called since the mark, failed calls included.
    pub fn calls_since(&self, mark: Mark) -> BTreeMap<String, usize> {
        self.with_state(|state| state.wire.calls_since(mark))
    }

    pub(crate) fn feed(&self) -> &Feed {
        &self.0.feed
    }

    pub(crate) fn page(&self) -> MutexGuard<'_, Option<PathBuf>> {
        lock(&self.0.page)
    }

    pub(crate) fn backend(&self) -> MutexGuard<'_, Option<Backend>> {
        lock(&self.0.backend)
    }

    /// Does `work` to its end even if nobody waits for it any more; `None` if the simulator ends first.
    pub(crate) async fn carry_out<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Option<T> {
        let (done, result) = oneshot::channel();
        let work = async move {
            // Whoever asked may have gone away.
            let _ = done.send(work.await);
        };
        self.begin([work]);
        result.await.ok()
    }

    /// Starts what ends with the simulator at the latest.
    fn begin(&self, works: impl IntoIterator<Item = impl Future<Output = ()> + Send + 'static>) {
        let mut running = lock(&self.0.running);
        while running.try_join_next().is_some() {}
        for work in works {
            running.spawn_on(work, &self.0.runtime);
        }
    }

    /// Runs `work` under the lock, then tells the feeds what changed and sends the events that came of it.
    pub(crate) fn with_state<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        let (result, events, changes) = {
            let mut state = lock(&self.0.state);
            let result = work(&mut state);
            let wanted = state.held_events.is_some() || state.app.events_url.is_some();
            let mut events = state.take_new_events(wanted);
            if let Some(held) = &mut state.held_events {
                held.append(&mut events);
            }
            (result, events, state.take_changes())
        };
        self.0.feed.tell(changes);
        if !events.is_empty() {
            self.0.in_flight.send_modify(|count| *count += events.len());
            self.begin(events.into_iter().map(|event| {
                let slack = self.clone();
                async move {
                    slack.deliver_event(event).await;
                    slack.0.in_flight.send_modify(|count| *count -= 1);
                }
            }));
        }
        result
    }
}

/// A panic under the lock is a failed test; later tests of the same process must not fail for it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
