//! What the person sees while something takes time: what is being done, then how long it took.

use crate::failure::Result;
use std::io::Write;
use std::time::{Duration, Instant};

/// Where the times stand.
const COLUMN: usize = 58;

/// Does one thing quietly: its name is printed at once, its time when it ends.
pub(crate) fn step<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    print!("  {what} ...");
    let _ = std::io::stdout().flush();
    let start = Instant::now();
    let result = work();
    match &result {
        Ok(_) => println!("{:>width$}", time(start.elapsed()), width = COLUMN.saturating_sub(what.len())),
        Err(_) => println!(),
    }
    result
}

/// Does one thing that prints its own progress between the two lines.
pub(crate) fn loud_step<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("  {what}");
    let start = Instant::now();
    let result = work();
    if result.is_ok() {
        println!("  {:<width$}{:>8}", format!("{what}: done"), time(start.elapsed()), width = COLUMN - 2);
    }
    result
}

/// A duration as a person reads it: `0.4 s`, `12.0 s`, `2 min 5 s`.
pub(crate) fn time(elapsed: Duration) -> String {
    let seconds = elapsed.as_secs_f64();
    if seconds < 99.95 {
        format!("{seconds:.1} s")
    } else {
        format!("{} min {} s", elapsed.as_secs() / 60, elapsed.as_secs() % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_short_and_has_a_unit() {
        let cases =
            [(40, "0.0 s"), (1_250, "1.2 s"), (99_900, "99.9 s"), (99_960, "1 min 39 s"), (125_000, "2 min 5 s")];
        for (millis, shown) in cases {
            assert_eq!(time(Duration::from_millis(millis)), shown);
        }
    }
}
