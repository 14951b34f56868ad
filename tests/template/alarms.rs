//! Somebody is told: each dead-letter queue, each queue's age, each function's errors and throttles, sync lag, and logs
//! that cannot be stored.

use crate::template::{Complaints, Template, attribute_of, holds};
use serde_json::{Value, json};

/// There is an alarm for each thing that can go wrong.
fn everything_is_watched(template: &Template) -> Complaints {
    let mut wanted: Vec<(String, &str, &str, &str)> = vec![("HttpApi".to_owned(), "ApiId", "AWS/ApiGateway", "5xx")];
    for (id, function) in template.functions() {
        wanted.push((id.to_owned(), "FunctionName", "AWS/Lambda", "Errors"));
        wanted.push((id.to_owned(), "FunctionName", "AWS/Lambda", "Throttles"));
        let events = function["Properties"]["Events"].as_object().into_iter().flatten();
        for (_, event) in events.filter(|(_, event)| event["Type"] == "SQS") {
            let queue = attribute_of(&event["Properties"]["Queue"], "Arn").unwrap_or_default();
            let redrive = &template.resource(queue)["Properties"]["RedrivePolicy"];
            let dead = attribute_of(&redrive["deadLetterTargetArn"], "Arn").unwrap_or_default();
            wanted.push((queue.to_owned(), "QueueName", "AWS/SQS", "ApproximateAgeOfOldestMessage"));
            wanted.push((dead.to_owned(), "QueueName", "AWS/SQS", "ApproximateNumberOfMessagesVisible"));
        }
    }
    let missing = wanted.iter().filter(|(id, dimension, namespace, metric)| {
        !alarms(template).any(|(_, alarm)| {
            let of = &alarm["Dimensions"][0];
            let named = of["Value"]["Ref"] == **id || attribute_of(&of["Value"], "QueueName") == Some(id);
            named && of["Name"] == **dimension && alarm["Namespace"] == **namespace && alarm["MetricName"] == **metric
        })
    });
    missing.map(|(id, _, _, metric)| format!("nobody is told of {metric} of {id}")).collect()
}

/// The sweep's log line becomes a metric, and the metric an alarm.
fn sync_lag_is_watched(template: &Template) -> Complaints {
    let filter = &template.resource("SyncLagMetric")["Properties"];
    let transformation = &filter["MetricTransformations"][0];
    let alarm = &template.resource("SyncLagAlarm")["Properties"];
    let wanted = [
        ("reads sync-fanout's log", filter["LogGroupName"] == json!({"Ref": "SyncFanoutLogGroup"})),
        ("picks the sweep's line", filter["FilterPattern"] == "{ $.fields.message = \"swept\" }"),
        ("takes the lag in seconds", transformation["MetricValue"] == "$.fields.lagging_oldest_s"),
        (
            "has the stack's namespace",
            transformation["MetricNamespace"] == json!({"Fn::Sub": "Margay/${AWS::StackName}"}),
        ),
        ("feeds the alarm", alarm["MetricName"].is_string() && alarm["MetricName"] == transformation["MetricName"]),
        ("is where the alarm looks", alarm["Namespace"] == transformation["MetricNamespace"]),
    ];
    wanted.iter().filter(|(_, kept)| !kept).map(|(what, _)| format!("the metric of sync lag {what}: not so")).collect()
}

/// log-poller's line of a source that it could not store for becomes a metric, and the metric an alarm.
fn logs_that_are_not_stored_are_watched(template: &Template) -> Complaints {
    let filter = &template.resource("LogsNotStoredMetric")["Properties"];
    let transformation = &filter["MetricTransformations"][0];
    let alarm = &template.resource("LogsNotStoredAlarm")["Properties"];
    let line = "{ $.fields.message = \"polled\" && $.fields.outcome = \"not stored\" }";
    let wanted = [
        ("reads log-poller's log", filter["LogGroupName"] == json!({"Ref": "LogPollerLogGroup"})),
        ("picks the line of a source's run", filter["FilterPattern"] == line),
        ("counts the lines", transformation["MetricValue"] == "1" && alarm["Statistic"] == "Sum"),
        ("feeds the alarm", alarm["MetricName"].is_string() && alarm["MetricName"] == transformation["MetricName"]),
        ("is where the alarm looks", alarm["Namespace"] == transformation["MetricNamespace"]),
        // A lease of 70 s that is kept: three runs in five minutes.
        ("rings for every other minute", alarm["Period"] == 300 && alarm["Threshold"].as_i64().is_some_and(|n| n <= 2)),
    ];
    wanted.iter().filter(|(_, kept)| !kept).map(|(what, _)| format!("the metric of logs {what}: not so")).collect()
}

