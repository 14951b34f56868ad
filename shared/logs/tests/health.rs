//! How a source's health moves from poll to poll, and what is said of it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use jiff::{SignedDuration, Timestamp};
use logs::{Health, LogSource, LogSourceId, LogSourceSettings, Notice, Poll, State};
use proptest::prelude::*;

const START: &str = "2026-11-21T07:00:00Z";

fn source(silence_minutes: Option<u32>) -> LogSource {
    let body = serde_json::json!({
        "name": "SOC audit", "logType": "Slack.AuditLogs", "secret": "p/x", "silenceMinutes": silence_minutes,
    });
    LogSource {
        id: LogSourceId::new("src1").unwrap(),
        settings: LogSourceSettings::parse(body.to_string().as_bytes(), None, "p/").unwrap(),
        created_at: Timestamp::UNIX_EPOCH,
        updated_at: Timestamp::UNIX_EPOCH,
        health: Health::default(),
    }
}

fn at(minute: i64) -> Timestamp {
    START.parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minute)
}

fn refused() -> Poll {
    Poll::NeedsPeople { code: "token_revoked".to_owned(), what_to_do: "Grant access again.".to_owned() }
}

fn limited() -> Poll {
    Poll::Passing { code: "ratelimited".to_owned() }
}

fn worked(entries: u64) -> Poll {
    Poll::Worked { entries, newest: (entries > 0).then(|| at(0)) }
}

/// Polls at these minutes, and what each of them said: `+` an alert's name, `-` a resolution.
fn story(source: &LogSource, polls: &[(i64, Poll)]) -> (Health, Vec<String>) {
    let mut health = Health::default();
    let mut said = Vec::new();
    for (minute, poll) in polls {
        let notices;
        (health, notices) = health.after_poll(source, poll, at(*minute));
        said.extend(notices.iter().map(|notice| match notice {
            Notice::Raise { alert, .. } => format!("{minute} + {}", alert["name"].as_str().unwrap()),
            Notice::Resolve { comment, .. } => format!("{minute} - {comment}"),
        }));
    }
    (health, said)
}

#[test]
fn a_new_source_waits_and_its_first_poll_makes_it_healthy() {
    let (health, said) = story(&source(Some(5)), &[(0, Poll::NotSetUp), (100, Poll::NotSetUp)]);
    assert_eq!((health.state, health.silent_since), (State::WaitingForSetup, None));
    assert_eq!(health.last_poll_at, Some(at(100)));
    assert!(said.is_empty(), "nobody expects data yet");
    let (health, said) = story(&source(Some(5)), &[(100, Poll::NotSetUp), (101, worked(0))]);
    assert_eq!((health.state, health.silent_since), (State::Healthy, Some(at(101))));
    assert!(said.is_empty());
}

#[test]
fn a_new_source_without_a_secret_waits_and_shows_what_is_missing() {
    let polls = [(0, Poll::NoSecret), (1, Poll::NoSecret), (2, Poll::NoSecret), (3, Poll::NotSetUp)];
    let (health, said) = story(&source(Some(5)), &polls[..3]);
    let trouble = health.last_error.unwrap();
    assert_eq!((health.state, health.failures, said.len()), (State::WaitingForSetup, 0, 0));
    assert_eq!((trouble.code.as_str(), trouble.since), ("no_secret", at(0)));
    let (health, _) = story(&source(Some(5)), &polls);
    let trouble = health.last_error.clone().unwrap();
    assert_eq!((trouble.code.as_str(), trouble.since), ("not_set_up", at(3)));
    let (health, _) = health.after_poll(&source(Some(5)), &worked(0), at(4));
    assert_eq!((health.state, health.last_error), (State::Healthy, None));
}

#[test]
fn a_secret_that_was_deleted_is_a_failure() {
    let (health, said) = story(&source(None), &[(0, worked(1)), (1, Poll::NoSecret), (2, Poll::NoSecret)]);
    assert_eq!((health.state, health.last_error.unwrap().code.as_str()), (State::Unhealthy, "no_secret"));
    assert_eq!(said, ["2 + Log source is unhealthy"]);
}

#[test]
fn the_second_failure_in_a_row_alerts_once_and_recovery_resolves_it() {
    let polls = [(0, worked(1)), (1, refused()), (2, refused()), (3, refused()), (4, worked(0)), (5, worked(0))];
    let (health, said) = story(&source(None), &polls[..2]);
    assert_eq!((health.state, health.failures), (State::Healthy, 1));
    assert_eq!(health.last_error.unwrap().code, "token_revoked", "it is shown at once");
    assert!(said.is_empty());
    let (health, _) = story(&source(None), &polls[..4]);
    assert_eq!((health.state, health.failures), (State::Unhealthy, 3));
    assert_eq!(health.last_error.unwrap().since, at(1));
    let (health, said) = story(&source(None), &polls);
    assert_eq!(said, ["2 + Log source is unhealthy", "4 - The log source \"SOC audit\" works again."]);
    assert_eq!((health.state, health.failures, health.last_error, health.alerted), (State::Healthy, 0, None, None));
}

