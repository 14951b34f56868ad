//! What people type, and what Slack's composer makes of it.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::world::{CHANNEL, Rig, USER, world};

/// Types, and gives the message's text and the elements of its one block.
fn typed(rig: &Rig, text: &str) -> (String, Value) {
    rig.sim.post_as(USER, CHANNEL, text, None).unwrap();
    let message = rig.sim.messages(CHANNEL).unwrap().pop().unwrap();
    assert_eq!((message.blocks.len(), &message.blocks[0]["type"]), (1, &json!("rich_text")));
    assert_eq!(message.blocks[0]["block_id"].as_str().unwrap().len(), 5);
    (message.text, message.blocks[0]["elements"].clone())
}

fn text(text: &str) -> Value {
    json!({"type": "text", "text": text})
}

fn styled(text: &str, styles: &[&str]) -> Value {
    let mut leaf = self::text(text);
    for style in styles {
        leaf["style"][*style] = json!(true);
    }
    leaf
}

fn section(leaves: Vec<Value>) -> Value {
    json!({"type": "rich_text_section", "elements": leaves})
}

fn quote(leaves: Vec<Value>) -> Value {
    json!({"type": "rich_text_quote", "elements": leaves})
}

fn list(style: &str, items: Vec<Vec<Value>>) -> Value {
    let items: Vec<Value> = items.into_iter().map(section).collect();
    json!({"type": "rich_text_list", "style": style, "indent": 0, "border": 0, "elements": items})
}

fn code(code: &str) -> Value {
    json!({"type": "rich_text_preformatted", "elements": [text(code)], "border": 0})
}

fn link(url: &str) -> Value {
    json!({"type": "link", "url": url})
}

fn user(id: &str) -> Value {
    json!({"type": "user", "user_id": id})
}

fn emoji(name: &str) -> Value {
    json!({"type": "emoji", "name": name})
}

#[tokio::test]
async fn marks_count_at_the_borders_of_words_and_only_in_pairs() {
    let rig = Rig::new();
    for (given, leaves) in [
        ("*bold*", vec![styled("bold", &["bold"])]),
        ("a _b c_ d", vec![text("a "), styled("b c", &["italic"]), text(" d")]),
        ("(~gone~)", vec![text("("), styled("gone", &["strike"]), text(")")]),
        ("run `a*b*c`!", vec![text("run "), styled("a*b*c", &["code"]), text("!")]),
        ("_*both*_", vec![styled("both", &["bold", "italic"])]),
        ("*a _b_*", vec![styled("a ", &["bold"]), styled("b", &["bold", "italic"])]),
        ("*one* *two*", vec![styled("one", &["bold"]), text(" "), styled("two", &["bold"])]),
        ("snake_case_name and 2*3*4", vec![text("snake_case_name and 2*3*4")]),
        ("*open", vec![text("*open")]),
        ("open* *", vec![text("open* *")]),
        ("* spaced * _ here _", vec![text("* spaced * _ here _")]),
        ("** `` ~~ __", vec![text("** `` ~~ __")]),
        ("*a\nb*", vec![text("*a\nb*")]),
        ("*not*this", vec![text("*not*this")]),
    ] {
        assert_eq!(typed(&rig, given), (given.to_owned(), json!([section(leaves)])), "{given}");
    }
}

#[tokio::test]
async fn lines_make_quotes_lists_and_code() {
    let rig = Rig::new();
    for (given, expected, elements) in [
        ("> said\n> *twice*", "&gt; said\n&gt; *twice*", vec![quote(vec![text("said\n"), styled("twice", &["bold"])])]),
        ("- a\n• b", "• a\n• b", vec![list("bullet", vec![vec![text("a")], vec![text("b")]])]),
        ("1. a\n2. b", "1. a\n2. b", vec![list("ordered", vec![vec![text("a")], vec![text("b")]])]),
        (
            "first\n- a\nlast",
            "first\n• a\nlast",
            vec![section(vec![text("first\n")]), list("bullet", vec![vec![text("a")]]), section(vec![text("last")])],
        ),
        (
            "see\n```\nif a < b {\n- x\n```\nend",
            "see\n```if a &lt; b {\n- x```\nend",
            vec![section(vec![text("see\n")]), code("if a < b {\n- x"), section(vec![text("end")])],
        ),
        ("```a``` - b", "```a``` - b", vec![code("a"), section(vec![text(" - b")])]),
        ("```a```\n\n> b", "```a```\n\n&gt; b", vec![code("a"), section(vec![text("\n")]), quote(vec![text("b")])]),
        ("```open *x*", "```open *x*", vec![section(vec![text("```open "), styled("x", &["bold"])])]),
        ("```\n```", "```\n```", vec![section(vec![text("```\n```")])]),
        ("2026. a year", "2026. a year", vec![section(vec![text("2026. a year")])]),
        ("1. a\n3. b", "1. a\n3. b", vec![list("ordered", vec![vec![text("a")]]), section(vec![text("3. b")])]),
        ("- \n> ", "- \n&gt; ", vec![section(vec![text("- \n> ")])]),
        ("a\r\nb", "a\nb", vec![section(vec![text("a\nb")])]),
    ] {
        assert_eq!(typed(&rig, given), (expected.to_owned(), json!(elements)), "{given}");
    }
}

