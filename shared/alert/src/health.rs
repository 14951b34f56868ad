//! The SYSTEM_ERROR alert that a dead delivery raises, so that somebody learns of it elsewhere.

use crate::{Destination, DestinationId};
use jiff::Timestamp;
use serde_json::{Value, json};

/// The alert to put on the `alerts` queue when `destination` refused a delivery for good. One per destination, cause
/// and UTC day, because its id says so: a dead channel gives one alert, not one per lost message. It never goes to the
/// destination it is about.
///
/// `code` is the destination's own word for the refusal, `what_to_do` a sentence for people.
pub fn delivery_failed(destination: &Destination, code: &str, what_to_do: &str, now: Timestamp) -> Value {
    let name = &destination.settings.display_name;
    let day = now.strftime("%Y-%m-%d").to_string();
    let id: &DestinationId = &destination.id;
    json!({
        "alertId": format!("delivery-failed:{id}:{code}:{day}"),
        "id": "Margay.Delivery.Failed",
        "name": "Alert delivery failed",
        "title": format!("Alerts cannot be delivered to {name}: {code}"),
        "severity": "HIGH",
        "type": "SYSTEM_ERROR",
        "createdAt": now,
        "description": format!("The destination \"{name}\" refuses alerts with \"{code}\". {what_to_do}"),
        "runbook": what_to_do,
        "alertContext": {"destinationId": id, "destination": name, "error": code},
        "exceptDestinations": [id],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::destination::DestinationSettings;
    use crate::{AlertType, input};

    #[test]
    fn it_is_an_alert_like_any_other_and_the_same_one_all_day() {
        let now: Timestamp = "2026-11-21T08:30:00Z".parse().unwrap();
        let destination = Destination {
            id: DestinationId::new("d1").unwrap(),
            settings: DestinationSettings::parse(br#"{"displayName":"SOC","channel":"C1"}"#, None).unwrap(),
            created_at: now,
            updated_at: now,
        };
        let alert = |at: Timestamp| {
            let body = delivery_failed(&destination, "is_archived", "Unarchive it.", at).to_string();
            input::parse(body.as_bytes(), at).unwrap()
        };
        let first = alert(now);
        assert_eq!(first.content.alert_type, AlertType::SystemError);
        assert_eq!(first.content.except_destinations, std::slice::from_ref(&destination.id));
        assert_eq!(alert("2026-11-21T23:59:59Z".parse().unwrap()).id, first.id);
        assert_ne!(alert("2026-11-22T00:00:00Z".parse().unwrap()).id, first.id);
    }
}
