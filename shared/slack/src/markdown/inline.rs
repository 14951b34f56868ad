//! The leaves of a line: runs of one style, mentions, links, emoji.

use super::{elements, escape};
use serde_json::Value;

/// How a run of leaves is set off.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Style {
    bold: bool,
    italic: bool,
    strike: bool,
    code: bool,
}

impl Style {
    fn of(leaf: &Value) -> Self {
        let on = |name: &str| leaf["style"][name].as_bool().unwrap_or(false);
        Self { bold: on("bold"), italic: on("italic"), strike: on("strike"), code: on("code") }
    }
}

/// A piece of a line.
enum Piece {
    /// As it was written.
    Text(String),
    /// Markdown already, or an identifier.
    Done(String),
}

impl Piece {
    fn first(&self) -> Option<char> {
        match self {
            Self::Text(text) | Self::Done(text) => text.chars().next(),
        }
    }
}

/// Leaves as Markdown.
pub(super) fn markdown(leaves: &[Value]) -> String {
    let mut runs: Vec<(Style, Vec<Piece>)> = Vec::new();
    for leaf in leaves {
        let (style, piece) = (Style::of(leaf), piece(leaf));
        match runs.last_mut() {
            Some((same, pieces)) if *same == style => match (pieces.last_mut(), piece) {
                (Some(Piece::Text(before)), Piece::Text(more)) => before.push_str(&more),
                (_, piece) => pieces.push(piece),
            },
            _ => runs.push((style, vec![piece])),
        }
    }
    let mut out = String::new();
    for (index, (style, pieces)) in runs.iter().enumerate() {
        let next = runs.get(index + 1).and_then(|(style, pieces)| match style {
            Style { bold: false, italic: false, strike: false, code: false } => pieces.first()?.first(),
            _ => Some('*'),
        });
        let text = if style.code { raw(pieces) } else { escaped(pieces, next) };
        let set_off: Vec<String> = text.split('\n').map(|line| set_off(line, *style, &out, next)).collect();
        out.push_str(&set_off.join("\n"));
    }
    out
}

/// Leaves as plain text that stays plain.
pub(super) fn plain(leaves: &[Value]) -> String {
    let pieces: Vec<Piece> = leaves.iter().map(piece).collect();
    escaped(&pieces, None)
}

fn raw(pieces: &[Piece]) -> String {
    let text = |piece: &Piece| match piece {
        Piece::Text(text) | Piece::Done(text) => text.clone(),
    };
    pieces.iter().map(text).collect()
}

fn escaped(pieces: &[Piece], next: Option<char>) -> String {
    let text = |(index, piece): (usize, &Piece)| match piece {
        Piece::Text(text) => escape::escape(text, pieces.get(index + 1).map_or(next, Piece::first)),
        Piece::Done(text) => text.clone(),
    };
    pieces.iter().enumerate().map(text).collect()
}

/// A line in its style; the marks stand close to the words, or they would be none.
fn set_off(line: &str, style: Style, before: &str, next: Option<char>) -> String {
    let core = line.trim();
    if core.is_empty() || style == Style::default() {
        return line.to_owned();
    }
    let start = line.len() - line.trim_start().len();
    let (lead, trail) = (&line[..start], &line[start + core.len()..]);
    let mut text = if style.code { code(core) } else { core.to_owned() };
    if style.italic {
        let joined = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let inside_a_word =
            (lead.is_empty() && joined(before.chars().next_back())) || (trail.is_empty() && joined(next));
        let mark = if inside_a_word { '*' } else { '_' };
        text = format!("{mark}{text}{mark}");
    }
    if style.bold {
        text = format!("**{text}**");
    }
    if style.strike {
        text = format!("~~{text}~~");
    }
    format!("{lead}{text}{trail}")
}

/// Inline code: between more backticks than it has in a row.
fn code(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

fn piece(leaf: &Value) -> Piece {
    let field = |name: &str| leaf[name].as_str().unwrap_or_default();
    let id = |name: &str, before: &str| {
        let id = field(name);
        let sound = !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric());
        if sound { Piece::Done(format!("<{before}{id}>")) } else { Piece::Text(id.to_owned()) }
    };
    match field("type") {
        "text" => Piece::Text(field("text").to_owned()),
        "link" => link(field("url"), field("text")),
        "user" => id("user_id", "@"),
        "channel" => id("channel_id", "#"),
        "usergroup" => id("usergroup_id", "!subteam^"),
        "broadcast" => id("range", "!"),
        "team" => Piece::Text(field("team_id").to_owned()),
        "emoji" => emoji(leaf),
        "date" if field("fallback").is_empty() => Piece::Text(leaf["timestamp"].to_string()),
        "date" => Piece::Text(field("fallback").to_owned()),
        "color" => Piece::Text(field("value").to_owned()),
        // New kinds come every year.
        _ if !elements(leaf).is_empty() => Piece::Done(markdown(elements(leaf))),
        _ => {
            let named =
                ["text", "fallback", "name", "title", "url"].into_iter().map(field).find(|text| !text.is_empty());
            Piece::Text(named.unwrap_or_default().to_owned())
        }
    }
}

/// A link that can be followed; any other scheme than these only shows where it leads.
pub(super) fn link_to(url: &str, label: &str) -> Option<String> {
    let scheme = url.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    if !scheme.is_some_and(|scheme| matches!(scheme.as_str(), "http" | "https" | "mailto" | "tel")) {
        return None;
    }
    let sound: String = url.chars().flat_map(percent).collect();
    let same = label.is_empty() || label == url || url.strip_prefix("mailto:") == Some(label);
    if same {
        return Some(if url.starts_with("mailto:") { sound["mailto:".len()..].to_owned() } else { sound });
    }
    let label = label.split_whitespace().collect::<Vec<_>>().join(" ");
    let label = escape::label(&label);
    Some(format!("[{label}]({sound})"))
}

fn link(url: &str, label: &str) -> Piece {
    match link_to(url, label) {
        Some(link) => Piece::Done(link),
        None if label.is_empty() || label == url => Piece::Text(url.to_owned()),
        None => Piece::Text(format!("{label} ({url})")),
    }
}

/// What would end or break a Markdown link.
fn percent(c: char) -> Vec<char> {
    match c {
        '(' | ')' | '<' | '>' | '[' | ']' | '\\' | '`' | '|' | '*' => {
            format!("%{:02X}", u32::from(c)).chars().collect()
        }
        c if c.is_whitespace() || c.is_control() => "%20".chars().collect(),
        c => vec![c],
    }
}

/// `unicode` is hexadecimal, with `-` between the characters of one emoji.
fn emoji(leaf: &Value) -> Piece {
    let points = leaf["unicode"].as_str().unwrap_or_default().split('-');
    let point = |hex: &str| u32::from_str_radix(hex, 16).ok().and_then(char::from_u32).filter(|c| !c.is_control());
    let drawn: Option<String> = points.map(point).collect();
    let name = leaf["name"].as_str().unwrap_or_default();
    match (drawn, leaf["skin_tone"].as_u64()) {
        (Some(drawn), _) => Piece::Text(drawn),
        (None, _) if name.is_empty() => Piece::Text(String::new()),
        (None, Some(tone)) => Piece::Done(format!(":{}::skin-tone-{tone}:", escape::escape(name, Some(':')))),
        (None, None) => Piece::Done(format!(":{}:", escape::escape(name, Some(':')))),
    }
}
