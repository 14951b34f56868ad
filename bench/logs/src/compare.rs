//! Runs the contenders in turns, checks that those who do the same work made the same rows, and prints the medians.

use crate::generate;
use crate::work::Told;
use flate2::read::MultiGzDecoder;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::error::Error;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const PROJECT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
const PEERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/peers");

/// Somebody who normalises.
struct Contender {
    name: &'static str,
    program: Program,
    /// Whether its rows must be Margay's.
    same_rows: bool,
    told: Vec<Told>,
    bytes: u64,
}

enum Program {
    /// `logs-bench work ...`
    Own(&'static str),
    /// An interpreter and a file in `peers/`.
    Peer(&'static str, &'static str),
}

/// The contender to whom all others are compared.
const MARGAY: &str = "Margay";
const FLOOR: &str = "gzip alone (libdeflate, on Margay's rows)";

pub(crate) fn run(entries: usize, rounds: usize, input: Option<PathBuf>) -> Result<(), Box<dyn Error>> {
    let mut say = std::io::stdout();
    let folder = Path::new(PROJECT).join("target/bench-logs");
    fs::create_dir_all(&folder)?;
    let input = match input {
        Some(input) => input,
        None => {
            let input = folder.join(format!("audit-{entries}.ndjson"));
            if !input.exists() {
                generate::write(entries, &input)?;
            }
            input
        }
    };
    let (rows, output) = (folder.join("rows.ndjson"), folder.join("output"));
    let mut contenders = contenders(&mut say)?;
    Program::Own("margay-rows").run(&input, &rows)?;
    let expected = digest(BufReader::new(File::open(&rows)?))?;
    for round in 0..rounds {
        let count = contenders.len();
        for turn in 0..count {
            let contender = &mut contenders[(turn + round) % count];
            let told = contender.program.run(if contender.name == FLOOR { &rows } else { &input }, &output)?;
            if round == 0 {
                contender.bytes = fs::metadata(&output)?.len();
                if contender.same_rows && digest(BufReader::new(MultiGzDecoder::new(File::open(&output)?)))? != expected
                {
                    return Err(format!("the rows of {} differ from Margay's", contender.name).into());
                }
            }
            contender.told.push(told);
        }
        writeln!(say, "round {} of {rounds}", round + 1)?;
    }
    table(&contenders, fs::metadata(&input)?.len(), fs::metadata(&rows)?.len(), &mut say)
}

fn contenders(say: &mut impl Write) -> Result<Vec<Contender>, Box<dyn Error>> {
    let all = [
        (MARGAY, Program::Own("margay"), true),
        ("Margay, from whole pages", Program::Own("margay-pages"), true),
        ("Margay, rows only, no gzip", Program::Own("margay-rows"), false),
        ("Rust, serde_json::Value + libdeflate", Program::Own("value"), true),
        ("Rust, typed serde_json + libdeflate (does less)", Program::Own("typed"), false),
        ("Node, JSON + zlib", Program::Peer("node", "normalise.mjs"), true),
        ("Python, json + zlib", Program::Peer("python3", "normalise.py"), true),
        (FLOOR, Program::Own("gzip"), false),
    ];
    let mut present = Vec::new();
    for (name, program, same_rows) in all {
        if let Some(missing) = program.missing() {
            writeln!(say, "{name}: left out, there is no {missing}")?;
        } else {
            present.push(Contender { name, program, same_rows, told: Vec::new(), bytes: 0 });
        }
    }
    Ok(present)
}

impl Program {
    fn missing(&self) -> Option<&'static str> {
        match self {
            Self::Own(_) => None,
            Self::Peer(interpreter, _) => {
                let asked =
                    Command::new(interpreter).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
                (!asked.is_ok_and(|status| status.success())).then_some(*interpreter)
            }
        }
    }

    fn run(&self, input: &Path, output: &Path) -> Result<Told, Box<dyn Error>> {
        let mut command = match self {
            Self::Own(work) => {
                let mut command = Command::new(std::env::current_exe()?);
                command.args(["work", work]);
                command
            }
            Self::Peer(interpreter, file) => {
                let mut command = Command::new(interpreter);
                command.arg(Path::new(PEERS).join(file));
                command
            }
        };
        let done = command.args([input, output]).stderr(Stdio::inherit()).output()?;
        if !done.status.success() {
            return Err(format!("{command:?} failed").into());
        }
        Ok(serde_json::from_slice(&done.stdout)?)
    }
}

/// What all rows say, whatever the order of their fields.
fn digest(rows: impl BufRead) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut hash = Sha256::new();
    for row in rows.lines() {
        let mut row: Value = serde_json::from_str(&row?)?;
        row.sort_all_objects();
        hash.update(row.to_string());
    }
    Ok(hash.finalize().to_vec())
}

fn median(contender: &Contender, what: fn(&Told) -> f64) -> f64 {
    let mut values: Vec<f64> = contender.told.iter().map(what).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn table(contenders: &[Contender], entries: u64, rows: u64, say: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let speed = |contender: &Contender| median(contender, |told| (told.rows + told.misfits) as f64 / told.cpu);
    let margay = contenders.iter().find(|one| one.name == MARGAY).ok_or("Margay is always there")?;
    let mb = |bytes: u64| bytes as f64 / 1e6;
    writeln!(
        say,
        "\n{:.0} MB of entries, {:.0} MB of rows, gzip level 6, medians of processor time\n",
        mb(entries),
        mb(rows)
    )?;
    writeln!(say, "| | events/s/core | of Margay's | peak MB | object MB | misfits |")?;
    writeln!(say, "|---|---|---|---|---|---|")?;
    for one in contenders {
        writeln!(
            say,
            "| {} | {:.1} k | {:.2} | {:.0} | {:.1} | {} |",
            one.name,
            speed(one) / 1e3,
            speed(one) / speed(margay),
            median(one, |told| told.peak),
            mb(one.bytes),
            one.told.first().map_or(0, |told| told.misfits),
        )?;
    }
    Ok(())
}
