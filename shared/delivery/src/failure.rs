//! What a failed call to Slack means for a delivery: a pure table.
//!
//! | the call | a post | an update | a look for an earlier post |
//! |---|---|---|---|
//! | never reached Slack | not in flight, again later | again later | still in flight, again later |
//! | rate-limited | not in flight, again when told | again when told | still in flight, again when told |
//! | its answer is lost | in flight: looked for before it is posted again | again later | still in flight, again later |
//! | refused for now | not in flight, again later | again later | still in flight, again later |
//! | refused for good | DEAD | DEAD | UNCERTAIN |
//! | the message is gone | posted anew, once; then DEAD | the same | UNCERTAIN |
//!
//! An update of one reply that Slack refuses for good is no failure of the copy, unless all of them would be refused.
//! A token that Slack does not take is tried once more after the secret has been read anew: it may have been rotated.
//! What fails for a day is given up: DEAD, or UNCERTAIN if something may be there.

use crate::backoff;
use alert::delivery::Refusal;
use alert::{Delivery, DeliveryState};
use jiff::{SignedDuration, Timestamp};
use slack::client::Error;
use slack::refusal::{Verdict, verdict};

/// A function reads the Slack secret anew after a minute at the latest; a bit more is enough.
pub(crate) const SECRET_KEPT: SignedDuration = SignedDuration::from_secs(65);

/// Which call failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    /// The post that is in flight.
    Post,
    /// An update of the message; nothing is in flight.
    Update,
    /// A look for a post that an earlier worker left in flight.
    Look,
}

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Next {
    /// Record and look again then.
    Later(Timestamp),
    /// Record; it ended here, dead or uncertain.
    Ended,
    /// The message is too long: once more, shorter.
    Shorten,
    /// The message was deleted: post it anew.
    Repost,
}

/// Notes on `delivery` what `error` means, and says what comes next.
pub(crate) fn after(delivery: &mut Delivery, call: Call, error: &Error, now: Timestamp) -> Next {
    let never_done = !matches!(error, Error::LostAnswer { .. });
    if call == Call::Update || (call == Call::Post && never_done) {
        delivery.inflight = None;
    }
    match error {
        Error::RateLimited { retry_after } => {
            let wait = SignedDuration::try_from(*retry_after).unwrap_or(SignedDuration::from_secs(60));
            let at = now + wait;
            delivery.retry_at = Some(at);
            delivery.reason = Some("Slack's rate limit is reached; it waits as told.".to_owned());
            Next::Later(at)
        }
        Error::NotSent { .. } => later(delivery, "Slack cannot be reached.", now),
        Error::LostAnswer { .. } => later(delivery, "Slack did not answer.", now),
        Error::Refused { method, code, .. } => match verdict(method, code) {
            Verdict::BackOff => later(delivery, &format!("Slack refuses for now: {code}."), now),
            _ if call == Call::Look => {
                uncertain(delivery, &format!("Slack refuses to show the channel: {code}."));
                Next::Ended
            }
            Verdict::Dead { .. } if is_about_the_token(code) && !has_failed_for(delivery, SECRET_KEPT, now) => {
                later(delivery, &format!("Slack does not take the bot token: {code}."), now);
                let at = now + SECRET_KEPT;
                delivery.retry_at = Some(at);
                Next::Later(at)
            }
            Verdict::Dead { what_to_do } | Verdict::Bug { what_to_do } => die(delivery, code, what_to_do),
            Verdict::RepostOnce if delivery.reposted => {
                die(delivery, code, "The message was deleted twice; Margay does not post it a third time.")
            }
            Verdict::RepostOnce => Next::Repost,
            Verdict::CutText => Next::Shorten,
        },
    }
}

/// Whether Slack refuses to change this one message, and others may go on.
pub(crate) fn is_about_one_message(error: &Error) -> bool {
    let Error::Refused { method, code, .. } = error else { return false };
    match verdict(method, code) {
        Verdict::RepostOnce | Verdict::CutText | Verdict::Bug { .. } => true,
        Verdict::Dead { .. } => matches!(code.as_str(), "cant_update_message" | "edit_window_closed"),
        Verdict::BackOff => false,
    }
}

