//! What people do to channels: invite, remove, join, leave, archive, rename. Each with the message that Slack puts
//! into the channel, and the events. The rules are those of a workspace whose settings nobody touched.
//!
//! The same messages stay away where a test changes members itself, or the app joins.
//! Not here: Slackbot's direct message to whoever was removed, and #general, which nobody can leave.

use serde_json::json;

use crate::feed::Change;
use crate::message::{Message, Renamed};
use crate::refusal::Refusal;
use crate::state::{Room, RoomKind, State};

/// <https://docs.slack.dev/reference/methods/conversations.rename>
const NAME_MAX: usize = 80;

impl State {
    /// `/invite`: a member brings someone in. <https://docs.slack.dev/reference/methods/conversations.invite>
    pub(crate) fn invite(&mut self, user: &str, channel: &str, invitee: &str) -> Result<(), Refusal> {
        let room = self.channel_of(channel)?;
        self.full_member(user)?;
        self.is_in(user, channel)?;
        active(room)?;
        let found = self.users.get(invitee).ok_or(Refusal::not_found(format!("no user {invitee:?}")))?;
        if found.deleted {
            return Err(Refusal::unprocessable(format!("{invitee} is deactivated")));
        }
        if room.has_member(invitee) {
            return Err(Refusal::conflict(format!("{invitee} is already in {channel}")));
        }
        if found.is_stranger && !room.channel.is_ext_shared {
            return Err(Refusal::unprocessable(format!("{invitee} is of another organisation")));
        }
        let elsewhere = |r: &Room| !matches!(r.kind, RoomKind::Im(_)) && r.has_member(invitee);
        if found.is_ultra_restricted && self.rooms.values().any(elsewhere) {
            return Err(Refusal::unprocessable(format!("{invitee} is a single-channel guest and has a channel")));
        }
        self.join(channel, invitee, Some(user));
        let mut notice = self.notice(channel, invitee, "channel_join", format!("<@{invitee}> has joined the channel"));
        notice.inviter = Some(user.to_owned());
        self.store_message(channel, notice);
        Ok(())
    }

    /// Takes someone else out: from public channels only administrators may, from private ones every member.
    /// <https://slack.com/help/articles/201898668-Remove-someone-from-a-channel>
    pub(crate) fn remove(&mut self, user: &str, channel: &str, removed: &str) -> Result<(), Refusal> {
        let room = self.channel_of(channel)?;
        self.full_member(user)?;
        self.is_in(user, channel)?;
        active(room)?;
        if user == removed {
            return Err(Refusal::unprocessable("nobody can remove themselves: leave"));
        }
        if !room.has_member(removed) {
            return Err(Refusal::unprocessable(format!("{removed} is not a member of {channel}")));
        }
        if room.kind == RoomKind::Public && !self.administers(user) {
            return Err(Refusal::unprocessable(format!("{user} is no administrator and {channel} is public")));
        }
        self.gone(channel, removed, user);
        Ok(())
    }

    /// Someone joins a public channel by themselves.
    pub(crate) fn join_as(&mut self, user: &str, channel: &str) -> Result<(), Refusal> {
        let room = self.channel_of(channel)?;
        self.full_member(user)?;
        if room.kind != RoomKind::Public {
            return Err(Refusal::unprocessable(format!("{channel} is private: one has to be invited")));
        }
        active(room)?;
        if room.has_member(user) {
            return Err(Refusal::conflict(format!("{user} is already in {channel}")));
        }
        self.join(channel, user, None);
        let notice = self.notice(channel, user, "channel_join", format!("<@{user}> has joined the channel"));
        self.store_message(channel, notice);
        Ok(())
    }

    pub(crate) fn leave_as(&mut self, user: &str, channel: &str) -> Result<(), Refusal> {
        let room = self.channel_of(channel)?;
        self.active_person(user)?;
        self.is_in(user, channel)?;
        active(room)?;
        self.gone(channel, user, user);
        Ok(())
    }

    /// <https://docs.slack.dev/reference/methods/conversations.archive>
    pub(crate) fn archive(&mut self, user: &str, channel: &str) -> Result<(), Refusal> {
        let room = self.channel_of(channel)?;
        self.full_member(user)?;
        self.is_in(user, channel)?;
        if room.channel.is_archived {
            return Err(Refusal::conflict(format!("{channel} is already archived")));
        }
        let notice = self.notice(channel, user, "channel_archive", "archived the channel".into());
        self.set_archived(user, channel, true, notice, ["channel_archive", "group_archive"]);
        Ok(())
    }

    /// <https://docs.slack.dev/reference/methods/conversations.unarchive>
    pub(crate) fn unarchive(&mut self, user: &str, channel: &str) -> Result<(), Refusal> {
        let room = self.channel_of(channel)?;
        self.full_member(user)?;
        if room.kind == RoomKind::Private {
            self.is_in(user, channel)?;
        }
        if !room.channel.is_archived {
            return Err(Refusal::conflict(format!("{channel} is not archived")));
        }
        let notice = self.notice(channel, user, "channel_unarchive", "un-archived the channel".into());
        self.set_archived(user, channel, false, notice, ["channel_unarchive", "group_unarchive"]);
        Ok(())
    }

