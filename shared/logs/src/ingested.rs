//! What is said on the event bus of each object: `logs.ingested`.

use crate::LogType;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The `source` of the event.
pub const SOURCE: &str = alert::event::SOURCE;
/// The `detail-type` of the event.
pub const DETAIL_TYPE: &str = "logs.ingested";
/// The version of the shape.
pub const VERSION: u32 = 1;

/// The `detail` of `logs.ingested`. It may come twice: the key tells, for it follows from what the object holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IngestedEvent {
    /// Version of this shape.
    pub version: u32,
    pub bucket: String,
    pub key: String,
    /// Rows in the object.
    pub count: u64,
    /// The event times of its oldest and its newest row.
    pub from: Timestamp,
    pub to: Timestamp,
    pub log_type: LogType,
    pub source_id: String,
    pub source_name: String,
    /// Size of the object.
    pub bytes: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_event_is_said_in_camel_case() {
        let event = IngestedEvent {
            version: VERSION,
            bucket: "b".to_owned(),
            key: "logs/Slack.AuditLogs/2026/11/21/07/s/0.json.gz".to_owned(),
            count: 2,
            from: "2026-11-21T07:00:00Z".parse().unwrap(),
            to: "2026-11-21T07:59:59Z".parse().unwrap(),
            log_type: LogType::Audit,
            source_id: "s".to_owned(),
            source_name: "Audit".to_owned(),
            bytes: 99,
        };
        insta::assert_json_snapshot!(event, @r#"
        {
          "version": 1,
          "bucket": "b",
          "key": "logs/Slack.AuditLogs/2026/11/21/07/s/0.json.gz",
          "count": 2,
          "from": "2026-11-21T07:00:00Z",
          "to": "2026-11-21T07:59:59Z",
          "logType": "Slack.AuditLogs",
          "sourceId": "s",
          "sourceName": "Audit",
          "bytes": 99
        }
        "#);
    }
}
