//! Destinations: where alerts go. Their Slack credentials are the stack's one Slack app's, so a name and a channel are
//! enough.

use crate::answer::{Answer, Page};
use crate::problem::Problem;
use crate::{Api, Call, random};
use alert::destination::{Destination, DestinationSettings};
use alert::id::DestinationId;
use store::Taken;

const NAME: &str = "displayName";

impl Api {
    /// `GET /destinations`.
    pub(crate) async fn list_destinations(&self) -> Result<Answer, Problem> {
        Ok(Answer::ok(&Page { results: self.store.destinations().await?, next: None }))
    }

    /// `GET /destinations/{id}`.
    pub(crate) async fn get_destination(&self, call: &Call<'_>) -> Result<Answer, Problem> {
        Ok(Answer::ok(&self.destination(&call.id).await?))
    }

    /// `POST /destinations`.
    pub(crate) async fn create_destination(&self, call: &Call<'_>) -> Result<Answer, Problem> {
        let destination = Destination {
            id: DestinationId::new(random::id()).expect("hex digits are an id"),
            settings: DestinationSettings::parse(call.body, None)?,
            created_at: call.now,
            updated_at: call.now,
        };
        match self.store.create_destination(&destination).await? {
            Taken::Free => Ok(Answer::created(&format!("/destinations/{}", destination.id), &destination)),
            Taken::ByAnother | Taken::Gone => Err(Problem::Taken { field: NAME }),
        }
    }

    /// `PATCH` or `PUT /destinations/{id}`: what the body names is changed, the rest stays.
    pub(crate) async fn update_destination(&self, call: &Call<'_>) -> Result<Answer, Problem> {
        let old = self.destination(&call.id).await?;
        let settings = DestinationSettings::parse(call.body, Some(&old.settings))?;
        let new = Destination { settings, updated_at: call.now, ..old.clone() };
        match self.store.update_destination(&old, &new).await? {
            Taken::Free => Ok(Answer::ok(&new)),
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

    async fn destination(&self, id: &str) -> Result<Destination, Problem> {
        let found = match DestinationId::new(id) {
            Ok(id) => self.store.destination(&id).await?,
            Err(_) => None,
        };
        found.ok_or_else(|| no_such(id))
    }
}

fn no_such(id: &str) -> Problem {
    Problem::no_such("destination", id)
}
