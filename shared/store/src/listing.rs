//! Lists alerts by their time of creation, filtered, page by page.
//!
//! The index has a partition a month; a page walks them in order and skips what the filter refuses, within a bound of
//! reads, so a page may be short and still have a `next`.

use crate::item::{Item, parsed, s, sortable, text};
use crate::{AlertRecord, Error, Store};
use alert::{AlertId, AlertType, Severity, Status};
use futures::future::try_join_all;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan, tz::TimeZone};
use serde::{Deserialize, Serialize};

/// Oldest or newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortDir {
    Ascending,
    #[default]
    Descending,
}

/// Which alerts to list. An empty list of a kind means all of that kind.
#[derive(Debug, Clone, Default)]
pub struct AlertFilter {
    /// Created at or after.
    pub after: Timestamp,
    /// Created at or before.
    pub before: Timestamp,
    pub alert_types: Vec<AlertType>,
    pub severities: Vec<Severity>,
    pub statuses: Vec<Status>,
    pub log_types: Vec<String>,
    pub detection_id: Option<String>,
    /// Part of the title, in any case.
    pub name_contains: Option<String>,
    /// The assignee's id; empty for alerts without one.
    pub assignee: Option<String>,
    pub sort: SortDir,
}

/// One page of alerts.
#[derive(Debug)]
pub struct AlertPage {
    pub alerts: Vec<AlertRecord>,
    /// Where the next page begins, if there is one.
    pub next: Option<Cursor>,
}

/// Where a page ends: the month and the place in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    month: String,
    time: String,
}

/// Index queries a page may cost at most.
const MAX_QUERIES: usize = 24;

impl Store {
    /// The page of alerts after `cursor`, at most `limit` of them, loaded whole.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn list_alerts(
        &self,
        filter: &AlertFilter,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<AlertPage, Error> {
        let mut ids: Vec<AlertId> = Vec::new();
        let mut next = None;
        let mut from = cursor.cloned();
        let mut queries = 0;
        'months: for month in months(filter, cursor) {
            loop {
                if queries == MAX_QUERIES {
                    next = Some(from.unwrap_or_else(|| start_of(&month, filter)));
                    break 'months;
                }
                queries += 1;
                let (items, more) = self.index_page(filter, &month, from.as_ref()).await?;
                for item in &items {
                    let here = Cursor { month: month.clone(), time: text(item, "time")?.to_owned() };
                    if ids.len() == limit {
                        next = Some(from.unwrap_or_else(|| start_of(&month, filter)));
                        break 'months;
                    }
                    if matches(filter, item)? {
                        ids.push(id_of(item)?);
                    }
                    from = Some(here);
                }
                if !more {
                    break;
                }
            }
            from = None;
        }
        let records = try_join_all(ids.iter().map(|id| self.load_alert(id))).await?;
        Ok(AlertPage { alerts: records.into_iter().flatten().collect(), next })
    }

    async fn index_page(
        &self,
        filter: &AlertFilter,
        month: &str,
        from: Option<&Cursor>,
    ) -> Result<(Vec<Item>, bool), Error> {
        let ascending = filter.sort == SortDir::Ascending;
        // `$` sorts right after `#`, so this bound contains every id of the last millisecond.
        let (mut low, mut high) = (sortable(filter.after), format!("{}$", sortable(filter.before)));
        match from.filter(|from| from.month == month) {
            // An id holds no `~` and nothing below `-`: these are the nearest keys beside the one already given.
            Some(from) if ascending => low = low.max(format!("{}!", from.time)),
            Some(from) => high = high.min(before(&from.time)),
            None => {}
        }
        if low > high {
            return Ok((Vec::new(), false));
        }
        let query = self.client.query().table_name(&self.table).index_name("by-time").scan_index_forward(ascending);
        let query = query.key_condition_expression("#month = :month AND #time BETWEEN :low AND :high");
        let query = query.expression_attribute_names("#month", "month").expression_attribute_names("#time", "time");
        let query = query.expression_attribute_values(":month", s(month));
        let query = query.expression_attribute_values(":low", s(low)).expression_attribute_values(":high", s(high));
        let page = query.limit(200).send().await.map_err(Error::of("listing alerts"))?;
        let more = page.last_evaluated_key.is_some();
        Ok((page.items.unwrap_or_default(), more))
    }
}

