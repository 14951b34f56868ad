//! A comment was edited where it was written: the reply that shows it here is looked for and updated.

use super::{Stop, Work, is_too_long};
use crate::failure::{self, Call};
use alert::delivery::MessageRef;
use alert::{Activity, ActivityKind, comment};
use slack::client::Found;
use slack::message::Message;
use store::AlertRecord;

impl Work<'_> {
    /// The comment of activity `of` was edited: so is its reply. It may not be there (the destination's switch was off
    /// then, or somebody deleted it), and may not be editable any more; the copy goes on without it. Nothing is in
    /// flight meanwhile: an update that is made twice is the same update.
    pub(super) async fn update_reply(&mut self, edit: &Activity, of: u64) -> Result<(), Stop> {
        let added = self.record.activities.iter().find(|activity| activity.seq == of);
        if let (Some(added), Some(MessageRef { channel, ts })) = (added, self.stored.delivery.message.clone())
            && let Some(reply) = self.reply_of(added).await
        {
            let (slack, id) = (self.slack, self.stored.delivery.id());
            let look = async || slack.find_in_thread(&channel, &ts, added.at, &id, of).await;
            let found = self.patiently(look).await.map_err(|error| Stop::Failed(Call::Update, error))?;
            match found {
                Found::At(at) => self.change_reply(&channel, &at, reply).await?,
                Found::Absent => {}
                Found::CannotTell(why) => {
                    self.remark = Some(format!("Whether an edited comment is in the thread cannot be told. {why}"));
                }
            }
        }
        self.replied(edit.seq, None);
        self.record_and_go_on().await
    }

    async fn change_reply(&mut self, channel: &str, ts: &str, reply: Message) -> Result<(), Stop> {
        let slack = self.slack;
        let update = async |content: &Message| slack.update_message(channel, ts, content).await;
        let updated = match self.patiently(async || update(&reply).await).await {
            Err(error) if is_too_long(&error) => self.patiently(async || update(&reply.cut()).await).await,
            updated => updated,
        };
        match updated {
            Ok(()) => Ok(()),
            Err(error) if failure::is_about_one_message(&error) => {
                self.remark = Some("Slack does not let an edited comment be updated in the thread.".to_owned());
                Ok(())
            }
            Err(error) => Err(Stop::Failed(Call::Update, error)),
        }
    }
}

/// Whether the edit of a comment was followed by another one.
pub(super) fn is_overtaken(record: &AlertRecord, activity: &Activity) -> bool {
    let ActivityKind::CommentEdited { of, .. } = activity.kind else { return false };
    let now = comment::at(&record.activities, of);
    now.is_some_and(|now| now.edited.is_some_and(|edit| edit.seq > activity.seq))
}