#[test]
fn one_failure_between_polls_that_work_is_no_alert() {
    let polls: Vec<_> = (0..20).map(|n| (n, if n % 2 == 0 { worked(1) } else { refused() })).collect();
    assert!(story(&source(Some(60)), &polls).1.is_empty());
}

#[test]
fn what_passes_by_itself_neither_counts_nor_clears() {
    let polls = [(0, refused()), (1, limited()), (2, limited()), (3, refused())];
    assert_eq!(story(&source(None), &polls).1, ["3 + Log source is unhealthy"]);
    let (health, said) = story(&source(None), &[(0, refused()), (1, refused()), (2, limited()), (90, limited())]);
    assert_eq!((health.state, said.len()), (State::Unhealthy, 1));
    assert_eq!(health.last_error.unwrap().code, "token_revoked");
}

#[test]
fn what_does_not_pass_for_half_an_hour_is_shown_without_an_alert() {
    let polls: Vec<_> = (0..=31).map(|n| (n, limited())).collect();
    assert_eq!(story(&source(None), &polls[..30]).0.last_error, None);
    let (health, said) = story(&source(None), &polls);
    let trouble = health.last_error.clone().unwrap();
    assert_eq!((trouble.code.as_str(), trouble.since), ("ratelimited", at(0)));
    assert_eq!(health.failures, 0);
    assert!(said.is_empty());
    let (after, _) = health.after_poll(&source(None), &worked(1), at(32));
    assert_eq!((after.last_error, after.passing_since, after.state), (None, None, State::Healthy));
    let (after, _) = health.after_poll(&source(None), &refused(), at(32));
    assert_eq!(after.last_error.unwrap().since, at(32), "another trouble, which began later");
}

#[test]
fn a_secret_that_lost_its_token_is_a_failure() {
    let (health, said) = story(&source(None), &[(0, worked(1)), (1, Poll::NotSetUp), (2, Poll::NotSetUp)]);
    assert_eq!((health.state, health.last_error.unwrap().code.as_str()), (State::Unhealthy, "not_set_up"));
    assert_eq!(said, ["2 + Log source is unhealthy"]);
}

#[test]
fn silence_is_told_once_and_an_entry_ends_it() {
    let polls = [(0, worked(3)), (59, worked(0)), (60, worked(0)), (61, worked(0)), (500, worked(0)), (501, worked(1))];
    let (health, said) = story(&source(Some(60)), &polls);
    assert_eq!(said, ["60 + Log source has no data", "501 - The log source \"SOC audit\" has data again."]);
    assert_eq!(health.state, State::Healthy, "silence is no error");
    assert!(story(&source(None), &polls).1.is_empty(), "switched off");
}

#[test]
fn a_limit_that_lasts_as_long_as_the_threshold_is_silence_too() {
    let polls: Vec<_> = (0..=60).map(|n| (n, limited())).collect();
    assert_eq!(story(&source(Some(60)), &polls).1, ["60 + Log source has no data"]);
}

#[test]
fn a_source_that_is_known_to_fail_is_not_called_silent_as_well() {
    let mut polls: Vec<_> = (0..=100).map(|n| (n, refused())).collect();
    polls.extend([(101, worked(0)), (160, worked(0)), (161, worked(0))]);
    assert_eq!(
        story(&source(Some(60)), &polls).1,
        [
            "1 + Log source is unhealthy",
            "101 - The log source \"SOC audit\" works again.",
            "161 + Log source has no data",
        ]
    );
}

#[test]
fn a_threshold_that_is_raised_or_switched_off_ends_the_silence() {
    let (silent, _) = story(&source(Some(60)), &[(0, worked(1)), (60, worked(0))]);
    let first = silent.silent_alerted.clone().unwrap();
    for (threshold, told, again) in [
        (None, "The log source \"SOC audit\" is no longer watched for silence.", 62 + 60),
        (Some(120), "The log source \"SOC audit\" may be silent for 120 minutes now.", 61 + 60),
    ] {
        let (health, notices) = silent.after_poll(&source(threshold), &worked(0), at(61));
        let [Notice::Resolve { id, comment }] = &notices[..] else { panic!("{notices:?}") };
        assert_eq!((id, comment.as_str(), &health.silent_alerted), (&first, told, &None), "nothing came");
        // And back: another silence is another alert.
        let (health, notices) = health.after_poll(&source(Some(60)), &worked(0), at(62));
        assert!(notices.is_empty(), "{notices:?}");
        let (_, notices) = health.after_poll(&source(Some(60)), &worked(0), at(again));
        assert_ne!(notices[0].alert_id(), &first, "{told}");
    }
}

