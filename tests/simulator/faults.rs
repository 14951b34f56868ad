//! Faults that a test orders: which calls go wrong, how, and how often. Chosen in order, by a seeded generator
//! where a probability is given, so that a run can be repeated.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};

/// A rule under which calls go wrong.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// A Web API method, `*` for all of them, or `callback` for requests to the app.
    pub method: String,
    /// Only calls whose `channel` argument is this.
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
    /// Slack does the work and never answers, until the faults change or the peer goes away.
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
}

/// All faults in force.
pub(crate) struct Faults {
    pub(crate) counts: Vec<FaultCount>,
    rng: StdRng,
}

impl Default for Faults {
    fn default() -> Self {
        Self { counts: Vec::new(), rng: StdRng::seed_from_u64(0) }
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
        let known = ["*", "callback"].contains(&self.method.as_str())
            || crate::web_api::reference::methods().contains_key(&self.method);
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
    pub(crate) fn set(&mut self, faults: Vec<Fault>, seed: u64) {
        self.rng = StdRng::seed_from_u64(seed);
        self.counts = faults.into_iter().map(|fault| FaultCount { fault, seen: 0, fired: 0 }).collect();
    }

    /// The fault that breaks this call, if any. Counts the call.
    pub(crate) fn choose(&mut self, method: &str, channel: Option<&str>) -> Option<Fault> {
        let Self { counts, rng } = self;
        for count in counts {
            let fault = &count.fault;
            let applies = fault.method == method || (fault.method == "*" && method != "callback");
            if !applies || fault.channel.as_deref().is_some_and(|c| Some(c) != channel) {
                continue;
            }
            count.seen += 1;
            let spent = fault.times.is_some_and(|times| count.fired >= times);
            let unlucky = fault.probability.is_none_or(|p| rng.random_bool(p));
            if spent || count.seen <= fault.skip || !unlucky {
                continue;
            }
            count.fired += 1;
            return Some(fault.clone());
        }
        None
    }
}
