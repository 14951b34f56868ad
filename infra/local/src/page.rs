//! The simulator's page: tests/page, its packages installed with npm and the page built with Vite into
//! target/dev/page, each only when what it is made from has changed. Of the sources only node_modules is written.

use crate::child::{Program, head, tail};
use crate::failure::{Doing, Failure, Result, said};
use crate::files;
use crate::node::Node;
use crate::steps::step;
use crate::stop::Stop;
use std::fs::{File, TryLockError};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How many lines of a log are shown when npm failed.
const EXCERPT_LINES: usize = 15;
/// Longer than another cargo dev can be busy with the page.
const ANOTHER_IS_DONE: Duration = Duration::from_secs(600);
/// In the page's directory, but no part of the page.
const NOT_SOURCES: [&str; 3] = ["node_modules", "browser", "dist"];

/// The page's sources, which are an npm package.
pub(crate) fn sources() -> PathBuf {
    files::root().join("tests/page")
}

/// Installs the packages that package-lock.json lists, unless they are there.
pub(crate) fn install(stop: &Stop, node: &Node) -> Result<()> {
    let _turn = turn(stop)?;
    let wanted = ["package.json", "package-lock.json"].map(|name| read(&sources().join(name)));
    let wanted = wanted.into_iter().collect::<Result<Vec<_>>>()?.concat();
    // Written last, and gone with node_modules, which npm begins with removing.
    let stamp = sources().join("node_modules/.installed");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    // A NODE_ENV of the person's shell must not leave out what builds the page.
    let npm = node.npm(&sources()).args(["ci", "--include=dev", "--no-audit", "--no-fund"]);
    step("Install the page's npm packages", || {
        logged(stop, &npm, "page-install.log", |log| {
            // What went wrong comes first; at the end is how to call npm.
            let errors = head(log, EXCERPT_LINES, |line| line.starts_with("npm error"));
            format!("npm could not install the packages of the page: {} says why.\n\n{errors}", files::shown(log))
        })
    })?;
    std::fs::write(&stamp, wanted).doing(|| format!("write {}", files::shown(&stamp)))
}

/// Builds the page, unless it is built from these very sources. Returns where it is.
pub(crate) fn build(stop: &Stop, node: &Node) -> Result<PathBuf> {
    install(stop, node)?;
    let _turn = turn(stop)?;
    let (built, stamp) = (files::dev().join("page"), files::dev().join("page.built"));
    // Taken before the build: what is changed meanwhile is built the next time.
    let wanted = fingerprint(&sources())?;
    let same = std::fs::read_to_string(&stamp).is_ok_and(|built_from| built_from == wanted);
    if same && built.join("index.html").is_file() {
        return Ok(built);
    }
    let _ = std::fs::remove_file(&stamp);
    let npm = node.npm(&sources()).args(["run", "build", "--", "--emptyOutDir", "--outDir"]).arg(&built);
    step("Build the page", || {
        logged(stop, &npm, "page-build.log", |log| {
            let end = tail(log, EXCERPT_LINES, |line| !line.trim_start().starts_with("at "));
            format!("The page could not be built: {} says why.\n\n{end}", files::shown(log))
        })
    })?;
    std::fs::write(&stamp, wanted).doing(|| format!("write {}", files::shown(&stamp)))?;
    Ok(built)
}

/// The page, or one line that says why there is none. All but the page works without it.
pub(crate) fn if_possible(stop: &Stop) -> Result<std::result::Result<PathBuf, String>> {
    match Node::ready(stop).and_then(|node| build(stop, &node)) {
        Ok(page) => Ok(Ok(page)),
        Err(Failure::Interrupted) => Err(Failure::Interrupted),
        Err(Failure::Said(message)) => Ok(Err(message.lines().next().unwrap_or_default().to_owned())),
    }
}

/// Runs it with its output in a log. `failure` begins with a line that says all that matters.
fn logged(stop: &Stop, program: &Program, log: &str, failure: impl FnOnce(&Path) -> String) -> Result<()> {
    let log = files::dev().join(log);
    if program.run_logged(stop, &log)?.success() { Ok(()) } else { said(failure(&log)) }
}

/// `cargo dev up` and `cargo dev test` may run side by side, but not both work on the page.
fn turn(stop: &Stop) -> Result<File> {
    let path = files::dev().join("page.lock");
    let file = File::create(&path).doing(|| format!("write {}", files::shown(&path)))?;
    let got = stop.wait_for(ANOTHER_IS_DONE, || match file.try_lock() {
        Ok(()) => Ok(Some(())),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => said(format!("Cannot lock {}: {error}", files::shown(&path))),
    })?;
    got.map_or_else(|| said("Another cargo dev has been busy with the page for minutes."), |()| Ok(file))
}

/// Another one whenever a source's path or content is another.
fn fingerprint(directory: &Path) -> Result<String> {
    let what = || format!("read {}", files::shown(directory));
    let (mut found, mut directories) = (Vec::new(), vec![directory.to_owned()]);
    while let Some(next) = directories.pop() {
        for entry in std::fs::read_dir(next).doing(what)? {
            let entry = entry.doing(what)?;
            let path = entry.path();
            if NOT_SOURCES.iter().any(|name| path == directory.join(name)) {
                continue;
            }
            let into = if entry.file_type().doing(what)?.is_dir() { &mut directories } else { &mut found };
            into.push(path);
        }
    }
    found.sort();
    let mut hasher = DefaultHasher::new();
    for file in found {
        file.hash(&mut hasher);
        std::fs::read(&file).doing(|| format!("read {}", files::shown(&file)))?.hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).doing(|| format!("read {}", files::shown(path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A directory of its own with these files, gone afterwards.
    struct Sources(PathBuf);

    impl Sources {
        fn new(name: &str) -> Sources {
            let directory = std::env::temp_dir().join(format!("margay-page-{name}-{}", std::process::id()));
            files::make_empty(&directory).expect("a temporary directory");
            let sources = Sources(directory);
            sources.write("index.html", "page");
            sources.write("src/main.tsx", "main");
            sources
        }

        fn write(&self, name: &str, content: &str) {
            let path = self.0.join(name);
            std::fs::create_dir_all(path.parent().expect("in a directory")).expect("made");
            std::fs::write(path, content).expect("written");
        }

        fn fingerprint(&self) -> String {
            fingerprint(&self.0).unwrap_or_else(|_| panic!("{} cannot be read", self.0.display()))
        }
    }

    impl Drop for Sources {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn the_page_is_built_anew_when_a_source_is_changed_added_moved_or_gone() {
        let sources = Sources::new("changed");
        let mut seen = vec![sources.fingerprint()];
        sources.write("src/main.tsx", "changed");
        seen.push(sources.fingerprint());
        sources.write("src/slack/channel.tsx", "added");
        seen.push(sources.fingerprint());
        std::fs::rename(sources.0.join("src/slack/channel.tsx"), sources.0.join("src/slack/thread.tsx"))
            .expect("moved");
        seen.push(sources.fingerprint());
        std::fs::remove_file(sources.0.join("index.html")).expect("removed");
        seen.push(sources.fingerprint());
        let mut different = seen.clone();
        different.sort();
        different.dedup();
        assert_eq!(different.len(), seen.len(), "{seen:?}");
    }

    #[test]
    fn what_is_no_part_of_the_page_does_not_build_it_anew() {
        let sources = Sources::new("same");
        let before = sources.fingerprint();
        sources.write("src/main.tsx", "main");
        sources.write("node_modules/react/index.js", "installed");
        sources.write("browser/triage.test.ts", "a browser test");
        assert_eq!(sources.fingerprint(), before);
    }
}
