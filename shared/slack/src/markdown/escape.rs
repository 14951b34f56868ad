//! Keeps plain text from being Markdown, with as few backslashes as that takes: most who read a comment read its text.

/// `text` with a backslash before each character that would be inline Markdown, HTML, an entity or one of Slack's
/// identifiers; `next` is what follows it.
pub(super) fn escape(text: &str, next: Option<char>) -> String {
    mark(text, next, is_markup)
}

/// The same for the label of a link, which brackets would end.
pub(super) fn label(text: &str) -> String {
    mark(text, None, |c, before, after, rest| matches!(c, '[' | ']') || is_markup(c, before, after, rest))
}

fn mark(
    text: &str,
    next: Option<char>,
    is_markup: impl Fn(char, Option<char>, Option<char>, &[char]) -> bool,
) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len() + 8);
    for (index, &c) in chars.iter().enumerate() {
        let before = index.checked_sub(1).map(|index| chars[index]);
        let after = chars.get(index + 1).copied().or(next);
        if is_markup(c, before, after, &chars[index + 1..]) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

fn is_markup(c: char, before: Option<char>, after: Option<char>, rest: &[char]) -> bool {
    let both = |is: fn(char) -> bool| before.is_some_and(is) && after.is_some_and(is);
    match c {
        '`' => true,
        '\\' => after.is_none_or(|after| after.is_ascii_punctuation()),
        '*' => !both(char::is_whitespace),
        '_' => !both(char::is_whitespace) && !both(char::is_alphanumeric),
        '~' => before == Some('~') || after == Some('~'),
        ']' => matches!(after, Some('(' | '[' | ':')),
        '!' => after == Some('['),
        '<' => after.is_some_and(|after| matches!(after, '@' | '#' | '!' | '/' | '?') || after.is_ascii_alphabetic()),
        '&' => is_entity(rest),
        _ => false,
    }
}

/// Whether `&` with this behind it is an entity.
fn is_entity(rest: &[char]) -> bool {
    let name = rest.iter().take(33).take_while(|c| c.is_ascii_alphanumeric() || **c == '#').count();
    name > 0 && rest.get(name) == Some(&';')
}

/// A line with a backslash where it would begin a heading, a list or a quotation, or be a rule.
pub(super) fn line_start(line: &str) -> String {
    let blanks = line.len() - line.trim_start_matches(' ').len();
    let (indent, text) = line.split_at(blanks);
    let after = |marks: usize| text.chars().nth(marks).is_none_or(char::is_whitespace);
    let rule = |mark: char| text.starts_with(mark) && text.chars().all(|c| c == mark || c.is_whitespace());
    let hashes = text.chars().take_while(|c| *c == '#').count();
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    if text.starts_with('>')
        || (hashes > 0 && after(hashes))
        || (text.starts_with(['-', '+']) && after(1))
        || ['-', '='].into_iter().any(rule)
    {
        return format!("{indent}\\{text}");
    }
    if digits > 0 && text[digits..].starts_with(['.', ')']) && after(digits + 1) {
        return format!("{indent}{}\\{}", &text[..digits], &text[digits..]);
    }
    line.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_would_be_markdown_gets_a_backslash() {
        for (text, escaped) in [
            ("2 * 3 = 6, snake_case_name, a ~ b, x[0] and y", "2 * 3 = 6, snake_case_name, a ~ b, x[0] and y"),
            (r"C:\Users\linus and R&D <- a < b", r"C:\Users\linus and R&D <- a < b"),
            ("*bold* _it_ ~~gone~~ `code`", r"\*bold\* \_it\_ \~\~gone\~\~ \`code\`"),
            ("[bank](https://evil.example)", r"[bank\](https://evil.example)"),
            ("![x](y)", r"\![x\](y)"),
            ("<@U1> <!channel> <script> &lt;b&gt; &#60;", r"\<@U1> \<!channel> \<script> \&lt;b\&gt; \&#60;"),
            (r"\*", r"\\\*"),
        ] {
            assert_eq!(escape(text, None), escaped);
        }
        assert_eq!(escape("a]", Some('(')), r"a\]");
        assert_eq!(label(r"a\](b) [c]"), r"a\\\](b) \[c\]");
    }

    #[test]
    fn a_line_begins_nothing() {
        for (line, escaped) in [
            ("# a", r"\# a"),
            ("#tag", "#tag"),
            ("> a", r"\> a"),
            ("- a", r"\- a"),
            ("-1", "-1"),
            ("---", r"\---"),
            ("===", r"\==="),
            ("  + a", r"  \+ a"),
            ("12. a", r"12\. a"),
            ("12.5", "12.5"),
            ("3) a", r"3\) a"),
            ("", ""),
        ] {
            assert_eq!(line_start(line), escaped);
        }
    }
}
