//! The replies that tell of a boomerang have a button to cancel it, as long as that makes sense.

use super::{Stop, Work};
use crate::failure::Call;
use alert::{Activity, ActivityKind, boomerang};
use slack::client::Error;
use slack::message::{Mentions, activity_reply};
use slack::refusal::{Verdict, verdict};

impl Work<'_> {
    /// Whether the activity sent a boomerang that can still be cancelled.
    pub(super) fn can_cancel(&self, activity: &Activity) -> bool {
        let known = || boomerang::find(&self.record.activities, &activity.change_id);
        is_boomerang(activity) && known().is_some_and(|known| known.is_open())
    }

    /// Takes the button from the reply that tells of the boomerang which `ending` ends. A reply that is gone needs none.
    pub(super) async fn close_question(&mut self, ending: &Activity) -> Result<(), Stop> {
        let Some(id) = ending.kind.ends_boomerang() else { return Ok(()) };
        let delivery = &self.stored.delivery;
        let Some(reply) = delivery.questions.iter().find(|reply| reply.boomerang == *id).cloned() else {
            return Ok(());
        };
        let sent = self.record.activities.iter().find(|activity| activity.change_id == *id);
        let message = sent.and_then(|sent| activity_reply(sent, &delivery.id(), &Mentions::new()));
        if let (Some(message), Some(parent)) = (message, delivery.message.clone()) {
            let slack = self.slack;
            let update = async || slack.update_message(&parent.channel, &reply.ts, &message).await;
            match self.patiently(update).await {
                Ok(()) => {}
                Err(Error::Refused { method, code, .. }) if verdict(method, &code) != Verdict::BackOff => {}
                Err(error) => return Err(Stop::Failed(Call::Update, error)),
            }
        }
        self.stored.delivery.questions.retain(|reply| reply.boomerang != *id);
        Ok(())
    }
}

/// Whether the activity tells of a new boomerang.
pub(super) fn is_boomerang(activity: &Activity) -> bool {
    matches!(activity.kind, ActivityKind::BoomerangSent { .. })
}
