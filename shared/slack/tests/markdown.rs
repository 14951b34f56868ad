//! What people write in Slack, as Markdown.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use serde_json::{Value, json};
use slack::markdown::comment;

const LIMIT: usize = alert::comment::MAX_CHARS;

fn rich(elements: Value) -> String {
    comment("not looked at", &[json!({"type": "rich_text", "block_id": "b", "elements": elements})], &[])
}

fn section(leaves: Value) -> Value {
    json!({"type": "rich_text_section", "elements": leaves})
}

fn line(leaves: Value) -> String {
    rich(json!([section(leaves)]))
}

fn text(text: &str) -> Value {
    json!({"type": "text", "text": text})
}

fn styled(words: &str, styles: &[&str]) -> Value {
    let style: serde_json::Map<String, Value> = styles.iter().map(|style| ((*style).to_owned(), json!(true))).collect();
    json!({"type": "text", "text": words, "style": style})
}

#[test]
fn each_kind_of_leaf_has_its_markdown() {
    for (leaf, markdown) in [
        (text("plain *not bold* snake_case"), r"plain \*not bold\* snake_case"),
        (styled("bold", &["bold"]), "**bold**"),
        (styled("italic", &["italic"]), "_italic_"),
        (styled("strike", &["strike"]), "~~strike~~"),
        (styled("code *x* `y`", &["code"]), "`` code *x* `y` ``"),
        (styled("all", &["bold", "italic", "strike", "code"]), "~~**_`all`_**~~"),
        (styled(" close to the words ", &["bold"]), "**close to the words**"),
        (styled("two\nlines", &["bold"]), "**two**\n**lines**"),
        (json!({"type": "link", "url": "https://a.example/b_c"}), "https://a.example/b_c"),
        (
            json!({"type": "link", "url": "https://a.example/(b)", "text": "see [1]"}),
            r"[see \[1\]](https://a.example/%28b%29)",
        ),
        (json!({"type": "link", "url": "mailto:a@b.example", "text": "a@b.example"}), "a@b.example"),
        (
            json!({"type": "link", "url": "https://a.example", "text": "b", "style": {"bold": true}}),
            "**[b](https://a.example)**",
        ),
        (json!({"type": "link", "url": "javascript:alert(1)", "text": "b"}), "b (javascript:alert(1))"),
        (json!({"type": "user", "user_id": "U1"}), "<@U1>"),
        (json!({"type": "channel", "channel_id": "C1"}), "<#C1>"),
        (json!({"type": "usergroup", "usergroup_id": "S1"}), "<!subteam^S1>"),
        (json!({"type": "broadcast", "range": "here"}), "<!here>"),
        (json!({"type": "emoji", "name": "white_check_mark", "unicode": "2705"}), "✅"),
        (json!({"type": "emoji", "name": "flag-de", "unicode": "1f1e9-1f1ea"}), "🇩🇪"),
        (json!({"type": "emoji", "name": "acme"}), ":acme:"),
        (json!({"type": "emoji", "name": "wave", "skin_tone": 2}), ":wave::skin-tone-2:"),
        (json!({"type": "date", "timestamp": 1_720_710_212, "format": "{date}", "fallback": "July 11"}), "July 11"),
        (json!({"type": "date", "timestamp": 1_720_710_212}), "1720710212"),
        (json!({"type": "color", "value": "#F405B3"}), "#F405B3"),
        (json!({"type": "kind_of_next_year", "text": "its *text*"}), r"its \*text\*"),
        (json!({"type": "kind_of_next_year", "fallback": "its fallback"}), "its fallback"),
        (json!({"type": "kind_of_next_year", "elements": [text("inside")]}), "inside"),
        (json!({"type": "kind_of_next_year"}), ""),
        (json!(7), ""),
    ] {
        assert_eq!(line(json!([leaf])), markdown, "{leaf}");
    }
}

#[test]
fn leaves_stand_beside_each_other() {
    let row = json!([
        text("see "),
        styled("this", &["bold"]),
        styled(" and that", &["bold"]),
        text(", "),
        styled("in", &["italic"]),
        text("side it, "),
        json!({"type": "user", "user_id": "U1"}),
        text(" "),
        styled("rm -rf /", &["code"]),
    ]);
    assert_eq!(line(row), "see **this and that**, *in*side it, <@U1> `rm -rf /`");
    // Two leaves make no link and no picture together.
    let link = json!({"type": "link", "url": "https://a.example", "text": "x"});
    assert_eq!(line(json!([text("wow!"), link])), r"wow\![x](https://a.example)");
    assert_eq!(
        line(json!([text("[x]"), styled("(https://evil.example)", &["underline"])])),
        r"[x\](https://evil.example)"
    );
}

