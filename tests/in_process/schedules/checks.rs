//! What must hold at the end of any schedule.

use super::*;

impl Schedule {
    /// Each boomerang's direct message is there once, shows what became of it, and was reminded of at most once.
    fn check_boomerangs(&self, id: &str, record: &store::AlertRecord) {
        for boomerang in alert::boomerang::all(&record.activities) {
            let messages = self.world.direct_messages(&boomerang.recipient.slack_user);
            let thread = messages.iter().flat_map(|message| &message.thread);
            let of = |message: &&slack_simulator::Message, event: &str| {
                let metadata = message.metadata.as_ref().unwrap();
                metadata["event_type"] == event && metadata["event_payload"]["boomerang"] == boomerang.id.as_str()
            };
            let found: Vec<_> =
                messages.iter().filter(|message| of(message, slack::message::BOOMERANG_EVENT)).collect();
            let reminders = thread.filter(|message| of(message, slack::message::REMINDER_EVENT)).count();
            assert!(reminders <= 1, "{id}: reminded {reminders} times");
            let cancelled = matches!(boomerang.end, Some(alert::boomerang::End::Cancelled { .. }));
            match found.as_slice() {
                [] => assert!(cancelled, "{id}: a boomerang vanished"),
                [message] => assert_eq!(has_controls(message), boomerang.is_open(), "{id}: {boomerang:?}"),
                _ => panic!("{id}: a boomerang was posted {} times", found.len()),
            }
        }
    }

