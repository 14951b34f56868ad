//! Slack's own markup, for messages without `rich_text`
//! (<https://docs.slack.dev/messaging/formatting-message-text>): what stands in `<…>` is a mention or a link, the rest is
//! text in which `&`, `<` and `>` are escaped.

use super::inline::link_to;

/// The text with its links as Markdown and its mentions as bare identifiers.
pub(super) fn markdown(mrkdwn: &str) -> String {
    let mut out = String::with_capacity(mrkdwn.len());
    let (mut text, mut rest) = (String::new(), mrkdwn);
    while let Some(start) = rest.find('<') {
        text.push_str(&rest[..start]);
        let inside = &rest[start + 1..];
        match inside.find(['<', '>', '\n']).filter(|end| inside[*end..].starts_with('>')) {
            Some(end) => {
                out.push_str(&unescaped(&text, true));
                text.clear();
                out.push_str(&token(&inside[..end]));
                rest = &inside[end + 1..];
            }
            None => {
                text.push('<');
                rest = inside;
            }
        }
    }
    text.push_str(rest);
    out.push_str(&unescaped(&text, false));
    out
}

fn token(token: &str) -> String {
    let (what, label) = token.split_once('|').unwrap_or((token, ""));
    let sound = |id: &str| !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric());
    let identifier = what.strip_prefix('@').or(what.strip_prefix('#')).or(what.strip_prefix("!subteam^"));
    if identifier.or(what.strip_prefix('!')).is_some_and(sound) {
        return format!("<{what}>");
    }
    // Dates, and whatever Slack adds, say in their label what is to be read.
    if what.starts_with('!') {
        return unescaped(label, false);
    }
    let bare = || unescaped(if label.is_empty() { what } else { label }, false);
    link_to(&entities(what), &entities(label)).unwrap_or_else(bare)
}

/// Text without Slack's escapes, in which nothing looks like an identifier that is none, and which takes nothing from
/// the identifier that follows.
fn unescaped(text: &str, before_token: bool) -> String {
    let text = entities(text);
    let mut out = String::with_capacity(text.len() + 8);
    let mut backslashes = 0;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '<' && chars.peek().is_some_and(|next| matches!(next, '@' | '#' | '!')) {
            out.extend(std::iter::repeat_n('\\', backslashes + 1));
        }
        backslashes = if c == '\\' { backslashes + 1 } else { 0 };
        out.push(c);
    }
    if before_token {
        out.extend(std::iter::repeat_n('\\', backslashes));
    }
    out
}

fn entities(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::markdown;

    #[test]
    fn links_and_mentions_are_told_from_text() {
        for (mrkdwn, expected) in [
            ("a &amp; b &lt; c &amp;lt;", "a & b < c &lt;"),
            ("<@U1> <@W1|linus> <#C1|soc> <#C1>", "<@U1> <@W1> <#C1> <#C1>"),
            ("<!subteam^S1|@soc> <!here> <!channel|channel>", "<!subteam^S1> <!here> <!channel>"),
            ("&lt;@U1&gt; &lt;!channel&gt;", r"\<@U1> \<!channel>"),
            ("<https://a.example/?b=1&amp;c=2|see>", "[see](https://a.example/?b=1&c=2)"),
            ("<https://a.example>", "https://a.example"),
            ("<mailto:a@b.example|a@b.example>", "a@b.example"),
            ("<javascript:alert(1)|see>", "see"),
            ("<!date^1392734382^{date}|Feb 18>", "Feb 18"),
            ("< a <b <@U1 <@U1>", r"< a <b \<@U1 <@U1>"),
            (r"\<@U1> \&lt;@U1&gt;", r"\\<@U1> \\\<@U1>"),
        ] {
            assert_eq!(markdown(mrkdwn), expected, "{mrkdwn}");
        }
    }
}
