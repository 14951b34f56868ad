//! Destinations, each with a unique name.

use crate::names::{Kind, Taken};
use crate::{Error, Store};
use alert::{Destination, DestinationId};

const KIND: Kind = Kind("DESTINATION");

impl Store {
    /// Every destination, in the order of their ids.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn destinations(&self) -> Result<Vec<Destination>, Error> {
        self.all_documents(KIND).await
    }

    /// One destination.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn destination(&self, id: &DestinationId) -> Result<Option<Destination>, Error> {
        self.get_document(KIND, id.as_str()).await
    }

    /// Stores a new destination.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn create_destination(&self, destination: &Destination) -> Result<Taken, Error> {
        let name = &destination.settings.display_name;
        self.create_document(KIND, destination.id.as_str(), name, destination).await
    }

    /// Replaces `old` by `new`, which has the same id.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn update_destination(&self, old: &Destination, new: &Destination) -> Result<Taken, Error> {
        let names = (old.settings.display_name.as_str(), new.settings.display_name.as_str());
        self.replace_document(KIND, new.id.as_str(), names, new).await
    }

    /// Deletes a destination.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn delete_destination(&self, destination: &Destination) -> Result<Taken, Error> {
        self.delete_document(KIND, destination.id.as_str(), &destination.settings.display_name).await
    }
}
