//! The keys of one object, to see whether one is there twice.

use super::Text;
use crate::Misfit;
use std::borrow::Cow;

/// Objects with more keys than this are sorted.
const FEW: usize = 16;

/// The keys of an object, kept without an allocation as long as they are few and plain.
pub(crate) struct Keys<'a> {
    few: [&'a str; FEW],
    count: usize,
    many: Vec<Cow<'a, str>>,
}

impl<'a> Keys<'a> {
    pub(crate) fn new() -> Self {
        Self { few: [""; FEW], count: 0, many: Vec::new() }
    }

    pub(crate) fn push(&mut self, key: Text<'a>) {
        match key.decoded() {
            Cow::Borrowed(key) if self.count < FEW => {
                self.few[self.count] = key;
                self.count += 1;
            }
            key => self.many.push(key),
        }
    }

    /// Whether each is there once.
    pub(crate) fn check(mut self) -> Result<(), Misfit> {
        let few = &self.few[..self.count];
        let twice = if self.many.is_empty() {
            few.iter().enumerate().any(|(index, key)| few[..index].contains(key))
        } else {
            self.many.extend(few.iter().copied().map(Cow::Borrowed));
            self.many.sort_unstable();
            self.many.windows(2).any(|pair| pair[0] == pair[1])
        };
        if twice { Err(Misfit::new("", "has a key twice")) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::text::scan;

    fn check(keys: &[&str]) -> bool {
        let written: Vec<String> = keys.iter().map(|key| format!("\"{key}\"")).collect();
        let mut keys = Keys::new();
        for key in &written {
            keys.push(scan(key, 1).unwrap().0);
        }
        keys.check().is_ok()
    }

    #[test]
    fn a_key_is_found_twice_however_it_is_written_and_however_many_there_are() {
        assert!(check(&[]) && check(&["a", "b", "A", "ab", ""]));
        assert!(!check(&["a", "b", "a"]));
        assert!(!check(&["a", r"\u0061"]));
        assert!(!check(&[r"\ud800", r"\udc00"]), "both become the same character");
        for count in 1..60 {
            let mut keys: Vec<String> = (0..count).map(|n| format!("k{n}")).collect();
            assert!(check(&keys.iter().map(String::as_str).collect::<Vec<_>>()), "{count}");
            keys.push("k0".to_owned());
            assert!(!check(&keys.iter().map(String::as_str).collect::<Vec<_>>()), "{count}");
        }
    }
}
