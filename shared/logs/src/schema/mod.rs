//! The fields of the three log types, as Panther documents them (<https://docs.panther.com/data-onboarding/supported-logs/slack>),
//! and the copying of an entry by them: known fields are checked and become what the schema has, the rest is copied.

pub(crate) mod access;
pub(crate) mod audit;
mod field;
pub(crate) mod integration;

use crate::json::{Copier, Keys, MAX_DEPTH, Text, deeper, not_json};
use crate::standard::{LAST_SECOND, rfc3339};
use crate::{LogType, Misfit};
use field::{Field, Indicator, Kind, Shape, Time};

/// What a row needs to know of its entry.
#[derive(Default)]
pub(crate) struct Found<'a> {
    pub(crate) event_time: Option<i64>,
    pub(crate) listed_at: Option<i64>,
    /// What tells the entry from others, each at the place that the schema gives it.
    pub(crate) parts: [Option<Text<'a>>; 4],
    pub(crate) ip: Option<Text<'a>>,
    /// An actor's and an entity's.
    pub(crate) usernames: [Option<Text<'a>>; 2],
    pub(crate) emails: [Option<Text<'a>>; 2],
}

impl<'a> Found<'a> {
    /// What the part at `place` says; empty if it is not there.
    pub(crate) fn part(&self, place: usize) -> std::borrow::Cow<'a, str> {
        self.parts[place].map_or_else(Default::default, |text| text.decoded())
    }
}

/// Copies an entry of `log_type`.
pub(crate) fn copy<'a>(log_type: LogType, copier: &mut Copier<'a, '_>, found: &mut Found<'a>) -> Result<(), Misfit> {
    let shape = match log_type {
        LogType::Audit => &audit::ENTRY,
        LogType::Access => &access::ENTRY,
        LogType::Integration => &integration::ENTRY,
    };
    copier.space();
    if copier.peek() != b'{' {
        return Err(Misfit::new("", "must be a JSON object"));
    }
    object(copier, shape, found, MAX_DEPTH, safe_prefix)
}

/// What to put before the name of a field of Slack's, so that it cannot pass for one of ours. Other names stay apart:
/// each such prefix is only ever put before itself.
fn safe_prefix(name: &str) -> Option<&'static str> {
    let mut rest = name;
    while let Some(after) = strip_ignoring_case(rest, "slack_") {
        rest = after;
    }
    strip_ignoring_case(rest, "p_").map(|_| "slack_")
}

fn strip_ignoring_case<'n>(name: &'n str, prefix: &str) -> Option<&'n str> {
    let head = name.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &name[prefix.len()..])
}

fn object<'a>(
    copier: &mut Copier<'a, '_>,
    shape: &'static Shape,
    found: &mut Found<'a>,
    depth: usize,
    prefix: fn(&str) -> Option<&'static str>,
) -> Result<(), Misfit> {
    let depth = deeper(depth)?;
    copier.take(b'{')?;
    let (mut seen, mut next): (u32, usize) = (0, 0);
    let mut unknown = Keys::new();
    let mut more = copier.peek() != b'}';
    if !more {
        copier.take(b'}')?;
    }
    while more {
        let key = copier.key(prefix)?;
        let name = key.decoded();
        match shape.find(&name, next) {
            Some(index) => {
                next = index + 1;
                let field = &shape.fields[index];
                if seen & (1 << index) != 0 {
                    return Err(Misfit::new(field.name, "is there twice"));
                }
                seen |= 1 << index;
                value(copier, field, found, depth).map_err(|misfit| misfit.within(field.name))?;
            }
            None => {
                unknown.push(key);
                copier.value(depth)?;
            }
        }
        more = copier.more(b'}')?;
    }
    for (index, field) in shape.fields.iter().enumerate() {
        if field.required && seen & (1 << index) == 0 {
            return Err(Misfit::new(field.name, "is required"));
        }
    }
    unknown.check()
}