/// Ends a delivery for good.
pub(crate) fn die(delivery: &mut Delivery, code: &str, what_to_do: &str) -> Next {
    delivery.state = DeliveryState::Dead;
    delivery.reason = Some(format!("{code}: {what_to_do}"));
    delivery.refusal = Some(Refusal { code: code.to_owned(), what_to_do: what_to_do.to_owned(), told: false });
    (delivery.inflight, delivery.retry_at) = (None, None);
    Next::Ended
}

fn later(delivery: &mut Delivery, why: &str, now: Timestamp) -> Next {
    delivery.failures += 1;
    delivery.failing_since.get_or_insert(now);
    if backoff::is_over(delivery, now) {
        return give_up(delivery, why);
    }
    let at = now + backoff::wait(&delivery.id(), delivery.failures);
    delivery.retry_at = Some(at);
    delivery.reason = Some(why.to_owned());
    Next::Later(at)
}

fn give_up(delivery: &mut Delivery, why: &str) -> Next {
    if delivery.inflight.is_none() {
        return die(delivery, "gave_up", &format!("{why} It was tried for a day. Check the connection to Slack."));
    }
    uncertain(delivery, why);
    Next::Ended
}

pub(crate) fn is_about_the_token(code: &str) -> bool {
    matches!(code, "token_revoked" | "token_expired" | "invalid_auth" | "not_authed" | "account_inactive")
}

fn has_failed_for(delivery: &Delivery, time: SignedDuration, now: Timestamp) -> bool {
    delivery.failing_since.is_some_and(|since| now.duration_since(since) >= time)
}

/// Ends a delivery whose message may or may not be there.
pub(crate) fn uncertain(delivery: &mut Delivery, why: &str) {
    delivery.state = DeliveryState::Uncertain;
    let told = "The answer to a post was lost, and the channel cannot tell whether the message is there.";
    delivery.reason = Some(format!("{told} {why}"));
    let what_to_do = "Look in the channel whether the alert is there; Margay does not post it again.".to_owned();
    delivery.refusal = Some(Refusal { code: "answer_lost".to_owned(), what_to_do, told: false });
    (delivery.inflight, delivery.retry_at) = (None, None);
}

#[cfg(test)]
mod tests {
    use super::*;
    use alert::delivery::{Inflight, Post};
    use alert::{AlertId, DestinationId};
    use std::time::Duration;

    const NOW: Timestamp = Timestamp::constant(1_795_250_000, 0);

    fn posting() -> Delivery {
        let mut delivery =
            Delivery::unsent(AlertId::new("a").unwrap(), DestinationId::new("d").unwrap(), "SOC".to_owned());
        delivery.inflight = Some(Inflight { what: Post::Parent, channel: "C1".to_owned(), since: NOW });
        delivery
    }

    fn refused(code: &str) -> Error {
        Error::Refused { method: "chat.postMessage", code: code.to_owned(), detail: None }
    }

    #[test]
    fn a_rate_limit_is_obeyed_to_the_second_and_leaves_nothing_in_flight() {
        let mut delivery = posting();
        let next = after(&mut delivery, Call::Post, &Error::RateLimited { retry_after: Duration::from_secs(77) }, NOW);
        assert_eq!(next, Next::Later(NOW + SignedDuration::from_secs(77)));
        assert_eq!((delivery.inflight, delivery.failures), (None, 0));
    }

    #[test]
    fn a_lost_answer_keeps_the_post_in_flight_and_an_unsent_one_does_not() {
        let lost = Error::LostAnswer { method: "chat.postMessage", what: "cut".to_owned(), source: None };
        let unsent = Error::NotSent { method: "chat.postMessage", source: "refused".into() };
        let (mut one, mut two) = (posting(), posting());
        assert!(matches!(after(&mut one, Call::Post, &lost, NOW), Next::Later(at) if at > NOW));
        assert!(one.inflight.is_some());
        assert!(matches!(after(&mut two, Call::Post, &unsent, NOW), Next::Later(_)));
        assert!(two.inflight.is_none());
    }

