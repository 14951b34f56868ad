//! Which alerts `GET /alerts` lists: Panther's parameters, and `assignee`.

use crate::query::Query;
use alert::{AlertType, Severity, Status};
use jiff::{SignedDuration, Timestamp};
use std::str::FromStr;
use store::{AlertFilter, SortDir};

/// Its query parameters.
pub(crate) const PARAMETERS: &[&str] = &[
    "type",
    "sub-type",
    "severity",
    "status",
    "assignee",
    "detection-id",
    "log-type",
    "name-contains",
    "created-after",
    "created-before",
    "sort-dir",
    "limit",
    "cursor",
    "event-count-min",
    "event-count-max",
    "log-source",
    "resource-type",
];

/// How far back the listing goes unless told.
const DEFAULT_SPAN: SignedDuration = SignedDuration::from_hours(24 * 30);

/// Panther's coarse types, each a set of alert types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ListingType {
    Alert,
    DetectionError,
    SystemError,
}

impl ListingType {
    const ALL: [Self; 3] = [Self::Alert, Self::DetectionError, Self::SystemError];

    fn as_str(self) -> &'static str {
        match self {
            Self::Alert => "ALERT",
            Self::DetectionError => "DETECTION_ERROR",
            Self::SystemError => "SYSTEM_ERROR",
        }
    }

    fn of(alert_type: AlertType) -> Self {
        match alert_type {
            AlertType::Rule | AlertType::ScheduledRule | AlertType::CorrelationRule | AlertType::Policy => Self::Alert,
            AlertType::RuleError | AlertType::ScheduledRuleError => Self::DetectionError,
            AlertType::SystemError => Self::SystemError,
        }
    }

    fn members(self) -> Vec<AlertType> {
        AlertType::ALL.into_iter().filter(|alert_type| Self::of(*alert_type) == self).collect()
    }
}

impl FromStr for ListingType {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|kind| kind.as_str().eq_ignore_ascii_case(text)).ok_or(())
    }
}

/// Reads the filter; what is wrong is noted in `query`.
pub(crate) fn read(query: &mut Query, now: Timestamp) -> AlertFilter {
    let before = query.time("created-before").unwrap_or(now);
    let after = query.time("created-after").unwrap_or_else(|| before.checked_sub(DEFAULT_SPAN).unwrap_or(before));
    if after > before {
        query.refuse("created-after", "must not be later than created-before");
    }
    refuse_what_we_cannot_filter_by(query);
    AlertFilter {
        after,
        before,
        alert_types: alert_types(query),
        severities: query.list_of("severity", &Severity::ALL, Severity::as_str),
        statuses: query.list_of("status", &Status::ALL, Status::as_str),
        log_types: query.list("log-type"),
        detection_id: query.filled("detection-id"),
        name_contains: query.filled("name-contains"),
        assignee: query.one("assignee"),
        sort: sort(query),
    }
}

/// `type` is ALERT unless told; `sub-type` chooses among its members, or among all if no `type` is given. Never empty,
/// which would mean all.
fn alert_types(query: &mut Query) -> Vec<AlertType> {
    let kind = query.filled("type");
    let known: Option<ListingType> = kind.as_deref().and_then(|kind| kind.parse().ok());
    if kind.is_some() && known.is_none() {
        query.refuse("type", "must be one of ALERT, DETECTION_ERROR, SYSTEM_ERROR");
    }
    let chosen = query.list_of("sub-type", &AlertType::ALL, AlertType::as_str);
    let members = known.unwrap_or(ListingType::Alert).members();
    if chosen.is_empty() {
        return members;
    }
    if known.is_some() && !chosen.iter().all(|alert_type| members.contains(alert_type)) {
        let names: Vec<_> = members.iter().map(|alert_type| alert_type.as_str()).collect();
        query.refuse("sub-type", format!("must be among {} with this type", names.join(", ")));
    }
    chosen
}

fn sort(query: &mut Query) -> SortDir {
    match query.filled("sort-dir").map(|dir| dir.to_ascii_lowercase()).as_deref() {
        None | Some("desc" | "descending") => SortDir::Descending,
        Some("asc" | "ascending") => SortDir::Ascending,
        Some(_) => {
            query.refuse("sort-dir", "must be asc or desc");
            SortDir::Descending
        }
    }
}

/// Every alert here counts as one event, and none has a log source or a resource type: such a filter is taken if it
/// excludes nothing, and refused rather than ignored if it would.
fn refuse_what_we_cannot_filter_by(query: &mut Query) {
    if query.number("event-count-min").is_some_and(|min| min > 1) {
        query.refuse("event-count-min", "must be at most 1: every alert here counts as one event");
    }
    if query.number("event-count-max").is_some_and(|max| max < 1) {
        query.refuse("event-count-max", "must be at least 1: every alert here counts as one event");
    }
    for name in ["log-source", "resource-type"] {
        if !query.list(name).is_empty() {
            query.refuse(name, "must not be given: alerts here have log types only (log-type)");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Problem;

    const NOW: Timestamp = Timestamp::constant(1_795_250_000, 0);

    fn read_from(raw: &str) -> Result<AlertFilter, Problem> {
        let mut query = Query::parse(Some(raw), PARAMETERS);
        let filter = read(&mut query, NOW);
        query.check().map(|()| filter)
    }

    #[test]
    fn without_parameters_it_is_the_alerts_of_the_last_thirty_days_newest_first() {
        let filter = read_from("").unwrap();
        assert_eq!(filter.before, NOW);
        assert_eq!(filter.after, NOW - SignedDuration::from_hours(720));
        assert_eq!(filter.sort, SortDir::Descending);
        assert_eq!(filter.alert_types, ListingType::Alert.members());
        assert_eq!(filter.assignee, None);
    }

    #[test]
    fn every_alert_type_has_one_listing_type() {
        let all: Vec<_> = ListingType::ALL.into_iter().flat_map(ListingType::members).collect();
        assert_eq!(all.len(), AlertType::ALL.len());
    }

    #[test]
    fn types_and_sub_types_choose_alert_types() {
        use AlertType::{Policy, Rule, RuleError, ScheduledRuleError, SystemError};
        for (raw, expected) in [
            ("type=DETECTION_ERROR", vec![RuleError, ScheduledRuleError]),
            ("type=system_error", vec![SystemError]),
            ("type=ALERT&sub-type=RULE,POLICY", vec![Rule, Policy]),
            ("sub-type=RULE_ERROR", vec![RuleError]),
        ] {
            assert_eq!(read_from(raw).unwrap().alert_types, expected, "{raw}");
        }
    }

    #[test]
    fn what_would_be_ignored_is_refused() {
        for (raw, field) in [
            ("type=ALERT&sub-type=RULE_ERROR", "sub-type"),
            ("type=NONE", "type"),
            ("event-count-min=2", "event-count-min"),
            ("event-count-max=0", "event-count-max"),
            ("log-source=x", "log-source"),
            ("resource-type[]=AWS.S3", "resource-type"),
            ("sort-dir=up", "sort-dir"),
            ("created-after=2026-12-01T00:00:00Z&created-before=2026-11-01T00:00:00Z", "created-after"),
        ] {
            let Err(Problem::Invalid(errors)) = read_from(raw) else { panic!("{raw} was accepted") };
            assert_eq!((errors.len(), errors[0].field.as_str()), (1, field), "{raw}");
        }
        assert!(read_from("event-count-min=1&event-count-max=9223372036854775807&log-source=").is_ok());
    }
}
