//! The Home tab: empty, as it is on a working day, crowded, and full of what attackers write.

use crate::block_kit::home_violations;
use crate::sample::{NOW, alert, any_alert, strange};
use alert::boomerang::{Boomerang, Recipient};
use alert::delivery::MessageRef;
use alert::{Actor, Alert, ChangeId, Severity, Status, UserId};
use jiff::ToSpan;
use proptest::prelude::*;
use serde_json::Value;
use slack::home::{AlertRow, Alerts, Home, Listed, QuestionRow, ROWS, message_link, not_permitted, view};
use slack::home::{refused, unregistered};
use slack::identity::Reason;

fn shown(home: &Home<'_>) -> Value {
    serde_json::to_value(view(home)).unwrap()
}

fn listed<T>(rows: Vec<T>) -> Listed<T> {
    Listed { rows, ..Listed::default() }
}

fn question(text: &str, asker: &str, slack_user: Option<&str>, name: &str) -> Boomerang {
    Boomerang {
        id: ChangeId::new("b1").unwrap(),
        asked_at: NOW - 2.hours(),
        asker: Actor::User {
            id: UserId::new("u1").unwrap(),
            name: asker.into(),
            slack_user: slack_user.map(str::to_owned),
        },
        recipient: Recipient { slack_user: "U0ROBIN001".into(), name: name.into() },
        question: text.into(),
        shares_event: true,
        workspace: None,
        conversation: None,
        overdue: false,
        end: None,
    }
}

fn link(ts: &str) -> Option<String> {
    message_link("https://acme.slack.com/", &MessageRef { channel: "C0ONE00001".into(), ts: ts.into() })
}

fn titled(title: &str, severity: Severity, status: Status) -> Alert {
    let mut alert = alert();
    alert.content.title = title.into();
    alert.content.severity = severity;
    alert.triage.status = status;
    alert
}

/// What a reader sees, a line for each.
fn lines(view: &Value) -> String {
    let mut lines = Vec::new();
    let leaves = |section: &Value| -> String {
        let leaves = section["elements"].as_array().unwrap().iter();
        let leaf = |leaf: &Value| match leaf["type"].as_str().unwrap() {
            "link" => format!("[{}]({})", leaf["text"].as_str().unwrap(), leaf["url"].as_str().unwrap()),
            "user" => format!("@{}", leaf["user_id"].as_str().unwrap()),
            "date" => format!("<{} {}>", leaf["format"].as_str().unwrap(), leaf["fallback"].as_str().unwrap()),
            _ => leaf["text"].as_str().unwrap().to_owned(),
        };
        leaves.map(leaf).collect()
    };
    for block in view["blocks"].as_array().unwrap() {
        match block["type"].as_str().unwrap() {
            "header" => lines.push(format!("# {}", block["text"]["text"].as_str().unwrap())),
            "divider" => lines.push("---".to_owned()),
            _ => {
                for element in block["elements"].as_array().unwrap() {
                    if element["type"] == "rich_text_list" {
                        let points = element["elements"].as_array().unwrap().iter();
                        lines.extend(points.map(|point| format!("- {}", leaves(point))));
                    } else {
                        lines.push(leaves(element));
                    }
                }
            }
        }
    }
    lines.join("\n")
}

fn nobody(why: &str) -> Home<'static> {
    Home { alerts: Alerts::Hidden(why.to_owned()), asked: Listed::default(), at: NOW }
}

