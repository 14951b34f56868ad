//! The SYSTEM_ERROR alerts that Margay raises about its own deliveries, so that somebody learns of them elsewhere.

use crate::delivery::Refusal;
use crate::routing::takes;
use crate::{AlertContent, Delivery, DeliveryState, Destination, input};
use jiff::Timestamp;
use serde_json::{Value, json};

/// The detection that these alerts name.
pub const DETECTION: &str = "Margay.Delivery.Failed";

/// The alert to put on the `alerts` queue when `delivery`, to `destination`, has ended dead or uncertain.
///
/// A destination that refuses gives one a day and cause, not one per lost message; an alert whose delivery is uncertain
/// gives one of its own, for somebody has to look. It goes to `others` that take such alerts by their filters, or else to
/// all of them; never to the destination it is about. `None` if there is nobody to tell, or if what failed was itself
/// such an alert and may be there.
pub fn notice(
    destination: &Destination,
    delivery: &Delivery,
    refusal: &Refusal,
    others: &[Destination],
    now: Timestamp,
) -> Option<Value> {
    let Refusal { code, what_to_do, .. } = refusal;
    let (name, id) = (&destination.settings.display_name, &destination.id);
    let (alert_id, title, description) = if delivery.state == DeliveryState::Uncertain {
        if delivery.alert_id.as_str().starts_with("delivery-") {
            return None;
        }
        let alert = &delivery.alert_id;
        (
            format!("delivery-uncertain:{}", crate::ChangeId::derive(&[delivery.id().as_bytes()])),
            format!("It is not certain that an alert reached {name}"),
            format!("Alert {alert} was sent to \"{name}\", and whether it is there cannot be told. {what_to_do}"),
        )
    } else {
        (
            format!("delivery-failed:{id}:{code}:{}", now.strftime("%Y-%m-%d")),
            format!("Alerts cannot be delivered to {name}: {code}"),
            format!("The destination \"{name}\" refuses alerts with \"{code}\". {what_to_do}"),
        )
    };
    let mut alert = json!({
        "alertId": alert_id,
        "id": DETECTION,
        "name": "Alert delivery failed",
        "title": title,
        "severity": "HIGH",
        "type": "SYSTEM_ERROR",
        "createdAt": now,
        "description": description,
        "runbook": what_to_do,
        "alertContext": {
            "destinationId": id, "destination": name, "error": code, "alertId": delivery.alert_id,
        },
        "exceptDestinations": [id],
    });
    let others: Vec<&Destination> = others.iter().filter(|other| other.id != *id).collect();
    if others.is_empty() {
        return None;
    }
    if !others.iter().any(|other| content(&alert).is_some_and(|content| takes(other, &content))) {
        alert["destinations"] = others.iter().map(|other| Value::from(other.id.as_str())).collect();
    }
    Some(alert)
}

/// The detection of the alert that the Slack app is lost.
pub const APP_DETECTION: &str = "Margay.SlackApp.Lost";

/// The alert to put on the `alerts` queue when the Slack app was removed or its token revoked: one a day, however many
/// events and refused alerts tell of it, and however many destinations it has. It never goes to the `lost` destinations.
/// If no other one takes it, it goes to `all` others; if there are none, it is stored, and said on the event bus.
///
/// `app` names the installation.
pub fn app_lost(
    app: &str,
    lost: &[&Destination],
    all: &[Destination],
    what: &str,
    what_to_do: &str,
    now: Timestamp,
) -> Value {
    let names: Vec<_> = lost.iter().map(|one| format!("\"{}\"", one.settings.display_name)).collect();
    let ids: Vec<_> = lost.iter().map(|one| one.id.as_str()).collect();
    let others: Vec<&Destination> = all.iter().filter(|one| !ids.contains(&one.id.as_str())).collect();
    let mut alert = json!({
        "alertId": format!("slack-app-lost:{app}:{}", now.strftime("%Y-%m-%d")),
        "id": APP_DETECTION,
        "name": "Slack app lost",
        "title": format!("Alerts cannot be delivered to Slack: {what}"),
        "severity": "HIGH",
        "type": "SYSTEM_ERROR",
        "createdAt": now,
        "description": format!("No alert reaches {} any more: {what}. {what_to_do}", names.join(", ")),
        "runbook": what_to_do,
        "alertContext": {"destinationIds": ids, "error": what},
        "exceptDestinations": ids,
    });
    if !others.iter().any(|other| content(&alert).is_some_and(|content| takes(other, &content))) && !others.is_empty() {
        alert["destinations"] = others.iter().map(|other| Value::from(other.id.as_str())).collect();
    }
    alert
}

