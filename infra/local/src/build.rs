//! Builds what the stack runs: the functions and the Slack simulator.

use crate::child::Program;
use crate::failure::{Result, said};
use crate::files;
use crate::stop::Stop;
use std::path::PathBuf;

/// The functions, as packages, binaries and directories in functions/ are all called.
pub(crate) const FUNCTIONS: [&str; 6] =
    ["slack-interactions", "alerts-api", "alert-dispatch", "sync-fanout", "ai-triage", "log-poller"];
/// The Slack simulator's binary, of the package `e2e`.
pub(crate) const SIMULATOR: &str = "slack-simulator";
/// Cargo's profile for them unless the person asks for another: the one that tests use, so nothing is built twice.
pub(crate) const DEFAULT_PROFILE: &str = "dev";

/// The workspace without this program, which would otherwise be rebuilt with other features each time it runs.
pub(crate) const WORKSPACE: [&str; 3] = ["--workspace", "--exclude", "dev"];
/// The integration test that needs a running stack.
pub(crate) const SCENARIOS: &str = "scenarios";

/// Where the built programs are.
pub(crate) struct Binaries(PathBuf);

impl Binaries {
    /// Programs that somebody else built.
    pub(crate) fn at(directory: PathBuf) -> Binaries {
        Binaries(directory)
    }

    pub(crate) fn directory(&self) -> &PathBuf {
        &self.0
    }

    pub(crate) fn simulator(&self) -> PathBuf {
        self.0.join(SIMULATOR)
    }
}

/// What is built along with them. Cargo unifies the features of what it builds together: the same programs built with
/// and without the tests are two builds of the AWS SDK, minutes each.
pub(crate) enum Along {
    /// Nothing: the quickest from nothing.
    Alone,
    /// The tests, as `cargo dev test` has just built them.
    WithTests,
}

/// Builds them with cargo, whose progress and errors are shown as they are.
pub(crate) fn build(stop: &Stop, profile: &str, along: &Along) -> Result<Binaries> {
    let mut cargo = cargo().args(["build", "--profile", profile]);
    match along {
        Along::WithTests => cargo = cargo.args(WORKSPACE).args(["--bins", "--test", SCENARIOS]),
        Along::Alone => {
            for function in FUNCTIONS {
                cargo = cargo.args(["--package", function, "--bin", function]);
            }
            cargo = cargo.args(["--package", "e2e", "--bin", SIMULATOR]);
        }
    }
    if !cargo.run(stop)?.success() {
        return said("The build failed; cargo's messages above say why.");
    }
    // https://doc.rust-lang.org/cargo/reference/profiles.html: `dev` lies in debug/, others by their own name.
    let directory = if profile == "dev" { "debug" } else { profile };
    Ok(Binaries(files::target().join(directory)))
}

/// Cargo in the checkout's root, with the toolchain that runs this program.
pub(crate) fn cargo() -> Program {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    Program::new(cargo).directory(files::root())
}