fn value<'a>(
    copier: &mut Copier<'a, '_>,
    field: &'static Field,
    found: &mut Found<'a>,
    depth: usize,
) -> Result<(), Misfit> {
    if copier.peek() == b'n' {
        copier.literal()?;
        return if field.required { Err(Misfit::new("", "is required")) } else { Ok(()) };
    }
    match field.kind {
        Kind::Text => {
            let text = text(copier)?;
            note(field, text, found);
        }
        Kind::Time(time) => {
            let second = self::time(copier)?;
            match time {
                Time::Event => found.event_time = Some(second),
                Time::Listing => found.listed_at = Some(second),
            }
        }
        Kind::Whole => {
            let digits = whole(copier)?;
            note(field, digits, found);
        }
        Kind::Flag => flag(copier)?,
        Kind::Texts => {
            if copier.peek() != b'[' {
                return Err(Misfit::new("", "must be a list of strings"));
            }
            copier
                .list(depth, |copier, _| if copier.peek() == b'n' { null(copier) } else { text(copier).map(drop) })?;
        }
        Kind::Object(shape) => {
            if copier.peek() != b'{' {
                return Err(Misfit::new("", "must be an object"));
            }
            object(copier, shape, found, depth, |_| None)?;
        }
        Kind::Json => copier.value(depth)?,
    }
    Ok(())
}

fn note<'a>(field: &Field, text: Text<'a>, found: &mut Found<'a>) {
    if let Some(place) = field.part {
        found.parts[place] = Some(text);
    }
    let list = match field.indicator {
        None => return,
        Some(Indicator::Ip) => {
            found.ip = Some(text);
            return;
        }
        Some(Indicator::Username) => &mut found.usernames,
        Some(Indicator::Email) => &mut found.emails,
    };
    let place = usize::from(list[0].is_some());
    list[place] = Some(text);
}

fn null(copier: &mut Copier<'_, '_>) -> Result<(), Misfit> {
    if copier.literal()? == "null" { Ok(()) } else { Err(not_json()) }
}

/// A string. A number or a boolean becomes one.
fn text<'a>(copier: &mut Copier<'a, '_>) -> Result<Text<'a>, Misfit> {
    let from = copier.position();
    let plain = match copier.peek() {
        b'"' => return copier.string(),
        b'-' | b'0'..=b'9' => copier.number()?,
        b't' | b'f' => copier.literal()?,
        _ => return Err(Misfit::new("", "must be a string")),
    };
    copier.quote(from);
    Ok(Text::plain(plain))
}

/// What a number is written as, with or without quotes around it.
fn number<'a>(copier: &mut Copier<'a, '_>, rule: &'static str) -> Result<Text<'a>, Misfit> {
    match copier.peek() {
        b'"' => copier.string(),
        b'-' | b'0'..=b'9' => copier.number().map(Text::plain),
        _ => Err(Misfit::new("", rule)),
    }
}

/// Unix seconds, which go out as RFC 3339.
fn time(copier: &mut Copier<'_, '_>) -> Result<i64, Misfit> {
    const RULE: &str = "must be whole unix seconds before the year 9999";
    let from = copier.position();
    let second = unix_seconds(number(copier, RULE)?).ok_or_else(|| Misfit::new("", RULE))?;
    let mut quoted = [b'"'; 22];
    quoted[1..21].copy_from_slice(&rfc3339(second));
    copier.replace(from, &quoted);
    Ok(second)
}

/// The unix seconds that `text` says, if it says nothing else.
pub(crate) fn unix_seconds(text: Text<'_>) -> Option<i64> {
    let digits = text.decoded();
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    digits.parse().ok().filter(|second| plain && (0..=LAST_SECOND).contains(second))
}

/// A whole number of 64 bits. One in a string comes out of it.
fn whole<'a>(copier: &mut Copier<'a, '_>) -> Result<Text<'a>, Misfit> {
    const RULE: &str = "must be a whole number";
    let from = copier.position();
    let text = number(copier, RULE)?;
    let number: i64 = text.decoded().parse().map_err(|_| Misfit::new("", RULE))?;
    let mut digits = itoa::Buffer::new();
    copier.replace(from, digits.format(number).as_bytes());
    Ok(text)
}

/// A boolean. The words in a string, and 1 and 0, become one.
fn flag(copier: &mut Copier<'_, '_>) -> Result<(), Misfit> {
    const RULE: &str = "must be true or false";
    let from = copier.position();
    if matches!(copier.peek(), b't' | b'f') {
        return copier.literal().map(drop);
    }
    let word: &[u8] = match &*number(copier, RULE)?.decoded() {
        "true" | "1" => b"true",
        "false" | "0" => b"false",
        _ => return Err(Misfit::new("", RULE)),
    };
    copier.replace(from, word);
    Ok(())
}