#[tokio::test]
async fn people_channels_everyone_links_and_emoji_become_what_they_mean() {
    let mut world = world();
    world["users"][1]["display_name"] = json!("Margo the Great");
    world["app"]["bot_name"] = json!("Margay");
    let rig = Rig::of(world);
    let margo = "U0MARGO0001";
    let channel = |id: &str| json!({"type": "channel", "channel_id": id});
    let range = |range: &str| json!({"type": "broadcast", "range": range});
    for (given, expected, leaves) in [
        ("@linus, see", format!("<@{USER}>, see"), vec![user(USER), text(", see")]),
        ("hi @Linus Doe!", format!("hi <@{USER}>!"), vec![text("hi "), user(USER), text("!")]),
        ("@margo the great.", format!("<@{margo}>."), vec![user(margo), text(".")]),
        ("@margo then", format!("<@{margo}> then"), vec![user(margo), text(" then")]),
        ("@MARGAY", "<@U0TESTBOT1>".into(), vec![user("U0TESTBOT1")]),
        ("@linuses @nobody @linus.x", "@linuses @nobody @linus.x".into(), vec![text("@linuses @nobody @linus.x")]),
        ("@gone a@linus", "@gone a@linus".into(), vec![text("@gone a@linus")]),
        ("@here @channel", "<!here> <!channel>".into(), vec![range("here"), text(" "), range("channel")]),
        ("@everyone", "<!everyone>".into(), vec![range("everyone")]),
        (
            "#general #secret",
            format!("<#{CHANNEL}|general> <#C0PRIVATE01|secret>"),
            vec![channel(CHANNEL), text(" "), channel("C0PRIVATE01")],
        ),
        ("#generals #1", "#generals #1".into(), vec![text("#generals #1")]),
        (
            "https://x.example/a_b_?c=1&d=<2>, ok",
            "<https://x.example/a_b_?c=1&amp;d=>&lt;2&gt;, ok".into(),
            vec![link("https://x.example/a_b_?c=1&d="), text("<2>, ok")],
        ),
        (
            "(http://x.example/).",
            "(<http://x.example/>).".into(),
            vec![text("("), link("http://x.example/"), text(").")],
        ),
        ("https:// http", "https:// http".into(), vec![text("https:// http")]),
        (
            ":tada: :+1::skin-tone-3:",
            ":tada: :+1::skin-tone-3:".into(),
            vec![emoji("tada"), text(" "), json!({"type": "emoji", "name": "+1", "skin_tone": 3})],
        ),
        ("at 10:30:45 a::b", "at 10:30:45 a::b".into(), vec![text("at 10:30:45 a::b")]),
        ("*@linus*", format!("*<@{USER}>*"), vec![json!({"type": "user", "user_id": USER, "style": {"bold": true}})]),
        (
            "<@U0LINUS0001> &amp; <!here>",
            "&lt;@U0LINUS0001&gt; &amp;amp; &lt;!here&gt;".into(),
            vec![text("<@U0LINUS0001> &amp; <!here>")],
        ),
    ] {
        assert_eq!(typed(&rig, given), (expected, json!([section(leaves)])), "{given}");
    }
}

#[tokio::test]
async fn a_private_channel_is_only_named_by_its_members() {
    let rig = Rig::new();
    rig.sim.post_as("U0GUEST0001", CHANNEL, "#secret", None).unwrap();
    assert_eq!(rig.sim.messages(CHANNEL).unwrap()[0].text, "#secret");
}

