//! `cargo dev`: Margay on this machine, without an AWS account or a Slack workspace.
//!
//! `cargo dev up` deploys the real template.yaml to ministack, an AWS emulator, beside a Slack simulator; `cargo dev
//! test` runs what CI runs; `cargo dev show` shows the simulated channels; `cargo dev api-key` makes, lists and revokes
//! API keys of any deployment; `cargo dev manifest` prints a Slack app's manifest. Everything it writes lies in
//! target/dev/.
//!
//! Layout, from the commands down: `up`, `checks`, `show`, `api_key`, `manifest` are the commands; `stack` starts and
//! stops the parts in order; `seed` and `tour` fill a new stack and say what to try; `build`, `python`, `node`, `page`,
//! `emulator`, `simulator` and `front` are one part each; `child` and `guard` see to it that no process outlives
//! `cargo dev`.

#![allow(clippy::print_stdout, reason = "a command-line tool speaks on stdout")]
#![allow(
    clippy::disallowed_methods,
    reason = "it runs on a developer's machine: the environment and the clock are its inputs"
)]

mod api_key;
mod build;
mod checks;
mod child;
mod curl;
mod emulator;
mod failure;
mod files;
mod front;
mod guard;
mod http;
mod manifest;
mod node;
mod page;
mod ports;
mod python;
mod seed;
mod show;
mod simulator;
mod stack;
mod steps;
mod stop;
mod tour;
mod up;

use clap::{Parser, Subcommand};
use failure::Failure;
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "cargo dev", bin_name = "cargo dev", about = "Margay on this machine", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build and start everything, with a sample alert, until Ctrl-C
    Up(up::Arguments),
    /// Run what CI runs, ending with the scenarios and a browser, each on a fresh stack
    Test(checks::Arguments),
    /// Show what the simulated Slack channels show
    Show,
    /// Make, list and revoke API keys, here or in AWS
    ApiKey(api_key::Arguments),
    /// Print a Slack app's manifest for one deployment, ready to paste
    Manifest(manifest::Arguments),
    /// Run a program and end it with this process; `dev` starts its children so
    #[command(hide = true)]
    Guard(guard::Arguments),
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Up(arguments) => up::run(&arguments),
        Command::Test(arguments) => checks::run(&arguments),
        Command::Show => show::run(),
        Command::ApiKey(arguments) => api_key::run(&arguments),
        Command::Manifest(arguments) => manifest::run(&arguments),
        Command::Guard(arguments) => return guard::run(&arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        // As a shell reports a program that ended by Ctrl-C.
        Err(Failure::Interrupted) => ExitCode::from(130),
        Err(Failure::Said(message)) => {
            eprintln!("\n{message}");
            ExitCode::FAILURE
        }
    }
}
