//! Every variable that a function reads is set for it, and none is set that it does not read.

use crate::template::{Complaints, Template, holds};
use serde_json::json;
use std::collections::BTreeSet;

/// What each function's code says that it reads.
const READ: [(&str, &[&str]); 6] = [
    ("SlackInteractionsFunction", slack_interactions::ENVIRONMENT),
    ("AlertsApiFunction", alerts_api::ENVIRONMENT),
    ("AlertDispatchFunction", alert_dispatch::ENVIRONMENT),
    ("SyncFanoutFunction", sync_fanout::ENVIRONMENT),
    ("AiTriageFunction", ai_triage::ENVIRONMENT),
    ("LogPollerFunction", log_poller::ENVIRONMENT),
];

fn variables_are_those_the_code_reads(template: &Template) -> Complaints {
    let mut complaints = Complaints::new();
    let names = |variables: &serde_json::Value| -> BTreeSet<String> {
        variables.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
    };
    let of_all = names(&template.section("Globals")["Function"]["Environment"]["Variables"]);
    for (id, read) in READ {
        let read: BTreeSet<String> = read.iter().map(|name| (*name).to_owned()).collect();
        let mut set = names(&template.resource(id)["Properties"]["Environment"]["Variables"]);
        set.extend(of_all.iter().cloned());
        complaints.extend(read.difference(&set).map(|name| format!("{id} reads {name}, which is not set")));
        complaints.extend(set.difference(&read).map(|name| format!("{id} does not read {name}, which is set")));
    }
    for (id, _) in template.functions() {
        if !READ.iter().any(|(known, _)| *known == id) {
            complaints.push(format!("nobody knows what {id} reads"));
        }
    }
    complaints
}

#[test]
fn a_functions_variables_are_those_its_code_reads() {
    let variables = "SyncFanoutFunction/Properties/Environment/Variables";
    holds(
        variables_are_those_the_code_reads,
        &[
            (&format!("{variables}/EVENT_BUS_NAME"), None),
            (&format!("{variables}/NOBODY_READS_THIS"), Some(json!("1"))),
            ("../Globals/Function/Environment/Variables/TABLE_NAME", None),
            ("MoreFunction", Some(json!({"Type": "AWS::Serverless::Function", "Properties": {}}))),
        ],
    );
}
