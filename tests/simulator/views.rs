//! Views: each person's stack of modals (three at most) and their App Home.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Map, Value, json};

use crate::blocks;
use crate::blocks::controls::Untouched;
use crate::feed::Change;
use crate::state::State;
use crate::web_api::answer::ApiError;

/// <https://docs.slack.dev/surfaces/modals#views>
const STACK_MAX: usize = 3;
/// <https://docs.slack.dev/reference/methods/views.open#errors>
const VIEW_MAX_BYTES: usize = 250_000;

/// All views that someone has open, and all homes.
#[derive(Default)]
pub(crate) struct Views {
    by_id: HashMap<String, View>,
    stacks: HashMap<String, Vec<String>>,
    homes: HashMap<String, String>,
    /// Whose changed since a feed was last told.
    pub(crate) touched: BTreeSet<Change>,
}

/// One view and who looks at it.
pub(crate) struct View {
    pub(crate) user: String,
    /// The whole view object as Slack shows it.
    pub(crate) object: Map<String, Value>,
}

/// Where a new view goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A new stack.
    Open,
    /// On top of the user's stack.
    Push,
    Home,
}

impl Views {
    pub(crate) fn get(&self, id: &str) -> Option<&View> {
        self.by_id.get(id)
    }

    /// A view to be changed.
    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut View> {
        let view = self.by_id.get_mut(id)?;
        let user = view.user.clone();
        let is_home = self.homes.get(&user).is_some_and(|home| home == id);
        self.touched.insert(if is_home { Change::Home(user) } else { Change::Views(user) });
        Some(view)
    }

    pub(crate) fn by_external_id(&self, external_id: &str) -> Option<&str> {
        self.by_id
            .iter()
            .find(|(_, v)| v.object.get("external_id").and_then(Value::as_str) == Some(external_id))
            .map(|(id, _)| id.as_str())
    }

    /// The user's modals, bottom first.
    pub(crate) fn stack(&self, user: &str) -> Vec<&View> {
        self.stacks.get(user).into_iter().flatten().filter_map(|id| self.by_id.get(id)).collect()
    }

    pub(crate) fn home(&self, user: &str) -> Option<&View> {
        self.by_id.get(self.homes.get(user)?)
    }

    pub(crate) fn is_on_top(&self, user: &str, id: &str) -> bool {
        self.stacks.get(user).and_then(|s| s.last()).is_some_and(|top| top == id)
    }

    /// Takes the top view away.
    pub(crate) fn pop(&mut self, user: &str) {
        self.touched.insert(Change::Views(user.to_owned()));
        if let Some(id) = self.stacks.get_mut(user).and_then(Vec::pop) {
            self.by_id.remove(&id);
        }
    }

    /// Takes all modals of the user away.
    pub(crate) fn clear(&mut self, user: &str) {
        self.touched.insert(Change::Views(user.to_owned()));
        for id in self.stacks.remove(user).unwrap_or_default() {
            self.by_id.remove(&id);
        }
    }
}

impl State {
    /// Validates a view that the app gave. `pointer` is where it stands in the call.
    pub(crate) fn check_view(&self, view: &Value, place: Place, replaces: Option<&str>) -> Result<(), ApiError> {
        let wanted = if place == Place::Home { "home" } else { "modal" };
        let findings = blocks::check_view(view, wanted, "/view");
        if !findings.is_empty() {
            return Err(ApiError::invalid_arguments(findings));
        }
        if view.to_string().len() > VIEW_MAX_BYTES {
            return Err("view_too_large".into());
        }
        let external_id = view.get("external_id").and_then(Value::as_str).filter(|e| !e.is_empty());
        if let Some(other) = external_id.and_then(|e| self.views.by_external_id(e))
            && Some(other) != replaces
        {
            return Err("duplicate_external_id".into());
        }
        Ok(())
    }

    /// Whether one more view fits on the user's stack.
    pub(crate) fn check_push(&self, user: &str) -> Result<(), ApiError> {
        match self.views.stack(user).len() {
            0 => Err("not_found".into()),
            STACK_MAX.. => Err("push_limit_reached".into()),
            _ => Ok(()),
        }
    }

    /// Shows a validated view; gives its id.
    pub(crate) fn show_view(&mut self, user: &str, view: &Value, place: Place) -> String {
        if place == Place::Open {
            self.views.clear(user);
        }
        let id = match (place, self.views.homes.get(user)) {
            (Place::Home, Some(home)) => home.clone(),
            _ => self.fresh_id("V"),
        };
        let stack = self.views.stacks.get(user).cloned().unwrap_or_default();
        let (root, previous) = match place {
            Place::Push => (stack.first().cloned().unwrap_or_else(|| id.clone()), stack.last().cloned()),
            Place::Open | Place::Home => (id.clone(), None),
        };
        let object = self.view_object(&id, view, &root, previous.as_deref(), &Value::Null);
        self.views.by_id.insert(id.clone(), View { user: user.to_owned(), object });
        match place {
            Place::Home => {
                self.views.homes.insert(user.to_owned(), id.clone());
                self.changed(Change::Home(user.to_owned()));
            }
            Place::Open | Place::Push => {
                self.views.stacks.entry(user.to_owned()).or_default().push(id.clone());
                self.changed(Change::Views(user.to_owned()));
            }
        }
        id
    }

    /// Replaces a view in its place; what was typed into inputs that are still there stays.
    pub(crate) fn replace_view(&mut self, id: &str, view: &Value) {
        let Some(old) = self.views.get(id) else { return };
        let text = |key: &str| old.object.get(key).and_then(Value::as_str).map(str::to_owned);
        let root = text("root_view_id").unwrap_or_else(|| id.to_owned());
        let previous = text("previous_view_id");
        let kept = old.object.get("state").cloned().unwrap_or_default();
        let object = self.view_object(id, view, &root, previous.as_deref(), &kept);
        if let Some(old) = self.views.get_mut(id) {
            old.object = object;
        }
    }

    fn view_object(
        &mut self,
        id: &str,
        view: &Value,
        root: &str,
        previous: Option<&str>,
        old_state: &Value,
    ) -> Map<String, Value> {
        let mut shown = view.get("blocks").and_then(Value::as_array).cloned().unwrap_or_default();
        blocks::fill_in(self, &mut shown);
        let kept = blocks::controls::kept_state(&shown, old_state, Untouched::Omit);
        let hash = format!(
            "{}.{}",
            self.clock.now_seconds(),
            self.random_text(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 8)
        );
        let text = |key: &str| view.get(key).and_then(Value::as_str).unwrap_or_default();
        let flag = |key: &str| view.get(key).and_then(Value::as_bool).unwrap_or(false);
        let part = |key: &str| view.get(key).cloned().map(blocks::text::filled).unwrap_or(Value::Null);
        let object = json!({
            "id": id,
            "team_id": self.team.id,
            "type": text("type"),
            "blocks": shown,
            "private_metadata": text("private_metadata"),
            "callback_id": text("callback_id"),
            "state": {"values": kept},
            "hash": hash,
            "title": part("title"),
            "clear_on_close": flag("clear_on_close"),
            "notify_on_close": flag("notify_on_close"),
            "close": part("close"),
            "submit": part("submit"),
            "previous_view_id": previous,
            "root_view_id": root,
            "app_id": self.app.app_id,
            "external_id": text("external_id"),
            "app_installed_team_id": if self.app.org_wide {
                self.enterprise.as_ref().map(|e| e.id.clone())
            } else {
                Some(self.team.id.clone())
            },
            "bot_id": self.app.bot_id,
        });
        match object {
            Value::Object(map) => map,
            _ => Map::new(),
        }
    }
}