/// Each alarm explains itself, is silent while nothing happens, and goes where the parameter says.
fn alarms_reach_somebody(template: &Template) -> Complaints {
    let topic = json!({"Fn::If": ["HasAlarmTopic", [{"Ref": "AlarmTopicArn"}], {"Ref": "AWS::NoValue"}]});
    let mut complaints = Complaints::new();
    for (id, alarm) in alarms(template) {
        if alarm["AlarmActions"] != topic || alarm["OKActions"] != topic {
            complaints.push(format!("{id} does not go to the topic"));
        }
        if alarm["TreatMissingData"] != "notBreaching" {
            complaints.push(format!("{id} rings when nothing happens"));
        }
        if !alarm["AlarmDescription"].is_string() {
            complaints.push(format!("{id} does not say what it means"));
        }
    }
    complaints
}

/// infra/README.md says of each alarm what to do.
fn alarms_are_documented(template: &Template, readme: &str) -> Complaints {
    let unknown = alarms(template).filter(|(id, _)| !readme.contains(&format!("`{id}`")));
    unknown.map(|(id, _)| format!("infra/README.md does not mention {id}")).collect()
}

fn alarms(template: &Template) -> impl Iterator<Item = (&str, &Value)> {
    template.resources("AWS::CloudWatch::Alarm").map(|(id, alarm)| (id, &alarm["Properties"]))
}

#[test]
fn every_queue_and_every_function_has_its_alarms() {
    holds(
        everything_is_watched,
        &[
            ("AlertsDeadLetterAlarm", None),
            ("ChangesAgeAlarm", None),
            ("SlackInteractionsErrorsAlarm", None),
            ("SyncFanoutThrottlesAlarm/Properties/MetricName", Some(json!("Errors"))),
            (
                "ChangesDeadLetterAlarm/Properties/Dimensions/0/Value",
                Some(json!({"Fn::GetAtt": ["ChangesQueue", "QueueName"]})),
            ),
            ("AlertsApiErrorsAlarm/Properties/Dimensions/0/Value", Some(json!({"Ref": "SyncFanoutFunction"}))),
        ],
    );
}

#[test]
fn a_copy_that_lags_behind_rings() {
    holds(
        sync_lag_is_watched,
        &[
            ("SyncLagAlarm", None),
            ("SyncLagMetric/Properties/FilterPattern", Some(json!("swept"))),
            ("SyncLagMetric/Properties/LogGroupName", Some(json!({"Ref": "AlertsApiLogGroup"}))),
            ("SyncLagAlarm/Properties/Namespace", Some(json!("Margay"))),
        ],
    );
}

#[test]
fn logs_that_cannot_be_stored_ring() {
    holds(
        logs_that_are_not_stored_are_watched,
        &[
            ("LogsNotStoredAlarm", None),
            ("LogsNotStoredMetric/Properties/FilterPattern", Some(json!("{ $.fields.outcome = \"no secret\" }"))),
            ("LogsNotStoredMetric/Properties/LogGroupName", Some(json!({"Ref": "AlertsApiLogGroup"}))),
            ("LogsNotStoredAlarm/Properties/Namespace", Some(json!("Margay"))),
            ("LogsNotStoredAlarm/Properties/Threshold", Some(json!(4))),
        ],
    );
}

#[test]
fn every_alarm_goes_to_the_topic_if_there_is_one() {
    holds(
        alarms_reach_somebody,
        &[
            ("SyncLagAlarm/Properties/AlarmActions", None),
            ("AlertsAgeAlarm/Properties/OKActions", Some(json!([]))),
            ("AlertsAgeAlarm/Properties/TreatMissingData", None),
            ("AlertsAgeAlarm/Properties/AlarmDescription", None),
        ],
    );
}

#[test]
fn every_alarm_is_explained_to_whoever_it_wakes() {
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/../infra/README.md");
    let readme = std::fs::read_to_string(readme).expect("infra/README.md is there");
    holds(
        |template| alarms_are_documented(template, &readme),
        &[("NewAlarm", Some(json!({"Type": "AWS::CloudWatch::Alarm", "Properties": {}})))],
    );
}