#[tokio::test]
async fn a_message_has_something_in_it_and_twelve_thousand_characters_at_most() {
    let rig = Rig::new();
    for refused in ["", " \n\t", &"é".repeat(12_001)] {
        assert_eq!(rig.sim.post_as(USER, CHANNEL, refused, None).unwrap_err().status, 422);
    }
    let (text, _) = typed(&rig, &"é".repeat(12_000));
    assert_eq!(text.chars().count(), 12_000);
}

#[tokio::test]
async fn an_edit_is_read_as_typing_is() {
    let rig = Rig::new();
    let ts = rig.sim.post_as(USER, CHANNEL, "first", None).unwrap();
    rig.sim.edit_as(USER, CHANNEL, &ts, "*then* <3").unwrap();
    let message = rig.sim.messages(CHANNEL).unwrap().pop().unwrap();
    assert_eq!(message.text, "*then* &lt;3");
    assert_eq!(message.blocks[0]["elements"], json!([section(vec![styled("then", &["bold"]), text(" <3")])]));
    assert!(rig.sim.edit_as(USER, CHANNEL, &ts, " ").is_err());
}

/// mrkdwn without the mentions and links that stand in angle brackets.
fn without_tokens(text: &str) -> String {
    let mut rest = text;
    let mut out = String::new();
    while let Some(at) = rest.find('<') {
        let end = rest[at..].find('>').unwrap_or_else(|| panic!("unclosed in {text:?}"));
        let token = &rest[at + 1..at + end];
        assert!(["@U", "#C", "!", "http"].iter().any(|start| token.starts_with(start)), "{token:?} in {text:?}");
        out.push_str(&rest[..at]);
        rest = &rest[at + end + 1..];
    }
    out + rest
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

fn config() -> Config {
    Config { cases: 400, failure_persistence: None, ..Config::default() }
}

#[tokio::test]
async fn text_without_marks_comes_through_as_it_is() {
    let rig = Rig::new();
    let plain = "[a-zäß語A-Z0-9.,;!?&<>()/ ]{0,40}[a-z&<>]";
    TestRunner::new(config())
        .run(&vec(plain, 1..4), |lines| {
            let given = format!("x{}", lines.join("\nx"));
            let (text, elements) = typed(&rig, &given);
            prop_assert_eq!(&elements, &json!([section(vec![self::text(&given)])]));
            prop_assert!(!text.contains(['<', '>']));
            prop_assert_eq!(unescaped(&text), given);
            Ok(())
        })
        .unwrap();
}

#[tokio::test]
async fn whatever_is_typed_loses_no_word_escapes_all_brackets_and_is_a_block_that_slack_takes() {
    let rig = Rig::new();
    let pieces = [
        "*",
        "_",
        "~",
        "`",
        "```",
        "\n",
        "\n> ",
        "\n- ",
        "\n1. ",
        "\n2. ",
        " ",
        " ",
        "word",
        "word",
        "語",
        "<",
        ">",
        "&",
        "@linus",
        "@here",
        "#general",
        ":tada:",
        ":",
        "https://x.example/a?b=c&d",
        "http://",
        "(",
        ")",
        ".",
        "|",
        "\\",
    ];
    let mut blocks = Vec::new();
    TestRunner::new(config())
        .run(&vec(proptest::sample::select(pieces.to_vec()), 1..24), |typed_pieces| {
            let given = format!("word{}", typed_pieces.concat());
            let ts = rig.sim.post_as(USER, CHANNEL, &given, None).unwrap();
            let (messages, _) = rig.sim.newest_messages(CHANNEL, 1).unwrap();
            prop_assert_eq!(&messages[0].ts, &ts);
            let count = |text: &str| text.matches("word").count();
            prop_assert_eq!(count(&messages[0].text), count(&given));
            prop_assert_eq!(count(&messages[0].blocks[0].to_string()), count(&given));
            let rest = without_tokens(&messages[0].text);
            prop_assert!(!rest.contains('>'), "{}", messages[0].text);
            let stray = rest.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "");
            prop_assert!(!stray.contains('&'), "{}", messages[0].text);
            Ok(())
        })
        .unwrap();
    for message in rig.sim.messages(CHANNEL).unwrap() {
        blocks.push(message.blocks);
    }
    // What people type is what an app may post, too.
    for given in blocks {
        let answer = rig.call("chat.postMessage", json!({"channel": CHANNEL, "text": "t", "blocks": given})).await;
        assert_eq!(answer["ok"], true, "{answer} for {}", json!(given));
    }
}
