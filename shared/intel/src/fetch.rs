//! Sends a question and reads what comes back: the one place that decides what a failure means.
//!
//! | what happens | it is |
//! |---|---|
//! | 429 or 402 | `Quota` |
//! | 401 or 403 | `BadKey` |
//! | no connection, 5xx, a redirect, a body that breaks off or is larger than 2 MB | `Down` |
//! | time runs out | `TimedOut` |
//! | any other status | the provider's module reads it |

use alert::intel::{Level, Outcome, Place, Why};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::RequestBuilder;
use reqwest::header::{ACCEPT, RETRY_AFTER};
use std::time::Duration;
use store::KeptAnswer;

/// Larger answers are not read. The largest, VirusTotal's report on a file, can have some hundred kB.
const MAX_ANSWER_BYTES: usize = 2 * 1024 * 1024;

/// A part of a path: everything is encoded but the unreserved characters of RFC 3986 and the colon, which RFC 3986
/// allows there and IPinfo wants as it is in an IPv6 address.
const PART: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b':');

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    Down,
    /// With how long the provider asks to be left alone, if it says so.
    Quota(Option<Duration>),
    BadKey,
    TimedOut,
}

impl Failure {
    pub(crate) fn why(self) -> Why {
        match self {
            Self::Down => Why::Down,
            Self::Quota(_) => Why::Quota,
            Self::BadKey => Why::BadKey,
            Self::TimedOut => Why::TimedOut,
        }
    }
}

/// What came back, if it is for the provider's module to read.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

/// A value as a part of a URL's path.
pub(crate) fn part(value: &str) -> String {
    utf8_percent_encode(value, PART).to_string()
}

/// Sends `request`, which already carries its key.
pub(crate) async fn fetch(request: RequestBuilder) -> Result<Answer, Failure> {
    let broken = |error: reqwest::Error| if error.is_timeout() { Failure::TimedOut } else { Failure::Down };
    let mut response = request.header(ACCEPT, "application/json, text/plain;q=0.5").send().await.map_err(broken)?;
    let status = response.status().as_u16();
    match status {
        402 | 429 => {
            let header = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
            let seconds = header.and_then(|text| text.trim().parse().ok());
            return Err(Failure::Quota(seconds.map(Duration::from_secs)));
        }
        401 | 403 => return Err(Failure::BadKey),
        300..=399 | 500.. => return Err(Failure::Down),
        _ => {}
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(broken)? {
        if body.len() + chunk.len() > MAX_ANSWER_BYTES {
            return Err(Failure::Down);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer { status, body })
}

/// Something was found, without a place.
pub(crate) fn found(verdict: &str, level: Level, facts: Facts, link: String) -> KeptAnswer {
    found_at(verdict, level, facts, link, None)
}

/// Something was found, and where the address is.
pub(crate) fn found_at(verdict: &str, level: Level, facts: Facts, link: String, place: Option<Place>) -> KeptAnswer {
    let outcome = Outcome::Found { verdict: line(verdict, 200), level, facts: facts.0, link: Some(link) };
    KeptAnswer { outcome, place }
}

/// Nothing was found.
pub(crate) fn nothing(verdict: &str) -> KeptAnswer {
    KeptAnswer { outcome: Outcome::Nothing { verdict: line(verdict, 200) }, place: None }
}

/// Names and values for people, within the bounds that [`Outcome::Found`] promises.
#[derive(Debug, Default)]
pub(crate) struct Facts(Vec<(String, String)>);

impl Facts {
    /// Adds a fact, if it is known and there is room for it.
    pub(crate) fn add(&mut self, name: &str, value: Option<String>) {
        let value = value.map(|value| line(&value, 200)).filter(|value| !value.is_empty());
        if let Some(value) = value
            && self.0.len() < 12
        {
            self.0.push((line(name, 40), value));
        }
    }
}

/// A text from outside as one line of at most `max` characters, without what could hide or turn round its
/// neighbours: control characters, and Unicode's invisible and directional ones (UTS #39, UAX #9).
pub(crate) fn line(text: &str, max: usize) -> String {
    let is_hidden = |c: char| {
        matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
    };
    // What is far beyond the end is not looked at.
    let plain = text.chars().take(max * 4).map(|c| if c.is_control() || is_hidden(c) { ' ' } else { c });
    let plain = plain.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
    if plain.chars().count() <= max {
        return plain;
    }
    plain.chars().take(max - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_from_outside_becomes_one_plain_short_line() {
        assert_eq!(line(" a\r\nb\u{202e}c\t\u{0}d ", 40), "a b c d");
        assert_eq!(line(&"é".repeat(500), 10), format!("{}…", "é".repeat(9)));
        assert_eq!(line("\u{200b}\u{feff}", 10), "");
    }

    #[test]
    fn there_are_at_most_twelve_facts_and_no_empty_one() {
        let mut facts = Facts::default();
        for n in 0..40 {
            facts.add("name", Some(if n % 2 == 0 { String::new() } else { "x".repeat(n * 100) }));
            facts.add("unknown", None);
        }
        assert_eq!(facts.0.len(), 12);
        assert!(facts.0.iter().all(|(_, value)| value.chars().count() <= 200));
    }

    #[test]
    fn a_value_cannot_leave_its_part_of_the_path() {
        assert_eq!(part("2606:4700::1111"), "2606:4700::1111");
        assert_eq!(part("../a?b#c/%2e"), "..%2Fa%3Fb%23c%2F%252e");
    }
}
