//! The ways in: Slack's three paths reach slack-interactions, every other path reaches alerts-api.

use crate::template::{Complaints, Template, attribute_of, holds};
use serde_json::json;
use std::collections::BTreeMap;

const ROUTES: [(&str, &str); 4] = [
    ("$default", "AlertsApiFunction"),
    ("POST /slack/events", "SlackInteractionsFunction"),
    ("POST /slack/interactions", "SlackInteractionsFunction"),
    ("POST /slack/options", "SlackInteractionsFunction"),
];

/// Each route leads to its function and to no other.
fn routes_lead_to_their_functions(template: &Template) -> Complaints {
    let mut complaints = Complaints::new();
    let mut routes = BTreeMap::new();
    for (id, route) in template.resources("AWS::ApiGatewayV2::Route") {
        let properties = &route["Properties"];
        let integration = properties["Target"]["Fn::Sub"]
            .as_str()
            .and_then(|target| target.strip_prefix("integrations/${").and_then(|rest| rest.strip_suffix('}')));
        let integration = &template.resource(integration.unwrap_or_default())["Properties"];
        if integration["IntegrationType"] != "AWS_PROXY" || integration["PayloadFormatVersion"] != "2.0" {
            complaints.push(format!("{id} does not hand requests to a function in format 2.0"));
        }
        let function = attribute_of(&integration["IntegrationUri"], "Arn").unwrap_or_default();
        routes.insert(properties["RouteKey"].as_str().unwrap_or_default(), function);
    }
    if routes != BTreeMap::from(ROUTES) {
        complaints.push(format!("the routes are {routes:?}"));
    }
    complaints
}

/// API Gateway may call each function for its own routes, and nobody else may call any.
fn only_the_api_calls_them(template: &Template) -> Complaints {
    let mut complaints = Complaints::new();
    let mut missing = BTreeMap::from(ROUTES);
    for (id, permission) in template.resources("AWS::Lambda::Permission") {
        let properties = &permission["Properties"];
        let source = properties["SourceArn"]["Fn::Sub"].as_str().unwrap_or_default();
        // The star is the stage, of which there is one.
        let path = source.split_once(":${HttpApi}/*/").map(|(_, path)| path).unwrap_or_default();
        let route = if path == "$default" { path.to_owned() } else { path.replacen('/', " /", 1) };
        let function = properties["FunctionName"]["Ref"].as_str();
        if properties["Principal"] != "apigateway.amazonaws.com" || properties["Action"] != "lambda:InvokeFunction" {
            complaints.push(format!("{id} lets somebody else in"));
        }
        match missing.remove(route.as_str()) {
            Some(expected) if Some(expected) == function => {}
            _ => complaints.push(format!("{id} allows {route:?} to call {function:?}")),
        }
    }
    complaints.extend(missing.keys().map(|route| format!("API Gateway may not call a function for {route}")));
    complaints
}

/// A flood is stopped at the door.
fn requests_are_throttled(template: &Template) -> Complaints {
    let mut complaints = Complaints::new();
    for (id, stage) in template.resources("AWS::ApiGatewayV2::Stage") {
        let settings = &stage["Properties"]["DefaultRouteSettings"];
        let limited = ["ThrottlingBurstLimit", "ThrottlingRateLimit"].iter().all(|key| settings[key].is_number());
        if !limited {
            complaints.push(format!("{id} takes any number of requests"));
        }
        if stage["Properties"]["StageName"] != "$default" {
            complaints.push(format!("{id} puts its name into every path"));
        }
    }
    complaints
}

#[test]
fn each_route_leads_to_its_function() {
    holds(
        routes_lead_to_their_functions,
        &[
            ("SlackOptionsRoute", None),
            ("SlackOptionsRoute/Properties/RouteKey", Some(json!("GET /slack/options"))),
            ("SlackOptionsRoute/Properties/Target", Some(json!({"Fn::Sub": "integrations/${AlertsApiIntegration}"}))),
            ("SlackIntegration/Properties/PayloadFormatVersion", Some(json!("1.0"))),
            (
                "AlertsApiIntegration/Properties/IntegrationUri",
                Some(json!({"Fn::GetAtt": ["SlackInteractionsFunction", "Arn"]})),
            ),
        ],
    );
}

#[test]
fn only_the_api_may_call_the_functions_behind_it() {
    let source = |path: &str| Some(json!({"Fn::Sub": format!("arn:x:execute-api:y:z:${{HttpApi}}{path}")}));
    holds(
        only_the_api_calls_them,
        &[
            ("SlackEventsPermission", None),
            ("SlackEventsPermission/Properties/Principal", Some(json!("*"))),
            ("SlackEventsPermission/Properties/SourceArn", None),
            ("SlackEventsPermission/Properties/SourceArn", source("/*")),
            ("AlertsApiPermission/Properties/FunctionName", Some(json!({"Ref": "SyncFanoutFunction"}))),
        ],
    );
}

#[test]
fn a_flood_of_requests_is_throttled() {
    holds(
        requests_are_throttled,
        &[
            ("HttpApiStage/Properties/DefaultRouteSettings", None),
            ("HttpApiStage/Properties/DefaultRouteSettings/ThrottlingRateLimit", None),
            ("HttpApiStage/Properties/StageName", Some(json!("prod"))),
        ],
    );
}
