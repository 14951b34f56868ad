//! Who may do what: each function has a role of its own that allows exactly what its code calls, on exactly the
//! resources it calls it on.

use crate::template::{Complaints, Template, attribute_of, each, holds};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The secrets of the stack's log sources, which are not the template's: people make one for each source, below this.
const LOG_SECRETS: &str = "log sources' secrets";
const LOG_SECRETS_ARN: &str = "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:panther-analysis/${AWS::StackName}/logs/*";

/// What each function's code calls. A permission that is not listed here is one that the code cannot need.
const ALLOWED: [(&str, &[(&str, &str)]); 6] = [
    (
        "SlackInteractions",
        &[
            ("dynamodb:GetItem", "Table"),
            ("dynamodb:Query", "Table"),
            ("sqs:SendMessage", "ChangesQueue"),
            ("secretsmanager:GetSecretValue", "SlackSecret"),
            ("secretsmanager:GetSecretValue", "ThreatIntelSecret"),
            ("logs:CreateLogStream", "SlackInteractionsLogGroup"),
            ("logs:PutLogEvents", "SlackInteractionsLogGroup"),
        ],
    ),
    (
        "AlertsApi",
        &[
            ("dynamodb:GetItem", "Table"),
            ("dynamodb:PutItem", "Table"),
            ("dynamodb:UpdateItem", "Table"),
            ("dynamodb:DeleteItem", "Table"),
            ("dynamodb:Query", "Table"),
            ("dynamodb:Query", "Table/index/by-time"),
            ("sqs:SendMessage", "AlertsQueue"),
            ("sqs:SendMessage", "ChangesQueue"),
            ("secretsmanager:GetSecretValue", "AdminKeySecret"),
            ("secretsmanager:GetSecretValue", "SlackSecret"),
            ("secretsmanager:PutSecretValue", "SlackSecret"),
            ("secretsmanager:GetSecretValue", LOG_SECRETS),
            ("secretsmanager:PutSecretValue", LOG_SECRETS),
            ("logs:CreateLogStream", "AlertsApiLogGroup"),
            ("logs:PutLogEvents", "AlertsApiLogGroup"),
        ],
    ),
    (
        "AlertDispatch",
        &[
            ("sqs:ReceiveMessage", "AlertsQueue"),
            ("sqs:DeleteMessage", "AlertsQueue"),
            ("sqs:GetQueueAttributes", "AlertsQueue"),
            ("dynamodb:GetItem", "Table"),
            ("dynamodb:PutItem", "Table"),
            ("dynamodb:UpdateItem", "Table"),
            ("dynamodb:Query", "Table"),
            ("sqs:SendMessage", "AlertsQueue"),
            ("sqs:SendMessage", "ChangesQueue"),
            ("secretsmanager:GetSecretValue", "SlackSecret"),
            ("secretsmanager:GetSecretValue", "ThreatIntelSecret"),
            ("logs:CreateLogStream", "AlertDispatchLogGroup"),
            ("logs:PutLogEvents", "AlertDispatchLogGroup"),
        ],
    ),
    (
        "SyncFanout",
        &[
            ("sqs:ReceiveMessage", "ChangesQueue"),
            ("sqs:DeleteMessage", "ChangesQueue"),
            ("sqs:GetQueueAttributes", "ChangesQueue"),
            ("dynamodb:GetItem", "Table"),
            ("dynamodb:BatchGetItem", "Table"),
            ("dynamodb:PutItem", "Table"),
            ("dynamodb:UpdateItem", "Table"),
            ("dynamodb:Query", "Table"),
            ("dynamodb:Query", "Table/index/lagging"),
            ("dynamodb:Query", "Table/index/open"),
            ("sqs:SendMessage", "AlertsQueue"),
            ("sqs:SendMessage", "ChangesQueue"),
            ("events:PutEvents", "EventBus"),
            ("secretsmanager:GetSecretValue", "SlackSecret"),
            ("secretsmanager:GetSecretValue", "ThreatIntelSecret"),
            ("logs:CreateLogStream", "SyncFanoutLogGroup"),
            ("logs:PutLogEvents", "SyncFanoutLogGroup"),
        ],
    ),
    (
        "AiTriage",
        &[
            ("sqs:ReceiveMessage", "AiTriageQueue"),
            ("sqs:DeleteMessage", "AiTriageQueue"),
            ("sqs:GetQueueAttributes", "AiTriageQueue"),
            ("dynamodb:Query", "Table"),
            ("sqs:SendMessage", "ChangesQueue"),
            ("bedrock:InvokeModel", "the model"),
            ("bedrock:InvokeModel", "the inference profile"),
            ("bedrock:InvokeModel", "models, through the profile"),
            ("logs:CreateLogStream", "AiTriageLogGroup"),
            ("logs:PutLogEvents", "AiTriageLogGroup"),
        ],
    ),
    (
        "LogPoller",
        &[
            ("sqs:ReceiveMessage", "PollsQueue"),
            ("sqs:DeleteMessage", "PollsQueue"),
            ("sqs:GetQueueAttributes", "PollsQueue"),
            ("dynamodb:GetItem", "Table"),
            ("dynamodb:PutItem", "Table"),
            ("dynamodb:UpdateItem", "Table"),
            ("dynamodb:DeleteItem", "Table"),
            ("dynamodb:ConditionCheckItem", "Table"),
            ("dynamodb:Query", "Table"),
            ("s3:PutObject", "LogBucket/logs/*"),
            ("s3:PutObject", "LogBucket/quarantine/*"),
            ("s3:GetObject", "LogBucket/logs/*"),
            ("s3:GetObject", "LogBucket/quarantine/*"),
            ("s3:ListBucket", "LogBucket"),
            ("sqs:SendMessage", "AlertsQueue"),
            ("sqs:SendMessage", "ChangesQueue"),
            ("sqs:SendMessage", "PollsQueue"),
            ("events:PutEvents", "EventBus"),
            ("secretsmanager:GetSecretValue", LOG_SECRETS),
            ("logs:CreateLogStream", "LogPollerLogGroup"),
            ("logs:PutLogEvents", "LogPollerLogGroup"),
        ],
    ),
];

