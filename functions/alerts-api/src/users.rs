//! Registered users: the people that Slack users are taken for, by email. The only place that shows emails.

use crate::answer::{Answer, Page};
use crate::auth::may_grant;
use crate::problem::Problem;
use crate::query::Query;
use crate::{Api, Call, paging, random};
use alert::user::{User, UserFields};
use alert::{Permission, UserId};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use store::Taken;

/// Panther's page size for users.
const PAGE: usize = 60;

/// A user in Panther's shape, with `name` and `permissions`, which are ours.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct UserShape<'a> {
    id: &'a str,
    email: &'a str,
    given_name: &'a str,
    family_name: &'a str,
    name: &'a str,
    permissions: &'a [Permission],
    /// A user who may do nothing any more is deleted, so all are enabled and active.
    enabled: bool,
    status: &'static str,
    created_at: Timestamp,
    updated_at: Timestamp,
}

fn shape(user: &User) -> UserShape<'_> {
    let (given_name, family_name) = user.name.trim().rsplit_once(' ').unwrap_or((&user.name, ""));
    UserShape {
        id: user.id.as_str(),
        email: &user.email,
        given_name,
        family_name,
        name: &user.name,
        permissions: &user.permissions,
        enabled: true,
        status: "ACTIVE",
        created_at: user.created_at,
        updated_at: user.updated_at,
    }
}

impl Api {
    /// `GET /users`, in the order of their ids. The cursor is the id of the last one given.
    pub(crate) async fn list_users(&self, query: &mut Query) -> Result<Answer, Problem> {
        let limit = query.limit(PAGE, PAGE);
        let cursor = query.filled("cursor");
        query.check()?;
        let after: Option<UserId> = cursor.map(|text| paging::decode(&text, Value::is_string)).transpose()?;
        let users = self.store.users().await?;
        let mut rest = users.iter().filter(|user| after.as_ref().is_none_or(|after| user.id > *after));
        let shown: Vec<&User> = rest.by_ref().take(limit).collect();
        let next = rest.next().and(shown.last()).map(|last| paging::encode(&last.id));
        Ok(Answer::ok(&Page { results: shown.into_iter().map(shape).collect(), next }))
    }

    /// `GET /users/{id}`.
    pub(crate) async fn get_user(&self, call: &Call<'_>) -> Result<Answer, Problem> {
        Ok(Answer::ok(&shape(&self.user(&call.id).await?)))
    }

    /// `POST /users`.
    pub(crate) async fn create_user(&self, call: &Call<'_>) -> Result<Answer, Problem> {
        let UserFields { email, name, permissions } = UserFields::parse(call.body, true)?;
        let user = User {
            id: UserId::new(random::id()).expect("hex digits are an id"),
            email: email.unwrap_or_default(),
            name: name.unwrap_or_default(),
            permissions: permissions.unwrap_or_default(),
            created_at: call.now,
            updated_at: call.now,
        };
        may_grant(&call.caller, &user.permissions)?;
        match self.store.create_user(&user).await? {
            Taken::Free => Ok(Answer::created(&format!("/users/{}", user.id), &shape(&user))),
            Taken::ByAnother | Taken::Gone => Err(Problem::Taken { field: "email" }),
        }
    }

    /// `PATCH` or `PUT /users/{id}`: what the body names is changed, the rest stays.
    pub(crate) async fn update_user(&self, call: &Call<'_>) -> Result<Answer, Problem> {
        let old = self.user(&call.id).await?;
        let UserFields { email, name, permissions } = UserFields::parse(call.body, false)?;
        let new = User {
            email: email.unwrap_or_else(|| old.email.clone()),
            name: name.unwrap_or_else(|| old.name.clone()),
            permissions: permissions.unwrap_or_else(|| old.permissions.clone()),
            updated_at: call.now,
            ..old.clone()
        };
        // Another email is another person, who is given everything this user may do.
        let kept: &[Permission] = if new.email == old.email { &old.permissions } else { &[] };
        may_grant(&call.caller, new.permissions.iter().filter(|permission| !kept.contains(permission)))?;
        match self.store.update_user(&old, &new).await? {
            Taken::Free => Ok(Answer::ok(&shape(&new))),
            Taken::ByAnother => Err(Problem::Taken { field: "email" }),
            Taken::Gone => Err(no_such(&call.id)),
        }
    }

    /// `DELETE /users/{id}`. Alerts assigned to the user stay so, under the name they had.
    pub(crate) async fn delete_user(&self, call: &Call<'_>) -> Result<Answer, Problem> {
        let user = self.user(&call.id).await?;
        match self.store.delete_user(&user).await? {
            Taken::Free => Ok(Answer::done()),
            Taken::ByAnother | Taken::Gone => Err(no_such(&call.id)),
        }
    }

    async fn user(&self, id: &str) -> Result<User, Problem> {
        let found = match UserId::new(id) {
            Ok(id) => self.store.user(&id).await?,
            Err(_) => None,
        };
        found.ok_or_else(|| no_such(id))
    }
}

fn no_such(id: &str) -> Problem {
    Problem::no_such("user", id)
}
