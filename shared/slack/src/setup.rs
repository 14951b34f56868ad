//! Setting up: whether a destination's channel can be posted to, and every sentence about that.

use crate::client::ChannelInfo;
use crate::text;
use alert::Readiness;

/// Whether alerts can be posted to a channel that the bot can see.
pub fn readiness(channel: &ChannelInfo) -> Readiness {
    match channel {
        ChannelInfo { is_archived: true, .. } => Readiness::ChannelArchived,
        ChannelInfo { is_member: false, .. } => Readiness::WaitingForInvite,
        ChannelInfo { .. } => Readiness::Ready,
    }
}

/// What a refusal with `code` says of a destination; `None` if it is about something else.
pub fn after_refusal(code: &str) -> Option<Readiness> {
    match code {
        // A private channel that the bot is not in looks to it like one that does not exist.
        "not_in_channel" | "channel_not_found" => Some(Readiness::WaitingForInvite),
        "is_archived" | "is_inactive" => Some(Readiness::ChannelArchived),
        "account_inactive" => Some(Readiness::AppUninstalled),
        "token_revoked" | "token_expired" | "invalid_auth" | "not_authed" => Some(Readiness::TokenRevoked),
        _ => None,
    }
}

/// A destination's readiness in a few words, as the API shows it.
pub fn label(readiness: Readiness) -> &'static str {
    match readiness {
        Readiness::NotAsked => "not checked yet",
        Readiness::Ready => "ready",
        Readiness::WaitingForInvite => "waiting for /invite @Margay",
        Readiness::ChannelArchived => "channel archived",
        Readiness::ChannelGone => "channel deleted",
        Readiness::AppUninstalled => "app uninstalled",
        Readiness::TokenRevoked => "token revoked",
        Readiness::NotInstalled => "app not installed",
    }
}

/// What to do about it; empty if nothing is.
pub fn what_to_do(readiness: Readiness) -> &'static str {
    match readiness {
        Readiness::NotAsked => {
            "Slack could not be asked about the channel yet. Margay looks again when the first alert is sent there; POST /destinations/{id}/welcome does so now."
        }
        Readiness::Ready => "",
        Readiness::WaitingForInvite => {
            "Type /invite @Margay in the channel. If it is private and was given by its id, check the id, too: a private channel that Margay is not in looks to it like one that does not exist."
        }
        Readiness::ChannelArchived => "Unarchive the channel, or give the destination another one.",
        Readiness::ChannelGone => "Give the destination another channel.",
        Readiness::AppUninstalled => {
            "Install the Slack app again (POST /slack/install, or its new bot token in the secret), and invite it to the channel."
        }
        Readiness::TokenRevoked => {
            "Install the Slack app again (POST /slack/install, or its new bot token in the secret)."
        }
        Readiness::NotInstalled => {
            "Install the Slack app in the destination's workspace (POST /slack/install), or give the destination another workspace."
        }
    }
}

/// Where Slack shows a channel's id.
const WHERE_THE_ID_IS: &str =
    "in Slack, click the channel's name; its id, such as C0123456789, stands at the bottom of the dialog";

/// The rules that a destination's `channel` can break, to stand behind the field's name.
pub fn needs_an_id() -> String {
    format!("must be a channel's id, because the app is installed for a whole organisation: {WHERE_THE_ID_IS}")
}

/// No channel has the name.
pub fn no_such_channel(name: &str) -> String {
    format!(
        "must name a channel that Margay can see, and #{} is none: check the spelling; if it is private, type /invite @Margay there first",
        text::one_line(name)
    )
}

/// There are too many channels to look through.
pub fn too_many_channels() -> String {
    format!("must be a channel's id, because the workspace has too many channels to look for a name: {WHERE_THE_ID_IS}")
}

/// The channel is archived.
pub fn archived_channel() -> &'static str {
    "must not be an archived channel: unarchive it first, or give another one"
}

/// The message that tests a destination.
pub fn welcome(destination: &str) -> String {
    format!(
        "Welcome! This channel is Margay's destination \"{}\": alerts that are routed to it appear here.",
        text::one_line(destination)
    )
}

