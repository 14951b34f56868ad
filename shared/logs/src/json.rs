//! Copies JSON into one compact line, checked on the way.
//!
//! Values are copied as they are written, number for number and escape for escape, in as few and as long pieces as can
//! be: an entry is read once and nothing of it is built. White space between tokens goes, so that a row is one line.
//! Three things that are JSON, but that readers of JSON disagree about or give up at, are not copied as they are:
//! - a key that is twice in an object is refused: readers take the first, the last, or fail;
//! - half of a surrogate pair becomes U+FFFD: it is no character;
//! - a number beyond every double becomes the string of its digits.

mod keys;
mod text;

pub(crate) use keys::Keys;
pub(crate) use text::Text;

use crate::Misfit;

/// How deep an entry may be nested: serde_json, and with it our own readers, give up at 128.
pub(crate) const MAX_DEPTH: usize = 100;

const NOT_JSON: &str = "is not JSON";

/// Copies one JSON text.
pub(crate) struct Copier<'a, 'o> {
    text: &'a str,
    bytes: &'a [u8],
    /// The next byte to read.
    at: usize,
    /// All before is in `out`, or was left out.
    copied: usize,
    out: &'o mut Vec<u8>,
}

impl<'a, 'o> Copier<'a, 'o> {
    pub(crate) fn new(text: &'a str, out: &'o mut Vec<u8>) -> Self {
        Self { text, bytes: text.as_bytes(), at: 0, copied: 0, out }
    }

    /// The next byte; 0, which no JSON holds, at the end.
    pub(crate) fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    /// Where the next byte is.
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    /// Leaves out white space.
    pub(crate) fn space(&mut self) {
        let from = self.at;
        while matches!(self.peek(), b' ' | b'\n' | b'\r' | b'\t') {
            self.at += 1;
        }
        if self.at > from {
            self.replace(from, b"");
        }
    }

    /// Reads `byte` and the white space after it.
    pub(crate) fn take(&mut self, byte: u8) -> Result<(), Misfit> {
        if self.peek() != byte {
            return Err(not_json());
        }
        self.at += 1;
        self.space();
        Ok(())
    }

    /// After a value: whether another comes before `end`, which is read too.
    pub(crate) fn more(&mut self, end: u8) -> Result<bool, Misfit> {
        self.space();
        if self.peek() == b',' {
            self.take(b',')?;
            return Ok(true);
        }
        if self.peek() != end {
            return Err(not_json());
        }
        self.at += 1;
        Ok(false)
    }

    /// What was read from `from` on goes out as `with`.
    pub(crate) fn replace(&mut self, from: usize, with: &[u8]) {
        self.out.extend_from_slice(&self.bytes[self.copied..from]);
        self.out.extend_from_slice(with);
        self.copied = self.at;
    }

    /// `what` goes out between what comes before `here` and what comes after.
    fn insert(&mut self, here: usize, what: &[u8]) {
        self.out.extend_from_slice(&self.bytes[self.copied..here]);
        self.out.extend_from_slice(what);
        self.copied = here;
    }

