//! Asking a model: nothing of it is there unless a model is named; then the bus hands new alerts of at least the
//! severity to its queue, and to nobody else.

use crate::template::{Complaints, Template, attribute_of, each, holds};
use alert::Severity;
use serde_json::{Value, json};

/// Whatever is called so is there only with a model, and so is what it points to.
fn nothing_is_there_without_a_model(template: &Template) -> Complaints {
    let mut complaints = Complaints::new();
    let asks = json!({"Fn::Not": [{"Fn::Equals": [{"Ref": "AiTriageModelId"}, ""]}]});
    if template.section("Conditions")["AsksModel"] != asks {
        complaints.push("AsksModel does not mean that a model is named".to_owned());
    }
    if template.section("Parameters")["AiTriageModelId"]["Default"] != "" {
        complaints.push("a model is asked by default".to_owned());
    }
    let resources = template.section("Resources").as_object().into_iter().flatten();
    let outputs = template.section("Outputs").as_object().into_iter().flatten();
    for (id, part) in resources.chain(outputs) {
        if id.starts_with("AiTriage") != (part["Condition"] == "AsksModel") {
            complaints.push(format!("{id}: Condition is {}", part["Condition"]));
        }
    }
    complaints
}

/// The rule's severities are those at or above the parameter, and the function's threshold is the same.
fn alerts_below_the_severity_are_not_asked_about(template: &Template) -> Complaints {
    let mut complaints = Complaints::new();
    for severity in Severity::ALL {
        let mut listed = each(&template.section("Mappings")["Severities"][severity.as_str()]["AndAbove"]);
        listed.sort_unstable_by_key(|one| one.as_str());
        let mut above: Vec<&str> =
            Severity::ALL.iter().filter(|one| **one >= severity).map(|one| one.as_str()).collect();
        above.sort_unstable();
        if listed != above {
            complaints.push(format!("at or above {severity:?} are {listed:?}"));
        }
    }
    let rule = &template.resource("AiTriageRule")["Properties"];
    let wanted = json!({
        "source": ["margay"], "detail-type": ["alert.created"],
        "detail": {"severity": {"Fn::FindInMap": ["Severities", {"Ref": "AiTriageSeverity"}, "AndAbove"]}},
    });
    if rule["EventPattern"] != wanted || rule["EventBusName"] != json!({"Ref": "EventBus"}) {
        complaints.push(format!("the rule takes {}", rule["EventPattern"]));
    }
    let names: Vec<Value> = Severity::ALL.iter().map(|one| one.as_str().into()).collect();
    let allowed = each(&template.section("Parameters")["AiTriageSeverity"]["AllowedValues"]);
    if !names.iter().all(|name| allowed.contains(&name)) || allowed.len() != names.len() {
        complaints.push("AiTriageSeverity takes other severities than there are".to_owned());
    }
    let told = &template.resource("AiTriageFunction")["Properties"]["Environment"]["Variables"]["AI_TRIAGE_SEVERITY"];
    if *told != json!({"Ref": "AiTriageSeverity"}) {
        complaints.push("the function does not learn the severity".to_owned());
    }
    complaints
}

