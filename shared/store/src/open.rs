//! What waits for somebody: the sparse index `open`, which App Home reads.
//!
//! An alert is in it while it is open or triaged. A boomerang is in it while nobody has answered, as two small items
//! beside the alert, one for whoever was asked and one for whoever asks: an item can be in an index once, and a stack
//! update can add one index at a time. They are written in the transaction that asks or ends the boomerang.
//!
//! The index holds keys only, and is a moment behind the table: it says where to look, and the alert says how things are.
//! Alerts that were stored before there was this index come into it with their next change.

use crate::alerts::alert_key;
use crate::item::{Item, key, s, sortable, text};
use crate::{Error, Store};
use alert::{Activity, ActivityKind, Actor, AlertId, ChangeId, Severity, Triage, UserId};
use aws_sdk_dynamodb::types::{Put, TransactWriteItem};

/// For whom something waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waiting<'a> {
    /// Alerts that are assigned to somebody.
    Assigned(&'a UserId),
    /// Alerts that are assigned to nobody.
    Unassigned,
    /// Questions to a Slack user, in the installation that [`Boomerang::workspace`](alert::Boomerang) names.
    Asked { workspace: Option<&'a str>, slack_user: &'a str },
    /// Questions that a registered user asks.
    Asking(&'a UserId),
}

impl Waiting<'_> {
    fn key(self) -> String {
        match self {
            Self::Assigned(user) => format!("USER#{user}"),
            Self::Unassigned => "NOBODY".to_owned(),
            Self::Asked { workspace, slack_user } => format!("ASKED#{}#{slack_user}", workspace.unwrap_or_default()),
            Self::Asking(user) => format!("ASKER#{user}"),
        }
    }

    /// Alerts come with the most severe first, of those the newest; questions with the one that waits longest.
    fn is_ascending(self) -> bool {
        match self {
            Self::Assigned(_) | Self::Unassigned => false,
            Self::Asked { .. } | Self::Asking(_) => true,
        }
    }
}

/// One thing that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pointer {
    pub alert: AlertId,
    /// Set if it is a question about that alert.
    pub boomerang: Option<ChangeId>,
}

/// What waits for somebody, as far as it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Open {
    pub pointers: Vec<Pointer>,
    /// Whether there is more.
    pub more: bool,
}

/// Value of an alert's `urgency`; `time` is its attribute of that name.
pub(crate) fn urgency(severity: Severity, time: &str) -> String {
    let rank = Severity::ALL.iter().position(|one| *one == severity).unwrap_or_default();
    format!("{rank}#{time}")
}

/// Value of an alert's `open_for`; nothing if nothing is to be done about it any more.
pub(crate) fn open_for(triage: &Triage) -> Option<String> {
    let waiting = triage.assignee.as_ref().map_or(Waiting::Unassigned, |assignee| Waiting::Assigned(&assignee.id));
    triage.status.is_open().then(|| waiting.key())
}

/// Sort keys of a question's two items begin with this; behind it the boomerang's id.
const ASKED: &str = "OPEN_ASKED#";
const ASKER: &str = "OPEN_ASKER#";

impl Store {
    /// The first `limit` things that wait for somebody.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn open(&self, waiting: Waiting<'_>, limit: i32) -> Result<Open, Error> {
        let query = self.client.query().table_name(&self.table).index_name("open").limit(limit);
        let query = query.key_condition_expression("open_for = :open_for").scan_index_forward(waiting.is_ascending());
        let query = query.expression_attribute_values(":open_for", s(waiting.key()));
        let found = query.send().await.map_err(Error::of("listing what is open"))?;
        let pointers = found.items().iter().map(pointer).collect::<Result<_, _>>()?;
        Ok(Open { pointers, more: found.last_evaluated_key.is_some() })
    }

    /// What `activity` writes for the index beside the alert: whether it asks a question, or ends one.
    pub(crate) fn questions(&self, alert: &AlertId, activity: &Activity) -> Vec<TransactWriteItem> {
        match &activity.kind {
            ActivityKind::BoomerangSent { recipient, workspace, .. } => {
                let (workspace, slack_user) = (workspace.as_deref(), recipient.slack_user.as_str());
                let asked = Some(Waiting::Asked { workspace, slack_user }.key());
                let asker = match &activity.actor {
                    Actor::User { id, .. } => Some(Waiting::Asking(id).key()),
                    Actor::SlackUser { .. } | Actor::ApiKey { .. } | Actor::System => None,
                };
                let urgency = format!("{}#{}", sortable(activity.at), activity.change_id);
                let item = |sk, open_for| self.question(alert, sk, &activity.change_id, open_for, Some(&urgency));
                vec![item(ASKED, asked), item(ASKER, asker)]
            }
            ActivityKind::BoomerangAnswered { boomerang, .. }
            | ActivityKind::BoomerangCancelled { boomerang, .. }
            | ActivityKind::BoomerangUndelivered { boomerang, .. } => {
                [ASKED, ASKER].map(|sk| self.question(alert, sk, boomerang, None, None)).into()
            }
            ActivityKind::Created
            | ActivityKind::Status { .. }
            | ActivityKind::Assignee { .. }
            | ActivityKind::Comment { .. }
            | ActivityKind::CommentEdited { .. }
            | ActivityKind::CommentDeleted { .. }
            | ActivityKind::BoomerangOverdue { .. }
            | ActivityKind::DetailsShown { .. }
            | ActivityKind::IntelShown { .. }
            | ActivityKind::AiTriaged { .. } => Vec::new(),
        }
    }

    /// One of a question's items, in the index or out of it.
    fn question(
        &self,
        alert: &AlertId,
        sk: &str,
        boomerang: &ChangeId,
        open_for: Option<String>,
        urgency: Option<&str>,
    ) -> TransactWriteItem {
        let mut item = key(alert_key(alert), format!("{sk}{boomerang}"));
        item.extend(open_for.map(|open_for| ("open_for".to_owned(), s(open_for))));
        item.extend(urgency.map(|urgency| ("urgency".to_owned(), s(urgency))));
        let put = Put::builder().table_name(&self.table).set_item(Some(item)).build();
        TransactWriteItem::builder().put(put.expect("table and item are set")).build()
    }
}

fn pointer(item: &Item) -> Result<Pointer, Error> {
    let corrupt = |what: String| Error::Corrupt { key: "open".to_owned(), what };
    let alert = AlertId::new(text(item, "pk")?.trim_start_matches("ALERT#")).map_err(|e| corrupt(e.to_string()))?;
    let sk = text(item, "sk")?;
    let boomerang = sk.strip_prefix(ASKED).or_else(|| sk.strip_prefix(ASKER)).map(ChangeId::new).transpose();
    Ok(Pointer { alert, boomerang: boomerang.map_err(|e| corrupt(e.to_string()))? })
}
