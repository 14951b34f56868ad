//! The step `scenarios`: the Rust tests that need a running stack; and the stack for them, which `browser` starts too.

use super::{Outcome, outcome};
use crate::build::{self, Along, DEFAULT_PROFILE, SCENARIOS, WORKSPACE};
use crate::failure::Result;
use crate::stack::{Options, Source, Stack};
use crate::stop::Stop;
use crate::{files, ports};
use std::path::PathBuf;

pub(super) fn run(stop: &Stop, rest: &[String]) -> Result<Outcome> {
    on_a_stack(stop, None, |stack| {
        let program = build::cargo().arg("test").args(WORKSPACE).args(["--test", SCENARIOS]);
        let program = if rest.is_empty() { program } else { program.arg("--").args(rest) };
        Ok(program.env("MARGAY_STACK", stack.facts_file()).run(stop)?.success())
    })
}

/// Runs tests on a stack with a fresh state and free ports, apart from one that `cargo dev up` may run. If they fail,
/// what the functions warned of is shown.
pub(super) fn on_a_stack(
    stop: &Stop,
    page: Option<PathBuf>,
    tests: impl FnOnce(&Stack) -> Result<bool>,
) -> Result<Outcome> {
    let directory = files::dev().join("test");
    files::make_directory(&directory)?;
    let _lock = files::lock(&directory)?;
    let mut stack = Stack::start(
        stop,
        Options {
            directory,
            api: ports::listen(0, "cargo dev test")?,
            binaries: Source::Build(DEFAULT_PROFILE.to_owned(), Along::WithTests),
            state: None,
            page,
            other_slack: None,
            asks_model: true,
        },
    )?;
    println!();
    let passed = tests(&stack)?;
    if !passed {
        println!("\n{}", stack.warnings());
        stack.still_runs()?;
    }
    stack.stop()?;
    Ok(outcome(passed))
}
