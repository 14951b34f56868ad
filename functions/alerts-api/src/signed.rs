//! Texts that only we can have made, for a purpose and for ten minutes: the ticket that opens an install page, and the
//! state that comes back with Slack's answer. Signed with a key that follows from the app's client secret.

use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use slack::credentials::ClientCredentials;

/// How long a ticket or a state is good.
pub(crate) const GOOD_FOR: SignedDuration = SignedDuration::from_mins(10);

/// What a text is for: one is never taken for the other.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose {
    /// Installing the stack's Slack app.
    Ticket,
    State,
    /// Installing the app of a log source.
    LogTicket,
    LogState,
}

/// Why a text is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bad {
    Forged,
    Expired,
}

/// A text for `purpose` that is good until ten minutes after `now`. `content` is letters, digits, `_`, `-` and dots.
pub(crate) fn sign(purpose: Purpose, content: &str, app: &ClientCredentials, now: Timestamp) -> String {
    let until = (now + GOOD_FOR).as_second();
    let signed = format!("{until}.{content}");
    let mac = hex::encode(mac(purpose, &signed, app).finalize().into_bytes());
    format!("{signed}.{mac}")
}

/// The content of a text that was signed for `purpose`.
pub(crate) fn open<'a>(
    purpose: Purpose,
    text: &'a str,
    app: &ClientCredentials,
    now: Timestamp,
) -> Result<&'a str, Bad> {
    let (signed, given) = text.rsplit_once('.').ok_or(Bad::Forged)?;
    let given = hex::decode(given).map_err(|_| Bad::Forged)?;
    // Takes constant time.
    mac(purpose, signed, app).verify_slice(&given).map_err(|_| Bad::Forged)?;
    let (until, content) = signed.split_once('.').ok_or(Bad::Forged)?;
    let until: i64 = until.parse().map_err(|_| Bad::Forged)?;
    if now.as_second() > until { Err(Bad::Expired) } else { Ok(content) }
}

/// The content that a text claims to have, unchecked: only to find out which app's key would have signed it.
pub(crate) fn claimed(text: &str) -> Option<&str> {
    Some(text.rsplit_once('.')?.0.split_once('.')?.1)
}

fn mac(purpose: Purpose, signed: &str, app: &ClientCredentials) -> Hmac<Sha256> {
    let purpose = match purpose {
        Purpose::Ticket => "margay install ticket v1",
        Purpose::State => "margay install state v1",
        Purpose::LogTicket => "margay log source ticket v1",
        Purpose::LogState => "margay log source state v1",
    };
    let mut mac = Hmac::<Sha256>::new_from_slice(app.secret.as_bytes()).expect("HMAC takes keys of any length");
    for part in [purpose, &app.id, signed] {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part.as_bytes());
    }
    mac
}

/// What a state says of the browser that it is for: the hash of a cookie.
pub(crate) fn browser(cookie: &str) -> String {
    hex::encode(Sha256::digest(cookie.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::constant(1_795_250_000, 0);

    fn app(secret: &str) -> ClientCredentials {
        ClientCredentials { id: "1.2".to_owned(), secret: secret.to_owned() }
    }

    #[test]
    fn what_was_signed_opens_for_ten_minutes_for_its_purpose_and_app() {
        let text = sign(Purpose::State, "abc.def", &app("s"), NOW);
        assert_eq!(open(Purpose::State, &text, &app("s"), NOW), Ok("abc.def"));
        assert_eq!(open(Purpose::State, &text, &app("s"), NOW + GOOD_FOR), Ok("abc.def"));
        let late = NOW + GOOD_FOR + SignedDuration::from_secs(1);
        assert_eq!(open(Purpose::State, &text, &app("s"), late), Err(Bad::Expired));
        for another in [Purpose::Ticket, Purpose::LogTicket, Purpose::LogState] {
            assert_eq!(open(another, &text, &app("s"), NOW), Err(Bad::Forged));
        }
        assert_eq!(claimed(&text), Some("abc.def"));
        assert_eq!(open(Purpose::State, &text, &app("t"), NOW), Err(Bad::Forged));
        assert!(!text.contains(|c: char| !(c.is_ascii_alphanumeric() || c == '.')), "it fits a URL as it is");
    }

    #[test]
    fn whatever_is_changed_is_a_forgery() {
        let text = sign(Purpose::State, "abc", &app("s"), NOW);
        for index in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[index] = if bytes[index] == b'0' { b'1' } else { b'0' };
            let changed = String::from_utf8(bytes).unwrap();
            assert_eq!(open(Purpose::State, &changed, &app("s"), NOW), Err(Bad::Forged), "{changed}");
        }
        for bad in ["", ".", "..", "9999999999.abc.", "9999999999.abc.00"] {
            assert_eq!(open(Purpose::State, bad, &app("s"), NOW), Err(Bad::Forged), "{bad}");
        }
    }
}
