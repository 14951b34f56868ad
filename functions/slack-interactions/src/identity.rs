//! Who clicked: Slack user → email → registered user who may manage alerts. Fails closed (promise 8).

use crate::{Error, Interactions};
use alert::{Permission, User};
use slack::client::Api;
use slack::identity::{Home, judge};
use slack::say;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long somebody who was let in is let in without being asked again: how late a permission that was taken away, or
/// a deactivated account, is noticed at the latest. Nobody who was refused is remembered.
const KEPT: Duration = Duration::from_secs(60);

/// Those who were let in lately, by Slack user. Lives as long as the function's process.
#[derive(Debug, Default)]
pub(crate) struct Identities {
    known: Mutex<HashMap<String, (User, Instant)>>,
    home: Mutex<Option<Home>>,
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
        if let Some(user) = self.identities.known(slack_user) {
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
                self.identities.remember(slack_user, &user);
                Ok(Identity::Known(user))
            }
        }
    }

    /// Whose Slack this is; asked once.
    pub(crate) async fn home(&self, slack: &Api<'_>) -> Result<Home, Error> {
        let known = self.identities.home.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match known {
            Some(home) => Ok(home),
            None => {
                let home = slack.auth_test().await?.home();
                *self.identities.home.lock().unwrap_or_else(PoisonError::into_inner) = Some(home.clone());
                Ok(home)
            }
        }
    }
}

impl Identities {
    fn known(&self, slack_user: &str) -> Option<User> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(slack_user).filter(|(_, since)| since.elapsed() < KEPT).map(|(user, _)| user.clone())
    }

    fn remember(&self, slack_user: &str, user: &User) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, (_, since)| since.elapsed() < KEPT);
        known.insert(slack_user.to_owned(), (user.clone(), Instant::now()));
    }
}
