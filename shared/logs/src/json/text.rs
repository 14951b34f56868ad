//! A string as it is written in JSON, and what it says.

use std::borrow::Cow;

/// A string between its quotes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Text<'a> {
    /// As it is written, without the quotes.
    pub(crate) raw: &'a str,
    escapes: Escapes,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Escapes {
    None,
    Whole,
    /// There is half of a surrogate pair among them.
    Broken,
}

impl<'a> Text<'a> {
    /// What needs no escapes.
    pub(crate) fn plain(raw: &'a str) -> Self {
        Self { raw, escapes: Escapes::None }
    }

    /// Whether half of a surrogate pair is in it.
    pub(crate) fn is_broken(&self) -> bool {
        self.escapes == Escapes::Broken
    }

    /// What it says. Half of a surrogate pair is U+FFFD.
    pub(crate) fn decoded(&self) -> Cow<'a, str> {
        match self.escapes {
            Escapes::None => Cow::Borrowed(self.raw),
            Escapes::Whole | Escapes::Broken => Cow::Owned(decode(self.raw)),
        }
    }

    /// As it is to be written, without the quotes.
    pub(crate) fn encoded(&self) -> Cow<'a, str> {
        match self.escapes {
            Escapes::None | Escapes::Whole => Cow::Borrowed(self.raw),
            Escapes::Broken => {
                let quoted = serde_json::Value::from(decode(self.raw)).to_string();
                Cow::Owned(quoted[1..quoted.len() - 1].to_owned())
            }
        }
    }
}

/// Reads the string whose first character is at `from`; with it comes where its closing quote ends. `None` if it is no
/// string of JSON.
pub(super) fn scan(text: &str, from: usize) -> Option<(Text<'_>, usize)> {
    let bytes = text.as_bytes();
    let mut escapes = Escapes::None;
    let mut at = from;
    loop {
        at = plain_end(bytes, at);
        match bytes.get(at)? {
            b'"' => return Some((Text { raw: &text[from..at], escapes }, at + 1)),
            b'\\' => {
                let (character, length) = escape(bytes.get(at..)?)?;
                escapes = match (character, escapes) {
                    (None, _) | (_, Escapes::Broken) => Escapes::Broken,
                    (Some(_), Escapes::None | Escapes::Whole) => Escapes::Whole,
                };
                at += length;
            }
            _ => return None,
        }
    }
}

/// Where the next quote, backslash or control character is, eight bytes at a time.
fn plain_end(bytes: &[u8], mut at: usize) -> usize {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    // The high bit of each byte below `limit`, and perhaps of bytes above such a one: the lowest is always right.
    let below = |word: u64, limit: u8| word.wrapping_sub(ONES * u64::from(limit)) & !word & HIGH;
    while let Some(eight) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let word = u64::from_le_bytes(*eight);
        let quote = below(word ^ (ONES * u64::from(b'"')), 1);
        let backslash = below(word ^ (ONES * u64::from(b'\\')), 1);
        let found = quote | backslash | below(word, 0x20);
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    while bytes.get(at).is_some_and(|b| !matches!(b, b'"' | b'\\' | 0..0x20)) {
        at += 1;
    }
    at
}

/// The character of the escape that `bytes` begin with (`None` for half of a surrogate pair) and the escape's length.
/// Nothing if it is no escape.
fn escape(bytes: &[u8]) -> Option<(Option<char>, usize)> {
    let character = match bytes.get(1)? {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return unicode(bytes),
        _ => return None,
    };
    Some((Some(character), 2))
}

fn unicode(bytes: &[u8]) -> Option<(Option<char>, usize)> {
    let first = hex4(bytes.get(2..6)?)?;
    if let 0xD800..=0xDBFF = first
        && let Some([b'\\', b'u', digits @ ..]) = bytes.get(6..12)
        && let Some(second @ 0xDC00..=0xDFFF) = hex4(digits)
    {
        let code = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
        return Some((char::from_u32(code), 12));
    }
    Some((char::from_u32(first), 6))
}

fn hex4(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |code, digit| Some(code << 4 | char::from(*digit).to_digit(16)?))
}

fn decode(raw: &str) -> String {
    let mut said = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((plain, _)) = rest.split_once('\\') {
        said.push_str(plain);
        let (character, length) = escape(&rest.as_bytes()[plain.len()..]).unwrap_or((None, 1));
        said.push(character.unwrap_or(char::REPLACEMENT_CHARACTER));
        rest = &rest[plain.len() + length..];
    }
    said.push_str(rest);
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(written: &str) -> Option<String> {
        let (text, end) = scan(written, 1)?;
        (end == written.len()).then(|| text.decoded().into_owned())
    }

    #[test]
    fn strings_say_what_json_has_them_say() {
        let table = [
            (r#""""#, ""),
            (r#""a\"b\\c\/d""#, "a\"b\\c/d"),
            (r#""\b\f\n\r\t\u0000""#, "\u{8}\u{c}\n\r\t\0"),
            (r#""\u00e9\u00E9é""#, "ééé"),
            (r#""\ud83d\ude00""#, "😀"),
            (r#""\ud83d""#, "\u{fffd}"),
            (r#""\ude00\ud83dx""#, "\u{fffd}\u{fffd}x"),
            (r#""\ud83d\u0041""#, "\u{fffd}A"),
            (r#""\ud83d\ud83d\ude00""#, "\u{fffd}😀"),
        ];
        for (written, said) in table {
            assert_eq!(read(written).as_deref(), Some(said), "{written}");
        }
    }

    #[test]
    fn what_is_no_string_is_refused() {
        for written in
            [r#"""#, r#""a"#, r#""\""#, r#""\x""#, r#""\u12"#, r#""\u12g4""#, "\"a\nb\"", "\"\u{1f}\"", r#""\u+123""#]
        {
            assert_eq!(read(written), None, "{written}");
        }
    }

    proptest! {
        #[test]
        fn it_reads_what_serde_json_writes(said in "(?s).{0,40}") {
            let written = serde_json::to_string(&said).unwrap();
            prop_assert_eq!(read(&written).unwrap(), said);
        }

        #[test]
        fn it_reads_and_refuses_as_serde_json_does(inside in r#"([a-z"\\\x00-\x21\x7f-\xff]|\\[u"\\bfnrt/]|\\u[0-9a-f]{4}|\\ud83d|\\ude00){0,12}"#) {
            let written = format!("\"{inside}\"");
            match serde_json::from_str::<String>(&written) {
                Ok(said) => prop_assert_eq!(read(&written), Some(said)),
                Err(_) => prop_assert!(read(&written).is_none_or(|said| said.contains(char::REPLACEMENT_CHARACTER)), "{}", written),
            }
        }
    }
}
