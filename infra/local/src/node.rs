//! Node with npm, which the simulator's page needs: the one on the PATH if it is new enough, else one from PyPI in a
//! virtual environment of its own, so that nobody has to install Node to try Margay.

use crate::child::Program;
use crate::failure::{Failure, Result};
use crate::files;
use crate::python::Venv;
use crate::stop::Stop;
use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// As `is_new_enough` has it, for people.
const OLDEST: &str = "20.19";

/// A Node that is new enough, and its npm.
pub(crate) struct Node {
    npm: OsString,
    /// Where they lie if not on the PATH.
    directory: Option<PathBuf>,
}

impl Node {
    /// Finds it, or installs it. The first line of the failure says all that matters.
    pub(crate) fn ready(stop: &Stop) -> Result<Node> {
        if version("node").is_some_and(is_new_enough) && version("npm").is_some() {
            return Ok(Node { npm: "npm".into(), directory: None });
        }
        match Venv::node(stop) {
            Ok(venv) => Ok(Node { npm: venv.program("npm").into(), directory: Some(venv.programs()) }),
            Err(Failure::Interrupted) => Err(Failure::Interrupted),
            Err(Failure::Said(message)) => Err(Failure::Said(format!(
                "There is no Node {OLDEST} or newer with npm, and PyPI gave none: install one from https://nodejs.org.\n\n{message}"
            ))),
        }
    }

    /// npm in this directory, with its cache and logs out of the person's home.
    pub(crate) fn npm(&self, directory: &Path) -> Program {
        let mut npm = Program::new(&self.npm).directory(directory).env("npm_config_cache", files::dev().join("npm"));
        if !std::io::stdout().is_terminal() {
            // Some of what it runs takes a CI's log for a terminal: <https://no-color.org>.
            npm = npm.env("NO_COLOR", "1");
        }
        match &self.directory {
            // What npm runs asks the PATH for `node`.
            Some(programs) => npm.env("PATH", first_on_path(programs)),
            None => npm,
        }
    }
}

/// This process's PATH with another directory before the others.
fn first_on_path(directory: &Path) -> OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let all = std::iter::once(directory.to_owned()).chain(std::env::split_paths(&path));
    // It cannot be joined if its own name has a colon.
    std::env::join_paths(all).unwrap_or(path)
}

/// Vite's floor: <https://vite.dev/guide/migration.html#node-js-support>.
fn is_new_enough((major, minor): (u32, u32)) -> bool {
    match major {
        20 => minor >= 19,
        22 => minor >= 12,
        _ => major > 22,
    }
}

fn version(program: &str) -> Option<(u32, u32)> {
    let output = Command::new(program).arg("--version").stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    parsed(std::str::from_utf8(&output.stdout).ok()?)
}

/// `v20.19.2` or `11.0.3` without its last number.
fn parsed(version: &str) -> Option<(u32, u32)> {
    let version = version.trim();
    let mut numbers = version.strip_prefix('v').unwrap_or(version).split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_node_that_vite_runs_on_is_taken_from_the_path() {
        let cases = [
            ("v18.20.4\n", false),
            ("v20.18.3\n", false),
            ("v20.19.0\n", true),
            ("v21.7.3\n", false),
            ("v22.11.0\n", false),
            ("v22.12.0\n", true),
            ("v24.0.1-nightly\n", true),
        ];
        for (printed, taken) in cases {
            assert_eq!(parsed(printed).map(is_new_enough), Some(taken), "{printed}");
        }
    }

    #[test]
    fn what_is_no_version_is_no_node() {
        for printed in ["", "v20", "node: command not found"] {
            assert_eq!(parsed(printed), None, "{printed}");
        }
    }
}
