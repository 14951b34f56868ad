//! Random histories of the three logs (bursts, ties, late entries, rows that change), read by a poller that is killed at
//! random calls while AWS and Slack fail at random. In the end the bucket holds each entry once and everything in it was
//! said. Each history follows from its seed: `MARGAY_SEED=n` runs one, `MARGAY_SEEDS=n` the first n.

use super::{LogWorld, MINUTE};
use crate::seeds;
use crate::world::Kill;
use crate::world::edge::Trouble;
use log_poller::Limits;
use logs::LogType;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use slack_simulator::{Fault, FaultKind, access_row, audit_entry, integration_row};
use std::collections::BTreeMap;
use std::time::Duration;

/// Histories that are run when nothing else is said.
const SEEDS: u64 = 40;

#[test]
fn whatever_happens_while_logs_are_read_each_entry_is_stored_once() {
    seeds::each(SEEDS, run);
}

fn run(seed: u64) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut rng = StdRng::seed_from_u64(seed);
        let rows = *[3, 7, 10, 40].choose(&mut rng).unwrap();
        let limits = Limits { rows, ..Limits::default() };
        let world = LogWorld::with(limits).await;
        for (id, log_type) in [("s1", LogType::Audit), ("s2", LogType::Access), ("s3", LogType::Integration)] {
            world.named(id, log_type, json!({"backfillHours": 4})).await;
        }
        let settings = json!({
            "empty_last_page": rng.random_bool(0.3),
            "cursor_life_seconds": *[3600, 3600, 90, -1].choose(&mut rng).unwrap(),
            "audit_page_most": *[None, None, Some(5)].choose(&mut rng).unwrap(),
            "pages_most": *[100, 100, 4].choose(&mut rng).unwrap(),
            "integration_order": *["descending", "descending", "ascending"].choose(&mut rng).unwrap(),
            "clock_skew_seconds": *[0, 0, -40, 40].choose(&mut rng).unwrap(),
        });
        world.world.slack.patch_log_settings(&settings).unwrap();
        let mut history = History { world, rng, given: 0 };
        for _ in 0..history.rng.random_range(0..3) {
            history.burst(3 * 3600).await;
        }
        for _ in 0..history.rng.random_range(5..25) {
            history.step().await;
        }
        history.end().await;
    });
}

struct History {
    world: LogWorld,
    rng: StdRng,
    /// Entries that were given.
    given: u64,
}

impl History {
    async fn step(&mut self) {
        match self.rng.random_range(0..100) {
            0..30 => self.burst(5).await,
            30..36 => self.burst(590).await,
            36..42 => self.burst(5400).await,
            42..50 => self.mutate(),
            50..70 => drop(self.world.minute().await),
            70..90 => self.kill().await,
            90..96 => self.fault(),
            _ => {
                let seconds = *[10, 61, 200, 4000].choose(&mut self.rng).unwrap();
                self.world.world.advance(Duration::from_secs(seconds));
            }
        }
    }

    /// Entries of all three logs, of up to `late` seconds ago, many of the same second.
    async fn burst(&mut self, late: i64) {
        let skew = self.world.world.slack.log_settings().clock_skew_seconds;
        let mut date = self.world.now() + skew - self.rng.random_range(0..=late);
        for _ in 0..self.rng.random_range(1..12) {
            if self.rng.random_bool(0.3) {
                date -= self.rng.random_range(0..20);
            }
            self.given += 1;
            let slack = &self.world.world.slack;
            match self.rng.random_range(0..3) {
                0 => slack.add_audit_entry(audit_entry(self.given, date)).unwrap(),
                1 => {
                    let mut row = access_row(self.given, date);
                    row["user_agent"] = json!(format!("agent {}", self.given));
                    slack.add_access(row).unwrap();
                }
                _ => {
                    for _ in 0..*[1, 1, 2, 4].choose(&mut self.rng).unwrap() {
                        slack.add_integration(integration_row(self.given / 4, date)).unwrap();
                    }
                }
            }
        }
    }

    /// Somebody is seen again with a device that was seen before.
    fn mutate(&mut self) {
        let rows = self.world.world.slack.access_rows();
        let Some(row) = rows.choose(&mut self.rng) else { return };
        let again = json!({"user_id": row["user_id"], "ip": row["ip"], "user_agent": row["user_agent"],
            "date": self.world.now()});
        self.world.world.slack.add_access(again).unwrap();
    }

