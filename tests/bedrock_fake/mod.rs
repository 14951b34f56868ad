//! Amazon Bedrock's Converse API (<https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html>):
//! `POST <base>/model/{id}/converse`, signed. As strict as it is: what breaks a rule is refused with Bedrock's own
//! errors, and noted, so that a test can prove that nothing did. What the model says is the test's to choose.
//!
//! Two ways to use it: [`BedrockFake::start`] serves on a port of its own, and the simulator serves one below `/bedrock`,
//! which a test out of process steers over HTTP:
//!
//! | request | does |
//! |---|---|
//! | `GET /bedrock/_asked` | what the model was asked ([`Asked`]), the oldest first |
//! | `PUT /bedrock/_answers` with `[{"uses": {…}}]` ([`Answer`]) | what it says next; the last one stays |
//!
//! | file | what |
//! |---|---|
//! | `mod` | the handle, and what it knows |
//! | `rules` | what Bedrock refuses |
//! | `serving` | the HTTP server |

mod rules;
mod serving;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::Notify;

pub use serving::Served;
pub(crate) use serving::answer;

/// The one model there is.
pub const MODEL: &str = "test.model-v1:0";

/// What the model, or Bedrock instead of it, says.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Uses the tool that it has to use, with this input.
    Uses(Value),
    /// Uses it twice.
    UsesTwice(Value),
    /// Uses a tool that there is not.
    UsesAnother(Value),
    /// Speaks instead.
    Says(String),
    /// Is cut off at its greatest number of tokens.
    CutOff(Value),
    /// A guardrail steps in.
    Declines,
    /// Bedrock fails with this status and code.
    Fails(u16, String),
    /// Nothing, until the answers change.
    Hangs,
}

impl Answer {
    /// A triage as a model gives it.
    pub fn triage(summary: &str) -> Self {
        Self::Uses(json!({
            "summary": summary,
            "keyFindings": ["203.0.113.7 was never seen before."],
            "securityImplications": ["Whoever it is can read everything."],
            "recommendedActions": ["Ask the owner.", "Look at the other logins."],
        }))
    }

    /// Too many requests.
    pub fn throttled() -> Self {
        Self::Fails(429, "ThrottlingException".to_owned())
    }
}

/// A question that Bedrock took.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Asked {
    pub model: String,
    pub system: String,
    /// The last message of the user.
    pub question: String,
    pub max_tokens: u64,
    pub temperature: f64,
    /// The tool that it has to use.
    pub tool: String,
    pub schema: Value,
}

#[derive(Debug, Default)]
struct State {
    asked: Vec<Asked>,
    /// What was refused: the rule.
    broken: Vec<String>,
    answers: Vec<Answer>,
}

/// The fake. Clones share what they know.
#[derive(Clone, Debug)]
pub struct BedrockFake {
    state: Arc<Mutex<State>>,
    changed: Arc<Notify>,
}

impl BedrockFake {
    /// One whose model gives a plain triage.
    pub fn new() -> Self {
        let state = State { answers: vec![Answer::triage("A plain triage.")], ..State::default() };
        Self { state: Arc::new(Mutex::new(state)), changed: Arc::default() }
    }

    /// What it says next; the last one stays.
    ///
    /// # Panics
    /// If there is none.
    pub fn will(&self, answers: impl IntoIterator<Item = Answer>) {
        let answers: Vec<Answer> = answers.into_iter().collect();
        assert!(!answers.is_empty(), "the model has to say something");
        self.state().answers = answers;
        self.changed.notify_waiters();
    }

    /// What it was asked since the last time.
    pub fn take_asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.state().asked)
    }

    /// The rules that were broken.
    pub fn broken(&self) -> Vec<String> {
        self.state().broken.clone()
    }

    fn asked(&self) -> Vec<Asked> {
        self.state().asked.clone()
    }

    /// The next answer; one that hangs stays until the answers change.
    fn next(&self) -> Answer {
        let mut state = self.state();
        if state.answers.len() > 1 && state.answers[0] != Answer::Hangs {
            return state.answers.remove(0);
        }
        state.answers[0].clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for BedrockFake {
    fn default() -> Self {
        Self::new()
    }
}
