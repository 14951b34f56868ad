//! Whom and what a person can mention: the people of the workspace, the app's bot, and the channels they can see.

use serde_json::{Value, json};

use crate::state::{RoomKind, State};

/// Ranges of people: everybody who is here, in the channel, in the workspace.
const RANGES: [&str; 3] = ["here", "channel", "everyone"];

/// The names one person can use, longest first, so that "Ann Lee" is not "Ann".
pub(crate) struct Names {
    people: Vec<Name>,
    channels: Vec<Name>,
}

/// A name as it is typed, in lower case, and whose it is.
struct Name {
    chars: Vec<char>,
    id: String,
}

/// A mention that was recognised.
pub(super) struct Mention {
    /// How many characters of what was typed it took.
    pub(super) length: usize,
    pub(super) text: String,
    pub(super) leaf: Value,
}

impl State {
    /// What `user` can mention. Deactivated people cannot be mentioned any more.
    pub(crate) fn names_for(&self, user: &str) -> Names {
        let mut people = vec![name(&self.app.bot_name, &self.app.bot_user_id)];
        let known = || self.users.values().filter(|u| !u.deleted);
        people.extend(known().map(|u| name(&u.name, &u.id)));
        people.extend(known().filter_map(|u| Some(name(u.display_name.as_deref()?, &u.id))));
        people.extend(known().map(|u| name(&u.real_name, &u.id)));
        let channels = self
            .rooms
            .values()
            .filter(|room| match room.kind {
                RoomKind::Public => true,
                RoomKind::Private => room.has_member(user),
                RoomKind::Im(_) => false,
            })
            .map(|room| name(&room.channel.name, &room.channel.id))
            .collect();
        Names { people: sorted(people), channels: sorted(channels) }
    }
}

impl Names {
    /// The person or range of people that `typed`, what stands behind an `@`, begins with.
    pub(super) fn at(&self, typed: &[char]) -> Option<Mention> {
        let range = RANGES.iter().map(|r| name(r, r)).find(|range| range.begins(typed));
        if let Some(range) = range {
            let leaf = json!({"type": "broadcast", "range": range.id});
            return Some(Mention { length: range.chars.len(), text: format!("<!{}>", range.id), leaf });
        }
        let found = self.people.iter().find(|person| person.begins(typed))?;
        let leaf = json!({"type": "user", "user_id": found.id});
        Some(Mention { length: found.chars.len(), text: format!("<@{}>", found.id), leaf })
    }

    /// The channel that `typed`, what stands behind a `#`, begins with.
    pub(super) fn channel(&self, typed: &[char]) -> Option<Mention> {
        let found = self.channels.iter().find(|channel| channel.begins(typed))?;
        let text = format!("<#{}|{}>", found.id, found.chars.iter().collect::<String>());
        let leaf = json!({"type": "channel", "channel_id": found.id});
        Some(Mention { length: found.chars.len(), text, leaf })
    }
}

impl Name {
    /// Whether `typed` begins with this name, and the name ends there: `@ann` is not in `@anna` or `@ann.lee`.
    fn begins(&self, typed: &[char]) -> bool {
        let word = |c: Option<&char>| c.is_some_and(|c| c.is_alphanumeric());
        let rest = typed.get(self.chars.len()..);
        rest.is_some_and(|rest| {
            let joined = rest.first().is_some_and(|c| ['.', '-', '_'].contains(c)) && word(rest.get(1));
            !word(rest.first()) && !joined && typed.iter().zip(&self.chars).all(|(t, n)| lower(*t) == *n)
        })
    }
}

fn name(name: &str, id: &str) -> Name {
    Name { chars: name.chars().map(lower).collect(), id: id.to_owned() }
}

/// A name that is empty names nobody.
fn sorted(mut names: Vec<Name>) -> Vec<Name> {
    names.retain(|name| !name.chars.is_empty());
    names.sort_by_key(|name| std::cmp::Reverse(name.chars.len()));
    names
}

/// One character for one, so that lengths stay the same.
fn lower(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}
