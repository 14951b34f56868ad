//! What a fuzzer's bytes stand for: themselves, or one of Slack's own payloads (or one of our own texts) with some
//! changes. Most bytes are no JSON, so without the payloads nearly nothing would get past its first brace.

use serde_json::{Value, json};
use std::path::Path;
use std::sync::OnceLock;

/// An input to parse.
pub(crate) enum Input<'a> {
    Raw(&'a [u8]),
    /// The seed of this number, and what is done to it: five bytes for each change.
    Changed(u16, &'a [u8]),
}

/// Changes of one input; more would leave nothing of the seed.
const CHANGES: usize = 8;

/// Texts that we give Slack and get back.
const OURS: [&str; 5] = [
    "alert:12:b90c19e66e160e194a5b3b94ec27fb7c",
    "boomerang-answer:0f1e2d3c:b90c19e66e160e194a5b3b94ec27fb7c",
    "boomerang-cancel:0f1e2d3c:b90c19e66e160e194a5b3b94ec27fb7c",
    r#"{"alert_id":"a1","seen_seq":3,"channel":"C1","message_ts":"1.2","thread_ts":"1.1"}"#,
    "b90c19e66e160e194a5b3b94ec27fb7c/destination-1",
];

/// Slack's own payloads, as tests of others recorded them (fixtures/SOURCES.md).
pub(crate) fn seeds() -> &'static [String] {
    static SEEDS: OnceLock<Vec<String>> = OnceLock::new();
    SEEDS.get_or_init(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/bolt-python");
        let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        assert!(files.len() > 70, "{}", files.len());
        files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect()
    })
}

impl<'a> Input<'a> {
    /// The first byte says which, the next two which seed.
    pub(crate) fn of(bytes: &'a [u8]) -> Self {
        match bytes {
            [first, low, high, changes @ ..] if first % 4 != 0 => {
                Self::Changed(u16::from_le_bytes([*low, *high]), changes)
            }
            raw => Self::Raw(raw),
        }
    }

    /// As the body of a request.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Raw(bytes) => bytes.to_vec(),
            Self::Changed(seed, changes) => changed(pick(seeds(), *seed), changes),
        }
    }

    /// As a text that comes back to us.
    pub(crate) fn to_text(&self) -> String {
        let bytes = match self {
            Self::Raw(bytes) => bytes.to_vec(),
            Self::Changed(seed, changes) => changed(pick(&OURS, *seed), changes),
        };
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

fn pick<T: AsRef<str>>(all: &[T], n: u16) -> &str {
    all[usize::from(n) % all.len()].as_ref()
}

fn changed(seed: &str, changes: &[u8]) -> Vec<u8> {
    let mut json: Option<Value> = serde_json::from_str(seed).ok();
    let mut text = seed.as_bytes().to_vec();
    for change in changes.chunks_exact(5).take(CHANGES) {
        let [what, low, high, with, other] = change else { break };
        let at = usize::from(u16::from_le_bytes([*low, *high]));
        match &mut json {
            Some(value) if what % 3 != 0 => {
                let mut left = at % count(value).max(1);
                replace(value, &mut left, &odd(*with, *other));
                text = value.to_string().into_bytes();
            }
            _ => {
                json = None;
                spoil(&mut text, at, *with, *other);
            }
        }
    }
    text
}

/// How many values there are in a value, itself too.
fn count(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(count).sum::<usize>(),
        Value::Object(map) => 1 + map.values().map(count).sum::<usize>(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 1,
    }
}

/// Puts `with` in the place of the value number `left`.
fn replace(value: &mut Value, left: &mut usize, with: &Value) -> bool {
    if *left == 0 {
        *value = with.clone();
        return true;
    }
    *left -= 1;
    match value {
        Value::Array(items) => items.iter_mut().any(|item| replace(item, left, with)),
        Value::Object(map) => map.values_mut().any(|item| replace(item, left, with)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// A value that nobody expects where it stands.
fn odd(which: u8, how: u8) -> Value {
    let many = usize::from(how);
    match which % 20 {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(i64::MIN),
        3 => json!(u64::MAX),
        4 => json!(1e308),
        5 => json!(-1),
        6 => json!(""),
        7 => json!(" \n\t"),
        8 => json!("é🔴\u{202e}\u{0}".repeat(many + 1)),
        9 => json!("<!channel> <@U1|x> <https://e.example|*_~`> &lt;".repeat(many + 1)),
        10 => json!([]),
        11 => json!({}),
        12 => (0..many % 100).fold(json!("deep"), |inner, _| json!([inner])),
        13 => (0..many % 100).fold(json!("deep"), |inner, _| json!({"elements": [inner], "type": "rich_text"})),
        14 => json!(OURS[many % OURS.len()]),
        15 => json!("1795250000.000100"),
        16 => json!("99999999999999999999.999999"),
        17 => json!("message_changed"),
        18 => json!("app_home_opened"),
        _ => json!("a".repeat(many * 40)),
    }
}

/// Changes bytes, so that it is perhaps no JSON any more, and perhaps not even text.
fn spoil(text: &mut Vec<u8>, at: usize, with: u8, how: u8) {
    let at = at % (text.len() + 1);
    match how % 4 {
        0 => text.truncate(at),
        1 => text.insert(at, with),
        2 if at < text.len() => text[at] = with,
        _ => {
            let end = (at + usize::from(with)).min(text.len());
            text.drain(at..end);
        }
    }
}
