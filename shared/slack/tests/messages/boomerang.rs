//! Boomerangs: the modal, the direct message in all its faces, the reminder, the replies in the alert's thread.

use crate::block_kit::{view_violations, violations};
use crate::sample::{NOW, alert, any_alert, strange};
use alert::boomerang::{Boomerang, End, Recipient, Verdict};
use alert::{Activity, ActivityKind, Actor, Alert, AlertId, ChangeId, Origin, Status, UserId};
use proptest::prelude::*;
use serde_json::{Value, json};
use slack::control::ModalContext;
use slack::message::{Mentions, Message, activity_reply, direct_message, reminder, with_cancel_button};
use slack::modal;

mod asking;
mod direct_message;
mod replies;

fn linus() -> Actor {
    Actor::User { id: UserId::new("u1").unwrap(), name: "Linus".into(), slack_user: Some("U1".into()) }
}

fn robin(name: &str) -> Actor {
    Actor::SlackUser { id: "U2".into(), name: name.into() }
}

fn recipient(name: &str) -> Recipient {
    Recipient { slack_user: "U2".into(), name: name.into() }
}

fn id() -> ChangeId {
    ChangeId::new("b1").unwrap()
}

fn asked(question: &str) -> Boomerang {
    Boomerang {
        id: id(),
        asked_at: NOW,
        asker: linus(),
        recipient: recipient("Robin"),
        question: question.into(),
        shares_event: true,
        workspace: None,
        conversation: None,
        overdue: false,
        end: None,
    }
}

fn answered(question: &str, verdict: Verdict, answer: Option<&str>, late: bool) -> Boomerang {
    let end = End::Answered { by: robin("Robin"), verdict, answer: answer.map(Into::into), late, on: None };
    Boomerang { end: Some(end), ..asked(question) }
}

fn with_event(event: Value) -> Alert {
    let mut alert = alert();
    alert.content.first_event = event;
    alert
}

fn context() -> ModalContext {
    ModalContext {
        alert_id: AlertId::new("a1").unwrap(),
        seen_seq: 3,
        channel: "C1".into(),
        message_ts: "1.2".into(),
        thread_ts: None,
    }
}

fn modal(alert: &Alert) -> Value {
    let view = serde_json::to_value(modal::boomerang(&context(), alert)).unwrap();
    assert_eq!(view_violations(&view), [""; 0]);
    view
}

fn reply(actor: Actor, kind: ActivityKind) -> Message {
    let origin = Origin::Slack { channel: "C1".into(), message_ts: "1.2".into(), user: "U1".into() };
    let activity = Activity { seq: 3, change_id: id(), at: NOW, actor, origin, kind };
    let message = activity_reply(&activity, "a1/d1", &Mentions::new()).unwrap();
    assert_eq!(violations(&message), [""; 0]);
    message
}

/// Blocks as people see them: mentions as `@U1`, quotations behind `> `, code between lines of `---`, controls in
/// brackets. A long text shows its ends.
fn seen(blocks: &Value) -> String {
    let mut lines = Vec::new();
    let short = |text: &str| {
        let all: Vec<char> = text.chars().collect();
        if all.len() < 200 {
            return text.to_owned();
        }
        let ends = [&all[..20], &all[all.len() - 20..]].map(|part| part.iter().collect::<String>());
        format!("{}({} characters){}", ends[0], all.len(), ends[1])
    };
    for block in blocks.as_array().unwrap() {
        match block["type"].as_str().unwrap() {
            "header" => lines.push(format!("# {}", block["text"]["text"].as_str().unwrap())),
            "input" => lines.push(format!("[{}: ____]", block["label"]["text"].as_str().unwrap())),
            "actions" => {
                let labels = block["elements"].as_array().unwrap().iter().map(|e| e["text"]["text"].as_str().unwrap());
                lines.push(format!("[{}]", labels.collect::<Vec<_>>().join("] [")));
            }
            _ => {
                for element in block["elements"].as_array().unwrap() {
                    let leaves = element["elements"].as_array().unwrap().iter();
                    let words: String = leaves
                        .map(|leaf| match leaf["user_id"].as_str() {
                            Some(id) => format!("@{id}"),
                            None => short(leaf["text"].as_str().unwrap()),
                        })
                        .collect();
                    lines.push(match element["type"].as_str().unwrap() {
                        "rich_text_quote" => format!("> {words}"),
                        "rich_text_preformatted" => format!("---\n{words}\n---"),
                        _ => words,
                    });
                }
            }
        }
    }
    lines.join("\n").replace("\n\n", "\n")
}