#[test]
fn lists_quotes_and_code_blocks() {
    let item = |words: &str| section(json!([text(words)]));
    let list = |style: &str, indent: u64, items: Value| json!({"type": "rich_text_list", "style": style, "indent": indent, "elements": items});
    let mut goes_on = list("ordered", 0, json!([item("third")]));
    goes_on["offset"] = json!(2);
    let all = rich(json!([
        section(json!([text("Steps:\n# not a heading\n- not a list\n\n1. nor this")])),
        list("ordered", 0, json!([item("first"), item("second\nof two lines")])),
        list("bullet", 1, json!([item("inner"), item("inner 2")])),
        list("ordered", 2, json!([item("innermost")])),
        goes_on,
        {"type": "rich_text_quote", "elements": [text("they said\n\n"), styled("no", &["bold"])]},
        {"type": "rich_text_preformatted", "elements": [text("if x:\n    call(*args)\n")]},
        section(json!([text("\nthe end\n")])),
    ]));
    insta::assert_snapshot!(all, @r"
    Steps:
    \# not a heading
    \- not a list

    1\. nor this

    1. first
    2. second
       of two lines
        - inner
        - inner 2
            1. innermost
    3. third

    > they said
    >
    > **no**

    if x:
        call(\*args)

    the end
    ");
    // A list that begins inside nothing is not taken for code.
    assert_eq!(
        rich(json!([list("bullet", 5, json!([item("a")])), list("bullet", 8, json!([item("b")]))])),
        "- a\n    - b"
    );
    let quoted = json!({"type": "rich_text_list", "style": "bullet", "border": 1, "elements": [item("a"), item("b")]});
    assert_eq!(rich(json!([quoted])), "> - a\n> - b");
}

#[test]
fn what_was_typed_is_no_mention() {
    let typed = line(json!([text("<@U1> <!channel> <#C1> <b>x</b>")]));
    assert_eq!(typed, r"\<@U1> \<!channel> \<#C1> \<b>x\</b>");
    assert_eq!(line(json!([{"type": "user", "user_id": "U1> <!channel"}])), r"U1> \<!channel");
}

#[test]
fn without_rich_text_the_text_is_read() {
    assert_eq!(comment("a &amp; <@U1|linus> *b*", &[], &[]), "a & <@U1> *b*");
    assert_eq!(comment("a", &[json!({"type": "section", "text": {"text": "b"}})], &[]), "a");
    assert_eq!(comment("", &[], &[]), "");
}

#[test]
fn files_are_named_behind_the_text() {
    let files = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(comment("see", &[], &files(&["a_b.png"])), "see\n\n(shared a file in Slack: a_b.png)");
    assert_eq!(comment("", &[], &files(&["a.png", ""])), "(shared 2 files in Slack: a.png, without a name)");
    assert_eq!(comment("", &[], &files(&["[a](b)\n*"])), r"(shared a file in Slack: [a\](b) \*)");
    let many: Vec<String> = (0..12).map(|n| format!("{n}.txt")).collect();
    assert!(comment("", &[], &many).ends_with("9.txt and 2 more)"));
    let long = comment(&"x".repeat(LIMIT + 1), &[], &files(&["report.pdf"]));
    assert!(
        long.ends_with("… (cut)\n\n(shared a file in Slack: report.pdf)") && long.chars().count() == LIMIT,
        "{long}"
    );
}

#[test]
fn too_long_a_message_is_cut_and_says_so() {
    assert_eq!(comment(&"é".repeat(LIMIT), &[], &[]), "é".repeat(LIMIT));
    let cut = comment(&"é".repeat(LIMIT + 1), &[], &[]);
    assert!(cut.ends_with("é… (cut)") && cut.chars().count() == LIMIT);
    let cut = line(json!([text(&"*".repeat(LIMIT))]));
    assert!(cut.ends_with(r"\*… (cut)") || cut.ends_with("*… (cut)"), "{}", &cut[cut.len() - 20..]);
}

/// Any JSON of some size.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        prop_oneof![any::<String>(), "[*_~`<>@#!\\\\\\[\\]()&; \n-]{0,12}"].prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        let key = prop::sample::select(vec![
            "type", "elements", "text", "style", "bold", "code", "italic", "url", "user_id", "indent", "offset",
            "border", "name", "unicode", "fallback",
        ]);
        let kind = prop::sample::select(vec![
            "rich_text",
            "rich_text_section",
            "rich_text_list",
            "rich_text_quote",
            "rich_text_preformatted",
            "text",
            "link",
            "user",
            "emoji",
            "ordered",
            "date",
        ]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            (prop::collection::vec((key, inner), 0..6), kind).prop_map(|(fields, kind)| {
                let mut fields: serde_json::Map<String, Value> =
                    fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
                fields.insert("type".to_owned(), kind.into());
                Value::from(fields)
            }),
        ]
    })
}

/// The text of Markdown that has nothing but escapes.
fn read(markdown: &str) -> String {
    let mut out = String::new();
    let mut chars = markdown.chars().peekable();
    while let Some(c) = chars.next() {
        match chars.peek() {
            Some(next) if c == '\\' && next.is_ascii_punctuation() => out.extend(chars.next()),
            _ => out.push(c),
        }
    }
    out
}

proptest! {
    #[test]
    fn whatever_comes_gives_a_comment_of_fitting_length(blocks in prop::collection::vec(any_json(), 0..4), text: String) {
        let body = comment(&text, &blocks, &["a\u{0}b".to_owned()]);
        prop_assert!(body.chars().count() <= LIMIT);
    }

    #[test]
    fn plain_text_stays_the_same_text(words in "[a-zA-Z0-9 *_~`<>@#!\\\\\\[\\]()&;.+=|:/-]{0,60}") {
        let markdown = line(json!([text(&words)]));
        prop_assert_eq!(read(&markdown), words.trim());
    }

    #[test]
    fn plain_text_never_looks_like_an_identifier(words in "[<>@#!UCS1a-z^|\\\\&;lgt ]{0,40}") {
        for markdown in [line(json!([text(&words)])), comment(&words.replace('<', "&lt;"), &[], &[])] {
            for (at, _) in markdown.match_indices('<') {
                let escapes = markdown[..at].chars().rev().take_while(|c| *c == '\\').count();
                let opens = markdown[at + 1..].starts_with(['@', '#', '!']);
                prop_assert!(!opens || escapes % 2 == 1, "{}", markdown);
            }
        }
    }
}
