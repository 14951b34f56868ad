//! Random schedules of alerts, clicks, comments, API changes, repetitions, crashes, faults and time; at the end promises 2 to 7
//! must hold. Each schedule follows from its seed: `MARGAY_SEED=n` runs one, `MARGAY_SEEDS=n` the first n.

use crate::boomerangs::{CANCEL, CONFIRM, REPORT, has_controls};
use crate::seeds;
use crate::world::edge::Trouble;
use crate::world::{AUSTON, GUEST, Kill, LINUS, NOBODY, ONE, TWO, World};
use alert::delivery::MessageRef;
use alert::{Activity, ActivityKind, DeliveryState, Status};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use slack_simulator::{Callback, CallbackKind, Fault, FaultKind};
use std::collections::HashSet;
use std::time::Duration;
use store::AlertRecord;

mod checks;

/// Schedules that are run when nothing else is said.
const SEEDS: u64 = 2000;

const ALERTS: [&str; 3] = ["a1", "a2", "a3"];
const CHANNELS: [(&str, &str); 2] = [("d1", ONE), ("d2", TWO)];
const STATUSES: [&str; 4] = ["OPEN", "TRIAGED", "RESOLVED", "CLOSED"];

#[test]
fn whatever_happens_in_whatever_order_the_promises_hold() {
    seeds::each(SEEDS, run);
}

fn run(seed: u64) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let world = World::new().await;
        let (rng, held, written) = (StdRng::seed_from_u64(seed), Vec::new(), Vec::new());
        let mut schedule = Schedule { world, rng, held, written, redriven: false, jumped: false };
        if schedule.rng.random_bool(0.5) {
            schedule.switch_off().await;
        }
        let steps = schedule.rng.random_range(5..30);
        for _ in 0..steps {
            schedule.step().await;
        }
        schedule.end().await;
        schedule.check().await;
    });
}

struct Schedule {
    world: World,
    rng: StdRng,
    /// Clicks that Slack has sent and that have not arrived, or will arrive again.
    held: Vec<Callback>,
    /// Whether hours have passed at once; only once, for what fails for a day is given up.
    jumped: bool,
    /// What people wrote in threads.
    written: Vec<Written>,
    /// Whether changes came out of the dead-letter queue, after others of their alert.
    redriven: bool,
}

/// A person's reply in a thread.
struct Written {
    user: &'static str,
    channel: &'static str,
    ts: String,
    text: String,
    deleted: bool,
}

impl Schedule {
    async fn step(&mut self) {
        match self.rng.random_range(0..100) {
            0..13 => {
                let id = *ALERTS.choose(&mut self.rng).unwrap();
                self.world.produce(id, json!({}));
            }
            13..22 => self.click().await,
            22..28 => self.ask().await,
            28..32 => self.write().await,
            32..34 => {
                for _ in 0..self.rng.random_range(1..4) {
                    self.rewrite().await;
                }
            }
            34..38 => self.answer().await,
            38..40 => self.hand_held().await,
            40..45 => self.submit().await,
            45..52 => self.patch().await,
            52..62 => self.world.step_dispatch().await,
            62..72 => self.world.step_fanout().await,
            72..76 => {
                let (path, body) = self.some_patch();
                self.world.step_all_at_once(&path, &body).await;
            }
            76..80 => {
                let moment = self.moment();
                self.world.kill_dispatch(moment).await;
            }
            80..85 => {
                let moment = self.moment();
                self.world.kill_fanout(moment).await;
            }
            85..88 => self.repeat_a_message(),
            88..94 => self.fault(),
            94..98 => {
                let mut seconds = *[1, 10, 31, 61, 200].choose(&mut self.rng).unwrap();
                if !self.jumped && self.rng.random_bool(0.2) {
                    self.jumped = true;
                    seconds = 5 * 3600;
                }
                self.world.advance(Duration::from_secs(seconds));
            }
            _ => self.world.sweep().await,
        }
    }

