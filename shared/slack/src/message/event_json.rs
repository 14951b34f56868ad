//! An event as the JSON that people read: whole, with what deceives the eye visible.

use serde_json::{Map, Value};
use std::fmt::Write as _;
use std::io;

/// The longest indented form. A deeply nested event can grow a hundredfold by its indentation; one that does is written
/// without any.
const INDENTED: usize = 512 * 1024;

/// `event` as JSON, indented unless that makes it huge. Characters that make text look like something else are written
/// as JSON writes them, `\u202e`: it is the same JSON, and nobody is deceived.
pub(crate) fn event_json(event: &Map<String, Value>) -> String {
    let mut indented = Bounded(Vec::new());
    let json = match serde_json::to_writer_pretty(&mut indented, event) {
        Ok(()) => String::from_utf8(indented.0).ok(),
        Err(_) => None,
    };
    let json = json.unwrap_or_else(|| Value::Object(event.clone()).to_string());
    let mut plain = String::with_capacity(json.len());
    for c in json.chars() {
        if deceives(c) {
            // Such characters stand in JSON's strings only.
            write!(plain, "\\u{:04x}", u32::from(c)).expect("a string takes everything");
        } else {
            plain.push(c);
        }
    }
    plain
}

/// Bidirectional controls, line ends that are none to every program, and controls that JSON may hold as they are
/// (<https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing>).
fn deceives(c: char) -> bool {
    let bidirectional =
        matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    bidirectional || matches!(c, '\u{2028}' | '\u{2029}') || (c.is_control() && c != '\n')
}

/// Takes [`INDENTED`] bytes and then no more.
struct Bounded(Vec<u8>);

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > INDENTED {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn written(event: &Value) -> String {
        event_json(event.as_object().unwrap())
    }

    #[test]
    fn what_deceives_is_written_out() {
        let event = json!({"exe\u{202e}fdp": "a\u{2066}\u{7f}\u{0}\nb\u{2028}"});
        assert_eq!(written(&event), "{\n  \"exe\\u202efdp\": \"a\\u2066\\u007f\\u0000\\nb\\u2028\"\n}");
    }

    #[test]
    fn an_event_that_indentation_would_blow_up_is_written_without() {
        let deep = (0..100).fold(json!(vec![1; 20_000]), |inner, _| json!([inner]));
        let json = written(&json!({"deep": deep}));
        assert!(json.len() < 50_000 && !json.contains('\n'));
    }

    proptest! {
        #[test]
        fn it_is_the_same_event_still(key in any::<String>(), text in any::<String>()) {
            let event = json!({key: text, "list": [1, null, {"a": text}]});
            prop_assert_eq!(serde_json::from_str::<Value>(&written(&event)).unwrap(), event);
        }
    }
}
