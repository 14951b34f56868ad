//! Alerts in, shown and listed.

use crate::answer::{Answer, MAX_ANSWER_BYTES, Page, to_json};
use crate::problem::Problem;
use crate::query::Query;
use crate::shapes::{AlertShape, Labels};
use crate::{Api, Call, filter, paging};
use alert::input::{self, MAX_ALERT_BYTES, NewAlert};
use alert::{AlertId, DestinationId};
use http::StatusCode;
use serde::Serialize;
use serde_json::{Map, Value};
use store::AlertRecord;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Accepted<'a> {
    alert_id: &'a str,
}

impl Api {
    /// `POST /alerts`: 202 once the queue has the alert.
    pub(crate) async fn create_alert(&self, call: &Call<'_>) -> Result<Answer, Problem> {
        let new = input::parse(call.body, call.now)?;
        self.enqueue_alert(completed(call.body, &new)?).await?;
        let answer = Answer::json(StatusCode::ACCEPTED, &Accepted { alert_id: new.id.as_str() });
        Ok(answer.at(&format!("/alerts/{}", new.id)).about(new.id))
    }

    /// `GET /alerts/{id}`. An alert's history can outgrow an answer; then its oldest part is left out, and says so.
    pub(crate) async fn get_alert(&self, call: &Call<'_>) -> Result<Answer, Problem> {
        let id = alert_id(&call.id)?;
        let record = self.store.load_alert(&id).await?.ok_or_else(|| no_such_alert(&call.id))?;
        let labels = self.labels(std::slice::from_ref(&record)).await?;
        let mut newest = record.activities.len();
        loop {
            let json = to_json(&AlertShape::whole(&record, &labels, newest));
            if json.len() <= MAX_ANSWER_BYTES || newest == 0 {
                return Ok(Answer::written(json));
            }
            newest /= 2;
        }
    }

    /// `GET /alerts`. Alerts can be large: a page that would outgrow an answer is made shorter.
    pub(crate) async fn list_alerts(&self, call: &Call<'_>, query: &mut Query) -> Result<Answer, Problem> {
        let filter = filter::read(query, call.now);
        let mut limit = query.limit(25, 50);
        let cursor = query.filled("cursor");
        query.check()?;
        let cursor = cursor.map(|text| paging::decode(&text, paging::is_place_among_alerts)).transpose()?;
        loop {
            let page = self.store.list_alerts(&filter, cursor.as_ref(), limit).await?;
            let labels = self.labels(&page.alerts).await?;
            let results: Vec<_> = page.alerts.iter().map(|record| AlertShape::listed(record, &labels)).collect();
            let json = to_json(&Page { results, next: page.next.as_ref().map(paging::encode) });
            if json.len() <= MAX_ANSWER_BYTES || limit == 1 {
                return Ok(Answer::written(json));
            }
            limit /= 2;
        }
    }

    /// The names of the destinations, if any of the alerts has a delivery that was not begun.
    async fn labels(&self, records: &[AlertRecord]) -> Result<Labels, Problem> {
        let untouched = |record: &AlertRecord| {
            let begun =
                |id: &DestinationId| record.deliveries.iter().any(|stored| stored.delivery.destination_id == *id);
            !record.alert.routing.to.iter().all(begun)
        };
        if !records.iter().any(untouched) {
            return Ok(Labels::new());
        }
        let destinations = self.store.destinations().await?;
        Ok(destinations.into_iter().map(|destination| (destination.id, destination.settings.display_name)).collect())
    }
}

/// The id of an alert in a path; one that breaks the rule for ids names nothing.
pub(crate) fn alert_id(text: &str) -> Result<AlertId, Problem> {
    AlertId::new(text).map_err(|_| no_such_alert(text))
}

pub(crate) fn no_such_alert(id: &str) -> Problem {
    Problem::no_such("alert", id)
}

/// The body as it is put on the queue: as it came, but with the `alertId` and `createdAt` that were derived for it, so
/// that alert-dispatch, which reads it later, finds the same ones.
fn completed(body: &[u8], new: &NewAlert) -> Result<String, Problem> {
    let not_utf8 = |_| Problem::field("", "must be JSON in UTF-8");
    let text = std::str::from_utf8(body).map_err(not_utf8)?;
    let mut document: Map<String, Value> =
        serde_json::from_str(text).map_err(|_| Problem::field("", "must be a JSON object"))?;
    let given = |name: &str| document.get(name).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
    if given("alertId") && given("createdAt") {
        return Ok(text.to_owned());
    }
    document.insert("alertId".to_owned(), Value::from(new.id.as_str()));
    if !document.get("createdAt").is_some_and(Value::is_string) {
        document.insert("createdAt".to_owned(), Value::from(new.content.created_at.to_string()));
    }
    let text = to_json(&document);
    if text.len() > MAX_ALERT_BYTES {
        let rule = format!("must leave room for alertId and createdAt within {MAX_ALERT_BYTES} bytes");
        return Err(Problem::field("", rule));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    const NOW: Timestamp = Timestamp::constant(1_795_250_000, 0);
    const LATER: Timestamp = Timestamp::constant(1_795_250_900, 0);

    fn queued(body: &str) -> String {
        completed(body.as_bytes(), &input::parse(body.as_bytes(), NOW).unwrap()).unwrap()
    }

    #[test]
    fn what_is_queued_is_the_same_alert_whenever_it_is_read() {
        for body in [
            r#"{"title":"t","severity":"LOW"}"#,
            r#"{"title":"t","severity":"LOW","alertId":"","createdAt":null,"x":{"b":1,"a":[2.50]}}"#,
            r#"{"title":"t","severity":"LOW","alertId":"mine"}"#,
            r#"{"title":"t","severity":"LOW","createdAt":"2026-11-21T08:30Z"}"#,
        ] {
            let accepted = input::parse(body.as_bytes(), NOW).unwrap();
            assert_eq!(input::parse(queued(body).as_bytes(), LATER).unwrap(), accepted, "{body}");
        }
    }

    #[test]
    fn a_complete_alert_is_queued_as_it_came() {
        let body = r#"{ "createdAt":"2026-11-21T08:30:00+01:00", "title":"t","severity":"LOW","alertId":"a" }"#;
        assert_eq!(queued(body), body);
    }

    #[test]
    fn an_alert_that_is_too_large_once_completed_is_refused_and_not_queued_to_fail() {
        let body = format!(r#"{{"title":"{}","severity":"LOW"}}"#, "x".repeat(MAX_ALERT_BYTES - 40));
        let new = input::parse(body.as_bytes(), NOW).unwrap();
        assert!(matches!(completed(body.as_bytes(), &new), Err(Problem::Invalid(_))));
    }
}