    /// Somebody uses a control of a message, which arrives now, twice, or later.
    async fn click(&mut self) {
        // No two clicks happen in the same microsecond.
        self.world.advance(Duration::from_millis(7));
        let (destination, channel) = *CHANNELS.choose(&mut self.rng).unwrap();
        let id = *ALERTS.choose(&mut self.rng).unwrap();
        let Some(ts) = self.parent_of(id, destination, channel).map(|message| message.ts) else { return };
        let user = *[LINUS, AUSTON].choose(&mut self.rng).unwrap();
        let callback = if self.rng.random_bool(0.6) {
            let status = STATUSES.choose(&mut self.rng).unwrap();
            self.world.prepare_on(user, channel, &ts, "status", status)
        } else {
            let assignee = ["linus", "auston", slack::control::UNASSIGN].choose(&mut self.rng).unwrap();
            self.world.prepare_on(user, channel, &ts, "assign", assignee)
        };
        if self.rng.random_bool(0.2) {
            self.held.push(callback.clone());
        }
        if self.rng.random_bool(0.8) {
            self.world.hand(&callback).await;
        } else {
            self.held.push(callback);
        }
    }

    /// Somebody sends a boomerang, which arrives now, twice, or later.
    async fn ask(&mut self) {
        self.world.advance(Duration::from_millis(7));
        let (destination, channel) = *CHANNELS.choose(&mut self.rng).unwrap();
        let shown = ALERTS.into_iter().filter_map(|id| self.parent_of(id, destination, channel));
        let shown: Vec<_> = shown.map(|message| message.ts).collect();
        let Some(ts) = shown.choose(&mut self.rng).cloned() else { return };
        let click = self.world.button(LINUS, channel, &ts, slack::control::ACTION_BOOMERANG);
        self.world.hand(&click).await;
        let Some(view) = self.world.slack.views(LINUS).pop() else { return };
        if view["callback_id"] != slack::control::BOOMERANG_VIEW {
            return;
        }
        let recipient = *[NOBODY, GUEST].choose(&mut self.rng).unwrap();
        let callback = self.world.submission(LINUS, view["id"].as_str().unwrap(), recipient, false);
        if self.rng.random_bool(0.2) {
            self.held.push(callback.clone());
        }
        self.world.hand(&callback).await;
        if let Some(conversation) = self.world.slack.im_with(recipient).filter(|_| self.rng.random_bool(0.3)) {
            let lost = Fault {
                channel: Some(conversation),
                times: Some(1),
                ..Fault::new("chat.postMessage", FaultKind::LostAnswer)
            };
            self.world.slack.set_faults(vec![lost], 0).unwrap();
        }
    }

    /// A recipient answers one of their boomerangs, or it is cancelled.
    async fn answer(&mut self) {
        self.world.advance(Duration::from_millis(7));
        let cancels = self.rng.random_bool(0.3);
        let found = if cancels {
            let (_, channel) = *CHANNELS.choose(&mut self.rng).unwrap();
            let replies = self.world.messages(channel).into_iter().flat_map(|message| message.thread);
            let replies: Vec<_> = replies.filter(has_controls).map(|reply| reply.ts).collect();
            replies.choose(&mut self.rng).map(|ts| (LINUS, channel.to_owned(), ts.clone(), CANCEL))
        } else {
            let recipient = *[NOBODY, GUEST].choose(&mut self.rng).unwrap();
            let messages = self.world.direct_messages(recipient).into_iter().filter(has_controls);
            let messages: Vec<_> = messages.map(|message| message.ts).collect();
            let button = *[CONFIRM, REPORT].choose(&mut self.rng).unwrap();
            let conversation = self.world.slack.im_with(recipient).unwrap_or_default();
            messages.choose(&mut self.rng).map(|ts| (recipient, conversation, ts.clone(), button))
        };
        let Some((user, channel, ts, button)) = found else { return };
        let callback = self.world.button(user, &channel, &ts, button);
        if self.rng.random_bool(0.2) {
            self.held.push(callback.clone());
        }
        self.world.hand(&callback).await;
    }

