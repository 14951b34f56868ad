//! Registered users, each with a unique email.

use crate::names::{Kind, Taken};
use crate::{Error, Store};
use alert::user::normal_email;
use alert::{User, UserId};

const KIND: Kind = Kind("USER");

impl Store {
    /// Every user, in the order of their ids.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn users(&self) -> Result<Vec<User>, Error> {
        self.all_documents(KIND).await
    }

    /// One user.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn user(&self, id: &UserId) -> Result<Option<User>, Error> {
        self.get_document(KIND, id.as_str()).await
    }

    /// The user with this email, in any case.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn user_by_email(&self, email: &str) -> Result<Option<User>, Error> {
        let email = normal_email(email);
        let Some(id) = self.named(KIND, &email).await? else {
            return Ok(None);
        };
        // Between the two reads the email may have gone to somebody else: then this is not the person.
        let user: Option<User> = self.get_document(KIND, &id).await?;
        Ok(user.filter(|user| user.email == email))
    }

    /// Stores a new user.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn create_user(&self, user: &User) -> Result<Taken, Error> {
        self.create_document(KIND, user.id.as_str(), &user.email, user).await
    }

    /// Replaces `old` by `new`, which has the same id.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn update_user(&self, old: &User, new: &User) -> Result<Taken, Error> {
        self.replace_document(KIND, new.id.as_str(), (&old.email, &new.email), new).await
    }

    /// Deletes a user.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn delete_user(&self, user: &User) -> Result<Taken, Error> {
        self.delete_document(KIND, user.id.as_str(), &user.email).await
    }
}
