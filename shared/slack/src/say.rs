//! Every sentence the bot says to one person, and the texts of its modals. They are plain text: send them with
//! [`Message::plain`](crate::message::Message::plain), which keeps names from being markup.

use crate::identity::Reason;
use crate::refusal::{Verdict as Refusal, verdict};
use crate::text;
use alert::boomerang::{MAX_OPEN, Refused, Verdict};
use alert::change::{Conflict, ConflictNow};
use alert::indicator::IndicatorKind;
use alert::intel::{Provider, Why};
use alert::{Action, Assignee, Status};

/// Titles, labels and buttons of the resolution modal.
pub const RESOLVE_TITLE: &str = "Resolve alert";
pub const RESOLVE_SUBMIT: &str = "Resolve";
pub const RESOLVE_CLOSE: &str = "Cancel";
pub const RESOLVE_LABEL: &str = "Resolution comment";
pub const RESOLVE_HINT: &str = "It goes to the alert's thread and history.";

/// The button that sends a boomerang, and its modal.
pub const BOOMERANG_BUTTON: &str = "🪃 Boomerang";
pub const BOOMERANG_TITLE: &str = "🪃 Boomerang";
pub const BOOMERANG_SUBMIT: &str = "🪃 Send";
pub const BOOMERANG_CLOSE: &str = "Cancel";
pub const RECIPIENT_LABEL: &str = "Recipient";
pub const RECIPIENT_PLACEHOLDER: &str = "Who can tell more?";
pub const QUESTION_LABEL: &str = "Message";
pub const QUESTION_HINT: &str =
    "The recipient gets it in a direct message. Message and answer go to the alert's thread.";
pub const SHARE_LABEL: &str = "Event details";
pub const SHARE_OPTION: &str = "Share Event Details with Recipient";

/// The direct message that the recipient gets.
pub const BOOMERANG_HEADER: &str = "Your help has been requested!";
pub const BOOMERANG_ASKS: &str = " asks:";
pub const BOOMERANG_EVENT_DETAILS: &str = "Event details\n";
pub const ANSWER_LABEL: &str = "Your answer";
pub const CONFIRM_BUTTON: &str = "Confirm";
pub const REPORT_BUTTON: &str = "Report Suspicious Activity";
pub const REPORT_TITLE: &str = "Report suspicious activity?";
pub const REPORT_TEXT: &str = "The security team is told that this was not you, or not as it should be.";
pub const REPORT_YES: &str = "Report";
pub const REPORT_NO: &str = "Go back";
/// Where there is nothing to see.
pub const EMPTY: &str = "(empty)";
pub const SOMEBODY: &str = "Somebody";

/// The reminder, before and after the name of who asks.
pub const REMINDER_BEFORE: &str = "Reminder: ";
pub const REMINDER_AFTER: &str = " still waits for your answer. Please answer with the buttons of the message above:";

/// In the alert's thread.
pub const CANCEL_BUTTON: &str = "Cancel";
pub const EVENT_SHARED: &str = "The first event was shared with them.";
pub const OVERDUE: &str =
    " has not answered your question yet. Ask somebody else, or ask them in another way; a late answer still counts.";

/// The button that shows an alert's details, and the reply.
pub const DETAILS_BUTTON: &str = "Show Alert Details";
pub const DETAILS_ASKED: &str = " asked for the details of this alert";
pub const SUMMARY_FIELDS: &str = "Summary Fields";
pub const EVENT_DETAILS: &str = "Event Details";
pub const CONTEXT: &str = "Context";
pub const FIRST_EVENT: &str = "First Event";
pub const NO_FIRST_EVENT: &str = "The alert came without a first event.";
pub const FIRST_EVENT_FILE: &str = "First Event";
pub const FACT_TYPE: &str = "Type";
pub const FACT_LOG_TYPES: &str = "Log types";
pub const FACT_RECEIVED: &str = "Received";
pub const FACT_CREATED: &str = "Created";
pub const FACT_FIRST_EVENT: &str = "First event at";
pub const FACT_DETECTION: &str = "Detection";
pub const FACT_VERSION: &str = "Version";
pub const FACT_TAGS: &str = "Tags";

