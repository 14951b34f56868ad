//! Python, for the two tools that are Python: ministack, and SAM with cfn-lint. They need different versions of boto3,
//! so each has a virtual environment of its own in target/dev/, made once from pinned requirements. A third holds Node,
//! where the machine has none.

use crate::child::{Program, all, tail};
use crate::failure::{Doing, Failure, Result, said};
use crate::files;
use crate::steps::step;
use crate::stop::Stop;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The oldest Python that the tools support.
const OLDEST: (u32, u32) = (3, 10);
/// Tried in this order: the usual one first, then others that may be beside an old one.
const NAMES: [&str; 6] = ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10"];

/// A virtual environment with everything its requirements file lists.
pub(crate) struct Venv {
    directory: PathBuf,
}

impl Venv {
    /// ministack and what deploys to it.
    pub(crate) fn stack(stop: &Stop) -> Result<Venv> {
        Venv::ready(stop, "stack", "Install ministack (once)")
    }

    /// SAM and cfn-lint.
    pub(crate) fn checks(stop: &Stop) -> Result<Venv> {
        Venv::ready(stop, "checks", "Install SAM and cfn-lint (once)")
    }

    /// Node and npm.
    pub(crate) fn node(stop: &Stop) -> Result<Venv> {
        Venv::ready(stop, "node", "Install Node (once)")
    }

    /// Where its programs lie.
    pub(crate) fn programs(&self) -> PathBuf {
        self.directory.join("bin")
    }

    /// An installed program.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.programs().join(name)
    }

    /// Makes it unless it is there and was made from the same requirements.
    fn ready(stop: &Stop, name: &str, what: &str) -> Result<Venv> {
        let requirements = files::root().join(format!("infra/local/{name}.requirements.txt"));
        let wanted =
            std::fs::read_to_string(&requirements).doing(|| format!("read {}", files::shown(&requirements)))?;
        let venv = Venv { directory: files::dev().join(format!("venv-{name}")) };
        // Written last, so that it is only there if the installation was completed.
        let stamp = venv.directory.join("installed.txt");
        let there = std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted);
        if there && runs(&venv.program("python")) {
            return Ok(venv);
        }
        let python = find()?;
        step(what, || venv.install(stop, &python, &requirements))?;
        std::fs::write(&stamp, wanted).doing(|| format!("write {}", files::shown(&stamp)))?;
        Ok(venv)
    }

    fn install(&self, stop: &Stop, python: &Path, requirements: &Path) -> Result<()> {
        files::make_empty(&self.directory)?;
        let log = self.directory.with_extension("log");
        let make = Program::new(python).args(["-m", "venv"]).arg(&self.directory);
        let install = Program::new(self.program("python"))
            .args(["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--requirement"])
            .arg(requirements);
        for program in [make, install] {
            if !program.run_logged(stop, &log)?.success() {
                return said(format!(
                    "The Python packages of {} could not be installed. The end of {}:\n\n{}",
                    files::shown(requirements),
                    files::shown(&log),
                    tail(&log, 15, all)
                ));
            }
        }
        Ok(())
    }
}

/// A Python that is new enough and can make virtual environments, or what to install.
fn find() -> Result<PathBuf> {
    let mut too_old = None;
    for name in NAMES {
        let Some(version) = version(name) else { continue };
        if version < OLDEST {
            too_old.get_or_insert(version);
        } else if succeeds(Command::new(name).args(["-c", "import ensurepip, venv"])) {
            return Ok(name.into());
        } else {
            return said(format!(
                "{name} has no venv module, which is a package of its own on Debian and Ubuntu. Install it:\n\n    \
                 sudo apt-get install python3-venv"
            ));
        }
    }
    let found = too_old.map_or_else(
        || "There is no python3 on the PATH.".to_owned(),
        |(major, minor)| format!("The python3 on the PATH is {major}.{minor}."),
    );
    Err(Failure::Said(format!(
        "{found} The local stack needs Python {}.{} or newer. On Debian and Ubuntu:\n\n    \
         sudo apt-get install python3 python3-venv",
        OLDEST.0, OLDEST.1
    )))
}

fn version(python: &str) -> Option<(u32, u32)> {
    let script = "import sys; print(sys.version_info[0], sys.version_info[1])";
    let output = Command::new(python).args(["-c", script]).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let (major, minor) = text.trim().split_once(' ')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

fn runs(python: &Path) -> bool {
    succeeds(Command::new(python).args(["-c", ""]))
}

fn succeeds(command: &mut Command) -> bool {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}
