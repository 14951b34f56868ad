//! Faults that a test orders: which calls go wrong, how, and how often. Chosen in order, by a seeded generator
//! where a probability is given, so that a run can be repeated.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};

use crate::rate_limits::Violation;
use crate::refusal::Refusal;
use crate::slack::Slack;

/// A rule under which calls go wrong.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// A Web API method, `audit.logs`, `audit.schemas` or `audit.actions`, `upload` for a file's bytes, `*` for all of
    /// those, or `callback` for requests to the app.
    pub method: String,
    /// Only calls whose `channel` argument is this; for log methods, calls of the app with this client id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    pub kind: FaultKind,
    /// Seconds; for `ratelimited`. Default 30.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
    /// Slack's error code; for `error`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Milliseconds; for `slow` and `delay_callback`. Default 1000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ms: Option<u64>,
    /// How often it fires at most. Without it: until the faults are cleared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    /// How many matching calls pass first.
    #[serde(default)]
    pub skip: u64,
    /// 0 to 1; without it the fault always fires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
}

/// How a call goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// 429 with `Retry-After`; the same method and channel stay blocked until that time has passed.
    Ratelimited,
    /// Slack does the work, then the connection is cut.
    LostAnswer,
    /// Slack does the work and never answers, until the fault is taken away or the peer goes away.
    Hang,
    #[serde(rename = "http_500")]
    Http500,
    #[serde(rename = "http_503_html")]
    Http503Html,
    /// The connection is cut before any work.
    Reset,
    /// Slack waits first, then does the work.
    Slow,
    /// `ok: false` with the given code, no work.
    Error,
    /// The work is done; the answer stops in the middle of its JSON.
    TruncatedJson,
    /// The app gets the callback twice.
    DuplicateCallback,
    /// The callback leaves late.
    DelayCallback,
}

/// A fault and how it went.
#[derive(Clone, Debug, Serialize)]
pub struct FaultCount {
    #[serde(flatten)]
    pub fault: Fault,
    /// Calls it matched.
    pub seen: u64,
    /// Calls it broke.
    pub fired: u64,
    #[serde(skip)]
    id: FaultId,
}

/// Tells faults apart that say the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct FaultId(u64);

/// A fault that has struck.
#[derive(Clone, Debug)]
pub(crate) struct Struck {
    pub(crate) id: FaultId,
    pub(crate) fault: Fault,
}

/// The faults in force and what came of them.
#[derive(Clone, Debug, Serialize)]
pub struct FaultReport {
    pub faults: Vec<FaultCount>,
    /// Calls made although a 429 had said to wait.
    pub violations: Vec<Violation>,
}

/// All faults in force.
pub(crate) struct Faults {
    pub(crate) counts: Vec<FaultCount>,
    rng: StdRng,
    ids_given: u64,
    /// Whether they changed, or counted a call, since a feed was last told.
    pub(crate) touched: bool,
}

impl Default for Faults {
    fn default() -> Self {
        Self { counts: Vec::new(), rng: StdRng::seed_from_u64(0), ids_given: 0, touched: false }
    }
}

impl FaultKind {
    /// As in JSON, e.g. `lost_answer`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ratelimited => "ratelimited",
            Self::LostAnswer => "lost_answer",
            Self::Hang => "hang",
            Self::Http500 => "http_500",
            Self::Http503Html => "http_503_html",
            Self::Reset => "reset",
            Self::Slow => "slow",
            Self::Error => "error",
            Self::TruncatedJson => "truncated_json",
            Self::DuplicateCallback => "duplicate_callback",
            Self::DelayCallback => "delay_callback",
        }
    }
}

impl Fault {
    /// A fault that fires on every call of `method`.
    pub fn new(method: &str, kind: FaultKind) -> Self {
        Self {
            method: method.to_owned(),
            channel: None,
            kind,
            retry_after: None,
            error: None,
            ms: None,
            times: None,
            skip: 0,
            probability: None,
        }
    }

