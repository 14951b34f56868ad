//! A destination's channel, looked up when it is set: a name becomes an id, and what alerts could not reach is refused
//! while somebody is there to correct it. If Slack cannot be asked, the destination is taken as it is: its channel is
//! looked up with the first alert, or with a welcome message.

use crate::problem::Problem;
use crate::slack_app::{ALL_CALLS, SlackApp, token};
use alert::place::is_channel_id;
use alert::{Place, Readiness};
use runtime::log::chain;
use slack::client::{Api, ChannelInfo, Error, Lookup};
use slack::setup;

/// What Slack says of a channel.
enum Found {
    Channel(ChannelInfo),
    /// The bot cannot see the channel that has this id: it does not exist, or is private and waits for an invitation.
    Hidden(String),
    /// The channel cannot be a destination's; the rule it breaks.
    Refused(String),
}

impl SlackApp {
    /// What is known of `channel`, an id or a name, in `workspace`.
    ///
    /// # Errors
    /// The rule that the field `channel` or `workspace` breaks.
    pub(crate) async fn locate(&self, channel: &str, workspace: Option<&str>) -> Result<Place, Problem> {
        let credentials = match self.credentials().await {
            Ok(credentials) => credentials,
            Err(error) => {
                tracing::warn!(error = chain(&error), "channel not looked up");
                return Ok(Place::default());
            }
        };
        let Some(token) = token(&credentials, workspace)? else {
            return Ok(Place { readiness: Readiness::NotInstalled, ..Place::default() });
        };
        let slack = self.client.with_token(&token);
        let Ok(found) = tokio::time::timeout(ALL_CALLS, find(&slack, channel)).await else {
            tracing::warn!("channel not looked up: Slack takes too long");
            return Ok(Place::default());
        };
        match found {
            Ok(Found::Channel(channel)) => Ok(Place {
                readiness: setup::readiness(&channel),
                channel_id: Some(channel.id),
                channel_name: Some(channel.name).filter(|name| !name.is_empty()),
                ..Place::default()
            }),
            Ok(Found::Hidden(id)) => {
                Ok(Place { channel_id: Some(id), readiness: Readiness::WaitingForInvite, ..Place::default() })
            }
            Ok(Found::Refused(rule)) => Err(Problem::field("channel", rule)),
            Err(error) => {
                tracing::warn!(error = chain(&error), "channel not looked up");
                let readiness = match &error {
                    Error::Refused { code, .. } => setup::after_refusal(code),
                    Error::RateLimited { .. } | Error::NotSent { .. } | Error::LostAnswer { .. } => None,
                };
                Ok(Place { readiness: readiness.unwrap_or_default(), ..Place::default() })
            }
        }
    }
}

async fn find(slack: &Api<'_>, channel: &str) -> Result<Found, Error> {
    let found = if is_channel_id(channel) {
        match slack.channel_info(channel).await? {
            Some(channel) => channel,
            None => return Ok(Found::Hidden(channel.to_owned())),
        }
    } else {
        if slack.auth_test().await?.is_enterprise_install {
            return Ok(Found::Refused(setup::needs_an_id()));
        }
        match slack.find_channel(channel).await? {
            Lookup::Found(channel) => channel,
            Lookup::Absent => return Ok(Found::Refused(setup::no_such_channel(channel))),
            Lookup::TooMany => return Ok(Found::Refused(setup::too_many_channels())),
        }
    };
    if found.is_archived {
        return Ok(Found::Refused(setup::archived_channel().to_owned()));
    }
    Ok(Found::Channel(found))
}
