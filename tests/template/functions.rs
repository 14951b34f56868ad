//! How the functions are built, run and logged.

use crate::template::{Complaints, Template, holds};
use serde_json::json;

/// From a clone, `sam build` makes each function from its own directory.
fn functions_build_from_a_clone(template: &Template) -> Complaints {
    let mut complaints = Complaints::new();
    let globals = &template.section("Globals")["Function"];
    if globals["Runtime"] != "provided.al2023" || globals["Architectures"] != json!([{"Ref": "Architecture"}]) {
        complaints.push("functions must run natively, on the processor that the parameter names".to_owned());
    }
    let architecture = &template.section("Parameters")["Architecture"];
    if architecture["Default"] != "arm64" || architecture["AllowedValues"] != json!(["arm64", "x86_64"]) {
        complaints.push("arm64 must be the default and x86_64 the other choice".to_owned());
    }
    for (id, function) in template.functions() {
        if function["Metadata"]["BuildMethod"] != "rust-cargolambda" {
            complaints.push(format!("{id} is not built with cargo-lambda"));
        }
        let binary = function["Metadata"]["BuildProperties"]["Binary"].as_str().unwrap_or_default();
        let code = function["Properties"]["CodeUri"].as_str().unwrap_or_default();
        let manifest = format!("{}/../{code}/Cargo.toml", env!("CARGO_MANIFEST_DIR"));
        let manifest = std::fs::read_to_string(manifest).unwrap_or_default();
        if code != format!("functions/{binary}") || !manifest.contains(&format!("name = \"{binary}\"")) {
            complaints.push(format!("{id}: {code} does not hold the package {binary:?}"));
        }
        for key in ["Runtime", "Architectures", "Handler"] {
            if function["Properties"].get(key).is_some() {
                complaints.push(format!("{id} has its own {key}"));
            }
        }
    }
    complaints
}

/// Slack waits three seconds and API Gateway 30; the queues' visibility counts on 30.
fn timeouts_are_as_promised(template: &Template) -> Complaints {
    let promised = [
        ("SlackInteractionsFunction", 10),
        ("AlertsApiFunction", 10),
        ("AlertDispatchFunction", 30),
        ("SyncFanoutFunction", 30),
        ("AiTriageFunction", 60),
        ("LogPollerFunction", 55),
    ];
    let mut complaints = Complaints::new();
    for (id, seconds) in promised {
        if template.resource(id)["Properties"]["Timeout"] != seconds {
            complaints.push(format!("{id} must have {seconds} s"));
        }
    }
    complaints
}

/// A worker has a delivery or a log source to itself for a time; it must have ended, one way or the other, well before that.
fn workers_end_before_their_lease(template: &Template) -> Complaints {
    let delivery = delivery::LEASE.as_secs();
    let source = i64::try_from(log_poller::LEASE.as_secs()).expect("it is short");
    let workers =
        [("AlertDispatchFunction", delivery), ("SyncFanoutFunction", delivery), ("LogPollerFunction", source)];
    let late = workers.iter().filter(|(id, lease)| {
        let timeout = template.resource(id)["Properties"]["Timeout"].as_i64();
        timeout.is_none_or(|timeout| timeout + 10 > *lease)
    });
    late.map(|(id, _)| format!("{id} may run longer than it has its work to itself")).collect()
}

/// As many pages as one invocation may have at once, with their rows, which are half as large again.
fn pages_fit_into_memory(template: &Template) -> Complaints {
    let pages = log_poller::Limits::default().sources * 32 * 5 / 2;
    let memory = template.resource("LogPollerFunction")["Properties"]["MemorySize"].as_u64();
    let short = memory.is_none_or(|memory| memory < pages as u64);
    short.then(|| format!("LogPollerFunction needs {pages} MB for its pages")).into_iter().collect()
}

/// Lambda would otherwise make the log group itself, without retention, and keep everything for ever.
fn logs_expire(template: &Template) -> Complaints {
    let mut complaints = Complaints::new();
    for (id, function) in template.functions() {
        let group_id = format!("{}LogGroup", id.trim_end_matches("Function"));
        let group = &template.resource(&group_id)["Properties"];
        let name = function["Properties"]["FunctionName"]["Fn::Sub"].as_str().unwrap_or_default();
        if name.is_empty() || group["LogGroupName"]["Fn::Sub"] != format!("/aws/lambda/{name}") {
            complaints.push(format!("{group_id} is not where {id} logs to"));
        }
        if function["Properties"]["LoggingConfig"]["LogGroup"] != json!({"Ref": group_id}) {
            complaints.push(format!("{id} may start before {group_id} is there"));
        }
    }
    for (id, group) in template.resources("AWS::Logs::LogGroup") {
        if group["Properties"]["RetentionInDays"] != json!({"Ref": "LogRetentionDays"}) {
            complaints.push(format!("{id} keeps logs for ever"));
        }
    }
    complaints
}

/// The sweep that finds lagging deliveries runs each minute, and so does the poll of the log sources.
fn schedules_run_each_minute(template: &Template) -> Complaints {
    let runs = |id: &str, input: &serde_json::Value| {
        let events = template.resource(id)["Properties"]["Events"].as_object().into_iter().flatten();
        let mut schedules =
            events.filter(|(_, event)| event["Type"] == "Schedule").map(|(_, event)| &event["Properties"]);
        schedules.any(|schedule| {
            let given = schedule["Input"].as_str().and_then(|input| serde_json::from_str(input).ok());
            schedule["Schedule"] == "rate(1 minute)" && given.as_ref() == Some(input)
        })
    };
    let wanted = [("SyncFanoutFunction", json!({"sweep": true})), ("LogPollerFunction", json!({"poll": true}))];
    let missing = wanted.iter().filter(|(id, input)| !runs(id, input));
    missing.map(|(id, input)| format!("{id} is not invoked each minute with {input}")).collect()
}

