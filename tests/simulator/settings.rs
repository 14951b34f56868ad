//! How a test, or the administrator that it plays, changes the world: another one, the app's settings, more people
//! and channels.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::faults::Faults;
use crate::feed::Change;
use crate::refusal::Refusal;
use crate::slack::Slack;
use crate::state::{Room, State};
use crate::wire::Wire;
use crate::world::{App, Channel, Enterprise, User, World};

impl Slack {
    /// Starts over with another world; faults, messages and the wire log are gone.
    pub fn reset(&self, world: World) -> Result<(), Refusal> {
        world.validate().map_err(Refusal::unprocessable)?;
        let mut fresh = State::new(world, self.clock().clone(), self.base_url().to_owned());
        self.with_state(|state| {
            fresh.faults = Faults::after(&state.faults);
            fresh.wire = Wire::after(&state.wire);
            *state = fresh;
            state.changed(Change::All);
        });
        self.faults_replaced();
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
            App::validate(&app).map_err(Refusal::unprocessable)?;
            state.app = app;
            state.changed(Change::Workspace);
            Ok(())
        })
    }

    /// The workspace joins an organisation, or leaves the one it is in.
    pub fn set_enterprise(&self, enterprise: Option<Enterprise>) -> Result<(), Refusal> {
        self.with_state(|state| {
            if enterprise.is_none() && state.app.org_wide {
                return Err(Refusal::conflict("app.org_wide needs an enterprise"));
            }
            state.enterprise = enterprise;
            state.changed(Change::Workspace);
            Ok(())
        })
    }

    pub fn add_user(&self, user: User) -> Result<(), Refusal> {
        self.with_state(|state| {
            if user.id.is_empty() || state.users.contains_key(&user.id) {
                return Err(Refusal::conflict(format!("user {:?} is empty or exists", user.id)));
            }
            state.users.insert(user.id.clone(), user);
            state.changed(Change::Workspace);
            Ok(())
        })
    }

    pub fn patch_user(&self, id: &str, patch: &Value) -> Result<(), Refusal> {
        self.with_state(|state| {
            let user = state.users.get_mut(id).ok_or(Refusal::not_found(format!("no user {id:?}")))?;
            *user = patched(user, patch)?;
            state.changed(Change::Workspace);
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
            state.changed(Change::Workspace);
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
            state.changed(Change::Workspace);
            for user in joined {
                state.join(id, &user, None);
            }
            Ok(())
        })
    }
}

/// `current` with the keys of `patch`, which must be an object with known keys.
pub(crate) fn patched<T: Serialize + DeserializeOwned>(current: &T, patch: &Value) -> Result<T, Refusal> {
    let Value::Object(patch) = patch else { return Err(Refusal::bad_request("a JSON object is needed")) };
    let mut whole = serde_json::to_value(current).map_err(|e| Refusal::bad_request(e.to_string()))?;
    for (key, value) in patch {
        whole[key] = value.clone();
    }
    serde_json::from_value(whole).map_err(|e| Refusal::unprocessable(e.to_string()))
}
