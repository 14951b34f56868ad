//! One line of what was typed, as leaves: text with styles, mentions, links, emoji.

use serde_json::{Value, json};

use super::names::Names;

/// A URL that a `link` leaf can hold. <https://docs.slack.dev/reference/block-kit/blocks/rich-text-block>
const URL_MAX: usize = 3000;
/// What ends a sentence around a URL rather than the URL itself.
const AFTER_URL: &[char] = &['.', ',', ';', ':', '!', '?', '\'', ')', ']', '}', '*', '_', '~', '`'];

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Style {
    bold: bool,
    italic: bool,
    strike: bool,
    code: bool,
}

enum Leaf {
    Text(String, Style),
    Other(Value, Style),
}

/// Leaves and the mrkdwn that says the same.
#[derive(Default)]
pub(super) struct Line {
    pub(super) text: String,
    leaves: Vec<Leaf>,
}

impl Line {
    /// Adds text as it is.
    pub(super) fn plain(&mut self, text: &str) {
        self.words(text, Style::default());
    }

    /// Adds one line of what was typed.
    pub(super) fn read(&mut self, names: &Names, typed: &str) {
        let chars: Vec<char> = typed.chars().collect();
        let reader = Reader { names, chars: &chars };
        reader.span(0, chars.len(), Style::default(), self);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.leaves.is_empty()
    }

    /// The leaves as JSON.
    pub(super) fn leaves(&self) -> Vec<Value> {
        self.leaves
            .iter()
            .map(|leaf| match leaf {
                Leaf::Text(text, style) => style.put(json!({"type": "text", "text": text})),
                Leaf::Other(value, style) => style.put(value.clone()),
            })
            .collect()
    }

    fn words(&mut self, text: &str, style: Style) {
        self.text.push_str(&escaped(text));
        match self.leaves.last_mut() {
            Some(Leaf::Text(last, same)) if *same == style => last.push_str(text),
            _ => self.leaves.push(Leaf::Text(text.to_owned(), style)),
        }
    }

    fn other(&mut self, text: &str, leaf: Value, style: Style) {
        self.text.push_str(text);
        self.leaves.push(Leaf::Other(leaf, style));
    }
}

impl Style {
    fn put(self, mut leaf: Value) -> Value {
        for (name, on) in [("bold", self.bold), ("italic", self.italic), ("strike", self.strike), ("code", self.code)] {
            if on {
                leaf["style"][name] = json!(true);
            }
        }
        leaf
    }

    /// With the style of a mark added; `None` if the mark means none, or has been opened already.
    fn with(self, mark: char) -> Option<Self> {
        match mark {
            '*' if !self.bold => Some(Self { bold: true, ..self }),
            '_' if !self.italic => Some(Self { italic: true, ..self }),
            '~' if !self.strike => Some(Self { strike: true, ..self }),
            '`' => Some(Self { code: true, ..self }),
            _ => None,
        }
    }
}

/// `text` with the three characters escaped that mean something in mrkdwn.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

struct Reader<'a> {
    names: &'a Names,
    chars: &'a [char],
}

