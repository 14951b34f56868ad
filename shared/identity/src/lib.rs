//! Who a Slack user is: Slack user → email → registered user. Fails closed (promise 8).
//!
//! [`slack::identity`] judges what Slack says of somebody; here it is laid beside the registered users. What each may do
//! follows from their permissions, and is for whoever asks to decide.

use alert::User;
use slack::client::{self, Api, AuthTest};
use slack::identity::{Home, Reason, judge};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use store::Store;

/// Who a Slack user is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    Registered(User),
    /// A full member of our own Slack with whose email nobody is registered.
    Unregistered {
        email: String,
    },
    /// Taken for nobody, whatever their email is.
    Refused(Reason),
}

/// Finds out who the Slack user is of whom Slack says `profile`, in an installation whose Slack is `home`'s.
///
/// # Errors
/// [`store::Error`] if the table cannot be asked: then they are nobody.
pub async fn who_is(store: &Store, profile: &client::SlackProfile, home: &Home) -> Result<Who, store::Error> {
    let email = match judge(profile, home) {
        Ok(email) => email,
        Err(refused) => return Ok(Who::Refused(refused.reason)),
    };
    let user = store.user_by_email(email).await?;
    Ok(user.map_or_else(|| Who::Unregistered { email: email.to_owned() }, Who::Registered))
}

/// Whether Slack does not show us this user, as it may not those of another organisation: what `users.info` is refused
/// with (<https://docs.slack.dev/reference/methods/users.info#errors>).
pub fn is_hidden(code: &str) -> bool {
    matches!(code, "user_not_found" | "users_not_found" | "user_not_visible")
}

/// Whose Slack each installation is in, which Slack is asked for once. Lives as long as the function's process.
#[derive(Debug, Default)]
pub struct Installations(Mutex<HashMap<u64, AuthTest>>);

impl Installations {
    /// What `auth.test` says of the installation whose token `slack` has.
    ///
    /// # Errors
    /// [`client::Error`] if Slack has to be asked and cannot be.
    pub async fn of(&self, slack: &Api<'_>) -> Result<AuthTest, client::Error> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&slack.whose()).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let told = slack.auth_test().await?;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(slack.whose(), told.clone());
        Ok(told)
    }
}
