//! Slack's own description of its methods, as data: scopes, arguments, whether JSON bodies are read, rate tier.
//! The file is condensed from docs.slack.dev; see `fixtures/slack/SOURCES.md`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// One method of the Web API.
#[derive(Debug, Deserialize)]
pub struct Method {
    pub http_method: String,
    /// Methods without this take query and form arguments only; a JSON body is not looked at.
    pub json_input_supported: bool,
    /// One of these is enough; which one depends on the kind of conversation.
    pub bot_scopes: Vec<String>,
    /// For methods that only people's tokens may call: one of these is enough.
    #[serde(default)]
    pub user_scopes: Vec<String>,
    /// `t1`…`t4` as in <https://docs.slack.dev/apis/web-api/rate-limits>, `t5` for methods with rules of their own.
    pub tier: String,
    pub required: Vec<String>,
    /// Argument name to JSON type.
    pub args: BTreeMap<String, String>,
    /// The error codes the documentation lists for this method, common ones aside.
    pub errors: Vec<String>,
}

static METHODS: LazyLock<BTreeMap<String, Method>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../fixtures/slack/methods.json")).expect("the method reference is valid")
});

/// Methods that the installed app does not call: what log readers call, and how any app gets its token.
static LOG_METHODS: LazyLock<BTreeMap<String, Method>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../fixtures/slack/log_methods.json")).expect("the method reference is valid")
});

/// All methods the simulator knows that a bot may call.
pub fn methods() -> &'static BTreeMap<String, Method> {
    &METHODS
}

/// The method of that name.
pub(crate) fn method(name: &str) -> Option<&'static Method> {
    METHODS.get(name).or_else(|| LOG_METHODS.get(name))
}