    #[test]
    fn a_look_that_fails_forgets_nothing_and_one_that_is_refused_leaves_it_uncertain() {
        let passing = [
            Error::RateLimited { retry_after: Duration::from_secs(5) },
            Error::NotSent { method: "conversations.history", source: "refused".into() },
            Error::LostAnswer { method: "conversations.history", what: "cut".to_owned(), source: None },
        ];
        for error in passing {
            let mut delivery = posting();
            assert!(matches!(after(&mut delivery, Call::Look, &error, NOW), Next::Later(_)));
            assert!(delivery.inflight.is_some(), "{error}");
        }
        let mut delivery = posting();
        assert_eq!(after(&mut delivery, Call::Look, &refused("missing_scope"), NOW), Next::Ended);
        assert_eq!(delivery.state, DeliveryState::Uncertain);
    }

    #[test]
    fn a_permanent_refusal_ends_it_with_advice() {
        for code in ["is_archived", "channel_not_found", "not_in_channel", "missing_scope"] {
            let mut delivery = posting();
            assert_eq!(after(&mut delivery, Call::Post, &refused(code), NOW), Next::Ended);
            let refusal = delivery.refusal.unwrap();
            assert!(refusal.code == code && !refusal.what_to_do.is_empty() && !refusal.told);
            assert_eq!(delivery.state, DeliveryState::Dead);
            assert!(delivery.inflight.is_none());
        }
    }

    #[test]
    fn a_token_that_is_refused_may_have_been_rotated_and_is_dead_only_when_a_new_one_is_refused_too() {
        let mut delivery = posting();
        let Next::Later(at) = after(&mut delivery, Call::Post, &refused("token_revoked"), NOW) else {
            panic!("it is tried once more")
        };
        assert!(delivery.inflight.is_none());
        assert_eq!(after(&mut delivery, Call::Post, &refused("token_revoked"), at), Next::Ended);
        assert_eq!(delivery.state, DeliveryState::Dead);
    }

    #[test]
    fn what_slack_refuses_for_a_day_is_dead_and_not_uncertain() {
        let mut delivery = posting();
        after(&mut delivery, Call::Post, &refused("some_new_error"), NOW);
        let tomorrow = NOW + SignedDuration::from_hours(25);
        assert_eq!(after(&mut delivery, Call::Post, &refused("some_new_error"), tomorrow), Next::Ended);
        assert_eq!(delivery.state, DeliveryState::Dead);
    }

    #[test]
    fn a_deleted_message_is_posted_anew_once() {
        let gone = Error::Refused { method: "chat.update", code: "message_not_found".to_owned(), detail: None };
        let mut delivery = posting();
        assert_eq!(after(&mut delivery, Call::Update, &gone, NOW), Next::Repost);
        delivery.reposted = true;
        assert_eq!(after(&mut delivery, Call::Update, &gone, NOW), Next::Ended);
        assert_eq!(delivery.state, DeliveryState::Dead);
    }

    #[test]
    fn what_fails_for_a_day_is_given_up_and_uncertain_if_a_post_may_be_there() {
        let lost = Error::LostAnswer { method: "chat.postMessage", what: "cut".to_owned(), source: None };
        let (mut posted, mut updating) = (posting(), posting());
        updating.inflight = None;
        let tomorrow = NOW + SignedDuration::from_hours(25);
        for delivery in [&mut posted, &mut updating] {
            after(delivery, Call::Post, &lost, NOW);
        }
        assert_eq!(after(&mut posted, Call::Post, &lost, tomorrow), Next::Ended);
        assert_eq!(posted.state, DeliveryState::Uncertain);
        assert_eq!(after(&mut updating, Call::Update, &lost, tomorrow), Next::Ended);
        assert_eq!(updating.state, DeliveryState::Dead);
    }
}
