//! `team.integrationLogs`: what happened to apps and services. No cursor, no time filter and no id; a date that is a
//! string; ids that are numbers or strings. <https://docs.slack.dev/reference/methods/team.integrationLogs>

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::access::{team_of, with_team};
use super::paging::Page;
use super::settings::IntegrationOrder;
use super::tokens::UserToken;
use crate::refusal::Refusal;
use crate::state::State;
use crate::web_api::answer::{Answer, ApiError, fields};
use crate::web_api::args::Args;

/// More are not given, whatever `count` says. Slack documents no number; this is the other team method's.
const ROWS_MOST: i64 = 1000;

/// All rows, by date and arrival.
#[derive(Default)]
pub(crate) struct IntegrationLog {
    rows: BTreeMap<(i64, u64), Row>,
    arrived: u64,
}

struct Row {
    team: Option<String>,
    fields: Map<String, Value>,
}

impl IntegrationLog {
    pub(crate) fn of(rows: Vec<Value>, team: &str, now: i64) -> Self {
        let mut log = Self::default();
        for row in rows {
            // World::validate has seen to it that this cannot fail.
            let _ = log.add(row, team, now);
        }
        log
    }

    pub(crate) fn add(&mut self, row: Value, team: &str, now: i64) -> Result<(), Refusal> {
        let Value::Object(mut fields) = row else { return Err(Refusal::bad_request("a JSON object is needed")) };
        let team = team_of(&mut fields, team);
        let date = fields.get("date").and_then(|date| match date {
            Value::String(text) => text.parse().ok(),
            other => other.as_i64(),
        });
        self.arrived += 1;
        self.rows.insert((date.unwrap_or(now), self.arrived), Row { team, fields });
        Ok(())
    }

    pub(crate) fn clear(&mut self) {
        *self = Self { arrived: self.arrived, ..Self::default() };
    }

    /// Oldest first, with their workspaces.
    pub(crate) fn values(&self) -> Vec<Value> {
        self.rows.values().map(|row| with_team(&row.fields, row.team.as_deref())).collect()
    }
}

/// The method. A token of the organisation has to name a workspace.
pub(crate) fn list(state: &State, args: &Args, token: &UserToken) -> Result<Answer, ApiError> {
    let named = args.text("team_id").filter(|team| !team.is_empty());
    let team = match (named, token.team.as_deref()) {
        (None, None) => return Err("missing_argument".into()),
        (None, Some(own)) => own,
        (Some(named), Some(own)) if named == own => own,
        (Some(named), None) if state.has_team(named) => named,
        (Some(_), _) => return Err("team_access_not_granted".into()),
    };
    let filters =
        [("app_id", "app_id"), ("service_id", "service_id"), ("change_type", "change_type"), ("user", "user_id")];
    let filters: Vec<(&str, &str)> = filters
        .into_iter()
        .filter_map(|(argument, field)| Some((field, args.text(argument).filter(|wanted| !wanted.is_empty())?)))
        .collect();
    let fits = |row: &Row| {
        row.team.as_deref() == Some(team)
            && filters.iter().all(|(field, wanted)| match row.fields.get(*field) {
                Some(Value::String(has)) => has == wanted,
                Some(has) => has.as_i64().is_some_and(|has| wanted.parse() == Ok(has)),
                None => false,
            })
    };
    let known = state.logs.integration.rows.range(..=(state.slack_seconds(), u64::MAX));
    let mut rows: Vec<&Row> = known.map(|(_, row)| row).filter(|row| fits(row)).collect();
    match state.logs.settings.integration_order {
        IntegrationOrder::Ascending => {}
        IntegrationOrder::Descending => rows.reverse(),
    }
    let mut page = Page::of(args);
    page.count = page.count.min(ROWS_MOST);
    let logs: Vec<_> = page.of_items(&rows).iter().map(|row| &row.fields).collect();
    Ok(fields(json!({"logs": logs, "paging": page.shown(rows.len())})))
}
