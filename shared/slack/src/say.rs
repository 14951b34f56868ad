//! Every sentence the bot says to one person, and the texts of its modals. They are plain text: send them with
//! [`Message::plain`](crate::message::Message::plain), which keeps names from being markup.

use crate::identity::Reason;
use crate::text;
use alert::change::{Conflict, ConflictNow};
use alert::{Action, Assignee};

/// Titles, labels and buttons of the resolution modal.
pub const RESOLVE_TITLE: &str = "Resolve alert";
pub const RESOLVE_SUBMIT: &str = "Resolve";
pub const RESOLVE_CLOSE: &str = "Cancel";
pub const RESOLVE_LABEL: &str = "Resolution comment";
pub const RESOLVE_HINT: &str = "It goes to the alert's thread and history.";

/// To somebody whose email no registered user has; it is their own email.
pub fn unknown_user(email: &str) -> String {
    format!(
        "Your Slack email {} is not registered in Margay, so nothing was changed. Ask someone who may manage users to add it.",
        text::one_line(email)
    )
}

/// To somebody whom Slack does not vouch for.
pub fn refused(reason: Reason) -> &'static str {
    match reason {
        Reason::Deactivated => "Your Slack account is deactivated, so nothing was changed.",
        Reason::Bot => {
            "Apps cannot change alerts from Slack, so nothing was changed. They can use the REST API with an API key."
        }
        Reason::Stranger => {
            "You belong to another organisation's Slack, so nothing was changed. Ask a member of this workspace to do it."
        }
        Reason::Guest => {
            "Guests of this Slack workspace cannot change alerts, so nothing was changed. Ask a full member to do it, or a workspace admin to make you one."
        }
        Reason::UnconfirmedEmail => {
            "Your Slack email is not confirmed yet, so nothing was changed. Confirm it in your Slack account settings and try again."
        }
        Reason::NoEmail => {
            "Slack does not show Margay your email, so nothing was changed. Add one to your Slack profile, or ask a workspace admin to give the app the scope users:read.email."
        }
    }
}

/// To a registered user without the permission.
pub fn no_permission() -> &'static str {
    "You may not change alerts, so nothing was changed. Ask someone who may manage users to give you the permission ManageAlerts."
}

/// To somebody who chose an assignee that is not registered (any more).
pub fn unknown_assignee() -> &'static str {
    "That person is not a registered user of Margay (any more), so the alert was not assigned. Ask someone who may manage users to add them."
}

/// To somebody who chose an assignee without the permission.
pub fn assignee_without_permission(name: &str) -> String {
    format!(
        "{} may not work on alerts, so the alert was not assigned. Ask someone who may manage users to give them the permission ViewAlerts.",
        text::one_line(name)
    )
}

/// To somebody who used a control of an alert that is not stored (any more).
pub fn unknown_alert() -> &'static str {
    "Margay does not know this alert (any more), so nothing was changed."
}

/// To somebody who chose something that the control does not offer.
pub fn unknown_choice() -> &'static str {
    "Margay does not know this choice, so nothing was changed. The message may be from another version: try a newer one."
}

/// To somebody whose click could not be handled for a passing reason.
pub fn try_again() -> &'static str {
    "Something went wrong on the way, so nothing was changed. Please try again in a moment."
}

/// To somebody whose modal could not be opened in the 3 s that Slack gives.
pub fn modal_too_late() -> &'static str {
    "The window could not be opened in time, so nothing was changed. Please choose Resolved again."
}

/// To somebody whose change lost against another's: what is now, and what was not done.
pub fn conflict(conflict: &Conflict, wanted: &Action) -> String {
    let winner = text::one_line(conflict.winner.name());
    let now = match &conflict.now {
        ConflictNow::Status(status) => format!("set this alert to {}", status.label()),
        ConflictNow::Assignee(Some(assignee)) => format!("assigned this alert to {}", name(assignee)),
        ConflictNow::Assignee(None) => "unassigned this alert".to_owned(),
    };
    let lost = match wanted {
        Action::SetStatus { status, comment: None } => format!("your {} was not applied.", status.label()),
        Action::SetStatus { status, comment: Some(_) } => {
            format!("your {} was not applied. Your comment was kept.", status.label())
        }
        Action::Assign { assignee: Some(assignee) } => {
            format!("your assignment to {} was not applied.", name(assignee))
        }
        Action::Assign { assignee: None } => "the alert was not unassigned.".to_owned(),
        Action::Comment { .. } | Action::EditComment { .. } | Action::DeleteComment { .. } => {
            "your comment was kept.".to_owned()
        }
    };
    format!("{winner} {now} a moment before you; {lost} Choose again if you still want it.")
}

fn name(assignee: &Assignee) -> String {
    text::one_line(&assignee.name)
}
