//! What the simulated Slack knows at one moment: people, channels with their messages, views, and what was
//! handed out and may come back (trigger ids, response URLs, loaded options). All of it sits behind one lock;
//! nothing in here waits.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::Value;

use crate::callbacks::Callback;
use crate::callbacks::events::Event;
use crate::clock::Clock;
use crate::faults::Faults;
use crate::feed::Change;
use crate::files::Files;
use crate::logs::Logs;
use crate::message::{Ephemeral, Message};
use crate::rate_limits::RateLimits;
use crate::response_urls::ResponseUrl;
use crate::triggers::Trigger;
use crate::uploads::Uploads;
use crate::views::Views;
use crate::wire::Wire;
use crate::world::{App, Channel, Enterprise, Past, Team, User, World};

/// Everything, behind one lock.
pub(crate) struct State {
    pub(crate) clock: Clock,
    pub(crate) team: Team,
    pub(crate) other_teams: Vec<Team>,
    pub(crate) enterprise: Option<Enterprise>,
    pub(crate) app: App,
    pub(crate) users: BTreeMap<String, User>,
    pub(crate) rooms: BTreeMap<String, Room>,
    pub(crate) ephemerals: Vec<Ephemeral>,
    /// What people shared.
    pub(crate) files: Files,
    /// What the app is about to share.
    pub(crate) uploads: Uploads,
    pub(crate) views: Views,
    pub(crate) triggers: HashMap<String, Trigger>,
    pub(crate) response_urls: HashMap<String, ResponseUrl>,
    /// What people typed or chose in inputs of messages, by (channel, ts, user): `block_actions` carries it.
    pub(crate) inputs: HashMap<(String, String, String), Inputs>,
    /// Options that the app's options URL gave, by (container, action id, user): only these can be chosen.
    pub(crate) offered_options: HashMap<(String, String, String), Vec<Value>>,
    pub(crate) faults: Faults,
    pub(crate) rate_limits: RateLimits,
    /// Audit, access and integration logs, and the tokens that open them.
    pub(crate) logs: Logs,
    pub(crate) wire: Wire,
    /// Events that happened and are not yet on their way to the app.
    pub(crate) new_events: Vec<Event>,
    /// Events that a test takes itself instead of having them sent.
    pub(crate) held_events: Option<Vec<Callback>>,
    /// What the page does not know yet.
    pub(crate) changes: BTreeSet<Change>,
    /// Where this simulator is reached, e.g. `http://127.0.0.1:4000`.
    pub(crate) base_url: String,
    rng: StdRng,
    ids_given: u64,
}

/// Values of inputs by block id and action id, as in `state.values`.
pub(crate) type Inputs = BTreeMap<(String, String), Value>;

/// A place where messages stand.
pub(crate) struct Room {
    pub(crate) channel: Channel,
    pub(crate) kind: RoomKind,
    pub(crate) created: i64,
    /// By ts. Replies stand here too, with their `thread_ts`.
    pub(crate) messages: BTreeMap<String, Message>,
    last_ts_micros: i64,
}

/// The kinds of conversation the simulator has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RoomKind {
    Public,
    Private,
    /// A direct message between the bot and this user.
    Im(String),
}

impl State {
    pub(crate) fn new(world: World, clock: Clock, base_url: String) -> Self {
        let created = clock.now_seconds();
        let mut users: BTreeMap<String, User> = world.users.into_iter().map(|u| (u.id.clone(), u)).collect();
        users.entry(world.app.bot_user_id.clone()).or_insert_with(|| bot_user(&world.app));
        let mut rooms: BTreeMap<String, Room> =
            world.channels.into_iter().map(|c| (c.id.clone(), Room::new(c, created))).collect();
        for (user, id) in world.past.direct_messages {
            rooms.insert(id.clone(), Room::direct(id, &user, &world.app.bot_user_id, created));
        }
        for (channel, messages) in world.past.messages {
            if let Some(room) = rooms.get_mut(&channel) {
                room.restore(messages);
            }
        }
        let logs = Logs::new(world.log_apps, world.logs, &world.team.id, created);
        Self {
            clock,
            team: world.team,
            other_teams: world.other_teams,
            enterprise: world.enterprise,
            app: world.app,
            users,
            rooms,
            ephemerals: Vec::new(),
            files: Files::restored(world.past.files),
            uploads: Uploads::default(),
            views: Views::default(),
            triggers: HashMap::new(),
            response_urls: HashMap::new(),
            inputs: HashMap::new(),
            offered_options: HashMap::new(),
            faults: Faults::default(),
            rate_limits: RateLimits::default(),
            logs,
            wire: Wire::default(),
            new_events: Vec::new(),
            held_events: None,
            changes: BTreeSet::new(),
            base_url,
            rng: StdRng::seed_from_u64(7),
            ids_given: world.past.ids_given,
        }
    }

    /// The world file that describes the present people, channels and app.
    pub(crate) fn world(&self) -> World {
        World {
            team: self.team.clone(),
            other_teams: self.other_teams.clone(),
            enterprise: self.enterprise.clone(),
            app: self.app.clone(),
            users: self.users.values().filter(|u| u.id != self.app.bot_user_id).cloned().collect(),
            channels: self
                .rooms
                .values()
                .filter(|r| !matches!(r.kind, RoomKind::Im(_)))
                .map(|r| r.channel.clone())
                .collect(),
            log_apps: self.logs.apps.clone(),
            logs: self.logs.world(),
            past: Past {
                direct_messages: self
                    .rooms
                    .values()
                    .filter_map(|r| match &r.kind {
                        RoomKind::Im(user) => Some((user.clone(), r.channel.id.clone())),
                        RoomKind::Public | RoomKind::Private => None,
                    })
                    .collect(),
                messages: self
                    .rooms
                    .iter()
                    .filter(|(_, r)| !r.messages.is_empty())
                    .map(|(id, r)| (id.clone(), r.messages.values().cloned().collect()))
                    .collect(),
                files: self.files.past(),
                ids_given: self.ids_given,
            },
        }
    }

