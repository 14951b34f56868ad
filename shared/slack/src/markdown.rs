//! What people write in Slack, as the Markdown that a comment keeps.
//!
//! Their messages carry `rich_text` (<https://docs.slack.dev/reference/block-kit/blocks/rich-text-block>): bold,
//! italic, strike, inline code, links, lists and quotes become Markdown, code blocks become plain text, and mentions
//! stay the raw identifiers they are (`<@U…>`, `<#C…>`, `<!subteam^…>`, `<!here>`). A message without it has text in
//! Slack's own markup. What was plain text in Slack stays plain text: characters that would be Markdown get a `\`, and
//! only where they would be.
//!
//! An element that is not known here gives its text, if it has one. Nothing panics, whatever comes.

mod escape;
mod inline;
mod mrkdwn;

use crate::text;
use alert::comment::MAX_CHARS;
use serde_json::Value;

/// Spaces for each level of a list: enough to be inside the item above, and too few to be code.
const INDENT: usize = 4;

/// How many of the files are named, and how much of each name.
const FILES: usize = 10;
const FILE_NAME_CHARS: usize = 100;

/// The Markdown of a message with these `blocks` and, if none of them is rich text, this `text`; behind it a notice that
/// names the `files` that came with it. At most [`MAX_CHARS`] characters: what is cut is marked. Empty if nothing was
/// written or shared.
pub fn comment(text: &str, blocks: &[Value], files: &[String]) -> String {
    let rich: Vec<&Value> = blocks.iter().filter(|block| block["type"] == "rich_text").collect();
    let written =
        if rich.is_empty() { mrkdwn::markdown(text) } else { rich_text(rich.iter().flat_map(|block| elements(block))) };
    let written = written.trim();
    let notice = notice(files);
    if notice.is_empty() {
        return cut(written, MAX_CHARS);
    }
    if written.is_empty() {
        return notice;
    }
    let room = MAX_CHARS.saturating_sub(notice.chars().count() + 2);
    format!("{}\n\n{notice}", cut(written, room))
}

fn notice(files: &[String]) -> String {
    if files.is_empty() {
        return String::new();
    }
    let name = |name: &String| {
        let name = text::one_line(name);
        escape::escape(&cut(if name.is_empty() { "without a name" } else { &name }, FILE_NAME_CHARS), None)
    };
    let names: Vec<String> = files.iter().take(FILES).map(name).collect();
    let more = files.len().saturating_sub(FILES);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let what = if files.len() == 1 { "a file".to_owned() } else { format!("{} files", files.len()) };
    format!("(shared {what} in Slack: {}{more})", names.join(", "))
}

fn cut(text: &str, max_chars: usize) -> String {
    if text.chars().count() <= max_chars {
        return text.to_owned();
    }
    let room = max_chars.saturating_sub(text::MARK.chars().count());
    let end = text.char_indices().nth(room).map_or(text.len(), |(index, _)| index);
    // A backslash whose character was cut off would take the mark's.
    let kept = text[..end].trim_end().trim_end_matches('\\');
    format!("{kept}{}", text::MARK)
}

/// An element's elements.
fn elements(element: &Value) -> &[Value] {
    element["elements"].as_array().map_or(&[], Vec::as_slice)
}

/// What stands beside what: paragraphs get an empty line between them, the parts of one list do not.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Paragraph,
    List { depth: usize },
    Quote,
}

fn rich_text<'a>(parts: impl Iterator<Item = &'a Value>) -> String {
    let mut out = String::new();
    let mut before: Option<Kind> = None;
    for part in parts {
        let (kind, text) = match part["type"].as_str().unwrap_or_default() {
            "rich_text_list" => list(part, before),
            "rich_text_quote" => (Kind::Quote, quoted(&lines(&inline::markdown(elements(part))))),
            "rich_text_preformatted" => (Kind::Paragraph, lines(&inline::plain(elements(part)))),
            _ => (Kind::Paragraph, lines(&inline::markdown(elements(part)))),
        };
        // A section ends with the line break before what follows it.
        let text = text.trim_end().trim_start_matches('\n');
        if text.trim().is_empty() {
            continue;
        }
        let text = if part["border"].as_u64().unwrap_or(0) > 0 { quoted(text) } else { text.to_owned() };
        if let Some(before) = before {
            let one_list = matches!((before, kind), (Kind::List { .. }, Kind::List { .. }));
            out.push_str(if one_list { "\n" } else { "\n\n" });
        }
        out.push_str(&text);
        before = Some(kind);
    }
    out
}

/// Lists come level by level, each with its `indent` and, if numbered, the number it goes on from (`offset`).
fn list(part: &Value, before: Option<Kind>) -> (Kind, String) {
    let below = if let Some(Kind::List { depth }) = before { depth + 1 } else { 0 };
    let depth = usize::try_from(part["indent"].as_u64().unwrap_or(0)).unwrap_or(0).min(below);
    let offset = part["offset"].as_u64().unwrap_or(0).min(1_000_000);
    let ordered = part["style"] == "ordered";
    let items = (offset + 1..).zip(elements(part)).map(|(number, item)| {
        let mark = if ordered { format!("{number}. ") } else { "- ".to_owned() };
        let indent = " ".repeat(depth * INDENT);
        let under = format!("\n{indent}{}", " ".repeat(mark.len()));
        let text = lines(&inline::markdown(elements(item)));
        format!("{indent}{mark}{}", text.trim().replace('\n', &under))
    });
    (Kind::List { depth }, items.collect::<Vec<_>>().join("\n"))
}

fn quoted(text: &str) -> String {
    let line = |line: &str| if line.is_empty() { ">".to_owned() } else { format!("> {line}") };
    text.trim_end().split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// Each line kept from being a heading, a list, a quotation or a rule.
fn lines(text: &str) -> String {
    text.split('\n').map(escape::line_start).collect::<Vec<_>>().join("\n")
}