/// The rule leads to the queue; what cannot be put there goes to the dead-letter queue. The rule alone may send to both.
fn events_are_not_lost_and_come_from_the_rule_only(template: &Template) -> Complaints {
    let mut complaints = Complaints::new();
    let targets = each(&template.resource("AiTriageRule")["Properties"]["Targets"]);
    let [target] = targets.as_slice() else { return vec!["the rule needs one target".to_owned()] };
    if attribute_of(&target["Arn"], "Arn") != Some("AiTriageQueue")
        || attribute_of(&target["DeadLetterConfig"]["Arn"], "Arn") != Some("AiTriageDeadLetterQueue")
    {
        complaints.push("the rule does not lead to the queue and its dead letters".to_owned());
    }
    let policies: Vec<_> = template.resources("AWS::SQS::QueuePolicy").collect();
    let [(id, policy)] = policies.as_slice() else { return vec!["one queue policy is needed".to_owned()] };
    let queue = |id: &str| json!({"Fn::GetAtt": [id, "Arn"]});
    let statement = json!([{
        "Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage",
        "Resource": [queue("AiTriageQueue"), queue("AiTriageDeadLetterQueue")],
        "Condition": {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": ["AiTriageRule", "Arn"]}}},
    }]);
    let queues = json!([{"Ref": "AiTriageQueue"}, {"Ref": "AiTriageDeadLetterQueue"}]);
    let policy = &policy["Properties"];
    if policy["PolicyDocument"]["Statement"] != statement || policy["Queues"] != queues {
        complaints.push(format!("{id} lets others in, or the rule out"));
    }
    complaints
}

/// The model's time is over before the function's, and what it refuses for good rings.
fn the_function_outlives_the_model_and_refusals_ring(template: &Template) -> Complaints {
    let mut complaints = Complaints::new();
    let timeout = template.resource("AiTriageFunction")["Properties"]["Timeout"].as_u64().unwrap_or_default();
    if timeout < ai_triage::MODEL_TIME.as_secs() + 10 {
        complaints.push("the function may end before the model's time is over".to_owned());
    }
    let filter = &template.resource("AiTriageRefusedMetric")["Properties"];
    let transformation = &filter["MetricTransformations"][0];
    let alarm = &template.resource("AiTriageRefusedAlarm")["Properties"];
    let line = format!("{{ $.fields.message = \"{}\" }}", ai_triage::NOT_TRIAGED);
    let kept = filter["FilterPattern"] == line
        && filter["LogGroupName"] == json!({"Ref": "AiTriageLogGroup"})
        && alarm["MetricName"].is_string()
        && alarm["MetricName"] == transformation["MetricName"]
        && alarm["Namespace"] == transformation["MetricNamespace"];
    if !kept {
        complaints.push("nobody is told of what is refused for good".to_owned());
    }
    let tokens = &template.section("Parameters")["AiTriageMaxTokens"];
    if tokens["Type"] != "Number" || tokens["Default"] != 2000 || tokens["MinValue"].as_i64().is_none_or(|min| min < 1)
    {
        complaints.push("AiTriageMaxTokens is no number that is 2000 by default".to_owned());
    }
    complaints
}

#[test]
fn nothing_of_it_is_there_unless_a_model_is_named() {
    holds(
        nothing_is_there_without_a_model,
        &[
            ("AiTriageFunction/Condition", None),
            ("AiTriageQueuePolicy/Condition", Some(json!("HasAlarmTopic"))),
            ("SyncFanoutFunction/Condition", Some(json!("AsksModel"))),
            ("../Outputs/AiTriageDeadLetterQueueUrl/Condition", None),
            ("../Parameters/AiTriageModelId/Default", Some(json!("a.model"))),
            ("../Conditions/AsksModel", Some(json!(true))),
        ],
    );
}

#[test]
fn the_bus_hands_over_alerts_of_at_least_the_severity() {
    let pattern = "AiTriageRule/Properties/EventPattern";
    holds(
        alerts_below_the_severity_are_not_asked_about,
        &[
            ("../Mappings/Severities/HIGH/AndAbove", Some(json!(["HIGH"]))),
            ("../Mappings/Severities/CRITICAL/AndAbove", Some(json!(["CRITICAL", "HIGH"]))),
            (&format!("{pattern}/detail"), None),
            (&format!("{pattern}/detail-type"), Some(json!(["alert.ai_triaged"]))),
            ("AiTriageFunction/Properties/Environment/Variables/AI_TRIAGE_SEVERITY", Some(json!("INFO"))),
        ],
    );
}

#[test]
fn an_event_is_not_lost_on_its_way_and_nobody_else_can_send_one() {
    holds(
        events_are_not_lost_and_come_from_the_rule_only,
        &[
            ("AiTriageRule/Properties/Targets/0/DeadLetterConfig", None),
            ("AiTriageRule/Properties/Targets/0/Arn", Some(json!({"Fn::GetAtt": ["ChangesQueue", "Arn"]}))),
            ("AiTriageQueuePolicy/Properties/PolicyDocument/Statement/0/Condition", None),
            ("AiTriageQueuePolicy/Properties/PolicyDocument/Statement/0/Principal", Some(json!("*"))),
            ("AiTriageQueuePolicy", None),
        ],
    );
}

#[test]
fn the_model_has_less_time_than_the_function_and_what_it_refuses_rings() {
    holds(
        the_function_outlives_the_model_and_refusals_ring,
        &[
            ("AiTriageFunction/Properties/Timeout", Some(json!(50))),
            ("AiTriageRefusedMetric/Properties/FilterPattern", Some(json!("ERROR"))),
            ("AiTriageRefusedAlarm", None),
            ("../Parameters/AiTriageMaxTokens/Default", Some(json!(0))),
        ],
    );
}
