//! What Slack last said of a destination's channel: its id and name, and whether alerts can be posted there.

use serde::{Deserialize, Serialize};

/// As many earlier ids of a channel are remembered; a channel gets another id once or twice in its life.
const FORMER_IDS: usize = 8;

/// Whether alerts can be posted to a destination's channel.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Readiness {
    /// Slack could not be asked yet.
    #[default]
    NotAsked,
    Ready,
    /// The bot is not in the channel.
    WaitingForInvite,
    ChannelArchived,
    /// The channel was deleted.
    ChannelGone,
    /// The app was removed from the workspace.
    AppUninstalled,
    TokenRevoked,
    /// No installation of the app is known for the destination's workspace.
    NotInstalled,
}

impl Readiness {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::NotAsked,
        Self::Ready,
        Self::WaitingForInvite,
        Self::ChannelArchived,
        Self::ChannelGone,
        Self::AppUninstalled,
        Self::TokenRevoked,
        Self::NotInstalled,
    ];

    /// Whether no channel of the installation can be posted to.
    pub fn is_app_lost(self) -> bool {
        match self {
            Self::AppUninstalled | Self::TokenRevoked | Self::NotInstalled => true,
            Self::NotAsked | Self::Ready | Self::WaitingForInvite | Self::ChannelArchived | Self::ChannelGone => false,
        }
    }
}

/// What is known of a channel.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Slack's id of the channel, once it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel_id: Option<String>,
    /// Its name, without `#`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel_name: Option<String>,
    /// Ids that it had before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former_ids: Vec<String>,
    #[serde(default)]
    pub readiness: Readiness,
    /// The last welcome message that was sent with an `Idempotency-Key`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub welcome: Option<Welcome>,
    /// How often it was written: whoever writes says what they have read.
    #[serde(skip)]
    pub version: u64,
}

/// A welcome message that was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// Derived from the key with which it was asked for.
    pub request: String,
    pub channel: String,
    pub ts: String,
}

impl Place {
    /// The channel is called `id` from now on.
    pub fn moved(&mut self, from: &str, to: &str) {
        self.former_ids.retain(|id| id != to && id != from);
        self.former_ids.push(from.to_owned());
        let surplus = self.former_ids.len().saturating_sub(FORMER_IDS);
        self.former_ids.drain(..surplus);
        self.channel_id = Some(to.to_owned());
    }

    /// The present id of what was once the channel `id`.
    pub fn present<'a>(&'a self, id: &'a str) -> &'a str {
        match &self.channel_id {
            Some(present) if self.former_ids.iter().any(|former| former == id) => present,
            Some(_) | None => id,
        }
    }
}

/// Whether a channel is given by its id, such as `C0123456789`: names are in lower case.
pub fn is_channel_id(channel: &str) -> bool {
    let part_of_id = |c: u8| c.is_ascii_uppercase() || c.is_ascii_digit();
    channel.strip_prefix(['C', 'G', 'D']).is_some_and(|rest| rest.len() >= 2 && rest.bytes().all(part_of_id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_is_followed_from_id_to_id_and_back() {
        let mut place = Place { channel_id: Some("G1".to_owned()), ..Place::default() };
        assert_eq!(place.present("G1"), "G1");
        place.moved("G1", "C1");
        place.moved("C1", "C2");
        for id in ["G1", "C1", "C2"] {
            assert_eq!(place.present(id), "C2");
        }
        assert_eq!(place.present("C9"), "C9", "another channel");
        place.moved("C2", "G1");
        assert_eq!((place.present("C2"), place.present("G1")), ("G1", "G1"));
    }

    #[test]
    fn a_repeated_move_changes_nothing_and_only_the_last_ids_are_kept() {
        let mut place = Place { channel_id: Some("C0".to_owned()), ..Place::default() };
        place.moved("C0", "C1");
        let once = place.clone();
        place.moved("C0", "C1");
        assert_eq!(place, once);
        for n in 1..30 {
            place.moved(&format!("C{n}"), &format!("C{}", n + 1));
        }
        assert_eq!(place.former_ids.len(), FORMER_IDS);
        assert_eq!(place.present("C29"), "C30");
    }

    #[test]
    fn ids_are_told_from_names() {
        for id in ["C0123456789", "G01", "D0X"] {
            assert!(is_channel_id(id), "{id}");
        }
        for name in ["soc", "C", "C1", "c0123456789", "Calerts", "general"] {
            assert!(!is_channel_id(name), "{name}");
        }
    }
}
