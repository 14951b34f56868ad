//! Registered users and API keys: who may do what.

use crate::fields::{FieldError, Fields};
use crate::{Assignee, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What somebody is allowed to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Permission {
    /// Read alerts, their history and their comments.
    ViewAlerts,
    /// Change status and assignee, comment.
    ManageAlerts,
    /// Create, change and delete destinations.
    ManageDestinations,
    /// Create, change and delete users and API keys.
    ManageUsers,
    /// See, create, change, install and delete log sources.
    ManageLogSources,
}

impl Permission {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::ViewAlerts, Self::ManageAlerts, Self::ManageDestinations, Self::ManageUsers, Self::ManageLogSources];

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ViewAlerts => "ViewAlerts",
            Self::ManageAlerts => "ManageAlerts",
            Self::ManageDestinations => "ManageDestinations",
            Self::ManageUsers => "ManageUsers",
            Self::ManageLogSources => "ManageLogSources",
        }
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Permission {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|p| p.as_str().eq_ignore_ascii_case(text)).ok_or(())
    }
}

/// A registered user: the person that a Slack user is taken for, by email.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    pub id: UserId,
    /// Lower case, unique.
    pub email: String,
    /// As shown to people.
    pub name: String,
    pub permissions: Vec<Permission>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl User {
    /// The user as an assignee: anybody who may view alerts can be assigned one.
    pub fn assignable(&self) -> Option<Assignee> {
        let Self { id, name, email, .. } = self;
        let assignee = || Assignee { id: id.clone(), name: name.clone(), email: email.clone() };
        self.may(Permission::ViewAlerts).then(assignee)
    }

    /// Whether the user has `permission`. Who may manage alerts may view them.
    pub fn may(&self, permission: Permission) -> bool {
        allows(&self.permissions, permission)
    }
}

/// Whether `granted` contains `wanted`, or what implies it: who may manage alerts may view them.
pub fn allows(granted: &[Permission], wanted: Permission) -> bool {
    granted.contains(&wanted) || (wanted == Permission::ViewAlerts && granted.contains(&Permission::ManageAlerts))
}

/// An API key's record. The key itself is known to its owner alone; the store has its SHA-256.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiKey {
    pub id: String,
    pub name: String,
    pub permissions: Vec<Permission>,
    pub created_at: Timestamp,
}

/// What a client may set of a user; absent fields of an update stay as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserFields {
    pub email: Option<String>,
    pub name: Option<String>,
    pub permissions: Option<Vec<Permission>>,
}

impl UserFields {
    /// Reads the body of `POST /users` (`complete`: email, name and permissions are required) or of an update.
    ///
    /// # Errors
    /// Every broken rule.
    pub fn parse(body: &[u8], complete: bool) -> Result<Self, Vec<FieldError>> {
        let mut fields = Fields::parse(body)?;
        let wanted = |fields: &Fields, name: &str| complete || fields.has(name);
        let email = wanted(&fields, "email").then(|| fields.required_string("email", 254)).flatten();
        let email = email.map(|e| normal_email(&e));
        if email.as_deref().is_some_and(|e| !looks_like_email(e)) {
            fields.refuse("email", "must be an email address");
        }
        let name = wanted(&fields, "name").then(|| fields.required_string("name", 200)).flatten();
        if complete && !fields.has("permissions") {
            fields.refuse("permissions", "is required");
        }
        let permissions = fields.list_of("permissions", &Permission::ALL, Permission::as_str);
        fields.finish_strict()?;
        Ok(Self { email, name, permissions })
    }
}

/// Email addresses are compared in lower case and without blanks around them.
pub fn normal_email(email: &str) -> String {
    email.trim().to_lowercase()
}

fn looks_like_email(email: &str) -> bool {
    let blank = email.chars().any(|c| c.is_whitespace() || c.is_control());
    matches!(email.split_once('@'), Some((local, host)) if !blank && !local.is_empty() && host.contains('.')
        && !host.contains('@') && !host.starts_with('.') && !host.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_manage_alerts_may_view_them_and_nothing_else_follows() {
        assert!(allows(&[Permission::ManageAlerts], Permission::ViewAlerts));
        assert!(!allows(&[Permission::ViewAlerts], Permission::ManageAlerts));
        assert!(!allows(&[Permission::ManageUsers, Permission::ManageDestinations], Permission::ViewAlerts));
        assert!(!allows(&[], Permission::ViewAlerts));
    }

    #[test]
    fn a_new_user_names_every_missing_or_wrong_field() {
        let errors = UserFields::parse(br#"{"email":"nobody","permissions":["Fly"],"role":"x"}"#, true).unwrap_err();
        let fields: Vec<_> = errors.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["email", "name", "permissions[0]", "role"]);
    }

    #[test]
    fn an_update_touches_only_what_it_names() {
        let update = UserFields::parse(br#"{"name":"Linus"}"#, false).unwrap();
        assert_eq!(update, UserFields { email: None, name: Some("Linus".into()), permissions: None });
    }

    #[test]
    fn emails_are_compared_without_case_and_blanks() {
        let user = UserFields::parse(br#"{"email":" Linus@Acme.Example ","name":"L","permissions":[]}"#, true).unwrap();
        assert_eq!(user.email.as_deref(), Some("linus@acme.example"));
    }
}
