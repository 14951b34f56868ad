//! Whether a Slack user may be taken for the registered user who has the same email. Fails closed: whatever Slack does
//! not say clearly is a refusal.

use crate::client::SlackProfile;
use crate::text;

/// How much of a name is shown.
const NAME: usize = 120;

/// Slack's own bot, of which `users.info` says that it is none
/// (<https://docs.slack.dev/reference/objects/user-object>).
const SLACKBOT: &str = "USLACKBOT";

/// Whose Slack we are installed in, as `auth.test` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    pub team_id: String,
    /// The organisation, on Enterprise Grid.
    pub enterprise_id: Option<String>,
}

/// Why a Slack user is taken for nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The account is deactivated.
    Deactivated,
    /// An app, not a person.
    Bot,
    /// From another organisation, through a shared channel.
    Stranger,
    /// A guest, of one channel or several.
    Guest,
    /// Slack has not confirmed that the email is theirs.
    UnconfirmedEmail,
    /// Slack does not show us an email.
    NoEmail,
}

/// A Slack user who is taken for nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the Slack user cannot be identified: {reason:?}")]
pub struct Refused {
    pub reason: Reason,
}

/// The email by which the Slack user is known, for looking them up among the registered users.
///
/// `is_stranger` alone does not tell outsiders: Slack sets it only for those who share no channel with us
/// (<https://docs.slack.dev/reference/objects/user-object>), so the user's workspace or organisation must be `home`'s.
///
/// # Errors
/// [`Refused`] for everybody who is not a full, active member of our own Slack with a confirmed email.
pub fn judge<'a>(profile: &'a SlackProfile, home: &Home) -> Result<&'a str, Refused> {
    let refused = |reason| Err(Refused { reason });
    if profile.deleted {
        return refused(Reason::Deactivated);
    }
    if profile.is_bot {
        return refused(Reason::Bot);
    }
    if profile.is_stranger || !is_ours(profile, home) {
        return refused(Reason::Stranger);
    }
    if profile.is_restricted || profile.is_ultra_restricted {
        return refused(Reason::Guest);
    }
    if profile.is_email_confirmed != Some(true) {
        return refused(Reason::UnconfirmedEmail);
    }
    match profile.email.as_deref() {
        Some(email) if !email.trim().is_empty() => Ok(email),
        _ => refused(Reason::NoEmail),
    }
}

/// Whether the Slack user may be asked for help: a question changes nothing, so our own guests may be.
///
/// # Errors
/// [`Refused`] for apps, deactivated accounts and people of other organisations.
pub fn askable(profile: &SlackProfile, home: &Home) -> Result<(), Refused> {
    let refused = |reason| Err(Refused { reason });
    if profile.deleted {
        return refused(Reason::Deactivated);
    }
    if profile.is_bot || profile.id == SLACKBOT {
        return refused(Reason::Bot);
    }
    if profile.is_stranger || !is_ours(profile, home) {
        return refused(Reason::Stranger);
    }
    Ok(())
}

/// The name to show of somebody who is no registered user. They choose it themselves, so it says where it is from:
/// nobody can pass for a registered user, or for Margay.
pub fn name_in_slack(profile: &SlackProfile) -> String {
    let name = match text::one_line(&profile.real_name) {
        empty if empty.is_empty() => format!("Slack user {}", profile.id),
        name => text::cut(&name, NAME),
    };
    format!("{name} (Slack)")
}

