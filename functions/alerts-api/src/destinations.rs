//! Destinations: where alerts go. Their Slack credentials are the stack's one Slack app's, so a name and a channel are
//! enough.

use crate::answer::{Answer, Page};
use crate::problem::Problem;
use crate::{Api, Call, random};
use alert::Place;
use alert::destination::{Destination, DestinationSettings};
use alert::id::DestinationId;
use serde::Serialize;
use serde_json::{Map, Value};
use slack::setup;
use store::Taken;

const NAME: &str = "displayName";

/// A destination with what Slack says of its channel.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct DestinationShape<'a> {
    #[serde(flatten)]
    destination: &'a Destination,
    channel_id: Option<&'a str>,
    channel_name: Option<&'a str>,
    /// In a few words, and what to do about it, which is empty if nothing is.
    readiness: &'static str,
    what_to_do: &'static str,
}

fn shape(destination: &Destination) -> DestinationShape<'_> {
    let place = &destination.place;
    DestinationShape {
        destination,
        channel_id: place.channel_id.as_deref(),
        channel_name: place.channel_name.as_deref(),
        readiness: setup::label(place.readiness),
        what_to_do: setup::what_to_do(place.readiness),
    }
}

impl Api {
    /// `GET /destinations`.
    pub(crate) async fn list_destinations(&self) -> Result<Answer, Problem> {
        let destinations = self.store.destinations().await?;
        Ok(Answer::ok(&Page { results: destinations.iter().map(shape).collect(), next: None }))
    }

    /// `GET /destinations/{id}`.
    pub(crate) async fn get_destination(&self, call: &Call<'_>) -> Result<Answer, Problem> {
        Ok(Answer::ok(&shape(&self.destination(&call.id).await?)))
    }

    /// `POST /destinations`.
    pub(crate) async fn create_destination(&self, call: &Call<'_>) -> Result<Answer, Problem> {
        let settings = DestinationSettings::parse(call.body, None)?;
        let destination = Destination {
            id: DestinationId::new(random::id()).expect("hex digits are an id"),
            place: self.slack.locate(&settings.channel, settings.workspace.as_deref()).await?,
            settings,
            created_at: call.now,
            updated_at: call.now,
        };
        match self.store.create_destination(&destination).await? {
            Taken::Free => Ok(Answer::created(&format!("/destinations/{}", destination.id), &shape(&destination))),
            Taken::ByAnother | Taken::Gone => Err(Problem::Taken { field: NAME }),
        }
    }

    /// `PATCH` or `PUT /destinations/{id}`: what the body names is changed, the rest stays. A channel that it names is
    /// looked up, even if it is the one that is set.
    pub(crate) async fn update_destination(&self, call: &Call<'_>) -> Result<Answer, Problem> {
        let old = self.destination(&call.id).await?;
        let settings = DestinationSettings::parse(call.body, Some(&old.settings))?;
        let mut new = Destination { settings, updated_at: call.now, ..old.clone() };
        if names_channel(call.body) {
            let place = self.slack.locate(&new.settings.channel, new.settings.workspace.as_deref()).await?;
            // If Slack cannot be asked, what it said of the same channel before still holds.
            if place.channel_id.is_some() || new.settings != old.settings {
                new.place = if place.channel_id == old.place.channel_id {
                    Place { readiness: place.readiness, channel_name: place.channel_name, ..old.place.clone() }
                } else {
                    place
                };
            }
        }
        match self.store.update_destination(&old, &new).await? {
            Taken::Free => Ok(Answer::ok(&shape(&new))),
            Taken::ByAnother => Err(Problem::Taken { field: NAME }),
            Taken::Gone => Err(no_such(&call.id)),
        }
    }

    /// `DELETE /destinations/{id}`. What is already posted there stays, and is not kept up to date any more.
    pub(crate) async fn delete_destination(&self, call: &Call<'_>) -> Result<Answer, Problem> {
        let destination = self.destination(&call.id).await?;
        match self.store.delete_destination(&destination).await? {
            Taken::Free => Ok(Answer::done()),
            Taken::ByAnother | Taken::Gone => Err(no_such(&call.id)),
        }
    }

    pub(crate) async fn destination(&self, id: &str) -> Result<Destination, Problem> {
        let found = match DestinationId::new(id) {
            Ok(id) => self.store.destination(&id).await?,
            Err(_) => None,
        };
        found.ok_or_else(|| no_such(id))
    }
}

fn names_channel(body: &[u8]) -> bool {
    serde_json::from_slice::<Map<String, Value>>(body)
        .is_ok_and(|body| body.contains_key("channel") || body.contains_key("workspace"))
}

fn no_such(id: &str) -> Problem {
    Problem::no_such("destination", id)
}
