//! `team.accessLogs`: a row for each combination of user, ip and user agent, which changes when the combination is
//! seen again. Newest `date_first` first. <https://docs.slack.dev/reference/methods/team.accessLogs>

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::cursor;
use super::paging::Page;
use super::tokens::UserToken;
use crate::refusal::Refusal;
use crate::state::State;
use crate::web_api::answer::{Answer, ApiError, fields};
use crate::web_api::args::Args;

/// <https://docs.slack.dev/reference/methods/team.accessLogs>
const ROWS_MOST: i64 = 1000;

/// All rows.
#[derive(Default)]
pub(crate) struct AccessLog {
    /// By `date_first` and arrival.
    rows: BTreeMap<Key, Row>,
    /// The row that a combination has.
    seen: HashMap<Combination, Key>,
    arrived: u64,
}

type Key = (i64, u64);

/// Workspace, user, ip, user agent.
type Combination = (Option<String>, String, String, String);

struct Row {
    /// `None`: the organisation itself.
    team: Option<String>,
    fields: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sighting {
    user_id: String,
    ip: String,
    user_agent: String,
    /// Unix seconds.
    date: i64,
    #[serde(default)]
    username: String,
    #[serde(default)]
    isp: Option<String>,
    #[serde(default)]
    country: Option<String>,
    #[serde(default)]
    region: Option<String>,
}

impl AccessLog {
    pub(crate) fn of(rows: Vec<Value>, team: &str, now: i64) -> Self {
        let mut log = Self::default();
        for row in rows {
            // World::validate has seen to it that this cannot fail.
            let _ = log.add(row, team, now);
        }
        log
    }

    /// As [`crate::Slack::add_access`] says.
    pub(crate) fn add(&mut self, access: Value, team: &str, now: i64) -> Result<(), Refusal> {
        let Value::Object(mut given) = access else { return Err(Refusal::bad_request("a JSON object is needed")) };
        let team = team_of(&mut given, team);
        if given.contains_key("date_first") {
            self.insert(team, given, now);
            return Ok(());
        }
        let sighting: Sighting =
            serde_json::from_value(Value::Object(given)).map_err(|e| Refusal::unprocessable(e.to_string()))?;
        let combination = (team.clone(), sighting.user_id.clone(), sighting.ip.clone(), sighting.user_agent.clone());
        if let Some(row) = self.seen.get(&combination).and_then(|key| self.rows.get_mut(key)) {
            let number = |name: &str| row.fields.get(name).and_then(Value::as_i64);
            let (count, last) = (number("count").unwrap_or(0) + 1, number("date_last").unwrap_or(sighting.date));
            row.fields.insert("count".into(), json!(count));
            row.fields.insert("date_last".into(), json!(last.max(sighting.date)));
            return Ok(());
        }
        let row = fields(json!({
            "user_id": sighting.user_id,
            "username": sighting.username,
            "date_first": sighting.date,
            "date_last": sighting.date,
            "count": 1,
            "ip": sighting.ip,
            "user_agent": sighting.user_agent,
            "isp": sighting.isp,
            "country": sighting.country,
            "region": sighting.region,
        }));
        self.insert(team, row, now);
        Ok(())
    }

    fn insert(&mut self, team: Option<String>, fields: Map<String, Value>, now: i64) {
        self.arrived += 1;
        let key = (fields.get("date_first").and_then(Value::as_i64).unwrap_or(now), self.arrived);
        let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        self.seen.insert((team.clone(), text("user_id"), text("ip"), text("user_agent")), key);
        self.rows.insert(key, Row { team, fields });
    }

    pub(crate) fn clear(&mut self) {
        *self = Self { arrived: self.arrived, ..Self::default() };
    }

    /// Oldest first, with their workspaces.
    pub(crate) fn values(&self) -> Vec<Value> {
        self.rows.values().map(|row| with_team(&row.fields, row.team.as_deref())).collect()
    }