fn content(alert: &Value) -> Option<AlertContent> {
    input::parse(alert.to_string().as_bytes(), Timestamp::UNIX_EPOCH).ok().map(|new| new.content)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::destination::DestinationSettings;
    use crate::{AlertId, AlertType, DestinationId, Place};

    fn destination(id: &str, more: Value) -> Destination {
        let mut body = json!({"displayName": id, "channel": "C1"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        Destination {
            id: DestinationId::new(id).unwrap(),
            settings: DestinationSettings::parse(body.to_string().as_bytes(), None).unwrap(),
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
            place: Place::default(),
        }
    }

    fn raised(state: DeliveryState, alert: &str, others: &[Destination], at: &str) -> Option<input::NewAlert> {
        let one = destination("d1", json!({}));
        let mut delivery = Delivery::new(AlertId::new(alert).unwrap(), &one);
        delivery.state = state;
        let refusal = Refusal { code: "is_archived".to_owned(), what_to_do: "Unarchive it.".to_owned(), told: false };
        let now = at.parse().unwrap();
        let notice = notice(&one, &delivery, &refusal, others, now)?;
        Some(input::parse(notice.to_string().as_bytes(), now).unwrap())
    }

    #[test]
    fn a_dead_destination_raises_one_alert_a_day_that_never_goes_there() {
        let others = [destination("d1", json!({})), destination("d2", json!({}))];
        let first = raised(DeliveryState::Dead, "a1", &others, "2026-11-21T08:30:00Z").unwrap();
        assert_eq!(first.content.alert_type, AlertType::SystemError);
        assert_eq!(first.content.except_destinations, [DestinationId::new("d1").unwrap()]);
        assert!(first.content.destinations.is_empty(), "the others take it by their filters");
        let later = raised(DeliveryState::Dead, "a2", &others, "2026-11-21T23:59:59Z").unwrap();
        assert_eq!(later.id, first.id);
        let tomorrow = raised(DeliveryState::Dead, "a1", &others, "2026-11-22T00:00:00Z").unwrap();
        assert_ne!(tomorrow.id, first.id);
    }

    #[test]
    fn if_no_filter_takes_it_everybody_else_gets_it_and_if_nobody_is_left_nobody() {
        let quiet = json!({"severities": []});
        let others = [destination("d1", json!({})), destination("d2", quiet.clone()), destination("d3", quiet)];
        let told = raised(DeliveryState::Dead, "a1", &others, "2026-11-21T08:30:00Z").unwrap();
        assert_eq!(told.content.destinations, ["d2", "d3"]);
        assert!(raised(DeliveryState::Dead, "a1", &others[..1], "2026-11-21T08:30:00Z").is_none());
    }

    #[test]
    fn a_lost_app_raises_one_alert_a_day_that_goes_to_none_of_its_destinations() {
        let all = [destination("d1", json!({})), destination("d2", json!({})), destination("d3", json!({}))];
        let raised = |lost: &[&Destination], at: &str| {
            let now = at.parse().unwrap();
            let alert = app_lost("T1", lost, &all, "token revoked", "Install it again.", now);
            input::parse(alert.to_string().as_bytes(), now).unwrap()
        };
        let one = raised(&[&all[0], &all[1]], "2026-11-21T08:30:00Z");
        assert_eq!(one.content.alert_type, AlertType::SystemError);
        assert_eq!(crate::route(&one.content, &all).to, [DestinationId::new("d3").unwrap()]);
        assert_eq!(raised(&[&all[1]], "2026-11-21T23:59:59Z").id, one.id);
        assert_ne!(raised(&[&all[1]], "2026-11-22T00:00:00Z").id, one.id);
        let everywhere = raised(&[&all[0], &all[1], &all[2]], "2026-11-21T08:30:00Z");
        assert_eq!(crate::route(&everywhere.content, &all).to, [], "it would not arrive");
    }

    #[test]
    fn a_lost_app_is_told_to_everybody_else_if_no_filter_takes_it() {
        let all = [destination("d1", json!({})), destination("d2", json!({"severities": []}))];
        let now = "2026-11-21T08:30:00Z".parse().unwrap();
        let alert = app_lost("T1", &[&all[0]], &all, "token revoked", "Install it again.", now);
        assert_eq!(alert["destinations"], json!(["d2"]));
    }

    #[test]
    fn each_uncertain_alert_is_told_of_but_not_the_telling() {
        let others = [destination("d2", json!({}))];
        let one = raised(DeliveryState::Uncertain, "a1", &others, "2026-11-21T08:30:00Z").unwrap();
        let two = raised(DeliveryState::Uncertain, "a2", &others, "2026-11-21T08:30:00Z").unwrap();
        assert_ne!(one.id, two.id);
        assert!(raised(DeliveryState::Uncertain, one.id.as_str(), &others, "2026-11-21T08:30:00Z").is_none());
    }
}
