//! The processes that `dev` starts, each behind a guard (see `guard`), and what is known of them when one dies.

use crate::failure::{Doing, Failure, Result, said};
use crate::stop::Stop;
use std::ffi::OsString;
use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

/// How many lines of a log are shown when its process died.
const TAIL_LINES: usize = 25;
/// Longer lines of a log are cut where they are shown.
const LONGEST_LINE: usize = 400;
/// Longer than any guard's grace, so that a wait for one always ends.
const GUARD_ENDS: Duration = Duration::from_secs(30);
/// A foreground program may take as long as it likes, within reason.
const A_DAY: Duration = Duration::from_secs(86_400);

/// What to run: a program, its arguments and what its environment has beside `dev`'s own.
pub(crate) struct Program {
    program: OsString,
    arguments: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
    keep_environment: bool,
    directory: Option<PathBuf>,
    grace: Duration,
}

impl Program {
    pub(crate) fn new(program: impl Into<OsString>) -> Program {
        Program {
            program: program.into(),
            arguments: Vec::new(),
            environment: Vec::new(),
            keep_environment: true,
            directory: None,
            grace: Duration::from_secs(5),
        }
    }

    pub(crate) fn arg(mut self, argument: impl Into<OsString>) -> Program {
        self.arguments.push(argument.into());
        self
    }

