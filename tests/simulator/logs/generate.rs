//! Many entries at once, the same for the same seed: a backlog to catch up with.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};

use super::shapes;
use crate::refusal::Refusal;
use crate::state::State;

/// Which log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogName {
    Audit,
    Access,
    Integration,
}

/// So many entries of one log, dated at random between two moments. About one in ten shares its second with the one
/// before it, beside those that do by chance.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bulk {
    pub log: LogName,
    pub count: u64,
    /// Unix seconds, both inclusive.
    pub from: i64,
    pub to: i64,
    #[serde(default)]
    pub seed: u64,
}

/// Entries that one request may ask for: a week of a big organisation fits into memory, a typing error does not.
const COUNT_MOST: u64 = 2_000_000;

impl Bulk {
    pub(crate) fn validate(&self) -> Result<(), String> {
        if self.count > COUNT_MOST {
            return Err(format!("count goes to {COUNT_MOST}"));
        }
        if self.from > self.to {
            return Err("from is after to".into());
        }
        Ok(())
    }
}

pub(crate) fn fill(state: &mut State, bulk: &Bulk) -> Result<u64, Refusal> {
    let mut rng = StdRng::seed_from_u64(bulk.seed);
    let (team, now) = (state.team.id.clone(), state.slack_seconds());
    let mut date = bulk.from;
    for _ in 0..bulk.count {
        if !rng.random_bool(0.1) {
            date = rng.random_range(bulk.from..=bulk.to);
        }
        let seed = rng.random();
        match bulk.log {
            LogName::Audit => state.logs.audit.add(&shapes::audit_entry(seed, date), now)?,
            LogName::Access => state.logs.access.add(shapes::access_row(seed, date), &team, now)?,
            LogName::Integration => state.logs.integration.add(shapes::integration_row(seed, date), &team, now)?,
        }
    }
    Ok(bulk.count)
}