/// Every action is written out and every resource is one of this template's, named exactly, or the one model, or the log
/// sources' secrets.
fn permissions_are_exact(template: &Template) -> Complaints {
    let mut complaints = Complaints::new();
    for (id, statement) in statements(template) {
        if statement["Effect"] != "Allow"
            || statement.get("NotAction").is_some()
            || statement.get("NotResource").is_some()
        {
            complaints.push(format!("{id}: a statement must allow actions on resources"));
        }
        for action in each(&statement["Action"]) {
            let exact = action.as_str().is_some_and(|action| !action.contains(['*', '?']) && action.contains(':'));
            if !exact {
                complaints.push(format!("{id}: the action {action} is not exact"));
            }
        }
        if each(&statement["Resource"]).is_empty() {
            complaints.push(format!("{id}: a statement names no resource"));
        }
        for resource in each(&statement["Resource"]) {
            if named(template, statement, resource).is_none() {
                complaints.push(format!("{id}: {resource} is not exactly one of this template's resources"));
            }
        }
    }
    complaints
}

/// The roles allow what the table above lists, no more and no less.
fn permissions_are_those_the_code_needs(template: &Template) -> Complaints {
    let mut complaints = Complaints::new();
    for (function, allowed) in ALLOWED {
        let role = format!("{function}Role");
        let needed: BTreeSet<(String, String)> =
            allowed.iter().map(|(action, on)| ((*action).to_owned(), (*on).to_owned())).collect();
        let mut given = BTreeSet::new();
        for (_, statement) in statements(template).into_iter().filter(|(id, _)| *id == role) {
            for action in each(&statement["Action"]) {
                for resource in each(&statement["Resource"]) {
                    let on = named(template, statement, resource).unwrap_or_else(|| resource.to_string());
                    given.insert((action.as_str().unwrap_or_default().to_owned(), on));
                }
            }
        }
        complaints.extend(given.difference(&needed).map(|(what, on)| format!("{role} must not allow {what} on {on}")));
        complaints.extend(needed.difference(&given).map(|(what, on)| format!("{role} must allow {what} on {on}")));
    }
    complaints
}

