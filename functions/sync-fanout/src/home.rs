//! Somebody opened the app's Home tab: what waits for them is read and shown there.
//!
//! ```text
//! who is it ─► the index `open` says where to look ─► those alerts, as they are ─► views.publish
//!                                                                  └ another was published meanwhile: read anew
//! ```
//!
//! Who it is, is asked anew each time, so that a permission that was taken away shows nothing more. The tab is always
//! drawn from what is there now: an event that comes twice or late does no harm, and of several that wait for one person
//! only the last is dealt with. Slack's mark of what the tab showed when it was opened keeps an older reading from
//! replacing a newer one: if it does not fit any more, everything is read again.

use crate::Fanout;
use crate::fanout::Error;
use alert::{Alert, AlertId, Boomerang, Destination, HomeOpened, Permission, User, boomerang};
use futures::future::try_join_all;
use futures::stream::{self, StreamExt};
use identity::{Who, is_hidden, who_is};
use jiff::Timestamp;
use runtime::batch::Message;
use runtime::log::chain;
use slack::client::{self, Api, AuthTest};
use slack::credentials::{Credentials, Installation};
use slack::home::{self, AlertRow, Alerts, Home, Listed, QuestionRow, ROWS, message_link};
use slack::identity::{Reason, askable};
use slack::modal::View;
use slack::refusal::{Verdict, verdict};
use std::collections::{BTreeSet, HashMap};
use std::time::Duration;
use store::{AlertRecord, Open, Pointer, Waiting};

/// So many of a kind are counted; beyond that there are "at least" so many.
const COUNTED: i32 = 300;

/// Alerts read at once: each may take some megabytes until what is not shown of it is dropped.
const AT_ONCE: usize = 4;

/// How long all of it may take, well inside the function's 30 s.
const WITHIN: Duration = Duration::from_secs(18);

type Records = HashMap<AlertId, AlertRecord>;

/// Of all openings of one person's Home that wait, only the last has to be dealt with.
pub(crate) fn only_last_opening(mut group: Vec<Message>) -> Vec<Message> {
    let is_home = |message: &Message| message.group.as_deref().is_some_and(HomeOpened::is_group);
    if group.iter().all(is_home) {
        group.drain(..group.len().saturating_sub(1));
    }
    group
}

/// One person's Home.
struct Opened<'a> {
    fanout: &'a Fanout,
    slack: Api<'a>,
    credentials: &'a Credentials,
    installation: &'a Installation,
    destinations: &'a [Destination],
    slack_user: &'a str,
    /// The workspaces, as boomerangs name them, whose people are those of this installation.
    workspaces: Vec<Option<&'a str>>,
}

/// Somebody, as far as it matters here.
struct Person {
    /// Whose Slack this is.
    whose: AuthTest,
    /// Who may view alerts, or the sentence that says why they may not.
    viewer: Result<User, String>,
    /// Whether they see the questions they were asked.
    may_be_asked: bool,
}

/// Where to look.
#[derive(Default)]
struct Waits {
    asked: Open,
    mine: Open,
    unassigned: Open,
    asking: Open,
}

impl Fanout {
    /// Draws somebody's Home; a word for the log.
    pub(crate) async fn home_opened(
        &self,
        destinations: &[Destination],
        opened: &HomeOpened,
        now: Timestamp,
    ) -> Result<&'static str, Error> {
        if opened.is_over(now) {
            return Ok("nobody looks any more");
        }
        let credentials = Credentials::parse(&self.slack_secret.text().await?)?;
        let Some(installation) = credentials.of_request(&opened.workspace) else {
            return Ok("unknown installation");
        };
        let named = [installation.id(), opened.workspace.team_id.as_deref(), opened.workspace.enterprise_id.as_deref()];
        let named: BTreeSet<Option<&str>> = named.into_iter().chain([None]).collect();
        let here = |workspace: &Option<&str>| {
            credentials.of_destination(*workspace).is_some_and(|one| one.key() == installation.key())
        };
        let home = Opened {
            fanout: self,
            slack: self.sender.slack(&installation.token),
            credentials: &credentials,
            installation,
            destinations,
            slack_user: &opened.slack_user,
            workspaces: named.into_iter().filter(here).collect(),
        };
        let publish = async {
            match home.publish(opened.seen.as_deref(), now).await {
                // What was published meanwhile was read before, so what is read now is as new.
                Err(Error::Slack(client::Error::Refused { code, .. })) if code == "hash_conflict" => {
                    home.publish(None, now).await
                }
                published => published,
            }
        };
        let published = tokio::time::timeout(WITHIN, publish).await;
        match published.unwrap_or(Err(Error::Slow)) {
            Ok(()) => Ok("home shown"),
            Err(Error::Slack(error)) if is_for_good(&error) => {
                tracing::error!(error = chain(&error), "home refused");
                Ok("home refused")
            }
            Err(error) => Err(error),
        }
    }
}

