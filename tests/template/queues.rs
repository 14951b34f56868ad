//! Queues lose nothing: what fails is tried again alone, then set aside with its evidence.

use crate::template::{Complaints, Template, attribute_of, holds};
use serde_json::{Value, json};

/// AWS asks for six times the function's timeout:
/// <https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html>.
const VISIBILITY_TIMEOUTS: i64 = 6;
/// SQS's longest, 14 days: <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html>.
const LONGEST_RETENTION_SECONDS: i64 = 1_209_600;

/// Every queue is read in batches that report each failed message by itself: ten messages, but one of those that wait for
/// a model, and one of those that are a batch of log sources.
fn batches_are_partial(template: &Template) -> Complaints {
    let mut complaints = Complaints::new();
    let mut read = Vec::new();
    for (function, event) in sources(template) {
        let queue = attribute_of(&event["Queue"], "Arn").unwrap_or_default();
        read.push(queue);
        if event["FunctionResponseTypes"] != json!(["ReportBatchItemFailures"]) {
            complaints.push(format!("{function} does not report single failures of {queue}"));
        }
        if event["BatchSize"] != if ["AiTriageQueue", "PollsQueue"].contains(&queue) { 1 } else { 10 } {
            complaints.push(format!("{function} reads {queue} in batches of {}", event["BatchSize"]));
        }
    }
    read.sort_unstable();
    if read != ["AiTriageQueue", "AlertsQueue", "ChangesQueue", "PollsQueue"] {
        complaints.push(format!("the queues that are read: {read:?}"));
    }
    complaints
}

/// A message is not handed out again while it is still worked on.
fn visibility_outlasts_the_function(template: &Template) -> Complaints {
    let too_short = sources(template).into_iter().filter_map(|(function, event)| {
        let queue = attribute_of(&event["Queue"], "Arn")?;
        let timeout = template.resource(function)["Properties"]["Timeout"].as_i64().unwrap_or(i64::MAX);
        let visibility = template.resource(queue)["Properties"]["VisibilityTimeout"].as_i64().unwrap_or(30);
        let short = visibility < timeout.saturating_mul(VISIBILITY_TIMEOUTS);
        short.then(|| format!("{queue}: {visibility} s is too short for {function}, which may take {timeout} s"))
    });
    too_short.collect()
}

/// After five tries a message waits in a dead-letter queue of the same kind for as long as SQS keeps one.
fn failures_are_set_aside(template: &Template) -> Complaints {
    let mut complaints = Complaints::new();
    for (function, event) in sources(template) {
        let queue = attribute_of(&event["Queue"], "Arn").unwrap_or_default();
        let redrive = &template.resource(queue)["Properties"]["RedrivePolicy"];
        if redrive["maxReceiveCount"] != 5 {
            complaints.push(format!("{queue} sets a message aside after {} tries", redrive["maxReceiveCount"]));
        }
        let Some(dead) = attribute_of(&redrive["deadLetterTargetArn"], "Arn") else {
            complaints.push(format!("{queue}, which {function} reads, has no dead-letter queue"));
            continue;
        };
        let dead_letters = &template.resource(dead)["Properties"];
        if dead_letters["MessageRetentionPeriod"].as_i64() != Some(LONGEST_RETENTION_SECONDS) {
            complaints.push(format!("{dead} does not keep messages for 14 days"));
        }
        if dead_letters["FifoQueue"] != template.resource(queue)["Properties"]["FifoQueue"] {
            complaints.push(format!("{dead} is not of {queue}'s kind"));
        }
    }
    complaints
}

/// Changes keep their order per alert without slowing other alerts down, and are deduplicated by their own ids.
fn changes_are_in_order_per_alert(template: &Template) -> Complaints {
    let wanted = [
        ("FifoQueue", json!(true)),
        ("FifoThroughputLimit", json!("perMessageGroupId")),
        ("DeduplicationScope", json!("messageGroup")),
        ("ContentBasedDeduplication", json!(false)),
    ];
    let queue = &template.resource("ChangesQueue")["Properties"];
    let wrong = wanted.iter().filter(|(key, value)| &queue[key] != value);
    wrong.map(|(key, value)| format!("ChangesQueue: {key} must be {value}")).collect()
}

/// SQS's own encryption is on everywhere.
fn queues_are_encrypted(template: &Template) -> Complaints {
    let open =
        template.resources("AWS::SQS::Queue").filter(|(_, queue)| queue["Properties"]["SqsManagedSseEnabled"] != true);
    open.map(|(id, _)| format!("{id} is not encrypted")).collect()
}

/// Each event source of type SQS, with its function.
fn sources(template: &Template) -> Vec<(&str, &Value)> {
    let events = template.functions().flat_map(|(id, function)| {
        let events = function["Properties"]["Events"].as_object().into_iter().flatten();
        events.map(move |(_, event)| (id, event))
    });
    events.filter(|(_, event)| event["Type"] == "SQS").map(|(id, event)| (id, &event["Properties"])).collect()
}

#[test]
fn one_bad_message_does_not_fail_its_batch() {
    let event = "AlertDispatchFunction/Properties/Events/Alerts/Properties";
    holds(
        batches_are_partial,
        &[
            (&format!("{event}/FunctionResponseTypes"), None),
            (&format!("{event}/BatchSize"), Some(json!(1))),
            ("AiTriageFunction/Properties/Events/Alerts/Properties/BatchSize", Some(json!(10))),
            ("LogPollerFunction/Properties/Events/Polls/Properties/BatchSize", Some(json!(10))),
            ("SyncFanoutFunction/Properties/Events/Changes", None),
        ],
    );
}

#[test]
fn a_message_is_not_handed_out_twice_at_once() {
    holds(
        visibility_outlasts_the_function,
        &[
            ("AlertsQueue/Properties/VisibilityTimeout", Some(json!(179))),
            ("ChangesQueue/Properties/VisibilityTimeout", None),
            ("SyncFanoutFunction/Properties/Timeout", Some(json!(31))),
        ],
    );
}

#[test]
fn what_keeps_failing_waits_14_days_in_a_dead_letter_queue() {
    holds(
        failures_are_set_aside,
        &[
            ("AlertsQueue/Properties/RedrivePolicy", None),
            ("AlertsQueue/Properties/RedrivePolicy/maxReceiveCount", Some(json!(1))),
            ("AlertsDeadLetterQueue/Properties/MessageRetentionPeriod", None),
            ("ChangesDeadLetterQueue/Properties/MessageRetentionPeriod", Some(json!(345_600))),
            ("ChangesDeadLetterQueue/Properties/FifoQueue", None),
        ],
    );
}

#[test]
fn changes_are_ordered_per_alert_and_not_across_alerts() {
    holds(
        changes_are_in_order_per_alert,
        &[
            ("ChangesQueue/Properties/FifoThroughputLimit", Some(json!("perQueue"))),
            ("ChangesQueue/Properties/DeduplicationScope", None),
            ("ChangesQueue/Properties/ContentBasedDeduplication", Some(json!(true))),
        ],
    );
}

#[test]
fn every_queue_is_encrypted() {
    holds(
        queues_are_encrypted,
        &[
            ("AlertsQueue/Properties/SqsManagedSseEnabled", Some(json!(false))),
            ("ChangesDeadLetterQueue/Properties/SqsManagedSseEnabled", None),
        ],
    );
}