#[test]
fn a_silence_that_was_told_lasts_until_an_entry_comes_whatever_fails_and_recovers() {
    let polls = [(0, worked(1)), (60, worked(0)), (61, refused()), (62, refused()), (63, worked(0)), (64, worked(0))];
    let (health, said) = story(&source(Some(60)), &polls);
    let (silent, unhealthy) = ("60 + Log source has no data", "62 + Log source is unhealthy");
    assert_eq!(said, [silent, unhealthy, "63 - The log source \"SOC audit\" works again."]);
    let (_, notices) = health.after_poll(&source(Some(60)), &worked(1), at(65));
    assert!(matches!(&notices[..], [Notice::Resolve { comment, .. }] if comment.ends_with("has data again.")));
}

#[test]
fn switching_off_resolves_all_that_is_open_and_begins_anew() {
    let mut polls = vec![(0, worked(1)), (60, worked(0))];
    polls.extend([(61, refused()), (62, refused())]);
    let (health, said) = story(&source(Some(60)), &polls);
    assert_eq!(said.len(), 2);
    let (aside, notices) = health.put_aside(&source(Some(60)));
    assert!(notices.iter().all(|notice| matches!(notice, Notice::Resolve { .. })));
    let resolved: Vec<_> = notices.iter().map(Notice::alert_id).cloned().collect();
    assert_eq!(resolved, [health.alerted.unwrap(), health.silent_alerted.unwrap()]);
    let (later, notices) = aside.after_poll(&source(Some(60)), &worked(0), at(5000));
    assert!(notices.is_empty(), "it was not silent: nobody listened");
    assert_eq!(later.state, State::Healthy);
}

#[test]
fn the_same_trouble_told_again_is_the_same_alert_and_the_next_is_another() {
    let (once, _) = story(&source(None), &[(0, refused())]);
    let raised =
        |health: &Health, minute| health.after_poll(&source(None), &refused(), at(minute)).1[0].alert_id().clone();
    assert_eq!(raised(&once, 1), raised(&once, 2), "a run that died before it could store");
    let (later, _) = story(&source(None), &[(0, refused()), (1, refused()), (2, worked(0)), (3, refused())]);
    assert_ne!(raised(&once, 1), raised(&later, 4));
}