/// To a channel that the bot was just invited to; `destinations` are the names of those that post there.
pub fn joined(destinations: &[String]) -> String {
    let names: Vec<String> = destinations.iter().map(|name| format!("\"{}\"", text::one_line(name))).collect();
    match names.as_slice() {
        [] => "Thanks for the invitation! No destination of Margay posts to this channel yet. To make one: POST /destinations with this channel's id or name (docs/api.md).".to_owned(),
        [name] => format!("Margay is ready here: alerts that are routed to the destination {name} appear in this channel."),
        [first @ .., last] => format!(
            "Margay is ready here: alerts that are routed to the destinations {} and {last} appear in this channel.",
            first.join(", ")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn each_state_has_its_own_words_and_says_what_to_do() {
        let labels: HashSet<_> = Readiness::ALL.into_iter().map(label).collect();
        assert_eq!(labels.len(), Readiness::ALL.len());
        for readiness in Readiness::ALL {
            assert_eq!(what_to_do(readiness).is_empty(), readiness == Readiness::Ready, "{readiness:?}");
        }
        let all: Vec<_> =
            Readiness::ALL.into_iter().map(|one| format!("{}: {}", label(one), what_to_do(one))).collect();
        insta::assert_snapshot!(all.join("\n"), @r"
        not checked yet: Slack could not be asked about the channel yet. Margay looks again when the first alert is sent there; POST /destinations/{id}/welcome does so now.
        ready: 
        waiting for /invite @Margay: Type /invite @Margay in the channel. If it is private and was given by its id, check the id, too: a private channel that Margay is not in looks to it like one that does not exist.
        channel archived: Unarchive the channel, or give the destination another one.
        channel deleted: Give the destination another channel.
        app uninstalled: Install the Slack app again (POST /slack/install, or its new bot token in the secret), and invite it to the channel.
        token revoked: Install the Slack app again (POST /slack/install, or its new bot token in the secret).
        app not installed: Install the Slack app in the destination's workspace (POST /slack/install), or give the destination another workspace.
        ");
    }

    #[test]
    fn a_channel_is_ready_if_it_is_open_and_the_bot_is_in_it() {
        let channel = |is_archived, is_member| {
            readiness(&ChannelInfo { id: "C1".to_owned(), name: "soc".to_owned(), is_archived, is_member })
        };
        assert_eq!(channel(false, true), Readiness::Ready);
        assert_eq!(channel(false, false), Readiness::WaitingForInvite);
        assert_eq!(channel(true, true), Readiness::ChannelArchived);
        assert_eq!(channel(true, false), Readiness::ChannelArchived);
    }

    #[test]
    fn refusals_tell_what_became_of_channel_and_app() {
        for (code, expected) in [
            ("not_in_channel", Some(Readiness::WaitingForInvite)),
            ("channel_not_found", Some(Readiness::WaitingForInvite)),
            ("is_archived", Some(Readiness::ChannelArchived)),
            ("account_inactive", Some(Readiness::AppUninstalled)),
            ("token_revoked", Some(Readiness::TokenRevoked)),
            ("invalid_blocks", None),
            ("missing_scope", None),
        ] {
            assert_eq!(after_refusal(code), expected, "{code}");
        }
    }

    #[test]
    fn the_sentences_read_well_and_names_in_them_stay_names() {
        let hostile = "<!channel> *bold*\n\u{202e}evil";
        let all = [
            needs_an_id(),
            no_such_channel("soc"),
            no_such_channel(hostile),
            too_many_channels(),
            archived_channel().to_owned(),
            welcome("SOC"),
            welcome(hostile),
            joined(&[]),
            joined(&["SOC".to_owned()]),
            joined(&["SOC".to_owned(), "Night".to_owned(), hostile.to_owned()]),
        ];
        insta::assert_snapshot!(all.join("\n"), @r#"
        must be a channel's id, because the app is installed for a whole organisation: in Slack, click the channel's name; its id, such as C0123456789, stands at the bottom of the dialog
        must name a channel that Margay can see, and #soc is none: check the spelling; if it is private, type /invite @Margay there first
        must name a channel that Margay can see, and #<!channel> *bold* �evil is none: check the spelling; if it is private, type /invite @Margay there first
        must be a channel's id, because the workspace has too many channels to look for a name: in Slack, click the channel's name; its id, such as C0123456789, stands at the bottom of the dialog
        must not be an archived channel: unarchive it first, or give another one
        Welcome! This channel is Margay's destination "SOC": alerts that are routed to it appear here.
        Welcome! This channel is Margay's destination "<!channel> *bold* �evil": alerts that are routed to it appear here.
        Thanks for the invitation! No destination of Margay posts to this channel yet. To make one: POST /destinations with this channel's id or name (docs/api.md).
        Margay is ready here: alerts that are routed to the destination "SOC" appear in this channel.
        Margay is ready here: alerts that are routed to the destinations "SOC", "Night" and "<!channel> *bold* �evil" appear in this channel.
        "#);
    }
}