impl Opened<'_> {
    /// Reads everything, and shows it unless another Home than `seen` was published meanwhile.
    async fn publish(&self, seen: Option<&str>, now: Timestamp) -> Result<(), Error> {
        let person = self.person().await?;
        let waits = self.waits(&person).await?;
        let records = self.load(&waits).await?;
        let view = self.draw(&person, &waits, &records, now);
        Ok(self.slack.publish_home(self.slack_user, &view, seen).await?)
    }

    /// Who it is. If that cannot be told, nothing is shown.
    async fn person(&self) -> Result<Person, Error> {
        let (profile, whose) =
            futures::join!(self.slack.user_info(self.slack_user), self.fanout.installations.of(&self.slack));
        let whose = whose?;
        let (who, may_be_asked) = match profile {
            Err(client::Error::Refused { code, .. }) if is_hidden(&code) => (Who::Refused(Reason::Stranger), false),
            profile => {
                let (profile, home) = (profile?, whose.home());
                (who_is(&self.fanout.store, &profile, &home).await?, askable(&profile, &home).is_ok())
            }
        };
        let viewer = match who {
            Who::Registered(user) if user.may(Permission::ViewAlerts) => Ok(user),
            Who::Registered(_) => Err(home::not_permitted().to_owned()),
            Who::Unregistered { email } => Err(home::unregistered(&email)),
            Who::Refused(reason) => Err(home::refused(reason).to_owned()),
        };
        Ok(Person { whose, viewer, may_be_asked })
    }

    /// What waits for the person, of what they may see.
    async fn waits(&self, person: &Person) -> Result<Waits, Error> {
        let open = |waiting| self.fanout.store.open(waiting, COUNTED);
        let asked = async {
            let workspaces = self.workspaces.iter().filter(|_| person.may_be_asked);
            let asked = |workspace| open(Waiting::Asked { workspace, slack_user: self.slack_user });
            let found = try_join_all(workspaces.map(|workspace| asked(*workspace))).await?;
            let more = found.iter().any(|one| one.more);
            Ok::<_, store::Error>(Open { pointers: found.into_iter().flat_map(|one| one.pointers).collect(), more })
        };
        let alerts = async {
            let Ok(user) = &person.viewer else { return Ok(Default::default()) };
            let unassigned = async {
                if user.may(Permission::ManageAlerts) { open(Waiting::Unassigned).await } else { Ok(Open::default()) }
            };
            futures::try_join!(open(Waiting::Assigned(&user.id)), unassigned, open(Waiting::Asking(&user.id)))
        };
        let (asked, (mine, unassigned, asking)) = futures::try_join!(asked, alerts)?;
        Ok(Waits { asked, mine, unassigned, asking })
    }

    /// The alerts that are shown, as they are now.
    async fn load(&self, waits: &Waits) -> Result<Records, Error> {
        let Waits { asked, mine, unassigned, asking } = waits;
        let pointers = [asked, mine, unassigned, asking].into_iter().flat_map(shown);
        let ids: BTreeSet<&AlertId> = pointers.map(|pointer| &pointer.alert).collect();
        let mut loading = stream::iter(ids).map(|id| self.fanout.store.load_alert(id)).buffer_unordered(AT_ONCE);
        let mut records = Records::new();
        while let Some(loaded) = loading.next().await {
            match loaded {
                Ok(Some(mut record)) => {
                    record.alert.content.drop_what_lists_leave_out();
                    records.insert(record.alert.id.clone(), record);
                }
                Ok(None) => {}
                // One that cannot be read must not hide the others.
                Err(error @ store::Error::Corrupt { .. }) => tracing::error!(error = chain(&error), "alert not shown"),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(records)
    }

    fn draw(&self, person: &Person, waits: &Waits, records: &Records, now: Timestamp) -> View {
        let whose = &person.whose;
        let asked = questions(&waits.asked, records, |record, known| {
            let here = self.workspaces.contains(&known.workspace.as_deref());
            let message = record.direct_messages.iter().find(|stored| stored.message.boomerang == known.id);
            let message = message.and_then(|stored| stored.message.message.as_ref());
            (here && known.recipient.slack_user == self.slack_user).then(|| QuestionRow {
                boomerang: known,
                alert: person.viewer.is_ok().then_some(&record.alert),
                link: message.and_then(|message| message_link(&whose.url, message)),
            })
        });
        let alerts = match &person.viewer {
            Err(why) => Alerts::Hidden(why.clone()),
            Ok(user) => {
                let alerts = |open, assignee: Option<&User>| {
                    let id = assignee.map(|user| &user.id);
                    let theirs = |alert: &Alert| alert.triage.assignee.as_ref().map(|one| &one.id) == id;
                    let rows = shown(open).filter_map(|pointer| records.get(&pointer.alert));
                    let rows = rows.filter(|record| record.alert.triage.status.is_open() && theirs(&record.alert));
                    let row = |record| self.alert_row(whose, record);
                    listed(open, rows.map(row).collect())
                };
                Alerts::Shown {
                    mine: alerts(&waits.mine, Some(user)),
                    unassigned: user.may(Permission::ManageAlerts).then(|| alerts(&waits.unassigned, None)),
                    asking: questions(&waits.asking, records, |record, known| {
                        let AlertRow { alert, link } = self.alert_row(whose, record);
                        Some(QuestionRow { boomerang: known, alert: Some(alert), link })
                    }),
                }
            }
        };
        home::view(&Home { alerts, asked, at: now })
    }

    /// An alert, with its message in a channel of this Slack.
    fn alert_row<'a>(&self, whose: &AuthTest, record: &'a AlertRecord) -> AlertRow<'a> {
        let link = record.deliveries.iter().find_map(|stored| {
            let delivery = &stored.delivery;
            let destination = self.destinations.iter().find(|one| one.id == delivery.destination_id)?;
            let installation = self.credentials.of_destination(destination.settings.workspace.as_deref())?;
            let mut message = delivery.message.clone().filter(|_| installation.key() == self.installation.key())?;
            // Its channel may have another id by now.
            message.channel = destination.place.present(&message.channel).to_owned();
            message_link(&whose.url, &message)
        });
        AlertRow { alert: &record.alert, link }
    }
}