/// The button that leads to threat intelligence, its modal, and the reply.
pub const INTEL_BUTTON: &str = "See Threat Intel";
pub const INTEL_TITLE: &str = "Threat intelligence";
pub const INTEL_CLOSE: &str = "Close";
pub const INTEL_PROMPT: &str =
    "Choose a value of this alert. Margay asks at once, and everybody sees the answer in the alert's thread.";
pub const INTEL_PLACEHOLDER: &str = "Choose a value";
pub const INTEL_ASKED: &str = " asked what is known of ";
pub const INTEL_NOBODY: &str = "No provider that knows of such values is switched on.";

/// What a group of values is called.
pub(crate) fn indicators(kind: IndicatorKind) -> &'static str {
    match kind {
        IndicatorKind::Ip => "IP addresses",
        IndicatorKind::Domain => "Domains",
        IndicatorKind::Hash => "File hashes",
        IndicatorKind::Email => "Email addresses",
    }
}

/// The label of the link to a provider's own page.
pub(crate) fn more_at(provider: &str) -> String {
    format!("More at {provider}")
}

/// How many more there are than are shown.
pub(crate) fn and_more(count: usize) -> String {
    format!("and {count} more")
}

/// How often something came.
pub(crate) fn times(count: u64) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}

/// That JSON was cut, and how much of it.
pub(crate) fn cut_off(missing: usize, all: usize) -> String {
    format!("… (cut: {missing} of {all} characters are missing here)")
}

/// That a value is being analysed, in the modal in which it was chosen.
pub fn intel_asked(providers: &[Provider], value: &str) -> String {
    let value = text::one_line(value);
    let names: Vec<&str> = providers.iter().map(|provider| provider.name()).collect();
    let asks = match names.as_slice() {
        [] => format!("Margay knows {value} by itself."),
        [one] => format!("Margay asks {one} about {value}."),
        [first @ .., last] => format!("Margay asks {} and {last} about {value}.", first.join(", ")),
    };
    format!("{asks} The answer appears in the alert's thread.")
}

/// Why a provider said nothing, behind its name.
pub(crate) fn unavailable(why: Why) -> &'static str {
    match why {
        Why::Down => "is down.",
        Why::Quota => "is over its quota.",
        Why::BadKey => "does not accept Margay's key.",
        Why::TimedOut => "took too long.",
    }
}

/// To somebody who wants to know more of an alert and whose modal could not be opened in the 3 s that Slack gives.
pub fn intel_too_late() -> &'static str {
    "The window could not be opened in time. Please click See Threat Intel again."
}

/// To somebody who wants to know more of an alert of which nothing can be asked (any more).
pub fn nothing_to_analyse() -> &'static str {
    "No provider that is switched on knows of anything in this alert."
}

/// To a registered user who may not see alerts.
pub fn may_not_see() -> &'static str {
    "You may not see alerts. Ask someone who may manage users to give you the permission ViewAlerts."
}

/// An AI's triage in the alert's thread.
pub const AI_HEADER: &str = "AI Analysis";
pub const AI_SUMMARY: &str = "Summary";
pub const AI_FINDINGS: &str = "Key Findings";
pub const AI_IMPLICATIONS: &str = "Security Implications";
pub const AI_ACTIONS: &str = "Recommended Actions";
pub const AI_CAUTION: &str = "An AI wrote this from the alert's data. Check it before you act on it.";
pub const AI_VIEW_BUTTON: &str = "View full AI triage";

/// Who gave an AI's triage to Margay.
pub(crate) fn ai_given_by(name: &str) -> String {
    format!("Given by {name}")
}

/// What the recipient answered, to them.
pub fn boomerang_answered(verdict: Verdict, late: bool) -> &'static str {
    match (verdict, late) {
        (Verdict::Confirmed, false) => "You answered: Confirm. Thank you!",
        (Verdict::Confirmed, true) => "You answered late: Confirm. Thank you!",
        (Verdict::Suspicious, false) => "You reported suspicious activity. The security team has been told. Thank you!",
        (Verdict::Suspicious, true) => {
            "You reported suspicious activity, late. The security team has been told. Thank you!"
        }
    }
}

/// That no answer is needed any more, to the recipient.
pub fn boomerang_cancelled(by: &str) -> String {
    match text::cut(&text::one_line(by), 150) {
        nobody if nobody.is_empty() => "This request was cancelled. No answer is needed any more.".to_owned(),
        name => format!("This request was cancelled by {name}. No answer is needed any more."),
    }
}

