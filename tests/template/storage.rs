//! What is kept, is kept: encrypted, recoverable, private, and not deleted with the stack.

use crate::template::{Complaints, Template, attribute_of, each, holds};
use serde_json::{Value, json};

fn table_is_safe(template: &Template) -> Complaints {
    let table = template.resource("Table");
    let properties = &table["Properties"];
    let wanted = [
        ("paid on demand", properties["BillingMode"] == "PAY_PER_REQUEST"),
        (
            "recoverable to any point in time",
            properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] == true,
        ),
        ("encrypted", properties["SSESpecification"]["SSEEnabled"] == true),
        (
            "rid of what has expired",
            properties["TimeToLiveSpecification"] == json!({"AttributeName": "ttl", "Enabled": true}),
        ),
        ("without a stream", properties.get("StreamSpecification").is_none()),
        ("protected by the parameter", properties["DeletionProtectionEnabled"] == json!({"Ref": "DeletionProtection"})),
        ("kept when the stack goes", table["DeletionPolicy"] == "RetainExceptOnCreate"),
        ("kept when it is replaced", table["UpdateReplacePolicy"] == "Retain"),
    ];
    wanted.iter().filter(|(_, kept)| !kept).map(|(what, _)| format!("Table must be {what}")).collect()
}

/// The store's own tests make their table from this file.
fn table_is_the_stores(template: &Template) -> Complaints {
    let properties = &template.resource("Table")["Properties"];
    let stores: Value = serde_json::from_str(include_str!("../../shared/store/table.json")).expect("JSON");
    let keys = ["AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes"];
    let differ = keys.iter().filter(|key| properties[**key] != stores[**key]);
    differ.map(|key| format!("{key} of Table differs from shared/store/table.json")).collect()
}

fn bucket_is_safe(template: &Template) -> Complaints {
    let bucket = template.resource("LogBucket");
    let properties = &bucket["Properties"];
    let encryption = &properties["BucketEncryption"]["ServerSideEncryptionConfiguration"][0];
    let blocks = ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"];
    let rules = each(&properties["LifecycleConfiguration"]["Rules"]);
    let wanted = [
        ("encrypted", encryption["ServerSideEncryptionByDefault"]["SSEAlgorithm"].is_string()),
        ("private", blocks.iter().all(|block| properties["PublicAccessBlockConfiguration"][block] == true)),
        ("versioned", properties["VersioningConfiguration"]["Status"] == "Enabled"),
        (
            "emptied in time",
            rules.iter().any(|rule| {
                rule["Status"] == "Enabled"
                    && rule.get("ExpirationInDays").is_some()
                    && rule.get("NoncurrentVersionExpiration").is_some()
                    && rule.get("AbortIncompleteMultipartUpload").is_some()
            }),
        ),
        ("kept when the stack goes", bucket["DeletionPolicy"] == "RetainExceptOnCreate"),
        ("kept when it is replaced", bucket["UpdateReplacePolicy"] == "Retain"),
    ];
    wanted.iter().filter(|(_, kept)| !kept).map(|(what, _)| format!("LogBucket must be {what}")).collect()
}

/// The one resource policy there is denies; it grants nothing.
fn bucket_refuses_plain_http(template: &Template) -> Complaints {
    let policies: Vec<_> = template.resources("AWS::S3::BucketPolicy").collect();
    let [(id, policy)] = policies.as_slice() else { return vec!["LogBucket needs exactly one policy".to_owned()] };
    let statements = each(&policy["Properties"]["PolicyDocument"]["Statement"]);
    let mut complaints = Complaints::new();
    if policy["Properties"]["Bucket"] != json!({"Ref": "LogBucket"}) {
        complaints.push(format!("{id} is not LogBucket's"));
    }
    if statements.iter().any(|statement| statement["Effect"] != "Deny") {
        complaints.push(format!("{id} grants something"));
    }
    let plain_http = statements.iter().any(|statement| {
        let resources = each(&statement["Resource"]);
        statement["Principal"] == "*"
            && statement["Action"] == "s3:*"
            && statement["Condition"] == json!({"Bool": {"aws:SecureTransport": "false"}})
            && resources.iter().any(|resource| attribute_of(resource, "Arn") == Some("LogBucket"))
            && resources.contains(&&json!({"Fn::Sub": "${LogBucket.Arn}/*"}))
    });
    if !plain_http {
        complaints.push(format!("{id} lets plain HTTP in"));
    }
    complaints
}

#[test]
fn the_table_is_encrypted_recoverable_and_not_deleted_by_accident() {
    holds(
        table_is_safe,
        &[
            ("Table/Properties/BillingMode", Some(json!("PROVISIONED"))),
            ("Table/Properties/PointInTimeRecoverySpecification", None),
            ("Table/Properties/SSESpecification/SSEEnabled", Some(json!(false))),
            ("Table/Properties/TimeToLiveSpecification/AttributeName", Some(json!("expires"))),
            ("Table/Properties/StreamSpecification", Some(json!({"StreamViewType": "KEYS_ONLY"}))),
            ("Table/Properties/DeletionProtectionEnabled", Some(json!(false))),
            ("Table/DeletionPolicy", Some(json!("Delete"))),
            ("Table/UpdateReplacePolicy", None),
        ],
    );
}

#[test]
fn the_table_is_the_one_that_the_stores_tests_run_on() {
    holds(
        table_is_the_stores,
        &[
            ("Table/Properties/GlobalSecondaryIndexes/1/Projection/NonKeyAttributes", Some(json!([]))),
            ("Table/Properties/KeySchema/0/AttributeName", Some(json!("id"))),
        ],
    );
}

#[test]
fn the_bucket_is_encrypted_private_versioned_and_emptied_in_time() {
    holds(
        bucket_is_safe,
        &[
            ("LogBucket/Properties/BucketEncryption", None),
            ("LogBucket/Properties/PublicAccessBlockConfiguration/RestrictPublicBuckets", Some(json!(false))),
            ("LogBucket/Properties/PublicAccessBlockConfiguration", None),
            ("LogBucket/Properties/VersioningConfiguration/Status", Some(json!("Suspended"))),
            ("LogBucket/Properties/LifecycleConfiguration/Rules/0/Status", Some(json!("Disabled"))),
            ("LogBucket/Properties/LifecycleConfiguration/Rules/0/NoncurrentVersionExpiration", None),
            ("LogBucket/DeletionPolicy", None),
        ],
    );
}

#[test]
fn the_bucket_is_reached_over_tls_only() {
    let statement = "LogBucketPolicy/Properties/PolicyDocument/Statement/0";
    holds(
        bucket_refuses_plain_http,
        &[
            ("LogBucketPolicy", None),
            (&format!("{statement}/Effect"), Some(json!("Allow"))),
            (&format!("{statement}/Condition"), None),
            (&format!("{statement}/Resource/1"), None),
            ("LogBucketPolicy/Properties/Bucket", Some(json!("another"))),
        ],
    );
}
