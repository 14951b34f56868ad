//! The tool with which the model answers, and the rules that its answer is held to. Nothing is repaired: what breaks a
//! rule is no answer.

use alert::AiTriage;
use serde_json::{Value, json};

/// The tool's name.
pub(crate) const TOOL: &str = "submit_triage";

/// The four sections; the model has to give each, if need be an empty list.
const SECTIONS: [&str; 4] = ["summary", "keyFindings", "securityImplications", "recommendedActions"];

/// Why an answer is none. It holds no word of the model's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    #[error("it did not use the tool, once")]
    NoTool,
    #[error("it was cut off at the greatest number of tokens")]
    CutOff,
    #[error("a section is missing, or there is another one")]
    Sections,
    #[error("a section is not what it must be")]
    Rules,
}

/// What is asked for, in characters and points: with a token for about four characters all of it fits into the fewest
/// tokens that the template allows.
const MOST_SUMMARY: usize = 600;
const MOST_POINT: usize = 250;
const MOST_POINTS: usize = 4;

/// What the tool takes, as JSON Schema.
pub(crate) fn schema() -> Value {
    let points = |what: &str| {
        let point = json!({"type": "string", "minLength": 1, "maxLength": MOST_POINT});
        json!({"type": "array", "description": what, "items": point, "maxItems": MOST_POINTS})
    };
    json!({
        "type": "object",
        "properties": {
            "summary": {
                "type": "string", "minLength": 1, "maxLength": MOST_SUMMARY,
                "description": "What happened, in one to three sentences.",
            },
            "keyFindings": points("Patterns, behaviours and anomalies in the data, each with the values it rests on."),
            "securityImplications": points("What the risk is, how likely, and what it could lead to."),
            "recommendedActions": points("What people should check or do next, the most urgent first."),
        },
        "required": SECTIONS,
        "additionalProperties": false,
    })
}

/// The triage that the tool was used with.
///
/// # Errors
/// [`Malformed`] says which rule it breaks.
pub(crate) fn read(input: &Value) -> Result<AiTriage, Malformed> {
    let sections = input.as_object().ok_or(Malformed::Sections)?;
    // No `link` either: where the whole can be read is not the model's to say.
    if sections.len() != SECTIONS.len() || !SECTIONS.iter().all(|section| sections.contains_key(*section)) {
        return Err(Malformed::Sections);
    }
    AiTriage::parse(input.to_string().as_bytes()).map_err(|_| Malformed::Rules)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn good() -> Value {
        json!({"summary": "s", "keyFindings": ["a", "b"], "securityImplications": [], "recommendedActions": ["c"]})
    }

    #[test]
    fn four_sections_are_an_answer_and_empty_ones_are_allowed() {
        let triage = read(&good()).unwrap();
        assert_eq!((triage.summary.as_str(), triage.key_findings.len()), ("s", 2));
        assert_eq!(triage.link, None);
    }

    #[test]
    fn what_breaks_a_rule_is_no_answer_and_is_not_repaired() {
        let with = |key: &str, value: Value| {
            let mut answer = good();
            answer[key] = value;
            answer
        };
        let mut missing = good();
        missing.as_object_mut().unwrap().remove("securityImplications");
        for (answer, why) in [
            (missing, Malformed::Sections),
            (with("link", json!("https://evil.example")), Malformed::Sections),
            (with("verdict", json!("benign")), Malformed::Sections),
            (json!("just text"), Malformed::Sections),
            (json!([]), Malformed::Sections),
            (with("summary", json!(" ")), Malformed::Rules),
            (with("summary", json!(null)), Malformed::Rules),
            (with("keyFindings", json!([{"text": "x"}])), Malformed::Rules),
            (with("keyFindings", json!(7)), Malformed::Rules),
            (with("recommendedActions", json!(vec!["x"; 51])), Malformed::Rules),
            (with("summary", json!("x".repeat(40_001))), Malformed::Rules),
        ] {
            assert_eq!(read(&answer).unwrap_err(), why, "{answer}");
        }
    }
}
