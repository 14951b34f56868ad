//! The details of an alert whose first event is too long for a message: the event follows their reply as a file.
//!
//! ```text
//! the reply is there (its note still in flight) ─► an address ─► the bytes ─► note the file ─► share it ─► record
//!                                                  └ may be repeated: nobody sees it            └ once
//! ```
//!
//! A worker that dies before the note begins the upload anew; one that dies after it leaves the file's id, for which the
//! thread is looked through before the file is shared again. Slack shares a file once: it refuses the second time. The
//! file is worth no delay of the copy: what Slack refuses for good, or for [`WORTH_IT`], is left out, and the copy says
//! so.

use super::{Stop, Work};
use crate::LEASE;
use crate::failure::Call;
use alert::delivery::{Inflight, MessageRef, Post};
use alert::{Activity, ActivityKind};
use jiff::{SignedDuration, Timestamp};
use slack::client::{Error, Found};
use slack::message::{Details, EventFile, Mentions, details};
use slack::refusal::{Verdict, verdict};
use store::Claim;

/// How long a file is tried for.
const WORTH_IT: SignedDuration = SignedDuration::from_mins(5);

impl Work<'_> {
    /// The details that `activity` shows, if it does.
    pub(super) fn details(&self, activity: &Activity, mentions: &Mentions) -> Option<Details> {
        let timezone = &self.destination.settings.timezone;
        details(&self.record.alert, activity, &self.stored.delivery.id(), timezone, mentions)
    }

    /// The reply of `activity` is in the thread; if an event belongs to it as a file, that is attached.
    pub(super) async fn attach_event(&mut self, activity: &Activity) -> Result<(), Stop> {
        let ActivityKind::DetailsShown { .. } = activity.kind else { return Ok(()) };
        let file = self.details(activity, &Mentions::new()).and_then(|details| details.file);
        let (Some(file), Some(message)) = (file, self.stored.delivery.message.clone()) else { return Ok(()) };
        let since = self.stored.delivery.inflight.as_ref().map_or(self.courier.now(), |inflight| inflight.since);
        let file_id = match self.upload(&file).await {
            Ok(file_id) => file_id,
            Err(error) => return self.without_file(error, since),
        };
        let what = Post::File { seq: activity.seq, file_id: file_id.clone() };
        let channel = self.destination.channel().to_owned();
        self.stored.delivery.inflight = Some(Inflight { what, channel, since });
        let until = self.courier.now() + LEASE;
        match self.courier.sender.store.record_delivery(&mut self.stored, Some(until)).await? {
            Claim::Won => {}
            Claim::Held => return Err(Stop::Lost),
        }
        match self.share(&message, &file_id, file.title).await {
            Ok(()) => Ok(()),
            Err(error) => self.without_file(error, since),
        }
    }

    /// Finishes what another worker began: its file may be in the thread, or not yet.
    pub(super) async fn finish_file(
        &mut self,
        message: &MessageRef,
        seq: u64,
        file_id: &str,
        since: Timestamp,
    ) -> Result<(), Stop> {
        let slack = self.slack;
        let look = async || slack.find_file(&message.channel, &message.ts, since, file_id).await;
        match self.patiently(look).await {
            Ok(Found::At(_)) => Ok(()),
            Ok(Found::Absent) => {
                let asked = self.record.activities.iter().find(|activity| activity.seq == seq);
                let file = asked.and_then(|asked| self.details(asked, &Mentions::new())?.file);
                let title = file.map_or(slack::say::FIRST_EVENT_FILE, |file| file.title);
                match self.share(message, file_id, title).await {
                    // It was shared, and Slack has not shown it yet; or it waited for too long.
                    Err(error) if is_used_up(&error) => {
                        self.remark = Some("Whether one file is in the thread cannot be told.".to_owned());
                        Ok(())
                    }
                    Err(error) => self.without_file(error, since),
                    Ok(()) => Ok(()),
                }
            }
            Ok(Found::CannotTell(why)) => {
                self.remark = Some(format!("Whether one file is in the thread cannot be told. {why}"));
                Ok(())
            }
            Err(error) => self.without_file(error, since),
        }
    }

    async fn upload(&mut self, file: &EventFile) -> Result<String, Error> {
        let slack = self.slack;
        let upload = self.patiently(async || slack.begin_upload(&file.name, file.content.len()).await).await?;
        self.patiently(async || slack.send_file(&upload, file.content.clone()).await).await?;
        Ok(upload.file_id)
    }

    async fn share(&mut self, message: &MessageRef, file_id: &str, title: &str) -> Result<(), Error> {
        let slack = self.slack;
        self.patiently(async || slack.share_file(file_id, title, &message.channel, &message.ts).await).await
    }

    /// A step of the file failed: it is tried again for a while (what is in flight stays noted), then left out.
    fn without_file(&mut self, error: Error, since: Timestamp) -> Result<(), Stop> {
        let may_pass = match &error {
            Error::RateLimited { .. } | Error::NotSent { .. } | Error::LostAnswer { .. } => true,
            Error::Refused { method, code, .. } => verdict(method, code) == Verdict::BackOff,
        };
        if may_pass && self.courier.now().duration_since(since) < WORTH_IT {
            return Err(Stop::Failed(Call::Look, error));
        }
        let why = match &error {
            Error::Refused { code, .. } => format!("Slack says {code}."),
            Error::RateLimited { .. } | Error::NotSent { .. } | Error::LostAnswer { .. } => {
                "Slack could not be reached for it.".to_owned()
            }
        };
        let id = self.stored.delivery.id();
        tracing::warn!(delivery.id = id, error = &error as &dyn std::error::Error, "file left out");
        self.remark = Some(format!("The whole first event could not be attached to the details. {why}"));
        Ok(())
    }
}

/// Whether Slack knows no upload of this id (any more): each can be shared once.
fn is_used_up(error: &Error) -> bool {
    matches!(error, Error::Refused { code, .. } if code == "file_not_found")
}
