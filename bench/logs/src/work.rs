//! The work of a contender in Rust: read entries, a line each; check them, make rows, hash and gzip them, write. At the
//! end it says how many there were and what it took of the processor.

use crate::{typed, value};
use clap::ValueEnum;
use libdeflater::{CompressionLvl, Compressor};
use logs::{Context, Encoder, LogSourceId, LogType, normalise};
use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;

/// What the rows of all contenders have in common.
pub(crate) const SOURCE: &str = "bench";
pub(crate) const LABEL: &str = "Benchmark";
pub(crate) const PARSE_TIME: &str = "2026-11-21T07:00:00Z";

/// Rows are handed to the encoder in pieces of about this size.
const PIECE: usize = 1 << 16;

/// Entries of a page, for `MargayPages`.
const PAGE: usize = 1000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Contender {
    /// `logs::normalise` and `logs::Encoder`.
    Margay,
    /// The same from whole pages of the API, which are taken apart with `serde_json` first.
    MargayPages,
    /// The same without gzip.
    MargayRows,
    /// `serde_json::Value`, changed and written again, and the same encoder.
    Value,
    /// Typed, borrowing structs of `serde_json` with raw `details`, which drop what they do not know, and libdeflate.
    Typed,
    /// libdeflate alone, on rows.
    Gzip,
}

/// What a contender says at its end.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Told {
    pub(crate) rows: u64,
    pub(crate) misfits: u64,
    /// Seconds of processor time since the process began.
    pub(crate) cpu: f64,
    /// The most memory it had, in MB; 0 if that is not known.
    pub(crate) peak: f64,
}

/// Where rows go.
enum Sink {
    Object(Box<Encoder>),
    Gzip(Box<Compressor>, Vec<u8>, Vec<u8>),
    Plain,
}

pub(crate) fn run(contender: Contender, input: &Path, output: &Path) -> Result<(), Box<dyn Error>> {
    let mut input = BufReader::with_capacity(1 << 18, File::open(input)?);
    let mut output = File::create(output)?;
    let mut sink = match contender {
        Contender::Margay | Contender::MargayPages | Contender::Value => Sink::Object(Box::default()),
        Contender::MargayRows => Sink::Plain,
        Contender::Typed | Contender::Gzip => {
            let level = CompressionLvl::new(6).unwrap_or_default();
            Sink::Gzip(Box::new(Compressor::new(level)), Vec::new(), Vec::new())
        }
    };
    let context = Context::new(LogSourceId::new(SOURCE)?, LABEL, PARSE_TIME.parse()?);
    let (mut line, mut out) = (String::new(), Vec::with_capacity(2 * PIECE));
    let (mut rows, mut misfits) = (0, 0);
    let mut page = Page::default();
    let mut more = true;
    while more {
        line.clear();
        more = input.read_line(&mut line)? > 0;
        let entry = line.trim_end_matches('\n');
        let mut count = |fits: bool| if fits { rows += 1 } else { misfits += 1 };
        match contender {
            Contender::MargayPages => {
                if page.add(entry, more) {
                    for entry in page.entries()? {
                        count(normalise(LogType::Audit, entry.get(), &context, &mut out).is_ok());
                    }
                    page = Page::default();
                }
            }
            _ if !more => {}
            Contender::Margay | Contender::MargayRows => {
                count(normalise(LogType::Audit, entry, &context, &mut out).is_ok());
            }
            Contender::Value => count(value::normalise(entry, &mut out).is_some()),
            Contender::Typed => count(typed::normalise(entry, &mut out).is_some()),
            Contender::Gzip => {
                out.extend_from_slice(line.as_bytes());
                count(true);
            }
        }
        if out.len() >= PIECE || !more {
            sink.take(&out, &mut output)?;
            out.clear();
        }
    }
    sink.end(&mut output)?;
    let told = Told { rows, misfits, cpu: cpu_seconds(), peak: peak_mb() };
    writeln!(std::io::stdout(), "{}", serde_json::to_string(&told)?)?;
    Ok(())
}

/// A page as the Audit Logs API sends it.
#[derive(Default)]
struct Page {
    body: String,
    count: usize,
}

#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow)]
    entries: Vec<&'a RawValue>,
}

impl Page {
    /// Adds an entry; whether the page is full, or the last. Lines that are no JSON would spoil it and are left out.
    fn add(&mut self, entry: &str, more: bool) -> bool {
        if entry.ends_with("}}") {
            self.body.push_str(if self.count == 0 { r#"{"ok":true,"entries":["# } else { "," });
            self.body.push_str(entry);
            self.count += 1;
        }
        self.count > 0 && (self.count == PAGE || !more)
    }

    fn entries(&mut self) -> Result<Vec<&RawValue>, serde_json::Error> {
        self.body.push_str(r#"],"response_metadata":{"next_cursor":""}}"#);
        Ok(serde_json::from_str::<Body<'_>>(&self.body)?.entries)
    }
}

impl Sink {
    fn take(&mut self, lines: &[u8], output: &mut File) -> Result<(), Box<dyn Error>> {
        match self {
            Self::Object(encoder) => encoder.write(lines),
            Self::Plain => output.write_all(lines)?,
            Self::Gzip(_, waiting, _) => {
                waiting.extend_from_slice(lines);
                if waiting.len() >= logs::object::MEMBER_BYTES {
                    self.member(output)?;
                }
            }
        }
        Ok(())
    }

    fn member(&mut self, output: &mut File) -> Result<(), Box<dyn Error>> {
        if let Self::Gzip(compressor, waiting, gzip) = self {
            gzip.resize(compressor.gzip_compress_bound(waiting.len()), 0);
            let written = compressor.gzip_compress(waiting, gzip)?;
            output.write_all(&gzip[..written])?;
            waiting.clear();
        }
        Ok(())
    }

    fn end(&mut self, output: &mut File) -> Result<(), Box<dyn Error>> {
        match self {
            Self::Object(encoder) => output.write_all(&encoder.finish().gzip)?,
            Self::Plain => {}
            Self::Gzip(..) => self.member(output)?,
        }
        Ok(())
    }
}

fn cpu_seconds() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// Linux tells; elsewhere it is not known.
fn peak_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|kb| kb.trim_end_matches("kB").trim().parse::<f64>().ok()).map_or(0.0, |kb| kb / 1024.0)
}