    pub(super) async fn check(&mut self) {
        for id in ALERTS {
            let Some(record) = self.world.store.load_alert(&alert::AlertId::new(id).unwrap()).await.unwrap() else {
                continue;
            };
            let triage = &record.alert.triage;

            // Promise 4: one history, without gaps, each change once, and the state is what it says.
            let seqs: Vec<u64> = record.activities.iter().map(|activity| activity.seq).collect();
            assert_eq!(seqs, (1..=triage.seq).collect::<Vec<_>>(), "{id}");
            self.check_comments(&record);
            let changes: HashSet<_> = record.activities.iter().map(|activity| &activity.change_id).collect();
            assert_eq!(changes.len(), record.activities.len(), "{id}: a change took effect twice");
            let (mut status, mut assignee) = (Status::Open, None);
            for activity in &record.activities {
                match &activity.kind {
                    ActivityKind::Status { from, to, .. } => {
                        assert_eq!(*from, status, "{id}");
                        status = *to;
                    }
                    ActivityKind::Assignee { to, .. } => assignee = to.clone(),
                    ActivityKind::BoomerangAnswered { reopened: Some(from), .. } => {
                        assert_eq!(*from, status, "{id}");
                        status = Status::Open;
                    }
                    ActivityKind::Created
                    | ActivityKind::Comment { .. }
                    | ActivityKind::CommentEdited { .. }
                    | ActivityKind::CommentDeleted { .. }
                    | ActivityKind::BoomerangSent { .. }
                    | ActivityKind::BoomerangAnswered { .. }
                    | ActivityKind::BoomerangCancelled { .. }
                    | ActivityKind::BoomerangOverdue { .. }
                    | ActivityKind::BoomerangUndelivered { .. }
                    | ActivityKind::DetailsShown { .. }
                    | ActivityKind::IntelShown { .. }
                    | ActivityKind::AiTriaged { .. } => {}
                }
            }
            assert_eq!((status, &assignee), (triage.status, &triage.assignee), "{id}");

            // Every activity was said on the bus.
            assert_eq!(record.published_seq, triage.seq, "{id}");
            for seq in seqs {
                let said = |event: &Value| {
                    let detail: Value = serde_json::from_str(event["Detail"].as_str().unwrap()).unwrap();
                    detail["alertId"] == id && detail["seq"] == seq
                };
                assert!(self.world.edge.events().iter().any(said), "{id}: activity {seq} was not said");
            }

            self.check_boomerangs(id, &record);

            for (destination, channel) in CHANNELS {
                // Promise 2: a routed destination ends in a state; nothing here refuses for good.
                let found = record.deliveries.iter().find(|d| d.delivery.destination_id.as_str() == destination);
                let delivery = &found.unwrap_or_else(|| panic!("{id} vanished for {destination}")).delivery;
                assert_eq!(delivery.state, DeliveryState::Delivered, "{id} {destination}: {:?}", delivery.reason);

                // Promise 3: one message.
                let parents = self.parents_of(id, destination, channel);
                assert_eq!(parents.len(), 1, "{id} in {channel}");
                let parent = &parents[0];

                // Promises 5 and 7: each activity that reaches it is there once and in order, and if the last one
                // does, the message shows the present state.
                let id_of = alert::DestinationId::new(destination).unwrap();
                let settings = self.world.store.destination(&id_of).await.unwrap().unwrap();
                let thread = delivery.message.clone().unwrap();
                let reaches =
                    |activity: &&Activity| activity.reaches(&settings) && !activity.happened_in_thread_of(&thread);
                let reaching: Vec<&Activity> = record.activities.iter().filter(reaches).collect();
                let is_edit = |activity: &Activity| matches!(activity.kind, ActivityKind::CommentEdited { .. });
                let shown: Vec<u64> = reaching.iter().filter(|a| !is_edit(a)).map(|a| a.seq).collect();
                let ours: Vec<_> = parent.thread.iter().filter(|reply| reply.bot_id.is_some()).collect();
                let seq = |reply: &slack_simulator::Message| {
                    reply.metadata.as_ref().unwrap()["event_payload"]["seq"].as_u64().unwrap()
                };
                let replies: Vec<u64> = ours.iter().map(|reply| seq(reply)).collect();
                assert_eq!(replies, shown, "{id} in {channel}");
                // A comment says what it says now.
                for reply in ours {
                    if let Some(comment) = alert::comment::at(&record.activities, seq(reply)) {
                        let said = reply.text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
                        assert!(said.ends_with(comment.body), "{id} in {channel}: {said} is not {}", comment.body);
                    }
                }
                assert_eq!(delivery.synced_seq, triage.seq, "{id} in {channel}");
                if reaching.last().map(|last| last.seq) != Some(triage.seq) && triage.seq > 1 {
                    continue;
                }
                assert!(parent.text.contains(status.label()), "{id} in {channel}: {} is not shown", status.label());
                let name = assignee.as_ref().map_or("Unassigned", |assignee| assignee.name.as_str());
                assert!(parent.text.contains(name), "{id} in {channel}: {name} is not shown: {}", parent.text);
            }
        }
    }

    /// Each message in a thread whose destination syncs comments is one comment. If Slack told of it while it may, it has
    /// its last text, in whatever order it and its edits came; a deletion may have come before one of them.
    fn check_comments(&self, record: &AlertRecord) {
        for written in &self.written {
            let source = MessageRef { channel: written.channel.to_owned(), ts: written.ts.clone() };
            let is_it = |activity: &&Activity| match &activity.kind {
                ActivityKind::Comment { source: Some(of), .. } => *of == source,
                _ => false,
            };
            let times = record.activities.iter().filter(is_it).count();
            assert!(times <= 1, "{} became {times} comments", written.text);
            if let Some(comment) = alert::comment::written_as(&record.activities, &source)
                && told_in_time(comment.added, &written.ts)
                && !self.redriven
            {
                assert_eq!(comment.deleted, written.deleted, "{}", written.text);
                assert!(written.deleted || comment.body == written.text, "{} is not {}", comment.body, written.text);
            }
        }
    }
}

/// Whether a message became a comment within the ten minutes in which its edits wait for it.
fn told_in_time(added: &alert::Activity, ts: &str) -> bool {
    let written: i64 = ts.split('.').next().unwrap().parse().unwrap();
    added.at.as_second() - written < 600
}
