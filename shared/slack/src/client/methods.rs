//! The methods we use, one function each.

use super::{Api, Error};
use crate::identity::Home;
use crate::message::{Message, NewMessage};
use crate::modal::View;
use serde::{Deserialize, Serialize};

/// Where a message was posted.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Posted {
    /// The channel's id, even if its name was given.
    pub channel: String,
    /// The message's id in it.
    pub ts: String,
}

/// What Slack says of a user (<https://docs.slack.dev/reference/objects/user-object>).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlackProfile {
    pub id: String,
    /// The user's own workspace.
    pub team_id: Option<String>,
    /// The user's organisation, on Enterprise Grid.
    pub enterprise_id: Option<String>,
    /// Only with the scope `users:read.email`.
    pub email: Option<String>,
    pub real_name: String,
    pub deleted: bool,
    pub is_bot: bool,
    /// A guest. True if Slack does not say.
    pub is_restricted: bool,
    /// A guest of one channel. True if Slack does not say.
    pub is_ultra_restricted: bool,
    /// From another organisation, and in no channel with us.
    pub is_stranger: bool,
    pub is_email_confirmed: Option<bool>,
}

/// Who we are (<https://docs.slack.dev/reference/methods/auth.test>).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AuthTest {
    /// Where the workspace is on the web, such as `https://acme.slack.com/`.
    #[serde(default)]
    pub url: String,
    pub team_id: String,
    pub enterprise_id: Option<String>,
    /// The bot's user.
    pub user_id: String,
    pub bot_id: Option<String>,
    /// Whether the token is for a whole organisation; `team_id` is then the organisation's id.
    #[serde(default)]
    pub is_enterprise_install: bool,
}

impl AuthTest {
    /// Whose Slack this is, for [`identity::judge`](crate::identity::judge).
    pub fn home(&self) -> Home {
        Home { team_id: self.team_id.clone(), enterprise_id: self.enterprise_id.clone() }
    }
}

#[derive(Serialize)]
struct Post<'a> {
    channel: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    thread_ts: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    reply_broadcast: bool,
    unfurl_links: bool,
    unfurl_media: bool,
    #[serde(flatten)]
    message: &'a Message,
}

#[derive(Serialize)]
struct Update<'a> {
    channel: &'a str,
    ts: &'a str,
    #[serde(flatten)]
    message: &'a Message,
}

#[derive(Serialize)]
struct Ephemeral<'a> {
    channel: &'a str,
    user: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    thread_ts: Option<&'a str>,
    text: &'a str,
    blocks: &'a [serde_json::Value],
}

#[derive(Serialize)]
struct Open<'a> {
    trigger_id: &'a str,
    view: &'a View,
}

#[derive(Serialize)]
struct Replace<'a> {
    view_id: &'a str,
    view: &'a View,
}

#[derive(Serialize)]
struct Publish<'a> {
    user_id: &'a str,
    view: &'a View,
    /// Left out if there is none: an empty one is taken for a wrong one
    /// (<https://github.com/slack-go/slack/issues/1462>).
    #[serde(skip_serializing_if = "Option::is_none")]
    hash: Option<&'a str>,
}

/// An answer of which only `ok` matters.
#[derive(Deserialize)]
struct Done {}

#[derive(Deserialize)]
struct UserAnswer {
    user: WireUser,
}

#[derive(Deserialize)]
struct WireUser {
    id: String,
    team_id: Option<String>,
    enterprise_user: Option<WireEnterpriseUser>,
    real_name: Option<String>,
    name: Option<String>,
    deleted: Option<bool>,
    is_bot: Option<bool>,
    is_restricted: Option<bool>,
    is_ultra_restricted: Option<bool>,
    is_stranger: Option<bool>,
    is_email_confirmed: Option<bool>,
    profile: Option<WireProfile>,
}

#[derive(Deserialize)]
struct WireEnterpriseUser {
    enterprise_id: Option<String>,
}

#[derive(Deserialize, Default)]
struct WireProfile {
    email: Option<String>,
    real_name: Option<String>,
}

impl From<WireUser> for SlackProfile {
    fn from(user: WireUser) -> Self {
        let profile = user.profile.unwrap_or_default();
        let names = [user.real_name, profile.real_name, user.name];
        let real_name = names.into_iter().flatten().find(|name| !name.is_empty());
        Self {
            real_name: real_name.unwrap_or_else(|| user.id.clone()),
            id: user.id,
            team_id: user.team_id,
            enterprise_id: user.enterprise_user.and_then(|user| user.enterprise_id),
            email: profile.email.filter(|email| !email.is_empty()),
            deleted: user.deleted.unwrap_or(false),
            is_bot: user.is_bot.unwrap_or(false),
            is_restricted: user.is_restricted.unwrap_or(true),
            is_ultra_restricted: user.is_ultra_restricted.unwrap_or(true),
            is_stranger: user.is_stranger.unwrap_or(false),
            is_email_confirmed: user.is_email_confirmed,
        }
    }
}

