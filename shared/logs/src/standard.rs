//! The standard fields of a row: `p_log_type`, `p_event_time`, `p_parse_time`, `p_row_id`, `p_source_id`,
//! `p_source_label`, and the indicators `p_any_ip_addresses`, `p_any_usernames` and `p_any_emails`.
//!
//! An indicator is there to be searched for, so it must be one: what is no address of its kind is left out, and an empty
//! list with it. Addresses are written as RFC 5952 has them. Lists are sorted and hold each value once.

use crate::json::Text;
use crate::schema::Found;
use crate::{Context, LogSourceId, LogType, RowKey};
use jiff::Timestamp;
use jiff::tz::Offset;
use std::net::IpAddr;

/// The last second of the year 9998: jiff's instants end a day before the year 9999 does.
pub(crate) const LAST_SECOND: i64 = 253_370_764_799;

/// The length of `2026-11-21T07:00:00Z`.
const TIME_LEN: usize = 20;

/// `second` as `2026-11-21T07:00:00Z`. Seconds outside 1970 to 9998 are taken for its ends.
pub(crate) fn rfc3339(second: i64) -> [u8; TIME_LEN] {
    let at = Timestamp::from_second(second.clamp(0, LAST_SECOND)).unwrap_or_default();
    let at = Offset::UTC.to_datetime(at);
    let mut text = *b"0000-00-00T00:00:00Z";
    let mut two = |place: usize, number: i16| {
        text[place] += (number / 10) as u8;
        text[place + 1] += (number % 10) as u8;
    };
    two(0, at.year() / 100);
    two(2, at.year() % 100);
    for (place, number) in [(5, at.month()), (8, at.day()), (11, at.hour()), (14, at.minute()), (17, at.second())] {
        two(place, i16::from(number));
    }
    text
}

/// The end of every row of a context, from `p_parse_time` to the line's end.
pub(crate) fn common(source_id: &LogSourceId, source_label: &str, parse_time: Timestamp) -> String {
    let time = rfc3339(parse_time.as_second());
    let label = serde_json::Value::from(source_label);
    format!(
        ",\"p_parse_time\":\"{}\",\"p_source_id\":\"{source_id}\",\"p_source_label\":{label}}}\n",
        String::from_utf8_lossy(&time)
    )
}

/// Ends a row that has all of the entry's fields.
pub(crate) fn write(
    log_type: LogType,
    found: &Found<'_>,
    event_time: i64,
    key: RowKey,
    context: &Context,
    out: &mut Vec<u8>,
) {
    out.extend_from_slice(b",\"p_event_time\":\"");
    out.extend_from_slice(&rfc3339(event_time));
    out.push(b'"');
    if let Some(ip) = found.ip.and_then(|text| text.decoded().parse::<IpAddr>().ok()) {
        out.extend_from_slice(b",\"p_any_ip_addresses\":[\"");
        out.extend_from_slice(ip.to_string().as_bytes());
        out.extend_from_slice(b"\"]");
    }
    list("p_any_usernames", found.usernames, |name| !name.trim().is_empty(), out);
    list("p_any_emails", found.emails, is_email, out);
    end(log_type, key, context, out);
}

/// The standard fields that every line has.
pub(crate) fn end(log_type: LogType, key: RowKey, context: &Context, out: &mut Vec<u8>) {
    out.extend_from_slice(b",\"p_row_id\":\"");
    let mut digits = [0; 32];
    for (pair, byte) in digits.chunks_exact_mut(2).zip(key.0) {
        pair[0] = HEX[usize::from(byte >> 4)];
        pair[1] = HEX[usize::from(byte & 15)];
    }
    out.extend_from_slice(&digits);
    // From here to the next row's first value all rows are alike, which gzip writes as one reference.
    out.extend_from_slice(b"\",\"p_log_type\":\"");
    out.extend_from_slice(log_type.as_str().as_bytes());
    out.push(b'"');
    out.extend_from_slice(context.common.as_bytes());
}

const HEX: [u8; 16] = *b"0123456789abcdef";

/// `text` as a string of JSON.
pub(crate) fn string(text: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(serde_json::Value::from(text).to_string().as_bytes());
}

fn list(name: &str, texts: [Option<Text<'_>>; 2], is_one: fn(&str) -> bool, out: &mut Vec<u8>) {
    let [first, second] = texts.map(|text| text.map(|text| (text, text.decoded())).filter(|(_, said)| is_one(said)));
    let in_order = match (&first, &second) {
        (Some((_, a)), Some((_, b))) if a == b => [first.as_ref(), None],
        (Some((_, a)), Some((_, b))) if a > b => [second.as_ref(), first.as_ref()],
        (Some(_) | None, Some(_) | None) => [first.as_ref(), second.as_ref()],
    };
    let mut mark = b'[';
    for (text, _) in in_order.into_iter().flatten() {
        if mark == b'[' {
            out.extend_from_slice(b",\"");
            out.extend_from_slice(name.as_bytes());
            out.extend_from_slice(b"\":");
        }
        out.extend_from_slice(&[mark, b'"']);
        out.extend_from_slice(text.encoded().as_bytes());
        out.push(b'"');
        mark = b',';
    }
    if mark == b',' {
        out.push(b']');
    }
}

/// Whether `text` looks like the address of a mailbox: one `@`, and a domain of several labels.
fn is_email(text: &str) -> bool {
    let Some((mailbox, domain)) = text.split_once('@') else { return false };
    let in_mailbox = |c: char| !c.is_whitespace() && !c.is_control() && !"@\"<>()[],;:\\".contains(c);
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    // RFC 5321, section 4.5.3.1 (https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.1).
    (1..=64).contains(&mailbox.len())
        && text.len() <= 254
        && mailbox.chars().all(in_mailbox)
        && domain.contains('.')
        && domain.split('.').all(is_label)
}
