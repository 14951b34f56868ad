//! Who clicked: Slack user → email → registered user who may manage alerts. Fails closed (promise 8). And who wrote in a
//! thread: a registered user, or somebody of whom Slack knows the name.

use crate::{Error, Interactions};
use alert::{Actor, Permission, User};
use slack::client::{self, Api};
use slack::identity::{Home, judge, name_in_slack};
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
    homes: Mutex<HashMap<u64, Home>>,
}

/// Whether somebody may change alerts.
#[derive(Debug)]
pub(crate) enum Identity {
    Known(User),
    /// Nobody we know; the sentence tells them what is missing and who can fix it.
    Refused(String),
}

impl Interactions {
    /// Finds out who a Slack user is.
    ///
    /// # Errors
    /// [`Error`] if Slack or the table cannot be asked: then nobody is let in.
    pub(crate) async fn identify(&self, slack: &Api<'_>, slack_user: &str) -> Result<Identity, Error> {
        let key = key(slack, slack_user);
        if let Some(user) = fresh(&self.identities.known, &key) {
            return Ok(Identity::Known(user));
        }
        let (profile, home) = tokio::join!(slack.user_info(slack_user), self.home(slack));
        let (profile, home) = (profile?, home?);
        let email = match judge(&profile, &home) {
            Ok(email) => email,
            Err(refused) => return Ok(Identity::Refused(say::refused(refused.reason).to_owned())),
        };
        match self.store.user_by_email(email).await? {
            None => Ok(Identity::Refused(say::unknown_user(email))),
            Some(user) if !user.may(Permission::ManageAlerts) => Ok(Identity::Refused(say::no_permission().to_owned())),
            Some(user) => {
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
        let user = match judge(&profile, &home) {
            Ok(email) => self.store.user_by_email(email).await?,
            Err(_) => None,
        };
        let actor = match user {
            Some(User { id, name, .. }) => Actor::User { id, name, slack_user: Some(slack_user) },
            None => Actor::SlackUser { id: slack_user, name: name_in_slack(&profile) },
        };
        remember(&self.identities.posters, key, &actor);
        Ok(actor)
    }

    /// Whose Slack this is; asked once for each installation.
    pub(crate) async fn home(&self, slack: &Api<'_>) -> Result<Home, Error> {
        let known = self.identities.homes.lock().unwrap_or_else(PoisonError::into_inner).get(&slack.whose()).cloned();
        match known {
            Some(home) => Ok(home),
            None => {
                let home = slack.auth_test().await?.home();
                self.identities
                    .homes
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .insert(slack.whose(), home.clone());
                Ok(home)
            }
        }
    }
}

/// Whether Slack does not show us this user, as it may not those of another organisation.
fn is_hidden(code: &str) -> bool {
    matches!(code, "user_not_found" | "users_not_found" | "user_not_visible")
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