/// Every parameter says what it is for.
fn parameters_are_described(template: &Template) -> Complaints {
    let parameters = template.section("Parameters").as_object().into_iter().flatten();
    let silent = parameters.filter(|(_, parameter)| !parameter["Description"].is_string());
    silent.map(|(id, _)| format!("the parameter {id} has no description")).collect()
}

/// People are reminded of boomerangs after 4 and 24 hours unless somebody chooses otherwise, and sync-fanout learns it.
fn boomerangs_are_reminded_of(template: &Template) -> Complaints {
    let variables = &template.resource("SyncFanoutFunction")["Properties"]["Environment"]["Variables"];
    let mut complaints = Complaints::new();
    for (id, variable, minutes) in [
        ("BoomerangReminderMinutes", "BOOMERANG_REMINDER_MINUTES", 240),
        ("BoomerangOverdueMinutes", "BOOMERANG_OVERDUE_MINUTES", 1440),
    ] {
        let parameter = &template.section("Parameters")[id];
        if parameter["Type"] != "Number" || parameter["Default"] != minutes {
            complaints.push(format!("{id} is not a number that is {minutes} by default"));
        }
        // What sync-fanout would not start with cannot be chosen.
        if parameter["MinValue"] != 1 || parameter["MaxValue"] != 525_600 {
            complaints.push(format!("{id} is not held to 1 to 525,600"));
        }
        if variables[variable] != json!({"Ref": id}) {
            complaints.push(format!("sync-fanout does not learn {id}"));
        }
    }
    complaints
}

#[test]
fn boomerangs_are_reminded_of_as_the_parameters_say() {
    holds(
        boomerangs_are_reminded_of,
        &[
            ("../Parameters/BoomerangReminderMinutes/Default", Some(json!(4))),
            ("../Parameters/BoomerangOverdueMinutes/MinValue", None),
            ("../Parameters/BoomerangOverdueMinutes/MaxValue", Some(json!(10_000_000))),
            ("../Parameters/BoomerangReminderMinutes/Type", Some(json!("String"))),
            (
                "SyncFanoutFunction/Properties/Environment/Variables/BOOMERANG_OVERDUE_MINUTES",
                Some(json!({"Ref": "BoomerangReminderMinutes"})),
            ),
        ],
    );
}

#[test]
fn sam_build_works_from_a_clone() {
    let function = "AlertsApiFunction";
    holds(
        functions_build_from_a_clone,
        &[
            (&format!("{function}/Metadata/BuildMethod"), None),
            (&format!("{function}/Metadata/BuildProperties/Binary"), Some(json!("alerts"))),
            (&format!("{function}/Properties/CodeUri"), Some(json!("functions/no-such"))),
            (&format!("{function}/Properties/Architectures"), Some(json!(["x86_64"]))),
        ],
    );
}

#[test]
fn functions_have_the_time_they_need_and_no_more() {
    holds(
        timeouts_are_as_promised,
        &[
            ("SlackInteractionsFunction/Properties/Timeout", Some(json!(3))),
            ("SyncFanoutFunction/Properties/Timeout", None),
        ],
    );
}

#[test]
fn two_workers_never_have_one_delivery() {
    holds(
        workers_end_before_their_lease,
        &[
            ("AlertDispatchFunction/Properties/Timeout", Some(json!(40))),
            ("SyncFanoutFunction/Properties/Timeout", None),
        ],
    );
}

#[test]
fn log_poller_has_memory_for_its_pages() {
    holds(
        pages_fit_into_memory,
        &[
            ("LogPollerFunction/Properties/MemorySize", None),
            ("LogPollerFunction/Properties/MemorySize", Some(json!(512))),
        ],
    );
}

#[test]
fn no_log_is_kept_for_ever() {
    holds(
        logs_expire,
        &[
            ("AlertsApiLogGroup", None),
            ("AlertsApiLogGroup/Properties/RetentionInDays", None),
            ("AlertsApiLogGroup/Properties/LogGroupName", Some(json!({"Fn::Sub": "/aws/lambda/another"}))),
            ("AlertsApiFunction/Properties/LoggingConfig", None),
            ("AlertsApiFunction/Properties/FunctionName", None),
            ("More", Some(json!({"Type": "AWS::Logs::LogGroup"}))),
        ],
    );
}

#[test]
fn lagging_deliveries_are_looked_for_and_log_sources_polled_each_minute() {
    let schedule = "SyncFanoutFunction/Properties/Events/Sweep/Properties";
    holds(
        schedules_run_each_minute,
        &[
            ("SyncFanoutFunction/Properties/Events/Sweep", None),
            (&format!("{schedule}/Schedule"), Some(json!("rate(1 hour)"))),
            (&format!("{schedule}/Input"), Some(json!("{}"))),
            ("LogPollerFunction/Properties/Events/Minute", None),
        ],
    );
}

#[test]
fn every_parameter_says_what_it_is_for() {
    holds(parameters_are_described, &[("../Parameters/ConsoleUrl/Description", None)]);
}
