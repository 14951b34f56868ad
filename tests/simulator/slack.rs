//! The handle that tests hold: every control operation as a method.

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinSet};

use crate::clock::Clock;
use crate::faults::{Fault, FaultCount};
use crate::message::{Ephemeral, Message};
use crate::rate_limits::Violation;
use crate::refusal::Refusal;
use crate::server;
use crate::state::{Room, State};
use crate::wire::{Mark, WireEntry};
use crate::world::{Channel, User, World};

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
    /// Events on their way to the app.
    deliveries: Mutex<JoinSet<()>>,
    /// How many of them are still on their way.
    in_flight: watch::Sender<usize>,
    event_retry_scale: Mutex<f64>,
    /// Rises whenever the faults change: hanging requests then go on.
    fault_epoch: watch::Sender<u64>,
    /// Requests that hit a `hang` since the faults were last set.
    hangs: watch::Sender<u64>,
}

/// The faults in force and what came of them.
#[derive(Clone, Debug, Serialize)]
pub struct FaultReport {
    pub faults: Vec<FaultCount>,
    /// Calls made although a 429 had said to wait.
    pub violations: Vec<Violation>,
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
            deliveries: Mutex::new(JoinSet::new()),
            in_flight: watch::Sender::new(0),
            event_retry_scale: Mutex::new(1.0),
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
        lock(&self.slack.0.deliveries).abort_all();
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

    /// Starts over with another world; faults, messages and the wire log are gone.
    pub fn reset(&self, world: World) -> Result<(), Refusal> {
        world.validate().map_err(Refusal::unprocessable)?;
        let fresh = State::new(world, self.0.clock.clone(), self.0.base_url.clone());
        *lock(&self.0.state) = fresh;
        self.faults_changed();
        Ok(())
    }

    /// The world as it is now.
    pub fn world(&self) -> World {
        self.with_state(|state| state.world())
    }

    /// Changes keys of the app, e.g. its URLs, scopes, tokens or signing secret.
    pub fn patch_app(&self, patch: &Value) -> Result<(), Refusal> {
        self.with_state(|state| {
            let app = patched(&state.app, patch)?;
            crate::world::App::validate(&app).map_err(Refusal::unprocessable)?;
            state.app = app;
            Ok(())
        })
    }

    pub fn add_user(&self, user: User) -> Result<(), Refusal> {
        self.with_state(|state| {
            if user.id.is_empty() || state.users.contains_key(&user.id) {
                return Err(Refusal::conflict(format!("user {:?} is empty or exists", user.id)));
            }
            state.users.insert(user.id.clone(), user);
            Ok(())
        })
    }

    pub fn patch_user(&self, id: &str, patch: &Value) -> Result<(), Refusal> {
        self.with_state(|state| {
            let user = state.users.get_mut(id).ok_or(Refusal::not_found(format!("no user {id:?}")))?;
            *user = patched(user, patch)?;
            Ok(())
        })
    }

    pub fn add_channel(&self, channel: Channel) -> Result<(), Refusal> {
        self.with_state(|state| {
            if channel.id.is_empty() || state.rooms.contains_key(&channel.id) {
                return Err(Refusal::conflict(format!("channel {:?} is empty or exists", channel.id)));
            }
            let created = state.clock.now_seconds();
            state.rooms.insert(channel.id.clone(), Room::new(channel, created));
            Ok(())
        })
    }

    /// Changes a channel. New members join, with the event that makes.
    pub fn patch_channel(&self, id: &str, patch: &Value) -> Result<(), Refusal> {
        self.with_state(|state| {
            let room = state.rooms.get_mut(id).ok_or(Refusal::not_found(format!("no channel {id:?}")))?;
            let mut next: Channel = patched(&room.channel, patch)?;
            let joined: Vec<String> =
                next.members.iter().filter(|m| !room.channel.members.contains(m)).cloned().collect();
            next.members.retain(|m| !joined.contains(m));
            room.set(next);
            for user in joined {
                state.join(id, &user, None);
            }
            Ok(())
        })
    }

