//! Who clicked: Slack user → email → registered user who may manage alerts. Fails closed (promise 8). And who wrote in a
//! thread: a registered user, or somebody of whom Slack knows the name.

use crate::{Error, Interactions};
use ::identity::{Installations, Who, is_hidden, who_is};
use alert::{Actor, Permission, User};
use slack::client::{self, Api};
use slack::identity::{Home, name_in_slack};
use slack::say;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long somebody who was let in is let in without being asked again: how late a permission that was taken away, or
/// a deactivated account, is noticed at the latest. Nobody who was refused is remembered.
const KEPT: Duration = Duration::from_secs(60);

/// An installation and a Slack user: each installation knows its own people.
type Key = (u64, String);

/// Those who were let in lately, and those who wrote. Lives as long as the function's process.
#[derive(Debug, Default)]
pub(crate) struct Identities {
    known: Mutex<HashMap<Key, (User, Instant)>>,
    posters: Mutex<HashMap<Key, (Actor, Instant)>>,
    installations: Installations,
}

/// Whether somebody may do what they want to.
#[derive(Debug)]
pub(crate) enum Identity {
    Known(User),
    /// Nobody we know; the sentence tells them what is missing and who can fix it.
    Refused(String),
}

impl Interactions {
    /// Finds out who a Slack user is, who must have the permission `needed`.
    ///
    /// # Errors
    /// [`Error`] if Slack or the table cannot be asked: then nobody is let in.
    pub(crate) async fn identify(
        &self,
        slack: &Api<'_>,
        slack_user: &str,
        needed: Permission,
    ) -> Result<Identity, Error> {
        let key = key(slack, slack_user);
        if let Some(user) = fresh(&self.identities.known, &key).filter(|user: &User| user.may(needed)) {
            return Ok(Identity::Known(user));
        }
        let (profile, home) = tokio::join!(slack.user_info(slack_user), self.home(slack));
        let (profile, home) = (profile?, home?);
        match who_is(&self.store, &profile, &home).await? {
            Who::Refused(reason) => Ok(Identity::Refused(say::refused(reason).to_owned())),
            Who::Unregistered { email } => Ok(Identity::Refused(say::unknown_user(&email))),
            Who::Registered(user) if !user.may(needed) => {
                let may_see = user.may(Permission::ViewAlerts);
                let sentence = if may_see { say::no_permission() } else { say::may_not_see() };
                Ok(Identity::Refused(sentence.to_owned()))
            }
            Who::Registered(user) => {
                remember(&self.identities.known, key, &user);
                Ok(Identity::Known(user))
            }
        }
    }

    /// Finds out in whose name something stands that a Slack user wrote. Only somebody whom Slack vouches for is taken
    /// for a registered user; whoever else can write there stands under the name that Slack has of them.
    ///
    /// # Errors
    /// [`Error`] if Slack or the table cannot be asked.
    pub(crate) async fn poster(&self, slack: &Api<'_>, slack_user: &str) -> Result<Actor, Error> {
        let key = key(slack, slack_user);
        if let Some(actor) = fresh(&self.identities.posters, &key) {
            return Ok(actor);
        }
        let (profile, home) = tokio::join!(slack.user_info(slack_user), self.home(slack));
        let slack_user = slack_user.to_owned();
        let (profile, home) = match profile {
            Err(client::Error::Refused { code, .. }) if is_hidden(&code) => {
                let name = format!("Slack user {slack_user}");
                return Ok(Actor::SlackUser { id: slack_user, name });
            }
            profile => (profile?, home?),
        };
        let actor = match who_is(&self.store, &profile, &home).await? {
            Who::Registered(User { id, name, .. }) => Actor::User { id, name, slack_user: Some(slack_user) },
            Who::Unregistered { .. } | Who::Refused(_) => {
                Actor::SlackUser { id: slack_user, name: name_in_slack(&profile) }
            }
        };
        remember(&self.identities.posters, key, &actor);
        Ok(actor)
    }

    /// Whose Slack this is; asked once for each installation.
    pub(crate) async fn home(&self, slack: &Api<'_>) -> Result<Home, Error> {
        Ok(self.identities.installations.of(slack).await?.home())
    }
}

fn key(slack: &Api<'_>, slack_user: &str) -> Key {
    (slack.whose(), slack_user.to_owned())
}

fn fresh<T: Clone>(kept: &Mutex<HashMap<Key, (T, Instant)>>, key: &Key) -> Option<T> {
    let kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    kept.get(key).filter(|(_, since)| since.elapsed() < KEPT).map(|(known, _)| known.clone())
}

fn remember<T: Clone>(kept: &Mutex<HashMap<Key, (T, Instant)>>, key: Key, known: &T) {
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    kept.retain(|_, (_, since)| since.elapsed() < KEPT);
    kept.insert(key, (known.clone(), Instant::now()));
}