/// Those that are shown of what waits.
fn shown(open: &Open) -> impl Iterator<Item = &Pointer> {
    open.pointers.iter().take(ROWS)
}

fn listed<T>(open: &Open, rows: Vec<T>) -> Listed<T> {
    Listed { rows, more: open.pointers.len().saturating_sub(ROWS), uncounted: open.more }
}

/// The questions among what waits that are still open, and that `row` lets pass.
fn questions<'a>(
    open: &Open,
    records: &'a Records,
    row: impl Fn(&'a AlertRecord, Boomerang) -> Option<QuestionRow<'a>>,
) -> Listed<QuestionRow<'a>> {
    let rows = shown(open).filter_map(|pointer| {
        let record = records.get(&pointer.alert)?;
        let known = boomerang::find(&record.activities, pointer.boomerang.as_ref()?)?;
        known.is_open().then(|| row(record, known))?
    });
    listed(open, rows.collect())
}

/// Whether publishing again would be refused again.
fn is_for_good(error: &client::Error) -> bool {
    let client::Error::Refused { method, code, .. } = error else { return false };
    match verdict(method, code) {
        Verdict::Dead { .. } | Verdict::Bug { .. } => true,
        Verdict::RepostOnce | Verdict::CutText | Verdict::BackOff => false,
    }
}