fn is_ours(profile: &SlackProfile, home: &Home) -> bool {
    let theirs = [profile.team_id.as_deref(), profile.enterprise_id.as_deref()];
    let ours = [Some(home.team_id.as_str()), home.enterprise_id.as_deref()];
    theirs.iter().flatten().any(|id| !id.is_empty() && ours.contains(&Some(id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member() -> SlackProfile {
        SlackProfile {
            id: "U1".into(),
            team_id: Some("T1".into()),
            enterprise_id: None,
            email: Some("linus@acme.example".into()),
            real_name: "Linus".into(),
            deleted: false,
            is_bot: false,
            is_restricted: false,
            is_ultra_restricted: false,
            is_stranger: false,
            is_email_confirmed: Some(true),
        }
    }

    #[test]
    fn only_full_active_members_with_a_confirmed_email_are_known() {
        let home = Home { team_id: "T1".into(), enterprise_id: None };
        type Spoil = fn(&mut SlackProfile);
        let table: [(Spoil, Reason); 10] = [
            (|p| p.deleted = true, Reason::Deactivated),
            (|p| p.is_bot = true, Reason::Bot),
            (|p| p.is_stranger = true, Reason::Stranger),
            (|p| p.team_id = Some("T2".into()), Reason::Stranger),
            (|p| p.team_id = None, Reason::Stranger),
            (|p| p.is_restricted = true, Reason::Guest),
            (|p| p.is_ultra_restricted = true, Reason::Guest),
            (|p| p.is_email_confirmed = Some(false), Reason::UnconfirmedEmail),
            (|p| p.email = None, Reason::NoEmail),
            (|p| p.email = Some(" ".into()), Reason::NoEmail),
        ];
        assert_eq!(judge(&member(), &home), Ok("linus@acme.example"));
        for (spoil, reason) in table {
            let mut profile = member();
            spoil(&mut profile);
            assert_eq!(judge(&profile, &home), Err(Refused { reason }));
        }
    }

    #[test]
    fn everybody_of_our_own_can_be_asked_and_nobody_else() {
        let home = Home { team_id: "T1".into(), enterprise_id: None };
        type Spoil = fn(&mut SlackProfile);
        let asked: [Spoil; 5] = [
            |_| {},
            |p| p.is_restricted = true,
            |p| p.is_ultra_restricted = true,
            |p| p.email = None,
            |p| p.is_email_confirmed = None,
        ];
        for change in asked {
            let mut profile = member();
            change(&mut profile);
            assert_eq!(askable(&profile, &home), Ok(()));
        }
        let table: [(Spoil, Reason); 6] = [
            (|p| p.deleted = true, Reason::Deactivated),
            (|p| p.is_bot = true, Reason::Bot),
            (|p| p.id = SLACKBOT.into(), Reason::Bot),
            (|p| p.is_stranger = true, Reason::Stranger),
            (|p| p.team_id = Some("T2".into()), Reason::Stranger),
            (|p| p.team_id = None, Reason::Stranger),
        ];
        for (spoil, reason) in table {
            let mut profile = member();
            spoil(&mut profile);
            assert_eq!(askable(&profile, &home), Err(Refused { reason }));
        }
    }

    #[test]
    fn a_member_of_another_workspace_of_our_organisation_is_ours_and_of_another_organisation_is_not() {
        let home = Home { team_id: "T1".into(), enterprise_id: Some("E1".into()) };
        let mut profile = member();
        profile.team_id = Some("T2".into());
        profile.enterprise_id = Some("E1".into());
        assert!(judge(&profile, &home).is_ok());
        profile.enterprise_id = Some("E2".into());
        assert!(judge(&profile, &home).is_err());
        profile.enterprise_id = None;
        profile.team_id = Some("E1".into());
        assert!(judge(&profile, &home).is_ok());
        let workspace = Home { team_id: "T1".into(), enterprise_id: None };
        profile.team_id = Some(String::new());
        assert!(judge(&profile, &workspace).is_err());
    }

    #[test]
    fn a_name_from_slack_says_so_and_is_one_line_of_some_length() {
        let named = |name: &str| name_in_slack(&SlackProfile { real_name: name.into(), ..member() });
        assert_eq!(named("Pat  \n Doe"), "Pat Doe (Slack)");
        assert_eq!(named("Margay"), "Margay (Slack)");
        assert_eq!(named(" "), "Slack user U1 (Slack)");
        assert_eq!(named("a\u{202e}b"), "a\u{fffd}b (Slack)");
        assert!(named(&"x".repeat(5000)).len() < 140);
    }
}