    /// A new id: `prefix`, then ten letters and digits, unique in this simulator.
    pub(crate) fn fresh_id(&mut self, prefix: &str) -> String {
        self.ids_given += 1;
        let mut id = format!("{prefix}0");
        id.push_str(&self.random_text(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 4));
        id.push_str(&format!("{:05}", self.ids_given));
        id
    }

    /// `length` characters of `alphabet`.
    pub(crate) fn random_text(&mut self, alphabet: &[u8], length: usize) -> String {
        (0..length).map(|_| char::from(alphabet[self.rng.random_range(0..alphabet.len())])).collect()
    }

    /// A number that no other call of this gave.
    pub(crate) fn serial(&mut self) -> u64 {
        self.ids_given += 1;
        self.ids_given
    }

    pub(crate) fn team_of_channel(&self, channel: &str) -> &str {
        self.rooms.get(channel).and_then(|r| r.channel.team_id.as_deref()).unwrap_or(&self.team.id)
    }

    pub(crate) fn team_of_user(&self, user: &User) -> String {
        user.team_id.clone().unwrap_or_else(|| self.team.id.clone())
    }

    /// A live message: deleted ones are gone.
    pub(crate) fn message(&self, channel: &str, ts: &str) -> Option<&Message> {
        self.rooms.get(channel)?.messages.get(ts).filter(|m| !m.deleted)
    }

    pub(crate) fn message_mut(&mut self, channel: &str, ts: &str) -> Option<&mut Message> {
        self.rooms.get_mut(channel)?.messages.get_mut(ts).filter(|m| !m.deleted)
    }

    /// The live replies to a parent, in order.
    pub(crate) fn replies<'a>(&'a self, channel: &str, parent: &'a str) -> impl Iterator<Item = &'a Message> {
        self.rooms
            .get(channel)
            .into_iter()
            .flat_map(|room| room.messages.values())
            .filter(move |m| !m.deleted && m.is_reply() && m.thread_ts.as_deref() == Some(parent))
    }

    /// The next timestamp of a channel: now, or just after its latest if that is later.
    pub(crate) fn next_ts(&mut self, channel: &str) -> String {
        let now = self.clock.now_micros();
        let Some(room) = self.rooms.get_mut(channel) else { return format_ts(now) };
        room.last_ts_micros = now.max(room.last_ts_micros + 1);
        format_ts(room.last_ts_micros)
    }

    /// The direct message between the bot and `user`, made if there is none.
    pub(crate) fn open_im(&mut self, user: &str) -> String {
        let existing =
            self.rooms.iter().find(|(_, r)| r.kind == RoomKind::Im(user.to_owned())).map(|(id, _)| id.clone());
        if let Some(id) = existing {
            return id;
        }
        let id = self.fresh_id("D");
        let room = Room::direct(id.clone(), user, &self.app.bot_user_id, self.clock.now_seconds());
        self.rooms.insert(id.clone(), room);
        self.changed(Change::Workspace);
        id
    }

    pub(crate) fn bot_is_member(&self, channel: &str) -> bool {
        self.rooms.get(channel).is_some_and(|r| r.has_member(&self.app.bot_user_id))
    }
}

impl Room {
    pub(crate) fn new(channel: Channel, created: i64) -> Self {
        let kind = if channel.is_private { RoomKind::Private } else { RoomKind::Public };
        Self { channel, kind, created, messages: BTreeMap::new(), last_ts_micros: 0 }
    }

    /// The direct message between the bot and a user.
    fn direct(id: String, user: &str, bot: &str, created: i64) -> Self {
        let members = vec![user.to_owned(), bot.to_owned()];
        let channel = Channel { id, members, ..Channel::default() };
        Self { kind: RoomKind::Im(user.to_owned()), ..Self::new(channel, created) }
    }

    /// Puts back what was said in another simulator.
    fn restore(&mut self, messages: Vec<Message>) {
        for message in messages {
            let micros = message.ts.replace('.', "").parse().unwrap_or(0);
            self.last_ts_micros = self.last_ts_micros.max(micros);
            self.messages.insert(message.ts.clone(), message);
        }
    }

    /// Changes name, members or flags; a channel may become private, as in Slack.
    pub(crate) fn set(&mut self, channel: Channel) {
        if !matches!(self.kind, RoomKind::Im(_)) {
            self.kind = if channel.is_private { RoomKind::Private } else { RoomKind::Public };
        }
        self.channel = channel;
    }

    pub(crate) fn has_member(&self, user: &str) -> bool {
        self.channel.members.iter().any(|m| m == user)
    }
}

/// Slack's form of a timestamp: seconds, a point, six digits.
pub(crate) fn format_ts(micros: i64) -> String {
    format!("{:010}.{:06}", micros.div_euclid(1_000_000), micros.rem_euclid(1_000_000))
}

fn bot_user(app: &App) -> User {
    User {
        id: app.bot_user_id.clone(),
        name: app.bot_name.clone(),
        real_name: app.bot_name.clone(),
        is_bot: true,
        ..User::default()
    }
}