    /// Only who made the channel, which is its first member, and administrators may.
    /// <https://docs.slack.dev/reference/methods/conversations.rename>
    pub(crate) fn rename(&mut self, user: &str, channel: &str, name: &str) -> Result<(), Refusal> {
        let room = self.channel_of(channel)?;
        self.full_member(user)?;
        self.is_in(user, channel)?;
        active(room)?;
        let people = room.channel.members.iter().filter(|m| self.users.get(*m).is_some_and(|u| !u.is_bot));
        if people.into_iter().next().is_none_or(|creator| creator != user) && !self.administers(user) {
            return Err(Refusal::unprocessable(format!("{user} neither made {channel} nor is an administrator")));
        }
        check_name(name)?;
        let team = self.team_of_channel(channel);
        let taken = |r: &Room| r.channel.name == name && self.team_of_channel(&r.channel.id) == team;
        if self.rooms.values().any(taken) {
            return Err(Refusal::conflict(format!("the name {name} is taken")));
        }
        let created = room.created;
        let old_name = room.channel.name.clone();
        if let Some(room) = self.rooms.get_mut(channel) {
            room.channel.name = name.to_owned();
        }
        let text = format!("has renamed the channel from \"{old_name}\" to \"{name}\"");
        let mut notice = self.notice(channel, user, "channel_name", text);
        notice.renamed = Some(Renamed { name: name.to_owned(), old_name });
        let event = json!({
            "channel": {
                "id": channel, "is_channel": true, "is_mpim": false, "name": name, "name_normalized": name,
                "created": created,
            },
            "event_ts": notice.ts,
        });
        self.changed(Change::Workspace);
        self.store_message(channel, notice);
        self.public_event(["channel_rename", "group_rename"], channel, event);
        Ok(())
    }

    /// A person opens the direct message with the bot; gives its channel.
    pub(crate) fn open_im_as(&mut self, user: &str) -> Result<String, Refusal> {
        if self.active_person(user)?.is_stranger {
            return Err(Refusal::unprocessable(format!("{user} is of another organisation, which has not this app")));
        }
        Ok(self.open_im(user))
    }

    fn set_archived(&mut self, user: &str, channel: &str, archived: bool, notice: Message, names: [&'static str; 2]) {
        let mut event = json!({"channel": channel, "user": user, "event_ts": notice.ts});
        if archived {
            event["is_moved"] = json!(0);
        }
        if let Some(room) = self.rooms.get_mut(channel) {
            room.channel.is_archived = archived;
        }
        self.changed(Change::Workspace);
        self.store_message(channel, notice);
        self.public_event(names, channel, event);
    }

    /// Everybody in the workspace hears what becomes of a public channel, of a private one its members.
    /// <https://docs.slack.dev/reference/events/channel_archive>,
    /// <https://docs.slack.dev/reference/events/group_archive>
    fn public_event(&mut self, names: [&'static str; 2], channel: &str, event: serde_json::Value) {
        let public = self.rooms.get(channel).is_some_and(|room| room.kind == RoomKind::Public);
        if public || self.bot_is_member(channel) {
            self.channel_event(names, channel, event);
        }
    }

    fn gone(&mut self, channel: &str, user: &str, actor: &str) {
        self.leave(channel, user, actor);
        let notice = self.notice(channel, user, "channel_leave", format!("<@{user}> has left the channel"));
        self.store_message(channel, notice);
    }

    /// What Slack writes into the channel. Its texts: <https://docs.slack.dev/reference/events/message>
    fn notice(&mut self, channel: &str, user: &str, subtype: &str, text: String) -> Message {
        let mut message = Message::new(self.next_ts(channel), user);
        message.subtype = Some(subtype.to_owned());
        message.text = text;
        message
    }

    /// A channel; direct messages have none of this.
    fn channel_of(&self, channel: &str) -> Result<&Room, Refusal> {
        match self.rooms.get(channel) {
            None => Err(Refusal::not_found(format!("no channel {channel:?}"))),
            Some(room) if matches!(room.kind, RoomKind::Im(_)) => {
                Err(Refusal::unprocessable(format!("{channel} is a direct message")))
            }
            Some(room) => Ok(room),
        }
    }

    /// A person who is no guest and of this organisation.
    /// <https://slack.com/help/articles/202518103-Understand-guest-roles-in-Slack>
    fn full_member(&self, user: &str) -> Result<(), Refusal> {
        let person = self.active_person(user)?;
        if person.is_restricted || person.is_ultra_restricted || person.is_stranger {
            return Err(Refusal::unprocessable(format!("{user} is a guest")));
        }
        Ok(())
    }

    fn administers(&self, user: &str) -> bool {
        self.users.get(user).is_some_and(|u| u.is_admin || u.is_owner)
    }
}

fn active(room: &Room) -> Result<(), Refusal> {
    match room.channel.is_archived {
        true => Err(Refusal::unprocessable(format!("{} is archived", room.channel.id))),
        false => Ok(()),
    }
}

/// <https://docs.slack.dev/reference/methods/conversations.rename>
fn check_name(name: &str) -> Result<(), Refusal> {
    let fine = |c: char| (c.is_alphanumeric() && c.to_lowercase().eq([c])) || ['-', '_'].contains(&c);
    if name.chars().count() > NAME_MAX {
        return Err(Refusal::unprocessable(format!("a channel's name has at most {NAME_MAX} characters")));
    }
    if !name.chars().all(fine) || !name.contains(char::is_alphanumeric) {
        return Err(Refusal::unprocessable(format!(
            "{name:?} is no channel's name: small letters, digits, hyphens and underscores"
        )));
    }
    Ok(())
}