#[test]
fn with_nothing_to_do_it_says_so() {
    let alerts =
        Alerts::Shown { mine: Listed::default(), unassigned: Some(Listed::default()), asking: Listed::default() };
    let shown = shown(&Home { alerts, asked: Listed::default(), at: NOW });
    assert_eq!(home_violations(&shown), [""; 0]);
    insta::assert_snapshot!(lines(&shown), @"
    # Your open alerts
    No open alert is assigned to you.
    # Alerts without an assignee
    Every open alert has an assignee.
    ---
    As of <{date_short_pretty}, {time} 2026-11-21 08:30 UTC>. Open this tab again to see what is new.
    ");
}

#[test]
fn what_waits_is_shown_with_severity_title_status_age_and_link() {
    let first = titled("Root login", Severity::Critical, Status::Open);
    let second = titled("Bucket is public", Severity::Medium, Status::Triaged);
    let nobodys = titled("Impossible travel", Severity::High, Status::Open);
    let row = |alert, ts| AlertRow { alert, link: link(ts) };
    let mut late = question("Did you share the bucket?", "Linus", Some("U0LINUS001"), "Robin");
    late.overdue = true;
    let home = Home {
        alerts: Alerts::Shown {
            mine: listed(vec![row(&first, "1795249800.000100"), row(&second, "1795249800.000200")]),
            unassigned: Some(Listed { rows: vec![row(&nobodys, "1795249800.000300")], more: 37, uncounted: false }),
            asking: listed(vec![QuestionRow {
                boomerang: late,
                alert: Some(&second),
                link: link("1795249800.000200"),
            }]),
        },
        asked: listed(vec![QuestionRow {
            boomerang: question("Was that you?", "Auston", Some("U0AUSTON01"), "Linus"),
            alert: Some(&first),
            link: message_link(
                "https://acme.slack.com/",
                &MessageRef { channel: "D0LINUS001".into(), ts: "1795249900.000100".into() },
            ),
        }]),
        at: NOW,
    };
    let shown = shown(&home);
    assert_eq!(home_violations(&shown), [""; 0]);
    insta::assert_snapshot!(lines(&shown), @"
    # Questions for you
    - @U0AUSTON01 asks: [Was that you?](https://acme.slack.com/archives/D0LINUS001/p1795249900000100) · <{ago} 2026-11-21 06:30 UTC> · about 🟣 Critical Root login
    # Your open alerts
    - 🟣 Critical [Root login](https://acme.slack.com/archives/C0ONE00001/p1795249800000100) · Open · <{ago} 2026-11-21 08:30 UTC>
    - 🟠 Medium [Bucket is public](https://acme.slack.com/archives/C0ONE00001/p1795249800000200) · Triaged · <{ago} 2026-11-21 08:30 UTC>
    # Alerts without an assignee
    - 🔴 High [Impossible travel](https://acme.slack.com/archives/C0ONE00001/p1795249800000300) · Open · <{ago} 2026-11-21 08:30 UTC>
    and 37 more
    # Your questions
    - @U0ROBIN001 has not answered yet: [Did you share the bucket?](https://acme.slack.com/archives/C0ONE00001/p1795249800000200) · <{ago} 2026-11-21 06:30 UTC> · about 🟠 Medium Bucket is public
    ---
    As of <{date_short_pretty}, {time} 2026-11-21 08:30 UTC>. Open this tab again to see what is new.
    ");
    insta::assert_json_snapshot!(shown["blocks"][3], @r#"
    {
      "type": "rich_text",
      "elements": [
        {
          "type": "rich_text_list",
          "style": "bullet",
          "elements": [
            {
              "type": "rich_text_section",
              "elements": [
                {
                  "type": "text",
                  "text": "🟣 "
                },
                {
                  "type": "text",
                  "text": "Critical",
                  "style": {
                    "bold": true
                  }
                },
                {
                  "type": "text",
                  "text": " "
                },
                {
                  "type": "link",
                  "url": "https://acme.slack.com/archives/C0ONE00001/p1795249800000100",
                  "text": "Root login"
                },
                {
                  "type": "text",
                  "text": " · Open · "
                },
                {
                  "type": "date",
                  "timestamp": 1795249800,
                  "format": "{ago}",
                  "fallback": "2026-11-21 08:30 UTC"
                }
              ]
            },
            {
              "type": "rich_text_section",
              "elements": [
                {
                  "type": "text",
                  "text": "🟠 "
                },
                {
                  "type": "text",
                  "text": "Medium",
                  "style": {
                    "bold": true
                  }
                },
                {
                  "type": "text",
                  "text": " "
                },
                {
                  "type": "link",
                  "url": "https://acme.slack.com/archives/C0ONE00001/p1795249800000200",
                  "text": "Bucket is public"
                },
                {
                  "type": "text",
                  "text": " · Triaged · "
                },
                {
                  "type": "date",
                  "timestamp": 1795249800,
                  "format": "{ago}",
                  "fallback": "2026-11-21 08:30 UTC"
                }
              ]
            }
          ]
        }
      ]
    }
    "#);
}

#[test]
fn whoever_may_only_view_does_not_even_see_that_there_are_others() {
    let alerts = Alerts::Shown { mine: Listed::default(), unassigned: None, asking: Listed::default() };
    let shown = shown(&Home { alerts, asked: Listed::default(), at: NOW });
    insta::assert_snapshot!(lines(&shown), @"
    # Your open alerts
    No open alert is assigned to you.
    ---
    As of <{date_short_pretty}, {time} 2026-11-21 08:30 UTC>. Open this tab again to see what is new.
    ");
}

#[test]
fn whoever_is_not_let_in_reads_why_and_whom_to_ask() {
    let all: Vec<String> = [
        unregistered("robin@acme.example"),
        not_permitted().to_owned(),
        refused(Reason::Deactivated).to_owned(),
        refused(Reason::Bot).to_owned(),
        refused(Reason::Stranger).to_owned(),
        refused(Reason::Guest).to_owned(),
        refused(Reason::UnconfirmedEmail).to_owned(),
        refused(Reason::NoEmail).to_owned(),
    ]
    .iter()
    .map(|why| {
        let shown = shown(&nobody(why));
        assert_eq!(home_violations(&shown), [""; 0]);
        lines(&shown).lines().nth(1).unwrap().to_owned()
    })
    .collect();
    insta::assert_snapshot!(all.join("\n"), @"
    You are not a registered user of Margay: nobody is registered with your Slack email robin@acme.example. Ask someone who may manage users to add it.
    You are registered in Margay, but may not view alerts. Ask someone who may manage users to give you the permission ViewAlerts.
    Your Slack account is deactivated, so Margay shows you no alerts.
    Apps see no alerts here. They can use the REST API with an API key.
    You belong to another organisation's Slack, so Margay shows you no alerts. Ask a member of this workspace.
    You are a guest of this Slack workspace, so Margay shows you no alerts. Ask a full member, or a workspace admin to make you one.
    Your Slack email is not confirmed yet, so Margay cannot tell who you are. Confirm it in your Slack account settings and open this tab again.
    Slack does not show Margay your email, so it cannot tell who you are. Add one to your Slack profile, or ask a workspace admin to give the app the scope users:read.email.
    ");
}

#[test]
fn a_person_who_is_not_let_in_sees_the_question_they_were_asked_and_nothing_of_the_alert() {
    let boomerang = question("Was that you?", "Auston", Some("U0AUSTON01"), "Robin");
    let asked = listed(vec![QuestionRow { boomerang, alert: None, link: None }]);
    let shown = shown(&Home { asked, ..nobody(&unregistered("robin@acme.example")) });
    insta::assert_snapshot!(lines(&shown), @"
    # Questions for you
    - @U0AUSTON01 asks: Was that you? · <{ago} 2026-11-21 06:30 UTC>
    # Alerts
    You are not a registered user of Margay: nobody is registered with your Slack email robin@acme.example. Ask someone who may manage users to add it.
    ---
    As of <{date_short_pretty}, {time} 2026-11-21 08:30 UTC>. Open this tab again to see what is new.
    ");
}

#[test]
fn what_attackers_write_stays_text() {
    let evil = "<!channel> *bold* <https://evil.example|click> <@U0ADMIN001>\n\u{202e}gnp.exe\u{0} :tada:";
    let alert = titled(evil, Severity::Info, Status::Open);
    let home = Home {
        alerts: Alerts::Shown {
            mine: listed(vec![AlertRow { alert: &alert, link: link("1.2") }, AlertRow { alert: &alert, link: None }]),
            unassigned: None,
            asking: listed(vec![QuestionRow {
                boomerang: question(evil, evil, None, evil),
                alert: Some(&alert),
                link: None,
            }]),
        },
        asked: listed(vec![QuestionRow { boomerang: question(evil, evil, Some(evil), evil), alert: None, link: None }]),
        at: NOW,
    };
    let shown = shown(&home);
    assert_eq!(home_violations(&shown), [""; 0]);
    insta::assert_snapshot!(lines(&shown), @"
    # Questions for you
    - <!channel> *bold* <https://evil.example|click> <@U0ADMIN… (cut) asks: <!channel> *bold* <https://evil.example|click> <@U0ADMIN001> �gnp.exe� :tada: · <{ago} 2026-11-21 06:30 UTC>
    # Your open alerts
    - 🟢 Info [<!channel> *bold* <https://evil.example|click> <@U0ADMIN001> �gnp.exe� :tada:](https://acme.slack.com/archives/C0ONE00001/p12) · Open · <{ago} 2026-11-21 08:30 UTC>
    - 🟢 Info <!channel> *bold* <https://evil.example|click> <@U0ADMIN001> �gnp.exe� :tada: · Open · <{ago} 2026-11-21 08:30 UTC>
    # Your questions
    - @U0ROBIN001 was asked: <!channel> *bold* <https://evil.example|click> <@U0ADMIN001> �gnp.exe� :tada: · <{ago} 2026-11-21 06:30 UTC> · about 🟢 Info <!channel> *bold* <https://evil.example|click> <@U0ADMIN001> �gnp.exe� :tada:
    ---
    As of <{date_short_pretty}, {time} 2026-11-21 08:30 UTC>. Open this tab again to see what is new.
    ");
}

#[test]
fn an_alert_or_a_question_without_words_has_a_line_all_the_same() {
    let mut alert = titled(" \n", Severity::Low, Status::Open);
    (alert.content.name, alert.content.detection_id) = (None, None);
    let boomerang = question(" ", "", None, "");
    let home = Home {
        alerts: Alerts::Shown {
            mine: listed(vec![AlertRow { alert: &alert, link: link("1.2") }]),
            unassigned: None,
            asking: Listed::default(),
        },
        asked: listed(vec![QuestionRow { boomerang, alert: None, link: link("1.3") }]),
        at: NOW,
    };
    let shown = shown(&home);
    assert_eq!(home_violations(&shown), [""; 0]);
    insta::assert_snapshot!(lines(&shown), @"
    # Questions for you
    - Somebody asks: [(empty)](https://acme.slack.com/archives/C0ONE00001/p13) · <{ago} 2026-11-21 06:30 UTC>
    # Your open alerts
    - 🟡 Low [Alert without a title](https://acme.slack.com/archives/C0ONE00001/p12) · Open · <{ago} 2026-11-21 08:30 UTC>
    ---
    As of <{date_short_pretty}, {time} 2026-11-21 08:30 UTC>. Open this tab again to see what is new.
    ");
}

#[test]
fn a_crowd_is_cut_and_the_rest_is_counted() {
    let alert = titled(&"x".repeat(100_000), Severity::High, Status::Open);
    let rows = |n: usize| vec![AlertRow { alert: &alert, link: link("1.2") }; n];
    let asks = |n: usize| {
        let boomerang = question(&"y".repeat(100_000), "Linus", None, "Robin");
        vec![QuestionRow { boomerang, alert: Some(&alert), link: link("1.2") }; n]
    };
    let home = Home {
        alerts: Alerts::Shown {
            mine: Listed { rows: rows(ROWS), more: 1, uncounted: false },
            unassigned: Some(Listed { rows: rows(ROWS), more: 280, uncounted: true }),
            asking: listed(asks(ROWS + 3)),
        },
        asked: listed(asks(ROWS)),
        at: NOW,
    };
    let shown = shown(&home);
    assert_eq!(home_violations(&shown), [""; 0]);
    let lines = lines(&shown);
    assert_eq!(lines.lines().filter(|line| line.starts_with("- ")).count(), 4 * ROWS);
    let counts: Vec<_> = lines.lines().filter(|line| line.starts_with("and ")).collect();
    assert_eq!(counts, ["and 1 more", "and at least 280 more", "and 3 more"]);
}

#[test]
fn a_message_is_found_on_the_web_where_slack_says_and_nowhere_else() {
    let at = |url: &str, channel: &str, ts: &str| {
        message_link(url, &MessageRef { channel: channel.to_owned(), ts: ts.to_owned() })
    };
    // The example of https://docs.slack.dev/reference/methods/chat.getPermalink.
    assert_eq!(
        at("https://ghostbusters.slack.com/", "C1H9RESGA", "1358546515.00008").as_deref(),
        Some("https://ghostbusters.slack.com/archives/C1H9RESGA/p135854651500008")
    );
    assert_eq!(
        at("https://acme.enterprise.slack.com/", "C1", "1.2").as_deref(),
        Some("https://acme.enterprise.slack.com/archives/C1/p12")
    );
    for (url, channel, ts) in [
        ("", "C1", "1.2"),
        ("http://acme.slack.com/", "C1", "1.2"),
        ("javascript:alert(1)", "C1", "1.2"),
        ("https://acme.slack.com/", "C1/../x", "1.2"),
        ("https://acme.slack.com/", "", "1.2"),
        ("https://acme.slack.com/", "C1", "1"),
        ("https://acme.slack.com/", "C1", "1.2?x"),
    ] {
        assert_eq!(at(url, channel, ts), None, "{url} {channel} {ts}");
    }
}

proptest! {
    #[test]
    fn slack_takes_it_whatever_stands_there(
        alert in any_alert(),
        (words, asker, recipient, email) in (strange(), strange(), strange(), strange()),
        rows in 0usize..4,
        hidden in any::<bool>(),
    ) {
        let alert_rows = || vec![AlertRow { alert: &alert, link: link("1.2") }; rows];
        let boomerang = question(&words, &asker, None, &recipient);
        let row = QuestionRow { boomerang, alert: Some(&alert), link: None };
        let alerts = if hidden {
            Alerts::Hidden(unregistered(&email))
        } else {
            Alerts::Shown {
                mine: listed(alert_rows()),
                unassigned: Some(listed(alert_rows())),
                asking: listed(vec![row.clone(); rows]),
            }
        };
        let shown = shown(&Home { alerts, asked: listed(vec![row; rows]), at: NOW });
        prop_assert_eq!(home_violations(&shown), [""; 0]);
    }
}