    /// The top-level messages of a channel, oldest first, each with its thread; deleted ones are marked.
    pub fn messages(&self, channel: &str) -> Result<Vec<Message>, Refusal> {
        self.with_state(|state| {
            let room = state.rooms.get(channel).ok_or(Refusal::not_found(format!("no channel {channel:?}")))?;
            let mut parents: BTreeMap<String, Message> =
                room.messages.values().filter(|m| !m.is_reply()).map(|m| (m.ts.clone(), m.clone())).collect();
            for reply in room.messages.values().filter(|m| m.is_reply()) {
                if let Some(parent) = reply.thread_ts.as_ref().and_then(|ts| parents.get_mut(ts)) {
                    parent.thread.push(reply.clone());
                }
            }
            Ok(parents.into_values().collect())
        })
    }

    /// The direct message channel between the bot and a user, if there is one.
    pub fn im_with(&self, user: &str) -> Option<String> {
        let kind = crate::state::RoomKind::Im(user.to_owned());
        self.with_state(|state| state.rooms.values().find(|r| r.kind == kind).map(|r| r.channel.id.clone()))
    }

    /// What was shown to one person only, oldest first.
    pub fn ephemerals(&self, user: &str) -> Vec<Ephemeral> {
        self.with_state(|state| state.ephemerals.iter().filter(|e| e.user == user).cloned().collect())
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

    /// Replaces all faults. `seed` drives their probabilities.
    pub fn set_faults(&self, faults: Vec<Fault>, seed: u64) -> Result<(), Refusal> {
        for fault in &faults {
            fault.validate().map_err(Refusal::unprocessable)?;
        }
        self.with_state(|state| state.faults.set(faults, seed));
        self.faults_changed();
        Ok(())
    }

    /// Ends all faults; requests that hang get their answers. Block windows that a 429 opened stay.
    pub fn clear_faults(&self) {
        self.with_state(|state| state.faults.set(Vec::new(), 0));
        self.faults_changed();
    }

    pub fn faults(&self) -> FaultReport {
        self.with_state(|state| FaultReport {
            faults: state.faults.counts.clone(),
            violations: state.rate_limits.violations.clone(),
        })
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

    /// Notes a hanging request, and waits until the faults change.
    pub(crate) async fn hang(&self) {
        let mut epoch = self.0.fault_epoch.subscribe();
        self.0.hangs.send_modify(|fired| *fired += 1);
        let _ = epoch.changed().await;
    }

    fn faults_changed(&self) {
        self.0.hangs.send_replace(0);
        self.0.fault_epoch.send_modify(|epoch| *epoch += 1);
    }

    /// Everything on the wire after an entry, or from the start.
    pub fn wire(&self, after: Option<&str>) -> Vec<WireEntry> {
        self.with_state(|state| state.wire.after(after))
    }

    /// A place in the wire log to count from.
    pub fn mark(&self) -> Mark {
        self.with_state(|state| state.wire.mark())
    }

    /// How often each Web API method was called since the mark, failed calls included.
    pub fn calls_since(&self, mark: Mark) -> BTreeMap<String, usize> {
        self.with_state(|state| state.wire.calls_since(mark))
    }

    /// Runs `work` under the lock, then sends the events that came of it.
    pub(crate) fn with_state<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        let (result, events) = {
            let mut state = lock(&self.0.state);
            let result = work(&mut state);
            let wanted = state.held_events.is_some() || state.app.events_url.is_some();
            let events = state.take_new_events(wanted);
            match &mut state.held_events {
                Some(held) => {
                    held.extend(events);
                    (result, Vec::new())
                }
                None => (result, events),
            }
        };
        if !events.is_empty() {
            let mut deliveries = lock(&self.0.deliveries);
            while deliveries.try_join_next().is_some() {}
            for event in events {
                let slack = self.clone();
                self.0.in_flight.send_modify(|count| *count += 1);
                let delivery = async move {
                    slack.deliver_event(event).await;
                    slack.0.in_flight.send_modify(|count| *count -= 1);
                };
                deliveries.spawn_on(delivery, &self.0.runtime);
            }
        }
        result
    }
}

/// A panic under the lock is a failed test; later tests of the same process must not fail for it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// `current` with the keys of `patch`, which must be an object with known keys.
fn patched<T: Serialize + serde::de::DeserializeOwned>(current: &T, patch: &Value) -> Result<T, Refusal> {
    let Value::Object(patch) = patch else { return Err(Refusal::bad_request("a JSON object is needed")) };
    let mut whole = serde_json::to_value(current).map_err(|e| Refusal::bad_request(e.to_string()))?;
    for (key, value) in patch {
        whole[key] = value.clone();
    }
    serde_json::from_value(whole).map_err(|e| Refusal::unprocessable(e.to_string()))
}
