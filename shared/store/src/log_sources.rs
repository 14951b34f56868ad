//! Log sources, each with a unique name. How a source's polls went is an attribute of its own, with a version of its own:
//! people change the source, polls change its health, and neither undoes the other's work.

use crate::item::{Item, json, key, n, number, parsed};
use crate::names::{Kind, Taken, body};
use crate::{Error, Noted, Store};
use aws_sdk_dynamodb::error::SdkError;
use logs::{Health, LogSource, LogSourceId};

const KIND: Kind = Kind("LOGSOURCE");

impl Store {
    /// Every log source, in the order of their ids. One that cannot be read is logged and left out: it keeps nobody from
    /// the others.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn log_sources(&self) -> Result<Vec<LogSource>, Error> {
        let read = |item: &Item| match log_source(item) {
            Ok(source) => Some(source),
            Err(error) => {
                tracing::error!(%error, "a log source cannot be read: it is left out");
                None
            }
        };
        Ok(self.all_items(KIND).await?.iter().filter_map(read).collect())
    }

    /// One log source.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn log_source(&self, id: &LogSourceId) -> Result<Option<LogSource>, Error> {
        self.get_item(KIND, id.as_str()).await?.as_ref().map(log_source).transpose()
    }

    /// Stores a new log source.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn create_log_source(&self, source: &LogSource) -> Result<Taken, Error> {
        let mut item = body(KIND, source.id.as_str(), source);
        item.insert("health".to_owned(), json(&source.health));
        self.create_item(KIND, source.id.as_str(), &source.settings.name, item).await
    }

    /// Replaces `old` by `new`, which has the same id. The health that is stored stays.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn update_log_source(&self, old: &LogSource, new: &LogSource) -> Result<Taken, Error> {
        let names = (old.settings.name.as_str(), new.settings.name.as_str());
        self.replace_document(KIND, new.id.as_str(), names, new).await
    }

    /// Notes how a source's polls went; `health.version` is that of the health that was read. The next one is one higher.
    ///
    /// # Errors
    /// [`Error`] if the table fails; it may be noted.
    pub async fn note_log_health(&self, id: &LogSourceId, health: &Health) -> Result<Noted, Error> {
        let update = self.client.update_item().table_name(&self.table).set_key(Some(key(KIND.0, id.as_str())));
        let same = "(health_version = :seen OR (attribute_not_exists(health_version) AND :seen = :none))";
        let noted = update
            .update_expression("SET health = :health, health_version = if_not_exists(health_version, :none) + :one")
            .condition_expression(format!("attribute_exists(pk) AND {same}"))
            .expression_attribute_values(":health", json(health))
            .expression_attribute_values(":seen", n(health.version))
            .expression_attribute_values(":none", n(0))
            .expression_attribute_values(":one", n(1))
            .send()
            .await;
        match noted {
            Ok(_) => Ok(Noted::Done),
            Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => {
                Ok(Noted::Overtaken)
            }
            Err(error) => Err(Error::of("noting a log source's health")(error)),
        }
    }

    /// Deletes a log source, and with it how far it was read: whoever reads it at this moment can store nothing more of
    /// that.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn delete_log_source(&self, source: &LogSource) -> Result<Taken, Error> {
        let id = source.id.as_str();
        let progress = key(format!("LOGSOURCE#{id}"), "PROGRESS");
        self.delete_with(KIND, id, &source.settings.name, Some(progress)).await
    }
}

pub(crate) fn item_key(id: &LogSourceId) -> Item {
    key(KIND.0, id.as_str())
}

fn log_source(item: &Item) -> Result<LogSource, Error> {
    let mut source: LogSource = parsed(item, "document")?;
    if item.contains_key("health") {
        source.health = parsed(item, "health")?;
    }
    source.health.version = if item.contains_key("health_version") { number(item, "health_version")? } else { 0 };
    Ok(source)
}