impl Reader<'_> {
    /// Reads the characters `from..to`, all in `style`.
    fn span(&self, from: usize, to: usize, style: Style, out: &mut Line) {
        // Marks that nothing closes up to `to`: looked for once each.
        let mut unclosed: Vec<char> = Vec::new();
        let mut at = from;
        while at < to {
            if self.word_begins(at) {
                if let Some(end) = self.token(at, to, style, out) {
                    at = end;
                    continue;
                }
                let mark = self.chars[at];
                if let Some(inner) = style.with(mark)
                    && self.opens(at, to)
                    && !unclosed.contains(&mark)
                {
                    if let Some(end) = (at + 2..to).find(|end| self.closes(*end, mark)) {
                        out.text.push(mark);
                        if mark == '`' {
                            out.words(&self.slice(at + 1, end), inner);
                        } else {
                            self.span(at + 1, end, inner, out);
                        }
                        out.text.push(mark);
                        at = end + 1;
                        continue;
                    }
                    unclosed.push(mark);
                }
            }
            out.words(self.chars[at].encode_utf8(&mut [0; 4]), style);
            at += 1;
        }
    }

    /// A URL, a mention or an emoji that begins at `at`; gives where it ends.
    fn token(&self, at: usize, to: usize, style: Style, out: &mut Line) -> Option<usize> {
        match self.chars[at] {
            'h' | 'H' => self.url(at, to, style, out),
            '@' => {
                let found = self.names.at(&self.chars[at + 1..to])?;
                out.other(&found.text, found.leaf, style);
                Some(at + 1 + found.length)
            }
            '#' => {
                let found = self.names.channel(&self.chars[at + 1..to])?;
                out.other(&found.text, found.leaf, style);
                Some(at + 1 + found.length)
            }
            ':' => self.emoji(at, to, style, out),
            _ => None,
        }
    }

    fn url(&self, at: usize, to: usize, style: Style, out: &mut Line) -> Option<usize> {
        let ends = |c: char| c.is_whitespace() || c.is_control() || ['<', '>', '"', '|'].contains(&c);
        let end = (at..to).find(|i| ends(self.chars[*i])).unwrap_or(to);
        let whole = self.slice(at, end);
        let closes_bracket = whole.contains('(');
        let url = whole.trim_end_matches(|c| AFTER_URL.contains(&c) && !(c == ')' && closes_bracket));
        let scheme = ["https://", "http://"]
            .into_iter()
            .find(|s| url.get(..s.len()).is_some_and(|start| start.eq_ignore_ascii_case(s)))?;
        let host_begins = url[scheme.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '[');
        let length = url.chars().count();
        if !host_begins || length > URL_MAX {
            return None;
        }
        out.other(&format!("<{}>", escaped(url)), json!({"type": "link", "url": url}), style);
        Some(at + length)
    }

    fn emoji(&self, at: usize, to: usize, style: Style, out: &mut Line) -> Option<usize> {
        let named = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ['_', '-', '+', '\''].contains(&c);
        let name_at = |from: usize| {
            let end = (from..to).find(|i| !named(self.chars[*i]))?;
            (end > from && self.chars[end] == ':').then_some(end)
        };
        let end = name_at(at + 1)?;
        let name = self.slice(at + 1, end);
        // 10:30:00 is a time.
        if name.bytes().all(|b| b.is_ascii_digit()) && name != "100" {
            return None;
        }
        let mut leaf = json!({"type": "emoji", "name": name});
        let mut next = end + 1;
        if self.chars.get(next) == Some(&':')
            && let Some(tone_end) = name_at(next + 1)
            && let Some(tone) = self.slice(next + 1, tone_end).strip_prefix("skin-tone-")
            && let Ok(tone @ 2..=6) = tone.parse::<u8>()
        {
            leaf["skin_tone"] = json!(tone);
            next = tone_end + 1;
        }
        out.other(&self.slice(at, next), leaf, style);
        Some(next)
    }

    fn word_begins(&self, at: usize) -> bool {
        at == 0 || !self.chars[at - 1].is_alphanumeric()
    }

    /// Whether the mark at `at` can open: something that is no space follows, and it is not doubled.
    fn opens(&self, at: usize, to: usize) -> bool {
        let mark = self.chars[at];
        let doubled = at > 0 && self.chars[at - 1] == mark;
        at + 1 < to && !doubled && self.chars[at + 1] != mark && !self.chars[at + 1].is_whitespace()
    }

    fn closes(&self, at: usize, mark: char) -> bool {
        let before = self.chars[at - 1];
        let word_ends = self.chars.get(at + 1).is_none_or(|next| !next.is_alphanumeric() && *next != mark);
        self.chars[at] == mark && !before.is_whitespace() && before != mark && word_ends
    }

    fn slice(&self, from: usize, to: usize) -> String {
        self.chars[from..to].iter().collect()
    }
}
