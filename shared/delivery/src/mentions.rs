//! Which Slack user a registered user is, for mentioning them: looked up by email, remembered for a while.

use alert::{Activity, ActivityKind, UserId};
use slack::client::Api;
use slack::message::Mentions;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a look-up is remembered.
const KEPT: Duration = Duration::from_secs(600);

type Found = (Option<String>, Instant);

/// Slack users by installation and the email of the registered user. Lives as long as the function's process.
#[derive(Debug, Default)]
pub(crate) struct MentionCache(Mutex<HashMap<(u64, String), Found>>);

impl MentionCache {
    /// The Slack users of those to whom `activities` assign the alert. Somebody who cannot be found now is shown by
    /// name instead: a mention is a courtesy, not worth a delay.
    pub(crate) async fn of(&self, slack: &Api<'_>, activities: &[&Activity]) -> Mentions {
        let mut mentions: Vec<(UserId, String)> = Vec::new();
        for activity in activities {
            if let ActivityKind::Assignee { to: Some(assignee), .. } = &activity.kind
                && let Some(user) = self.find(slack, &assignee.email).await
            {
                mentions.push((assignee.id.clone(), user));
            }
        }
        mentions.into_iter().collect()
    }

    async fn find(&self, slack: &Api<'_>, email: &str) -> Option<String> {
        let key = (slack.whose(), email.to_owned());
        let remembered = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some((user, since)) = remembered
            && since.elapsed() < KEPT
        {
            return user;
        }
        let user = slack.lookup_by_email(email).await.ok()?;
        let mut cache = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        cache.insert(key, (user.clone(), Instant::now()));
        user
    }
}
