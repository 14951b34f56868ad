//! Alerts to render, plain ones and strange ones.

use alert::{Actor, Alert, AlertId, Assignee, Routing, Severity, Triage, UserId, Why, input};
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::json;
use slack::message::Look;

pub(crate) const NOW: Timestamp = Timestamp::constant(1_795_249_800, 0);

pub(crate) const LOOK: Look<'_> =
    Look { timezone: "Europe/Berlin", console_url: None, button_label: "View in Panther", threat_intel: false };

pub(crate) fn user(id: &str, name: &str) -> Actor {
    Actor::User { id: UserId::new(id).unwrap(), name: name.into(), slack_user: None }
}

pub(crate) fn assignee(id: &str, name: &str) -> Assignee {
    Assignee { id: UserId::new(id).unwrap(), name: name.into(), email: "someone@acme.example".into() }
}

/// An alert with every field that a message shows.
pub(crate) fn alert() -> Alert {
    let payload = json!({
        "alertId": "b90c19e66e160e194a5b3b94ec27fb7c", "id": "AWS.Root.Login", "title": "Root <login> & more",
        "severity": "HIGH", "type": "RULE", "createdAt": "2026-11-21T08:30:00Z",
        "description": "The root user logged in.\nAsk <!channel>.", "runbook": "Check https://runbook.example",
        "logTypes": ["AWS.CloudTrail", "Okta.SystemLog"], "link": "https://panther.example/alerts/1",
    });
    of(payload.to_string().as_bytes())
}

fn of(payload: &[u8]) -> Alert {
    let new = input::parse(payload, NOW).unwrap();
    Alert {
        triage: Triage::start(new.content.severity, None, NOW),
        id: new.id,
        content: new.content,
        received_at: NOW,
        routing: Routing { to: vec![], why: Why::Filters, unknown: vec!["nowhere".into()] },
        received: 1,
    }
}

/// Text as attackers and careless programs write it, and a lot of it.
pub(crate) fn strange() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<String>(),
        "[ -~]{0,40}",
        "\\PC{0,40}",
        Just("<!channel> <@U1> &amp; *bold* https://evil.example @here".to_owned()),
        Just("🔴👩‍👩‍👧".to_owned()),
        Just("\u{202e}\u{0}\r\n\t".to_owned()),
        Just(String::new()),
    ];
    (piece, prop_oneof![Just(1), Just(3), Just(700), Just(4000)]).prop_map(|(piece, times)| {
        let most = 200_000 / piece.len().max(1);
        piece.repeat(times.min(most.max(1)))
    })
}

prop_compose! {
    /// Any alert that could be stored, and some that could not.
    pub(crate) fn any_alert()(
        (title, description, runbook, name) in (strange(), strange(), strange(), proptest::option::of(strange())),
        link in proptest::option::of(prop_oneof![strange(), Just("javascript:alert(1)".into()), "https://[ -~]{1,60}"]),
        log_types in proptest::collection::vec(strange(), 0..4),
        (id, seq) in ("[A-Za-z0-9._:-]{1,128}", any::<u64>()),
        severity in proptest::sample::select(Severity::ALL.to_vec()),
        assigned in proptest::option::of(("[A-Za-z0-9._:-]{1,128}", strange())),
        seconds in -9_000_000_000i64..200_000_000_000,
    ) -> Alert {
        let mut alert = alert();
        alert.id = AlertId::new(id).unwrap();
        alert.content.title = title;
        alert.content.description = description;
        alert.content.runbook = runbook;
        alert.content.name = name;
        alert.content.link = link;
        alert.content.log_types = log_types;
        alert.content.severity = severity;
        alert.content.created_at = Timestamp::from_second(seconds).unwrap();
        let assignee = assigned.map(|(id, name)| assignee(&id, &name));
        alert.triage = Triage::start(severity, assignee, NOW);
        alert.triage.seq = seq;
        alert
    }
}
