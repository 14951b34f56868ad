//! Where things lie: the checkout, cargo's target directory, and what `dev` writes there.

use crate::failure::{Doing, Failure, Result, said};
use serde_json::Value;
use std::fs::{File, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// The checkout's root.
pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.ancestors().nth(2).unwrap_or(manifest).to_owned()
}

/// Cargo's target directory: this program lies in target/<profile>/.
pub(crate) fn target() -> PathBuf {
    let program = std::env::current_exe().unwrap_or_default();
    program.ancestors().nth(2).map_or_else(|| root().join("target"), Path::to_owned)
}

/// Everything `dev` writes.
pub(crate) fn dev() -> PathBuf {
    target().join("dev")
}

/// A path as it is shown: from the checkout's root if it is below it.
pub(crate) fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

pub(crate) fn make_directory(path: &Path) -> Result<()> {
    std::fs::create_dir_all(path).doing(|| format!("make the directory {}", shown(path)))
}

/// Empties a directory that only this program uses.
pub(crate) fn make_empty(path: &Path) -> Result<()> {
    match std::fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            said(format!("Cannot empty {}: {error}", shown(path)))
        }
        _ => make_directory(path),
    }
}

/// Writes JSON that may hold keys, readable by its owner only, whole or not at all.
pub(crate) fn write_json(path: &Path, value: &Value) -> Result<()> {
    let part = path.with_extension("part");
    let what = || format!("write {}", shown(path));
    let file = File::options().write(true).create(true).truncate(true).mode(0o600).open(&part).doing(what)?;
    serde_json::to_writer_pretty(&file, value).doing(what)?;
    std::fs::rename(&part, path).doing(what)
}

/// Reads JSON; `None` if there is no such file.
pub(crate) fn read_json(path: &Path) -> Result<Option<Value>> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes).doing(|| format!("understand {}", shown(path)))?)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::Said(format!("Cannot read {}: {error}", shown(path)))),
    }
}

/// Holds a directory for this process alone; the lock goes with the process, however it ends.
pub(crate) fn lock(directory: &Path) -> Result<File> {
    let path = directory.join("lock");
    let file = File::create(&path).doing(|| format!("write {}", shown(&path)))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => said(format!(
            "Another cargo dev is at work in {}. Stop it with Ctrl-C in its terminal first.",
            shown(directory)
        )),
        Err(TryLockError::Error(error)) => said(format!("Cannot lock {}: {error}", shown(&path))),
    }
}
