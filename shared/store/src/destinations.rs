//! Destinations, each with a unique name. What Slack says of a destination's channel is an attribute of its own, with a
//! version of its own: people change the one, events the other, and neither undoes the other's work.

use crate::item::{Item, json, key, n, number, parsed};
use crate::names::{Kind, Taken, body};
use crate::{Error, Store};
use alert::{Destination, DestinationId, Place};
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::types::Update;

const KIND: Kind = Kind("DESTINATION");

/// Notes a place, and counts how often that was done.
const SET_PLACE: &str = "place = :place, place_version = if_not_exists(place_version, :none) + :one";

/// What became of noting a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noted {
    Done,
    /// Somebody else has noted something since it was read, or the destination is gone: read it anew.
    Overtaken,
}

impl Store {
    /// Every destination, in the order of their ids.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn destinations(&self) -> Result<Vec<Destination>, Error> {
        self.all_items(KIND).await?.iter().map(destination).collect()
    }

    /// One destination.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn destination(&self, id: &DestinationId) -> Result<Option<Destination>, Error> {
        self.get_item(KIND, id.as_str()).await?.as_ref().map(destination).transpose()
    }

    /// Stores a new destination.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn create_destination(&self, destination: &Destination) -> Result<Taken, Error> {
        let name = &destination.settings.display_name;
        let mut item = body(KIND, destination.id.as_str(), destination);
        item.insert("place".to_owned(), json(&destination.place));
        self.create_item(KIND, destination.id.as_str(), name, item).await
    }

    /// Replaces `old` by `new`, which has the same id. What Slack says of the channel stays as it is stored, unless it
    /// differs between the two.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn update_destination(&self, old: &Destination, new: &Destination) -> Result<Taken, Error> {
        let names = (old.settings.display_name.as_str(), new.settings.display_name.as_str());
        if old.place == new.place {
            return self.replace_document(KIND, new.id.as_str(), names, new).await;
        }
        let update = Update::builder().update_expression(format!("SET document = :document, {SET_PLACE}"));
        let update = update.expression_attribute_values(":document", json(new));
        let update = update.expression_attribute_values(":place", json(&new.place));
        let update = update.expression_attribute_values(":none", n(0)).expression_attribute_values(":one", n(1));
        self.replace_item(KIND, new.id.as_str(), names, update).await
    }

    /// Notes what Slack says of a destination's channel; `place.version` is that of the place that was read.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn note_place(&self, id: &DestinationId, place: &Place) -> Result<Noted, Error> {
        let update = self.client.update_item().table_name(&self.table).set_key(Some(key(KIND.0, id.as_str())));
        let same = "(place_version = :seen OR (attribute_not_exists(place_version) AND :seen = :none))";
        let noted = update
            .update_expression(format!("SET {SET_PLACE}"))
            .condition_expression(format!("attribute_exists(pk) AND {same}"))
            .expression_attribute_values(":place", json(place))
            .expression_attribute_values(":seen", n(place.version))
            .expression_attribute_values(":none", n(0))
            .expression_attribute_values(":one", n(1))
            .send()
            .await;
        match noted {
            Ok(_) => Ok(Noted::Done),
            Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => {
                Ok(Noted::Overtaken)
            }
            Err(error) => Err(Error::of("noting a place")(error)),
        }
    }

    /// Deletes a destination.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn delete_destination(&self, destination: &Destination) -> Result<Taken, Error> {
        self.delete_document(KIND, destination.id.as_str(), &destination.settings.display_name).await
    }
}

fn destination(item: &Item) -> Result<Destination, Error> {
    let mut destination: Destination = parsed(item, "document")?;
    if item.contains_key("place") {
        destination.place = parsed(item, "place")?;
    }
    destination.place.version = if item.contains_key("place_version") { number(item, "place_version")? } else { 0 };
    Ok(destination)
}
