//! A request's query, read parameter by parameter; every broken rule is collected, unknown parameters among them.

use crate::problem::Problem;
use alert::FieldError;
use jiff::Timestamp;
use std::str::FromStr;

/// The parameters of a query being read.
#[derive(Debug)]
pub(crate) struct Query {
    given: Vec<(String, String)>,
    errors: Vec<FieldError>,
}

impl Query {
    /// Reads `raw`, in which only the parameters `known` may occur. `name[]` is the same as `name`.
    pub(crate) fn parse(raw: Option<&str>, known: &[&str]) -> Self {
        let mut query = Self { given: Vec::new(), errors: Vec::new() };
        for (name, value) in form_urlencoded::parse(raw.unwrap_or_default().as_bytes()) {
            let name = name.strip_suffix("[]").unwrap_or(&name);
            if known.contains(&name) {
                query.given.push((name.to_owned(), value.into_owned()));
            } else if !query.errors.iter().any(|error| error.field == name) {
                query.refuse(name, "is not a parameter of this request");
            }
        }
        query
    }

    /// Notes that `name` broke `rule`.
    pub(crate) fn refuse(&mut self, name: &str, rule: impl Into<String>) {
        self.errors.push(FieldError::new(name, rule));
    }

    /// A parameter that may be given once, even if it is empty.
    pub(crate) fn one(&mut self, name: &str) -> Option<String> {
        let mut values = self.given.iter().filter(|(given, _)| given == name);
        let first = values.next().map(|(_, value)| value.clone());
        if values.next().is_some() {
            self.refuse(name, "must be given once");
        }
        first
    }

    /// The same, where an empty one counts as absent.
    pub(crate) fn filled(&mut self, name: &str) -> Option<String> {
        self.one(name).filter(|value| !value.is_empty())
    }

    /// A parameter that may be given often, or with several values between commas. Empty values do not count.
    pub(crate) fn list(&mut self, name: &str) -> Vec<String> {
        let given = self.given.iter().filter(|(given, _)| given == name);
        let values = given.flat_map(|(_, value)| value.split(','));
        let values = values.map(str::trim).filter(|value| !value.is_empty());
        values.map(str::to_owned).collect()
    }

    /// The same with values from a closed set, by their wire name in any case.
    pub(crate) fn list_of<T: FromStr + Copy>(&mut self, name: &str, all: &[T], wire: fn(T) -> &'static str) -> Vec<T> {
        let values: Vec<Option<T>> = self.list(name).iter().map(|value| value.parse().ok()).collect();
        if values.iter().any(Option::is_none) {
            let names: Vec<_> = all.iter().map(|value| wire(*value)).collect();
            self.refuse(name, format!("must be among {}", names.join(", ")));
        }
        values.into_iter().flatten().collect()
    }

    /// An instant with an offset.
    pub(crate) fn time(&mut self, name: &str) -> Option<Timestamp> {
        let text = self.filled(name)?;
        let time = text.parse().ok();
        if time.is_none() {
            self.refuse(name, "must be a time such as 2026-11-21T08:30:00Z, with + written as %2B in an offset");
        }
        time
    }

    /// A whole number.
    pub(crate) fn number(&mut self, name: &str) -> Option<i64> {
        let text = self.filled(name)?;
        let number = text.parse().ok();
        if number.is_none() {
            self.refuse(name, "must be a whole number");
        }
        number
    }

    /// The size of a page, 1 to `max`.
    pub(crate) fn limit(&mut self, default: usize, max: usize) -> usize {
        let Some(text) = self.one("limit") else { return default };
        match text.parse() {
            Ok(limit) if (1..=max).contains(&limit) => limit,
            Ok(_) | Err(_) => {
                self.refuse("limit", format!("must be a whole number from 1 to {max}"));
                default
            }
        }
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// 400 with every rule that is broken.
    pub(crate) fn check(&mut self) -> Result<(), Problem> {
        if self.errors.is_empty() { Ok(()) } else { Err(Problem::Invalid(std::mem::take(&mut self.errors))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alert::Severity;

    #[test]
    fn a_list_may_be_repeated_bracketed_or_written_with_commas() {
        for raw in [
            "severity=HIGH&severity=low",
            "severity[]=HIGH&severity%5B%5D=LOW",
            "severity=HIGH,LOW",
            "severity=,HIGH,&severity=+LOW",
        ] {
            let mut query = Query::parse(Some(raw), &["severity"]);
            let severities = query.list_of("severity", &Severity::ALL, Severity::as_str);
            assert_eq!(severities, [Severity::High, Severity::Low], "{raw}");
            query.check().unwrap();
        }
    }

    #[test]
    fn every_broken_rule_is_collected() {
        let raw = "limit=0&a=1&a=2&x=1&x=2&t=noon&n=1.5&severity=BAD";
        let mut query = Query::parse(Some(raw), &["limit", "a", "t", "n", "severity"]);
        query.limit(25, 50);
        query.one("a");
        query.time("t");
        query.number("n");
        query.list_of("severity", &Severity::ALL, Severity::as_str);
        let Err(Problem::Invalid(errors)) = query.check() else {
            panic!("accepted");
        };
        let fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["x", "limit", "a", "t", "n", "severity"]);
    }

    #[test]
    fn values_are_decoded() {
        let mut query = Query::parse(Some("t=2026-11-21T08%3A30%3A00%2B02:00&a=b+c"), &["t", "a"]);
        assert_eq!(query.time("t").unwrap().to_string(), "2026-11-21T06:30:00Z");
        assert_eq!(query.one("a").as_deref(), Some("b c"));
        assert_eq!(query.one("missing"), None);
    }
}