    /// Somebody writes in the thread of an alert's message.
    async fn write(&mut self) {
        self.world.advance(Duration::from_millis(7));
        let (destination, channel) = *CHANNELS.choose(&mut self.rng).unwrap();
        let id = *ALERTS.choose(&mut self.rng).unwrap();
        let Some(parent) = self.parent_of(id, destination, channel) else { return };
        let user = *[LINUS, AUSTON, NOBODY].choose(&mut self.rng).unwrap();
        let text = format!("words {}", self.rng.random_range(0..1000));
        self.world.slack.take_events();
        let ts = self.world.slack.post_as(user, channel, &text, Some(&parent.ts)).unwrap();
        self.tell().await;
        self.written.push(Written { user, channel, ts, text, deleted: false });
    }

    /// Somebody changes or deletes what they wrote.
    async fn rewrite(&mut self) {
        self.world.advance(Duration::from_secs(1));
        if self.written.is_empty() {
            return;
        }
        let last = self.written.len() - 1;
        let index = if self.rng.random_bool(0.7) { last } else { self.rng.random_range(0..=last) };
        let Written { user, channel, ref ts, deleted, .. } = self.written[index];
        if deleted {
            return;
        }
        self.world.slack.take_events();
        if self.rng.random_bool(0.3) {
            self.world.slack.delete_message(channel, ts).unwrap();
            self.written[index].deleted = true;
        } else {
            let text = format!("other words {}", self.rng.random_range(0..1000));
            self.world.slack.edit_as(user, channel, ts, &text).unwrap();
            self.written[index].text = text;
        }
        self.tell().await;
    }

    /// The last event arrives now, perhaps twice, or later.
    async fn tell(&mut self) {
        let event = self.world.slack.take_events().remove(0);
        if self.rng.random_bool(0.2) {
            self.held.push(event.clone());
        }
        // Slack sends again what was not taken.
        let taken = self.rng.random_bool(0.8) && self.world.hand(&event).await.status() == 200;
        if !taken {
            self.held.push(event);
        }
    }

    /// Slack signs an event anew each time it sends it. Anything else that comes late is a replay, with its old signature.
    fn sent_again(&self, held: &Callback) -> Callback {
        match held.kind {
            CallbackKind::Event => self.world.slack.prepare_replay(&held.wire_id, true).unwrap(),
            _ => held.clone(),
        }
    }

    async fn hand_held(&mut self) {
        if self.held.is_empty() {
            return;
        }
        let index = self.rng.random_range(0..self.held.len());
        let callback = self.sent_again(&self.held[index]);
        let taken = self.world.hand(&callback).await.status() == 200;
        if taken && self.rng.random_bool(0.5) {
            self.held.swap_remove(index);
        }
    }

    async fn submit(&mut self) {
        let user = *[LINUS, AUSTON].choose(&mut self.rng).unwrap();
        let resolves = |view: &Value| view["callback_id"] == slack::control::RESOLVE_VIEW;
        if self.world.slack.views(user).last().is_some_and(resolves) {
            let comment = self.rng.random_bool(0.5).then_some("done & <dusted>");
            self.world.submit(user, comment).await;
        }
    }

    /// One channel does not show by itself what comes from outside.
    async fn switch_off(&mut self) {
        let id = alert::DestinationId::new(CHANNELS[1].0).unwrap();
        let old = self.world.store.destination(&id).await.unwrap().unwrap();
        let mut new = old.clone();
        (new.settings.two_way_status, new.settings.two_way_assignee) = (false, false);
        new.settings.two_way_comments = self.rng.random_bool(0.5);
        self.world.store.update_destination(&old, &new).await.unwrap();
    }

