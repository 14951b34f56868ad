//! The audit log: entries by the second they are dated, newest first, and how a page of them is cut.
//!
//! A page ends with a whole second, so that its cursor can be a time: entries that share the last second come on the
//! same page, however many they are, and `limit` is "optimistic". The cursor says where to go on and not where to
//! stop: who leaves `oldest` away on the second page reads on into the past.
//! <https://docs.slack.dev/reference/audit-logs-api/methods-actions-reference>

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

use crate::refusal::Refusal;

/// All entries, each as the text it is answered with.
#[derive(Default)]
pub(crate) struct AuditLog {
    /// By date and arrival.
    entries: BTreeMap<(i64, u64), Entry>,
    ids: HashSet<String>,
    arrived: u64,
}

struct Entry {
    /// What the filters look at; empty where the entry has none.
    action: Box<str>,
    actor: Box<str>,
    entity: Box<str>,
    text: Box<str>,
}

/// Which entries are wanted. All of it must fit.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Window {
    /// Unix seconds, both inclusive.
    pub(crate) oldest: Option<i64>,
    pub(crate) latest: i64,
    /// Only entries that are older than this second: where a cursor goes on.
    pub(crate) before: Option<i64>,
    /// None: any.
    pub(crate) actions: Vec<String>,
    pub(crate) actor: Option<String>,
    pub(crate) entity: Option<String>,
}

/// Some entries of a window.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Cut {
    /// JSON texts with commas between them.
    pub(crate) entries: String,
    pub(crate) count: usize,
    /// The second of the last of them.
    pub(crate) ends_at: Option<i64>,
    /// Whether the window holds older ones.
    pub(crate) more: bool,
}

impl AuditLog {
    pub(crate) fn of(entries: Vec<Value>, now: i64) -> Self {
        let mut log = Self::default();
        for entry in entries {
            // An id that occurs twice in a world file stands once.
            let _ = log.add(&entry, now);
        }
        log
    }

    pub(crate) fn add(&mut self, entry: &Value, now: i64) -> Result<(), Refusal> {
        if let Some(id) = entry["id"].as_str()
            && !self.ids.insert(id.to_owned())
        {
            return Err(Refusal::conflict(format!("there is an audit entry {id:?} already")));
        }
        let date = entry["date_create"].as_i64().unwrap_or(now);
        let text = |value: &Value| value.as_str().unwrap_or_default().into();
        let kind = entry["entity"]["type"].as_str().unwrap_or_default();
        self.arrived += 1;
        let kept = Entry {
            action: text(&entry["action"]),
            actor: text(&entry["actor"]["user"]["id"]),
            entity: text(&entry["entity"][kind]["id"]),
            text: entry.to_string().into(),
        };
        self.entries.insert((date, self.arrived), kept);
        Ok(())
    }

    pub(crate) fn clear(&mut self) {
        *self = Self { arrived: self.arrived, ..Self::default() };
    }

    /// Oldest first.
    pub(crate) fn values(&self) -> impl Iterator<Item = Value> {
        self.entries.values().map(|entry| serde_json::from_str(&entry.text).unwrap_or_default())
    }

    /// The newest of a window: `limit` of them, and all that share the last one's second.
    pub(crate) fn cut(&self, window: &Window, limit: usize) -> Cut {
        let newest = window.before.map_or(window.latest, |before| window.latest.min(before.saturating_sub(1)));
        let oldest = window.oldest.unwrap_or(i64::MIN);
        let mut cut = Cut::default();
        if newest < oldest {
            return cut;
        }
        let entries = self.entries.range((oldest, 0)..=(newest, u64::MAX)).rev();
        for ((date, _), entry) in entries.filter(|(_, entry)| window.takes(entry)) {
            if cut.count >= limit && cut.ends_at != Some(*date) {
                cut.more = true;
                return cut;
            }
            if cut.count > 0 {
                cut.entries.push(',');
            }
            cut.entries.push_str(&entry.text);
            cut.count += 1;
            cut.ends_at = Some(*date);
        }
        cut
    }
}

impl Window {
    fn takes(&self, entry: &Entry) -> bool {
        let one = |wanted: &Option<String>, has: &str| wanted.as_deref().is_none_or(|wanted| wanted == has);
        (self.actions.is_empty() || self.actions.iter().any(|action| **action == *entry.action))
            && one(&self.actor, &entry.actor)
            && one(&self.entity, &entry.entity)
    }
}