/// The greatest key below `time`, near enough: its last character one lower, then the highest there is.
fn before(time: &str) -> String {
    let mut bytes = time.as_bytes().to_vec();
    if let Some(last) = bytes.last_mut() {
        *last -= 1;
    }
    let mut text = String::from_utf8_lossy(&bytes).into_owned();
    text.push('~');
    text
}

fn start_of(month: &str, filter: &AlertFilter) -> Cursor {
    let time = match filter.sort {
        SortDir::Ascending => "!".to_owned(),
        SortDir::Descending => "~".to_owned(),
    };
    Cursor { month: month.to_owned(), time }
}

/// The months of the filter's range from the cursor on, in the order of the listing.
fn months(filter: &AlertFilter, cursor: Option<&Cursor>) -> impl Iterator<Item = String> + use<> {
    let first_day = |at: Timestamp| at.to_zoned(TimeZone::UTC).date().first_of_month();
    let (mut low, mut high) = (first_day(filter.after), first_day(filter.before));
    let ascending = filter.sort == SortDir::Ascending;
    let resume = cursor.and_then(|cursor| format!("{}-01", cursor.month).parse::<Date>().ok());
    match resume {
        Some(month) if ascending => low = low.max(month),
        Some(month) => high = high.min(month),
        None => {}
    }
    let start = if ascending { low } else { high };
    let step = if ascending { 1.month() } else { -1.month() };
    std::iter::successors(Some(start), move |month| month.checked_add(step).ok())
        .take_while(move |month| *month >= low && *month <= high)
        .map(|month| month.strftime("%Y-%m").to_string())
}

fn id_of(item: &Item) -> Result<AlertId, Error> {
    let id = AlertId::new(text(item, "pk")?.trim_start_matches("ALERT#"));
    id.map_err(|error| Error::Corrupt { key: "by-time".to_owned(), what: error.to_string() })
}

fn matches(filter: &AlertFilter, item: &Item) -> Result<bool, Error> {
    fn among<T: std::str::FromStr + PartialEq>(wanted: &[T], item: &Item, name: &str) -> Result<bool, Error> {
        Ok(wanted.is_empty() || text(item, name)?.parse().is_ok_and(|value: T| wanted.contains(&value)))
    }
    let log_types: Vec<String> = parsed(item, "log_types")?;
    let lower = |text: &str| text.to_lowercase();
    Ok(among(&filter.alert_types, item, "alert_type")?
        && among(&filter.severities, item, "severity")?
        && among(&filter.statuses, item, "status")?
        && (filter.log_types.is_empty() || filter.log_types.iter().any(|wanted| log_types.contains(wanted)))
        && filter.detection_id.as_deref().is_none_or(|wanted| text(item, "detection_id").is_ok_and(|id| id == wanted))
        && filter.assignee.as_deref().is_none_or(|wanted| text(item, "assignee").is_ok_and(|id| id == wanted))
        && filter
            .name_contains
            .as_deref()
            .is_none_or(|part| text(item, "title").is_ok_and(|title| lower(title).contains(&lower(part)))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(after: &str, before: &str, sort: SortDir) -> AlertFilter {
        AlertFilter { after: after.parse().unwrap(), before: before.parse().unwrap(), sort, ..AlertFilter::default() }
    }

    #[test]
    fn months_run_over_the_range_in_the_order_of_the_listing_and_resume_at_the_cursor() {
        let mut range = filter("2025-11-30T23:59:59Z", "2026-02-01T00:00:00Z", SortDir::Ascending);
        let ascending: Vec<_> = months(&range, None).collect();
        assert_eq!(ascending, ["2025-11", "2025-12", "2026-01", "2026-02"]);
        let cursor = Cursor { month: "2026-01".to_owned(), time: String::new() };
        assert_eq!(months(&range, Some(&cursor)).collect::<Vec<_>>(), ["2026-01", "2026-02"]);
        range.sort = SortDir::Descending;
        assert_eq!(months(&range, Some(&cursor)).collect::<Vec<_>>(), ["2026-01", "2025-12", "2025-11"]);
    }

    #[test]
    fn the_bound_before_a_key_excludes_it_and_keeps_what_is_below() {
        assert!(before("000000000000123#ab").as_str() < "000000000000123#ab");
        assert!(before("000000000000123#ab").as_str() > "000000000000123#aa");
        assert!(before("000000000000123#ab").as_str() > "000000000000123#aazz");
    }
}
