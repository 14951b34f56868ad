//! The step `browser`: what the simulator's page says of itself (biome, tsc, its unit tests), then the main job done by
//! mouse and keyboard in a headless Chromium, on a stack of its own.

use super::Outcome;
use super::scenarios::on_a_stack;
use crate::child::Program;
use crate::failure::{Result, said};
use crate::files;
use crate::node::Node;
use crate::page;
use crate::stop::Stop;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// Debian's name, Ubuntu's and Google's.
const CHROMIUMS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];
const NO_CHROMIUM: &str = "no Chromium for the browser tests (apt install chromium)";

pub(super) fn run(stop: &Stop, rest: &[String]) -> Result<Outcome> {
    let chromium = chromium(std::env::var_os("CHROMIUM"), &std::env::var_os("PATH").unwrap_or_default());
    if chromium.is_none() && on_ci(std::env::var_os("CI").as_deref()) {
        return said(format!("There is {NO_CHROMIUM}, and on CI that is a failure."));
    }
    let node = Node::ready(stop)?;
    page::install(stop, &node)?;
    // One failing check must not hide the others.
    let mut failed = Vec::new();
    for script in ["check", "test"] {
        if !npm(&node, script).run(stop)?.success() {
            failed.push(script);
        }
    }
    let page = page::build(stop, &node)?;
    if let Some(chromium) = &chromium
        && let Outcome::Failed = in_chromium(stop, &node, page, chromium, rest)?
    {
        failed.push("browser");
    }
    if !failed.is_empty() {
        println!("\nFailed in {}: npm run {}", files::shown(&page::sources()), failed.join(", npm run "));
        return Ok(Outcome::Failed);
    }
    Ok(if chromium.is_some() { Outcome::Passed } else { Outcome::Skipped(NO_CHROMIUM) })
}

/// A script of the page's package.json.
fn npm(node: &Node, script: &str) -> Program {
    node.npm(&page::sources()).args(["run", "--silent", script])
}

fn in_chromium(stop: &Stop, node: &Node, page: PathBuf, chromium: &Path, rest: &[String]) -> Result<Outcome> {
    on_a_stack(stop, Some(page), |stack| {
        let screenshots = stack.facts_file().with_file_name("screenshots");
        files::make_empty(&screenshots)?;
        let tests = npm(node, "browser")
            .arg("--")
            .args(rest)
            .env("MARGAY_STACK", stack.facts_file())
            .env("CHROMIUM", chromium)
            .env("MARGAY_SCREENSHOTS", &screenshots);
        let passed = tests.run(stop)?.success();
        println!("Screenshots are in {}", files::shown(&screenshots));
        Ok(passed)
    })
}

/// The named one, or the first that the PATH has.
fn chromium(named: Option<OsString>, path: &OsStr) -> Option<PathBuf> {
    if let Some(named) = named.filter(|named| !named.is_empty()) {
        return std::path::absolute(named).ok();
    }
    let directories: Vec<PathBuf> = std::env::split_paths(path).collect();
    let places = CHROMIUMS.iter().flat_map(|name| directories.iter().map(move |directory| directory.join(name)));
    places.into_iter().find(|place| place.is_file())
}

/// Whether a CI runs this: <https://docs.github.com/en/actions/reference/workflows-and-actions/variables> and others
/// set CI for that.
fn on_ci(ci: Option<&OsStr>) -> bool {
    ci.is_some_and(|ci| !ci.is_empty() && ci != "false")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_named_chromium_comes_before_those_on_the_path() {
        let directory = std::env::temp_dir().join(format!("margay-chromium-{}", std::process::id()));
        files::make_empty(&directory).expect("a temporary directory");
        let path = std::env::join_paths([std::path::Path::new("/nowhere"), &directory]).expect("no colon");
        assert_eq!(chromium(None, &path), None);
        for name in ["google-chrome", "chromium"] {
            std::fs::write(directory.join(name), "").expect("written");
            assert_eq!(chromium(None, &path), Some(directory.join(name)));
        }
        assert_eq!(chromium(Some("/opt/chrome".into()), &path), Some("/opt/chrome".into()));
        assert_eq!(chromium(Some("".into()), &path), Some(directory.join("chromium")));
        std::fs::remove_dir_all(directory).expect("removed");
    }

    #[test]
    fn ci_is_what_sets_the_variable_to_anything_but_false() {
        assert!(on_ci(Some("true".as_ref())) && on_ci(Some("1".as_ref())));
        assert!(!on_ci(None) && !on_ci(Some("".as_ref())) && !on_ci(Some("false".as_ref())));
    }
}
