//! How fast entries become objects: Margay beside plain Python, Node and Rust doing the same work, and beside gzip alone.
//!
//! `cargo run --release -p logs-bench` writes entries, runs every contender in its own process, in turns, and prints the
//! medians. What a contender does is in `work.rs` and `peers/`; README.md says how to read the table.

mod compare;
mod generate;
mod typed;
mod value;
mod work;

use clap::{Parser, Subcommand};
use std::error::Error;
use std::path::PathBuf;

/// Compares the normalising of Slack audit entries.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// As many audit entries.
    #[arg(long, default_value_t = 200_000)]
    entries: usize,
    /// As many turns.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// NDJSON of audit entries to use in place of generated ones.
    #[arg(long)]
    input: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// One contender's work, as the comparison calls it.
    Work { contender: work::Contender, input: PathBuf, output: PathBuf },
    /// Writes audit entries.
    Generate { entries: usize, output: PathBuf },
}

fn main() -> Result<(), Box<dyn Error>> {
    let Arguments { command, entries, rounds, input } = Arguments::parse();
    match command {
        Some(Command::Work { contender, input, output }) => work::run(contender, &input, &output),
        Some(Command::Generate { entries, output }) => generate::write(entries, &output),
        None => compare::run(entries, rounds, input),
    }
}
