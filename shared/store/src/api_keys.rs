//! API keys: found by the SHA-256 of their text, which is all that is stored of it. The hash is the document's unique
//! name, so finding a key is one read of a name and one of the record.

use crate::names::{Kind, Taken};
use crate::{Error, Store};
use alert::user::ApiKey;

const KIND: Kind = Kind("APIKEY");

impl Store {
    /// Every API key's record.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn api_keys(&self) -> Result<Vec<ApiKey>, Error> {
        let stored: Vec<Stored> = self.all_documents(KIND).await?;
        Ok(stored.into_iter().map(|stored| stored.key).collect())
    }

    /// The key whose text has this SHA-256, in lower-case hex.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn api_key_by_hash(&self, hash: &str) -> Result<Option<ApiKey>, Error> {
        let Some(id) = self.named(KIND, hash).await? else {
            return Ok(None);
        };
        let stored: Option<Stored> = self.get_document(KIND, &id).await?;
        Ok(stored.filter(|stored| stored.hash == hash).map(|stored| stored.key))
    }

    /// Stores a new key's record.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn create_api_key(&self, key: &ApiKey, hash: &str) -> Result<Taken, Error> {
        let stored = Stored { key: key.clone(), hash: hash.to_owned() };
        self.create_document(KIND, &key.id, hash, &stored).await
    }

    /// Revokes a key at once.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn revoke_api_key(&self, id: &str) -> Result<Taken, Error> {
        let Some(stored) = self.get_document::<Stored>(KIND, id).await? else {
            return Ok(Taken::Gone);
        };
        self.delete_document(KIND, id, &stored.hash).await
    }
}

#[derive(Debug, serde::Serialize, serde::Deserialize)]
struct Stored {
    key: ApiKey,
    hash: String,
}