/// What the recipient answered, behind their name in the alert's thread.
pub(crate) fn boomerang_verdict(label: &str, late: bool) -> String {
    if late { format!(" answered late: {label}") } else { format!(" answered: {label}") }
}

/// That an answer opened the alert again.
pub(crate) fn reopened(from: Status) -> String {
    format!("The alert was {} and is open again.", from.label())
}

/// To somebody who wants to ask a Slack user who cannot be asked.
pub fn not_askable(reason: Reason) -> &'static str {
    match reason {
        Reason::Deactivated => "This Slack account is deactivated. Choose somebody else.",
        Reason::Bot => "This is an app, which cannot answer. Choose a person.",
        Reason::Stranger => {
            "This person belongs to another organisation. Choose a member of this workspace, or ask them in another way."
        }
        // Guests may be asked: a question changes nothing.
        Reason::Guest | Reason::UnconfirmedEmail | Reason::NoEmail => {
            "This person cannot be asked. Choose somebody else."
        }
    }
}

/// To somebody whose question cannot be sent because Slack refuses with `code`: why, and what to do.
pub fn undeliverable(method: &str, code: &str) -> String {
    let sentence = match code {
        "user_disabled" | "is_inactive" => not_askable(Reason::Deactivated),
        "cannot_dm_bot" | "invalid_user_combination" => not_askable(Reason::Bot),
        "user_not_found"
        | "user_not_visible"
        | "channel_not_found"
        | "method_not_supported_for_channel_type"
        | "restricted_action"
        | "not_in_channel"
        | "posting_to_channel_denied"
        | "no_permission" => {
            "Slack lets the app send them no direct message. Choose somebody else, or ask them in another way."
        }
        "messages_tab_disabled" => {
            "The Slack app takes no direct messages. Ask whoever manages it to switch on its Messages tab, and ask in another way meanwhile."
        }
        _ => match verdict(method, code) {
            Refusal::Dead { what_to_do } | Refusal::Bug { what_to_do } => what_to_do,
            Refusal::RepostOnce | Refusal::CutText | Refusal::BackOff => "Ask them in another way.",
        },
    };
    format!("{sentence} (Slack says {code}.)")
}

/// To somebody whose question was not sent for a day, or may have been: whether cannot be told.
pub fn undelivered(why: &str) -> String {
    format!("{why} Ask them in another way.")
}

/// To somebody whose change to a boomerang, or new one, is refused.
pub fn boomerang_refused(refused: &Refused) -> String {
    match refused {
        Refused::TooManyOpen => format!(
            "{MAX_OPEN} questions about this alert wait for an answer already, so nothing was sent. Cancel one of them first."
        ),
        Refused::Unknown => "Margay does not know this question (any more), so nothing was changed.".to_owned(),
        Refused::NotAsked => "Only the person who was asked can answer, so nothing was changed.".to_owned(),
        Refused::Answered => "This question was answered already, so nothing was changed.".to_owned(),
        Refused::Cancelled { by } => {
            format!("{} cancelled this question already, so nothing was changed.", text::one_line(by.name()))
        }
        Refused::Undelivered => "This question never reached its recipient, so there is nothing to cancel.".to_owned(),
    }
}

/// To somebody in the modal of a boomerang without a question or a recipient.
pub fn missing_input() -> &'static str {
    "Fill this in, please."
}

/// To somebody whose modal for a boomerang could not be opened in the 3 s that Slack gives.
pub fn boomerang_too_late() -> &'static str {
    "The window could not be opened in time, so nothing was sent. Please click Boomerang again."
}

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
        Action::SendBoomerang { .. }
        | Action::AnswerBoomerang { .. }
        | Action::CancelBoomerang { .. }
        | Action::NoteOverdueBoomerang { .. }
        | Action::NoteUndeliveredBoomerang { .. }
        | Action::ShowDetails { .. }
        | Action::ShowIntel { .. }
        | Action::TriageByAi { .. } => "nothing was changed.".to_owned(),
    };
    format!("{winner} {now} a moment before you; {lost} Choose again if you still want it.")
}

fn name(assignee: &Assignee) -> String {
    text::one_line(&assignee.name)
}
