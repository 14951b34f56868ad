//! What an AI said of an alert: given by whoever runs one, over the REST API, or by the function ai-triage.
//!
//! It is the model's text about attacker-influenced data, so nothing in it is trusted: it is shown as text. The first
//! one of an alert is shown in the threads; later ones are only in the history, as Panther does with follow-ups
//! (<https://docs.panther.com/alerts/alert-management/slack>).

use crate::fields::{FieldError, Fields};
use crate::{Activity, ActivityKind, input};
use serde::{Deserialize, Serialize};

/// The longest one, in characters over all sections.
pub const MAX_CHARS: usize = 40_000;
/// The most points in one section.
pub const MAX_POINTS: usize = 50;

/// An AI's triage of an alert. A section is a list of points; a single paragraph is one point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AiTriage {
    /// What happened, in short.
    pub summary: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub key_findings: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub security_implications: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recommended_actions: Vec<String>,
    /// Where all of it can be read: an http or https URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

impl AiTriage {
    /// Reads the body of `PUT /alerts/{id}/ai-triage`. Each section may be a text or a list of texts.
    ///
    /// # Errors
    /// Every broken rule.
    pub fn parse(body: &[u8]) -> Result<Self, Vec<FieldError>> {
        let mut fields = Fields::parse(body)?;
        let summary = fields.required_string("summary", MAX_CHARS).unwrap_or_default();
        let key_findings = points(&mut fields, "keyFindings");
        let security_implications = points(&mut fields, "securityImplications");
        let recommended_actions = points(&mut fields, "recommendedActions");
        let link = fields.string("link").filter(|link| !link.is_empty());
        if link.as_deref().is_some_and(|link| !input::is_web_url(link)) {
            fields.refuse("link", input::LINK_RULE);
        }
        let triage = Self { summary, key_findings, security_implications, recommended_actions, link };
        if triage.texts().map(|text| text.chars().count()).sum::<usize>() > MAX_CHARS {
            fields.refuse("", format!("must be at most {MAX_CHARS} characters in all"));
        }
        fields.finish_strict()?;
        Ok(triage)
    }

    /// Every text of it.
    fn texts(&self) -> impl Iterator<Item = &str> {
        let lists = [&self.key_findings, &self.security_implications, &self.recommended_actions];
        std::iter::once(self.summary.as_str()).chain(lists.into_iter().flatten().map(String::as_str))
    }
}

/// How many an alert keeps: its history is read whole, and a script may word its triage anew each time it runs.
pub const MOST: usize = 20;

/// Whether an alert with this history has as many as it keeps.
pub fn is_full(history: &[Activity]) -> bool {
    history.iter().filter(|activity| matches!(activity.kind, ActivityKind::AiTriaged { .. })).count() >= MOST
}

/// The latest AI triage in an alert's history.
pub fn latest(history: &[Activity]) -> Option<&AiTriage> {
    history.iter().rev().find_map(|activity| match &activity.kind {
        ActivityKind::AiTriaged { triage, .. } => Some(triage),
        _ => None,
    })
}

fn points(fields: &mut Fields, field: &str) -> Vec<String> {
    let points = fields.text_or_texts(field).unwrap_or_default();
    if points.len() > MAX_POINTS {
        fields.refuse(field, format!("must be at most {MAX_POINTS} texts"));
    }
    points.into_iter().filter(|point| !point.trim().is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn parse(body: serde_json::Value) -> Result<AiTriage, Vec<String>> {
        AiTriage::parse(body.to_string().as_bytes()).map_err(|errors| errors.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_section_is_a_text_or_a_list_of_texts() {
        let triage = parse(json!({
            "summary": "s", "keyFindings": "one", "recommendedActions": ["a", " ", "b"], "link": "https://x.example/1",
        }));
        let triage = triage.unwrap();
        assert_eq!(triage.key_findings, ["one"]);
        assert_eq!(triage.recommended_actions, ["a", "b"]);
        assert_eq!(triage.security_implications, Vec::<String>::new());
    }

    #[test]
    fn every_broken_rule_is_named() {
        assert_eq!(parse(json!({})).unwrap_err(), ["summary: is required"]);
        let body = json!({"summary": "s", "keyFindings": [1], "link": "javascript:x", "severity": "LOW"});
        let errors = parse(body).unwrap_err();
        let fields: Vec<_> = errors.iter().map(|error| error.split(':').next().unwrap()).collect();
        assert_eq!(fields, ["keyFindings[0]", "link", "severity"]);
        let long = "x".repeat(MAX_CHARS / 2 + 1);
        let errors = parse(json!({"summary": long, "keyFindings": [long]})).unwrap_err();
        assert!(errors[0].contains("40000"), "{errors:?}");
        assert!(parse(json!({"summary": "s", "keyFindings": vec!["x"; 51]})).is_err());
    }
}