    /// Newest first: the rows of one workspace, or of everything, that began at `before` at the latest.
    fn of_team(&self, team: Option<&str>, before: i64) -> Vec<(Key, &Row)> {
        let rows = self.rows.range(..=(before, u64::MAX)).rev();
        rows.filter(|(_, row)| team.is_none() || row.team.as_deref() == team).map(|(key, row)| (*key, row)).collect()
    }
}

/// Takes `team_id` out of what was given: absent is `default`, null is the organisation itself.
pub(super) fn team_of(given: &mut Map<String, Value>, default: &str) -> Option<String> {
    match given.remove("team_id") {
        None => Some(default.to_owned()),
        Some(team) => team.as_str().map(str::to_owned),
    }
}

/// The other way round.
pub(super) fn with_team(fields: &Map<String, Value>, team: Option<&str>) -> Value {
    let mut fields = fields.clone();
    fields.insert("team_id".into(), json!(team));
    Value::Object(fields)
}

/// The method. Without `team_id` a token of the organisation gets everything; with one, only that workspace's rows.
pub(crate) fn list(state: &State, args: &Args, token: &UserToken) -> Result<Answer, ApiError> {
    let team = wanted_team(state, args, token).ok_or(ApiError::from("invalid_team_id"))?;
    let before = match args.text("before") {
        Some("now") => None,
        _ => args.number("before"),
    };
    let now = state.slack_seconds();
    let rows = state.logs.access.of_team(team.as_deref(), before.unwrap_or(now).min(now));
    let limit = args.number("limit").unwrap_or(0);
    let cursor = args.text("cursor").filter(|cursor| !cursor.is_empty());
    if limit != 0 || cursor.is_some() {
        return by_cursor(state, &rows, limit, cursor);
    }
    let page = Page::of(args);
    if page.count > ROWS_MOST || page.page > state.logs.settings.pages_most {
        return Err("over_pagination_limit".into());
    }
    let logins: Vec<_> = page.of_items(&rows).iter().map(|(_, row)| &row.fields).collect();
    Ok(fields(json!({"logins": logins, "paging": page.shown(rows.len())})))
}

/// Which workspace's rows are meant, `Some(None)` being all of them; `None` if the token has no such workspace.
fn wanted_team(state: &State, args: &Args, token: &UserToken) -> Option<Option<String>> {
    let wanted = args.text("team_id").filter(|team| !team.is_empty());
    match (wanted, token.team.as_deref()) {
        (None, own) => Some(own.map(str::to_owned)),
        (Some(wanted), Some(own)) => (wanted == own).then(|| Some(own.to_owned())),
        (Some(wanted), None) => state.has_team(wanted).then(|| Some(wanted.to_owned())),
    }
}

fn by_cursor(state: &State, rows: &[(Key, &Row)], limit: i64, cursor: Option<&str>) -> Result<Answer, ApiError> {
    let settings = &state.logs.settings;
    if !(0..=ROWS_MOST).contains(&limit) {
        return Err("invalid_limit".into());
    }
    let now = state.clock.now_seconds();
    let start = match cursor {
        None => 0,
        Some(cursor) => {
            let place = cursor::place("access", cursor, now, settings.cursor_life_seconds);
            let place = place.and_then(|place| {
                let (date, arrival) = place.split_once(':')?;
                Some((date.parse::<i64>().ok()?, arrival.parse::<u64>().ok()?))
            });
            let place = place.ok_or(ApiError::from("invalid_cursor"))?;
            rows.iter().take_while(|(key, _)| *key >= place).count()
        }
    };
    let limit = if limit == 0 { 100 } else { usize::try_from(limit).unwrap_or(100) };
    let limit = settings.access_page_most.map_or(limit, |most| most.min(limit));
    let end = rows.len().min(start + limit);
    let goes_on = end < rows.len() || (settings.empty_last_page && end > start);
    let next = rows[start..end].last().filter(|_| goes_on);
    let next = next.map(|((date, arrival), _)| cursor::give("access", &format!("{date}:{arrival}"), now));
    let logins: Vec<_> = rows[start..end].iter().map(|(_, row)| &row.fields).collect();
    Ok(fields(json!({"logins": logins, "response_metadata": {"next_cursor": next.unwrap_or_default()}})))
}