    async fn kill(&mut self) {
        let call = self.rng.random_range(0..60);
        let moment = match self.rng.random_range(0..3) {
            0 => Kill::Aws { call, trouble: Trouble::HangBefore },
            1 => Kill::Aws { call, trouble: Trouble::HangAfter },
            _ => Kill::Slack { call: call as u64 / 5 },
        };
        self.world.world.advance(MINUTE);
        self.world.kill_poll(moment).await;
        self.world.restart();
    }

    fn fault(&mut self) {
        let method = *["audit.logs", "team.accessLogs", "team.integrationLogs"].choose(&mut self.rng).unwrap();
        let kind = *[
            FaultKind::LostAnswer,
            FaultKind::Reset,
            FaultKind::Http500,
            FaultKind::Http503Html,
            FaultKind::TruncatedJson,
            FaultKind::Ratelimited,
        ]
        .choose(&mut self.rng)
        .unwrap();
        let fault = Fault {
            times: Some(self.rng.random_range(1..4)),
            skip: self.rng.random_range(0..3),
            retry_after: (kind == FaultKind::Ratelimited).then(|| self.rng.random_range(1..200)),
            ..Fault::new(method, kind)
        };
        self.world.world.slack.set_faults(vec![fault], 0).unwrap();
    }

    /// Everything goes well again, for as long as late entries take to be found.
    async fn end(&mut self) {
        self.world.world.slack.clear_faults();
        for _ in 0..6 {
            self.world.minute().await;
        }
        // What was shown late, and what is dated by a clock that is ahead.
        self.world.world.advance(Duration::from_secs(3600));
        for _ in 0..3 {
            self.world.catch_up().await;
        }
        let mut minutes = 0;
        while !self.is_swept().await {
            minutes += 1;
            assert!(minutes < 300, "the last day is never read to its end");
            self.world.minute().await;
        }
        self.world.check_audit("in the end");
        self.world.check_events("in the end");
        let slack = &self.world.world.slack;
        self.same("access", LogType::Access, slack.access_rows(), |row| {
            format!("{} {} {}", row["user_id"], row["ip"], row["user_agent"])
        });
        self.same("integration", LogType::Integration, slack.integration_rows(), |row| {
            format!("{} {} {}", row["user_id"], row["change_type"], second(&row["date"]))
        });
        let rows = LogType::ALL.into_iter().flat_map(|log_type| self.world.rows(log_type));
        let mut ids = BTreeMap::new();
        rows.for_each(|row| *ids.entry(row["p_row_id"].to_string()).or_insert(0) += 1);
        assert!(ids.values().all(|times| *times == 1), "each row has an id of its own");
        assert!(self.world.quarantined().is_empty());
        assert!(slack.faults().violations.is_empty(), "it called although it was told to wait");
    }

    /// Whether each source's hourly look has ended since the last entry came.
    async fn is_swept(&self) -> bool {
        for source in self.world.world.store.log_sources().await.unwrap() {
            let progress = self.world.world.store.log_progress(&source.id).await.unwrap().progress;
            if progress.sweep.is_some() || progress.window.is_some() || progress.swept_at.is_none() {
                return false;
            }
        }
        true
    }

    fn same(&self, what: &str, log_type: LogType, slacks: Vec<Value>, name: impl Fn(&Value) -> String) {
        let counted = |rows: Vec<Value>| {
            let mut counted: BTreeMap<String, usize> = BTreeMap::new();
            rows.iter().for_each(|row| *counted.entry(name(row)).or_default() += 1);
            counted
        };
        let (stored, expected) = (counted(self.world.rows(log_type)), counted(slacks));
        for (name, times) in &expected {
            assert_eq!(stored.get(name), Some(times), "{what}: {name}");
        }
        assert_eq!(stored.len(), expected.len(), "{what}");
    }
}

/// A date as Slack has it or as the schema does.
fn second(date: &Value) -> i64 {
    let text = date.as_str().unwrap_or_default();
    let parsed = || text.parse::<jiff::Timestamp>().unwrap().as_second();
    date.as_i64().or_else(|| text.parse().ok()).unwrap_or_else(parsed)
}
