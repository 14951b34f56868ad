//! Documents that have a unique name beside their id: a destination's name, a user's email. The document and the guard
//! of its name are written in one transaction, so a name never has two owners.

use crate::changes::put_new;
use crate::item::{Item, json, key, parsed, s};
use crate::{Error, Store};
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::builders::UpdateBuilder;
use aws_sdk_dynamodb::types::{Delete, TransactWriteItem, Update};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What became of writing a document with a unique name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// Written.
    Free,
    /// Another document has the name; nothing was written.
    ByAnother,
    /// The document to replace or delete is not there (any more); nothing was written.
    Gone,
}

/// A kind of named document: its partition.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kind(pub(crate) &'static str);

impl Kind {
    fn guard(self, name: &str) -> Item {
        key(format!("NAME#{}#{name}", self.0), "NAME")
    }
}

impl Store {
    pub(crate) async fn all_documents<T: DeserializeOwned>(&self, kind: Kind) -> Result<Vec<T>, Error> {
        self.all_items(kind).await?.iter().map(|item| parsed(item, "document")).collect()
    }

    pub(crate) async fn all_items(&self, kind: Kind) -> Result<Vec<Item>, Error> {
        let query = self.client.query().table_name(&self.table).consistent_read(true);
        let query = query.key_condition_expression("pk = :pk").expression_attribute_values(":pk", s(kind.0));
        let mut pages = query.into_paginator().items().send();
        let mut all = Vec::new();
        while let Some(item) = pages.next().await {
            all.push(item.map_err(Error::of("listing documents"))?);
        }
        Ok(all)
    }

    pub(crate) async fn get_document<T: DeserializeOwned>(&self, kind: Kind, id: &str) -> Result<Option<T>, Error> {
        self.get_item(kind, id).await?.map(|item| parsed(&item, "document")).transpose()
    }

    pub(crate) async fn get_item(&self, kind: Kind, id: &str) -> Result<Option<Item>, Error> {
        let get = self.client.get_item().table_name(&self.table).set_key(Some(key(kind.0, id)));
        let got = get.consistent_read(true).send().await.map_err(Error::of("reading a document"))?;
        Ok(got.item)
    }

    /// The id of the document that has `name`.
    pub(crate) async fn named(&self, kind: Kind, name: &str) -> Result<Option<String>, Error> {
        let get = self.client.get_item().table_name(&self.table).set_key(Some(kind.guard(name)));
        let got = get.consistent_read(true).send().await.map_err(Error::of("reading a name"))?;
        got.item.map(|item| crate::item::text(&item, "owner").map(str::to_owned)).transpose()
    }

    pub(crate) async fn create_document(
        &self,
        kind: Kind,
        id: &str,
        name: &str,
        document: &impl Serialize,
    ) -> Result<Taken, Error> {
        self.create_item(kind, id, name, body(kind, id, document)).await
    }

    /// Stores a new document as an item that has more than the document.
    pub(crate) async fn create_item(&self, kind: Kind, id: &str, name: &str, item: Item) -> Result<Taken, Error> {
        let writes = vec![put_new(&self.table, guard(kind, name, id)), put_new(&self.table, item)];
        self.write_named(writes, Taken::ByAnother).await
    }

    /// Replaces a document, which had `old_name`. What else its item has stays.
    pub(crate) async fn replace_document(
        &self,
        kind: Kind,
        id: &str,
        names: (&str, &str),
        document: &impl Serialize,
    ) -> Result<Taken, Error> {
        let update = Update::builder().update_expression("SET document = :document");
        let update = update.expression_attribute_values(":document", json(document));
        self.replace_item(kind, id, names, update).await
    }

    /// The same with an update of one's own, which has yet no table, key or condition.
    pub(crate) async fn replace_item(
        &self,
        kind: Kind,
        id: &str,
        (old_name, name): (&str, &str),
        update: UpdateBuilder,
    ) -> Result<Taken, Error> {
        let update = update.table_name(&self.table).set_key(Some(key(kind.0, id)));
        let update = update.condition_expression("attribute_exists(pk)").build();
        let update = update.expect("table, key and expression are set");
        let mut writes = vec![TransactWriteItem::builder().update(update).build()];
        if old_name != name {
            writes.insert(0, put_new(&self.table, guard(kind, name, id)));
            writes.push(self.delete(kind.guard(old_name), Some(id)));
            return self.write_named(writes, Taken::ByAnother).await;
        }
        self.write_named(writes, Taken::Gone).await
    }

    pub(crate) async fn delete_document(&self, kind: Kind, id: &str, name: &str) -> Result<Taken, Error> {
        self.delete_with(kind, id, name, None).await
    }

    /// Deletes a document and, if it is there, the item `beside` it.
    pub(crate) async fn delete_with(
        &self,
        kind: Kind,
        id: &str,
        name: &str,
        beside: Option<Item>,
    ) -> Result<Taken, Error> {
        let mut writes = vec![self.delete(key(kind.0, id), None), self.delete(kind.guard(name), Some(id))];
        writes.extend(beside.map(|item| {
            let delete = Delete::builder().table_name(&self.table).set_key(Some(item));
            TransactWriteItem::builder().delete(delete.build().expect("table and key are set")).build()
        }));
        self.write_named(writes, Taken::Gone).await
    }

    fn delete(&self, item: Item, owner: Option<&str>) -> TransactWriteItem {
        let delete = Delete::builder().table_name(&self.table).set_key(Some(item));
        let delete = match owner {
            Some(id) => delete
                .condition_expression("#owner = :id")
                .expression_attribute_names("#owner", "owner")
                .expression_attribute_values(":id", s(id)),
            None => delete.condition_expression("attribute_exists(pk)"),
        };
        TransactWriteItem::builder().delete(delete.build().expect("table and key are set")).build()
    }

    /// Runs the transaction; a failed condition of its first write means `first`, of any other that the document is gone.
    async fn write_named(&self, writes: Vec<TransactWriteItem>, first: Taken) -> Result<Taken, Error> {
        let sent = self.client.transact_write_items().set_transact_items(Some(writes)).send().await;
        let Err(error) = sent else { return Ok(Taken::Free) };
        if let SdkError::ServiceError(service) = &error
            && let TransactWriteItemsError::TransactionCanceledException(cancelled) = service.err()
        {
            let failed = |code: Option<&str>| code == Some("ConditionalCheckFailed");
            let reasons = cancelled.cancellation_reasons();
            if reasons.first().is_some_and(|reason| failed(reason.code())) {
                return Ok(first);
            }
            if reasons.iter().any(|reason| failed(reason.code())) {
                return Ok(Taken::Gone);
            }
        }
        Err(Error::of("writing a named document")(error))
    }
}

fn guard(kind: Kind, name: &str, id: &str) -> Item {
    let mut guard = kind.guard(name);
    guard.insert("owner".to_owned(), s(id));
    guard
}

pub(crate) fn body(kind: Kind, id: &str, document: &impl Serialize) -> Item {
    let mut item = key(kind.0, id);
    item.insert("document".to_owned(), json(document));
    item
}