    /// `Err` says why this fault could never fire, or would not know what to do.
    pub fn validate(&self) -> Result<(), String> {
        let for_callbacks = matches!(self.kind, FaultKind::DuplicateCallback | FaultKind::DelayCallback);
        if for_callbacks != (self.method == "callback") {
            return Err(format!("a fault of kind {:?} cannot apply to {:?}", self.kind, self.method));
        }
        let known = ["*", "callback", "upload"].contains(&self.method.as_str())
            || crate::logs::AUDIT_METHODS.contains(&self.method.as_str())
            || crate::web_api::reference::method(&self.method).is_some();
        if !known {
            return Err(format!("unknown method {:?}", self.method));
        }
        if self.kind == FaultKind::Error && self.error.is_none() {
            return Err("a fault of kind error needs the error's code".into());
        }
        if self.probability.is_some_and(|p| !(0.0..=1.0).contains(&p)) {
            return Err("probability goes from 0 to 1".into());
        }
        Ok(())
    }

    /// Seconds the client is told to wait.
    pub(crate) fn retry_after_seconds(&self) -> u64 {
        self.retry_after.unwrap_or(30)
    }

    pub(crate) fn delay(&self) -> std::time::Duration {
        std::time::Duration::from_millis(self.ms.unwrap_or(1000))
    }
}

impl Faults {
    /// None, and every id that `before` gave stays its own.
    pub(crate) fn after(before: &Self) -> Self {
        Self { ids_given: before.ids_given, ..Self::default() }
    }

    pub(crate) fn set(&mut self, faults: Vec<Fault>, seed: u64) {
        self.rng = StdRng::seed_from_u64(seed);
        self.counts.clear();
        self.touched = true;
        for fault in faults {
            self.add(fault);
        }
    }

    pub(crate) fn add(&mut self, fault: Fault) {
        self.ids_given += 1;
        self.counts.push(FaultCount { fault, seen: 0, fired: 0, id: FaultId(self.ids_given) });
        self.touched = true;
    }

    /// Takes one away; `None` if there are not that many.
    pub(crate) fn remove(&mut self, index: usize) -> Option<Fault> {
        (index < self.counts.len()).then(|| {
            self.touched = true;
            self.counts.remove(index).fault
        })
    }

    /// Whether this one is still in force.
    pub(crate) fn hold(&self, id: FaultId) -> bool {
        self.counts.iter().any(|count| count.id == id)
    }

    /// The fault that breaks this call, if any. Counts the call.
    pub(crate) fn choose(&mut self, method: &str, channel: Option<&str>) -> Option<Struck> {
        let Self { counts, rng, touched, .. } = self;
        for count in counts {
            let fault = &count.fault;
            let applies = fault.method == method || (fault.method == "*" && method != "callback");
            if !applies || fault.channel.as_deref().is_some_and(|c| Some(c) != channel) {
                continue;
            }
            count.seen += 1;
            *touched = true;
            let spent = fault.times.is_some_and(|times| count.fired >= times);
            let unlucky = fault.probability.is_none_or(|p| rng.random_bool(p));
            if spent || count.seen <= fault.skip || !unlucky {
                continue;
            }
            count.fired += 1;
            return Some(Struck { id: count.id, fault: fault.clone() });
        }
        None
    }
}

impl Slack {
    /// Replaces all faults. `seed` drives their probabilities.
    pub fn set_faults(&self, faults: Vec<Fault>, seed: u64) -> Result<(), Refusal> {
        for fault in &faults {
            fault.validate().map_err(Refusal::unprocessable)?;
        }
        self.with_state(|state| state.faults.set(faults, seed));
        self.faults_replaced();
        Ok(())
    }

    /// One more fault, after the others, which keep their counts.
    pub fn add_fault(&self, fault: Fault) -> Result<(), Refusal> {
        fault.validate().map_err(Refusal::unprocessable)?;
        self.with_state(|state| state.faults.add(fault));
        Ok(())
    }

    /// Ends one fault, counted from 0; the others keep their counts. Requests that it let hang get their answers.
    pub fn remove_fault(&self, index: usize) -> Result<(), Refusal> {
        self.with_state(|state| state.faults.remove(index))
            .ok_or(Refusal::not_found(format!("no fault {index}")))
            .map(|_| self.faults_changed())
    }

    /// Ends all faults; requests that hang get their answers. Block windows that a 429 opened stay.
    pub fn clear_faults(&self) {
        self.with_state(|state| state.faults.set(Vec::new(), 0));
        self.faults_replaced();
    }

    pub fn faults(&self) -> FaultReport {
        self.with_state(|state| FaultReport {
            faults: state.faults.counts.clone(),
            violations: state.rate_limits.violations.clone(),
        })
    }
}