fn dm(alert: &Alert, boomerang: &Boomerang) -> String {
    let message = direct_message(alert, boomerang);
    assert_eq!(violations(&message), [""; 0]);
    let text: String = message.text.chars().take(200).collect();
    format!("{}\n    {}", seen(&json!(message.blocks)), text.replace('\u{200b}', "·"))
}

const HOSTILE: &str = "<!channel> <@U9> *bold* \u{202e}gnp.exe\u{202c} \u{0}\u{1b}[31m 🔴👩‍👩‍👧 https://evil.example @here";

/// Every kind of reply, with these texts.
fn replies(name: &str, words: &str) -> Vec<Message> {
    let sent = |shares_event| ActivityKind::BoomerangSent {
        recipient: recipient(name),
        question: words.into(),
        shares_event,
        workspace: None,
        conversation: None,
    };
    let answered = |verdict, answer: Option<&str>, late, reopened| ActivityKind::BoomerangAnswered {
        boomerang: id(),
        recipient: recipient(name),
        verdict,
        answer: answer.map(Into::into),
        late,
        reopened,
    };
    vec![
        with_cancel_button(reply(linus(), sent(true)), &AlertId::new("a1").unwrap(), &id()),
        reply(linus(), sent(false)),
        reply(robin(name), answered(Verdict::Confirmed, Some(words), false, None)),
        reply(robin(name), answered(Verdict::Confirmed, None, true, None)),
        reply(robin(name), answered(Verdict::Suspicious, Some(words), true, Some(Status::Closed))),
        reply(robin(name), answered(Verdict::Suspicious, None, false, Some(Status::Resolved))),
        reply(linus(), ActivityKind::BoomerangCancelled { boomerang: id(), recipient: recipient(name) }),
        reply(
            Actor::System,
            ActivityKind::BoomerangOverdue { boomerang: id(), recipient: recipient(name), asker: linus() },
        ),
        reply(
            Actor::System,
            ActivityKind::BoomerangUndelivered {
                boomerang: id(),
                recipient: recipient(name),
                asker: linus(),
                why: words.into(),
            },
        ),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn slack_would_take_the_messages_and_the_modal_of_any_boomerang(
        (question, answer, name) in (strange(), strange(), strange()),
        (event, mut alert) in (strange(), any_alert()),
    ) {
        alert.content.first_event = json!({"a": event, event: 1});
        modal(&alert);
        let asker = Actor::SlackUser { id: name.clone(), name: name.clone() };
        let ends = [
            None,
            Some(End::Cancelled { by: robin(&name) }),
            Some(End::Answered {
                by: robin(&name), verdict: Verdict::Suspicious, answer: Some(answer.clone()), late: true, on: None,
            }),
        ];
        for end in ends {
            let boomerang = Boomerang { asker: asker.clone(), end, ..asked(&question) };
            for message in [direct_message(&alert, &boomerang), reminder(&boomerang)] {
                prop_assert_eq!(violations(&message), [""; 0]);
                prop_assert_eq!(violations(&message.cut()), [""; 0]);
            }
        }
        for message in replies(&name, &answer) {
            prop_assert_eq!(violations(&message.cut()), [""; 0]);
        }
    }
}
