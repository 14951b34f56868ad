//! `cargo dev up`: the stack in the foreground, until Ctrl-C.

use crate::build::{Along, Binaries, DEFAULT_PROFILE};
use crate::failure::{Failure, Result, said};
use crate::simulator::Credentials;
use crate::stack::{Options, OtherSlack, Source, Stack};
use crate::stop::Stop;
use crate::{files, page, ports, tour};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Where the API listens unless the person says otherwise.
const DEFAULT_PORT: u16 = 4600;
/// How often the running parts are looked after.
const LOOK_AFTER: Duration = Duration::from_secs(86_400);

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Where the API listens, on 127.0.0.1
    #[arg(long, default_value_t = DEFAULT_PORT)]
    port: u16,
    /// Keep the state in this directory from one run to the next
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// Use this Slack Web API (such as https://slack.com/api/) and not the simulator
    #[arg(long, value_name = "URL")]
    slack_base_url: Option<String>,
    /// A JSON file with the Slack app's client_id, client_secret, signing_secret and bot_token
    #[arg(long, value_name = "FILE", requires = "slack_base_url")]
    slack_secret: Option<PathBuf>,
    /// Build with optimisations, as for AWS
    #[arg(long, conflicts_with = "profile")]
    release: bool,
    /// Build with this cargo profile
    #[arg(long, default_value = DEFAULT_PROFILE)]
    profile: String,
    /// Build nothing: take the programs from this directory
    #[arg(long, value_name = "DIR", conflicts_with_all = ["release", "profile"])]
    binaries: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let stop = Stop::on_signals()?;
    let began = Instant::now();
    files::make_directory(&files::dev())?;
    let _lock = files::lock(&files::dev())?;
    let options = arguments.options()?;
    println!("Margay, local stack\n");
    let result = up(&stop, options, began);
    match result {
        Err(Failure::Interrupted) => {
            println!("\nStopped. Nothing is left running.");
            Ok(())
        }
        Err(Failure::Said(message)) => said(format!("{message}\n\nNothing is left running.")),
        Ok(()) => Ok(()),
    }
}

fn up(stop: &Stop, mut options: Options, began: Instant) -> Result<()> {
    // A real Slack is its own page.
    let no_page = match options.other_slack {
        Some(_) => None,
        None => match page::if_possible(stop)? {
            Ok(page) => {
                options.page = Some(page);
                None
            }
            Err(why) => Some(why),
        },
    };
    let mut stack = Stack::start(stop, options)?;
    println!("{}", tour::text(&stack, no_page.as_deref())?);
    println!("Ready in {}.", crate::steps::time(began.elapsed()));
    match stop.wait_for(LOOK_AFTER * 365, || stack.still_runs().map(|()| None::<()>)) {
        Err(Failure::Interrupted) => {
            println!("\nStopping ...");
            stack.stop()?;
            Err(Failure::Interrupted)
        }
        other => other.map(drop),
    }
}

impl Arguments {
    fn options(&self) -> Result<Options> {
        let option = format!("cargo dev up --port {}", self.port.wrapping_add(100).max(1024));
        let binaries = match &self.binaries {
            Some(directory) => Source::Built(Binaries::at(directory.clone())),
            None if self.release => Source::Build("release".to_owned(), Along::Alone),
            None => Source::Build(self.profile.clone(), Along::Alone),
        };
        Ok(Options {
            directory: files::dev(),
            api: ports::listen(self.port, &option)?,
            binaries,
            state: self.state.as_ref().map(|state| std::path::absolute(state).unwrap_or_else(|_| state.clone())),
            page: None,
            other_slack: self.other_slack()?,
            asks_model: false,
        })
    }

    fn other_slack(&self) -> Result<Option<OtherSlack>> {
        let Some(url) = &self.slack_base_url else { return Ok(None) };
        let credentials = match &self.slack_secret {
            Some(file) => match files::read_json(file)? {
                Some(secret) => Some(Credentials::of(&secret)),
                None => return said(format!("There is no file {}.", file.display())),
            },
            None => None,
        };
        Ok(Some(OtherSlack { base_url: format!("{}/", url.trim_end_matches('/')), credentials }))
    }
}
