//! Channels: one by its id, one by its name.

use super::answer::lost;
use super::methods::{Cursor, next};
use super::{Api, Error};
use crate::limits;
use serde::Deserialize;
use std::collections::HashSet;

/// Pages of `conversations.list` that are read: twenty thousand channels. Reading more would take longer than anybody
/// waits, and the method allows some twenty calls a minute
/// (<https://docs.slack.dev/apis/web-api/rate-limits#tier_t2>).
pub const MAX_PAGES: usize = 20;

/// A channel that the bot can see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelInfo {
    pub id: String,
    /// Without `#`.
    pub name: String,
    pub is_archived: bool,
    /// Whether the bot is in it.
    pub is_member: bool,
}

/// What looking for a name gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    Found(ChannelInfo),
    /// No channel that the bot can see has the name.
    Absent,
    /// There are more channels than are read.
    TooMany,
}

#[derive(Deserialize)]
struct Page {
    channels: Vec<WireChannel>,
    response_metadata: Option<Cursor>,
}

#[derive(Deserialize)]
struct Info {
    channel: WireChannel,
}

#[derive(Deserialize)]
struct WireChannel {
    id: String,
    name: Option<String>,
    #[serde(default)]
    is_archived: bool,
    is_member: Option<bool>,
    /// Of a private channel one sees only what one is in.
    #[serde(default)]
    is_private: bool,
}

impl From<WireChannel> for ChannelInfo {
    fn from(channel: WireChannel) -> Self {
        Self {
            id: channel.id,
            name: channel.name.unwrap_or_default(),
            is_archived: channel.is_archived,
            is_member: channel.is_member.unwrap_or(channel.is_private),
        }
    }
}

impl Api<'_> {
    /// `conversations.info`: the channel `id`, if the bot can see it. A private channel that it is not in looks like one
    /// that does not exist (<https://docs.slack.dev/reference/methods/conversations.info>).
    pub async fn channel_info(&self, id: &str) -> Result<Option<ChannelInfo>, Error> {
        match self.get("conversations.info", &[("channel", id)]).await {
            Ok(Info { channel }) => Ok(Some(channel.into())),
            Err(Error::Refused { code, .. }) if code == "channel_not_found" => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// `conversations.list`: the channel called exactly `name`, with or without `#`, among those the bot can see. An
    /// archived channel only if no other has the name. With an org-wide token Slack wants ids instead
    /// (`team_not_found`, <https://docs.slack.dev/reference/methods/chat.postMessage>).
    pub async fn find_channel(&self, name: &str) -> Result<Lookup, Error> {
        const METHOD: &str = "conversations.list";
        let name = name.trim_start_matches('#');
        let limit = limits::PAGE.to_string();
        let (mut archived, mut cursor, mut seen) = (None, String::new(), HashSet::new());
        for _ in 0..MAX_PAGES {
            let mut arguments = vec![("types", "public_channel,private_channel"), ("limit", &limit)];
            if !cursor.is_empty() {
                arguments.push(("cursor", &cursor));
            }
            let page: Page = self.get(METHOD, &arguments).await?;
            for channel in page.channels {
                if channel.name.as_deref() != Some(name) {
                    continue;
                }
                if !channel.is_archived {
                    return Ok(Lookup::Found(channel.into()));
                }
                archived = archived.or(Some(channel));
            }
            match next(page.response_metadata) {
                None => return Ok(archived.map_or(Lookup::Absent, |channel| Lookup::Found(channel.into()))),
                Some(next) if !seen.insert(next.clone()) => return Err(lost(METHOD, "its pages go in a circle", None)),
                Some(next) => cursor = next,
            }
        }
        Ok(Lookup::TooMany)
    }
}
