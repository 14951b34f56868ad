//! Entries become rows: recorded answers of Slack, the documented shapes, and what Slack never should send.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod rows {
    mod hostile;
    mod keys;
    mod recorded;
    mod schema;
}

use logs::{Context, LogSourceId, LogType, Misfit, Row, normalise};
use serde_json::Value;

pub fn context() -> Context {
    Context::new(LogSourceId::new("src1").unwrap(), "SOC \"audit\"", "2026-11-21T07:10:00.5Z".parse().unwrap())
}

pub fn row_of(log_type: LogType, entry: &str) -> Result<(Value, Row), Misfit> {
    let mut out = b"before\n".to_vec();
    let row = normalise(log_type, entry, &context(), &mut out);
    let line = std::str::from_utf8(out.strip_prefix(b"before\n").unwrap()).unwrap();
    let row = match row {
        Ok(row) => row,
        Err(misfit) => {
            assert_eq!(line, "", "a misfit leaves nothing behind");
            return Err(misfit);
        }
    };
    assert_eq!(line.matches(['\n', '\r']).count(), 1, "{line}");
    assert!(line.ends_with("}\n"));
    let parsed: Value = serde_json::from_str(line).expect(line);
    assert_eq!(parsed["p_row_id"], row.key.to_string());
    Ok((parsed, row))
}

pub fn value_of(log_type: LogType, entry: &str) -> Value {
    row_of(log_type, entry).map(|(value, _)| value).unwrap_or_else(|misfit| panic!("{misfit}: {entry}"))
}

pub fn misfit_of(log_type: LogType, entry: &str) -> String {
    row_of(log_type, entry).expect_err(entry).to_string()
}
