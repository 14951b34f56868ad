//! Replies in the thread.

use crate::block_kit::violations;
use crate::sample::{NOW, assignee, strange, user};
use alert::{Activity, ActivityKind, Actor, ChangeId, Origin, Status, UserId};
use proptest::prelude::*;
use slack::message::{Mentions, Message, activity_reply};

fn activity(actor: Actor, origin: Origin, kind: ActivityKind) -> Activity {
    Activity { seq: 3, change_id: ChangeId::derive(&[b"x"]), at: NOW, actor, origin, kind }
}

fn in_slack() -> Origin {
    Origin::Slack { channel: "C1".into(), message_ts: "1.2".into(), user: "U1".into() }
}

fn reply(actor: Actor, origin: Origin, kind: ActivityKind, mentions: &Mentions) -> Message {
    let message = activity_reply(&activity(actor, origin, kind), "a1/d1", mentions).unwrap();
    assert_eq!(violations(&message), [""; 0]);
    message
}

/// The reply as people see it: mentions as `@U1`, quotations behind `> `.
fn seen(message: &Message) -> String {
    let elements = message.blocks[0]["elements"].as_array().unwrap();
    let lines = elements.iter().map(|element| {
        let mark = if element["type"] == "rich_text_quote" { "> " } else { "" };
        let leaves = element["elements"].as_array().unwrap().iter();
        let words = leaves.map(|leaf| match leaf["user_id"].as_str() {
            Some(id) => format!("@{id}"),
            None => leaf["text"].as_str().unwrap().to_owned(),
        });
        format!("{mark}{}", words.collect::<String>())
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn status(comment: Option<&str>) -> ActivityKind {
    ActivityKind::Status { from: Status::Open, to: Status::Triaged, comment: comment.map(Into::into) }
}

#[test]
fn every_kind_of_activity_is_one_sentence() {
    let linus = || Actor::User { id: UserId::new("u1").unwrap(), name: "Linus".into(), slack_user: Some("U1".into()) };
    let auston = Some(assignee("u2", "Auston"));
    let assigned = ActivityKind::Assignee { from: None, to: auston.clone() };
    let unassigned = ActivityKind::Assignee { from: auston, to: None };
    let comment = ActivityKind::Comment { body: "It was *me* <@U9>".into(), source: None };
    let key = || Actor::ApiKey { id: "k1".into(), name: "siem".into() };
    let known = Mentions::from_iter([(UserId::new("u2").unwrap(), "W2".to_owned())]);
    let nobody = Mentions::new();
    let table = [
        reply(linus(), in_slack(), assigned.clone(), &known),
        reply(linus(), in_slack(), assigned, &nobody),
        reply(linus(), in_slack(), unassigned, &known),
        reply(linus(), in_slack(), status(None), &nobody),
        reply(linus(), in_slack(), status(Some("Was me.\nSorry!")), &nobody),
        reply(user("u1", "Linus"), Origin::Api, comment.clone(), &nobody),
        reply(user("u2", "Auston"), Origin::Api, status(None), &known),
        reply(key(), Origin::Api, status(None), &nobody),
        reply(Actor::System, Origin::System, status(None), &nobody),
        reply(linus(), in_slack(), comment.clone(), &nobody),
        reply(Actor::SlackUser { id: "U9".into(), name: "Pat <@U1> (Slack)".into() }, in_slack(), comment, &known),
    ];
    let sentences: Vec<_> = table.iter().map(|message| format!("{}\n    {}", seen(message), message.text)).collect();
    insta::assert_snapshot!(sentences.join("\n").replace('\u{200b}', "·"), @"
    @U1 assigned the alert to @W2
        Linus assigned the alert to Auston
    @U1 assigned the alert to Auston
        Linus assigned the alert to Auston
    @U1 unassigned the alert
        Linus unassigned the alert
    @U1 set the status from Open to Triaged
        Linus set the status from Open to Triaged
    @U1 set the status from Open to Triaged:
    > Was me.
    Sorry!
        Linus set the status from Open to Triaged: Was me.
    Sorry!
    Linus (via API) commented:
    > It was *me* <@U9>
        Linus (via API) commented: It was *me* &lt;@·U9&gt;
    @W2 (via API) set the status from Open to Triaged
        Auston (via API) set the status from Open to Triaged
    siem (via API) set the status from Open to Triaged
        siem (via API) set the status from Open to Triaged
    Margay set the status from Open to Triaged
        Margay set the status from Open to Triaged
    @U1 commented:
    > It was *me* <@U9>
        Linus commented: It was *me* &lt;@·U9&gt;
    Pat <@U1> (Slack) commented:
    > It was *me* <@U9>
        Pat &lt;@·U1&gt; (Slack) commented: It was *me* &lt;@·U9&gt;
    ");
    let edited = ActivityKind::CommentEdited { of: 2, body: "b".into(), revision: 1 };
    for kind in [edited, ActivityKind::CommentDeleted { of: 2 }] {
        let what = "its comment's own reply shows it";
        assert!(activity_reply(&activity(linus(), in_slack(), kind), "a1/d1", &known).is_none(), "{what}");
    }
    assert!(activity_reply(&activity(linus(), in_slack(), ActivityKind::Created), "a1/d1", &known).is_none());
}

#[test]
fn the_metadata_names_delivery_and_activity() {
    let message = reply(user("u1", "Linus"), Origin::Api, status(None), &Mentions::new());
    insta::assert_snapshot!(message.metadata.unwrap(), @r#"{"event_type":"margay_activity","event_payload":{"delivery":"a1/d1","seq":3}}"#);
}

#[test]
fn what_is_no_slack_user_is_not_mentioned() {
    for odd in ["", "U", "C123", "u123", "U1>", "<!channel>"] {
        let mut mentions = Mentions::new();
        mentions.insert(UserId::new("u1").unwrap(), odd);
        let message = reply(user("u1", "Linus"), Origin::Api, status(None), &mentions);
        assert!(seen(&message).starts_with("Linus"), "{odd}");
    }
}

proptest! {
    #[test]
    fn slack_would_take_the_reply_for_any_activity(name in strange(), body in strange(), other in strange()) {
        let kinds = [
            ActivityKind::Comment { body: body.clone(), source: None },
            status(Some(&body)),
            ActivityKind::Assignee { from: None, to: Some(assignee("u2", &other)) },
        ];
        for kind in kinds {
            let message = reply(user("u1", &name), Origin::Api, kind, &Mentions::new());
            prop_assert_eq!(violations(&message.cut()), [""; 0]);
        }
    }

    #[test]
    fn slack_would_take_any_plain_sentence(sentence in strange()) {
        prop_assert_eq!(violations(&Message::plain(&sentence)), [""; 0]);
    }
}