    /// Ends the copy before the text's last `}`, after which nothing may come, and leaves the line open there.
    pub(crate) fn finish(mut self) -> Result<&'o mut Vec<u8>, Misfit> {
        self.replace(self.at - 1, b"");
        self.space();
        if self.at < self.bytes.len() { Err(not_json()) } else { Ok(self.out) }
    }

    /// Reads a string.
    pub(crate) fn string(&mut self) -> Result<Text<'a>, Misfit> {
        let text = self.scan()?;
        self.mend(&text);
        Ok(text)
    }

    /// Reads the key of a field and its colon. If `prefix` says so of the key, that goes out before it.
    pub(crate) fn key(&mut self, prefix: impl FnOnce(&str) -> Option<&'static str>) -> Result<Text<'a>, Misfit> {
        let from = self.at;
        let key = self.scan()?;
        if let Some(prefix) = prefix(&key.decoded()) {
            self.insert(from + 1, prefix.as_bytes());
        }
        self.mend(&key);
        self.space();
        self.take(b':')?;
        Ok(key)
    }

    fn scan(&mut self) -> Result<Text<'a>, Misfit> {
        if self.peek() != b'"' {
            return Err(not_json());
        }
        let (text, end) = text::scan(self.text, self.at + 1).ok_or_else(not_json)?;
        self.at = end;
        Ok(text)
    }

    fn mend(&mut self, text: &Text<'a>) {
        if text.is_broken() {
            let from = self.at - 1 - text.raw.len();
            let mut mended = text.encoded().into_owned();
            mended.push('"');
            self.replace(from, mended.as_bytes());
        }
    }

    /// Reads a number, whatever its size.
    pub(crate) fn number(&mut self) -> Result<&'a str, Misfit> {
        let from = self.at;
        if self.peek() == b'-' {
            self.at += 1;
        }
        let first = self.peek();
        let digits = self.digits();
        if digits == 0 || (first == b'0' && digits > 1) {
            return Err(not_json());
        }
        if self.peek() == b'.' {
            self.at += 1;
            if self.digits() == 0 {
                return Err(not_json());
            }
        }
        if matches!(self.peek(), b'e' | b'E') {
            self.at += 1;
            if matches!(self.peek(), b'+' | b'-') {
                self.at += 1;
            }
            if self.digits() == 0 {
                return Err(not_json());
            }
        }
        Ok(&self.text[from..self.at])
    }

    fn digits(&mut self) -> usize {
        let from = self.at;
        while self.peek().is_ascii_digit() {
            self.at += 1;
        }
        self.at - from
    }

    /// Reads `true`, `false` or `null`.
    pub(crate) fn literal(&mut self) -> Result<&'static str, Misfit> {
        let rest = &self.bytes[self.at.min(self.bytes.len())..];
        let word = ["true", "false", "null"].into_iter().find(|word| rest.starts_with(word.as_bytes()));
        let word = word.ok_or_else(not_json)?;
        self.at += word.len();
        Ok(word)
    }

    /// Copies any value, nested at most as deep as said.
    pub(crate) fn value(&mut self, depth: usize) -> Result<(), Misfit> {
        match self.peek() {
            b'"' => self.string().map(drop),
            b'{' => self.any_object(depth),
            b'[' => self.list(depth, |copier, depth| copier.value(depth)),
            b'-' | b'0'..=b'9' => {
                let from = self.at;
                let number = self.number()?;
                if is_beyond_doubles(number) {
                    self.quote(from);
                }
                Ok(())
            }
            _ => self.literal().map(drop),
        }
    }

    /// What was read from `from` on, which needs no escapes, goes out as a string.
    pub(crate) fn quote(&mut self, from: usize) {
        self.insert(from, b"\"");
        self.insert(self.at, b"\"");
    }

    /// Copies a list, each element as `element` does.
    pub(crate) fn list(
        &mut self,
        depth: usize,
        mut element: impl FnMut(&mut Self, usize) -> Result<(), Misfit>,
    ) -> Result<(), Misfit> {
        let depth = deeper(depth)?;
        self.take(b'[')?;
        if self.peek() == b']' {
            self.at += 1;
            return Ok(());
        }
        loop {
            element(self, depth)?;
            if !self.more(b']')? {
                return Ok(());
            }
        }
    }

    fn any_object(&mut self, depth: usize) -> Result<(), Misfit> {
        let depth = deeper(depth)?;
        self.take(b'{')?;
        if self.peek() == b'}' {
            self.at += 1;
            return Ok(());
        }
        let mut keys = Keys::new();
        loop {
            keys.push(self.key(|_| None)?);
            self.value(depth)?;
            if !self.more(b'}')? {
                return keys.check();
            }
        }
    }
}

/// One level less to go.
pub(crate) fn deeper(depth: usize) -> Result<usize, Misfit> {
    depth.checked_sub(1).ok_or_else(|| Misfit::new("", "is nested too deep"))
}

pub(crate) fn not_json() -> Misfit {
    Misfit::new("", NOT_JSON)
}

fn is_beyond_doubles(number: &str) -> bool {
    let suspicious = number.len() > 300 || number.bytes().any(|b| matches!(b, b'e' | b'E'));
    suspicious && !number.parse::<f64>().is_ok_and(f64::is_finite)
}
