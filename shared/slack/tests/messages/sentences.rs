//! What the bot says to one person.

use crate::sample::{assignee, user};
use alert::change::{Conflict, ConflictNow};
use alert::{Action, Status};
use insta::assert_snapshot;
use slack::identity::Reason;
use slack::say;

#[test]
fn an_unknown_user() {
    assert_snapshot!(say::unknown_user("linus@acme.example"), @"Your Slack email linus@acme.example is not registered in Margay, so nothing was changed. Ask someone who may manage users to add it.");
}

#[test]
fn a_refused_user_learns_why_and_who_can_help() {
    let reasons =
        [Reason::Deactivated, Reason::Bot, Reason::Stranger, Reason::Guest, Reason::UnconfirmedEmail, Reason::NoEmail];
    assert_snapshot!(reasons.map(say::refused).join("\n"), @"
    Your Slack account is deactivated, so nothing was changed.
    Apps cannot change alerts from Slack, so nothing was changed. They can use the REST API with an API key.
    You belong to another organisation's Slack, so nothing was changed. Ask a member of this workspace to do it.
    Guests of this Slack workspace cannot change alerts, so nothing was changed. Ask a full member to do it, or a workspace admin to make you one.
    Your Slack email is not confirmed yet, so nothing was changed. Confirm it in your Slack account settings and try again.
    Slack does not show Margay your email, so nothing was changed. Add one to your Slack profile, or ask a workspace admin to give the app the scope users:read.email.
    ");
}

#[test]
fn a_missing_permission() {
    assert_snapshot!(say::no_permission(), @"You may not change alerts, so nothing was changed. Ask someone who may manage users to give you the permission ManageAlerts.");
}

#[test]
fn an_assignee_who_cannot_be() {
    assert_snapshot!(say::unknown_assignee(), @"That person is not a registered user of Margay (any more), so the alert was not assigned. Ask someone who may manage users to add them.");
    assert_snapshot!(say::assignee_without_permission("Auston"), @"Auston may not work on alerts, so the alert was not assigned. Ask someone who may manage users to give them the permission ViewAlerts.");
}

#[test]
fn what_margay_does_not_know() {
    assert_snapshot!(say::unknown_alert(), @"Margay does not know this alert (any more), so nothing was changed.");
    assert_snapshot!(say::unknown_choice(), @"Margay does not know this choice, so nothing was changed. The message may be from another version: try a newer one.");
}

#[test]
fn what_went_wrong() {
    assert_snapshot!(say::try_again(), @"Something went wrong on the way, so nothing was changed. Please try again in a moment.");
    assert_snapshot!(say::modal_too_late(), @"The window could not be opened in time, so nothing was changed. Please choose Resolved again.");
}

#[test]
fn who_loses_a_conflict_learns_what_is_now_and_what_was_not_done() {
    let to = |now| Conflict { winner: user("u1", "Auston"), now };
    let set = |status, comment: Option<&str>| Action::SetStatus { status, comment: comment.map(Into::into) };
    let triaged = to(ConflictNow::Status(Status::Triaged));
    let assigned = to(ConflictNow::Assignee(Some(assignee("u2", "Mitch"))));
    let unassigned = to(ConflictNow::Assignee(None));
    let sentences = [
        say::conflict(&triaged, &set(Status::Resolved, Some("was me"))),
        say::conflict(&triaged, &set(Status::Closed, None)),
        say::conflict(&assigned, &Action::Assign { assignee: Some(assignee("u3", "Linus")) }),
        say::conflict(&assigned, &Action::Assign { assignee: None }),
        say::conflict(&unassigned, &Action::Assign { assignee: Some(assignee("u3", "Linus")) }),
    ];
    assert_snapshot!(sentences.join("\n"), @"
    Auston set this alert to Triaged a moment before you; your Resolved was not applied. Your comment was kept. Choose again if you still want it.
    Auston set this alert to Triaged a moment before you; your Invalid was not applied. Choose again if you still want it.
    Auston assigned this alert to Mitch a moment before you; your assignment to Linus was not applied. Choose again if you still want it.
    Auston assigned this alert to Mitch a moment before you; the alert was not unassigned. Choose again if you still want it.
    Auston unassigned this alert a moment before you; your assignment to Linus was not applied. Choose again if you still want it.
    ");
}
