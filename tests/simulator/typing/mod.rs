//! What Slack's composer makes of what a person types: the `text` of the message in mrkdwn, and the elements of its
//! one `rich_text` block. Pure: names come in, nothing else is read.
//!
//! | typed | in `text` | in the block |
//! |---|---|---|
//! | `*bold*`, `_italic_`, `~strike~`, `` `code` `` | the same | a leaf with that style |
//! | three backquotes around it | the same | `rich_text_preformatted` |
//! | lines that begin with `> ` | `&gt; …` | `rich_text_quote` |
//! | lines that begin with `- ` or `• ` | `• …` | `rich_text_list`, bullets |
//! | lines that begin with `1. `, `2. ` and so on | the same | `rich_text_list`, ordered |
//! | `@name`, `#channel`, `@here` | `<@U…>`, `<#C…\|name>`, `<!here>` | `user`, `channel`, `broadcast` |
//! | a bare http(s) URL | `<https://…>` | `link` |
//! | `:name:` | the same | `emoji`; a workspace may have emoji of its own, so any well-formed name is one |
//! | all else | with `&`, `<` and `>` escaped | `text`, raw |
//!
//! A mark only counts at the border of a word and if it is closed in its line. Lists have one level.
//! <https://docs.slack.dev/messaging/formatting-message-text>,
//! <https://docs.slack.dev/reference/block-kit/blocks/rich-text-block>

mod inline;
mod names;

use serde_json::{Value, json};

use self::inline::Line;
pub(crate) use self::names::Names;

/// The most characters that a person's message can have. Slack's iOS client had to go back to it:
/// <https://slack.com/release-notes/ios> (20.06.10, "12,000 characters per message").
pub(crate) const MAX_TYPED: usize = 12_000;

const FENCE: &str = "```";

/// A message as the composer sends it.
pub(crate) struct Typed {
    /// mrkdwn.
    pub(crate) text: String,
    /// The elements of the `rich_text` block; none if nothing was typed.
    pub(crate) elements: Vec<Value>,
}

/// Reads what was typed. Never fails: what has no meaning is text.
pub(crate) fn read(names: &Names, typed: &str) -> Typed {
    let typed = typed.replace("\r\n", "\n");
    let mut composer = Composer { names, text: String::new(), elements: Vec::new() };
    let mut rest = typed.as_str();
    let mut at_line_start = true;
    while let Some((before, code, after)) = split_fence(rest) {
        composer.prose(before, at_line_start, true);
        let code = code.strip_prefix('\n').unwrap_or(code);
        composer.preformatted(code.strip_suffix('\n').unwrap_or(code));
        at_line_start = after.starts_with('\n');
        if at_line_start {
            composer.text.push('\n');
        }
        rest = after.strip_prefix('\n').unwrap_or(after);
    }
    composer.prose(rest, at_line_start, false);
    Typed { text: composer.text, elements: composer.elements }
}

/// What stands before, in and after the next fenced part, if it is closed and holds something.
fn split_fence(rest: &str) -> Option<(&str, &str, &str)> {
    let (before, inside) = rest.split_once(FENCE)?;
    let (code, after) = inside.split_once(FENCE)?;
    (!code.trim().is_empty()).then_some((before, code, after))
}

/// What one line is.
#[derive(Clone, Copy, PartialEq)]
enum Kind<'a> {
    Plain,
    Quote(&'a str),
    Bullet(&'a str),
    Ordered(u32, &'a str),
}

impl Kind<'_> {
    /// Whether a line of this kind goes on with what a line of kind `before` began.
    fn follows(self, before: Kind) -> bool {
        match (before, self) {
            (Kind::Plain, Kind::Plain) | (Kind::Quote(_), Kind::Quote(_)) | (Kind::Bullet(_), Kind::Bullet(_)) => true,
            (Kind::Ordered(last, _), Kind::Ordered(next, _)) => next == last + 1,
            _ => false,
        }
    }
}

fn kind_of(line: &str) -> Kind<'_> {
    let filled = |content: &str| !content.trim().is_empty();
    if let Some(content) = line.strip_prefix("> ").filter(|c| filled(c)) {
        return Kind::Quote(content);
    }
    if let Some(content) = line.strip_prefix("- ").or(line.strip_prefix("• ")).filter(|c| filled(c)) {
        return Kind::Bullet(content);
    }
    if let Some((number, content)) = line.split_once(". ").filter(|(_, c)| filled(c))
        && (1..=4).contains(&number.len())
        && number.bytes().all(|b| b.is_ascii_digit())
        && let Ok(number) = number.parse()
    {
        return Kind::Ordered(number, content);
    }
    Kind::Plain
}

