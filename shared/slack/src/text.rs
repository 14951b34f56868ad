//! Makes untrusted text fit to be sent: cleaned of what deceives, cut to size, escaped where Slack would read markup.

/// What stands where text was cut off.
pub(crate) const MARK: &str = "… (cut)";

/// Between `@` and a name, so that no client takes it for a mention; it has no width.
const ZERO_WIDTH_SPACE: char = '\u{200b}';

/// `text` without what would make it look like something else: control characters and bidirectional overrides
/// (<https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing>) become `U+FFFD`, line ends become `\n`, tabs a
/// blank, and blanks around it go. Empty if nothing is left to see.
pub(crate) fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let cleaned: String = text
        .chars()
        .map(|c| match c {
            '\n' | '\r' | '\u{2028}' | '\u{2029}' | '\u{85}' => '\n',
            '\t' => ' ',
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
            c if c.is_control() => '\u{fffd}',
            c => c,
        })
        .collect();
    cleaned.trim().to_owned()
}

/// [`clean`]ed, and on one line.
pub(crate) fn one_line(text: &str) -> String {
    clean(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a character counts: Slack does not say whether it counts before or after escaping, nor in which encoding, so
/// each counts as much as it can after [`escape`], in UTF-16.
fn weight(c: char) -> usize {
    match c {
        '&' => 5,
        '<' | '>' => 4,
        '@' | '#' | ':' => 2,
        c => c.len_utf16(),
    }
}

/// What `text` counts at worst.
pub(crate) fn size(text: &str) -> usize {
    text.chars().map(weight).sum()
}

/// `text` if it counts at most `max`, else as much of it as fits with [`MARK`] behind it.
pub(crate) fn cut(text: &str, max: usize) -> String {
    if size(text) <= max {
        return text.to_owned();
    }
    let kept = beginning(text, max.saturating_sub(size(MARK)));
    format!("{}{MARK}", kept.trim_end())
}

/// As much of the beginning of `text` as counts at most `max`.
pub(crate) fn beginning(text: &str, max: usize) -> &str {
    let mut used = 0;
    let over = text.char_indices().find(|(_, c)| {
        used += weight(*c);
        used > max
    });
    over.map_or(text, |(at, _)| &text[..at])
}

/// `text` if it counts at most `max`, else its beginning and its end: for names whose end tells as much.
pub(crate) fn cut_inside(text: &str, max: usize) -> String {
    if size(text) <= max {
        return text.to_owned();
    }
    let half = max.saturating_sub(size("…")) / 2;
    let mut used = 0;
    let end = text.char_indices().rev().take_while(|(_, c)| {
        used += weight(*c);
        used <= half
    });
    let end = end.last().map_or(text.len(), |(at, _)| at);
    format!("{}…{}", beginning(text, half), &text[end..])
}

/// `text` for a place where Slack reads markup: nothing in it is markup, a mention or a link any more. `&`, `<` and `>`
/// are the characters to escape (<https://docs.slack.dev/messaging/formatting-message-text#escaping>); `@name`,
/// `#channel` and URLs, which some `parse` modes still find, are broken up invisibly.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '@' | '#' => escaped.extend([c, ZERO_WIDTH_SPACE]),
            ':' if rest.as_str().starts_with("//") => escaped.extend([c, ZERO_WIDTH_SPACE]),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn text_that_deceives_becomes_visible() {
        assert_eq!(
            clean(" a\u{202e}b\u{2066}c\u{0}\u{1b}[31m\r\nd\te\u{2028}f \n"),
            "a�bc�"[..].replace("bc", "b�c�") + "[31m\nd e\nf"
        );
        assert_eq!(clean("\u{2069}"), "\u{fffd}");
        assert_eq!(clean(" \n\t "), "");
        assert_eq!(one_line("a\n\n b\r\nc"), "a b c");
    }

    #[test]
    fn nothing_in_escaped_text_can_ping_or_link() {
        assert_eq!(
            escape("<!channel> <@U1> & @here #general https://evil.example a:b"),
            "&lt;!channel&gt; &lt;@\u{200b}U1&gt; &amp; @\u{200b}here #\u{200b}general https:\u{200b}//evil.example a:b"
        );
    }

    #[test]
    fn text_is_cut_between_characters_and_says_so() {
        assert_eq!(cut("short", 5), "short");
        assert_eq!(cut("a longer text", 12), "a lon… (cut)");
        assert_eq!(cut("🔴🔴🔴🔴🔴🔴", 11), "🔴🔴… (cut)");
        assert_eq!(cut("aaa bbbbbbbb", 11), "aaa… (cut)");
        assert_eq!(cut_inside("login.example.evil.co", 11), "login…il.co");
    }

    proptest! {
        #[test]
        fn cut_text_fits_even_escaped(text in "(\\PC|[&<>@#:/]){0,80}", max in 7usize..60) {
            let fitting = cut(&text, max);
            prop_assert!(escape(&fitting).encode_utf16().count() <= max);
            prop_assert!(size(&text) > max || fitting == text);
            let inside = cut_inside(&text, max);
            prop_assert!(size(&inside) <= max);
            prop_assert!(size(&text) > max || inside == text);
        }

        #[test]
        fn clean_text_has_no_control_character_but_line_ends(text in any::<String>()) {
            let cleaned = clean(&text);
            prop_assert!(cleaned.chars().all(|c| c == '\n' || !c.is_control()));
            prop_assert_eq!(clean(&cleaned), cleaned);
        }
    }
}