    async fn patch(&mut self) {
        if self.rng.random_bool(0.2) {
            let id = *ALERTS.choose(&mut self.rng).unwrap();
            self.world.rest("POST", "/alert-comments", json!({"alertId": id, "body": "by <API>"})).await;
            return;
        }
        let (path, body) = self.some_patch();
        self.world.rest("PATCH", &path, body).await;
    }

    fn some_patch(&mut self) -> (String, Value) {
        let id = *ALERTS.choose(&mut self.rng).unwrap();
        let status = *STATUSES.choose(&mut self.rng).unwrap();
        let assignee = *["linus", "auston"].choose(&mut self.rng).unwrap();
        let body = if self.rng.random_bool(0.5) { json!({"status": status}) } else { json!({"assignee": assignee}) };
        (format!("/alerts/{id}"), body)
    }

    fn moment(&mut self) -> Kill {
        let call = self.rng.random_range(0..14);
        match self.rng.random_range(0..3) {
            0 => Kill::Aws { call, trouble: Trouble::HangBefore },
            1 => Kill::Aws { call, trouble: Trouble::HangAfter },
            _ => Kill::Slack { call: call as u64 / 2 },
        }
    }

    fn repeat_a_message(&mut self) {
        let queue = if self.rng.random_bool(0.5) { &mut self.world.alerts } else { &mut self.world.changes };
        let received = queue.receive(1);
        if let Some(message) = received.first() {
            queue.duplicate(message);
        }
        queue.give_back(received, |_| true);
    }

    fn fault(&mut self) {
        let method = *["chat.postMessage", "chat.update", "conversations.history", "conversations.replies", "*"]
            .choose(&mut self.rng)
            .unwrap();
        let kind = *[
            FaultKind::LostAnswer,
            FaultKind::Reset,
            FaultKind::Http500,
            FaultKind::Http503Html,
            FaultKind::TruncatedJson,
            FaultKind::Ratelimited,
            FaultKind::Error,
        ]
        .choose(&mut self.rng)
        .unwrap();
        let fault = Fault {
            times: Some(self.rng.random_range(1..4)),
            retry_after: (kind == FaultKind::Ratelimited).then(|| self.rng.random_range(1..100)),
            error: (kind == FaultKind::Error).then(|| "internal_error".to_owned()),
            ..Fault::new(method, kind)
        };
        let seed = self.rng.random();
        self.world.slack.set_faults(vec![fault], seed).unwrap();
    }

    /// Everything goes well again, until nothing is left to do; what died of too many tries is redriven.
    async fn end(&mut self) {
        self.world.slack.clear_faults();
        for round in 0.. {
            for callback in std::mem::take(&mut self.held) {
                let again = self.sent_again(&callback);
                // An edit whose post was still to come is sent once more.
                if self.world.hand(&again).await.status() == 409 {
                    self.held.push(callback);
                }
            }
            self.world.quiet().await;
            self.redriven |= !self.world.changes.dead.is_empty();
            self.world.alerts.redrive();
            self.world.changes.redrive();
            self.world.quiet().await;
            if self.held.is_empty() {
                break;
            }
            assert!(round < 2, "refused for ever");
        }
        assert!(self.world.alerts.dead.is_empty() && self.world.changes.dead.is_empty(), "no message stays dead");
    }

    fn parent_of(&self, id: &str, destination: &str, channel: &str) -> Option<slack_simulator::Message> {
        let mut found = self.parents_of(id, destination, channel);
        (!found.is_empty()).then(|| found.remove(0))
    }

    fn parents_of(&self, id: &str, destination: &str, channel: &str) -> Vec<slack_simulator::Message> {
        let delivery = json!(format!("{id}/{destination}"));
        let ours = |message: &slack_simulator::Message| {
            message.metadata.as_ref().is_some_and(|metadata| metadata["event_payload"]["delivery"] == delivery)
        };
        self.world.messages(channel).into_iter().filter(ours).collect()
    }
}
