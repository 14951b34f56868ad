//! What happened to the Slack app or a channel, and what that means for the destinations there.
//!
//! Level-triggered, as all of this function: an event says where to look, and Slack is asked how things are now, so one
//! that comes late, twice or out of order does no harm. If Slack cannot be asked, the event is believed.

use crate::Fanout;
use crate::fanout::Error;
use alert::happening::{Happening, What};
use alert::place::Place;
use alert::{Destination, Readiness, health};
use jiff::Timestamp;
use runtime::log::chain;
use slack::client::{self, Api, Found};
use slack::credentials::Credentials;
use slack::message::{Message, NewMessage};
use slack::setup;
use store::Noted;

/// How often a destination is read anew because somebody else has changed it.
const TRIES: u32 = 5;

/// What is known of a channel after an event.
#[derive(Debug, Default, PartialEq, Eq)]
struct Seen {
    name: Option<String>,
    readiness: Option<Readiness>,
}

impl Fanout {
    /// Applies one event; a word for the log.
    pub(crate) async fn happened(&self, happening: &Happening, now: Timestamp) -> Result<&'static str, Error> {
        // A token that was just replaced must not be taken for the one that was revoked.
        let credentials = Credentials::parse(&self.slack_secret.fresh_text().await?)?;
        let Some(installation) = credentials.of_request(&happening.workspace) else {
            return Ok("unknown installation");
        };
        let slack = self.sender.slack(&installation.token);
        let workspace = |one: &Destination| credentials.of_destination(one.settings.workspace.as_deref());
        let posts = |one: &Destination| workspace(one).is_some_and(|found| found.key() == installation.key());
        match (&happening.what, happening.channel()) {
            (What::AccessGranted { workspaces }, _) => self.let_in(posts, workspaces, true).await,
            (What::AccessRevoked { workspaces }, _) => self.let_in(posts, workspaces, false).await,
            (What::IdChanged { to, .. }, Some(channel)) => self.at_channel(slack, happening, channel, to).await,
            (What::Joined { .. }, Some(channel)) => {
                let outcome = self.at_channel(slack, happening, channel, channel).await?;
                self.answer(slack, happening, channel, now).await?;
                Ok(outcome)
            }
            (_, Some(channel)) => self.at_channel(slack, happening, channel, channel).await,
            (_, None) => self.app_lost(slack, installation.key(), posts, happening, now).await,
        }
    }

    /// The organisation lets the app into these workspaces, or no more: of the destinations that `posts` accepts, those
    /// there show it. Whether the bot is in their channels is not said; that is asked when they are looked at again.
    async fn let_in(
        &self,
        posts: impl Fn(&Destination) -> bool,
        workspaces: &[String],
        granted: bool,
    ) -> Result<&'static str, Error> {
        let there = |one: &Destination| one.settings.workspace.as_ref().is_some_and(|id| workspaces.contains(id));
        let update = |place: &mut Place| {
            if !granted {
                place.readiness = Readiness::NotInstalled;
            } else if place.readiness.is_app_lost() {
                place.readiness = Readiness::NotAsked;
            }
        };
        let found = self.update_places(|one| there(one) && posts(one), update).await?;
        Ok(if found == 0 { "no destination" } else { "destinations updated" })
    }

    /// Something happened to a channel, which has the id `present` now: its destinations learn how it is.
    async fn at_channel(
        &self,
        slack: Api<'_>,
        happening: &Happening,
        channel: &str,
        present: &str,
    ) -> Result<&'static str, Error> {
        let seen = see(slack, &happening.what, present).await;
        let here = |destination: &Destination| is_here(destination, channel, present, seen.name.as_deref());
        let update = |place: &mut Place| {
            let known = place.channel_id.get_or_insert_with(|| present.to_owned());
            if *known == channel && channel != present {
                place.moved(channel, present);
            }
            place.channel_name = seen.name.clone().or(place.channel_name.take());
            place.readiness = seen.readiness.unwrap_or(place.readiness);
        };
        let found = self.update_places(here, update).await?;
        Ok(if found == 0 { "no destination" } else { "destinations updated" })
    }

    /// Updates the places of the destinations that `here` accepts; how many those are.
    async fn update_places(
        &self,
        here: impl Fn(&Destination) -> bool,
        update: impl Fn(&mut Place),
    ) -> Result<usize, Error> {
        let mut found = 0;
        for destination in self.store.destinations().await?.into_iter().filter(|destination| here(destination)) {
            found += 1;
            let mut now = Some(destination);
            for tried in 0.. {
                // It may have been deleted, or have another channel by now.
                let Some(destination) = now.filter(|destination| here(destination)) else { break };
                let mut place = destination.place.clone();
                update(&mut place);
                if place == destination.place || self.store.note_place(&destination.id, &place).await? == Noted::Done {
                    let (id, readiness) = (destination.id.as_str(), place.readiness);
                    tracing::info!(destination.id = id, ?readiness, "channel noted");
                    break;
                }
                if tried == TRIES {
                    return Err(Error::Overtaken);
                }
                now = self.store.destination(&destination.id).await?;
            }
        }
        Ok(found)
    }

    /// The bot was invited: it says so, once. Who comes to an event that was begun looks for the answer first.
    async fn answer(&self, slack: Api<'_>, happening: &Happening, channel: &str, now: Timestamp) -> Result<(), Error> {
        if !self.store.begin_answer(&happening.id, now).await? {
            match slack.find_notice(channel, happening.at, &happening.id).await? {
                Found::Absent => {}
                Found::At(_) => return Ok(()),
                Found::CannotTell(why) => {
                    tracing::warn!(slack.channel = channel, why, "invitation perhaps answered");
                    return Ok(());
                }
            }
        }
        let destinations = self.store.destinations().await?;
        let here = destinations.iter().filter(|destination| destination.channel() == channel);
        let names: Vec<String> = here.map(|destination| destination.settings.display_name.clone()).collect();
        let message = Message::notice(&setup::joined(&names), &happening.id);
        let new = NewMessage { channel: channel.to_owned(), thread_ts: None, broadcast: false, message };
        match slack.post_message(&new).await {
            Ok(_) => Ok(()),
            // Thrown out again, or not allowed to post: that is shown at the next alert.
            Err(error @ client::Error::Refused { .. }) => {
                tracing::warn!(slack.channel = channel, error = chain(&error), "invitation not answered");
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The app was removed, or its token revoked: the destinations that `posts` accepts show it, and one alert says it.
    async fn app_lost(
        &self,
        slack: Api<'_>,
        app: &str,
        posts: impl Fn(&Destination) -> bool,
        happening: &Happening,
        now: Timestamp,
    ) -> Result<&'static str, Error> {
        if slack.auth_test().await.is_ok() {
            return Ok("installed again");
        }
        let readiness =
            if happening.what == What::Uninstalled { Readiness::AppUninstalled } else { Readiness::TokenRevoked };
        let update = |place: &mut Place| {
            // Both events come when an app is removed, in any order; that it was removed says more.
            if place.readiness != Readiness::AppUninstalled {
                place.readiness = readiness;
            }
        };
        self.update_places(&posts, update).await?;
        let destinations = self.store.destinations().await?;
        let lost: Vec<&Destination> = destinations.iter().filter(|destination| posts(destination)).collect();
        let what_to_do = setup::what_to_do(readiness);
        let notice = health::app_lost(app, &lost, &destinations, setup::label(readiness), what_to_do, now);
        self.alerts.send(notice.to_string()).await?;
        tracing::error!(outcome = setup::label(readiness), "the Slack app is lost");
        Ok("app lost")
    }
}

/// Whether a destination is at a channel. One whose channel was never found is known by the name.
fn is_here(destination: &Destination, channel: &str, present: &str, name: Option<&str>) -> bool {
    let unresolved = destination.place.channel_id.is_none();
    destination.is_at(channel)
        || destination.channel() == present
        || (unresolved && name == Some(destination.settings.channel.as_str()))
}

/// How the channel is now, as Slack says, or else the event.
async fn see(slack: Api<'_>, what: &What, channel: &str) -> Seen {
    match slack.channel_info(channel).await {
        Ok(Some(info)) => {
            Seen { readiness: Some(setup::readiness(&info)), name: Some(info.name).filter(|name| !name.is_empty()) }
        }
        // It does not exist, or is private and the bot not in it.
        Ok(None) => match what {
            What::Deleted { .. } | What::Archived { .. } => believe(what),
            What::Joined { .. }
            | What::Left { .. }
            | What::Renamed { .. }
            | What::IdChanged { .. }
            | What::Unarchived { .. }
            | What::Uninstalled
            | What::TokenRevoked
            | What::AccessGranted { .. }
            | What::AccessRevoked { .. } => {
                Seen { readiness: Some(Readiness::WaitingForInvite), name: believe(what).name }
            }
        },
        Err(error) => {
            tracing::warn!(slack.channel = channel, error = chain(&error), "event believed");
            believe(what)
        }
    }
}

/// What an event says by itself.
fn believe(what: &What) -> Seen {
    let (name, readiness) = match what {
        What::Joined { .. } => (None, Some(Readiness::Ready)),
        What::Left { .. } => (None, Some(Readiness::WaitingForInvite)),
        What::Archived { .. } => (None, Some(Readiness::ChannelArchived)),
        What::Deleted { .. } => (None, Some(Readiness::ChannelGone)),
        // Whether the bot is still in it is not said.
        What::Unarchived { .. } => (None, Some(Readiness::NotAsked)),
        What::Renamed { name, .. } => (Some(name.clone()), None),
        What::IdChanged { .. }
        | What::Uninstalled
        | What::TokenRevoked
        | What::AccessGranted { .. }
        | What::AccessRevoked { .. } => (None, None),
    };
    Seen { name, readiness }
}