struct Composer<'a> {
    names: &'a Names,
    text: String,
    elements: Vec<Value>,
}

impl Composer<'_> {
    /// Lines outside of fences. `followed` by a fence, the last line break belongs to what stands before it.
    fn prose(&mut self, prose: &str, at_line_start: bool, followed: bool) {
        if prose.is_empty() {
            return;
        }
        let broken = if followed { prose.strip_suffix('\n') } else { None };
        let lines: Vec<&str> = broken.unwrap_or(prose).split('\n').collect();
        let mut kinds: Vec<Kind> = lines.iter().map(|line| kind_of(line)).collect();
        if !at_line_start && let Some(first) = kinds.first_mut() {
            *first = Kind::Plain;
        }
        // An ordered list begins with 1; a year at the start of a sentence does not begin one.
        for index in 0..kinds.len() {
            let goes_on = index > 0 && kinds[index].follows(kinds[index - 1]);
            if matches!(kinds[index], Kind::Ordered(number, _) if number != 1 && !goes_on) {
                kinds[index] = Kind::Plain;
            }
        }
        let mut from = 0;
        while from < lines.len() {
            let mut to = from + 1;
            while to < lines.len() && kinds[to].follows(kinds[to - 1]) {
                to += 1;
            }
            let breaks = to < lines.len() || broken.is_some();
            self.group(&lines[from..to], &kinds[from..to], breaks);
            from = to;
        }
    }

    /// Lines of one kind; a line break follows if it `breaks`.
    fn group(&mut self, lines: &[&str], kinds: &[Kind], breaks: bool) {
        match kinds[0] {
            Kind::Plain => {
                let mut section = self.join(lines, |_| String::new());
                if breaks {
                    section.plain("\n");
                }
                self.text.push_str(&section.text);
                if !section.is_empty() {
                    self.elements.push(json!({"type": "rich_text_section", "elements": section.leaves()}));
                }
                return;
            }
            Kind::Quote(_) => {
                let contents: Vec<&str> = kinds.iter().map(content).collect();
                let quote = self.join(&contents, |_| "&gt; ".to_owned());
                self.text.push_str(&quote.text);
                self.elements.push(json!({"type": "rich_text_quote", "elements": quote.leaves()}));
            }
            Kind::Bullet(_) => self.list(kinds, "bullet", |_| "• ".to_owned()),
            Kind::Ordered(..) => self.list(kinds, "ordered", |index| format!("{}. ", index + 1)),
        }
        if breaks {
            self.text.push('\n');
        }
    }

    /// Lines as one run of leaves; `mark` stands before each line of the text.
    fn join(&self, lines: &[&str], mark: impl Fn(usize) -> String) -> Line {
        let mut all = Line::default();
        for (index, line) in lines.iter().enumerate() {
            if index > 0 {
                all.plain("\n");
            }
            all.text.push_str(&mark(index));
            all.read(self.names, line);
        }
        all
    }

    fn list(&mut self, kinds: &[Kind], style: &str, mark: impl Fn(usize) -> String) {
        let mut sections = Vec::new();
        for (index, kind) in kinds.iter().enumerate() {
            let item = self.join(&[content(kind)], |_| mark(index));
            if index > 0 {
                self.text.push('\n');
            }
            self.text.push_str(&item.text);
            sections.push(json!({"type": "rich_text_section", "elements": item.leaves()}));
        }
        let list = json!({"type": "rich_text_list", "style": style, "indent": 0, "border": 0, "elements": sections});
        self.elements.push(list);
    }

    fn preformatted(&mut self, code: &str) {
        self.text.push_str(FENCE);
        self.text.push_str(&inline::escaped(code));
        self.text.push_str(FENCE);
        let leaf = json!({"type": "text", "text": code});
        self.elements.push(json!({"type": "rich_text_preformatted", "elements": [leaf], "border": 0}));
    }
}

/// A line without its mark; of plain lines nothing is asked.
fn content<'a>(kind: &Kind<'a>) -> &'a str {
    match kind {
        Kind::Plain => "",
        Kind::Quote(content) | Kind::Bullet(content) | Kind::Ordered(_, content) => content,
    }
}