/// Each function runs as a role of its own, which Lambda alone may take and which nothing else adds to.
fn roles_are_their_functions_own(template: &Template) -> Complaints {
    let mut complaints = Complaints::new();
    let mut used = BTreeSet::new();
    for (id, function) in template.functions() {
        let properties = &function["Properties"];
        let expected = id.strip_suffix("Function").map(|name| format!("{name}Role"));
        match attribute_of(&properties["Role"], "Arn") {
            Some(role) if Some(role) == expected.as_deref() => drop(used.insert(role)),
            other => complaints.push(format!("{id} runs as {other:?}")),
        }
        if properties.get("Policies").is_some() {
            complaints.push(format!("{id} has SAM policies beside its role"));
        }
        if !ALLOWED.iter().any(|(name, _)| Some(*name) == id.strip_suffix("Function")) {
            complaints.push(format!("{id} is not in the table of what functions need"));
        }
    }
    for (id, role) in template.resources("AWS::IAM::Role") {
        let properties = &role["Properties"];
        let trust =
            json!([{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]);
        if properties["AssumeRolePolicyDocument"]["Statement"] != trust {
            complaints.push(format!("{id} may be taken by others than Lambda"));
        }
        if properties.get("ManagedPolicyArns").is_some() {
            complaints.push(format!("{id} has a managed policy"));
        }
        if !used.contains(id) {
            complaints.push(format!("{id} is no function's"));
        }
    }
    for kind in ["AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"] {
        complaints.extend(template.resources(kind).map(|(id, _)| format!("{id} grants beside the roles")));
    }
    complaints
}

/// Secrets lie below `panther-analysis`, and what the functions are told is what the secrets are called.
fn secrets_are_below_one_prefix(template: &Template) -> Complaints {
    let mut complaints = Complaints::new();
    let mut names = BTreeSet::new();
    for (id, secret) in template.resources("AWS::SecretsManager::Secret") {
        let name = secret["Properties"]["Name"]["Fn::Sub"].as_str().unwrap_or_default();
        if !name.starts_with("panther-analysis/") {
            complaints.push(format!("{id} is called {name:?}"));
        }
        // An empty object is no value: it is where one will stand.
        if secret["Properties"].get("SecretString").is_some_and(|value| value != "{}") {
            complaints.push(format!("{id} has its value in the template"));
        }
        names.insert(name);
    }
    for (id, function) in template.functions() {
        let variables = function["Properties"]["Environment"]["Variables"].as_object().into_iter().flatten();
        for (variable, value) in variables.filter(|(variable, _)| variable.ends_with("_SECRET_ID")) {
            if !value["Fn::Sub"].as_str().is_some_and(|name| names.contains(name)) {
                complaints.push(format!("{id}: {variable} names no secret of this template"));
            }
        }
        // What the function takes for a log source's secret, and what its role lets it read, begin the same.
        let prefix = &function["Properties"]["Environment"]["Variables"]["LOG_SECRETS_PREFIX"];
        let allowed = LOG_SECRETS_ARN.split_once(":secret:").map(|(_, names)| names.trim_end_matches('*'));
        if !prefix.is_null() && prefix["Fn::Sub"].as_str() != allowed {
            complaints.push(format!("{id}: LOG_SECRETS_PREFIX is {prefix}"));
        }
    }
    complaints
}

/// All statements of all roles, with the role's logical id.
fn statements(template: &Template) -> Vec<(&str, &Value)> {
    let policies = template.resources("AWS::IAM::Role").flat_map(|(id, role)| {
        each(&role["Properties"]["Policies"]).into_iter().map(move |policy| (id, &policy["PolicyDocument"]))
    });
    policies.flat_map(|(id, document)| each(&document["Statement"]).into_iter().map(move |one| (id, one))).collect()
}

/// [`resource_named`], or the model that the parameter names: itself, its inference profile, and whichever models that
/// profile hands the question to, but through that profile only.
fn named(template: &Template, statement: &Value, resource: &Value) -> Option<String> {
    const MODEL: &str = "arn:${AWS::Partition}:bedrock:${AWS::Region}::foundation-model/${AiTriageModelId}";
    const PROFILE: &str =
        "arn:${AWS::Partition}:bedrock:${AWS::Region}:${AWS::AccountId}:inference-profile/${AiTriageModelId}";
    const MODELS: &str = "arn:${AWS::Partition}:bedrock:*::foundation-model/*";
    let through_profile = json!({"StringEquals": {"bedrock:InferenceProfileArn": {"Fn::Sub": PROFILE}}});
    let model = match resource["Fn::Sub"].as_str() {
        Some(MODEL) => Some("the model"),
        Some(PROFILE) => Some("the inference profile"),
        Some(MODELS) if statement["Condition"] == through_profile => Some("models, through the profile"),
        Some(_) | None => None,
    };
    model.map(str::to_owned).or_else(|| resource_named(template, resource))
}

/// `Table`, `Table/index/lagging`, or `LogBucket/logs/*` for what lies below a prefix of the bucket; `None` for whatever
/// is not exactly one resource of the template.
fn resource_named(template: &Template, resource: &Value) -> Option<String> {
    let exists = |id: &str| !template.resource(id).is_null();
    if let Some(id) = attribute_of(resource, "Arn").or_else(|| attribute_of(resource, "Id")) {
        return exists(id).then(|| id.to_owned());
    }
    let text = resource["Fn::Sub"].as_str()?;
    if text == LOG_SECRETS_ARN {
        return Some(LOG_SECRETS.to_owned());
    }
    for prefix in ["logs/*", "quarantine/*"] {
        if text == format!("${{LogBucket.Arn}}/{prefix}") {
            return exists("LogBucket").then(|| format!("LogBucket/{prefix}"));
        }
    }
    let (id, index) = text.strip_prefix("${")?.split_once(".Arn}/index/")?;
    let indexes = each(&template.resource(id)["Properties"]["GlobalSecondaryIndexes"]);
    let known = indexes.iter().any(|known| known["IndexName"] == index);
    known.then(|| format!("{id}/index/{index}"))
}

#[test]
fn every_permission_names_its_action_and_its_resource() {
    let statement = "SlackInteractionsRole/Properties/Policies/0/PolicyDocument/Statement/0";
    let action = format!("{statement}/Action");
    let resource = format!("{statement}/Resource");
    holds(
        permissions_are_exact,
        &[
            (&action, Some(json!("dynamodb:*"))),
            (&action, Some(json!(["dynamodb:GetItem", "*"]))),
            (&resource, Some(json!("*"))),
            (&resource, Some(json!({"Fn::Sub": "${Table.Arn}/index/*"}))),
            (&resource, Some(json!({"Fn::Sub": "${Table.Arn}/index/no-such"}))),
            (&resource, Some(json!("arn:aws:dynamodb:eu-west-1:1:table/another"))),
            (&resource, Some(json!({"Fn::GetAtt": ["NoSuch", "Arn"]}))),
            (&resource, Some(json!({"Fn::Sub": LOG_SECRETS_ARN.replace("/logs/*", "/*")}))),
            (&resource, Some(json!({"Fn::Sub": "${LogBucket.Arn}/*"}))),
            (&resource, Some(json!({"Fn::Sub": LOG_SECRETS_ARN.replace("${AWS::StackName}/", "")}))),
            (&resource, None),
            (&format!("{statement}/NotAction"), Some(json!("s3:GetObject"))),
            ("AiTriageRole/Properties/Policies/0/PolicyDocument/Statement/4/Condition", None),
            (
                "AiTriageRole/Properties/Policies/0/PolicyDocument/Statement/3/Resource/0",
                Some(json!({"Fn::Sub": "arn:${AWS::Partition}:bedrock:${AWS::Region}::foundation-model/*"})),
            ),
        ],
    );
}

#[test]
fn each_function_may_do_what_its_code_does_and_nothing_else() {
    let statement = "SyncFanoutRole/Properties/Policies/0/PolicyDocument/Statement";
    let more =
        json!({"Effect": "Allow", "Action": "dynamodb:DeleteItem", "Resource": {"Fn::GetAtt": ["Table", "Arn"]}});
    holds(
        permissions_are_those_the_code_needs,
        &[
            (&format!("{statement}/0"), Some(more)),
            (&format!("{statement}/0"), None),
            (&format!("{statement}/1/Action"), Some(json!("dynamodb:Scan"))),
        ],
    );
}

#[test]
fn each_function_has_a_role_of_its_own_that_only_lambda_takes() {
    let trust = "AlertsApiRole/Properties/AssumeRolePolicyDocument/Statement/0/Principal";
    holds(
        roles_are_their_functions_own,
        &[
            ("AlertsApiFunction/Properties/Role", Some(json!({"Fn::GetAtt": ["SyncFanoutRole", "Arn"]}))),
            ("AlertsApiFunction/Properties/Role", None),
            ("AlertsApiFunction/Properties/Policies", Some(json!(["AWSLambdaBasicExecutionRole"]))),
            (trust, Some(json!({"AWS": "*"}))),
            (
                "AlertsApiRole/Properties/ManagedPolicyArns",
                Some(json!(["arn:aws:iam::aws:policy/AdministratorAccess"])),
            ),
            ("More", Some(json!({"Type": "AWS::IAM::Policy"}))),
            ("MoreFunction", Some(json!({"Type": "AWS::Serverless::Function", "Properties": {}}))),
        ],
    );
}

#[test]
fn secrets_are_named_below_panther_analysis_and_never_written_in_the_template() {
    let name = "Properties/Name";
    holds(
        secrets_are_below_one_prefix,
        &[
            (&format!("SlackSecret/{name}"), Some(json!({"Fn::Sub": "${AWS::StackName}/slack"}))),
            (&format!("SlackSecret/{name}"), None),
            ("AdminKeySecret/Properties/SecretString", Some(json!("letmein"))),
            (
                "AlertsApiFunction/Properties/Environment/Variables/LOG_SECRETS_PREFIX",
                Some(json!({"Fn::Sub": "panther-analysis/${AWS::StackName}/"})),
            ),
            (
                "AlertDispatchFunction/Properties/Environment/Variables/SLACK_SECRET_ID",
                Some(json!({"Fn::Sub": "panther-analysis/other"})),
            ),
        ],
    );
}
