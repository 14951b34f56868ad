//! API keys. A key's text is shown once, when it is made; its SHA-256 is all that is stored of it.

use crate::answer::{Answer, Page};
use crate::auth::may_grant;
use crate::problem::Problem;
use crate::{Api, Call, random};
use alert::Permission;
use alert::fields::Fields;
use alert::user::ApiKey;
use serde::Serialize;
use sha2::{Digest, Sha256};
use store::Taken;

/// A key that was just made: the only answer that holds its text.
#[derive(Serialize)]
struct NewKey<'a> {
    key: &'a str,
    #[serde(flatten)]
    record: &'a ApiKey,
}

impl Api {
    /// `GET /api-keys`. The first admin key is not among them: it lives in Secrets Manager.
    pub(crate) async fn list_api_keys(&self) -> Result<Answer, Problem> {
        Ok(Answer::ok(&Page { results: self.store.api_keys().await?, next: None }))
    }

    /// `GET /api-keys/{id}`.
    pub(crate) async fn get_api_key(&self, call: &Call<'_>) -> Result<Answer, Problem> {
        let keys = self.store.api_keys().await?;
        let found = keys.iter().find(|key| key.id == call.id).ok_or_else(|| no_such(&call.id))?;
        Ok(Answer::ok(found))
    }

    /// `POST /api-keys`.
    pub(crate) async fn create_api_key(&self, call: &Call<'_>) -> Result<Answer, Problem> {
        let mut fields = Fields::parse(call.body)?;
        let name = fields.required_string("name", 200).unwrap_or_default();
        if !fields.has("permissions") {
            fields.refuse("permissions", "is required");
        }
        let permissions = fields.list_of("permissions", &Permission::ALL, Permission::as_str).unwrap_or_default();
        fields.finish_strict()?;
        if permissions.is_empty() {
            return Err(Problem::field("permissions", "must name at least one permission"));
        }
        let record = ApiKey { id: random::id(), name, permissions, created_at: call.now };
        may_grant(&call.caller, &record.permissions)?;
        let key = random::api_key();
        match self.store.create_api_key(&record, &hex::encode(Sha256::digest(&key))).await? {
            Taken::Free => {
                Ok(Answer::created(&format!("/api-keys/{}", record.id), &NewKey { key: &key, record: &record }))
            }
            Taken::ByAnother | Taken::Gone => Err(Problem::Taken { field: "key" }),
        }
    }

    /// `DELETE /api-keys/{id}`. Other instances of this function may take the key for one more minute.
    pub(crate) async fn revoke_api_key(&self, call: &Call<'_>) -> Result<Answer, Problem> {
        let taken = self.store.revoke_api_key(&call.id).await?;
        self.auth.forget(&call.id);
        match taken {
            Taken::Free => Ok(Answer::done()),
            Taken::ByAnother | Taken::Gone => Err(no_such(&call.id)),
        }
    }
}

fn no_such(id: &str) -> Problem {
    Problem::no_such("API key", id)
}
