//! What others know, filled into a change before it is applied: answers of threat intelligence, places of addresses.
//!
//! It is asked once for each change: what was found becomes part of the alert's history, where a repetition finds it. It
//! takes at most [`WITHIN`], and only the changes of its own alert wait for it. What cannot be found out in that time is
//! left out, and says so itself.

use crate::fanout::Error;
use crate::{Fanout, fanout::Shared};
use alert::intel::Intel;
use alert::{Action, Change};
use jiff::Timestamp;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

/// How long it may take.
const WITHIN: Duration = Duration::from_secs(5);

impl Fanout {
    /// `change` with what others know, if it asks for that and was not applied before.
    pub(crate) async fn filled_in<'c>(
        &self,
        shared: &Shared,
        change: &'c Change,
        now: Timestamp,
    ) -> Result<Cow<'c, Change>, Error> {
        let action = match &change.action {
            Action::ShowIntel { intel } if intel.answers.is_empty() => {
                if self.store.was_applied(change).await? {
                    return Ok(Cow::Borrowed(change));
                }
                let Intel { indicator, .. } = intel;
                Action::ShowIntel { intel: shared.providers.analyse(indicator, &self.store, now, WITHIN).await }
            }
            Action::ShowDetails { places } if places.is_empty() => {
                if self.store.was_applied(change).await? {
                    return Ok(Cow::Borrowed(change));
                }
                let Some(alert) = self.store.get_alert(&change.alert_id).await? else {
                    return Ok(Cow::Borrowed(change));
                };
                let ips = shared.providers.to_locate(&alert.content);
                let places = shared.providers.places(&ips, &self.store, now, WITHIN).await;
                let known = ips.iter().zip(places).filter_map(|(ip, place)| Some((ip.to_string(), place?)));
                Action::ShowDetails { places: known.collect::<BTreeMap<_, _>>() }
            }
            Action::ShowIntel { .. }
            | Action::ShowDetails { .. }
            | Action::SetStatus { .. }
            | Action::Assign { .. }
            | Action::Comment { .. }
            | Action::EditComment { .. }
            | Action::DeleteComment { .. }
            | Action::SendBoomerang { .. }
            | Action::AnswerBoomerang { .. }
            | Action::CancelBoomerang { .. }
            | Action::NoteOverdueBoomerang { .. }
            | Action::NoteUndeliveredBoomerang { .. }
            | Action::TriageByAi { .. } => return Ok(Cow::Borrowed(change)),
        };
        Ok(Cow::Owned(Change { action, ..change.clone() }))
    }
}
