//! Table blocks: 100 rows of 20 cells, one table in a message.
//! <https://docs.slack.dev/reference/block-kit/blocks/table-block>

use super::finding::{Findings, Node};
use super::rich_text;

const ROWS_MAX: usize = 100;
const CELLS_MAX: usize = 20;

/// A table.
pub(crate) fn check(findings: &mut Findings, table: &Node) {
    table.only(findings, &["block_id", "rows", "column_settings"]);
    for (index, value) in table.list(findings, "column_settings", 0, CELLS_MAX).iter().enumerate() {
        // A column without settings of its own is null.
        if value.is_null() {
            continue;
        }
        let at = format!("{}/{index}", table.at("column_settings"));
        let Some(column) = findings.object(value, &at) else { continue };
        column.only(findings, &["align", "is_wrapped"]);
        column.one_of(findings, "align", &["left", "center", "right"]);
        column.flag(findings, "is_wrapped");
    }
    if table.require(findings, "rows").is_none() {
        return;
    }
    for (row, value) in table.list(findings, "rows", 1, ROWS_MAX).iter().enumerate() {
        let at = format!("{}/{row}", table.at("rows"));
        let Some(cells) = value.as_array() else {
            findings.add(&at, "must provide an array");
            continue;
        };
        if cells.len() > CELLS_MAX {
            findings.add(&at, format!("no more than {CELLS_MAX} items allowed"));
        }
        for (column, value) in cells.iter().enumerate() {
            if let Some(cell) = findings.object(value, &format!("{at}/{column}")) {
                check_cell(findings, &cell);
            }
        }
    }
}

fn check_cell(findings: &mut Findings, cell: &Node) {
    match cell.kind() {
        "rich_text" => rich_text::check(findings, cell),
        "raw_text" => {
            cell.only(findings, &["text"]);
            if cell.require(findings, "text").is_some() {
                cell.string(findings, "text", 1, usize::MAX);
            }
        }
        other => findings.add(&cell.at("type"), format!("unsupported type: {other}")),
    }
}
