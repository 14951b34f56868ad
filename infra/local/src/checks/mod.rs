//! `cargo dev test`: what CI runs, one step after the other, with a summary at the end.

mod browser;
mod scenarios;

use crate::build::{self, SCENARIOS, WORKSPACE};
use crate::child::Program;
use crate::failure::{Doing, Failure, Result, said};
use crate::files;
use crate::python::Venv;
use crate::steps::time;
use crate::stop::Stop;
use clap::ValueEnum;
use serde_json::Value;
use std::process::{Command, Stdio};
use std::time::Instant;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Run this step alone
    #[arg(long, value_enum, value_name = "STEP")]
    only: Option<Step>,
    /// For the tests themselves, such as a part of a test's name
    #[arg(last = true)]
    rest: Vec<String>,
}

/// In the order in which they run: the quickest to fail first.
#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Step {
    /// rustfmt has nothing to change
    Fmt,
    /// clippy has nothing to say
    Clippy,
    /// Licences, advisories and banned crates, if cargo-deny is installed
    Deny,
    /// Unit tests, store tests, tests in process, and the template's policies
    Tests,
    /// SAM and cfn-lint accept the templates
    Template,
    /// End to end, on a stack of its own
    Scenarios,
    /// The simulator's page, then the whole in a headless Chromium, on a stack of its own
    Browser,
}

/// How a step went.
enum Outcome {
    Passed,
    Skipped(&'static str),
    Failed,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let stop = Stop::on_signals()?;
    files::make_directory(&files::dev())?;
    let steps = Step::value_variants().iter().filter(|step| arguments.only.is_none_or(|only| only == **step));
    let mut summary = Vec::new();
    let mut failed = Vec::new();
    for step in steps {
        println!("\n==> {}\n", step.name());
        let start = Instant::now();
        let outcome = match step.run(&stop, arguments) {
            Err(Failure::Interrupted) => return Err(Failure::Interrupted),
            Err(Failure::Said(message)) => {
                println!("{message}");
                Outcome::Failed
            }
            Ok(outcome) => outcome,
        };
        let how = match outcome {
            Outcome::Passed => "ok".to_owned(),
            Outcome::Skipped(why) => format!("skipped: {why}"),
            Outcome::Failed => {
                failed.push(step.name());
                "FAILED".to_owned()
            }
        };
        summary.push(format!("  {:<10} {:>13}  {how}", step.name(), time(start.elapsed())));
    }
    println!("\n==> Summary\n\n{}", summary.join("\n"));
    match failed.as_slice() {
        [] => Ok(()),
        names => said(format!("Failed: {}. To run one again: cargo dev test --only {}", names.join(", "), names[0])),
    }
}

impl Step {
    fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    fn run(self, stop: &Stop, arguments: &Arguments) -> Result<Outcome> {
        let rest = arguments.rest.as_slice();
        match self {
            Step::Fmt => cargo(stop, &["fmt", "--all", "--", "--check"], &[]),
            Step::Clippy => cargo(stop, &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"], &[]),
            Step::Deny => deny(stop),
            Step::Tests => tests(stop, rest),
            Step::Template => template(stop),
            Step::Scenarios => scenarios::run(stop, rest),
            // What is meant for cargo's tests is not meant for these.
            Step::Browser => browser::run(stop, if arguments.only.is_some() { rest } else { &[] }),
        }
    }
}

fn outcome(success: bool) -> Outcome {
    if success { Outcome::Passed } else { Outcome::Failed }
}

fn cargo(stop: &Stop, arguments: &[&str], rest: &[String]) -> Result<Outcome> {
    let program = build::cargo().args(arguments);
    let program = if rest.is_empty() { program } else { program.arg("--").args(rest) };
    Ok(outcome(program.run(stop)?.success()))
}

fn deny(stop: &Stop) -> Result<Outcome> {
    let there = Command::new("cargo-deny").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !there.is_ok_and(|status| status.success()) {
        return Ok(Outcome::Skipped("cargo-deny is not installed (cargo install --locked cargo-deny)"));
    }
    cargo(stop, &["deny", "check"], &[])
}

/// Every test but the scenarios, then the examples in the documentation.
fn tests(stop: &Stop, rest: &[String]) -> Result<Outcome> {
    let names = integration_tests()?;
    let kept = names.iter().filter(|name| *name != SCENARIOS).flat_map(|name| ["--test", name]);
    // One failing test must not hide the others.
    let all = ["test", "--no-fail-fast"].into_iter().chain(WORKSPACE).chain(["--lib", "--bins"]).chain(kept);
    let documented = ["test", "--doc"].into_iter().chain(WORKSPACE);
    let runs: [Vec<&str>; 3] = [all.collect(), vec!["test", "--package", "dev"], documented.collect()];
    let mut passed = true;
    for arguments in runs {
        passed &= matches!(cargo(stop, &arguments, rest)?, Outcome::Passed);
    }
    Ok(outcome(passed))
}

fn integration_tests() -> Result<Vec<String>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let metadata = Command::new(cargo)
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(files::root())
        .stderr(Stdio::inherit())
        .output()
        .doing(|| "ask cargo for the tests".to_owned())?;
    let metadata: Value = serde_json::from_slice(&metadata.stdout).doing(|| "understand cargo metadata".to_owned())?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let targets = packages.flat_map(|package| package["targets"].as_array().into_iter().flatten());
    let tests = targets.filter(|target| target["kind"][0] == "test").filter_map(|target| target["name"].as_str());
    let mut names: Vec<String> = tests.map(str::to_owned).collect();
    names.sort();
    names.dedup();
    Ok(names)
}

fn template(stop: &Stop) -> Result<Outcome> {
    let venv = Venv::checks(stop)?;
    let template = files::root().join("template.yaml");
    let sam = Program::new(venv.program("sam"))
        .args(["validate", "--lint", "--template"])
        .arg(&template)
        // Any region and any keys: nothing is sent.
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .env("SAM_CLI_TELEMETRY", "0");
    let athena = files::root().join("infra/athena.yaml");
    let lint = Program::new(venv.program("cfn-lint")).arg(&template).arg(athena);
    let accepted = sam.run(stop)?.success();
    let clean = lint.run(stop)?.success();
    if clean {
        println!("cfn-lint has nothing to say about template.yaml and infra/athena.yaml.");
    }
    Ok(outcome(accepted && clean))
}