    pub(crate) fn args<A: Into<OsString>>(mut self, arguments: impl IntoIterator<Item = A>) -> Program {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    pub(crate) fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Program {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// Leaves it nothing of `dev`'s own environment but PATH and HOME: whatever the person's shell sets for AWS or
    /// Slack must not reach the functions.
    pub(crate) fn own_environment_only(mut self) -> Program {
        self.keep_environment = false;
        self
    }

    /// Starts it in this directory rather than where `dev` was started.
    pub(crate) fn directory(mut self, directory: impl Into<PathBuf>) -> Program {
        self.directory = Some(directory.into());
        self
    }

    /// How long it may take to end by itself once asked to, before it is killed.
    pub(crate) fn grace(mut self, grace: Duration) -> Program {
        self.grace = grace;
        self
    }

    /// Runs it to its end in the foreground: its output is the person's to see.
    pub(crate) fn run(&self, stop: &Stop) -> Result<ExitStatus> {
        self.run_with(stop, Stdio::inherit(), Stdio::inherit())
    }

    /// Runs it to its end with all its output in `log`.
    pub(crate) fn run_logged(&self, stop: &Stop, log: &Path) -> Result<ExitStatus> {
        let (out, err) = log_ends(log)?;
        self.run_with(stop, out, err)
    }

    /// Runs it to its end with stdout in one file and stderr in another.
    pub(crate) fn run_split(&self, stop: &Stop, out: &Path, err: &Path) -> Result<ExitStatus> {
        let out = File::create(out).doing(|| format!("write {}", out.display()))?;
        let err = File::create(err).doing(|| format!("write {}", err.display()))?;
        self.run_with(stop, out.into(), err.into())
    }

    fn run_with(&self, stop: &Stop, out: Stdio, err: Stdio) -> Result<ExitStatus> {
        let mut guard = self.spawn(out, err)?;
        let ended = stop.wait_for(A_DAY, || guard.process.try_wait().doing(|| format!("wait for {}", self.name())));
        match ended {
            Ok(Some(status)) => Ok(status),
            Ok(None) => said(format!("{} did not end.", self.name())),
            Err(interrupted) => {
                guard.stop();
                Err(interrupted)
            }
        }
    }

    /// Starts it in the background with all its output in `log`.
    pub(crate) fn start(&self, log: &Path) -> Result<Child> {
        let (out, err) = log_ends(log)?;
        let mut child = self.spawn(out, err)?;
        child.log = Some(log.to_owned());
        Ok(child)
    }

    fn name(&self) -> String {
        Path::new(&self.program).file_name().unwrap_or(&self.program).to_string_lossy().into_owned()
    }

    fn spawn(&self, out: Stdio, err: Stdio) -> Result<Child> {
        let mut command = Command::new(own_program()?);
        if !self.keep_environment {
            command.env_clear();
            for name in ["PATH", "HOME"] {
                command.envs(std::env::var_os(name).map(|value| (name, value)));
            }
        }
        command
            .args(["guard", "--grace-seconds", &self.grace.as_secs().to_string(), "--"])
            .arg(&self.program)
            .args(&self.arguments)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(out)
            .stderr(err);
        if let Some(directory) = &self.directory {
            command.current_dir(directory);
        }
        command.process_group(0);
        let process = command.spawn().doing(|| format!("start {}", self.name()))?;
        Ok(Child { name: self.name(), process, log: None })
    }
}

/// This program. A rebuild while it runs (`cargo dev test` rebuilds the workspace) replaces the file but not the
/// program behind /proc/self/exe.
fn own_program() -> Result<PathBuf> {
    let linux = Path::new("/proc/self/exe");
    if linux.exists() { Ok(linux.to_owned()) } else { std::env::current_exe().doing(|| "find itself".to_owned()) }
}

fn log_ends(log: &Path) -> Result<(Stdio, Stdio)> {
    let file = File::create(log).doing(|| format!("write {}", log.display()))?;
    let twin = file.try_clone().doing(|| format!("write {}", log.display()))?;
    Ok((file.into(), twin.into()))
}

/// A running program. Dropping it ends it.
pub(crate) struct Child {
    name: String,
    process: std::process::Child,
    log: Option<PathBuf>,
}

impl Child {
    /// Fails with the end of its log if it has ended.
    pub(crate) fn still_runs(&mut self) -> Result<()> {
        match self.process.try_wait() {
            Ok(None) => Ok(()),
            Ok(Some(status)) => Err(self.death(status)),
            Err(error) => said(format!("Cannot watch {}: {error}", self.name)),
        }
    }

    fn death(&self, status: ExitStatus) -> Failure {
        let end = status.code().map_or_else(|| status.to_string(), |code| format!("exit code {code}"));
        let mut message = format!("{} ended by itself ({end}).", self.name);
        if let Some(log) = &self.log {
            message += &format!(" The end of {}:\n\n{}", log.display(), tail(log, TAIL_LINES, all));
        }
        Failure::Said(message)
    }

    /// Asks it to end and waits until it has, or was killed.
    pub(crate) fn stop(&mut self) {
        drop(self.process.stdin.take());
        let end = std::time::Instant::now() + GUARD_ENDS;
        while matches!(self.process.try_wait(), Ok(None)) && std::time::Instant::now() < end {
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The last of those lines of a file that `wanted` picks, indented; a note if there is none.
pub(crate) fn tail(path: &Path, lines: usize, wanted: impl Fn(&str) -> bool) -> String {
    excerpt(path, wanted, |picked| picked.len().saturating_sub(lines)..picked.len())
}

/// The first of them.
pub(crate) fn head(path: &Path, lines: usize, wanted: impl Fn(&str) -> bool) -> String {
    excerpt(path, wanted, |picked| 0..picked.len().min(lines))
}

fn excerpt(path: &Path, wanted: impl Fn(&str) -> bool, which: impl Fn(&[&str]) -> std::ops::Range<usize>) -> String {
    let text = std::fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let picked: Vec<&str> = text.lines().filter(|line| wanted(line)).collect();
    if picked.is_empty() {
        return "    (nothing)".to_owned();
    }
    picked[which(&picked)].iter().map(|line| format!("    {}", shortened(line))).collect::<Vec<_>>().join("\n")
}

/// Every line, for [`tail`].
pub(crate) fn all(_line: &str) -> bool {
    true
}

fn shortened(line: &str) -> String {
    match line.char_indices().nth(LONGEST_LINE) {
        Some((end, _)) => format!("{} ...", &line[..end]),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_long_log_the_wanted_lines_at_one_end_are_shown() {
        let log = std::env::temp_dir().join(format!("margay-log-{}", std::process::id()));
        std::fs::write(&log, "a 1\nb 2\na 3\na 4\n").expect("written");
        let wanted = |line: &str| line.starts_with('a');
        assert_eq!(tail(&log, 2, wanted), "    a 3\n    a 4");
        assert_eq!(head(&log, 2, wanted), "    a 1\n    a 3");
        assert_eq!(head(&log, 9, wanted), tail(&log, 9, wanted));
        assert_eq!(head(&log, 9, |_| false), "    (nothing)");
        std::fs::remove_file(log).expect("removed");
    }
}