#[test]
fn the_alerts_say_what_happened_and_what_to_do_and_are_ones_that_margay_takes() {
    let polls = [(0, worked(1)), (60, worked(0)), (61, refused())];
    let (health, _) = story(&source(Some(60)), &polls);
    let mut alerts = health.after_poll(&source(Some(60)), &refused(), at(62)).1;
    let (quiet, _) = story(&source(Some(60)), &polls[..1]);
    alerts.extend(quiet.after_poll(&source(Some(60)), &worked(0), at(60)).1);
    for notice in &alerts {
        let Notice::Raise { id, alert } = notice else { panic!("{notice:?}") };
        let new = alert::input::parse(alert.to_string().as_bytes(), at(0)).unwrap();
        assert_eq!((&new.id, new.content.alert_type), (id, alert::AlertType::SystemError));
        assert!(new.content.extra.is_empty());
    }
    let [Notice::Raise { alert: unhealthy, .. }, Notice::Raise { alert: silent, .. }] = &alerts[..] else { panic!() };
    insta::assert_json_snapshot!(unhealthy, @r#"
    {
      "alertId": "83a69bf14b211087457a1ae823a13ab1",
      "id": "Margay.LogSource.Unhealthy",
      "name": "Log source is unhealthy",
      "title": "Slack.AuditLogs of SOC audit cannot be pulled: token_revoked",
      "severity": "HIGH",
      "type": "SYSTEM_ERROR",
      "createdAt": "2026-11-21T08:02:00Z",
      "description": "Since 2026-11-21 08:01 UTC the log source \"SOC audit\" cannot be pulled: \"token_revoked\". Grant access again. Nothing is lost if that is done before Slack forgets the entries: Margay goes on where it stopped, and resolves this alert itself.",
      "runbook": "Grant access again.",
      "logTypes": [
        "Slack.AuditLogs"
      ],
      "alertContext": {
        "logSourceId": "src1",
        "logSource": "SOC audit",
        "logType": "Slack.AuditLogs",
        "error": "token_revoked",
        "since": "2026-11-21T08:01:00Z"
      }
    }
    "#);
    insta::assert_json_snapshot!(silent, @r#"
    {
      "alertId": "bdde63004e9f63f02c5fff3e2d724cb9",
      "id": "Margay.LogSource.NoData",
      "name": "Log source has no data",
      "title": "No Slack.AuditLogs from SOC audit since 2026-11-21 07:00 UTC",
      "severity": "MEDIUM",
      "type": "SYSTEM_ERROR",
      "createdAt": "2026-11-21T08:00:00Z",
      "description": "The log source \"SOC audit\" has brought no entry since 2026-11-21 07:00 UTC. Its polls work, and bring nothing. See in Slack's admin pages whether there are audit events. If there are, check that the app is installed on the organisation, not on one workspace, by an owner who is still active. If so little happens there, raise silenceMinutes. The next entry resolves this alert.",
      "runbook": "See in Slack's admin pages whether there are audit events. If there are, check that the app is installed on the organisation, not on one workspace, by an owner who is still active. If so little happens there, raise silenceMinutes.",
      "logTypes": [
        "Slack.AuditLogs"
      ],
      "alertContext": {
        "logSourceId": "src1",
        "logSource": "SOC audit",
        "logType": "Slack.AuditLogs"
      }
    }
    "#);
}

#[test]
fn health_comes_back_from_json_as_it_was_but_for_its_version() {
    let (health, _) = story(&source(Some(60)), &[(0, worked(1)), (60, limited()), (61, refused()), (62, refused())]);
    let stored = serde_json::to_string(&health).unwrap();
    assert_eq!(serde_json::from_str::<Health>(&stored).unwrap(), health);
    assert_eq!(serde_json::from_str::<Health>("{}").unwrap(), Health::default());
}

fn any_poll() -> impl Strategy<Value = Poll> {
    prop_oneof![
        3 => Just(worked(0)),
        1 => (1..9_u64).prop_map(worked),
        2 => Just(refused()),
        2 => Just(limited()),
        1 => Just(Poll::NotSetUp),
        1 => Just(Poll::NoSecret),
    ]
}

proptest! {
    #[test]
    fn never_two_open_alerts_of_a_kind_and_what_was_opened_is_closed(
        polls in proptest::collection::vec((1..40_i64, any_poll(), any::<bool>()), 0..80),
    ) {
        let source = source(Some(60));
        let mut health = Health::default();
        let mut open: Vec<(String, alert::AlertId)> = Vec::new();
        let mut ever = std::collections::HashSet::new();
        let mut minute = 0;
        let mut said = |notices: Vec<Notice>, open: &mut Vec<(String, alert::AlertId)>| {
            for notice in notices {
                match notice {
                    Notice::Raise { id, alert } => {
                        let kind = alert["name"].as_str().unwrap().to_owned();
                        prop_assert!(!open.iter().any(|(other, _)| *other == kind), "two of {}", kind);
                        prop_assert!(ever.insert(id.clone()), "an id used again");
                        open.push((kind, id));
                    }
                    Notice::Resolve { id, .. } => {
                        let before = open.len();
                        open.retain(|(_, other)| *other != id);
                        prop_assert_eq!(open.len() + 1, before, "what was not open");
                    }
                }
            }
            Ok(())
        };
        for (pause, poll, crashes) in polls {
            minute += pause;
            let (next, notices) = health.after_poll(&source, &poll, at(minute));
            if crashes {
                // Said, but not stored: the next poll says it again, under the same id.
                let again = health.after_poll(&source, &poll, at(minute + 1)).1;
                prop_assert_eq!(
                    notices.iter().map(Notice::alert_id).collect::<Vec<_>>(),
                    again.iter().take(notices.len()).map(Notice::alert_id).collect::<Vec<_>>()
                );
            }
            said(notices, &mut open)?;
            health = next;
            let held: Vec<_> = [&health.alerted, &health.silent_alerted].into_iter().flatten().collect();
            prop_assert_eq!(held.len(), open.len());
            prop_assert_eq!(health.state == State::Unhealthy, health.alerted.is_some());
        }
        let (_, notices) = health.after_poll(&source, &worked(1), at(minute + 1));
        said(notices, &mut open)?;
        prop_assert!(open.is_empty(), "{:?}", open);
    }

    #[test]
    fn limits_alone_never_alert_before_the_threshold(pauses in proptest::collection::vec(1..10_i64, 0..100)) {
        let mut minute = 0;
        let polls: Vec<_> = pauses.iter().map(|pause| { minute += pause; (minute, limited()) }).collect();
        let (health, said) = story(&source(Some(1440)), &polls);
        prop_assert!(said.is_empty());
        prop_assert_ne!(health.state, State::Unhealthy);
    }
}
