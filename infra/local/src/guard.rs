//! `cargo dev guard -- program ...`: a small process between `dev` and each program it starts.
//!
//! It ends the program, with all the program started, when `dev` asks, and when `dev` is gone for whatever reason:
//! its stdin is a pipe whose other end only `dev` holds. The program and its children are one process group of their
//! own, so Ctrl-C in the terminal reaches `dev` alone, which then stops things in order.

use rustix::process::{Pid, Signal, kill_process_group};
use std::ffi::OsString;
use std::io::Read;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const LOOK_AGAIN: Duration = Duration::from_millis(20);

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// How long the program has to end by itself after SIGTERM
    #[arg(long)]
    grace_seconds: u64,
    #[arg(last = true, required = true)]
    command: Vec<OsString>,
}

/// The program's own exit code, 127 if it could not be started, 128 and the signal if it was killed.
pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let asked = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGTERM, signal_hook::consts::SIGINT, signal_hook::consts::SIGHUP] {
        if signal_hook::flag::register(signal, Arc::clone(&asked)).is_err() {
            return ExitCode::from(127);
        }
    }
    let (program, rest) = arguments.command.split_first().expect("clap requires one");
    let mut command = Command::new(program);
    command.args(rest).stdin(Stdio::null()).process_group(0);
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => {
            eprintln!("cannot start {}: {error}", program.to_string_lossy());
            return ExitCode::from(127);
        }
    };
    let parent_gone = Arc::clone(&asked);
    std::thread::spawn(move || {
        let mut nothing = Vec::new();
        let _ = std::io::stdin().read_to_end(&mut nothing);
        parent_gone.store(true, Ordering::Relaxed);
    });

    let ended = wait(&mut child, || asked.load(Ordering::Relaxed)).or_else(|| {
        signal_group(&child, Signal::TERM);
        let end = Instant::now() + Duration::from_secs(arguments.grace_seconds);
        wait(&mut child, || Instant::now() >= end)
    });
    // Whatever it left running, and itself if it did not end in time.
    signal_group(&child, Signal::KILL);
    match ended.map_or_else(|| child.wait(), Ok) {
        Ok(status) => code(status),
        Err(_) => ExitCode::FAILURE,
    }
}

/// The child's status once it has ended; `None` as soon as `give_up`.
fn wait(child: &mut Child, give_up: impl Fn() -> bool) -> Option<ExitStatus> {
    loop {
        if let Ok(Some(status)) = child.try_wait() {
            return Some(status);
        }
        if give_up() {
            return None;
        }
        std::thread::sleep(LOOK_AGAIN);
    }
}

fn signal_group(child: &Child, signal: Signal) {
    if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        // An error means that nobody is left in the group.
        let _ = kill_process_group(group, signal);
    }
}

fn code(status: ExitStatus) -> ExitCode {
    let code = status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0));
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}