#[derive(Deserialize)]
struct FoundUser {
    user: HasId,
}

#[derive(Deserialize)]
struct HasId {
    id: String,
}

#[derive(Deserialize)]
struct Opened {
    channel: HasId,
}

/// Where the next page begins (<https://docs.slack.dev/apis/web-api/pagination>).
#[derive(Deserialize)]
pub(super) struct Cursor {
    next_cursor: Option<String>,
}

/// The cursor of the next page, if there is one: Slack sends an empty one at the end.
pub(super) fn next(cursor: Option<Cursor>) -> Option<String> {
    cursor.and_then(|c| c.next_cursor).filter(|cursor| !cursor.is_empty())
}

impl Api<'_> {
    /// `chat.postMessage`: links in the message are not unfolded.
    pub async fn post_message(&self, new: &NewMessage) -> Result<Posted, Error> {
        let body = Post {
            channel: &new.channel,
            thread_ts: new.thread_ts.as_deref(),
            reply_broadcast: new.broadcast,
            unfurl_links: false,
            unfurl_media: false,
            message: &new.message,
        };
        self.post("chat.postMessage", &body).await
    }

    /// `chat.update` of the message `ts` in `channel`, which must be an id.
    pub async fn update_message(&self, channel: &str, ts: &str, message: &Message) -> Result<(), Error> {
        let body = Update { channel, ts, message };
        self.post("chat.update", &body).await.map(|Done {}| ())
    }

    /// `chat.postEphemeral`: only `user` sees it, and only if they are there. Metadata is not sent, since Slack takes
    /// none here. In a thread without replies nobody would see it, so give `thread_ts` only for a live thread.
    pub async fn post_ephemeral(
        &self,
        channel: &str,
        user: &str,
        thread_ts: Option<&str>,
        message: &Message,
    ) -> Result<(), Error> {
        let body = Ephemeral { channel, user, thread_ts, text: &message.text, blocks: &message.blocks };
        self.post("chat.postEphemeral", &body).await.map(|Done {}| ())
    }

    /// `views.open`, within 3 s of the click that gave `trigger_id`.
    pub async fn open_view(&self, trigger_id: &str, view: &View) -> Result<(), Error> {
        let body = Open { trigger_id, view };
        self.post("views.open", &body).await.map(|Done {}| ())
    }

    /// `views.update`: puts `view` in the place of the open view `view_id`.
    pub async fn update_view(&self, view_id: &str, view: &View) -> Result<(), Error> {
        self.post("views.update", &Replace { view_id, view }).await.map(|Done {}| ())
    }

    /// `views.publish`: shows `user` a Home. If `seen` is given, which Slack gives with each Home, and another was
    /// published since, it is refused with `hash_conflict`.
    pub async fn publish_home(&self, user: &str, view: &View, seen: Option<&str>) -> Result<(), Error> {
        let body = Publish { user_id: user, view, hash: seen };
        self.post("views.publish", &body).await.map(|Done {}| ())
    }

    /// `users.info`.
    pub async fn user_info(&self, user_id: &str) -> Result<SlackProfile, Error> {
        let answer: UserAnswer = self.get("users.info", &[("user", user_id)]).await?;
        Ok(answer.user.into())
    }

    /// `users.lookupByEmail`: the id of the Slack user with this email, if there is one.
    pub async fn lookup_by_email(&self, email: &str) -> Result<Option<String>, Error> {
        match self.get("users.lookupByEmail", &[("email", email)]).await {
            Ok(FoundUser { user }) => Ok(Some(user.id)),
            Err(Error::Refused { code, .. }) if code == "users_not_found" => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// `conversations.open`: the id of the direct conversation with `user`, which is opened if it was not. It may be
    /// called again and again.
    pub async fn open_conversation(&self, user: &str) -> Result<String, Error> {
        let answer: Opened = self.post("conversations.open", &serde_json::json!({"users": user})).await?;
        Ok(answer.channel.id)
    }

    /// `auth.test`.
    pub async fn auth_test(&self) -> Result<AuthTest, Error> {
        self.post("auth.test", &serde_json::json!({})).await
    }
}
